"""Signs in polygons, and polynomials in two unknowns, against sympy and values at many pairs."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters import cells, polynomials
from verifier.kernel.parameters.cells import Quotient
from verifier.kernel.parameters.polygon import Polygon
from verifier.kernel.parameters.polynomials import Polynomial, polynomial
from verifier.kernel.reader.document import WrongError

S, T = sympy.symbols("s t")
F = Fraction
Pair = tuple[Fraction, Fraction]
small = st.fractions(min_value=-3, max_value=3, max_denominator=4)
inner = st.lists(small, max_size=3).map(polynomial)
surface = st.lists(inner, max_size=3).map(polynomial)
often = settings(max_examples=150, deadline=None, derandomize=True)
seldom = settings(often, max_examples=60)
UNIT = ((F(0), F(0)), (F(1), F(0)), (F(0), F(1)))
SQUARE = ((F(0), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1)))
HOUSE = ((F(0), F(0)), (F(2), F(0)), (F(2), F(1)), (F(1), F(2)), (F(0), F(1)))


def rational(value: Fraction) -> Any:
    return sympy.Rational(value.numerator, value.denominator)


def as_sympy(p: Polynomial) -> Any:
    """The polynomial in s and t that the kernel has nested."""
    return sum((c * S**n for n, c in enumerate(map(row, p))), sympy.Integer(0))


def row(coefficient: Any) -> Any:
    whole = polynomials.whole(coefficient)
    return sum((rational(c) * T**n for n, c in enumerate(whole)), sympy.Integer(0))


def value(p: Polynomial, pair: Pair) -> Fraction:
    s, t = pair
    return sum(
        (c * s**n * t**m for n, r in enumerate(p) for m, c in enumerate(polynomials.whole(r))),
        F(0),
    )


def pairs(corners: tuple[Pair, ...], count: int = 40) -> list[Pair]:
    """Pairs of values inside a polygon."""
    dice, found = Random(7), []
    for _ in range(count):
        weights = [F(dice.randint(1, 60)) for _ in corners]
        total = sum(weights)
        s, t = (
            sum((w * c[n] for w, c in zip(weights, corners, strict=True)), F(0)) / total
            for n in (0, 1)
        )
        found.append((s, t))
    return found


@often
@given(p=surface, q=surface, pair=st.tuples(small, small))
def test_sums_and_products_have_the_values_that_they_should(
    p: Polynomial, q: Polynomial, pair: Pair
) -> None:
    assert value(polynomials.plus(p, q), pair) == value(p, pair) + value(q, pair)
    assert value(polynomials.times(p, q), pair) == value(p, pair) * value(q, pair)
    assert value(polynomials.scaled(p, F(-2, 3)), pair) == value(p, pair) * F(-2, 3)
    assert sympy.expand(as_sympy(p) - sympy.sympify(polynomials.written(p, "s", "t"))) == 0


@seldom
@given(p=surface, q=surface, common=surface.filter(bool))
def test_the_divisor_is_that_of_sympy(p: Polynomial, q: Polynomial, common: Polynomial) -> None:
    assume(p or q)
    p, q = polynomials.times(p, common), polynomials.times(q, common)
    found = polynomials.divisor(p, q)
    known = sympy.gcd(sympy.Poly(as_sympy(p), S, T), sympy.Poly(as_sympy(q), S, T))
    assert sympy.Poly(as_sympy(found), S, T).monic() == known.monic()
    for part in (p, q):
        quotient, rest = polynomials.divided(part, found)
        assert rest == () and polynomials.times(quotient, found) == part


@often
@given(p=surface, corners=st.sampled_from([UNIT, SQUARE, HOUSE]))
def test_a_sign_that_is_seen_is_that_of_all_values(
    p: Polynomial, corners: tuple[Pair, ...]
) -> None:
    cell = Polygon(("s", "t"), corners)
    values = [value(p, pair) for pair in pairs(corners)]
    signs = {(v > 0) - (v < 0) for v in values}
    try:
        found = cell.sign(p)
    except WrongError as error:
        assert "has no sign that is seen in (s; t) inside" in str(error)
        assert p
    else:
        assert signs == {found}


@often
@given(
    corners=st.sampled_from([UNIT, SQUARE, HOUSE]),
    factors=st.lists(st.sampled_from(range(3)), min_size=1, max_size=3),
    negative=st.booleans(),
)
def test_products_of_what_is_0_on_sides_only_have_a_sign(
    corners: tuple[Pair, ...], factors: list[int], negative: bool
) -> None:
    """All that certificates of cells cut along lines need."""
    p: Polynomial = (F(-1) if negative else F(1),)
    for n in factors:
        (a, b), (c, d) = corners[n], corners[(n + 1) % len(corners)]
        side = polynomial([polynomial([(b - d) * -a + (c - a) * -b, c - a]), b - d])
        p = polynomials.times(p, side)
    assert Polygon(("s", "t"), corners).sign(p) == (-1 if negative else 1)


SUMS: list[Callable[[Any, Any], Any]] = [operator.add, operator.sub, operator.mul]

ORDER: list[Callable[[Any, Any], bool]] = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
]


@st.composite
def quotients(draw: st.DrawFn) -> Any:
    """A quotient with the denominator 1 + s + t or 1, or a number."""
    below = draw(st.sampled_from([polynomial([polynomial([F(1), F(1)]), F(1)]), cells.ONE]))
    return cells.made(draw(surface), below, Polygon(("s", "t"), SQUARE))


def at(number: Any, pair: Pair) -> Fraction:
    if isinstance(number, Quotient):
        return value(number.above, pair) / value(number.below, pair)
    assert isinstance(number, Fraction)
    return number


@seldom
@given(one=quotients(), other=quotients(), pair=st.sampled_from(pairs(SQUARE)))
def test_arithmetic_and_order_are_those_of_values(one: Any, other: Any, pair: Pair) -> None:
    for work in SUMS:
        assert at(work(one, other), pair) == work(at(one, pair), at(other, pair))
    for compare in ORDER:
        try:
            found = compare(one, other)
        except WrongError as error:
            assert "has no sign that is seen" in str(error)
        else:
            assert found == compare(at(one, pair), at(other, pair))
    try:
        quotient = one / other
    except (WrongError, ZeroDivisionError):
        return
    assert at(quotient, pair) == at(one, pair) / at(other, pair)
