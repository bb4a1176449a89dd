"""Sums of the numbers of one story: all rational, or all exponential sums."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Number
from verifier.solve.exponential import QuotientSum


def added(left: Number, right: Number) -> Number:
    """left + right.

    Raises TypeError for one of each kind (`Subject.constant` makes a rational one of the other).
    """
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    if isinstance(left, QuotientSum) and isinstance(right, QuotientSum):
        return left + right
    raise TypeError("a rational and an exponential sum are added only as exponential sums")


def less(left: Number, right: Number) -> Number:
    """left - right, as `added`."""
    return added(left, -right if isinstance(right, Fraction) else right.scale(Fraction(-1)))
