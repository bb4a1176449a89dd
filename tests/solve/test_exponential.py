"""Signs and ends of quotient sums against the kernel's own arithmetic, which shares no code."""

from __future__ import annotations

from fractions import Fraction
from operator import add, mul, sub
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sums import COEFFICIENTS, POSITIVE, QUOTIENTS
from verifier.errors import SizeError
from verifier.kernel.quantal import exponential as kernel
from verifier.numbers import enclose
from verifier.solve import exponential
from verifier.solve.exponential import (
    Base,
    Decided,
    ExponentialSum,
    QuotientSum,
    UndecidedSign,
    like,
    sign,
    simplify,
)

BASES: st.SearchStrategy[Base] = st.sampled_from(["e", 2, 3, 7])
ZERO, ONE = Fraction(0), Fraction(1)


def quotient_sum(base: Base, constant: Fraction, quotients: list[kernel.Quotient]) -> QuotientSum:
    return QuotientSum(
        base, constant, tuple((ExponentialSum(n), ExponentialSum(d)) for n, d in quotients)
    )


def plain(base: Base) -> int | None:
    return None if base == "e" else base


def kernel_sees(
    found: Decided, constant: Fraction, quotients: list[kernel.Quotient], base: int | None
) -> bool:
    """Whether the kernel sees at the stated bits that the number is on its side of 0."""
    towards = [({q: found.sign * c for q, c in above.items()}, below) for above, below in quotients]
    return kernel.is_positive(found.sign * constant, towards, base, found.bits)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(constant=COEFFICIENTS, quotients=QUOTIENTS, base=BASES)
def test_signs_are_settled_for_the_kernel_at_the_stated_bits(
    constant: Fraction, quotients: list[kernel.Quotient], base: Base
) -> None:
    decision = sign(quotient_sum(base, constant, quotients))
    assert isinstance(decision, Decided)
    if decision.sign == 0:
        assert kernel.is_zero(constant, quotients, plain(base))
    else:
        assert not kernel.is_zero(constant, quotients, plain(base))
        assert kernel_sees(decision, constant, quotients, plain(base))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(constant=COEFFICIENTS, quotients=QUOTIENTS, base=BASES)
def test_ends_are_decimals_that_enclose(
    constant: Fraction, quotients: list[kernel.Quotient], base: Base
) -> None:
    ends = enclose(quotient_sum(base, constant, quotients), digits=9)
    low, high = kernel.enclose(constant, quotients, plain(base), 400)
    if ends.exact is not None:
        assert ends.lower == ends.upper == ends.exact
        assert low <= ends.exact <= high
        assert kernel.is_zero(constant - ends.exact, quotients, plain(base))
    else:
        assert ends.lower <= low <= high <= ends.upper
        assert ends.upper - ends.lower <= Fraction(2, 10**9)
        assert (ends.lower * 10**9).denominator == 1


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(weights=POSITIVE, base=BASES)
def test_a_quantity_minus_itself_is_zero(weights: dict[Fraction, Fraction], base: Base) -> None:
    total = QuotientSum(base, -ONE)
    for q, c in weights.items():
        total += QuotientSum(base, ZERO, ((ExponentialSum({q: c}), ExponentialSum(weights)),))
    assert sign(total) == Decided(0, 64)
    assert simplify(total).quotients == ()
    assert sign(total - total * 3) == Decided(0, 64)


def test_a_zero_that_only_shows_when_multiplied_out() -> None:
    one_plus_e = ExponentialSum({ZERO: ONE, ONE: ONE})
    other = ExponentialSum({ZERO: Fraction(2), ONE: ONE})
    product = ExponentialSum({ZERO: Fraction(2), ONE: Fraction(3), Fraction(2): ONE})
    unit = ExponentialSum({ZERO: ONE})
    # 1/(1+e) - 1/(2+e) = 1/((1+e)(2+e))
    value = QuotientSum(
        "e", ZERO, ((unit, one_plus_e), (unit * -ONE, other), (unit * -ONE, product))
    )
    assert sign(value) == Decided(0, 64)
    assert isinstance(sign(value + QuotientSum("e", Fraction(1, 10**300))), Decided)


def test_prime_base_with_integer_exponents_is_rational() -> None:
    value = QuotientSum(
        2,
        ZERO,
        ((ExponentialSum({ZERO: ONE, ONE: ONE}), ExponentialSum({ZERO: ONE, Fraction(3): ONE})),),
    )
    assert enclose(value).exact == Fraction(1, 3)


def test_bases_do_not_mix() -> None:
    with pytest.raises(ValueError, match="bases e and 2 do not mix"):
        QuotientSum("e", ONE) + QuotientSum(2, ONE)


@settings(max_examples=60, deadline=None)
@given(
    weights=POSITIVE,
    base=BASES,
    constant=COEFFICIENTS,
    factor=st.one_of(COEFFICIENTS, st.integers(-9, 9)),
)
def test_rationals_and_quotient_sums_are_added_and_multiplied_alike(
    weights: dict[Fraction, Fraction], base: Base, constant: Fraction, factor: Fraction | int
) -> None:
    share = QuotientSum(base, constant, ((ExponentialSum({ZERO: ONE}), ExponentialSum(weights)),))
    assert share + factor == factor + share == share + QuotientSum(base, Fraction(factor))
    assert share - factor == share + -factor
    assert factor - share == -share + factor
    assert factor * share == share * factor
    assert sign(factor - share + share - factor) == Decided(0, 64)
    assert sign(constant) == Decided((constant > 0) - (constant < 0), 0)
    assert sum([share, share], ZERO) == share + share
    assert like(constant, share) == QuotientSum(base, constant)
    assert like(constant, constant) is constant


@pytest.mark.parametrize("inexact", [0.5, "1"])
def test_what_is_not_exact_is_not_mixed_in(inexact: Any) -> None:
    whole = QuotientSum("e", ONE)
    for operation in (add, sub, mul):
        for pair in ((whole, inexact), (inexact, whole)):
            with pytest.raises(TypeError):
                operation(*pair)


def test_equal_denominators_cancel_before_anything_is_multiplied_out() -> None:
    wide = tuple(
        (
            ExponentialSum({ZERO: ONE}),
            ExponentialSum({Fraction(k * 5**n, 7): ONE + k for k in range(12)}),
        )
        for n in range(6)
    )
    value = QuotientSum("e", ZERO, wide)
    nothing = value - value
    assert sign(nothing) == Decided(0, 64)
    shifted = QuotientSum(
        "e", ZERO, tuple((ExponentialSum({ONE: ONE}), below) for _, below in wide)
    )
    assert isinstance(sign(value - shifted), Decided)


TINY = Fraction(1, 10**40)
HALF = Fraction(1, 2)
ONE_PLUS_E: kernel.Sum = {ZERO: ONE, ONE: ONE}
NEARLY: kernel.Sum = {ZERO: ONE, Fraction(-9): ONE}
NEAR_SHARE: kernel.Quotient = ({ZERO: ONE, -HALF: TINY}, ONE_PLUS_E)
HARD: dict[str, tuple[Base, Fraction, list[kernel.Quotient], int]] = {
    "rational and near 0": (
        "e",
        -3 + TINY,
        [({ZERO: Fraction(3), ONE: Fraction(3)}, ONE_PLUS_E)],
        1,
    ),
    "rational and 10^-3000 from 0": ("e", -ONE, [({ONE: ONE + TINY**75}, {ONE: ONE})], 1),
    "irrational and 10^-40 from 0": (
        "e",
        ZERO,
        [NEAR_SHARE, ({ONE: -ONE}, {ONE: ONE, Fraction(2): ONE})],
        1,
    ),
    "below 2^-4000": ("e", -ONE, [({ONE: ONE + TINY**50}, {ONE: ONE, ZERO: TINY**60})], 1),
    "a tiny denominator": (
        "e",
        ZERO,
        [({ZERO: ONE, ONE: -ONE}, {ZERO: TINY}), ({ONE: ONE}, {ZERO: TINY, -ONE: TINY**2})],
        1,
    ),
    "a huge numerator": ("e", -1 / TINY, [({ZERO: 1 / TINY, -ONE: ONE}, {ZERO: ONE})], 1),
    "a numerator that outgrows": (
        "e",
        ZERO,
        [({Fraction(300): ONE}, {ZERO: ONE}), ({Fraction(300): -ONE}, NEARLY)],
        1,
    ),
    "likewise for a prime": (
        997,
        ZERO,
        [({Fraction(601, 2): ONE}, {ZERO: ONE}), ({Fraction(601, 2): -ONE}, NEARLY)],
        1,
    ),
    "exponents far apart": (
        "e",
        -ONE,
        [({Fraction(20_000): ONE}, {Fraction(20_000): ONE, ZERO: ONE})],
        -1,
    ),
    "exponents further apart than can be written out": (
        "e",
        ZERO,
        [
            ({Fraction(10**30): ONE}, {Fraction(10**30): ONE, ZERO: ONE}),
            ({Fraction(10**30): -ONE}, {Fraction(10**30): ONE, ONE: ONE}),
        ],
        1,
    ),
    "likewise for a prime, but the greatest powers": (
        2,
        ZERO,
        [
            ({ZERO: ONE}, {ZERO: ONE, Fraction(10**9): ONE}),
            ({ONE: -HALF}, {ONE: Fraction(3), Fraction(10**9): ONE}),
            ({ZERO: ONE}, {ZERO: ONE, Fraction(10**9, 2): ONE}),
        ],
        1,
    ),
    "two powers that cancel, and the next far below": (
        2,
        ZERO,
        [
            ({ZERO: ONE}, {ZERO: ONE, Fraction(10**9): ONE}),
            ({ONE: -HALF}, {ONE: Fraction(3), Fraction(10**9): ONE}),
        ],
        0,
    ),
    "exponents far from 0": (
        "e",
        ZERO,
        [({Fraction(10**9): ONE, Fraction(10**9 + 1): -ONE}, {Fraction(10**9): ONE})],
        -1,
    ),
    "an exponent that is nearly another": (
        2,
        ZERO,
        [({HALF: ONE, HALF + TINY: -ONE}, {ZERO: ONE})],
        -1,
    ),
}
"""Base, constant, quotients and sign; 0 where the size limits leave it undecided."""


@pytest.mark.parametrize("name", HARD)
def test_the_stated_bits_are_enough_where_numbers_are_far_from_ordinary(name: str) -> None:
    base, constant, quotients, expected = HARD[name]
    decision = sign(quotient_sum(base, constant, quotients))
    if isinstance(decision, UndecidedSign):
        assert expected == 0
        return
    assert decision.sign == expected
    assert kernel_sees(decision, constant, quotients, plain(base))


WIDE = st.builds(
    lambda c, k: c * Fraction(10) ** k, COEFFICIENTS.filter(bool), st.integers(-60, 60)
)
APART = st.fractions(-90, 90, max_denominator=7)
WIDE_QUOTIENTS = st.lists(
    st.tuples(
        st.dictionaries(APART, WIDE, max_size=3),
        st.dictionaries(APART, WIDE.map(abs), min_size=1, max_size=3),
    ),
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@example(constant=Fraction(1, 10**29), quotients=[], base="e", near=False)
@given(constant=WIDE, quotients=WIDE_QUOTIENTS, base=BASES, near=st.booleans())
def test_the_stated_bits_are_enough_for_wide_numbers(
    constant: Fraction, quotients: list[kernel.Quotient], base: Base, near: bool
) -> None:
    """`near` moves the number to within a 10^-30th of 0."""
    if near:
        constant -= enclose(quotient_sum(base, constant, quotients), digits=30).upper
    decision = sign(quotient_sum(base, constant, quotients))
    assert isinstance(decision, Decided)
    if decision.sign:
        assert kernel_sees(decision, constant, quotients, plain(base))
    else:
        assert kernel.is_zero(constant, quotients, plain(base))


def test_the_kernel_takes_the_bits_of_a_zero() -> None:
    """It looks at the ends at that precision first, so they must exist."""
    zeros: list[kernel.Quotient] = [
        ({ZERO: ONE}, ONE_PLUS_E),
        ({ZERO: ONE}, {ZERO: ONE, -ONE: ONE}),
    ]
    decision = sign(quotient_sum("e", -ONE, zeros))
    assert decision == Decided(0, 64)
    low, high = kernel.enclose(-ONE, zeros, None, decision.bits)
    assert low <= 0 <= high
    assert kernel.is_zero(-ONE, zeros, None)


def test_what_the_kernel_could_not_settle_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    near = quotient_sum("e", -ONE, [({ONE: ONE + TINY**600}, {ONE: ONE})])
    assert isinstance(sign(near), UndecidedSign)
    apart = [({ZERO: ONE}, ONE_PLUS_E), ({ZERO: -ONE}, {**ONE_PLUS_E, HALF: TINY**200})]
    unsettled = sign(quotient_sum("e", ZERO, apart))
    assert isinstance(unsettled, UndecidedSign)
    assert unsettled.reason == "16384 bits do not settle a sign, and it is not 0"
    monkeypatch.setattr(exponential, "MOST_TERMS", 1)
    two: kernel.Sum = {ZERO: Fraction(2), ONE: ONE}
    both: kernel.Sum = {ZERO: Fraction(2), ONE: Fraction(3), Fraction(2): ONE}
    hidden = quotient_sum(
        "e", ZERO, [({ZERO: ONE}, ONE_PLUS_E), ({ZERO: -ONE}, two), ({ZERO: -ONE}, both)]
    )
    assert isinstance(sign(hidden), UndecidedSign)
    above = sign(hidden + QuotientSum("e", TINY**10))
    assert isinstance(above, Decided)
    assert above.sign == 1


def test_ends_need_no_limit_on_exponents() -> None:
    far: list[kernel.Quotient] = [({ZERO: ONE}, {ZERO: ONE, Fraction(10**15): ONE})]
    ends = enclose(quotient_sum("e", ZERO, far))
    assert (ends.lower, ends.upper) == (-Fraction(1, 10**12), Fraction(1, 10**12))
    less_far = enclose(quotient_sum(3, ONE, [({ZERO: ONE}, {ZERO: ONE, Fraction(600_000): ONE})]))
    assert less_far.lower < 1 < less_far.upper
    assert less_far.exact is None  # it is rational, of a million digits
    same = quotient_sum(3, ONE, [*far, ({q + 1: -c for q, c in far[0][0].items()}, far[0][1])])
    assert isinstance(sign(same), Decided)


def test_more_digits_than_there_is_precision_for_are_refused() -> None:
    with pytest.raises(SizeError, match="fewer digits"):
        enclose(quotient_sum("e", ZERO, [({ZERO: ONE}, ONE_PLUS_E)]), digits=300_000)


def test_equal_structure_compares_equal() -> None:
    first, second = (
        quotient_sum(5, ONE, [({HALF: ONE}, {ZERO: ONE, HALF: ONE})]) for _ in range(2)
    )
    assert first == second
    assert first * 2 != second


def test_large_numbers_are_enclosed_as_closely_as_small_ones() -> None:
    """Ends rounded at flint's default 53 bits would never come closer than a millionth here."""
    value = QuotientSum(
        "e", ZERO, ((ExponentialSum({ONE: Fraction(10**30)}), ExponentialSum({ZERO: ONE})),)
    )
    ends = enclose(value)
    assert ends.upper - ends.lower <= Fraction(2, 10**12)
    assert 27 * 10**29 < ends.lower < 28 * 10**29
