"""Profiles of signals that no agent gains by leaving: the exact check, with prices for every agent
(theory.md 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from verifier.game.model import Game, Ties
from verifier.game.response import (
    Response,
    best_actions_at,
    consistent,
    expected,
    signal_distribution,
)
from verifier.game.rules import Signal
from verifier.notebook import signals
from verifier.numbers import show
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviation import DeviationBound, deviation_bound
from verifier.theory.persuasion import Plan, Subproblem, strategy_name


@dataclass(frozen=True)
class SignalEquilibrium:
    """Every agent speaks by a signal, the user responds as stated, and the deterrences show that
    nobody gains by deviating.

    `common`: the user picks one of several agents who all offer the same signal, and hears only
    that one. `kind` says where it comes from: "partition", "optimal plan", "common signal", "given
    profile".
    """

    kind: str
    signals: Mapping[str, Signal]
    common: bool
    response: Response
    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]
    deviation_bounds: tuple[DeviationBound, ...]

    def _repr_html_(self) -> str:
        """For notebooks."""
        return signals(
            f"An equilibrium ({self.kind}), worth {show(self.user_utility)} to the user",
            self.signals,
        )


def verify_profile(
    game: Game,
    kind: str,
    signals: Mapping[str, Signal],
    response: Response,
    effort: Effort = USUAL,
    known: Mapping[str, DeviationBound | None] = MappingProxyType({}),
) -> SignalEquilibrium | None:
    """The profile as an equilibrium; None where her response breaks the tie rule, or the prices
    leave some agent a gain.

    For a user who hears all agents. `known` are prices that were found before.
    """
    told = signal_distribution(game, list(signals.values()))
    if any(
        response[t] not in best_actions_at(game, t, seen, game.ties) for t, seen in told.items()
    ):
        return None
    if game.ties is Ties.BELIEF and not consistent(game, told, response):
        return None
    utilities = {
        name: expected(payoff, told, response) for name, payoff in game.agent_payoffs.items()
    }
    found = []
    for agent in game.agents:
        others = [signal for name, signal in signals.items() if name != agent.name]
        enough = utilities[agent.name] + game.gamma
        held = known.get(agent.name) or deviation_bound(
            game, agent, signal_distribution(game, others), effort, enough
        )
        if held.value > enough:
            return None
        found.append(held)
    utility = expected(game.user_payoff, told, response)
    return SignalEquilibrium(kind, dict(signals), False, response, utility, utilities, tuple(found))


def as_signal(game: Game, subproblem: Subproblem, plan: Plan) -> tuple[Signal, Response]:
    """A plan as a signal whose messages name the strategies that she follows, and her response."""
    signal: dict[str, dict[str, Fraction]] = {x: {} for x in game.agent_observations}
    for (cell, strategy), p in plan.sends.items():
        for x in cell:
            signal[x][strategy_name(strategy)] = p
    for says in signal.values():
        if not says:  # an observation of probability zero
            says.update(next(words for words in signal.values() if words))
    spoken = {strategy_name(s): s for s in plan.messages}
    place = {t[0]: n for n, t in enumerate(subproblem.types)}
    return signal, {t: spoken[t[1]][place[t[0]]] for t in signal_distribution(game, [signal])}
