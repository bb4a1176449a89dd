"""CSV tables of utilities: one column per party, one row per point (interface.md, `verifier hull`)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from verifier.errors import InstanceError, SizeError
from verifier.game.place import MAX_NAME_LENGTH
from verifier.game.toml import read_text
from verifier.rational import parse_rational

MAX_BYTES = 64 * 2**20
MAX_CELLS = 5_000_000


class Lines(Protocol):
    """A CSV reader: rows of cells, and the number of the line just read (a quoted cell may span several)."""

    @property
    def line_num(self) -> int:
        """The number of lines read so far."""

    def __iter__(self) -> Lines: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True)
class UtilityTable:
    """The user's utilities and every agent's at the same points; `generators[i]` belongs to `agents[i]`."""

    name: str
    user: str
    agents: tuple[str, ...]
    target: tuple[Fraction, ...]
    generators: tuple[tuple[Fraction, ...], ...]


def read_table(path: Path | str) -> UtilityTable:
    """Reads a header of names and rows of exact numbers; the first column is the user, the others are agents.

    There are no label columns: every cell below the header is a rational. Blank lines are skipped. Raises InstanceError with
    file, line and column for anything missing, empty or inexact; SizeError beyond MAX_BYTES or MAX_CELLS.
    """
    text = read_text(path, MAX_BYTES).removeprefix("\ufeff")  # spreadsheets write a byte order mark
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return _table(str(path), lines)
    except csv.Error as error:
        raise InstanceError(f"{path}: line {lines.line_num}: is not CSV: {error}") from error


def _table(name: str, lines: Lines) -> UtilityTable:
    header = _header(name, next(lines, []))
    rows: list[list[Fraction]] = []
    for cells in lines:
        if cells:
            rows.append(_row(f"{name}: line {lines.line_num}", header, cells))
        if len(rows) * len(header) > MAX_CELLS:
            raise SizeError(
                f"{name}: line {lines.line_num}: has more than {MAX_CELLS} cells so far, at most that many are read"
            )
    if not rows:
        raise InstanceError(f"{name}: has no rows below its header, expected one row per point")
    target, *generators = zip(*rows, strict=True)
    return UtilityTable(name, header[0], tuple(header[1:]), tuple(target), tuple(map(tuple, generators)))


def _header(name: str, cells: list[str]) -> list[str]:
    if len(cells) < 2:
        raise InstanceError(f"{name}: line 1: has {len(cells)} columns, expected the user and at least one agent")
    columns: dict[str, int] = {}
    for n, cell in enumerate(cells, 1):
        column = cell.strip()
        if not column or len(column) > MAX_NAME_LENGTH or not column.isprintable():
            shown = repr(column[:MAX_NAME_LENGTH])
            raise InstanceError(
                f"{name}: line 1: column {n} is called {shown}, expected a name of 1 to {MAX_NAME_LENGTH} characters"
            )
        if column in columns:
            raise InstanceError(
                f"{name}: line 1: columns {columns[column]} and {n} are both {column!r}, expected different names"
            )
        columns[column] = n
    return list(columns)


def _row(where: str, header: list[str], cells: list[str]) -> list[Fraction]:
    if len(cells) != len(header):
        raise InstanceError(f"{where}: has {len(cells)} columns, expected {len(header)} as in the header")
    found = []
    for column, cell in zip(header, cells, strict=True):
        try:
            found.append(parse_rational(cell.strip()))
        except InstanceError as error:
            raise InstanceError(f"{where}: column {column!r}: {error}") from error
    return found
