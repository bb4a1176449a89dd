"""The quantal user's expectations, as sums of quotients of exponentials (theory.md 3.2).

QR is `informed_reply` of her own payoff. The sums are exact; `solve.exponential` finds their signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from verifier.game.model import Game, Payoff
from verifier.solve.exponential import ExponentialSum, QuotientSum


def informed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns x_B.

    At every point she takes a with probability proportional to base^(eta E[u(a, y) | x_A, x_B]).
    """
    return _replies(game, payoff, [[point] for point in game.points])


def uninformed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns nothing but x_A."""
    by_observation: dict[str, list[tuple[str, str]]] = {}
    for point in game.points:
        by_observation.setdefault(point[0], []).append(point)
    return _replies(game, payoff, list(by_observation.values()))


def _replies(game: Game, payoff: Payoff, parts: Sequence[Sequence[tuple[str, str]]]) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns in which part the point lies."""
    eta, base = game.quantal.eta, game.quantal.base
    total = QuotientSum(base, Fraction(0))
    for part in parts:
        mass = sum((game.probability[point] for point in part), Fraction(0))
        numerator: dict[Fraction, Fraction] = {}
        denominator: dict[Fraction, Fraction] = {}
        for a in game.actions:
            utility = sum((game.user_payoff[(*point, a)] for point in part), Fraction(0)) / mass
            power = eta * utility
            worth = sum((payoff[(*point, a)] for point in part), Fraction(0))
            numerator[power] = numerator.get(power, Fraction(0)) + worth
            denominator[power] = denominator.get(power, Fraction(0)) + 1
        quotient = (ExponentialSum(numerator), ExponentialSum(denominator))
        total += QuotientSum(base, Fraction(0), (quotient,))
    return total
