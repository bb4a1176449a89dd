"""Signs in polygons, and polynomials in two unknowns, against sympy and values at many pairs."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters import cells, polynomials
from verifier.kernel.parameters.cells import Quotient, parameters
from verifier.kernel.parameters.polygon import DEPTH, Polygon, convex, halves, sign
from verifier.kernel.parameters.polynomials import Polynomial, polynomial
from verifier.kernel.reader.document import UnreadableError, WrongError, length

F = Fraction
S, T = sympy.symbols("s t")
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


def test_a_sign_may_need_triangles_that_are_cut() -> None:
    """1 - 3 s (1 - s) is at least 1/4, and has the coefficient -1 in the middle of a side."""
    p = polynomial([F(1), F(-3), F(3)])
    assert sign(p, UNIT, 0) is None
    assert sign(p, UNIT, DEPTH) == 1


@pytest.mark.parametrize(
    "p",
    [
        polynomial([polynomial([F(0), F(1)]), F(-1)]),  # t - s, a line through a corner
        polynomial([polynomial([F(0), F(0), F(1)]), polynomial([F(0), F(-2)]), F(1)]),  # its square
        polynomial([F(-1, 3), F(1)]),
        polynomial([polynomial([F(1, 18), F(-2, 3), F(1)]), F(-1, 3), F(1)]),  # a small circle
    ],
)
def test_what_is_0_inside_has_no_sign(p: Polynomial) -> None:
    for corners in (UNIT, SQUARE):
        with pytest.raises(WrongError, match="has no sign that is seen"):
            Polygon(("s", "t"), corners).sign(p)


def test_what_is_0_on_a_diagonal_only_has_no_sign() -> None:
    """Both triangles of a square see the sign of (t - s)^2; what is between them does not."""
    p = polynomial([polynomial([F(0), F(0), F(1)]), polynomial([F(0), F(-2)]), F(1)])
    first, last = (SQUARE[0], SQUARE[1], SQUARE[2]), (SQUARE[0], SQUARE[2], SQUARE[3])
    assert sign(p, first, DEPTH) == sign(p, last, DEPTH) == 1
    with pytest.raises(WrongError, match="has no sign that is seen"):
        Polygon(("s", "t"), SQUARE).sign(p)


def test_what_is_0_where_a_triangle_is_cut_has_no_sign() -> None:
    p = polynomial([F(1, 4), F(-1), F(1)])  # (s - 1/2)^2
    (left, right, between) = halves(((F(0), F(0)), (F(1), F(0)), (F(1, 2), F(1, 2))))
    assert sign(p, left, 0) == sign(p, right, 0) == 1
    assert sign(p, between, 0) == 0
    assert sign(p, ((F(0), F(0)), (F(1), F(0)), (F(1, 2), F(1, 2))), DEPTH) is None


def test_halves_are_a_triangle_and_no_more() -> None:
    for corners in (UNIT, ((F(0), F(0)), (F(5), F(1)), (F(1), F(3)))):
        parts = halves(corners)
        areas = [abs(area(part)) for part in parts[:2]]
        assert areas == [abs(area(corners)) / 2] * 2
        assert set(parts[2]) == set(parts[0]) & set(parts[1])


def area(corners: tuple[Pair, ...]) -> Fraction:
    (a, b), (c, d), (e, f) = corners
    return ((c - a) * (f - b) - (d - b) * (e - a)) / 2


@pytest.mark.parametrize("corners", [UNIT, SQUARE, HOUSE, HOUSE[::-1]])
def test_convex_polygons(corners: tuple[Pair, ...]) -> None:
    assert convex(corners)
    assert convex(corners[1:] + corners[:1])


@pytest.mark.parametrize(
    "corners",
    [
        (),
        UNIT[:1],
        UNIT[:2],
        (*UNIT, UNIT[0]),
        (UNIT[0], UNIT[0], UNIT[1]),
        (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]),
        (*SQUARE, (F(0), F(1, 2))),  # the last lies within a side
        ((F(0), F(0)), (F(2), F(0)), (F(1), F(1, 2)), (F(0), F(2))),
        ((F(0), F(0)), (F(1), F(1)), (F(2), F(2))),
        (HOUSE[0], HOUSE[2], HOUSE[4], HOUSE[1], HOUSE[3]),
    ],
)
def test_what_is_no_convex_polygon(corners: tuple[Pair, ...]) -> None:
    assert not convex(corners)


def both(corners: tuple[Pair, ...] = SQUARE) -> tuple[Any, Any]:
    """The parameters s and t inside a polygon, as a certificate has them."""
    given = {
        name: {"corners": [str(corner[n]) for corner in corners]} for n, name in enumerate("st")
    }
    found = parameters(given, ["s", "t"])
    return found["s"], found["t"]


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
    s, _ = both()
    below = draw(st.sampled_from([polynomial([polynomial([F(1), F(1)]), F(1)]), cells.ONE]))
    return cells.made(draw(surface), below, s.cell)


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


def test_quotients_are_in_lowest_terms() -> None:
    s, t = both()
    assert (s * t + s) / (t + 1) == s
    assert str((s * s - t * t) / (s + t)) == "-t + s"
    assert str(s * (1 - t) / ((1 - s) * (t + 2))) == "(-s + s*t)/(-2 - t + 2*s + s*t)"
    assert (s + t) / (s + t) == 1 and isinstance((s + t) / (s + t), Fraction)
    assert str(s.cell) == str(t.cell) == "(s; t) inside (0; 0) (1; 0) (1; 1) (0; 1)"


def test_a_division_by_what_may_be_0_is_refused() -> None:
    s, t = both()
    with pytest.raises(WrongError, match="-t \\+ s has no sign that is seen in"):
        1 / (s - t)
    s, t = both(((F(0), F(0)), (F(1), F(0)), (F(1), F(1))))
    assert 1 / (s - t) > 1


def test_bits_are_counted() -> None:
    s, t = both()
    assert length([s * t / (1 + s)]) > length([s])


def test_quotients_of_a_certificate_are_read() -> None:
    s, t = both()
    given = {"above": [["0", "1"], ["1"]], "below": [["1"], [0, "1"]]}
    assert cells.inserted([given], s.cell) == [(s + t) / (1 + s * t)]
    assert cells.inserted({"above": [], "below": [["2"]]}, s.cell) == 0
    belows: list[Any] = [[], [[]], [["0", "1"], ["-1"]]]
    for below in belows:
        with pytest.raises(WrongError):
            cells.inserted({"above": [["1"]], "below": below}, s.cell)
    strangers: list[Any] = ["t", ["1"], [[["1"]]], [["s"]], [1], [None], {}]
    for strange in strangers:
        with pytest.raises(UnreadableError):
            cells.inserted({"above": [["1"]], "below": strange}, s.cell)


def corners(first: Any, second: Any) -> dict[str, Any]:
    return {"s": {"corners": first}, "t": {"corners": second}}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (corners([0, 1], [0, 0]), "expected 3 to 100 corners"),
        (corners([0, 1, 1], [0, 0]), "expected 3 to 100 corners"),
        (corners([0] * 101, [0] * 101), "expected 3 to 100 corners"),
        (corners([0, 1, 2], [0, 1, 2]), "not convex, or in another order"),
        (corners([0, 1, 1, 0], [0, 1, 0, 1]), "not convex, or in another order"),
        (corners("0", [0, 0, 1]), "expected a list like"),
        (corners([0, 1, "s"], [0, 0, 1]), "is not a rational"),
        ({"s": {"corners": [0, 1, 1]}, "t": "1/2"}, "key 'corners'|key 'from'"),
        ({"s": {"corners": [0, 1, 1]}, "t": {"from": 0, "to": 1}}, "key 'corners'|key 'from'"),
        ({"s": {"from": 0, "to": 1}, "t": {"from": 0, "to": 1}}, "one of them has all values"),
        ({"s": {"above": ["1"], "below": ["1"]}, "t": "1/2"}, "parameters: no cell"),
        (
            {"s": {"above": ["1"], "below": ["1"]}, "t": {"above": ["1"], "below": ["1"]}},
            "parameters: no cell",
        ),
        ({"s": "1/2"}, "no values for s, t"),
        ({"s": "1/2", "t": "1/2", "r": "1/2"}, "no values for s, t"),
    ],
)
def test_values_that_are_no_cell_are_unreadable(given: dict[str, Any], why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        parameters(given, ["s", "t"])


def test_one_parameter_may_be_a_quotient_in_the_other() -> None:
    given = {"s": {"above": ["1/2", "1"], "below": ["1"]}, "t": {"from": "0", "to": "1/2"}}
    found = parameters(given, ["s", "t"])
    assert found["s"] == found["t"] + F(1, 2)
    assert [cells.stated(name, value) for name, value in found.items()] == [
        "s = 1/2 + t",
        "0 < t < 1/2",
    ]
    given["s"] = {"above": ["1"], "below": ["-1/4", "1"]}
    with pytest.raises(WrongError, match="changes its sign within 0 < t < 1/2"):
        parameters(given, ["s", "t"])
