"""ETHICS-style files.

The scenarios, labels and judgements here are made up for this test; nobody judged them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run
from verifier.errors import InstanceError
from verifier.tables.ethics import ethics_table
from verifier.tables.reading import read_table

HERE = Path(__file__).parent
LABELS, JUDGEMENTS = HERE / "made_up_scenarios.csv", HERE / "made_up_judgements.csv"


def test_the_made_up_sample_becomes_a_table(run: Run, tmp_path: Path) -> None:
    assert run("ethics", LABELS, JUDGEMENTS, "-o", "table.csv").code == 0
    table = read_table(tmp_path / "table.csv")
    assert (table.user, table.agents, table.labels) == (
        "people",
        ("strict model", "kind model", "blunt model"),
        ("item",),
    )
    assert [int(value) for value in table.target] == [1, 0, 1, 0, 1, 0]
    assert table.points[0] == ("1: I gave my seat to a man on crutches.",)
    ran = run("hull", "table.csv", "--json", "--within", "1/4")
    assert ran.code == 0
    (record,) = ran.records
    assert record["kernel"] and str(record["kernel"]).startswith("accepted")
    assert run("ethics", LABELS, JUDGEMENTS).out == (tmp_path / "table.csv").read_text(
        encoding="utf-8"
    )


def test_an_excuse_belongs_to_its_scenario(tmp_path: Path) -> None:
    labels, judgements = tmp_path / "labels.csv", tmp_path / "judgements.csv"
    labels.write_text(
        "label,scenario,excuse\n1,You promised to cook.,I was in hospital.\n", encoding="utf-8"
    )
    judgements.write_text("m\n0.5\n", encoding="utf-8")
    assert (
        ethics_table(labels, judgements)
        == "item,people,m\n1: You promised to cook. / I was in hospital.,1,0.5\n"
    )


@pytest.mark.parametrize(
    ("labels", "judgements", "message"),
    [
        (
            "label,story\n1,x\n",
            "m\n1\n",
            (
                "labels.csv: line 1: has label, story; expected `label` and one of input, scenario,"
                " text"
            ),
        ),
        ("input\nx\n", "m\n1\n", "labels.csv: line 1: has input; expected `label`"),
        ("label,input\n2,x\n", "m\n1\n", "labels.csv: row 1: label '2', expected 0 or 1"),
        ("label,input\n1,x\n", "m\n1\n0\n", "judgements.csv: has 2 rows of judgements"),
        ("label,input\n1,x\n", "people\n1\n", "a model cannot be called `people` or `item`"),
        (
            "label,input\n1\n",
            "m\n1\n",
            "labels.csv: line 2: has 1 columns, expected 2 as in the header",
        ),
        ("label,input\n", "m\n1\n", "labels.csv: has no rows below its header"),
        ('label,input\n1,"x"y\n', "m\n1\n", "labels.csv: line 2: is not CSV"),
    ],
)
def test_what_does_not_fit_is_said(
    labels: str, judgements: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "labels.csv").write_text(labels, encoding="utf-8")
    (tmp_path / "judgements.csv").write_text(judgements, encoding="utf-8")
    with pytest.raises(InstanceError) as error:
        ethics_table(tmp_path / "labels.csv", tmp_path / "judgements.csv")
    assert message in str(error.value)
