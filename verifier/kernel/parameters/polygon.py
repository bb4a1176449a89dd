"""The pairs of values inside a convex polygon, and the signs of polynomials in both there
(theory.md 12.3).

In the weights of a triangle's corners a polynomial is a sum of products. Where no factor
of these is negative, and one is positive, it is positive in the whole open triangle.
"""

from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

from verifier.kernel.parameters.polynomials import (
    Polynomial,
    flat,
    plus,
    polynomial,
    times,
    whole,
    written,
)
from verifier.kernel.reader.document import affordable, length, require

Point = tuple[Fraction, Fraction]
Corners = tuple[Point, ...]
DEPTH = 8  # how often a triangle is cut in two, at most


class Polygon(NamedTuple):
    """The pairs of values inside a convex polygon, whose corners are in their order."""

    names: tuple[str, ...]  # of both parameters
    corners: Corners

    def sign(self, p: Polynomial) -> int:
        """The sign of p, the same at every pair, or WrongError where none is seen."""
        first, *others = self.corners
        between = [(first, corner) for corner in others[1:-1]]
        triangles = zip([first] * len(others), others, others[1:], strict=False)
        found = common(p, [*triangles, *between], DEPTH)
        p_shown = written(p, *self.names)
        require(
            found is not None, f"cell: {p_shown} has no sign that is seen in {self}"
        )
        return found or 0

    def __str__(self) -> str:
        corners = " ".join(f"({s}; {t})" for s, t in self.corners)
        return f"({'; '.join(self.names)}) inside {corners}"


def convex(corners: Corners) -> bool:
    """Whether all other corners lie strictly on the same side of each side's line."""
    sides = zip(corners, corners[1:] + corners[:1], strict=True)
    found = {
        turn(one, other, corner)
        for (one, other), corner in product(sides, corners)
        if corner not in (one, other)
    }
    distinct = len(set(corners)) == len(corners) >= 3
    return distinct and found in ({1}, {-1})


def turn(a: Point, b: Point, c: Point) -> int:
    """1 if c lies on the left of the line from a to b, -1 on the right, 0 on it."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return int(area > 0) - int(area < 0)


def common(p: Polynomial, parts: list[Corners], depth: int) -> int | None:
    """The sign of p that is seen in all parts."""
    first, *others = parts
    found = sign(p, first, depth)
    same = found is not None and all(sign(p, part, depth) == found for part in others)
    return found if same else None


def sign(p: Polynomial, corners: Corners, depth: int) -> int | None:
    """The sign of p inside a triangle, between two points or at one; None where none is
    seen.
    """
    numbers = flat(weighted(p, corners))
    if all(number >= 0 for number in numbers):
        return int(any(numbers))
    if all(number <= 0 for number in numbers):
        return -1
    signs = {sign(p, (corner,), 0) for corner in corners}
    return (
        None
        if depth == 0 or {1, -1} <= signs
        else common(p, halves(corners), depth - 1)
    )


def halves(corners: Corners) -> list[Corners]:
    """Both halves, cut at the middle of the longest side, and what is between them."""
    one, other = max(combinations(corners, 2), key=squared)
    middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
    rest = tuple(corner for corner in corners if corner not in (one, other))
    return [(*rest, one, middle), (*rest, other, middle), (*rest, middle)]


def squared(side: Corners) -> Fraction:
    """The square of its length."""
    (s, t), (x, y) = side
    return (x - s) * (x - s) + (y - t) * (y - t)


def weighted(p: Polynomial, corners: Corners) -> Polynomial:
    """p, times a positive number, as a polynomial in the weights of the last corners over
    that of the first, which are positive numbers inside.
    """
    degree = max((n + len(whole(c)) for n, c in enumerate(p)), default=1) - 1
    numbers, size = flat(p), (degree + 1) * (degree + 2) // 2
    bits = length(numbers) + degree * length([x for c in corners for x in c])
    affordable(len(numbers) * size * (degree + 2), bits, "the sign of a polynomial")
    one = Fraction(1)
    ones, firsts, seconds = (
        powers(affine(values), degree)
        for values in ([one] * len(corners), *map(list, zip(*corners, strict=True)))
    )
    found: Polynomial = ()
    for n, coefficient in enumerate(p):
        for m, number in enumerate(whole(coefficient)):
            term = times(times(firsts[n], seconds[m]), ones[degree - n - m])
            found = plus(found, times(term, number))
    return found


def affine(values: list[Fraction]) -> Polynomial:
    """The first value, plus up to two unknowns times the others."""
    return polynomial([polynomial([values[0], *values[2:]]), *values[1:2]])


def powers(p: Polynomial, most: int) -> list[Polynomial]:
    """All powers up to this one."""
    found: list[Polynomial] = [(Fraction(1),)]
    for _ in range(most):
        found.append(times(found[-1], p))
    return found
