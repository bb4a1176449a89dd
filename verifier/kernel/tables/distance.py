"""How near a column of the user's own CSV file lies to the hull of others: one pass
over the rows, in integers.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby, islice
from math import lcm
from operator import itemgetter, mul
from typing import Any

from verifier.kernel.reader.document import (
    entries,
    fit,
    read_text,
    readable,
    require,
    total,
)
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
    "claims": [CLAIM],
}
BYTES = 256 * 2**20
TOGETHER = 64  # so many rows at most are added up at once
LONG = 16_384  # bits of the common denominator of a claim about squares, at most
ROUGH = 30  # bits that show of nearly every row how it compares


class Claim:
    """A claim in integers, times `unit`, and what has been summed over the rows so far:
    by scale, mass and side, the number of rows and the sums of their columns. Under the
    sup norm only rows with a mass are needed.
    """

    def __init__(self, part: dict[str, Any], weights: list[Fraction]) -> None:
        self.part, self.weights = part, weights
        self.mean = part["norm"] == "mean"
        exact = [*weights, part["offset"], part["distance"]]
        self.unit = lcm(*[number.denominator for number in exact])
        *whole, self.offset, self.distance = [int(n * self.unit) for n in exact]
        used = [0, *[n for n, weight in enumerate(whole, 1) if weight or n == 1]]
        self.chosen = itemgetter(*used)
        self.factors = self.chosen([-self.unit, *whole])
        self.cut = max(0, self.unit.bit_length() - ROUGH)
        self.rough = [factor >> self.cut for factor in self.factors]
        self.below = lcm(*[mass.denominator for _, mass in part["witness"]])
        self.masses = {
            row: mass.numerator * (self.below // mass.denominator)
            for row, mass in part["witness"]
            if mass
        }
        self.sums: dict[tuple[int, int, bool], tuple[int, list[int]]] = {}

    def add(
        self, numbers: Sequence[int], rows: Sequence[list[int]], scale: int, top: int
    ) -> None:
        """Rows with their numbers, times `scale`; no absolute value is above `top`.

        Rounding decides nothing. Each factor F, and the offset, is 2^cut f + rest with 0
        <= rest < 2^cut; so the miss of a row is 2^cut times the rough one, and at most
        2^cut times `error` more or less. Where that leaves a doubt, it is exact.
        """
        error = len(self.rough) * top + scale
        offset = scale * (self.offset >> self.cut)
        most = scale * (self.distance >> self.cut)
        alike = defaultdict(list)
        for number, values in zip(numbers, rows, strict=True):
            chosen, mass = self.chosen(values), self.masses.get(number, 0)
            miss = sum(map(mul, self.rough, chosen)) + offset
            if abs(miss) <= error if self.mean else abs(miss) + error > most:
                miss = self.miss(chosen, scale)
                require(
                    self.mean or abs(miss) <= scale * self.distance,
                    f"weights: the mixture misses the user's utility in row {number} by"
                    " more than the distance",
                )
            if mass or self.mean:
                alike[scale, mass, miss < 0].append(values)
        for key, members in alike.items():
            count, sums = self.sums.get(key, (0, [0] * len(rows[0])))
            added = list(map(sum, zip(sums, *members, strict=True)))
            self.sums[key] = count + len(members), added

    def miss(self, chosen: Iterable[int], scale: int) -> int:
        """The mixture minus the user, times `unit` and `scale`."""
        mixed: int = sum(map(mul, self.factors, chosen))
        return mixed + scale * self.offset

    def conclude(self, agents: list[str], rows: int) -> None:
        distance, convex = self.part["distance"], self.part["mixture"] == "simplex"
        met, error, paired = 0, Fraction(0), dict[int, list[int]]()
        for (scale, mass, _), (count, sums) in self.sums.items():
            met += count * bool(mass)
            error += Fraction(abs(self.miss(self.chosen(sums), count * scale)), scale)
            before = paired.get(scale, [0] * len(sums))
            paired[scale] = [b + mass * s for b, s in zip(before, sums, strict=True)]
        require(
            not self.mean or error <= rows * self.distance,
            "weights: the mixture's mean error is more than the distance",
        )
        require(
            met == len(self.masses),
            "witness: it has a row that the table has not, or that is left out",
        )
        sizes = [abs(mass) for mass in self.masses.values()]
        size = rows * max(sizes, default=0) if self.mean else sum(sizes)
        require(
            size <= self.below and sum(self.masses.values()) == 0,
            "witness: expected total mass 0 and masses as small as the norm says",
        )
        user, *others = [
            total(
                Fraction(sums[n], scale * self.below) for scale, sums in paired.items()
            )
            for n in range(1 + len(agents))
        ]
        require(
            convex or user >= distance,
            "witness: it does not keep the user at that distance from 0",
        )
        for agent, value in zip(agents, others, strict=True):
            far = user - value >= distance if convex else value <= 0
            require(far, f"witness: it does not keep {agent} at that distance")


class Squares(Claim):
    """A claim about squares. The witness is minus the miss of the mixture, over the
    number of rows; `pulls` has, by scale, the sums of the misses, times `unit` and
    that scale, and of their products with the columns.
    """

    def __init__(self, part: dict[str, Any], weights: list[Fraction]) -> None:
        readable(not part["witness"], "witness: squares have none")
        super().__init__(part, weights)
        readable(
            self.unit.bit_length() <= LONG,
            "too large: too long a common denominator for squares",
        )
        self.pulls: dict[int, list[int]] = {}

    def add(
        self, numbers: Sequence[int], rows: Sequence[list[int]], scale: int, top: int
    ) -> None:
        pulls = self.pulls.setdefault(scale, [0] * (1 + len(rows[0])))
        for values in rows:
            miss = self.miss(self.chosen(values), scale)
            for n, value in enumerate([scale, *values]):
                pulls[n] += miss * value

    def conclude(self, agents: list[str], rows: int) -> None:
        least, convex = rows * self.part["distance"], self.part["mixture"] == "simplex"
        mass, user, *others = [
            total(
                Fraction(pulls[n], self.unit * scale * scale)
                for scale, pulls in self.pulls.items()
            )
            for n in range(2 + len(agents))
        ]
        require(mass == 0, "offset: the misses do not sum to 0")
        squares = total(map(mul, self.weights, others)) - user
        require(
            squares <= least,
            "weights: the mixture's mean squared error is more than the distance",
        )
        require(
            convex or -user >= least,
            "weights: another multiple of the mixture is nearer",
        )
        for agent, value in zip(agents, others, strict=True):
            far = value - user >= least if convex else value >= 0
            require(far, f"weights: more weight on {agent} would be nearer")


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
    wanted = [part["user"], *agents]
    found = read_rows(path, text, wanted, part["columns_left_out"])
    for scale, group in groupby(found, itemgetter(2)):
        while some := list(islice(group, TOGETHER)):
            if not scale:
                left_out += len(some)
                continue
            rows += len(some)
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
    said = "; ".join(
        f"the distance of {part['user']!a} is {entry['distance']} ({entry['norm']} norm,"
        f" {entry['mixture']})"
        for entry in part["claims"]
    )
    return (
        f"table {digest[:23]}, {rows} rows ({without}), agents"
        f" {', '.join(map(ascii, agents))}: {said}"
    )


def claim(part: dict[str, Any], agents: list[str]) -> Claim:
    readable(
        part["claim"] == "distance", f"claim: {part['claim']!r:.40} is no distance"
    )
    readable(
        part["norm"] in ("sup", "mean", "squared"),
        f"norm: {part['norm']!r:.40} is not sup, mean or squared",
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
    readable(
        len(dict(part["witness"])) == len(part["witness"]),
        "witness: a row appears twice",
    )
    return (Squares if part["norm"] == "squared" else Claim)(part, weights)
