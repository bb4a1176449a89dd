"""A file that fails does not end a run: it is named with its error, and the exit code says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from verifier.game.model import Game
from verifier.game.parameters import Value
from verifier.game.reader import load

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
WILDCATTER = """
format = 1
title = "An oil wildcatter, a driller and a rival lease holder"
states = ["dry", "wet", "soaking"]
actions = ["drill", "pass"]
prior = { dry = 0.5, wet = 0.3, soaking = 0.2 }
[user]
utility.drill = { dry = -310000, wet = 390000, soaking = 890000 }
utility.pass = { dry = 0, wet = 0, soaking = 0 }
[[agents]]
name = "driller, paid 400000 a hole"
utility.drill = { dry = 90000, wet = 790000, soaking = 1290000 }
utility.pass = { dry = 0, wet = 0, soaking = 0 }
[[agents]]
name = "rival, loses 400000 by a hole"
utility.drill = { dry = -710000, wet = -10000, soaking = 490000 }
utility.pass = { dry = 0, wet = 0, soaking = 0 }
"""
"""The published value of information is 155 thousand dollars."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a_bad.toml").write_text("format = 2\n", encoding="utf-8")
    (tmp_path / "b_dollars.toml").write_text(WILDCATTER, encoding="utf-8")
    (tmp_path / "c_folder.toml").mkdir()
    (tmp_path / "d_nowhere.toml").symlink_to(tmp_path / "nothing")
    (tmp_path / "e_last.toml").write_text(PROSECUTOR.read_text("utf-8"), encoding="utf-8")
    return tmp_path


def test_a_folder_is_verified_to_its_end(run: Run, folder: Path) -> None:
    ran = run("verify", folder, "--json")
    assert ran.code == 2
    dollars, last = map(json.loads, ran.out.splitlines())
    assert last["title"] == "A prosecutor persuades a judge"
    assert (dollars["benchmarks"]["optimum"], dollars["benchmarks"]["no_information"]) == (
        "295000",
        "140000",
    )
    verdicts = {name: found["verdict"] for name, found in dollars["guarantees"].items()}
    assert verdicts == {"bayes": "proved", "quantal": "proved", "best-ai": "proved"}
    errors = ran.err.splitlines()
    assert list(dict.fromkeys(line.split(":")[1].strip() for line in errors)) == [
        str(folder / name) for name in ("a_bad.toml", "c_folder.toml", "d_nowhere.toml")
    ]
    assert all(line.startswith("error: ") for line in errors)


def test_a_size_that_is_too_large_is_said_of_its_file(run: Run, folder: Path) -> None:
    ran = run("verify", folder, "--guarantee", "bayes", "--program-limit", "10")
    (error,) = (line for line in ran.err.splitlines() if "b_dollars" in line)
    assert error.startswith(f"error: {folder / 'b_dollars.toml'}: the outcome program would have")


def test_a_defect_on_one_file_is_reported_and_the_rest_is_done(
    entry: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, at: Mapping[str, Value], user: str | None) -> Game:
        if path.stem == "b_dollars":
            raise ValueError("too many digits")
        return load(path, at, user)

    monkeypatch.setattr("verifier.cli.verify.load", broken)
    ran = entry("verify", folder, "--guarantee", "bayes", "--json")
    assert ran.code == 2
    assert [record["title"] for record in ran.records] == ["A prosecutor persuades a judge"]
    said = "the verifier itself fails here (ValueError: too many digits); please report it"
    assert f"error: {folder / 'b_dollars.toml'}: {said}" in ran.err.splitlines()
