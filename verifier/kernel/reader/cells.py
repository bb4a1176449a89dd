"""Numbers that depend on a parameter, and how they compare at every value of a cell
(theory.md 12.1).

A *cell* is an open interval of values, or one algebraic number. Two quotients of
polynomials compare only if the answer is the same at every value of the cell; otherwise
nothing is decided, and the cell must be cut. So what the kernel does with such numbers
it does at each value, and what it accepts is proved at each.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

from verifier.kernel.reader.document import (
    Exact,
    UnreadableError,
    WrongError,
    fit,
    length,
    rational,
    readable,
    require,
)
from verifier.kernel.reader.polynomials import (
    Polynomial,
    at,
    divided,
    divisor,
    plus,
    polynomial,
    roots,
    scaled,
    simple,
    times,
)

ONE = (Fraction(1),)
STEPS = 400  # how often an interval around a root is halved, at most


@dataclass(frozen=True)
class Root:
    """The only root of a polynomial between two rationals, where its signs differ."""

    polynomial: Polynomial
    low: Fraction
    high: Fraction

    def halved(self) -> "Root":
        low, high, p = self.low, self.high, self.polynomial
        middle = (low + high) / 2
        here = at(p, middle)
        if here == 0:
            return Root(p, (low + middle) / 2, (middle + high) / 2)
        same = (here > 0) == (at(p, low) > 0)
        return Root(p, middle, high) if same else Root(p, low, middle)

    def apart(self, p: Polynomial) -> "Root":
        """The same root between narrower bounds: p has no other root on or between."""
        p = simple(p)
        others, here = divided(p, divisor(p, self.polynomial))[0], self
        for _ in range(STEPS):
            ends = at(others, here.low) * at(others, here.high)
            if ends != 0 and roots(others, here.low, here.high) == 0:
                return here
            here = here.halved()
        raise UnreadableError("too large: two roots are too near")

    def sign(self, p: Polynomial) -> int:
        """The sign of p at the root."""
        common = divisor(p, self.polynomial)
        if roots(common, self.low, self.high):
            return 0
        return 1 if at(p, self.apart(p).low) > 0 else -1


End = Fraction | Root


@dataclass(frozen=True)
class Cell:
    """The values strictly between two ends, or the one root that both ends are."""

    name: str  # of the parameter
    low: End
    high: End

    def sign(self, p: Polynomial) -> int:
        """The sign of p, the same at every value, or WrongError."""
        if not p:
            return 0
        if isinstance(self.low, Root) and self.low == self.high:
            return self.low.sign(p)
        low, high = self.between(p)
        same = roots(p, low, high) == 0
        require(same, f"cell: {written(p, self.name)} changes its sign within {self}")
        return 1 if at(p, (low + high) / 2) > 0 else -1

    def between(self, p: Polynomial) -> tuple[Fraction, Fraction]:
        """Rational values inside that leave out no root of p inside."""
        low, high = self.low, self.high
        for _ in range(STEPS):
            low = low.apart(p) if isinstance(low, Root) else low
            high = high.apart(p) if isinstance(high, Root) else high
            least = low.high if isinstance(low, Root) else low
            most = high.low if isinstance(high, Root) else high
            if least < most:
                return least, most
            low = low.halved() if isinstance(low, Root) else low
            high = high.halved() if isinstance(high, Root) else high
        raise UnreadableError("cell: expected its first end below its second")

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.name} = {self.shown(self.low)}"
        return f"{self.shown(self.low)} < {self.name} < {self.shown(self.high)}"

    def shown(self, end: End) -> str:
        if not isinstance(end, Root):
            return str(end)
        p = written(end.polynomial, self.name)
        return f"the root of {p} between {end.low} and {end.high}"


def written(p: Polynomial, name: str) -> str:
    """The polynomial as a sum, such as 1/2 - 3*t + t*t."""
    said = ""
    for n, c in enumerate(p):
        if c:
            factor = [] if abs(c) == 1 and n else [str(abs(c))]
            sign = "-" if c < 0 else "+"
            said += f" {sign} " if said else sign.strip("+")
            said += "*".join(factor + [name] * n)
    return said or "0"


@lru_cache(maxsize=10_000)
def signed(cell: Cell, p: Polynomial) -> int:
    return cell.sign(p)


class Quotient(Exact):
    """A quotient of polynomials in the parameter that is not the same everywhere.

    It has no hash: numbers that differ as quotients may be equal somewhere.
    """

    def __init__(self, above: Polynomial, below: Polynomial, cell: Cell) -> None:
        self.above, self.below, self.cell = above, below, cell
        self.bits = sum(length([c]) for c in (*above, *below))

    def __hash__(self) -> NoReturn:
        raise WrongError(
            "cell: here numbers that depend on a parameter are not compared"
        )

    def __str__(self) -> str:
        above, name = written(self.above, self.cell.name), self.cell.name
        if self.below == ONE:
            return above
        return f"({above})/({written(self.below, name)})"

    __repr__ = __str__

    def sign(self) -> int:
        return signed(self.cell, self.above) * signed(self.cell, self.below)

    def __add__(self, other: Any) -> Any:
        if (fraction := parts(other)) is None:
            return NotImplemented
        above, below = fraction
        sum_above = plus(times(self.above, below), times(above, self.below))
        return made(sum_above, times(self.below, below), self.cell)

    def __mul__(self, other: Any) -> Any:
        if (fraction := parts(other)) is None:
            return NotImplemented
        above, below = fraction
        return made(times(self.above, above), times(self.below, below), self.cell)

    def inverse(self) -> Any:
        require(signed(self.cell, self.above) != 0, "cell: a division by 0")
        return made(self.below, self.above, self.cell)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Quotient):
            return self * other.inverse()
        return self * (Fraction(1) / other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.inverse() * other

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> Any:
        return -self if self.sign() < 0 else self

    def __bool__(self) -> bool:
        return self.sign() != 0

    def __eq__(self, other: object) -> bool:
        return parts(other) is not None and order(self - other) == 0

    def __lt__(self, other: Any) -> bool:
        return order(self - other) < 0

    def __le__(self, other: Any) -> bool:
        return order(self - other) <= 0

    def __gt__(self, other: Any) -> bool:
        return order(self - other) > 0

    def __ge__(self, other: Any) -> bool:
        return order(self - other) >= 0


def order(difference: Any) -> int:
    """Its sign; that of what does not depend on the parameter as well."""
    if isinstance(difference, Quotient):
        return difference.sign()
    return int(difference > 0) - int(difference < 0)


def parts(value: object) -> tuple[Polynomial, Polynomial] | None:
    """Numerator and denominator of a number; None for anything else."""
    if isinstance(value, Quotient):
        return value.above, value.below
    return (
        (polynomial([Fraction(value)]), ONE)
        if isinstance(value, int | Fraction)
        else None
    )


def made(above: Polynomial, below: Polynomial, cell: Cell) -> Any:
    """The quotient in lowest terms; a fraction where it does not depend on the
    parameter. The denominator is nowhere 0.
    """
    common = divisor(above, below)
    above, below = divided(above, common)[0], divided(below, common)[0]
    above, below = scaled(above, 1 / below[-1]), scaled(below, 1 / below[-1])
    if len(above) <= 1 and below == ONE:
        return at(above, Fraction(0))
    return Quotient(above, below, cell)


ROOT = {"polynomial": [Fraction], "between": (Fraction, Fraction)}
RANGE = {"from": Any, "to": Any}
QUOTIENT = {"above": [Fraction], "below": [Fraction]}


def parameter(name: str, given: Any, where: str) -> Any:
    """The value that a certificate names: a fraction, an algebraic number, or every value
    strictly between two of these.
    """
    if not isinstance(given, dict):
        return rational(given, where)
    if given.keys() == ROOT.keys():
        low = high = end(given, where)
    else:
        ends = fit(given, RANGE, where)
        low, high = end(ends["from"], where), end(ends["to"], where)
        several = isinstance(low, Root) or isinstance(high, Root) or low < high
        readable(several and low != high, f"{where}: expected more than one value")
    return made((Fraction(0), Fraction(1)), ONE, Cell(name, low, high))


def end(given: Any, where: str) -> End:
    if not isinstance(given, dict):
        return rational(given, where)
    part = fit(given, ROOT, where)
    p, (low, high) = polynomial(part["polynomial"]), part["between"]
    good = len(p) > 1 and low < high and at(p, low) * at(p, high) < 0
    readable(good, f"{where}: expected a polynomial whose signs at two ends differ")
    p = simple(p)
    readable(roots(p, low, high) == 1, f"{where}: expected one root between the ends")
    return Root(p, low, high)


def inserted(part: Any, cell: Cell) -> Any:
    """A certificate with its tables {"above": ..., "below": ...} read as quotients."""
    if isinstance(part, list):
        return [inserted(entry, cell) for entry in part]
    if not isinstance(part, dict):
        return part
    if part.keys() != QUOTIENT.keys():
        return {key: inserted(value, cell) for key, value in part.items()}
    given = fit(part, QUOTIENT, "a quotient")
    above, below = polynomial(given["above"]), polynomial(given["below"])
    require(signed(cell, below) != 0, "a quotient: its denominator is 0")
    return made(above, below, cell)
