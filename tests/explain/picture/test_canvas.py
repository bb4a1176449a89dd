"""The SVG: well-formed, self-contained, accessible, the same every time, whatever the names are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import INSTANCES, simple_game
from tests.shipped import stories
from verifier.explain.document import Narrative
from verifier.explain.picture import canvas, frontier, hull, label, tree, value_line
from verifier.explain.picture.index import of_the_game, pictures
from verifier.explain.site.page import GAME, Place, page
from verifier.explain.site.page_data import page_data
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.theory.verdict import Verdict

F = Fraction
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "path", "text"}
HOSTILE = (
    "<b>&\"'</b>",
    "$x_1$ \\frac{1}{2}",
    "🎲👩\u200d🔬",
    "\u202eאבג دليل",
    "n" * 200,
    "]]><script>alert(1)</script>",
    "\n\t ",
    "家" * 30,
)
PATHS = (
    "classics/prosecutor",
    "counterexamples/learning_alphabet",
    "counterexamples/anonymous",
    "guarantees/voter",
)
Gallery = Mapping[str, Mapping[str, Sequence[str]]]


def gallery(game: Game) -> Gallery:
    found = vf.verify(game)
    own = {
        name: pictures(found.report, kept.finding, kept.verdict)
        for name, kept in found.guarantees.items()
    }
    return {
        "game": {section: [drawn] for section, drawn in of_the_game(found.report).items()},
        **own,
    }


def narratives(name: str) -> Mapping[str, Narrative]:
    return stories(INSTANCES / f"{name}.toml")


@cache
def shipped(name: str) -> Gallery:
    return gallery(load(INSTANCES / f"{name}.toml"))


def hostile(words: Sequence[str]) -> Game:
    """Three states and actions and two agents with these eight names, and a hull at a distance."""
    y, z, w, a, b, c, first, second = words
    hers = {a: (1, 0, 0), b: (0, 1, 0), c: (0, 0, 1)}
    his = {a: (1, 1, 0), b: (0, 0, 0), c: (0, 1, 1)}
    its = {a: (0, 0, 3), b: (2, 0, 0), c: (0, 0, 1)}
    return simple_game({y: F(1, 2), z: F(1, 4), w: F(1, 4)}, hers, {first: his, second: its})


def drawings(found: Gallery) -> Iterator[str]:
    for sections in found.values():
        for drawn in sections.values():
            yield from drawn


def sound(svg: str) -> None:
    """What every picture must be."""
    root = ElementTree.fromstring(svg)
    elements = list(root.iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= TAGS
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert all(child.text for child in root[:2])
    ids = Counter(element.attrib["id"] for element in elements if "id" in element.attrib)
    assert max(ids.values()) == 1
    assert set(root.attrib["aria-labelledby"].split()) <= set(ids)
    for element in elements:
        for key, value in element.items():
            assert not key.startswith("on") and key != "style"
            assert value.lower() not in ("#000000", "black")
            if key.endswith("href"):
                assert value[1:] in ids
            if "url(" in value:
                assert re.fullmatch(r"url\(#(.+)\)", value), value
                assert value[5:-1] in ids
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert root.attrib["fill"] == "currentColor"


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS)
def test_every_picture_is_sound(name: str) -> None:
    for svg in drawings(shipped(name)):
        sound(svg)


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(4))
def test_hostile_names_are_text_and_break_nothing(turn: int) -> None:
    game = hostile([*HOSTILE[turn * 2 :], *HOSTILE[: turn * 2]])
    found = gallery(game)
    assert {section for drawn in found.values() for section in drawn} >= {
        "knowledge",
        "hull",
        "conclusion",
    }
    for svg in drawings(found):
        sound(svg)
        assert "n" * (label.LONGEST + 50) not in svg
        assert "\u202e" not in svg
        assert "<script" not in svg and "<b>" not in svg


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
        min_size=8,
        max_size=8,
        unique=True,
    )
)
def test_any_names_can_be_drawn(words: list[str]) -> None:
    drawn = tree.picture(hostile(words))
    assert drawn is not None
    sound(tree.draw(drawn))


@pytest.mark.slow
def test_the_same_game_gives_the_same_bytes() -> None:
    name = "classics/prosecutor"
    assert gallery(load(INSTANCES / f"{name}.toml")) == shipped(name)


@pytest.mark.slow
def test_sections_are_those_of_the_story() -> None:
    for name in PATHS:
        for guarantee, drawn in shipped(name).items():
            if guarantee == "game":
                assert set(drawn) <= set(GAME)
                continue
            assert set(drawn) <= {
                section.name for section in narratives(name)[guarantee].sections
            }, (
                name,
                guarantee,
            )


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PATHS, "counterexamples/learning_split"])
def test_a_page_of_three_guarantees_has_every_id_once(name: str) -> None:
    path = INSTANCES / f"{name}.toml"
    text = page(page_data(PurePosixPath(name), path, vf.verify(load(path))), Place())
    often = Counter(re.findall(r'\sid="([^"]*)"', text))
    assert [key for key, count in often.items() if count > 1] == []
    assert text.count('class="picture"') >= 3


def kinds(path: Path) -> dict[str, str]:
    """One picture per kind."""
    found = vf.verify(load(path))
    kept = found.guarantees["best-ai"]
    curves = frontier.picture(found.report, kept.finding, kept.verdict)
    apart = hull.picture(found.report.game, kept.finding.setting.hull)
    assert curves is not None and apart is not None
    line = value_line.picture(found.report, kept.finding, kept.verdict)
    return {
        "frontier": frontier.draw(curves),
        "hull": hull.draw(apart),
        "line": value_line.draw(line),
    }


@pytest.mark.slow
def test_no_two_curves_differ_by_colour_alone() -> None:
    drawn = kinds(INSTANCES / "guarantees" / "allergic_patient.toml")["frontier"]
    strokes = {
        element.attrib["stroke"]: element.attrib.get("stroke-dasharray", "none")
        for element in ElementTree.fromstring(drawn).iter(f"{SVG}path")
        if element.attrib.get("stroke-width") == "1.8"
    }
    assert len(strokes) == 3 == len(set(strokes.values()))
    assert len({canvas.MARKERS[n] for n in range(3)}) == 3
    for name in ("penicillin maker", "macrolide maker", "insurer"):
        assert f">{name}<" in drawn


@pytest.mark.slow
def test_marks_of_a_value_line_differ_in_shape_or_in_label() -> None:
    drawn = kinds(INSTANCES / "guarantees" / "voter.toml")["line"]
    for words in (
        "alone",
        "paper's bound",
        "claimed",
        "in every equilibrium ≥",
        "worst equilibrium found",
        "OPT",
    ):
        assert words in drawn


def test_every_picture_says_in_words_what_it_shows() -> None:
    (drawn,) = shipped("classics/prosecutor")["bayes"]["equilibrium"]
    described = ElementTree.fromstring(drawn)[1].text
    assert described is not None
    assert "3/10" in described and "3/5" in described and "convict" in described
    assert "prosecutor" in described


@pytest.mark.slow
def test_an_unchecked_finding_is_never_said_of_every_equilibrium() -> None:
    found = vf.verify(load(INSTANCES / "guarantees" / "voter.toml"))
    for kept in found.guarantees.values():
        for drawn in pictures(found.report, kept.finding, Verdict.OPEN).values():
            assert not any("in every equilibrium" in svg for svg in drawn)


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (
            ["the same long start, then a", "the same long start, then b"],
            ["…ong start, then a", "…ong start, then b"],
        ),
        (
            [
                "a rather long name, one, and one and the same end",
                "a rather long name, two, and one and the same end",
            ],
            ["a rather long n… 1", "a rather long n… 2"],
        ),
        (["$x$", "<i>"], ["$x$", "<i>"]),
    ],
)
def test_labels_stay_different(names: list[str], labels: list[str]) -> None:
    assert list(label.distinct(names).values()) == labels
