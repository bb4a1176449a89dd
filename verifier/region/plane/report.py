"""A rectangle of two parameters as JSON and as lines for the terminal, and its condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from verifier.numbers import counted
from verifier.region.piece import BEST
from verifier.region.plane.cover import Bound, Convex, Cover, cover
from verifier.region.plane.function import Function
from verifier.region.plane.geometry import Line, Point, Polygon, area, sides
from verifier.region.plane.piece import Corner, Face, Plane, Side
from verifier.region.report import BEST_FOUND, SAID, SHOWN, best_record, piece_record


def covers(plane: Plane) -> list[Cover]:
    """Where each verdict is certified, or open, in the order of `SAID`; nowhere is left out."""
    verdicts = [verdict for verdict in SAID if verdict is not None]
    found = (cover(plane, verdict) for verdict in verdicts)
    return [part for part in found if part.parts or part.sides or part.corners]


def condition(plane: Plane) -> str:
    """For which pairs the guarantee is proved, in one sentence, and what is known of all others.

    It is proved exactly there if it is refuted at all others, or there are none.
    """
    found = {SAID[part.verdict]: part for part in covers(plane)}
    proved = found.pop("proved", None)
    exactly = "exactly " if not undecided(plane) and found.keys() <= {"refuted"} else ""
    parts = [f"proved {exactly}{proved.written(plane.names)}" if proved else "proved nowhere"]
    parts += [f"{said} {part.written(plane.names)}" for said, part in found.items()]
    return "; ".join([*parts, *undecided(plane)])


def undecided(plane: Plane) -> list[str]:
    """How much is left undecided, in words; nothing if nothing is."""
    faces = [face for face in plane.faces if face.verdict is None]
    lines = [piece for side in plane.sides for piece in side.pieces if piece.verdict is None]
    points = [corner for corner in plane.corners if corner.piece.verdict is None]
    if not faces and not lines and not points:
        return []
    left = sum((area(face.polygon) for face in faces), Fraction(0))
    share = left / area(plane.rectangle)
    kinds = {"polygon": len(faces), "stretch": len(lines), "corner": len(points)}
    named = " and ".join(counted(count, kind) for kind, count in kinds.items() if count)
    return [f"undecided in {named}, of the area {left}, {share} of the rectangle"]


def plane_title(plane: Plane, path: str | None) -> Iterator[str]:
    """The title, and the file, if any, with the intervals of both parameters."""
    yield plane.heading
    intervals = (f"{part.low} <= {part.name} <= {part.high}" for part in plane.parameters)
    yield "  " + ", ".join([*([] if path is None else [path]), *intervals])


def plane_lines(plane: Plane) -> Iterator[str]:
    """The polygons with their verdicts and functions, and the condition."""
    yield f"  {plane.guarantee}"
    known = [face for face in plane.faces if face.verdict is not None]
    where = [inside_words(face.polygon, plane) for face in known]
    width = max(map(len, where), default=0)
    for face, words in zip(known, where, strict=True):
        said = [
            text.format(face.values[key].written(plane.names))
            for key, text in SHOWN.items()
            if key in face.values
        ]
        verdict = SAID[face.verdict].upper()
        yield f"    {words:{width}}  {verdict:9}  {'; '.join(said)}".rstrip()
    yield from _best_lines(plane)
    yield f"    so: {condition(plane)}"
    if undecided(plane):
        yield "    (--width makes what is undecided narrower)"


def best_faces(plane: Plane) -> list[Face]:
    """The polygons in which a best equilibrium is certified."""
    return [] if plane.best is None else [f for f in plane.best.faces if f.reply is not None]


def best_by_function(plane: Plane) -> dict[str, list[str]]:
    """The insides of polygons, as inequalities, by what the best equilibrium has there."""
    found: dict[str, list[str]] = {}
    for face in best_faces(plane):
        number = face.values[BEST].written(plane.names)
        found.setdefault(number, []).append(inside_words(face.polygon, plane))
    whole = sum((area(face.polygon) for face in best_faces(plane)), Fraction(0))
    if len(found) == 1 and whole == area(plane.rectangle):
        return {number: ["inside of every polygon"] for number in found}
    return found


def _best_lines(plane: Plane) -> Iterator[str]:
    found = best_by_function(plane)
    if found:
        yield f"    {BEST_FOUND}"
        width = max(map(len, found))
        for number, where in found.items():
            yield f"      {number:{width}}  {'; '.join(where)}"


def inside_words(polygon: Polygon, plane: Plane) -> str:
    """The inside of a polygon as inequalities, without those of the rectangle."""
    edge = {Line.through(*ends) for ends in sides(plane.rectangle)}
    lines = [Line.through(*ends) for ends in sides(polygon)]
    bounds = [Bound(line, included=False) for line in lines if line not in edge]
    return " and ".join(bound.written(plane.names) for bound in bounds) or "inside"


def plane_record(plane: Plane) -> dict[str, Any]:
    """The polygons, sides and corners with their functions, certificates and the kernel's lines."""
    return {
        "title": plane.title,
        **({} if plane.user is None else {"user": plane.user}),
        "parameters": [
            {"name": part.name, "from": str(part.low), "to": str(part.high)}
            for part in plane.parameters
        ],
        "guarantee": str(plane.guarantee),
        "condition": condition(plane),
        "complete": plane.complete,
        "area": str(area(plane.rectangle)),
        "undecided_area": str(plane.undecided()),
        "verdicts": [
            {
                "verdict": SAID[part.verdict],
                "where": [_convex_record(convex, plane) for convex in part.parts],
            }
            for part in covers(plane)
        ],
        "polygons": [_face_record(face) for face in plane.faces],
        "sides": [_side_record(side) for side in plane.sides],
        "corners": [_corner_record(corner) for corner in plane.corners],
        "best_equilibrium": _best_record(plane),
    }


def _best_record(plane: Plane) -> dict[str, Any]:
    """The polygons, sides and corners on which a best equilibrium is certified."""
    best = plane.best
    if best is None:
        return {"polygons": [], "sides": [], "corners": []}
    records = {
        "polygons": [_face_record(face) for face in best.faces if face.reply is not None],
        "sides": [
            _side_record(side) | {"pieces": [*map(best_record, side.pieces)]}
            for side in best.sides
            if any(piece.reply is not None for piece in side.pieces)
        ],
        "corners": [_corner_record(c) for c in best.corners if c.piece.reply is not None],
    }
    for record in records["polygons"] + records["corners"]:
        del record["verdict"]
    return records


def _convex_record(convex: Convex, plane: Plane) -> dict[str, Any]:
    return {
        "all": [bound.written(plane.names) for bound in convex.bounds],
        "but": [_point(point) for point in convex.exceptions],
    }


def _face_record(face: Face) -> dict[str, Any]:
    return {
        "corners": [_point(point) for point in face.polygon],
        "verdict": SAID[face.verdict],
        "values": _records(face.values),
        "certificate": face.path.as_posix() if face.path else None,
        "kernel": face.reply.text if face.reply else None,
    }


def _side_record(side: Side) -> dict[str, Any]:
    return {
        "ends": [_point(point) for point in side.ends],
        "parameter": side.moving.name,
        "other": side.other,
        "function": side.function.record(),
        "pieces": [piece_record(piece) for piece in side.pieces],
    }


def _corner_record(corner: Corner) -> dict[str, Any]:
    return piece_record(corner.piece) | {"at": _point(corner.point)}


def _records(values: Mapping[str, Function]) -> dict[str, Any]:
    return {key: value.record() for key, value in values.items()}


def _point(point: Point) -> list[str]:
    return [str(value) for value in point]
