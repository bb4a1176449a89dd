"""Rows and columns with missing cells: what stays without them, and which ways out there are."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress

from verifier.errors import InstanceError
from verifier.numbers import counted

NAMED = 5
"""Most columns that a way out names one by one."""


class Missing(StrEnum):
    """The treatment of rows and columns with missing cells."""

    REFUSE = "refuse"
    DROP_ROWS = "drop rows"
    DROP_COLUMNS = "drop columns"


@dataclass(frozen=True)
class Entry:
    """A row: its number, its place and its cells.

    `cells` are those of the user and then of the agents, as the kernel reads them; a missing one is
    empty.
    """

    number: int
    place: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Gaps:
    """The rows with missing cells of a table, whose columns are the user and then the agents.

    `complete` counts the other rows.
    """

    name: str
    columns: Sequence[str]
    entries: Sequence[Entry]
    complete: int

    def kept(self, missing: Missing) -> list[bool]:
        """Which columns stay. Raises InstanceError, with the ways out, if too little would."""
        incomplete = self._incomplete()
        everything = [True] * len(self.columns)
        if not self.entries:
            return everything
        if missing is Missing.REFUSE:
            raise InstanceError(self._refusal(len(incomplete)))
        if missing is Missing.DROP_ROWS:
            if not self.complete:
                raise InstanceError(
                    f"{self.name}: each of its {len(self.entries)} rows has a missing cell: nothing"
                    f" is left to compare; {self._ways()}"
                )
            return everything
        if 0 in incomplete:
            raise InstanceError(
                f"{self.name}: the user's column {self.columns[0]!r} has missing cells:"
                f" {self._ways()}"
            )
        if len(incomplete) == len(self.columns) - 1:
            raise InstanceError(
                f"{self.name}: the column of every agent has missing cells: {self._ways()}"
            )
        return [n not in incomplete for n in range(len(self.columns))]

    def _incomplete(self) -> set[int]:
        return {n for entry in self.entries for n, cell in enumerate(entry.cells) if not cell}

    def _refusal(self, columns: int) -> str:
        cells = sum(not cell for entry in self.entries for cell in entry.cells)
        first = self.entries[0]
        column = self.columns[first.cells.index("")]
        return (
            f"{self.name}: {counted(cells, 'cell')} missing, in"
            f" {counted(len(self.entries), 'row')} and {counted(columns, 'column')}, the first"
            f" {'on' if first.place.startswith('line') else 'in'} {first.place} in column"
            f" {column!r}: fill them, or leave them out ({self._ways()})"
        )

    def _ways(self) -> str:
        """What can be left out, and how much each way keeps; every way that is named works."""
        agents, incomplete = len(self.columns) - 1, self._incomplete()
        rows = self.complete + len(self.entries)
        ways = [f"--drop-rows keeps {self.complete} of {rows} rows"] if self.complete else []
        if 0 not in incomplete and len(incomplete) < agents:
            ways.append(f"--drop-columns keeps {agents - len(incomplete)} of {agents} agents")
        return ", ".join(ways) or self._fewer_agents(rows)

    def _fewer_agents(self, rows: int) -> str:
        """The agents with most gaps beside the user's numbers go, until a row is complete."""
        hers = [entry.cells for entry in self.entries if entry.cells[0]]
        agents = range(1, len(self.columns))
        order = sorted(agents, key=lambda n: sum(not cells[n] for cells in hers))
        reach = [
            next((count for count, n in enumerate(order) if not cells[n]), len(order))
            for cells in hers
        ]
        count = max(reach, default=0)
        if not count:
            return "no row has a number of the user's and one of an agent's: nothing to compare"
        keep = [n in (0, *order[:count]) for n in range(len(self.columns))]
        return (
            f"neither rows nor columns are complete, {self._choice(keep)} --drop-rows keeps"
            f" {reach.count(count)} of {rows} rows and {count} of {len(order)} agents"
        )

    def _choice(self, keep: Sequence[bool]) -> str:
        """The options that leave these columns, the shorter way."""
        out = [name for name, kept in zip(self.columns, keep, strict=True) if not kept]
        agents = list(compress(self.columns[1:], keep[1:]))
        option, names = ("--agent", agents) if len(agents) < len(out) else ("--without", out)
        named = " ".join(f"{option} {shlex.quote(name)}" for name in names[:NAMED])
        if len(names) <= NAMED:
            return named
        return f"{named} and {len(names) - NAMED} more with {option}, and"
