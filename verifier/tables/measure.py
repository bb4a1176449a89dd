"""Distances of a table of utilities, each confirmed by the kernel: `verifier hull` from Python.

>>> from verifier.tables.measure import measure, read
>>> report = measure(read("utilities.csv"))                              # doctest: +SKIP
>>> report.distances[0].distance, report.kernel                          # doctest: +SKIP
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verifier.checker import Certificate, Pending, accepted, submit
from verifier.errors import CertificateError
from verifier.files import folder_or_temporary, write_whole
from verifier.solve.points import Mixture
from verifier.tables.distance import Distance, Norm, best_single, distance
from verifier.tables.reading import Missing, Source, read_source, table_of
from verifier.tables.report import TableReport
from verifier.tables.table import UtilityTable

ALL = ((Norm.SUP, Mixture.SIMPLEX), (Norm.SUP, Mixture.CONE), (Norm.MEAN, Mixture.SIMPLEX))
"""The paper's hull distance, the cone's, and the mean absolute error."""


@dataclass(frozen=True)
class Read:
    """A table with the text that it was read from, which a certificate is about."""

    path: Path
    source: Source
    table: UtilityTable


def read(path: Path | str, user: str | None = None, missing: Missing = Missing.REFUSE) -> Read:
    """The table in a CSV or Parquet file, with its text.

    Raises InstanceError and SizeError as `verifier.tables.reading.read_table` does.
    """
    source = read_source(path)
    with _calm():
        return Read(Path(path), source, table_of(source, user, missing))


def measure(
    given: Read, asked: tuple[tuple[Norm, Mixture], ...] = ALL, certificates: Path | None = None
) -> TableReport:
    """The report of the distances asked for, in a certificate that the kernel has accepted.

    Raises CertificateError if the kernel does not agree (a defect of this package), OutputError if
    the folder cannot be written.
    """
    table = given.table
    with _calm(), folder_or_temporary(certificates) as folder:
        distances = [distance(table, norm, mixture) for norm, mixture in asked]
        certificate = folder / f"{given.path.stem}.hull.json"
        pending = _handed_in(given, distances, certificate)
        singles = {
            norm: best_single(table, norm) for norm in dict.fromkeys(norm for norm, _ in asked)
        }
        kernel = _confirmed(given, pending)
    kept = None if certificates is None else certificate.as_posix()
    return TableReport(table, distances, singles, kernel, kept)


def table_certificate(table: UtilityTable, distances: Sequence[Distance]) -> Certificate:
    """The certificate of a table's distances: canonical JSON (proofs/FORMAT.md).

    The kernel checks it against the table's own text.
    """
    content = {
        "format": 2,
        "table": table.digest,
        "user": table.user,
        "agents": list(table.agents),
        "rows": len(table.rows),
        "left_out": table.left_out,
        "columns_left_out": len(table.dropped),
        "claims": [
            {
                "claim": "distance",
                "norm": str(found.norm),
                "mixture": str(found.mixture),
                "distance": str(found.distance),
                "weights": [
                    [agent, str(weight)] for agent, weight in found.weights.items() if weight
                ],
                "offset": str(found.offset),
                "witness": [[row, str(mass)] for row, mass in found.witness.items()],
            }
            for found in distances
        ],
    }
    without = f"left out: {table.left_out} rows, {len(table.dropped)} columns"
    said = "; ".join(
        f"the distance of {table.user!a} is {found.distance} ({found.norm} norm, {found.mixture})"
        for found in distances
    )
    about = f"table {table.digest[:23]}, {len(table.rows)} rows ({without})"
    sentence = f"{about}, agents {', '.join(map(ascii, table.agents))}: {said}"
    return Certificate(json.dumps(content, indent=1, ensure_ascii=False) + "\n", accepted(sentence))


def _handed_in(given: Read, distances: list[Distance], certificate: Path) -> Pending:
    """The certificate is written, and the kernel begins to check it against the table's file.

    The kernel does not read Parquet: the CSV text of such a file is written beside the certificate.
    """
    about = given.path
    if given.source.converted:
        about = write_whole(certificate.with_name(f"{given.path.stem}.csv"), given.source.text)
    return submit(table_certificate(given.table, distances), certificate, about)


def _confirmed(given: Read, pending: Pending) -> str:
    """The kernel's line on a certificate.

    Raises CertificateError if the kernel does not accept it.
    """
    reply = pending.reply()
    if not reply.accepted:
        raise CertificateError(
            f"{given.source.name}: the kernel does not accept the distances: {reply.text}"
        )
    return reply.text


@contextmanager
def _calm() -> Iterator[None]:
    """The garbage collector pauses, which would inspect thousands of rows again and again."""
    active = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if active:
            gc.enable()
