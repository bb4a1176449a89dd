"""A region as JSON and as lines for the terminal, and its condition as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.region.function import End, RationalFunction, bounds, end_record
from verifier.region.piece import BEST, Piece, Region
from verifier.theory.verdict import Verdict

SHOWN = {
    "every equilibrium": "u >= {}",
    "equilibrium": "an equilibrium has {}",
    "claimed": "claimed {}",
    "optimum": "OPT {}",
    "no information": "NOINFO {}",
    "hull distance": "hull distance {}",
    BEST: "{}",
}
"""What the lines say of each number, in this order."""

BEST_FOUND = "the best equilibrium that was found has"
"""What comes before the values of the best equilibrium."""


SAID = {
    Verdict.PROVED: "proved",
    Verdict.VACUOUS: "vacuous",
    Verdict.REFUTED: "refuted",
    Verdict.OPEN: "open",
    None: "undecided",
}
"""What is said of each verdict, in this order."""


@dataclass(frozen=True)
class Stretch:
    """Neighbouring pieces about which the same is said; its ends belong to it or not."""

    pieces: tuple[Piece, ...]

    @property
    def verdict(self) -> Verdict | None:
        """The verdict at all its values; None where it is undecided."""
        return self.pieces[0].verdict

    @property
    def values(self) -> Mapping[str, RationalFunction]:
        """The functions of its first cell, or of its only value."""
        return next((p.values for p in self.pieces if not p.single), self.pieces[0].values)

    def written(self, name: str) -> str:
        """The values as an inequality, such as 0 <= t < 1/2."""
        first, last = self.pieces[0], self.pieces[-1]
        if first is last and first.single:
            return f"{name} = {first.low}"
        left, right = ("<=" if piece.single else "<" for piece in (first, last))
        return f"{first.low} {left} {name} {right} {last.high}"

    def record(self) -> dict[str, Any]:
        """The ends in JSON, and whether they belong to it."""
        first, last = self.pieces[0], self.pieces[-1]
        return {
            "from": end_record(first.low),
            "from_included": first.single,
            "to": end_record(last.high),
            "to_included": last.single,
        }


def by_verdict(region: Region) -> list[Stretch]:
    """The longest stretches with one verdict each, ascending."""
    return _joined(region.pieces, lambda left, right: left.verdict is right.verdict)


def by_values(region: Region) -> list[Stretch]:
    """The longest stretches with one verdict and the same functions each, ascending.

    A single value belongs to a cell beside it if the functions there have its numbers.
    """
    return _joined(region.pieces, _alike)


def _joined(pieces: Sequence[Piece], alike: Callable[[Piece, Piece], bool]) -> list[Stretch]:
    found: list[list[Piece]] = []
    for piece in pieces:
        cell = next((p for p in found[-1] if not p.single), found[-1][-1]) if found else None
        if cell is not None and alike(cell, piece):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [Stretch(tuple(part)) for part in found]


def _alike(left: Piece, right: Piece) -> bool:
    keys = left.values.keys() & SHOWN.keys()
    if left.verdict is not right.verdict or keys != right.values.keys() & SHOWN.keys():
        return False
    for one, other in ((left, right), (right, left)):
        if one.single and isinstance(one.low, Fraction) and not other.single:
            return all(_meets(other.values[key], one.low, one.values[key]) for key in keys)
    return all(left.values[key] == right.values[key] for key in keys)


def _meets(function: RationalFunction, t: Fraction, number: RationalFunction) -> bool:
    return function.defined(t) and function.at(t) == number.constant


def condition(region: Region) -> str:
    """For which values the guarantee is proved, in one sentence, and what is known of all others.

    It is proved exactly for these if it is refuted at all others, or there are none: a vacuous
    bound says nothing against an equilibrium that nobody has found yet.
    """
    where: dict[str, list[str]] = {}
    for stretch in by_verdict(region):
        said = stretch.written(region.parameter.name)
        where.setdefault(SAID[stretch.verdict], []).append(said)
    proved = where.pop("proved", [])
    exactly = "exactly " if where.keys() <= {"refuted"} else ""
    parts = [f"proved {exactly}for {_listed(proved)}" if proved else "proved for no value"]
    parts += [f"{said} for {_listed(where[said])}" for said in SAID.values() if said in where]
    return "; ".join(parts)


def _listed(parts: Sequence[str]) -> str:
    return " and for ".join(parts)


def region_title(region: Region, path: str | None) -> Iterator[str]:
    """The title, and the file, if any, with its parameter's interval and what is set."""
    name, low, high = region.parameter.name, region.parameter.low, region.parameter.high
    yield region.heading
    set_to = (f"{other} = {value}" for other, value in region.set_to.items())
    named = [] if path is None else [path]
    yield "  " + ", ".join([*named, f"{low} <= {name} <= {high}", *set_to])


def region_lines(region: Region) -> Iterator[str]:
    """The stretches with their verdicts and functions, and the condition."""
    name = region.parameter.name
    stretches = by_values(region)
    written = [stretch.written(name) for stretch in stretches]
    width = max(map(len, written))
    yield f"  {region.guarantee}"
    for stretch, where in zip(stretches, written, strict=True):
        verdict = SAID[stretch.verdict].upper()
        said = [
            text.format(stretch.values[key].written(name))
            for key, text in SHOWN.items()
            if key in stretch.values
        ]
        yield f"    {where:{width}}  {verdict:9}  {'; '.join(said)}".rstrip()
    yield from best_lines(best_stretches(region), name)
    yield f"    so: {condition(region)}"
    left = [stretch for stretch in by_verdict(region) if stretch.verdict is None]
    if left:
        yield f"    undecided: at most {_width(left)} wide (--width makes that narrower)"


def best_stretches(region: Region) -> list[Stretch]:
    """The longest stretches with the same function for the best equilibrium, where one is known."""
    found = [] if region.best is None else by_values(region.best)
    return [stretch for stretch in found if BEST in stretch.values]


def best_lines(stretches: Sequence[Stretch], name: str) -> Iterator[str]:
    """The lines on the best equilibrium, none where none is known."""
    if stretches:
        yield f"    {BEST_FOUND}"
        numbers = [stretch.values[BEST].written(name) for stretch in stretches]
        width = max(map(len, numbers))
        for number, stretch in zip(numbers, stretches, strict=True):
            yield f"      {number:{width}}  for {stretch.written(name)}"


def _width(stretches: Iterable[Stretch]) -> str:
    """How wide the widest is, rounded up where an end is irrational."""
    ends = [(stretch.pieces[0].low, stretch.pieces[-1].high) for stretch in stretches]
    return str(max(bounds(high)[1] - bounds(low)[0] for low, high in ends))


def region_record(region: Region) -> dict[str, Any]:
    """The pieces with their functions, certificates and the kernel's lines."""
    return {
        "title": region.title,
        **({} if region.user is None else {"user": region.user}),
        "parameter": region.parameter.name,
        "from": str(region.parameter.low),
        "to": str(region.parameter.high),
        "set": {name: str(value) for name, value in region.set_to.items()},
        "guarantee": str(region.guarantee),
        "condition": condition(region),
        "complete": region.complete,
        "verdicts": [
            {**stretch.record(), "verdict": SAID[stretch.verdict]} for stretch in by_verdict(region)
        ],
        "pieces": [piece_record(piece) for piece in region.pieces],
        "best_equilibrium": [best_record(piece) for piece in best_pieces(region)],
    }


def best_pieces(region: Region) -> list[Piece]:
    """The pieces in which a best equilibrium is certified."""
    return [] if region.best is None else [p for p in region.best.pieces if p.reply is not None]


def best_record(piece: Piece) -> dict[str, Any]:
    """A piece with the user's utility in the best equilibrium, and what certifies it."""
    record = piece_record(piece)
    return {key: value for key, value in record.items() if key != "verdict"}


def piece_record(piece: Piece) -> dict[str, Any]:
    """A piece with its functions, its certificate and the kernel's line."""
    ends: dict[str, End] = (
        {"at": piece.low} if piece.single else {"from": piece.low, "to": piece.high}
    )
    return {
        **{key: end_record(end) for key, end in ends.items()},
        "verdict": SAID[piece.verdict],
        "values": {key: value.record() for key, value in piece.values.items()},
        "certificate": piece.path.as_posix() if piece.path else None,
        "kernel": piece.reply.text if piece.reply else None,
    }
