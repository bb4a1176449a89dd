"""CSV tables of utilities: one column per party, one row per point (interface.md, `verifier hull`)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from verifier.errors import InstanceError, SizeError
from verifier.rational import parse_rational

MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class UtilityTable:
    """The user's utilities and every agent's at the same points; `generators[i]` belongs to `agents[i]`."""

    name: str
    user: str
    agents: tuple[str, ...]
    target: tuple[Fraction, ...]
    generators: tuple[tuple[Fraction, ...], ...]


def read_table(path: Path | str) -> UtilityTable:
    """Reads a header of names and rows of exact numbers; the first column is the user, the others are agents.

    Raises InstanceError with file, line and column for anything missing, empty or inexact; SizeError beyond MAX_BYTES.
    """
    path = Path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SizeError(f"{path}: has {path.stat().st_size} bytes, at most {MAX_BYTES} are read")
        with path.open(encoding="utf-8", newline="") as file:
            return _table(str(path), csv.reader(file, strict=True))
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InstanceError(f"{path}: is not UTF-8 text (byte {error.start})") from error
    except csv.Error as error:
        raise InstanceError(f"{path}: is not CSV: {error}") from error


def _table(name: str, lines: Iterator[list[str]]) -> UtilityTable:
    header = [word.strip() for word in next(lines, [])]
    if len(header) < 2:
        raise InstanceError(f"{name}: line 1: has {len(header)} columns, expected the user and at least one agent")
    repeated = sorted({word for word in header if header.count(word) > 1 or not word})
    if repeated:
        raise InstanceError(f"{name}: line 1: the column name {repeated[0]!r} is empty or stands twice")
    rows = [_row(name, number, header, cells) for number, cells in enumerate(lines, 2) if cells]
    if not rows:
        raise InstanceError(f"{name}: has no rows below its header, expected one row per point")
    target, *generators = zip(*rows, strict=True)
    return UtilityTable(name, header[0], tuple(header[1:]), tuple(target), tuple(map(tuple, generators)))


def _row(name: str, number: int, header: list[str], cells: list[str]) -> list[Fraction]:
    if len(cells) != len(header):
        raise InstanceError(f"{name}: line {number}: has {len(cells)} columns, expected {len(header)} as in the header")
    found = []
    for column, cell in zip(header, cells, strict=True):
        try:
            found.append(parse_rational(cell.strip()))
        except InstanceError as error:
            raise InstanceError(f"{name}: line {number}: column {column!r}: {error}") from error
    return found
