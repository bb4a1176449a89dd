"""Tables of utilities: one column for the user and each agent, one row for each point."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

LABELS = ("action", "state", "item")
"""The names of columns that say what a row is about; all other columns hold numbers."""

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null"})
"""The texts of a cell without a number."""


@dataclass(frozen=True)
class UtilityTable:
    """The user's utilities and every agent's at the same points.

    `rows[p]` holds hers and then the agents' at point p, times `scales[p]`; `numbers[p]` is the
    row's number in the file, from 1 below the header; `points[p]` are its labels, one for each name
    in `labels`. `left_out` rows and the columns `dropped` had missing cells. `digest` identifies
    the text that was read.
    """

    name: str
    digest: str
    user: str
    agents: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    scales: tuple[int, ...]
    numbers: tuple[int, ...]
    labels: tuple[str, ...] = ()
    points: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0
    dropped: tuple[str, ...] = ()

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
