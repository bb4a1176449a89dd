"""The picture of polygons: where they are, and that no verdict is told by its colour alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from verifier.explain.picture.plane import draw, picture
from verifier.game.parameters import Parameter
from verifier.region.function import RationalFunction
from verifier.region.piece import Piece
from verifier.region.plane.geometry import Point, segments
from verifier.region.plane.piece import Corner, Face, Plane, Side
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

F = Fraction
P, T = (Parameter(name, F(0), F(1), F(1, 2)) for name in ("p", "t"))
LOW, RIGHT, HIGH, LEFT = (F(0), F(0)), (F(1), F(0)), (F(1), F(1)), (F(0), F(1))


def square(below: Verdict | None, above: Verdict | None, between: Verdict | None) -> Plane:
    """A square with two triangles, a diagonal between them, and nothing certified."""
    faces = (Face((LOW, RIGHT, HIGH), below), Face((LOW, HIGH, LEFT), above))
    sides = tuple(map(side(between), segments(face.polygon for face in faces)))
    corners = tuple(Corner(p, Piece(p[0], p[0], above)) for p in (LOW, RIGHT, HIGH, LEFT))
    return Plane("A title", (P, T), Guarantee.BAYES, faces, sides, corners)


def side(verdict: Verdict | None) -> Callable[[tuple[Point, Point]], Side]:
    def made(ends: tuple[Point, Point]) -> Side:
        (a, b), (c, d) = ends
        moving, other = (P, "t") if a != c else (T, "p")
        slope = (d - b) / (c - a) if a != c else F(0)
        start = b if a != c else a
        line = (start, slope) if slope else (start,) if start else ()
        return Side(
            ends,
            moving,
            other,
            RationalFunction(line, (F(1),)),
            (Piece(F(0), F(1), verdict),),
        )

    return made


def texts(svg: str) -> list[str]:
    return [
        part.text or "" for part in ElementTree.fromstring(svg).iter() if part.tag[-4:] == "text"
    ]


def strokes(svg: str) -> int:
    return max(str(path).count("M") for path in re.findall(r'<path d="([^"]*)"', svg))


def test_polygons_are_where_they_are_and_named() -> None:
    svg = draw(picture(square(Verdict.PROVED, Verdict.REFUTED, Verdict.PROVED)))
    assert {"proved", "refuted", "p", "t"} <= set(texts(svg))
    areas = re.findall(r'<path d="M([^"aZ]*)Z" fill="#', svg)
    below, above = ([tuple(map(float, p.split())) for p in path.split("L")] for path in areas)
    (left, bottom), (right, _), (_, top) = below
    assert below == [(left, bottom), (right, bottom), (right, top)]
    assert above == [(left, bottom), (right, top), (left, top)]
    assert left < right and top < bottom


@pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.VACUOUS, Verdict.OPEN, None])
def test_no_verdict_is_told_by_its_colour_alone(verdict: Verdict | None) -> None:
    plain = draw(picture(square(Verdict.PROVED, Verdict.PROVED, Verdict.PROVED)))
    assert strokes(plain) == 1
    assert strokes(draw(picture(square(verdict, Verdict.PROVED, Verdict.PROVED)))) > 2


def test_hatching_stays_inside_of_its_polygon() -> None:
    svg = draw(picture(square(Verdict.REFUTED, Verdict.PROVED, Verdict.PROVED)))
    hatched = max(re.findall(r'<path d="([^"]*)"', svg), key=lambda path: path.count("M"))
    (area, _) = re.findall(r'<path d="M([^"aZ]*)Z" fill="#', svg)
    (left, bottom), (right, _), (_, top) = (map(float, p.split()) for p in area.split("L"))
    for spot in re.split("[ML]", hatched)[1:]:
        x, y = map(float, spot.split())
        across, up = (x - left) / (right - left), (bottom - y) / (bottom - top)
        assert -0.01 <= up <= across + 0.01 <= 1.02


def test_a_side_of_another_verdict_than_beside_it_is_in_its_colour() -> None:
    alike = draw(picture(square(Verdict.PROVED, Verdict.PROVED, Verdict.PROVED)))
    other = draw(picture(square(Verdict.PROVED, Verdict.PROVED, Verdict.REFUTED)))
    assert 'stroke-width="2.4"' in other and 'stroke-width="2.4"' not in alike


def test_what_is_drawn_is_said_in_words() -> None:
    data = picture(square(Verdict.PROVED, Verdict.REFUTED, Verdict.PROVED))
    assert data.alt.startswith("Across p, from 0 to 1; up t, from 0 to 1.")
    assert "proved where p > t" in data.alt or "proved where p >= t" in data.alt


def test_a_page_can_move_two_cursors() -> None:
    svg = draw(picture(square(Verdict.PROVED, Verdict.PROVED, Verdict.PROVED)))
    found = re.findall(r'class="cursor" data-across="(\S+)" data-down="(\S+)" visibility', svg)
    (across, down), (right, up) = ((float(x), float(y)) for x, y in found)
    assert across > 200 and down == 0 and right == 0 and up < -150
