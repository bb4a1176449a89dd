"""Numbers less a logarithm lie between their ends, however many digits are asked for."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from verifier.solve.exponential import QuotientSum
from verifier.solve.logarithm import LessLogarithm


@pytest.mark.parametrize("digits", [1, 12, 40])
@pytest.mark.parametrize(("base", "whole"), [("e", 2), ("e", 4), (2, 3), (3, 10)])
def test_it_lies_between_its_ends(base: str | int, whole: int, digits: int) -> None:
    number = LessLogarithm(QuotientSum(base, Fraction(1, 3)), Fraction(1, 10), whole)  # type: ignore[arg-type]
    ends = number.enclose(digits)
    with localcontext() as context:
        context.prec = 80
        log = Decimal(whole).ln() / (Decimal(1) if base == "e" else Decimal(base).ln())
        true = Decimal(1) / 3 - log / 10
        lower, upper = (Decimal(e.numerator) / e.denominator for e in (ends.lower, ends.upper))
        assert lower < true < upper
    assert ends.upper - ends.lower <= Fraction(2, 10**digits)
    assert (ends.lower * 10**digits).denominator == (ends.upper * 10**digits).denominator == 1
    assert ends.exact is None


@pytest.mark.parametrize(("base", "whole", "exact"), [(2, 4, 1), (3, 3, 2), (2, 8, 0)])
def test_that_of_a_power_of_the_base_is_exact(base: int, whole: int, exact: int) -> None:
    ends = LessLogarithm(QuotientSum(base, Fraction(3)), Fraction(1), whole).enclose()
    assert ends.lower == ends.upper == ends.exact == exact
