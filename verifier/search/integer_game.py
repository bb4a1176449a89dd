"""A game of a row as whole numbers: what is enumerated, drawn or synthesised, and how it becomes a
game (theory.md 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import NOTHING, Agent, Conversation, Game
from verifier.game.shape import Shape
from verifier.search import integer_game as naming
from verifier.theory.dropped import DroppedHypothesis

Table = tuple[tuple[int, ...], ...]
"""State -> action -> utility."""


PriorSupport = tuple[tuple[int, int, int, int], ...]
"""The prior: (x_A, x_B, y, weight) for every triple of positive weight, in order."""


Partition = tuple[int, ...]
"""x_B -> the number of the cell in which an agent sees it."""


@dataclass(frozen=True)
class Numbers:
    """A game without names; the weights of the prior are divided by their sum."""

    shape: Shape
    world: PriorSupport
    user: Table
    agents: tuple[Table, ...]
    sees: tuple[Partition, ...]
    gamma: Fraction = Fraction(0)


def named(row: DroppedHypothesis, found: Numbers) -> Game:
    """The numbers with names, in the model that the row asks for."""
    shape = found.shape
    states, actions = (
        naming.names(naming.STATES, shape.states),
        naming.names(naming.ACTIONS, shape.actions),
    )
    seen = naming.names(naming.SEEN, shape.observations) if row.own_observations else states
    hers = (
        naming.names(naming.HERS, shape.user_observations)
        if shape.user_observations > 1
        else (NOTHING,)
    )
    total = sum(weight for *_, weight in found.world)

    def table(numbers: Table) -> dict[tuple[str, str], Fraction]:
        return {
            (a, y): Fraction(numbers[j][i])
            for i, a in enumerate(actions)
            for j, y in enumerate(states)
        }

    agents = tuple(
        Agent(name, table(numbers), _cells(seen, sees))
        for name, numbers, sees in zip(
            naming.names(naming.AGENTS, shape.agents), found.agents, found.sees, strict=True
        )
    )
    joint = {
        (hers[x_user], seen[x], states[y]): Fraction(weight, total)
        for x_user, x, y, weight in found.world
    }
    return Game(
        title=row.name,
        states=states,
        actions=actions,
        user_observations=hers,
        agent_observations=seen,
        joint=joint,
        utility=table(found.user),
        agents=agents,
        conversation=Conversation(agent_alphabet=shape.words or "rich"),
        ties=row.ties,
        quantal=row.quantal,
        tolerance=row.tolerance,
        gamma=found.gamma,
        target=row.target,
    )


def _cells(names: Sequence[str], sees: Partition) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(name for name, own in zip(names, sees, strict=True) if own == cell)
        for cell in dict.fromkeys(sees)
    )


STATES = ("north", "south", "east", "west")


ACTIONS = ("stay", "walk", "ride", "sail")


AGENTS = ("Ada", "Bo", "Cleo", "Dov")


SEEN = ("red", "green", "blue", "grey")


HERS = ("early", "late", "never", "soon")


def names(words: Sequence[str], count: int) -> tuple[str, ...]:
    """So many names: the words as they are, numbered where there are not enough.

    >>> names(("left", "right"), 3)
    ('left1', 'right1', 'left2')
    """
    if count <= len(words):
        return tuple(words[:count])
    return tuple(f"{words[n % len(words)]}{n // len(words) + 1}" for n in range(count))
