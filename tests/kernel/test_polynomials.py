"""Polynomials in the kernel: arithmetic, divisors and root counts against sympy and known roots."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters import polynomials
from verifier.kernel.parameters.polynomials import Polynomial
from verifier.kernel.reader.document import UnreadableError

F = Fraction
T = sympy.Symbol("t")

small = st.fractions(min_value=-4, max_value=4, max_denominator=6)
poly = st.lists(small, max_size=6).map(polynomials.polynomial)
nonzero = poly.filter(bool)
often = settings(max_examples=200, deadline=None, derandomize=True)


def rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def as_sympy(p: Polynomial) -> sympy.Poly:
    return sympy.Poly([rational(c) for c in reversed(p)] or [0], T, domain="QQ")


def from_roots(found: list[Fraction]) -> Polynomial:
    """The product of t - root."""
    p: Polynomial = (F(1),)
    for root in found:
        p = polynomials.times(p, (-root, F(1)))
    return p


@often
@given(p=poly, q=poly, value=small)
def test_sums_and_products_have_the_values_that_they_should(
    p: Polynomial, q: Polynomial, value: Fraction
) -> None:
    at = polynomials.at
    assert at(polynomials.plus(p, q), value) == at(p, value) + at(q, value)
    assert at(polynomials.times(p, q), value) == at(p, value) * at(q, value)
    assert at(polynomials.scaled(p, F(-2, 3)), value) == at(p, value) * F(-2, 3)
    assert as_sympy(polynomials.slope(p)) == as_sympy(p).diff(T)


@often
@given(p=poly, q=nonzero)
def test_division_leaves_a_shorter_remainder(p: Polynomial, q: Polynomial) -> None:
    quotient, rest = polynomials.divided(p, q)
    assert polynomials.plus(polynomials.times(quotient, q), rest) == p
    assert len(rest) < len(q)


@often
@given(p=poly, q=poly, common=nonzero)
def test_the_divisor_is_that_of_sympy(p: Polynomial, q: Polynomial, common: Polynomial) -> None:
    assume(p or q)
    p, q = polynomials.times(p, common), polynomials.times(q, common)
    found = polynomials.divisor(p, q)
    assert as_sympy(found) == sympy.gcd(as_sympy(p), as_sympy(q)).monic()


@often
@given(
    known=st.lists(st.sampled_from([F(n, 4) for n in range(-8, 9)]), max_size=7),
    ends=st.tuples(small, small).filter(lambda pair: pair[0] < pair[1]),
    factor=st.sampled_from([F(1), F(-7, 3)]),
)
def test_known_roots_are_counted_once_each(
    known: list[Fraction], ends: tuple[Fraction, Fraction], factor: Fraction
) -> None:
    low, high = ends
    p = polynomials.scaled(from_roots(known), factor)
    assert polynomials.roots(p, low, high) == sum(low < root < high for root in set(known))


@often
@given(p=nonzero, ends=st.tuples(small, small).filter(lambda pair: pair[0] < pair[1]))
def test_the_roots_are_as_many_as_sympy_counts(
    p: Polynomial, ends: tuple[Fraction, Fraction]
) -> None:
    low, high = ends
    inside = as_sympy(p).count_roots(rational(low), rational(high))
    inside -= sum(polynomials.at(p, end) == 0 for end in ends)
    assert polynomials.roots(p, low, high) == inside


def test_roots_at_the_ends_do_not_count() -> None:
    p = from_roots([F(0), F(0), F(1, 2), F(1)])
    assert polynomials.roots(p, F(0), F(1)) == 1
    assert polynomials.roots(p, F(0), F(1, 2)) == 0
    assert polynomials.roots(p, F(-1), F(2)) == 3


def test_two_roots_that_are_very_near_are_two() -> None:
    near = F(1, 10**40)
    p = polynomials.times((F(-2), F(0), F(1)), (-2 - near, F(0), F(1)))
    assert polynomials.roots(p, F(1), F(2)) == 2
    assert polynomials.roots(polynomials.times(p, p), F(1), F(2)) == 2


def test_wilkinson_s_polynomial_has_twenty_roots() -> None:
    p = from_roots([F(n) for n in range(1, 21)])
    assert polynomials.roots(p, F(0), F(21)) == 20
    assert polynomials.roots(p, F(3, 2), F(21, 2)) == 9


@pytest.mark.parametrize("size", [61, 100])
def test_a_polynomial_is_not_too_long(size: int) -> None:
    with pytest.raises(UnreadableError, match="too large: a polynomial of degree 60"):
        polynomials.polynomial([F(1)] * size)


def test_zeros_at_the_end_do_not_count() -> None:
    assert polynomials.polynomial([F(1), F(2)] + [F(0)] * 100) == (F(1), F(2))
    assert polynomials.polynomial([F(0)] * 100) == ()


def test_work_is_refused_before_it_starts() -> None:
    """Fifty coefficients of a thousand digits each: their remainders would take hours."""
    p = polynomials.polynomial([F(10**1000 + n, prod(range(n, n + 9))) for n in range(1, 51)])
    with pytest.raises(UnreadableError, match="too large: a polynomial takes"):
        polynomials.roots(p, F(0), F(1))
