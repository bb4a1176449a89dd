"""`verifier theorem` writes what it covers, and says what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.games import INSTANCES
from verifier.cli.theorem import theorem

PROSECUTOR = INSTANCES / "classics" / "prosecutor.toml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(theorem, [str(word) for word in words], standalone_mode=False)


def test_the_file_and_the_words_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "prosecutor.v"
    said = run(PROSECUTOR, "-o", path)
    assert said.return_value == 0
    text = path.read_text(encoding="utf-8")
    *sentences, last = said.stdout.splitlines()
    assert last == f"{path}: {len(sentences)} theorems"
    assert all(f"(** {sentence} *)" in text for sentence in sentences)
    assert "In every equilibrium with the Bayesian user she gets at least 7/10." in sentences


def test_without_a_file_it_is_printed() -> None:
    printed = run(PROSECUTOR, "--guarantee", "best-ai").stdout
    assert printed.startswith("(** * A prosecutor persuades a judge\n")
    assert "best_ai r pick ->" in printed


def test_what_is_beyond_the_checker_is_one_line() -> None:
    said = run(PROSECUTOR, "--guarantee", "quantal")
    assert said.return_value == 3
    assert said.stdout == ""
    assert said.stderr == (
        "not written: the proved checker does not cover claims about the quantal user\n"
    )


def test_without_rocq_the_file_is_written_and_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    path = tmp_path / "prosecutor.v"
    said = run(PROSECUTOR, "-o", path, "--check")
    assert path.exists()
    assert "run.py proofs" in str(said.exception)
