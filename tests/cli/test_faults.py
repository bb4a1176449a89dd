"""What nobody wrote a message for ends in one sentence, and poor surroundings change nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.commands import FILM, Run
from tests.games import INSTANCES, ROOT
from verifier.checker import Kernel
from verifier.numbers import LONGEST_WRITTEN

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"


def lengthy(digits: int) -> str:
    """A game of three states and actions with ratios of numbers of so many digits."""
    dice = Random(digits)

    def table() -> str:
        rows = []
        for action in "abc":
            entries = (
                f'{state} = "{dice.randrange(10**digits)}/{dice.randrange(1, 10**digits)}"'
                for state in "xyz"
            )
            rows.append(f"utility.{action} = {{ {', '.join(entries)} }}")
        return "\n".join(rows)

    return (
        'format = 1\ntitle = "long"\nstates = ["x", "y", "z"]\nactions = ["a", "b", "c"]\n'
        f'prior = {{ x = "1/3", y = "1/3", z = "1/3" }}\n[user]\n{table()}\n'
        f'[[agents]]\nname = "one"\n{table()}\n[[agents]]\nname = "two"\n{table()}\n'
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [["verify"], ["verify", "--json"], ["hull"], ["persuade", "--agent", "one"], ["equilibria"]],
    ids=" ".join,
)
def test_numbers_of_thousands_of_digits_are_computed_with(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    """The hull distance has more digits than Python writes unless it is told to."""
    game = tmp_path / "long.toml"
    game.write_text(lengthy(300), encoding="utf-8")
    ran = run(*words, game)
    assert ran.code in (0, 3)
    assert ran.err == ""
    if "--json" in words:
        assert len(str(ran.records[0]["alignment"])) > 4300
    else:
        assert all(len(line) < 120 + len(str(tmp_path)) for line in ran.out.splitlines())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "the memory does not suffice for this; try a smaller game or table"),
        (KeyError("x"), "the verifier itself fails here (KeyError: 'x'); please report it"),
    ],
)
def test_an_error_that_nobody_foresaw_is_one_sentence(
    entry: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("verifier.api.persuade", broken)
    ran = entry("persuade", PROSECUTOR, "--agent", "prosecutor")
    assert (ran.code, ran.out, ran.err) == (2, "", f"error: {said}\n")


def test_a_number_that_is_too_long_to_be_written_is_said(
    entry: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.api.persuade", lambda *_: str(10**LONGEST_WRITTEN))
    ran = entry("persuade", PROSECUTOR, "--agent", "prosecutor")
    assert ran.code == 2
    assert ran.err.startswith("error: a number of the result has more than 100000 digits; try ")


def bare(words: list[object], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in an environment that has nothing but this."""
    return subprocess.run(
        [sys.executable, "-m", "verifier.cli", *map(str, words)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [{}, {"HOME": "/nonexistent"}, {"COLUMNS": "40"}, {"COLUMNS": "1"}, {"COLUMNS": "x"}],
    ids=str,
)
def test_an_environment_changes_no_verdict(tmp_path: Path, environment: dict[str, str]) -> None:
    """Without a home, and with odd widths; matplotlib keeps what it knows of fonts at home."""
    ran = bare(["verify", PROSECUTOR], tmp_path, **environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "PROVED" in ran.stdout
    words = ["dynamics", FILM, "--ties", "favour-speaker", "--figure", "film.svg"]
    told = bare(words, tmp_path, **environment)
    assert "Traceback" not in told.stderr
    assert (told.returncode, (tmp_path / "film.svg").is_file()) == (3, True)  # the budget ends
    helped = bare(["sweep", "--help"], tmp_path, **environment)
    assert (helped.returncode, helped.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_errors_that_cannot_be_said_keep_their_exit_code(tmp_path: Path) -> None:
    for words in (["verify", "nowhere.toml"], ["nothing"]):
        with Path("/dev/full").open("w") as full:
            code = subprocess.call(
                [sys.executable, "-m", "verifier.cli", *words],
                cwd=tmp_path,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stderr=full,
            )
        assert code == 2


class Killed(subprocess.Popen[str]):
    """A process that something kills as soon as it runs."""

    def __init__(self, command: list[str], **options: Any) -> None:
        super().__init__(command, **options)
        self.kill()


def test_a_kernel_that_is_killed_leaves_the_guarantee_open(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.checker.subprocess.Popen", Killed)
    monkeypatch.setattr("verifier.process.subprocess.Popen", Killed)
    monkeypatch.setattr("verifier.checker._kernel_of", lambda process: Kernel())
    ran = run("verify", PROSECUTOR, "--guarantee", "bayes", "--json")
    (record,) = ran.records
    found = record["guarantees"]["bayes"]  # type: ignore[index]
    assert (ran.code, ran.err, found["verdict"]) == (3, "", "open")
    assert "the kernel ended without an answer, twice" in found["reason"]
    assert "run it again" in found["reason"]
    checked = run("check", ROOT / "proofs/certificates/classics/prosecutor.bayes.json", PROSECUTOR)
    assert checked.code == 2
    assert "the kernel ended with code -9" in checked.out + checked.err
