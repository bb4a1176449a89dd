"""Distances of a table of utilities, each confirmed by the kernel.

This is `verifier hull` of a table; from Python it is `verifier.api.table_hull`.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verifier.checker import Certificate, Pending, accepted, submit
from verifier.deadline import overtime, uninterrupted
from verifier.errors import CertificateError
from verifier.files import folder_or_temporary, hand_out
from verifier.json_text import indented
from verifier.solve.points import Mixture
from verifier.tables.baselines import average, best_single
from verifier.tables.columns import EVERYTHING, Choice
from verifier.tables.distance import Asked, Distance, distances
from verifier.tables.formats import USUAL, Form
from verifier.tables.gaps import Missing
from verifier.tables.norm import USUAL_NORMS, Norm
from verifier.tables.reading import Source, read_source
from verifier.tables.report import TableReport
from verifier.tables.table import UtilityTable

ALL = (
    (Norm.SUP, Mixture.SIMPLEX),
    (Norm.SUP, Mixture.CONE),
    (Norm.MEAN, Mixture.SIMPLEX),
    (Norm.SQUARED, Mixture.SIMPLEX),
    (Norm.SQUARED, Mixture.CONE),
)
"""The paper's hull distance, the cone's, the mean absolute error, and the mean squared error."""


def distances_in(norms: Collection[Norm]) -> tuple[Asked, ...]:
    """The distances that are measured in these norms."""
    return tuple((norm, mixture) for norm, mixture in ALL if norm in norms)


@dataclass(frozen=True)
class Read:
    """A table with the text that it was read from, which a certificate is about."""

    path: Path
    source: Source
    table: UtilityTable


def read(
    given: object,
    user: str | None = None,
    missing: Missing = Missing.REFUSE,
    choice: Choice = EVERYTHING,
    form: Form = USUAL,
    name: str = "frame",
) -> Read:
    """The table in a file, or in a data frame of pandas, polars or pyarrow, with its text.

    `given` is a path or a frame, which goes by `name`. Raises InstanceError and SizeError as
    `verifier.tables.reading.read_table` does.
    """
    with _calm():
        source, table = read_source(given, user, missing, choice, form, name)
        return Read(Path(source.name), source, table)


def measure(
    given: Read,
    asked: Sequence[Asked] = distances_in(USUAL_NORMS),
    certificates: Path | None = None,
) -> TableReport:
    """The report of the distances asked for, in a certificate that the kernel has accepted.

    Distances that a deadline cuts short are missing; OutOfTimeError where all are.
    Raises CertificateError if the kernel does not agree (a defect of this package), OutputError if
    the folder cannot be written.
    """
    table = given.table
    with _calm(), uninterrupted(), folder_or_temporary(certificates) as folder:
        found = distances(table, asked)
        certificate = folder / f"{given.path.stem}.hull.json"
        about = _about(given, certificate)
        with overtime():
            pending = submit(table_certificate(table, found), certificate, about)
            norms = dict.fromkeys(f.norm for f in found)
            baselines = {n: (best_single(table, n), average(table, n)) for n in norms}
            kernel = _confirmed(given, pending)
    if certificates is None:
        return TableReport(table, found, baselines, kernel)
    as_read = about.as_posix() if given.source.converted else None
    return TableReport(table, found, baselines, kernel, certificate.as_posix(), as_read)


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
        "columns_left_out": table.columns_left_out,
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
    without = f"left out: {table.left_out} rows, {table.columns_left_out} columns"
    said = "; ".join(
        f"the distance of {table.user!a} is {found.distance} ({found.norm} norm, {found.mixture})"
        for found in distances
    )
    about = f"table {table.digest[:23]}, {len(table.rows)} rows ({without})"
    sentence = f"{about}, agents {', '.join(map(ascii, table.agents))}: {said}"
    return Certificate(indented(content) + "\n", accepted(sentence))


def _about(given: Read, certificate: Path) -> Path:
    """The file that the kernel reads: the user's own, or, where it reads it otherwise or not at
    all, the CSV text that was made of it, beside the certificate.
    """
    if not given.source.converted:
        return given.path
    return hand_out(certificate.with_suffix(".csv"), given.source.text)


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
