"""Verdicts on profiles of signals: equilibrium, profitable deviation, or unresolved.

1. Proof: under some response of the user that the tie rule allows, no deviation bound exceeds the
   agent's utility by more than gamma (theory.md 6.9, `verify_profile`).
2. Refutation: where a deviation bound exceeds the most that the agent can have under the profile,
   the signal behind the bound is tried, then signals near it at which the user strictly prefers
   what is recommended; and silence, and telling all that he sees. Where the bound grants the agent
   more than he knows, his optimal signal is found by its columns (theory.md 6.15). One that gains
   the agent more than gamma, however ties are broken, shows that the profile is no equilibrium
   under any response.
3. In between, the profile stays unresolved: ties that no response breaks to the satisfaction of all
   agents at once, or a bound that grants the deviating agent more than he knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product

from verifier.errors import SizeError
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
from verifier.game.rules import ConversationRule, Profile, Signal, silence, truth
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviations.columns import Columns
from verifier.theory.deviations.deviation import DeviationBound, deviation_bound
from verifier.theory.deviations.dominance import strictly_followed
from verifier.theory.deviations.persuasion import (
    Strategy,
    Subproblem,
    independent_types,
    strategy_name,
    subproblem_of,
)
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile

RESPONSE_LIMIT = 256
"""The largest number of the user's best responses that are tried."""

PERTURBATIONS = 30
"""The number of perturbed signals that are tried: the n-th is within 2^-n of the optimal one."""


@dataclass(frozen=True, repr=False)
class Refutation(Result):
    """A profitable deviation: the profile is no equilibrium, however the user breaks ties.

    Under the profile the agent has at most `before`; by the signal `deviation` he surely gets
    `after`.
    """

    signals: Mapping[str, Signal]
    agent: str
    deviation: Signal
    before: Fraction
    after: Fraction


@dataclass(frozen=True, repr=False)
class Unresolved(Result):
    """A profile that is neither proved nor refuted.

    `bounds[agent]`: the most that the agent can have under the profile, and his deviation bound.
    """

    bounds: Mapping[str, tuple[Fraction, Fraction]]


SignalJudgement = SignalEquilibrium | Refutation | Unresolved
"""What may be said of a profile of signals."""


def signal_of(game: Game, rule: ConversationRule) -> Signal | None:
    """The signal that a rule amounts to; None if messages depend on what the user asks."""
    if not rule.answers:
        return rule.opening
    return rule.answers.get(((), 0)) if game.conversation.one_shot else None


def signals_of(game: Game, profile: Profile) -> dict[str, Signal] | None:
    """The signals that the rules of a profile amount to; None if one of them is a conversation."""
    found = {name: signal_of(game, rule) for name, rule in profile.items()}
    complete = {
        name: signal
        for name, signal in found.items()
        if signal is not None and len(signal) == len(game.agent_observations)
    }
    return complete if len(complete) == len(found) else None


def judge(game: Game, signals: Mapping[str, Signal], effort: Effort = USUAL) -> SignalJudgement:
    """The verdict on a profile of signals, for a user who receives all messages (`bayes`).

    An equilibrium if under some response that the tie rule allows no agent gains more than gamma;
    refuted if an agent surely gains more under every response; unresolved otherwise.
    """
    distribution = signal_distribution(game, list(signals.values()))
    bounds = {
        agent.name: _deviation_bound(game, agent, signals, distribution, effort)
        for agent in game.agents
    }
    for response in responses(game, distribution):
        found = verify_profile(game, "given profile", signals, response, effort, bounds)
        if found is not None:
            return found
    for agent in game.agents:
        refuted = _refute(game, agent, signals, distribution, bounds[agent.name], effort)
        if refuted is not None:
            return refuted
    most = {
        name: payoff_end(game, game.agent_payoff(name), distribution, RangeEnd.GREATEST)
        for name in signals
    }
    return Unresolved({name: (has, bounds[name].value) for name, has in most.items()})


def _deviation_bound(
    game: Game,
    agent: Agent,
    signals: Mapping[str, Signal],
    distribution: SignalDistribution,
    effort: Effort,
) -> DeviationBound:
    """The agent's deviation bound, as sharp as is needed beside the least that he has."""
    others = [signal for name, signal in signals.items() if name != agent.name]
    payoff = game.agent_payoff(agent.name)
    least = payoff_end(game, payoff, distribution, RangeEnd.LEAST) + game.gamma
    return deviation_bound(game, agent, signal_distribution(game, others), effort, least)


def responses(game: Game, distribution: SignalDistribution) -> Iterator[Response]:
    """The user's best responses that fit the tie rule, up to RESPONSE_LIMIT."""
    choices = [best_actions_at(game, t, points, game.ties) for t, points in distribution.items()]
    for actions in islice(product(*choices), RESPONSE_LIMIT):
        yield dict(zip(distribution, actions, strict=True))


def _refute(
    game: Game,
    agent: Agent,
    signals: Mapping[str, Signal],
    distribution: SignalDistribution,
    bound: DeviationBound,
    effort: Effort,
) -> Refutation | None:
    """A signal by which the agent surely gains more than gamma, if one is found."""
    payoff = game.agent_payoff(agent.name)
    before = payoff_end(game, payoff, distribution, RangeEnd.GREATEST)
    if bound.value <= before + game.gamma:
        return None
    others = [signal for name, signal in signals.items() if name != agent.name]
    for deviation in _deviations(game, agent, signal_distribution(game, others), bound, effort):
        messages = {message for sent in deviation.values() for message in sent}
        if not game.conversation.conveys(len(messages)):
            continue
        changed = [deviation if name == agent.name else signal for name, signal in signals.items()]
        after = payoff_end(game, payoff, signal_distribution(game, changed), sure_end(game.ties))
        if after > before + game.gamma:
            return Refutation(signals, agent.name, deviation, before, after)
    return None


def _deviations(
    game: Game,
    agent: Agent,
    distribution: SignalDistribution,
    bound: DeviationBound,
    effort: Effort,
) -> Iterator[Signal]:
    """The signal behind the bound, and signals near it; silence and truth, after it or before.

    They come first where the bound grants the agent more than he knows, so that the optimal signal
    must be found.
    """
    parts = list(independent_types(agent, distribution))
    subproblems = [subproblem_of(game, agent, part) for part in parts]
    by_types = {frozenset(part.types): part.best.sends for part in bound.subproblems}
    known = [by_types.get(frozenset(subproblem.types)) for subproblem in subproblems]
    plans = [plan for plan in known if plan is not None]
    if len(plans) < len(subproblems):
        yield from _plain_signals(game, agent)
        plans = _generated_plans(subproblems, effort)
        if plans:
            yield from perturbed_signals(game, subproblems, plans, effort)
        return
    yield from perturbed_signals(game, subproblems, plans, effort)
    yield from _plain_signals(game, agent)


def _plain_signals(game: Game, agent: Agent) -> Iterator[Signal]:
    """Silence, and telling all that the agent sees."""
    yield silence(game)
    yield truth(agent)


def _generated_plans(subproblems: Sequence[Subproblem], effort: Effort) -> list[Plan]:
    """The optimal plans by column generation; none where a program would be too large."""
    try:
        return [Columns(one, effort).best(one.agent_payoff).sends for one in subproblems]
    except SizeError:
        return []


def perturbed_signals(
    game: Game, subproblems: Sequence[Subproblem], plans: Sequence[Plan], effort: Effort
) -> Iterator[Signal]:
    """The plans of all subproblems as one signal, then signals near it that she strictly obeys.

    With a finite alphabet there is the first only.
    """
    yield _joint_signal(game, subproblems, plans, [{} for _ in plans], Fraction(0))
    if game.conversation.rich:
        perturbations = [
            _perturbation(game, subproblem, plan, effort)
            for subproblem, plan in zip(subproblems, plans, strict=True)
        ]
        for n in range(1, PERTURBATIONS):
            yield _joint_signal(game, subproblems, plans, perturbations, Fraction(1, 2**n))


Plan = Mapping[tuple[Cell, Strategy], Fraction]
"""A signal by recommendations: (cell, strategy) -> the probability that it is recommended there."""

Perturbation = Mapping[Strategy, Mapping[Cell, Fraction]]
"""Additional recommendations that make obedience strict: strategy -> cell -> frequency."""


def _perturbation(
    game: Game, subproblem: Subproblem, plan: Plan, effort: Effort
) -> dict[Strategy, Mapping[Cell, Fraction]]:
    """Frequencies at which each recommended strategy is strictly followed; 0 if there are none."""
    nothing = dict.fromkeys(subproblem.cells, Fraction(0))
    order = game.ties is Ties.ORDER
    return {
        s: strictly_followed(game, subproblem, s, effort, order=order) or nothing
        for s in dict.fromkeys(s for _, s in plan)
    }


def _joint_signal(
    game: Game,
    subproblems: Sequence[Subproblem],
    plans: Sequence[Plan],
    perturbations: Sequence[Perturbation],
    share: Fraction,
) -> Signal:
    """The plans of all subproblems as one signal, perturbed with this share.

    A message is the name of the recommended strategy; with several subproblems it is a number that
    stands for a strategy in each of them.
    """
    signal: dict[str, Mapping[str, Fraction]] = {x: {} for x in game.agent_observations}
    for subproblem, plan, perturbation in zip(subproblems, plans, perturbations, strict=True):
        recommended = list(dict.fromkeys(s for _, s in plan))
        names = [strategy_name(s) for s in recommended]
        numbers = [str(n + 1) for n in range(len(recommended) + len(subproblem.cells))]
        for place, cell in enumerate(subproblem.cells):
            if len(subproblems) == 1:
                messages, reveal = names, _fresh(f"it is {cell[0]}", names)
            else:
                messages, reveal = numbers, numbers[len(recommended) + place]
            sends: dict[str, Fraction] = {}
            for message, s in zip(messages, recommended, strict=False):
                extra = perturbation.get(s, {}).get(cell, Fraction(0)) / len(recommended)
                p = (1 - share) * plan.get((cell, s), Fraction(0)) + share * extra
                if p:
                    sends[message] = p
            rest = 1 - sum(sends.values(), Fraction(0))
            if rest:
                sends[reveal] = rest
            signal |= dict.fromkeys(cell, sends)
    anything = {"1": Fraction(1)}  # for observations of probability zero
    return {x: sends or anything for x, sends in signal.items()}


def _fresh(message: str, taken: Sequence[str]) -> str:
    """The message, marked until it is no strategy's name."""
    while message in taken:
        message += "'"
    return message
