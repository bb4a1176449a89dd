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

from tests.commands import explain
from tests.markup import parsed
from tests.moving import (
    HOSTILE,
    HOSTILE_AGENT,
    HOSTILE_TITLE,
    PRIOR,
    QUOTIENTS,
    ROOT_OF_HALF,
    TOLERANCE,
    drawn_region,
    polynomial,
)
from verifier.explain.regions import regions
from verifier.explain.site.moving import LARGEST, Blocks, Part
from verifier.explain.site.numbers import rows, verdicts
from verifier.explain.site.page_data import Moving
from verifier.explain.site.stops import MOST_STOPS, grid, stops
from verifier.game.parameters import Parameter
from verifier.game.reader import load_family
from verifier.solve.program import Goal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

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
    found = list(stops(T, T.default, [region]))
    assert found[:4] == [Fraction(3, 10), LOW, HIGH, HALF]
    assert len(set(found)) == len(found) <= MOST_STOPS
    for low, high in ((0, 0.5), (0.5, 2**-0.5), (2**-0.5, 1)):
        assert len([t for t in found if low < t < high]) >= 3
    assert all(LOW <= t <= HIGH for t in found)


def test_there_are_not_too_many_stops() -> None:
    ends = [Fraction(n, 40) for n in range(41)]
    region = drawn_region(*((t, t, Verdict.PROVED, {}) for t in ends))
    found = list(stops(T, T.default, [region]))
    assert len(found) == MOST_STOPS
    assert found[:3] == [Fraction(3, 10), LOW, HIGH]


def test_the_slider_has_every_stop() -> None:
    values = grid(T, [Fraction(1, 7), Fraction(1, 2)])
    assert values[0] == 0 and values[-1] == 1
    assert values == sorted(values) and len(values) == 102
    assert Fraction(1, 7) in values


def test_blocks_that_do_not_change_are_stored_once_and_there_are_not_too_many() -> None:
    blocks = Blocks()
    assert blocks.add(LOW, [Part("game", ("same", "low")), Part("bayes", ("story",))])
    assert blocks.add(HIGH, [Part("game", ("same", "high"))])
    assert blocks.waiting == [(3, "high")]
    assert blocks.at[HIGH] == {"game": [0, 3]}
    assert not blocks.add(HALF, [Part("game", ("same", "x" * LARGEST))])
    assert HALF not in blocks.at and len(blocks.numbers) == 4
    assert blocks.parts(HIGH) == [
        {"name": "game", "blocks": [(0, "same"), (3, "high")]},
        {"name": "bayes", "blocks": []},
    ]


@pytest.fixture(scope="module")
def moving(games: Callable[[str, str], Path]) -> tuple[Path, Moving]:
    path = games("quotients", QUOTIENTS)
    family = load_family(path)
    found = regions(family, path, {}, [Guarantee.BAYES, Guarantee.BEST_AI])
    parameter = family.parameters[0]
    return path, Moving(parameter, parameter.default, tuple(found.values()), {})


@pytest.mark.parametrize("t", [*ANYWHERE, LOW, HIGH, Fraction(1, 5), Fraction(5, 6)], ids=str)
def test_the_table_has_the_numbers_of_the_game_itself(
    moving: tuple[Path, Moving], t: Fraction
) -> None:
    path, found = moving
    game = load_family(path).at({"t": t})
    report = examine(game, [Guarantee.BAYES, Guarantee.BEST_AI], None, ends=[Goal.MINIMISE])
    shown = {
        row.name: [cell and cell.exact.replace("\N{MINUS SIGN}", "-") for cell in row.cells]
        for row in rows(found, game, t)
    }
    findings = list(report.findings.values())
    assert shown["OPT"] == [str(report.benchmarks.optimum)] * 2
    assert shown["NOINFO"] == [str(report.benchmarks.no_information)] * 2
    assert shown["hull distance"] == [str(f.setting.hull.epsilon) for f in findings]
    assert shown["claimed, at least"] == [str(f.claimed_bound) for f in findings]
    assert shown["TEAM of first and second"] == [None, str(report.benchmarks.team)]
    assert verdicts(found, t) == [str(finding.verdict) for finding in findings]


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
    pieces = data["guarantees"][0]["pieces"]
    assert [(p["low"], p["high"], p["verdict"]) for p in pieces] == [
        ("0", "0", "refuted"),
        ("0", "1/4", "refuted"),
        ("1/4", "1/4", "proved"),
        ("1/4", "1/2", "proved"),
        ("1/2", "1/2", "proved"),
    ]
    assert {"0", "1/10", "1/4", "1/2"} <= {stop["t"] for stop in data["stops"]}
    assert set(data["values"]) >= {stop["t"] for stop in data["stops"]}
    used = {n for stop in data["stops"] for part in stop["blocks"] for n in part}
    live = set(map(int, re.findall(r'^<div data-block="(\d+)">', page, re.MULTILINE)))
    waiting = set(map(int, re.findall(r'<template id="block-(\d+)">', page)))
    assert used == live | waiting and not live & waiting
    first = next(stop for stop in data["stops"] if stop["t"] == data["start"] == "1/10")
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
    assert data["name"] == "__proto__"


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
