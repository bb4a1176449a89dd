"""Cells as exact numbers: the quick way for short decimals and the general one agree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.data.cells import numbers
from verifier.errors import InstanceError
from verifier.rational import parse_rational

WRITTEN = st.from_regex(r"[+-]?[0-9]{1,17}(\.[0-9]{1,17})?", fullmatch=True) | st.fractions().map(str) | st.just("-0.5")


@given(st.lists(WRITTEN, min_size=1, max_size=6))
def test_every_cell_keeps_its_value(cells: list[str]) -> None:
    read = numbers(cells, [str(n) for n in range(len(cells))], "here")
    assert read is not None
    values, scale = read
    assert scale > 0
    assert [Fraction(value, scale) for value in values] == [parse_rational(cell) for cell in cells]


@pytest.mark.parametrize("cell", ["1\n2", "1_000", "\u0661", "1.", ".5", "0x1", "1 2", "1;2", "1,2", "--1"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(InstanceError, match=r"^here: column 'b': .* is not a rational"):
        numbers(["1", cell], ["a", "b"], "here")


def test_missing_cells_are_not_numbers() -> None:
    assert numbers(["1", " NA "], ["a", "b"], "here") is None
