"""Rational functions of a parameter, and the algebraic numbers at which they change their sign.

They are what certificates have in place of numbers (proofs/FORMAT.md, the parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from verifier.numbers import decimal

Polynomial = tuple[Fraction, ...]
"""Coefficients, the constant first; the last is not 0, and () is the zero polynomial."""


def value_at(polynomial: Polynomial, t: Fraction) -> Fraction:
    """The value of a polynomial, by Horner's rule."""
    found = Fraction(0)
    for coefficient in reversed(polynomial):
        found = found * t + coefficient
    return found


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
    """The only root of a polynomial between two rationals, at which its signs differ."""

    polynomial: Polynomial
    low: Fraction
    high: Fraction

    def narrowed(self, width: Fraction) -> Root:
        """The same root, between rationals that are nearer than `width`."""
        low, high = self.low, self.high
        rising = value_at(self.polynomial, low) < 0
        while high - low >= width:
            middle = (low + high) / 2
            here = value_at(self.polynomial, middle)
            if (here < 0) == rising:
                low = middle
            else:
                high = middle
        return Root(self.polynomial, low, high)

    def __str__(self) -> str:
        near = self.narrowed(Fraction(1, 10**9))
        return f"{decimal((near.low + near.high) / 2)}.. (irrational)"

    def record(self) -> dict[str, list[str]]:
        """As in certificates and in JSON."""
        between = [str(self.low), str(self.high)]
        return {"polynomial": [*map(str, self.polynomial)], "between": between}


End = Fraction | Root
"""An end of a cell: a rational, or an irrational algebraic number."""

NEAR = Fraction(1, 2**80)
"""Algebraic numbers that are nearer than this are taken for the same; the kernel decides."""


def bounds(end: End, width: Fraction = NEAR) -> tuple[Fraction, Fraction]:
    """Rationals between which the end lies, nearer than `width`."""
    if isinstance(end, Fraction):
        return end, end
    near = end.narrowed(width)
    return near.low, near.high


def end_record(end: End) -> Any:
    """The end as in certificates and in JSON."""
    return str(end) if isinstance(end, Fraction) else end.record()


def roots(polynomial: Polynomial) -> list[End]:
    """The real roots of a polynomial that is not constant, ascending, each once."""
    import sympy  # only where a cell is cut

    unknown = sympy.Symbol("t")
    coefficients = [sympy.Rational(c.numerator, c.denominator) for c in reversed(polynomial)]
    whole = sympy.Poly(coefficients, unknown)
    found: list[tuple[Fraction, End]] = []
    for factor, _ in whole.factor_list()[1]:
        if factor.degree() == 1:
            root = _fraction(-factor.coeff_monomial(1) / factor.coeff_monomial(unknown))
            found.append((root, root))
            continue
        parts = tuple(map(_fraction, reversed(factor.all_coeffs())))
        for (low, high), _ in factor.intervals():
            end = Root(parts, _fraction(low), _fraction(high))
            found.append((bounds(end)[0], end))
    return [end for _, end in sorted(found, key=lambda pair: pair[0])]


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


def same(left: End, right: End) -> bool:
    """Whether two ends are the same number, as far as NEAR tells them apart."""
    (a, b), (c, d) = bounds(left), bounds(right)
    return a <= d and c <= b
