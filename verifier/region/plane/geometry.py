"""Convex polygons with rational corners, exactly: cut by lines, measured, joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

Point = tuple[Fraction, Fraction]
Polygon = tuple[Point, ...]
"""The corners of a convex polygon, anticlockwise; no three of them lie on a line."""


@dataclass(frozen=True)
class Line:
    """The points (x, y) with a x + b y + c = 0; a, b and c are coprime integers."""

    a: int
    b: int
    c: int

    @classmethod
    def of(cls, a: Fraction, b: Fraction, c: Fraction) -> Line:
        """The line of these rationals, of which a and b are not both 0, with the same signs."""
        unit = lcm(a.denominator, b.denominator, c.denominator)
        whole = [int(value * unit) for value in (a, b, c)]
        return cls(*(value // gcd(*whole) for value in whole))

    @classmethod
    def through(cls, one: Point, other: Point) -> Line:
        """The line through two points; what is on the left from one to the other is positive."""
        a, b = one[1] - other[1], other[0] - one[0]
        return cls.of(a, b, -a * one[0] - b * one[1])

    def at(self, point: Point) -> Fraction:
        """Positive on one side, negative on the other, 0 on the line."""
        return self.a * point[0] + self.b * point[1] + self.c


def turn(one: Point, other: Point, third: Point) -> Fraction:
    """Positive if the third point lies on the left of the way from the first to the second."""
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])


def sides(polygon: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """The sides of a polygon, each from one corner to the next."""
    return zip(polygon, [*polygon[1:], polygon[0]], strict=True)


def area(polygon: Sequence[Point]) -> Fraction:
    """The area of a polygon whose corners go anticlockwise."""
    products = (one[0] * other[1] - other[0] * one[1] for one, other in sides(polygon))
    return sum(products, Fraction(0)) / 2


def extent(polygon: Sequence[Point]) -> tuple[Point, Point]:
    """The lowest and the highest value of each coordinate, as two points."""
    first, second = zip(*polygon, strict=True)
    return (min(first), min(second)), (max(first), max(second))


def hull(points: Iterable[Point]) -> Polygon:
    """The least convex polygon around points that do not all lie on a line."""
    ordered = sorted(set(points))
    below, above = _chain(ordered), _chain(ordered[::-1])
    return (*below[:-1], *above[:-1])


def _chain(points: Iterable[Point]) -> list[Point]:
    """The points on the right of all others, one after the other."""
    found: list[Point] = []
    for point in points:
        while len(found) > 1 and turn(found[-2], found[-1], point) <= 0:
            found.pop()
        found.append(point)
    return found


def cut(polygon: Polygon, line: Line) -> tuple[Polygon, Polygon]:
    """The parts of a polygon where the line is positive and where it is negative, () for none."""
    points: list[tuple[Point, Fraction]] = []
    for one, other in sides(polygon):
        here, there = line.at(one), line.at(other)
        points.append((one, here))
        if here * there < 0:
            share = here / (here - there)
            middle = (one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
            points.append((middle, Fraction(0)))
    positive = tuple(point for point, value in points if value >= 0)
    negative = tuple(point for point, value in points if value <= 0)
    return _solid(positive), _solid(negative)


def _solid(polygon: Polygon) -> Polygon:
    return polygon if len(polygon) > 2 and area(polygon) > 0 else ()


def halves(polygon: Polygon, spans: Point) -> tuple[Polygon, Polygon]:
    """A polygon is cut in the middle, across the coordinate in which it is longest.

    `spans` are the lengths of the rectangle's sides, by which lengths are measured.
    """
    (left, low), (right, high) = extent(polygon)
    if (right - left) * spans[1] >= (high - low) * spans[0]:
        line = Line.of(Fraction(1), Fraction(0), -(left + right) / 2)
    else:
        line = Line.of(Fraction(0), Fraction(1), -(low + high) / 2)
    return cut(polygon, line)


def between(point: Point, one: Point, other: Point) -> bool:
    """Whether a point lies strictly between two others."""
    if turn(one, other, point) != 0:
        return False
    towards = [(q - p) * (x - p) for p, q, x in zip(one, other, point, strict=True)]
    whole = [(q - p) * (q - p) for p, q in zip(one, other, strict=True)]
    return 0 < sum(towards) < sum(whole)


def inside(point: Point, polygon: Polygon) -> bool:
    """Whether a point lies in the open polygon."""
    return all(turn(one, other, point) > 0 for one, other in sides(polygon))


def segments(polygons: Iterable[Polygon]) -> list[tuple[Point, Point]]:
    """The sides of polygons, cut at all their corners; each once, from the lesser end."""
    known = list(polygons)
    corners = sorted({point for polygon in known for point in polygon})
    found = set()
    for polygon in known:
        for side in sides(polygon):
            one, other = sorted(side)
            stops = [p for p in corners if one < p < other and between(p, one, other)]
            found |= set(zip([one, *stops], [*stops, other], strict=True))
    return sorted(found)


def joined(one: Polygon, other: Polygon) -> Polygon:
    """The union of two polygons without a common inner point; () if it is not convex."""
    both = hull((*one, *other))
    return both if area(both) == area(one) + area(other) else ()
