"""Reads tables of utilities from CSV and Parquet files (interface.md, `verifier hull`)."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import compress
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from verifier.errors import InstanceError, SizeError
from verifier.files import read_text
from verifier.game.place import MAX_NAME_LENGTH
from verifier.tables.cells import Row, numbers
from verifier.tables.table import LABELS, MISSING, UtilityTable

MAX_BYTES = 256 * 2**20


MAX_CELLS = 10_000_000


FORMATS = (".csv", ".parquet")


class Missing(StrEnum):
    """What is done about rows and columns with missing cells."""

    REFUSE = "refuse"
    DROP_ROWS = "drop rows"
    DROP_COLUMNS = "drop columns"


class Lines(Protocol):
    """A CSV reader: rows of cells, and the number of the line just read (a quoted cell may span
    several).
    """

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Lines: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True)
class Source:
    """A file as CSV text: what it says, or, of a Parquet file, what it says when written as CSV."""

    name: str
    text: str
    converted: bool

    @property
    def digest(self) -> str:
        """Identifies the text (proofs/FORMAT.md)."""
        return "sha256:" + hashlib.sha256(self.text.encode()).hexdigest()


def read_source(path: Path | str) -> Source:
    """The file's CSV text.

    Raises InstanceError where it cannot be read, SizeError beyond MAX_BYTES or MAX_CELLS.
    """
    if Path(path).suffix.lower() == ".parquet":
        return Source(str(path), parquet_as_csv(Path(path), MAX_CELLS), converted=True)
    return Source(str(path), read_text(path, MAX_BYTES), converted=False)


def read_table(
    path: Path | str, user: str | None = None, missing: Missing = Missing.REFUSE
) -> UtilityTable:
    """The table in a CSV or Parquet file.

    A header of names, then rows of exact numbers; columns called `action`, `state` or `item` hold
    labels. The user's column is the first with numbers unless `user` names another; the rest are
    agents. Blank lines are skipped. A cell without a number is an error unless `missing` says what
    to drop. Raises InstanceError with file, line and column for anything inexact, and SizeError
    beyond MAX_BYTES or MAX_CELLS.
    """
    return table_of(read_source(path), user, missing)


def table_of(
    source: Source, user: str | None = None, missing: Missing = Missing.REFUSE
) -> UtilityTable:
    """As `read_table`, for what has been read."""
    lines = csv.reader(
        io.StringIO(source.text.removeprefix("\ufeff"), newline=""), strict=True
    )  # spreadsheets write the mark
    try:
        return _Reading(source, _header(source.name, next(lines, [])), user).table(lines, missing)
    except csv.Error as error:
        raise InstanceError(f"{source.name}: line {lines.line_num}: is not CSV: {error}") from error


class _Reading:
    """One table in the making."""

    def __init__(self, source: Source, header: Sequence[str], user: str | None) -> None:
        self.source, self.header = source, header
        self.labels = [n for n, column in enumerate(header) if column in LABELS]
        parties = [n for n, column in enumerate(header) if column not in LABELS]
        if len(parties) < 2:
            raise InstanceError(
                f"{source.name}: line 1: has {len(parties)} columns of numbers, expected the user"
                " and at least one agent"
            )
        if user is not None and user not in [header[n] for n in parties]:
            shown = ", ".join(repr(header[n]) for n in parties[:10]) + (
                ", ..." if len(parties) > 10 else ""
            )
            raise InstanceError(
                f"{source.name}: line 1: no column of numbers is called {user!r}, there are {shown}"
            )
        first = parties[0] if user is None else header.index(user)
        self.columns = [first, *(n for n in parties if n != first)]
        self.names = [header[n] for n in self.columns]
        self.choose: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*self.columns)
        self.rows: list[tuple[int, ...]] = []
        self.scales: list[int] = []
        self.numbers: list[int] = []
        self.points: list[tuple[str, ...]] = []
        self.gaps: list[_Entry] = []

    def table(self, lines: Lines, missing: Missing) -> UtilityTable:
        """Reads all rows, then does what was asked about those with missing cells."""
        number = 0
        for cells in lines:
            if not cells:
                continue
            number += 1
            if number * len(self.header) > MAX_CELLS:
                raise SizeError(
                    f"{self.source.name}: line {lines.line_num}: has more than {MAX_CELLS} cells so"
                    " far, at most that many are read"
                )
            self._row(number, lines.line_num, cells)
        if not number:
            raise InstanceError(
                f"{self.source.name}: has no rows below its header, expected one row per point"
            )
        keep = self._settle(missing)
        if not self.rows:
            raise InstanceError(
                f"{self.source.name}: each of its {number} rows has a missing cell: nothing is left"
                " to compare"
            )
        return UtilityTable(
            self.source.name,
            self.source.digest,
            self.names[0],
            tuple(compress(self.names[1:], keep[1:])),
            tuple(self.rows),
            tuple(self.scales),
            tuple(self.numbers),
            tuple(self.header[n] for n in self.labels),
            tuple(self.points),
            number - len(self.rows),
            tuple(name for name, kept in zip(self.names, keep, strict=True) if not kept),
        )

    def _row(self, number: int, line: int, cells: Sequence[str]) -> None:
        where = f"{self.source.name}: line {line}"
        if len(cells) != len(self.header):
            raise InstanceError(
                f"{where}: has {len(cells)} columns, expected {len(self.header)} as in the header"
            )
        chosen = self.choose(cells)
        read = numbers(chosen, self.names, where)
        entry = _Entry(
            len(self.rows), number, line, chosen, tuple(cells[n].strip() for n in self.labels)
        )
        if read is None:
            self.gaps.append(entry)
        else:
            self._add(entry, read, len(self.rows))

    def _add(self, entry: _Entry, row: Row, place: int) -> None:
        self.rows.insert(place, row[0])
        self.scales.insert(place, row[1])
        self.numbers.insert(place, entry.number)
        self.points.insert(place, entry.point)

    def _settle(self, missing: Missing) -> list[bool]:
        """Which columns stay.

        Rows with gaps join the others where the columns at fault are dropped.
        """
        incomplete = {
            n for gap in self.gaps for n, cell in enumerate(gap.cells) if cell.strip() in MISSING
        }
        if missing is Missing.REFUSE and self.gaps:
            raise InstanceError(self._gaps_told(incomplete))
        keep = [
            missing is not Missing.DROP_COLUMNS or n not in incomplete
            for n in range(len(self.names))
        ]
        if missing is not Missing.DROP_COLUMNS or all(keep):
            return keep
        if not keep[0]:
            raise InstanceError(
                f"{self.source.name}: the user's column {self.names[0]!r} has missing cells: try"
                " --drop-rows"
            )
        if not any(keep[1:]):
            raise InstanceError(
                f"{self.source.name}: the column of every agent has missing cells: try --drop-rows"
            )
        self.rows = [tuple(compress(row, keep)) for row in self.rows]
        names = list(compress(self.names, keep))
        for done, gap in enumerate(self.gaps):
            where = f"{self.source.name}: line {gap.line}"
            row = numbers(list(compress(gap.cells, keep)), names, where)
            if row is not None:
                self._add(gap, row, gap.place + done)
        return keep

    def _gaps_told(self, incomplete: set[int]) -> str:
        cells = sum(cell.strip() in MISSING for gap in self.gaps for cell in gap.cells)
        first = self.gaps[0]
        column = next(
            name
            for name, cell in zip(self.names, first.cells, strict=True)
            if cell.strip() in MISSING
        )
        rows, agents = len(self.rows) + len(self.gaps), len(self.names) - 1
        choices = [f"--drop-rows keeps {len(self.rows)} of {rows} rows"] if self.rows else []
        if 0 not in incomplete and len(incomplete) < agents:
            choices.append(f"--drop-columns keeps {agents - len(incomplete)} of {agents} agents")
        advice = ", ".join(choices) if choices else "neither rows nor columns are complete"
        return (
            f"{self.source.name}: {_counted(cells, 'cell')} missing, in"
            f" {_counted(len(self.gaps), 'row')} and {_counted(len(incomplete), 'column')}, the"
            f" first on line {first.line} in column {column!r}: fill them, or leave them out"
            f" ({advice})"
        )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True)
class _Entry:
    """A row: where it belongs among the complete ones, its number and line, its cells in party
    order, and its labels.
    """

    place: int
    number: int
    line: int
    cells: tuple[str, ...]
    point: tuple[str, ...]


def _header(name: str, cells: list[str]) -> list[str]:
    if len(cells) < 2:
        raise InstanceError(
            f"{name}: line 1: has {len(cells)} columns, expected the user and at least one agent"
        )
    columns: dict[str, int] = {}
    for n, cell in enumerate(cells, 1):
        column = cell.strip()
        if not column or len(column) > MAX_NAME_LENGTH or not column.isprintable():
            shown = repr(column[:MAX_NAME_LENGTH])
            raise InstanceError(
                f"{name}: line 1: column {n} is called {shown}, expected a name of 1 to"
                f" {MAX_NAME_LENGTH} characters"
            )
        if column in columns:
            raise InstanceError(
                f"{name}: line 1: columns {columns[column]} and {n} are both {column!r}, expected"
                " different names"
            )
        columns[column] = n
    return list(columns)


def read_pairs(path: Path | str, header: tuple[str, str]) -> dict[str, Fraction]:
    """A CSV of two columns with these names: a name and an exact number.

    Raises InstanceError with file and line.
    """
    lines = csv.reader(
        io.StringIO(read_text(path, MAX_BYTES).removeprefix("\ufeff"), newline=""), strict=True
    )
    found: dict[str, Fraction] = {}
    try:
        named = [cell.strip() for cell in next(lines, [])]
        if named != list(header):
            raise InstanceError(
                f"{path}: line 1: has the columns {', '.join(named) or 'none'}, expected"
                f" {', '.join(header)}"
            )
        for cells in filter(None, lines):
            where = f"{path}: line {lines.line_num}"
            if len(cells) != 2:
                raise InstanceError(
                    f"{where}: has {len(cells)} columns, expected {header[0]} and {header[1]}"
                )
            name = cells[0].strip()
            if name in found:
                raise InstanceError(f"{where}: {header[0]} {name!r} appears twice")
            read = numbers([cells[1]], [header[1]], where)
            if read is None:
                raise InstanceError(f"{where}: {header[1]} is missing")
            found[name] = Fraction(read[0][0], read[1])
    except csv.Error as error:
        raise InstanceError(f"{path}: line {lines.line_num}: is not CSV: {error}") from error
    if not found:
        raise InstanceError(f"{path}: has no rows below its header")
    return found


def parquet_as_csv(path: Path, most_cells: int) -> str:
    """The file's columns as CSV text.

    Integers, decimals and text are written as they are; a binary float is written as the shortest
    decimal that reads back as the same float; nulls are empty cells. Raises InstanceError for other
    types, for files that cannot be read and where pyarrow is not installed; SizeError beyond
    `most_cells`.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise InstanceError(
            f"{path}: reading Parquet needs pyarrow: pip install"
            " 'emergent-alignment-verifier[parquet]', or save it as CSV"
        ) from error
    try:
        with ParquetFile(path) as file:
            cells = file.metadata.num_rows * file.metadata.num_columns
            if cells > most_cells:
                raise SizeError(f"{path}: has {cells} cells, at most {most_cells} are read")
            return _written(path, file)
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ArrowException as error:
        raise InstanceError(f"{path}: is not a Parquet file: {error}") from error


def _written(path: Path, file: Any) -> str:
    from pyarrow import string, types

    readable = (
        types.is_integer,
        types.is_floating,
        types.is_decimal,
        types.is_string,
        types.is_large_string,
    )
    for field in file.schema_arrow:
        kind = field.type.value_type if types.is_dictionary(field.type) else field.type
        if not any(test(kind) for test in readable):
            raise InstanceError(
                f"{path}: column {field.name!r} is of type {field.type}, expected numbers or text"
            )
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(file.schema_arrow.names)
    for batch in file.iter_batches():
        columns = [column.cast(string()).to_pylist() for column in batch.columns]
        writer.writerows(
            zip(
                *[["" if cell is None else cell for cell in column] for column in columns],
                strict=True,
            )
        )
    return stream.getvalue()
