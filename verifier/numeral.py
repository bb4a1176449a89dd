"""Exact numbers for people: the fraction, and a decimal beside it."""

from __future__ import annotations

from fractions import Fraction

from verifier.solve.ball import QuotientSum, enclose

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
    exact = "" if _terminates(value) else ".."
    return f"{value} ({decimal(value)}{exact})"


def _terminates(value: Fraction) -> bool:
    return value * 10**6 == int(value * 10**6)


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
