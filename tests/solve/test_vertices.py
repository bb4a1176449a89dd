"""Vertices of cut simplices: known ones, and random ones by their definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.solve.exact import solve
from verifier.solve.program import Goal, Optimal, Program, Sense
from verifier.solve.vertices import TooMany, Vertex, vertices

Cuts = list[tuple[int, ...]]


def test_the_simplex() -> None:
    assert vertices(3, []) == [(0, 0, 1), (0, 1, 0), (1, 0, 0)]


def test_a_degenerate_corner_is_listed_once() -> None:
    """Four lines through one corner of the triangle, which leave nothing else."""
    assert vertices(3, [(-1, 0, 0), (0, -1, 0), (-1, -1, 0), (-2, -1, 0)]) == [(0, 0, 1)]


def test_nothing_is_no_vertex() -> None:
    assert vertices(2, [(-1, -1)]) == []


@pytest.mark.slow
def test_too_many_choices_are_counted_not_tried() -> None:
    cuts = [(n, 1) for n in range(100)]
    assert vertices(2, cuts, limit=101) == TooMany(102)
    assert vertices(2, cuts, limit=102) == [(0, 1), (1, 0)]


numbers = st.integers(-3, 3)
cut_simplices = st.integers(2, 4).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[numbers] * n), max_size=4))
)


def every_choice(dimension: int, cuts: Cuts) -> list[Vertex]:
    """The vertices by their definition: every choice of tight constraints is tried."""
    unit = [tuple(int(n == m) for m in range(dimension)) for n in range(dimension)]
    found: dict[Vertex, None] = {}
    for tight in combinations([*unit, *cuts], dimension - 1):
        matrix = fmpq_mat(dimension, dimension, [1] * dimension + [e for row in tight for e in row])
        if matrix.det() == 0:
            continue
        point = matrix.solve(fmpq_mat(dimension, 1, [1] + [0] * (dimension - 1)))
        whole, _ = point.numer_denom()
        vertex = tuple(int(whole[n, 0]) for n in range(dimension))
        if all(sum(a * x for a, x in zip(row, vertex, strict=True)) >= 0 for row in [*unit, *cuts]):
            found[vertex] = None
    return list(found)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(drawn=cut_simplices)
def test_every_choice_of_tight_constraints_finds_the_same(drawn: tuple[int, Cuts]) -> None:
    dimension, cuts = drawn
    found = vertices(dimension, cuts)
    assert not isinstance(found, TooMany)
    assert sorted(found) == sorted(every_choice(dimension, cuts))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    cuts=st.lists(st.tuples(numbers, numbers, numbers), max_size=4),
    costs=st.tuples(numbers, numbers, numbers),
)
def test_a_linear_program_over_a_polytope_is_solved_at_a_vertex(
    cuts: Cuts, costs: tuple[int, ...]
) -> None:
    """The minimum over the vertices of a cut simplex is the program's optimum."""
    found = vertices(3, cuts)
    assert not isinstance(found, TooMany)
    program = Program(Goal.MINIMISE)
    for n, cost in enumerate(costs):
        program.column(n, cost)
    program.row("one", dict.fromkeys(range(3), 1), Sense.EQUAL, 1)
    for place, row in enumerate(cuts):
        program.row(("cut", place), dict(enumerate(row)), Sense.AT_LEAST)
    answer = solve(program)
    if not isinstance(answer, Optimal):
        assert found == []
        return
    worth = [
        Fraction(sum(c * x for c, x in zip(costs, vertex, strict=True)), sum(vertex))
        for vertex in found
    ]
    assert min(worth) == answer.value
    assert all(left != right for left, right in combinations(found, 2))
