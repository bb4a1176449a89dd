"""The quantal user's expectations, as sums of quotients of exponentials (theory.md 3.2).

QR is `informed_reply` of her own payoff. The sums are exact; `solve.exponential` finds their signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.game.model import Game, Payoff
from verifier.game.response import signal_distribution
from verifier.game.rules import Signal
from verifier.solve.exponential import ExponentialSum, QuotientSum


def informed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns x_B.

    At every point she takes a with probability proportional to base^(eta E[u(a, y) | x_A, x_B]).
    """
    return _replies(game, payoff, [{point: Fraction(1)} for point in game.points])


def uninformed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns nothing but x_A."""
    return reply_to(game, payoff, [])


def reply_to(game: Game, payoff: Payoff, signals: Sequence[Signal]) -> QuotientSum:
    """The expectation of a payoff where the quantal user receives the messages of these signals."""
    types = signal_distribution(game, signals).items()
    return _replies(
        game, payoff, [{(t[0], x): p for x, p in chances.items()} for t, chances in types]
    )


def _replies(
    game: Game, payoff: Payoff, parts: Sequence[Mapping[tuple[str, str], Fraction]]
) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns which of these things is said.

    A part has the probability, at each point, that it is said.
    """
    eta, base = game.quantal.eta, game.quantal.base
    total = QuotientSum(base, Fraction(0))
    for part in parts:
        mass = sum((p * game.probability[point] for point, p in part.items()), Fraction(0))
        numerator: dict[Fraction, Fraction] = {}
        denominator: dict[Fraction, Fraction] = {}
        for a in game.actions:
            hers, worth = (
                sum((p * table[(*point, a)] for point, p in part.items()), Fraction(0))
                for table in (game.user_payoff, payoff)
            )
            power = eta * hers / mass
            numerator[power] = numerator.get(power, Fraction(0)) + worth
            denominator[power] = denominator.get(power, Fraction(0)) + 1
        quotient = (ExponentialSum(numerator), ExponentialSum(denominator))
        total += QuotientSum(base, Fraction(0), (quotient,))
    return total
