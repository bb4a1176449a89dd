"""`verifier learning` prints a table, what close means, and whether substitutes are so."""

from __future__ import annotations

from pathlib import Path

from tests.commands import Run
from tests.games import INSTANCES
from tests.markup import parsed

DOCTOR = INSTANCES / "conversations/doctor_who_must_ask.toml"
LINE = INSTANCES / "guarantees/narrow_line.toml"


def test_the_table_by_round(run: Run) -> None:
    lines = run("learning", DOCTOR, "--steps", 2, "--rounds", 2).out.splitlines()
    rows = [line.split() for line in lines if line.strip()[:1].isdigit()]
    assert rows == [
        ["0", "1", "23/36", "13/36", "1/2"],
        ["1", "1", "1/3", "1/12", "2/3"],
        ["2", "1", "1/3", "0", "2/3"],
    ]
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "  exact, and the verifier's word: the kernel does not check it"


def test_json_has_the_rectangles_and_what_is_left(run: Run) -> None:
    (record,) = run("learning", DOCTOR, "--steps", 4, "--json").records
    moments, kinds = record["moments"], record["substitutes"]
    assert isinstance(moments, list) and isinstance(kinds, dict)
    moment = moments[1]
    assert (moment["untold"], moment["delta"], moment["substitutes"]) == ("0", "0", True)
    assert len(moment["rectangles"]) == 7
    assert kinds["forecast"]["weak"] is False
    assert kinds["forecast"]["broken"] is not None
    assert record["kernel"] is None


def test_a_limit_leaves_rectangles_open(run: Run) -> None:
    ran = run("learning", LINE, "--profile-limit", 1)
    assert ran.code == 0
    assert "on parts: open, " in " ".join(ran.out.split())


def test_it_is_drawn(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "learning.svg"
    assert run("learning", DOCTOR, "--steps", 2, "--figure", path).code == 0
    drawn = path.read_text(encoding="utf-8")
    assert parsed(drawn) and "expected error" in drawn and "OPT" in drawn
    assert run("learning", DOCTOR, "--figure", "a.gif").code == 2
