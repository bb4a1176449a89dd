"""Points inside cones, compared with one program for each row."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.solve.cone import inner_point
from verifier.solve.exact import solve
from verifier.solve.program import Goal, Optimal, Program, Sense

Rows = list[list[int]]


def rows(size: int) -> st.SearchStrategy[Rows]:
    row = st.lists(st.integers(-3, 3), min_size=size, max_size=size)
    return st.lists(row, max_size=8)


def most(cone: Rows, row: Sequence[int]) -> bool:
    """Whether a row is positive at some point of the cone, found by a program of its own."""
    program = Program(Goal.MAXIMISE)
    for place, entry in enumerate(row):
        program.column(place, entry)
    for number, other in enumerate([*cone, [-1] * len(row)]):
        bound = 0 if number < len(cone) else -1
        program.row(number, dict(enumerate(other)), Sense.AT_LEAST, bound)
    answer = solve(program)
    assert isinstance(answer, Optimal)
    return answer.value > 0


@given(cone=st.integers(1, 5).flatmap(rows))
@settings(max_examples=300, deadline=None)
def test_every_row_is_positive_that_can_be(cone: Rows) -> None:
    size = len(cone[0]) if cone else 2
    point = inner_point(cone, size, solve)
    assert len(point) == size and min(point) >= 0
    for row in cone:
        value = sum(map(mul, row, point))
        assert value >= 0 and (value > 0) == most(cone, row)


def test_equations_stay_equations() -> None:
    """x - y >= 0 and y - x >= 0 are equal everywhere, and z > 0 is not impeded."""
    point = inner_point([[1, -1, 0], [-1, 1, 0], [0, 0, 1]], 3, solve)
    assert point[0] == point[1] and point[2] > 0


def test_where_nothing_is_positive_the_point_is_0() -> None:
    assert inner_point([[-1, 0], [0, -1]], 2, solve) == [0, 0]
    assert inner_point([], 2, solve) == [0, 0]
