"""What happens to output that nobody can read: closed pipes, full disks, poor encodings."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.games import INSTANCES, ROOT
from verifier import cli

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
CERTIFICATE = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
COMMANDS: dict[str, list[object]] = {
    "help": ["--help"],
    "check": ["check", CERTIFICATE, PROSECUTOR],
    "tree": ["tree", PROSECUTOR],
    "explain": ["explain", PROSECUTOR, "--guarantee", "bayes"],
}
NAMES = [
    pytest.param(name, marks=pytest.mark.slow if name == "explain" else ()) for name in COMMANDS
]


def shell(
    words: list[object], redirection: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = shlex.join([sys.executable, "-m", "verifier.cli", *map(str, words)])
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} {redirection}"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=100,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_closed_pipe_is_neither_good_nor_refuted(name: str) -> None:
    ran = shell(COMMANDS[name], "| true")
    assert (ran.returncode, ran.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_said(name: str) -> None:
    ran = shell(COMMANDS[name], "> /dev/full")
    assert ran.returncode == 2
    assert ran.stderr == "error: the output could not be written: No space left on device\n"


@pytest.mark.parametrize("name", NAMES)
def test_no_output_at_all_is_said(name: str) -> None:
    ran = shell(COMMANDS[name], ">&-")
    assert ran.returncode == 2
    assert ran.stderr == (
        "error: there is no standard output; send it to a file, or to /dev/null\n"
    )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
)
def test_names_are_escaped_where_they_cannot_be_shown(
    environment: dict[str, str], tmp_path: Path
) -> None:
    table = tmp_path / "names.csv"
    table.write_text("Zoë,李\n1,1\n2,2\n", encoding="utf-8")
    ran = shell(["hull", table], "", **environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Zo\\xeb" in ran.stdout


def test_an_error_about_a_file_is_not_said_of_the_output(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def missing() -> int:
        raise FileNotFoundError(2, "No such file or directory", "lost.toml")

    monkeypatch.setattr(cli, "_run", missing)
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    assert capfd.readouterr().err == "error: [Errno 2] No such file or directory: 'lost.toml'\n"
