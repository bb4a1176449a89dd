"""The parameters of an instance, and the numbers that are affine in them, which are read
by recursive descent.
"""

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel.parameters.cells import stated
from verifier.kernel.reader.document import (
    Number,
    UnreadableError,
    WrongError,
    fit,
    plain,
    rational,
    readable,
    total,
)

TOKEN = re.compile(
    r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?|[A-Za-z_]\w*|[-+*/()]", re.ASCII
)
NAME = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
RANGE = {"from": Fraction, "to": Fraction, "default": Fraction}
Values = dict[str, Fraction]  # parameter -> value
Form = dict[str, Fraction]  # parameter -> multiple; the constant is that of ""


class Expression:
    """What is left of an expression, token by token; the last token is empty."""

    def __init__(self, text: str, names: Collection[str], where: str) -> None:
        self.names, self.fault = names, f"{where}: {text!r:.40} is not affine"
        tokens = TOKEN.findall(text) if len(text) <= 200 else []
        self.expect("".join(tokens) == text.replace(" ", "") != "")
        self.rest = ["", *reversed(tokens)]

    def expect(self, good: bool) -> None:
        readable(good, self.fault)

    def form(self) -> Form:
        """The constant and the multiples; nothing may be left."""
        found = self.sum()
        self.expect(self.rest == [""])
        return found

    def sum(self) -> Form:
        found = self.product()
        while self.rest[-1] in ("+", "-"):
            sign, other = Fraction(f"{self.rest.pop()}1"), self.product()
            found = {name: found[name] + sign * other[name] for name in found}
        return found

    def product(self) -> Form:
        """A product has parameters in one factor at most; a divisor has none."""
        found = self.factor()
        while self.rest[-1] in ("*", "/"):
            divides, other = self.rest.pop() == "/", self.factor()
            if not divides and constant(found):
                found, other = other, found
            by = other[""]
            self.expect(constant(other) and not (divides and by == 0))
            by = 1 / by if divides else by
            found = {name: by * value for name, value in found.items()}
        return found

    def factor(self) -> Form:
        token = self.rest.pop()
        if token in ("+", "-"):
            sign = Fraction(f"{token}1")
            return {name: sign * value for name, value in self.factor().items()}
        if token == "(":
            found = self.sum()
            self.expect(self.rest.pop() == ")")
            return found
        named = token in self.names
        self.expect(named or token[:1].isdigit())
        number = Fraction(1) if named else rational(token, self.fault, 400)
        stands = token if named else ""
        return {n: number if n == stands else Fraction(0) for n in ("", *self.names)}


def constant(form: Form) -> bool:
    return not any(value for name, value in form.items() if name)


def declared(part: Any) -> dict[str, Values]:
    """The parameters of an instance, each with the ends of its interval and a default."""
    known: dict[str, Values] = fit(part, {str: RANGE}, "parameters", plain)
    good = 0 < len(known) <= 2 and all(map(NAME.fullmatch, known))
    readable(good, "parameters: expected one or two names of letters, digits and _")
    for low, high, usual in map(dict.values, known.values()):
        readable(low <= usual <= high > low, "parameters: from < to, default between")
    return known


def corners(known: dict[str, Values]) -> Iterator[Values]:
    """The defaults, and the corners of the rectangle in which the parameters lie."""
    yield {name: part["default"] for name, part in known.items()}
    for ends in product(("from", "to"), repeat=len(known)):
        yield {n: known[n][end] for n, end in zip(known, ends, strict=True)}


def within(values: Values, known: dict[str, Values]) -> None:
    """Refuses values that are not in their intervals, everywhere in a cell."""
    for name, part in known.items():
        try:
            inside = part["from"] <= values[name] <= part["to"]
        except WrongError:  # not at every value
            inside = False
        said = stated(name, values[name]) or name
        readable(inside, f"parameters: {said} is not in its interval")


def numbers(values: Values, forms: dict[str, Form]) -> Number:
    """Reads numbers, among them expressions at these values; keeps their forms."""

    def number(value: Any, where: str) -> Fraction:
        try:
            return plain(value, where)
        except UnreadableError:
            if type(value) is not str:
                raise
        if value not in forms:
            readable(len(forms) < 2_000, f"{where}: more than 2000 expressions")
            forms[value] = Expression(value, values, where).form()
        form = forms[value]
        found = form[""] + total(form[name] * values[name] for name in values)
        if isinstance(found, Fraction):
            short = max(abs(found.numerator), found.denominator) < 10**400
            readable(short, f"{where}: too many digits")
        return found

    return number
