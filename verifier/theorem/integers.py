"""Games as tables of integers over common denominators, as the proved checker reads them.

The fields are those of the record `instance` of proofs/theories/Instance.v, in its order. States,
actions, observations and agents are numbers from 0, as the instance lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from verifier.game.model import Game, Ties, Utility

Row = tuple[int, ...]
Table = tuple[Row, ...]
Tables = tuple[Table, ...]


def over(denominator: int, value: Fraction) -> int:
    """The numerator of a value over a denominator that its own divides."""
    return value.numerator * (denominator // value.denominator)


def common_denominator(values: Iterable[Fraction]) -> int:
    """The least common denominator; 1 for no values."""
    return lcm(*(value.denominator for value in values))


@dataclass(frozen=True)
class Instance:
    """A game in integers: `joint` over `whole`, utilities over `unit`.

    `cells[i][x_B]` is the number of the first observation in agent i's cell of x_B. A rich alphabet
    is None.
    """

    states: int
    actions: int
    user_observations: int
    agent_observations: int
    whole: int
    joint: Tables
    unit: int
    utility: Table
    agent_utilities: Tables
    cells: Table
    rounds: int
    user_messages: int
    agent_words: int | None
    ties: Ties
    slack: Fraction

    @property
    def grain(self) -> int:
        """The denominator of what an action is worth at a point, times its probability."""
        return self.whole * self.unit

    def worths(self, utility: Table) -> Tables:
        """What every action is worth at x_A and x_B by a utility, over the grain."""
        return tuple(
            tuple(
                tuple(
                    sum(p * value for p, value in zip(chances, row, strict=True)) for row in utility
                )
                for chances in table
            )
            for table in self.joint
        )


def integers(game: Game) -> Instance:
    """The game in integers."""
    whole = common_denominator(game.joint.values())
    unit = common_denominator(
        value
        for utility in (game.utility, *(agent.utility for agent in game.agents))
        for value in utility.values()
    )

    def table(utility: Utility) -> Table:
        return tuple(tuple(over(unit, utility[a, y]) for y in game.states) for a in game.actions)

    number = {x: n for n, x in enumerate(game.agent_observations)}
    talk = game.conversation
    return Instance(
        states=len(game.states),
        actions=len(game.actions),
        user_observations=len(game.user_observations),
        agent_observations=len(game.agent_observations),
        whole=whole,
        joint=tuple(
            tuple(
                tuple(over(whole, game.joint.get((x_user, x, y), Fraction(0))) for y in game.states)
                for x in game.agent_observations
            )
            for x_user in game.user_observations
        ),
        unit=unit,
        utility=table(game.utility),
        agent_utilities=tuple(table(agent.utility) for agent in game.agents),
        cells=tuple(
            tuple(
                next(number[cell[0]] for cell in agent.sees if x in cell)
                for x in game.agent_observations
            )
            for agent in game.agents
        ),
        rounds=talk.rounds,
        user_messages=talk.user_alphabet,
        agent_words=None if talk.agent_alphabet == "rich" else talk.agent_alphabet,
        ties=game.ties,
        slack=game.gamma,
    )
