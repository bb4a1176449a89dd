"""The distance of a table's user from mixtures of its agents, in two norms (theory.md 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import lcm
from operator import sub
from statistics import median_high

from verifier.solve.hull import nearest
from verifier.solve.mean_error import mean_error
from verifier.solve.points import Mixture, Points
from verifier.tables.table import UtilityTable


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


def distance(
    table: UtilityTable, norm: Norm = Norm.SUP, mixture: Mixture = Mixture.SIMPLEX
) -> Distance:
    """The exact distance of a table's user from the mixtures of its agents (theory.md 2.1).

    Raises SolverError if it fails its own check (a defect of this package).
    """
    points = table_points(table)
    near = nearest(points, mixture)
    if norm is Norm.SUP or not near.distance:  # a distance of 0 is 0 in the mean, too
        found = near.distance, near.weights, near.offsets[0], near.measure
    else:
        mean = mean_error(points, mixture)
        found = mean.distance, mean.weights, mean.offset, mean.measure
    value, weights, offset, measure = found
    witness = {table.numbers[p]: mass for p, mass in sorted(measure.items()) if mass}
    return Distance(
        norm, mixture, value, dict(zip(table.agents, weights, strict=True)), offset, witness
    )


def best_single(table: UtilityTable, norm: Norm = Norm.SUP) -> Single:
    """The nearest agent alone, the first of several."""
    return min(singles(table, norm), key=lambda found: found.distance)


def singles(table: UtilityTable, norm: Norm = Norm.SUP) -> list[Single]:
    """The distance of every agent alone.

    It is half the range of the difference, or its mean distance from its median.
    """
    scale = lcm(*set(table.scales))
    rows = (
        row if own == scale else [value * (scale // own) for value in row]
        for row, own in zip(table.rows, table.scales, strict=True)
    )
    target, *columns = zip(*rows, strict=True)
    found = []
    for agent, column in zip(table.agents, columns, strict=True):
        differences = list(map(sub, target, column))
        if norm is Norm.SUP:
            low, high = min(differences), max(differences)
            found.append(
                Single(agent, Fraction(high - low, 2 * scale), Fraction(high + low, 2 * scale))
            )
        else:
            middle = median_high(differences)
            total = sum(abs(difference - middle) for difference in differences)
            found.append(
                Single(agent, Fraction(total, len(differences) * scale), Fraction(middle, scale))
            )
    return found
