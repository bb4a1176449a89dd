"""Which column of a table is the user, which are agents, and which are no party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.errors import InstanceError
from verifier.game.names import MAX_NAME_LENGTH
from verifier.meant import hint
from verifier.printable import printable
from verifier.tables.grid import SHOWN, Grid, listed
from verifier.tables.notation import Notation
from verifier.tables.table import LABELS, Aside


@dataclass(frozen=True)
class Choice:
    """The columns that were asked for: the user, the agents, the only ones, and those without.

    Nothing asked for: the user is the first column with numbers, the agents are all others.
    """

    user: str | None = None
    agents: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """The columns that were asked for by name, as parties."""
        return frozenset((*self.agents, *self.only, *([] if self.user is None else [self.user])))


EVERYTHING = Choice()

TEXT = "text, "
"""The beginning of the reason why a column of text is no party."""

LABEL_REASON = "taken for labels"
"""A part of the reason why a column that numbers or names its rows is no party."""


@dataclass(frozen=True)
class Columns:
    """The columns of a grid by their part in the table, as numbers from 0.

    `parties` are the user and then the agents; `labels` the names of labels, and their columns;
    `texts` are columns of which no cell may be a number.
    """

    parties: tuple[int, ...]
    labels: tuple[tuple[str, int], ...]
    asides: tuple[Aside, ...]
    texts: tuple[int, ...]


def columns_of(grid: Grid, choice: Choice, notation: Notation) -> Columns:
    """The part of every column of a grid.

    Raises InstanceError where the header has no names or not different ones, where a chosen column
    is not there or has no numbers, and where no user and agent are left.
    """
    _check_choice(grid, choice)
    firsts = _first_cells(grid, notation)
    _check_header(grid, choice, firsts)
    why = {
        n: reason
        for n, name in enumerate(grid.header)
        if name not in LABELS and (reason := _no_party(grid, choice, notation, n, firsts))
    }
    parties = [n for n, name in enumerate(grid.header) if name not in LABELS and n not in why]
    _check_named(grid, choice, [grid.header[n] for n in parties])
    if len(parties) < 2:
        raise InstanceError(_too_few(grid, len(parties), why))
    _refuse_numbers(grid, choice, [grid.header[n] for n in parties])
    user, agents = _user_and_agents(grid, choice, parties)
    why |= {n: "not chosen" for n in parties if n != user and n not in agents}
    return Columns(
        (user, *agents),
        _labels(grid, why),
        tuple(Aside(_shown(grid, n), why[n]) for n in sorted(why)),
        tuple(n for n, reason in why.items() if reason.startswith(TEXT)),
    )


def _check_choice(grid: Grid, choice: Choice) -> None:
    if choice.only and (choice.agents or choice.without):
        raise InstanceError("--only says which columns count: it excludes --agent and --without")
    for name in choice.without:
        if name not in grid.header:
            raise InstanceError(
                f"{grid.start}no column is called {name!r}, there are {listed(grid.header)}"
                f"{hint(name, grid.header)}"
            )
    twice = set(choice.named).intersection(choice.without)
    if twice:
        raise InstanceError(f"{grid.name}: {min(twice)!r} cannot count and be left out (--without)")


def _first_cells(grid: Grid, notation: Notation) -> dict[int, tuple[int, str]]:
    """The first cell of every column that is not missing, with its row's number."""
    firsts: dict[int, tuple[int, str]] = {}
    open_columns = set(range(len(grid.header)))
    for number, cells in grid.rows():
        for n in [n for n in open_columns if not notation.missing(cells[n])]:
            firsts[n] = number, cells[n].strip()
            open_columns.discard(n)
        if not open_columns:
            break
    return firsts


def _check_header(grid: Grid, choice: Choice, firsts: dict[int, tuple[int, str]]) -> None:
    """Raises InstanceError for names that are numbers, unfit, or come twice."""
    if len(grid.header) < 2:
        spaces = "; if spaces separate its cells, say --separator space"
        raise InstanceError(
            f"{grid.start}has {len(grid.header)} columns, expected the user and at least one agent"
            f"{spaces if ' ' in ''.join(grid.header) else ''}"
        )
    _refuse_numbers(grid, choice, [name for name in grid.header if name])
    columns: dict[str, int] = {}
    for n, column in enumerate(grid.header, 1):
        if not column and (n == 1 or n - 1 not in firsts):
            continue
        if not column or len(column) > MAX_NAME_LENGTH or printable(column) != column:
            raise InstanceError(
                f"{grid.start}column {n} is called {column[:MAX_NAME_LENGTH]!r}, expected a name of"
                f" 1 to {MAX_NAME_LENGTH} characters, all printable"
            )
        if column in columns:
            raise InstanceError(
                f"{grid.start}columns {columns[column]} and {n} are both {column!r}, expected"
                " different names"
            )
        columns[column] = n


def _refuse_numbers(grid: Grid, choice: Choice, names: Sequence[str]) -> None:
    """Parties whose names are numbers are a point, not a header, unless somebody says otherwise."""
    usual = Notation()
    said_so = choice.named or set(LABELS).intersection(grid.header)
    if said_so or any(map(usual.is_text, names)) or all(map(usual.missing, names)):
        return
    example = ",".join(["user", *(f"agent {n}" for n in range(1, min(len(grid.header), 4)))])
    raise InstanceError(
        f"{grid.start}has numbers ({listed(names)}) where the columns' names are"
        f" expected: put a line of names above them, such as {example}; if they are names, say"
        " which is the user's with --user"
    )


def _no_party(
    grid: Grid, choice: Choice, notation: Notation, n: int, firsts: dict[int, tuple[int, str]]
) -> str:
    """Why a column is no party, unless it is one."""
    name, first = grid.header[n], firsts.get(n)
    fault = ""
    if not name:
        fault = f"no name; {LABEL_REASON}" if first and n == 0 else "no name, and empty"
    elif n in grid.untaken:
        fault = f"of type {grid.untaken[n]}, expected numbers or text"
    elif first is not None and notation.is_text(first[1]):
        fault = f"{TEXT}{first[1]!r:.40} ({grid.place(first[0])})"
    if name in choice.named:
        if fault:
            raise InstanceError(f"{grid.name}: column {name!r} has no numbers: {fault}")
        return ""
    if name in choice.without:
        return "left out by --without"
    if n in grid.index and name:
        return f"an index, as the file says; {LABEL_REASON} (--agent or --user makes it a party)"
    return fault


def _too_few(grid: Grid, number: int, why: dict[int, str]) -> str:
    found = "".join(f"; column {_shown(grid, n)!r} is {why[n]}" for n in sorted(why)[:SHOWN])
    labels = sum(name in LABELS for name in grid.header) + sum(
        reason.startswith(TEXT) for reason in why.values()
    )
    long = "; a file with a row for each score is read with --long ITEM,PARTY,SCORE"
    return (
        f"{grid.start}has {number} columns of numbers, expected the user and at least one agent"
        f"{found}{long if number == 1 and labels > 1 else ''}"
    )


def _check_named(grid: Grid, choice: Choice, there: Sequence[str]) -> None:
    stated = (choice.user, *choice.agents, *choice.only)
    for name in stated:
        if name is not None and name not in there:
            raise InstanceError(
                f"{grid.start}no column of numbers is called {name!r}, there are {listed(there)}"
                f"{hint(name, there)}"
            )


def _user_and_agents(grid: Grid, choice: Choice, parties: Sequence[int]) -> tuple[int, list[int]]:
    kept = [n for n in parties if not choice.only or grid.header[n] in choice.named]
    user = kept[0] if choice.user is None else grid.header.index(choice.user)
    others = [n for n in kept if n != user]
    if grid.header[user] in choice.agents:
        raise InstanceError(
            f"{grid.name}: no agent is called {grid.header[user]!r}, there are"
            f" {listed([grid.header[n] for n in others])}: that is the user, unless --user names"
            " another"
        )
    agents = [n for n in others if not choice.agents or grid.header[n] in choice.agents]
    if not agents:
        raise InstanceError(
            f"{grid.name}: {grid.header[user]!r} is the user, and no column is left for an agent"
        )
    return user, agents


def _labels(grid: Grid, why: dict[int, str]) -> tuple[tuple[str, int], ...]:
    """The columns of labels; one without a name holds items, where nothing else does."""
    found = [(name, n) for n, name in enumerate(grid.header) if name in LABELS]
    nameless = [n for n, reason in why.items() if LABEL_REASON in reason]
    if nameless and not {"item", "action"}.intersection(name for name, _ in found):
        found.insert(0, ("item", nameless[0]))
    return tuple(found)


def _shown(grid: Grid, n: int) -> str:
    return grid.header[n] or f"column {n + 1}"
