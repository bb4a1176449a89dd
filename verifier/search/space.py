"""Every game of a shape on a grid of whole numbers, one at least of each class under renaming
(theory.md 7).

Adding a number to all utilities of one state, for the user or for an agent, changes no best
response, no gain from a deviation and no loss; so every table is written with 0 for the first
action, and the grid is bounded by the most that two actions differ in one state. A hull distance of
0 survives that. Renaming states, actions, observations and agents changes nothing either: of the
games that differ only so, the user's side of one is looked at, and every agents' side that fits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, combinations_with_replacement, permutations, product
from math import factorial, gcd, prod

from verifier.game.shape import Shape
from verifier.search.integer_game import Numbers, Partition, PriorSupport, Table
from verifier.solve.partitions import growth_strings
from verifier.theory.dropped import DroppedHypothesis

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

    def world(self, world: PriorSupport) -> PriorSupport:
        """The prior after renaming."""
        return tuple(
            sorted(
                (self.hers[x_user], self.seen[x], self.states[y], weight)
                for x_user, x, y, weight in world
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

    def sees(self, sees: Partition) -> Partition:
        """A partition after renaming, its cells numbered as they come."""
        moved = [0] * len(sees)
        for x, cell in enumerate(sees):
            moved[self.seen[x]] = cell
        return numbered(moved)


def numbered(cells: Sequence[object]) -> Partition:
    order = list(dict.fromkeys(cells))
    return tuple(order.index(cell) for cell in cells)


@dataclass
class Counts:
    """What a grid holds, counted up to renaming as it is walked.

    `pairs` are those of a prior and a utility of the user; in `hopeful` ones knowing more can help
    her, and her best actions tie where the row needs that; `games` add the agents.
    """

    pairs: int = 0
    hopeful: int = 0
    games: int = 0


class Grid:
    """The games of one shape in one row: prior denominators up to `prior_denominator`, stakes up to `stakes`.

    `stop` is asked again and again, and ends the walk when it is true.
    """

    def __init__(
        self,
        row: DroppedHypothesis,
        shape: Shape,
        prior_denominator: int,
        stakes: int,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.row, self.shape, self.prior_denominator, self.stakes, self.stop = (
            row,
            shape,
            prior_denominator,
            stakes,
            stop,
        )
        self.tables = cache(self._tables)
        self.census = Counts()

    def unfinished(self) -> str | None:
        """Why this shape is not enumerated to the end of the grid; None if it is."""
        if self.reach == 0:
            return "not enumerated: " + (
                self._barred() or f"there are more than {TABLE_LIMIT} tables of utilities"
            )
        if self.reach < self.stakes:
            return (
                f"only up to differences of {self.reach}: with {self.reach + 1} there are more than"
                f" {TABLE_LIMIT} tables"
            )
        return None

    def _barred(self) -> str | None:
        shape = self.shape
        orders = prod(
            map(
                factorial,
                (shape.states, shape.observations, shape.user_observations, shape.actions),
            )
        )
        if orders > RENAMING_LIMIT:
            return f"there are {orders} renamings, the limit is {RENAMING_LIMIT}"
        return "the hull of more than two agents" if self.row.in_hull and shape.agents > 2 else None

    @cached_property
    def reach(self) -> int:
        """The largest stakes that are enumerated: those with at most TABLE_LIMIT tables; 0 if
        nothing is.
        """
        if self._barred():
            return 0
        fits = (n for n in range(1, self.stakes + 1) if self._count(n) > TABLE_LIMIT)
        return next(fits, self.stakes + 1) - 1

    def _count(self, stakes: int) -> int:
        """How many tables there are: in a column the others lie within `stakes` of the least, which
        is 0 or below.
        """
        others = self.shape.actions - 1
        below = stakes * ((stakes + 1) ** others - stakes**others)
        return int((below + (stakes + 1) ** others) ** self.shape.states)

    def __iter__(self) -> Iterator[Numbers]:
        """The games in order of the prior's denominator, then of what is at stake; none above
        `reach`.
        """
        for prior_denominator, stakes in product(
            range(1, self.prior_denominator + 1), range(1, self.reach + 1)
        ):
            for world in self.worlds(prior_denominator):
                yield from self._with_world(world, stakes)
                if self.stop():
                    return

    @cached_property
    def renamings(self) -> list[Renaming]:
        """All of them; the identity is the first."""
        return list(self._renamings())

    def worlds(self, prior_denominator: int) -> Iterator[PriorSupport]:
        """The priors with this denominator, one of each class under renaming."""
        for world in self._worlds(prior_denominator):
            if all(renaming.world(world) >= world for renaming in self.renamings):
                yield world

    def _with_world(self, world: PriorSupport, stakes: int) -> Iterator[Numbers]:
        fixing = [renaming for renaming in self.renamings if renaming.world(world) == world]
        largest = (
            stakes == self.reach
        )  # the tables of smaller stakes come again: each is counted once
        for user in self.tables(stakes):
            if self.stop():
                return
            if all(renaming.table(user) >= user for renaming in fixing):
                hopeful = self._can_lose(world, user)
                self.census.pairs += largest
                self.census.hopeful += largest and hopeful
                same = (
                    [renaming for renaming in fixing if renaming.table(user) == user]
                    if hopeful
                    else []
                )
                yield from self._with_user(world, user, same, stakes) if hopeful else ()

    def _with_user(
        self, world: PriorSupport, user: Table, same: Sequence[Renaming], stakes: int
    ) -> Iterator[Numbers]:
        for agents, sees, gamma in product(
            self._agents(user, stakes), self._partitions(), self._gammas(stakes)
        ):
            if self.stop():
                return
            widest = max(width(table) for table in (user, *agents))
            if max(widest, gamma) != stakes:
                continue  # it came with smaller stakes, or will with larger
            told = sorted(zip(agents, sees, strict=True))
            if all(sorted((r.table(t), r.sees(s)) for t, s in told) >= told for r in same):
                self.census.games += 1
                yield Numbers(self.shape, world, user, agents, sees, gamma)

    def _renamings(self) -> Iterator[Renaming]:
        shape = self.shape
        for states, hers, actions in product(
            *map(_orders, (shape.states, shape.user_observations, shape.actions))
        ):
            for seen in _orders(shape.observations) if self.row.own_observations else (states,):
                yield Renaming(states, seen, hers, actions)

    def _worlds(self, prior_denominator: int) -> Iterator[PriorSupport]:
        """Weights with this sum and no common factor; every state and observation has some."""
        shape = self.shape
        if self.row.own_observations:
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

    def _tables(self, stakes: int) -> list[Table]:
        """All tables in which two actions differ by at most this, the first action at 0."""
        span = range(-stakes, stakes + 1)
        columns = [(0, *rest) for rest in product(span, repeat=self.shape.actions - 1)]
        return list(
            product([c for c in columns if max(c) - min(c) <= stakes], repeat=self.shape.states)
        )

    def _can_lose(self, world: PriorSupport, user: Table) -> bool:
        """Whether knowing more can help her at all, and her best actions tie where the row needs
        that.
        """
        if self.row.name == "full-rationality":
            return True
        ties = self.row.hypothesis in ("identical", "anonymous")
        if ties and not any(sorted(column)[-1] == sorted(column)[-2] for column in user):
            return False
        alone = sum(
            max(
                sum(w * user[y][a] for x, _, y, w in world if x == x_user)
                for a in range(self.shape.actions)
            )
            for x_user in range(self.shape.user_observations)
        )
        return alone < sum(w * max(user[y]) for _, _, y, w in world)

    def _agents(self, user: Table, stakes: int) -> Iterator[tuple[Table, ...]]:
        """The agents' tables: the user's is a mixture of them, or where the row says so they are
        any.
        """
        if self.row.name == "hull":
            yield from combinations_with_replacement(self.tables(stakes), self.shape.agents)
        elif self.shape.agents == 1:
            yield (user,)
        else:
            for first in self.tables(stakes):
                yield from ((first, second) for second in self._opposite(user, first, stakes))

    def _opposite(self, user: Table, first: Table, stakes: int) -> Iterator[Table]:
        """The tables on the other side of the user's; any table, if the first is hers already."""
        away = [
            [u - f for u, f in zip(*pair, strict=True)] for pair in zip(user, first, strict=True)
        ]
        unit = gcd(*(step for column in away for step in column))
        if unit == 0:
            yield from self.tables(stakes)
            return
        for far in range(1, 2 * stakes * unit + 1):
            second = tuple(
                tuple(u + far * step // unit for u, step in zip(column, steps, strict=True))
                for column, steps in zip(user, away, strict=True)
            )
            if width(second) > stakes:
                return
            if second >= first or self.row.own_observations:
                yield second

    def _partitions(self) -> Iterator[tuple[Partition, ...]]:
        """What the agents see: everything, or so little that none knows what they know together."""
        if self.row.name == "learning-split":
            yield from partitions_apart(self.shape)
        else:
            yield (tuple(range(self.shape.observations)),) * self.shape.agents

    def _gammas(self, stakes: int) -> tuple[Fraction, ...]:
        return (
            tuple(Fraction(n) for n in range(1, stakes + 1))
            if self.row.positive_gamma
            else (Fraction(0),)
        )


def partitions_apart(shape: Shape) -> Iterator[tuple[Partition, ...]]:
    """Ways in which the agents may see so that none alone can tell apart all that they can
    together.
    """
    some = list(growth_strings(shape.observations, shape.observations))
    for sees in product(some, repeat=shape.agents):
        if numbered(list(zip(*sees, strict=True))) not in sees:
            yield sees


def width(table: Table) -> int:
    """The most that two actions differ in one state."""
    return max(max(column) - min(column) for column in table)


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Positive integers, so many, with this sum, in order.

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
