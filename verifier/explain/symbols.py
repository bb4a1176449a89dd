"""The letters of theory.md that the stories use."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Formula, Number, Symbol, Term, plus

EPSILON = Symbol("epsilon")
GAMMA = Symbol("gamma")
OFFSET = Symbol("c")
OPT = Symbol("OPT")
TEAM = Symbol("TEAM")
QR = Symbol("QR")
BLUR = Symbol("blur")
"""What a quantal user loses where the agents cannot tell her all."""
HERS = Symbol("u", argument="mu")
"""The user's utility in the outcome mu of whichever equilibrium is played."""
INFORMED = Symbol("u", argument="nu")
"""The user's utility in the outcome nu after a revealing deviation."""


def his(index: int, outcome: str = "mu") -> Symbol:
    """U_i of an outcome."""
    return Symbol("U", index, outcome)


def secured(index: int) -> Symbol:
    """d_i: what agent i can be sure of."""
    return Symbol("d", index)


def single(symbol: Symbol) -> Formula:
    """A formula that is one letter."""
    return Formula((plus(symbol),))


def signed(value: Number, *symbols: Symbol) -> Term:
    """A term whose sign is that of its rational coefficient; irrational coefficients count as
    positive.
    """
    if isinstance(value, Fraction):
        return Term(abs(value), symbols, minus=value < 0)
    return Term(value, symbols)
