"""Where one verdict is certified, as a union of linear conditions on both parameters.

Polygons with one verdict are joined where their union is convex; then conditions are left out as
long as all that fulfils the others has that verdict, too. So the conditions of two may overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.region.plane.geometry import (
    Line,
    Point,
    Polygon,
    area,
    between,
    cut,
    inside,
    joined,
    sides,
)
from verifier.region.plane.piece import Plane, Side
from verifier.theory.verdict import Verdict


@dataclass(frozen=True)
class Bound:
    """A line, on whose positive side the pairs lie; on it as well if it is included."""

    line: Line
    included: bool

    def has(self, point: Point) -> bool:
        """Whether a pair of values fulfils it."""
        value = self.line.at(point)
        return value > 0 or (self.included and value == 0)

    def written(self, names: Sequence[str]) -> str:
        """As an inequality, such as p + 2 t <= 1."""
        a, b, c = self.line.a, self.line.b, self.line.c
        named = list(zip((a, b), names, strict=True))
        left = [(Fraction(x), name) for x, name in named if x > 0]
        right = [(Fraction(-x), name) for x, name in named if x < 0]
        if left and right:
            (left if c > 0 else right).append((Fraction(abs(c)), ""))
            return f"{_sum(left)} >{self.equal} {_sum(right)}"
        sign, parts = (">", left) if left else ("<", right)
        number = Fraction(-c if left else c)
        if len(parts) == 1:
            parts, number = [(Fraction(1), parts[0][1])], number / parts[0][0]
        return f"{_sum(parts)} {sign}{self.equal} {number}"

    @property
    def equal(self) -> str:
        """What follows < or > where the line is included."""
        return "=" if self.included else ""


def _sum(parts: Sequence[tuple[Fraction, str]]) -> str:
    return " + ".join(name if name and a == 1 else f"{a} {name}".strip() for a, name in parts if a)


@dataclass(frozen=True)
class Convex:
    """The pairs of the rectangle that fulfil all bounds, but for single exceptions."""

    bounds: tuple[Bound, ...]
    exceptions: tuple[Point, ...] = ()

    def has(self, point: Point) -> bool:
        """Whether it holds for a pair of the rectangle."""
        return point not in self.exceptions and all(bound.has(point) for bound in self.bounds)

    def written(self, names: Sequence[str]) -> str:
        """As a sentence's part: where, and where not."""
        said = " and ".join(bound.written(names) for bound in self.bounds)
        where = f"where {said}" if said else "everywhere"
        left = " and ".join(at(point, names) for point in self.exceptions)
        return f"{where} (not for {left})" if left else where


@dataclass(frozen=True)
class Cover:
    """All that has one verdict: convex parts, and pieces of sides and corners beside these."""

    verdict: Verdict | None
    parts: tuple[Convex, ...]
    sides: tuple[tuple[Side, int], ...]
    corners: tuple[Point, ...]

    def has(self, point: Point, names: Sequence[str]) -> bool:
        """Whether it has a pair of the rectangle."""
        return (
            any(part.has(point) for part in self.parts)
            or point in self.corners
            or any(
                between(point, *side.ends)
                and side.pieces[n].has(point[names.index(side.moving.name)])
                for side, n in self.sides
            )
        )

    def written(self, names: Sequence[str]) -> str:
        """As a sentence's part."""
        said = [part.written(names) for part in self.parts]
        said += [along(side, n) for side, n in self.sides]
        said += [f"for {at(point, names)}" for point in self.corners]
        return ", and ".join(said)


def at(point: Point, names: Sequence[str]) -> str:
    """A pair of values as words."""
    return f"({', '.join(names)}) = ({point[0]}, {point[1]})"


def along(side: Side, n: int) -> str:
    """A piece of a side as words."""
    name, piece = side.moving.name, side.pieces[n]
    fixed = f"{side.other} = {side.function.written(name)}"
    values = f"{name} = {piece.low}" if piece.single else f"{piece.low} < {name} < {piece.high}"
    return f"for {fixed} and {values}"


def cover(plane: Plane, verdict: Verdict | None) -> Cover:
    """All pairs of values that have a verdict."""
    polygons = [face.polygon for face in plane.faces if face.verdict is verdict]
    wider = [_wider(plane, polygon, verdict) for polygon in _merged(plane, polygons, verdict)]
    chosen = _greatest(wider)
    parts = [_convex(plane, polygon, verdict) for polygon in chosen]
    lines = [
        (side, n)
        for side in plane.sides
        for n, piece in enumerate(side.pieces)
        if piece.verdict is verdict and not any(_holds(part, side) for part in parts)
    ]
    points = [
        corner.point
        for corner in plane.corners
        if corner.piece.verdict is verdict and not any(part.has(corner.point) for part in parts)
    ]
    return Cover(verdict, tuple(parts), tuple(lines), tuple(points))


def _holds(part: Convex, side: Side) -> bool:
    """Whether a part has all that lies between the ends of a side."""
    one, other = side.ends
    return part.has(middle(one, other)) and all(
        bound.line.at(end) >= 0 for bound in part.bounds for end in (one, other)
    )


def middle(one: Point, other: Point) -> Point:
    """What lies halfway between two points."""
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _merged(plane: Plane, polygons: Iterable[Polygon], verdict: Verdict | None) -> list[Polygon]:
    """Polygons joined where the union is convex, and what is between them has the verdict."""
    found: list[Polygon] = []
    for polygon in polygons:
        new = polygon
        while True:
            pairs = ((other, joined(new, other)) for other in found)
            better = ((o, both) for o, both in pairs if both and _whole(plane, both, verdict))
            other, both = next(better, ((), ()))
            if not both:
                break
            found.remove(other)
            new = both
        found.append(new)
    return found


def _whole(plane: Plane, polygon: Polygon, verdict: Verdict | None) -> bool:
    """Whether all that is inside a polygon has the verdict."""
    return (
        all(face.verdict is verdict or not _overlap(face.polygon, polygon) for face in plane.faces)
        and all(
            side.verdicts == {verdict} or not _meets(side.ends, polygon) for side in plane.sides
        )
        and all(
            corner.piece.verdict is verdict or not inside(corner.point, polygon)
            for corner in plane.corners
        )
    )


def _overlap(one: Polygon, other: Polygon) -> bool:
    """Whether the insides of two convex polygons meet."""
    for ends in sides(other):
        one = cut(one, Line.through(*ends))[0]
        if not one:
            return False
    return True


def _meets(ends: tuple[Point, Point], polygon: Polygon) -> bool:
    """Whether what is between two points meets the inside of a polygon."""
    low, high = Fraction(0), Fraction(1)
    for side in sides(polygon):
        line = Line.through(*side)
        first, last = (line.at(end) for end in ends)
        if first <= 0 and last <= 0:
            return False
        if first * last < 0:
            share = first / (first - last)
            low, high = (max(low, share), high) if first < 0 else (low, min(high, share))
    return low < high


def _wider(plane: Plane, polygon: Polygon, verdict: Verdict | None) -> Polygon:
    """A polygon without the sides that it does not need, as far as the rectangle goes."""
    lines = [Line.through(*ends) for ends in sides(polygon)]
    for line in list(lines):
        left = [other for other in lines if other != line]
        wider = _within(plane.rectangle, left)
        if _whole(plane, wider, verdict):
            lines, polygon = left, wider
    return polygon


def _within(polygon: Polygon, lines: Iterable[Line]) -> Polygon:
    """The part of a polygon that is on the positive side of all lines."""
    for line in lines:
        polygon = cut(polygon, line)[0]
    return polygon


def _greatest(polygons: Iterable[Polygon]) -> list[Polygon]:
    """The polygons that are within no other, each once, the largest first."""
    found: list[Polygon] = []
    for polygon in sorted(polygons, key=lambda known: (-area(known), sorted(known))):
        if not any(_contains(other, polygon) for other in found):
            found.append(polygon)
    return found


def _contains(polygon: Polygon, other: Polygon) -> bool:
    lines = [Line.through(*ends) for ends in sides(polygon)]
    return all(line.at(point) >= 0 for line in lines for point in other)


def _convex(plane: Plane, polygon: Polygon, verdict: Verdict | None) -> Convex:
    """The bounds of a polygon, which are included where all on them has the verdict."""
    edge = {Line.through(*ends) for ends in sides(plane.rectangle)}
    bounds = []
    for one, other in _straight(polygon):
        line = Line.through(one, other)
        included = all(_verdicts_on(plane, one, other, verdict))
        if not included or line not in edge:
            bounds.append(Bound(line, included))
    inner = Convex(tuple(bounds))
    odd = [p for p in polygon if inner.has(p) and plane.at(p) is not verdict]
    return Convex(inner.bounds, tuple(sorted(odd)))


def _straight(polygon: Polygon) -> Iterator[tuple[Point, Point]]:
    """The sides of a polygon of which some corners may lie on a line."""
    corners = [
        point
        for before, point, after in zip(
            [polygon[-1], *polygon[:-1]], polygon, [*polygon[1:], polygon[0]], strict=True
        )
        if not between(point, before, after)
    ]
    return sides(corners)


def _verdicts_on(plane: Plane, one: Point, other: Point, verdict: Verdict | None) -> Iterator[bool]:
    """For all that lies between two points whether it has the verdict."""
    line = Line.through(one, other)
    for side in plane.sides:
        if all(line.at(end) == 0 for end in side.ends) and _overlapping(side.ends, one, other):
            yield side.verdicts == {verdict}
    for corner in plane.corners:
        if between(corner.point, one, other):
            yield corner.piece.verdict is verdict


def _overlapping(ends: tuple[Point, Point], one: Point, other: Point) -> bool:
    """Whether two stretches of one line have more in common than a point."""
    first, last = sorted((one, other))
    return max(first, ends[0]) < min(last, ends[1])
