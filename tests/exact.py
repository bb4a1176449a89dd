"""Exact comparisons that must be decided."""

from __future__ import annotations

from fractions import Fraction

from verifier.solve.exponential import Decided, QuotientSum
from verifier.theory.verdict import compare


def sign_of(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> int:
    """The sign of left - right; fails where it is beyond the size limits."""
    decision = compare(left, right)
    assert isinstance(decision, Decided), decision
    return decision.sign
