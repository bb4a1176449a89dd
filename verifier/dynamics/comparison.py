"""What a course of best responses is compared with, and its end as an equilibrium (theory.md 3, 5
and 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.dynamics.offer import Offer, Offers
from verifier.dynamics.trajectory import gains
from verifier.numbers import rational
from verifier.solve.effort import USUAL, Effort
from verifier.theory.best_ai import BestAIValues, offered_by_all
from verifier.theory.guarantee import Guarantee
from verifier.theory.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.verdict import examine


@dataclass(frozen=True)
class Comparison:
    """What she can have: alone, from a perfect team, by the theorem, by bound*, in equilibrium, and
    from each agent alone.

    `paper_bound` is None where a hypothesis other than (hull) fails; `alone` is her worth of each
    agent's own best plan, the one worth least to her.
    """

    epsilon: Fraction
    no_information: Fraction
    team: Fraction
    optimum: Fraction
    paper_bound: Fraction | None
    certified_bound: Fraction
    best_ai_values: BestAIValues | None
    alone: Mapping[str, Fraction]

    def at_rest(self, step: Fraction) -> Fraction | None:
        """No course in which nobody moves any more ends with less: the lesser of TEAM - step and
        the paper's bound.

        Where TEAM is worth `step` more than the end, every agent of positive weight could win with
        the team-optimal rule and does not gain by it, as in the proof of G3. None where the paper's
        bound is. docs/explanation/theory.md 6.
        """
        return None if self.paper_bound is None else min(self.team - step, self.paper_bound)

    @property
    def best_alone(self) -> tuple[str, Fraction]:
        """The agent who serves her best when he is the only one, the first of several, and what she
        gets.
        """
        return max(self.alone.items(), key=lambda pair: pair[1])


def comparison(offers: Offers, effort: Effort = USUAL) -> Comparison:
    """All of them, for the user who picks the best agent."""
    report = examine(offers.game, [Guarantee.BEST_AI], None, effort)
    finding = report.findings[Guarantee.BEST_AI]
    alone = {
        agent.name: offers.best(n, offers.least).worth for n, agent in enumerate(offers.game.agents)
    }
    return Comparison(
        report.alignment.simplex.epsilon,
        report.benchmarks.no_information,
        report.benchmarks.team,
        report.benchmarks.optimum,
        None if finding.paper_bound is None else rational(finding.paper_bound),
        rational(finding.bound.value),
        finding.found.best_ai_values,
        alone,
    )


def settled(offers: Offers, offer: Offer) -> SignalEquilibrium | None:
    """The equilibrium in which all agents offer this; None if somebody gains by more than gamma, or
    cannot offer it.
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
    return offered_by_all(offers.curves, offer.signal, offer.response)
