"""The values of a parameter in cells, each with a verdict that is certified at every value.

1. Inside a gap the game is examined at a few values, which are near each other.
2. The numbers of their certificates suggest functions of the parameter (`lift`).
3. The kernel is asked to check the certificate with these functions at all values of the gap.
   It refuses where a comparison changes its sign inside, and names the polynomial.
4. The gap is cut at the nearest roots of that polynomial on both sides, and the kernel asked again.
   What is left beside the cell are new gaps.
5. The ends of cells are single values: rational ones are examined as any game, at irrational ones
   the kernel is asked about the certificate of a neighbouring cell.

A gap in which no certificate suggests functions is halved until it is narrow enough, and then is
undecided. Where the verdict is open at the values that were tried, nothing is certified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise, product
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from verifier.certificate import certificate
from verifier.checker import Kernel, Reply
from verifier.errors import InstanceError
from verifier.files import hand_out
from verifier.game.model import Game, digest
from verifier.game.parameters import Family, Parameter
from verifier.json_text import indented
from verifier.region.function import (
    End,
    RationalFunction,
    bounds,
    end_record,
    read_polynomial,
    roots,
    same,
    written,
)
from verifier.region.lift import lifted
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

K = TypeVar("K")

TRIED = (7, 20)
"""At so many values the game of a gap is examined, at more where these suggest no functions."""
FIRST = Fraction(17, 41)
"""Where in a gap the first of them lies: a place at which ties are unlikely."""
APART = Fraction(1, 4096)
"""How far apart they are, as a share of the gap."""
CUTS = 100
"""Most cuts before a gap is halved instead."""
CHANGES = re.compile(r"refused: cell: (?P<polynomial>.+) changes its sign within ", re.ASCII)

VALUES = {
    "hull distance": "distance",
    "optimum": "value",
    "no information": "value",
    "team": "value",
    "every equilibrium": "at least",
    "equilibrium": "utility",
}
"""The number that each claim of a certificate establishes."""


@dataclass(frozen=True)
class Piece:
    """An open cell of values, or a single value (`low` is `high`), with what is certified there.

    `values` has a function of the parameter for each claim. `certificate` and `reply` are None
    where nothing is certified; then the verdict is `open`, or None where it is undecided.
    """

    low: End
    high: End
    verdict: Verdict | None
    values: dict[str, RationalFunction] = field(default_factory=dict)
    certificate: str | None = None
    reply: Reply | None = None
    path: Path | None = None

    @property
    def single(self) -> bool:
        """Whether the piece is one value."""
        return self.low is self.high


@dataclass(frozen=True)
class Region:
    """The pieces of a parameter's interval, ascending, for one guarantee."""

    title: str
    parameter: Parameter
    set_to: dict[str, Fraction]
    guarantee: Guarantee
    pieces: tuple[Piece, ...]


class Partition:
    """The pieces of one parameter's interval, the other parameter having the value `set_to`."""

    def __init__(
        self,
        family: Family,
        parameter: Parameter,
        set_to: dict[str, Fraction],
        guarantee: Guarantee,
        instance: Path,
        folder: Path,
        kernel: Kernel,
        width: Fraction,
        effort: Effort = USUAL,
    ) -> None:
        if guarantee is Guarantee.QUANTAL:
            raise InstanceError(
                "what a quantal user gets is no rational function of a parameter; take --guarantee"
                " bayes or best-ai, or `verifier verify --set` for single values"
            )
        self.family, self.parameter, self.set_to = family, parameter, set_to
        self.guarantee, self.instance, self.folder = guarantee, instance, folder
        self.kernel, self.width, self.effort = kernel, width, effort
        ends = (self.game(t) for t in (parameter.low, parameter.high))
        self.family_digest = digest(affine(*ends, parameter))

    def pieces(self) -> Iterator[Piece]:
        """All pieces, ascending."""
        low, high = self.parameter.low, self.parameter.high
        cells = [*self.cells(low, high)]
        before: Piece | None = None
        for cell in cells:
            yield self.single(cell.low, [p for p in (before, cell) if p])
            yield cell
            before = cell
        yield self.single(high, [cells[-1]])

    def cells(self, low: End, high: End) -> Iterator[Piece]:
        """The open cells between two values, ascending."""
        least, most = inside(low, high)
        found = self.cell(low, high, least, most)
        if found is None or found.verdict is None:
            if most - least <= self.width:
                yield found or Piece(low, high, None)
                return
            middle = simplest(least + (most - least) / 3, most - (most - least) / 3)
            yield from self.cells(low, middle)
            yield from self.cells(middle, high)
            return
        if not same(low, found.low):
            yield from self.cells(low, found.low)
        yield found
        if not same(found.high, high):
            yield from self.cells(found.high, high)

    def cell(self, low: End, high: End, least: Fraction, most: Fraction) -> Piece | None:
        """A cell around the first value that is tried, certified; None where none is found."""
        first, apart = least + (most - least) * FIRST, (most - least) * APART
        documents: list[tuple[Fraction, Any]] = []
        suggested = None
        for begin, end in pairwise((0, *TRIED)):
            values = [first + n * apart for n in range(begin, end)]
            found = [(t, self.examined(self.game(t))[1]) for t in values]
            documents += [(t, document) for t, document in found if document is not None]
            suggested = lifted(documents)
            if suggested is not None:
                break
        if not documents and most - least <= self.width:
            return Piece(low, high, Verdict.OPEN)
        if suggested is None:
            return None
        t, document = suggested
        for _ in range(CUTS):
            text, reply = self.asked(document, cell_record(low, high))
            if reply.accepted:
                return certified(low, high, document, text, reply)
            named = CHANGES.match(reply.text)
            if named is None:
                return None
            low, high = cut(low, high, t, read_polynomial(named["polynomial"], self.parameter.name))
        return None

    def single(self, end: End, beside: list[Piece]) -> Piece:
        """What is certified at one value, which lies beside these cells."""
        if isinstance(end, Fraction):
            _, document = self.examined(self.game(end))
            candidates = [] if document is None else [document]
        else:
            candidates = [json.loads(cell.certificate) for cell in beside if cell.certificate]
        for document in candidates:
            text, reply = self.asked(document, end_record(end))
            if reply.accepted:
                return certified(end, end, document, text, reply)
        return Piece(end, end, Verdict.OPEN)

    def game(self, t: Fraction) -> Game:
        return self.family.at({**self.set_to, self.parameter.name: t})

    def examined(self, game: Game) -> tuple[Verdict, Any]:
        """The verdict that the theory proposes, and its certificate as a document, if any."""
        report = examine(game, [self.guarantee], None, self.effort, [Goal.MINIMISE])
        finding = report.findings[self.guarantee]
        made = certificate(game, finding)
        if made is None:
            return finding.verdict, None
        document = json.loads(made.text)
        del document["parameters"], document["game"], document["format"]
        return finding.verdict, document

    def asked(self, document: Any, values: Any) -> tuple[str, Reply]:
        """The certificate with the values that it is about, and the kernel's reply."""
        others = {name: str(value) for name, value in self.set_to.items()}
        named = {"parameters": {**others, self.parameter.name: values}}
        single = isinstance(values, str)
        about = digest(self.game(Fraction(values))) if single else self.family_digest
        text = indented({"format": 2, "game": about} | named | document) + "\n"
        path = self.folder / "asked.json"
        path.write_text(text, encoding="utf-8")
        return text, self.kernel(path, self.instance).reply()


def certified(low: End, high: End, document: Any, text: str, reply: Reply) -> Piece:
    """A piece whose certificate the kernel has accepted."""
    values = {
        claim["claim"]: function(claim[VALUES[claim["claim"]]])
        for claim in document["claims"]
        if claim["claim"] in VALUES
    }
    conclusion = document["conclusion"]
    values["claimed"] = function(conclusion["claimed"])
    return Piece(low, high, Verdict(conclusion["verdict"]), values, text, reply)


def function(number: Any) -> RationalFunction:
    """A number of a certificate as a function of the parameter."""
    if isinstance(number, dict):
        above, below = (tuple(map(Fraction, number[part])) for part in ("above", "below"))
        return RationalFunction(above, below)
    value = Fraction(number)
    return RationalFunction((value,) if value else (), (Fraction(1),))


def affine(first: Game, last: Game, parameter: Parameter) -> Game:
    """A game with texts such as 1/2 - 3*t in place of numbers that differ between two games.

    They are the games at the ends of the parameter's interval. Its digest is that of a certificate
    about many values (proofs/FORMAT.md).
    """
    span = parameter.high - parameter.low

    def text(low: Fraction | None, high: Fraction | None) -> Any:
        if low == high or low is None or high is None:
            return low
        slope = (high - low) / span
        return written((low - slope * parameter.low, slope), parameter.name)

    def table(low: Mapping[K, Fraction], high: Mapping[K, Fraction]) -> dict[K, Any]:
        return {key: text(value, high[key]) for key, value in low.items()}

    rows = product(first.user_observations, first.agent_observations, first.states)
    zero = Fraction(0)
    joint = {row: text(first.joint.get(row, zero), last.joint.get(row, zero)) for row in rows}
    agents = tuple(
        replace(agent, utility=table(agent.utility, other.utility))
        for agent, other in zip(first.agents, last.agents, strict=True)
    )
    eta = text(first.quantal.eta, last.quantal.eta)
    return replace(
        first,
        joint={row: p for row, p in joint.items() if p},
        utility=table(first.utility, last.utility),
        agents=agents,
        quantal=replace(first.quantal, eta=eta),
        tolerance=text(first.tolerance, last.tolerance),
        gamma=text(first.gamma, last.gamma),
    )


def cell_record(low: End, high: End) -> dict[str, Any]:
    """An open cell as in certificates."""
    return {"from": end_record(low), "to": end_record(high)}


def inside(low: End, high: End) -> tuple[Fraction, Fraction]:
    """Rationals between two ends: nearly all values between these lie between them."""
    return bounds(low)[1], bounds(high)[0]


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator between two, ends included (by continued fractions)."""
    whole = ceil(low)
    if whole <= high:
        return Fraction(whole)
    return whole - 1 + 1 / simplest(1 / (high - whole + 1), 1 / (low - whole + 1))


def cut(low: End, high: End, t: Fraction, polynomial: tuple[Fraction, ...]) -> tuple[End, End]:
    """The ends after a cut at the roots that are nearest to t on both sides."""
    for root in roots(polynomial):
        (below, above), (least, most) = bounds(root), inside(low, high)
        if above <= t and below > bounds(low)[0]:
            low = root
        if below >= t and above < bounds(high)[1]:
            high = root
    return low, high
