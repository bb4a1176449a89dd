"""CSV text as rows of cells, and cells as exact numbers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from math import lcm

from verifier.errors import InstanceError
from verifier.numbers import parse_rational

PLAIN_MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null"})
"""The texts of a cell without a number that the kernel knows (proofs/FORMAT.md)."""

_SHORT = r"[+-]?\d{1,15}(?:\.\d{1,15})?"
_SHORT_DECIMALS = re.compile(rf"{_SHORT}(?:\n{_SHORT})*", re.ASCII)

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

CellRow = tuple[tuple[int, ...], int]
"""Numbers over their common denominator, and that denominator."""


class CsvRows:
    """The rows of a CSV text below its header, each with as many cells; blank lines are skipped.

    Iteration raises InstanceError, with `name` and the line, for a row of another length and for
    text that is not CSV; so does a header that is not.
    """

    def __init__(self, name: str, text: str, separator: str = ",") -> None:
        self.name = name
        self._lines = csv.reader(
            _lines(text), strict=True, delimiter=separator, skipinitialspace=separator == " "
        )
        try:
            self.header = [cell.strip() for cell in next(filter(None, self._lines), [])]
        except csv.Error as error:
            raise self._no_csv(error) from error

    @property
    def line(self) -> int:
        """The number of the line just read; a quoted cell may span several lines."""
        return self._lines.line_num

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for cells in filter(None, self._lines):
                if len(cells) != len(self.header):
                    raise InstanceError(
                        f"{self.name}: line {self.line}: has {len(cells)} columns, expected"
                        f" {len(self.header)} as in the header{self._cause(cells)}"
                    )
                yield cells
        except csv.Error as error:
            raise self._no_csv(error) from error

    def widths(self, most: int) -> set[int]:
        """How many cells the first rows have, at most so many; 0 where they are not CSV."""
        try:
            return {len(cells) for cells in islice(filter(None, self._lines), most)}
        except csv.Error:
            return {0}

    def _cause(self, cells: Sequence[str]) -> str:
        """What often makes a row longer or shorter than the header."""
        if self.header[0].startswith("#"):
            return "; line 1 seems to be a comment: leave it out"
        if len(cells) == len(self.header) + 1:
            return (
                "; it ends with a separator, the header does not"
                if not cells[-1].strip()
                else "; if it begins with the row's name, as R writes it, the header needs a name"
                " for that column"
            )
        if len(cells) == len(self.header) - 1 and not self.header[-1]:
            return "; the header ends with a separator, this line does not"
        return ""

    def _no_csv(self, error: csv.Error) -> InstanceError:
        return InstanceError(f"{self.name}: line {self.line}: is not CSV: {error}")


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends, without a copy of it; a mark that begins it is none."""
    marked = text.startswith("\ufeff")
    return (match[0] for match in _LINE.finditer(text, 1 if marked else 0))


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """The CSV text of some rows, each with a line feed at its end."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def numbers(cells: Sequence[str], names: Sequence[str], where: str) -> CellRow | None:
    """Cells with decimals, integers and ratios as exact numbers; None if one of them is missing.

    What the kernel reads, and nothing else. `names` are the cells' columns, for messages. Raises
    InstanceError for a cell that is neither a rational nor missing.
    """
    found = quickly(cells)
    if found is not None:
        return found
    stripped = [cell.strip() for cell in cells]
    if not PLAIN_MISSING.isdisjoint(stripped):
        return None
    values: list[Fraction] = []
    for name, cell in zip(names, stripped, strict=True):
        try:
            values.append(parse_rational(cell))
        except InstanceError as error:
            raise InstanceError(f"{where}: column {name!r}: {error}") from error
    scale = lcm(*[value.denominator for value in values])
    return tuple([value.numerator * (scale // value.denominator) for value in values]), scale


def quickly(cells: Sequence[str]) -> CellRow | None:
    """Short integers and short decimals as exact numbers; None if a cell is anything else."""
    joined = "\n".join(cells)
    # beyond these int takes more than parse_rational does
    if joined.isascii() and "_" not in joined and len(joined) <= 16 * len(cells):
        with suppress(ValueError):
            return tuple(map(int, cells)), 1
    if _SHORT_DECIMALS.fullmatch(joined) and joined.count("\n") < len(cells):
        return _decimals(cells)
    return None


def _decimals(cells: Sequence[str]) -> CellRow:
    """Short decimals, of which most tables are made, are read without a fraction for each."""
    halves = [cell.partition(".") for cell in cells]
    places = max([len(half[2]) for half in halves])
    return tuple([int(whole + rest.ljust(places, "0")) for whole, _, rest in halves]), 10**places
