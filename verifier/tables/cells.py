"""Cells of text as exact numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from math import lcm

from verifier.errors import InstanceError
from verifier.numbers import parse_rational
from verifier.tables.table import MISSING

_SHORT = r"[+-]?\d{1,15}(?:\.\d{1,15})?"
_SHORT_DECIMALS = re.compile(rf"{_SHORT}(?:\n{_SHORT})*", re.ASCII)

Row = tuple[tuple[int, ...], int]
"""Numbers over their common denominator, and that denominator."""


def numbers(cells: Sequence[str], names: Sequence[str], where: str) -> Row | None:
    """Decimals, integers and ratios, exactly, over a common denominator; None if one of them is
    missing.

    `names` are the cells' columns, for messages. Raises InstanceError for a cell that is neither a
    rational nor missing.
    """
    joined = "\n".join(cells)
    # beyond these int takes more than parse_rational does
    if joined.isascii() and "_" not in joined and len(joined) <= 16 * len(cells):
        with suppress(ValueError):
            return tuple(map(int, cells)), 1
    if _SHORT_DECIMALS.fullmatch(joined) and joined.count("\n") < len(cells):
        return _decimals(cells)
    stripped = [cell.strip() for cell in cells]
    if not MISSING.isdisjoint(stripped):
        return None
    found: list[Fraction] = []
    for name, cell in zip(names, stripped, strict=True):
        try:
            found.append(parse_rational(cell))
        except InstanceError as error:
            raise InstanceError(f"{where}: column {name!r}: {error}") from error
    scale = lcm(*[value.denominator for value in found])
    return tuple([value.numerator * (scale // value.denominator) for value in found]), scale


def _decimals(cells: Sequence[str]) -> Row:
    """Most tables are made of these: read without a fraction for each."""
    halves = [cell.partition(".") for cell in cells]
    places = max([len(half[2]) for half in halves])
    return tuple([int(whole + rest.ljust(places, "0")) for whole, _, rest in halves]), 10**places
