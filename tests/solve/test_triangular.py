"""Blocks of a square matrix: one permutation of rows and columns, no entry above them, and none
that could be smaller.
"""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.solve.triangular import blocks

Matrix = dict[int, list[int]]
"""The rows, numbered from 100, in which each column has an entry."""


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    size = draw(st.integers(0, 6))
    rows = st.lists(st.integers(100, 99 + size), unique=True) if size else st.just([])
    return {column: draw(rows) for column in range(size)}


@st.composite
def with_a_diagonal(draw: st.DrawFn) -> Matrix:
    """Matrices whose rows and columns can be paired off along entries."""
    matrix = draw(matrices())
    way = draw(st.permutations(range(100, 100 + len(matrix))))
    return {column: list(dict.fromkeys([*rows, way[column]])) for column, rows in matrix.items()}


def has_diagonal(matrix: Matrix) -> bool:
    """Whether rows and columns can be paired off along entries, by trying all ways."""
    rows = range(100, 100 + len(matrix))
    return any(
        all(row in matrix[column] for column, row in enumerate(way)) for way in permutations(rows)
    )


@settings(max_examples=300, deadline=None)
@given(matrices())
def test_blocks_are_square_and_leave_nothing_above_them(matrix: Matrix) -> None:
    if not has_diagonal(matrix):
        with pytest.raises(ZeroDivisionError):
            blocks(matrix)
        return
    found = blocks(matrix)
    assert sorted(row for rows, _ in found for row in rows) == [*range(100, 100 + len(matrix))]
    assert sorted(column for _, columns in found for column in columns) == [*matrix]
    done: set[int] = set()
    for rows, columns in found:
        assert len(rows) == len(columns) > 0
        assert all(row in matrix[column] for row, column in zip(rows, columns, strict=True))
        done |= {*rows}
        later = [c for _, some in found[found.index((rows, columns)) + 1 :] for c in some]
        assert not any(done & {*matrix[column]} for column in later)


@settings(max_examples=200, deadline=None)
@given(with_a_diagonal())
def test_no_block_can_be_divided(matrix: Matrix) -> None:
    """Each column of a block reaches every other by columns whose rows it has entries in."""
    for rows, columns in blocks(matrix):
        owner = dict(zip(rows, columns, strict=True))
        for start in columns:
            reached, fresh = {start}, [start]
            for column in fresh:
                more = {owner[row] for row in matrix[column] if row in owner} - reached
                reached |= more
                fresh += more
            assert reached == {*columns}


def test_long_chains_need_no_deep_recursion() -> None:
    """A triangle of 5,000 columns, one entry a block; a cycle of as many is one block."""
    size = 5000
    chain = {column: [column, min(column + 1, size - 1)] for column in range(size)}
    assert blocks({c: list(dict.fromkeys(rows)) for c, rows in chain.items()}) == [
        ([column], [column]) for column in range(size)
    ]
    cycle = {column: [column, (column + 1) % size] for column in range(size)}
    assert [len(rows) for rows, _ in blocks(cycle)] == [size]
