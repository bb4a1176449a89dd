"""What she and one agent know: the probability and her payoffs, by what each of them observes.

A *rectangle* is a set of her observations and a set of his cells; what a conversation lets both of
them know is always a rectangle (theory.md 13.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from verifier.game.model import Agent, Cell, Game

Values = tuple[Fraction, ...]
"""A number for every action, in instance order."""


@dataclass(frozen=True)
class Rectangle:
    """A set of her observations and a set of an agent's cells."""

    hers: tuple[str, ...]
    his: tuple[Cell, ...]

    @property
    def sides(self) -> tuple[int, int]:
        """How many observations she may have, and he."""
        return len(self.hers), len(self.his)


@dataclass(frozen=True)
class Known:
    """A probability, and for every action her utility times the probability."""

    mass: Fraction
    payoffs: Values

    @property
    def values(self) -> Values:
        """What every action is worth on average; the probability is positive."""
        return tuple(payoff / self.mass for payoff in self.payoffs)


@dataclass(frozen=True)
class Knowledge:
    """What is known of the values of her actions by who knows what she, or one agent, observes."""

    game: Game
    agent: Agent

    @cached_property
    def whole(self) -> Rectangle:
        """All that she and the agent may observe with positive probability."""
        seen = {x for _, x in self.game.points}
        cells = tuple(cell for cell in self.agent.sees if seen.intersection(cell))
        return Rectangle(self.game.user_support, cells)

    @cached_property
    def _known(self) -> dict[tuple[str, Cell], Known]:
        """By her observation and his cell, where both have positive probability."""
        game, known = self.game, {}
        for x_user, cell in product(self.whole.hers, self.whole.his):
            inside = [(x_user, x) for x in cell if (x_user, x) in game.probability]
            if inside:
                known[x_user, cell] = Known(
                    sum((game.probability[point] for point in inside), Fraction(0)),
                    tuple(
                        sum((game.user_payoff[(*point, a)] for point in inside), Fraction(0))
                        for a in game.actions
                    ),
                )
        return known

    def of(self, hers: Iterable[str], his: Sequence[Cell]) -> Known | None:
        """All of a rectangle; None where it has probability 0."""
        found = [
            self._known[x_user, cell]
            for x_user in hers
            for cell in his
            if (x_user, cell) in self._known
        ]
        if not found:
            return None
        return Known(
            sum((part.mass for part in found), Fraction(0)),
            tuple(
                sum(payoffs, Fraction(0))
                for payoffs in zip(*(part.payoffs for part in found), strict=True)
            ),
        )

    def points(self, x_user: str, his: Sequence[Cell]) -> list[Known]:
        """What is known by who knows all observations, at every point of hers and these of his."""
        game = self.game
        inside = [(x_user, x) for cell in his for x in cell if (x_user, x) in game.probability]
        return [
            Known(
                game.probability[point], tuple(game.user_payoff[(*point, a)] for a in game.actions)
            )
            for point in inside
        ]

    def alone(self, inside: Rectangle) -> list[Known]:
        """What she knows in a rectangle, by her observation."""
        return self._all(((x_user,), inside.his) for x_user in inside.hers)

    def his(self, inside: Rectangle) -> list[Known]:
        """What he knows in a rectangle, by his cell."""
        return self._all((inside.hers, (cell,)) for cell in inside.his)

    def together(self, inside: Rectangle) -> list[Known]:
        """What they know together, by her observation and his cell."""
        return self._all(((x,), (cell,)) for x, cell in product(inside.hers, inside.his))

    def neither(self, inside: Rectangle) -> list[Known]:
        """What is known in a rectangle by nobody's observation."""
        return self._all([(inside.hers, inside.his)])

    def _all(self, parts: Iterable[tuple[tuple[str, ...], tuple[Cell, ...]]]) -> list[Known]:
        found = (self.of(hers, his) for hers, his in parts)
        return [known for known in found if known is not None]
