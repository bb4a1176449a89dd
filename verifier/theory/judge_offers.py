"""Verdicts on different offers to a user who picks one of several agents (theory.md 6.12).

She picks an agent whose rule, by itself, is worth most to her. So agent i is picked with a rule
worth more to her than the best offer of the others, and only with one worth as much.

1. Proof: under some pick and response that the tie rule allows, no agent gains more than gamma by a
   rule worth as much as the others' best offer (its bound is his frontier there), nor by making her
   pick another.
2. Refutation: silence, his best rules that are worth more than the others' best offer, or in
   conversations his pure rules.
3. In between, the profile stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from verifier.game.model import Game, Payoff, Ties
from verifier.game.response import (
    RangeEnd,
    consistent,
    expected,
    payoff_end,
    signal_distribution,
    sure_end,
)
from verifier.game.rules import ConversationRule, Profile, Signal
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviation import DeviationBound, user_reveals_nothing
from verifier.theory.frontier import Frontiers
from verifier.theory.judge import Refutation, Unresolved, perturbed_signals, responses, signals_of
from verifier.theory.judge_conversation import (
    RULE_LIMIT,
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
    obedient_outcome_bound,
    pure_rules,
)
from verifier.theory.offer_bound import bound_at_least
from verifier.theory.play import conversation_payoff_end, play
from verifier.theory.signal_equilibrium import SignalEquilibrium


def judge_offers(
    game: Game, profile: Profile, effort: Effort = USUAL
) -> (
    SignalEquilibrium
    | Refutation
    | Unresolved
    | ConversationEquilibrium
    | ConversationRefutation
    | UnresolvedConversation
):
    """The verdict on a profile of rules, for a user who picks one of several agents (`best-ai`).

    Raises SizeError before work when an array of a conversation would be too large.
    """
    offers = Offers(game, profile)
    signals = signals_of(game, profile)
    if signals is None or not user_reveals_nothing(game, signal_distribution(game, [])):
        return _judge_conversations(offers, effort)
    return _judge_signals(offers, signals, effort)


@dataclass(frozen=True)
class Offers:
    """The rules of all agents, as a user sees them who is to pick one of them."""

    game: Game
    profile: Profile

    @cached_property
    def worth(self) -> Mapping[str, Fraction]:
        """What each rule alone is worth to her."""
        return {
            name: self.payoff_end_by(name, self.game.user_payoff, RangeEnd.GREATEST)
            for name in self.profile
        }

    @cached_property
    def best(self) -> tuple[str, ...]:
        """The agents whom she may pick."""
        return tuple(n for n, worth in self.worth.items() if worth == max(self.worth.values()))

    def without(self, name: str) -> Offers:
        """The offers of the others."""
        return Offers(self.game, {n: rule for n, rule in self.profile.items() if n != name})

    def must_reach(self, name: str) -> Fraction:
        """What an agent's rule must be worth to her to be picked: the best of the others'."""
        return max(self.without(name).worth.values())

    def payoff_end_by(self, name: str, payoff: Payoff, end: RangeEnd) -> Fraction:
        """The least or greatest of a payoff over her best responses to one agent's rule."""
        signals = signals_of(self.game, {name: self.profile[name]})
        if signals is None:
            return conversation_payoff_end(self.game, {name: self.profile[name]}, payoff, end)
        distribution = signal_distribution(self.game, list(signals.values()))
        return payoff_end(self.game, payoff, distribution, end)

    def payoff_end(self, payoff: Payoff, end: RangeEnd) -> Fraction:
        """The same over all agents whom she may pick."""
        ends = (end.value * self.payoff_end_by(name, payoff, end) for name in self.best)
        return end.value * max(ends)

    def unpicked(self, name: str, picked: str, has: Fraction) -> Fraction:
        """What an agent gets by a rule with which he is not picked; `has` is what he has now.

        She stays with her pick, or where that was he, with another who offers the same. Otherwise
        she picks among the best of the others: under `any` as is worst for him.
        """
        game, others = self.game, self.without(name)
        rules = [_said(self.profile[n]) for n in others.best]
        if game.ties is not Ties.FAVOUR_SPEAKER and _said(self.profile[picked]) in rules:
            return has
        end = RangeEnd.LEAST if game.ties is Ties.ANY else RangeEnd.GREATEST
        return others.payoff_end(game.agent_payoff(name), end)


def _said(rule: ConversationRule) -> tuple[object, object]:
    """What a rule says, whoever says it."""
    return rule.opening, rule.answers


def _judge_signals(
    offers: Offers, signals: Mapping[str, Signal], effort: Effort
) -> SignalEquilibrium | Refutation | Unresolved:
    game, curves = offers.game, Frontiers(offers.game, effort)
    bounds, at_most = _bounds(offers, curves)
    found = _upheld(offers, signals, bounds, at_most)
    if found is not None:
        return found
    for n, agent in enumerate(game.agents):
        deviations = _deviations(curves, n, offers.must_reach(agent.name), effort)
        refuted = _refuted(offers, agent.name, deviations)
        if refuted is not None:
            return Refutation(signals, agent.name, refuted[0].opening, *refuted[1:])
    most = {
        name: offers.payoff_end(payoff, RangeEnd.GREATEST)
        for name, payoff in game.agent_payoffs.items()
    }
    return Unresolved({name: (has, at_most.get(name, has)) for name, has in most.items()})


def offered(
    curves: Frontiers, signals: Mapping[str, Signal], kind: str = "given profile"
) -> SignalEquilibrium | None:
    """The signals, one of each agent, as an equilibrium; None if some agent may gain."""
    game = curves.game
    profile = {name: ConversationRule(name, signal, {}) for name, signal in signals.items()}
    offers = Offers(game, profile)
    return _upheld(offers, signals, *_bounds(offers, curves), kind)


def _bounds(offers: Offers, curves: Frontiers) -> tuple[list[DeviationBound], dict[str, Fraction]]:
    """The bounds on rules that are worth enough to be picked, and what they say.

    Under `any` none is needed for an agent who can offer her nothing better than the others do.
    """
    bounds, at_most = [], {}
    for n, agent in enumerate(curves.game.agents):
        least = offers.must_reach(agent.name)
        beaten = curves.frontier(n).breakpoints[-1][0] <= least
        if not beaten or curves.game.ties is not Ties.ANY:
            bounds.append(bound_at_least(curves, n, least))
            at_most[agent.name] = bounds[-1].for_at_least(least)
    return bounds, at_most


def _upheld(
    offers: Offers,
    signals: Mapping[str, Signal],
    bounds: Sequence[DeviationBound],
    at_most: Mapping[str, Fraction],
    kind: str = "given profile",
) -> SignalEquilibrium | None:
    """The equilibrium, if under some pick and response that the tie rule allows nobody gains."""
    game = offers.game
    for picked in offers.best:
        distribution = signal_distribution(game, [signals[picked]])
        for response in responses(game, distribution):
            if game.ties is Ties.BELIEF and not consistent(game, distribution, response):
                continue
            has = {
                name: expected(payoff, distribution, response)
                for name, payoff in game.agent_payoffs.items()
            }
            if _holds(offers, picked, has, at_most):
                worth, most = offers.worth[picked], {**has, **at_most}
                return SignalEquilibrium(
                    kind, signals, response, worth, has, tuple(bounds), most, picked
                )
    return None


def _holds(
    offers: Offers, picked: str, has: Mapping[str, Fraction], at_most: Mapping[str, Fraction]
) -> bool:
    """Whether no agent gains more than gamma, picked with another rule or not picked."""
    gamma = offers.game.gamma
    return all(
        max(at_most.get(name, now), offers.unpicked(name, picked, now)) <= now + gamma
        for name, now in has.items()
    )


def _deviations(
    curves: Frontiers, n: int, least: Fraction, effort: Effort
) -> Iterator[ConversationRule]:
    """Silence, then the best rules of the n-th agent that are worth more than `least` to her."""
    game, agent = curves.game, curves.game.agents[n]
    signals = [{x: {"nothing": Fraction(1)} for x in game.agent_observations}]
    yield ConversationRule(agent.name, signals[0], {})
    if least >= curves.truth(n):
        return
    plan = curves.point(n, least).sends
    for signal in perturbed_signals(game, [curves.subproblems[n]], [plan], effort):
        if game.conversation.conveys(len({word for sent in signal.values() for word in sent})):
            yield ConversationRule(agent.name, signal, {})


def _refuted(
    offers: Offers, name: str, deviations: Iterator[ConversationRule]
) -> tuple[ConversationRule, Fraction, Fraction] | None:
    """A rule by which an agent surely gains more than gamma, with what he has and gets."""
    game = offers.game
    payoff = game.agent_payoff(name)
    before = offers.payoff_end(payoff, RangeEnd.GREATEST)
    for rule in deviations:
        changed = Offers(game, {**offers.profile, name: rule})
        after = changed.payoff_end(payoff, sure_end(game.ties))
        if after > before + game.gamma:
            return rule, before, after
    return None


def _judge_conversations(
    offers: Offers, effort: Effort
) -> ConversationEquilibrium | ConversationRefutation | UnresolvedConversation:
    game, profile = offers.game, offers.profile
    proofs = {
        agent.name: obedient_outcome_bound(game, agent, offers.must_reach(agent.name), effort)
        for agent in game.agents
    }
    at_most = {name: proof.value for name, proof in proofs.items()}
    for picked in offers.best:
        found = play(game, {picked: profile[picked]})
        bounds = {name: (found.agent_utilities[name], most) for name, most in at_most.items()}
        if _holds(offers, picked, found.agent_utilities, at_most):
            return ConversationEquilibrium(profile, found, bounds, proofs, picked)
    tried: dict[str, int] = {}
    for agent in game.agents:
        rules = list(pure_rules(game, agent, RULE_LIMIT))
        refuted = _refuted(offers, agent.name, iter(rules))
        if refuted is not None:
            return ConversationRefutation(profile, agent.name, *refuted)
        tried[agent.name] = len(rules)
    return UnresolvedConversation(found, bounds, tried)
