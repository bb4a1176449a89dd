"""The built wheel, in a fresh environment with nothing but what it names, does the main job."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

import pytest

from tests.games import INSTANCES, ROOT
from verifier.extras import EXTRAS
from verifier.game.examples import examples

pytestmark = pytest.mark.slow

FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
FOLDERS = ("verifier", "instances", "docs")
"""What a build needs of the repository."""

UNREACHABLE = ("No matching distribution found", "Could not find a version", "Connection")
"""What pip says where there is no package index."""

Command = Callable[..., subprocess.CompletedProcess[str]]


def pip(*words: str) -> None:
    """A command of pip; the test is skipped where nothing can be installed at all."""
    command = [sys.executable, "-m", "pip", *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode and any(sign in ran.stderr for sign in UNREACHABLE):
        pytest.skip("no package index can be reached")
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that is built from a copy of the clone, in which a build leaves its traces."""
    clone = tmp_path_factory.mktemp("clone")
    for name in FILES:
        copy2(ROOT / name, clone / name)
    for name in FOLDERS:
        copytree(ROOT / name, clone / name, ignore=ignore_patterns("__pycache__"))
    pip("wheel", "-q", "--no-deps", "-w", str(clone / "dist"), str(clone))
    (built,) = (clone / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment, in which the wheel is installed."""
    venv = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    # what is imported is compiled then, and most of the libraries is not
    pip("--python", str(python), "install", "-q", "--no-compile", str(wheel))
    return python


@pytest.fixture
def verifier(python: Path, tmp_path: Path) -> Command:
    """The installed command, run in a folder of its own."""

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(python.with_name("verifier")), *words]
        environment = {"PATH": "/nowhere", "HOME": str(tmp_path)}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return call


def test_it_has_the_theory_the_games_and_the_kernel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    games = sorted(path.relative_to(INSTANCES).as_posix() for path in INSTANCES.rglob("*.toml"))
    inside = "verifier/game/instances/"
    assert sorted(name.removeprefix(inside) for name in names if name.startswith(inside)) == sorted(
        ["README.md", *games]
    )
    others = (
        "explain/theory.md",
        "explain/site/templates/checker.js",
        "py.typed",
        "kernel/__main__.py",
        "serve/page/index.html",
    )
    assert {f"verifier/{name}" for name in others} <= {*names}
    assert not [name for name in names if not name.startswith(("verifier/", "emergent_"))]


def test_no_library_of_an_extra_is_installed(python: Path) -> None:
    code = f"import importlib.util as u; print([m for m in {list(EXTRAS)} if u.find_spec(m)])"
    ran = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_ten_minutes_from_nothing_to_a_first_result(verifier: Command, tmp_path: Path) -> None:
    names = ("--states", "rain,sun", "--actions", "umbrella,none")
    assert verifier("new", "my.toml", "--agents", "2", *names).returncode == 0
    ran = verifier("verify", "my.toml")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("PROVED") == 3
    ran = verifier("explain", "my.toml", "--format", "html", "-o", "my.html")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "my.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_the_shipped_games_are_there(verifier: Command) -> None:
    found = [json.loads(line) for line in verifier("examples", "--json").stdout.splitlines()]
    assert [record["name"] for record in found] == list(examples())
    ran = verifier("verify", "example:prosecutor", "--guarantee", "bayes")
    assert ran.returncode == 0
    assert "PROVED" in ran.stdout
    ran = verifier("check", "certificates/prosecutor.bayes.json", "example:prosecutor")
    assert ran.stdout.startswith("accepted: ")
    assert "bayes: PROVED" in verifier("explain", "example:prosecutor").stdout
    assert verifier("hull", "example:film_night").returncode == 0


def test_what_is_missing_is_said_in_a_line(verifier: Command) -> None:
    ran = verifier("verify", "example:prosecutor", "--cross-check")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "error: --cross-check: needs z3, which is not installed; pip install"
        " 'emergent-alignment-verifier[z3]'\n"
    )
    assert verifier("search", "--drop", "hull").returncode == 0
    assert verifier("serve").stderr == (
        "error: serve: needs starlette, which is not installed; pip install"
        " 'emergent-alignment-verifier[serve]'\n"
    )


def test_python_finds_the_games_too(python: Path, tmp_path: Path) -> None:
    code = (
        "import verifier.api as vf; found = vf.verify(vf.load('example:hull'), ['bayes']);"
        "print(found.verdicts)"
    )
    ran = subprocess.run(
        [python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "{'bayes': 'refuted'}\n"
