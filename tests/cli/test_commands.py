"""The command line: exit codes, JSON keys, messages and files (docs/reference/command_line.md)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import click
import pytest

from tests.commands import Run, outside
from tests.games import INSTANCES, ROOT, simple_game
from verifier import cli
from verifier.game.reader import load
from verifier.game.writer import write

F = Fraction
PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
FILM_NIGHT = INSTANCES / "guarantees/film_night.toml"
TWO_PROSECUTORS = INSTANCES / "classics/two_prosecutors.toml"
ADVOCATES = INSTANCES / "classics/opposed_advocates.toml"
SPONSORS = INSTANCES / "guarantees/drug_sponsors.toml"
RATIONAL = re.compile(r"-?\d+(/[1-9]\d*)?")


# verify: exit codes


@pytest.mark.slow
def test_exit_codes_of_verify(run: Run) -> None:
    assert run("verify", ADVOCATES).code == 0
    assert run("verify", PROSECUTOR, "--guarantee", "bayes").code == 0
    assert run("verify", PROSECUTOR, "--guarantee", "bayes", "--tolerance", "0").code == 1
    assert run("verify", PROSECUTOR).code == 0
    assert run("verify", INSTANCES / "guarantees/one_lamp.toml").code == 3
    assert (
        run(
            "verify",
            INSTANCES / "regions/sponsors_bonus.toml",
            "--guarantee",
            "bayes",
            "--tolerance",
            "1/25",
        ).code
        == 3
    )
    assert run("verify", "missing.toml").code == 2


def test_refuted_counts_more_than_vacuous_and_unreadable_more_than_refuted(
    run: Run, tmp_path: Path
) -> None:
    assert run("verify", PROSECUTOR, "--tolerance", "0").code == 1
    (tmp_path / "bad.toml").write_text("format = 2\n", encoding="utf-8")
    ran = run("verify", PROSECUTOR, tmp_path / "bad.toml", "--tolerance", "0", "--json")
    assert ran.code == 2
    assert len(ran.records) == 1
    assert "bad.toml" in ran.err


def test_a_missing_file_does_not_keep_the_others_from_being_verified(run: Run) -> None:
    ran = run("verify", "missing.toml", PROSECUTOR, "--guarantee", "bayes", "--json")
    assert (ran.code, len(ran.records)) == (2, 1)
    assert ran.err.splitlines()[0] == "error: missing.toml: no such file"


@pytest.mark.parametrize(
    "words",
    [
        ["verify", PROSECUTOR, "--guarantee", "bayesian"],
        ["verify", PROSECUTOR, "--tolerance", "nan"],
        ["verify", PROSECUTOR, "--tolerance", "-1/10"],
        ["verify", PROSECUTOR, "--tolerance", "1/0"],
        ["verify", PROSECUTOR, "--program-limit", "1"],
        ["verify", PROSECUTOR, "--no-such-option"],
        ["verify"],
        ["persuade", PROSECUTOR, "--agent", "nobody"],
        ["persuade", PROSECUTOR],
        ["hull", "missing.toml"],
        ["check", "missing.json", PROSECUTOR],
        ["no-such-command"],
    ],
    ids=lambda words: " ".join(str(word) for word in words if not isinstance(word, Path)),
)
def test_bad_usage_is_exit_2_with_a_message(run: Run, words: list[object]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.strip()


def test_an_unknown_guarantee_names_the_known_ones(run: Run) -> None:
    assert (
        run("verify", PROSECUTOR, "--guarantee", "g4").err
        == "error: --guarantee g4: expected one of bayes, quantal, best-ai, g1, g2, g3\n"
    )


def test_an_unknown_agent_names_the_known_ones(run: Run) -> None:
    assert "prosecutor" in run("persuade", PROSECUTOR, "--agent", "nobody").err


def test_an_empty_folder_is_not_success(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = run("verify", tmp_path / "empty")
    assert ran.code == 2
    assert "no instance files (*.toml)" in ran.err


JUDGE = """
format = 1
title = "A judge"
states = ["innocent", "guilty"]
actions = ["acquit", "convict"]
prior = { innocent = "7/10", guilty = "3/10" }
[user]
utility.acquit = { innocent = 1, guilty = 0 }
utility.convict = { innocent = 0, guilty = 1 }
[[agents]]
name = "prosecutor"
utility.acquit = { innocent = 0, guilty = 0 }
utility.convict = { innocent = 1, guilty = 1 }
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"3/10"', '"4/15"', ["prior", "sums to 29/30, expected 1"]),
        ('"3/10"', '"-3/10"', ["prior.guilty", "is -3/10, expected"]),
        ('"3/10"', '"1e9999999"', ["prior.guilty", "1e9999999"]),
        ('"3/10"', "inf", ["prior.guilty", "rational"]),
        ('"3/10"', '"3/0"', ["prior.guilty", "zero denominator"]),
        ("format = 1", "format = 2", ["format", "is 2, expected"]),
        ("[user]", "[users]", ["users", "expected"]),
        (
            '["innocent", "guilty"]',
            '["innocent", "innocent"]',
            ["states[1]", "expected different names"],
        ),
        ('["innocent", "guilty"]', "[]", ["states", "expected at least 1"]),
        (
            "{ innocent = 0, guilty = 1 }",
            "{ innocent = 0 }",
            ["user.utility.convict", "guilty", "missing"],
        ),
        ('name = "prosecutor"', "", ["agents[0]", "name", "missing"]),
    ],
)
def test_bad_instances_name_file_key_and_both_sides(
    run: Run, tmp_path: Path, old: str, new: str, says: list[str]
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(JUDGE, encoding="utf-8")
    assert run("hull", bad).code == 0
    assert old in JUDGE
    bad.write_text(JUDGE.replace(old, new, 1), encoding="utf-8")
    for words in (["verify", bad], ["hull", bad], ["persuade", bad, "--agent", "prosecutor"]):
        ran = run(*words)
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.splitlines()) == 1
        assert all(word in ran.err for word in ["bad.toml", *says])


def test_files_that_are_not_text_or_not_toml(run: Run, tmp_path: Path) -> None:
    for content in (b"\xff\xfe", b"states = [", b"", b"a = " + b"[" * 5000):
        (tmp_path / "bad.toml").write_bytes(content)
        ran = run("verify", tmp_path / "bad.toml")
        assert (ran.code, ran.out) == (2, "")
        assert "bad.toml" in ran.err


# verify: what is written


def test_json_keys_of_the_interface(run: Run) -> None:
    (record,) = run("verify", PROSECUTOR, "--json").records
    assert list(record) == ["instance", "title", "alignment", "benchmarks", "guarantees"]
    alignment, benchmarks, guarantees = (
        record[key] for key in ("alignment", "benchmarks", "guarantees")
    )
    assert (
        isinstance(alignment, dict)
        and isinstance(benchmarks, dict)
        and isinstance(guarantees, dict)
    )
    promised = {"hull", "epsilon", "weights", "offset", "witness", "share_of_range"}
    distances = {"simplex_epsilon", "cone_epsilon", "state_offset_epsilon"}
    assert set(alignment) == promised | distances
    assert set(benchmarks) >= {"optimum", "team", "no_information", "quantal"}
    assert set(benchmarks["quantal"]) == {"lower", "upper", "exact"}
    assert list(guarantees) == ["bayes", "quantal", "best-ai"]
    keys = {
        "verdict",
        "hypotheses",
        "claimed_bound",
        "claimed_by_hull",
        "paper_bound",
        "certified_bound",
        "worst_equilibrium",
        "certificate",
    }
    hypotheses = {
        "bayes": {"hull", "learning", "identical"},
        "quantal": {"hull", "learning"},
        "best-ai": {"hull", "anonymous"},
    }
    for name, entry in guarantees.items():
        assert set(entry) >= keys
        assert set(entry["hypotheses"]) == hypotheses[name]
        assert all(isinstance(found["holds"], bool) for found in entry["hypotheses"].values())
        assert all(found["holds"] or "witness" in found for found in entry["hypotheses"].values())


def test_json_numbers_are_exact_strings(run: Run) -> None:
    (record,) = run("verify", PROSECUTOR, "--json").records
    guarantees, alignment, benchmarks = (
        record["guarantees"],
        record["alignment"],
        record["benchmarks"],
    )
    assert (
        isinstance(alignment, dict)
        and isinstance(benchmarks, dict)
        and isinstance(guarantees, dict)
    )
    bayes, quantal = guarantees["bayes"], guarantees["quantal"]
    assert (bayes["verdict"], bayes["claimed_bound"], bayes["certified_bound"]) == (
        "proved",
        "-1",
        "7/10",
    )
    assert bayes["worst_equilibrium"] == {"user_utility": "7/10", "kind": "optimal plan"}
    assert (alignment["epsilon"], alignment["weights"]) == ("1", ["1"])
    assert (benchmarks["optimum"], benchmarks["team"], benchmarks["no_information"]) == (
        "1",
        "1",
        "7/10",
    )
    ends = benchmarks["quantal"]
    assert ends["exact"] is None
    assert F(ends["lower"]) < F(ends["upper"])
    assert quantal["worst_equilibrium"] is None

    def walk(value: object) -> None:
        assert not isinstance(value, float)
        if isinstance(value, dict | list):
            for entry in value.values() if isinstance(value, dict) else value:
                walk(entry)

    walk(record)
    for text in (
        *alignment["weights"],
        alignment["epsilon"],
        bayes["claimed_bound"],
        ends["lower"],
    ):
        assert RATIONAL.fullmatch(text) and str(F(text)) == text


def test_one_guarantee_only(run: Run) -> None:
    (record,) = run("verify", PROSECUTOR, "--guarantee", "best-ai", "--json").records
    assert isinstance(record["guarantees"], dict)
    assert list(record["guarantees"]) == ["best-ai"]


@pytest.mark.slow
def test_folders_are_walked_and_give_one_object_each(run: Run, tmp_path: Path) -> None:
    for name in ("b/two.toml", "a/one.toml"):
        (tmp_path / "games" / name).parent.mkdir(parents=True)
        (tmp_path / "games" / name).write_bytes(ADVOCATES.read_bytes())
    (tmp_path / "games/notes.txt").write_text("no instance")
    ran = run("verify", tmp_path / "games", "--json", "--certificates", tmp_path / "out")
    assert ran.code == 0
    assert [str(record["instance"])[-10:] for record in ran.records] == ["a/one.toml", "b/two.toml"]
    written = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.json")
    )
    assert written == [
        f"{stem}.{name}.json"
        for stem in ("a/one", "b/two")
        for name in ("bayes", "best-ai", "quantal")
    ]


@pytest.mark.slow
def test_certificates_are_whole_and_checked_by_the_kernel_alone(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("verify", PROSECUTOR, "--certificates", out)
    assert sorted(path.name for path in out.iterdir()) == [
        f"prosecutor.{name}.json" for name in ("bayes", "best-ai", "quantal")
    ]
    for path in out.iterdir():
        assert path.read_text(encoding="utf-8").endswith("}\n")
        ran = run("check", path, PROSECUTOR)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("accepted: ")


@pytest.mark.slow
def test_exit_codes_of_check(run: Run, tmp_path: Path) -> None:
    run("verify", PROSECUTOR, "--certificates", tmp_path)
    good = tmp_path / "prosecutor.bayes.json"
    assert run("check", good, PROSECUTOR, "--guarantee", "bayes", "--verdict", "proved").code == 0
    assert run("check", good, PROSECUTOR, "--verdict", "refuted").code == 1
    assert run("check", good, PROSECUTOR, "--guarantee", "best-ai").code == 1
    assert run("check", good, PROSECUTOR, "--tolerance", "1/2").code == 1
    assert run("check", good, ADVOCATES).code == 1
    content = json.loads(good.read_text(encoding="utf-8"))
    forged = tmp_path / "forged.json"
    claimed = {**content, "conclusion": {**content["conclusion"], "claimed": "99/100"}}
    forged.write_text(json.dumps(claimed), encoding="utf-8")
    assert run("check", forged, PROSECUTOR).code == 1
    for text in (
        "{",
        "[]",
        json.dumps({**content, "format": 1}),
        json.dumps({**content, "format": 3}),
        json.dumps({**content, "extra": 1}),
        "{}",
    ):
        forged.write_text(text, encoding="utf-8")
        ran = run("check", forged, PROSECUTOR)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("unreadable")
    assert run("check", good, forged).code == 2


def test_tolerance_replaces_the_claim_and_is_stated(run: Run, tmp_path: Path) -> None:
    ran = run(
        "verify",
        PROSECUTOR,
        "--tolerance",
        "0.15",
        "--guarantee",
        "bayes",
        "--json",
        "--certificates",
        tmp_path,
    )
    (record,) = ran.records
    assert isinstance(record["guarantees"], dict)
    bayes = record["guarantees"]["bayes"]
    assert (bayes["claimed_bound"], bayes["verdict"]) == ("7/10", "proved")
    assert not bayes["hypotheses"]["hull"]["holds"]
    path = tmp_path / "prosecutor.bayes.json"
    assert run("check", path, PROSECUTOR).code == 1
    assert run("check", path, PROSECUTOR, "--tolerance", "3/20").code == 0


@pytest.mark.parametrize(
    ("option", "value"), [("--hull", "cone"), ("--hull", "state-offset"), ("--tolerance", "1/3")]
)
def test_check_names_the_option_that_a_certificate_was_made_with(
    run: Run, tmp_path: Path, option: str, value: str
) -> None:
    stated, words = (option, value), ("--guarantee", "best-ai", "--certificates", tmp_path)
    run("verify", FILM_NIGHT, *words, *stated)
    path = tmp_path / "film_night.best-ai.json"
    ran = run("check", path, FILM_NIGHT)
    assert ran.code == 1 and ran.out.startswith("refused: ")
    assert ran.err == (
        f"the certificate was made for {option} {value}, which is to be stated here, too\n"
    )
    assert run("check", path, FILM_NIGHT, *stated).code == 0
    ran = run("check", path, FILM_NIGHT, option, "simplex" if option == "--hull" else "1/7")
    assert (ran.code, ran.err) == (1, "")  # whoever states another one wants to have it


def test_users_whose_tie_rules_differ_have_games_of_their_own(run: Run, tmp_path: Path) -> None:
    text = (INSTANCES / "populations/opposite_tastes.toml").read_text(encoding="utf-8")
    path = tmp_path / "tastes.toml"
    path.write_text(text.replace('name  = "bob"', 'name  = "bob"\nties = "order"'), "utf-8")
    ran = run("verify", path)
    assert ran.code == 0 and "by one rule for all: u" not in ran.out
    assert ran.err.startswith(f"left out: all users by one rule for all: {path}: line ")
    assert "has the tie rule 'order'" in ran.err and ran.err.count("\n") == 1
    for name in ("ann", "bob"):
        assert f"  for the user {name}, with rules for her alone\n" in ran.out
        alone = run("verify", path, "--user", name)
        assert (alone.code, alone.err) == (0, "") and alone.out.strip() in ran.out
    assert "  bayes    each of them gets at least 1,\n" in ran.out
    path.write_text(text.replace('share = "1/2"', 'share = "1/3"'), "utf-8")
    assert run("verify", path).code == 2


def test_a_guarantee_that_all_users_cannot_have_is_named_with_the_reason(run: Run) -> None:
    path = INSTANCES / "populations/opposite_tastes.toml"
    told = run("verify", path).out
    assert "  best-ai  not by one rule for all: each of them picks for herself\n" in told
    apart = told.partition(": all users, with rules for each")[2]
    assert "  quantal  each has the bound above; they are irrational" in apart
    asked = run("verify", path, "--guarantee", "bayes").out
    assert "best-ai" not in asked and "quantal" not in asked.replace("quantal (QR)", "")


def test_what_few_words_take_off_the_claim_about_a_quantal_user_is_said(
    run: Run, tmp_path: Path
) -> None:
    """Words that are too few for what an agent sees leave her claim below QR, at tolerance 0."""
    few = INSTANCES / "counterexamples/learning_alphabet.toml"
    words = ("--guarantee", "quantal")
    told = " ".join(run("verify", few, *words).out.split())
    assert "QR less 0.999909.. (irrational), besides the tolerance, for what an agent" in told
    assert "QR less" not in run("verify", PROSECUTOR, *words).out
    text = few.read_text(encoding="utf-8")
    optimum = tmp_path / "optimum.toml"
    optimum.write_text(text.replace("[claim]", '[claim]\nbenchmark = "optimum"'), "utf-8")
    assert "QR less" not in run("verify", optimum, *words).out  # that claim is about OPT


def test_words_on_the_screen_say_what_they_mean(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    path.write_text(
        PROSECUTOR.read_text(encoding="utf-8").replace('"prosecutor"', '"all"'), encoding="utf-8"
    )
    one = run("equilibria", path, "--guarantee", "bayes").out
    assert "             all says:\n" in one and "all say:" not in one
    two = run("equilibria", "example:two_prosecutors", "--guarantee", "bayes", "--pure").out
    assert "restricted to pure rules ('x, y | z' tells z from x and y)\n" in two
    everybody = run(
        "equilibria", INSTANCES / "counterexamples/hull.toml", "--guarantee", "bayes"
    ).out
    assert "             all agents say:\n" in everybody
    measured = run("hull", "example:old_house").out
    assert " of the range of her utility\n" in measured and "share" not in measured
    table = tmp_path / "table.csv"
    table.write_text("user,a\n1,2\n", encoding="utf-8")
    assert ": 1 point, user user, 1 agent\n" in run("hull", table, "--sup-only").out


def test_an_option_of_one_value_is_given_once(run: Run) -> None:
    """The last would win, and nobody would hear of the others."""
    ran = run("persuade", FILM_NIGHT, "--agent", "comedy channel", "--agent", "thriller channel")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: --agent: is given 2 times, and has one value (verifier persuade --help says more)\n"
    )
    twice = run("verify", PROSECUTOR, "--tolerance", "0", "--tolerance=1/9")
    assert twice.code == 2 and "--tolerance: is given 2 times" in twice.err
    assert run("verify", PROSECUTOR, "--guarantee", "bayes", "--guarantee", "bayes").code == 0
    assert run("hull", PROSECUTOR, "--json", "--json").code == 0


def test_a_file_that_is_missing_is_said_once(run: Run) -> None:
    for words in (("missing.json", PROSECUTOR), (PROSECUTOR, "missing.toml")):
        ran = run("check", *words)
        assert (ran.code, ran.out) == (2, "")
        missing = next(str(word) for word in words if "missing" in str(word))
        assert ran.err == f"error: {missing}: no such file\n"


@pytest.mark.slow
def test_cross_check_gives_the_same_bytes(run: Run) -> None:
    plain, crossed = (
        run("verify", ADVOCATES, "--json"),
        run("verify", ADVOCATES, "--json", "--cross-check"),
    )
    assert (plain.code, plain.out, plain.err) == (crossed.code, crossed.out, "")
    counts = re.fullmatch(
        r"z3 gave the same answer to (\d+) of (\d+) linear programs\n", crossed.err
    )
    assert counts is not None and counts[1] == counts[2] != "0"


@pytest.mark.slow
def test_same_input_same_bytes_and_a_quiet_stderr(tmp_path: Path) -> None:
    """Two processes with different hash seeds; nobody watches, so stderr stays empty."""
    seen = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        command = [
            sys.executable,
            "-m",
            "verifier.cli",
            "verify",
            str(PROSECUTOR),
            str(ADVOCATES),
            "--json",
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        files = {
            path.name: path.read_bytes() for path in sorted((folder / "certificates").iterdir())
        }
        assert ran.stderr == b""
        seen.append((ran.returncode, ran.stdout, files))
    assert seen[0] == seen[1]
    assert len(seen[0][2]) == 6


@pytest.mark.slow
def test_a_process_ends_with_the_same_codes_and_no_traceback(tmp_path: Path) -> None:
    bad = outside("verify", "missing.toml", cwd=tmp_path)
    assert (bad.code, bad.out, bad.err) == (2, "", "error: missing.toml: no such file\n")
    refuted = outside(
        "verify", PROSECUTOR, "--guarantee", "bayes", "--tolerance", "0", cwd=tmp_path
    )
    assert (refuted.code, refuted.err) == (1, "")
    assert "REFUTED" in refuted.out


# what people read


def narrow(text: str) -> None:
    for line in text.splitlines():
        assert len(line) <= 80 or "/" in line.split()[-1], line


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", sorted((INSTANCES / "guarantees").glob("*.toml")), ids=lambda path: path.stem
)
def test_human_output_fits_eighty_columns(run: Run, path: Path) -> None:
    narrow(run("verify", path).out)


def test_persuade_output_fits_eighty_columns(run: Run) -> None:
    for path in sorted(INSTANCES.rglob("*.toml")):
        narrow(run("persuade", path, "--agent", load(path).agents[0].name).out)


def test_hull_output_fits_eighty_columns(run: Run) -> None:
    for path in sorted(INSTANCES.rglob("*.toml")):
        narrow(run("hull", path).out)


def test_human_output_says_verdicts_and_exact_numbers(run: Run) -> None:
    out = run("verify", PROSECUTOR).out
    assert "bayes    PROVED" in out
    assert "quantal  PROVED" in out
    assert "7/10 (0.7)" in out


def test_a_failed_hypothesis_is_told(run: Run, tmp_path: Path) -> None:
    user = {"left": [1, 0], "right": [0, 1]}
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, user, {"a": user, "b": user})
    mute = replace(game, conversation=replace(game.conversation, agent_alphabet=1))
    (tmp_path / "mute.toml").write_text(write(mute), encoding="utf-8")
    ran = run("verify", tmp_path / "mute.toml", "--guarantee", "bayes")
    assert ran.code == 1  # silence is an equilibrium, and it is below the claim
    assert "fails: learning" in ran.out
    assert "REFUTED" in ran.out and "PROVED" not in ran.out


# hull and persuade


def test_hull_of_the_prosecutor(run: Run) -> None:
    ran = run("hull", PROSECUTOR, "--json")
    (record,) = ran.records
    assert ran.code == 0
    assert set(record) == {
        "instance",
        "epsilon",
        "weights",
        "offset",
        "witness",
        "hull",
        "share_of_range",
        "simplex_epsilon",
        "cone_epsilon",
        "state_offset_epsilon",
    }
    assert (record["epsilon"], record["weights"]) == ("1", ["1"])
    assert "simplex" in run("hull", PROSECUTOR).out


def test_persuade_the_judge(run: Run) -> None:
    ran = run("persuade", PROSECUTOR, "--agent", "prosecutor", "--json")
    (record,) = ran.records
    assert ran.code == 0
    assert (record["value"], record["user_utility"]) == ("3/5", {"worst": "7/10", "best": "7/10"})
    assert {"agent", "signal"} <= set(record)
    assert "3/5 (0.6)" in run("persuade", PROSECUTOR, "--agent", "prosecutor").out


# equilibria


WITNESS = {
    "user_utility",
    "kind",
    "agent_utilities",
    "signals",
    "response",
    "certificate",
    "kernel",
}


def test_equilibria_of_the_prosecutor(run: Run, tmp_path: Path) -> None:
    ran = run("equilibria", PROSECUTOR, "--json", "--certificates", tmp_path / "out")
    (record,) = ran.records
    assert (ran.code, ran.err, list(record)) == (0, "", ["instance", "title", "equilibria"])
    found = record["equilibria"]
    assert isinstance(found, dict) and list(found) == ["bayes", "best-ai"]
    for name, entry in found.items():
        assert set(entry) == {"certain", "worst"}
        assert entry["certain"] == {"lower": "7/10", "upper": "7/10", "exact": True}
        worst = entry["worst"]
        assert set(worst) == WITNESS
        assert (worst["user_utility"], worst["kind"], worst["agent_utilities"]) == (
            "7/10",
            "optimal plan",
            {"prosecutor": "3/5"},
        )
        assert worst["signals"]["prosecutor"]["innocent"] == {"acquit": "4/7", "convict": "3/7"}
        assert worst["response"] == [
            ["nothing", "acquit", "acquit"],
            ["nothing", "convict", "convict"],
        ]
        assert worst["kernel"].startswith("accepted: ")
        assert worst["certificate"] == (tmp_path / f"out/prosecutor.{name}.worst.json").as_posix()
        assert run("check", worst["certificate"], PROSECUTOR).code == 0


def test_equilibria_of_a_user_who_picks_have_intervals_and_frontiers(run: Run) -> None:
    (record,) = run("equilibria", ADVOCATES, "--guarantee", "best-ai", "--json").records
    assert isinstance(record["equilibria"], dict) and list(record["equilibria"]) == ["best-ai"]
    entry = record["equilibria"]["best-ai"]
    assert set(entry["values"]) == {"intervals", "complete", "frontiers"}
    assert entry["values"]["intervals"] == [["1", "1"]]
    assert set(entry["values"]["frontiers"]) == {"prosecutor", "defender"}
    assert entry["certain"]["upper"] == "1"


def test_equilibria_for_people(run: Run) -> None:
    ran = run("equilibria", PROSECUTOR)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == load(PROSECUTOR).title
    assert "bayes" in ran.out and "best-ai" in ran.out and "7/10 (0.7)" in ran.out


def test_the_quantal_user_has_equilibria_too(run: Run) -> None:
    (record,) = run("equilibria", ADVOCATES, "--guarantee", "quantal", "--json").records
    assert isinstance(record["equilibria"], dict)
    entry = record["equilibria"]["quantal"]
    assert set(entry["certain"]["lower"]) == {"lower", "upper", "exact"}
    assert entry["worst"]["kind"] == "full revelation"


RULES = """format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }
"""


def test_rules_that_are_an_equilibrium(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    words = (
        "equilibria",
        PROSECUTOR,
        "--rules",
        tmp_path / "rules.toml",
        "--certificates",
        tmp_path / "out",
    )
    (record,) = run(*words, "--json").records
    assert (record["verdict"], record["user_utility"], record["agent_utilities"]) == (
        "equilibrium",
        "7/10",
        {"prosecutor": "3/5"},
    )
    assert set(record) == {
        "instance",
        "rules",
        "verdict",
        "user_utility",
        "agent_utilities",
        "response",
        "certificate",
        "kernel",
    }
    checked = run("check", record["certificate"], PROSECUTOR)
    assert (checked.code, checked.out.strip()) == (0, record["kernel"])
    assert "an equilibrium gives the bayes user 7/10, for one way" in checked.out
    insisted = run("check", record["certificate"], PROSECUTOR, "--verdict", "proved")
    assert insisted.code == 2 and "conclusion: there is none" in insisted.err
    ran = run(*words)
    assert (
        ran.code == 0
        and "EQUILIBRIUM" in ran.out
        and "NO EQUILIBRIUM" not in ran.out
        and "3/5 (0.6)" in ran.out
    )


def test_rules_that_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        RULES.replace('{ convict = "3/7", acquit = "4/7" }', "{ acquit = 1 }"), encoding="utf-8"
    )
    words = (
        "equilibria",
        PROSECUTOR,
        "--rules",
        tmp_path / "rules.toml",
        "--certificates",
        tmp_path / "out",
    )
    (record,) = run(*words, "--json").records
    assert (record["verdict"], record["agent"], record["before"]) == (
        "no equilibrium",
        "prosecutor",
        "3/10",
    )
    assert F(3, 10) < F(str(record["after"])) <= F(3, 5)
    assert isinstance(record["deviation"], dict)
    assert all(sum(map(F, says.values())) == 1 for says in record["deviation"].values())
    checked = run("check", record["certificate"], PROSECUTOR)
    assert (checked.code, checked.out.strip()) == (0, record["kernel"])
    said = f"'prosecutor' has at most 3/10, and gets at least {record['after']} by deviating"
    assert said in checked.out
    assert "NO EQUILIBRIUM: prosecutor has at most 3/10 (0.3)" in run(*words).out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"prosecutor"', '"defender"', ["agent", "defender", "prosecutor"]),
        ('"4/7"', '"5/7"', ["signal.innocent", "sums to 8/7, expected 1"]),
        ('"4/7"', '"-4/7"', ["signal.innocent.acquit", "is -4/7, expected"]),
        (", guilty = { convict = 1 }", "", ["signal", "guilty", "missing"]),
        ("format = 1", "format = 2", ["format", "is 2, expected"]),
        ("signal", "signals", ["rules[0]", "signals"]),
    ],
)
def test_bad_rules_name_file_and_key(
    run: Run, tmp_path: Path, old: str, new: str, says: list[str]
) -> None:
    assert old in RULES
    (tmp_path / "bad.toml").write_text(RULES.replace(old, new, 1), encoding="utf-8")
    ran = run("equilibria", PROSECUTOR, "--rules", tmp_path / "bad.toml")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert all(word in ran.err for word in ["bad.toml", *says]), ran.err


def test_rules_are_wanted_from_every_agent(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    ran = run("equilibria", ADVOCATES, "--rules", tmp_path / "rules.toml")
    assert (ran.code, ran.out) == (2, "")
    assert (
        "rules.toml: line 2: rules: leaves out 'defender', expected a rule for every agent"
        in ran.err
    )


SILENT = """
format = 1
[[rules]]
agent = "first prosecutor"
signal = { innocent = { x = 1 }, guilty = { x = 1 } }
[[rules]]
agent = "second prosecutor"
signal = { innocent = { x = 1 }, guilty = { x = 1 } }
"""


def test_rules_are_judged_for_the_user_who_is_asked_about(run: Run, tmp_path: Path) -> None:
    """The same silence, for three users: nobody who says nothing could not gain by some truth."""
    (tmp_path / "silent.toml").write_text(SILENT, encoding="utf-8")
    asked = [word for name in ("G1", "best-ai", "quantal") for word in ("--guarantee", name)]
    kept = ("--certificates", tmp_path / "out", "--json")
    ran = run("equilibria", TWO_PROSECUTORS, "--rules", tmp_path / "silent.toml", *asked, *kept)
    record = json.loads(ran.out)
    assert F(record["bayes"]["after"]) == F(3, 5)
    assert F(2, 5) < F(record["best-ai"]["after"]) < F(3, 5)
    assert F(record["quantal"]["after"]["lower"]) > F(2, 5)
    for name in ("bayes", "best-ai", "quantal"):
        assert record[name]["verdict"] == "no equilibrium"
        assert f"no equilibrium with the {name} user" in record[name]["kernel"]
        assert (Path(record[name]["certificate"])).is_file()


@pytest.mark.parametrize(
    "words",
    [
        ["--guarantee", "g4"],
        ["--rules", "missing.toml"],
        ["--rules", "a", "--pure"],
        ["--rules", "a", "--profile-limit", "5"],
        ["--profile-limit", "5"],
        ["--pure", "--program-limit", "5"],
    ],
    ids=str,
)
def test_bad_usage_of_equilibria(run: Run, words: list[str]) -> None:
    ran = run("equilibria", PROSECUTOR, *words)
    assert (ran.code, ran.out) == (2, "") and ran.err.strip()


# help


@pytest.mark.parametrize("command", ["verify", "check", "hull", "persuade", "equilibria"])
def test_help_shows_an_example(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert re.search(rf"Examples?:\s+verifier {command} ", ran.out)


def test_help_lists_the_commands(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert all(
        command in ran.out for command in ("verify", "check", "hull", "persuade", "equilibria")
    )


def test_help_lists_every_command_and_its_first_sentence(run: Run) -> None:
    """The group names the commands without importing them; here they are imported."""
    assert list(cli.COMMANDS) == sorted(cli.COMMANDS)
    ran = run("--help")
    for name, says in cli.COMMANDS.items():
        command = cli.app.get_command(click.Context(cli.app), name)
        assert command is not None and command.name == name
        assert f"  {name} " in ran.out
        assert says
    assert run("nonsense").code == 2


@pytest.mark.parametrize("columns", ["20", "40", "80", "200"])
def test_every_summary_is_whole(columns: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    told = run("--help").out
    assert "..." not in told.replace("[ARGS]...", "")
    for name, says in cli.COMMANDS.items():
        assert f" {name} {says} " in " ".join([*told.split(), ""])


def test_a_mistake_is_one_line_that_says_where_help_is(run: Run) -> None:
    ran = run("tree", PROSECUTOR, "--formt", "dot")
    said, end = (
        "error: No such option",
        " (verifier tree --help says more)\n",
    )  # click says the rest
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(said) and "--format" in ran.err and ran.err.endswith(end)
    assert run().code == 2 and "Commands:" in run().err


@pytest.mark.slow
def test_several_instances_end_with_a_summary(run: Run) -> None:
    found = run("verify", PROSECUTOR, ADVOCATES)
    assert found.out.splitlines()[-1] == "2 instances: 6 proved"
    assert "instances:" not in run("verify", INSTANCES / "classics/prosecutor.toml").out


def test_the_clock_of_long_work_is_for_terminals_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from verifier.cli.progress import clock

    with clock("nothing"):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    wait = threading.Event.wait
    monkeypatch.setattr(
        threading.Event, "wait", lambda event, seconds=None: wait(event, seconds and 0.001)
    )
    with clock("a long proof"):
        while "a long proof" not in (told := capsys.readouterr().err):
            pass
    assert "a long proof: 0 s" in told
    assert capsys.readouterr().err.endswith("\r\x1b[K")


def test_help_does_not_import_the_solvers() -> None:
    """The command line imports late, so that --help and the kernel's caller start at once."""
    code = (
        "import sys, verifier.cli; print([m for m in ('highspy', 'z3', 'flint', 'numpy') if m in"
        " sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
