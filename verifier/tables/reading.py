"""Tables of utilities are read from files and data frames.

What users may bring: docs/howto/bring_your_own_utilities.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import compress, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from verifier.errors import InstanceError, SizeError
from verifier.tables import grid as limits
from verifier.tables.cells import PLAIN_MISSING, csv_text, numbers, quickly
from verifier.tables.collected import Collected
from verifier.tables.columns import EVERYTHING, Choice, Columns, columns_of
from verifier.tables.counters import refusal, suspicion
from verifier.tables.formats import USUAL, Form, grid_of
from verifier.tables.gaps import Entry, Gaps
from verifier.tables.gaps import Missing as Missing  # who reads tables finds it here
from verifier.tables.grid import Grid
from verifier.tables.long import refuse_long
from verifier.tables.notation import Notation, decimal_sign
from verifier.tables.table import UtilityTable

if TYPE_CHECKING:
    from verifier.tables.planes import Block, PlainText

HASHED = 2**20
"""So many characters of a text are hashed at a time."""


@dataclass(frozen=True)
class Source:
    """The CSV text that the kernel reads: the file's own, or, `converted`, one made of the file."""

    name: str
    text: str
    converted: bool

    @property
    def digest(self) -> str:
        """A hash that identifies the text (proofs/FORMAT.md)."""
        found = hashlib.sha256()
        for start in range(0, len(self.text), HASHED):
            found.update(self.text[start : start + HASHED].encode())
        return f"sha256:{found.hexdigest()}"


def read_table(
    given: object,
    user: str | None = None,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    form: Form = USUAL,
) -> UtilityTable:
    """The table in a file or a data frame.

    A header of names, then rows of exact numbers; columns called `action`, `state` or `item`, and
    an index, hold labels, and columns of text are no parties. The user's column is the first with
    numbers unless `user` names another; the rest are agents, unless `choice` says which. A cell
    without a number is an error unless `missing` says what to drop, and so is a column that seems
    to number its rows. Raises InstanceError with file, line and column for anything inexact, and
    SizeError beyond MAX_BYTES or MAX_CELLS.
    """
    return read_source(given, user, missing, choice, form)[1]


def read_source(
    given: object,
    user: str | None = None,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    form: Form = USUAL,
    name: str = "frame",
) -> tuple[Source, UtilityTable]:
    """The table with the text that the kernel reads; `name` is for a data frame's messages."""
    grid = grid_of(given, form, name)
    choice = choice if user is None else replace(choice, user=user)
    notation = Notation(form.decimal or ".", form.tokens)
    columns = columns_of(grid, choice, notation)
    if not choice.named and len(columns.parties) == 2:
        refuse_long(grid, *columns.parties, texts=columns.texts)
    if form.decimal is None and grid.commas:
        notation = replace(notation, decimal=_sign(grid, columns))
    if notation.decimal == ",":
        grid = replace(grid, text=None, read_as=(*grid.read_as, "decimal commas"))
    reading = _Reading(grid, columns, notation)
    named = choice.named if form.long is None else frozenset(reading.names)
    return reading.source, reading.table(missing, named)


def _sign(grid: Grid, columns: Columns) -> str:
    """The decimal sign; a text with but one of the two is not searched to its end."""
    text = grid.plain.text if grid.plain else ",."
    if "," not in text:
        return "."
    for row in _cells(grid, columns) if "." not in text else ():
        with suppress(InstanceError):  # a comma that may separate thousands
            if decimal_sign([row]) == ",":
                return ","
    return decimal_sign(_cells(grid, columns))


def _cells(grid: Grid, columns: Columns) -> Iterator[tuple[str, Sequence[str]]]:
    """The parties' cells with a comma or a point in them."""
    choose: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*columns.parties)
    for number, cells in grid.rows():
        chosen = choose(cells)
        if "," in (joined := "".join(chosen)) or "." in joined:
            yield grid.where(number), chosen


class _Reading:
    """A table in the making: its complete rows so far, and the entries with missing cells."""

    def __init__(self, grid: Grid, columns: Columns, notation: Notation) -> None:
        self.grid, self.columns, self.notation = grid, columns, notation
        self.names = [grid.header[n] for n in columns.parties]
        self.choose: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*columns.parties)
        self.plain = grid.header.count("") < 2
        self.quick = notation.decimal == "." and not notation.values
        self.complete = Collected()
        self.points: dict[int, tuple[str, ...]] = {}
        self.gaps: list[Entry] = []
        self.count = 0
        if notation.values or not (grid.plain and self._read_plain(grid.plain)):
            self._read_all()
        if not self.count:
            raise InstanceError(
                f"{grid.name}: has no rows below its header, expected one row per point"
            )
        self.source = self._source()

    def _read_all(self) -> None:
        """All rows, one by one."""
        for number, cells in self.grid.rows():
            self._counted(number, 1)
            self._read(number, cells)

    def _counted(self, number: int, rows: int) -> None:
        self.count += rows
        if self.count * len(self.grid.header) > limits.MAX_CELLS:
            raise SizeError(
                f"{self.grid.where(number)}: has more than {limits.MAX_CELLS} cells so far, at most"
                " that many are read"
            )

    def _read_plain(self, text: PlainText) -> bool:
        """All rows, many at once; False if a line has another length, and is to be named."""
        for block in text.blocks(self.notation.decimal):
            if block is None:
                self.complete, self.points, self.gaps, self.count = Collected(), {}, [], 0
                return False
            self._read_block(block)
        return True

    def _read_block(self, block: Block) -> None:
        first, found = self.count, block.numbers(self.columns.parties)
        good = found.good.tolist()
        rows = [row for row, fit in enumerate(good) if fit]
        for n in self.columns.texts:
            for row, cell in zip(rows, compress(block.column(n), good), strict=True):
                self._refuse_number(first + row + 2, n, cell)
        labels = [compress(block.column(n), good) for _, n in self.columns.labels]
        texts = zip(*labels, strict=True) if labels else repeat((), len(rows))
        for row, point in zip(rows, texts, strict=True):
            self.points[first + row + 1] = tuple(map(str.strip, point))
        numbers = [first + row + 1 for row in rows]
        chosen = slice(None) if all(good) else rows
        self.complete.extend(numbers, found.values[chosen], found.scales[chosen].tolist())
        for row in [row for row, fit in enumerate(good) if not fit]:
            self.count = first + row + 1
            self._read(self.count + 1, block.cells(row))
        self.count = first
        self._counted(first + len(block) + 1, len(block))

    def _read(self, number: int, cells: Sequence[str]) -> None:
        """The row just counted, which has this number in the file."""
        for n in self.columns.texts:
            self._refuse_number(number, n, cells[n])
        chosen, row = self.choose(cells), None
        point = tuple(cells[n].strip() for _, n in self.columns.labels)
        if self.quick:
            with suppress(InstanceError):
                row = numbers(chosen, self.names, "")
        if row is None:
            chosen = self._plain(number, chosen)
            row = None if "" in chosen else numbers(chosen, self.names, self.grid.where(number))
        self.points[self.count] = point
        if row is None:
            self.gaps.append(Entry(self.count, self.grid.place(number), chosen))
        else:
            self.complete.add(self.count, *row)

    def _plain(self, number: int, cells: Sequence[str]) -> tuple[str, ...]:
        """The cells as the kernel reads them; notes whether any was written otherwise."""
        found = []
        for name, cell in zip(self.names, cells, strict=True):
            try:
                found.append(self.notation.plain(cell))
            except InstanceError as error:
                raise InstanceError(
                    f"{self.grid.where(number)}: column {name!r}: {error}; if"
                    " that is no party, leave it out (--without)"
                ) from error
        as_they_are = [cell.strip() for cell in cells]
        self.plain &= all(
            new == old or (not new and old in PLAIN_MISSING)
            for new, old in zip(found, as_they_are, strict=True)
        )
        return tuple(found)

    def _refuse_number(self, number: int, n: int, cell: str) -> None:
        text = cell.strip()
        if self.notation.is_number(text):
            column = self.grid.header[n]
            why = next(aside.why for aside in self.columns.asides if aside.column == column)
            raise InstanceError(
                f"{self.grid.where(number)}: column {column!r} has a number, {text!r:.40}, and"
                f" {why}: make it one or the other, or leave it out (--without)"
            )

    def _source(self) -> Source:
        """The file's own text if the kernel reads this table from it, or one made of its cells."""
        if self.plain and self.grid.text is not None:
            return Source(self.grid.name, self.grid.text, converted=False)
        return Source(self.grid.name, csv_text(self._written()), converted=True)

    def _written(self) -> Iterator[Sequence[str]]:
        """The header and the rows as the kernel reads them; a column without a name gets one."""
        header = self.grid.header
        named = [name or f"column {n}" for n, name in enumerate(header, 1)]
        yield [
            f"{name}, without a name" if not old and name in header else name
            for name, old in zip(named, header, strict=True)
        ]
        for _, cells in self.grid.rows():
            row = list(cells)
            for n, cell in zip(self.columns.parties, self._shown(self.choose(cells)), strict=True):
                row[n] = cell
            yield row

    def _shown(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a row as the kernel reads them; short decimals are recognised together."""
        shown = cells
        if self.notation.decimal == "," and "." not in "".join(cells):
            shown = [cell.replace(",", ".") for cell in cells]
        if not self.notation.values and quickly(shown) is not None:
            return shown
        return [self.notation.plain(cell) for cell in cells]

    def table(self, missing: Missing, named: frozenset[str]) -> UtilityTable:
        """The table of all rows, with what was asked for done about those with missing cells.

        Raises InstanceError as well for a party that seems to number its rows and is not `named`.
        """
        keep = Gaps(self.grid.name, self.names, self.gaps, len(self.complete)).kept(missing)
        if not all(keep):
            self._without(keep)
        rows, numbers, scales = self.complete.taken()
        self._refuse_counters(rows, scales, keep, named)
        return UtilityTable(
            self.grid.name,
            self.source.digest,
            self.names[0],
            tuple(compress(self.names[1:], keep[1:])),
            rows,
            scales,
            numbers,
            tuple(name for name, _ in self.columns.labels),
            tuple([self.points[number] for number in numbers]),
            self.count - len(rows),
            tuple(name for name, kept in zip(self.names, keep, strict=True) if not kept),
            self.columns.asides,
            self.grid.read_as,
        )

    def _without(self, keep: Sequence[bool]) -> None:
        """The rows that are complete without the other columns join those that are anyway."""
        self.complete.keep(keep)
        names = list(compress(self.names, keep))
        for gap in self.gaps:
            where = f"{self.grid.name}: {gap.place}"
            row = numbers(list(compress(gap.cells, keep)), names, where)
            if row is not None:
                self.complete.add(gap.number, *row)

    def _refuse_counters(
        self,
        rows: Sequence[Sequence[int]],
        scales: Sequence[int],
        keep: Sequence[bool],
        named: frozenset[str],
    ) -> None:
        def column(n: int) -> Iterator[Fraction]:
            return (Fraction(row[n], scale) for row, scale in zip(rows, scales, strict=True))

        parties = list(compress(self.names, keep))
        why = {
            name: reason
            for n, name in enumerate(parties)
            if name not in named and (reason := suspicion(name, column(n)))
        }
        if why:
            raise InstanceError(f"{self.grid.name}: {refusal(parties, why)}")
