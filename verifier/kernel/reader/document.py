"""Strict reading: exact numbers, exact keys, bounded sizes.

What is not known is refused.
"""

import json
import re
from collections.abc import Collection
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

LONG = re.compile(r"[+-]?\d+/(\d{1,4000})", re.ASCII)
BITS, WORK = 200_000, 2 * 10**9
TIME = 5_000_000  # what may be done, in microseconds of one core, roughly
NUMBER = re.compile(
    r"([+-]?)(\d+)(?:/(\d+)|(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?)", re.ASCII
)
DIGITS = 4000


class UnreadableError(Exception):
    """The input is not what the format says: nothing was decided (exit 2)."""


class WrongError(Exception):
    """The input is readable but does not prove its claim (exit 1)."""


def readable(good: bool, otherwise: str) -> None:
    if not good:
        raise UnreadableError(otherwise)


def require(good: bool, otherwise: str) -> None:
    if not good:
        raise WrongError(otherwise)


def affordable(steps: int, bits: int, what: str) -> None:
    """Refuses work before it starts: so many sums and products of fractions of so many
    bits.
    """
    cost = steps * (4 + bits // 100 + bits * bits // 125_000)
    readable(cost <= TIME, f"too large: {what} would take {steps} steps of {bits} bits")


def length(values: Collection[Fraction]) -> int:
    """The bits of their common denominator, and of the largest numerator."""
    below, above = 1, 0
    for value in values:
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
        raise UnreadableError(f"{path}: {error}") from error


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
        easy = below.bit_length() <= BITS and count * below.bit_length() <= WORK
        readable(easy, "too large: too many numbers, or too long a common denominator")


def rational(value: Any, where: str = "a decimal") -> Fraction:
    """An integer, a decimal or a ratio, exactly, if it can be written with at most
    DIGITS digits.
    """
    if isinstance(value, Fraction):
        return value
    short = (
        value.bit_length() < 3 * DIGITS
        if type(value) is int
        else isinstance(value, str) and len(value) < 2 * DIGITS
    )
    match = NUMBER.fullmatch(str(value)) if short else None
    if match is None:
        raise UnreadableError(
            f"{where}: "
            + (
                f"{value!r:.40} is not a rational"
                if short
                else "not a number, or too long"
            )
        )
    sign, whole, below, places, power = (
        match[1],
        match[2],
        match[3] or "1",
        match[4] or "",
        int(match[5] or 0),
    )
    readable(
        max(len(whole) + len(places) + abs(power), len(below)) <= DIGITS,
        f"{where}: too many digits",
    )
    readable(int(below) != 0, f"{where}: a zero denominator")
    return Fraction(int(sign + whole + places), int(below)) * Fraction(10) ** (
        power - len(places)
    )


def fit(value: Any, shape: Any, where: str) -> Any:
    """The value, if it has the shape: {key: shape} with exactly these keys ("key?" may
    be missing), {str: shape} any keys, [shape] a list, (shape, shape) a list of that
    length, Fraction, int or str; Any is passed on."""
    if shape is Any or shape is Fraction:
        return value if shape is Any else rational(value, where)
    if isinstance(shape, type):
        readable(
            type(value) is shape,
            f"{where}: {type(value).__name__} is not of type {shape.__name__}",
        )
        return value
    if isinstance(shape, dict):
        readable(isinstance(value, dict), f"{where}: expected a table")
        open_keys = str in shape
        known = (
            dict.fromkeys(value, shape[str])
            if open_keys
            else {key.rstrip("?"): part for key, part in shape.items()}
        )
        for key in sorted(value.keys() ^ known.keys()):
            readable(
                key + "?" in shape,
                f"{where}: {'unknown' if key in value else 'missing'} key {key!r:.40}",
            )
        return {
            key: fit(value[key], part, f"{where}.{key}")
            for key, part in known.items()
            if key in value
        }
    fixed = isinstance(shape, tuple)
    readable(
        isinstance(value, list) and (not fixed or len(value) == len(shape)),
        f"{where}: expected a list like {shape}",
    )
    return [
        fit(entry, part, where)
        for entry, part in zip(
            value, shape if fixed else shape * len(value), strict=True
        )
    ]


def entries(
    records: list[list[Any]], where: str, *names: Collection[Any]
) -> dict[Any, Fraction]:
    """Records [name, ..., number] as a table: names known, no record twice."""
    found = {tuple(record[:-1]): record[-1] for record in records}
    readable(len(found) == len(records), f"{where}: a record appears twice")
    for key in found:
        for name, known in zip(key, names, strict=True):
            readable(
                name in known,
                f"{where}: {name!r:.40} is not one of"
                f" {', '.join(map(str, list(known)[:20]))}",
            )
    return found
