"""Tables of utilities in CSV and Parquet files."""

import csv
import io
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import table as arrow
from pyarrow.parquet import write_table as write_parquet

from tests.games import rationals
from verifier.errors import InstanceError, SizeError
from verifier.tables import grid as limits
from verifier.tables.columns import Choice
from verifier.tables.reading import Missing, read_table


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_first_column_is_the_user(tmp_path: Path) -> None:
    path = written(tmp_path, "user, left ,right\n1,0.5,-1/3\n\n2, 1e-1 ,3\n")
    found = read_table(path)
    assert (found.name, found.user, found.agents) == (str(path), "user", ("left", "right"))
    assert found.target == (Fraction(1), Fraction(2))
    assert found.generators == ((Fraction(1, 2), Fraction(1, 10)), (Fraction(-1, 3), Fraction(3)))
    assert (found.numbers, found.labels, found.points, found.left_out, found.dropped) == (
        (1, 2),
        (),
        ((), ()),
        0,
        (),
    )


def test_a_named_user_and_labels(tmp_path: Path) -> None:
    path = written(tmp_path, "state,a,item,b,c\nrain,1,tea,2,3\nsun,4,tea,5,6\n")
    found = read_table(path, "b")
    assert (found.user, found.agents, found.rows) == ("b", ("a", "c"), ((2, 1, 3), (5, 4, 6)))
    assert (found.labels, found.points) == (("state", "item"), (("rain", "tea"), ("sun", "tea")))
    with pytest.raises(
        InstanceError, match="no column of numbers is called 'item', there are 'a', 'b', 'c'"
    ):
        read_table(path, "item")


GAPS = "user,a,b,c\n1,2,3,4\n5,,6,NA\n7,8,nan,9\n10,11,12,13\n"


def test_missing_cells_are_counted_and_the_ways_out_named(tmp_path: Path) -> None:
    path = written(tmp_path, GAPS)
    with pytest.raises(InstanceError) as error:
        read_table(path)
    assert (
        str(error.value)
        == f"{path}: 3 cells missing, in 2 rows and 3 columns, the first on line 3 in column 'a':"
        " fill them, or leave them out (--drop-rows keeps 2 of 4 rows)"
    )


def test_rows_with_gaps_are_left_out(tmp_path: Path) -> None:
    found = read_table(written(tmp_path, GAPS), missing=Missing.DROP_ROWS)
    assert (found.rows, found.numbers, found.left_out, found.agents) == (
        ((1, 2, 3, 4), (10, 11, 12, 13)),
        (1, 4),
        2,
        ("a", "b", "c"),
    )


def test_columns_with_gaps_are_left_out(tmp_path: Path) -> None:
    found = read_table(written(tmp_path, GAPS.replace("nan", "0.5")), missing=Missing.DROP_COLUMNS)
    assert (found.agents, found.dropped, found.left_out, found.numbers) == (
        ("b",),
        ("a", "c"),
        0,
        (1, 2, 3, 4),
    )
    assert found.target == tuple(map(Fraction, (1, 5, 7, 10)))
    assert found.generators == (tuple(map(Fraction, ("3", "6", "1/2", "12"))),)


@pytest.mark.parametrize(
    ("content", "missing", "message"),
    [
        (
            "user,a\n,1\n1,2\n",
            Missing.DROP_COLUMNS,
            "the user's column 'user' has missing cells: --drop-rows keeps 1 of 2 rows",
        ),
        (
            "user,a\n1,\n",
            Missing.DROP_COLUMNS,
            "the column of every agent has missing cells: no row has a number of the user's and one"
            " of an agent's: nothing to compare",
        ),
        (
            "user,a\n1,\n,3\n",
            Missing.DROP_ROWS,
            "each of its 2 rows has a missing cell: nothing is left to compare",
        ),
        (
            "user,a\n1,\n,3\n",
            Missing.REFUSE,
            "2 cells missing, in 2 rows and 2 columns, the first on line 2",
        ),
    ],
)
def test_what_cannot_be_left_out(
    tmp_path: Path, content: str, missing: Missing, message: str
) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InstanceError) as error:
        read_table(path, missing=missing)
    assert str(error.value).startswith(f"{path}: {message}")


def test_parquet_reads_as_the_same_table(tmp_path: Path) -> None:
    """Integers, decimals, floats as their shortest decimals, text, and nulls."""
    columns = {
        "item": ["x", "y"],
        "user": [1, 2],
        "a": [0.1, -2.5e-7],
        "b": [Decimal("1.50"), Decimal("0.25")],
        "c": ["1/3", "2"],
    }
    path = tmp_path / "data.parquet"
    write_parquet(arrow(columns), path)
    found = read_table(path)
    assert found.target == (Fraction(1), Fraction(2)) and found.points == (("x",), ("y",))
    assert found.generators == (
        (Fraction(1, 10), Fraction(-25, 10**8)),
        (Fraction(3, 2), Fraction(1, 4)),
        (Fraction(1, 3), Fraction(2)),
    )
    write_parquet(arrow({"user": [1, None], "a": [1, 2]}), path)
    with pytest.raises(InstanceError, match="1 cell missing, in 1 row"):
        read_table(path)
    write_parquet(arrow({"user": [[1]], "a": [1]}), path)
    with pytest.raises(
        InstanceError, match=r"column 'user' is of type list<.*>, expected numbers or text"
    ):
        read_table(path)
    path.write_bytes(b"user,a\n1,2\n")
    with pytest.raises(InstanceError, match="is not a Parquet file: "):
        read_table(path)
    with pytest.raises(InstanceError, match="cannot be read: "):
        read_table(tmp_path / "none.parquet")


def test_parquet_is_bounded_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data.parquet"
    write_parquet(arrow({"user": [1, 2], "a": [1, 2]}), path)
    monkeypatch.setattr(limits, "MAX_CELLS", 3)
    with pytest.raises(SizeError, match="has 4 cells, at most 3 are read"):
        read_table(path)


def test_reads_what_spreadsheets_write(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbf"user","agent, paid"\r\n"1","2"\r\n')
    assert read_table(str(path)).agents == ("agent, paid",)


@settings(deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda k: st.lists(
            st.lists(rationals(), min_size=k + 1, max_size=k + 1), min_size=1, max_size=5
        )
    )
)
def test_every_table_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Fraction]]
) -> None:
    stream = io.StringIO()
    header = ["user", *(f"agent {n}" for n in range(len(rows[0]) - 1))]
    csv.writer(stream).writerows([header, *rows])
    named = Choice(user="user", agents=tuple(header[1:]))  # also where a column counts its rows
    found = read_table(written(tmp_path_factory.mktemp("csv"), stream.getvalue()), choice=named)
    assert [list(row) for row in zip(found.target, *found.generators, strict=True)] == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: has 0 columns, expected the user and at least one agent"),
        ("user\n1\n", "line 1: has 1 columns, expected the user and at least one agent"),
        ("user,a,a\n1,2,3\n", "line 1: columns 2 and 3 are both 'a', expected different names"),
        (
            "user,,a\n1,2,3\n",
            "line 1: column 2 is called '', expected a name of 1 to 100 characters",
        ),
        ("user,a\n", "has no rows below its header, expected one row per point"),
        ("user,a\n1,2\n1\n", "line 3: has 1 columns, expected 2 as in the header"),
        ("user,a\n1,2,3\n", "line 2: has 3 columns, expected 2 as in the header"),
        (
            "user,a\n1,\n",
            (
                "1 cell missing, in 1 row and 1 column, the first on line 2 in column 'a': fill"
                " them, or leave them out (n"
            ),
        ),
        (
            "user,a\n1,2\ninf,1\n",
            "line 3: column 'user': 'inf' is not a rational, expected an integer",
        ),
        (
            "item,a\nx,1\n",
            "line 1: has 1 columns of numbers, expected the user and at least one agent",
        ),
        ("user,a\n1,1/0\n", "line 2: column 'a': 1/0 has a zero denominator"),
        ('user,"a\nb"\n1,2\n', "line 1: column 2 is called 'a\\nb', expected a name"),
        ('user,a\n"1\n",2\nx,2\n', "line 4: column 'user': 'x' is not a rational"),
        ('user,a\n"1"x,2\n', "line 2: is not CSV: "),
        (b"user,a\n\xff,2\n", "is not UTF-8 text: byte 7 is wrong, expected UTF-8"),
    ],
)
def test_says_where_and_what(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InstanceError) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: {message}")


def test_missing_files_and_directories(tmp_path: Path) -> None:
    with pytest.raises(InstanceError, match=r"none.csv: no such file$"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InstanceError, match="cannot be read: Is a directory"):
        read_table(tmp_path)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "user,a\n" + "1,2\n" * 10)
    monkeypatch.setattr(limits, "MAX_CELLS", 19)
    with pytest.raises(
        SizeError, match="line 11: has more than 19 cells so far, at most that many are read"
    ):
        read_table(path)
    monkeypatch.setattr(limits, "MAX_BYTES", 40)
    with pytest.raises(SizeError, match="has 47 bytes or more, at most 40 are read"):
        read_table(path)
