"""Tables of utilities: one column for the user and each agent, one row for each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.solve.points import Matrix

LABELS = ("action", "state", "item")
"""The names of columns that say what a row is about."""


@dataclass(frozen=True)
class Aside:
    """A column that is no party and has no label's name: what it is called, and why it is none."""

    column: str
    why: str


@dataclass(frozen=True)
class UtilityTable:
    """The user's utilities and every agent's at the same points.

    `rows[p]` holds hers and then the agents' at point p, times `scales[p]`; `numbers[p]` is the
    row's number in the file, from 1 below the header; `points[p]` are its labels, one for each name
    in `labels`. `left_out` rows and the columns `dropped` had missing cells; `asides` are the other
    columns that do not count. `read_as` says what was made out about the file. `digest` identifies
    the text that the kernel reads.
    """

    name: str
    digest: str
    user: str
    agents: tuple[str, ...]
    rows: Sequence[tuple[int, ...]]
    scales: tuple[int, ...]
    numbers: tuple[int, ...]
    labels: tuple[str, ...] = ()
    points: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0
    dropped: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()
    read_as: tuple[str, ...] = ()

    def only(self, places: Sequence[int]) -> UtilityTable:
        """The table of the rows at these places alone."""
        rows = self.rows
        kept = (
            Matrix(rows.array[list(places)])
            if isinstance(rows, Matrix)
            else [rows[p] for p in places]
        )
        return replace(
            self,
            rows=kept,
            scales=tuple(self.scales[p] for p in places),
            numbers=tuple(self.numbers[p] for p in places),
            points=tuple(self.points[p] for p in places) if self.points else (),
        )

    @property
    def columns_left_out(self) -> int:
        """How many columns of the text neither count nor have a label's name."""
        return len(self.dropped) + len(self.asides)

    @property
    def target(self) -> tuple[Fraction, ...]:
        """The user's utilities."""
        return self._column(0)

    @property
    def generators(self) -> tuple[tuple[Fraction, ...], ...]:
        """Every agent's utilities, in the order of `agents`."""
        return tuple(self._column(n) for n in range(1, 1 + len(self.agents)))

    def _column(self, n: int) -> tuple[Fraction, ...]:
        return tuple(
            Fraction(row[n], scale) for row, scale in zip(self.rows, self.scales, strict=True)
        )
