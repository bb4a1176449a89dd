"""Rational ends and exact zeros of constant + sum N_i / D_i, with N_i and D_i sums of c
* base^q (theory.md 8.1).

A Sum maps exponents to coefficients. Every D_i has positive coefficients only. The base
is a prime, or None for e.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil, floor

from verifier.kernel.reader.document import affordable, length, readable, total

Term = tuple[Fraction, Fraction]
Sum = dict[Fraction, Fraction]
Quotient = tuple[Sum, Sum]


def exp_minus(x: Fraction, bits: int) -> tuple[int, int]:
    """Integers with low <= 2^bits e^-x <= high, for x >= 0: an alternating series for x
    / 2^h <= 1/2, squared h times.
    """
    if not x:  # so that softmax denominators are positive at every precision
        return 1 << bits, 1 << bits
    if x >= bits:
        return 0, 1  # e^-x < 2^-x <= 2^-bits
    halvings = ceil(2 * x).bit_length()
    work = bits + halvings + 16
    near = (x.numerator << work - halvings) // x.denominator  # x / 2^h, rounded down
    low = high = least = most = 1 << work
    n = 0
    while most > 1:
        n += 1
        least = (least * near >> work) // n
        most = -((most * (-near - 1) >> work) // n)  # rounded up
        low, high = (low - most, high - least) if n % 2 else (low + least, high + most)
    # what is left of the series is below its last term
    low, high = max(low - 1, 0), high + 1
    for _ in range(halvings):
        low, high = low * low >> work, -(-high * high >> work)
    return low >> work - bits, -(-high >> work - bits)


def log(base: int, bits: int) -> tuple[Fraction, Fraction]:
    """Rational ends around the natural logarithm: k ln 2 + ln(base / 2^k), each 2
    artanh(z) with z <= 1/3.
    """
    twos, unit, low, high = base.bit_length() - 1, 1 << bits + 16, 0, 0
    for number, times in ((Fraction(2), twos), (Fraction(base, 2**twos), 1)):
        z = (number - 1) / (number + 1)
        least, most, n = floor(unit * z), ceil(unit * z), 1
        while most > 1:
            low, high = low + 2 * times * least // n, high - -2 * times * most // n
            least, most, n = floor(least * z * z), ceil(most * z * z), n + 2
        high += 3 * times  # the tail is below 9/8 of its first term
    return Fraction(low, unit), Fraction(high, unit)


def enclose(
    constant: Fraction, quotients: Sequence[Quotient], base: int | None, bits: int
) -> tuple[Fraction, Fraction]:
    """Rational ends around the whole, nearer as bits grow."""
    readable(0 <= bits <= 65_536, "too large: a precision beyond 65536 bits")
    powers = sum(len({*above, *below}) for above, below in quotients)
    steps = 2 * powers * (bits // 6 + 20) * (1_600_000 + bits * bits) // 1_600_000
    affordable(steps // 4, 0, "the powers")
    weights = [c for pair in quotients for part in pair for c in part.values()]
    affordable(4 * powers, bits + length(weights), "the quotients")
    unit = 1 << bits + 32
    low, high = floor(constant * unit), ceil(constant * unit)
    slow, fast = (Fraction(1), Fraction(1)) if base is None else log(base, bits + 32)
    for above, below in quotients:
        top = max([*above, *below])
        power = {
            q: (
                exp_minus((top - q) * fast, bits)[0],
                exp_minus((top - q) * slow, bits)[1],
            )
            for q in {*above, *below}
        }
        n = [
            total(c * power[q][(c < 0) ^ side] for q, c in above.items())
            for side in (0, 1)
        ]
        d = [total(c * power[q][side] for q, c in below.items()) for side in (0, 1)]
        readable(d[0] > 0, "too large: a denominator is 0 at this precision")
        low += floor(unit * n[0] / d[n[0] > 0])
        high += ceil(unit * n[1] / d[n[1] <= 0])
    return Fraction(low, unit), Fraction(high, unit)


def merged(terms: Iterable[Term], base: int | None) -> Sum:
    """Equal exponents merged; for a prime base the exponents' integer parts go into the
    coefficients. Zeros are dropped.

    That an empty result is 0 is arithmetic. That no other is needs theorems, and only a
    refusal rests on them: distinct powers of e are independent (Lindemann and
    Weierstrass), and of a prime with exponents in [0, 1) (Eisenstein).
    """
    found: Sum = {}
    terms = list(terms)
    furthest = 0 if base is None else max((abs(floor(q)) for q, _ in terms), default=0)
    reach = furthest * (base or 1).bit_length()
    readable(reach <= 150_000, "too large: a power beyond 150000 bits")
    affordable(len(terms), reach, "the powers of the base")
    for q, c in terms:
        whole = 0 if base is None else floor(q)
        found[q - whole] = (
            found.get(q - whole, Fraction(0)) + c * Fraction(base or 1) ** whole
        )
    return {q: c for q, c in found.items() if c}


def reduced(
    constant: Fraction, quotients: Iterable[Quotient]
) -> tuple[Fraction, list[Quotient]]:
    """The same number: denominators over their greatest term, those that are then equal
    as one, and r + (N - r D) / D for N / D, with r what base^0 has in N. Zeros are
    dropped.
    """
    together: dict[frozenset[Term], list[Term]] = {}
    for above, below in quotients:
        readable(min(below.values()) > 0, "a coefficient that is not positive")
        top = max(below)
        key, terms = (
            [(q - top, c / below[top]) for q, c in part.items()]
            for part in (below, above)
        )
        together.setdefault(frozenset(key), []).extend(terms)
    rest: list[Quotient] = []
    for same, terms in together.items():
        share = total(c for q, c in terms if not q)
        constant += share
        left = merged([*terms, *((q, -share * c) for q, c in same)], None)
        if left:
            rest.append((left, dict(same)))
    return constant, rest


def is_positive(
    constant: Fraction, quotients: Iterable[Quotient], base: int | None, bits: int
) -> bool:
    """Whether this precision shows that the number is more than 0, or a power of the
    base times it where no constant is left.
    """
    constant, rest = reduced(constant, quotients)
    if not constant:
        lead = max((max(above) for above, _ in rest), default=0)
        rest = [({q - lead: c for q, c in n.items()}, d) for n, d in rest]
    return enclose(constant, rest, base, bits)[0] > 0


def is_zero(
    constant: Fraction, quotients: Iterable[Quotient], base: int | None
) -> bool:
    """Exactly: what does not become constant is multiplied out."""
    constant, rest = reduced(constant, quotients)
    bits = length(
        [n for pair in rest for part in pair for q in part.items() for n in q]
    )
    whole, product = merged([(Fraction(0), constant)], base), {Fraction(0): Fraction(1)}
    for above, below in rest:
        n, d = merged(above.items(), base), merged(below.items(), base)
        size = (len(n) + len(d)) * (len(whole) + len(product))
        readable(size <= 100_000, "too large: an exact zero test with too many terms")
        affordable(size, bits, "an exact zero test")
        whole = merged([*times(whole, d), *times(product, n)], base)
        product = merged(times(product, d), base)
    return not whole


def times(left: Sum, right: Sum) -> list[Term]:
    return [(p + q, c * d) for p, c in left.items() for q, d in right.items()]
