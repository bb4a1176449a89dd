"""Tables of utilities are read from CSV and Parquet files.

What users may bring: docs/howto/bring_your_own_utilities.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, compress
from operator import itemgetter
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.files import read_text
from verifier.game.names import MAX_NAME_LENGTH
from verifier.printable import printable
from verifier.tables.cells import CellRow, CsvRows, csv_text, numbers
from verifier.tables.table import LABELS, MISSING, UtilityTable

MAX_BYTES = 256 * 2**20
MAX_CELLS = 10_000_000


class Missing(StrEnum):
    """The treatment of rows and columns with missing cells."""

    REFUSE = "refuse"
    DROP_ROWS = "drop rows"
    DROP_COLUMNS = "drop columns"


@dataclass(frozen=True)
class Source:
    """A file as CSV text: its own, or, `converted`, that of a Parquet file written as CSV."""

    name: str
    text: str
    converted: bool

    @property
    def digest(self) -> str:
        """A hash that identifies the text (proofs/FORMAT.md)."""
        return "sha256:" + hashlib.sha256(self.text.encode()).hexdigest()


def read_source(path: Path | str) -> Source:
    """The CSV text of a CSV or Parquet file.

    Raises InstanceError where the file cannot be read, SizeError beyond MAX_BYTES or MAX_CELLS.
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
    """The table in a text that has been read; the same arguments and errors as `read_table`."""
    return _Reading(source, CsvRows(source.name, source.text), user).table(missing)


class _Reading:
    """A table in the making: its complete rows so far, and the entries with missing cells."""

    def __init__(self, source: Source, lines: CsvRows, user: str | None) -> None:
        _check_header(source.name, lines.header)
        header = lines.header
        self.source, self.lines, self.header = source, lines, header
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

    def table(self, missing: Missing) -> UtilityTable:
        """The table of all rows, with what was asked for done about those with missing cells."""
        number = 0
        for number, cells in enumerate(self.lines, 1):
            if number * len(self.header) > MAX_CELLS:
                raise SizeError(
                    f"{self.source.name}: line {self.lines.line}: has more than {MAX_CELLS} cells"
                    " so far, at most that many are read"
                )
            self._read(number, self.lines.line, cells)
        if not number:
            raise InstanceError(
                f"{self.source.name}: has no rows below its header, expected one row per point"
            )
        keep = self._kept_columns(missing)
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

    def _read(self, number: int, line: int, cells: Sequence[str]) -> None:
        chosen = self.choose(cells)
        read = numbers(chosen, self.names, f"{self.source.name}: line {line}")
        entry = _Entry(
            len(self.rows), number, line, chosen, tuple(cells[n].strip() for n in self.labels)
        )
        if read is None:
            self.gaps.append(entry)
        else:
            self._add(entry, read, len(self.rows))

    def _add(self, entry: _Entry, row: CellRow, place: int) -> None:
        self.rows.insert(place, row[0])
        self.scales.insert(place, row[1])
        self.numbers.insert(place, entry.number)
        self.points.insert(place, entry.point)

    def _kept_columns(self, missing: Missing) -> list[bool]:
        """Which columns of numbers stay in the table.

        Where columns with missing cells are dropped, the rows that are complete without them join
        the others.
        """
        incomplete = {
            n for gap in self.gaps for n, cell in enumerate(gap.cells) if cell.strip() in MISSING
        }
        if missing is Missing.REFUSE and self.gaps:
            raise InstanceError(self._refusal(incomplete))
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

    def _refusal(self, incomplete: set[int]) -> str:
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
    """A row: its place among the complete rows, its number and line, its cells and its labels.

    `cells` are those of the user and then of the agents.
    """

    place: int
    number: int
    line: int
    cells: tuple[str, ...]
    point: tuple[str, ...]


def _check_header(name: str, header: list[str]) -> None:
    """Raises InstanceError for fewer than two columns, or names that are unfit or come twice."""
    if len(header) < 2:
        raise InstanceError(
            f"{name}: line 1: has {len(header)} columns, expected the user and at least one agent"
        )
    columns: dict[str, int] = {}
    for n, column in enumerate(header, 1):
        if not column or len(column) > MAX_NAME_LENGTH or printable(column) != column:
            shown = repr(column[:MAX_NAME_LENGTH])
            raise InstanceError(
                f"{name}: line 1: column {n} is called {shown}, expected a name of 1 to"
                f" {MAX_NAME_LENGTH} characters, all printable"
            )
        if column in columns:
            raise InstanceError(
                f"{name}: line 1: columns {columns[column]} and {n} are both {column!r}, expected"
                " different names"
            )
        columns[column] = n


def parquet_as_csv(path: Path, most_cells: int) -> str:
    """The columns of a Parquet file as CSV text.

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
    from pyarrow import types

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
    return csv_text(chain([file.schema_arrow.names], _rows(file)))


def _rows(file: Any) -> Iterator[tuple[str, ...]]:
    """The rows of a Parquet file as text, nulls as empty cells."""
    from pyarrow import string

    for batch in file.iter_batches():
        columns = [column.cast(string()).to_pylist() for column in batch.columns]
        filled = [["" if cell is None else cell for cell in column] for column in columns]
        yield from zip(*filled, strict=True)
