"""Beliefs over what the agents see: what actions are worth there, and where a signal leads
(theory.md 6, one agent).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import Game, Payoff
from verifier.game.response import best_actions_at, signal_distribution
from verifier.game.rules import Signal
from verifier.theory.persuasion import Plan, strategy_name

Belief = tuple[Fraction, ...]
"""One probability per agent observation, in instance order."""


@dataclass(frozen=True)
class Posterior:
    """Where a message leads, how likely it is, and what the user may then do (all her best actions,
    in instance order).
    """

    message: str
    belief: Belief
    probability: Fraction
    actions: tuple[str, ...]


def prior(game: Game) -> Belief | None:
    """The prior over the agents' observations; None where one has probability 0, or where the user
    observes something.

    With one user observation her posterior utilities are linear in this belief, whatever the states
    are.
    """
    if len(game.user_support) != 1 or len(game.points) != len(game.agent_observations):
        return None
    return tuple(game.probability[game.user_support[0], x] for x in game.agent_observations)


def corners(game: Game, payoff: Payoff) -> dict[str, Belief]:
    """What each action is worth where x_B is known: one number per agent observation.

    Domain: games that have a `prior`.
    """
    (x_user,) = game.user_support
    chances = {x: game.probability[x_user, x] for x in game.agent_observations}
    return {a: tuple(payoff[x_user, x, a] / p for x, p in chances.items()) for a in game.actions}


def worth(corner: Belief, belief: Belief) -> Fraction:
    """What an action is worth at a belief."""
    return sum((p * value for p, value in zip(belief, corner, strict=True)), Fraction(0))


def signal_of(game: Game, plan: Plan) -> Signal:
    """A lone agent's plan as a signal: messages name the strategies that it recommends.

    Domain: a plan of `persuade`.
    """
    says: dict[str, Mapping[str, Fraction]] = {}
    for x in game.agent_observations:
        says[x] = {strategy_name(s): p for (cell, s), p in plan.sends.items() if x in cell and p}
    return says


def posteriors(game: Game, signal: Signal) -> tuple[Posterior, ...]:
    """Where a signal leads, a message after the other. Domain: games that have a `prior`."""
    chances = prior(game) or ()
    told, observations = signal_distribution(game, [signal]), game.agent_observations
    found = []
    for heard, seen in told.items():
        masses = [p * seen.get(x, Fraction(0)) for x, p in zip(observations, chances, strict=True)]
        total = sum(masses, Fraction(0))
        if total:
            best = best_actions_at(game, heard, seen)
            found.append(Posterior(heard[1], tuple(mass / total for mass in masses), total, best))
    return tuple(found)
