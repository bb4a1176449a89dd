"""Equilibria in signals: an optimal response, and dual prices that bound every deviation.

A profile of signals with the user's response is verified in two steps (theory.md 6.1):

1. The response must be optimal for every type of positive probability, under the tie rule.
2. For each agent, the deviation bound against the others' signals must not exceed his utility by
   more than gamma.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from verifier.frozen import FrozenDict
from verifier.game.model import Game, Ties
from verifier.game.response import (
    Response,
    SignalDistribution,
    best_actions_at,
    consistent,
    expected,
    signal_distribution,
)
from verifier.game.rules import Signal
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviations.deviation import DeviationBound, deviation_bound
from verifier.theory.deviations.persuasion import Plan, Subproblem, strategy_name


@dataclass(frozen=True, repr=False)
class SignalEquilibrium(Result):
    """An equilibrium in signals: one for every agent, the user's response, and deviation bounds.

    `kind` says where the profile comes from: `partition`, `partition with a speaker`, `silence`,
    `all tell`, `one tells`, `announcements`, `best replies`, `coin`, `two senders`, `optimal plan`,
    `common signal`, `different offers`, `an evaluation that errs` or `given profile`.
    `deviation_bounds` are in the order of the agents, without those who can offer a user who
    picks nothing better than the others do; `at_most`, what by them any rule gives an agent,
    exceeds no agent's utility by more than gamma. `picked`: the agent whom a user who picks one has
    picked, where the agents' signals may differ; None where she receives all messages, or all offer
    the same. `turns_to`: for each agent another whom she picks if he deviates, where her evaluation
    errs so much; else empty.
    """

    kind: str
    signals: Mapping[str, Signal]
    response: Response
    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]
    deviation_bounds: tuple[DeviationBound, ...]
    at_most: Mapping[str, Fraction]
    picked: str | None = None
    turns_to: Mapping[str, str] = FrozenDict()

    @property
    def received(self) -> Mapping[str, Signal]:
        """The signals whose messages she receives: of all agents, or of the one whom she picks.

        Where she picks one and all offer the same, it is the signal of the first.
        """
        if self.picked is not None:
            return {self.picked: self.signals[self.picked]}
        number = max((len(messages) for _, *messages in self.response), default=0)
        return dict(list(self.signals.items())[:number])


def verify_profile(
    game: Game,
    kind: str,
    signals: Mapping[str, Signal],
    response: Response,
    effort: Effort = USUAL,
    known: Mapping[str, DeviationBound | None] = MappingProxyType({}),
) -> SignalEquilibrium | None:
    """The profile as an equilibrium, for a user who receives the messages of all agents.

    None where the response is not optimal under the tie rule, or where some deviation bound leaves
    an agent a gain of more than gamma. `known`: deviation bounds that need not be computed again.
    """
    distribution = signal_distribution(game, list(signals.values()))
    if not _is_optimal(game, distribution, response):
        return None
    utilities = {
        name: expected(payoff, distribution, response)
        for name, payoff in game.agent_payoffs.items()
    }
    bounds = []
    for agent in game.agents:
        others = [signal for name, signal in signals.items() if name != agent.name]
        enough = utilities[agent.name] + game.gamma
        bound = known.get(agent.name) or deviation_bound(
            game, agent, signal_distribution(game, others), effort, enough
        )
        if bound.value > enough:
            return None
        bounds.append(bound)
    utility = expected(game.user_payoff, distribution, response)
    at_most = {bound.agent: bound.value for bound in bounds}
    return SignalEquilibrium(
        kind, dict(signals), response, utility, utilities, tuple(bounds), at_most
    )


def _is_optimal(game: Game, distribution: SignalDistribution, response: Response) -> bool:
    """Whether the response is optimal for every type, and fits the tie rule."""
    if any(
        response[t] not in best_actions_at(game, t, points, game.ties)
        for t, points in distribution.items()
    ):
        return False
    return game.ties is not Ties.BELIEF or consistent(game, distribution, response)


def as_signal(game: Game, subproblem: Subproblem, plan: Plan) -> tuple[Signal, Response]:
    """The plan as a signal whose messages name the strategies, with the obedient response."""
    signal: dict[str, dict[str, Fraction]] = {x: {} for x in game.agent_observations}
    for (cell, strategy), p in plan.sends.items():
        for x in cell:
            signal[x][strategy_name(strategy)] = p
    for messages in signal.values():
        if not messages:  # an observation of probability zero
            messages.update(next(others for others in signal.values() if others))
    recommended = {strategy_name(s): s for s in plan.messages}
    number = {t[0]: n for n, t in enumerate(subproblem.types)}
    response = {t: recommended[t[1]][number[t[0]]] for t in signal_distribution(game, [signal])}
    return signal, response
