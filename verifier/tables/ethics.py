"""Files in the style of ETHICS become tables of utilities.

The format is that of Hendrycks et al., Aligning AI with shared human values, 2021.
A labels file says of every scenario what people find; a judgements file has a column of numbers for
each model, in the same order, the higher the more right. ETHICS itself is not shipped: users bring
the files that they have. Supported are files with a header that has a column `label` (0 or 1) and
one of `input`, `scenario` or `text`: commonsense, justice, deontology and virtue; an `excuse` is
joined to its scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from verifier.errors import InstanceError
from verifier.tables.cells import csv_text
from verifier.tables.formats import USUAL, grid_of
from verifier.tables.grid import Grid, listed

TEXTS = ("input", "scenario", "text")


class Ones(StrEnum):
    """What people find of a scenario whose label is 1."""

    RIGHT = "right"
    WRONG = "wrong"


SUBSETS = {
    "input": (Ones.WRONG, "commonsense"),
    "scenario": (Ones.RIGHT, "justice, deontology or virtue"),
}
"""The meaning of label 1 in the subsets of ETHICS, by the column that has their text."""


@dataclass(frozen=True)
class Judged:
    """A table of people's and models' judgements as CSV text, and what a label 1 was taken for."""

    text: str
    ones: Ones
    said: str


def ethics_table(labels: Path, judgements: Path, ones: Ones | None = None) -> Judged:
    """The table for `verifier hull` of a labels file and a judgements file.

    Its columns are `item` (the text), `people` (1 for what people find right, 0 for what they find
    wrong: the user's utility), then one for each model. `ones` says what label 1 means; if it is
    not given, the header does. Raises InstanceError where neither does, a label is not 0 or 1, the
    files have different numbers of rows, or a column is missing; a judgement that is not a number
    is left to `verifier hull`, which names its line.
    """
    grid, rows = _read(labels)
    header = grid.header
    text = next((name for name in TEXTS if name in header), None)
    if "label" not in header or text is None:
        raise InstanceError(
            f"{grid.start}has {listed(header)}; expected `label` and one of {', '.join(TEXTS)}"
        )
    meaning, said = _meaning(grid, text, ones)
    models, judged = _judgements(judgements)
    if len(judged) != len(rows):
        raise InstanceError(
            f"{judgements}: has {len(judged)} rows of judgements, {labels} has {len(rows)}"
            " scenarios"
        )
    table = [["item", "people", *models]]
    for n, (row, numbers) in enumerate(zip(rows, judged, strict=True), 1):
        label = row[header.index("label")].strip()
        if label not in ("0", "1"):
            raise InstanceError(f"{labels}: row {n}: label {label!r:.40}, expected 0 or 1")
        right = (label == "1") == (meaning is Ones.RIGHT)
        texts = [row[header.index(name)].strip() for name in (text, "excuse") if name in header]
        table.append([f"{n}: {' / '.join(texts)}", str(int(right)), *numbers])
    return Judged(csv_text(table), meaning, said)


def _meaning(grid: Grid, text: str, ones: Ones | None) -> tuple[Ones, str]:
    """What label 1 means, and a sentence on it."""
    if ones is None and text not in SUBSETS:
        raise InstanceError(
            f"{grid.start}has neither `input` (commonsense, where label 1 is wrong) nor `scenario`"
            " (justice, deontology, virtue, where it is right): say which it is, --ones right or"
            " --ones wrong"
        )
    if ones is not None:
        meaning, why = ones, "as --ones says"
    else:
        meaning, subset = SUBSETS[text]
        why = f"as in the subset {subset} of ETHICS, by its column `{text}`; --ones decides"
    return meaning, (
        f"{grid.name}: label 1 is {meaning} ({why}): people have utility 1 where the label is"
        f" {1 if meaning is Ones.RIGHT else 0}"
    )


def _judgements(path: Path) -> tuple[list[str], list[list[str]]]:
    """The models' names and judgements, without an index or a column without a name."""
    grid, rows = _read(path)
    models = [n for n, name in enumerate(grid.header) if name and n not in grid.index]
    names = [grid.header[n] for n in models]
    if "people" in names or "item" in names:
        raise InstanceError(f"{grid.start}a model cannot be called `people` or `item`")
    return names, [[row[n] for n in models] for row in rows]


def _read(path: Path) -> tuple[Grid, list[Sequence[str]]]:
    """The grid of a file and its rows, at least one."""
    grid = grid_of(path, USUAL, "")
    found = [cells for _, cells in grid.rows()]
    if not found:
        raise InstanceError(f"{path}: has no rows below its header")
    return grid, found
