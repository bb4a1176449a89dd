"""`verifier cheap-talk` prints what is found as lines and as JSON, and says what is not covered."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES, simple_game
from verifier.game.writer import write

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
OPPOSED = INSTANCES / "classics/opposed_experts.toml"
COMMON = INSTANCES / "classics/two_experts.toml"


def test_the_prosecutor_without_commitment_beside_commitment(run: Run) -> None:
    (record,) = run("cheap-talk", PROSECUTOR, "--json").records
    assert record["equilibria"] == [
        {
            "replies": ["acquit"],
            "user_utility": {"worst": "7/10", "best": "7/10"},
            "agent_utilities": {"prosecutor": "0"},
            "signal": [{"recommend": "acquit", "sends": {"innocent": "1", "guilty": "1"}}],
        }
    ]
    assert record["committed"] == [
        {
            "agent": "prosecutor",
            "value": "3/5",
            "user_utility": {"worst": "7/10", "best": "7/10"},
        }
    ]
    assert record["kernel"] is None
    lines = run("cheap-talk", PROSECUTOR).out.splitlines()
    assert "    acquit (babbling): user 7/10 (0.7), prosecutor 0" in lines
    assert lines[-1] == "  exact, and the verifier's word: the kernel does not check it"


def test_two_who_draw_a_lottery_against_liars(run: Run) -> None:
    (record,) = run("cheap-talk", OPPOSED, "--json").records
    shown = record["full_revelation"]
    assert isinstance(shown, dict) and shown["lottery"] is True and record["obstacle"] is None
    assert {
        "announced": [[["needs_3"]], [["needs_2"]]],
        "replies": [
            {"reply": "spend_1", "probability": "2/3"},
            {"reply": "spend_4", "probability": "1/3"},
        ],
    } in shown["punishments"]
    assert record["committed_equilibria"] == {"worst": "0", "best": "0"}


def test_agents_are_chosen_by_name_each_once(run: Run) -> None:
    one = run("cheap-talk", COMMON, "--agent", "eager engineer", "--json").records[0]
    twice = ("--agent", "eager engineer", "--agent", "eager engineer")
    assert run("cheap-talk", COMMON, *twice, "--json").records[0] == one
    both = run("cheap-talk", COMMON, "--json").records[0]
    named = ("--agent", "modest engineer", "--agent", "eager engineer")
    assert run("cheap-talk", COMMON, *named, "--json").records[0] == both
    assert one["agents"] == ["eager engineer"]
    assert both["agents"] == ["modest engineer", "eager engineer"]


def test_three_agents_are_refused_and_told_what_to_do(run: Run) -> None:
    ran = run("cheap-talk", INSTANCES / "guarantees/film_night.toml")
    assert ran.code == 2
    assert "these are 3: thriller channel, comedy channel, documentary channel" in ran.err
    assert "--agent" in ran.err


@pytest.mark.parametrize("path", sorted(INSTANCES.rglob("*.toml")), ids=lambda path: path.stem)
def test_the_lines_fit_eighty_columns_or_it_is_said_why_there_are_none(
    run: Run, path: Path
) -> None:
    ran = run("cheap-talk", path, "--profile-limit", 2000)
    if ran.code == 2:
        assert ran.err.startswith("error: ") and ran.err.count("\n") == 1
    assert max(map(len, ran.out.splitlines()), default=0) <= 80


def test_long_lists_are_cut_and_json_has_all(run: Run, tmp_path: Path) -> None:
    same = {f"door {n}": [int(n == y) for y in range(4)] for n in range(4)}
    prior = {f"state {n}": Fraction(1, 4) for n in range(4)}
    game = simple_game(prior, same, {"guard": same})
    (tmp_path / "doors.toml").write_text(write(game), encoding="utf-8")
    listed = run("cheap-talk", tmp_path / "doors.toml", "--json").records[0]["equilibria"]
    assert isinstance(listed, list) and len(listed) == 15
    assert "    and 3 more, which --json has" in run("cheap-talk", tmp_path / "doors.toml").out
