"""The section on two parameters: polygons, functions, the condition, how they were certified."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from tests.commands import Run
from tests.moving import BRANDS
from verifier.explain.document import Paragraph, Section, Table
from verifier.explain.regions import how_certified, regions
from verifier.explain.sections import plane as section
from verifier.explain.sections.plane import condition_words, for_which_pairs
from verifier.game.reader import load_family
from verifier.region.plane.geometry import area
from verifier.region.plane.piece import Face, Plane
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

CONDITION = "proved exactly where 2 t ≥ p, and where p + 2 t ≥ 1; refuted where p + 2 t < 1 and"


@cache
def brands() -> Plane:
    found = regions(load_family(BRANDS), BRANDS, {}, [Guarantee.BAYES])["bayes"]
    assert isinstance(found, Plane)
    return found


def paragraphs(told: Section) -> list[str]:
    return ["".join(map(str, block.text)) for block in told.blocks if isinstance(block, Paragraph)]


def table(told: Section) -> list[list[str]]:
    found, *_ = (block for block in told.blocks if isinstance(block, Table))
    return [["".join(map(str, cell)) for cell in row] for row in found.rows]


def test_polygons_have_verdicts_functions_and_corners() -> None:
    told = for_which_pairs(brands())
    assert told.title == "For which p and t"
    corners = "(0, 0) (1/2, 0) (1/2, 1/4)"
    expected = ["p < 1/2 and p > 2 t", "refuted", "-", "1 - p", "1 - 2 t", "1", "1 - p", "0"]
    assert [*expected, corners] in table(told)
    assert [row[1] for row in table(told)] == ["proved", "refuted", "refuted", "proved"]
    assert paragraphs(told)[0].startswith(
        f"For 0 ≤ p ≤ 1 and 0 ≤ t ≤ 1/2: the bayes guarantee is {CONDITION}"
    )
    assert condition_words(brands()).startswith(f"for which p and t: {CONDITION}")


def test_the_best_equilibrium_has_a_table_of_its_own() -> None:
    *_, best = (b for b in for_which_pairs(brands()).blocks if isinstance(b, Table))
    assert [["".join(map(str, cell)) for cell in row] for row in best.rows] == [
        ["1", "inside of every polygon"]
    ]


def test_how_it_was_certified_counts_polygons_sides_and_corners() -> None:
    _, how, words = paragraphs(for_which_pairs(brands()))
    assert "the rectangle was cut into 4 polygons." in how and "theory.md 12.3" in how
    plane = brands()
    assert f"{sum(len(side.pieces) for side in plane.sides)} stretches of sides" in how
    assert f"{len(plane.corners)} corners have certificates" in how
    assert words.startswith("The kernel's words about the first polygon: accepted: ")


def test_how_pairs_are_certified_is_said_once_for_all_guarantees() -> None:
    (how,) = how_certified(brands())
    assert isinstance(how, Paragraph)
    said = "".join(map(str, how.text))
    assert "Bernstein" in said and "leave nothing out is said by the verifier alone" in said
    assert not any("Bernstein" in words for words in paragraphs(for_which_pairs(brands())))


def test_what_is_not_certified_is_said_with_its_area() -> None:
    plane = brands()
    first, second, *others = plane.faces
    gaps = (Face(first.polygon, None), Face(second.polygon, Verdict.OPEN), *others)
    said = paragraphs(for_which_pairs(replace(plane, faces=gaps)))
    share = [area(face.polygon) / area(plane.rectangle) for face in (first, second)]
    assert share == [Fraction(3, 8), Fraction(1, 8)]
    assert "2 of which have a certificate" in said[1]
    assert said[-2:] == [
        "Nothing was certified, and nothing is known, in 1 polygon: 3/8 of the rectangle's area.",
        "At the pairs that were tried it is open, and nothing is certified, in 1 polygon: 1/8 of"
        " the rectangle's area.",
    ]


def test_the_smallest_polygons_are_counted_where_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(section, "MOST_ROWS", 2)
    told = for_which_pairs(brands())
    assert [row[1] for row in table(told)] == ["proved", "proved"]
    assert paragraphs(told)[1].startswith(
        "2 smaller polygons with a verdict, of 1/4 of the rectangle, are not in this table"
    )


@pytest.mark.slow
def test_text_and_markdown_have_the_section_before_the_last(run: Run) -> None:
    done = run("explain", BRANDS, "--guarantee", "bayes")
    assert done.code == 0
    assert f"And for which p and t: {CONDITION}" in " ".join(done.out.split())
    lines = done.out.splitlines()
    headings = [line for line, below in pairwise(lines) if line and below == "-" * len(line)]
    assert [line.partition(". ")[2] for line in headings][-2:] == [
        "For which p and t",
        "What was trusted",
    ]
    source = run("explain", BRANDS, "--guarantee", "bayes", "--format", "md").out
    where = r"| p \> 1/2 and p \+ 2 t \> 1 | proved | p | p | 1 - 2 t | 1 | p | 0 |"
    assert where in source
    assert "[theory.md 12.3](docs/explanation/theory.md#t-12-3)" in source
