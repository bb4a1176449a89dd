"""The grid of a shape: all its games of small whole numbers, one at least of each renaming class.

Adding a number to all utilities of one state, for the user or for an agent, changes no best
response, no gain from a deviation and no loss; so every table is written with 0 for the first
action, and the grid is bounded by the most that two actions differ in one state. A hull distance of
0 survives that. Renaming states, actions, observations and agents changes nothing either: of the
games that differ only so, one prior with one utility of the user is examined, and every agents'
side that fits them. Several users have a utility each, and shares; then renaming them changes
nothing, and an agent wants the same whoever acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, combinations_with_replacement, permutations, product
from math import comb, factorial, gcd, prod

from verifier.game.shape import Shape
from verifier.search.integer_game import IntegerGame, Partition, PriorSupport, Table
from verifier.solve.partitions import growth_strings
from verifier.theory.dropped import DroppedHypothesis

Users = list[tuple[Table, int]]
"""The utilities of the users, each with the weight of her share."""

TABLE_LIMIT = 100_000
"""Most tables of utilities for which a shape is enumerated."""

RENAMING_LIMIT = 2_000
"""Most renamings for which a shape is enumerated."""


@dataclass(frozen=True)
class Renaming:
    """New numbers for the states, the observations of both sides, and the actions."""

    states: tuple[int, ...]
    seen: tuple[int, ...]
    hers: tuple[int, ...]
    actions: tuple[int, ...]

    def prior(self, prior: PriorSupport) -> PriorSupport:
        """The prior after renaming."""
        return tuple(
            sorted(
                (self.hers[x_user], self.seen[x], self.states[y], weight)
                for x_user, x, y, weight in prior
            )
        )

    def table(self, table: Table) -> Table:
        """A table after renaming, with 0 for the new first action."""
        columns: list[tuple[int, ...]] = [()] * len(table)
        for y, column in enumerate(table):
            moved = [0] * len(column)
            for a, value in enumerate(column):
                moved[self.actions[a]] = value
            columns[self.states[y]] = tuple(value - moved[0] for value in moved)
        return tuple(columns)

    def users(self, users: Users) -> Users:
        """The utilities of several users with their shares after renaming, in order."""
        return sorted((self.table(table), share) for table, share in users)

    def partition(self, partition: Partition) -> Partition:
        """A partition after renaming, its cells numbered as they come."""
        moved = [0] * len(partition)
        for x, cell in enumerate(partition):
            moved[self.seen[x]] = cell
        return numbered(moved)


def numbered(cells: Sequence[object]) -> Partition:
    """The partition of these labels, its cells numbered in the order in which they come."""
    order = list(dict.fromkeys(cells))
    return tuple(order.index(cell) for cell in cells)


@dataclass(frozen=True)
class Counts:
    """The contents of a grid, counted up to renaming while its games are enumerated.

    `pairs` are those of a prior and a utility of the user, or of a prior and the shares and
    utilities of several. In `hopeful` ones more information can help her, or each of them, and her
    best actions tie where the dropped hypothesis needs that. `games` add the agents.
    """

    pairs: int = 0
    hopeful: int = 0
    games: int = 0


class Grid:
    """The games of one shape for one dropped hypothesis, to be iterated over.

    Their priors and shares have denominators up to `prior_denominator`, and two actions differ by
    at most `difference` in one state. The enumeration ends as soon as `stop()` is true.
    """

    def __init__(
        self,
        dropped: DroppedHypothesis,
        shape: Shape,
        prior_denominator: int,
        difference: int,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.dropped, self.shape, self.stop = dropped, shape, stop
        self.prior_denominator, self.difference = prior_denominator, difference
        self.tables = cache(self._tables)
        self._pairs = self._hopeful = self._games = 0

    @property
    def counts(self) -> Counts:
        """The contents of the grid so far."""
        return Counts(self._pairs, self._hopeful, self._games)

    def unfinished(self) -> str | None:
        """The reason why the grid is not enumerated to its end; None if it is."""
        if self.reach == 0:
            return "not enumerated: " + (
                self._barred() or f"there are more than {self._too_many} of utilities"
            )
        if self.reach < self.difference:
            return (
                f"only up to differences of {self.reach}: with {self.reach + 1} there are more than"
                f" {self._too_many}"
            )
        return None

    @property
    def _too_many(self) -> str:
        """How much more than TABLE_LIMIT is not enumerated."""
        return f"{TABLE_LIMIT} {'tables' if self.shape.users == 1 else 'choices of tables'}"

    def _barred(self) -> str | None:
        shape = self.shape
        sizes = (shape.states, shape.observations, shape.user_observations, shape.actions)
        orders = prod(map(factorial, sizes))
        if orders > RENAMING_LIMIT:
            return f"there are {orders} renamings, the limit is {RENAMING_LIMIT}"
        return (
            "the hull of more than two agents"
            if (self.dropped.in_hull or self.dropped.personal) and shape.agents > 2
            else None
        )

    @cached_property
    def reach(self) -> int:
        """The largest difference with at most TABLE_LIMIT tables, or choices of one for each user.

        It is 0 where nothing is enumerated.
        """
        if self._barred():
            return 0
        users = self.shape.users
        fits = (
            n
            for n in range(1, self.difference + 1)
            if comb(self._count(n) + users - 1, users) > TABLE_LIMIT
        )
        return next(fits, self.difference + 1) - 1

    def _count(self, difference: int) -> int:
        """The number of tables: those of `_tables`, without listing them.

        In a state's column the least value is 0 or below, and all others lie within `difference` of
        it.
        """
        others = self.shape.actions - 1
        below = difference * ((difference + 1) ** others - difference**others)
        return int((below + (difference + 1) ** others) ** self.shape.states)

    def __iter__(self) -> Iterator[IntegerGame]:
        """The games in order of the prior's denominator, then of the difference, up to `reach`."""
        for prior_denominator, difference in product(
            range(1, self.prior_denominator + 1), range(1, self.reach + 1)
        ):
            for prior in self.priors(prior_denominator):
                yield from self._with_prior(prior, difference)
                if self.stop():
                    return

    @cached_property
    def renamings(self) -> list[Renaming]:
        """All renamings of the shape; the identity is the first."""
        return list(self._renamings())

    def priors(self, prior_denominator: int) -> Iterator[PriorSupport]:
        """The priors with this denominator, one of each renaming class."""
        for prior in self._priors(prior_denominator):
            if all(renaming.prior(prior) >= prior for renaming in self.renamings):
                yield prior

    def _with_prior(self, prior: PriorSupport, difference: int) -> Iterator[IntegerGame]:
        fixing = [renaming for renaming in self.renamings if renaming.prior(prior) == prior]
        largest = difference == self.reach  # tables of smaller differences come again: count once
        for users in self._users(difference):
            if self.stop():
                return
            if all(renaming.users(users) >= users for renaming in fixing):
                hopeful = all(self._can_lose(prior, table) for table, _ in users)
                self._pairs += largest
                self._hopeful += largest and hopeful
                if hopeful:
                    same = [renaming for renaming in fixing if renaming.users(users) == users]
                    yield from self._with_users(prior, users, same, difference)

    def _users(self, difference: int) -> Iterator[Users]:
        """The utilities of the users with their shares, in order; a single user has all."""
        for tables in combinations_with_replacement(self.tables(difference), self.shape.users):
            for shares in self._shares():
                users = list(zip(tables, shares, strict=True))
                if users == sorted(users):
                    yield users

    def _shares(self) -> list[tuple[int, ...]]:
        """The weights of the users without a common factor, with sums up to the denominator."""
        users = self.shape.users
        totals = range(users, max(users, self.prior_denominator) + 1)
        found = (weights for total in totals for weights in compositions(total, users))
        return [weights for weights in found if gcd(*weights) == 1]

    def _with_users(
        self, prior: PriorSupport, users: Users, same: Sequence[Renaming], difference: int
    ) -> Iterator[IntegerGame]:
        (user, *others), shares = zip(*users, strict=True)
        for agents, partitions, gamma in product(
            self._agents(user, difference), self._partitions(), self._gammas(difference)
        ):
            if self.stop():
                return
            widest = max(width(table) for table in (user, *others, *agents))
            if max(widest, gamma) != difference:
                continue  # it came with a smaller difference, or will with a larger one
            if not all(between(other, *agents) for other in others):
                continue
            pairs = sorted(zip(agents, partitions, strict=True))
            if all(sorted((r.table(t), r.partition(p)) for t, p in pairs) >= pairs for r in same):
                self._games += 1
                yield IntegerGame(
                    self.shape, prior, user, agents, partitions, gamma, tuple(others), shares
                )

    def _renamings(self) -> Iterator[Renaming]:
        shape = self.shape
        for states, hers, actions in product(
            *map(_orders, (shape.states, shape.user_observations, shape.actions))
        ):
            for seen in _orders(shape.observations) if self.dropped.own_observations else (states,):
                yield Renaming(states, seen, hers, actions)

    def _priors(self, prior_denominator: int) -> Iterator[PriorSupport]:
        """The priors of weights with this sum and no common factor.

        Every state and observation has some weight.
        """
        shape = self.shape
        if self.dropped.own_observations:
            places = list(
                product(
                    range(shape.user_observations), range(shape.observations), range(shape.states)
                )
            )
        else:
            places = [(0, y, y) for y in range(shape.states)]
        for count in range(1, min(prior_denominator, len(places)) + 1):
            for chosen in combinations(places, count):
                if all(
                    len({place[n] for place in chosen}) == size
                    for n, size in enumerate(self._sizes())
                ):
                    for weights in compositions(prior_denominator, count):
                        if gcd(*weights) == 1:
                            yield tuple(
                                (*place, weight)
                                for place, weight in zip(chosen, weights, strict=True)
                            )

    def _sizes(self) -> tuple[int, int, int]:
        return self.shape.user_observations, self.shape.observations, self.shape.states

    def _tables(self, difference: int) -> list[Table]:
        """All tables in which two actions differ by at most this, the first action at 0."""
        span = range(-difference, difference + 1)
        columns = [(0, *rest) for rest in product(span, repeat=self.shape.actions - 1)]
        return list(
            product([c for c in columns if max(c) - min(c) <= difference], repeat=self.shape.states)
        )

    def _can_lose(self, prior: PriorSupport, user: Table) -> bool:
        """Whether more information can help the user, with ties where the hypothesis needs them."""
        if self.dropped.name == "full-rationality":
            return True
        ties = self.dropped.hypothesis in ("identical", "anonymous")
        if ties and not any(sorted(column)[-1] == sorted(column)[-2] for column in user):
            return False
        alone = sum(
            max(
                sum(w * user[y][a] for x, _, y, w in prior if x == x_user)
                for a in range(self.shape.actions)
            )
            for x_user in range(self.shape.user_observations)
        )
        return alone < sum(w * max(user[y]) for _, _, y, w in prior)

    def _agents(self, user: Table, difference: int) -> Iterator[tuple[Table, ...]]:
        """The agents' tables, with the user's a mixture of them unless (hull) itself is dropped."""
        if self.dropped.name == "hull":
            yield from combinations_with_replacement(self.tables(difference), self.shape.agents)
        elif self.shape.agents == 1:
            yield (user,)
        else:
            for first in self.tables(difference):
                yield from ((first, second) for second in self._opposite(user, first, difference))

    def _opposite(self, user: Table, first: Table, difference: int) -> Iterator[Table]:
        """The second agent's tables such that the user's lies between them and the first agent's.

        These are any where the first agent's table is hers already.
        """
        away = [
            [u - f for u, f in zip(*pair, strict=True)] for pair in zip(user, first, strict=True)
        ]
        unit = gcd(*(step for column in away for step in column))
        if unit == 0:
            yield from self.tables(difference)
            return
        for far in range(1, 2 * difference * unit + 1):
            second = tuple(
                tuple(u + far * step // unit for u, step in zip(column, steps, strict=True))
                for column, steps in zip(user, away, strict=True)
            )
            if width(second) > difference:
                return
            if second >= first or self.dropped.own_observations:
                yield second

    def _partitions(self) -> Iterator[tuple[Partition, ...]]:
        """The agents' partitions: the finest, or those without an agent who knows all."""
        if self.dropped.name == "learning-split":
            yield from partitions_apart(self.shape)
        else:
            yield (tuple(range(self.shape.observations)),) * self.shape.agents

    def _gammas(self, difference: int) -> tuple[Fraction, ...]:
        return (
            tuple(Fraction(n) for n in range(1, difference + 1))
            if self.dropped.positive_gamma
            else (Fraction(0),)
        )


def partitions_apart(shape: Shape) -> Iterator[tuple[Partition, ...]]:
    """The agents' partitions whose common refinement is no agent's own."""
    some = list(growth_strings(shape.observations, shape.observations))
    for partitions in product(some, repeat=shape.agents):
        common_refinement = numbered(list(zip(*partitions, strict=True)))
        if common_refinement not in partitions:
            yield partitions


def between(table: Table, first: Table, second: Table) -> bool:
    """Whether a table is a mixture of two others."""
    value, one, two = ([v for column in t for v in column] for t in (table, first, second))
    triples = list(zip(value, one, two, strict=True))
    weight = next((Fraction(v - b, a - b) for v, a, b in triples if a != b), Fraction(0))
    return 0 <= weight <= 1 and all(v == weight * a + (1 - weight) * b for v, a, b in triples)


def width(table: Table) -> int:
    """The most that two actions differ in one state of a table."""
    return max(max(column) - min(column) for column in table)


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """The sequences of `parts` positive integers with this sum, in order.

    >>> list(compositions(4, 2))
    [(1, 3), (2, 2), (3, 1)]
    """
    if parts == 1:
        yield (total,)
        return
    for first in range(1, total - parts + 2):
        yield from ((first, *rest) for rest in compositions(total - first, parts - 1))


def _orders(count: int) -> list[tuple[int, ...]]:
    return list(permutations(range(count)))
