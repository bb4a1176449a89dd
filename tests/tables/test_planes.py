"""Cells that are read many at once are read as `verifier.tables.cells` reads them one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import compress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import array

from verifier.errors import InstanceError
from verifier.solve.points import Matrix
from verifier.tables import delimited
from verifier.tables.cells import csv_text, numbers
from verifier.tables.collected import Collected
from verifier.tables.columns import Choice
from verifier.tables.formats import Form
from verifier.tables.gaps import Missing
from verifier.tables.planes import Block, PlainText, is_plain
from verifier.tables.reading import read_source, read_table

SHORT = st.one_of(
    st.integers(-999, 999).map(str),
    st.decimals(-(10**6), 10**6, places=3).map("{:f}".format),
    st.decimals(0, 1, places=1).map("{:+f}".format),
    st.integers(-(10**17), 10**17).map(str),
    st.floats(-1000, 1000).map(lambda value: f"{value:.15f}"),
)
ODD = st.one_of(
    st.sampled_from(
        ["", "NA", "1/3", ".5", "5.", "-", "+", ".", "1.2.3", "--1", "1-2", "1e3", " 7"]
    ),
    st.text("0123456789+-.,/e_ x\u0663", max_size=20).filter(lambda text: "," not in text),
    st.integers(10**18, 10**40).map(str),
    st.decimals(0, 10, places=25).map("{:f}".format),
)


def rows_of(cell: st.SearchStrategy[str], width: int) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 4).flatmap(lambda width: rows_of(st.one_of(SHORT, SHORT, ODD), width)))
def test_a_block_reads_a_row_as_it_is_read_alone_or_not_at_all(rows: list[list[str]]) -> None:
    data = "".join(",".join(row) + "\n" for row in rows).encode()
    block = Block(data, len(rows[0]), ",")
    found = block.numbers(range(len(rows[0])))
    for n, row in enumerate(rows):
        assert block.cells(n) == row
        if found.good[n]:
            alone = numbers(row, row, "")
            assert alone is not None
            values, scale = alone
            mine = zip(found.values[n].tolist(), values, strict=True)
            assert all(Fraction(a, int(found.scales[n])) == Fraction(b, scale) for a, b in mine)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 4).flatmap(lambda width: rows_of(SHORT, width)))
def test_short_decimals_are_read_at_once(rows: list[list[str]]) -> None:
    """So that what is usual is quick; 18 digits after a common point is what fits."""
    data = "".join(",".join(row) + "\n" for row in rows).encode()
    digits = [
        max(len(cell.strip("+-").partition(".")[0]) for cell in row)
        + max(len(cell.partition(".")[2]) for cell in row)
        for row in rows
    ]
    good = Block(data, len(rows[0]), ",").numbers(range(len(rows[0]))).good
    assert all(compress(good.tolist(), (count <= 18 for count in digits)))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    rows=rows_of(st.one_of(SHORT, SHORT, SHORT, ODD), 3),
    ending=st.sampled_from(["\n", "\r\n"]),
    signs=st.sampled_from([(",", "."), (";", "."), (";", ",")]),
    missing=st.sampled_from(Missing),
    tokens=st.sampled_from([(), ("x",)]),
)
def test_files_are_read_alike_in_both_ways(
    rows: list[list[str]],
    ending: str,
    signs: tuple[str, str],
    missing: Missing,
    tokens: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Tables, texts for the kernel, and errors: with the limit of long texts at 0 and as it is."""
    text = csv_text(
        [["u", "item", "a", "b"], *([r[0], f"row {n}", *r[1:]] for n, r in enumerate(rows))]
    )
    path = tmp_path_factory.mktemp("plain") / "table.csv"
    separator, decimal = signs
    text = text.replace(",", separator).replace(".", decimal).replace("\n", ending)
    path.write_text(text, encoding="utf-8", newline="")
    slow, fast = (read(path, missing, tokens, long) for long in (2**16, 0))
    assert fast == slow


def read(path: Path, missing: Missing, tokens: tuple[str, ...], long: int) -> Any:
    named = Choice(user="u", agents=("a", "b"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "LONG", long)
        try:
            source, table = read_source(path, None, missing, named, Form(tokens=tokens))
        except InstanceError as error:
            return str(error)
    scaled = zip(table.rows, table.scales, strict=True)
    values = [[Fraction(value, scale) for value in row] for row, scale in scaled]
    return source, values, table.numbers, table.points, table.left_out, table.dropped


def test_a_long_plain_file_is_a_matrix(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    lines = [f"{n % 7}.{n % 3},{n % 11},{-n % 5}" for n in range(20_000)]
    path.write_text("\n".join(["u,a,b", *lines]), encoding="utf-8")
    table = read_table(path)
    assert isinstance(table.rows, Matrix) and len(table.rows) == 20_000
    assert [str(value) for value in table.target[:4]] == ["0", "11/10", "11/5", "3"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a,b\n1,2\n", True),
        ("a,b\r\n1,2\r\n", True),
        ("a,b\n1,2", True),
        ('a,"b"\n1,2\n', False),
        ("a,b\n\n1,2\n", False),
        ("a,b\r\n\r\n1,2\r\n", False),
        ("a,b\r1,2\r", False),
        ("\na,b\n1,2\n", False),
    ],
)
def test_what_is_plain(text: str, plain: bool) -> None:
    assert is_plain(text) == plain


def test_lines_of_another_length_are_left_to_the_reader_that_names_them() -> None:
    assert list(PlainText("a,b\n1,2,3\n4\n", ",", 2).blocks()) == [None]


def test_rows_come_in_the_order_of_their_numbers() -> None:
    collected = Collected()
    collected.add(3, (3, 30), 1)
    collected.add(1, (1, 10**30), 2)
    assert collected.taken() == (((1, 10**30), (3, 30)), (1, 3), (2, 1))


def test_rows_of_arrays_and_single_ones_come_together() -> None:
    collected = Collected()
    collected.add(3, (3, 30), 1)
    collected.extend([2], array([[2, 20]]), [5])
    collected.add(1, (1, 10**30), 2)
    collected.keep([False, True])
    rows, numbers, scales = collected.taken()
    assert tuple(rows) == ((10**30,), (20,), (30,))
    assert (numbers, scales) == ((1, 2, 3), (2, 5, 1))
