"""Strict reading: exact numbers, exact keys, bounded sizes. What is not known is refused."""

import json
import re
from collections.abc import Collection
from fractions import Fraction
from pathlib import Path
from typing import Any

RATIONAL = re.compile(r"(-?\d+)(?:/(\d+))?", re.ASCII)


class Unreadable(Exception):
    """The input is not what the format says: nothing was decided (exit 2)."""


class Wrong(Exception):
    """The input is readable but does not prove its claim (exit 1)."""


def read_text(path: str, limit: int) -> str:
    """The file's text, or Unreadable if it is missing, longer than `limit` bytes or not UTF-8."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise Unreadable(f"{path}: longer than {limit} bytes")
        return data.decode("utf-8")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error


def read_json(path: str) -> Any:
    """A JSON document without floats, NaN or duplicate keys."""

    def refuse(token: str) -> Any:
        raise Unreadable(f'{path}: the number {token[:40]} is not exact; numbers are strings such as "1/3"')

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise Unreadable(f"{path}: a duplicate key among {sorted(key for key, _ in pairs)[:20]}")
        return dict(pairs)

    try:
        text = read_text(path, 64 * 2**20)
        return json.loads(text, parse_float=refuse, parse_constant=refuse, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path}: {error}") from error


def table(value: Any, where: str, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """An object with all the required keys and none but the optional ones beside them."""
    if not isinstance(value, dict):
        raise Unreadable(f"{where}: expected an object")
    if missing := [key for key in required if key not in value]:
        raise Unreadable(f"{where}: missing {missing[0]!r}")
    if extra := [key for key in value if key not in required and key not in optional]:
        raise Unreadable(f"{where}: unknown key {extra[0]!r}")
    return value


def items(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"{where}: expected a list")
    return value


def rational(value: Any, where: str) -> Fraction:
    """A string "p" or "p/q" of at most 4000 digits each."""
    match = RATIONAL.fullmatch(value) if isinstance(value, str) and len(value) < 8002 else None
    if match is None or max(len(match[1]), len(match[2] or "1")) > 4000 or int(match[2] or 1) == 0:
        raise Unreadable(f'{where}: {str(value)[:40]!r} is not a rational "p/q"')
    return Fraction(int(match[1]), int(match[2] or 1))


def count(value: Any, where: str, least: int, most: int) -> int:
    """An integer (not a boolean) in a range."""
    if type(value) is not int or not least <= value <= most:
        raise Unreadable(f"{where}: expected an integer from {least} to {most}")
    return value


def one_of(value: Any, where: str, known: Collection[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise Unreadable(f"{where}: {str(value)[:40]!r} is not one of {', '.join(list(known)[:20])}")
    return value


def entries(value: Any, where: str, *names: Collection[str]) -> dict[Any, Fraction]:
    """Records [name, ..., number] by their names, each name known and each record at most once."""
    found: dict[Any, Fraction] = {}
    for record in items(value, where):
        if len(items(record, where)) != len(names) + 1:
            raise Unreadable(f"{where}: expected {len(names)} names and a number, not {str(record)[:80]}")
        key = tuple(one_of(word, where, known) for word, known in zip(record[:-1], names, strict=True))
        if key in found:
            raise Unreadable(f"{where}: {key} appears twice")
        found[key] = rational(record[-1], where)
    return found
