"""Numbers that depend on parameters, and how they compare at every value of a cell
(theory.md 12.1).

A *cell* is an open interval of values, or one algebraic number, or what is inside a
polygon of pairs of values. Two quotients of polynomials compare only if the answer is
the same at every value of the cell; otherwise nothing is decided, and the cell must be
cut. So what the kernel does with such numbers it does at each value, and what it accepts
is proved at each.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from verifier.kernel.parameters.polygon import Polygon, convex
from verifier.kernel.parameters.polynomials import (
    Polynomial,
    at,
    divided,
    divisor,
    flat,
    leading,
    number,
    plus,
    polynomial,
    roots,
    scaled,
    simple,
    times,
    written,
)
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

ONE = (Fraction(1),)
STEPS = 400  # how often an interval around a root is halved, at most


class Root(NamedTuple):
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


class Cell(NamedTuple):
    """The values strictly between two ends, or the one root that both ends are."""

    name: str  # of the parameter
    low: End
    high: End

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

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
        """Rational values inside that leave out no root of p inside; an end that is
        apart from them stays so when it is halved.
        """
        low = self.low.apart(p) if isinstance(self.low, Root) else self.low
        high = self.high.apart(p) if isinstance(self.high, Root) else self.high
        for _ in range(STEPS):
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


Cells = Cell | Polygon


@lru_cache(maxsize=10_000)
def signed(cell: Cells, p: Polynomial) -> int:
    return cell.sign(p)


class Quotient(Exact):
    """A quotient of polynomials in the cell's parameters that is not one number.

    It has no hash: numbers that differ as quotients may be equal somewhere.
    """

    def __init__(self, above: Polynomial, below: Polynomial, cell: Cells) -> None:
        self.above, self.below, self.cell = above, below, cell
        self.bits = sum(length([c]) for c in flat((above, below)))

    def __hash__(self) -> NoReturn:
        raise WrongError(
            "cell: here numbers that depend on a parameter are not compared"
        )

    def __str__(self) -> str:
        above = written(self.above, *self.cell.names)
        if self.below == ONE:
            return above
        return f"({above})/({written(self.below, *self.cell.names)})"

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


def made(above: Polynomial, below: Polynomial, cell: Cells) -> Any:
    """The quotient in lowest terms; a fraction where it does not depend on parameters.
    The denominator is nowhere 0.
    """
    if below != ONE:
        common = divisor(above, below)
        above, below = divided(above, common)[0], divided(below, common)[0]
        by = 1 / leading(below)
        above, below = scaled(above, by), scaled(below, by)
    same = below == ONE and not isinstance(number(above), tuple)
    return number(above) if same else Quotient(above, below, cell)


ROOT = {"polynomial": [Fraction], "between": (Fraction, Fraction)}
RANGE = {"from": Any, "to": Any}
QUOTIENT = {"above": [Any], "below": [Any]}
CORNERS = {"corners": [Fraction]}


def parameters(given: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The values that a certificate gives to the parameters of an instance, each a number
    or all values of one cell.
    """
    shown = ", ".join(names)
    readable(given.keys() == set(names), f"parameters: no values for {shown}")
    shapes = [
        value.keys() if isinstance(value, dict) else None for value in given.values()
    ]
    if shapes == [CORNERS.keys()] * 2:
        return dict(zip(names, pairs(given, names), strict=True))
    found = {
        name: parameter(name, given[name], f"parameters.{name}")
        for name in names
        if not quotient(given[name])
    }
    moving = [value.cell for value in found.values() if isinstance(value, Quotient)]
    readable(len(moving) <= 1, "parameters: one of them has all values of a cell")
    readable(bool(moving) or len(found) == len(names), "parameters: no cell")
    return {n: found[n] if n in found else inserted(given[n], moving[0]) for n in names}


def pairs(given: dict[str, Any], names: list[str]) -> list[Any]:
    """Both parameters, inside a polygon."""
    first, second = (
        fit(given[n], CORNERS, f"parameters.{n}")["corners"] for n in names
    )
    readable(
        3 <= len(first) == len(second) <= 100, "parameters: expected 3 to 100 corners"
    )
    cell = Polygon(tuple(names), tuple(zip(first, second, strict=True)))
    readable(
        convex(cell.corners), f"parameters: {cell}: not convex, or in another order"
    )
    t = (Fraction(0), Fraction(1))
    return [made(p, ONE, cell) for p in (t, (t,))]


def stated(name: str, value: Any) -> str:
    """What is said of the value of a parameter; nothing for the second of a polygon."""
    if not isinstance(value, Quotient) or name not in value.cell.names:
        return f"{name} = {value}"
    return f"{value.cell}" if name == value.cell.names[0] else ""


def parameter(name: str, given: Any, where: str) -> Any:
    """The value of one parameter: a fraction, an algebraic number, or every value
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


def quotient(part: Any) -> bool:
    """Whether it stands for a quotient."""
    return isinstance(part, dict) and part.keys() == QUOTIENT.keys()


def inserted(part: Any, cell: Cells) -> Any:
    """A certificate with its tables {"above": ..., "below": ...} read as quotients."""
    if isinstance(part, list):
        return [inserted(entry, cell) for entry in part]
    if not quotient(part):
        tables = isinstance(part, dict)
        return {k: inserted(v, cell) for k, v in part.items()} if tables else part
    above, below = (coefficients(part[key], len(cell.names)) for key in QUOTIENT)
    require(signed(cell, below) != 0, "a quotient: its denominator is 0")
    return made(above, below, cell)


def coefficients(given: Any, unknowns: int) -> Any:
    """A polynomial in so many unknowns; a number where there is none."""
    if unknowns == 0:
        return rational(given, "a quotient")
    listed = fit(given, [Any], "a quotient")
    return polynomial(coefficients(entry, unknowns - 1) for entry in listed)
