"""Which inequalities decide a hull program, in floats: cuts join until none is violated.

The program over a few points is solved from inside (`interior`), first roughly; where its solution
misses other points by more than its distance, those join. Where the distance is too small for
floats to see, corrections of what they found are looked for instead (`corrections`). theory.md 2.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from verifier.solve.corrections import CORRECTIONS, Corrections, start_at
from verifier.solve.floats import Array, Floats, Rows
from verifier.solve.interior import Interior, Place
from verifier.solve.points import Points

VIOLATION = 1e-9
"""How far (entries at most 1) a point must miss the distance to join."""

SAMPLE = 200
"""How many points the first program has at least, if there are as many."""

ROUNDS = 40
"""Most programs that are solved."""

SEEN = 1e-6
"""The distance (entries at most 1) from which on floats tell which inequalities are tight."""

FIRST, LAST = 1e-2, 1e-9
"""The relative duality gap that is good enough in the first round, and in the last."""


@dataclass(frozen=True)
class Tight:
    """The cuts that a float optimum makes tight, and the columns that it makes positive or free.

    Cuts are those of most mass, at most twice as many as there are columns, which are numbered
    weights, offsets by group, distance.
    """

    cuts: list[tuple[int, int]]
    columns: list[int]


def tight_cuts(points: Points, floats: Floats, *, convex: bool, known: Iterable[int] = ()) -> Tight:
    """The cuts that decide a hull program; `known` are points that may matter."""
    place, working = _solved(floats, convex, known)
    found = None
    if place.distance <= SEEN:
        found = _corrected(points, floats, place, convex)
    return found or _tight(floats, place, working, range(floats.count), [])


def _corrected(points: Points, floats: Floats, place: Place, convex: bool) -> Tight | None:
    """The cuts that decide how a solution is best corrected; None where nothing is left to correct,
    as far as floats see.
    """
    offsets = [Fraction(offset) * Fraction(floats.unit) for offset in place.weights[floats.count :]]
    start = start_at(place.weights[: floats.count].tolist(), offsets, convex=convex)
    for _ in range(CORRECTIONS):
        missing = start.missing(points)
        if not any(missing):
            return None
        corrections = Corrections(floats, start, missing, convex=convex)
        place, working = _solved(corrections, False, ())
        if place.distance > SEEN:
            return _tight(floats, place, working, corrections.generators, corrections.taken)
        start = corrections.corrected(place.weights)
    return None


def _solved(rows: Floats | Corrections, convex: bool, known: Iterable[int]) -> tuple[Place, Array]:
    """The solution of the program over enough points, and these points."""
    count, most = len(rows.groups), 2 * rows.width
    sample = np.linspace(0, count - 1, min(count, max(most, SAMPLE))).astype(np.int64)
    working = np.union1d(sample, np.array([*known], dtype=np.int64))
    tolerance = FIRST if len(working) < count else LAST
    for _ in range(ROUNDS):
        part = Rows(rows.part(working))
        place = Interior(part, rows.count, convex=convex, shared=True).solve(tolerance)
        joining = _violated(rows, place, working)[:most]
        if not len(joining) and tolerance == LAST:
            break
        few = 4 * len(joining) < most
        tolerance = LAST if few else 0.1 * FIRST
        working = np.union1d(working, joining)
    return place, working


def _tight(
    floats: Floats, place: Place, working: Array, generators: Sequence[int], taken: Sequence[int]
) -> Tight:
    """The tight cuts; the columns are those taken already, and those that the solution takes.

    `generators[n]` has the n-th weight of the solution.
    """
    used = np.nonzero(place.weights[: len(place.prices)] > place.prices)[0].tolist()
    columns = sorted([*taken, *[generators[n] for n in used]])
    cuts = _cuts(place, working)[: 2 * floats.width]
    return Tight(cuts, [*columns, *range(floats.count, floats.width)])


def _violated(rows: Floats | Corrections, place: Place, working: Array) -> Array:
    """The other points that the solution misses by more than its distance, the worst first."""
    excess = np.abs(rows.gaps(place.weights)) - float(place.distance)
    excess[working] = 0.0
    found = np.nonzero(excess > VIOLATION)[0]
    return found[np.argsort(-excess[found], kind="stable")]


def _cuts(place: Place, working: Array) -> list[tuple[int, int]]:
    """The cuts with a multiplier above their slack: one of the two tends to 0."""
    up, down, _ = place.slacks
    masses = np.concatenate([place.above, place.below])
    tight = np.nonzero(masses > np.concatenate([up, down]))[0]
    count = len(working)
    return [
        (int(working[cut % count]), 1 if cut < count else -1)
        for cut in tight[np.argsort(-masses[tight], kind="stable")]
    ]
