"""Rational functions of a parameter, and the algebraic numbers at which they change their sign.

They are what certificates have in place of numbers (proofs/FORMAT.md, the parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant first; the last is not 0, and () is the zero polynomial."""


def value_at(polynomial: Polynomial, t: Fraction) -> Fraction:
    """The value of a polynomial, by Horner's rule."""
    found = Fraction(0)
    for coefficient in reversed(polynomial):
        found = found * t + coefficient
    return found


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product of two polynomials."""
    found = [Fraction(0)] * max(len(one) + len(other) - 1, 0)
    for n, a in enumerate(one):
        for m, b in enumerate(other):
            found[n + m] += a * b
    return _trimmed(found)


def plus(one: Polynomial, other: Polynomial) -> Polynomial:
    """The sum of two polynomials."""
    size = max(len(one), len(other))
    padded = ([*part, *[Fraction(0)] * (size - len(part))] for part in (one, other))
    return _trimmed([a + b for a, b in zip(*padded, strict=True)])


def _trimmed(found: list[Fraction]) -> Polynomial:
    while found and not found[-1]:
        found.pop()
    return tuple(found)


@dataclass(frozen=True)
class RationalFunction:
    """A quotient of polynomials; `of` makes equal quotients in lowest terms equal."""

    above: Polynomial
    below: Polynomial

    @classmethod
    def of(cls, above: Polynomial, below: Polynomial) -> RationalFunction:
        """The quotient, with coprime integers below of which the first is positive.

        Numerator and denominator have no common root.
        """
        unit = lcm(*(c.denominator for c in below))
        whole = [int(c * unit) for c in below]
        scale = Fraction(unit, gcd(*whole))
        scale = -scale if next(c for c in whole if c) < 0 else scale
        return cls(tuple(c * scale for c in above), tuple(c * scale for c in below))

    @classmethod
    def of_number(cls, value: Fraction) -> RationalFunction:
        """The number as a function."""
        return cls((value,) if value else (), (Fraction(1),))

    @property
    def constant(self) -> Fraction | None:
        """The only value; None where there are several."""
        single = len(self.above) <= 1 and len(self.below) == 1
        return value_at(self.above, Fraction(0)) if single else None

    def at(self, t: Fraction) -> Fraction:
        """The value at t, which is no root of the denominator."""
        return value_at(self.above, t) / value_at(self.below, t)

    def defined(self, t: Fraction) -> bool:
        """Whether t is no root of the denominator."""
        return value_at(self.below, t) != 0

    def written(self, name: str) -> str:
        """As a formula in the parameter, such as 4/5 - 1/10 t."""
        above = _sum(self.above, name)
        if self.below == (Fraction(1),):
            return above
        return f"({above})/({_sum(self.below, name)})"

    def record(self) -> dict[str, list[str]]:
        """As in certificates and in JSON."""
        return {"above": [*map(str, self.above)], "below": [*map(str, self.below)]}


def difference(one: RationalFunction, other: RationalFunction) -> Polynomial:
    """A polynomial that is 0 where the difference is, with its sign up to those of denominators."""
    second = times(other.above, one.below)
    return plus(times(one.above, other.below), tuple(-c for c in second))


def written(polynomial: Polynomial, name: str) -> str:
    """The polynomial as the kernel writes it, such as 1/2 - 3*t + t*t."""
    said = ""
    for power, c in enumerate(polynomial):
        if c:
            factor = [] if abs(c) == 1 and power else [str(abs(c))]
            sign = "-" if c < 0 else "+"
            said += f" {sign} " if said else sign.strip("+")
            said += "*".join(factor + [name] * power)
    return said or "0"


def _sum(polynomial: Polynomial, name: str) -> str:
    said = ""
    for power, c in enumerate(polynomial):
        if c:
            factor = "" if abs(c) == 1 and power else str(abs(c))
            variable = {0: "", 1: name}.get(power, f"{name}^{power}")
            sign = "-" if c < 0 else "+"
            said += f" {sign} " if said else sign.strip("+")
            said += f"{factor} {variable}".strip()
    return said or "0"


@dataclass(frozen=True)
class Root:
    """The only root of a polynomial between two rationals, at which its signs differ.

    The polynomial is irreducible and has coprime integers, the last of them positive, and the
    rationals are those of `roots`: so two roots are the same number exactly if they are equal.
    """

    polynomial: Polynomial
    low: Fraction
    high: Fraction

    def around(self, width: Fraction) -> tuple[Fraction, Fraction]:
        """Rationals on both sides of the root that are nearer to each other than `width`."""
        low, high = self.low, self.high
        rising = value_at(self.polynomial, low) < 0
        while high - low >= width:
            middle = (low + high) / 2
            if (value_at(self.polynomial, middle) < 0) == rising:
                low = middle
            else:
                high = middle
        return low, high

    def digits(self, places: int) -> str:
        """Its decimals, cut towards zero after so many places."""
        unit, width = 10**places, Fraction(1, 10**places)
        while True:
            low, high = self.around(width)
            first, last = int(low * unit), int(high * unit)
            if first == last and low * high > 0:
                whole = abs(first)
                return f"{'-' if low < 0 else ''}{whole // unit}.{whole % unit:0{places}d}"
            width /= unit

    def __str__(self) -> str:
        return f"{self.digits(6)}.. (irrational)"

    def record(self) -> dict[str, list[str]]:
        """As in certificates and in JSON."""
        between = [str(self.low), str(self.high)]
        return {"polynomial": [*map(str, self.polynomial)], "between": between}


End = Fraction | Root
"""An end of a cell: a rational, or an irrational algebraic number."""

NEAR = Fraction(1, 2**20)
"""How near the rationals are that stand for an algebraic number where it is drawn or compared."""


def bounds(end: End, width: Fraction = NEAR) -> tuple[Fraction, Fraction]:
    """Rationals nearer than `width` between which the end lies; it is both if it is rational."""
    return (end, end) if isinstance(end, Fraction) else end.around(width)


def precedes(left: End, right: End) -> bool:
    """Whether one end is less than another, exactly."""
    width = NEAR
    while left != right:
        (least, most), (low, high) = bounds(left, width), bounds(right, width)
        if most <= low or high <= least:
            return most <= low
        width *= NEAR
    return False


def inside(low: End, high: End) -> tuple[Fraction, Fraction]:
    """Rationals between two different ends: nearly all values between the ends lie in between."""
    width = NEAR
    while True:
        least, most = bounds(low, width)[1], bounds(high, width)[0]
        if most - least > 64 * width:
            return least, most
        width *= NEAR


def end_record(end: End) -> Any:
    """The end as in certificates and in JSON."""
    return str(end) if isinstance(end, Fraction) else end.record()


def described(low: End, high: End, name: str) -> str:
    """The cell between two ends, or the value that is both, as the kernel writes it."""
    first, last = (
        str(end)
        if isinstance(end, Fraction)
        else f"the root of {written(end.polynomial, name)} between {end.low} and {end.high}"
        for end in (low, high)
    )
    return f"{name} = {first}" if low == high else f"{first} < {name} < {last}"


def roots(polynomial: Polynomial) -> list[End]:
    """The real roots of a polynomial that is not constant, each once, in no order."""
    import sympy  # only where a cell is cut

    unknown = sympy.Symbol("t")
    coefficients = [sympy.Rational(c.numerator, c.denominator) for c in reversed(polynomial)]
    found: list[End] = []
    for factor, _ in sympy.Poly(coefficients, unknown).factor_list()[1]:
        whole = factor.clear_denoms(convert=True)[1].primitive()[1]
        parts = tuple(Fraction(int(c)) for c in reversed(whole.all_coeffs()))
        if len(parts) == 2:
            found.append(-parts[0] / parts[1])
        else:
            found += [Root(parts, *map(_fraction, ends)) for ends, _ in whole.intervals()]
    return found


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def read_polynomial(text: str, name: str) -> Polynomial:
    """The polynomial that the kernel names in a refusal, such as -1 + 2*t."""
    terms: dict[int, Fraction] = {}
    for term in text.replace(" ", "").replace("-", "+-").split("+"):
        if term:
            factors = term.removeprefix("-").split("*")
            power = factors.count(name)
            number = next((factor for factor in factors if factor != name), "1")
            terms[power] = Fraction(number) * (-1 if term.startswith("-") else 1)
    return tuple(terms.get(n, Fraction(0)) for n in range(max(terms) + 1))
