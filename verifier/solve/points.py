"""A target and its generators at many points, in integers, and approximations by their mixtures."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from verifier.errors import SolverError
from verifier.numbers import integers


class Mixture(StrEnum):
    """The mixtures of generators that are allowed, by their weights."""

    SIMPLEX = "simplex"
    """Nonnegative weights with sum 1 (the paper's convention)."""
    CONE = "cone"
    """Nonnegative weights."""


@dataclass(frozen=True)
class Points:
    """A target and generators at many points, as integers over a scale for each point.

    `rows[p]` is (target, generators...) times `scales[p]`, and `groups[p]` numbers the point's
    group. Raises ValueError on no points, or rows of different lengths.
    """

    rows: Sequence[Sequence[int]]
    scales: Sequence[int]
    groups: Sequence[int]
    group_count: int = 1

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("no points: the distance between functions on nothing is not defined")
        if {len(row) for row in self.rows} != {1 + self.weight_count}:
            raise ValueError(
                "rows of different lengths: expected the target and every generator at each point"
            )
        if not len(self.rows) == len(self.scales) == len(self.groups):
            raise ValueError(
                f"{len(self.rows)} rows, {len(self.scales)} scales and {len(self.groups)} groups:"
                " expected as many"
            )

    @property
    def weight_count(self) -> int:
        """The number of generators."""
        return len(self.rows[0]) - 1

    def keep(self, generators: Sequence[int]) -> Points:
        """The same points with only these generators, in this order."""
        chosen = [0, *(1 + number for number in generators)]
        rows = [tuple([row[column] for column in chosen]) for row in self.rows]
        return Points(rows, self.scales, self.groups, self.group_count)

    def column(self, number: int) -> list[Fraction]:
        """The values of the target (0) or of a generator (from 1) at all points."""
        return [
            Fraction(row[number], scale) for row, scale in zip(self.rows, self.scales, strict=True)
        ]


def points_of(
    target: Sequence[Fraction | int],
    generators: Sequence[Sequence[Fraction | int]],
    groups: Sequence[Hashable],
) -> Points:
    """The points of rational columns; groups are numbered in order of first appearance."""
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    scaled = [integers(row) for row in zip(target, *generators, strict=True)]
    rows, scales = [row for row, _ in scaled], [scale for _, scale in scaled]
    return Points(rows, scales, [numbers[group] for group in groups], max(1, len(numbers)))


def checked(points: Points, mixture: Mixture) -> Points:
    """The same points, if they have mixtures of this kind.

    Raises ValueError for a simplex without generators.
    """
    if mixture is Mixture.SIMPLEX and not points.weight_count:
        raise ValueError("no generators: weights with sum 1 do not exist (the cone allows it)")
    return points


def pairings(measure: Mapping[int, Fraction], points: Points) -> list[Fraction]:
    """The exact sums of mass times value: of the target, and then of each generator."""
    masses, unit = integers(list(measure.values()))
    sums: dict[int, list[int]] = {}
    for point, mass in zip(measure, masses, strict=True):
        scale, row = points.scales[point], points.rows[point]
        before = sums.get(scale) or [0] * len(row)
        sums[scale] = [total + mass * value for total, value in zip(before, row, strict=True)]
    found = [Fraction(0)] * (1 + points.weight_count)
    for scale, part in sums.items():
        found = [
            total + Fraction(value, scale * unit) for total, value in zip(found, part, strict=True)
        ]
    return found


@dataclass(frozen=True)
class Approximation:
    """A mixture at the least distance from the target, and a measure that proves that distance.

    `measure` maps the numbers of points to signed masses with total mass 0 (in each group of points
    that has an offset of its own). With target(m) = sum_p m(p) target(p), for every i: if the
    mixture is a simplex, target(m) - generator_i(m) >= distance; if it is a cone, target(m) >=
    distance and generator_i(m) <= 0.
    """

    distance: Fraction
    weights: tuple[Fraction, ...]
    measure: Mapping[int, Fraction]
    mixture: Mixture

    def check(self, points: Points, what: str, masses: Mapping[str, bool]) -> None:
        """Weights, masses and pairings meet their conditions; SolverError names one that fails.

        `masses` has the conditions on the measure that the kind of distance asks for.
        """
        convex = self.mixture is Mixture.SIMPLEX
        reach, *towards = pairings(self.measure, points)
        conditions = {
            "the weights are not a mixture": (
                all(w >= 0 for w in self.weights) and (not convex or sum(self.weights) == 1)
            ),
            **masses,
            "the target is too close to 0": convex or reach >= self.distance,
            "a generator is too close": all(
                (reach - v >= self.distance) if convex else v <= 0 for v in towards
            ),
        }
        for complaint, holds in conditions.items():
            if not holds:
                raise SolverError(f"the {what} failed its own check: {complaint}")
