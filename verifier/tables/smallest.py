"""The smallest set of agents whose mixtures come within a tolerance of the user.

A signed measure m of mass 0 and norm 1 keeps every mixture of a set S further away than the
tolerance if all agents in S have u(m) - U_i(m) > tolerance (theory.md 2.1). So a set that comes
near enough holds one of the others, for every m: it hits them all. The least hitting set of the
measures found so far is tried; if it is too far away, its own witness is one more measure (implicit
hitting sets: Chandrasekaran, Karp, Moreno-Centeno and Vempala, 2011).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from verifier.deadline import finished, in_time, uninterrupted
from verifier.solve.hull import Chebyshev, nearest
from verifier.solve.points import Points, pairings
from verifier.solve.smt import GaveUp, Unsatisfiable, hitting_set
from verifier.tables.distance import table_points
from verifier.tables.table import UtilityTable

ROUNDS = 200
"""Most sets that are tried before bounds are given."""


@dataclass(frozen=True)
class Smallest:
    """The smallest set within a tolerance: `agents` are within it, and no fewer than `least` are.

    `distance` is that of `agents`, `measures` the number of signed measures in the proof of
    `least`. If not even all agents together are within the tolerance, `agents` is empty, `least` is
    None and `distance` is theirs.
    """

    tolerance: Fraction
    least: int | None
    agents: tuple[str, ...]
    distance: Fraction
    measures: int

    @property
    def exact(self) -> bool:
        """Whether the set is known to be smallest."""
        return self.least == len(self.agents)

    @property
    def decided(self) -> bool:
        """Whether the smallest set is known, or that there is none."""
        return self.exact or self.least is None


def smallest(
    table: UtilityTable,
    tolerance: Fraction,
    rounds: int = ROUNDS,
    done: Callable[[int, int], None] = lambda *_: None,
) -> Smallest:
    """The smallest set of agents whose hull is within the tolerance, or bounds on its size.

    `done` receives both bounds after every round. Domain: tolerance >= 0, rounds >= 0. A deadline
    ends it with the bounds so far. Raises SolverError if a distance fails its own check (a defect
    of this package), and OutOfTimeError where the deadline passes before that of all agents is
    known.
    """
    with uninterrupted():
        return _Search(table_points(table), table.agents, tolerance).run(rounds, done)


class _Search:
    """The sets tried so far; an entry of `hits` has the agents whom one measure lets come near.

    `within` has the distances of the sets within the tolerance.
    """

    def __init__(self, points: Points, names: tuple[str, ...], tolerance: Fraction) -> None:
        self.points, self.names, self.tolerance = points, names, tolerance
        self.hits: dict[frozenset[int], None] = {}
        self.within: dict[tuple[int, ...], Fraction] = {}

    def run(self, rounds: int, done: Callable[[int, int], None]) -> Smallest:
        everyone = in_time(lambda: nearest(self.points))
        if everyone.distance > self.tolerance:
            return Smallest(self.tolerance, None, (), everyone.distance, 0)
        least, best = 1, [n for n, weight in enumerate(everyone.weights) if weight]
        self.within[tuple(best)] = everyone.distance
        best = finished(partial(self._thinned, best), best)
        best = min(best, finished(lambda: self._thinned(self._grown()), best), key=len)
        for _ in range(rounds):
            bounds = finished(partial(self._bounds, least, best), None)
            if bounds is None:
                break
            least, best = bounds
            done(least, len(best))
        members = tuple(self.names[n] for n in best)
        distance = self.within[tuple(best)]
        return Smallest(self.tolerance, least, members, distance, len(self.hits))

    def _bounds(self, least: int, best: list[int]) -> tuple[int, list[int]] | None:
        """The bounds after one more question to z3, None where it gives up."""
        if least == len(best):
            return None
        found = hitting_set(list(self.hits), least)
        if isinstance(found, GaveUp):
            return None
        if isinstance(found, Unsatisfiable):
            return least + 1, best
        members = sorted(found.members)
        return least, members if self._tried(members) is None else best

    def _tried(self, agents: list[int]) -> Chebyshev | None:
        """None if these agents come within the tolerance, else their distance and its witness.

        The distance joins `within`, or the agents whom the witness does not keep away join `hits`.
        """
        found = nearest(self.points.keep(agents))
        if found.distance <= self.tolerance:
            self.within[tuple(agents)] = found.distance
            return None
        self.hits[self._hit(found)] = None
        return found

    def _hit(self, found: Chebyshev) -> frozenset[int]:
        reach, *towards = pairings(found.measure, self.points)
        return frozenset(n for n, value in enumerate(towards) if reach - value <= self.tolerance)

    def _grown(self) -> list[int]:
        """A set within the tolerance, grown by the agent whom the last witness keeps away least."""
        everyone = range(len(self.names))
        agents = [min(everyone, key=lambda n: nearest(self.points.keep([n])).distance)]
        while (far := self._tried(agents)) is not None:
            _, *towards = pairings(far.measure, self.points)
            agents.append(max((n for n in everyone if n not in agents), key=towards.__getitem__))
        return agents

    def _thinned(self, agents: list[int]) -> list[int]:
        """The set without agents who are not needed, the last to join tested first."""
        for agent in reversed(agents):
            rest = [n for n in agents if n != agent]
            if rest and self._tried(rest) is None:
                agents = rest
        return agents
