"""Forms of files beside plain CSV: what is read, and what is said where it is not."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.errors import InstanceError
from verifier.tables.columns import Choice
from verifier.tables.counters import suspicion
from verifier.tables.formats import Form
from verifier.tables.notation import Notation
from verifier.tables.reading import Missing, read_source, read_table

F = Fraction


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "u;a\n1;2\n2;5\n", "semicolons between cells"),
        ("a.csv", "u|a\n1|2\n2|5\n", "bars between cells"),
        ("a.csv", "u\ta\n1\t2\n2\t5\n", "tabs between cells"),
        ("a.tsv", "u\ta\n1\t2\n2\t5\n", "tabs between cells"),
        ("a.csv", "u a\n1 2\n2 5\n", "spaces between cells"),
        ("a.csv", "sep=;\r\nu;a\r\n1;2\r\n2;5\r\n", "semicolons between cells"),
        ("a.csv", "\n\nu,a\n1,2\n2,5\n", ""),
        ("a.csv", "\ufeff\nu,a\n1,2\n2,5\n", ""),
        ("a.csv", 'u,a\n"1,0",2\n"2,0","5,0"\n', "decimal commas"),
        ("a.csv", "u,a\n1.,+2.\n2,\u22120.5e1\n", None),
        ("a.csv", "u,a,,\n1,2,,\n2,5,,\n", ""),
        ("a.jsonl", '{"u": 1, "a": 2}\n\n{"a": 5.0, "u": 2e0}\n', ""),
        ("a.json", '[{"u": 1, "a": 2}, {"u": 2, "a": 5, "note": {"x": [1]}}]', ""),
    ],
)
def test_what_is_read(name: str, content: str, said: str | None, tmp_path: Path) -> None:
    """All of them are the same table; what the kernel reads of it is, too."""
    source, found = read_source(written(tmp_path, name, content))
    last = F(5) if said is not None else F(-5)
    assert found.target == (F(1), F(2)) and found.generators == ((F(2), last),)
    if said is not None:
        assert "; ".join(found.read_as) == said
    assert source.converted
    again = read_table(written(tmp_path, "again.csv", source.text), choice=Choice(only=("u", "a")))
    assert (again.rows, again.digest) == (found.rows, found.digest)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", '"u" "a"\n"x" 1 2\n"y" 2 5\n', "as R writes it, the header needs a name for"),
        ("a.csv", "u,a\n1,2,\n2,5,\n", "it ends with a separator, the header does not"),
        ("a.csv", "u,a,\n1,2\n2,5\n", "the header ends with a separator, this line does not"),
        ("a.csv", "u,a;b\n1,2;3\n", "commas and semicolons may separate its cells: say which"),
        ("a.csv", "# mine\nu,a\n1,2\n", "line 1 seems to be a comment: leave it out"),
        ("a.csv", "u;a\n1,234;2\n2,345;5\n", "'1,234' is a decimal or has thousands: say --decim"),
        ("a.csv", "u;a\n1,5;2.5\n2,5;5\n", "'1,5' seems to have a decimal comma, and '2.5' ("),
        ("a.csv", "u,a\n50%,2\n", "'50%' is not a rational"),
        ("a.csv", "u,a,t\n1,2,x\n3,5,7\n", "column 't' has a number, '7', and text, 'x' (line 2)"),
        ("a.csv", "date,u,a\n2024-01-01,2,3\n", "if that is no party, leave it out (--without)"),
        ("a.csv", "judge,wine,score\nA,w,1\nB,w,2\n", "is read with --long ITEM,PARTY,SCORE"),
        ("a.csv", "1,2,0\n0,1,-1\n", "has numbers ('1', '2', '0') where the columns' names are"),
        ("a.csv", "m1,1,0\nm2,0,1\n", "has numbers ('1', '0') where the columns' names are"),
        ("a.csv", "1,NA,0\n0,1,-1\n", "has numbers ('1', 'NA', '0') where the columns' names"),
        ("a.csv", "PAR1", "is a Parquet file: let its name end in .parquet"),
        ("a.csv", "PK\x03\x04", "is a zip file, perhaps a workbook: save the sheet as CSV"),
        ("a.csv", "u\0,\0a\0\n\0", "has null bytes, as UTF-16 text without a mark has"),
        ("a.xlsx", "", "is a workbook, which is not read: save it as CSV or Parquet"),
        (
            "a.json",
            '{"u": {"0": 1}}',
            "has an object, expected a list of objects, one for each row",
        ),
        ("a.json", '[{"u": 1}, 2]', "entry 2: has 2, expected an object"),
        ("a.jsonl", '{"u": 1, "u": 2}\n', "line 1: key 'u' appears twice, expected once"),
        ("a.jsonl", '{"u": 1, "u ": 2}\n', "line 1: two keys differ in nothing but blanks"),
        ("a.jsonl", '{"u": 1,\n', "line 1: is not JSON: "),
        ("a.jsonl", "[" * 100_000 + "\n", "line 1: is nested too deeply to be read"),
    ],
)
def test_what_is_said(name: str, content: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(InstanceError) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: ") and message in str(error.value)


LONG = "wine,judge,score\nred,A,1\nred,B,2\nwhite,A,3\nwhite,B,5\nrose,B,4\n"


def test_the_long_format(tmp_path: Path) -> None:
    """Items and parties in their order of appearance; a pair without a score is missing."""
    form = Form(long=("wine", "judge", "score"))
    path = written(tmp_path, "long.csv", LONG)
    with pytest.raises(InstanceError, match="the first in item 'rose' in column 'A'"):
        read_table(path, form=form)
    source, found = read_source(path, missing=Missing.DROP_ROWS, form=form)
    assert (found.user, found.agents, found.left_out) == ("A", ("B",), 1)
    assert (found.target, found.generators) == ((F(1), F(3)), ((F(2), F(5)),))
    assert found.points == (("red",), ("white",))
    assert source.text == "item,A,B\nred,1,2\nwhite,3,5\nrose,,4\n"
    path.write_text(LONG + "red,B,2\n", encoding="utf-8")
    with pytest.raises(
        InstanceError, match="line 7: 'red' is scored by 'B' a second time, after line 3"
    ):
        read_table(path, form=form)
    path.write_text(LONG + "red,state,2\n", encoding="utf-8")
    with pytest.raises(InstanceError, match="line 7: 'state' is a label's name"):
        read_table(path, form=form)
    path.write_text(LONG + "red,,2\n", encoding="utf-8")
    with pytest.raises(InstanceError, match="line 7: column 'judge' is empty"):
        read_table(path, form=form)


@given(
    st.lists(
        st.lists(st.decimals(-999, 999, places=3), min_size=3, max_size=3), min_size=1, max_size=5
    ),
    st.sampled_from(",;\t| "),
    st.sampled_from(".,"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_decimal_is_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[Decimal]],
    separator: str,
    decimal: str,
    encoding: str,
) -> None:
    """Whatever separates cells and tenths, the numbers are those that were written."""
    path = tmp_path_factory.mktemp("forms") / "a.csv"
    cells = [[f"{value:f}".replace(".", decimal) for value in row] for row in rows]
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([["u", "a", "b"], *cells])
    found = read_table(
        path,
        choice=Choice("u", ("a", "b")),
        form=Form(separator, decimal if "," in decimal else None),
    )
    columns = [found.target, *found.generators]
    assert [list(row) for row in zip(*columns, strict=True)] == [list(map(F, row)) for row in rows]


@pytest.mark.parametrize("token", ["NULL", "n/a", "<NA>", "#N/A", "-", ".", "?", "None", "\u2013"])
def test_the_usual_signs_of_a_missing_cell(token: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"u,a\n1,2\n2,{token}\n4,1\n")
    source, found = read_source(path, missing=Missing.DROP_ROWS)
    assert (found.numbers, found.left_out) == ((1, 3), 1)
    assert source.converted and source.text == "u,a\n1,2\n2,\n4,1\n"


def test_a_token_of_ones_own(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "u,a\n1,2\n2,-99\n4,-99.0\n5,none given\n6,1\n")
    form = Form(tokens=("-99", "none given"))
    found = read_table(path, missing=Missing.DROP_ROWS, form=form)
    assert (found.numbers, found.target) == ((1, 5), (F(1), F(6)))


@pytest.mark.parametrize(
    ("cell", "plain"),
    [(".5", "0.5"), ("5.", "5"), ("-.5e2", "-0.5e2"), ("+5.E-1", "+5E-1"), ("\u22121/3", "-1/3")],
)
def test_digits_that_a_number_goes_without(cell: str, plain: str) -> None:
    assert Notation().plain(cell) == plain


@pytest.mark.parametrize(
    ("name", "column", "found"),
    [
        ("prompt_id", "5 2 9", True),
        ("promptID", "5 2 9", True),
        ("id_prompt", "5 2 9", True),
        ("Unnamed: 0", "5 2 9", True),
        ("__index_level_0__", "5 2 9", True),
        ("...1", "5 2 9", True),
        ("row number", "5 2 9", True),
        ("year", "1990 1990 1991", True),
        ("X", "1 3 4", True),
        ("X", "1 0 4", False),
        ("score", "4 5 6", True),
        ("score", "6 5 4", True),
        ("score", "0 1", False),
        ("score", "0 10 20 30", False),
        ("score", "0 10 20 30 40", True),
        ("score", "0 0.1 0.2 0.3 0.4", True),
        ("score", "1 1 1 1 1", False),
        ("score", "1 2 3 5", False),
        ("judge no. 2", "5 2 9", False),
        ("person 295", "5 2 9", False),
        ("Happiness Index", "5 2 9", False),
        ("model identity", "5 2 9", False),
        ("valid", "5 2 9", False),
    ],
)
def test_what_counts_or_is_called_so(name: str, column: str, found: bool) -> None:
    assert bool(suspicion(name, map(F, column.split()))) is found
