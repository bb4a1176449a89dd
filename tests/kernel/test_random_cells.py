"""Numbers that depend on a parameter: signs in cells, and quotients, against sympy and values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters import cells, polynomials
from verifier.kernel.parameters.cells import ONE, Cell, End, Quotient, Root
from verifier.kernel.parameters.polynomials import Polynomial
from verifier.kernel.reader.document import WrongError

F = Fraction
T = sympy.Symbol("t")
small = st.fractions(min_value=-3, max_value=3, max_denominator=5)
poly = st.lists(small, max_size=4).map(polynomials.polynomial)
often = settings(max_examples=100, deadline=None, derandomize=True)
seldom = settings(often, max_examples=40)
"""For tests in which sympy takes most of the time."""


def rational(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def as_sympy(p: Polynomial) -> Any:
    return sympy.Poly([rational(c) for c in reversed(p)] or [0], T, domain="QQ")


@st.composite
def roots(draw: st.DrawFn) -> tuple[Root, Any]:
    """A root as the kernel reads it, and as sympy has it; its polynomial may have others."""
    p = as_sympy(draw(poly.filter(lambda p: len(p) > 1))).sqf_part()
    found = sympy.real_roots(p.as_expr())
    assume(found)
    n = draw(st.integers(0, len(found) - 1))
    (low, high), _ = p.intervals(eps=sympy.Rational(1, 2**8))[n]
    low, high = (
        (low - sympy.Rational(1, 2**20), high + sympy.Rational(1, 2**20))
        if low == high
        else (low, high)
    )
    assume(p.eval(low) * p.eval(high) < 0 and p.count_roots(low, high) == 1)
    coefficients = [str(c) for c in reversed(p.all_coeffs())]
    given = {"polynomial": coefficients, "between": [str(low), str(high)]}
    end = cells.end(given, "t")
    assert isinstance(end, Root)
    return end, found[n]


@st.composite
def ends(draw: st.DrawFn) -> tuple[End, Any]:
    if draw(st.booleans()):
        return draw(roots())
    value = draw(small)
    return value, rational(value)


@seldom
@given(root=roots(), p=poly)
def test_a_polynomial_has_the_sign_at_a_root_that_sympy_finds(
    root: tuple[Root, Any], p: Polynomial
) -> None:
    here, known = root
    cell = Cell("t", here, here)
    if p:
        common = sympy.gcd(as_sympy(p), as_sympy(here.polynomial))
        low, high = rational(here.low), rational(here.high)
        zero = bool(common.count_roots(low, high))
        value = as_sympy(p).as_expr().subs(T, known).evalf(80)
        assert cell.sign(p) == (0 if zero else 1 if value > 0 else -1)
    else:
        assert cell.sign(p) == 0


@seldom
@given(low=ends(), high=ends(), p=poly.filter(bool))
def test_a_polynomial_has_one_sign_in_a_cell_exactly_if_it_has_no_root_there(
    low: tuple[End, Any], high: tuple[End, Any], p: Polynomial
) -> None:
    assume(bool(low[1].evalf(50) < high[1].evalf(50) - sympy.Rational(1, 10**30)))
    cell = Cell("t", low[0], high[0])
    least, most = low[1].evalf(60), high[1].evalf(60)
    near = sympy.Rational(1, 10**40)
    found = [r.evalf(60) for r in sympy.real_roots(as_sympy(p).as_expr())] if len(p) > 1 else []
    inside = [r for r in found if least + near < r < most - near]
    if inside:
        with pytest.raises(WrongError, match="changes its sign within"):
            cell.sign(p)
    else:
        middle = as_sympy(p).as_expr().subs(T, (least + most) / 2)
        assert cell.sign(p) == (1 if middle > 0 else -1)


VALUES = [F(n, 24) for n in range(1, 24)]

UNIT = Cell("t", F(0), F(1))


@st.composite
def quotients(draw: st.DrawFn) -> Any:
    """A quotient whose denominator is nowhere 0 between 0 and 1, or a number."""
    above = draw(poly)
    below = draw(poly.filter(bool).filter(lambda p: polynomials.roots(p, F(0), F(1)) == 0))
    return cells.made(above, below, UNIT)


def at(value: Any, t: Fraction) -> Fraction:
    """The value of a quotient, or of what does not depend on the parameter, at t."""
    if isinstance(value, Quotient):
        return polynomials.at(value.above, t) / polynomials.at(value.below, t)
    assert isinstance(value, Fraction)
    return value


SUMS: list[Callable[[Any, Any], Any]] = [operator.add, operator.sub, operator.mul]


@often
@given(one=quotients(), other=quotients(), t=st.sampled_from(VALUES))
def test_arithmetic_is_that_of_values(one: Any, other: Any, t: Fraction) -> None:
    for work in SUMS:
        assert at(work(one, other), t) == work(at(one, t), at(other, t))
    assert at(-one, t) == -at(one, t)
    for number in (2, F(-3, 7)):
        assert at(one * number, t) == at(number * one, t) == at(one, t) * number
        assert at(number - one, t) == number - at(one, t) == -at(one - number, t)
        assert at(one / number, t) == at(one, t) / number


@often
@given(one=quotients(), other=quotients(), t=st.sampled_from(VALUES))
def test_what_is_divided_by_is_nowhere_0(one: Any, other: Any, t: Fraction) -> None:
    assume(isinstance(other, Quotient))
    try:
        found = one / other, 1 / other
    except WrongError as error:
        assert "changes its sign" in str(error)
        assert polynomials.roots(other.above, F(0), F(1))
    else:
        assert at(found[0], t) == at(one, t) / at(other, t)
        assert at(found[1], t) == 1 / at(other, t)


ORDER: list[Callable[[Any, Any], bool]] = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
]


@often
@given(one=quotients(), other=st.one_of(quotients(), small), t=st.sampled_from(VALUES))
def test_what_is_compared_compares_so_at_every_value(one: Any, other: Any, t: Fraction) -> None:
    for compare in ORDER:
        try:
            found, turned = compare(one, other), compare(other, one)
        except WrongError as error:
            assert "changes its sign within 0 < t < 1" in str(error)
            difference = one - other
            assert isinstance(difference, Quotient)
            assert polynomials.roots(difference.above, F(0), F(1)) > 0
        else:
            assert found == compare(at(one, t), at(other, t))
            assert turned == compare(at(other, t), at(one, t))


@often
@given(one=quotients(), t=st.sampled_from(VALUES))
def test_signs_are_those_of_values(one: Any, t: Fraction) -> None:
    try:
        found, absolute = bool(one), abs(one)
    except WrongError:
        assert polynomials.roots(one.above, F(0), F(1))
    else:
        assert found == bool(at(one, t))
        assert at(absolute, t) == abs(at(one, t))


@seldom
@given(above=poly, below=poly.filter(bool))
def test_a_quotient_is_in_the_lowest_terms_that_sympy_finds(
    above: Polynomial, below: Polynomial
) -> None:
    found = cells.made(above, below, UNIT)
    known = sympy.cancel(as_sympy(above).as_expr() / as_sympy(below).as_expr())
    if isinstance(found, Fraction):
        assert known == rational(found)
    else:
        assert sympy.fraction(sympy.together(known))[1].has(T) == (found.below != ONE)
        assert sympy.simplify(known - sympy.sympify(str(found))) == 0
        assert found.below[-1] == 1
