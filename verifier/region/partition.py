"""The values of a parameter in cells, each with a verdict that is certified at every value.

1. Inside a gap the game is examined at a few values, which are near each other.
2. The numbers of their certificates suggest functions of the parameter (`lift`).
3. The kernel is asked to check the certificate with these functions at all values of the gap.
   It refuses where a comparison changes its sign inside, and names the polynomial.
4. The gap is cut at the nearest roots of that polynomial on both sides, and the kernel asked again.
   What is left beside the cell are new gaps.
5. The ends of cells are single values: rational ones are examined as any game, at irrational ones
   the kernel is asked about the certificate of a neighbouring cell.

A gap in which no certificate is accepted, for whatever reason, is halved until it is narrow enough,
and then is undecided; it is called open where the verdict is open at all values that were tried.
Where ends meet is decided exactly: no value is lost between two pieces (`piece.covering`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from math import ceil
from pathlib import Path
from types import MappingProxyType
from typing import Any

from verifier.certified import stem_of
from verifier.checker import Reply, subject_of
from verifier.deadline import finished
from verifier.errors import InstanceError
from verifier.files import folder_or_temporary, hand_out
from verifier.game.model import Game, digest
from verifier.game.parameters import Family, Parameter
from verifier.game.place import short
from verifier.meant import hint
from verifier.numbers import brief
from verifier.region.family_digest import family_digest
from verifier.region.function import (
    End,
    Polynomial,
    RationalFunction,
    described,
    difference,
    end_record,
    inside,
    precedes,
    read_polynomial,
    roots,
    written,
)
from verifier.region.inquiry import Inquiry
from verifier.region.lift import function_of_one, lifted
from verifier.region.piece import (
    BEST,
    Piece,
    Region,
    certified,
    covering,
    file_name,
    numbers_in,
    order,
)
from verifier.region.proposal import (
    Proposal,
    argument,
    best_equilibrium,
    equilibrium_alone,
    none_is_better,
    verdict_on,
)
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantees.guarantee import Guarantee, answerable
from verifier.theory.verdict import Verdict

TRIED = (7, 20)
"""At so many values the game of a gap is examined, at more where the certificates of these suggest
no functions.
"""
FIRST = Fraction(17, 41)
"""Where in a gap the first of them lies: a place at which ties are unlikely."""
APART = Fraction(1, 4096)
"""How far apart they are, as a share of the gap."""
NO_VALUES: Mapping[str, Fraction] = MappingProxyType({})
"""No parameter is set."""

SHARE = 64
"""The least part of a gap that a cell must be, and of `width` that the gap must be, unless the cell
is the whole gap: so there are finitely many cells, whatever the certificates are.
"""
CUTS = 100
"""Most cuts before a gap is halved instead."""
PLACES = 9
"""So many decimals of an irrational end are in the names of files, or a multiple of it."""
CHANGES = re.compile(r"refused: cell: (?P<polynomial>.+) changes its sign within ", re.ASCII)


class Partition:
    """The pieces of one parameter's interval, the others being the functions `others` of it."""

    def __init__(
        self,
        family: Family,
        parameter: Parameter,
        others: Mapping[str, RationalFunction],
        proposal: Proposal,
        instance: Path,
        folder: Path | None,
        asking: Path,
        width: Fraction,
        effort: Effort,
        tell: Callable[[str], None],
    ) -> None:
        refuse_quantal(proposal.guarantee)
        self.family, self.parameter, self.others = family, parameter, others
        self.proposal, self.folder = proposal, folder
        self.width, self.effort = width, effort
        self.tell = tell
        first, last = (self.game(t) for t in (parameter.low, parameter.high))
        answerable(first, [proposal.guarantee])
        self.family_digest = family_digest(first, last, parameter)
        self.inquiry = Inquiry(instance, asking, first.user)
        self.stem = stem_of(instance.stem, first)
        self.floor: RationalFunction | None = None
        """What an equilibrium is to give her at least, where one is known before."""
        self.known: list[Piece] = []
        self.names: dict[str, End] = {}

    def fill(self) -> None:
        """All pieces are found, kept and told; a deadline may end this in its midst."""
        low, high = self.parameter.low, self.parameter.high
        before: list[Piece] = []
        for cell in self.cells(low, high):
            self.keep(self.single(cell.low, [*before, cell]))
            before = [cell]
        self.keep(self.single(high, before))

    def fill_inside(self, low: End, high: End) -> None:
        """As `fill`, between two values and without these."""
        for left, right in pairwise(self.cells(low, high)):
            self.keep(self.single(right.low, [left, right]))

    def follow(self, pieces: Iterable[Piece]) -> None:
        """The best equilibrium, wherever these pieces know one; nothing worse than that is kept.

        Where a piece's own gives her OPT, or no better one is found, it is the best.
        """
        for piece in pieces:
            if piece.certificate is None or "equilibrium" not in piece.values:
                continue
            self.floor, begin = piece.values["equilibrium"], len(self.known)
            if not none_is_better(piece.values):
                self.search(piece)
            document = equilibrium_alone(piece.certificate)
            for low, high in uncovered(piece, self.known[begin:]):
                text, reply = self.asked(document, low, high)
                if reply.accepted:
                    self.keep(certified(low, high, document, text, reply))

    def search(self, piece: Piece) -> None:
        """What is found within a piece is kept."""
        if piece.single:
            self.keep(self.single(piece.low, []))
        else:
            self.fill_inside(piece.low, piece.high)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is known, ascending; undecided in between."""
        return covering(self.known, self.parameter.low, self.parameter.high)

    def keep(self, piece: Piece) -> None:
        """The piece is known from now on; its certificate is a file if certificates are kept.

        Where an equilibrium is known, a piece without a certificate says nothing.
        """
        if self.floor is not None and piece.reply is None:
            return
        if self.folder is not None and piece.certificate is not None:
            path = hand_out(
                self.folder / self.file_name(piece),
                piece.certificate,
                same=lambda old: subject_of(old) == subject_of(piece.certificate or ""),
            )
            piece = replace(piece, path=path)
        self.known.append(piece)

    def file_name(self, piece: Piece) -> str:
        """The name of a certificate's file: values of parameters, and no other piece's name."""
        ends = dict.fromkeys((piece.low, piece.high))
        values = {name: value.constant or Fraction(0) for name, value in self.others.items()}
        others = "".join(f"{name}={file_name(value)}." for name, value in values.items())
        where = "..".join(map(self.named, ends))
        return f"{self.stem}.{self.proposal.name}.{others}{self.parameter.name}={where}.json"

    def named(self, end: End) -> str:
        """An end in file names: with so many decimals that no other end has this name."""
        places = PLACES
        while self.names.setdefault(file_name(end, places), end) != end:
            places += PLACES
        return file_name(end, places)

    def cells(self, low: End, high: End) -> Iterator[Piece]:
        """The open cells between two values, ascending."""
        found = self.cell(low, high)
        if found is not None:
            if low != found.low:
                yield from self.cells(low, found.low)
            if found.known:
                self.keep(found)
            yield found
            if found.high != high:
                yield from self.cells(found.high, high)
            return
        least, most = inside(low, high)
        middle = simplest(least + (most - least) / 3, most - (most - least) / 3)
        yield from self.cells(low, middle)
        yield from self.cells(middle, high)

    def cell(self, low: End, high: End) -> Piece | None:
        """A cell around the first value that is tried, certified; None where none is found.

        A gap that is narrow enough is left, open where the verdict is open at all values tried.
        """
        least, most = inside(low, high)
        first, apart = least + (most - least) * FIRST, (most - least) * APART
        documents: list[tuple[Fraction, Any]] = []
        for begin, end in pairwise((0, *TRIED)):
            values = [first + n * apart for n in range(begin, end)]
            found = [(t, self.examined(self.game(t))) for t in values]
            documents += [(t, document) for t, document in found if document is not None]
            if not documents:
                break
            suggested = lifted(documents, function_of_one)
            piece = None if suggested is None else self.around(low, high, *suggested)
            if piece is not None and self.wide(piece, low, high):
                return piece
        if most - least > self.width:
            return None
        return Piece(low, high, None if documents else Verdict.OPEN)

    def around(self, low: End, high: End, t: Fraction, document: Any) -> Piece | None:
        """A cell around t at whose values the certificate is accepted, cut as the kernel says."""
        for _ in range(CUTS):
            text, reply = self.asked(document, low, high)
            if reply.accepted:
                found = certified(low, high, document, text, reply)
                polynomial = self.above_floor(found)
                if cut(low, high, t, polynomial) == (low, high):
                    return found
            else:
                named = CHANGES.match(reply.text)
                if named is None:
                    return None
                polynomial = read_polynomial(named["polynomial"], self.parameter.name)
            low, high = cut(low, high, t, polynomial)
            if low == high:
                return None
        return None

    def above_floor(self, piece: Piece) -> Polynomial:
        """What is 0 where a piece's equilibrium gives her no more than the floor; () for always."""
        return () if self.floor is None else difference(piece.values[BEST], self.floor)

    def wide(self, piece: Piece, low: End, high: End) -> bool:
        """Whether a cell is the whole gap, or so wide a part of it that the search ends."""
        (least, most), (start, stop) = inside(piece.low, piece.high), inside(low, high)
        gap = stop - start
        whole = (piece.low, piece.high) == (low, high)
        return whole or (gap < SHARE * (most - least) and self.width < SHARE * gap)

    def single(self, end: End, beside: list[Piece]) -> Piece:
        """What is certified at one value, which lies beside these cells."""
        if isinstance(end, Fraction):
            document = self.examined(self.game(end))
            candidates = [] if document is None else [document]
        else:
            candidates = [argument(cell.certificate) for cell in beside if cell.certificate]
        for document in candidates:
            text, reply = self.asked(document, end, end)
            if reply.accepted:
                return certified(end, end, document, text, reply)
        tried = isinstance(end, Fraction) and not candidates
        return Piece(end, end, Verdict.OPEN if tried else None)

    def game(self, t: Fraction) -> Game:
        others = {name: value.at(t) for name, value in self.others.items()}
        return self.family.at({**others, self.parameter.name: t})

    def examined(self, game: Game) -> Any:
        """The certificate that the theory proposes, as a document; None for none."""
        at = game.parameters[self.parameter.name]
        self.tell(
            f"{len(self.known)} cells and values, looking at {self.parameter.name} = {brief(at)}"
        )
        document = self.proposal.document(game, self.effort)
        if document is None or self.floor is None:
            return document
        return document if numbers_in(document, Fraction)[BEST] >= self.floor.at(at) else None

    def asked(self, document: Any, low: End, high: End) -> tuple[str, Reply]:
        """A certificate with these claims about these values, and the kernel's reply: it accepts
        what is about these values only.
        """
        name, single = self.parameter.name, low == high
        fixed = low if single and isinstance(low, Fraction) else None
        others, told = {}, []
        for other, value in self.others.items():
            number = value.constant if fixed is None else value.at(fixed)
            others[other] = value.record() if number is None else str(number)
            told.append(f"{other} = {written(value.above, name) if number is None else number}")
        values = end_record(low) if single else {"from": end_record(low), "to": end_record(high)}
        about = self.family_digest if fixed is None else digest(self.game(fixed))
        at = ", ".join([*told, described(low, high, name)])
        return self.inquiry.ask(about, {**others, name: values}, document, at)


def refuse_quantal(guarantee: Guarantee) -> None:
    """Raises InstanceError for a quantal user."""
    if guarantee is Guarantee.QUANTAL:
        raise InstanceError(
            "what a quantal user gets is no rational function of a parameter; take --guarantee"
            " bayes or best-ai, or verify it at single values (--set)"
        )


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator between two, ends included (by continued fractions)."""
    whole = ceil(low)
    if whole <= high:
        return Fraction(whole)
    return whole - 1 + 1 / simplest(1 / (high - whole + 1), 1 / (low - whole + 1))


def uncovered(piece: Piece, known: Sequence[Piece]) -> list[tuple[End, End]]:
    """The open cells within a piece that none of these has; the value, for a piece of one value."""
    if piece.single:
        return [] if known else [(piece.low, piece.high)]
    found: list[tuple[End, End]] = []
    low = piece.low
    for part in sorted(known, key=cmp_to_key(order)):
        found += [(low, part.low)] if low != part.low else []
        low = part.high
    return found + ([(low, piece.high)] if low != piece.high else [])


def cut(low: End, high: End, t: Fraction, polynomial: tuple[Fraction, ...]) -> tuple[End, End]:
    """The ends after a cut at the roots that are nearest to t on both sides, or t if it is one."""
    for root in roots(polynomial) if len(polynomial) > 1 else ():
        if precedes(low, root) and not precedes(t, root):
            low = root
        if precedes(root, high) and not precedes(root, t):
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
    tell: Callable[[str], None] = lambda said: None,
) -> Region:
    """For which values of a parameter the guarantee holds, certified on every cell.

    Parameters:
        family: the games of the file `instance`, which the kernel reads.
        guarantee: bayes or best-ai.
        parameter: its name, which is needed where there are two and `set_to` has none of them; the
            other has its default unless `set_to` says otherwise.
        width: gaps as narrow as this are left undecided; a 64th of the interval if not given.
        keep: the folder for certificates; none is kept where it is None.
        tell: is told how far it is.

    Raises InstanceError for a file without parameters, an unknown one, and for a quantal user;
    SizeError for programs above the limits of the effort. Where the deadline passes, what is not
    known yet is undecided.
    """
    moving, others = _chosen(family, parameter, set_to)
    width = (moving.high - moving.low) / 64 if width is None else width
    fixed = {name: RationalFunction.of_number(value) for name, value in others.items()}
    with folder_or_temporary(None) as place:

        def partition(proposal: Proposal) -> Partition:
            asking = place / "asked.json"
            return Partition(
                family, moving, fixed, proposal, instance, keep, asking, width, effort, tell
            )

        known = partition(verdict_on(guarantee))
        finished(known.fill, None)
        best = partition(best_equilibrium(guarantee))
        finished(lambda: best.follow(known.pieces), None)
    game = family.at()
    found = Region(family.title, moving, others, guarantee, known.pieces, game.user, game.whose)
    return replace(found, best=replace(found, pieces=best.pieces))


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
        if not left:
            raise InstanceError(
                f"{family.file}: {' and '.join(known)} {'is' if len(known) == 1 else 'are'} set"
                " (--set), so that nothing is left to move"
            )
        if len(left) != 1:
            one = left[0]
            both = "; vf.plane moves both" if len(left) == 2 else ""
            raise InstanceError(
                f"{family.file}: it has the parameters {', '.join(known)}, and one can move; name"
                f" it (--parameter {one}), or set the other{both}"
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
