"""The points of a target and its generators as floats, and how far these can be wrong.

What floats find decides nothing. They may say, though, that a point is surely far from a bound, if
the error of their sums is bounded: a sum of n products misses by at most n units in the last place
of the sum of the absolute values, in any order of summation (Higham, Accuracy and stability of
numerical algorithms, 2002, 3.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import frexp, inf
from typing import Any

import numpy as np

from verifier.solve.points import SLICE, Matrix, Points

Array = np.ndarray[Any, np.dtype[Any]]

UNIT = 2.0**-52
"""Twice the relative error of one operation on floats."""

CACHED = 2**23
"""Up to so many entries the floats are kept; beyond, they are made again for each use."""


class Rows:
    """A matrix of floats that is gone through slice by slice; its first column is the target."""

    def __init__(self, array: Array) -> None:
        self.array = array

    def slices(self) -> Iterator[Array]:
        """The rows, some at a time."""
        for start in range(0, len(self.array), SLICE):
            yield self.array[start : start + SLICE]

    @cached_property
    def width(self) -> int:
        """The number of columns."""
        return int(self.array.shape[1])

    @cached_property
    def target(self) -> Array:
        """The first column."""
        return np.concatenate([part[:, 0] for part in self.slices()])

    def mixed(self, weights: Array) -> Array:
        """The other columns times weights, for every row."""
        return np.concatenate([part[:, 1:] @ weights for part in self.slices()])

    def gaps(self, weights: Array) -> Array:
        """The mixture and the offsets minus the target, for weights and then offsets."""
        return np.concatenate([part @ np.append(-1.0, weights) for part in self.slices()])

    def pulled(self, masses: Array) -> Array:
        """The other columns' sums of entry times mass."""
        found, start = np.zeros(self.width - 1), 0
        for part in self.slices():
            found += masses[start : start + len(part)] @ part[:, 1:]
            start += len(part)
        return found

    def gram(self, masses: Array) -> Array:
        """The products of the other columns with each other, a mass >= 0 on each row."""
        found, start, roots = np.zeros((self.width - 1,) * 2), 0, np.sqrt(masses)
        for part in self.slices():
            scaled = part[:, 1:] * roots[start : start + len(part), None]
            found += scaled.T @ scaled
            start += len(part)
        return found


class Floats(Rows):
    """The rows of some points: target, generators, and a column for each group's offset.

    Target and generators are divided by `unit`, a power of two, so that no entry exceeds 1. Raises
    OverflowError for numbers beyond floats.
    """

    def __init__(self, points: Points) -> None:
        self.count, self.groups = points.weight_count, np.array(points.groups, dtype=np.int64)
        self.width, self._group_count = 1 + self.count + points.group_count, points.group_count
        rows = points.rows
        self._rows = rows.array if isinstance(rows, Matrix) else _array(rows)
        kind = object if self._rows.dtype == object else np.float64
        self._scales = np.array(points.scales, dtype=kind)
        self.unit, sliced = 1.0, range(0, len(self._rows), SLICE)
        largest = max(float(np.abs(self.part(slice(n, n + SLICE))).max()) for n in sliced)
        if largest == inf:
            raise OverflowError("numbers beyond floats")
        self.unit = 2.0 ** frexp(largest)[1]

    @cached_property
    def array(self) -> Array:  # type: ignore[override]
        """All rows at once."""
        found = np.empty((len(self._rows), self.width))
        for part in self.parts():
            found[part] = self.part(part)
        return found

    def parts(self) -> Iterator[slice]:
        """All rows, some at a time."""
        return (slice(n, n + SLICE) for n in range(0, len(self._rows), SLICE))

    def slices(self) -> Iterator[Array]:
        if self._rows.size <= CACHED:
            return super().slices()
        return map(self.part, self.parts())

    def part(self, chosen: Any) -> Array:
        """These rows."""
        numbers = self._rows[chosen]
        found = np.zeros((len(numbers), self.width))
        found[:, : 1 + self.count] = numbers / self._scales[chosen, None]
        found[:, : 1 + self.count] /= self.unit
        found[range(len(numbers)), 1 + self.count + self.groups[chosen]] = 1.0
        return found

    def doubtful(
        self, weights: Sequence[Fraction], offsets: Sequence[Fraction], bound: Fraction
    ) -> Array:
        """The points at which the gap may reach the bound in absolute value: at all others it
        surely does not.
        """
        found = self._surely(weights, offsets)
        if found is None:
            return np.arange(len(self.groups))
        gaps, missed = found
        near = float(bound / Fraction(self.unit)) * (1 - UNIT) - missed
        return np.nonzero(~(np.abs(gaps) < near))[0]

    def signs(
        self, weights: Sequence[Fraction], offsets: Sequence[Fraction]
    ) -> tuple[Array, Array]:
        """The signs of the gaps, surely right but at the points that follow."""
        found = self._surely(weights, offsets)
        if found is None:
            return np.zeros(len(self.groups)), np.arange(len(self.groups))
        gaps, missed = found
        return np.sign(gaps), np.nonzero(~(np.abs(gaps) > missed))[0]

    def _surely(
        self, weights: Sequence[Fraction], offsets: Sequence[Fraction]
    ) -> tuple[Array, float] | None:
        """The gaps, and how far they are wrong at most; None for numbers beyond floats."""
        try:
            own = [float(offset / Fraction(self.unit)) for offset in offsets]
            mixing = np.array([*map(float, weights), *own])
        except OverflowError:
            return None
        sizes = 2 + float(np.abs(mixing).sum())
        return self.gaps(mixing), (len(mixing) + 16) * UNIT * sizes


def _array(rows: Sequence[Sequence[int]]) -> Array:
    """The rows as an array of 64-bit integers, or of Python's where they are longer."""
    try:
        return np.array(rows, dtype=np.int64)
    except OverflowError:
        return np.array(rows, dtype=object)
