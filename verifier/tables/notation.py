"""The ways in which tables write numbers and missing cells, put into the kernel's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from verifier.errors import InstanceError
from verifier.numbers import parse_rational

MISSING = frozenset(
    {
        *("", "na", "n/a", "nan", "-nan", "null", "none", "<na>", "#n/a", "#na", "#n/a n/a"),
        *("1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "-", "\u2013", "\u2014", ".", "?"),
    }
)
"""The texts of a cell without a number, in lower case: those of pandas, and four more signs."""

_BARE = re.compile(r"([+-]?)(\d*)\.(\d*)((?:[eE][+-]?\d{1,4})?)", re.ASCII)
_BEGINNING = re.compile(r"[+\-\u2212]?\s?[$€£]?[.,]?\d")
_LETTER = re.compile(r"[^\W\d_eE]")
_COMMA = re.compile(r"[+\-\u2212]?\d*,\d+(?:[eE][+-]?\d{1,4})?", re.ASCII)
_THOUSANDS = re.compile(r"[+\-\u2212]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Notation:
    """How a table writes its cells: the decimal sign, and texts that are missing beside MISSING.

    Among these a number stands for whatever is as large: -99 for -99.0, too.
    """

    decimal: str = "."
    tokens: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> frozenset[str]:
        """The texts of a missing cell, in lower case."""
        return MISSING.union(token.strip().casefold() for token in self.tokens)

    @cached_property
    def values(self) -> frozenset[Fraction]:
        """The numbers that stand for a missing cell."""
        found = set()
        for token in self.tokens:
            text = _with_digits(token.strip().replace(self.decimal, "."))
            try:
                found.add(parse_rational(text))
            except InstanceError:
                continue
        return frozenset(found)

    def missing(self, cell: str) -> bool:
        """Whether a cell's text says that there is no number."""
        return cell.strip().casefold() in self.texts

    def is_text(self, cell: str) -> bool:
        """Whether a cell is not missing, and does not even look like a number with a fault."""
        text = cell.strip()
        return not self.missing(text) and (
            _BEGINNING.match(text) is None or _LETTER.search(text) is not None
        )

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number, without a fault."""
        if self.is_text(cell):
            return False
        try:
            return bool(self.plain(cell))
        except InstanceError:
            return False

    def plain(self, cell: str) -> str:
        """The cell as the kernel reads it: an integer, a decimal or a ratio, empty if missing.

        Raises InstanceError (without a place: the caller knows it) for anything else.
        """
        text = cell.strip()
        if self.missing(text):
            return ""
        number = text.replace("\u2212", "-")
        if self.decimal == "," and "." in number:
            raise InstanceError(f"{text!r} has a point, and the decimal sign is a comma")
        if self.decimal == "," and number.count(",") == 1:
            number = number.replace(",", ".")
        number = _with_digits(number)
        try:
            value = parse_rational(number)
        except InstanceError as error:
            raise InstanceError(f"{error}{self._cause(text)}") from error
        return "" if value in self.values else number

    def _cause(self, text: str) -> str:
        if _COMMA.fullmatch(text) or _THOUSANDS.fullmatch(text):
            return "; if its comma is a decimal sign, say --decimal ,"
        if text[-1:] == "%":
            return "; a percentage is a fraction or a decimal, as 0.5 is 50%, in all columns alike"
        return "; leave out the sign" if text[:1] in "$€£" else ""


def _with_digits(number: str) -> str:
    """The digits that `.5` and `5.` go without."""
    match = _BARE.fullmatch(number)
    if match is None or bool(match[2]) == bool(match[3]):
        return number
    sign, whole, places, power = match.groups()
    return f"{sign}{whole}{power}" if whole else f"{sign}0.{places}{power}"


def decimal_sign(rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """The sign that cells have between units and tenths: a comma only if nothing else is possible.

    Each row has its place, for messages. Raises InstanceError where commas may separate thousands,
    and where a point is a decimal sign as well.
    """
    point = comma = thousands = None
    for where, cells in rows:
        for cell in map(str.strip, cells):
            if _THOUSANDS.fullmatch(cell):
                thousands = thousands or (where, cell)
            elif _COMMA.fullmatch(cell):
                comma = comma or (where, cell)
            elif "." in cell and "," not in cell and _BEGINNING.match(cell):
                point = point or (where, cell)
    if comma is not None and point is not None:
        raise InstanceError(
            f"{comma[0]}: {comma[1]!r} seems to have a decimal comma, and {point[1]!r}"
            f" ({point[0]}) a decimal point: write them alike, or say which is one (--decimal)"
        )
    if comma is None and thousands is not None:
        raise InstanceError(
            f"{thousands[0]}: {thousands[1]!r} is a decimal or has thousands: say --decimal , or"
            " write it without a comma"
        )
    return "." if comma is None else ","
