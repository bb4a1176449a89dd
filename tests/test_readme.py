"""The README and CONTRIBUTING.md tell the truth: examples are run, commands and places exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples import ROOT, play, terminal
from tests.links import broken
from tests.readme_picture import readme_picture

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_its_examples_print_what_they_show(tmp_path: Path) -> None:
    with terminal(tmp_path) as shell:
        assert play(ROOT / "README.md", shell) == 3


@pytest.mark.slow
def test_its_picture_is_what_the_project_draws() -> None:
    """python -m tests.readme_picture > docs/drug_sponsors.svg"""
    assert (ROOT / "docs/drug_sponsors.svg").read_text(encoding="utf-8") == readme_picture()


def test_it_is_short_and_has_one_sentence_a_line() -> None:
    lines = README.splitlines()
    assert len(lines) <= 100
    assert not [line for line in lines if re.search(r"[a-z)]\. [A-Z]", line)]


def test_the_commands_are_those_of_run_py_and_of_ci() -> None:
    jobs = subprocess.run(
        [sys.executable, str(ROOT / "run.py")], capture_output=True, text=True, check=False
    )
    assert jobs.returncode == 2
    for job in re.findall(r"run\.py (\w+)", README + CONTRIBUTING):
        assert f"python3 run.py {job}" in jobs.stderr
    for job in ("verify", "quick", "test", "check"):
        assert f"python3 run.py {job}" in README
    assert "python3 run.py test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_every_room_is_in_the_tree_of_the_house() -> None:
    tree = CONTRIBUTING[CONTRIBUTING.index("\nverifier/\n") :].partition("```")[0]
    named = set(re.findall(r"[\w.]+(?=/|\b)", tree))
    rooms = {path.name for path in (ROOT / "verifier").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= named
    for place in re.findall(r"\b([a-z_]+(?:/|\.py))", tree):
        assert (ROOT / "verifier" / place).exists() or (ROOT / place).exists(), place


def test_the_links_of_contributing_lead_somewhere() -> None:
    assert not broken(ROOT / "CONTRIBUTING.md")
