"""Pictures as SVG: well-formed, described, self-contained, in the page's colour, and the same bytes again."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.explain.test_skins import nasty_game
from tests.strategies import INSTANCES, games, texts
from verifier.game.game import Game
from verifier.picture.canvas import distinct, shorten
from verifier.picture.story import game_pictures, pictures
from verifier.theory.verdict import Verdict

NAMES = ("classics/prosecutor", "classics/school_grades", "counterexamples/identical", "guarantees/film_night")


def drawn(game: Game) -> list[str]:
    """All pictures of a page."""
    report = vf.examine(game)
    found = list(game_pictures(game, report.alignment.simplex).values())
    for finding in report.findings.values():
        for section in pictures(report, finding, Verdict.OPEN).values():
            found += section
    return found


def check(svgs: list[str]) -> None:
    ids: list[str] = []
    for svg in svgs:
        root = ElementTree.fromstring(svg)
        here = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
        ids += here
        assert [child.tag for child in root][:2] == ["{http://www.w3.org/2000/svg}title", "{http://www.w3.org/2000/svg}desc"]
        assert all(root[n].text for n in (0, 1))
        assert root.attrib["aria-labelledby"].split() == [root[0].attrib["id"], root[1].attrib["id"]]
        assert root.attrib["role"] == "img" and "height" not in root.attrib
        tags = {element.tag.split("}")[1] for element in root.iter()}
        assert tags <= {"svg", "title", "desc", "g", "path", "text", "tspan", "use", "defs", "clipPath", "rect"}
        for element in root.iter():
            for key, value in element.attrib.items():
                assert not key.startswith("on")
                if key in ("href", "clip-path"):
                    assert re.search(r"#([\w-]+)", value)[1] in here  # type: ignore[index]
                if key in ("fill", "stroke"):
                    assert value.lower() not in ("#000000", "black", "#000")
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_instances(name: str) -> None:
    game = vf.load(INSTANCES / f"{name}.toml")
    check(drawn(game))
    assert drawn(game) == drawn(game)
    assert any("currentColor" in svg for svg in drawn(game))


def test_hostile_names_are_text() -> None:
    svgs = drawn(nasty_game())
    check(svgs)
    words = " ".join("".join(ElementTree.fromstring(svg).itertext()) for svg in svgs)
    assert "<b>&" in words
    assert "$x_1$" in words


@settings(max_examples=8, deadline=None)
@given(games(odd=True, max_states=3))
def test_any_game(game: Game) -> None:
    check(drawn(game))


@given(texts(), st.integers(3, 20))
def test_short_names_are_short(name: str, most: int) -> None:
    assert len(shorten(name, most).strip("\u2068\u2069")) <= most
    assert "\x00" not in shorten(name, most)


@given(st.lists(texts(), unique=True, max_size=6))
def test_labels_differ_where_names_look_alike(names: list[str]) -> None:
    labels = distinct([f"{name}{'x' * 30}{n}" for n, name in enumerate(names)])
    assert len(set(labels.values())) == len(labels)
