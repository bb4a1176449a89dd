"""Sums of quotients of exponentials: algebra, rigorous enclosures by balls, exact signs.

The quantal user's numbers are constant + sum N_i / D_i where N_i and D_i are sums of c * base^q
with rational c and q, the base is "e" or a prime, and every coefficient of D_i is positive. Balls
are Arb's (Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017);
signs are theory.md 8.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, log
from typing import TYPE_CHECKING, Any, Literal

from verifier.errors import SizeError
from verifier.numbers import Enclosure, is_unwieldy

if TYPE_CHECKING:
    from flint import arb

Base = Literal["e"] | int
"""The base of all powers in a number: e, or a prime."""

MOST_BITS = 16_384
"""Most bits of precision at which a sign is looked for before it is given up as undecided."""
MOST_TERMS = 50_000
"""Most terms of a numerator that is multiplied out for an exact zero test."""
MOST_POWER = 50_000
"""Most that exponents of a prime may lie apart, times its logarithm, for whole powers of it to be
written out: the kernel writes out no longer ones.
"""
LEAST_BITS = 64
"""Bits of precision that go with a zero, which the kernel tests exactly: no precision shows it."""
KERNEL_BITS = 65_536
"""Most bits of precision that the kernel takes."""
ENCLOSING_BITS = 2**20
"""Most bits of precision at which an enclosure is looked for."""
SPARE_BITS = 60
"""Ends are this many bits of their last decimal away from the number, so that the kernel, at a
precision of its own, finds it between them.
"""


@dataclass(frozen=True)
class ExponentialSum:
    """The sum of coefficients[q] * base^q over q, with rational exponents and coefficients."""

    coefficients: Mapping[Fraction, Fraction]

    def __mul__(self, factor: Fraction | int) -> ExponentialSum:
        return ExponentialSum({q: factor * c for q, c in self.coefficients.items()})


@dataclass(frozen=True)
class QuotientSum:
    """constant + sum of numerator / denominator, an exact number that may be irrational.

    Sums, differences and rational multiples are quotient sums again, rationals count as constants;
    ValueError for two different bases. `==` compares the terms as they are written: two sums may
    differ and yet be the same number, which `sign` of their difference decides.
    """

    base: Base
    constant: Fraction = Fraction(0)
    quotients: tuple[tuple[ExponentialSum, ExponentialSum], ...] = ()

    def __add__(self, other: Number | int) -> QuotientSum:
        if isinstance(other, Fraction | int):
            return QuotientSum(self.base, self.constant + other, self.quotients)
        if not isinstance(other, QuotientSum):
            return NotImplemented
        if self.base != other.base:
            raise ValueError(f"bases {self.base} and {other.base} do not mix")
        return QuotientSum(
            self.base, self.constant + other.constant, self.quotients + other.quotients
        )

    __radd__ = __add__

    def __neg__(self) -> QuotientSum:
        return self * Fraction(-1)

    def __sub__(self, other: Number | int) -> QuotientSum:
        return self + -other

    def __rsub__(self, other: Fraction | int) -> QuotientSum:
        return -self + other

    def __mul__(self, factor: Fraction | int) -> QuotientSum:
        if not isinstance(factor, Fraction | int):
            return NotImplemented
        scaled = tuple((above * factor, below) for above, below in self.quotients)
        return QuotientSum(self.base, factor * self.constant, scaled)

    __rmul__ = __mul__

    def enclose(self, digits: int = 12) -> Enclosure:
        """Ends that are multiples of 10^-digits, rounded outwards, at most two units apart.

        Exact where adding quotients over proportional denominators leaves a rational. A rational
        may go unnoticed where denominators are not proportional, or powers of a prime are too long
        to be written out (MOST_POWER); one that is too long itself is given by its ends. Exponents
        may be as far apart as one likes. theory.md 8.1.
        """
        if digits not in self._enclosures:
            self._enclosures[digits] = _enclosed(self, digits)
        return self._enclosures[digits]

    @cached_property
    def _enclosures(self) -> dict[int, Enclosure]:
        """The ends by digits, for a number is written in several places."""
        return {}


Number = Fraction | QuotientSum
"""An exact number: a rational, or a sum of quotients of exponentials."""


def like(value: Fraction, model: Number) -> Number:
    """A rational as the kind of number that `model` is."""
    return QuotientSum(model.base, value) if isinstance(model, QuotientSum) else value


@dataclass(frozen=True)
class Decided:
    """A sign (-1, 0 or 1), and a precision in bits at which the kernel's fixed point shows it.

    The precision of a zero is LEAST_BITS, that of a rational's sign 0.
    """

    sign: int
    bits: int


@dataclass(frozen=True)
class UndecidedSign:
    """A sign is undecided because a size limit was reached first, for the reason stated."""

    reason: str


def _enclosed(value: QuotientSum, digits: int) -> Enclosure:
    simple = simplify(_written_out(value))
    rational = not simple.quotients or _has_whole_powers(simple)
    if not simple.quotients and not is_unwieldy(simple.constant):
        return Enclosure(simple.constant, simple.constant, simple.constant)
    unit, spare = 10**digits, Fraction(1, 2**SPARE_BITS)
    bits = 64 + 4 * digits
    while bits <= ENCLOSING_BITS:
        ends = _evaluate(simple, bits)
        if ends is not None:
            below, above = floor(ends[0] * unit - spare), ceil(ends[1] * unit + spare)
            if above - below <= 2:
                return Enclosure(Fraction(below, unit), Fraction(above, unit), None, rational)
        bits *= 2
    raise SizeError(
        f"a sum of exponentials is not enclosed within 10^-{digits} by 2^20 bits; use fewer digits"
        " or smaller numbers"
    )


def _has_whole_powers(value: QuotientSum) -> bool:
    """Whether all powers are whole ones of a prime, so that the number is rational."""
    return value.base != "e" and all(
        q.denominator == 1 for pair in value.quotients for part in pair for q in part.coefficients
    )


def sign(value: Number) -> Decided | UndecidedSign:
    """The exact sign of a number, and the precision at which the kernel will see it.

    Balls of rising precision enclose a quotient sum, and the exact zero test runs as soon as a ball
    contains 0. Where no constant is left in it the greatest power is divided out, so that it does
    not matter how small the number is. Undecided only for sizes beyond the limits above: then no
    sign is guessed. No sign that is returned rests on a theorem about exponentials: that they let
    one be found does. A rational's sign takes 0 bits. theory.md 8.1.
    """
    if isinstance(value, Fraction):
        return Decided((value > 0) - (value < 0), 0)
    plain, out = simplify(value), _written_out(value)
    written = plain if out is value else simplify(out)
    if not written.quotients and not written.constant:
        return Decided(0, LEAST_BITS)
    simple = _levelled(plain)
    if not written.quotients and simple.constant:
        return _decided(simple, written.constant, LEAST_BITS)
    bits, zero = 128, None
    while bits <= MOST_BITS:
        ends = _evaluate(simple, bits)
        if ends is not None and (ends[0] > 0 or ends[1] < 0):
            return _decided(simple, ends[0] if ends[0] > 0 else ends[1], bits)
        zero = is_zero(simple) if bits == 128 else zero
        if zero:
            return Decided(0, LEAST_BITS)
        bits *= 2
    why = "it is not 0" if zero is False else _untested(simple)
    return UndecidedSign(f"{MOST_BITS} bits do not settle a sign, and {why}")


def _untested(value: QuotientSum) -> str:
    """Why it is not known whether the number is 0."""
    if _is_too_long(value):
        return f"to test for 0 would take powers of {value.base} that are too long to write out"
    return f"to test for 0 would take over {MOST_TERMS} terms"


def _is_too_long(value: QuotientSum) -> bool:
    """Whether whole powers of a prime are too long to be written out."""
    return value.base != "e" and _reach(value) > MOST_POWER / log(value.base)


def _reach(value: QuotientSum) -> Fraction:
    """The most that a quotient's exponents lie apart."""
    exponents = [{*above.coefficients, *below.coefficients} for above, below in value.quotients]
    return max((max(q) - min(q) for q in exponents), default=Fraction(0))


def _decided(value: QuotientSum, nearest: Fraction, seen: int) -> Decided | UndecidedSign:
    """The sign of `nearest`, which is no further from 0 than the number, with bits for the kernel.

    The bits are at least those at which the sign was seen.
    """
    bits = _bits_needed(value, abs(nearest))
    if bits is None or max(bits, seen) > KERNEL_BITS:
        return UndecidedSign(
            f"the sign shows at {seen} bits, and the kernel, which takes at most {KERNEL_BITS},"
            " needs more"
        )
    return Decided(1 if nearest > 0 else -1, max(bits, seen))


def _bits_needed(value: QuotientSum, distance: Fraction) -> int | None:
    """Bits at which the kernel's fixed point tells a number at least `distance` away from 0 from 0.

    The kernel knows every power, relative to a quotient's largest, within 8 units of 2^-bits. Let N
    and D be the sums of absolute coefficients and d > 0 a lower end of the denominator, relative to
    that power. If d > 16 D units, the ends of the quotient are at most 16 N (1 + D / d) / d units
    apart, and a number that far from 0 is seen. The constant and every quotient are rounded to
    2^-32 units, each way. None where a denominator is 0 at every precision that the kernel takes.
    """
    least, width = Fraction(1), Fraction(1 + len(value.quotients), 2**31)
    for above, below in value.quotients:
        top = max([*above.coefficients, *below.coefficients])
        n, d = (sum(map(abs, part.coefficients.values()), Fraction(0)) for part in (above, below))
        spreads = ((c, _spread(value.base, top - q)) for q, c in below.coefficients.items())
        sure = max((c / 2**k for c, k in spreads if k <= KERNEL_BITS), default=None)
        if sure is None:
            return None
        least = max(least, 16 * d / sure)
        width += 16 * n * (1 + d / sure) / sure
    need = max(_bits(least), _bits(width / distance)) + 8
    return need + (-need) % 64


def _spread(base: Base, gap: Fraction) -> int:
    """Some k with base^gap <= 2^k."""
    return ceil(gap * (Fraction(3, 2) if base == "e" else base.bit_length()))


def _bits(x: Fraction) -> int:
    """Some k >= 0 with x <= 2^k."""
    return max(0, x.numerator.bit_length() - x.denominator.bit_length() + 1)


def _evaluate(value: QuotientSum, bits: int) -> tuple[Fraction, Fraction] | None:
    """Rational ends at a working precision; None where a denominator's ball still contains 0.

    The ends, too, are rounded at that precision and not at flint's current one.
    """
    return ends_of(lambda: _ball(value), bits)


def ends_of(ball: Callable[[], Any], bits: int) -> tuple[Fraction, Fraction] | None:
    """Rational ends of the ball that is computed at this precision; None where it is not finite.

    Also None where it reaches beyond 2^ENCLOSING_BITS.
    """
    from flint import ctx

    before = ctx.prec
    ctx.prec = bits
    try:
        found = ball()
        if not found.is_finite():
            return None
        low, high = found.lower().man_exp(), found.upper().man_exp()
    finally:
        ctx.prec = before
    if max(int(low[1]), int(high[1])) > ENCLOSING_BITS:
        return None
    return -_rounded_up(-int(low[0]), int(low[1])), _rounded_up(int(high[0]), int(high[1]))


def _rounded_up(mantissa: int, exponent: int) -> Fraction:
    """mantissa * 2^exponent, or a little more where it is too near 0 to be written out."""
    if exponent >= 0:
        return Fraction(mantissa << exponent)
    if exponent + mantissa.bit_length() < -ENCLOSING_BITS:
        return Fraction(mantissa > 0, 1 << ENCLOSING_BITS)
    return Fraction(mantissa, 1 << -exponent)


def _ball(value: QuotientSum) -> arb:
    from flint import arb, fmpq

    def rational(x: Fraction) -> arb:
        return arb(fmpq(x.numerator, x.denominator))

    rate = arb(1) if value.base == "e" else arb(value.base).log()
    total = rational(value.constant)
    for above, below in value.quotients:
        top = max(below.coefficients)
        powers = {
            q: (rate * rational(q - top)).exp() for q in {*above.coefficients, *below.coefficients}
        }
        n = sum((rational(c) * powers[q] for q, c in above.coefficients.items()), arb(0))
        d = sum((rational(c) * powers[q] for q, c in below.coefficients.items()), arb(0))
        total += n / d
    return total


def merge(terms: Mapping[Fraction, Fraction], base: Base) -> dict[Fraction, Fraction]:
    """The normal form of an exponential sum, which is empty exactly if the sum is 0.

    Equal exponents are merged; for a prime, whole parts of exponents become factors. That an empty
    form is 0 is arithmetic. That no other is takes a theorem: distinct powers of e are linearly
    independent over Q (Lindemann-Weierstrass), and so are distinct powers of a prime p with
    exponents in [0, 1) (x^N - p is irreducible, Eisenstein). theory.md 8.1.
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


def _written_out(value: QuotientSum) -> QuotientSum:
    """The same number with whole powers of a prime written out, unless they are too long."""
    if value.base == "e" or _is_too_long(value):
        return value
    quotients = []
    for pair in value.quotients:
        top = max(pair[1].coefficients)
        shifted = ({q - top: c for q, c in part.coefficients.items()} for part in pair)
        above, below = (ExponentialSum(merge(terms, value.base)) for terms in shifted)
        quotients.append((above, below))
    return QuotientSum(value.base, value.constant, tuple(quotients))


def simplify(value: QuotientSum) -> QuotientSum:
    """The same number with quotients over proportional denominators added up.

    What the greatest power of a denominator has in its numerator becomes a constant: N / D is
    r + (N - r D) / D. So a quotient that is rational disappears. Nothing is done with exponents but
    to compare and subtract them, whatever their size.
    """
    groups: dict[tuple[tuple[Fraction, Fraction], ...], dict[Fraction, Fraction]] = {}
    for above, below in value.quotients:
        top = max(below.coefficients)
        unit = below.coefficients[top]
        key = tuple(sorted([(q - top, c / unit) for q, c in below.coefficients.items()]))
        numerator = groups.setdefault(key, {})
        for q, c in above.coefficients.items():
            if c:
                _accumulate(numerator, q - top, c / unit, "e")
    constant, rest = value.constant, []
    for key, numerator in groups.items():
        ratio = numerator.get(Fraction(0), Fraction(0))
        for q, c in key:
            _accumulate(numerator, q, -ratio * c, "e")
        constant += ratio
        left = {q: c for q, c in numerator.items() if c}
        if left:
            rest.append((ExponentialSum(left), ExponentialSum(dict(key))))
    return QuotientSum(value.base, constant, tuple(rest))


def _levelled(simple: QuotientSum) -> QuotientSum:
    """A number with the sign of a simplified one: where it has no constant, its greatest power is
    divided out.
    """
    if simple.constant or not simple.quotients:
        return simple
    lead = max(max(above.coefficients) for above, _ in simple.quotients)
    quotients = (
        (ExponentialSum({q - lead: c for q, c in above.coefficients.items()}), below)
        for above, below in simple.quotients
    )
    return QuotientSum(simple.base, Fraction(0), tuple(quotients))


def is_zero(value: QuotientSum) -> bool | None:
    """Whether a quotient sum is exactly 0, by clearing its (positive) denominators.

    True is arithmetic: all terms cancel. False rests on the theorems that `merge` names. None where
    a numerator would have more than MOST_TERMS terms, or powers of a prime are too long to be
    written out.
    """
    if _is_too_long(value):
        return None
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


def _product(
    left: Mapping[Fraction, Fraction], right: Mapping[Fraction, Fraction], base: Base
) -> dict[Fraction, Fraction]:
    found: dict[Fraction, Fraction] = {}
    for p, c in left.items():
        for q, d in right.items():
            _accumulate(found, p + q, c * d, base)
    return {q: c for q, c in found.items() if c}
