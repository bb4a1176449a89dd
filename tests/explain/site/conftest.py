"""A small site that the tests of this folder look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.commands import explain
from tests.games import INSTANCES

SHOWN = (
    "classics/prosecutor",
    "counterexamples/identical",
    "guarantees/film_night",
    "tightness/two_guides",
)


@pytest.fixture(scope="package")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """The page of an instance, made once by a process of its own."""
    folder = tmp_path_factory.mktemp("pages")

    @cache
    def made(path: Path) -> Path:
        page = folder / f"{path.stem}.html"
        done = explain(path, "--format", "html", "-o", page)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        return page

    return made


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("gallery")
    for name in SHOWN:
        (root / "games" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(INSTANCES / f"{name}.toml", root / "games" / f"{name}.toml")
    # a name that must be quoted in a link
    shutil.copy(INSTANCES / "guarantees" / "voter.toml", root / "games" / "50% of #votes.toml")
    done = explain(root / "games", "--format", "html", "-o", root / "site")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"{root / 'site' / 'index.html'}: 5 instances"
    return root / "site"


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="package")
def games(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """An instance file with this name and text."""
    folder = tmp_path_factory.mktemp("games")

    def made(name: str, text: str) -> Path:
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made
