"""Parquet files as CSV text.

The kernel reads CSV only, so this text is what a certificate is about.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from verifier.errors import InstanceError, SizeError


def parquet_as_csv(path: Path, most_cells: int) -> str:
    """The file's columns as CSV text.

    Integers, decimals and text are written as they are; a binary float is written as the shortest
    decimal that reads back as the same float; nulls are empty cells. Raises InstanceError for other
    types, for files that cannot be read and where pyarrow is not installed; SizeError beyond
    `most_cells`.
    """
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise InstanceError(
            f"{path}: reading Parquet needs pyarrow: pip install"
            " 'emergent-alignment-verifier[parquet]', or save it as CSV"
        ) from error
    try:
        with ParquetFile(path) as file:
            cells = file.metadata.num_rows * file.metadata.num_columns
            if cells > most_cells:
                raise SizeError(f"{path}: has {cells} cells, at most {most_cells} are read")
            return _written(path, file)
    except OSError as error:
        raise InstanceError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ArrowException as error:
        raise InstanceError(f"{path}: is not a Parquet file: {error}") from error


def _written(path: Path, file: Any) -> str:
    from pyarrow import string, types

    readable = (
        types.is_integer,
        types.is_floating,
        types.is_decimal,
        types.is_string,
        types.is_large_string,
    )
    for field in file.schema_arrow:
        kind = field.type.value_type if types.is_dictionary(field.type) else field.type
        if not any(test(kind) for test in readable):
            raise InstanceError(
                f"{path}: column {field.name!r} is of type {field.type}, expected numbers or text"
            )
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(file.schema_arrow.names)
    for batch in file.iter_batches():
        columns = [column.cast(string()).to_pylist() for column in batch.columns]
        writer.writerows(
            zip(
                *[["" if cell is None else cell for cell in column] for column in columns],
                strict=True,
            )
        )
    return stream.getvalue()
