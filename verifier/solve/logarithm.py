"""Numbers with a logarithm in them, enclosed by rational ends.

Balls are Arb's, as in `solve.exponential`. No verdict rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from verifier.errors import SolverError
from verifier.numbers import Enclosure, enclose
from verifier.solve.exponential import QuotientSum, ends_of

if TYPE_CHECKING:
    from flint import arb

SPARE_DIGITS = 6
"""Digits that both parts have beyond those of the sum."""


@dataclass(frozen=True)
class LessLogarithm:
    """A number less `share` times the logarithm of a whole number above 1, to the number's base."""

    number: QuotientSum
    share: Fraction
    whole: int

    def enclose(self, digits: int = 12) -> Enclosure:
        """Ends that are multiples of 10^-digits, at most two units apart.

        Exact if the number is, and the logarithm is rational: that of a power of the base.
        """
        known, power = enclose(self.number, digits + SPARE_DIGITS), self._power()
        if known.exact is not None and power is not None:
            exact = known.exact - self.share * power
            return Enclosure(exact, exact, exact)
        ends = ends_of(self._logarithm, 64 + 4 * (digits + SPARE_DIGITS))
        if ends is None:
            raise SolverError(f"the logarithm of {self.whole} is not enclosed")
        unit, (low, high) = 10**digits, ends
        below = floor((known.lower - self.share * high) * unit)
        above = ceil((known.upper - self.share * low) * unit)
        return Enclosure(Fraction(below, unit), Fraction(above, unit), None)

    def _power(self) -> int | None:
        """The logarithm, if the whole number is a power of the base, which is prime or e."""
        base = self.number.base
        if base == "e":
            return None
        left, power = self.whole, 0
        while left % int(base) == 0:
            left, power = left // int(base), power + 1
        return power if left == 1 else None

    def _logarithm(self) -> arb:
        from flint import arb

        whole, base = arb(self.whole).log(), self.number.base
        return whole if base == "e" else whole / arb(base).log()
