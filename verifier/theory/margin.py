"""How far a bound is from its claim, and why a claim is open (theory.md 9.1)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

from verifier.numbers import digits, enclose, is_long, visible
from verifier.solve.exponential import Decided, QuotientSum, UndecidedSign
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding


def margin_words(finding: Finding) -> str | None:
    """How a bound compares with its claim; None where the digits shown tell, or nothing does."""
    bound, claimed, order = finding.bound.value, finding.claimed_bound, finding.margin
    shown = digits(bound)
    told = shown.nature is None or str(shown) != str(digits(claimed))
    if told or isinstance(order, UndecidedSign):
        return None
    if order.sign == 0:
        return "exactly what is claimed"
    more = "more" if order.sign > 0 else "less"
    return f"{more} than is claimed, by {_size((bound - claimed) * order.sign)}"


def _size(gap: Fraction | QuotientSum) -> str:
    """A positive number, or a power of ten that it is below."""
    ends = visible(gap)
    return str(digits(gap)) if ends.lower > 0 else f"less than 10^-{len(str(1 / ends.upper)) - 1}"


def why_open(finding: Finding) -> str:
    """What is missing for a verdict on a claim, and what may decide it."""
    left_out = finding.found.left_out
    if isinstance(finding.margin, Decided) and finding.margin.sign >= 0:
        return f"the bound proves the claim, but no equilibrium is known ({left_out})"
    missing = _missing(finding) + (f" ({left_out})" if left_out else "")
    own = ""
    if finding.guarantee is Guarantee.BAYES:
        own = "; rules of your own can be judged with `verifier equilibria INSTANCE --rules FILE`"
    return f"{missing}; with --tolerance {_enough(finding)} or more the bound proves the claim{own}"


def _missing(finding: Finding) -> str:
    if isinstance(finding.margin, UndecidedSign):
        return f"it is not decided whether the bound reaches the claim: {finding.margin.reason}"
    if finding.equilibrium is None:
        return "the bound is below the claim, and no equilibrium is known"
    if isinstance(finding.shortfall, UndecidedSign):
        return (
            "the bound is below the claim, and it is not decided whether the equilibrium found is:"
            f" {finding.shortfall.reason}"
        )
    return "the bound is below the claim, and no equilibrium below the claim was found"


def _enough(finding: Finding) -> str:
    """A tolerance with which the bound reaches the claim: the least, or a little more."""
    least = finding.tolerance + enclose(finding.claimed_bound - finding.bound.value).upper / 2
    if isinstance(finding.claimed_bound, Fraction) and not is_long(least):
        return str(least)
    above = Context(prec=6, rounding=ROUND_CEILING)
    return str(above.divide(Decimal(least.numerator), Decimal(least.denominator)))
