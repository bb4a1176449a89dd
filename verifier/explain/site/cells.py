"""The cells of a region as a page has them: which values lie in each, its verdict and functions.

The page's script (`templates/cells.js`) finds the cell that has given values, and computes there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verifier.explain.site.numbers import corner_words, formula, polygon_words, side_words
from verifier.region.function import RationalFunction, end_record
from verifier.region.piece import Piece, Region
from verifier.region.plane.function import Function
from verifier.region.plane.piece import Plane
from verifier.region.report import SAID
from verifier.theory.verdict import Verdict


def cell_records(region: Region | Plane, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The cells with these numbers, null where one is not known.

    A cell is between `low` and `high` of parameter number `along`, or this one value; on a side it
    lies between the two `ends` as well. Or it is the inside of a polygon with these `corners`, or
    one pair `at`. `where` says so in words, where two parameters move.
    """
    if isinstance(region, Region):
        for piece in region.pieces:
            yield _interval(piece, 0) | _said(piece.verdict, piece.values, keys, [_name(region)])
        return
    names = region.names
    for face in region.faces:
        where = {"corners": _points(face.polygon), "where": polygon_words(face, region)}
        yield where | _said(face.verdict, face.values, keys, names)
    for corner in region.corners:
        where = {"at": _point(corner.point), "where": corner_words(corner, names)}
        yield where | _said(corner.piece.verdict, corner.piece.values, keys, names)
    for side in region.sides:
        for n, piece in enumerate(side.pieces):
            there = _interval(piece, names.index(side.moving.name))
            where = {"ends": _points(side.ends), "where": side_words(side, n)}
            said = _said(piece.verdict, piece.values, keys, [side.moving.name])
            yield there | where | said


def _name(region: Region) -> str:
    return region.parameter.name


def _interval(piece: Piece, along: int) -> dict[str, Any]:
    return {"along": along, "low": end_record(piece.low), "high": end_record(piece.high)}


def _points(points: Iterable[Sequence[Fraction]]) -> list[list[str]]:
    return [_point(point) for point in points]


def _point(point: Sequence[Fraction]) -> list[str]:
    return [*map(str, point)]


def _said(
    verdict: Verdict | None,
    values: Mapping[str, RationalFunction] | Mapping[str, Function],
    keys: Sequence[str],
    names: Sequence[str],
) -> dict[str, Any]:
    functions = (values.get(key) for key in keys)
    records = [f and {**f.record(), "formula": formula(f, names)} for f in functions]
    return {"verdict": SAID[verdict], "values": records}
