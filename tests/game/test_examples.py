"""The shipped games are found by name, from a clone as from an installed package."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import verifier.api as vf
from tests.games import INSTANCES, ROOT
from verifier.errors import InstanceError, VerifierError
from verifier.game import examples as shipped
from verifier.game.examples import ROW, Example, ExamplePath, example, examples, located

FILES = sorted(INSTANCES.rglob("*.toml"))
LISTING = (INSTANCES / shipped.LISTING).read_text(encoding="utf-8")


def test_every_shipped_file_is_in_the_table_and_nothing_else() -> None:
    listed = [Path(game.path) for game in examples().values()]
    assert sorted(listed) == FILES
    assert len(examples()) == len(FILES), "no two have the same name"
    assert LISTING.count("\n| [") == len(ROW.findall(LISTING)) == len(FILES)


@pytest.mark.parametrize("game", examples().values(), ids=lambda game: game.name)
def test_each_says_what_it_shows_in_a_sentence(game: Example) -> None:
    assert game.shows.endswith(".")
    assert game.shows[0].isupper()
    assert 20 < len(game.shows) < 120
    assert game.path.parent.name == game.folder
    assert game.title == vf.load(game.path).title


def test_they_are_loaded_by_name() -> None:
    assert vf.load("example:prosecutor") == vf.load(INSTANCES / "classics/prosecutor.toml")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("prosecuter", "did you mean 'prosecutor'?"),
        ("zzz", "`verifier examples` lists them"),
        ("", "`verifier examples` lists them"),
        ("../classics/prosecutor", "no shipped game is called so"),
        ("prosecutor.toml", "did you mean 'prosecutor'?"),
    ],
)
def test_a_name_that_none_has(name: str, says: str) -> None:
    with pytest.raises(InstanceError) as caught:
        vf.load(f"example:{name}")
    assert str(caught.value).startswith(f"example:{name}: no shipped game is called so")
    assert says in str(caught.value)


def test_a_file_of_the_same_name_is_reached_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("example:prosecutor").write_text("no game", encoding="utf-8")
    assert vf.load("example:prosecutor").title == "A prosecutor persuades a judge"
    with pytest.raises(InstanceError, match="example:prosecutor: line 1"):
        vf.load(tmp_path / "example:prosecutor")


def test_its_path_is_a_file_and_shown_by_name() -> None:
    path = located("example:film_night")
    assert path.read_bytes() == (INSTANCES / "guarantees/film_night.toml").read_bytes()
    assert path.as_posix() == "example:film_night"
    assert path.stem == "film_night"
    assert pickle.loads(pickle.dumps(path)).as_posix() == "example:film_night"
    assert located(path).is_file()


@pytest.mark.parametrize("path", ["my.toml", "a/b.toml", "examples:x", "./example:x", "-"])
def test_other_paths_are_themselves(path: str) -> None:
    found = located(path)
    assert found == Path(path)
    assert not isinstance(found, ExamplePath)


def test_an_installed_package_has_them_beside_the_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "classics").mkdir()
    (tmp_path / "classics/one.toml").write_text('title = "one"', encoding="utf-8")
    row = "| [one](classics/one.toml) | It shows that one is found. |\n"
    (tmp_path / shipped.LISTING).write_text(row, encoding="utf-8")
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    examples.cache_clear()
    try:
        assert example("one").title == "one"
        monkeypatch.setattr(shipped, "SHIPPED", tmp_path / "nowhere")
        monkeypatch.setattr(shipped, "SOURCE", tmp_path / "nowhere else")
        examples.cache_clear()
        with pytest.raises(VerifierError, match="the shipped games are missing: neither"):
            examples()
    finally:
        examples.cache_clear()


def test_a_build_takes_them_along() -> None:
    """tests/test_wheel.py builds one."""
    assert "instances" in (ROOT / "setup.py").read_text(encoding="utf-8")
    assert "recursive-include instances *.toml" in (ROOT / "MANIFEST.in").read_text("utf-8")
