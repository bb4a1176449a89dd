"""The numbers of all guarantees at values of parameters, as the table of a page has them.

The page's script (`templates/fraction.js`) computes the same table for every value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.explain.phrases import joined
from verifier.explain.sections.region import signs
from verifier.explain.site.page_data import Moving
from verifier.explain.site.stops import Values
from verifier.game.model import Game
from verifier.numbers import decimal
from verifier.printable import printable
from verifier.region.function import RationalFunction
from verifier.region.piece import BEST, Piece, Region
from verifier.region.plane.cover import along
from verifier.region.plane.function import Function
from verifier.region.plane.piece import Corner, Face, Plane, Side
from verifier.region.plane.report import inside_words
from verifier.theory.verdict import Verdict

FIRST = {
    "claimed": "claimed, at least",
    "every equilibrium": "in every equilibrium, at least",
    "equilibrium": "in an equilibrium",
    BEST: "in the best equilibrium found",
    "optimum": "OPT",
}
LAST = {"no information": "NOINFO", "hull distance": "hull distance"}
"""Numbers with their names; what aligned agents would give her comes between the two."""

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Cell:
    """A number of the table: its formula, empty where it is constant, its fraction and decimal."""

    formula: str
    exact: str
    decimal: str


@dataclass(frozen=True)
class Row:
    """A row of the table; a guarantee has None where this number is not known."""

    name: str
    cells: tuple[Cell | None, ...]


def numbers(moving: Moving, game: Game) -> dict[str, str]:
    """The numbers that some cell or value has, in the order of the table, with their names."""
    known = [*moving.regions, *(r.best for r in moving.regions if r.best is not None)]
    found = {key for region in known for part in region.parts for key in part.values}
    named = {**FIRST, **_teams(game), **LAST}
    return {key: name for key, name in named.items() if key in found}


def _teams(game: Game) -> dict[str, str]:
    """What agents would give her who share her utility: of each alone, and of all together."""
    names = [agent.name for agent in game.agents]
    groups = [[name] for name in names] + [names]
    return {
        " of ".join(["team", *group]): printable(f"TEAM of {joined(group)}") for group in groups
    }


@dataclass(frozen=True)
class Known:
    """What is known at a value of each parameter that moves: in which cell, the verdict, and every
    number as a formula with its value. `where` is empty for one parameter.
    """

    where: str
    verdict: Verdict | None
    numbers: Mapping[str, tuple[str, Fraction]]


def known(region: Region | Plane, values: Values) -> Known:
    """What is known at these values, with the best equilibrium."""
    there = _there(region, values)
    if region.best is None:
        return there
    return replace(there, numbers={**there.numbers, **_there(region.best, values).numbers})


def _there(region: Region | Plane, values: Values) -> Known:
    if isinstance(region, Region):
        return _on_piece(region.at(values[0]), values[0], region.parameter.name, "")
    point, names = (values[0], values[1]), region.names
    face, corner, found = region.face_at(point), region.corner_at(point), region.side_at(point)
    if face is not None:
        numbers = {key: (formula(f, names), f.at(point)) for key, f in face.values.items()}
        return Known(polygon_words(face, region), face.verdict, numbers)
    if corner is not None:
        return _on_piece(corner.piece, point[0], names[0], corner_words(corner, names))
    if found is None:
        return Known("", None, {})
    side, n = found
    t = point[names.index(side.moving.name)]
    return _on_piece(side.pieces[n], t, side.moving.name, side_words(side, n))


def _on_piece(piece: Piece, t: Fraction, name: str, where: str) -> Known:
    found = {key: (formula(f, [name]), f.at(t)) for key, f in piece.values.items()}
    return Known(where, piece.verdict, found)


def polygon_words(face: Face, plane: Plane) -> str:
    """The inside of a polygon, as the table names it."""
    return signs(inside_words(face.polygon, plane))


def corner_words(corner: Corner, names: Sequence[str]) -> str:
    """A corner, as the table names it."""
    return ", ".join(f"{name} = {x}" for name, x in zip(names, corner.point, strict=True))


def side_words(side: Side, n: int) -> str:
    """A piece of a side, as the table names it."""
    return signs(along(side, n).removeprefix("for "))


def rows(moving: Moving, game: Game, values: Values) -> Iterator[Row]:
    """The rows of the table at these values."""
    there = [known(region, values).numbers for region in moving.regions]
    for key, name in numbers(moving, game).items():
        yield Row(name, tuple(_cell(part.get(key)) for part in there))


def _cell(number: tuple[str, Fraction] | None) -> Cell | None:
    if number is None:
        return None
    written, value = number
    rounded = "" if value.denominator == 1 else decimal(value)
    cut = "…" if rounded and Fraction(rounded) != value else ""
    return Cell(written, _signed(str(value)), _signed(rounded) + cut)


def formula(function: RationalFunction | Function, names: Sequence[str]) -> str:
    """The function as a formula, empty where it is constant.

    >>> formula(RationalFunction((Fraction(1), Fraction(0), Fraction(-2)), (Fraction(1),)), ["t"])
    '1 − 2 t²'
    """
    if isinstance(function, Function):
        constant, text = function.number, function.written(names)
    else:
        constant, text = function.constant, function.written(names[0])
    return "" if constant is not None else _signed(re.sub(r"\^(\d+)", _superscript, text))


def _superscript(power: re.Match[str]) -> str:
    return power[1].translate(SUPERSCRIPTS)


def _signed(text: str) -> str:
    """The text with true minus signs."""
    return text.replace("-", "−")
