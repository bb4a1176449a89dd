"""How near a mixture of columns comes to the user's: from rows, one by one, in integers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from math import lcm
from operator import itemgetter, mul
from typing import Any

from verifier.kernel.reader.document import entries, readable, require, total

LONG = 16_384  # bits of the common denominator of a claim about squares, at most
ROUGH = 30  # bits that show of nearly every row how it compares


class Claim:
    """A claim in integers, times `unit`, and what has been summed over the rows so far:
    by scale, mass and side, the number of rows and the sums of their columns. Under the
    sup norm only rows with a mass are needed.
    """

    def __init__(self, part: dict[str, Any], agents: list[str]) -> None:
        given = entries(part["weights"], "weights", set(agents))
        weights = [given.get(agent, Fraction(0)) for agent in agents]
        require(
            min(weights, default=Fraction(0)) >= 0
            and (part["mixture"] == "cone" or sum(weights) == 1),
            "weights: expected nonnegative numbers, summing to 1 if the mixture is a"
            " simplex",
        )
        readable(
            len(dict(part["witness"])) == len(part["witness"]),
            "witness: a row appears twice",
        )
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
        self.far(agents, rows, self.part["distance"])

    def far(
        self,
        agents: list[str],
        rows: int,
        distance: Fraction,
        without: Collection[str] = (),
    ) -> None:
        """What is known when all rows are: the mean error, and how far the witness keeps
        all agents but some.
        """
        convex = self.part["mixture"] == "simplex"
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
            require(
                far or agent in without,
                f"witness: it does not keep {agent} at that distance",
            )

    def sentence(self, user: str) -> str:
        part = self.part
        return (
            f"the distance of {user!a} is {part['distance']} ({part['norm']} norm,"
            f" {part['mixture']})"
        )


class Squares(Claim):
    """A claim about squares. The witness is minus the miss of the mixture, over the
    number of rows; `pulls` has, by scale, the sums of the misses, times `unit` and
    that scale, and of their products with the columns.
    """

    def __init__(self, part: dict[str, Any], agents: list[str]) -> None:
        readable(not part["witness"], "witness: squares have none")
        super().__init__(part, agents)
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


def known_mixture(part: dict[str, Any]) -> None:
    readable(
        part["mixture"] in ("simplex", "cone"),
        f"mixture: {part['mixture']!r:.40} is not simplex or cone",
    )
