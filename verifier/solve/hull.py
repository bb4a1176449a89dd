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

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from verifier.errors import SolverError
from verifier.solve.basis import ending_from
from verifier.solve.highs import propose
from verifier.solve.points import Approximation, Mixture, Points, checked, gaps, points_of
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.solve.simplex import Ending, Form, Kind, OptimalBasis, crash_basis, optimise

if TYPE_CHECKING:
    from verifier.solve.floats import Floats

Cut = tuple[int, int]
"""A point and a side: with +1 mixture + offset - target is at most the distance there, with -1 at
least minus the distance.
"""

SMALL = 64
"""Up to this many points the whole program is solved: nothing is gained by looking for the
inequalities that matter.
"""


@dataclass(frozen=True)
class Chebyshev(Approximation):
    """A mixture at the least uniform distance from the target, and a measure that proves it.

    `measure` has nonzero masses only, whose absolute values add up to at most 1, and total mass 0
    over the points of each group.
    """


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


def nearest(
    points: Points,
    mixture: Mixture = Mixture.SIMPLEX,
    floats: Floats | None = None,
    known: Iterable[int] = (),
) -> Chebyshev:
    """The least distance, as `chebyshev` finds it, for points in integers and numbered groups.

    `floats` are those of the points, if they are there already; `known` are points that may matter.
    """
    checked(points, mixture)
    if len(points.rows) > SMALL:
        floats = floats or floats_of(points)
    found = _decide(points, mixture, floats, known).answer()
    _check(found, points)
    return found


def floats_of(points: Points) -> Floats | None:
    """The points as floats; None if they are beyond these."""
    from verifier.solve.floats import Floats

    try:
        return Floats(points)
    except OverflowError:
        return None


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


def _decide(
    points: Points, mixture: Mixture, floats: Floats | None, known: Iterable[int]
) -> _OverCuts:
    """The optimum over cuts that those which it violates have joined until it violates none."""
    cuts, columns = _proposed(points, mixture, floats, known)
    while True:
        form = _form(points, mixture, cuts)
        ending = _ending(form, columns)
        if not isinstance(ending, OptimalBasis):
            raise SolverError(
                f"a hull program always has an optimum, the solver returned {type(ending).__name__}"
            )
        found = _OverCuts(points, mixture, cuts, form, ending)
        violated = found.violated(floats)
        if not violated:
            return found
        cuts, columns = cuts + violated[: 2 * len(form.columns)], []


def _ending(form: Form, columns: Sequence[int]) -> Ending:
    """The ending on this form, from the proposed columns where they may be a basis."""
    rows = len(form.bounds)
    if len(columns) == rows:
        return ending_from(form, [rows + column for column in columns])
    start = propose(form) if rows > 2 * SMALL + 1 else ()
    return ending_from(form, start) if start else optimise(form, crash_basis(form))


def _proposed(
    points: Points, mixture: Mixture, floats: Floats | None, known: Iterable[int]
) -> tuple[list[Cut], list[int]]:
    """The cuts that a float optimum makes tight, and its columns; all cuts of few points."""
    if len(points.rows) <= SMALL:
        return [(p, side) for p in range(len(points.rows)) for side in (+1, -1)], []
    if floats is None:
        return [], []
    from verifier.solve.tight import tight_cuts

    found = tight_cuts(points, floats, convex=mixture is Mixture.SIMPLEX, known=known)
    return found.cuts, found.columns


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


@dataclass(frozen=True)
class _OverCuts:
    """Some cuts of a hull program, and the optimum over them."""

    points: Points
    mixture: Mixture
    cuts: list[Cut]
    form: Form
    optimum: OptimalBasis

    def values(self) -> list[Fraction]:
        """The weights, the offsets and the distance."""
        point, first = self.optimum.point, len(self.form.bounds)
        return [
            Fraction(point.numerators.get(variable, 0), point.denominator)
            for variable in range(first, first + len(self.form.columns))
        ]

    def violated(self, floats: Floats | None) -> list[Cut]:
        """The cuts that the optimum violates, exactly, the worst first."""
        *values, distance = self.values()
        weights, offsets = values[: self.points.weight_count], values[self.points.weight_count :]
        near: Iterable[int] = range(len(self.points.rows))
        if floats is not None:
            near = floats.doubtful(weights, offsets, distance).tolist()
        found = gaps(self.points, weights, offsets, near)
        missed = [p for p, gap in found.items() if abs(gap) > distance]
        missed.sort(key=lambda p: abs(found[p]), reverse=True)
        return [(p, 1 if found[p] > 0 else -1) for p in missed]

    def answer(self) -> Chebyshev:
        """The optimum in rationals, with the measure that its multipliers are."""
        weights, values, multipliers = (
            self.points.weight_count,
            self.values(),
            self.optimum.multipliers,
        )
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
