"""TEAM: the most that she gets from one agent who wants what she wants."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeVar

from tests.second_checker.game import Agent, Game
from tests.second_checker.reading import ZERO, readable

T = TypeVar("T")

Vector = tuple[Fraction, ...]
"""What she gets at each of her observations with a point."""

Cells = frozenset[frozenset[str]]
"""A set of cells, each a set of x_B."""


def common_cells(game: Game, agents: list[Agent]) -> list[frozenset[str]]:
    """Return the finest partition that all of these agents can announce."""
    found = [frozenset([x]) for x in game.agents_see]
    for cell in (frozenset(cell) for agent in agents for cell in agent.cells):
        touching = [part for part in found if part & cell]
        found = [part for part in found if not part & cell] + [frozenset().union(*touching)]
    return found


def groupings(items: list[T], most: int) -> Iterator[list[list[T]]]:
    """List all ways to put items into at most so many sets."""
    if not items:
        yield []
        return
    for rest in groupings(items[1:], most):
        for n, part in enumerate(rest):
            yield [*rest[:n], [items[0], *part], *rest[n + 1 :]]
        if len(rest) < most:
            yield [[items[0]], *rest]


def undominated(vectors: set[Vector]) -> set[Vector]:
    """Leave out vectors that are nowhere above another one."""
    readable(len(vectors) <= 3000, "too large: TEAM")
    return {
        v
        for v in vectors
        if not any(w != v and all(a >= b for a, b in zip(w, v, strict=True)) for w in vectors)
    }


def team_value(game: Game, agents: list[Agent]) -> Fraction:
    """Return the most that she gets from one agent who wants what she wants.

    A rule gives her a value for each of her observations, when she asks him what is best for it.
    The values that rules of so many rounds can give are listed, for every set of cells.
    """
    cells = common_cells(game, agents)

    def alone(some: Cells) -> Vector:
        known = [x for cell in some for x in cell]
        return tuple(
            max(
                sum((game.weights.get((seen, x, a), ZERO) for x in known), ZERO)
                for a in game.actions
            )
            for seen in game.seen
        )

    told = game.told_at_once(game.rounds)
    if game.words is None or told is None or told >= len(cells):
        return sum((sum(alone(frozenset([cell])), ZERO) for cell in cells), ZERO)
    readable(len(cells) <= 7 and len(game.seen) <= 5 and game.rounds <= 4, "too large: TEAM")
    words, memory = game.words, dict[tuple[Cells, int], set[Vector]]()

    def values(some: Cells, left: int) -> set[Vector]:
        if left == 0:
            return {alone(some)}
        if (some, left) not in memory:
            answered: set[Vector] = set()
            for split in groupings(sorted(some, key=sorted), words):
                sums: set[Vector] = {(ZERO,) * len(game.seen)}
                for part in split:
                    sums = {
                        tuple(a + b for a, b in zip(v, w, strict=True))
                        for v in sums
                        for w in values(frozenset(part), left - 1)
                    }
                answered |= sums
            answered = undominated(answered)
            asked = answered
            for _ in range(min(game.questions, len(game.seen)) - 1):
                asked = undominated({tuple(map(max, v, w)) for v in asked for w in answered})
            memory[some, left] = asked
        return memory[some, left]

    return max(sum(vector, ZERO) for vector in values(frozenset(cells), game.rounds))
