"""The rows of a table as they are read: complete ones, and those with missing cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import compress, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from verifier.errors import InstanceError, SizeError
from verifier.tables import grid as limits
from verifier.tables.cells import PLAIN_MISSING, numbers
from verifier.tables.collected import Collected
from verifier.tables.columns import Columns
from verifier.tables.gaps import Entry
from verifier.tables.grid import Grid
from verifier.tables.notation import Notation

if TYPE_CHECKING:
    from verifier.tables.planes import Block, PlainText


class RowsRead:
    """The rows of a grid: `complete` ones, the labels of all as `points`, and the `gaps` in others.

    `count` is the number of rows; `plain`: the kernel reads all cells of the parties as they are
    written. Raises InstanceError for a cell that is no number, SizeError beyond MAX_CELLS.
    """

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
