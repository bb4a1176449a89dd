"""Signs in polygons, their shapes, and quotients in two parameters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from verifier.kernel.parameters import cells
from verifier.kernel.parameters.cells import parameters
from verifier.kernel.parameters.polygon import DEPTH, Polygon, convex, halves, sign
from verifier.kernel.parameters.polynomials import Polynomial, polynomial
from verifier.kernel.reader.document import UnreadableError, WrongError, length

F = Fraction
Pair = tuple[Fraction, Fraction]

UNIT = ((F(0), F(0)), (F(1), F(0)), (F(0), F(1)))
SQUARE = ((F(0), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1)))
HOUSE = ((F(0), F(0)), (F(2), F(0)), (F(2), F(1)), (F(1), F(2)), (F(0), F(1)))


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
