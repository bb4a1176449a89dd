"""run.py says what it does while it does it, and the README says the same of time and disk."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.games import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIGURE = re.compile(r"\d+ (?:MB|GB|minutes?)")


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """run.py in another folder, in which nothing is installed and no job is run."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    monkeypatch.setattr(found, "HERE", tmp_path)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    return found


@pytest.fixture
def commands(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What run.py would have run."""
    seen: list[list[str]] = []

    def noted(command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        seen.append([str(word) for word in command])
        if "venv" in seen[-1]:
            (Path(seen[-1][-1]) / "bin").mkdir(parents=True)
        return subprocess.CompletedProcess(seen[-1], 0)

    def ended(command: list[Any]) -> int:
        noted(command)
        return 0

    monkeypatch.setattr(script.subprocess, "run", noted)
    monkeypatch.setattr(script, "ended", ended)
    return seen


@pytest.mark.parametrize(("job", "extras"), [("verify", ""), ("test", "[dev]")])
def test_it_says_what_it_does(
    job: str,
    extras: str,
    script: ModuleType,
    commands: list[list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert script.main([job]) == 0
    told = capsys.readouterr()
    assert told.out == "", "standard output is the job's"
    making, installing, doing = told.err.splitlines()
    assert making.startswith("run.py: making a virtual environment in .venv")
    assert installing.startswith("run.py: installing the package")
    assert extras in installing
    assert script.FIRST[job] in installing
    assert doing == f"run.py: {job}: {script.TAKES[job]}"
    assert any(f".{extras}" in command for command in commands if "install" in command)
    assert (script.HERE / ".venv").is_dir()
    assert script.main([job]) == 0
    again = capsys.readouterr().err.splitlines()
    assert again[-1] == doing


def test_what_is_compiled_is_kept(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code = "import os, sys; sys.exit(sys.dont_write_bytecode or os.environ['KEPT'] != 'so')"
    monkeypatch.setenv("KEPT", "so")
    assert script.ended([sys.executable, "-c", code]) == 0


@pytest.mark.parametrize("job", ["verify", "test"])
def test_the_readme_says_the_same(job: str, script: ModuleType) -> None:
    (line,) = re.findall(rf"^python3 run\.py {job} .*$", README, re.MULTILINE)
    assert set(FIGURE.findall(line)) == set(FIGURE.findall(script.FIRST[job] + script.TAKES[job]))
    assert len(FIGURE.findall(line)) == 2


def test_the_lowest_versions_are_of_libraries_and_their_extras(script: ModuleType) -> None:
    pinned = script.lowest()
    assert all(re.fullmatch(r"[\w-]+(\[\w+\])?==[\d.]+", one) for one in pinned)
    names = {re.split(r"==|\[", one)[0] for one in pinned}
    assert names >= {"click", "pytest", "z3-solver", "matplotlib", "networkx", "distributed"}
    assert not names & {"ruff", "mypy", "emergent-alignment-verifier"}


def test_each_test_is_run_once_and_the_kernel_s_coverage_is_whole(script: ModuleType) -> None:
    jobs: list[list[str]] = script.JOBS["test"]
    covering = {Path(path) for path in script.COVERING}
    assert len(covering) == len(script.COVERING)
    assert all((ROOT / path).is_file() for path in covering)
    measured, report, rest = (
        next(job for job in jobs if word in job) for word in ("run", "report", "not heavy")
    )
    assert {Path(word) for word in measured if word.startswith("tests/")} == covering
    ignored = [word.partition("=") for word in rest if word.startswith("--ignore")]
    assert {Path(path) for _, _, path in ignored} == covering
    assert "--fail-under=100" in report
    heavy = [path for path in covering if "mark.heavy" in (ROOT / path).read_text("utf-8")]
    assert not heavy, "what is measured is run whole"
