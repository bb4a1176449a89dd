"""The exact best approximation in mean absolute error by mixtures of generators, at many points.

    minimise    (1 / N) sum_p |sum_i weight_i generator_i(p) + offset - target(p)|
    subject to  weight >= 0, and sum weight = 1 if the mixture is a simplex

The optimum passes through few points, and at all others it only matters on which side it lies:
their absolute values are then linear and add up to one cost for each column (Portnoy and Koenker,
The Gaussian hare and the Laplacian tortoise, 1997). Floats propose points and sides; the exact
program over those is solved, and all sides are tested in integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from verifier.errors import SolverError
from verifier.numbers import integers
from verifier.solve.basis import ending_from
from verifier.solve.hull import floats_of, nearest
from verifier.solve.points import Approximation, Mixture, Points, checked, gaps, pairings
from verifier.solve.simplex import FarkasRay, Form, Kind, OptimalBasis

if TYPE_CHECKING:
    from verifier.solve.floats import Floats
    from verifier.solve.sides import Sides


@dataclass(frozen=True)
class MeanError(Approximation):
    """A mixture at the least mean absolute error, and a measure that proves it.

    `measure` maps every point to a mass of at most 1/N in absolute value, with total mass 0; all
    points have one offset.
    """

    @property
    def offset(self) -> Fraction:
        """The offset of all points."""
        return self.offsets[0]


def mean_error(
    points: Points, mixture: Mixture = Mixture.SIMPLEX, floats: Floats | None = None
) -> MeanError:
    """The exact least mean absolute error of the generators' mixtures, up to one offset.

    The groups of the points are ignored. `floats` are those of the points, if they are there
    already. Raises ValueError for a simplex without generators; SolverError if the answer fails its
    own check (a defect of this package).
    """
    one = replace(checked(points, mixture), groups=[0] * len(points.rows), group_count=1)
    floats = floats or floats_of(one)
    sides = _proposed(one, mixture, floats)
    if floats is not None and sides.met:
        near = nearest(one, mixture, floats)
        if not near.distance:
            return MeanError(near.distance, near.weights, {}, mixture, near.offsets)
        sides = _corrected(one, mixture, floats, near) or sides
    while True:
        found = _optimum_given(one, mixture, sides)
        if found is None:
            sides = sides.opened(sides.closed()[: 1 + len(sides.through)])
        elif wrong := found.wrong(floats):
            sides = sides.opened(wrong[-1 - one.weight_count :])
        else:
            answer = found.answer()
            _check(answer, one)
            return answer


def _proposed(points: Points, mixture: Mixture, floats: Floats | None) -> Sides:
    """The sides that floats find; all +1 with no point open if the numbers are beyond floats."""
    from verifier.solve.sides import Sides, propose_sides

    if floats is None:
        count = len(points.rows)
        return Sides([1] * count, (), range(count))
    return propose_sides(points, floats, convex=mixture is Mixture.SIMPLEX)


def _corrected(
    points: Points, mixture: Mixture, floats: Floats, near: Approximation
) -> Sides | None:
    """The sides that floats find from a mixture which they take for the target."""
    from verifier.solve.sides import propose_corrected_sides

    return propose_corrected_sides(points, floats, near, convex=mixture is Mixture.SIMPLEX)


def _optimum_given(points: Points, mixture: Mixture, sides: Sides) -> _Given | None:
    """The optimum that keeps to the sides where they are closed; None if it is unbounded.

    Columns are weights, the offset, and two for each open point: how far it is above and below.
    Rows are the sum of the weights if it is fixed, then one for each open point.
    """
    weights, convex = points.weight_count, mixture is Mixture.SIMPLEX
    prices = pairings({p: Fraction(sides.of[p]) for p in sides.closed()}, points)
    costs, cost_scale = integers([*prices[1:], sum(sides.of[p] for p in sides.closed())])
    columns: list[dict[int, int]] = [{0: 1} if convex else {} for _ in range(weights)] + [{}]
    bounds = [1] if convex else []
    for p in sides.through:
        row, scale, (aim, *values) = len(bounds), points.scales[p], points.rows[p]
        for column, value in zip(columns, [*values, scale], strict=False):
            if value:
                column[row] = value
        columns += [{row: -scale}, {row: scale}]
        bounds.append(aim)
    open_count = 2 * len(sides.through)
    form = Form(
        tuple(columns),
        (*costs, *[cost_scale] * open_count),
        tuple(bounds),
        (
            *[Kind.FIXED] * len(bounds),
            *[Kind.NONNEGATIVE] * weights,
            Kind.FREE,
            *[Kind.NONNEGATIVE] * open_count,
        ),
    )
    start = [len(bounds) + column for column in (*sides.used, weights)]
    ending = ending_from(form, start)
    if isinstance(ending, FarkasRay):
        raise SolverError("the program of a mean error has a solution, and was found to have none")
    if not isinstance(ending, OptimalBasis):
        return None
    return _Given(points, mixture, sides, form, cost_scale, ending)


@dataclass(frozen=True)
class _Given:
    """The optimum that keeps to given sides, in integers; costs are times `cost_scale`."""

    points: Points
    mixture: Mixture
    sides: Sides
    form: Form
    cost_scale: int
    optimum: OptimalBasis

    def column(self, number: int) -> Fraction:
        """The value of a column."""
        point = self.optimum.point
        numerator = point.numerators.get(len(self.form.bounds) + number, 0)
        return Fraction(numerator, point.denominator)

    @property
    def weights(self) -> list[Fraction]:
        """The weights of the generators."""
        return [self.column(number) for number in range(self.points.weight_count)]

    @property
    def offset(self) -> Fraction:
        """The offset of all points."""
        return self.column(self.points.weight_count)

    def wrong(self, floats: Floats | None) -> list[int]:
        """The closed points at which the optimum is on the other side, the nearest first."""
        closed, of = self.sides.closed(), self.sides.of
        if floats is None:
            signs, doubtful = [], closed
        else:
            rough, points = floats.signs(self.weights, [self.offset])
            signs, doubtful = rough.tolist(), points.tolist()
        found = gaps(self.points, self.weights, [self.offset], doubtful)
        return [p for p in closed if (found[p] if p in found else signs[p]) * of[p] < 0]

    def answer(self) -> MeanError:
        """The optimum in rationals, with the measure that its multipliers and the sides are."""
        points, count, multipliers = self.points, len(self.points.rows), self.optimum.multipliers
        ends = {side: Fraction(-side, count) for side in (1, -1)}
        measure = {p: ends[self.sides.of[p]] for p in range(count)}
        below = multipliers.denominator * self.cost_scale * count
        first = len(self.form.bounds) - len(self.sides.through)
        for row, p in enumerate(self.sides.through, first):
            mass = multipliers.numerators.get(row, 0) * points.scales[p]
            measure[p] = Fraction(mass, below)
        value = sum(
            (cost * self.column(n) for n, cost in enumerate(self.form.costs) if cost), Fraction(0)
        )
        constant = pairings({p: Fraction(self.sides.of[p]) for p in self.sides.closed()}, points)[0]
        distance = (value / self.cost_scale - constant) / count
        return MeanError(distance, tuple(self.weights), measure, self.mixture, {0: self.offset})


def _check(found: MeanError, points: Points) -> None:
    """The measure proves the distance and the weights are a mixture; SolverError otherwise."""
    masses, unit = integers(list(found.measure.values()))
    conditions = {
        "the measure's mass is not 0": not sum(masses),
        "a mass exceeds 1/N": all(abs(mass) * len(points.rows) <= unit for mass in masses),
    }
    found.check(points, "mean absolute error", conditions)
