"""The rectangle of two parameters: its polygons with their verdicts, by colour, hatching and word.

Lines are the sides between polygons (theory.md 12.3). A page can move the two cursors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from verifier.explain.phrases import joined
from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.canvas import INK, SIZE, Box, Canvas, Pen, Place, Spot
from verifier.explain.picture.hatching import Line
from verifier.explain.picture.label import breadth
from verifier.explain.picture.region import COLOURS, HATCHES
from verifier.region.function import bounds
from verifier.region.plane.cover import middle
from verifier.region.plane.geometry import Point, Polygon, between, sides
from verifier.region.plane.piece import Plane, Side
from verifier.region.plane.report import covers
from verifier.region.report import SAID
from verifier.theory.verdict import Verdict

HEIGHT = 270.0
"""The height of the picture, in points of type."""


@dataclass(frozen=True)
class Polygons:
    """The polygons of a plane, and the values of both parameters that its picture shows."""

    plane: Plane
    across: Scale
    up: Scale

    @property
    def name(self) -> str:
        return f"cells-{self.plane.guarantee}"

    @property
    def title(self) -> str:
        return f"For which {joined(self.plane.names)} ({self.plane.guarantee})"

    @property
    def alt(self) -> str:
        """A description: what the axes are, and where each verdict is."""
        first, second = self.plane.names
        verdicts = "; ".join(
            f"{SAID[part.verdict]} {part.written(self.plane.names)}" for part in covers(self.plane)
        )
        return (
            f"Across {first}, from {self.across.low} to {self.across.high}; up {second}, from"
            f" {self.up.low} to {self.up.high}. The polygons have the verdicts:"
            f" {verdicts or 'none is known'}."
        )

    def spot(self, point: Point) -> Spot:
        """Where a pair of values lies, from 0 to 1."""
        return self.across(point[0]), self.up(point[1])


def picture(plane: Plane) -> Polygons:
    """The polygons in the scales of both parameters."""
    first, second = (Scale(part.low, part.high) for part in plane.parameters)
    return Polygons(plane, first, second)


def draw(data: Polygons) -> str:
    """The picture as SVG: polygons, sides, corners of another verdict, and two cursors."""
    first, second = data.plane.names
    canvas = framed(HEIGHT, Axis.of(data.across, first, 0, 1), Axis.of(data.up, second, 0, 1))
    for face in data.plane.faces:
        _face(canvas, [*map(data.spot, face.polygon)], face.verdict)
    for side in data.plane.sides:
        _side(canvas, data, side)
    for corner in data.plane.corners:
        if corner.piece.verdict not in _around(data.plane, corner.point):
            colour = COLOURS[corner.piece.verdict]
            canvas.solid(data.spot(corner.point), "o", 5, colour)
    canvas.cursor((0, 0), (0, 1), (1, 0), Pen(INK, 1.6))
    canvas.cursor((0, 0), (1, 0), (0, 1), Pen(INK, 1.6))
    return canvas.svg(data.name, data.title, data.alt)


def _around(plane: Plane, point: Point) -> set[Verdict | None]:
    """The verdicts of the polygons of which a point is a corner."""
    return {face.verdict for face in plane.faces if point in face.polygon}


def _face(canvas: Canvas, spots: Sequence[Spot], verdict: Verdict | None) -> None:
    """A polygon: tinted, hatched, and named where there is room."""
    colour, said = COLOURS[verdict], SAID[verdict]
    canvas.area(spots, colour, 0.22)
    places = [*map(canvas.at, spots)]
    plain = replace(canvas, at=lambda place: place)
    x, y = (sum(place[n] for place in places) / len(places) for n in (0, 1))
    half = breadth(said, SIZE) / 2 + 3
    room = (x - half, y - SIZE * 0.8, x + half, y + SIZE * 0.8)
    named = all(_has(places, spot) for spot in _corners(room))
    for hatch in HATCHES[verdict]:
        lines = (_part(places, line) for line in hatch(_box(places)))
        kept = [line for line in lines if line is not None]
        if named:
            kept = [part for line in kept for part in _outside(room, line)]
        plain.lines(kept, Pen(colour, 0.8))
    if named:
        plain.words((x, y), said)


def _side(canvas: Canvas, data: Polygons, side: Side) -> None:
    """The pieces of a side: dotted where nothing is certified, in colour where it differs."""
    first = side.moving.name == data.plane.names[0]
    beside = {f.verdict for f in data.plane.faces if _borders(f.polygon, side)}
    for piece in side.pieces:
        values = [bounds(piece.low)[0], bounds(piece.high)[1]]
        points = [_point(t, side.function.at(t), first) for t in values]
        certified = piece.reply is not None
        differs = piece.verdict not in beside
        colour = COLOURS[piece.verdict] if differs else INK
        pen = Pen(colour, 2.4 if differs else 0.8, () if certified else (1, 2))
        if piece.single and differs:
            canvas.solid(data.spot(points[0]), "o", 4, colour)
        elif not piece.single:
            canvas.line([*map(data.spot, points)], pen)


def _point(t: Fraction, other: Fraction, first: bool) -> Point:
    return (t, other) if first else (other, t)


def _borders(polygon: Polygon, side: Side) -> bool:
    """Whether a side between polygons is a part of a side of this one."""
    return any(between(middle(*side.ends), one, other) for one, other in sides(polygon))


def _corners(box: Box) -> list[Place]:
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _box(places: Sequence[Place]) -> Box:
    across, down = [x for x, _ in places], [y for _, y in places]
    return min(across), min(down), max(across), max(down)


def _turns(places: Sequence[Place]) -> Iterator[tuple[Place, Place, float]]:
    """The sides of a convex polygon, and 1 or -1 for the side on which it lies."""
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*places, places[0]]))
    for one, other in pairwise([*places, places[0]]):
        yield one, other, 1.0 if area > 0 else -1.0


def _height(one: Place, other: Place, place: Place) -> float:
    """Positive on one side of the line through two places, negative on the other."""
    return (other[0] - one[0]) * (place[1] - one[1]) - (other[1] - one[1]) * (place[0] - one[0])


def _has(places: Sequence[Place], place: Place) -> bool:
    """Whether a place lies in a convex polygon."""
    return all(sign * _height(one, other, place) >= 0 for one, other, sign in _turns(places))


def _shares(places: Sequence[Place], line: Line) -> tuple[float, float] | None:
    """From where to where a line is in a convex polygon, as shares of it; None for nowhere."""
    low, high = 0.0, 1.0
    for one, other, sign in _turns(places):
        start, end = (sign * _height(one, other, place) for place in line)
        if start <= 0 and end <= 0:
            return None
        if start * end < 0:
            share = start / (start - end)
            low, high = (max(low, share), high) if start < 0 else (low, min(high, share))
    return (low, high) if low < high else None


def _along(line: Line, low: float, high: float) -> Line:
    (a, b), (c, d) = line
    first, last = ((a + share * (c - a), b + share * (d - b)) for share in (low, high))
    return first, last


def _part(places: Sequence[Place], line: Line) -> Line | None:
    """The part of a line that is in a convex polygon."""
    found = _shares(places, line)
    return None if found is None else _along(line, *found)


def _outside(box: Box, line: Line) -> list[Line]:
    """The parts of a line that are not in a box."""
    found = _shares(_corners(box), line)
    if found is None:
        return [line]
    low, high = found
    parts = [(0.0, low), (high, 1.0)]
    return [_along(line, first, last) for first, last in parts if first < last]
