"""Wrong files and words on the command line: lines that begin with `error:`, and exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run
from tests.game.texts import JUDGE
from tests.games import INSTANCES, ROOT

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
CERTIFICATE = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
EFG = 'EFG 2 R "Leader and follower" { "Leader" "Follower" }\n""\n'


@pytest.fixture
def efg(tmp_path: Path) -> Path:
    path = tmp_path / "small.efg"
    path.write_text(EFG, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["verify"],
        ["equilibria"],
        ["explain"],
        ["tree"],
        ["dynamics"],
        ["hull"],
        ["instance"],
        ["persuade", "--agent", "prosecutor"],
        ["cheap-talk"],
        ["learning"],
    ],
    ids=lambda words: words[0],
)
def test_every_command_says_what_a_file_is(run: Run, efg: Path, words: list[str]) -> None:
    ran = run(words[0], efg, *words[1:])
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {efg}: is a game in Gambit's extensive form")
    assert len(ran.err.splitlines()) == 1


RIVALS = INSTANCES / "populations/rival_coaches.toml"
DEBATE = INSTANCES / "conversations/debate_with_a_reply.toml"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dynamics", DEBATE], "2 rounds, user alphabet"),
        (["dynamics", RIVALS], "dynamics are those of agents among whom one user picks"),
        (["equilibria", RIVALS, "--guarantee", "best-ai"], "best-ai is about a user who picks"),
        (["cheap-talk", DEBATE], "the user asks questions here"),
        (["persuade", PROSECUTOR, "--agent", "clerk"], "no agent is called 'clerk'"),
        (["hull", PROSECUTOR, "--set", "t=1"], "t cannot be set"),
    ],
)
def test_what_cannot_be_asked_of_a_game_names_its_file(
    run: Run, words: list[object], message: str
) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.startswith(f"error: {words[1]}: {message}")
    assert len(ran.err.splitlines()) == 1


def test_what_is_wrong_with_an_option_or_another_file_names_these(run: Run, efg: Path) -> None:
    assert run("program", PROSECUTOR, "--what", "x").err.startswith("error: --what x: expected")
    ran = run("equilibria", PROSECUTOR, "--rules", efg)
    assert ran.err.startswith(f"error: {efg}: is a game in Gambit's extensive form")


def test_an_error_about_a_shipped_game_is_the_same_on_every_machine(run: Run) -> None:
    for words in (
        ("verify", "--certificates", "/proc/x"),
        ("verify", "--set", "t=1"),
        ("verify", "--user", "ann"),
        ("theorem", "--user", "ann"),
        ("region",),
        ("persuade", "--agent", "nobody"),
        ("explain", "--set", "t=1"),
        ("hull", "--user", "ann"),
    ):
        ran = run(words[0], "example:prosecutor", *words[1:])
        assert ran.code == 2 and ran.err.startswith("error: example:prosecutor: "), words
        assert str(INSTANCES) not in ran.err


@pytest.mark.parametrize("option", ["--rules", "--menu"])
def test_an_instance_is_no_rules_and_no_menu(run: Run, option: str) -> None:
    ran = run("equilibria", PROSECUTOR, option, PROSECUTOR)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {PROSECUTOR}: is an instance: `verifier verify FILE`")


def test_a_certificate_is_no_instance_and_no_table(run: Run) -> None:
    for command in ("verify", "hull", "instance"):
        ran = run(command, CERTIFICATE)
        assert ran.code == 2
        assert ran.err.startswith(f"error: {CERTIFICATE}: is a certificate: `verifier check FILE")


def test_check_says_which_file_is_in_the_wrong_place(run: Run) -> None:
    ran = run("check", PROSECUTOR, CERTIFICATE)
    first, second = ran.err.splitlines()
    assert (ran.code, ran.out, first.split(":")[0]) == (2, "", "unreadable")
    assert second.startswith(f"error: {PROSECUTOR}: is an instance")
    assert second.endswith("; expected a certificate")


def test_check_explains_an_instance_that_the_kernel_could_not_read(
    run: Run, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(JUDGE.replace('"7/10"', "7/10"), encoding="utf-8")
    ran = run("check", CERTIFICATE, bad)
    assert ran.code == 2
    assert f"error: {bad}: line 5: a fraction stands in quotes; write: prior = " in ran.err


def test_each_error_of_a_file_is_a_line(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(JUDGE.replace("3/10", "4/10").replace("guilty = 1", "guilty = true"), "utf-8")
    ran = run("verify", bad, PROSECUTOR, "--guarantee", "bayes", "--json")
    assert ran.code == 2
    assert len(ran.records) == 1
    lines = ran.err.splitlines()
    assert lines[0] == f"error: {bad}: line 5: prior: sums to 11/10, expected 1"
    assert len(lines) == 4
    assert all(line.startswith(f"error: {bad}: line ") for line in lines)


def test_a_file_with_a_byte_order_mark_is_verified(run: Run, tmp_path: Path) -> None:
    marked = tmp_path / "marked.toml"
    marked.write_text(PROSECUTOR.read_text("utf-8"), encoding="utf-8-sig")
    ran = run("verify", marked, "--guarantee", "bayes", "--certificates", tmp_path, "--json")
    assert ran.code == 0
    assert ran.records[0]["guarantees"]["bayes"]["verdict"] == "proved"  # type: ignore[index]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["search", "--drop", "hul"], "hull"),
        (["search", "--drop", "hull", "--objective", "smalest"], "smallest"),
        (["search", "--drop", "hull", "--guarantee", "baies"], "bayes"),
        (["verify", PROSECUTOR, "--guarantee", "byes"], "bayes"),
        (["sweep", "near-hul", "--count", "1"], "near-hull"),
        (["sweep", "near-hull", "--count", "1", "--ties", "favor-speaker"], "favour-speaker"),
        (["persuade", PROSECUTOR, "--agent", "prosecuter"], "prosecutor"),
        (["cheap-talk", PROSECUTOR, "--agent", "prosecuter"], "prosecutor"),
        (["tree", PROSECUTOR, "--format", "jsn"], "json"),
        (["dynamics", PROSECUTOR, "--start", "thruth"], "truth"),
        (["verfy", PROSECUTOR], "verify"),
    ],
)
def test_a_word_that_is_nearly_a_name(run: Run, words: list[object], meant: str) -> None:
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert f"; did you mean {meant!r}?" in ran.err
