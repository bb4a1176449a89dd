"""Distances of a table of utilities, each confirmed by the kernel.

This is `verifier hull` of a table; from Python it is `verifier.api.table_hull`.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from verifier.checker import Certificate, Reply, accepted, begin, submit
from verifier.deadline import overtime, uninterrupted
from verifier.errors import CertificateError
from verifier.files import folder_or_temporary, hand_out
from verifier.json_text import indented
from verifier.solve.points import Mixture
from verifier.tables.baselines import average, best_single
from verifier.tables.columns import EVERYTHING, Choice
from verifier.tables.coverage import RejectionDepth
from verifier.tables.distance import Asked, Distance, distances
from verifier.tables.formats import USUAL, Form
from verifier.tables.gaps import Missing
from verifier.tables.norm import USUAL_NORMS, Norm
from verifier.tables.reading import Source, read_source
from verifier.tables.removal import Removal
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
            checking = begin(table_certificate(table, found), certificate, about)
            norms = dict.fromkeys(f.norm for f in found)
            baselines = {n: (best_single(table, n), average(table, n)) for n in norms}
            kernel = _confirmed(given, checking.reply())
    if certificates is None:
        return TableReport(table, found, baselines, kernel)
    as_read = about.as_posix() if given.source.converted else None
    return TableReport(table, found, baselines, kernel, certificate.as_posix(), as_read)


Claimed = tuple[dict[str, object], str]
"""A claim of a table's certificate, and what the kernel will say of it."""


def certify(
    given: Read, claimed: Claimed, certificates: Path | None = None
) -> tuple[str, str | None]:
    """The kernel's line on one claim, and the path of its certificate if that is kept.

    It is named after the kind of claim. Raises CertificateError and OutputError as `measure` does.
    """
    with _calm(), uninterrupted(), folder_or_temporary(certificates) as folder, overtime():
        path = folder / f"{given.path.stem}.{claimed[0]['claim']}.json"
        reply = submit(certificate_of(given.table, [claimed]), path, _about(given, path))
        kernel = _confirmed(given, reply)
    return kernel, None if certificates is None else path.as_posix()


def table_certificate(table: UtilityTable, distances: Sequence[Distance]) -> Certificate:
    """The certificate of a table's distances: canonical JSON (proofs/FORMAT.md).

    The kernel checks it against the table's own text.
    """
    return certificate_of(table, [distance_claim(table.user, found) for found in distances])


def certificate_of(table: UtilityTable, claims: Sequence[Claimed]) -> Certificate:
    """The certificate of some claims about a table."""
    content = {
        "format": 2,
        "table": table.digest,
        "user": table.user,
        "agents": list(table.agents),
        "rows": len(table.rows),
        "left_out": table.left_out,
        "columns_left_out": table.columns_left_out,
        "claims": [claim for claim, _ in claims],
    }
    without = f"left out: {table.left_out} rows, {table.columns_left_out} columns"
    about = f"table {table.digest[:23]}, {len(table.rows)} rows ({without})"
    said = "; ".join(sentence for _, sentence in claims)
    sentence = f"{about}, agents {', '.join(map(ascii, table.agents))}: {said}"
    return Certificate(indented(content) + "\n", accepted(sentence))


def distance_claim(user: str, found: Distance) -> Claimed:
    """The claim of a distance."""
    claim: dict[str, object] = {
        "claim": "distance",
        "norm": str(found.norm),
        "mixture": str(found.mixture),
        "distance": str(found.distance),
        "weights": _weights(found.weights),
        "offset": str(found.offset),
        "witness": _witness(found.witness),
    }
    said = f"the distance of {user!a} is {found.distance} ({found.norm} norm, {found.mixture})"
    return claim, said


def removal_claim(user: str, found: Removal) -> Claimed:
    """The claim of what is known of a removal."""
    claim: dict[str, object] = {
        "claim": "removal",
        "count": found.count,
        "mixture": str(found.mixture),
        "least": str(found.least),
        "without": list(found.without),
        "witness": _witness(found.witness),
        "most": str(found.most),
        "mixtures": [
            {"weights": _weights(near.weights), "offset": str(near.offset)}
            for near in found.mixtures
        ],
    }
    some = ", ".join(map(ascii, found.without)) or "nobody"
    said = (
        f"the distance of {user!a} without any {found.count} agents is at most {found.most}, and"
        f" without {some} at least {found.least} (sup norm, {found.mixture})"
    )
    return claim, said


def coverage_claim(user: str, found: RejectionDepth) -> Claimed:
    """The claim of what is known of a rejection depth."""
    proposal = found.proposal
    claim: dict[str, object] = {
        "claim": "coverage",
        "baseline": found.baseline,
        "least": found.least,
        "covers": [_weights(cover) for cover in found.covers],
        "proposal": [] if proposal is None else _witness(proposal.masses),
    }
    covers = [_weights(cover) for cover in found.covers]
    if not all(covers):
        return claim, f"from row {found.baseline} nothing harms {user!a}"
    said = (
        f"from row {found.baseline} at least {found.least} agents object to whatever harms {user!a}"
    )
    if proposal is not None:
        said += f", and to something only {', '.join(map(ascii, proposal.objectors)) or 'nobody'}"
    return claim, said


def _weights(weights: Mapping[str, Fraction]) -> list[list[str]]:
    return [[agent, str(weight)] for agent, weight in weights.items() if weight]


def _witness(witness: Mapping[int, Fraction]) -> list[list[object]]:
    return [[row, str(mass)] for row, mass in witness.items()]


def _about(given: Read, certificate: Path) -> Path:
    """The file that the kernel reads: the user's own, or, where it reads it otherwise or not at
    all, the CSV text that was made of it, beside the certificate.
    """
    if not given.source.converted:
        return given.path
    return hand_out(certificate.with_suffix(".csv"), given.source.text)


def _confirmed(given: Read, reply: Reply) -> str:
    """The kernel's line on a certificate.

    Raises CertificateError if the kernel does not accept it.
    """
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
