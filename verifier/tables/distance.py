"""The distance of a table's user from mixtures of its agents, in two norms (theory.md 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from verifier.deadline import OutOfTimeError, finished, passed, uninterrupted
from verifier.solve.hull import SMALL, floats_of, nearest
from verifier.solve.mean_error import mean_error
from verifier.solve.points import Approximation, Matrix, Mixture, Points
from verifier.tables.collected import narrow
from verifier.tables.table import UtilityTable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Norm(StrEnum):
    """The norm in which the differences at the points count."""

    SUP = "sup"
    """The greatest difference: the paper's hull distance."""
    MEAN = "mean"
    """The mean of the absolute differences: the mean absolute error."""


@dataclass(frozen=True)
class Distance:
    """The least distance, with a nearest mixture and a signed measure that proves it.

    `witness` maps row numbers to nonzero masses: total mass 0; under SUP their absolute values sum
    to at most 1, under MEAN none exceeds 1 over the number of rows. With u(m) the sum of mass times
    utility: u(m) - U_i(m) >= distance for every agent if the mixture is a simplex; u(m) >= distance
    and U_i(m) <= 0 if it is a cone.
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


@dataclass(frozen=True)
class Single:
    """The distance of one agent alone, with his best offset."""

    agent: str
    distance: Fraction
    offset: Fraction


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
        elif near is not None and not near.distance:  # a distance of 0 is 0 in the mean, too
            answer = near
        else:
            answer = mean_error(points, mixture, floats)
        found[norm, mixture] = answer
        yield (norm, mixture), answer


def _named(table: UtilityTable, norm: Norm, mixture: Mixture, found: Approximation) -> Distance:
    """An approximation with the names of agents and the numbers of rows."""
    witness = {table.numbers[p]: mass for p, mass in sorted(found.measure.items()) if mass}
    weights = dict(zip(table.agents, found.weights, strict=True))
    return Distance(norm, mixture, found.distance, weights, found.offsets[0], witness)


def best_single(table: UtilityTable, norm: Norm = Norm.SUP) -> Single:
    """The nearest agent alone, the first of several."""
    return min(singles(table, norm), key=lambda found: found.distance)


def singles(table: UtilityTable, norm: Norm = Norm.SUP) -> list[Single]:
    """The distance of every agent alone.

    It is half the range of the difference, or its mean distance from its median.
    """
    import numpy as np

    scale, array = lcm(*set(table.scales)), _array(table)
    factors = [scale // own for own in table.scales]
    largest = max(int(np.abs(array).max()), 1) * max(factors)
    if 4 * largest * len(factors) >= 2**63:
        array = array.astype(object)
    kind = object if array.dtype == object else np.int64
    factor = np.array(factors, dtype=kind)
    target, found = array[:, 0] * factor, []
    for n, agent in enumerate(table.agents, 1):
        differences = np.sort(target - array[:, n] * factor)
        low, high = int(differences[0]), int(differences[-1])
        middle = int(differences[len(differences) // 2])
        if norm is Norm.SUP:
            found.append(
                Single(agent, Fraction(high - low, 2 * scale), Fraction(high + low, 2 * scale))
            )
        else:
            total = int(np.abs(differences - middle).sum())
            found.append(
                Single(agent, Fraction(total, len(differences) * scale), Fraction(middle, scale))
            )
    return found


def _array(table: UtilityTable) -> Array:
    rows = table.rows
    return rows.array if isinstance(rows, Matrix) else narrow(rows)
