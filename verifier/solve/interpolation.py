"""Rational functions through given points, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant first; the last is not 0, and () is the zero polynomial."""

Point = tuple[Fraction, Fraction]
Terms = dict[tuple[int, int], Fraction]
"""A polynomial in two unknowns: the powers of both, and what they are multiplied by."""

DEGREES = 4
"""The greatest degree of a numerator or a denominator in two unknowns that is tried."""


def rational_function(
    points: Sequence[tuple[Fraction, Fraction]],
) -> tuple[Polynomial, Polynomial] | None:
    """Numerator and denominator of the least degrees that meet all points (t, value).

    The t differ. At least one point more is met than there are coefficients, so that a function is
    found only where the values suggest it; None where no such function meets them.
    """
    start = points[0][0]
    shifted = [(flint.fmpq(*(t - start).as_integer_ratio()), _fmpq(v)) for t, v in points]
    for degrees in range(len(points) - 1):
        for below in range(degrees + 1):
            found = _fitted(shifted, degrees - below, below)
            if found is not None:
                back = flint.fmpq_poly([_fmpq(-start), 1])
                above, under = (part(back) for part in found)
                return _coefficients(above), _coefficients(under)
    return None


def rational_function_of_two(
    points: Sequence[tuple[Point, Fraction]],
) -> tuple[Terms, Terms] | None:
    """Numerator and denominator in two unknowns, with the fewest terms, that meet all points.

    Their terms are all up to a degree. The pairs lie in general position: no curve of low degree
    goes through all of them. As many more points are met as make a chance unlikely.
    """
    (first, second), _ = points[0]
    shifted = [((_fmpq(s - first), _fmpq(t - second)), _fmpq(v)) for (s, t), v in points]
    degrees = [(n, m) for n in range(DEGREES + 1) for m in range(DEGREES + 1)]
    for above, below in sorted(degrees, key=lambda pair: (sum(map(_count, pair)), pair[1])):
        size = _count(above) + _count(below) - 1
        if size < len(points):
            found = _fitted_to_two(shifted, _powers(above), _powers(below)[1:])
            if found is not None:
                return tuple(_shifted(part, first, second) for part in found)  # type: ignore[return-value]
    return None


def _count(degree: int) -> int:
    """How many terms a polynomial in two unknowns has."""
    return (degree + 1) * (degree + 2) // 2


def _powers(degree: int) -> list[tuple[int, int]]:
    """The powers of both unknowns in all terms up to a degree, the constant first."""
    return [(n, total - n) for total in range(degree + 1) for n in range(total + 1)]


def _fitted_to_two(
    points: Sequence[tuple[tuple[Any, Any], Any]],
    above: Sequence[tuple[int, int]],
    below: Sequence[tuple[int, int]],
) -> tuple[dict[tuple[int, int], Any], dict[tuple[int, int], Any]] | None:
    """The quotient with these terms and denominator 1 at (0, 0), if it meets all points."""
    size = len(above) + len(below)
    rows = [
        [*(s**n * t**m for n, m in above), *(-value * s**n * t**m for n, m in below)]
        for (s, t), value in points
    ]
    values = flint.fmpq_mat(size, 1, [value for _, value in points[:size]])
    try:
        solved = flint.fmpq_mat(rows[:size]).solve(values).entries()
    except ZeroDivisionError:
        return None
    for row, (_, value) in zip(rows, points, strict=True):
        total = sum((a * b for a, b in zip(row, solved, strict=True)), flint.fmpq(0))
        if total != value:
            return None
    top = dict(zip(above, solved, strict=False))
    bottom = {(0, 0): flint.fmpq(1), **dict(zip(below, solved[len(above) :], strict=True))}
    return top, bottom


def _shifted(terms: dict[tuple[int, int], Any], first: Fraction, second: Fraction) -> Terms:
    """The polynomial in the unknowns less these values, as one in the unknowns."""
    found: dict[tuple[int, int], Any] = {}
    for (n, m), c in terms.items():
        rows = flint.fmpq_poly([_fmpq(-first), 1]) ** n, flint.fmpq_poly([_fmpq(-second), 1]) ** m
        for k, a in enumerate(rows[0].coeffs()):
            for j, b in enumerate(rows[1].coeffs()):
                found[k, j] = found.get((k, j), flint.fmpq(0)) + c * a * b
    return {powers: Fraction(int(c.p), int(c.q)) for powers, c in found.items() if c != 0}


def lowest_terms(above: Polynomial, below: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Numerator and denominator, which is not 0, without their common divisor."""
    top, bottom = (flint.fmpq_poly([*map(_fmpq, part)]) for part in (above, below))
    common = top.gcd(bottom)
    return _coefficients(top / common), _coefficients(bottom / common)


def _fitted(points: Sequence[tuple[Any, Any]], above: int, below: int) -> tuple[Any, Any] | None:
    """The quotient with these degrees and denominator 1 at 0, if it meets all points."""
    size = above + below + 1
    rows = [
        [*(t**n for n in range(above + 1)), *(-value * t**n for n in range(1, below + 1))]
        for t, value in points[:size]
    ]
    values = flint.fmpq_mat(size, 1, [value for _, value in points[:size]])
    try:
        solved = flint.fmpq_mat(rows).solve(values).entries()
    except ZeroDivisionError:
        return None
    top = flint.fmpq_poly(solved[: above + 1])
    bottom = flint.fmpq_poly([1, *solved[above + 1 :]])
    good = all(bottom(t) != 0 and top(t) == value * bottom(t) for t, value in points)
    return (top, bottom) if good else None


def _fmpq(value: Fraction) -> Any:
    return flint.fmpq(value.numerator, value.denominator)


def _coefficients(polynomial: Any) -> Polynomial:
    return tuple(Fraction(int(c.p), int(c.q)) for c in polynomial.coeffs())
