"""How far the user is when agents are removed, whoever they are."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from verifier.kernel.reader.document import WrongError, readable
from verifier.kernel.tables.mixtures import Claim, known_mixture

REMOVAL = {
    "claim": str,
    "count": int,
    "mixture": str,
    "least": Fraction,
    "without": [str],
    "witness": [(int, Fraction)],
    "most": Fraction,
    "mixtures": [{"weights": [(str, Fraction)], "offset": Fraction}],
}
SETS, WORK = 200_000, 20_000_000  # of removed agents; looks at a mixture


class Removed:
    """A claim about the user without some agents, in the sup norm: mixtures that are near
    enough, of which one is left whoever is removed, and a witness against all others.
    """

    def __init__(self, part: dict[str, Any], agents: list[str]) -> None:
        known_mixture(part)
        self.part, self.removed = part, set(part["without"])
        readable(
            len(part["mixtures"]) > 0
            and 0 <= part["count"] < len(agents)
            and len(self.removed) == len(part["without"]) <= part["count"]
            and self.removed <= set(agents),
            "count, without, mixtures: expected fewer agents than there are, no more of"
            " them removed, and a mixture",
        )
        common = {"norm": "sup", "mixture": part["mixture"], "distance": part["most"]}
        self.near = [
            Claim(
                {**common, **mixture, "witness": part["witness"] if n == 0 else []},
                agents,
            )
            for n, mixture in enumerate(part["mixtures"])
        ]
        used = [mixture["weights"] for mixture in part["mixtures"]]
        survives(used, part["count"], "mixtures")

    def add(
        self, numbers: Sequence[int], rows: Sequence[list[int]], scale: int, top: int
    ) -> None:
        for entry in self.near:
            entry.add(numbers, rows, scale, top)

    def conclude(self, agents: list[str], rows: int) -> None:
        self.near[0].far(agents, rows, self.part["least"], self.removed)

    def sentence(self, user: str) -> str:
        part = self.part
        some = ", ".join(map(ascii, part["without"])) or "nobody"
        return (
            f"the distance of {user!a} without any {part['count']} agents is at most"
            f" {part['most']}, and without {some} at least {part['least']} (sup norm,"
            f" {part['mixture']})"
        )


def survives(weights: list[Any], count: int, what: str) -> None:
    """Whichever agents are removed, one of the mixtures uses none of them: who removes an
    agent of each has to begin with one of the first, and so on.
    """
    used = [{agent for agent, weight in some if weight} for some in weights]
    waiting = [frozenset[str]()]
    seen, work = set(waiting), 0
    while waiting:
        removed = waiting.pop()
        left = next((some for some in used if not some & removed), None)
        if left is None:
            names = ", ".join(map(ascii, sorted(removed))) or "nobody"
            raise WrongError(f"{what}: none is left without {names}")
        if len(removed) < count:
            further = {removed | {agent} for agent in left} - seen
            seen |= further
            waiting += further
        work += len(used)
        readable(
            len(seen) <= SETS and work <= WORK, "too large: too many sets of agents"
        )
