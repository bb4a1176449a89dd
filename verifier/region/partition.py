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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any

from verifier.certificate import certificate
from verifier.checker import Kernel, Reply, subject_of
from verifier.deadline import finished
from verifier.errors import InstanceError
from verifier.files import folder_or_temporary, hand_out
from verifier.game.model import Game, digest
from verifier.game.parameters import Family, Parameter
from verifier.game.place import short
from verifier.json_text import indented
from verifier.meant import hint
from verifier.region.family_digest import family_digest
from verifier.region.function import (
    End,
    bounds,
    end_record,
    read_polynomial,
    roots,
    same,
)
from verifier.region.lift import lifted
from verifier.region.piece import Piece, Region, certified, file_name
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

TRIED = (7, 20)
"""At so many values the game of a gap is examined, at more where these suggest no functions."""
FIRST = Fraction(17, 41)
"""Where in a gap the first of them lies: a place at which ties are unlikely."""
APART = Fraction(1, 4096)
"""How far apart they are, as a share of the gap."""
NO_VALUES: Mapping[str, Fraction] = MappingProxyType({})
"""No parameter is set."""

CUTS = 100
"""Most cuts before a gap is halved instead."""
CHANGES = re.compile(r"refused: cell: (?P<polynomial>.+) changes its sign within ", re.ASCII)


class Partition:
    """The pieces of one parameter's interval, the others having the values `set_to`."""

    def __init__(
        self,
        family: Family,
        parameter: Parameter,
        set_to: Mapping[str, Fraction],
        guarantee: Guarantee,
        instance: Path,
        folder: Path | None,
        asking: Path,
        kernel: Kernel,
        width: Fraction,
        effort: Effort,
        tell: Callable[[Piece], None],
    ) -> None:
        if guarantee is Guarantee.QUANTAL:
            raise InstanceError(
                "what a quantal user gets is no rational function of a parameter; take --guarantee"
                " bayes or best-ai, or `verifier verify --set` for single values"
            )
        self.family, self.parameter, self.set_to = family, parameter, set_to
        self.guarantee, self.instance, self.folder = guarantee, instance, folder
        self.kernel, self.width, self.effort = kernel, width, effort
        self.tell = tell
        first, last = (self.game(t) for t in (parameter.low, parameter.high))
        self.family_digest = family_digest(first, last, parameter)
        self.known: list[Piece] = []
        self.asking = asking

    def fill(self) -> None:
        """All pieces are found, kept and told; a deadline may end this in its midst."""
        low, high = self.parameter.low, self.parameter.high
        before: list[Piece] = []
        for cell in self.cells(low, high):
            self.known.append(self.kept(self.single(cell.low, [*before, cell])))
            before = [cell]
        self.known.append(self.kept(self.single(high, before)))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is known, ascending; in between undecided."""
        found: list[Piece] = []
        low: End = self.parameter.low
        for piece in sorted(self.known, key=lambda p: (bounds(p.low)[0], not p.single)):
            if not same(low, piece.low):
                found.append(Piece(low, piece.low, None))
            found.append(piece)
            low = piece.high
        if not same(low, self.parameter.high):
            found.append(Piece(low, self.parameter.high, None))
        return tuple(found)

    def kept(self, piece: Piece) -> Piece:
        """The piece, with its certificate in a file if it is to be kept; it is told of."""
        if self.folder is not None and piece.certificate is not None:
            where = "..".join(map(file_name, dict.fromkeys((piece.low, piece.high))))
            name = f"{self.instance.stem}.{self.guarantee}.{self.parameter.name}={where}.json"
            path = hand_out(
                self.folder / name,
                piece.certificate,
                same=lambda old: subject_of(old) == subject_of(piece.certificate or ""),
            )
            piece = replace(piece, path=path)
        self.tell(piece)
        return piece

    def cells(self, low: End, high: End) -> Iterator[Piece]:
        """The open cells between two values, ascending."""
        least, most = inside(low, high)
        found = self.cell(low, high, least, most)
        if found is None:
            if most - least <= self.width:
                yield Piece(low, high, None)
                return
            middle = simplest(least + (most - least) / 3, most - (most - least) / 3)
            yield from self.cells(low, middle)
            yield from self.cells(middle, high)
            return
        if not same(low, found.low):
            yield from self.cells(low, found.low)
        self.known.append(self.kept(found))
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
        self.asking.write_text(text, encoding="utf-8")
        return text, self.kernel(self.asking, self.instance).reply()


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
        below, above = bounds(root)
        if above <= t and below > bounds(low)[0]:
            low = root
        if below >= t and above < bounds(high)[1]:
            high = root
    return low, high


def region(
    family: Family,
    guarantee: Guarantee,
    instance: Path,
    parameter: str | None = None,
    set_to: Mapping[str, Fraction] = NO_VALUES,
    width: Fraction | None = None,
    effort: Effort = USUAL,
    keep: Path | None = None,
    tell: Callable[[Piece], None] = lambda piece: None,
) -> Region:
    """For which values of a parameter the guarantee holds, certified on every cell.

    Parameters:
        family: the games of the file `instance`, which the kernel reads.
        guarantee: bayes or best-ai.
        parameter: its name, which is needed where there are two and `set_to` has none of them; the
            other has its default unless `set_to` says otherwise.
        width: gaps as narrow as this are left undecided; a 64th of the interval if not given.
        keep: the folder for certificates; none is kept where it is None.
        tell: is told of each piece as soon as it is known.

    Raises InstanceError for a file without parameters, an unknown one, and for a quantal user;
    SizeError for programs above the limits of the effort. Where the deadline passes, what is not
    known yet is undecided.
    """
    moving, others = _chosen(family, parameter, set_to)
    width = (moving.high - moving.low) / 64 if width is None else width
    with Kernel() as kernel, folder_or_temporary(None) as place:
        partition = Partition(
            family,
            moving,
            others,
            guarantee,
            instance,
            keep,
            place / "asked.json",
            kernel,
            width,
            effort,
            tell,
        )
        finished(partition.fill, None)
    return Region(family.title, moving, others, guarantee, partition.pieces)


def _chosen(
    family: Family, name: str | None, set_to: Mapping[str, Fraction]
) -> tuple[Parameter, dict[str, Fraction]]:
    """The parameter that moves, and the values of the others."""
    known = {parameter.name: parameter for parameter in family.parameters}
    if not known:
        raise InstanceError(
            f"{family.file}: it has no [parameters]; write one, such as"
            ' t = { from = "0", to = "1", default = "1/2" }, and use t in a number, as in "1 - t"'
        )
    left = [n for n in known if n not in set_to]
    if name is None:
        if len(left) != 1:
            raise InstanceError(
                f"{family.file}: it has the parameters {', '.join(known)}, and one can move; name"
                f" it (--parameter {left[0] if left else next(iter(known))}), or set the other"
            )
        name = left[0]
    if name not in known:
        raise InstanceError(
            f"{family.file}: {short(name)} is no parameter, it has {', '.join(known)}"
            + hint(name, known)
        )
    if name in set_to:
        raise InstanceError(f"{family.file}: {name} is set, and cannot move as well")
    family.at(set_to)
    others = {n: set_to.get(n, p.default) for n, p in known.items() if n != name}
    return known[name], others
