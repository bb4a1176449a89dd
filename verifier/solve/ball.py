"""Sums of quotients of exponentials: their algebra, rigorous enclosures by balls, and exact signs (theory.md 8).

The quantal user's numbers are constant + sum N_i / D_i where N_i and D_i are sums of c * base^q with rational c and q, the
base is "e" or a prime, and every coefficient of D_i is positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, log2
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from flint import arb

Base = Literal["e"] | int

MOST_BITS = 16_384
"""Precision beyond which a sign that is not zero is given up as undecided."""
MOST_TERMS = 50_000
"""Most terms of a numerator that is multiplied out for an exact zero test."""


@dataclass(frozen=True)
class ExponentialSum:
    """sum_q coefficients[q] * base^q, with rational exponents and coefficients."""

    coefficients: Mapping[Fraction, Fraction]

    def scale(self, factor: Fraction) -> ExponentialSum:
        """Every coefficient times the factor."""
        return ExponentialSum({q: factor * c for q, c in self.coefficients.items()})


@dataclass(frozen=True)
class QuotientSum:
    """constant + sum of numerator / denominator; supports +, - and scaling by a rational."""

    base: Base
    constant: Fraction
    quotients: tuple[tuple[ExponentialSum, ExponentialSum], ...] = field(default=())

    @classmethod
    def constant_sum(cls, base: Base, value: Fraction) -> QuotientSum:
        """A rational as a quotient sum."""
        return cls(base, value)

    def __add__(self, other: QuotientSum) -> QuotientSum:
        if self.base != other.base:
            raise ValueError(f"bases {self.base} and {other.base} do not mix")
        return QuotientSum(self.base, self.constant + other.constant, self.quotients + other.quotients)

    def __sub__(self, other: QuotientSum) -> QuotientSum:
        return self + other.scale(Fraction(-1))

    def scale(self, factor: Fraction) -> QuotientSum:
        """The whole times a rational."""
        scaled = tuple((above.scale(factor), below) for above, below in self.quotients)
        return QuotientSum(self.base, factor * self.constant, scaled)


@dataclass(frozen=True)
class Enclosure:
    """Rational ends; `exact` is set where the number is known to be rational, and then both ends equal it."""

    lower: Fraction
    upper: Fraction
    exact: Fraction | None


@dataclass(frozen=True)
class Decided:
    """A sign (-1, 0 or 1), and a precision in bits at which interval arithmetic shows it (0 for a zero)."""

    sign: int
    bits: int


@dataclass(frozen=True)
class Undecided:
    """The size limits were reached first."""

    reason: str


def enclose(value: QuotientSum, digits: int = 12) -> Enclosure:
    """Ends that are multiples of 10^-digits, rounded outwards, at most two units apart."""
    simple = simplify(value)
    if not simple.quotients:
        return Enclosure(simple.constant, simple.constant, simple.constant)
    unit = 10**digits
    bits = 64 + 4 * digits
    while True:
        low, high = _ends(_evaluate(simple, bits))
        below, above = Fraction(floor(low * unit), unit), Fraction(ceil(high * unit), unit)
        if (above - below) * unit <= 2:
            return Enclosure(below, above, None)
        bits *= 2


def sign(value: QuotientSum) -> Decided | Undecided:
    """The exact sign: balls of rising precision, and the exact zero test as soon as the first ball contains 0."""
    simple = simplify(value)
    if not simple.quotients:
        return Decided((simple.constant > 0) - (simple.constant < 0), 64)
    bits, tested = 128, False
    while bits <= MOST_BITS:
        low, high = _ends(_evaluate(simple, bits))
        if low > 0 or high < 0:
            return Decided(1 if low > 0 else -1, _settling_bits(value, min(abs(low), abs(high))))
        if not tested:
            zero = is_zero(simple)
            if zero is None:
                return Undecided(f"the exact zero test has more than {MOST_TERMS} terms")
            if zero:
                return Decided(0, 0)
            tested = True
        bits *= 2
    return Undecided(f"{MOST_BITS} bits do not settle the sign")


def _settling_bits(value: QuotientSum, distance: Fraction) -> int:
    """Bits that surely keep an interval evaluation of `value` away from 0: the distance, the sizes, and a margin."""
    terms = sum(len(above.coefficients) + len(below.coefficients) for above, below in value.quotients)
    sizes = [abs(c) for above, _ in value.quotients for c in above.coefficients.values() if c]
    largest = max([Fraction(1), *sizes])
    low = max(Fraction(1, 2**4000), min(distance, Fraction(1)))
    need = _bits(1 / low) + 2 * _bits(largest) + 2 * _bits(Fraction(terms + 1)) + 2 * _spread(value) + 64
    return need + (-need) % 64


def _bits(x: Fraction) -> int:
    return max(0, x.numerator.bit_length() - x.denominator.bit_length() + 1)


def _spread(value: QuotientSum) -> int:
    """How far, in bits, a numerator's exponents can exceed its denominator's."""
    per_unit = log2(3) if value.base == "e" else log2(value.base)
    gaps = [max(above.coefficients) - max(below.coefficients) for above, below in value.quotients if above.coefficients]
    return ceil(max([Fraction(0), *gaps]) * ceil(per_unit + 1))


def _evaluate(value: QuotientSum, bits: int) -> arb:
    from flint import ctx

    before = ctx.prec
    ctx.prec = bits
    try:
        return _ball(value)
    finally:
        ctx.prec = before


def _ball(value: QuotientSum) -> arb:
    from flint import arb, fmpq

    def rational(x: Fraction) -> arb:
        return arb(fmpq(x.numerator, x.denominator))

    rate = arb(1) if value.base == "e" else arb(value.base).log()
    total = rational(value.constant)
    for above, below in value.quotients:
        top = max(below.coefficients)
        powers = {q: (rate * rational(q - top)).exp() for q in {*above.coefficients, *below.coefficients}}
        n = sum((rational(c) * powers[q] for q, c in above.coefficients.items()), arb(0))
        d = sum((rational(c) * powers[q] for q, c in below.coefficients.items()), arb(0))
        total += n / d
    return total


def _ends(ball: arb) -> tuple[Fraction, Fraction]:
    low, high = ball.lower().fmpq(), ball.upper().fmpq()
    return Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))


def merge(terms: Mapping[Fraction, Fraction], base: Base) -> dict[Fraction, Fraction]:
    """The normal form of a sum: it is 0 iff this is empty.

    Distinct powers of e are linearly independent over Q (Lindemann-Weierstrass); for a prime, whole parts of exponents
    become factors, and distinct powers with exponents in [0, 1) are independent (x^N - p is irreducible, Eisenstein).
    """
    found: dict[Fraction, Fraction] = {}
    for q, c in terms.items():
        _accumulate(found, q, c, base)
    return {q: c for q, c in found.items() if c}


def _accumulate(found: dict[Fraction, Fraction], q: Fraction, c: Fraction, base: Base) -> None:
    if base != "e":
        whole = floor(q)
        q, c = q - whole, c * Fraction(base) ** whole
    found[q] = found.get(q, Fraction(0)) + c


def simplify(value: QuotientSum) -> QuotientSum:
    """Quotients over proportional denominators added; those that are rational multiples of theirs become constants."""
    groups: dict[tuple[tuple[Fraction, Fraction], ...], dict[Fraction, Fraction]] = {}
    for above, below in value.quotients:
        bottom = merge(below.coefficients, value.base)
        shift = min(bottom)
        unit = bottom[shift]
        key = tuple(sorted((q - shift, c / unit) for q, c in bottom.items()))
        numerator = groups.setdefault(key, {})
        for q, c in above.coefficients.items():
            _accumulate(numerator, q - shift, c / unit, value.base)
    constant, rest = value.constant, []
    for key, numerator in groups.items():
        left = {q: c for q, c in numerator.items() if c}
        ratio = left.get(Fraction(0), Fraction(0))
        if left == ({q: ratio * c for q, c in key} if ratio else {}):
            constant += ratio
        else:
            rest.append((ExponentialSum(left), ExponentialSum(dict(key))))
    return QuotientSum(value.base, constant, tuple(rest))


def is_zero(value: QuotientSum) -> bool | None:
    """Whether the sum is exactly 0, by clearing its (positive) denominators; None beyond MOST_TERMS terms."""
    one = {Fraction(0): Fraction(1)}
    total = {Fraction(0): value.constant} if value.constant else {}
    product: dict[Fraction, Fraction] = one
    for above, below in value.quotients:
        if len(below.coefficients) * (len(total) + len(product)) > MOST_TERMS:
            return None
        left = _product(total, below.coefficients, value.base)
        for q, c in _product(product, above.coefficients, value.base).items():
            left[q] = left.get(q, Fraction(0)) + c
        total = {q: c for q, c in left.items() if c}
        product = _product(product, below.coefficients, value.base)
    return not total


def _product(left: Mapping[Fraction, Fraction], right: Mapping[Fraction, Fraction], base: Base) -> dict[Fraction, Fraction]:
    found: dict[Fraction, Fraction] = {}
    for p, c in left.items():
        for q, d in right.items():
            _accumulate(found, p + q, c * d, base)
    return {q: c for q, c in found.items() if c}
