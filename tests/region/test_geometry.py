"""Convex polygons are cut, joined and measured exactly; quotients in two parameters are read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from verifier.kernel.parameters.polygon import Polygon as KernelPolygon
from verifier.kernel.parameters.polygon import convex
from verifier.kernel.parameters.polynomials import polynomial
from verifier.kernel.parameters.polynomials import written as kernel_writes
from verifier.region.plane.cover import Bound
from verifier.region.plane.function import Function, lines, read, read_terms, surface, written
from verifier.region.plane.geometry import (
    Line,
    Point,
    area,
    between,
    cut,
    extent,
    halves,
    hull,
    inside,
    joined,
    segments,
)
from verifier.region.plane.partition import described, function_of_two, weighted
from verifier.region.plane.piece import along
from verifier.solve.interpolation import rational_function_of_two

F = Fraction
SQUARE = ((F(0), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1)))

small = st.fractions(min_value=-3, max_value=3, max_denominator=4)
points = st.tuples(small, small)
often = settings(max_examples=150, deadline=None, derandomize=True)


@st.composite
def polygons(draw: st.DrawFn) -> tuple[Point, ...]:
    found = draw(st.lists(points, min_size=3, max_size=7, unique=True))
    assume(len({Line.through(found[0], p) for p in found[1:]}) > 1)
    corners = hull(found)
    assume(len(corners) > 2)
    return corners


@often
@given(polygon=polygons(), through=st.tuples(points, points).filter(lambda p: p[0] != p[1]))
def test_a_cut_leaves_two_convex_parts(
    polygon: tuple[Point, ...], through: tuple[Point, Point]
) -> None:
    line = Line.through(*through)
    parts = cut(polygon, line)
    assert sum(area(part) for part in parts if part) == area(polygon)
    for part, sign in zip(parts, (1, -1), strict=True):
        if part:
            assert convex(part) and area(part) > 0
            assert all(sign * line.at(point) >= 0 for point in part)
    if all(parts):
        assert hull(joined(*parts)) == hull(polygon)


@often
@given(polygon=polygons())
def test_halves_are_narrower(polygon: tuple[Point, ...]) -> None:
    for part in halves(polygon, (F(1), F(1))):
        (left, low), (right, high) = extent(part)
        (first, below), (last, above) = extent(polygon)
        assert max(right - left, high - low) <= max(last - first, above - below)
        assert (right - left) + (high - low) < (last - first) + (above - below)
        assert inside(weighted(part, [1] * len(part)), polygon)


def test_what_is_not_convex_is_not_joined() -> None:
    left, right = cut(SQUARE, Line.of(F(1), F(0), F(-1, 2)))
    low, high = cut(left, Line.of(F(0), F(1), F(-1, 2)))
    assert joined(left, right) and joined(low, high)
    assert joined(low, right) == joined(high, right) == ()


def test_sides_are_cut_at_the_corners_of_others() -> None:
    left, right = cut(SQUARE, Line.of(F(1), F(0), F(-1, 2)))
    parts = [left, *cut(right, Line.of(F(0), F(1), F(-1, 2)))]
    found = segments(parts)
    assert ((F(1, 2), F(0)), (F(1, 2), F(1, 2))) in found
    assert ((F(1, 2), F(1, 2)), (F(1, 2), F(1))) in found
    assert ((F(1, 2), F(0)), (F(1, 2), F(1))) not in found
    assert len(found) == 10 == len(set(found))
    assert all(not between(p, *ends) for ends in found for part in parts for p in part)


def test_lines_are_the_same_however_they_are_written() -> None:
    assert (
        Line.of(F(1, 2), F(-1), F(3)) == Line.of(F(1), F(-2), F(6)) != Line.of(F(-1), F(2), F(-6))
    )
    assert Line.through((F(0), F(0)), (F(2), F(2))) == Line.through((F(-1), F(-1)), (F(0), F(0)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((1, -2, 0), "p > 2 t"),
        ((-1, -2, 1), "p + 2 t < 1"),
        ((1, 2, -1), "p + 2 t > 1"),
        ((0, 2, -1), "t > 1/2"),
        ((-3, 0, 2), "p < 2/3"),
        ((1, 0, 0), "p > 0"),
        ((-1, 0, 0), "p < 0"),
        ((-1, -1, 0), "p + t < 0"),
        ((2, -1, 1), "2 p + 1 > t"),
        ((-1, 0, -2), "p < -2"),
        ((1, 0, 2), "p > -2"),
        ((2, 3, 1), "2 p + 3 t > -1"),
    ],
)
def test_bounds_are_written_as_inequalities(line: tuple[int, int, int], said: str) -> None:
    bound = Bound(Line(*line), included=False)
    assert bound.written(["p", "t"]) == said
    assert Bound(Line(*line), included=True).written(["p", "t"]) == said.replace(">", ">=").replace(
        "<", "<="
    )


coefficients = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 2)), small.filter(bool), max_size=5
)


@often
@given(terms=coefficients)
def test_polynomials_are_written_and_read_as_the_kernel_does(terms: dict[Any, Fraction]) -> None:
    found = surface(terms)
    nested = polynomial(polynomial(row) for row in found)
    assert written(found, ["s", "t"]) == kernel_writes(nested, "s", "t")
    if terms:
        assert read_terms(written(found, ["s", "t"]), ["s", "t"]) == terms


def test_a_polygon_is_described_as_the_kernel_does() -> None:
    assert described(SQUARE, ["s", "t"]) == str(KernelPolygon(("s", "t"), SQUARE))


@often
@given(above=coefficients, below=coefficients, where=points)
def test_a_quotient_is_met_at_few_pairs(
    above: dict[Any, Fraction], below: dict[Any, Fraction], where: Point
) -> None:
    """Of degree 2 above, and a constant or a degree of 1 below."""
    above = {key: c for key, c in above.items() if sum(key) <= 2}
    below = {key: c for key, c in below.items() if sum(key) == 1} | {(0, 0): F(20)}
    known = Function.of(above, below)
    dice = [(F(n * n % 17, 19), F(7 * n % 23, 29)) for n in range(14)]
    found = rational_function_of_two([(point, known.at(point)) for point in dice])
    assert found is not None
    assert Function.of(*found).at(where) == known.at(where)
    record = function_of_two([(point, known.at(point)) for point in dice])
    assert read(record).at(where) == known.at(where)


def test_numbers_that_are_no_quotient_meet_none() -> None:
    dice = [((F(n * n % 17, 19), F(7 * n % 23, 29)), F(n**5 % 31)) for n in range(14)]
    assert rational_function_of_two(dice) is None
    assert function_of_two(dice) is None


def test_lines_are_the_affine_factors() -> None:
    p = read_terms("-s*t + s*s - 2*s*t*t + 2*s*s*t", ["s", "t"])  # s (s - t) (1 + 2 t)
    assert {abs(line.a) + 10 * abs(line.b) for line in lines(p)} == {1, 11, 20}
    assert [*lines(read_terms("1 - s*s - t*t", ["s", "t"]))] == []


def test_a_certificate_is_taken_along_a_line() -> None:
    t = (F(0), F(1))
    whole = {"above": [["0", "1"], ["0", "1"]], "below": [["1"], ["1"]]}  # (t + s t)/(1 + s)
    found = along({"a": [whole, "1/2", None]}, (F(1, 2), F(1)), t)
    assert found == {"a": [{"above": ["0", "1"], "below": ["1"]}, "1/2", None]}
    assert along({"above": [["1"]], "below": [["1"]]}, t, t) == "1"
    assert along({"above": [["1"]], "below": [["0", "-1"], ["1"]]}, t, t) is None


def test_functions_are_written_as_formulas() -> None:
    found = Function.of({(1, 0): F(1), (1, 1): F(-1)}, {(0, 1): F(2), (1, 1): F(-2)})
    assert found.written(["s", "t"]) == "(1/2 s - 1/2 s t)/(t - s t)"
    assert Function.constant(F(0)).written(["s", "t"]) == "0"
    assert Function.of({(2, 0): F(1), (0, 0): F(-1)}, {(0, 0): F(1)}).written("st") == "-1 + s^2"
