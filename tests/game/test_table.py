"""CSV tables of utilities."""

import csv
import io
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import rationals
from verifier.errors import InstanceError, SizeError
from verifier.game import table
from verifier.game.table import UtilityTable, read_table


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_first_column_is_the_user(tmp_path: Path) -> None:
    path = written(tmp_path, "user, left ,right\n1,0.5,-1/3\n\n2, 1e-1 ,3\n")
    assert read_table(path) == UtilityTable(
        name=str(path),
        user="user",
        agents=("left", "right"),
        target=(Fraction(1), Fraction(2)),
        generators=((Fraction(1, 2), Fraction(1, 10)), (Fraction(-1, 3), Fraction(3))),
    )


def test_reads_what_spreadsheets_write(tmp_path: Path) -> None:
    path = written(tmp_path, b'\xef\xbb\xbf"user","agent, paid"\r\n"1","2"\r\n')
    assert read_table(str(path)).agents == ("agent, paid",)


@given(
    st.integers(1, 4).flatmap(lambda k: st.lists(st.lists(rationals(), min_size=k + 1, max_size=k + 1), min_size=1, max_size=5))
)
def test_every_table_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Fraction]]) -> None:
    stream = io.StringIO()
    header = ["user", *(f"agent {n}" for n in range(len(rows[0]) - 1))]
    csv.writer(stream).writerows([header, *rows])
    found = read_table(written(tmp_path_factory.mktemp("csv"), stream.getvalue()))
    assert [list(row) for row in zip(found.target, *found.generators, strict=True)] == rows


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "line 1: has 0 columns, expected the user and at least one agent"),
        ("user\n1\n", "line 1: has 1 columns, expected the user and at least one agent"),
        ("user,a,a\n1,2,3\n", "line 1: columns 2 and 3 are both 'a', expected different names"),
        ("user,,a\n1,2,3\n", "line 1: column 2 is called '', expected a name of 1 to 100 characters"),
        ("user,a\n", "has no rows below its header, expected one row per point"),
        ("user,a\n1,2\n1\n", "line 3: has 1 columns, expected 2 as in the header"),
        ("user,a\n1,2,3\n", "line 2: has 3 columns, expected 2 as in the header"),
        ("user,a\n1,\n", "line 2: column 'a': '' is not a rational, expected an integer"),
        ("user,a\n1,2\nnan,1\n", "line 3: column 'user': 'nan' is not a rational, expected an integer"),
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
    with pytest.raises(InstanceError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(InstanceError, match="cannot be read: Is a directory"):
        read_table(tmp_path)


def test_sizes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "user,a\n" + "1,2\n" * 10)
    monkeypatch.setattr(table, "MAX_CELLS", 19)
    with pytest.raises(SizeError, match="line 11: has more than 19 cells so far, at most that many are read"):
        read_table(path)
    monkeypatch.setattr(table, "MAX_BYTES", 40)
    with pytest.raises(SizeError, match="has 47 bytes or more, at most 40 are read"):
        read_table(path)
