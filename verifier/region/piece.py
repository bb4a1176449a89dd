"""What is certified about a cell of values of a parameter, or about one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cmp_to_key
from pathlib import Path
from typing import Any, TypeVar

from verifier.checker import Reply
from verifier.game.parameters import Parameter
from verifier.region.function import End, RationalFunction, precedes
from verifier.result import Result
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict

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
    values: Mapping[str, RationalFunction] = field(default_factory=dict)
    certificate: str | None = None
    reply: Reply | None = None
    path: Path | None = None

    @property
    def known(self) -> bool:
        """Whether something is certified there, or it was found to be open."""
        return self.reply is not None or self.verdict is not None

    @property
    def single(self) -> bool:
        """Whether the piece is one value."""
        return self.low == self.high

    def has(self, t: Fraction) -> bool:
        """Whether the value lies in the piece."""
        if self.single:
            return t == self.low
        return precedes(self.low, t) and precedes(t, self.high)


@dataclass(frozen=True, repr=False)
class Region(Result):
    """The pieces of a parameter's interval, ascending, for one guarantee.

    `set_to` has the value of the other parameter, where there is one. Of a file with several users
    `user` is the one whose game it is, None where it is that of all; `whose` says so. `best` has
    the best equilibrium that was found, in pieces of its own; None where it was not looked for.
    """

    title: str
    parameter: Parameter
    set_to: Mapping[str, Fraction]
    guarantee: Guarantee
    pieces: tuple[Piece, ...]
    user: str | None = None
    whose: str = ""
    best: Region | None = None

    @property
    def heading(self) -> str:
        """The title, with whose game it is where the file has several users."""
        return f"{self.title}{self.whose}"

    @property
    def parts(self) -> Sequence[Piece]:
        """All pieces, by the name that polygons, sides and corners have together."""
        return self.pieces

    @property
    def complete(self) -> bool:
        """Whether a verdict is certified at every value."""
        return all(piece.reply is not None for piece in self.pieces)

    @property
    def count(self) -> int:
        """How many certificates are kept as files."""
        best = 0 if self.best is None else self.best.count
        return best + sum(piece.path is not None for piece in self.pieces)

    def at(self, t: Fraction) -> Piece:
        """The piece that has this value of the parameter, which lies in its interval."""
        return next(piece for piece in self.pieces if piece.has(t))


BEST = "best equilibrium"
"""The number that a certificate without a conclusion establishes: see `proposal`."""

F = TypeVar("F")


def numbers_in(document: Mapping[str, Any], read: Callable[[Any], F]) -> dict[str, F]:
    """The numbers that the claims of a certificate establish, and what is claimed, as functions."""
    conclusion, claims = document.get("conclusion"), document["claims"]
    if conclusion is None:
        (claim,) = claims
        return {BEST: read(claim["utility"])}
    values = {
        " of ".join([claim["claim"], *claim.get("agents", ())]): read(claim[name])
        for claim in claims
        if (name := VALUES.get(claim["claim"])) is not None
    }
    return values | {"claimed": read(conclusion["claimed"])}


def verdict_in(document: Mapping[str, Any]) -> Verdict | None:
    """The verdict of a certificate; None for one that is about an equilibrium alone."""
    conclusion = document.get("conclusion")
    return None if conclusion is None else Verdict(conclusion["verdict"])


def certified(low: End, high: End, document: Mapping[str, Any], text: str, reply: Reply) -> Piece:
    """A piece whose certificate the kernel has accepted."""
    return Piece(low, high, verdict_in(document), numbers_in(document, function), text, reply)


def function(number: Any) -> RationalFunction:
    """A number of a certificate as a function of the parameter."""
    if isinstance(number, dict):
        above, below = (tuple(map(Fraction, number[part])) for part in ("above", "below"))
        return RationalFunction(above, below)
    return RationalFunction.of_number(Fraction(number))


def covering(pieces: Iterable[Piece], low: Fraction, high: Fraction) -> tuple[Piece, ...]:
    """These pieces, ascending, with undecided ones where they leave values out.

    Every value from `low` to `high` lies in one piece: single values and open cells take turns.
    """
    found: list[Piece] = []

    def reach(end: End, single: bool) -> None:
        """Undecided pieces are added so that the next begins at this end."""
        if not found:
            found.extend([] if single and end == low else [Piece(low, low, None)])
        if found and precedes(found[-1].high, end):
            if not found[-1].single:
                found.append(Piece(found[-1].high, found[-1].high, None))
            found.append(Piece(found[-1].high, end, None))
        if not single and not found[-1].single:
            found.append(Piece(end, end, None))

    for piece in sorted(pieces, key=cmp_to_key(order)):
        reach(piece.low, piece.single)
        found.append(piece)
    reach(high, single=False)
    return tuple(found)


def order(left: Piece, right: Piece) -> int:
    """Negative where the left piece comes first: single values come before cells above them."""
    if left.low == right.low:
        return right.single - left.single
    return -1 if precedes(left.low, right.low) else 1


def file_name(end: End, places: int = 0) -> str:
    """An end in the name of a file: 1-2 for one half, decimals for an irrational number."""
    return str(end).replace("/", "-") if isinstance(end, Fraction) else end.digits(places)
