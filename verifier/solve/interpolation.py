"""Rational functions through given points, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import flint

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant first; the last is not 0, and () is the zero polynomial."""


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
