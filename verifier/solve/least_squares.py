"""The exact best approximation in mean squared error by mixtures of generators, at many points.

    minimise    (1 / N) sum_p (sum_i weight_i generator_i(p) + offset - target(p))^2
    subject to  weight >= 0, and sum weight = 1 if the mixture is a simplex

The best offset makes the misses sum to 0, so it goes if every column is centred, and the products
of the centred columns are all that is left of the points. Generators of positive weight join one by
one, those whose weight would turn negative leave, and on the way none depends on the others (Lawson
and Hanson, Solving least squares problems, 1974, chapter 23; for a simplex Wolfe, Finding the
nearest point in a polytope, 1976). Floats go that way first; it is gone on in fractions from where
they end, until the conditions of Karush, Kuhn and Tucker hold exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from verifier.errors import SizeError
from verifier.numbers import LONGEST_EXACT, integers
from verifier.solve.points import Approximation, Matrix, Mixture, Points, checked, gaps

if TYPE_CHECKING:
    import numpy as np
    from flint import fmpq_mat

    Array = np.ndarray[Any, np.dtype[Any]]

ROUGH = 1e-10
"""A generator whose gradient is nearer to the support's than this does not join in floats."""

N = TypeVar("N", float, Fraction)

Supported = tuple[list[int], list[N]]
"""The generators of positive weight, and their weights."""


@dataclass(frozen=True)
class LeastSquares(Approximation):
    """A mixture at the least mean squared error, and a measure that proves it.

    `measure` maps every point to minus its miss over the number of points, so that it has total
    mass 0, and the sum of squared masses times the number of points is `distance`.
    """

    @property
    def offset(self) -> Fraction:
        """The offset of all points."""
        return self.offsets[0]


@dataclass(frozen=True)
class Products:
    """The products of the centred columns of some points, in integers: the target, the generators.

    Entry (i, j) of `matrix` is the sum over points of column i times column j, both centred, times
    `scale`.
    """

    matrix: Sequence[Sequence[int]]
    scale: int
    count: int

    def keep(self, generators: Sequence[int]) -> Products:
        """The same points with only these generators, in this order."""
        chosen = [0, *(1 + number for number in generators)]
        return replace(self, matrix=[[self.matrix[i][j] for j in chosen] for i in chosen])

    def weights(self, mixture: Mixture) -> list[Fraction]:
        """The weights of a mixture at the least mean squared error.

        Domain: at least one generator for a simplex. Raises SizeError if they have more digits than
        the kernel reads.
        """
        convex, found = mixture is Mixture.SIMPLEX, [Fraction(0)] * (len(self.matrix) - 1)
        exact = _Exact(self.matrix, convex)
        for number, weight in zip(*exact.best(_proposed(self.matrix, convex)), strict=True):
            found[number] = weight
        size = max((weight.denominator.bit_length() for weight in found), default=0)
        if size > LONGEST_EXACT:
            raise SizeError(
                f"the best weights have denominators of {size} bits, more than the"
                f" {LONGEST_EXACT} that the kernel reads: round the numbers of the table, or"
                " choose fewer agents"
            )
        return found

    def error(self, weights: Sequence[Fraction]) -> Fraction:
        """The mean squared error of the mixture with these weights and its best offset."""
        whole, unit = integers([Fraction(-1), *weights])
        used = [n for n, factor in enumerate(whole) if factor]
        total = sum(whole[i] * whole[j] * self.matrix[i][j] for i in used for j in used)
        return Fraction(total, unit * unit * self.scale * self.count)


def products(points: Points) -> Products:
    """The products of the centred columns of all points, with one offset for them all."""
    array, scale = _whole(points)
    count = len(points.rows)
    sums = [int(total) for total in array.sum(axis=0, dtype=object)]
    crossed = _crossed(array)
    matrix = [
        [count * value - left * right for value, right in zip(row, sums, strict=True)]
        for row, left in zip(crossed, sums, strict=True)
    ]
    return Products(matrix, count * scale * scale, count)


def least_squares(points: Points, mixture: Mixture = Mixture.SIMPLEX) -> LeastSquares:
    """The exact least mean squared error of the generators' mixtures, up to one offset.

    The groups of the points are ignored. Where several mixtures are best, one of them is returned
    whose generators do not depend on each other. Raises ValueError for a simplex without
    generators; SizeError for weights of more digits than the kernel reads; SolverError if the
    answer fails its own check (a defect of this package).

    >>> from verifier.solve.points import points_of
    >>> found = least_squares(points_of([0, 1, 2], [[0, 4, 4], [1, 1, 0]], [0, 0, 0]))
    >>> found.distance, found.weights, found.offset
    (Fraction(7, 18), (Fraction(1, 2), Fraction(1, 2)), Fraction(-2, 3))
    """
    one = replace(checked(points, mixture), groups=[0] * len(points.rows), group_count=1)
    found = products(one)
    weights = found.weights(mixture)
    count = len(one.rows)
    misses = gaps(one, weights, [Fraction(0)], range(count))
    offset = -sum(misses.values(), Fraction(0)) / count
    measure = {p: -(miss + offset) / count for p, miss in misses.items()}
    answer = LeastSquares(found.error(weights), tuple(weights), measure, mixture, {0: offset})
    _check(answer, one)
    return answer


def _check(found: LeastSquares, points: Points) -> None:
    """The measure proves the distance and the weights are a mixture; SolverError otherwise."""
    masses, unit = integers(list(found.measure.values()))
    squares = Fraction(len(points.rows) * sum(mass * mass for mass in masses), unit * unit)
    conditions = {
        "the measure's mass is not 0": not sum(masses),
        "the measure is too large": squares <= found.distance,
    }
    found.check(points, "mean squared error", conditions)


def _whole(points: Points) -> tuple[Array, int]:
    """The rows in integers over one scale, and that scale."""
    import numpy as np

    scale = lcm(*set(points.scales))
    rows = points.rows.array if isinstance(points.rows, Matrix) else list(points.rows)
    array = np.array(rows, dtype=object)
    factors = np.array([scale // own for own in points.scales], dtype=object)
    return array * factors[:, None], scale


def _crossed(array: Array) -> list[list[int]]:
    """The products of all columns with each other, exactly."""
    import numpy as np

    largest = int(abs(array).max())
    if largest * largest * len(array) < 2**63:
        narrow = array.astype(np.int64)
        return cast("list[list[int]]", (narrow.T @ narrow).tolist())
    from flint import fmpz_mat

    height, width = array.shape
    wide = fmpz_mat(height, width, array.ravel().tolist())
    return [[int(value) for value in row] for row in (wide.transpose() * wide).tolist()]


class _Conditions(ABC, Generic[N]):
    """The conditions of Karush, Kuhn and Tucker, in one kind of number."""

    zero: N

    def __init__(self, matrix: Sequence[Sequence[Any]], convex: bool) -> None:
        self.matrix, self.convex = matrix, convex

    @abstractmethod
    def solution(self, rows: list[list[Any]], bounds: list[Any]) -> list[N]:
        """The solution of linear equations; ZeroDivisionError if they depend on each other."""

    @abstractmethod
    def gradient(self, support: list[int], weights: list[N]) -> list[N]:
        """Half the derivative of the squared error by each generator's weight."""

    @abstractmethod
    def joins(self, difference: N) -> bool:
        """Whether a gradient that is so far above the support's makes its generator join."""

    def stationary(self, support: list[int]) -> list[N]:
        """The weights of these generators that are best if weights may be negative.

        The last unknown is minus the multiplier of the sum of the weights.
        """
        if not support:
            return []
        rows: list[list[Any]] = [[self.matrix[1 + i][1 + j] for j in support] for i in support]
        bounds = [self.matrix[1 + i][0] for i in support]
        if self.convex:
            rows = [*[[*row, 1] for row in rows], [*[1] * len(support), 0]]
            bounds.append(1)
        return self.solution(rows, bounds)[: len(support)]

    def start(self) -> Supported[N]:
        """The best single generator, or none at all if that is allowed."""
        if not self.convex:
            return [], []
        alone = range(len(self.matrix) - 1)
        best = min(alone, key=lambda i: self.matrix[1 + i][1 + i] - 2 * self.matrix[1 + i][0])
        return [best], self.stationary([best])

    def steps(self, support: list[int], weights: list[N]) -> Iterator[Supported[N]]:
        """The supports on the way to the best mixture, each with its best weights.

        Domain: the first is such a support, too.
        """
        while True:
            yield support, weights
            slopes = self.gradient(support, weights)
            level = slopes[support[0]] if self.convex else 0
            others = [n for n in range(len(slopes)) if n not in support]
            steepest = min(others, key=slopes.__getitem__, default=None)
            if steepest is None or not self.joins(slopes[steepest] - level):
                return
            weights = weights.copy()
            weights.append(self.zero)
            support, weights = self._joined([*support, steepest], weights)

    def _joined(self, support: list[int], weights: list[N]) -> Supported[N]:
        """The way to the best weights of these generators; who comes to 0 on it leaves."""
        while True:
            aim = self.stationary(support)
            shares = [
                (w / (w - a) if w else w, n)
                for n, (w, a) in enumerate(zip(weights, aim, strict=True))
                if a <= 0
            ]
            if not shares:
                return support, aim
            share, first = min(shares)
            moved = [w + share * (a - w) for w, a in zip(weights, aim, strict=True)]
            kept = [n for n, weight in enumerate(moved) if weight > 0 and n != first]
            support, weights = [support[n] for n in kept], [moved[n] for n in kept]


class _Floats(_Conditions[float]):
    """The conditions in floats, which propose a support."""

    zero = 0.0

    def solution(self, rows: list[list[Any]], bounds: list[Any]) -> list[float]:
        import numpy as np

        try:
            found: list[float] = np.linalg.solve(np.array(rows), np.array(bounds)).tolist()
        except np.linalg.LinAlgError as error:
            raise ZeroDivisionError from error
        return found

    def gradient(self, support: list[int], weights: list[float]) -> list[float]:
        import numpy as np

        array, factors = np.asarray(self.matrix), np.zeros(len(self.matrix))
        factors[0] = -1
        factors[[1 + n for n in support]] = weights
        found: list[float] = (array @ factors)[1:].tolist()
        return found

    def joins(self, difference: float) -> bool:
        return difference < -ROUGH


class _Exact(_Conditions[Fraction]):
    """The conditions in rationals."""

    zero = Fraction(0)

    def solution(self, rows: list[list[Any]], bounds: list[Any]) -> list[Fraction]:
        from flint import fmpz_mat

        right = fmpz_mat(len(bounds), 1, bounds)
        found = cast("fmpq_mat", fmpz_mat(rows).solve(right))
        return [Fraction(int(value.p), int(value.q)) for value in found.entries()]

    def gradient(self, support: list[int], weights: list[Fraction]) -> list[Fraction]:
        (first, *whole), unit = integers([Fraction(-1), *weights])
        return [
            Fraction(
                first * row[0] + sum(w * row[1 + n] for w, n in zip(whole, support, strict=True)),
                unit,
            )
            for row in self.matrix[1:]
        ]

    def joins(self, difference: Fraction) -> bool:
        return difference < 0

    def best(self, proposed: list[int]) -> Supported[Fraction]:
        """The best support and its weights, by way of a proposed one."""
        *_, last = self.steps(*self._repaired(proposed))
        return last

    def _repaired(self, support: list[int]) -> Supported[Fraction]:
        """The best weights of a proposed support, without those who have none in it."""
        try:
            while support:
                weights = self.stationary(support)
                kept = [n for n, w in zip(support, weights, strict=True) if w > 0]
                if len(kept) == len(support):
                    return support, weights
                support = kept
        except ZeroDivisionError:  # the support is too large: floats cannot tell
            pass
        return self.start()


def _proposed(matrix: Sequence[Sequence[int]], convex: bool) -> list[int]:
    """The support that floats end with, within as many steps as there are columns, threefold."""
    import numpy as np

    largest = max(1, *(abs(value) for row in matrix for value in row))
    scaled = np.array([[value / largest for value in row] for row in matrix])
    floats, support = _Floats(cast("Any", scaled), convex), list[int]()
    try:
        for found, _ in islice(floats.steps(*floats.start()), 3 * len(matrix)):
            support = found
    except ZeroDivisionError:
        pass
    return support
