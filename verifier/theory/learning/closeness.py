"""How close play comes to what it would be if she knew all, by her expected squared error.

theory.md 4.5: for a quantal user of base e who may be told more than this.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from verifier.game.model import Game
from verifier.numbers import Enclosure
from verifier.theory.learning.straightforward import Moment


@dataclass(frozen=True)
class SquareRoot:
    """The square root of a nonnegative fraction."""

    square: Fraction

    def enclose(self, digits: int = 12) -> Enclosure:
        """Ends that are multiples of 10^-digits, one unit apart; exact where it is a fraction."""
        above, below = isqrt(self.square.numerator), isqrt(self.square.denominator)
        root = Fraction(above, below)
        if root * root == self.square:
            return Enclosure(root, root, root)
        scale = 10**digits
        lower = Fraction(isqrt(self.square.numerator * scale**2 // self.square.denominator), scale)
        return Enclosure(lower, lower + Fraction(1, scale), None)


def quantal_closeness(game: Game, moment: Moment) -> SquareRoot | None:
    """The total variation between a quantal user's play at this moment, or after more, and QR's.

    It is at most eta sqrt(square / 8) for base e; None for another base, whose logarithm is
    irrational. theory.md 4.5.
    """
    if game.quantal.base != "e":
        return None
    return SquareRoot(game.quantal.eta**2 * moment.square / 8)
