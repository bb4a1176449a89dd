"""Vertices of small polyhedra: known ones, and random ones by their definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.solve.exact import solve
from verifier.solve.program import Goal, Optimal, Program, Sense
from verifier.solve.vertices import Constraint, TooMany, vertices

F = Fraction
SIMPLEX: list[Constraint] = [([F(n == m) for m in range(3)], F(0)) for n in range(3)]
ONE: list[Constraint] = [([F(1)] * 3, F(1))]


def test_the_simplex() -> None:
    assert vertices(SIMPLEX, ONE) == [(F(0), F(0), F(1)), (F(0), F(1), F(0)), (F(1), F(0), F(0))]


def test_a_degenerate_corner_is_listed_once() -> None:
    """Four lines through the origin of the quadrant."""
    rows: list[Constraint] = [([F(a), F(b)], F(0)) for a, b in ((1, 0), (0, 1), (1, 1), (2, 1))]
    assert vertices(rows) == [(F(0), F(0))]


def test_nothing_is_no_vertex() -> None:
    assert vertices([([F(1)], F(1)), ([F(-1)], F(0))]) == []


@pytest.mark.slow
def test_too_many_choices_are_counted_not_tried() -> None:
    rows: list[Constraint] = [([F(n), F(1)], F(0)) for n in range(100)]
    assert vertices(rows, limit=4949) == TooMany(4950)
    assert vertices(rows, limit=4950) == [(F(0), F(0))]


small = st.integers(-3, 3).map(F)
rows = st.lists(st.tuples(st.tuples(small, small, small), small), min_size=0, max_size=4)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cuts=rows, costs=st.tuples(small, small, small))
def test_a_linear_program_over_a_polytope_is_solved_at_a_vertex(
    cuts: list[Constraint], costs: tuple[Fraction, ...]
) -> None:
    """The minimum over the vertices of a cut simplex is the program's optimum."""
    found = vertices([*SIMPLEX, *cuts], ONE)
    assert not isinstance(found, TooMany)
    program = Program(Goal.MINIMISE)
    for n, cost in enumerate(costs):
        program.column(n, cost)
    program.row("one", dict.fromkeys(range(3), F(1)), Sense.EQUAL, 1)
    for place, (row, bound) in enumerate(cuts):
        program.row(("cut", place), dict(enumerate(row)), Sense.AT_LEAST, bound)
    answer = solve(program)
    if not isinstance(answer, Optimal):
        assert found == []
        return
    assert (
        min(sum((c * x for c, x in zip(costs, point, strict=True)), F(0)) for point in found)
        == answer.value
    )
    assert all(left != right for left, right in combinations(found, 2))
