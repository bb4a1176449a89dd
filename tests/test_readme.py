"""The README tells the truth: its examples are run, and its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.examples import ROOT, play, terminal

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_examples_print_what_they_show(tmp_path: Path) -> None:
    with terminal(tmp_path) as shell:
        assert play(ROOT / "README.md", shell) >= 5


def test_the_two_commands_are_the_ones_of_run_py_and_of_ci() -> None:
    jobs = subprocess.run(
        [sys.executable, str(ROOT / "run.py")], capture_output=True, text=True, check=False
    )
    assert jobs.returncode == 2
    for job in ("verify", "test", "check"):
        assert f"python3 run.py {job}" in README
        assert f"python3 run.py {job}" in jobs.stderr
    assert "python3 run.py test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_place_on_the_map_exists() -> None:
    table = README[README.index("## The map of the house") : README.index("## What is claimed")]
    places = [
        place
        for row in re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
        for place in re.findall(r"`([^`]+)`", row)
    ]
    assert len(places) > 10
    folders = [ROOT, ROOT / "verifier", ROOT / "verifier/theory", ROOT / "verifier/search"]
    for place in places:
        assert any((folder / place).exists() for folder in folders), place
