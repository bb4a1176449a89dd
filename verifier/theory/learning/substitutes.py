"""Informational substitutes: whether what an agent knows is worth less to who knows more.

Chen and Waggoner 2016 (Informational substitutes) define them for a decision, Frongillo, Neyman and
Waggoner 2023 (Agreement implies accuracy for substitutable signals) for a forecast and on every
rectangle. theory.md 13.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from verifier.errors import SizeError
from verifier.theory.learning.knowledge import Knowledge, Known, Rectangle

RECTANGLE_LIMIT = 20_000
"""Most rectangles that are looked at unless `--profile-limit` says otherwise."""


class Purpose(StrEnum):
    """What knowledge is for: her decision, or a forecast of the values of her actions."""

    DECISION = "decision"
    FORECAST = "forecast"


@dataclass(frozen=True)
class Worth:
    """What knowledge is worth in a rectangle, times its probability: hers, his, both, nobody's.

    For a decision it is the expected utility of the best action, for a forecast the expected square
    of the values, summed over the actions: the more of it, the less the expected squared error.
    """

    hers: Fraction
    his: Fraction
    together: Fraction
    neither: Fraction

    @property
    def margin(self) -> Fraction:
        """By how much less his knowledge is worth to her than to one who knows nothing.

        At least 0 for substitutes.
        """
        return (self.his - self.neither) - (self.together - self.hers)


@dataclass(frozen=True)
class Substitutes:
    """Whether the observations of her and an agent are substitutes, for one purpose.

    `whole` is what they are worth (weak substitutes: its margin is not negative). `broken` is a
    smallest rectangle in which they are no substitutes, with what they are worth there, if there is
    one. `too_many` says why rectangles were not looked at, where they were not.
    """

    purpose: Purpose
    whole: Worth
    broken: tuple[Rectangle, Worth] | None
    too_many: str | None = None

    @property
    def weak(self) -> bool:
        """Whether they are substitutes where nothing has been said."""
        return self.whole.margin >= 0

    @property
    def everywhere(self) -> bool | None:
        """Whether they are substitutes on every rectangle; None where that is not known."""
        if self.broken is not None:
            return False
        return True if self.too_many is None else None


def worth(knowledge: Knowledge, inside: Rectangle, purpose: Purpose) -> Worth:
    """What knowledge is worth for a purpose in a rectangle of positive probability."""
    value = _decision if purpose is Purpose.DECISION else _forecast
    return Worth(
        value(knowledge.alone(inside)),
        value(knowledge.his(inside)),
        value(knowledge.together(inside)),
        value(knowledge.neither(inside)),
    )


def _decision(parts: Sequence[Known]) -> Fraction:
    return sum((max(known.payoffs) for known in parts), Fraction(0))


def _forecast(parts: Sequence[Known]) -> Fraction:
    return sum(
        (payoff * payoff / known.mass for known in parts for payoff in known.payoffs), Fraction(0)
    )


def substitutes(
    knowledge: Knowledge, purpose: Purpose, limit: int = RECTANGLE_LIMIT
) -> Substitutes:
    """Whether her and an agent's observations are substitutes, on the whole and on each rectangle.

    Where there are more than `limit` rectangles only the whole is looked at. theory.md 13.2.
    """
    whole = worth(knowledge, knowledge.whole, purpose)
    try:
        broken = _broken(knowledge, purpose, limit)
    except SizeError as error:
        return Substitutes(purpose, whole, None, str(error))
    return Substitutes(purpose, whole, broken)


def _broken(knowledge: Knowledge, purpose: Purpose, limit: int) -> tuple[Rectangle, Worth] | None:
    """A smallest rectangle without substitutes; one with a single row or column has no such."""
    rows, columns = knowledge.whole.sides
    count = (2**rows - rows - 1) * (2**columns - columns - 1)
    if count > limit:
        raise SizeError(
            f"{rows} observations of hers and {columns} of his have {count} rectangles, more than"
            f" {limit}; --profile-limit allows more"
        )
    for rectangle in _rectangles(knowledge.whole):
        if knowledge.of(rectangle.hers, rectangle.his) is not None:
            found = worth(knowledge, rectangle, purpose)
            if found.margin < 0:
                return rectangle, found
    return None


def _rectangles(whole: Rectangle) -> Iterator[Rectangle]:
    """All rectangles with two observations each at least, small ones first."""
    rows, columns = whole.sides
    sizes = [(m, n) for m in range(2, rows + 1) for n in range(2, columns + 1)]
    for m, n in sorted(sizes, key=lambda size: (size[0] * size[1], size)):
        for hers in combinations(whole.hers, m):
            for his in combinations(whole.his, n):
                yield Rectangle(hers, his)
