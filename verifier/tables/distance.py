"""The distance of a table's user from mixtures of its agents, in three norms (theory.md 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.deadline import OutOfTimeError, finished, passed, uninterrupted
from verifier.solve.hull import SMALL, floats_of, nearest
from verifier.solve.least_squares import least_squares
from verifier.solve.mean_error import mean_error
from verifier.solve.points import Approximation, Mixture, Points
from verifier.tables.norm import Norm
from verifier.tables.table import UtilityTable


@dataclass(frozen=True)
class Distance:
    """The least distance, with a nearest mixture and a signed measure that proves it.

    `witness` maps row numbers to nonzero masses: total mass 0; under SUP their absolute values sum
    to at most 1, under MEAN none exceeds 1 over the number of rows. With u(m) the sum of mass times
    utility: u(m) - U_i(m) >= distance for every agent if the mixture is a simplex; u(m) >= distance
    and U_i(m) <= 0 if it is a cone. Under SQUARED it is empty: the measure is minus the mixture's
    miss over the number of rows.
    """

    norm: Norm
    mixture: Mixture
    distance: Fraction
    weights: Mapping[str, Fraction]
    offset: Fraction
    witness: Mapping[int, Fraction]

    @property
    def supporters(self) -> tuple[str, ...]:
        """The agents of positive weight, in column order."""
        return tuple(name for name, weight in self.weights.items() if weight > 0)


def table_points(table: UtilityTable) -> Points:
    """The points of a table, all in one group: one offset serves them all."""
    return Points(table.rows, table.scales, [0] * len(table.rows))


Asked = tuple[Norm, Mixture]
"""A distance is asked for by its norm and its convention."""


def distance(
    table: UtilityTable, norm: Norm = Norm.SUP, mixture: Mixture = Mixture.SIMPLEX
) -> Distance:
    """The exact distance of a table's user from the mixtures of its agents (theory.md 2.1).

    Raises SolverError if it fails its own check (a defect of this package).
    """
    return distances(table, [(norm, mixture)])[0]


def distances(table: UtilityTable, asked: Iterable[Asked]) -> list[Distance]:
    """The exact distances of a table's user in these norms and conventions, in this order.

    Each begins where those before it ended. Those that a deadline cuts short are missing. Raises
    SolverError as `distance` does, and OutOfTimeError where there would be none.
    """
    with uninterrupted():
        found = dict[Asked, Approximation]()
        every = _approximations(table, asked)
        while (some := finished(lambda: next(every, None), None)) is not None:
            found[some[0]] = some[1]
        if not found:
            raise OutOfTimeError(passed())
    return [_named(table, *which, answer) for which, answer in found.items()]


def _approximations(
    table: UtilityTable, asked: Iterable[Asked]
) -> Iterator[tuple[Asked, Approximation]]:
    points, found = table_points(table), dict[Asked, Approximation]()
    floats = floats_of(points) if len(points.rows) > SMALL else None
    for norm, mixture in asked:
        near = found.get((Norm.SUP, mixture))
        if norm is Norm.SUP:
            known = [p for (past, _), f in found.items() if past is Norm.SUP for p in f.measure]
            answer: Approximation = nearest(points, mixture, floats, known)
        elif near is not None and not near.distance:  # a distance of 0 is 0 in every norm
            answer = near
        elif norm is Norm.SQUARED:
            answer = least_squares(points, mixture)
        else:
            answer = mean_error(points, mixture, floats)
        found[norm, mixture] = answer
        yield (norm, mixture), answer


def _named(table: UtilityTable, norm: Norm, mixture: Mixture, found: Approximation) -> Distance:
    """An approximation with the names of agents and the numbers of rows."""
    masses = () if norm is Norm.SQUARED else sorted(found.measure.items())
    witness = {table.numbers[p]: mass for p, mass in masses if mass}
    weights = dict(zip(table.agents, found.weights, strict=True))
    return Distance(norm, mixture, found.distance, weights, found.offsets[0], witness)
