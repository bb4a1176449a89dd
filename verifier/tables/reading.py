"""Tables of utilities are read from files and data frames.

What users may bring: docs/howto/bring_your_own_utilities.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import compress

from verifier.errors import InstanceError
from verifier.tables.cells import numbers
from verifier.tables.columns import EVERYTHING, Choice, columns_of
from verifier.tables.counters import refusal, suspicion
from verifier.tables.decimal_sign import sign_in
from verifier.tables.formats import USUAL, Form, grid_of
from verifier.tables.gaps import Gaps
from verifier.tables.gaps import Missing as Missing  # who reads tables finds it here
from verifier.tables.grid import Grid
from verifier.tables.long import refuse_long
from verifier.tables.notation import Notation
from verifier.tables.rows_read import RowsRead
from verifier.tables.source import Source as Source
from verifier.tables.source import source_of
from verifier.tables.table import UtilityTable


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
        notation = replace(notation, decimal=sign_in(grid, columns))
    if notation.decimal == ",":
        grid = replace(grid, text=None, read_as=(*grid.read_as, "decimal commas"))
    read = RowsRead(grid, columns, notation)
    source = source_of(grid, columns, notation, read.plain)
    named = choice.named if form.long is None else frozenset(read.names)
    return source, _table(read, source.digest, missing, named)


def _table(read: RowsRead, digest: str, missing: Missing, named: frozenset[str]) -> UtilityTable:
    """The table of all rows, with what was asked for done about those with missing cells.

    Raises InstanceError as well for a party that seems to number its rows and is not `named`.
    """
    grid, columns = read.grid, read.columns
    keep = Gaps(grid.name, read.names, read.gaps, len(read.complete)).kept(missing)
    if not all(keep):
        _without(read, keep)
    rows, at, scales = read.complete.taken()
    _refuse_counters(grid, list(compress(read.names, keep)), rows, scales, named)
    return UtilityTable(
        grid.name,
        digest,
        read.names[0],
        tuple(compress(read.names[1:], keep[1:])),
        rows,
        scales,
        at,
        tuple(name for name, _ in columns.labels),
        tuple([read.points[number] for number in at]),
        read.count - len(rows),
        tuple(name for name, kept in zip(read.names, keep, strict=True) if not kept),
        columns.asides,
        grid.read_as,
    )


def _without(read: RowsRead, keep: Sequence[bool]) -> None:
    """The rows that are complete without the other columns join those that are anyway."""
    read.complete.keep(keep)
    names = list(compress(read.names, keep))
    for gap in read.gaps:
        where = f"{read.grid.name}: {gap.place}"
        row = numbers(list(compress(gap.cells, keep)), names, where)
        if row is not None:
            read.complete.add(gap.number, *row)


def _refuse_counters(
    grid: Grid,
    parties: Sequence[str],
    rows: Sequence[Sequence[int]],
    scales: Sequence[int],
    named: frozenset[str],
) -> None:
    def column(n: int) -> Iterator[Fraction]:
        return (Fraction(row[n], scale) for row, scale in zip(rows, scales, strict=True))

    why = {
        name: reason
        for n, name in enumerate(parties)
        if name not in named and (reason := suspicion(name, column(n)))
    }
    if why:
        raise InstanceError(f"{grid.name}: {refusal(parties, why)}")
