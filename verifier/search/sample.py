"""Games of whole numbers drawn at random, and games one random change away from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product

from verifier.game.shape import Shape
from verifier.rng import Draws
from verifier.search.integer_game import IntegerGame, Partition, PriorSupport, Table
from verifier.search.size import Scope
from verifier.search.space import between, numbered
from verifier.theory.dropped import DroppedHypothesis


class Sampler:
    """A source of random games of one shape within a scope; every number comes from `draws`."""

    def __init__(
        self, dropped: DroppedHypothesis, shape: Shape, scope: Scope, draws: Draws
    ) -> None:
        self.dropped, self.shape, self.scope, self.draws = dropped, shape, scope, draws

    def draw(self) -> IntegerGame:
        """A random game, with the user the average of all agents unless (hull) is dropped.

        Several users are agents, or averages of two of them.
        """
        user = self._tied(self._table())
        agents = tuple(self._table() for _ in range(self.shape.agents))
        found = IntegerGame(
            self.shape, self._prior(), user, agents, self._partitions(), self._gamma()
        )
        if self.dropped.personal:
            others = tuple(self._table() for _ in range(self.shape.users - 1))
            found = replace(found, others=others, shares=self._shares())
        return self._aligned(found)

    def change(self, found: IntegerGame) -> IntegerGame:
        """The game with another prior, other partitions and gamma, or one table changed.

        With the prior the shares of several users may change.
        """
        part = self.draws.below(8)
        if part == 0:
            shares = self._shares() if self.dropped.personal else found.shares
            return replace(found, prior=self._prior(), shares=shares)
        if part == 1:
            return replace(found, partitions=self._partitions(), gamma=self._gamma())
        if part <= 4:
            first, *others = self._with_another(found.users)
            return self._aligned(replace(found, user=first, others=tuple(others)))
        n = self.draws.below(self.shape.agents)
        table = (
            self._changed(found.agents[n])
            if part <= 6
            else self.draws.choice((found.user, *found.agents))
        )
        return self._aligned(
            replace(found, agents=tuple(table if m == n else t for m, t in enumerate(found.agents)))
        )

    def _with_another(self, users: tuple[Table, ...]) -> tuple[Table, ...]:
        """The users' tables, one of them changed."""
        n = self.draws.below(len(users)) if len(users) > 1 else 0
        return *users[:n], self._tied(self._changed(users[n])), *users[n + 1 :]

    def _value(self) -> int:
        return self.draws.integer(-self.scope.largest_difference, self.scope.largest_difference)

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
        """The user's table with duplicate actions, where the dropped hypothesis turns on ties."""
        if self.dropped.hypothesis not in ("identical", "anonymous") or self.shape.actions < 3:
            return user
        return tuple((*column[:-1], column[-2]) for column in user)

    def _aligned(self, found: IntegerGame) -> IntegerGame:
        """The game with the last agent changed so that the user is the average of all agents.

        Several users change instead, those who are no mixture of two agents.
        """
        if self.dropped.personal:
            first, *rest = (self._mixture(user, found.agents) for user in found.users)
            return replace(found, user=first, others=tuple(rest))
        if not self.dropped.in_hull:
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

    def _mixture(self, user: Table, agents: tuple[Table, ...]) -> Table:
        """The user's table if it is a mixture of two agents', else one agent's, or an average."""
        if any(between(user, *pair) for pair in combinations_with_replacement(agents, 2)):
            return user
        one, two = self.draws.choice(agents), self.draws.choice(agents)
        sums = [
            [a + b for a, b in zip(*columns, strict=True)] for columns in zip(one, two, strict=True)
        ]
        if any(v % 2 for column in sums for v in column):
            return one
        return tuple(tuple(v // 2 for v in column) for column in sums)

    def _shares(self) -> tuple[int, ...]:
        """Random weights of the users."""
        users = self.shape.users
        most = max(users, self.scope.prior_denominator)
        return tuple(self.draws.shares(users, self.draws.integer(users, most)))

    def _prior(self) -> PriorSupport:
        """A random prior in which every state and observation has some weight."""
        shape = self.shape
        if not self.dropped.own_observations:
            places: list[tuple[int, int, int]] = [(0, y, y) for y in range(shape.states)]
        else:
            places = self._places()
        weights = self.draws.shares(
            len(places),
            self.draws.integer(len(places), max(len(places), self.scope.prior_denominator)),
        )
        return tuple((*place, weight) for place, weight in zip(places, weights, strict=True))

    def _places(self) -> list[tuple[int, int, int]]:
        """A random support with at most one state for every pair of observations.

        Draws are repeated until every state and observation is in it.
        """
        shape = self.shape
        sizes = (shape.user_observations, shape.observations, shape.states)
        while True:
            pairs = product(range(shape.user_observations), range(shape.observations))
            drawn = [(i, x, self.draws.integer(-1, shape.states - 1)) for i, x in pairs]
            places = [place for place in drawn if place[2] >= 0]
            if all(len({place[n] for place in places}) == size for n, size in enumerate(sizes)):
                return places

    def _partitions(self) -> tuple[Partition, ...]:
        finest = tuple(range(self.shape.observations))
        if self.dropped.name != "learning-split":
            return (finest,) * self.shape.agents
        return tuple(self._partition(finest) for _ in range(self.shape.agents))

    def _partition(self, seen: Sequence[int]) -> Partition:
        return numbered([self.draws.choice(seen) for _ in seen])

    def _gamma(self) -> Fraction:
        return (
            Fraction(self.draws.integer(1, self.scope.largest_difference))
            if self.dropped.positive_gamma
            else Fraction(0)
        )
