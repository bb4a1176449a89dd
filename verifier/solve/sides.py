"""On which side of each point a best approximation in mean absolute error lies, in floats.

It passes through few points. Where it may pass through more, as where the target is one of the
generators nearly everywhere, HiGHS looks for few that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from verifier.solve.corrections import CORRECTIONS, Corrections, Start, start_at
from verifier.solve.floats import Array, Floats
from verifier.solve.highs import Model, basic
from verifier.solve.interior import Interior
from verifier.solve.points import Approximation, Points

TOLERANCE = 1e-10
"""The relative duality gap of the approximation."""

SURE = 1e-5
"""How near to 1 the mass of a point must be to keep its side, and how small a weight is none."""


MET = 1e-9
"""How near (entries at most 1) an approximation must come everywhere to be, perhaps, the target."""


@dataclass(frozen=True)
class Sides:
    """Where a best approximation in mean absolute error is proposed to lie, point by point.

    `of[p]` is +1 above the target and -1 below it; at the points of `through` it may lie on either
    side. `order` lists all points, the ones nearest to the approximation first; `used` the
    generators of positive weight. `met`: the approximation is the target, as far as floats see.
    """

    of: Sequence[int]
    through: tuple[int, ...]
    order: Sequence[int]
    used: tuple[int, ...] = ()
    met: bool = False

    def closed(self) -> list[int]:
        """The points at which the approximation is kept to a side, the nearest first."""
        open_points = set(self.through)
        return [p for p in self.order if p not in open_points]

    def opened(self, points: Sequence[int]) -> Sides:
        """The same sides with further points at which the approximation may lie on either."""
        return replace(self, through=tuple(sorted({*self.through, *points})))


@dataclass(frozen=True)
class _Found:
    """A solution: weights and the offset, all masses, and the points that it passes through."""

    weights: Array
    masses: Array
    through: Array


def propose_sides(points: Points, floats: Floats, *, convex: bool) -> Sides:
    """The sides that floats find.

    Where more points are met than an approximation can choose, those are looked at more closely.
    """
    found = _inside(floats, convex)
    near = np.abs(floats.gaps(found.weights)) < MET
    sides = None
    if floats.width < np.count_nonzero(near) < len(near):
        weights, offset = found.weights[:-1].tolist(), Fraction(found.weights[-1])
        start = start_at(weights, [offset * Fraction(floats.unit)], convex=convex)
        sides = _corrected(points, floats, start, near, convex)
    return sides or _sides(floats, found, convex, range(floats.count), ())


def propose_corrected_sides(
    points: Points, floats: Floats, near: Approximation, *, convex: bool
) -> Sides | None:
    """The sides that floats find from a mixture so near to the target that they see no difference;
    None if that leaves them undecided.
    """
    start = start_at([*map(float, near.weights)], [*near.offsets.values()], convex=convex)
    return _corrected(points, floats, start, np.full(len(points.rows), True), convex)


def _corrected(
    points: Points, floats: Floats, start: Start, near: Array, convex: bool
) -> Sides | None:
    """The sides found from a start by looking at the points that it meets more and more closely,
    until only few are met, or as closely as it goes; None if all are met even then.
    """
    sides = None
    for _ in range(CORRECTIONS):
        missing = start.missing(points)
        if not any(missing[p] for p in np.nonzero(near)[0].tolist()):
            break
        corrections = Corrections(floats, start, missing, convex=convex, near=near)
        found = _inside(corrections, False)
        near = near & (np.abs(corrections.gaps(found.weights)) < MET)
        if not near.all():
            taken = corrections.taken
            sides = _sides(corrections, found, False, corrections.generators, taken)
        if np.count_nonzero(near) <= floats.width:
            break
        start = corrections.corrected(found.weights)
    return sides


def _sides(
    rows: Floats | Corrections,
    found: _Found,
    convex: bool,
    generators: Sequence[int],
    taken: Sequence[int],
) -> Sides:
    """The sides of a solution; `generators[n]` has its n-th weight, `taken` have some anyway."""
    gaps = rows.gaps(found.weights)
    met = bool(np.abs(gaps).max() < MET)
    free = len(found.weights) - rows.count - convex
    if (
        not met
        and len(found.through) != np.count_nonzero(found.weights[: rows.count] > SURE) + free
    ):
        found = _vertex(rows, found, convex) or found
        gaps = rows.gaps(found.weights)
    used = np.nonzero(found.weights[: rows.count] > SURE)[0].tolist()
    return Sides(
        np.where(found.masses >= 0, 1, -1).tolist(),
        () if met else tuple(found.through.tolist()),
        np.argsort(np.abs(gaps), kind="stable").tolist(),
        tuple(sorted([*taken, *[generators[n] for n in used]])),
        met,
    )


def _inside(rows: Floats | Corrections, convex: bool) -> _Found:
    place = Interior(rows, rows.count, convex=convex, shared=False).solve(TOLERANCE)
    masses = place.above - place.below
    return _Found(place.weights, masses, np.nonzero(np.abs(masses) < 1 - SURE)[0])


def _vertex(rows: Floats | Corrections, inside: _Found, convex: bool) -> _Found | None:
    """The solution that HiGHS finds while all but the open points keep to their sides."""
    import highspy

    band, masses = inside.through, np.sign(inside.masses)
    masses[band] = 0.0
    solver = _dual(rows, band, masses, convex).loaded()
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    masses[band] = np.array(solver.getSolution().col_value)[:-1]
    passed = [n for n in basic(solver)[1] if n < len(band)]
    return _Found(-np.array(solver.getSolution().row_dual), masses, band[passed])


def _dual(rows: Floats | Corrections, band: Array, signs: Array, convex: bool) -> Model:
    """The dual program, which has only one row for each generator, and one for each free column.

    Its columns are masses from -1 to 1 at the points of the band, and the least pairing of a
    generator with them, which is to be as large as it can be.
    """
    import highspy

    part, count, size = rows.part(band), len(band), rows.width - 1
    end = highspy.kHighsInf if convex else 0.0
    fixed, free = rows.pulled(signs), size - rows.count
    matrix = np.vstack([part[:, 1:], np.repeat([-1.0, 0.0], [rows.count, free])])
    return Model(
        costs=np.append(-part[:, 0], 1.0 if convex else 0.0),
        lower=np.append(np.full(count, -1.0), -end),
        upper=np.append(np.ones(count), end),
        row_lower=-fixed,
        row_upper=np.append(np.full(rows.count, highspy.kHighsInf), -fixed[rows.count :]),
        starts=np.arange(count + 2, dtype=np.int32) * size,
        rows=np.tile(np.arange(size, dtype=np.int32), count + 1),
        values=matrix.ravel(),
        maximise=True,
    )
