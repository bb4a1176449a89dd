"""Parquet files and data frames become grids, by way of pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.extras import remedy
from verifier.tables import grid as limits
from verifier.tables.grid import Grid, Row
from verifier.tables.halves import half_as_text

BATCH = 65_536
"""How many rows are text at a time."""


def is_frame(given: object) -> bool:
    """Whether it is a frame of pandas, polars or pyarrow, or whatever else hands out Arrow data."""
    return hasattr(given, "__arrow_c_stream__")


def parquet_grid(path: Path) -> Grid:
    """The grid of a Parquet file.

    Integers, decimals and text are as they are; a binary float is the shortest decimal that reads
    back as the same float; nulls are empty cells. Raises InstanceError for files that cannot be
    read and where pyarrow is not installed, SizeError beyond MAX_CELLS.
    """
    with _reading(str(path), "is not a Parquet file"):
        from pyarrow.parquet import ParquetFile

        with ParquetFile(path) as file:
            _bounded(str(path), file.metadata.num_rows, file.metadata.num_columns)
            table = file.read()
    return _grid(str(path), table)


def frame_grid(frame: object, name: str) -> Grid:
    """The grid of a data frame; otherwise as `parquet_grid`."""
    with _reading(name, "cannot be read as Arrow data"):
        from pyarrow import table as arrow

        table = arrow(frame)
    return _grid(name, table)


def _bounded(name: str, rows: int, columns: int) -> None:
    cells = rows * columns
    if cells > limits.MAX_CELLS:
        raise SizeError(f"{name}: has {cells} cells, at most {limits.MAX_CELLS} are read")


@contextmanager
def _reading(name: str, fault: str) -> Iterator[None]:
    """Whatever pyarrow finds wrong with a file is an InstanceError."""
    try:
        from pyarrow import ArrowException
    except ImportError as error:
        raise InstanceError(
            f"{name}: reading it needs pyarrow: {remedy('pyarrow')}, or save it as CSV"
        ) from error
    try:
        yield
    except OSError as error:
        raise InstanceError(f"{name}: cannot be read: {error.strerror or error}") from error
    except (ArrowException, ValueError, TypeError, OverflowError, MemoryError) as error:
        raise InstanceError(f"{name}: {fault}: {str(error).splitlines()[0]}") from error


def _grid(name: str, table: Any) -> Grid:
    from pyarrow import types

    with _reading(name, "is damaged"):
        header, kinds = table.schema.names, [_kind(field) for field in table.schema]
    _bounded(name, table.num_rows, len(header))
    numbers = (types.is_integer, types.is_floating, types.is_decimal, types.is_null)
    known = ("is_string", "is_large_string", "is_string_view")  # the last one since pyarrow 16
    texts = [getattr(types, name) for name in known if hasattr(types, name)]
    untaken = {
        n: str(kind)
        for n, kind in enumerate(kinds)
        if not any(test(kind) for test in (*numbers, *texts))
    }
    index = _index(table.schema)
    return Grid(
        name,
        tuple(column.strip() for column in header),
        lambda: _rows(name, table, untaken),
        "row {}".format,
        top="",
        index=frozenset(n for n, column in enumerate(header) if column in index),
        untaken=untaken,
        commas=any(test(kind) for kind in kinds for test in texts),
    )


def _kind(field: Any) -> Any:
    """The type of a column's values, also where they are numbered in a dictionary."""
    from pyarrow import types

    return field.type.value_type if types.is_dictionary(field.type) else field.type


def _index(schema: Any) -> set[str]:
    """The columns that pandas wrote for an index, by its note in the schema."""
    try:
        note = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
        return {column for column in note.get("index_columns", []) if isinstance(column, str)}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return set()


def _rows(name: str, table: Any, untaken: dict[int, str]) -> Iterator[Row]:
    """The rows as text, nulls as empty cells, and so are the columns of other types."""
    done = 0
    for batch in table.to_batches(max_chunksize=BATCH):
        columns = [
            [""] * batch.num_rows
            if n in untaken
            else _texts(f"{name}: column {field.name!r}", column, done)
            for n, (field, column) in enumerate(zip(batch.schema, batch.columns, strict=True))
        ]
        yield from enumerate(zip(*columns, strict=True), done + 1)
        done += batch.num_rows


def _texts(where: str, column: Any, done: int) -> list[str]:
    from pyarrow import string, types

    with _reading(where, "is damaged"):
        if types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if types.is_float16(column.type):
            return ["" if v is None else half_as_text(float(v)) for v in column.to_pylist()]
        cells = column.cast(string())
        try:
            return ["" if cell is None else cell for cell in cells.to_pylist()]
        except UnicodeDecodeError as error:
            raise InstanceError(f"{where}: {_undecoded(cells, done)}") from error


def _undecoded(cells: Any, done: int) -> str:
    """Which cell is no text in UTF-8."""
    for number, cell in enumerate(cells, done + 1):
        try:
            cell.as_py()
        except UnicodeDecodeError as error:
            shown = ascii(bytes(cell.as_buffer())[:20])
            return f"row {number} is not UTF-8 text: {shown} ({error.reason}); write it as UTF-8"
    return "is not UTF-8 text"
