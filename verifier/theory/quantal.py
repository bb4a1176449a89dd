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

Part = Mapping[tuple[str, str], Fraction]
"""The probability, at each point, that something is said."""


def informed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns x_B.

    At every point she takes a with probability proportional to base^(eta E[u(a, y) | x_A, x_B]).
    """
    if "informed replies" not in game.memo:
        points: list[Part] = [{point: Fraction(1)} for point in game.points]
        game.memo["informed replies"] = [(part, *_reply(game, part)) for part in points]
    return _expectation(game, payoff, game.memo["informed replies"])


def uninformed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns nothing but x_A."""
    return reply_to(game, payoff, [])


def reply_to(game: Game, payoff: Payoff, signals: Sequence[Signal]) -> QuotientSum:
    """The expectation of a payoff where the quantal user receives the messages of these signals."""
    types = signal_distribution(game, signals).items()
    parts: list[Part] = [{(t[0], x): p for x, p in chances.items()} for t, chances in types]
    return _expectation(game, payoff, [(part, *_reply(game, part)) for part in parts])


def _reply(game: Game, part: Part) -> tuple[Sequence[Fraction], ExponentialSum]:
    """The powers of the base to which she takes each action when a thing is said, and their sum."""
    mass = sum((p * game.probability[point] for point, p in part.items()), Fraction(0))
    rate, powers = game.quantal.eta / mass, list[Fraction]()
    for a in game.actions:
        powers.append(rate * sum([p * game.user_payoff[(*point, a)] for point, p in part.items()]))
    return powers, ExponentialSum({q: Fraction(powers.count(q)) for q in powers})


def _expectation(
    game: Game,
    payoff: Payoff,
    said: Sequence[tuple[Part, Sequence[Fraction], ExponentialSum]],
) -> QuotientSum:
    """The expectation of a payoff where the quantal user learns which of these things is said.

    They come with how she replies.
    """
    quotients = []
    for part, powers, below in said:
        above = dict.fromkeys(powers, Fraction(0))
        for a, power in zip(game.actions, powers, strict=True):
            above[power] += sum([p * payoff[(*point, a)] for point, p in part.items()])
        quotients.append((ExponentialSum(above), below))
    return QuotientSum(game.quantal.base, Fraction(0), tuple(quotients))
