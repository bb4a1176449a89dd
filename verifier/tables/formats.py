"""Files and data frames become grids, each format by its own reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from verifier.errors import InstanceError
from verifier.tables.arrow import frame_grid, is_frame, parquet_grid
from verifier.tables.delimited import delimited_grid, separator_named
from verifier.tables.grid import Grid
from verifier.tables.json_rows import json_lines_grid, json_list_grid
from verifier.tables.long import Long, wide

DELIMITED = (".csv", ".tsv", ".tab", ".psv")
"""The ends of names of files with separated cells."""

GRIDS: dict[str, Callable[[Path], Grid]] = {
    ".parquet": parquet_grid,
    ".pq": parquet_grid,
    ".jsonl": json_lines_grid,
    ".ndjson": json_lines_grid,
    ".json": json_list_grid,
}
"""How files of other formats are read, by the ends of their names."""

FOREIGN = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods"), "a workbook"),
    ".dta": "a Stata file",
    ".sav": "an SPSS file",
    **dict.fromkeys((".rds", ".rda", ".rdata"), "an R file"),
    **dict.fromkeys((".feather", ".arrow"), "an Arrow file"),
    **dict.fromkeys((".pkl", ".pickle"), "a pickled object"),
    **dict.fromkeys((".gz", ".zip", ".xz", ".bz2", ".zst"), "compressed"),
}
"""Files that are known and not read, by the ends of their names."""


@dataclass(frozen=True)
class Form:
    """How a file writes its table, where that is not to be made out.

    `separator` is what stands between cells, `decimal` the decimal sign, `tokens` are texts of
    missing cells beside the usual ones; `long` names the columns with items, parties and scores of
    a file that has a row for each score.
    """

    separator: str | None = None
    decimal: str | None = None
    tokens: tuple[str, ...] = ()
    long: Long | None = None


USUAL = Form()


def is_table(path: Path) -> bool:
    """Whether a file's name is that of a table, also of one that is known and not read."""
    return path.suffix.lower() in {*DELIMITED, *GRIDS, *FOREIGN}


def grid_of(given: object, form: Form, name: str) -> Grid:
    """The grid of a file, by the end of its name, or of a data frame, which is called `name`.

    Raises InstanceError for what cannot be read, SizeError beyond MAX_BYTES and MAX_CELLS.
    """
    grid = _grid(given, form, name)
    return grid if form.long is None else wide(grid, form.long)


def _grid(given: object, form: Form, name: str) -> Grid:
    if is_frame(given):
        return _without_separator(frame_grid(given, name), form)
    if not isinstance(given, str | Path):
        raise InstanceError(
            f"{type(given).__name__!r} is neither a path nor a frame of pandas, polars or pyarrow"
        )
    path = Path(given)
    suffix = path.suffix.lower()
    if suffix in FOREIGN:
        raise InstanceError(
            f"{path}: is {FOREIGN[suffix]}, which is not read: save it as CSV or Parquet"
        )
    if suffix in GRIDS:
        return _without_separator(GRIDS[suffix](path), form)
    return delimited_grid(path, form.separator and separator_named(form.separator))


def _without_separator(grid: Grid, form: Form) -> Grid:
    """The grid of a format that has no separators, and no decimal sign where it has no text."""
    if form.separator is not None:
        raise InstanceError(f"{grid.name}: --separator is for text with separated cells only")
    if form.decimal is not None and not grid.commas:
        raise InstanceError(f"{grid.name}: --decimal is for text, and the file has numbers")
    return grid
