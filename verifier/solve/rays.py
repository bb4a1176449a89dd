"""The extreme rays of all cones into which hyperplanes through 0 divide the nonnegative orthant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb, gcd

Ray = tuple[int, ...]


def rays(planes: Sequence[Sequence[int]], dimension: int, limit: int) -> list[Ray] | None:
    """The nonnegative solutions of as many equations as leave a line, in whole numbers without a
    common divisor, each once; None where there are more choices of equations than the limit.

    The equations are row.x = 0 for each plane, and x_j = 0 for each coordinate.
    """
    axes = [tuple(int(i == j) for i in range(dimension)) for j in range(dimension)]
    rows = list(dict.fromkeys([*axes, *(tuple(plane) for plane in planes if any(plane))]))
    if comb(len(rows), dimension - 1) > limit:
        return None
    found: dict[Ray, None] = {}
    for tight in combinations(rows, dimension - 1):
        line = _orthogonal(tight, dimension)
        if any(line) and (min(line) >= 0 or max(line) <= 0):
            divisor = gcd(*line)
            found[tuple(abs(entry) // divisor for entry in line)] = None
    return list(found)


def _orthogonal(rows: Sequence[Ray], dimension: int) -> Ray:
    """What is orthogonal to all rows, by minors; 0 where more than one line is."""
    return tuple(
        (-1) ** j * _determinant([[*row[:j], *row[j + 1 :]] for row in rows])
        for j in range(dimension)
    )


def _determinant(rows: Sequence[Sequence[int]]) -> int:
    if len(rows) < 2:
        return rows[0][0] if rows else 1
    return sum(
        (-1) ** j * entry * _determinant([[*row[:j], *row[j + 1 :]] for row in rows[1:]])
        for j, entry in enumerate(rows[0])
        if entry
    )
