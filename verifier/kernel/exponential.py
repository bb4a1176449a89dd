"""Rational enclosures and exact signs of constant + sum N_i / D_i, with N_i and D_i sums of c * base^q (theory.md 8).

A Sum maps exponents to coefficients. Every D_i has positive coefficients only. The base is a prime, or None for e.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

Sum = dict[Fraction, Fraction]
Quotient = tuple[Sum, Sum]


class TooLarge(Exception):
    """The numbers are larger than the kernel is willing to work on."""


def exp_minus(x: Fraction, bits: int) -> tuple[int, int]:
    """Integers with low <= 2^bits e^-x <= high, for x >= 0: an alternating series for x / 2^h <= 1/2, squared h times."""
    if x > 50_000 or bits > 65_536:
        raise TooLarge("an exponent or a precision is too large")
    halvings = ceil(2 * x).bit_length()
    work = bits + halvings + 16
    x /= 2**halvings
    low = high = least = most = 1 << work
    n = 0
    while most > 1:
        n += 1
        least, most = floor(least * x / n), ceil(most * x / n)
        low, high = (low - most, high - least) if n % 2 else (low + least, high + most)
    low, high = max(low - 1, 0), high + 1  # what is left of the series is below its next term
    for _ in range(halvings):
        low, high = low * low >> work, -(-high * high >> work)
    return low >> work - bits, -(-high >> work - bits)


def log(base: int, bits: int) -> tuple[Fraction, Fraction]:
    """Rational ends around the natural logarithm: k ln 2 + ln(base / 2^k), each 2 artanh(z) with z <= 1/3."""
    twos = base.bit_length() - 1
    low = high = Fraction(0)
    for number, times in ((Fraction(2), twos), (Fraction(base, 2**twos), 1)):
        z = (number - 1) / (number + 1)
        last = bits // 3 + 2  # the tail after z^(2 last - 1) is below 9/8 of its first term, which is below 9^-last
        part = sum((2 * z ** (2 * j + 1) / (2 * j + 1) for j in range(last)), Fraction(0))
        low, high = low + times * part, high + times * (part + Fraction(3, 9**last))
    scale = 1 << bits
    return Fraction(floor(low * scale), scale), Fraction(ceil(high * scale), scale)


def power(q: Fraction, base: int | None, bits: int) -> tuple[int, int]:
    """Integers with low <= 2^bits base^q <= high, for q <= 0."""
    if q < -20_000:
        raise TooLarge(f"the exponent {q} is too large")
    low, high = (Fraction(1), Fraction(1)) if base is None else log(base, bits + 32)
    return exp_minus(-q * high, bits)[0], exp_minus(-q * low, bits)[1]


def enclose(constant: Fraction, quotients: Sequence[Quotient], base: int | None, bits: int) -> tuple[Fraction, Fraction]:
    """Rational ends around the whole, nearer as bits grow."""
    low = high = constant
    for above, below in quotients:
        top = max([*above, *below])
        powers = {q: power(q - top, base, bits) for q in {*above, *below}}
        n = [sum((c * powers[q][side if c > 0 else 1 - side] for q, c in above.items()), Fraction(0)) for side in (0, 1)]
        d = [sum((c * powers[q][side] for q, c in below.items()), Fraction(0)) for side in (0, 1)]
        if d[0] <= 0:
            raise TooLarge("more bits are needed to keep a denominator from 0")
        low += n[0] / d[1 if n[0] > 0 else 0]
        high += n[1] / d[0 if n[1] > 0 else 1]
    return low, high


def sign(constant: Fraction, quotients: Sequence[Quotient], base: int | None, bits: int) -> int | None:
    """1 or -1 if that many bits settle it, else None."""
    low, high = enclose(constant, quotients, base, bits)
    return 1 if low > 0 else -1 if high < 0 else None


def merged(terms: Sequence[tuple[Fraction, Fraction]], base: int | None) -> Sum:
    """Equal exponents merged; for a prime base the exponents' integer parts go into the coefficients. Zeros are dropped.

    What is left is 0 only if it is empty: distinct powers of e are independent by Lindemann and Weierstrass, distinct
    powers of a prime with exponents in [0, 1) because x^n - prime is irreducible (Eisenstein).
    """
    found: Sum = {}
    for q, c in terms:
        whole = floor(q) if base else 0
        if abs(whole) > 20_000:
            raise TooLarge(f"the exponent {q} is too large")
        found[q - whole] = found.get(q - whole, Fraction(0)) + c * Fraction(base or 1) ** whole
    return {q: c for q, c in found.items() if c}


def is_zero(constant: Fraction, quotients: Sequence[Quotient], base: int | None) -> bool:
    """Exactly: like denominators are added, multiples of their denominator become constants, the rest is multiplied out."""
    alike: dict[tuple[tuple[Fraction, Fraction], ...], Sum] = {}
    for above, below in quotients:
        bottom = merged(list(below.items()), base)
        shift = min(bottom)
        scale = bottom[shift]
        key = tuple(sorted((q - shift, c / scale) for q, c in bottom.items()))
        top = [(q - shift, c / scale) for q, c in above.items()]
        alike[key] = merged([*alike.get(key, {}).items(), *top], base)
    rest = []
    for key, top_sum in alike.items():
        ratio = top_sum.get(Fraction(0), Fraction(0))
        if top_sum == {q: ratio * c for q, c in key if ratio}:
            constant += ratio
        else:
            rest.append((list(top_sum.items()), list(key)))
    total, product = merged([(Fraction(0), constant)], base), merged([(Fraction(0), Fraction(1))], base)
    for above_terms, below_terms in rest:
        if len(below_terms) * (len(total) + len(product)) > 200_000:
            raise TooLarge("an exact zero test would have too many terms")
        total = merged([*times(total, below_terms), *times(product, above_terms)], base)
        product = merged(times(product, below_terms), base)
    return not total


def times(left: Sum, right: Sequence[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    return [(p + q, c * d) for p, c in left.items() for q, d in right]
