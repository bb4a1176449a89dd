"""JSON becomes a grid: an object on each line, or a list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.tables import grid as limits
from verifier.tables.delimited import decoded
from verifier.tables.grid import Grid, Row

SHOWN = 40
"""Most characters of a value that messages show."""


class _TwiceError(ValueError):
    """A key comes twice in an object."""


def json_lines_grid(path: Path) -> Grid:
    """The grid of a file with a JSON object on each line; blank lines are skipped.

    Its columns are the keys, in the order in which they come up; a key that is missing is an empty
    cell. Numbers are taken digit by digit. Raises InstanceError, with the line, for anything else;
    SizeError beyond MAX_BYTES and MAX_CELLS.
    """
    text, _ = decoded(path)
    lines = enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    entries = ((n, _loaded(f"{path}: line {n}", line)) for n, line in lines if line.strip())
    return _grid(path, entries, "line {}")


def json_list_grid(path: Path) -> Grid:
    """The grid of a file with a JSON list of objects; otherwise as `json_lines_grid`."""
    text, _ = decoded(path)
    found = _loaded(str(path), text.removeprefix("\ufeff"))
    if not isinstance(found, list):
        raise InstanceError(
            f"{path}: has {_kind(found)}, expected a list of objects, one for each row (pandas:"
            " orient='records'), or one object on each line and a name that ends in .jsonl"
        )
    return _grid(path, enumerate(found, 1), "entry {}")


def _grid(path: Path, entries: Iterator[tuple[int, Any]], place: str) -> Grid:
    columns: dict[str, int] = {}
    rows: list[tuple[int, dict[int, str]]] = []
    for number, entry in entries:
        where = f"{path}: {place.format(number)}"
        if not isinstance(entry, dict):
            raise InstanceError(f"{where}: has {_kind(entry)}, expected an object")
        named = {key.strip(): _cell(value) for key, value in entry.items()}
        if len(named) < len(entry):
            raise InstanceError(f"{where}: two keys differ in nothing but blanks")
        cells = {columns.setdefault(key, len(columns)): cell for key, cell in named.items()}
        rows.append((number, cells))
        if len(rows) * len(columns) > limits.MAX_CELLS:
            raise SizeError(
                f"{where}: has more than {limits.MAX_CELLS} cells so far, at most that many are"
                " read"
            )
    width = range(len(columns))

    def again() -> Iterator[Row]:
        return ((number, [cells.get(n, "") for n in width]) for number, cells in rows)

    return Grid(str(path), tuple(columns), again, place.format, top="")


def _loaded(where: str, text: str) -> Any:
    """A JSON value whose numbers are texts."""
    try:
        return json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object
        )
    except _TwiceError as error:
        raise InstanceError(f"{where}: {error}") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, " if "\n" in text else ""
        raise InstanceError(
            f"{where}: is not JSON: {error.msg} ({place}column {error.colno})"
        ) from error
    except RecursionError as error:
        raise InstanceError(f"{where}: is nested too deeply to be read") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
        raise _TwiceError(f"key {twice[:SHOWN]!r} appears twice, expected once")
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", bool: "a truth value", type(None): "null"}
    return kinds.get(type(value), f"{value!s:.{SHOWN}}")
