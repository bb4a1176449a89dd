"""How near a column of the user's own CSV file lies to the hull of others: one pass
over the rows, in integers.
"""

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import compress
from math import lcm
from operator import itemgetter, mul
from typing import Any

from verifier.kernel.reader.document import (
    UnreadableError,
    entries,
    fit,
    rational,
    read_text,
    readable,
    require,
    total,
)

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
    "claims": [CLAIM],
}
LABELS = {"action", "state", "item"}
MISSING = {"", "NA", "N/A", "NaN", "nan", "null"}
PLAIN = re.compile(
    r"[+-]?\d{1,15}+(?:\.\d{1,15}+)?+(?:;[+-]?\d{1,15}+(?:\.\d{1,15}+)?+)*+",
    re.ASCII,
)
BYTES = 256 * 2**20
Row = tuple[
    list[int], int
]  # the user's utility and the agents', times the number that follows


@dataclass
class Claim:
    """A claim in integers, and what has been summed over the rows so far, by the rows'
    common denominators.
    """

    part: dict[str, Any]
    factors: list[
        int
    ]  # of the user (minus the denominator), then of the agents of positive weight
    used: list[bool]  # of the user and all agents: whether they have a factor
    offset: int
    distance: int
    masses: dict[int, int]  # row number -> mass times `unit`
    unit: int
    gaps: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    pairings: dict[int, list[int]] = field(default_factory=dict)
    met: int = 0  # masses whose row has been seen

    def add(self, number: int, row: Row) -> None:
        values, scale = row
        gap = abs(
            sum(map(mul, self.factors, compress(values, self.used)))
            + scale * self.offset
        )
        self.gaps[scale] += gap
        near = self.part["norm"] == "mean" or gap <= scale * self.distance
        require(
            near,
            f"weights: the mixture misses the user's utility in row {number} by more"
            " than the distance",
        )
        mass = self.masses.get(number)
        if mass is not None:
            self.met += 1
            sums = self.pairings.get(scale) or [0] * len(values)
            self.pairings[scale] = [
                before + mass * value
                for before, value in zip(sums, values, strict=True)
            ]

    def conclude(self, agents: list[str], rows: int) -> None:
        distance, convex = self.part["distance"], self.part["mixture"] == "simplex"
        if self.part["norm"] == "mean":
            error = total(Fraction(gap, scale) for scale, gap in self.gaps.items())
            require(
                error <= rows * -self.factors[0] * distance,
                "weights: the mixture's mean error is more than the distance",
            )
        require(
            self.met == len(self.masses),
            "witness: it has a row that the table has not, or that is left out",
        )
        sizes = [abs(mass) for mass in self.masses.values()]
        small = (
            sum(sizes) <= self.unit
            if self.part["norm"] == "sup"
            else rows * max(sizes, default=0) <= self.unit
        )
        require(
            small and sum(self.masses.values()) == 0,
            "witness: expected total mass 0 and masses as small as the norm says",
        )
        sums = [Fraction(0)] * (1 + len(agents))
        for scale, part in self.pairings.items():
            sums = [
                before + Fraction(value, scale * self.unit)
                for before, value in zip(sums, part, strict=True)
            ]
        require(
            convex or sums[0] >= distance,
            "witness: it does not keep the user at that distance from 0",
        )
        for agent, value in zip(agents, sums[1:], strict=True):
            far = sums[0] - value >= distance if convex else value <= 0
            require(far, f"witness: it does not keep {agent} at that distance")


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
    found = "sha256:" + hashlib.sha256(text).hexdigest()
    require(
        found == part["table"],
        f"table: the certificate is for {part['table']!r:.80}, not for {found}",
    )
    claims = [claim(entry, agents) for entry in part["claims"]]
    for number, row in read_rows(
        path, text, [part["user"], *agents], part["columns_left_out"]
    ):
        if row is None:
            left_out += 1
            continue
        rows += 1
        for entry in claims:
            entry.add(number, row)
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
    said = "; ".join(
        f"the distance of {part['user']!a} is {entry['distance']} ({entry['norm']} norm,"
        f" {entry['mixture']})"
        for entry in part["claims"]
    )
    return (
        f"table {found[:23]}, {rows} rows ({without}), agents"
        f" {', '.join(map(ascii, agents))}: {said}"
    )


def claim(part: dict[str, Any], agents: list[str]) -> Claim:
    readable(
        part["claim"] == "distance", f"claim: {part['claim']!r:.40} is no distance"
    )
    readable(
        part["norm"] in ("sup", "mean"),
        f"norm: {part['norm']!r:.40} is not sup or mean",
    )
    readable(
        part["mixture"] in ("simplex", "cone"),
        f"mixture: {part['mixture']!r:.40} is not simplex or cone",
    )
    given = entries(part["weights"], "weights", set(agents))
    weights = [given.get(agent, Fraction(0)) for agent in agents]
    mixture = min(weights, default=Fraction(0)) >= 0 and (
        part["mixture"] == "cone" or sum(weights) == 1
    )
    require(
        mixture,
        "weights: expected nonnegative numbers, summing to 1 if the mixture is a"
        " simplex",
    )
    unit = lcm(
        *[number.denominator for number in (*weights, part["offset"], part["distance"])]
    )
    witness = dict(part["witness"])
    readable(len(witness) == len(part["witness"]), "witness: a row appears twice")
    below = lcm(*[mass.denominator for mass in witness.values()])
    return Claim(
        part,
        [-unit, *(int(w * unit) for w in weights if w)],
        [True, *map(bool, weights)],
        int(part["offset"] * unit),
        int(part["distance"] * unit),
        {row: int(mass * below) for row, mass in witness.items()},
        below,
    )


def read_rows(
    path: str, text: bytes, wanted: list[str], others: int
) -> Iterator[tuple[int, Row | None]]:
    """Each row's number from 1 and its numbers in the order of `wanted`; None if one is
    missing. `others`: left-out columns.
    """
    stream = io.TextIOWrapper(io.BytesIO(text), "utf-8-sig", newline="")
    lines, number = csv.reader(stream, strict=True), 0
    try:
        header = [name.strip() for name in next(lines, [])]
        readable(len(set(header)) == len(header), f"{path}: two columns have one name")
        for name in wanted:
            readable(name in header, f"{path}: no column is called {name!r:.40}")
        count = len({*header} - {*wanted} - LABELS)
        require(
            count == others,
            f"columns_left_out: beside labels, the user and the agents {count} columns,"
            f" not {others}",
        )
        chosen = itemgetter(*[header.index(name) for name in wanted])
        for cells in filter(None, lines):
            number += 1
            readable(
                len(cells) == len(header),
                f"{path}: row {number} has {len(cells)} columns, the header"
                f" {len(header)}",
            )
            yield number, whole(chosen(cells), f"{path}: row {number}")
    except csv.Error as error:
        raise UnreadableError(f"{path}: {error}") from error


def whole(cells: tuple[str, ...], where: str) -> Row | None:
    """Numbers over their common denominator; None if one of them is missing."""
    joined = ";".join(cells)
    if (
        joined.isascii() and "_" not in joined and len(joined) <= 16 * len(cells)
    ):  # beyond these int takes too much
        with suppress(ValueError):
            return list(map(int, cells)), 1
    if PLAIN.fullmatch(joined) and joined.count(";") < len(cells):
        parts = [cell.partition(".") for cell in cells]
        places = max([len(part[2]) for part in parts])
        return [
            int(above + below.ljust(places, "0")) for above, _, below in parts
        ], 10**places
    stripped = [cell.strip() for cell in cells]
    if not MISSING.isdisjoint(stripped):
        return None
    numbers = [rational(cell, where) for cell in stripped]
    unit = lcm(*[number.denominator for number in numbers])
    return [number.numerator * (unit // number.denominator) for number in numbers], unit
