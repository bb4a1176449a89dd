"""Damaged files: a table or one sentence, never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.damage import damaged_bytes
from verifier.errors import InstanceError
from verifier.tables.formats import Form
from verifier.tables.gaps import Missing
from verifier.tables.reading import read_source

CASES = Path(__file__).parent / "cases"
TEXT = (
    "same.csv matrix.csv r.csv deutsch.csv tabs.tsv utf16.csv long.csv sparse.csv"
    " trailing_comma.csv rows.jsonl"
)


def outcome(path: Path, missing: Missing, form: Form) -> str:
    """`read`, or the sentence; any other exception is the test's failure."""
    try:
        source, table = read_source(path, missing=missing, form=form)
    except InstanceError as error:
        said = str(error)
        assert said.startswith((str(path), "--")) and "\n" not in said and len(said) < 2500, said[
            :3000
        ]
        return said
    assert len(table.rows) > 0 and table.agents and source.text
    return "read"


def outcomes(name: str, folder: Path, count: int) -> list[str]:
    whole, found = (CASES / name).read_bytes(), []
    for seed in range(count):
        draw = random.Random(f"{name} {seed}")
        path = folder / name
        path.write_bytes(damaged_bytes(whole, draw))
        form = draw.choice((Form(), Form(decimal=","), Form(tokens=("-", "0.5"))))
        if name == "long.csv":
            form = Form(long=("Wine", "Judge", "Scores"))
        found.append(outcome(path, draw.choice(list(Missing)), form))
    return found


@pytest.mark.parametrize("name", TEXT.split())
def test_damaged_text(name: str, tmp_path: Path) -> None:
    found = outcomes(name, tmp_path, 40)
    assert len(set(found)) > 3, "the mutations do nothing"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["filtered.parquet", "float16.parquet", "float64.parquet", "latin1.parquet"]
)
def test_damaged_parquet(name: str, tmp_path: Path) -> None:
    found = outcomes(name, tmp_path, 60)
    assert len(set(found)) > 3, "the mutations do nothing"
