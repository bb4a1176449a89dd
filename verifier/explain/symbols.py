"""The symbols of theory.md that stories use."""

from __future__ import annotations

from fractions import Fraction

from verifier.explain.document import Formula, Number, Symbol, Term, plus

EPSILON = Symbol("epsilon")
GAMMA = Symbol("gamma")
OPT = Symbol("OPT")
TEAM = Symbol("TEAM")
QR = Symbol("QR")
LOSS = Symbol("loss")
"""The loss of a quantal user to whom the agents cannot reveal everything (theory.md 4.2)."""
USER_UTILITY = Symbol("u", argument="mu")
"""The user's utility in the outcome mu of the equilibrium."""
DEVIATION_UTILITY = Symbol("u", argument="nu")
"""The user's utility in the outcome nu after a revealing deviation."""


def utility_symbol(index: int, outcome: str = "mu") -> Symbol:
    """The utility U_i of agent i in an outcome."""
    return Symbol("U", index, outcome)


def payoff_symbol(index: int) -> Symbol:
    """The deviation payoff d_i of agent i."""
    return Symbol("d", index)


def single(symbol: Symbol) -> Formula:
    """The formula of a single symbol."""
    return Formula((plus(symbol),))


def signed(value: Number, *symbols: Symbol) -> Term:
    """The term value times symbols, with the sign of a rational value; others count as positive."""
    if isinstance(value, Fraction):
        return Term(abs(value), symbols, minus=value < 0)
    return Term(value, symbols)
