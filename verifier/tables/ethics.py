"""Files in the style of ETHICS become tables of utilities.

The format is that of Hendrycks et al., Aligning AI with shared human values, 2021.
A labels file says of every scenario whether people find it right; a judgements file has a column of
numbers for each model, in the same order. ETHICS itself is not shipped: users bring the files that
they have. Supported are files with a header that has a column `label` (0 or 1) and one of `input`,
`scenario` or `text`: commonsense, justice and deontology; an `excuse` is joined to its scenario.
"""

from __future__ import annotations

from pathlib import Path

from verifier.errors import InstanceError
from verifier.files import read_text
from verifier.tables.cells import CsvRows, csv_text

TEXTS = ("input", "scenario", "text")
MAX_BYTES = 64 * 2**20


def ethics_table(labels: Path, judgements: Path) -> str:
    """The CSV text for `verifier hull` of a labels file and a judgements file.

    Its columns are `item` (the text), `people` (the labels, for the user), then one for each model.
    Raises InstanceError where a label is not 0 or 1, the files have different numbers of rows, or a
    column is missing; a judgement that is not a number is left to `verifier hull`, which names its
    line.
    """
    header, rows = _read(labels)
    text = next((name for name in TEXTS if name in header), None)
    if "label" not in header or text is None:
        raise InstanceError(
            f"{labels}: line 1: has {', '.join(header)}; expected `label` and one of"
            f" {', '.join(TEXTS)}"
        )
    models, judged = _read(judgements)
    if "people" in models or "item" in models:
        raise InstanceError(f"{judgements}: line 1: a model cannot be called `people` or `item`")
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
        texts = [row[header.index(name)].strip() for name in (text, "excuse") if name in header]
        table.append([f"{n}: {' / '.join(texts)}", label, *numbers])
    return csv_text(table)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header of a CSV file and its rows, at least one."""
    rows = CsvRows(str(path), read_text(path, MAX_BYTES))
    found = list(rows)
    if not found:
        raise InstanceError(f"{path}: has no rows below its header")
    return rows.header, found
