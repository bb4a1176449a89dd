"""Is this profile of rules an equilibrium?

The proof, the profitable deviation, or neither (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import (
    RangeEnd,
    Response,
    SignalDistribution,
    best_actions_at,
    payoff_end,
    signal_distribution,
    sure_end,
)
from verifier.game.rules import ConversationRule, Profile, Signal
from verifier.notebook import bounds, signals
from verifier.numbers import show
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviation import DeviationBound, Knows, MessageSetOption, deviation_bound
from verifier.theory.dominance import strictly_followed
from verifier.theory.persuasion import (
    Strategy,
    Subproblem,
    independent_types,
    strategy_name,
    subproblem_of,
)
from verifier.theory.signal_equilibrium import SignalEquilibrium, verify_profile

RESPONSE_LIMIT = 256
"""Most ways to break her ties that are tried."""

FINEST = 30
"""A strict deviation is sought within 2^-FINEST of the supremum."""


@dataclass(frozen=True)
class Refutation:
    """No equilibrium, whatever the user does at indifference: the agent has at most `before` and
    surely gets `after`.
    """

    signals: Mapping[str, Signal]
    agent: str
    deviation: Signal
    before: Fraction
    after: Fraction

    def _repr_html_(self) -> str:
        """For notebooks: the deviation."""
        caption = (
            f"No equilibrium: {self.agent} has at most {show(self.before)}, and {show(self.after)}"
            " by saying"
        )
        return signals(caption, {self.agent: self.deviation})


@dataclass(frozen=True)
class Unsettled:
    """Neither: per agent what he has at most, and what no deviation of his exceeds."""

    bounds: Mapping[str, tuple[Fraction, Fraction]]

    def _repr_html_(self) -> str:
        """For notebooks."""
        return bounds("Open", self.bounds)


def one_shot(game: Game, rule: ConversationRule) -> Signal | None:
    """The rule as a signal, if what the agent says depends on nothing that the user says."""
    if not rule.answers:
        return rule.opening
    return rule.answers.get(((), 0)) if game.conversation.one_shot else None


def signals_of(game: Game, profile: Profile) -> dict[str, Signal] | None:
    """All rules as signals, or None if one of them is a conversation."""
    found = {name: one_shot(game, rule) for name, rule in profile.items()}
    spoken = {
        name: signal
        for name, signal in found.items()
        if signal is not None and len(signal) == len(game.agent_observations)
    }
    return spoken if len(spoken) == len(found) else None


def judge(
    game: Game, signals: Mapping[str, Signal], effort: Effort = USUAL
) -> SignalEquilibrium | Refutation | Unsettled:
    """Decides whether signals are an equilibrium for a user who hears all agents (`bayes`).

    An equilibrium if under some response that the tie rule allows no agent gains; none if an agent
    surely gains under every response. In between (ties that matter, a deviator who is granted more
    than he knows) it stays unsettled.
    """
    told = signal_distribution(game, list(signals.values()))
    held = {agent.name: _held(game, agent, signals, told, effort) for agent in game.agents}
    for response in _responses(game, told):
        found = verify_profile(game, "given profile", signals, response, effort, held)
        if found is not None:
            return found
    for agent in game.agents:
        refuted = _refute(game, agent, signals, told, held[agent.name], effort)
        if refuted is not None:
            return refuted
    ends = {
        name: payoff_end(game, game.agent_payoff(name), told, RangeEnd.GREATEST) for name in signals
    }
    return Unsettled({name: (end, held[name].value) for name, end in ends.items()})


def _held(
    game: Game,
    agent: Agent,
    signals: Mapping[str, Signal],
    told: SignalDistribution,
    effort: Effort,
) -> DeviationBound:
    others = [signal for name, signal in signals.items() if name != agent.name]
    least = payoff_end(game, game.agent_payoff(agent.name), told, RangeEnd.LEAST) + game.gamma
    return deviation_bound(game, agent, signal_distribution(game, others), effort, least)


def _responses(game: Game, told: SignalDistribution) -> Iterator[Response]:
    """Her optimal responses that fit the tie rule, up to RESPONSE_LIMIT."""
    ties = game.ties
    options = [best_actions_at(game, t, seen, ties) for t, seen in told.items()]
    for chosen in islice(product(*options), RESPONSE_LIMIT):
        yield dict(zip(told, chosen, strict=True))


def _refute(
    game: Game,
    agent: Agent,
    signals: Mapping[str, Signal],
    told: SignalDistribution,
    held: DeviationBound,
    effort: Effort,
) -> Refutation | None:
    payoff = game.agent_payoff(agent.name)
    before = payoff_end(game, payoff, told, RangeEnd.GREATEST)
    if held.value <= before + game.gamma or (held.knows is Knows.ALL and len(told) > 1):
        return None
    others = [signal for name, signal in signals.items() if name != agent.name]
    for deviation in _deviations(game, agent, signal_distribution(game, others), held, effort):
        if not game.conversation.conveys(
            len({word for says in deviation.values() for word in says})
        ):
            continue
        spoken = [deviation if name == agent.name else signal for name, signal in signals.items()]
        after = payoff_end(game, payoff, signal_distribution(game, spoken), sure_end(game.ties))
        if after > before + game.gamma:
            return Refutation(signals, agent.name, deviation, before, after)
    return None


def _deviations(
    game: Game, agent: Agent, distribution: SignalDistribution, held: DeviationBound, effort: Effort
) -> Iterator[Signal]:
    """The oracle's plan, then plans near it at which she strictly prefers what she is told."""
    parts = list(independent_types(agent, distribution))
    subproblems = [subproblem_of(game, agent, part) for part in parts]
    by_types = {frozenset(block.types): block.best for block in held.blocks}
    if any(frozenset(subproblem.types) not in by_types for subproblem in subproblems):
        return
    plans = [by_types[frozenset(subproblem.types)] for subproblem in subproblems]
    yield _spoken(game, subproblems, plans, [], Fraction(0))
    if game.conversation.rich:
        nudges = [
            _nudges(game, subproblem, plan, effort)
            for subproblem, plan in zip(subproblems, plans, strict=True)
        ]
        for n in range(1, FINEST):
            yield _spoken(game, subproblems, plans, nudges, Fraction(1, 2**n))


Perturbation = Mapping[Strategy, Mapping[Cell, Fraction]]
"""Strategy -> cell -> how often it is also recommended there, to make her prefer it strictly."""


def _spoken(
    game: Game,
    subproblems: Sequence[Subproblem],
    plans: Sequence[MessageSetOption],
    nudges: Sequence[Perturbation],
    share: Fraction,
) -> dict[str, dict[str, Fraction]]:
    """Plans of all blocks as one signal.

    A message names the strategy; with several blocks, a number that each block reads.
    """
    signal: dict[str, dict[str, Fraction]] = {x: {} for x in game.agent_observations}
    for place, (subproblem, plan) in enumerate(zip(subproblems, plans, strict=True)):
        used = list(dict.fromkeys(s for _, s in plan.sends))
        for number, cell in enumerate(subproblem.cells):
            says: dict[str, Fraction] = {}
            for n, s in enumerate(used):
                p = (1 - share) * plan.sends.get((cell, s), Fraction(0))
                p += share * nudges[place][s][cell] / len(used) if share else Fraction(0)
                if p:
                    says[strategy_name(s) if len(subproblems) == 1 else str(n + 1)] = p
            rest = 1 - sum(says.values(), Fraction(0))
            if rest:
                says[
                    (
                        _fresh(f"it is {cell[0]}", used)
                        if len(subproblems) == 1
                        else str(len(used) + 1 + number)
                    )
                ] = rest
            for x in cell:
                signal[x] = says
    for says in signal.values():
        if not says:  # an observation of probability zero
            says["1"] = Fraction(1)
    return signal


def _fresh(word: str, used: Sequence[Strategy]) -> str:
    """The word, marked until it is no strategy's name."""
    taken = {strategy_name(s) for s in used}
    while word in taken:
        word += "'"
    return word


def _nudges(
    game: Game, subproblem: Subproblem, plan: MessageSetOption, effort: Effort
) -> dict[Strategy, Mapping[Cell, Fraction]]:
    """For every strategy used, frequencies per cell at which she strictly prefers it; none where
    there are none.
    """
    weak = game.ties is Ties.ORDER
    found = {
        s: strictly_followed(game, subproblem, s, effort, order=weak)
        for s in dict.fromkeys(s for _, s in plan.sends)
    }
    return {s: nudge or dict.fromkeys(subproblem.cells, Fraction(0)) for s, nudge in found.items()}
