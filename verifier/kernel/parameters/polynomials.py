"""Polynomials in one unknown or two with rational coefficients, and how many roots those
in one unknown have between two rationals (theory.md 12.1).

A polynomial in two unknowns is one in the first whose coefficients are polynomials in the
second. What is about roots is for one unknown.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from itertools import pairwise, starmap, zip_longest
from typing import Any

from verifier.kernel.reader.document import affordable, length, readable

Polynomial = tuple[Any, ...]
"""Constant first; the last coefficient is not 0, () is the zero. A coefficient is a
fraction, or a polynomial that is not constant.
"""
DEGREE = 60
ZERO = Fraction(0)


def polynomial(coefficients: Iterable[Any]) -> Polynomial:
    """Without zeros at the end."""
    found = [number(c) for c in coefficients]
    while found and not found[-1]:
        found.pop()
    readable(len(found) <= DEGREE, f"too large: a polynomial of degree {DEGREE}")
    return tuple(found)


def number(p: Any) -> Any:
    """The number that a constant polynomial is; anything else as it is."""
    if isinstance(p, tuple) and len(p) <= 1:
        return p[0] if p else ZERO
    return p


def whole(p: Any) -> Polynomial:
    """A number as a polynomial."""
    if isinstance(p, tuple):
        return p
    return (p,) if p else ()


def flat(p: Any) -> list[Fraction]:
    """The numbers in it."""
    return [x for c in p for x in flat(c)] if isinstance(p, tuple) else [p]


def plus(p: Any, q: Any) -> Any:
    """The sum of polynomials or numbers."""
    if isinstance(p, tuple) or isinstance(q, tuple):
        pairs = zip_longest(whole(p), whole(q), fillvalue=ZERO)
        return polynomial(starmap(plus, pairs))
    return p + q


def scaled(p: Polynomial, by: Fraction) -> Polynomial:
    return polynomial(times(c, by) for c in p)


def times(p: Any, q: Any) -> Any:
    """The product of polynomials or numbers."""
    if not isinstance(p, tuple) and not isinstance(q, tuple):
        return p * q
    p, q = whole(p), whole(q)
    found: list[Any] = [ZERO] * (len(p) + len(q))
    for n, a in enumerate(p):
        for m, b in enumerate(q):
            found[n + m] = plus(found[n + m], times(a, b))
    return polynomial(found)


def divided(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder; q is not the zero. With two unknowns the leading
    coefficient of q divides what it has to, or the two are of no use.
    """
    rest, found = list(p), [ZERO] * max(len(p) - len(q) + 1, 0)
    for n in reversed(range(len(found))):
        found[n] = over(rest[n + len(q) - 1], q[-1])
        for m, c in enumerate(q):
            rest[n + m] = plus(rest[n + m], times(-1, times(found[n], c)))
    return polynomial(found), polynomial(rest)


def over(a: Any, b: Any) -> Any:
    """The quotient of coefficients, of which b divides a."""
    return divided(whole(a), b)[0] if isinstance(b, tuple) else times(a, 1 / b)


def leading(p: Any) -> Fraction:
    """The number that is the leading coefficient, or that of the leading coefficient."""
    while isinstance(p, tuple):
        p = p[-1]
    return Fraction(p)


def remainders(p: Polynomial, q: Polynomial) -> list[Polynomial]:
    """Both, and each remainder of the last two times a negative number, up to the zero;
    p is not the zero. With leading coefficients 1 and -1 they do not grow long.
    """
    degrees = len(p) + len(q)
    bits = degrees * (length(p) + length(q)) // 2
    affordable(degrees * degrees, bits, "a polynomial")
    chain = [p, q]
    while chain[-1]:
        rest = divided(chain[-2], chain[-1])[1]
        chain.append(scaled(rest, -1 / abs(rest[-1])) if rest else rest)
    return chain


def divisor(p: Any, q: Any) -> Any:
    """The greatest common divisor, whose leading number is 1; not both are the zero. For
    coefficients that are numbers it is 1.
    """
    if not isinstance(p, tuple) or not isinstance(q, tuple):
        return Fraction(1)
    if not p or not q:
        return scaled(p or q, 1 / leading(p or q))
    shared = divisor(content(p), content(q))
    p, q = primitive(p), primitive(q)
    while q:
        p, q = q, primitive(remainder(p, q))
    return times(p, (shared,))


def content(p: Polynomial) -> Any:
    """The greatest common divisor of the coefficients; p is not the zero."""
    return reduce(divisor, filter(None, p))


def primitive(p: Polynomial) -> Polynomial:
    """Without the common divisor of the coefficients, and with the leading number 1, so
    that remainders do not grow long.
    """
    if not p:
        return p
    shared = content(p)
    p = polynomial(over(c, shared) for c in p)
    return scaled(p, 1 / leading(p))


def remainder(p: Polynomial, q: Polynomial) -> Polynomial:
    """The remainder of p times a power of the leading coefficient of q."""
    extra = max(len(p) - len(q) + 1, 0)
    first, second = flat(p), flat(q)
    steps = (len(first) + 1) * (len(second) + 1) * (extra + 1)
    affordable(steps, length(first) + (extra + 1) * length(second), "a polynomial")
    for _ in range(extra if isinstance(q[-1], tuple) else 0):
        p = times(p, (q[-1],))
    return divided(p, q)[1]


def slope(p: Polynomial) -> Polynomial:
    """The derivative."""
    return polynomial(n * c for n, c in enumerate(p) if n)


def simple(p: Polynomial) -> Polynomial:
    """The same roots, each once; p is not the zero."""
    return divided(p, divisor(p, slope(p)))[0]


def at(p: Polynomial, value: Fraction) -> Fraction:
    found = Fraction(0)
    for c in reversed(p):
        found = found * value + c
    return found


def roots(p: Polynomial, low: Fraction, high: Fraction) -> int:
    """How many different roots lie strictly between, by Sturm's theorem; p is not the
    zero.
    """
    p = simple(p)
    for end in (low, high):
        if at(p, end) == 0:
            p = divided(p, (-end, Fraction(1)))[0]
    chain = remainders(p, slope(p))
    return changes(chain, low) - changes(chain, high)


def changes(chain: list[Polynomial], value: Fraction) -> int:
    """How often the sign changes along the chain, zeros left out."""
    signs = [found > 0 for q in chain if (found := at(q, value)) != 0]
    return sum(a != b for a, b in pairwise(signs))


def written(p: Polynomial, *names: str) -> str:
    """The polynomial as a sum, such as 1/2 - 3*t + t*t."""
    said = ""
    for c, factors in terms(p, names):
        factor = [] if abs(c) == 1 and factors else [str(abs(c))]
        sign = "-" if c < 0 else "+"
        said += f" {sign} " if said else sign.strip("+")
        said += "*".join(factor + factors)
    return said or "0"


def terms(p: Any, names: tuple[str, ...]) -> list[tuple[Fraction, list[str]]]:
    """The numbers in it that are not 0, each with the unknowns that it multiplies."""
    if not isinstance(p, tuple):
        return [(p, [])] if p else []
    return [
        (c, [names[0]] * n + factors)
        for n, coefficient in enumerate(p)
        for c, factors in terms(coefficient, names[1:])
    ]
