"""Polynomials in one unknown with rational coefficients, and how many roots they have
between two rationals (theory.md 12.1).
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise, zip_longest

from verifier.kernel.reader.document import affordable, length, readable

Polynomial = tuple[Fraction, ...]  # constant first; the last is not 0, () is the zero
DEGREE = 60


def polynomial(coefficients: Iterable[Fraction]) -> Polynomial:
    """Without zeros at the end."""
    found = list(coefficients)
    while found and not found[-1]:
        found.pop()
    readable(len(found) <= DEGREE, f"too large: a polynomial of degree {DEGREE}")
    return tuple(found)


def plus(p: Polynomial, q: Polynomial) -> Polynomial:
    pairs = zip_longest(p, q, fillvalue=Fraction(0))
    return polynomial(a + b for a, b in pairs)


def scaled(p: Polynomial, by: Fraction) -> Polynomial:
    return polynomial(c * by for c in p)


def times(p: Polynomial, q: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(p) + len(q))
    for n, a in enumerate(p):
        for m, b in enumerate(q):
            found[n + m] += a * b
    return polynomial(found)


def divided(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder; q is not the zero."""
    rest, found = list(p), [Fraction(0)] * max(len(p) - len(q) + 1, 0)
    for n in reversed(range(len(found))):
        found[n] = rest[n + len(q) - 1] / q[-1]
        for m, c in enumerate(q):
            rest[n + m] -= found[n] * c
    return polynomial(found), polynomial(rest)


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


def divisor(p: Polynomial, q: Polynomial) -> Polynomial:
    """The greatest common divisor, with leading coefficient 1; not both are the zero."""
    found = remainders(p, q)[-2] if p else q
    return scaled(found, 1 / found[-1])


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
