"""Signs and ends of quotient sums against the kernel's own arithmetic, which shares no code with them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.test_exponential import COEFFICIENTS, POSITIVE, QUOTIENTS
from verifier.kernel import exponential
from verifier.solve.ball import Base, Decided, ExponentialSum, QuotientSum, enclose, sign, simplify

BASES: st.SearchStrategy[Base] = st.sampled_from(["e", 2, 3, 7])
ZERO, ONE = Fraction(0), Fraction(1)


def quotient_sum(base: Base, constant: Fraction, quotients: list[exponential.Quotient]) -> QuotientSum:
    return QuotientSum(base, constant, tuple((ExponentialSum(n), ExponentialSum(d)) for n, d in quotients))


def plain(base: Base) -> int | None:
    return None if base == "e" else base


@settings(max_examples=150, deadline=None)
@given(constant=COEFFICIENTS, quotients=QUOTIENTS, base=BASES)
def test_signs_are_settled_for_the_kernel_at_the_stated_bits(
    constant: Fraction, quotients: list[exponential.Quotient], base: Base
) -> None:
    decision = sign(quotient_sum(base, constant, quotients))
    assert isinstance(decision, Decided)
    if decision.sign == 0:
        assert exponential.is_zero(constant, quotients, plain(base))
    else:
        assert not exponential.is_zero(constant, quotients, plain(base))
        low, high = exponential.enclose(constant, quotients, plain(base), decision.bits)
        assert low > 0 if decision.sign > 0 else high < 0


@settings(max_examples=100, deadline=None)
@given(constant=COEFFICIENTS, quotients=QUOTIENTS, base=BASES)
def test_ends_are_decimals_that_enclose(constant: Fraction, quotients: list[exponential.Quotient], base: Base) -> None:
    ends = enclose(quotient_sum(base, constant, quotients), digits=9)
    low, high = exponential.enclose(constant, quotients, plain(base), 400)
    if ends.exact is not None:
        assert ends.lower == ends.upper == ends.exact
        assert low <= ends.exact <= high
        assert exponential.is_zero(constant - ends.exact, quotients, plain(base))
    else:
        assert ends.lower <= low <= high <= ends.upper
        assert ends.upper - ends.lower <= Fraction(2, 10**9)
        assert (ends.lower * 10**9).denominator == 1


@settings(max_examples=60, deadline=None)
@given(weights=POSITIVE, base=BASES)
def test_a_quantity_minus_itself_is_zero(weights: dict[Fraction, Fraction], base: Base) -> None:
    total = QuotientSum.constant_sum(base, -ONE)
    for q, c in weights.items():
        total += QuotientSum(base, ZERO, ((ExponentialSum({q: c}), ExponentialSum(weights)),))
    assert sign(total) == Decided(0, 64)
    assert simplify(total).quotients == ()
    assert sign(total - total.scale(Fraction(3))) == Decided(0, 64)


def test_a_zero_that_only_shows_when_multiplied_out() -> None:
    one_plus_e = ExponentialSum({ZERO: ONE, ONE: ONE})
    other = ExponentialSum({ZERO: Fraction(2), ONE: ONE})
    product = ExponentialSum({ZERO: Fraction(2), ONE: Fraction(3), Fraction(2): ONE})
    unit = ExponentialSum({ZERO: ONE})
    # 1/(1+e) - 1/(2+e) = 1/((1+e)(2+e))
    value = QuotientSum("e", ZERO, ((unit, one_plus_e), (unit.scale(-ONE), other), (unit.scale(-ONE), product)))
    assert sign(value) == Decided(0, 0)
    assert isinstance(sign(value + QuotientSum.constant_sum("e", Fraction(1, 10**300))), Decided)


def test_prime_base_with_integer_exponents_is_rational() -> None:
    value = QuotientSum(2, ZERO, ((ExponentialSum({ZERO: ONE, ONE: ONE}), ExponentialSum({ZERO: ONE, Fraction(3): ONE})),))
    assert enclose(value).exact == Fraction(1, 3)


def test_bases_do_not_mix() -> None:
    with pytest.raises(ValueError, match="bases e and 2 do not mix"):
        QuotientSum.constant_sum("e", ONE) + QuotientSum.constant_sum(2, ONE)


def test_equal_denominators_cancel_before_anything_is_multiplied_out() -> None:
    wide = tuple(
        (ExponentialSum({ZERO: ONE}), ExponentialSum({Fraction(k * 11**n, 7): ONE + k for k in range(12)})) for n in range(6)
    )
    value = QuotientSum("e", ZERO, wide)
    nothing = value - value
    assert sign(nothing) == Decided(0, 64)
    shifted = QuotientSum("e", ZERO, tuple((ExponentialSum({ONE: ONE}), below) for _, below in wide))
    assert isinstance(sign(value - shifted), Decided)
