"""Numbers that are affine in the parameters of an instance: "1/2 + t/4" (instance_format.md).

A text is cut into numbers, names and signs first; what is none of these is refused, so that
nothing but sums, differences, products and quotients is ever computed. The kernel reads the same
grammar by code of its own.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from verifier.errors import InstanceError, SizeError
from verifier.meant import hint
from verifier.numbers import MAX_DIGITS, parse_rational

LONGEST_EXPRESSION = 200
"""Most characters of an expression."""

MAX_EXPRESSIONS = 2_000
"""Most different expressions of a file."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
"""What a parameter may be called."""

TOKEN = re.compile(
    r" *(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>[-+*/()]))",
    re.ASCII,
)

EXPECTED = 'a rational or an expression that is affine in the parameters, such as "1/2 + t/4"'

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Affine:
    """A constant plus a multiple of each parameter; `slopes` has the multiples that are not 0.

    >>> Affine(Fraction(1, 2), {"t": Fraction(1, 4)}).at({"t": Fraction(2), "s": Fraction(7)})
    Fraction(1, 1)
    """

    constant: Fraction
    slopes: Mapping[str, Fraction]

    def at(self, values: Mapping[str, Fraction]) -> Fraction:
        """The number at these values of the parameters."""
        parts = (slope * values[name] for name, slope in self.slopes.items())
        return self.constant + sum(parts, Fraction(0))


def stated(values: Mapping[str, Fraction]) -> str:
    """Values of parameters in a sentence.

    >>> stated({"t": Fraction(2, 5), "s": Fraction(1)})
    't = 2/5, s = 1'
    """
    return ", ".join(f"{name} = {value}" for name, value in values.items())


@dataclass(frozen=True)
class Evaluation:
    """The expressions of a file, evaluated at values of its parameters.

    `forms` keeps what was read, by its text, and is shared by the evaluations of a file; `uses`
    says where in the file which of them stand.
    """

    values: Mapping[str, Fraction]
    forms: dict[str, Affine]
    uses: dict[Path, Affine] = field(default_factory=dict)

    def number(self, text: str, path: Path) -> Fraction:
        """The value of an expression that stands at this place of the file.

        Raises InstanceError without a path (the caller knows it), SizeError above MAX_EXPRESSIONS.
        """
        if text not in self.forms:
            if len(self.forms) == MAX_EXPRESSIONS:
                raise SizeError(
                    f"is a further expression, at most {MAX_EXPRESSIONS} different ones are read"
                )
            self.forms[text] = affine(text, self.values)
        form = self.forms[text]
        value = form.at(self.values)
        if max(abs(value.numerator), value.denominator) >= 10**MAX_DIGITS:
            raise InstanceError(
                f"{text!r} has more than {MAX_DIGITS} digits at {stated(self.values)}, expected"
                f" at most {MAX_DIGITS}"
            )
        self.uses[path] = form
        return value

    def said(self, path: Path, value: object) -> str:
        """What begins a message about a place where expressions stand: which one, and the values.

        Nothing where none stands.
        """
        if path in self.uses:
            return f'"{value}" at {stated(self.values)} '
        inside = any(use[: len(path)] == path for use in self.uses)
        return f"at {stated(self.values)} " if inside else ""


def affine(text: str, names: Collection[str]) -> Affine:
    """The affine form of an expression in these parameters.

    A product has a parameter in at most one factor; a divisor has none and is not 0. Raises
    InstanceError without a path for anything else.

    >>> affine("(1 - t)/3", ["t"])
    Affine(constant=Fraction(1, 3), slopes={'t': Fraction(-1, 3)})
    """
    from sympy import QQ, ring  # only files with parameters need it

    if len(text) > LONGEST_EXPRESSION:
        raise InstanceError(
            f"is an expression of {len(text)} characters, expected at most {LONGEST_EXPRESSION}"
        )
    _, *symbols = ring([f"x{n}" for n in range(len(names))], QQ)
    known = dict(zip(names, symbols, strict=True))
    zero, tokens = symbols[0] * 0, _tokens(text)
    atoms: dict[str, Any] = {}
    for n, (kind, token) in enumerate(tokens):
        if kind == "number":
            value = parse_rational(token)
            atoms[f"a{n}"] = zero + QQ(value.numerator, value.denominator)
        elif kind == "name":
            if token not in known:
                raise InstanceError(
                    f"{text!r} names {token}, expected parameters only: {', '.join(names)}"
                    f"{hint(token, names)}"
                )
            atoms[f"a{n}"] = known[token]
    found = _computed(_tree(text, tokens), atoms, text)
    slopes = {name: _fraction(found.coeff(symbol)) for name, symbol in known.items()}
    return Affine(_fraction(found.coeff(1)), {name: a for name, a in slopes.items() if a})


def declaration_meant(text: str) -> str:
    """What may be missing where an expression stands in a file without parameters, for the end of a
    message; nothing where the text is no expression.

    >>> print(declaration_meant("1/2 + t/4"))
    ; is t a parameter? Then declare it: parameters.t = { from = "0", to = "1", default = "1/2" }
    >>> declaration_meant("half"), declaration_meant("7/0")
    ('', '')
    """
    names = sorted(set(re.findall(r"[A-Za-z_]\w*", text, re.ASCII)))
    try:
        moves = len(names) == 1 and len(text) > len(names[0]) and affine(text, names).slopes
    except (InstanceError, SizeError):
        return ""
    if not moves:
        return ""
    return (
        f"; is {names[0]} a parameter? Then declare it: parameters.{names[0]} ="
        ' { from = "0", to = "1", default = "1/2" }'
    )


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))


def _tokens(text: str) -> list[tuple[str, str]]:
    """The numbers, names and signs of a text, each with its kind."""
    found, at = [], 0
    whole = text.rstrip(" ")
    while at < len(whole):
        match = TOKEN.match(whole, at)
        if match is None:
            odd = whole[at:].lstrip(" ")[0]
            raise InstanceError(f"{text!r} has {odd!r} in it, expected {EXPECTED}")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        at = match.end()
    return found


def _tree(text: str, tokens: Sequence[tuple[str, str]]) -> ast.expr:
    """The tree of an expression, in which a name stands for each number and parameter."""
    plain = [token if kind == "sign" else f"a{n}" for n, (kind, token) in enumerate(tokens)]
    try:
        return ast.parse(" ".join(plain), mode="eval").body
    except SyntaxError as error:
        raise _malformed(text) from error


def _malformed(text: str) -> InstanceError:
    """The error for a text that is no expression; between two factors may lack a sign."""
    tokens = _tokens(text)
    pairs = pairwise(tokens)
    lacking = [_ends(*first) and _begins(*second) for first, second in pairs]
    if not any(lacking):
        return InstanceError(f"{text!r} is not complete, expected {EXPECTED}")
    better = "".join(
        token + ("*" if lacks else "")
        for (_, token), lacks in zip(tokens, [*lacking, False], strict=True)
    )
    return InstanceError(
        f'{text!r} has no sign between two factors, expected {EXPECTED}; write "{better}"'
    )


def _ends(kind: str, token: str) -> bool:
    return kind != "sign" or token == ")"


def _begins(kind: str, token: str) -> bool:
    return kind != "sign" or token == "("


UNARY: dict[type[ast.AST], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
BINARY: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def _computed(tree: ast.expr, atoms: Mapping[str, Any], text: str) -> Any:
    """The polynomial of a tree, of degree at most 1 in every step."""
    if isinstance(tree, ast.Name):
        return atoms[tree.id]
    if isinstance(tree, ast.UnaryOp):
        return UNARY[type(tree.op)](_computed(tree.operand, atoms, text))
    if not isinstance(tree, ast.BinOp):  # a call, or a pair of brackets with nothing in it
        raise _malformed(text)
    left, right = (_computed(part, atoms, text) for part in (tree.left, tree.right))
    if isinstance(tree.op, ast.Div):
        return left * (1 / _divisor(right, text))
    if type(tree.op) not in BINARY:  # two signs that are one of Python's
        raise _malformed(text)
    found = BINARY[type(tree.op)](left, right)
    if any(sum(powers) > 1 for powers in found.itermonoms()):
        raise InstanceError(f"{text!r} multiplies parameters, expected {EXPECTED}")
    return found


def _divisor(value: Any, text: str) -> Any:
    if not value.is_ground:
        raise InstanceError(f"{text!r} divides by a parameter, expected {EXPECTED}")
    if not value:
        raise InstanceError(f"{text!r} divides by 0, expected {EXPECTED}")
    return value.coeff(1)
