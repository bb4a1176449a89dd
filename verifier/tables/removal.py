"""The distance of a table's user after the worst removal of some agents (theory.md 2.5).

Whoever wants to move the user away from every mixture has to remove an agent of each near one: of
every mixture that is found, at least one agent of positive weight. So the search starts with nobody
removed, and removes, one at a time, the agents of a mixture that is left; a mixture that is near
enough serves wherever all of its agents are left. In the end no set of so many agents meets all the
mixtures, which proves the upper bound, and the witness of the worst set proves the lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.deadline import finished, in_time, uninterrupted
from verifier.errors import InstanceError
from verifier.solve.hull import Chebyshev, nearest
from verifier.solve.points import Mixture
from verifier.tables.baselines import singles
from verifier.tables.distance import table_points
from verifier.tables.table import UtilityTable

PROGRAMS = 2000
"""Most distances that are computed before bounds are given."""

SETS = 100_000
"""Most sets of removed agents that are looked at before bounds are given; the kernel's limit."""

Agents = frozenset[int]
"""The numbers of some agents."""


@dataclass(frozen=True)
class Near:
    """A mixture by the weights of the agents who have some, with its offset and distance."""

    weights: Mapping[str, Fraction]
    offset: Fraction
    distance: Fraction


Found = tuple[Agents, Near]
"""The agents of a mixture, and the mixture."""


@dataclass(frozen=True)
class Removal:
    """Bounds on the distance after the worst removal of `count` agents.

    Without the agents `without`, who are at most as many, no mixture is nearer than `least`, by
    `witness`, a signed measure as in `Distance`. Whichever `count` agents are removed, all agents
    of one of the `mixtures` are left, and each of these is within `most`. `programs` counts the
    distances that were computed.
    """

    count: int
    mixture: Mixture
    least: Fraction
    without: tuple[str, ...]
    witness: Mapping[int, Fraction]
    most: Fraction
    mixtures: tuple[Near, ...]
    programs: int

    @property
    def exact(self) -> bool:
        """Whether the distance is known."""
        return self.least == self.most


def removal(
    table: UtilityTable,
    count: int,
    mixture: Mixture = Mixture.SIMPLEX,
    programs: int = PROGRAMS,
    done: Callable[[int, Fraction], None] = lambda *_: None,
) -> Removal:
    """The hull distance after the worst removal of `count` agents, or bounds on it.

    `done` receives the number of distances computed and the largest of them after each. Domain:
    count >= 0. A deadline, or more than `programs` distances, ends it with the bounds so far.
    Raises InstanceError if no agent would be left, SolverError if a distance fails its own check (a
    defect of this package), and OutOfTimeError where the deadline passes before the first.
    """
    if count >= len(table.agents):
        raise InstanceError(
            f"{table.name}: has {len(table.agents)} agents, of whom {count} are to be removed:"
            f" expected at most {len(table.agents) - 1}, so that one is left"
        )
    with uninterrupted():
        return _Search(table, count, mixture, programs, done).run()


class _TooManyError(Exception):
    """More distances, or sets of removed agents, than are allowed."""


class _Search:
    """The mixtures that have been found, by the agents who were removed, and the worst removal."""

    worst: tuple[Agents, Chebyshev]

    def __init__(
        self,
        table: UtilityTable,
        count: int,
        mixture: Mixture,
        programs: int,
        done: Callable[[int, Fraction], None],
    ) -> None:
        self.table, self.points, self.count = table, table_points(table), count
        self.mixture, self.programs, self.done = mixture, programs, done
        self.known: dict[Agents, Found] = {}

    def run(self) -> Removal:
        in_time(lambda: self._near(frozenset()))
        mixtures = finished(self._complete, None) or finished(self._apart, None) or self._alone()
        removed, found = self.worst
        witness = {self.table.numbers[p]: mass for p, mass in sorted(found.measure.items())}
        return Removal(
            self.count,
            self.mixture,
            found.distance,
            tuple(self.table.agents[n] for n in sorted(removed)),
            witness,
            max(near.distance for near in mixtures),
            tuple(mixtures),
            len(self.known),
        )

    def _near(self, removed: Agents) -> Found:
        """The agents of the nearest mixture without those who are removed, and that mixture."""
        if removed not in self.known:
            left = [n for n in range(len(self.table.agents)) if n not in removed]
            found = nearest(self.points.keep(left), self.mixture)
            used = {n: weight for n, weight in zip(left, found.weights, strict=True) if weight}
            named = {self.table.agents[n]: weight for n, weight in used.items()}
            further = not self.known or found.distance > self.worst[1].distance
            if further and len(removed) <= self.count:
                self.worst = removed, found
            self.known[removed] = frozenset(used), Near(named, found.offsets[0], found.distance)
            self.done(len(self.known), self.worst[1].distance)
        return self.known[removed]

    def _complete(self) -> list[Near] | None:
        """Mixtures of which one is left whoever is removed; None where that takes too long."""
        chosen: dict[Agents, Near] = {}
        waiting, seen = [Agents()], {Agents()}
        try:
            self._worsen()
            while waiting:
                removed = waiting.pop()
                used, near = self._left(removed, chosen)
                chosen[used] = near
                if len(removed) < self.count:
                    further = {removed | {n} for n in used} - seen
                    seen |= further
                    waiting += sorted(further, key=sorted)
                if len(seen) > SETS:
                    raise _TooManyError
        except _TooManyError:
            return None
        return list(chosen.values())

    def _worsen(self) -> None:
        """Agents are removed one after the other, each the one whose removal costs most."""
        removed = Agents()
        for _ in range(self.count):
            used, _ = self._affordable(removed)
            removed = max(
                (removed | {n} for n in sorted(used)),
                key=lambda some: self._affordable(some)[1].distance,
                default=removed,
            )

    def _left(self, removed: Agents, chosen: Mapping[Agents, Near]) -> Found:
        """A mixture without these agents, no further than the worst: a chosen one, or a new one."""
        for used, near in chosen.items():
            if not used & removed:
                return used, near
        return self._affordable(removed)

    def _affordable(self, removed: Agents) -> Found:
        """As `_near`; raises _TooManyError where it would be a distance too many."""
        if removed not in self.known and len(self.known) >= self.programs:
            raise _TooManyError
        return self._near(removed)

    def _apart(self) -> list[Near] | None:
        """One mixture more than agents are removed, no two with a common agent, if there are some.

        Each is the nearest one without the agents of those before it.
        """
        removed, found = Agents(), list[Near]()
        while len(found) <= self.count and len(removed) < len(self.table.agents):
            used, near = self._near(removed)
            found.append(near)
            if not used:
                return found
            removed |= used
        return found if len(found) > self.count else None

    def _alone(self) -> list[Near]:
        """The nearest single agents, one more than are removed."""
        order = sorted(singles(self.table), key=lambda found: found.distance)
        return [
            Near({one.agent: Fraction(1)}, one.offset, one.distance)
            for one in order[: 1 + self.count]
        ]
