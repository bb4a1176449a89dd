"""Random exponential sums."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

BASES = st.sampled_from([None, 2, 3, 7, 997])
EXPONENTS = st.fractions(-4, 4, max_denominator=30)
COEFFICIENTS = st.fractions(-9, 9, max_denominator=9)
SUMS = st.dictionaries(EXPONENTS, COEFFICIENTS, max_size=3)
POSITIVE = st.dictionaries(
    EXPONENTS, COEFFICIENTS.map(abs).map(lambda c: c + Fraction(1, 7)), min_size=1, max_size=3
)
QUOTIENTS = st.lists(st.tuples(SUMS, POSITIVE), max_size=3)
