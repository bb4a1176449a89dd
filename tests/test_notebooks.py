"""The shipped notebooks run, and have the outputs that they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.games import ROOT
from tests.markup import parsed
from tests.notebooks import NOTEBOOKS, text

PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def shown(output: dict[str, Any]) -> dict[str, str]:
    """What an output shows, by kind; how a data frame is printed is the business of pandas."""
    if output["output_type"] == "stream":
        return {"stdout": "".join(output["text"])}
    data = {kind: "".join(lines) for kind, lines in output["data"].items()}
    frame = "dataframe" in data.get("text/html", "")
    return dict.fromkeys(data, "a data frame") if frame else data


def test_there_are_three_notebooks() -> None:
    assert [path.stem for path in PATHS] == ["counterexample", "first_game", "scores_of_models"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_is_one(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(path, as_version=4))
    assert text(read(path)) == path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_says(path: Path, tmp_path: Path) -> None:
    for needed in ("IPython", "pandas", "pyarrow"):
        pytest.importorskip(needed)
    ran = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:verifier", "-m", "tests.notebooks", path],
        cwd=ROOT,
        env={**os.environ, "IPYTHONDIR": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    there, now = read(path)["cells"], json.loads(ran.stdout)["cells"]
    for old, new in zip(there, now, strict=True):
        assert old["source"] == new["source"]
        if new["cell_type"] == "code":
            assert [*map(shown, old["outputs"])] == [*map(shown, new["outputs"])], new["source"]


def test_the_notebooks_show_tables_stories_and_pictures() -> None:
    html = [
        "".join(output["data"]["text/html"])
        for path in PATHS
        for cell in read(path)["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    tags = {tag for part in html for tag, _ in parsed(part).seen}
    assert {"table", "article", "svg", "math"} <= tags
    assert not {"script", "iframe"} & tags
