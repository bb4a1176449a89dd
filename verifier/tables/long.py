"""The long format, a row for each score, becomes a grid with a row for each item."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterator, Sequence

from verifier.errors import InstanceError, SizeError
from verifier.meant import hint
from verifier.tables import grid as limits
from verifier.tables.cells import csv_text
from verifier.tables.grid import Grid, Row, listed
from verifier.tables.table import LABELS

Long = tuple[str, str, str]
"""The columns with the items, with who scored them, and with the scores."""


def long_named(words: str) -> Long:
    """The three columns that --long names; one with a comma is quoted as in CSV.

    Raises InstanceError for another number of them, or the same twice.
    """
    names = [name.strip() for name in next(csv.reader([words]), [])]
    if len(names) != 3 or len(set(names)) != 3:
        raise InstanceError(
            f"--long {words!r}: expected three different columns, ITEM,PARTY,SCORE: what was"
            " scored, by whom, and the score"
        )
    item, party, score = names
    return item, party, score


def wide(grid: Grid, columns: Long) -> Grid:
    """The grid with a row for each item, a column for each party, and the scores as cells.

    Items and parties are in the order in which they come up; a pair without a score is an empty
    cell. Raises InstanceError for a column that is not there, a row without an item or a party, and
    a pair that is scored twice; SizeError beyond MAX_CELLS.
    """
    item, party, score = [_found(grid, name) for name in columns]
    parties: dict[str, int] = {}
    scores: dict[str, dict[int, tuple[int, str]]] = {}
    for number, cells in grid.rows():
        what, who = cells[item].strip(), cells[party].strip()
        if not what or not who:
            empty = columns[0] if not what else columns[1]
            raise InstanceError(f"{grid.where(number)}: column {empty!r} is empty")
        if who in LABELS:
            raise InstanceError(
                f"{grid.where(number)}: {who!r} is a label's name, expected another for a party"
            )
        n = parties.setdefault(who, len(parties))
        given = scores.setdefault(what, {})
        if n in given:
            raise InstanceError(
                f"{grid.where(number)}: {what!r:.60} is scored by {who!r:.60} a second time, after"
                f" {grid.place(given[n][0])}, expected one score"
            )
        given[n] = number, cells[score]
        if len(scores) * len(parties) > limits.MAX_CELLS:
            raise SizeError(
                f"{grid.where(number)}: {len(scores)} items and {len(parties)} parties would be"
                f" more than {limits.MAX_CELLS} cells, at most that many are read"
            )
    items = list(scores)

    def rows() -> Iterator[Row]:
        for number, (what, given) in enumerate(scores.items(), 1):
            yield number, [what, *(given.get(n, (0, ""))[1] for n in range(len(parties)))]

    return Grid(
        grid.name,
        ("item", *parties),
        rows,
        lambda number: f"item {items[number - 1]!r:.60}",
        top="",
        read_as=(
            *grid.read_as,
            f"a row for each score: items {columns[0]}, parties {columns[1]}, scores {columns[2]}",
        ),
    )


def refuse_long(grid: Grid, user: int, agent: int, texts: Sequence[int]) -> None:
    """Raises InstanceError where a table of two parties looks as if it had a row for each score.

    That is so if every number in the user's column stands beside every text of another column,
    once.
    """
    for text in texts:
        pairs = [(cells[user].strip(), cells[text].strip()) for _, cells in grid.rows()]
        items, parties = {item for item, _ in pairs}, {party for _, party in pairs}
        crossed = len(set(pairs)) == len(pairs) == len(items) * len(parties)
        if crossed and len(items) > 1 and len(parties) > 1:
            names = [grid.header[n] for n in (user, text, agent)]
            line = csv_text([names]).rstrip("\n")
            raise InstanceError(
                f"{grid.name}: every number of column {names[0]!r} comes once with every text of"
                f" {names[1]!r}, as in a file with a row for each score: say --long"
                f" {shlex.quote(line)}, or, if it is none, --user {shlex.quote(names[0])}"
            )


def _found(grid: Grid, name: str) -> int:
    if grid.header.count(name) != 1:
        raise InstanceError(
            f"{grid.start}--long: {grid.header.count(name) or 'no'} columns are called {name!r},"
            f" there are {listed(grid.header)}{hint(name, grid.header)}"
        )
    return grid.header.index(name)
