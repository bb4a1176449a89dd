"""Values with which a trajectory is compared, and its end as an equilibrium (theory.md 6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.dynamics.offer import Offer, Offers
from verifier.dynamics.trajectory import gains
from verifier.numbers import rational
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.best_ai import BestAIValues, offered_by_all
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine


@dataclass(frozen=True)
class Comparison:
    """The user's payoff in other situations: benchmarks, bounds, equilibria, a single agent.

    `no_information`, `team` and `optimum` are the benchmarks of theory.md 3.1. `paper_bound` is
    None where a hypothesis other than (hull) fails. `best_ai_values` are the user's values in
    equilibrium. `alone` has, for each agent, her payoff from his optimal plan if he were the only
    one: of several such plans the one worth least to her, and in `alone_at_most` the one worth most
    (theory.md 6.6).
    """

    epsilon: Fraction
    no_information: Fraction
    team: Fraction
    optimum: Fraction
    paper_bound: Fraction | None
    certified_bound: Fraction
    best_ai_values: BestAIValues | None
    alone: Mapping[str, Fraction]
    alone_at_most: Mapping[str, Fraction]

    def at_rest(self, step: Fraction) -> Fraction | None:
        """The least that a trajectory at rest can end with: TEAM - step or the paper's bound.

        The lesser of the two counts; None where there is no paper's bound. Where TEAM is worth
        `step` more than the end, every agent of positive weight could win with the team-optimal
        rule and does not gain by it, as in the proof of G3 (theory.md 6.6).
        """
        return None if self.paper_bound is None else min(self.team - step, self.paper_bound)

    @property
    def best_alone(self) -> tuple[str, Fraction]:
        """The agent who is best for the user when alone, and the least that she gets from him.

        Of several the one from whom she may get most, and the first of several such.
        """
        best = max(self.alone, key=lambda name: (self.alone[name], self.alone_at_most[name]))
        return best, self.alone[best]


def comparison(offers: Offers, effort: Effort = USUAL) -> Comparison:
    """The comparison for a game of the user who picks the best agent."""
    report = examine(offers.game, [Guarantee.BEST_AI], None, effort)
    finding = report.finding(Guarantee.BEST_AI)
    least, most = (
        {
            agent.name: offers.best(n, offers.least, goal).worth
            for n, agent in enumerate(offers.game.agents)
        }
        for goal in (Goal.MINIMISE, Goal.MAXIMISE)
    )
    return Comparison(
        report.alignment.claimed.epsilon,
        report.benchmarks.no_information,
        report.benchmarks.team,
        report.benchmarks.optimum,
        None if finding.paper_bound is None else rational(finding.paper_bound),
        rational(finding.bound.value),
        finding.found.best_ai_values,
        least,
        most,
    )


def end_equilibrium(offers: Offers, offer: Offer) -> SignalEquilibrium | None:
    """The equilibrium in which all agents make this offer; None if it is none.

    It is none if somebody gains by more than gamma, or cannot offer the signal.
    """
    game = offers.game
    if any(gain > game.gamma for gain in gains(offers, offer).values()):
        return None
    if len(game.agents) == 1:
        return verify_profile(
            game, "optimal plan", {offer.agent: offer.signal}, offer.response, offers.effort
        )
    for agent in game.agents:
        if any(offer.signal[x] != offer.signal[cell[0]] for cell in agent.sees for x in cell):
            return None
    return offered_by_all(offers.frontiers, offer.signal, offer.response)
