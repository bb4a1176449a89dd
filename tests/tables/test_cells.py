"""Cells as exact numbers: the quick way for short decimals and the general one agree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import InstanceError
from verifier.kernel.reader.document import UnreadableError
from verifier.kernel.tables.rows import read_rows
from verifier.numbers import parse_rational
from verifier.tables.cells import csv_text, numbers

WRITTEN = (
    st.from_regex(r"[+-]?[0-9]{1,17}(\.[0-9]{1,17})?", fullmatch=True)
    | st.fractions().map(str)
    | st.just("-0.5")
)


@pytest.mark.slow
@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_every_cell_keeps_its_value(cells: list[str]) -> None:
    read = numbers(cells, [str(n) for n in range(len(cells))], "here")
    assert read is not None
    values, scale = read
    assert scale > 0
    assert [Fraction(value, scale) for value in values] == [parse_rational(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell", ["1\n2", "1_000", "\u0661", "1.", ".5", "0x1", "1 2", "1;2", "1,2", "--1"]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(InstanceError, match=r"^here: column 'b': .* is not a rational"):
        numbers(["1", cell], ["a", "b"], "here")


def in_kernel(cells: list[str]) -> tuple[list[int], int]:
    """What the kernel reads in a row of these cells, after one more; the scale 0 is none."""
    names = [str(n) for n in range(1 + len(cells))]
    ((_, values, scale),) = read_rows("here", csv_text([names, ["1", *cells]]).encode(), names, 0)
    return values[1:], scale


@given(
    st.lists(
        st.text(alphabet="0123456789+-_. \t\x1f٣e/", min_size=1, max_size=4), min_size=1, max_size=3
    )
)
def test_no_way_of_reading_takes_what_another_refuses(cells: list[str]) -> None:
    """The kernel and the verifier, with their quick ways, against one cell after the other, blanks
    around it removed.
    """
    names = [str(n) for n in range(len(cells))]
    try:
        alone = [parse_rational(cell.strip()) for cell in cells]
    except InstanceError:
        alone = None
    if any(not cell.strip() for cell in cells):
        assert numbers(cells, names, "here") is None and in_kernel(cells)[1] == 0
        return
    try:
        read = numbers(cells, names, "here")
    except InstanceError:
        read = None
    try:
        kernel = in_kernel(cells)
    except UnreadableError:
        kernel = None
    for found in (read, kernel):
        assert alone == (
            None if found is None else [Fraction(value, found[1]) for value in found[0]]
        )


def test_missing_cells_are_not_numbers() -> None:
    assert numbers(["1", " NA "], ["a", "b"], "here") is None
