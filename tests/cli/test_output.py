"""What happens to output that nobody can read: closed pipes, full disks, poor encodings."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

import pytest

from tests.games import INSTANCES, ROOT
from verifier import cli
from verifier.game.reader import parse

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


POOR = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NAMED_GAME = """
format = 1
title = "Zoë 家 ≥ 😀"
states = ["naïve", "spät"]
actions = ["à", "é"]
prior = { "naïve" = "1/2", "spät" = "1/2" }
user = { utility = { "à" = { "naïve" = 1, "spät" = 0 }, "é" = { "naïve" = 0, "spät" = 1 } } }
[[agents]]
name = "Zoë"
utility = { "à" = { "naïve" = 1, "spät" = 0 }, "é" = { "naïve" = 0, "spät" = 1 } }
[[agents]]
name = "anna"
utility = { "à" = { "naïve" = 1, "spät" = 0 }, "é" = { "naïve" = 0, "spät" = 1 } }
"""
NAMED_TABLE = "state,item,Zoë,Łukasz\nnaïve,à,1,1\nnaïve,é,2,2\n"
NAMED_COMMANDS: dict[str, list[object]] = {
    "verify": ["verify", "game.toml", "--guarantee", "bayes"],
    "verify --json": ["verify", "game.toml", "--guarantee", "bayes", "--json"],
    "check": ["check", "game.bayes.json", "game.toml"],
    "hull": ["hull", "table.csv"],
    "persuade": ["persuade", "game.toml", "--agent", "anna"],
    "cheap-talk": ["cheap-talk", "game.toml", "--agent", "anna"],
    "learning": ["learning", "game.toml"],
    "equilibria": ["equilibria", "game.toml"],
    "dynamics": ["dynamics", "game.toml"],
    "tree": ["tree", "game.toml"],
    "tree dot": ["tree", "game.toml", "--format", "dot"],
    "tree efg": ["tree", "game.toml", "--format", "efg"],
    "tree json": ["tree", "game.toml", "--format", "json"],
    "explain": ["explain", "game.toml", "--guarantee", "bayes"],
    "explain md": ["explain", "game.toml", "--guarantee", "bayes", "--format", "md"],
    "explain html": ["explain", "game.toml", "--guarantee", "bayes", "--format", "html"],
    "instance": ["instance", "table.csv"],
    "ethics": ["ethics", "labels.csv", "judgements.csv"],
    "sweep": ["sweep", "uniform", "--count", "1"],
    "error": ["persuade", "game.toml", "--agent", "李"],
    "usage": ["persuade", "game.toml", "--ägent", "李"],
}


FILES = {
    "game.toml": NAMED_GAME,
    "table.csv": NAMED_TABLE,
    "labels.csv": "label,input\n0,naïve\n1,家\n",
    "judgements.csv": "Zoë,李\n1,0\n0,0\n",
    "game.bayes.json": "{}",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files that have such names."""
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMED_COMMANDS)
def test_names_are_escaped_where_they_cannot_be_shown(name: str, folder: Path) -> None:
    """Documents are read back: what is escaped is still the same name."""
    ran = subprocess.run(
        [sys.executable, "-m", "verifier.cli", *map(str, NAMED_COMMANDS[name])],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **POOR},
        capture_output=True,
        check=False,
        timeout=100,
    )
    escaped(name, ran.returncode, ran.stdout.decode("ascii"), ran.stderr.decode("ascii"))


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
@pytest.mark.parametrize("name", NAMED_COMMANDS)
def test_names_are_escaped_in_every_encoding(
    name: str, encoding: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The streams are as Python opens them where PYTHONIOENCODING says so."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["verifier", *map(str, NAMED_COMMANDS[name])])
    for stream, errors in (("stdout", "strict"), ("stderr", "backslashreplace")):
        opened = TextIOWrapper(BytesIO(), encoding=encoding, errors=errors)
        monkeypatch.setattr(sys, stream, opened)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert isinstance(end.value.code, int)
    escaped(
        name, end.value.code, *(written(stream, encoding) for stream in (sys.stdout, sys.stderr))
    )


def written(stream: TextIO, encoding: str) -> str:
    stream.flush()
    assert isinstance(stream.buffer, BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def escaped(name: str, code: int, out: str, err: str) -> None:
    """What each command has to say, whatever its streams can show."""
    assert code == (2 if name in ("check", "error", "usage") else code)
    assert code in (0, 1, 2, 3) and "Traceback" not in err
    assert (out != "") == (name not in ("check", "error", "usage")), err
    if "json" in name:
        assert "Zoë" in str(json.loads(out))
    if name == "instance":
        assert [agent.name for agent in parse(out, "out").agents] == ["Łukasz"]
    if name == "explain html":
        assert "Zo&#235;" in out
    assert out.isascii() or name not in ("instance", "explain html")


def test_an_error_about_a_file_is_not_said_of_the_output(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def missing() -> int:
        raise FileNotFoundError(2, "No such file or directory", "lost.toml")

    monkeypatch.setattr(cli, "_run", missing)
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    assert capfd.readouterr().err == "error: [Errno 2] No such file or directory: 'lost.toml'\n"
