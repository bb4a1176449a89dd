"""Beliefs over the agents' observations, payoffs there, and posteriors (theory.md 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import Game, Payoff
from verifier.game.response import best_actions_at, signal_distribution
from verifier.game.rules import Signal
from verifier.theory.deviations.persuasion import Plan, strategy_name

Belief = tuple[Fraction, ...]
"""One probability per agent observation, in instance order."""


@dataclass(frozen=True)
class Posterior:
    """The posterior after a message, its probability, and the user's best actions there.

    `actions` come in instance order.
    """

    message: str
    belief: Belief
    probability: Fraction
    actions: tuple[str, ...]


def prior(game: Game) -> Belief | None:
    """The prior over the agents' observations.

    It is None where an observation has probability 0, or where the user has several observations.
    With one, her utility of an action is linear in this belief, whatever the states are.
    """
    if len(game.user_support) != 1 or len(game.points) != len(game.agent_observations):
        return None
    return tuple(game.probability[game.user_support[0], x] for x in game.agent_observations)


def action_payoffs(game: Game, payoff: Payoff) -> dict[str, Belief]:
    """The payoff of each action given x_B: one number per agent observation.

    Domain: games that have a `prior`.
    """
    (x_user,) = game.user_support
    chances = {x: game.probability[x_user, x] for x in game.agent_observations}
    return {a: tuple(payoff[x_user, x, a] / p for x, p in chances.items()) for a in game.actions}


def average(values: Belief, belief: Belief) -> Fraction:
    """The average of values at the agent observations under a belief."""
    return sum((p * value for p, value in zip(belief, values, strict=True)), Fraction(0))


def signal_of(game: Game, plan: Plan) -> Signal:
    """The plan of a single sender as a signal: messages name the recommended strategies.

    Domain: a plan of `persuade`.
    """
    messages: dict[str, Mapping[str, Fraction]] = {}
    for x in game.agent_observations:
        messages[x] = {
            strategy_name(s): p for (cell, s), p in plan.sends.items() if x in cell and p
        }
    return messages


def posteriors(game: Game, signal: Signal) -> tuple[Posterior, ...]:
    """The posteriors of a signal, one per message. Domain: games that have a `prior`."""
    chances = prior(game) or ()
    distribution, observations = signal_distribution(game, [signal]), game.agent_observations
    found = []
    for user_type, likelihood in distribution.items():
        pairs = zip(observations, chances, strict=True)
        masses = [p * likelihood.get(x, Fraction(0)) for x, p in pairs]
        total = sum(masses, Fraction(0))
        if total:
            best = best_actions_at(game, user_type, likelihood)
            belief = tuple(mass / total for mass in masses)
            found.append(Posterior(user_type[1], belief, total, best))
    return tuple(found)
