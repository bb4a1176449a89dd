"""Strict reading: exact numbers, exact keys, bounded sizes.

What is not known is refused.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any, NamedTuple

LONG = re.compile(r"[+-]?\d+/(\d{1,4000})", re.ASCII)
BITS, WORK = 200_000, 10**13
TIME = 10_000_000  # what may be done, in microseconds of one core, roughly
SPENT = [0]  # what this certificate has asked for
NUMBER = re.compile(
    r"([+-]?)(\d+)(?:/(\d+)|(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?)", re.ASCII
)
DIGITS, VALUES = 4000, 3_000_000


class UnreadableError(Exception):
    """The input is not what the format says: nothing was decided (exit 2)."""


class WrongError(Exception):
    """The input is readable but does not prove its claim (exit 1)."""


class Exact:
    """An exact number of another kind than fractions, of so many bits."""

    bits: int


def readable(good: bool, otherwise: str) -> None:
    if not good:
        raise UnreadableError(otherwise)


def require(good: bool, otherwise: str) -> None:
    if not good:
        raise WrongError(otherwise)


def affordable(steps: int, bits: int, what: str) -> None:
    """Refuses work before it starts: so many sums and products of fractions of so many
    bits, added to all that the certificate has asked for.
    """
    SPENT[0] += steps * (4 + bits // 100 + bits * bits // 125_000)
    readable(SPENT[0] <= TIME, f"too large: {what} takes {steps} steps of {bits} bits")


def length(values: Collection[Fraction]) -> int:
    """The bits of their common denominator, and of the largest numerator."""
    below, above = 1, 0
    for value in values:
        if isinstance(value, Exact):
            above += value.bits
            continue
        below = lcm(below, value.denominator)
        above = max(above, value.numerator.bit_length())
        readable(below.bit_length() <= BITS, "too large: too long a common denominator")
    return below.bit_length() + above


def read_text(path: str, limit: int) -> str:
    """The file's text; it must exist, be at most `limit` bytes long, and be UTF-8."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
        readable(len(data) <= limit, f"{path}: longer than {limit} bytes")
        return data.decode("utf-8")
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path}: {error}") from error


def read_json(path: str) -> Any:
    """A JSON document without floats, NaN or duplicate keys."""

    def refuse(token: str) -> Any:
        raise UnreadableError(
            f"{path}: the number {token[:40]} is not exact; numbers are strings such as"
            ' "1/3"'
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        readable(
            len(dict(pairs)) == len(pairs),
            f"{path}: a duplicate key among {[key for key, _ in pairs][:20]}",
        )
        return dict(pairs)

    try:
        text = read_text(path, 64 * 2**20)
        found = json.loads(
            text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=unique
        )
        tame(found)
        return found
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path}: is no certificate in JSON: {error}") from error


def tame(document: Any) -> None:
    """Refuses numbers that would take too long to add: many of them, over a long common
    denominator.
    """
    below, count, waiting = 1, 0, [document]
    while waiting:
        part = waiting.pop()
        count += 1
        if isinstance(part, dict | list):
            waiting += part.values() if isinstance(part, dict) else part
        elif isinstance(part, str) and (match := LONG.fullmatch(part)):
            below = lcm(below, int(match[1]) or 1)
        elif isinstance(part, Fraction):
            below = lcm(below, part.denominator)
        bits = below.bit_length()
        easy = bits <= BITS and count * bits * bits <= WORK and count <= VALUES
        readable(easy, "too large: too many numbers, or too long a common denominator")


def rational(value: Any, where: str, most: int = DIGITS) -> Fraction:
    """An integer, a decimal or a ratio, exactly, if it can be written with at most so
    many digits.
    """
    if isinstance(value, Fraction | Exact):
        return value  # type: ignore[return-value]
    short = (
        value.bit_length() < 3 * DIGITS
        if type(value) is int
        else isinstance(value, str) and len(value) < 2 * DIGITS
    )
    match = NUMBER.fullmatch(str(value)) if short else None
    if match is None:
        shown = f"{value!r:.40} is not a rational" if short else "not a number, or long"
        raise UnreadableError(f"{where}: {shown}")
    sign, whole, below, places, exponent = match.groups("")
    power = int(exponent or 0)
    digits = max(len(whole) + len(places) + abs(power), len(below))
    readable(digits <= most, f"{where}: too many digits")
    readable(int(below or 1) != 0, f"{where}: a zero denominator")
    power -= len(places)
    number = Fraction(int(sign + whole + places), int(below or 1))
    return number * Fraction(10) ** power if power else number


def plain(value: Any, where: str) -> Fraction:
    """A number of an instance file."""
    return rational(value, where, 400)


Number = Callable[[Any, str], Fraction]


class Option(NamedTuple):
    """The shape of what may be missing, and what then stands there."""

    shape: Any
    usual: Any = None


def fit(value: Any, shape: Any, where: str, number: Number = rational) -> Any:
    """The value, if it has the shape: {key: shape} with exactly these keys, {str:
    shape} any keys, [shape] a list, (shape, shape) a list of that length, Fraction, int
    or str. Any is passed on. Where Fraction stands, `number` reads.
    """
    if shape is Any or shape is Fraction:
        return value if shape is Any else number(value, where)
    if isinstance(shape, type):
        kind = type(value).__name__
        readable(
            type(value) is shape, f"{where}: {kind} is not of type {shape.__name__}"
        )
        return value
    if isinstance(shape, dict):
        readable(isinstance(value, dict), f"{where}: expected a table")
        known = dict.fromkeys(value, shape[str]) if str in shape else shape
        for key in sorted(value.keys() ^ known.keys()):
            fault = "unknown" if key in value else "missing"
            optional = isinstance(known.get(key), Option)
            readable(optional, f"{where}: {fault} key {key!r:.40}")
        found = {}
        for key, part in known.items():
            inner, usual = part if isinstance(part, Option) else (part, None)
            given = value.get(key, usual)
            absent = key not in value and usual is None
            found[key] = None if absent else fit(given, inner, f"{where}.{key}", number)
        return found
    fixed = isinstance(shape, tuple)
    readable(
        isinstance(value, list) and (not fixed or len(value) == len(shape)),
        f"{where}: expected a list like {shape}",
    )
    parts = shape if fixed else shape * len(value)
    return [
        fit(entry, part, where, number)
        for entry, part in zip(value, parts, strict=True)
    ]


def entries(
    records: list[list[Any]], where: str, *names: Collection[Any]
) -> dict[Any, Fraction]:
    """Records [name, ..., number] as a table: names known, no record twice. The key is
    the name where there is one only.
    """
    found = {tuple(record[:-1]): record[-1] for record in records}
    readable(len(found) == len(records), f"{where}: a record appears twice")
    sets = [frozenset(known) for known in names]
    for key in found:
        for name, known in zip(key, sets, strict=True):
            if name not in known:
                several = ", ".join(map(str, sorted(known)[:20]))
                raise UnreadableError(f"{where}: {name!r:.40} is not one of {several}")
    return found if len(names) > 1 else {key[0]: p for key, p in found.items()}


def nonnegative(values: Iterable[Fraction], where: str) -> None:
    require(all(value >= 0 for value in values), f"{where}: a negative number")


def total(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))
