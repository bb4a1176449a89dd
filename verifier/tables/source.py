"""The CSV text that the kernel reads: a file's own, or one made of its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from verifier.tables.cells import csv_text, quickly
from verifier.tables.columns import Columns
from verifier.tables.grid import Grid
from verifier.tables.notation import Notation

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


def source_of(grid: Grid, columns: Columns, notation: Notation, plain: bool) -> Source:
    """The file's own text if the kernel reads this table from it, or one made of its cells.

    `plain`: the kernel reads all cells of the parties as they are written.
    """
    if plain and grid.text is not None:
        return Source(grid.name, grid.text, converted=False)
    return Source(grid.name, csv_text(_written(grid, columns, notation)), converted=True)


def _written(grid: Grid, columns: Columns, notation: Notation) -> Iterator[Sequence[str]]:
    """The header and the rows as the kernel reads them; a column without a name gets one."""
    choose: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*columns.parties)
    named = [name or f"column {n}" for n, name in enumerate(grid.header, 1)]
    yield [
        f"{name}, without a name" if not old and name in grid.header else name
        for name, old in zip(named, grid.header, strict=True)
    ]
    for _, cells in grid.rows():
        row = list(cells)
        for n, cell in zip(columns.parties, _shown(choose(cells), notation), strict=True):
            row[n] = cell
        yield row


def _shown(cells: Sequence[str], notation: Notation) -> Sequence[str]:
    """The cells of a row as the kernel reads them; short decimals are recognised together."""
    shown = cells
    if notation.decimal == "," and "." not in "".join(cells):
        shown = [cell.replace(",", ".") for cell in cells]
    if not notation.values and quickly(shown) is not None:
        return shown
    return [notation.plain(cell) for cell in cells]
