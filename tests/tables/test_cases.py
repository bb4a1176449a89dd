"""Files as pandas, R, spreadsheets and Stata write them: the right distance, or the cause."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

from tests.commands import Run
from verifier.tables.columns import Choice
from verifier.tables.ethics import ethics_table
from verifier.tables.reading import read_table

CASES = Path(__file__).parent / "cases"
F = Fraction

READ = [
    ("same.csv", "", "people", "model a|model b", "3/70"),
    ("filtered.parquet", "", "people", "model a|model b", "3/70"),
    ("float16.parquet", "", "people", "model a|model b", "3/70"),
    ("float32.parquet", "", "people", "model a|model b", "3/70"),
    ("float64.parquet", "", "people", "model a|model b", "3/70"),
    ("rdatasets.csv", "--without rownames", "rating", "complaints|privileges|learning", "87/38"),
    ("obs.csv", "--without Obs", "TOTEMP", "GNP|UNEMP", "27911337/25168"),
    ("obs.csv", "--user TOTEMP --agent UNEMP", "TOTEMP", "UNEMP", None),
    ("obs.csv", "--user Obs", "Obs", "TOTEMP|GNP|UNEMP", None),
    ("id_last.csv", "--without prompt_id", "people", "model", "3/4"),
    ("id_last.csv", "--only people --only model", "people", "model", "3/4"),
    ("pandas.csv", "", "win_rate", "standard_error|n_wins", "347/2000"),
    ("r.csv", "", "CONT", "INTG|RTEN", "13/20"),
    ("trailing_comma.csv", "", "user", "a|b", "0"),
    ("deutsch.csv", "", "Mensch", "Modell A|Modell B", "0"),
    ("deutsch.csv", "--separator ; --decimal ,", "Mensch", "Modell A|Modell B", "0"),
    ("tabs.tsv", "", "user", "a|b", "0"),
    ("utf16.csv", "", "u", "a", "0"),
    ("matrix.csv", "--drop-rows", "judge 1", "judge 2|judge 3", "0"),
    ("tok_2d.csv", "--drop-rows", "user", "a|b", "1/2"),
    ("tok_3c4e413e.csv", "--drop-rows", "user", "a|b", "1/2"),
    ("tok_4e6f6e65.csv", "--drop-columns", "user", "b", "1"),
    ("text_column.csv", "--user win_rate", "win_rate", "n_total", "33/4"),
    ("sparse.csv", "--without mistral --drop-rows", "gpt", "claude", "5/2"),
    ("stata.csv", "", "user", "a|b", "0"),
    ("trailing.csv", "", "user", "a|b", "1"),
    ("long.csv", "--long Wine,Judge,Scores", "A", "B", "1/2"),
    ("rows.jsonl", "--without prompt", "people", "model", "3/20"),
]


def complete(path: Path, names: list[str]) -> list[list[Fraction]]:
    """The columns of these names in a plain CSV file, without the rows in which one is missing."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [[row[name] for name in names] for row in csv.DictReader(file)]
    numbers = [list(map(F, row)) for row in rows if "" not in row]
    return [list(column) for column in zip(*numbers, strict=True)]


def nearest(user: list[Fraction], *agents: list[Fraction]) -> Fraction:
    """The distance of a user from at most two agents, by trying every corner of a function of the
    first one's weight.
    """
    first, last = agents[0], agents[-1]
    lines = [(b - u, a - b) for u, a, b in zip(user, first, last, strict=True)]
    corners = {F(0), F(1)}
    for (c, s), (d, t) in combinations(lines, 2):
        if s != t and 0 <= (d - c) / (s - t) <= 1:
            corners.add((d - c) / (s - t))
    values = [[c + s * weight for c, s in lines] for weight in corners]
    spans = [max(value) - min(value) for value in values]
    return min(spans) / 2


@pytest.mark.slow
@pytest.mark.parametrize(("name", "words", "user", "agents", "distance"), READ)
def test_a_file_is_read_as_it_was_meant(
    name: str, words: str, user: str, agents: str, distance: str | None, run: Run, tmp_path: Path
) -> None:
    ran = run("hull", CASES / name, *words.split(), "--json", "--certificates", "kept")
    assert ran.code == 0, ran.err
    (record,) = ran.records
    assert (record["user"], record["agents"]) == (user, agents.split("|"))
    if distance is not None:
        assert record["epsilon"] == distance
    about = tmp_path / str(record["as_read"] or CASES / name)
    assert run("check", record["certificate"], about).code == 0
    if len(agents.split("|")) < 3:
        assert record["epsilon"] == str(nearest(*complete(about, [user, *agents.split("|")])))


REFUSED = [
    (
        "rdatasets.csv",
        "",
        "column 'rownames' would be the user, but it is called like an identifier: leave out what"
        " is no utility (--without rownames), or say what it is (--user rownames)",
    ),
    ("obs.csv", "", "column 'Obs' would be the user, but it is called like an identifier"),
    (
        "id_last.csv",
        "",
        "column 'prompt_id' would be an agent, but it is called like an identifier: leave out what"
        " is no utility (--without prompt_id), or say what it is (--user people --agent model"
        " --agent prompt_id)",
    ),
    ("rows.jsonl", "", "column 'prompt' would be the user, but it is called like an identifier"),
    ("long.csv", "", "as in a file with a row for each score: say --long Wine,Judge,Scores, or"),
    (
        "sparse.csv",
        "",
        "4 cells missing, in 4 rows and 2 columns, the first on line 2 in column 'mistral': fill"
        " them, or leave them out (neither rows nor columns are complete, --without mistral"
        " --drop-rows keeps 2 of 4 rows and 1 of 2 agents)",
    ),
    ("sparse.csv", "--drop-rows", "--without mistral --drop-rows keeps 2 of 4 rows and 1 of 2"),
    ("sparse.csv", "--drop-columns", "--without mistral --drop-rows keeps 2 of 4 rows and 1 of 2"),
    ("tok_2d.csv", "", "(--drop-rows keeps 2 of 3 rows, --drop-columns keeps 1 of 2 agents)"),
    ("text_column.csv", "--user mode", "column 'mode' has no numbers: text, 'community' (line 2)"),
    ("text_column.csv", "--agent mode", "column 'mode' has no numbers: text, 'community' (line 2)"),
    ("deutsch.csv", "--decimal .", "'0,3' is not a rational"),
    ("deutsch.csv", "--separator ,", "line 2: has 4 columns, expected 1 as in the header"),
    ("stata.csv", "--decimal ,", "'.5' has a point, and the decimal sign is a comma"),
    ("rows.jsonl", "--separator ;", "--separator is for text with separated cells only"),
    ("float64.parquet", "--decimal ,", "--decimal is for text, and the file has numbers"),
    (
        "latin1.parquet",
        "",
        "column 'item': row 1 is not UTF-8 text: b'caf\\\\xe9' (unexpected end of data); write it",
    ),
    ("same.csv", "--long people,who,what", "--long: no columns are called 'who'"),
    ("same.csv", "--long people", "expected three different columns, ITEM,PARTY,SCORE"),
    ("same.csv", "--separator 1", "--separator '1': expected one character"),
    ("same.csv", "--only people --without people", "--only says which columns count"),
    ("same.csv", "--user people --without people", "'people' cannot count and be left out"),
    ("same.csv", "--without nobody", "no column is called 'nobody', there are 'people', 'model a'"),
    ("same.csv", "--only people", "'people' is the user, and no column is left for an agent"),
]


@pytest.mark.parametrize(("name", "words", "message"), REFUSED)
def test_the_cause_and_the_remedy_are_named(name: str, words: str, message: str, run: Run) -> None:
    ran = run("hull", CASES / name, *words.split())
    assert ran.code == 2 and ran.out == "" and len(ran.err.splitlines()) == 1
    assert message in ran.err.replace("\\x", "\\\\x")


@pytest.mark.parametrize("missing", ["--drop-rows", "--drop-columns"])
def test_no_remedy_leads_back(missing: str, run: Run) -> None:
    """What the error names is done, and works."""
    said = run("hull", CASES / "sparse.csv", missing).err
    way = said.partition("complete, ")[2].partition(" keeps")[0]
    assert run("hull", CASES / "sparse.csv", *way.split()).code == 0


def test_the_first_lines_say_what_was_taken_as_what(run: Run) -> None:
    ran = run("hull", CASES / "filtered.parquet", "--sup-only")
    lines = [line.strip() for line in ran.out.splitlines()[:5]]
    assert lines[0].endswith("filtered.parquet: 3 points, user people, 2 agents")
    assert lines[1:] == [
        "user           people",
        "agents         model a, model b",
        "labels         item",
        "no parties     __index_level_0__: an index, as the file says; taken for labels (--agent or"
        " --user makes it a party)",
    ]
    ran = run("hull", CASES / "text_column.csv", "--sup-only")
    assert "  no parties     mode: text, 'community' (line 2)\n" in ran.out
    ran = run("hull", CASES / "deutsch.csv", "--sup-only")
    assert "  read as        semicolons between cells; decimal commas\n" in ran.out


def test_the_index_is_an_agent_if_she_says_so() -> None:
    found = read_table(
        CASES / "filtered.parquet", choice=Choice(agents=("__index_level_0__", "model a"))
    )
    assert found.agents == ("model a", "__index_level_0__")


def test_an_unnamed_first_column_holds_the_items() -> None:
    found = read_table(CASES / "r.csv")
    assert found.labels == ("item",)
    assert found.points == (("DOE,J.",), ("ROE,R.",), ("POE,E.",))


def test_the_shipped_commonsense_case() -> None:
    judged = ethics_table(CASES / "commonsense.csv", CASES / "judges.csv")
    assert [line.split(",")[-3:] for line in judged.text.splitlines()[1:]] == [
        ["0", "0", "1"],
        ["1", "1", "0"],
        ["0", "0", "1"],
        ["1", "1", "0"],
    ]
