"""The extreme rays of all cones into which hyperplanes through 0 divide the nonnegative orthant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb, gcd
from operator import mul

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
    for line in _lines(rows, axes):
        if min(line) >= 0 or max(line) <= 0:
            divisor = gcd(*line)
            found[tuple([abs(entry) // divisor for entry in line])] = None
    return list(found)


def _lines(rows: Sequence[Ray], space: Sequence[Ray]) -> Iterator[Ray]:
    """A direction of each line of the space, given by a basis, in which as many rows are 0 as leave
    a line.
    """
    if len(space) == 1:
        yield space[0]
        return
    for n, row in enumerate(rows, 1):
        values = [sum(map(mul, row, direction)) for direction in space]
        last = next((m for m, value in enumerate(values) if value), None)
        if last is None:
            continue
        pivot, left = values[last], space[last]
        smaller = [
            tuple([pivot * p - value * q for p, q in zip(kept, left, strict=True)])
            for m, (kept, value) in enumerate(zip(space, values, strict=True))
            if m != last
        ]
        if len(smaller) == 1:
            yield smaller[0]
        else:
            yield from _lines(rows[n:], smaller)
