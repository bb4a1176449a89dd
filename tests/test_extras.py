"""Libraries that only options need: without them the main job is done, and one line says what to
install.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from tests.commands import Run
from tests.games import INSTANCES, ROOT
from verifier.errors import InstanceError
from verifier.extras import EXTRAS, PROJECT, installed, remedy, require

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
FILMS = INSTANCES / "data/films.csv"
PYPROJECT: Any = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

DISTRIBUTIONS = {"z3": "z3-solver"}
"""What a module is installed by, where that has another name."""


def without(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Importing the module fails, as where it is not installed."""
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)


@pytest.mark.parametrize("module", EXTRAS)
def test_each_has_an_extra_that_installs_it(module: str) -> None:
    extras = PYPROJECT["optional-dependencies"]
    name = f"{DISTRIBUTIONS.get(module, module)}>="
    (wanted,) = [need for need in extras[EXTRAS[module]] if need.startswith(name)]
    (everything,) = extras["all"]
    assert EXTRAS[module] in re.split(r"[\[\],]", everything)
    assert not [need for need in PYPROJECT["dependencies"] if need.startswith(wanted[:5])]
    assert PYPROJECT["name"] == PROJECT
    assert everything.startswith(f"{PROJECT}[")
    assert f"{PROJECT}[all]" in extras["dev"]


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    require("z3", "--cross-check")
    without(monkeypatch, "z3")
    assert not installed("z3")
    with pytest.raises(InstanceError) as caught:
        require("z3", "--cross-check")
    assert str(caught.value) == (
        "--cross-check: needs z3, which is not installed; pip install"
        " 'emergent-alignment-verifier[z3]'"
    )


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("z3", ("verify", PROSECUTOR, "--cross-check")),
        ("z3", ("hull", FILMS, "--within", "1/3")),
        ("z3", ("search", "--drop", "hull", "--method", "z3")),
        ("starlette", ("serve",)),
        ("uvicorn", ("serve", PROSECUTOR)),
        ("matplotlib", ("hull", FILMS, "--figure", "f.svg")),
        ("matplotlib", ("dynamics", PROSECUTOR, "--figure", "f.svg")),
        ("matplotlib", ("sweep", "uniform", "--count", 1, "--figure", "f.svg")),
        ("networkx", ("tree", PROSECUTOR, "--format", "dot")),
        ("pulp", ("program", PROSECUTOR, "--what", "hull")),
        ("z3", ("program", PROSECUTOR, "--what", "hull", "--format", "smt2")),
        ("distributed", ("sweep", "uniform", "--count", 1, "--dask", "127.0.0.1:1")),
        ("pyarrow", ("hull", "table.parquet")),
    ],
)
def test_a_command_that_needs_what_is_missing_says_what_to_install(
    module: str, words: tuple[object, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(monkeypatch, module)
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert remedy(module) in ran.err


def test_a_search_goes_on_without_z3_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "z3")
    ran = run("search", "--drop", "anonymous", "--states", 2, "--actions", 2, "--games", 300)
    told = " ".join(ran.out.split())
    assert ran.code == 3
    assert "nothing found within the budget" in told
    assert (
        "asked of z3, 0 games examined: not asked: z3 is not installed; pip install"
        " 'emergent-alignment-verifier[z3]'"
    ) in told
    found = run("search", "--drop", "hull")
    assert found.code == 0
    assert "a counterexample" in found.out


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "verify instances/classics/prosecutor.toml instances/tightness/two_guides.toml",
        "explain instances/classics/prosecutor.toml",
        "explain instances/classics/prosecutor.toml --format md",
        "explain instances/counterexamples/hull.toml --format html",
        "explain instances/data --format html -o SITE",
        "hull instances/data/films.csv",
        "hull instances/data/films.toml",
        "equilibria instances/classics/prosecutor.toml",
        "persuade instances/classics/prosecutor.toml --agent prosecutor",
        "cheap-talk instances/classics/prosecutor.toml",
        "learning instances/classics/prosecutor.toml",
        "dynamics instances/guarantees/film_night.toml",
        "tree instances/classics/prosecutor.toml --format efg",
        "search --drop identical --output SITE",
        "sweep uniform --count 2 --workers 1 --store SITE.sqlite",
    ],
)
def test_the_main_job_needs_no_extra(words: str, tmp_path: Any) -> None:
    """In a process in which no library of an extra can be imported."""
    code = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({sorted(EXTRAS)}))\n"
        f"sys.argv = ['verifier', *{words.split()}]\n"
        "from verifier import cli\n"
        "cli.main()\n"
    ).replace("SITE", str(tmp_path / "out"))
    code = code.replace("'instances/", f"'{ROOT}/instances/")
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1, 3), ran.stderr
    assert ran.stdout
    assert ran.stderr == ""
