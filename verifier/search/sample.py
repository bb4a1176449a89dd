"""Games drawn at random, and games one change away from another, in exact arithmetic (theory.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from verifier.game.shape import Shape
from verifier.rng import Draws
from verifier.search.integer_game import Numbers, Partition, PriorSupport, Table
from verifier.search.size import Scope
from verifier.search.space import numbered
from verifier.theory.dropped import DroppedHypothesis


class Sampler:
    """Draws and changes games of one shape within a scope; every number comes from `draws`."""

    def __init__(self, row: DroppedHypothesis, shape: Shape, scope: Scope, draws: Draws) -> None:
        self.row, self.shape, self.scope, self.draws = row, shape, scope, draws

    def draw(self) -> Numbers:
        """A game of this row; where the row needs that, the user is the average of the agents."""
        user = self._tied(self._table())
        agents = tuple(self._table() for _ in range(self.shape.agents))
        return self._aligned(
            Numbers(self.shape, self._world(), user, agents, self._sees(), self._gamma())
        )

    def change(self, found: Numbers) -> Numbers:
        """The game with another prior, another way to see, another gamma, or some table changed."""
        part = self.draws.below(8)
        if part == 0:
            return replace(found, world=self._world())
        if part == 1:
            return replace(found, sees=self._sees(), gamma=self._gamma())
        if part <= 4:
            return self._aligned(replace(found, user=self._tied(self._changed(found.user))))
        n = self.draws.below(self.shape.agents)
        table = (
            self._changed(found.agents[n])
            if part <= 6
            else self.draws.choice((found.user, *found.agents))
        )
        return self._aligned(
            replace(found, agents=tuple(table if m == n else t for m, t in enumerate(found.agents)))
        )

    def _value(self) -> int:
        return self.draws.integer(-self.scope.stakes, self.scope.stakes)

    def _table(self) -> Table:
        return tuple(
            (0, *(self._value() for _ in range(self.shape.actions - 1)))
            for _ in range(self.shape.states)
        )

    def _changed(self, table: Table) -> Table:
        y, a = self.draws.below(self.shape.states), self.draws.integer(1, self.shape.actions - 1)
        value = self._value()
        return tuple(
            tuple(value if (i, j) == (y, a) else v for j, v in enumerate(column))
            for i, column in enumerate(table)
        )

    def _tied(self, user: Table) -> Table:
        """Two actions made twins, where the row turns on ties."""
        if self.row.hypothesis not in ("identical", "anonymous") or self.shape.actions < 3:
            return user
        return tuple((*column[:-1], column[-2]) for column in user)

    def _aligned(self, found: Numbers) -> Numbers:
        """The last agent is what makes the user the average of all."""
        if not self.row.in_hull:
            return found
        *others, _ = found.agents
        last = tuple(
            tuple(
                len(found.agents) * u - sum(table[y][a] for table in others)
                for a, u in enumerate(column)
            )
            for y, column in enumerate(found.user)
        )
        return replace(found, agents=(*others, last))

    def _world(self) -> PriorSupport:
        """A prior; every state and observation comes, so places are drawn until that is so."""
        shape = self.shape
        if not self.row.own_observations:
            places: list[tuple[int, int, int]] = [(0, y, y) for y in range(shape.states)]
        else:
            places = self._places()
        weights = self.draws.shares(
            len(places),
            self.draws.integer(len(places), max(len(places), self.scope.prior_denominator)),
        )
        return tuple((*place, weight) for place, weight in zip(places, weights, strict=True))

    def _places(self) -> list[tuple[int, int, int]]:
        """One state for every pair of observations, or none where there is room for that."""
        shape = self.shape
        sizes = (shape.user_observations, shape.observations, shape.states)
        while True:
            pairs = product(range(shape.user_observations), range(shape.observations))
            drawn = [(i, x, self.draws.integer(-1, shape.states - 1)) for i, x in pairs]
            places = [place for place in drawn if place[2] >= 0]
            if all(len({place[n] for place in places}) == size for n, size in enumerate(sizes)):
                return places

    def _sees(self) -> tuple[Partition, ...]:
        finest = tuple(range(self.shape.observations))
        if self.row.name != "learning-split":
            return (finest,) * self.shape.agents
        return tuple(self._partition(finest) for _ in range(self.shape.agents))

    def _partition(self, seen: Sequence[int]) -> Partition:
        return numbered([self.draws.choice(seen) for _ in seen])

    def _gamma(self) -> Fraction:
        return (
            Fraction(self.draws.integer(1, self.scope.stakes))
            if self.row.positive_gamma
            else Fraction(0)
        )
