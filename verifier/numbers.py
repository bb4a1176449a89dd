"""Exact numbers as integers and as text: rationals are read as people write them, all are shown.

A rational is written as an integer, a decimal (taken exactly) or a string "p/q"
(docs/reference/instance_format.md). A number that is too long to be read is shown by its first
digits; what a program must read back is written with `str`, in full.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from math import lcm
from typing import Protocol, cast

from verifier.errors import InstanceError, SizeError

MAX_DIGITS = 400
"""Most digits of a numerator, a denominator or a written-out decimal in an input file."""

LONGEST_EXACT = 13_000
"""Most bits of a numerator or denominator that is written: the kernel reads 4000 digits."""

LONGEST_WRITTEN = 100_000
"""Most digits of an integer that is written or read as text at all, as in the kernel; Python's own
limit, 4300, is below what games of 400 digits lead to.
"""
sys.set_int_max_str_digits(LONGEST_WRITTEN)

LONGEST_FRACTION = 24
"""Most characters of a fraction in sentences and formulas; longer ones are shown by a decimal."""
LONGEST_LABEL = 9
"""Most characters of a fraction beside a mark in a picture."""
LONGEST_STATE = 12
"""Most characters of a fraction in the columns of a trajectory's table."""
LONGEST_ORDER = 8
"""Most characters of a fraction in the columns of the table of random orders."""

_ASCII = str.maketrans({"\u2044": "/", "\u2212": "-", "\u2013": "-", ",": "."})
"""Slashes, minus signs and decimal commas of other keyboards -> the characters of numbers."""

_TWO_WAYS = re.compile(r"\d[\u00bc-\u00be\u2150-\u215e]|[1-9]\d{0,2},\d{3}(?!\d)")
"""Numbers that are not made plain: one and a half (beside eleven halves), thousands."""

_RATIO = re.compile(r"([+-]?)(\d+)/(\d+)", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?", re.ASCII)


def integers(values: Collection[Fraction | int]) -> tuple[tuple[int, ...], int]:
    """Rationals as integers over their common denominator, and that denominator."""
    if {int}.issuperset(map(type, values)):  # quicker than to ask each for its denominator
        return tuple(cast("Collection[int]", values)), 1
    pairs = [value.as_integer_ratio() for value in values]
    scale = lcm(*[below for _, below in pairs])
    return tuple([above * (scale // below) for above, below in pairs]), scale


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


def number_meant(text: str) -> str:
    """The number that may have been meant, for the end of a message; nothing where none is.

    >>> print(number_meant("30%") + number_meant("0,3") + number_meant("1 / 4") + number_meant("x"))
    ; did you mean "3/10"?; did you mean "0.3"?; did you mean "1/4"?
    """
    if len(text) > 2 * MAX_DIGITS or _TWO_WAYS.search(text):
        return ""
    plain = unicodedata.normalize("NFKC", text).translate(_ASCII)
    plain = re.sub(r"\s*([/%])\s*", r"\1", plain).strip()
    plain = re.sub(r"^([+-]?)\.(?=\d)", r"\g<1>0.", plain, flags=re.ASCII).removesuffix(".")
    number, percent, rest = plain.partition("%")
    if number == text or rest:
        return ""
    try:
        value = parse_rational(number)
    except InstanceError:
        return ""
    return f'; did you mean "{value / 100 if percent else number}"?'


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


@dataclass(frozen=True)
class Enclosure:
    """Rational ends enclose an exact number; where it is known to be rational, both ends equal it.

    `exact` is that rational, and None where the number is irrational, not known to be rational, or
    (then it is `too_long`) rational with more than LONGEST_EXACT bits.
    """

    lower: Fraction
    upper: Fraction
    exact: Fraction | None
    too_long: bool = False

    @property
    def shown(self) -> Fraction:
        """The number whose digits are shown: the end nearer to 0, or 0 where that lies between."""
        return self.lower if self.lower >= 0 else min(self.upper, Fraction(0))

    @property
    def nature(self) -> str:
        """What a number is that is shown by its first digits only."""
        return "irrational" if self.exact is None and not self.too_long else "long fraction"


class Enclosable(Protocol):
    """An exact number that may be irrational and has rational ends as near as one likes."""

    def enclose(self, digits: int = 12) -> Enclosure:
        """Ends that are multiples of 10^-digits, at most two units apart."""


def enclose(value: Fraction | Enclosable, digits: int = 12) -> Enclosure:
    """Rational ends of an exact number; the ends of a fraction are the fraction itself.

    Other ends are multiples of 10^-digits, at most two units apart (`Enclosable.enclose`).
    """
    if isinstance(value, Fraction):
        return Enclosure(value, value, value)
    return value.enclose(digits)


def visible(value: Fraction | Enclosable) -> Enclosure:
    """Ends that agree in six digits, where a number has them within 48 decimals."""
    ends = enclose(value)
    for places in (24, 48):
        if ends.exact is not None or (ends.upper - ends.lower) * 10**6 <= abs(ends.shown):
            break
        ends = enclose(value, places)
    return ends


def rational(value: Fraction | Enclosable) -> Fraction:
    """An exact number as the fraction that it is; raises TypeError where it has none."""
    exact = enclose(value).exact
    if exact is None:
        raise TypeError(f"{show(value)} is not known to be a fraction")
    return exact


@dataclass(frozen=True)
class Digits:
    """An exact number as people read it: its fraction, if it has one, and its first decimals.

    `decimal` is cut towards zero, at the lower end of what is not exact; `cut` says whether digits
    are missing there. `nature` says what a number is that is shown by these digits only.
    """

    exact: Fraction | None
    decimal: str
    cut: bool
    nature: str | None

    @property
    def long(self) -> Fraction | None:
        """The fraction where it is too long to be shown in full; None for all other numbers."""
        return self.exact if self.exact is not None and is_long(self.exact) else None

    def __str__(self) -> str:
        if self.exact is None or self.nature is not None:
            return f"{self.decimal}.. ({self.nature})"
        if self.exact.denominator == 1:
            return str(self.exact)
        return f"{self.exact} ({self.decimal}{'..' if self.cut else ''})"


def digits(value: Fraction | Enclosable) -> Digits:
    """The parts from which every display of an exact number is made.

    >>> digits(Fraction(1, 3))
    Digits(exact=Fraction(1, 3), decimal='0.333333', cut=True, nature=None)
    """
    ends = visible(value)
    shown = decimal(ends.shown)
    cut = ends.exact is None or Fraction(shown) != ends.exact
    in_full = ends.exact is not None and not is_long(ends.exact)
    return Digits(ends.exact, shown, cut, None if in_full else ends.nature)


def is_long(value: Fraction) -> bool:
    """Whether a fraction has more than LONGEST_FRACTION characters."""
    long = max(value.numerator.bit_length(), value.denominator.bit_length()) > 4 * LONGEST_FRACTION
    return long or len(str(value)) > LONGEST_FRACTION


def is_unwieldy(value: Fraction) -> bool:
    """Whether a fraction has more than LONGEST_EXACT bits above or below the line."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST_EXACT


def show(value: Fraction | Enclosable) -> str:
    """An exact number for people: its fraction and its decimal, or why there is no fraction.

    >>> show(Fraction(7, 10)), show(Fraction(2)), show(Fraction(1, 3))
    ('7/10 (0.7)', '2', '1/3 (0.333333..)')
    >>> show(Fraction(10**12, 3**26))
    '0.393411.. (long fraction)'
    """
    return str(digits(value))


def brief(value: Fraction | Enclosable) -> str:
    """An exact number in a formula: a fraction that is not long, or the first decimals.

    >>> brief(Fraction(1, 3)), brief(Fraction(10**12, 3**26))
    ('1/3', '0.393411..')
    """
    ends = visible(value)
    if ends.exact is None or is_long(ends.exact):
        return f"{decimal(ends.shown)}.."
    return str(ends.exact)


def at_most(longest: int, value: Fraction, otherwise: Callable[[Fraction], str]) -> str:
    """A fraction of at most `longest` characters in full, a longer one as `otherwise` says."""
    text = str(value)
    return text if len(text) <= longest else otherwise(value)


def about(form: str) -> Callable[[Fraction], str]:
    """Rounded in this form, with a tilde: for tables in which columns are compared.

    A number that no float can hold is shown by its first digits.

    >>> about(".3f")(Fraction(2, 3)), about(".3f")(Fraction(10**400, 3))
    ('~0.667', '~3.333E+399…')
    """
    return lambda value: (
        f"~{float(value):{form}}" if has_float(value) else f"~{first_digits(value)}"
    )


def has_float(value: Fraction) -> bool:
    """Whether a float can hold the number, rounded."""
    return abs(value) <= sys.float_info.max


def plotted(value: Fraction, option: str = "--figure") -> float:
    """A number as a figure has it; raises SizeError where no float can hold it."""
    if not has_float(value):
        raise SizeError(
            f"{option}: {first_digits(value)} is too large to be drawn, expected numbers below"
            " 10^308"
        )
    return float(value)


def first_digits(value: Fraction) -> str:
    """Four significant digits cut towards zero, and an ellipsis, for fractions of any size.

    >>> first_digits(Fraction(2, 3)), first_digits(Fraction(1, 10**9 + 1))
    ('0.6666…', '9.999E-10…')
    """
    four = Context(prec=4, rounding=ROUND_DOWN)
    return f"{four.divide(Decimal(value.numerator), Decimal(value.denominator))}…"


def decimal(value: Fraction) -> str:
    """At most six places, cut towards zero; three digits and a power of ten where that would be 0.

    So are numbers of more than LONGEST_FRACTION digits before the point.

    >>> decimal(Fraction(7, 10)), decimal(Fraction(-1, 3)), decimal(Fraction(-1, 3 * 10**8))
    ('0.7', '-0.333333', '-3.33e-9')
    >>> decimal(Fraction(-(10**40), 3))
    '-3.33e39'
    """
    if value and abs(value) * 10**6 < 1:
        return _small(value)
    if abs(value) >= 10**LONGEST_FRACTION:
        return _large(value)
    places = abs(value.numerator) * 10**6 // value.denominator
    text = f"{places // 10**6}.{places % 10**6:06d}".rstrip("0").rstrip(".")
    return "-" + text if value < 0 and text != "0" else text


def _large(value: Fraction) -> str:
    power = len(str(int(abs(value)))) - 1
    first = Fraction(int(abs(value) / 10 ** (power - 2)), 100)
    return f"{'-' if value < 0 else ''}{decimal(first)}e{power}"


def _small(value: Fraction) -> str:
    power = len(str(value.denominator // abs(value.numerator)))
    digits = abs(value) * 10**power
    if digits >= 10:
        power, digits = power - 1, digits / 10
    return f"{'-' if value < 0 else ''}{decimal(Fraction(int(digits * 100), 100))}e-{power}"


def written(count: int) -> str:
    """The count in digits, or a power of ten below it where the digits would fill lines.

    >>> written(1979), written(16**400)
    ('1979', 'at least 10^481')
    """
    if count < 10**30:
        return str(count)
    return f"at least 10^{(count.bit_length() - 1) * 30102 // 100000}"


def counted(count: int, kind: str) -> str:
    """A count with its noun.

    >>> counted(1, "stretch"), counted(2, "stretch"), counted(0, "row")
    ('1 stretch', '2 stretches', '0 rows')
    """
    ending = "" if count == 1 else "es" if kind.endswith("ch") else "s"
    return f"{count} {kind}{ending}"
