"""Which inequalities decide a hull program, in floats: cuts join until none is violated.

The program over a few points is solved from inside (`interior`), first roughly; where its solution
misses other points by more than its distance, those join. theory.md 2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from verifier.solve.floats import Array, Floats, Rows
from verifier.solve.interior import Interior, Place

VIOLATION = 1e-9
"""How far (entries at most 1) a point must miss the distance to join."""

SAMPLE = 1000
"""How many points the first program has at least, if there are as many."""

ROUNDS = 40
"""Most programs that are solved."""

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


def tight_cuts(floats: Floats, *, convex: bool, known: Iterable[int] = ()) -> Tight:
    """The cuts that decide a hull program; `known` are points that may matter."""
    count, most = len(floats.groups), 2 * floats.width
    sample = np.linspace(0, count - 1, min(count, max(most, SAMPLE))).astype(np.int64)
    working = np.union1d(sample, np.array([*known], dtype=np.int64))
    tolerance = FIRST if len(working) < count else LAST
    for _ in range(ROUNDS):
        rows = Rows(floats.part(working))
        place = Interior(rows, floats.count, convex=convex, shared=True).solve(tolerance)
        joining = _violated(floats, place, working)[:most]
        if not len(joining) and tolerance == LAST:
            break
        few = 4 * len(joining) < most
        tolerance = LAST if few else 0.1 * FIRST
        working = np.union1d(working, joining)
    used = np.nonzero(place.weights[: floats.count] > place.prices)[0].tolist()
    return Tight(_cuts(place, working)[:most], [*used, *range(floats.count, floats.width)])


def _violated(floats: Floats, place: Place, working: Array) -> Array:
    """The other points that the solution misses by more than its distance, the worst first."""
    excess = np.abs(floats.gaps(place.weights)) - float(place.distance)
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
