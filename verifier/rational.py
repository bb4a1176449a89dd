"""Exact rationals: read what people write, print what scripts can read back.

A rational is written as an integer, a decimal (taken exactly) or a string "p/q" (interface.md,
Instance file).
"""

from __future__ import annotations

import re
from fractions import Fraction

from verifier.errors import InstanceError

MAX_DIGITS = 400
"""Most digits that a numerator, a denominator or a written-out decimal may have in an input file.
"""

_RATIO = re.compile(r"([+-]?)(\d+)/(\d+)", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?", re.ASCII)


def parse_rational(text: str) -> Fraction:
    """The exact value of an integer, decimal or ratio.

    Accepts "3", "-1/2", "0.125", "1e-3"; raises InstanceError (without a path: the caller knows it)
    for anything else, for zero denominators and for numbers of more than MAX_DIGITS digits.

    >>> parse_rational("0.125"), parse_rational("-6/4")
    (Fraction(1, 8), Fraction(-3, 2))
    """
    if len(text) > MAX_DIGITS * 2 + 2:
        raise InstanceError(
            f"is a number of {len(text)} characters, expected at most {MAX_DIGITS} digits"
        )
    if match := _RATIO.fullmatch(text):
        return _ratio(*match.groups())
    if match := _DECIMAL.fullmatch(text):
        return _decimal(*match.groups())
    raise InstanceError(
        f'{text!r} is not a rational, expected an integer, a decimal or a string like "7/10"'
    )


def _ratio(sign: str, numerator: str, denominator: str) -> Fraction:
    if max(len(numerator), len(denominator)) > MAX_DIGITS:
        digits = max(len(numerator), len(denominator))
        raise InstanceError(
            f"is a ratio of numbers of {digits} digits, expected at most {MAX_DIGITS}"
        )
    if int(denominator) == 0:
        raise InstanceError(
            f"{sign}{numerator}/{denominator} has a zero denominator, expected a positive one"
        )
    return Fraction(int(sign + numerator), int(denominator))


def _decimal(sign: str, whole: str, places: str | None, exponent: str | None) -> Fraction:
    places = places or ""
    power = int(exponent or 0)
    digits = len(whole) + len(places) + abs(power)
    if digits > MAX_DIGITS:
        raise InstanceError(
            f"is a number of {digits} digits when written out, expected at most {MAX_DIGITS}"
        )
    return Fraction(int(sign + whole + places)) * Fraction(10) ** (power - len(places))


def show(value: Fraction) -> str:
    """Lowest terms, "p/q" or "p": the form of every number in JSON and certificates.

    >>> show(Fraction(6, 4)), show(Fraction(2))
    ('3/2', '2')
    """
    return str(value)
