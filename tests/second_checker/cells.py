"""Numbers that depend on parameters, as quotients of polynomials, and their signs in a cell.

All other modules compute with them as with fractions. Signs are found otherwise than the kernel
finds them by FORMAT.md: roots are counted by sympy, and in a polygon a sign is also sought factor
by factor. What is added, multiplied and reduced is left to sympy's fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sympy import QQ, Poly, Symbol
from sympy.polys.fields import field

from tests.second_checker.reading import (
    Json,
    RefusedError,
    Written,
    keys,
    listing,
    readable,
)

Point = tuple[Fraction, Fraction]

MOST_HALVES = 8
"""A triangle is halved so often, one half within the other, until a sign is seen."""


def as_text(value: Any) -> str:
    """Write a number; the text of one that depends on a parameter knows it."""
    if not isinstance(value, Quotient):
        return str(value)
    made = Written(value)
    made.value = value
    return made


class Cell:
    """A set of values of parameters: it knows the sign of a polynomial everywhere in it."""

    def __init__(self, names: Sequence[str], at: str, sign: Callable[[Any], int | None]) -> None:
        self.names, self.at, self.sign_of = list(names), at, sign
        self.field, *self.values = field(",".join(f"v{n}" for n in range(len(names))), QQ)
        self.known: dict[Any, int] = {}
        self.constants: dict[Fraction, Any] = {}
        self.texts = [at]
        """What the line says of each parameter, in the order of the instance."""

    def sign(self, fraction: Any) -> int:
        """Return the sign of a quotient, which is the same everywhere, or refuse."""
        polynomial = fraction.numer * fraction.denom
        if polynomial not in self.known:
            found = self.sign_of(polynomial)
            if found is None:
                raise RefusedError(f"cell: a sign is not the same everywhere: {self.at}")
            self.known[polynomial] = found
        return self.known[polynomial]

    def made(self, fraction: Any) -> Any:
        """Return a number, as a Fraction if it does not depend on a parameter."""
        if fraction.numer.is_ground and fraction.denom.is_ground:
            value = QQ(fraction.numer.coeff(1)) / QQ(fraction.denom.coeff(1))
            return Fraction(int(value.numerator), int(value.denominator))
        return Quotient(self, fraction)

    def taken(self, value: Any) -> Any:
        """Return a number as an element of the field."""
        if isinstance(value, Quotient):
            return value.fraction
        exact = Fraction(value)
        if exact not in self.constants:
            self.constants[exact] = self.field(QQ(exact.numerator, exact.denominator))
        return self.constants[exact]


class Quotient:
    """A quotient of polynomials that depends on a parameter; it is compared in the whole cell."""

    def __init__(self, cell: Cell, fraction: Any) -> None:
        self.cell, self.fraction = cell, fraction

    def _with(self, other: Any, work: Callable[[Any, Any], Any]) -> Any:
        return self.cell.made(work(self.fraction, self.cell.taken(other)))

    def _less(self, other: Any) -> int:
        """Return the sign of the difference."""
        difference = self - other
        if isinstance(difference, Fraction):
            return (difference > 0) - (difference < 0)
        return self.cell.sign(difference.fraction)

    def __add__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Quotient) and not other:
            raise ZeroDivisionError
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other: Any) -> Any:
        if not self:
            raise ZeroDivisionError
        return self._with(other, lambda a, b: b / a)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Any:
        return 0 - self

    def __abs__(self) -> Any:
        return -self if self < 0 else self

    def __bool__(self) -> bool:
        return self._less(0) != 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quotient | Fraction | int):
            return NotImplemented
        return self._less(other) == 0

    def __lt__(self, other: Any) -> bool:
        return self._less(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._less(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._less(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._less(other) >= 0

    def __hash__(self) -> int:
        raise RefusedError("cell: numbers that depend on a parameter are not told apart here")

    def __str__(self) -> str:
        above, below = self.fraction.numer, self.fraction.denom
        last = max(below.terms())[1]
        said = _sum(above, last, self.cell.names)
        if below.is_ground:
            return said
        return f"({said})/({_sum(below, last, self.cell.names)})"


def _sum(polynomial: Any, unit: Any, names: Sequence[str]) -> str:
    """Write a polynomial, divided by a number: the constant first, powers as products."""
    said = ""
    for powers, coefficient in sorted(polynomial.terms()):
        number = coefficient / unit
        factors = [name for name, n in zip(names, powers, strict=True) for _ in range(n)]
        size = [] if abs(number) == 1 and factors else [str(abs(number))]
        sign = "-" if number < 0 else "+"
        said += f" {sign} " if said else sign.strip("+")
        said += "*".join(size + factors)
    return said or "0"


def numbers(value: Any, read: Callable[[Any], Fraction]) -> list[Fraction]:
    """Read a list of coefficients, without zeros at its end."""
    found = [read(c) for c in listing(value)]
    while found and found[-1] == 0:
        found.pop()
    readable(len(found) <= 60, "too large: a degree")
    return found


class Root:
    """The only root of a polynomial between two numbers."""

    def __init__(self, value: Any, name: str, read: Callable[[Any], Fraction]) -> None:
        keys(value, "polynomial,between")
        coefficients = numbers(value["polynomial"], read)
        readable(len(listing(value["between"])) == 2, "two ends of a root")
        self.low, self.high = map(read, value["between"])
        self.poly = one_variable(coefficients)
        readable(self.low < self.high and self.poly.degree() > 0, "no such root")
        readable(at(self.poly, self.low) * at(self.poly, self.high) < 0, "the signs at the ends")
        readable(roots(self.poly, self.low, self.high) == 1, "not the only root")
        terms = [((n,), c) for n, c in enumerate(coefficients) if c]
        self.said = f"the root of {_written(terms, [name])} between {self.low} and {self.high}"

    def apart_from(self, poly: Poly) -> None:
        """Bring the ends so near that a polynomial has no root between them but perhaps this."""
        rest = poly
        while (common := rest.gcd(self.poly)).degree() > 0:
            rest = rest.quo(common)
        while rest.degree() > 0 and roots(rest, self.low, self.high, closed=True):
            middle = (self.low + self.high) / 2
            if at(self.poly, middle) == 0:
                width = (self.high - self.low) / 4
                self.low, self.high = middle - width, middle + width
            elif at(self.poly, middle) * at(self.poly, self.low) > 0:
                self.low = middle
            else:
                self.high = middle

    def has(self, poly: Poly) -> bool:
        """Tell whether it is a root of another polynomial."""
        common = poly.gcd(self.poly)
        return common.degree() > 0 and roots(common, self.low, self.high) > 0


def _written(terms: Any, names: Sequence[str]) -> str:
    class Terms:
        @staticmethod
        def terms() -> Any:
            return terms

    return _sum(Terms, 1, names)


T = Symbol("t")


def one_variable(coefficients: Sequence[Any]) -> Poly:
    """Make a polynomial, the constant first."""
    exact = [QQ(Fraction(c).numerator, Fraction(c).denominator) for c in coefficients]
    return Poly(list(reversed(exact)) or [0], T, domain=QQ)


def at(poly: Poly, value: Fraction) -> Fraction:
    """Evaluate a polynomial."""
    found = QQ.from_sympy(poly.eval(QQ(value.numerator, value.denominator)))
    return Fraction(int(found.numerator), int(found.denominator))


def roots(poly: Poly, low: Fraction, high: Fraction, *, closed: bool = False) -> int:
    """Count the roots of a polynomial that is not 0 between two numbers."""
    if poly.degree() < 1:
        return 0
    ends = [QQ(end.numerator, end.denominator) for end in (low, high)]
    found = int(poly.sqf_part().count_roots(*ends))
    return found if closed else found - sum(at(poly, end) == 0 for end in (low, high))


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)


def in_one_variable(polynomial: Any) -> Poly:
    """Return an element of a ring in one variable as a polynomial."""
    return Poly(dict(polynomial.terms()), T, domain=QQ)


def at_a_root(root: Root) -> Callable[[Any], int | None]:
    """Return how the sign of a polynomial is found at an algebraic number."""

    def sign(polynomial: Any) -> int:
        poly = in_one_variable(polynomial)
        if root.has(poly):
            return 0
        root.apart_from(poly)
        return _sign(at(poly, root.low))

    return sign


def in_an_interval(low: Fraction | Root, high: Fraction | Root) -> Callable[[Any], int | None]:
    """Return how the sign of a polynomial is found in an open interval."""

    def sign(polynomial: Any) -> int | None:
        poly = in_one_variable(polynomial)
        ends = []
        for end, inner in ((low, 0), (high, 1)):
            if isinstance(end, Root):
                end.apart_from(poly)
                ends.append((end.high, end.low)[inner])
            else:
                ends.append(end)
        first, last = ends
        if first < last and roots(poly, first, last):
            return None
        # what is left lies beside a root end, where there is no other root
        return _sign(at(poly, (first + last) / 2))

    return sign


def order(low: Fraction | Root, high: Fraction | Root) -> None:
    """Bring two ends apart; unreadable unless the first is less."""
    for _ in range(2_000):
        (a, b), (c, d) = ((e.low, e.high) if isinstance(e, Root) else (e, e) for e in (low, high))
        if b <= c and (a, b) != (c, d):
            return
        readable(not d <= a, "the ends of a cell")
        for end in (low, high):
            if isinstance(end, Root):
                halve(end)
    readable(False, "too large: the ends of a cell agree")


def halve(root: Root) -> None:
    """Halve the interval around a root."""
    middle = (root.low + root.high) / 2
    value = at(root.poly, middle)
    if value == 0:
        width = (root.high - root.low) / 4
        root.low, root.high = middle - width, middle + width
    elif _sign(value) == _sign(at(root.poly, root.low)):
        root.low = middle
    else:
        root.high = middle


def in_a_polygon(corners: Sequence[Point]) -> Callable[[Any], int | None]:
    """Return how the sign of a polynomial is found inside a convex polygon."""

    def whole(polynomial: Any) -> int | None:
        terms = {
            powers: Fraction(int(c.numerator), int(c.denominator))
            for powers, c in polynomial.terms()
        }
        first, *others = corners
        parts: list[tuple[Point, ...]] = [(first, one, other) for one, other in pairwise(others)]
        parts += [(first, other) for other in others[1:-1]]
        signs = {seen(terms, part, MOST_HALVES) for part in parts}
        return signs.pop() if len(signs) == 1 else None

    def sign(polynomial: Any) -> int | None:
        if not polynomial:
            return 0
        found = whole(polynomial)
        if found is not None:
            return found
        constant, factors = polynomial.factor_list()
        total = _sign(constant)
        for factor, times in factors:
            one = whole(factor)
            if one is None:
                return None
            total *= one**times
        return total

    return sign


def seen(terms: dict[Any, Fraction], part: Sequence[Point], halves: int) -> int | None:
    """Return the sign between two points or inside a triangle, if it is seen."""
    coefficients = weighted(terms, part)
    signs = {_sign(c) for c in coefficients} - {0}
    if len(signs) == 1:
        return signs.pop()
    if not signs:
        return 0
    ends = {
        _sign(sum((c * x**n * y**m for (n, m), c in terms.items()), Fraction(0))) for x, y in part
    }
    if not halves or {1, -1} <= ends:
        return None
    pairs = [(i, j) for i in range(len(part)) for j in range(i)]
    i, j = max(pairs, key=lambda ij: _length(part[ij[0]], part[ij[1]]))
    middle = ((part[i][0] + part[j][0]) / 2, (part[i][1] + part[j][1]) / 2)
    inner: list[tuple[Point, ...]] = [
        tuple(middle if k == old else p for k, p in enumerate(part)) for old in (i, j)
    ]
    if len(part) == 3:
        inner.append((middle, part[3 - i - j]))
    signs = set()
    for piece in inner:
        found = seen(terms, piece, halves - 1)
        if found is None:
            return None
        signs.add(found)
    if len(part) == 2:
        x, y = middle
        signs.add(_sign(sum((c * x**n * y**m for (n, m), c in terms.items()), Fraction(0))))
    return signs.pop() if len(signs) == 1 else None


def _length(one: Point, other: Point) -> Fraction:
    return sum(((p - q) ** 2 for p, q in zip(one, other, strict=True)), Fraction(0))


Weights = dict[tuple[int, ...], Fraction]


def weighted(terms: dict[Any, Fraction], part: Sequence[Point]) -> list[Fraction]:
    """Return the coefficients of a polynomial in the weights of two or three points."""
    size = len(part)
    degree = max(n + m for n, m in terms)

    def linear(values: Sequence[Fraction]) -> Weights:
        return {tuple(int(k == i) for k in range(size)): v for i, v in enumerate(values)}

    forms = [
        linear([p[0] for p in part]),
        linear([p[1] for p in part]),
        linear([Fraction(1)] * size),
    ]
    total: Weights = {}
    for (n, m), c in terms.items():
        product: Weights = {(0,) * size: c}
        for form, power in zip(forms, (n, m, degree - n - m), strict=True):
            for _ in range(power):
                grown: Weights = {}
                for one, a in product.items():
                    for other, b in form.items():
                        key = tuple(x + y for x, y in zip(one, other, strict=True))
                        grown[key] = grown.get(key, Fraction(0)) + a * b
                product = grown
        for key, value in product.items():
            total[key] = total.get(key, Fraction(0)) + value
    return list(total.values())


def cell_of(names: list[str], given: Json, read: Callable[[Any], Fraction]) -> dict[str, Any]:
    """Read the values of all parameters, some of which move in a cell."""
    if len(names) == 2 and all(isinstance(v, dict) and "corners" in v for v in given.values()):
        return polygon_of(names, given, read)
    moving = [n for n in names if isinstance(given[n], dict) and "above" not in given[n]]
    readable(len(moving) == 1, "one parameter moves")
    (name,) = moving
    value = given[name]
    if "polynomial" in value:
        root = Root(value, name, read)
        said, sign = f"{name} = {root.said}", at_a_root(root)
    else:
        keys(value, "from,to")
        low, high = (
            Root(end, name, read) if isinstance(end, dict) else read(end)
            for end in (value["from"], value["to"])
        )
        order(low, high)
        first, last = (e.said if isinstance(e, Root) else str(e) for e in (low, high))
        said, sign = f"{first} < {name} < {last}", in_an_interval(low, high)
    cell = Cell([name], said, sign)
    here: dict[str, Any] = {}
    cell.texts = []
    for other in names:
        if other == name:
            here[other] = cell.made(cell.values[0])
        elif isinstance(given[other], dict):
            here[other] = quotient(given[other], cell, read)
        else:
            here[other] = read(given[other])
        cell.texts.append(said if other == name else f"{other} = {here[other]}")
    return here


def polygon_of(names: list[str], given: Json, read: Callable[[Any], Fraction]) -> dict[str, Any]:
    """Read a polygon of pairs of values."""
    first, second = (
        [read(v) for v in listing(keys(given[n], "corners")["corners"])] for n in names
    )
    readable(len(first) == len(second) and 3 <= len(first) <= 100, "corners of a polygon")
    corners: list[Point] = list(zip(first, second, strict=True))
    readable(len(set(corners)) == len(corners), "a corner comes twice")
    ways = [
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        for a, b, c in zip(
            corners, corners[1:] + corners[:1], corners[2:] + corners[:2], strict=True
        )
    ]
    readable(all(w > 0 for w in ways) or all(w < 0 for w in ways), "no convex polygon")
    around = sum(
        (
            a[0] * b[1] - b[0] * a[1]
            for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
        ),
        Fraction(0),
    )
    fan = sum(
        (abs(_area(corners[0], a, b)) for a, b in pairwise(corners[1:])),
        Fraction(0),
    )
    readable(abs(around) == fan, "the polygon goes round more than once")
    where = " ".join(f"({x}; {y})" for x, y in corners)
    said = f"({'; '.join(names)}) inside {where}"
    cell = Cell(names, said, in_a_polygon(corners))
    return {name: cell.made(value) for name, value in zip(names, cell.values, strict=True)}


def cell_in(values: Json) -> Cell | None:
    """Return the cell in which parameters move; None where each has a number."""
    return next((value.cell for value in values.values() if isinstance(value, Quotient)), None)


def _area(a: Point, b: Point, c: Point) -> Fraction:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def quotient(value: Any, cell: Cell, read: Callable[[Any], Fraction]) -> Any:
    """Read a quotient of polynomials whose denominator is nowhere 0 in the cell."""
    keys(value, "above,below")
    above, below = (polynomial(value[key], cell, read) for key in ("above", "below"))
    readable(below != 0, "a denominator that is 0")
    if not below.numer.is_ground:
        sign = cell.sign_of(below.numer)
        readable(sign, "a denominator that is 0 somewhere")
    return cell.made(above / below)


def polynomial(value: Any, cell: Cell, read: Callable[[Any], Fraction]) -> Any:
    """Read a list of coefficients, or of lists of them."""
    rows = listing(value)
    terms: dict[tuple[int, ...], Fraction]
    if len(cell.names) == 1:
        terms = {(n,): c for n, c in enumerate(numbers(rows, read))}
    else:
        readable(len(rows) <= 60, "too large: a degree")
        terms = {(n, m): c for n, row in enumerate(rows) for m, c in enumerate(numbers(row, read))}
    exact = {power: QQ(c.numerator, c.denominator) for power, c in terms.items() if c}
    return cell.field(cell.field.ring.from_dict(exact))


def with_quotients(value: Any, cell: Cell, read: Callable[[Any], Fraction]) -> Any:
    """Put texts that know their numbers in place of quotients, everywhere in a document."""
    if isinstance(value, list):
        return [with_quotients(entry, cell, read) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"above", "below"}:
        return as_text(quotient(value, cell, read))
    return {key: with_quotients(entry, cell, read) for key, entry in value.items()}


def moves(given: Any) -> bool:
    """Tell whether some parameter has more than a number for its value."""
    return isinstance(given, dict) and any(isinstance(value, dict) for value in given.values())
