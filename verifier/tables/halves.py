"""Half floats as the shortest decimals that read back as the same half float."""

from __future__ import annotations

import struct
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from functools import cache
from math import isfinite

DIGITS = 5
"""So many digits tell all half floats apart."""


@cache
def half_as_text(value: float) -> str:
    """The shortest decimal that, rounded to a half float, is this one; "nan" and "inf" as they are.

    >>> half_as_text(0.300048828125), half_as_text(65504.0), half_as_text(2.0**-6)
    ('0.3', '65500', '0.01563')
    """
    if not isfinite(value):
        return str(value)
    for digits in range(1, DIGITS + 1):
        for rounding in (ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN):
            short = Context(prec=digits, rounding=rounding).create_decimal(Decimal(value))
            if _half(float(short)) == value:
                return f"{short:f}"
    return f"{Decimal(value):f}"


def _half(value: float) -> float | None:
    try:
        rounded: float = struct.unpack("e", struct.pack("e", value))[0]
    except OverflowError:
        return None
    return rounded
