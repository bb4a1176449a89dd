"""A target and its generators at many points, in integers, and approximations by their mixtures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import compress
from math import lcm
from operator import mul
from typing import TYPE_CHECKING, Any, overload

from verifier.errors import SolverError
from verifier.numbers import integers

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SLICE = 4096
"""How many rows of a matrix are copied at a time."""


class Mixture(StrEnum):
    """The mixtures of generators that are allowed, by their weights."""

    SIMPLEX = "simplex"
    """Nonnegative weights with sum 1 (the paper's convention)."""
    CONE = "cone"
    """Nonnegative weights."""


class Matrix(Sequence[tuple[int, ...]]):
    """Rows of integers in one array of numpy's: of integers of some width, or of Python's own.

    A row that is asked for is a tuple of Python's integers, so that sums and products are exact.
    """

    def __init__(self, array: Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Matrix: ...
    def __getitem__(self, place: int | slice) -> tuple[int, ...] | Matrix:
        if isinstance(place, slice):
            return Matrix(self.array[place])
        return tuple(self.array[place].tolist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    @cached_property
    def largest(self) -> int:
        """The largest absolute value; the array has an entry."""
        return max(abs(int(self.array.min())), abs(int(self.array.max())))

    def keep(self, columns: Sequence[int]) -> Matrix:
        """The same rows with only these columns, in this order."""
        return Matrix(self.array[:, list(columns)])

    def total(self, rows: Sequence[int]) -> list[int]:
        """The exact sums of the columns over these rows."""
        wide = self.array.dtype == object or self.largest * len(rows) >= 2**63
        sums = [0] * self.array.shape[1]
        for start in range(0, len(rows), SLICE):
            part = self.array[list(rows[start : start + SLICE])]
            found = part.sum(axis=0, dtype=object if wide else "int64").tolist()
            sums = [before + more for before, more in zip(sums, found, strict=True)]
        return sums


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
        ragged = not isinstance(self.rows, Matrix) and len({len(row) for row in self.rows}) > 1
        if ragged:
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
        rows: Sequence[Sequence[int]] = (
            self.rows.keep(chosen)
            if isinstance(self.rows, Matrix)
            else [tuple([row[column] for column in chosen]) for row in self.rows]
        )
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
    alike: dict[tuple[int, int, int], list[int]] = {}  # a fraction takes long to hash
    for point, mass in measure.items():
        key = mass.numerator, mass.denominator, points.scales[point]
        alike.setdefault(key, []).append(point)
    below = lcm(*[denominator * scale for _, denominator, scale in alike])
    sums = [0] * (1 + points.weight_count)
    for (numerator, denominator, scale), members in alike.items():
        factor = numerator * (below // (denominator * scale))
        total = _total(points.rows, members)
        sums = [before + factor * value for before, value in zip(sums, total, strict=True)]
    return [Fraction(value, below) for value in sums]


def gaps(
    points: Points, weights: Sequence[Fraction], offsets: Sequence[Fraction], at: Iterable[int]
) -> dict[int, Fraction]:
    """The mixture plus its group's offset minus the target, exactly, at these points."""
    factors, unit = integers([Fraction(-1), *weights])
    used = [bool(factor) for factor in factors]
    factors = tuple([factor for factor in factors if factor])
    found = {}
    for p in at:
        scale = points.scales[p]
        mixed = sum(map(mul, compress(points.rows[p], used), factors))
        found[p] = Fraction(mixed, scale * unit) + offsets[points.groups[p]]
    return found


def _total(rows: Sequence[Sequence[int]], members: Sequence[int]) -> Sequence[int]:
    """The sums of the columns over these rows."""
    if len(members) == 1:
        return rows[members[0]]
    if isinstance(rows, Matrix):
        return rows.total(members)
    return [sum(column) for column in zip(*[rows[p] for p in members], strict=True)]


@dataclass(frozen=True)
class Approximation:
    """A mixture at the least distance from the target, and a measure that proves that distance.

    `measure` maps the numbers of points to signed masses with total mass 0 (in each group of points
    that has an offset of its own). With target(m) = sum_p m(p) target(p), for every i: if the
    mixture is a simplex, target(m) - generator_i(m) >= distance; if it is a cone, target(m) >=
    distance and generator_i(m) <= 0. `offsets` has the offset of each group of points.
    """

    distance: Fraction
    weights: tuple[Fraction, ...]
    measure: Mapping[int, Fraction]
    mixture: Mixture
    offsets: Mapping[Hashable, Fraction]

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
