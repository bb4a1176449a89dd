"""The kernel's enclosures against python-flint's balls, and its exact zeros against identities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sums import BASES, COEFFICIENTS, POSITIVE, QUOTIENTS
from verifier.kernel.quantal.exponential import (
    Quotient,
    Sum,
    enclose,
    exp_minus,
    is_positive,
    is_zero,
    log,
    reduced,
    times,
)
from verifier.kernel.reader.document import UnreadableError


def ball(x: Fraction) -> arb:
    return arb(fmpq(x.numerator, x.denominator))


def flint_value(constant: Fraction, quotients: list[Quotient], base: int | None) -> arb:
    rate = arb(1) if base is None else arb(base).log()
    total = ball(constant)
    for above, below in quotients:
        numerator, denominator = (
            sum((ball(c) * (rate * ball(q)).exp() for q, c in part.items()), arb(0))
            for part in (above, below)
        )
        total += numerator / denominator
    return total


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(constant=COEFFICIENTS, quotients=QUOTIENTS, base=BASES)
def test_enclosures_hold_the_true_value_and_shrink(
    constant: Fraction, quotients: list[Quotient], base: int | None
) -> None:
    before, ctx.prec = ctx.prec, 900
    try:
        value = flint_value(constant, quotients, base)
        widths = []
        for bits in (300, 450):
            low, high = enclose(constant, quotients, base, bits)
            assert not ball(low) > value
            assert not ball(high) < value
            widths.append(high - low)
    finally:
        ctx.prec = before
    assert widths[1] <= widths[0] / 2**140
    assert widths[0] <= Fraction(1, 2**60)


@pytest.mark.parametrize(
    "x",
    [
        Fraction(0),
        Fraction(1, 10**30),
        Fraction(1, 2),
        Fraction(1),
        Fraction(1000),
        Fraction(49_999),
        Fraction(10**400 + 1, 3),
    ],
)
@pytest.mark.parametrize("bits", [8, 64, 500])
def test_exp_minus_is_within_a_few_units(x: Fraction, bits: int) -> None:
    low, high = exp_minus(x, bits)
    assert 0 <= low <= high <= 2**bits + 1
    assert high - low <= 4


@pytest.mark.parametrize("bits", [0, 1, 2, 8, 64, 500])
@pytest.mark.parametrize("shift", [Fraction(-1), Fraction(-1, 10**9), 0, Fraction(1, 3), 10**6])
def test_exp_minus_about_the_size_from_which_it_is_one_unit(
    bits: int, shift: Fraction | int
) -> None:
    x = max(bits + Fraction(shift), Fraction(0))
    low, high = exp_minus(x, bits)
    before, ctx.prec = ctx.prec, 2000
    try:
        value = ball(-x).exp() * ball(Fraction(2**bits))
        assert ball(Fraction(low)) <= value <= ball(Fraction(high))
    finally:
        ctx.prec = before
    assert x < bits or not x or (low, high) == (0, 1)


LARGE = st.integers(-3, 40).flatmap(
    lambda k: st.fractions(-9, 9, max_denominator=4).map(lambda q: q * Fraction(10) ** k)
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    constant=COEFFICIENTS,
    quotients=st.lists(
        st.tuples(
            st.dictionaries(LARGE, COEFFICIENTS, max_size=3),
            st.dictionaries(LARGE, COEFFICIENTS.map(abs).filter(bool), min_size=1, max_size=3),
        ),
        max_size=3,
    ),
    base=BASES,
)
def test_what_is_reduced_is_the_same_number(
    constant: Fraction, quotients: list[Quotient], base: int | None
) -> None:
    """Denominators are different, 1 and powers with negative exponents; each numerator has neither
    the exponent 0 nor a coefficient that is 0.
    """
    least, rest = reduced(constant, quotients)
    assert len({frozenset(below.items()) for _, below in rest}) == len(rest)
    for above, below in rest:
        assert below[Fraction(0)] == 1 and max(below) == 0
        assert above and 0 not in above and all(above.values())
    before, ctx.prec = ctx.prec, 900
    try:
        difference = flint_value(constant, quotients, base) - flint_value(least, rest, base)
        assert difference.contains(0) or not difference.is_finite()
    finally:
        ctx.prec = before
    for q in (Fraction(0), Fraction(1, 3), Fraction(10**30)):
        moved = [
            (times(above, {q: 3 * ONE}), times(below, {q: 3 * ONE})) for above, below in quotients
        ]
        assert reduced(constant, [(dict(n), dict(d)) for n, d in moved]) == (least, rest)


@pytest.mark.parametrize("base", [None, 2, 3])
@pytest.mark.parametrize("size", [1, 1000, 10**9, 10**400])
def test_a_sign_does_not_depend_on_the_size_of_exponents(base: int | None, size: int) -> None:
    """1 / (1 + b^-x) is less than 1 by about b^-x, and more than 1 / (1 + b^-y) for y < x."""
    zero, x = Fraction(0), Fraction(size)
    near: Quotient = ({zero: ONE}, {zero: ONE, -x: ONE})
    far: Quotient = ({zero: -ONE}, {zero: ONE, -x * 2 / 3: ONE})
    below_1: list[Quotient] = [({zero: -ONE}, near[1])]
    for constant, quotients in ((ONE, below_1), (zero, [near, far])):
        assert is_positive(constant, quotients, base, 128)
        opposite = [({q: -c for q, c in above.items()}, below) for above, below in quotients]
        assert not is_positive(-constant, opposite, base, 128)
        assert base is not None or not is_zero(constant, quotients, base)
    same = [near, ({q: -c for q, c in near[0].items()}, near[1])]
    assert is_zero(zero, same, base)
    assert not is_positive(zero, same, base, 128)


def test_powers_of_a_prime_that_are_too_long_for_a_zero_test_are_refused() -> None:
    long = Fraction(10**9)
    quotients: list[Quotient] = [
        ({Fraction(0): ONE}, {Fraction(0): ONE, long: ONE}),
        ({Fraction(0): -ONE}, {Fraction(0): Fraction(2), long: ONE}),
    ]
    assert not is_positive(Fraction(0), quotients, 2, 4096)
    with pytest.raises(UnreadableError, match="too large: a power beyond"):
        is_zero(Fraction(0), quotients, 2)


@pytest.mark.parametrize("base", [2, 3, 5, 999_983])
def test_log_is_within_a_few_units(base: int) -> None:
    low, high = log(base, 200)
    before, ctx.prec = ctx.prec, 400
    try:
        assert ball(low) <= arb(base).log() <= ball(high)
    finally:
        ctx.prec = before
    assert high - low <= Fraction(4, 2**200) * base.bit_length()


ONE, HALF = Fraction(1), Fraction(1, 2)


def softmax(weights: Sum, exponent: Fraction) -> Quotient:
    return {exponent: weights[exponent]}, weights


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(weights=POSITIVE, base=BASES, extra=COEFFICIENTS.filter(bool))
def test_probabilities_sum_to_one_and_to_nothing_else(
    weights: Sum, base: int | None, extra: Fraction
) -> None:
    shares = [softmax(weights, q) for q in weights]
    assert is_zero(-ONE, shares, base)
    assert not is_zero(-ONE + extra, shares, base)


def test_powers_of_e_are_independent_and_powers_of_a_prime_merge() -> None:
    root: Quotient = ({Fraction(3, 2): ONE, HALF: Fraction(-2)}, {Fraction(0): ONE})
    assert is_zero(Fraction(0), [root], 2)
    assert not is_zero(Fraction(0), [root], 3)
    assert not is_zero(Fraction(0), [root], None)
    assert not is_zero(Fraction(0), [({HALF: ONE, Fraction(1, 3): -ONE}, {Fraction(0): ONE})], 2)


def test_different_denominators_are_multiplied_out() -> None:
    """1 / (1 + e) + e / (1 + e) = 1, with the second quotient scaled by e; and 1 / (1 + e) + 1 / (1
    + e^-1) = 1.
    """
    zero = Fraction(0)
    first: Quotient = ({zero: ONE}, {zero: ONE, ONE: ONE})
    scaled: Quotient = ({Fraction(2): ONE}, {ONE: ONE, Fraction(2): ONE})
    mirrored: Quotient = ({zero: ONE}, {zero: ONE, -ONE: ONE})
    for other in (scaled, mirrored):
        assert is_zero(-ONE, [first, other], None)
        assert is_zero(-ONE, [first, other], 5)
        assert not is_zero(-ONE, [first, first, other], None)


def test_a_difference_of_ten_to_minus_forty_is_seen() -> None:
    tiny = Fraction(1, 10**40)
    quotient: Quotient = ({ONE: ONE + tiny}, {ONE: ONE})
    low, high = enclose(-ONE, [quotient], None, 128)
    assert low <= tiny <= high
    assert enclose(-ONE, [quotient], None, 256)[0] > 0
    assert not is_zero(-ONE, [quotient], None)


@pytest.mark.parametrize(
    ("quotients", "base", "bits"),
    [
        ([({Fraction(0): ONE}, {ONE: ONE})], None, 10**6),
        ([({Fraction(0): ONE}, {ONE: ONE})], 7, 10**9),
        ([({Fraction(0): ONE}, {ONE: ONE})], 7, -1),
        ([({Fraction(60_000): ONE}, {Fraction(0): ONE})], None, 64),
    ],
)
def test_sizes_are_refused_before_work(
    quotients: list[Quotient], base: int | None, bits: int
) -> None:
    with pytest.raises(UnreadableError, match="too large"):
        enclose(Fraction(0), quotients, base, bits)


@pytest.mark.slow
def test_an_expansion_with_too_many_terms_is_refused() -> None:
    wide = [
        ({Fraction(0): ONE}, {Fraction(k * 7**n, 5): ONE + k for k in range(8)}) for n in range(8)
    ]
    with pytest.raises(UnreadableError, match="too many terms"):
        is_zero(Fraction(0), wide, None)
    with pytest.raises(UnreadableError, match="power beyond"):
        is_zero(Fraction(0), [({Fraction(10**6): ONE}, {Fraction(0): ONE})], 2)


def test_equal_denominators_are_added_before_anything_is_multiplied_out() -> None:
    """Twelve quotients whose denominators have 12^6 terms together; in pairs, scaled and shifted,
    they cancel.
    """
    zero = Fraction(0)
    wide: list[Quotient] = [
        ({zero: ONE}, {Fraction(k * 3**n, 7): ONE + k for k in range(12)}) for n in range(6)
    ]
    moved: list[Quotient] = [
        ({HALF: Fraction(-2)}, {q + HALF: 2 * c for q, c in below.items()}) for _, below in wide
    ]
    for base in (None, 2, 997):
        assert is_zero(zero, [*wide, *moved], base)
        assert not is_zero(zero, [*wide, *moved, ({zero: ONE}, {zero: ONE})], base)


def test_a_numerator_that_is_a_multiple_of_its_denominator_is_a_constant() -> None:
    below: Sum = {Fraction(0): ONE, HALF: Fraction(1, 3), Fraction(1, 3): Fraction(2)}
    thrice: Quotient = ({q: 3 * c for q, c in below.items()}, below)
    for base in (None, 2):
        assert is_zero(Fraction(-3), [thrice], base)
        assert not is_zero(Fraction(-3) + Fraction(1, 10**40), [thrice], base)


def test_products_of_roots() -> None:
    """e^(1/2) e^(1/2) = e, as (e / (1 + e^(1/2))) - e^(1/2) + e^(1/2) / (1 + e^(1/2)) = 0."""
    root: Sum = {Fraction(0): ONE, HALF: ONE}
    terms: list[Quotient] = [
        ({ONE: ONE}, root),
        ({HALF: -ONE}, {Fraction(0): ONE}),
        ({HALF: ONE}, root),
    ]
    for base in (None, 2, 3):
        assert is_zero(Fraction(0), terms, base)
        assert not is_zero(Fraction(0), terms[:2], base)


def test_a_denominator_that_could_vanish_is_refused() -> None:
    for below in ({Fraction(0): ONE, ONE: -ONE}, {Fraction(0): Fraction(0)}):
        with pytest.raises(UnreadableError, match="not positive"):
            is_zero(Fraction(0), [({Fraction(0): ONE}, below)], None)


@pytest.mark.parametrize("base", [None, 2, 3])
def test_softmax_has_ends_at_every_precision(base: int | None) -> None:
    """A certificate may state a precision of 0 bits for a zero."""
    shares = [
        softmax({Fraction(0): ONE, ONE: ONE, Fraction(40_000, 3): ONE}, q)
        for q in (Fraction(0), ONE, Fraction(40_000, 3))
    ]
    for bits in (0, 1, 64):
        low, high = enclose(-ONE, shares, base, bits)
        assert low <= 0 <= high
