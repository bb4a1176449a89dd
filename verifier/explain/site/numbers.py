"""The numbers of all guarantees at one value of a parameter, as the table of a page has them.

The page's script (`templates/fraction.js`) computes the same table for every value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from verifier.explain.phrases import joined
from verifier.explain.site.page_data import Moving
from verifier.game.model import Game
from verifier.numbers import decimal
from verifier.printable import printable
from verifier.region.function import RationalFunction
from verifier.region.report import SAID

FIRST = {
    "claimed": "claimed, at least",
    "every equilibrium": "in every equilibrium, at least",
    "equilibrium": "in an equilibrium",
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
    regions = moving.regions
    found = dict.fromkeys(key for r in regions for piece in r.pieces for key in piece.values)
    named = {**FIRST, **_teams(game), **LAST}
    return {key: name for key, name in named.items() if key in found}


def _teams(game: Game) -> dict[str, str]:
    """What agents would give her who share her utility: of each alone, and of all together."""
    names = [agent.name for agent in game.agents]
    groups = [[name] for name in names] + [names]
    return {
        " of ".join(["team", *group]): printable(f"TEAM of {joined(group)}") for group in groups
    }


def verdicts(moving: Moving, t: Fraction) -> list[str]:
    """The verdict of every guarantee at one value."""
    return [SAID[region.at(t).verdict] for region in moving.regions]


def rows(moving: Moving, game: Game, t: Fraction) -> Iterator[Row]:
    """The rows of the table at one value."""
    pieces = [region.at(t) for region in moving.regions]
    for key, name in numbers(moving, game).items():
        functions = [piece.values.get(key) for piece in pieces]
        yield Row(name, tuple(_cell(f, t, moving.parameter.name) for f in functions))


def _cell(function: RationalFunction | None, t: Fraction, name: str) -> Cell | None:
    if function is None:
        return None
    value = function.at(t)
    rounded = "" if value.denominator == 1 else decimal(value)
    cut = "…" if rounded and Fraction(rounded) != value else ""
    return Cell(formula(function, name), _signed(str(value)), _signed(rounded) + cut)


def formula(function: RationalFunction, name: str) -> str:
    """The function as a formula, empty where it is constant.

    >>> formula(RationalFunction((Fraction(1), Fraction(0), Fraction(-2)), (Fraction(1),)), "t")
    '1 − 2 t²'
    """
    if function.constant is not None:
        return ""
    raised = re.sub(r"\^(\d+)", _superscript, function.written(name))
    return _signed(raised)


def _superscript(power: re.Match[str]) -> str:
    return power[1].translate(SUPERSCRIPTS)


def _signed(text: str) -> str:
    """The text with true minus signs."""
    return text.replace("-", "−")
