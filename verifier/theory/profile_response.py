"""What the user may do under a profile of signals, in integers, and whether some of it satisfies
the agents (theory.md 1).

One round, a silent user. She is indifferent at some types (her observation and what she heard), and
a best-ai user between some agents: what she may do is a polytope, and so are the agents' payoffs.
All payoffs of a `ProfileResponse` have the same unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm, prod

from verifier.game.model import Game, Ties
from verifier.game.response import RangeEnd, UserType, belief
from verifier.game.rules import Signal
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.theory.guarantee import Guarantee

Payoffs = tuple[int, ...]
"""One payoff for each agent, in instance order."""

Expression = dict[Key, int]
"""A payoff of one agent as a linear function of what she does: columns ("turn", branch) and ("act",
branch, key, action).
"""


@dataclass(frozen=True)
class Branch:
    """Her best replies to the signals she listens to.

    `settled`: the payoffs from the types where they do not depend on ties.

    `open` maps what her tied choice may depend on (the type; her belief under ties = belief) to
    action -> payoffs.
    """

    user: int
    settled: Payoffs
    open: Mapping[Key, Mapping[str, Payoffs]]

    @cached_property
    def first(self) -> Payoffs:
        """The payoffs when she takes the first of her best actions everywhere."""
        return _total(
            [self.settled, *(next(iter(choices.values())) for choices in self.open.values())]
        )

    def payoff_end(self, agent: int, end: RangeEnd) -> int:
        """The least or greatest payoff of an agent."""
        tied = (
            end.value * max(end.value * payoffs[agent] for payoffs in choices.values())
            for choices in self.open.values()
        )
        return self.settled[agent] + sum(tied)


@dataclass(frozen=True)
class Replies:
    """All she may do under a profile: a mixture of branches: one for each agent whom a best-ai user
    may pick, else one.
    """

    branches: tuple[Branch, ...]

    @property
    def user(self) -> int:
        """Her own payoff, the same whatever she does where she is indifferent."""
        return self.branches[0].user

    def payoff_end(self, agent: int, end: RangeEnd) -> int:
        """The least or greatest payoff of an agent."""
        return end.value * max(
            end.value * branch.payoff_end(agent, end) for branch in self.branches
        )

    def expression(self, agent: int) -> Expression:
        """The payoff of an agent, whatever she does."""
        terms: Expression = {
            ("turn", n): branch.settled[agent] for n, branch in enumerate(self.branches)
        }
        for n, branch in enumerate(self.branches):
            for key, choices in branch.open.items():
                terms.update({("act", n, key, a): payoffs[agent] for a, payoffs in choices.items()})
        return terms

    def plain(self) -> list[Key]:
        """The columns that are 1 when she takes the first branch, and the first of her best actions
        everywhere.
        """
        return [
            ("turn", 0),
            *(
                ("act", 0, key, next(iter(choices)))
                for key, choices in self.branches[0].open.items()
            ),
        ]

    def balance(self) -> dict[Key, Expression]:
        """The equations of her mixtures (sequence form), each = 0 but the first, which is = 1."""
        rows: dict[Key, Expression] = {"turn": {("turn", n): 1 for n in range(len(self.branches))}}
        for n, branch in enumerate(self.branches):
            for key, choices in branch.open.items():
                rows["act", n, key] = {("turn", n): -1, **{("act", n, key, a): 1 for a in choices}}
        return rows


class ProfileResponse:
    """The payoffs of a game as integers in units of 1/`scale`, with signals whose probabilities
    have the given denominators.
    """

    def __init__(self, game: Game, model: Guarantee, signals: Iterable[Signal]) -> None:
        self.game, self.model = game, model
        self.beliefs: dict[Key, int] = {}  # numbered, for tuples of fractions are slow to look up
        self.parts = lcm(
            *(
                p.denominator
                for signal in signals
                for says in signal.values()
                for p in says.values()
            )
        )
        tables = [game.user_payoff, *game.agent_payoffs.values()]
        gamma = game.gamma
        unit = lcm(
            gamma.denominator, *(value.denominator for table in tables for value in table.values())
        )
        heard = len(game.agent_payoffs) if model is Guarantee.BAYES else 1
        self.scale = unit * self.parts**heard
        self.gamma = int(gamma * self.scale)
        self.payoffs = {
            point: {
                a: tuple(int(table[*point, a] * unit) for table in tables) for a in game.actions
            }
            for point in game.points
        }

    def replies(self, signals: Sequence[Signal]) -> Replies:
        """What a `bayes` user may do when she has heard all agents."""
        return Replies((self.branch(signals),))

    def pick(self, alone: Sequence[Branch]) -> Replies:
        """What a `best-ai` user may do, from her best replies to each agent alone.

        Between agents of the same value she takes the first under `order`, and under `belief`,
        which speaks of actions only.
        """
        value = max(branch.user for branch in alone)
        tied = tuple(branch for branch in alone if branch.user == value)
        return Replies(tied[:1] if self.game.ties in {Ties.ORDER, Ties.BELIEF} else tied)

    def branch(self, signals: Sequence[Signal]) -> Branch:
        """Her best replies when she listens to these signals, drawn independently given x_B."""
        ties, actions = self.game.ties, self.game.actions
        user, settled = 0, [(0,) * len(self.game.agent_payoffs)]
        tied: dict[Key, dict[str, Payoffs]] = {}
        for heard, seen in self.signal_distribution(signals).items():
            worth = {
                a: _total(self._weigh(heard[0], x, a, chance) for x, chance in seen.items())
                for a in actions
            }
            top = max(values[0] for values in worth.values())
            best = [a for a in actions if worth[a][0] == top][: 1 if ties is Ties.ORDER else None]
            user += top
            if len({worth[a] for a in best}) == 1:
                settled.append(worth[best[0]][1:])
                continue
            there = tied.setdefault(self._key(heard, seen), {})
            for a in best:
                there[a] = _total([there[a], worth[a][1:]]) if a in there else worth[a][1:]
        return Branch(user, _total(settled), tied)

    def signal_distribution(self, signals: Sequence[Signal]) -> dict[UserType, dict[str, int]]:
        """Every type (x_A, messages) -> x_B -> the chance of the messages there, in units of
        1/parts for each signal.
        """
        told: dict[UserType, dict[str, int]] = {}
        for x_user, x in self.game.points:
            spoken = [
                [(word, p.numerator * (self.parts // p.denominator)) for word, p in s[x].items()]
                for s in signals
            ]
            for words in product(*spoken):
                told.setdefault((x_user, *(word for word, _ in words)), {})[x] = prod(
                    chance for _, chance in words
                )
        return told

    def _weigh(self, x_user: str, x: str, action: str, chance: int) -> Payoffs:
        return tuple(chance * value for value in self.payoffs[x_user, x][action])

    def _key(self, heard: UserType, seen: Mapping[str, int]) -> Key:
        if self.game.ties is not Ties.BELIEF:
            return heard
        believed = belief(self.game, heard, {x: Fraction(chance) for x, chance in seen.items()})
        return ("belief", self.beliefs.setdefault(believed, len(self.beliefs)))


def _total(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


Wanted = Sequence[tuple[Expression, int]]
"""Payoffs, each with the least that it must be."""


def satisfying(
    here: Replies, wanted: Wanted, also: Iterable[Replies], effort: Effort
) -> Mapping[Key, Fraction] | None:
    """Something she may do in which all wanted payoffs are large enough, or None where there is
    nothing of the kind.

    `also`: her replies to other profiles that the payoffs speak of; she does the same wherever the
    key is the same.
    """
    rows = {key: row for replies in (here, *also) for key, row in replies.balance().items()}
    program = Program(Goal.MAXIMISE)
    for column in dict.fromkeys(column for row in rows.values() for column in row):
        program.column(column)
    for key, row in rows.items():
        program.row(key, _fractions(row), Sense.EQUAL, 1 if key == "turn" else 0)
    for n, (expression, bound) in enumerate(wanted):
        program.row(("wanted", n), _fractions(expression), Sense.AT_LEAST, bound)
    answer = effort.solve(program)
    return answer.primal if isinstance(answer, Optimal) else None


def _fractions(row: Expression) -> dict[Key, Fraction]:
    return {column: Fraction(entry) for column, entry in row.items()}
