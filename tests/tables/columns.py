"""Tables made of columns of rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from verifier.numbers import integers
from verifier.tables.table import UtilityTable

Number = Fraction | int


def table(target: Sequence[Number], *columns: Sequence[Number]) -> UtilityTable:
    """The user's column, then agents a1, a2, ..."""
    rows, scales = zip(*(integers(row) for row in zip(target, *columns, strict=True)), strict=True)
    names = tuple(f"a{n}" for n in range(1, 1 + len(columns)))
    return UtilityTable("made", "sha256:", "u", names, rows, scales, tuple(range(1, 1 + len(rows))))
