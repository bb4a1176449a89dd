"""The best uniform approximation of a target by mixtures of generators, at many points, exactly.

    minimise    distance
    subject to  |sum_i weight_i generator_i(p) + offset_group(p) - target(p)| <= distance
                at every point p
                weight >= 0, and sum weight = 1 if the mixture is a simplex

Few of the inequalities decide such a program. Floats propose which; the exact program over those is
solved, its solution is tested at every point in integers, and violated inequalities join until
there are none (cutting planes: Dantzig, Fulkerson and Johnson, Solution of a large-scale
traveling-salesman problem, 1954).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import compress
from operator import mul

from verifier.errors import SolverError
from verifier.solve import highs
from verifier.solve.basis import ending_from
from verifier.solve.highs import Cut, TightCuts
from verifier.solve.points import Approximation, Mixture, Points, checked, points_of
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.solve.simplex import Form, Kind, OptimalBasis, crash_basis, optimise

SMALL = 64
"""Up to this many points the whole program is solved: nothing is gained by looking for the
inequalities that matter.
"""


@dataclass(frozen=True)
class Chebyshev(Approximation):
    """A mixture at the least uniform distance from the target, and a measure that proves it.

    `measure` has nonzero masses only, whose absolute values add up to at most 1, and total mass 0
    over the points of each group; `offsets` has the offset of each group.
    """

    offsets: Mapping[Hashable, Fraction]


def chebyshev(
    target: Sequence[Fraction | int],
    generators: Sequence[Sequence[Fraction | int]],
    *,
    groups: Sequence[Hashable] | None = None,
    mixture: Mixture = Mixture.SIMPLEX,
) -> Chebyshev:
    """The exact least distance of a target from mixtures of generators, up to group offsets.

    `target` and every generator list one rational per point; `groups` names each point's group
    (default: all the points are one group, named 0). Weights come in generator order, offsets in
    the order in which groups first appear. Raises ValueError on no points, unequal lengths, or a
    simplex without generators; SolverError if the answer fails its own check (a defect of this
    package). theory.md 2.1.

    >>> found = chebyshev([0, 1, 2], [[0, 4, 4]])
    >>> found.distance, found.weights, found.offsets
    (Fraction(3, 2), (Fraction(1, 1),), {0: Fraction(-3, 2)})
    >>> found.measure
    {0: Fraction(1, 2), 1: Fraction(-1, 2)}
    """
    named = [0] * len(target) if groups is None else groups
    _check_shapes(target, generators, named)
    names = list(dict.fromkeys(named))
    found = nearest(points_of(target, generators, named), mixture)
    return replace(found, offsets=dict(zip(names, found.offsets.values(), strict=True)))


def _check_shapes(
    target: Sequence[object], generators: Sequence[Sequence[object]], groups: Sequence[Hashable]
) -> None:
    lengths = {f"generator {number}": len(values) for number, values in enumerate(generators)} | {
        "groups": len(groups)
    }
    for what, length in lengths.items():
        if length != len(target):
            raise ValueError(f"{what} has {length} points, the target {len(target)}")


def nearest(points: Points, mixture: Mixture = Mixture.SIMPLEX) -> Chebyshev:
    """The least distance, as `chebyshev` finds it, for points in integers and numbered groups."""
    checked(points, mixture)
    found = _decide(points, mixture).answer()
    _check(found, points)
    return found


def _check(found: Chebyshev, points: Points) -> None:
    """The measure proves the distance and the weights are a mixture; SolverError otherwise."""
    per_group = [Fraction(0)] * points.group_count
    for point, mass in found.measure.items():
        per_group[points.groups[point]] += mass
    masses = {
        "a group's mass is not 0": not any(per_group),
        "the measure's norm exceeds 1": sum(map(abs, found.measure.values())) <= 1,
    }
    found.check(points, "hull distance", masses)


def hull_program(
    target: Sequence[Fraction | int],
    generators: Sequence[Sequence[Fraction | int]],
    groups: Sequence[Hashable],
    mixture: Mixture,
) -> Program:
    """The whole program of a hull distance, with an inequality for each side of each point.

    Columns are ("weight", i), ("offset", group) and "distance"; rows (+1, p), (-1, p) and "sum".
    theory.md 2.1.
    """
    program = Program(Goal.MINIMISE)
    for number in range(len(generators)):
        program.column(("weight", number))
    for group in dict.fromkeys(groups):
        program.column(("offset", group), free=True)
    program.column("distance", 1)
    if mixture is Mixture.SIMPLEX:
        ones: dict[Key, Fraction] = {
            ("weight", number): Fraction(1) for number in range(len(generators))
        }
        program.row("sum", ones, Sense.EQUAL, 1)
    for point, (aim, group) in enumerate(zip(target, groups, strict=True)):
        entries: dict[Key, Fraction] = {
            ("weight", i): Fraction(values[point]) for i, values in enumerate(generators)
        }
        entries[("offset", group)] = Fraction(1)
        program.row((+1, point), {**entries, "distance": Fraction(-1)}, Sense.AT_MOST, aim)
        program.row((-1, point), {**entries, "distance": Fraction(1)}, Sense.AT_LEAST, aim)
    return program


def _decide(points: Points, mixture: Mixture) -> _OverCuts:
    """The optimum over cuts that those which it violates have joined until it violates none."""
    proposed = _first_cuts(points, mixture)
    cuts = proposed.cuts
    form = _form(points, mixture, cuts)
    start = [len(form.bounds) + column for column in proposed.columns]
    while True:
        ending = ending_from(form, start) if start else optimise(form, crash_basis(form))
        if not isinstance(ending, OptimalBasis):
            raise SolverError(
                f"a hull program always has an optimum, the solver returned {type(ending).__name__}"
            )
        found = _OverCuts(points, mixture, cuts, form, ending)
        violated = found.violated()
        if not violated:
            return found
        cuts = cuts + violated[: 2 * len(form.columns)]
        form = _form(points, mixture, cuts)
        start = _carried(ending.basis, len(found.form.bounds), len(form.bounds))


def _first_cuts(points: Points, mixture: Mixture) -> TightCuts:
    """The cuts that floats propose, or all of few points without a proposal."""
    if len(points.rows) > SMALL:
        return highs.tight_cuts(points, mixture)
    return TightCuts([(p, side) for p in range(len(points.rows)) for side in (+1, -1)], [])


def _form(points: Points, mixture: Mixture, cuts: Sequence[Cut]) -> Form:
    """The program over some cuts, in integers.

    Columns are weights, offsets, distance; rows are the sum of the weights if it is fixed, then one
    per cut.
    """
    weights, groups = points.weight_count, points.group_count
    convex = mixture is Mixture.SIMPLEX
    columns: list[dict[int, int]] = [
        {0: 1} if convex and number < weights else {} for number in range(weights + groups + 1)
    ]
    bounds = [1] if convex else []
    for point, side in cuts:
        row, values, scale = len(bounds), points.rows[point], points.scales[point]
        for column, value in zip(columns, values[1:], strict=False):
            if value:
                column[row] = side * value
        columns[weights + points.groups[point]][row] = side * scale
        columns[-1][row] = -scale
        bounds.append(side * values[0])
    logicals = [Kind.FIXED] * convex + [Kind.NONNEGATIVE] * len(cuts)
    kinds = (*logicals, *[Kind.NONNEGATIVE] * weights, *[Kind.FREE] * groups, Kind.NONNEGATIVE)
    return Form(tuple(columns), (*[0] * (weights + groups), 1), tuple(bounds), kinds)


def _carried(basis: Sequence[int], before: int, after: int) -> list[int]:
    """A basis of a form with `before` rows, as one of the form in which further rows follow.

    The logicals of the further rows join the basis.
    """
    return [
        variable if variable < before else variable + after - before for variable in basis
    ] + list(range(before, after))


@dataclass(frozen=True)
class _OverCuts:
    """Some cuts of a hull program, and the optimum over them."""

    points: Points
    mixture: Mixture
    cuts: list[Cut]
    form: Form
    optimum: OptimalBasis

    def column(self, number: int) -> int:
        """A column's numerator at the optimum, over `optimum.point.denominator`."""
        return self.optimum.point.numerators.get(len(self.form.bounds) + number, 0)

    def violated(self) -> list[Cut]:
        """The cuts that the optimum violates, in exact integers, the worst first."""
        points, weights = self.points, self.points.weight_count
        factors = [
            -self.optimum.point.denominator,
            *(self.column(number) for number in range(weights)),
        ]
        offsets = [self.column(weights + group) for group in range(points.group_count)]
        distance = self.column(weights + points.group_count)
        used = [factor != 0 for factor in factors]
        factors = [factor for factor in factors if factor]
        excesses: list[tuple[Fraction, Cut]] = []
        scaled = zip(points.rows, points.scales, points.groups, strict=True)
        for point, (row, scale, group) in enumerate(scaled):
            gap = sum(map(mul, compress(row, used), factors)) + scale * offsets[group]
            if abs(gap) > scale * distance:
                excess = Fraction(abs(gap), scale) - distance
                excesses.append((excess, (point, 1 if gap > 0 else -1)))
        return [cut for _, cut in sorted(excesses, key=lambda item: item[0], reverse=True)]

    def answer(self) -> Chebyshev:
        """The optimum in rationals, with the measure that its multipliers are."""
        weights, groups = self.points.weight_count, self.points.group_count
        denominator, multipliers = self.optimum.point.denominator, self.optimum.multipliers
        values = [Fraction(self.column(n), denominator) for n in range(weights + groups + 1)]
        masses = []
        for row, (point, side) in enumerate(self.cuts, len(self.form.bounds) - len(self.cuts)):
            mass = side * self.points.scales[point] * multipliers.numerators.get(row, 0)
            masses.append((point, Fraction(mass, multipliers.denominator)))
        return Chebyshev(
            values[-1],
            tuple(values[:weights]),
            _summed(masses),
            self.mixture,
            dict(enumerate(values[weights:-1])),
        )


def _summed(masses: Iterable[tuple[int, Fraction]]) -> dict[int, Fraction]:
    total: dict[int, Fraction] = {}
    for point, mass in masses:
        if mass:
            total[point] = total.get(point, Fraction(0)) + mass
    return {point: mass for point, mass in total.items() if mass}
