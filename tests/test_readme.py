"""The README tells the truth: its examples are run, and its commands exist."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n\$ (.+)\n((?:.*\n)*?)```", README)


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_shown_output_is_what_is_printed(command: str, output: str, tmp_path: Path) -> None:
    words = shlex.split(command)
    start = [sys.executable, "-m", "verifier.cli"] if words[0] == "verifier" else [sys.executable]
    for name in ("instances", "verifier"):
        (tmp_path / name).symlink_to(ROOT / name)
    if "verifier/kernel" in words:
        before = [*start, "-m", "verifier.cli", "verify", words[-1]]
        subprocess.run(before, cwd=tmp_path, capture_output=True, check=True)
    found = subprocess.run([*start, *words[1:]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == output.strip()


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False).failed == 0
    assert doctest.testfile(str(ROOT / "README.md"), module_relative=False).attempted > 0


def test_the_two_commands_are_the_ones_of_run_py_and_of_ci() -> None:
    jobs = subprocess.run([sys.executable, str(ROOT / "run.py")], capture_output=True, text=True, check=False)
    assert jobs.returncode == 2
    for job in ("verify", "test", "check"):
        assert f"python3 run.py {job}" in README
        assert f"python3 run.py {job}" in jobs.stderr
    assert "python3 run.py test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_place_on_the_map_exists() -> None:
    table = README[README.index("## The map of the house") : README.index("## What is claimed")]
    places = [place for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for place in re.findall(r"`([^`]+)`", row)]
    assert len(places) > 10
    folders = [ROOT, ROOT / "verifier", ROOT / "verifier/theory", ROOT / "verifier/search"]
    for place in places:
        assert any((folder / place).exists() for folder in folders), place
