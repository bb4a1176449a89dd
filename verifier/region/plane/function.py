"""Quotients of polynomials in two parameters, as certificates have them in place of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from verifier.region.function import Polynomial, RationalFunction, plus, times
from verifier.region.plane.geometry import Line, Point
from verifier.solve.interpolation import lowest_terms

Surface = tuple[Polynomial, ...]
"""A polynomial in the first parameter, whose coefficients are polynomials in the second."""

Powers = tuple[int, int]
Terms = dict[Powers, Fraction]
"""The powers of both parameters, and what they are multiplied by."""


def terms(surface: Surface) -> Terms:
    """The terms that are not 0."""
    return {(n, m): c for n, inner in enumerate(surface) for m, c in enumerate(inner) if c}


def surface(found: Terms) -> Surface:
    """The polynomial with these terms."""
    rows: list[Polynomial] = []
    kept = {powers: c for powers, c in found.items() if c}
    for n in range(1 + max((n for n, _ in kept), default=-1)):
        most = max((m for k, m in kept if k == n), default=-1)
        rows.append(tuple(kept.get((n, m), Fraction(0)) for m in range(most + 1)))
    return tuple(rows)


def value_at(found: Surface, point: Point) -> Fraction:
    """The value of a polynomial at a pair of values."""
    x, y = point
    return sum((c * x**n * y**m for (n, m), c in terms(found).items()), Fraction(0))


@dataclass(frozen=True)
class Function:
    """A quotient of polynomials in two parameters; `of` makes it unique up to common factors."""

    above: Surface
    below: Surface

    @classmethod
    def of(cls, above: Terms, below: Terms) -> Function:
        """The quotient, with coprime integers below of which the first is positive."""
        unit = lcm(*(c.denominator for c in below.values()))
        whole = [int(c * unit) for _, c in sorted(below.items()) if c]
        scale = Fraction(unit, gcd(*whole)) * (1 if whole[0] > 0 else -1)
        parts = ({key: c * scale for key, c in part.items()} for part in (above, below))
        return cls(*map(surface, parts))

    @classmethod
    def constant(cls, value: Fraction) -> Function:
        """The number as a function."""
        return cls(((value,),) if value else (), ((Fraction(1),),))

    @property
    def number(self) -> Fraction | None:
        """The only value; None where there are several."""
        single = (terms(self.above).keys() | terms(self.below).keys()) <= {(0, 0)}
        return self.at((Fraction(0), Fraction(0))) if single else None

    def at(self, point: Point) -> Fraction:
        """The value at a pair of values where the denominator is not 0."""
        return value_at(self.above, point) / value_at(self.below, point)

    def written(self, names: Sequence[str]) -> str:
        """As a formula, such as (1 - s) t."""
        above = _sum(self.above, names)
        if self.below == ((Fraction(1),),):
            return above
        return f"({above})/({_sum(self.below, names)})"

    def record(self) -> dict[str, Any]:
        """As in certificates and in JSON."""
        return {
            key: [[*map(str, inner)] for inner in part]
            for key, part in (("above", self.above), ("below", self.below))
        }

    def along(self, first: Polynomial, second: Polynomial) -> RationalFunction | None:
        """The function of t at the pairs (first(t), second(t)); None where it is not defined."""
        above, below = (_along(part, first, second) for part in (self.above, self.below))
        return RationalFunction.of(*lowest_terms(above, below)) if below else None


def difference(one: Function, other: Function) -> Terms:
    """A polynomial that is 0 where the difference is, with its sign up to those of denominators."""
    found: Terms = {}
    for above, below, sign in ((one.above, other.below, 1), (other.above, one.below, -1)):
        for (n, m), a in terms(above).items():
            for (k, j), b in terms(below).items():
                found[n + k, m + j] = found.get((n + k, m + j), Fraction(0)) + sign * a * b
    return {powers: c for powers, c in found.items() if c}


def read(number: Any) -> Function:
    """A number of a certificate."""
    if not isinstance(number, dict):
        return Function.constant(Fraction(number))
    above, below = (
        tuple(tuple(map(Fraction, inner)) for inner in number[key]) for key in ("above", "below")
    )
    return Function(above, below)


def _sum(found: Surface, names: Sequence[str]) -> str:
    said = ""
    for powers, c in sorted(terms(found).items(), key=lambda term: (sum(term[0]), term[0][1])):
        names_of = [
            name if power == 1 else f"{name}^{power}"
            for name, power in zip(names, powers, strict=True)
            if power
        ]
        number = [] if abs(c) == 1 and names_of else [str(abs(c))]
        sign = "-" if c < 0 else "+"
        said += f" {sign} " if said else sign.strip("+")
        said += " ".join(number + names_of)
    return said or "0"


def written(found: Surface, names: Sequence[str]) -> str:
    """The polynomial as the kernel writes it, such as 1/2 - 3*t + s*t."""
    said = ""
    for (n, m), c in terms(found).items():
        factors = [names[0]] * n + [names[1]] * m
        number = [] if abs(c) == 1 and factors else [str(abs(c))]
        sign = "-" if c < 0 else "+"
        said += f" {sign} " if said else sign.strip("+")
        said += "*".join(number + factors)
    return said or "0"


TERM = re.compile(r"([+-]?)([^+-]+)", re.ASCII)


def read_terms(text: str, names: Sequence[str]) -> Terms:
    """The terms of a polynomial as the kernel writes it in a refusal."""
    found: Terms = {}
    for sign, term in TERM.findall(text.replace(" ", "")):
        factors = term.split("*")
        powers = (factors.count(names[0]), factors.count(names[1]))
        number = next((factor for factor in factors if factor not in names), "1")
        found[powers] = Fraction(number) * (-1 if sign == "-" else 1)
    return found


def lines(found: Terms) -> Iterator[Line]:
    """The lines on which a polynomial is 0 since an affine factor is."""
    import sympy  # only where a cell is cut

    ring = sympy.ring("x,y", sympy.QQ)[0]
    polynomial = ring.from_dict(
        {powers: sympy.QQ(c.numerator, c.denominator) for powers, c in found.items()}
    )
    for factor, _ in polynomial.factor_list()[1]:
        if max(map(sum, factor.itermonoms())) == 1:
            yield Line.of(*(_fraction(factor, powers) for powers in ((1, 0), (0, 1), (0, 0))))


def _fraction(factor: Any, powers: Powers) -> Fraction:
    value = factor.get(powers, 0)
    return Fraction(int(value.numerator), int(value.denominator)) if value else Fraction(0)


def _along(found: Surface, first: Polynomial, second: Polynomial) -> Polynomial:
    total: Polynomial = ()
    for (n, m), c in terms(found).items():
        part: Polynomial = (c,)
        for factor in [first] * n + [second] * m:
            part = times(part, factor)
        total = plus(total, part)
    return total
