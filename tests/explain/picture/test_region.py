"""The picture of cells: exact curves, a band in which no verdict is told by its colour alone."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from tests.moving import ROOT_OF_HALF, drawn_region, polynomial
from verifier.explain.picture.region import draw, picture
from verifier.region.function import RationalFunction
from verifier.region.piece import Region
from verifier.theory.verdict import Verdict

LOW, HALF, HIGH = Fraction(0), Fraction(1, 2), Fraction(1)


def kink(verdict: Verdict | None = Verdict.PROVED) -> Region:
    """What a judge has: 1 - t below one half, t above, with a claim far below."""
    known = {"optimum": polynomial(1), "claimed": polynomial(-3)}
    falling = {**known, "no information": polynomial(1, -1), "equilibrium": polynomial(1, -1)}
    rising = {**known, "no information": polynomial(0, 1), "equilibrium": polynomial(0, 1)}
    return drawn_region(
        (LOW, LOW, verdict, {}),
        (LOW, HALF, verdict, falling),
        (HALF, HALF, verdict, {}),
        (HALF, HIGH, Verdict.PROVED, rising),
        (HIGH, HIGH, Verdict.PROVED, {}),
    )


def texts(svg: str) -> list[str]:
    return [
        part.text or "" for part in ElementTree.fromstring(svg).iter() if part.tag[-4:] == "text"
    ]


def test_curves_are_exact_and_meet_at_the_kink() -> None:
    cells = picture(kink())
    drawn = [curve.points for curve in cells.curves if curve.key == "equilibrium"]
    assert drawn == [((LOW, HIGH), (HALF, HALF)), ((HALF, HALF), (HIGH, HIGH))]
    assert (cells.up.low, cells.up.high) == (HALF, HIGH)
    left, right = cells.lines("equilibrium")
    assert left == [(0.0, 1.0), (0.5, 0.0)] and right == [(0.5, 0.0), (1.0, 1.0)]


def test_a_claim_far_below_is_named_and_not_drawn() -> None:
    cells = picture(kink())
    assert list(cells.lines("claimed")) == []
    assert "claimed (far below)" in texts(draw(cells))
    assert "claimed (far below)" in cells.alt


def test_the_ends_between_cells_and_the_verdicts_are_written() -> None:
    cells = picture(kink(Verdict.REFUTED))
    said = texts(draw(cells))
    assert {"1/2", "refuted", "proved", "OPT", "NOINFO", "t"} <= set(said)
    assert cells.alt.endswith("refuted for 0 <= t <= 1/2; proved for 1/2 < t <= 1.")


@pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.VACUOUS, Verdict.OPEN, None])
def test_no_verdict_is_told_by_its_colour_alone(verdict: Verdict | None) -> None:
    hatched, plain = draw(picture(kink(verdict))), draw(picture(kink()))
    strokes = max(path.count("M") for path in re.findall(r'<path d="([^"]*)"', hatched))
    assert strokes > 2
    assert max(path.count("M") for path in re.findall(r'<path d="([^"]*)"', plain)) == 1


def test_a_pole_at_an_end_and_an_irrational_end_are_drawn_inside_the_picture() -> None:
    pole = RationalFunction((Fraction(1),), (Fraction(0), Fraction(1)))
    known = {"optimum": polynomial(1), "no information": polynomial(0), "equilibrium": pole}
    region = drawn_region(
        (LOW, LOW, None, {}),
        (LOW, ROOT_OF_HALF, Verdict.PROVED, known),
        (ROOT_OF_HALF, ROOT_OF_HALF, None, {}),
        (ROOT_OF_HALF, HIGH, Verdict.PROVED, known),
        (HIGH, HIGH, Verdict.PROVED, {}),
    )
    svg = draw(picture(region))
    assert "0.7071…" in texts(svg)
    heights = [float(y) for path in re.findall(r'<path d="([^"]*)"', svg) for y in pairs(path)]
    top = float(re.findall(r'viewBox="0 0 \S+ ([\d.]+)"', svg)[0])
    assert min(heights) >= 0 and max(heights) <= top


def pairs(path: str) -> list[str]:
    return [numbers.split()[1] for numbers in re.split("[MLZ]", path) if numbers.strip()]


def test_a_region_without_numbers_is_a_band() -> None:
    cells = picture(
        drawn_region((LOW, LOW, None, {}), (LOW, HIGH, None, {}), (HIGH, HIGH, None, {}))
    )
    assert "undecided" in texts(draw(cells))
    assert "no number" in cells.alt


def test_a_page_can_move_the_cursor() -> None:
    svg = draw(picture(kink()))
    (found,) = re.findall(
        r'class="cursor" data-across="([\d.]+)" data-down="0" visibility="hidden"', svg
    )
    assert 200 < float(found) < 324
    assert svg == draw(picture(kink()))
