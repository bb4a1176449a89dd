"""Games of whole numbers without names: what a search enumerates, draws or synthesises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.game.model import NOTHING, Agent, Conversation, Game, Person
from verifier.game.population import gathered
from verifier.game.shape import Shape
from verifier.theory.dropped import DroppedHypothesis

STATES = ("north", "south", "east", "west")
ACTIONS = ("stay", "walk", "ride", "sail")
AGENTS = ("Ada", "Bo", "Cleo", "Dov")
USERS = ("Eve", "Fay", "Gwen", "Hope")
AGENT_OBSERVATIONS = ("red", "green", "blue", "grey")
USER_OBSERVATIONS = ("early", "late", "never", "soon")

Table = tuple[tuple[int, ...], ...]
"""State -> action -> utility."""

PriorSupport = tuple[tuple[int, int, int, int], ...]
"""The prior: (x_A, x_B, y, weight) for every triple of positive weight, in order."""

Partition = tuple[int, ...]
"""x_B -> the number of the cell in which an agent sees it."""


@dataclass(frozen=True)
class IntegerGame:
    """A game of whole numbers; the weights of the prior are to be divided by their sum.

    `user` and `agents` hold the utilities, `partitions` what each agent observes. `others` are the
    utilities of further users; the weights `shares`, hers first, are to be divided by their sum.
    """

    shape: Shape
    prior: PriorSupport
    user: Table
    agents: tuple[Table, ...]
    partitions: tuple[Partition, ...]
    gamma: Fraction = Fraction(0)
    others: tuple[Table, ...] = ()
    shares: tuple[int, ...] = (1,)

    @property
    def users(self) -> tuple[Table, ...]:
        """The utilities of all users."""
        return self.user, *self.others


def as_game(dropped: DroppedHypothesis, found: IntegerGame) -> Game:
    """The game with names, in the model of the dropped hypothesis; of all users under one rule."""
    if not found.others:
        return _with_names(dropped, found)
    games = [_with_names(dropped, replace(found, user=user)) for user in found.users]
    total = sum(found.shares)
    return gathered(
        [
            Person(name, Fraction(share, total), game)
            for name, share, game in zip(names(USERS, len(games)), found.shares, games, strict=True)
        ]
    )


def _with_names(dropped: DroppedHypothesis, found: IntegerGame) -> Game:
    """The game of the first user with names."""
    shape = found.shape
    states, actions = names(STATES, shape.states), names(ACTIONS, shape.actions)
    seen = names(AGENT_OBSERVATIONS, shape.observations) if dropped.own_observations else states
    alone = shape.user_observations == 1
    hers = (NOTHING,) if alone else names(USER_OBSERVATIONS, shape.user_observations)
    total = sum(weight for *_, weight in found.prior)

    def table(numbers: Table) -> dict[tuple[str, str], Fraction]:
        return {
            (a, y): Fraction(numbers[j][i])
            for i, a in enumerate(actions)
            for j, y in enumerate(states)
        }

    agents = tuple(
        Agent(name, table(numbers), _cells(seen, partition))
        for name, numbers, partition in zip(
            names(AGENTS, shape.agents), found.agents, found.partitions, strict=True
        )
    )
    joint = {
        (hers[x_user], seen[x], states[y]): Fraction(weight, total)
        for x_user, x, y, weight in found.prior
    }
    return Game(
        title=dropped.name,
        states=states,
        actions=actions,
        user_observations=hers,
        agent_observations=seen,
        joint=joint,
        utility=table(found.user),
        agents=agents,
        conversation=Conversation(agent_alphabet=shape.words or "rich"),
        ties=dropped.ties,
        quantal=dropped.quantal,
        tolerance=dropped.tolerance,
        gamma=found.gamma,
        target=dropped.target,
    )


def _cells(names: Sequence[str], partition: Partition) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(name for name, own in zip(names, partition, strict=True) if own == cell)
        for cell in dict.fromkeys(partition)
    )


def names(words: Sequence[str], count: int) -> tuple[str, ...]:
    """As many names as asked for: the words as they are, numbered where there are not enough.

    >>> names(("left", "right"), 3)
    ('left1', 'right1', 'left2')
    """
    if count <= len(words):
        return tuple(words[:count])
    return tuple(f"{words[n % len(words)]}{n // len(words) + 1}" for n in range(count))
