"""Exact rationals: read what people write, print what scripts can read back.

A rational is written as an integer, a decimal (taken exactly) or a string "p/q" (interface.md,
Instance file).
"""

from __future__ import annotations

import re
from fractions import Fraction

from verifier.errors import InstanceError
from verifier.solve.exponential import QuotientSum, enclose

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


LONGEST = 24
"""Fractions with more characters than this are shown as decimals; JSON has them in full."""


def show(value: Fraction | QuotientSum) -> str:
    """An exact number for people: "7/10 (0.7)", "2", "0.123456789... (exact in --json)"."""
    if isinstance(value, QuotientSum):
        ends = enclose(value)
        return f"{decimal(ends.lower)}.. (irrational)" if ends.exact is None else show(ends.exact)
    if value.denominator == 1 and len(str(value)) <= LONGEST:
        return str(value)
    if len(str(value)) > LONGEST:
        return f"{decimal(value)}.. (long fraction)"
    shown = decimal(value)
    return f"{value} ({shown}{'' if Fraction(shown) == value else '..'})"


def decimal(value: Fraction) -> str:
    """At most six places, cut towards zero; three digits and a power of ten where that would be 0.

    >>> decimal(Fraction(7, 10)), decimal(Fraction(-1, 3)), decimal(Fraction(-1, 3 * 10**8))
    ('0.7', '-0.333333', '-3.33e-9')
    """
    if value and abs(value) * 10**6 < 1:
        return _small(value)
    places = abs(value.numerator) * 10**6 // value.denominator
    text = f"{places // 10**6}.{places % 10**6:06d}".rstrip("0").rstrip(".")
    return "-" + text if value < 0 and text != "0" else text


def _small(value: Fraction) -> str:
    power = len(str(value.denominator // abs(value.numerator)))
    digits = abs(value) * 10**power
    if digits >= 10:
        power, digits = power - 1, digits / 10
    return f"{'-' if value < 0 else ''}{decimal(Fraction(int(digits * 100), 100))}e-{power}"
