"""How many agents object to whatever harms the user, measured from one row."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.kernel.reader.document import readable, require
from verifier.kernel.tables.mixtures import Claim
from verifier.kernel.tables.removal import survives

COVERAGE = {
    "claim": str,
    "baseline": int,
    "least": int,
    "covers": [[(str, Fraction)]],
    "proposal": [(int, Fraction)],
}


class Objections:
    """Covers: nonnegative weights by which every row is, from the baseline, worth no more
    than to the user. And a proposal: a lottery over rows that is worth less to her.
    """

    def __init__(self, part: dict[str, Any], agents: list[str]) -> None:
        self.part, self.agents = part, agents
        self.masses = dict(part["proposal"])
        readable(part["least"] >= 0, "least: a negative number")
        readable(
            len(self.masses) == len(part["proposal"]), "proposal: a row appears twice"
        )
        require(
            all(mass > 0 for mass in self.masses.values()),
            "proposal: expected positive masses",
        )
        common = {"norm": "sup", "mixture": "cone", "offset": 0, "distance": 0}
        self.covers = [
            Claim({**common, "weights": weights, "witness": []}, agents)
            for weights in part["covers"]
        ]
        if part["least"]:
            survives(part["covers"], part["least"] - 1, "covers")
        self.highest: list[Fraction] = []
        self.base: list[Fraction] = []
        self.at_base: list[Fraction] = []
        self.sums, self.met = [Fraction(0)] * (1 + len(agents)), 0

    def add(
        self, numbers: Sequence[int], rows: Sequence[list[int]], scale: int, top: int
    ) -> None:
        for number, values in zip(numbers, rows, strict=True):
            misses = [
                Fraction(cover.miss(cover.chosen(values), scale), scale)
                for cover in self.covers
            ]
            self.highest = list(map(max, misses, self.highest or misses))
            if number == self.part["baseline"]:
                self.base = [Fraction(value, scale) for value in values]
                self.at_base = misses
            if number in self.masses:
                self.met += 1
                mass = self.masses[number] / scale
                self.sums = [
                    s + mass * v for s, v in zip(self.sums, values, strict=True)
                ]

    def conclude(self, agents: list[str], rows: int) -> None:
        require(
            len(self.base) > 0, "baseline: the table has no such row, or it is left out"
        )
        for highest, base in zip(self.highest, self.at_base, strict=True):
            require(
                highest <= base, "covers: a row is worth more to it than to the user"
            )
        require(
            self.met == len(self.masses),
            "proposal: it has a row that the table has not, or that is left out",
        )
        size = sum(self.masses.values(), Fraction(0))
        user, *others = [
            s - size * b for s, b in zip(self.sums, self.base, strict=True)
        ]
        require(not self.masses or user < 0, "proposal: it does not harm the user")
        self.objectors = [
            agent for agent, value in zip(agents, others, strict=True) if value < 0
        ]

    def sentence(self, user: str) -> str:
        part = self.part
        if not all(part["covers"]):  # every row is worth as much to her as the baseline
            return f"from row {part['baseline']} nothing harms {user!a}"
        said = (
            f"from row {part['baseline']} at least {part['least']} agents object to"
            f" whatever harms {user!a}"
        )
        if not self.masses:
            return said
        names = ", ".join(map(ascii, self.objectors)) or "nobody"
        return f"{said}, and to something only {names}"
