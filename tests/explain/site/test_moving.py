"""Pages that move: values with a story, blocks that are stored once, and an exact table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.commands import explain
from tests.markup import parsed
from tests.moving import (
    BRANDS,
    HOSTILE,
    HOSTILE_AGENT,
    HOSTILE_TITLE,
    PRIOR,
    QUOTIENTS,
    ROOT_OF_HALF,
    TOLERANCE,
    drawn_region,
    moving_of,
    polynomial,
)
from verifier.explain.site.moving import LARGEST, Blocks, Part, untold
from verifier.explain.site.numbers import known, rows
from verifier.explain.site.page_data import Moving
from verifier.explain.site.stops import (
    MOST_STOPS,
    Values,
    grid,
    simple_inside,
    stops,
    without_stop,
)
from verifier.game.parameters import Parameter
from verifier.game.reader import load_family
from verifier.region.piece import Region
from verifier.region.plane.geometry import hull, inside, turn
from verifier.region.plane.piece import Plane
from verifier.region.report import SAID
from verifier.solve.program import Goal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Report, Verdict, examine

T = Parameter("t", Fraction(0), Fraction(1), Fraction(3, 10))
LOW, HALF, HIGH = Fraction(0), Fraction(1, 2), Fraction(1)
_random = Random(1)
ANYWHERE = [Fraction(_random.randint(0, 999), 999) for _ in range(12)]
"""Values between 0 and 1, at random."""


def test_stops_are_the_start_the_ends_the_cuts_and_values_in_every_cell() -> None:
    known = {"optimum": polynomial(1)}
    region = drawn_region(
        (LOW, LOW, Verdict.PROVED, known),
        (LOW, HALF, Verdict.PROVED, known),
        (HALF, HALF, Verdict.PROVED, known),
        (HALF, ROOT_OF_HALF, Verdict.PROVED, known),
        (ROOT_OF_HALF, ROOT_OF_HALF, Verdict.PROVED, known),
        (ROOT_OF_HALF, HIGH, Verdict.PROVED, known),
        (HIGH, HIGH, Verdict.PROVED, known),
    )
    told = stops([T], (T.default,), [region])
    found = [t for (t,) in told]
    assert found[:4] == [Fraction(3, 10), LOW, HIGH, HALF]
    assert len(set(found)) == len(found) <= MOST_STOPS
    assert without_stop([T], [region], told) == 0
    assert without_stop([T], [region], told[:4]) == 2
    for low, high in ((0, 0.5), (0.5, 2**-0.5), (2**-0.5, 1)):
        assert len([t for t in found if low < t < high]) >= 3
    assert all(LOW <= t <= HIGH for t in found)


def test_there_are_not_too_many_stops() -> None:
    ends = [Fraction(n, 40) for n in range(41)]
    region = drawn_region(*((t, t, Verdict.PROVED, {}) for t in ends))
    found = stops([T], (T.default,), [region])
    assert len(found) == MOST_STOPS
    assert found[:3] == [(Fraction(3, 10),), (LOW,), (HIGH,)]


def test_the_slider_has_every_stop() -> None:
    values = grid(T, [Fraction(1, 7), Fraction(1, 2)])
    assert values[0] == 0 and values[-1] == 1
    assert values == sorted(values) and len(values) == 102
    assert Fraction(1, 7) in values


def test_blocks_that_do_not_change_are_stored_once_and_there_are_not_too_many() -> None:
    blocks = Blocks()
    assert blocks.add((LOW,), [Part("game", ("same", "low")), Part("bayes", ("story",))])
    assert blocks.add((HIGH,), [Part("game", ("same", "high"))])
    assert blocks.waiting == [(3, "high")]
    assert blocks.at[(HIGH,)] == {"game": [0, 3]}
    assert not blocks.add((HALF,), [Part("game", ("same", "x" * LARGEST))])
    assert (HALF,) not in blocks.at and len(blocks.numbers) == 4
    assert blocks.parts((HIGH,)) == [
        {"name": "game", "blocks": [(0, "same"), (3, "high")]},
        {"name": "bayes", "blocks": []},
    ]


@pytest.fixture(scope="module")
def moving(games: Callable[[str, str], Path]) -> tuple[Path, Moving]:
    path = games("quotients", QUOTIENTS)
    return path, moving_of(path)


@pytest.fixture(scope="module")
def brands() -> Moving:
    return moving_of(BRANDS)


@pytest.mark.parametrize("t", [*ANYWHERE, LOW, HIGH, Fraction(1, 5), Fraction(5, 6)], ids=str)
def test_the_table_has_the_numbers_of_the_game_itself(
    moving: tuple[Path, Moving], t: Fraction
) -> None:
    path, found = moving
    shown, report = table_at(path, found, (t,))
    assert shown["TEAM of first and second"] == [None, str(report.benchmarks.team)]
    compared(shown, report)
    assert verdicts(found, (t,)) == [str(f.verdict) for f in report.findings.values()]


PAIRS = [
    *[
        (Fraction(_random.randint(0, 40), 40), Fraction(_random.randint(0, 20), 40))
        for _ in ANYWHERE
    ],
    (HALF, Fraction(1, 4)),
    (HALF, LOW),
    (Fraction(1, 4), Fraction(1, 8)),
    (Fraction(3, 5), Fraction(1, 7)),
    (LOW, LOW),
    (HIGH, HALF),
]
"""Pairs of values inside of polygons, on their sides, and at corners."""


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_the_table_of_two_parameters_has_the_numbers_of_the_game_itself(
    brands: Moving, pair: tuple[Fraction, Fraction]
) -> None:
    shown, report = table_at(BRANDS, brands, pair)
    compared(shown, report)
    assert verdicts(brands, pair) == [str(f.verdict) for f in report.findings.values()]
    p, _ = pair
    assert shown["in an equilibrium"] == [str(max(p, 1 - p))] * 2


def test_a_cell_of_two_parameters_is_named(brands: Moving) -> None:
    region = brands.regions[0]
    for pair, where in (
        ((Fraction(1, 4), Fraction(1, 4)), "2 t > p and p < 1/2"),
        ((HALF, Fraction(3, 8)), "p = 1/2 and 1/4 < t < 1/2"),
        ((HALF, Fraction(1, 4)), "p = 1/2, t = 1/4"),
        ((Fraction(1, 4), Fraction(1, 8)), "t = 1/2 p and 0 < p < 1/2"),
    ):
        assert known(region, pair).where == where


def test_every_polygon_has_a_stop_and_the_corners_follow(brands: Moving) -> None:
    told = stops(brands.parameters, brands.start, brands.regions)
    assert told[0] == brands.start == (HALF, Fraction(1, 10))
    assert len(set(told)) == len(told) <= MOST_STOPS
    assert without_stop(brands.parameters, brands.regions, told) == 0
    assert without_stop(brands.parameters, brands.regions, told[:1]) == len(
        {face.polygon for region in brands.regions for face in planes(region).faces}
    )
    for region in brands.regions:
        for face in planes(region).faces:
            assert any(inside((x, y), face.polygon) for x, y in told)
    assert {(LOW, LOW), (HIGH, LOW), (LOW, HALF), (HIGH, HALF), (HALF, Fraction(1, 4))} <= {*told}


def test_a_page_says_how_many_cells_have_no_story(brands: Moving) -> None:
    blocks = Blocks()
    told = stops(brands.parameters, brands.start, brands.regions)
    for values in told[:2]:
        blocks.add(values, [Part("game", ("a block",))])
    left = without_stop(brands.parameters, brands.regions, told[:2])
    assert left > 1
    assert untold(brands, blocks) == (
        f"{left} cells have no story: it is told at 2 values here (a page has at most 25 stories,"
        " and 1,000,000 characters of them)."
    )
    for values in told[2:]:
        blocks.add(values, [Part("game", ("a block",))])
    assert untold(brands, blocks) == ""


def planes(region: Region | Plane) -> Plane:
    assert isinstance(region, Plane)
    return region


@given(st.lists(st.tuples(st.fractions(0, 1), st.fractions(0, 1)), min_size=3, max_size=8))
@settings(derandomize=True, deadline=None)
def test_a_simple_pair_is_inside_of_a_polygon(points: list[tuple[Fraction, Fraction]]) -> None:
    first, *others = points
    assume(any(turn(first, one, other) for one in others for other in others))
    polygon = hull(points)
    assert inside(simple_inside(polygon), polygon)


def table_at(path: Path, found: Moving, values: Values) -> tuple[dict[str, Any], Report]:
    game = load_family(path).at(dict(zip(found.names, values, strict=True)))
    report = examine(game, [Guarantee.BAYES, Guarantee.BEST_AI], None, ends=[Goal.MINIMISE])
    shown = {
        row.name: [cell and cell.exact.replace("\N{MINUS SIGN}", "-") for cell in row.cells]
        for row in rows(found, game, values)
    }
    return shown, report


def verdicts(found: Moving, values: Values) -> list[str]:
    return [SAID[known(region, values).verdict] for region in found.regions]


def compared(shown: dict[str, Any], report: Report) -> None:
    findings = list(report.findings.values())
    assert shown["OPT"] == [str(report.benchmarks.optimum)] * 2
    assert shown["NOINFO"] == [str(report.benchmarks.no_information)] * 2
    assert shown["hull distance"] == [str(f.setting.hull.epsilon) for f in findings]
    assert shown["claimed, at least"] == [str(f.claimed_bound) for f in findings]


def data_of(page: str) -> Any:
    (text,) = re.findall(
        r'<script type="application/json" id="moving-data">(.*?)</script>', page, re.DOTALL
    )
    assert not set(text) & set("<>&")
    return json.loads(text)


@pytest.mark.slow
def test_a_page_has_the_pieces_and_the_stories_of_stops(
    page_of: Callable[[Path], Path],
) -> None:
    page = page_of(TOLERANCE).read_text(encoding="utf-8")
    assert len(page) < 1_500_000
    data = data_of(page)
    assert [g["name"] for g in data["guarantees"]] == ["bayes", "best-ai"]
    pieces = data["guarantees"][0]["cells"]
    assert [(p["low"], p["high"], p["verdict"]) for p in pieces] == [
        ("0", "0", "refuted"),
        ("0", "1/4", "refuted"),
        ("1/4", "1/4", "proved"),
        ("1/4", "1/2", "proved"),
        ("1/2", "1/2", "proved"),
    ]
    assert {"0", "1/10", "1/4", "1/2"} <= {stop["at"][0] for stop in data["stops"]}
    (parameter,) = data["parameters"]
    assert set(parameter["values"]) >= {stop["at"][0] for stop in data["stops"]}
    used = {n for stop in data["stops"] for part in stop["blocks"] for n in part}
    live = set(map(int, re.findall(r'^<div data-block="(\d+)">', page, re.MULTILINE)))
    waiting = set(map(int, re.findall(r'<template id="block-(\d+)">', page)))
    assert used == live | waiting and not live & waiting
    first = next(s for s in data["stops"] if s["at"] == [parameter["start"]] == ["1/10"])
    assert {n for part in first["blocks"] for n in part} == live
    assert page.count('data-copies="bayes-certificate"') == 1


@pytest.mark.slow
def test_a_moving_page_has_the_same_bytes(page_of: Callable[[Path], Path], tmp_path: Path) -> None:
    explain(PRIOR, "--format", "html", "-o", tmp_path / "again.html")
    assert page_of(PRIOR).read_bytes() == (tmp_path / "again.html").read_bytes()


@pytest.mark.slow
def test_hostile_words_are_text_in_a_moving_page(
    page_of: Callable[[Path], Path], games: Callable[[str, str], Path]
) -> None:
    page = page_of(games("hostile", HOSTILE)).read_text(encoding="utf-8")
    tags = parsed(page)
    assert [tag for tag, _ in tags.seen].count("script") == 4
    assert {tag for tag, _ in tags.seen}.isdisjoint({"img", "b", "i"})
    assert not any(key.startswith("on") for _, found in tags.seen for key in found)
    words = "".join(tags.texts)
    assert HOSTILE_TITLE in words and HOSTILE_AGENT in words
    data = data_of(page)
    assert [part["name"] for part in data["parameters"]] == ["__proto__", "constructor"]


@pytest.mark.slow
def test_a_site_has_moving_pages(tmp_path: Path) -> None:
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / PRIOR.name).write_bytes(PRIOR.read_bytes())
    words = ("--format", "html", "--guarantee", "best-ai", "-o", tmp_path / "site")
    assert explain(tmp_path / "games", *words).returncode == 0
    page = (tmp_path / "site" / "instances" / PRIOR.name).with_suffix(".html")
    text = page.read_text(encoding="utf-8")
    assert [g["name"] for g in data_of(text)["guarantees"]] == ["best-ai"]
    assert 'href="../theorems/t-12-1.html">theory.md 12.1</a>' in text
    shown = (tmp_path / "site" / "theorems" / "t-12-1.html").read_text(encoding="utf-8")
    assert "../instances/prosecutor_prior.html" in shown
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "A prosecutor, for every share of guilty defendants</a>" in index
