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


def smallest(
    table: UtilityTable,
    tolerance: Fraction,
    rounds: int = ROUNDS,
    done: Callable[[int, int], None] = lambda *_: None,
) -> Smallest:
    """The smallest set of agents whose hull is within the tolerance, or bounds on its size.

    `done` receives both bounds after every round. Domain: tolerance >= 0, rounds >= 0. Raises
    SolverError if a distance fails its own check (a defect of this package).
    """
    return _Search(table_points(table), table.agents, tolerance).run(rounds, done)


class _Search:
    """The sets tried so far; an entry of `hits` has the agents whom one measure lets come near."""

    def __init__(self, points: Points, names: tuple[str, ...], tolerance: Fraction) -> None:
        self.points, self.names, self.tolerance = points, names, tolerance
        self.hits: dict[frozenset[int], None] = {}

    def run(self, rounds: int, done: Callable[[int, int], None]) -> Smallest:
        everyone = nearest(self.points)
        if everyone.distance > self.tolerance:
            return Smallest(self.tolerance, None, (), everyone.distance, 0)
        best = self._thinned([n for n, weight in enumerate(everyone.weights) if weight])
        other = self._thinned(self._grown())
        best = min(best, other, key=len)
        least = 1
        for _ in range(rounds):
            if least == len(best):
                break
            found = hitting_set(list(self.hits), least)
            if isinstance(found, GaveUp):
                break
            if isinstance(found, Unsatisfiable):
                least += 1
            elif self._tried(sorted(found.members)) is None:
                best = sorted(found.members)
            done(least, len(best))
        members = tuple(self.names[n] for n in best)
        return Smallest(
            self.tolerance, least, members, nearest(self.points.keep(best)).distance, len(self.hits)
        )

    def _tried(self, agents: list[int]) -> Chebyshev | None:
        """None if these agents come within the tolerance, else their distance and its witness.

        The agents whom the witness does not keep away join `hits`.
        """
        found = nearest(self.points.keep(agents))
        if found.distance <= self.tolerance:
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
