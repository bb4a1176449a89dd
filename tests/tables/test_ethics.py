"""ETHICS-style files.

The scenarios, labels and judgements here are made up for this test; nobody judged them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run
from verifier.errors import InstanceError
from verifier.tables.baselines import best_single, singles
from verifier.tables.ethics import Ones, ethics_table
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
    printed = run("ethics", LABELS, JUDGEMENTS)
    assert printed.out == (tmp_path / "table.csv").read_text(encoding="utf-8")
    assert "label 1 is wrong (as in the subset commonsense of ETHICS" in printed.err


WRONG = "label,input,is_short,edited\n1,I kept it.,True,False\n0,I gave it back.,True,False\n"
JUDGES = "perfect judge,contrary judge\n0,1\n1,0\n"


@pytest.mark.parametrize(
    ("labels", "ones", "said"),
    [
        (WRONG, None, "label 1 is wrong (as in the subset commonsense of ETHICS, by its column"),
        (WRONG.replace("input", "text"), Ones.WRONG, "label 1 is wrong (as --ones says)"),
        (
            "label,scenario\n0,I kept it.\n1,I gave it back.\n",
            None,
            "label 1 is right (as in the subset justice, deontology or virtue of ETHICS, by its",
        ),
        (
            "label,scenario\n1,I kept it.\n0,I gave it back.\n",
            Ones.WRONG,
            "label 1 is wrong (as --ones says): people have utility 1 where the label is 0",
        ),
    ],
)
def test_the_perfect_judge_is_at_distance_0_and_the_contrary_one_at_1(
    labels: str, ones: Ones | None, said: str, tmp_path: Path
) -> None:
    """In commonsense label 1 is wrong, in the other subsets it is right."""
    (tmp_path / "labels.csv").write_text(labels, encoding="utf-8")
    (tmp_path / "judges.csv").write_text(JUDGES, encoding="utf-8")
    judged = ethics_table(tmp_path / "labels.csv", tmp_path / "judges.csv", ones)
    assert said in judged.said
    (tmp_path / "table.csv").write_text(judged.text, encoding="utf-8")
    table = read_table(tmp_path / "table.csv")
    assert best_single(table).agent == "perfect judge"
    assert [one.distance for one in singles(table)] == [0, 1]


def test_text_of_no_subset_needs_to_be_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(WRONG.replace("input", "text"), encoding="utf-8")
    (tmp_path / "judges.csv").write_text(JUDGES, encoding="utf-8")
    ran = run("ethics", "labels.csv", "judges.csv")
    assert ran.code == 2 and ran.out == ""
    assert "say which it is, --ones right or --ones wrong" in ran.err
    assert run("ethics", "labels.csv", "judges.csv", "--ones", "right").out.endswith(
        "2: I gave it back.,0,1,0\n"
    )


def test_an_index_of_the_judgements_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text(WRONG, encoding="utf-8")
    (tmp_path / "judges.csv").write_text(",m\n0,0.5\n1,1\n", encoding="utf-8")
    judged = ethics_table(tmp_path / "labels.csv", tmp_path / "judges.csv")
    assert judged.text == "item,people,m\n1: I kept it.,0,0.5\n2: I gave it back.,1,1\n"


def test_an_excuse_belongs_to_its_scenario(tmp_path: Path) -> None:
    labels, judgements = tmp_path / "labels.csv", tmp_path / "judgements.csv"
    labels.write_text(
        "label,scenario,excuse\n1,You promised to cook.,I was in hospital.\n", encoding="utf-8"
    )
    judgements.write_text("m\n0.5\n", encoding="utf-8")
    assert (
        ethics_table(labels, judgements).text
        == "item,people,m\n1: You promised to cook. / I was in hospital.,1,0.5\n"
    )


@pytest.mark.parametrize(
    ("labels", "judgements", "message"),
    [
        (
            "label,story\n1,x\n",
            "m\n1\n",
            (
                "labels.csv: line 1: has 'label', 'story'; expected `label` and one of input,"
                " scenario, text"
            ),
        ),
        ("input\nx\n", "m\n1\n", "labels.csv: line 1: has 'input'; expected `label`"),
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
