"""What is certified about polygons of pairs of values, the sides between them, and corners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from verifier.checker import Reply
from verifier.game.parameters import Parameter
from verifier.region.function import Polynomial, RationalFunction
from verifier.region.piece import Piece, numbers_in, verdict_in
from verifier.region.plane.function import Function, read
from verifier.region.plane.geometry import Point, Polygon, area, between, inside
from verifier.result import Result
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict


@dataclass(frozen=True)
class Face:
    """The inside of a polygon, with what is certified at every pair of values in it.

    `certificate` and `reply` are None where nothing is; then the verdict is `open`, or None where
    it is undecided.
    """

    polygon: Polygon
    verdict: Verdict | None
    values: Mapping[str, Function] = field(default_factory=dict)
    certificate: str | None = None
    reply: Reply | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Side:
    """What is between two points, without them: the pieces of one parameter that moves there.

    The other parameter is an affine function of it, or a constant.
    """

    ends: tuple[Point, Point]
    moving: Parameter
    other: str
    function: RationalFunction
    pieces: tuple[Piece, ...]

    @property
    def verdicts(self) -> frozenset[Verdict | None]:
        """The verdicts of its pieces."""
        return frozenset(piece.verdict for piece in self.pieces)


@dataclass(frozen=True)
class Corner:
    """A pair of values, with what is certified there."""

    point: Point
    piece: Piece


@dataclass(frozen=True, repr=False)
class Plane(Result):
    """The polygons, sides and corners of the rectangle of two parameters, for one guarantee.

    Every pair of values lies in the inside of one polygon, in one side, or is one corner. `user`
    and `whose` are as in a region of one parameter. `best` has the best equilibrium that was found,
    in parts of its own that need not have every pair; None where it was not looked for.
    """

    title: str
    parameters: tuple[Parameter, Parameter]
    guarantee: Guarantee
    faces: tuple[Face, ...]
    sides: tuple[Side, ...]
    corners: tuple[Corner, ...]
    user: str | None = None
    whose: str = ""
    best: Plane | None = None

    @property
    def heading(self) -> str:
        """The title, with whose game it is where the file has several users."""
        return f"{self.title}{self.whose}"

    @property
    def names(self) -> tuple[str, str]:
        """The names of both parameters, in the order of the file."""
        return self.parameters[0].name, self.parameters[1].name

    @property
    def parts(self) -> Sequence[Face | Piece]:
        """All polygons, pieces of sides, and corners."""
        lines = [piece for side in self.sides for piece in side.pieces]
        return [*self.faces, *lines, *(corner.piece for corner in self.corners)]

    @property
    def complete(self) -> bool:
        """Whether a verdict is certified at every pair of values."""
        return all(part.reply is not None for part in self.parts)

    @property
    def count(self) -> int:
        """How many certificates are kept as files."""
        best = 0 if self.best is None else self.best.count
        return best + sum(part.path is not None for part in self.parts)

    @property
    def rectangle(self) -> Polygon:
        """The corners of the rectangle, anticlockwise."""
        return rectangle(self.parameters)

    def undecided(self) -> Fraction:
        """The area of the polygons in which nothing is certified."""
        left = (area(face.polygon) for face in self.faces if face.reply is None)
        return sum(left, Fraction(0))

    def at(self, point: Point) -> Verdict | None:
        """The verdict at a pair of values of the rectangle."""
        face = self.face_at(point)
        if face is not None:
            return face.verdict
        corner = self.corner_at(point)
        if corner is not None:
            return corner.piece.verdict
        found = self.side_at(point)
        return None if found is None else found[0].pieces[found[1]].verdict

    def face_at(self, point: Point) -> Face | None:
        """The polygon that has the pair of values inside; None for one on a side or a corner."""
        return next((face for face in self.faces if inside(point, face.polygon)), None)

    def corner_at(self, point: Point) -> Corner | None:
        """The corner that the pair of values is; None for any other."""
        return next((corner for corner in self.corners if corner.point == point), None)

    def side_at(self, point: Point) -> tuple[Side, int] | None:
        """The side on which the pair of values lies, and the number of its piece there."""
        side = next((side for side in self.sides if between(point, *side.ends)), None)
        if side is None:
            return None
        t = point[self.names.index(side.moving.name)]
        return side, next(n for n, piece in enumerate(side.pieces) if piece.has(t))


def rectangle(parameters: Iterable[Parameter]) -> Polygon:
    """The corners of the rectangle of two parameters, anticlockwise."""
    first, second = parameters
    return (
        (first.low, second.low),
        (first.high, second.low),
        (first.high, second.high),
        (first.low, second.high),
    )


def certified(polygon: Polygon, document: Mapping[str, Any], text: str, reply: Reply) -> Face:
    """A polygon whose certificate the kernel has accepted."""
    return Face(polygon, verdict_in(document), numbers_in(document, read), text, reply)


def along(document: Any, first: Polynomial, second: Polynomial) -> Any:
    """A certificate about a polygon as one about the pairs (first(t), second(t)); None for none."""
    if isinstance(document, list):
        return [along(entry, first, second) for entry in document]
    if not isinstance(document, dict):
        return document
    if document.keys() != {"above", "below"}:
        return {key: along(value, first, second) for key, value in document.items()}
    found = read(document).along(first, second)
    if found is None:
        return None
    return found.record() if found.constant is None else str(found.constant)
