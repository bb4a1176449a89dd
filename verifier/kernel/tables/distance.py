"""How near a column of the user's own CSV file lies to the hull of others: one pass
over the rows, in integers.
"""

import hashlib
from fractions import Fraction
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from verifier.kernel.reader.document import fit, read_text, readable, require
from verifier.kernel.tables.coverage import COVERAGE, Objections
from verifier.kernel.tables.mixtures import Claim, Squares, known_mixture
from verifier.kernel.tables.removal import REMOVAL, Removed
from verifier.kernel.tables.rows import read_rows

CLAIM = {
    "claim": str,
    "norm": str,
    "mixture": str,
    "distance": Fraction,
    "weights": [(str, Fraction)],
    "offset": Fraction,
    "witness": [(int, Fraction)],
}
SHAPE = {
    "format": int,
    "table": str,
    "user": str,
    "agents": [str],
    "rows": int,
    "left_out": int,
    "columns_left_out": int,
    "claims": [Any],
}
BYTES = 256 * 2**20
LOOKS = 100_000_000  # rows, times the mixtures of all claims
TOGETHER = 64  # so many rows at most are added up at once


def check(certificate: Any, path: str) -> str:
    """Accepts by returning the sentence that is proved; raises WrongError or
    UnreadableError otherwise.
    """
    part = fit(certificate, SHAPE, "certificate")
    agents = part["agents"]
    readable(1 <= len(part["claims"]) <= 16, "too large: expected 1 to 16 distances")
    readable(
        len({part["user"], *agents}) == 1 + len(agents) > 1,
        "agents: expected different names, and not the user's",
    )
    rows = left_out = 0
    text = read_text(path, BYTES).encode()
    digest = "sha256:" + hashlib.sha256(text).hexdigest()
    require(
        digest == part["table"],
        f"table: the certificate is for {part['table']!r:.80}, not for {digest}",
    )
    claims = [claim(entry, agents) for entry in part["claims"]]
    mixtures = sum(
        len(entry.get("mixtures", entry.get("covers", [0]))) for entry in part["claims"]
    )
    wanted = [part["user"], *agents]
    found = read_rows(path, text, wanted, part["columns_left_out"])
    for scale, group in groupby(found, itemgetter(2)):
        while some := list(islice(group, TOGETHER)):
            if not scale:
                left_out += len(some)
                continue
            rows += len(some)
            readable(rows * mixtures <= LOOKS, "too large: rows, times mixtures")
            numbers, values, _ = zip(*some, strict=True)
            top = max(max(map(max, values)), -min(map(min, values)))
            for entry in claims:
                entry.add(numbers, values, scale, top)
    counted = (
        f"{rows} rows and {left_out} left out, not {part['rows']} and"
        f" {part['left_out']}"
    )
    require(
        (rows, left_out) == (part["rows"], part["left_out"]) and rows > 0,
        f"rows: the table has {counted}",
    )
    for entry in claims:
        entry.conclude(agents, rows)
    without = f"left out: {left_out} rows, {part['columns_left_out']} columns"
    said = "; ".join(entry.sentence(part["user"]) for entry in claims)
    return (
        f"table {digest[:23]}, {rows} rows ({without}), agents"
        f" {', '.join(map(ascii, agents))}: {said}"
    )


def claim(part: Any, agents: list[str]) -> Claim | Removed | Objections:
    readable(isinstance(part, dict), "claims: expected tables")
    if part.get("claim") == "removal":
        return Removed(fit(part, REMOVAL, "certificate.claims"), agents)
    if part.get("claim") == "coverage":
        return Objections(fit(part, COVERAGE, "certificate.claims"), agents)
    part = fit(part, CLAIM, "certificate.claims")
    readable(
        part["claim"] == "distance", f"claim: {part['claim']!r:.40} is no distance"
    )
    readable(
        part["norm"] in ("sup", "mean", "squared"),
        f"norm: {part['norm']!r:.40} is not sup, mean or squared",
    )
    known_mixture(part)
    return (Squares if part["norm"] == "squared" else Claim)(part, agents)
