"""The rectangle of two parameters in polygons, each with a verdict certified at every pair in it.

1. Inside a polygon the game is examined at a few pairs of values, which are near each other.
2. The numbers of their certificates suggest quotients of polynomials in both parameters (`lift`).
3. The kernel is asked to check the certificate with these in the whole polygon.
   It refuses where it does not see that a polynomial has one sign inside, and names it.
4. If an affine factor of that polynomial changes its sign inside, the polygon is cut along that
   line; otherwise it is halved. What is cut off is treated in the same way, on its own.
5. A polygon in which no certificate is accepted is halved until it is narrow in both parameters,
   and is undecided then: so is what lies around a curve at which a verdict changes.
6. Then come the sides between polygons: each is a game with one parameter. The certificates of the
   polygons beside it are asked about first, then it is treated as any interval (`partition`).
7. Corners are games without parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import cycle, pairwise
from pathlib import Path
from random import Random
from typing import Any

from verifier.certified import stem_of
from verifier.checker import Reply, subject_of
from verifier.deadline import finished
from verifier.errors import InstanceError
from verifier.files import folder_or_temporary, hand_out
from verifier.game.model import Game, digest
from verifier.game.parameters import Family, Parameter
from verifier.game.place import short
from verifier.meant import hint
from verifier.numbers import brief, counted
from verifier.region.family_digest import with_texts
from verifier.region.function import Polynomial, RationalFunction
from verifier.region.inquiry import Inquiry
from verifier.region.lift import lifted
from verifier.region.partition import (
    CUTS,
    NO_VALUES,
    Partition,
    refuse_quantal,
)
from verifier.region.piece import BEST, Piece, covering, numbers_in
from verifier.region.piece import certified as certified_piece
from verifier.region.plane.function import (
    Function,
    difference,
    lines,
    read_terms,
    surface,
    written,
)
from verifier.region.plane.geometry import (
    Line,
    Point,
    Polygon,
    area,
    between,
    cut,
    extent,
    halves,
    inside,
    segments,
    sides,
)
from verifier.region.plane.piece import Corner, Face, Plane, Side, along, certified, rectangle
from verifier.region.proposal import (
    Proposal,
    argument,
    best_equilibrium,
    equilibrium_alone,
    none_is_better,
    verdict_on,
)
from verifier.solve.effort import USUAL, Effort
from verifier.solve.interpolation import rational_function_of_two
from verifier.theory.guarantees.guarantee import Guarantee, answerable
from verifier.theory.verdict import Verdict

TRIED = (1, 13, 26)
"""At so many pairs the game of a polygon is examined, at more where these suggest no functions.

Where the verdict is open at the first, it is at those near it.
"""
WEIGHTS = (17, 41, 29, 23, 37)
"""How the corners of a polygon weigh in the first of them: a place at which ties are unlikely."""
APART = Fraction(1, 4096)
"""How far apart they are, as a share of the polygon."""
PARTS = 16
"""A polygon is left undecided where it is this part of the rectangle wide, if nothing is said."""
SHARE = 64
"""The least part of a polygon that is taken out of it."""
UNSEEN = re.compile(r"refused: cell: (?P<polynomial>.+) has no sign that is seen in \(", re.ASCII)


class PlanePartition:
    """The polygons, sides and corners of a rectangle, as far as they are known."""

    def __init__(
        self,
        family: Family,
        proposal: Proposal,
        instance: Path,
        folder: Path | None,
        asking: Path,
        widths: Point,
        effort: Effort,
        tell: Callable[[str], None],
    ) -> None:
        refuse_quantal(proposal.guarantee)
        self.family, self.proposal, self.folder = family, proposal, folder
        self.widths, self.effort, self.tell = widths, effort, tell
        first, second = family.parameters
        self.parameters = first, second
        self.names = first.name, second.name
        self.waiting: list[Polygon] = [rectangle(self.parameters)]
        self.faces: list[Face] = []
        self.floors: list[Face] = []
        self.sides: list[Side] = []
        self.corners: dict[Point, Corner] = {}
        self.written = 0
        self.digest = self.family_digest()
        here = self.game((first.default, second.default))
        answerable(here, [proposal.guarantee])
        self.inquiry = Inquiry(instance, asking, here.user)
        self.stem = stem_of(instance.stem, here)
        self.dice = Random(0)

    def family_digest(self) -> str:
        """The digest of all games in the rectangle, with texts such as 1/2 - s + t in them."""
        first, second = self.parameters
        origin = (first.low, second.low)
        points = [origin, (first.high, second.low), (first.low, second.high)]

        def text(values: Sequence[Fraction]) -> str:
            slopes = [
                (value - values[0]) / (part.high - part.low)
                for value, part in zip(values[1:], self.parameters, strict=True)
            ]
            constant = values[0] - sum(a * x for a, x in zip(slopes, origin, strict=True))
            found = surface({(0, 0): constant, (1, 0): slopes[0], (0, 1): slopes[1]})
            return written(found, self.names)

        return digest(with_texts([*map(self.game, points)], text))

    def fill(self) -> None:
        """All parts are found, kept and told; a deadline may end this in its midst."""
        while self.waiting:
            polygon = self.waiting[-1]
            found, rest = self.face(polygon)
            self.waiting.pop()
            self.waiting += rest
            if found is not None:
                self.faces.append(self.kept_face(found))
        for ends in segments(face.polygon for face in self.faces):
            self.sides.append(self.side(*ends))
        for point in sorted({point for face in self.faces for point in face.polygon}):
            self.corners[point] = Corner(point, self.kept(self.corner(point)))

    def follow(self, faces: Iterable[Face]) -> None:
        """The best equilibrium, in and around the polygons that know one.

        In a polygon nothing that is worse at the pairs tried is kept; where the polygon's own gives
        her OPT, or no better one is found, it is the best.
        """
        self.floors = [f for f in faces if f.certificate is not None and "equilibrium" in f.values]
        self.waiting = [face.polygon for face in self.floors]
        self.fill()

    def floor(self, point: Point) -> Face | None:
        """The polygon around a pair that knows an equilibrium; None where none does."""
        return next((face for face in self.floors if inside(point, face.polygon)), None)

    def of_floor(self, polygon: Polygon, floor: Face) -> Face:
        """A part of a polygon with the polygon's own equilibrium."""
        document = equilibrium_alone(floor.certificate or "")
        text, reply = self.asked(polygon, document)
        if not reply.accepted:
            return Face(polygon, None)
        return certified(polygon, document, text, reply)

    def far(self) -> str:
        """How far it is."""
        waiting = f"{len(self.waiting)} to look at" if self.waiting else f"{len(self.sides)} sides"
        return f"{len(self.faces)} polygons, {waiting}"

    def plane(self) -> Plane:
        """All that is known; undecided elsewhere."""
        faces = [*self.faces, *(Face(polygon, None) for polygon in self.waiting)]
        known = {side.ends: side for side in self.sides}
        polygons = [face.polygon for face in faces]
        undecided = {}
        for ends in segments(polygons):
            if ends not in known:
                moving, other, function = self.way(*ends)
                pieces = covering([], moving.low, moving.high)[1:-1]
                undecided[ends] = Side(ends, moving, other, function, pieces)
        points = sorted({point for polygon in polygons for point in polygon})
        left = {p: Corner(p, Piece(p[0], p[0], None)) for p in points if p not in self.corners}
        game = self.family.at()
        return Plane(
            self.family.title,
            self.parameters,
            self.proposal.guarantee,
            tuple(sorted(faces, key=lambda face: sorted(face.polygon))),
            tuple(side for _, side in sorted((known | undecided).items())),
            tuple(corner for _, corner in sorted((self.corners | left).items())),
            game.user,
            game.whose,
        )

    def face(self, polygon: Polygon) -> tuple[Face | None, list[Polygon]]:
        """A certified part of a polygon, or the polygon undecided, and what is left of it."""
        floor = self.floor(self.tried(polygon, 0))
        if floor is not None and none_is_better(floor.values):
            return self.of_floor(polygon, floor), []
        documents: list[tuple[Point, Any]] = []
        asked = None
        for begin, end in pairwise((0, *TRIED)):
            points = [self.tried(polygon, n) for n in range(begin, end)]
            found = [(point, self.examined(point)) for point in points]
            documents += [(point, document) for point, document in found if document is not None]
            suggested = lifted(documents, function_of_two)
            if not documents:
                break
            if suggested is not None and suggested[1] != asked:
                asked = suggested[1]
                face, rest = self.around(polygon, *suggested)
                if face is not None and SHARE * area(face.polygon) >= area(polygon):
                    return face, rest
        if floor is not None and (self.narrow(polygon) or not documents):
            return self.of_floor(polygon, floor), []
        if self.narrow(polygon):
            return Face(polygon, None if documents else Verdict.OPEN), []
        return None, [*halves(polygon, self.widths)]

    def narrow(self, polygon: Polygon) -> bool:
        """Whether a polygon is as narrow as what may be left undecided."""
        (left, low), (right, high) = extent(polygon)
        return right - left <= self.widths[0] and high - low <= self.widths[1]

    def tried(self, polygon: Polygon, n: int) -> Point:
        """The first pair of values inside a polygon, or one near it, in no order."""
        fixed = [weight for weight, _ in zip(cycle(WEIGHTS), polygon, strict=False)]
        first = weighted(polygon, fixed)
        if n == 0:
            return first
        other = weighted(polygon, [self.dice.randint(1, 97) for _ in polygon])
        x, y = (a + (b - a) * APART for a, b in zip(first, other, strict=True))
        return x, y

    def around(
        self, polygon: Polygon, point: Point, document: Any
    ) -> tuple[Face | None, list[Polygon]]:
        """The polygon around a point in which the certificate is accepted, and what was cut off."""
        rest: list[Polygon] = []
        whole = area(polygon)
        for _ in range(CUTS):
            text, reply = self.asked(polygon, document)
            if reply.accepted:
                found = certified(polygon, document, text, reply)
                polygon, off = self.above_floor(found, point)
                if not off:
                    return found, rest
                rest += off
                continue
            named = UNSEEN.match(reply.text)
            if named is None or SHARE * area(polygon) < whole:
                break
            before = polygon
            polygon, off = cut_along(
                lines(read_terms(named["polynomial"], self.names)), before, point
            )
            rest += off
            if polygon == before and self.narrow(polygon):
                break
            if polygon == before:
                one, other = halves(polygon, self.widths)
                polygon, half = (one, other) if inside(point, one) else (other, one)
                rest.append(half)
            if not inside(point, polygon):
                break
        return None, []

    def above_floor(self, face: Face, point: Point) -> tuple[Polygon, list[Polygon]]:
        """The part around a point where a face's equilibrium is as good as the floor, as far as an
        affine factor tells, and what is cut off.
        """
        floor = self.floor(point)
        if floor is None:
            return face.polygon, []
        found = difference(face.values[BEST], floor.values["equilibrium"])
        return cut_along(lines(found) if found else (), face.polygon, point)

    def side(self, one: Point, other: Point) -> Side:
        """What is certified between two points."""
        moving, name, function = self.way(one, other)
        partition = Partition(
            self.family,
            moving,
            {name: function},
            self.proposal,
            self.inquiry.instance,
            None,
            self.inquiry.file,
            (moving.high - moving.low) / 8,
            self.effort,
            lambda said: self.tell(f"{self.far()}: {said}"),
        )
        for document in self.beside(one, other, moving, function):
            text, reply = partition.asked(document, moving.low, moving.high)
            if reply.accepted:
                whole = certified_piece(moving.low, moving.high, document, text, reply)
                return Side((one, other), moving, name, function, (self.kept(whole),))
        partition.fill_inside(moving.low, moving.high)
        known = [self.kept(piece) for piece in partition.known]
        pieces = covering(known, moving.low, moving.high)[1:-1]
        return Side((one, other), moving, name, function, pieces)

    def way(self, one: Point, other: Point) -> tuple[Parameter, str, RationalFunction]:
        """The parameter that moves between two points, and the other as a function of it."""
        n = 1 if one[0] == other[0] else 0
        low, high = sorted((one[n], other[n]))
        moving = Parameter(self.names[n], low, high, low)
        slope = (other[1 - n] - one[1 - n]) / (other[n] - one[n])
        constant = one[1 - n] - slope * one[n]
        affine = (constant, slope) if slope else (constant,) if constant else ()
        return moving, self.names[1 - n], RationalFunction(affine, (Fraction(1),))

    def beside(
        self, one: Point, other: Point, moving: Parameter, function: RationalFunction
    ) -> Iterator[Any]:
        """The certificates of the polygons on both sides, as functions of what moves."""
        itself: Polynomial = (Fraction(0), Fraction(1))
        forms = itself, function.above
        first, second = forms if moving.name == self.names[0] else forms[::-1]
        middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        for face in self.faces:
            if face.certificate is not None and touches(middle, face.polygon):
                yield along(argument(face.certificate), first, second)

    def corner(self, point: Point) -> Piece:
        """What is certified at one pair of values."""
        document = self.examined(point)
        if document is None:
            return Piece(point[0], point[0], Verdict.OPEN)
        values = {name: str(value) for name, value in zip(self.names, point, strict=True)}
        about = digest(self.game(point))
        said = ", ".join(f"{name} = {value}" for name, value in values.items())
        text, reply = self.inquiry.ask(about, values, document, said)
        if not reply.accepted:
            return Piece(point[0], point[0], None)
        return certified_piece(point[0], point[0], document, text, reply)

    def game(self, point: Point) -> Game:
        return self.family.at(dict(zip(self.names, point, strict=True)))

    def examined(self, point: Point) -> Any:
        """The certificate that the theory proposes at a pair of values; None for none."""
        at = ", ".join(f"{n} = {brief(x)}" for n, x in zip(self.names, point, strict=True))
        self.tell(f"{self.far()}: looking at {at}")
        document = self.proposal.document(self.game(point), self.effort)
        floor = self.floor(point)
        if document is None or floor is None:
            return document
        least = floor.values["equilibrium"].at(point)
        return document if numbers_in(document, Fraction)[BEST] >= least else None

    def asked(self, polygon: Polygon, document: Any) -> tuple[str, Reply]:
        """A certificate with these claims about a polygon, and the kernel's reply."""
        values = {
            name: {"corners": [str(point[n]) for point in polygon]}
            for n, name in enumerate(self.names)
        }
        return self.inquiry.ask(self.digest, values, document, described(polygon, self.names))

    def kept_face(self, face: Face) -> Face:
        """The face, whose certificate is a file if certificates are kept."""
        return replace(face, path=self.file("polygon", face.certificate))

    def kept(self, piece: Piece) -> Piece:
        """The piece of a side or a corner, likewise."""
        kind = "corner" if piece.single else "side"
        return replace(piece, path=self.file(kind, piece.certificate))

    def file(self, kind: str, certificate: str | None) -> Path | None:
        """The file of a certificate, numbered; None where none is kept."""
        if self.folder is None or certificate is None:
            return None
        self.written += 1
        name = f"{self.stem}.{self.proposal.name}.{kind}-{self.written}.json"
        return hand_out(
            self.folder / name,
            certificate,
            same=lambda old: subject_of(old) == subject_of(certificate),
        )


def two_move(
    family: Family, names: Sequence[str], set_to: Mapping[str, Fraction] = NO_VALUES
) -> bool:
    """Whether both parameters of a family move: they are named, or nothing is said of either.

    Raises InstanceError for two names that are not those of two parameters, and for one of them
    that is set as well.
    """
    known = [parameter.name for parameter in family.parameters]
    if len(names) < 2:
        return len(known) == 2 and not names and not set_to
    odd = [name for name in names if name not in known]
    if odd or len(set(names)) != len(names):
        named = odd[0] if odd else names[0]
        wrong = "is no parameter" if odd else "is named twice"
        meant = hint(named, known) if odd else ""
        has = f"it has {', '.join(known)}" if known else "it has none"
        raise InstanceError(f"{family.file}: {short(named)} {wrong}, {has}{meant}")
    if set_to:
        raise InstanceError(f"{family.file}: {next(iter(set_to))} is set, and cannot move as well")
    return True


def cut_along(
    lines: Iterable[Line], polygon: Polygon, point: Point
) -> tuple[Polygon, list[Polygon]]:
    """The part of a polygon around a point that no line cuts, and what is cut off."""
    rest: list[Polygon] = []
    for line in lines:
        positive, negative = cut(polygon, line)
        if positive and negative:
            here = line.at(point) > 0
            polygon, off = (positive, negative) if here else (negative, positive)
            rest.append(off)
    return polygon, rest


def described(polygon: Polygon, names: Sequence[str]) -> str:
    """The inside of a polygon, as the kernel writes it."""
    corners = " ".join(f"({x}; {y})" for x, y in polygon)
    return f"({'; '.join(names)}) inside {corners}"


def weighted(polygon: Polygon, weights: Sequence[int]) -> Point:
    """A point inside, the mean of the corners with these weights."""
    total = sum(weights)
    x, y = (
        sum((w * p[n] for w, p in zip(weights, polygon, strict=True)), Fraction(0)) / total
        for n in (0, 1)
    )
    return x, y


def touches(point: Point, polygon: Polygon) -> bool:
    """Whether a point lies strictly within one of the sides of a polygon."""
    return any(between(point, one, other) for one, other in sides(polygon))


def function_of_two(points: Sequence[tuple[Point, Fraction]]) -> dict[str, Any] | None:
    """A quotient of polynomials that meets the points, as in certificates; None for none."""
    found = rational_function_of_two(points)
    return None if found is None else Function.of(*found).record()


def plane(
    family: Family,
    guarantee: Guarantee,
    instance: Path,
    width: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    tell: Callable[[str], None] = lambda said: None,
) -> Plane:
    """For which pairs of values of two parameters the guarantee holds, certified everywhere.

    Parameters:
        family: the games of the file `instance`, which the kernel reads.
        guarantee: bayes or best-ai.
        width: polygons as narrow as this in both parameters are left undecided; a 16th of each
            parameter's interval if not given.
        keep: the folder for certificates; none is kept where it is None.
        tell: is told how far it is.

    Raises InstanceError for a file without two parameters, and for a quantal user; SizeError for
    programs above the limits of the effort. Where the deadline passes, what is not known yet is
    undecided.
    """
    if len(family.parameters) != 2:
        raise InstanceError(
            f"{family.file}: it has {counted(len(family.parameters), 'parameter')}, expected two"
            " that move"
        )
    spans = [parameter.high - parameter.low for parameter in family.parameters]
    first, second = (span / PARTS if width is None else width for span in spans)
    with folder_or_temporary(None) as place:

        def partition(proposal: Proposal) -> PlanePartition:
            asking, widths = place / "asked.json", (first, second)
            return PlanePartition(family, proposal, instance, keep, asking, widths, effort, tell)

        known = partition(verdict_on(guarantee))
        finished(known.fill, None)
        best = partition(best_equilibrium(guarantee))
        finished(lambda: best.follow(known.faces), None)
    return replace(known.plane(), best=best.plane())
