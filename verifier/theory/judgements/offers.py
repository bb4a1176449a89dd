"""Verdicts on different offers to a user who picks one of several agents (theory.md 6.12).

She picks an agent whose rule, by itself, is worth most to her. So agent i is picked with a rule
worth more to her than the best offer of the others, and only with one worth as much.

1. Proof: under some pick and response that the tie rule allows, no agent gains more than gamma by a
   rule worth as much as the others' best offer (its bound is his frontier there), nor by making her
   pick another.
2. Refutation: silence, his best rules that are worth more than the others' best offer, or in
   conversations his pure rules, all of them or by climbing.
3. In between, the profile stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product

from verifier.game.model import Agent, Game, Payoff, Ties
from verifier.game.response import (
    RangeEnd,
    Response,
    belief,
    consistent,
    expected,
    payoff_end,
    signal_distribution,
    sure_end,
)
from verifier.game.rules import (
    ConversationRule,
    Profile,
    Signal,
    Transcript,
    said_once,
    silence,
    unanswered,
)
from verifier.solve.effort import USUAL, Effort
from verifier.theory.benchmark import team
from verifier.theory.bounds.asking import may_ask
from verifier.theory.bounds.offer_bound import bound_to_be_picked
from verifier.theory.deviations.deviation import DeviationBound, user_reveals_nothing
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationJudgement,
    ConversationRefutation,
    OutcomeBound,
    UnresolvedConversation,
    gainful_rule,
    obedient_outcome_bound,
)
from verifier.theory.judgements.signals import (
    Refutation,
    SignalJudgement,
    Unresolved,
    perturbed_signals,
    responses,
    signals_of,
)
from verifier.theory.play import conversation_payoff_end, play


def judge_offers(
    game: Game, profile: Profile, effort: Effort = USUAL
) -> SignalJudgement | ConversationJudgement:
    """The verdict on a profile of rules, for a user who picks one of several agents (`best-ai`).

    Raises SizeError before work when an array of a conversation would be too large.
    """
    offers = Offers.of(game, profile)
    signals = signals_of(game, profile)
    if signals is None or not user_reveals_nothing(game, signal_distribution(game, [])):
        return _judge_conversations(offers, effort)
    return _judge_signals(offers, signals, effort)


@dataclass(frozen=True)
class Offers:
    """The rules of all agents, as a user sees them who is to pick one of them.

    `worth` is what each rule alone is worth to her.
    """

    game: Game
    profile: Profile
    worth: Mapping[str, Fraction]

    @classmethod
    def of(cls, game: Game, profile: Profile) -> Offers:
        """The offers that these rules are."""
        ends = {
            name: _payoff_end(game, rule, game.user_payoff, RangeEnd.GREATEST)
            for name, rule in profile.items()
        }
        return cls(game, profile, ends)

    @cached_property
    def best(self) -> tuple[str, ...]:
        """The agents whom she may pick."""
        top = max(self.worth.values())
        return tuple(name for name, worth in self.worth.items() if worth == top)

    def without(self, name: str) -> Offers:
        """The offers of the others."""
        others = {n: rule for n, rule in self.profile.items() if n != name}
        return Offers(self.game, others, {n: self.worth[n] for n in others})

    def must_reach(self, name: str) -> Fraction:
        """What an agent's rule must be worth to her to be picked: the best of the others'."""
        return max(self.without(name).worth.values())

    def changed(self, rule: ConversationRule) -> Offers:
        """The offers after one agent has changed his rule to this."""
        new = Offers.of(self.game, {rule.agent: rule})
        return Offers(self.game, {**self.profile, **new.profile}, {**self.worth, **new.worth})

    def payoff_end(self, payoff: Payoff, end: RangeEnd) -> Fraction:
        """The least or greatest of a payoff over whom she may pick, and her best responses."""
        rules = [self.profile[name] for name in self.best]
        ends = (end.value * _payoff_end(self.game, rule, payoff, end) for rule in rules)
        return end.value * max(ends)

    def unpicked(self, name: str, picked: str) -> Fraction | None:
        """What an agent gets by a rule with which he is not picked; None: what he has.

        She stays with her pick, or where that was he, with another who offers the same. Otherwise
        she picks among the best of the others whom he likes least, or where ties favour him most.
        """
        game, others = self.game, self.without(name)
        rules, favoured = [self.profile[n] for n in others.best], game.ties is Ties.FAVOUR_SPEAKER
        if not favoured and _said(self.profile[picked]) in map(_said, rules):
            return None
        end = RangeEnd.LEAST if game.ties is Ties.ANY else RangeEnd.GREATEST
        ends = (_payoff_end(game, rule, game.agent_payoff(name), end) for rule in rules)
        return max(ends) if favoured else min(ends)

    def limits(self, picked: str, at_most: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The most that each agent gets by another rule, picked or not; left out: what he has.

        `at_most`: by a rule with which he is picked; left out if none is worth more to her.
        """
        found = dict(at_most)
        for name in self.profile:
            left = self.unpicked(name, picked)
            if left is not None:
                found[name] = max(at_most.get(name, left), left)
        return found

    def may_gain(self, name: str, at_most: Fraction) -> bool:
        """Whether an agent might surely gain more than gamma, who is picked for `at_most`."""
        payoff, others = self.game.agent_payoff(name), self.without(name)
        most = max(at_most, others.payoff_end(payoff, RangeEnd.GREATEST))
        return most > self.payoff_end(payoff, RangeEnd.GREATEST) + self.game.gamma


def _payoff_end(game: Game, rule: ConversationRule, payoff: Payoff, end: RangeEnd) -> Fraction:
    """The least or greatest of a payoff over her best responses to one agent's rule."""
    alone = {rule.agent: rule}
    signals = signals_of(game, alone)
    if signals is None:
        return conversation_payoff_end(game, alone, payoff, end)
    return payoff_end(game, payoff, signal_distribution(game, list(signals.values())), end)


def _said(rule: ConversationRule) -> tuple[object, object]:
    """What a rule says, whoever says it."""
    return rule.opening, rule.answers


def _judge_signals(
    offers: Offers, signals: Mapping[str, Signal], effort: Effort
) -> SignalJudgement:
    game, curves = offers.game, Frontiers(offers.game, effort)
    bounds, at_most = _bounds(offers, curves)
    found = _upheld(offers, signals, bounds, at_most)
    if found is not None:
        return found
    for n, agent in enumerate(game.agents):
        if agent.name in at_most and not offers.may_gain(agent.name, at_most[agent.name]):
            continue
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
    offers = Offers.of(game, profile)
    return _upheld(offers, signals, *_bounds(offers, curves), kind)


def _bounds(offers: Offers, curves: Frontiers) -> tuple[list[DeviationBound], dict[str, Fraction]]:
    """The bounds on rules that are worth enough to be picked, and what they say."""
    bounds, at_most = [], {}
    for n, agent in enumerate(curves.game.agents):
        least = offers.must_reach(agent.name)
        bound = bound_to_be_picked(curves, n, least)
        if bound is not None:
            bounds.append(bound)
            at_most[agent.name] = bound.for_at_least(least)
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
        limits = offers.limits(picked, at_most)
        for response in responses(game, distribution):
            if game.ties is Ties.BELIEF and not consistent(game, distribution, response):
                continue
            has = {
                name: expected(payoff, distribution, response)
                for name, payoff in game.agent_payoffs.items()
            }
            if all(limits.get(name, now) <= now + game.gamma for name, now in has.items()):
                worth, most = offers.worth[picked], {**has, **at_most}
                return SignalEquilibrium(
                    kind, signals, response, worth, has, tuple(bounds), most, picked
                )
    return None


def _deviations(
    curves: Frontiers, n: int, least: Fraction, effort: Effort
) -> Iterator[ConversationRule]:
    """Silence, then the best rules of the n-th agent that are worth more than `least` to her."""
    game, agent = curves.game, curves.game.agents[n]
    yield ConversationRule(agent.name, silence(game), {})
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
    if game.evaluation:  # nobody is picked for certain by a little more
        return None
    payoff = game.agent_payoff(name)
    before = offers.payoff_end(payoff, RangeEnd.GREATEST)
    for rule in deviations:
        after = offers.changed(rule).payoff_end(payoff, sure_end(game.ties))
        if after > before + game.gamma:
            return rule, before, after
    return None


def upheld_offers(
    game: Game, profile: Profile, kind: str, effort: Effort
) -> ConversationEquilibrium | None:
    """Conversation rules as an equilibrium of a user who picks one of several agents.

    None where under every pick some agent's bound leaves him a gain. Raises as `judge_offers` does.
    """
    found = _upheld_conversations(Offers.of(game, profile), effort, kind)
    return found if isinstance(found, ConversationEquilibrium) else None


def _upheld_conversations(
    offers: Offers, effort: Effort, kind: str = "given profile"
) -> ConversationEquilibrium | UnresolvedConversation:
    """The equilibrium, if under some pick nobody gains; otherwise the bounds under the last."""
    game, profile = offers.game, offers.profile
    proofs = {
        agent.name: obedient_outcome_bound(game, agent, offers.must_reach(agent.name), effort)
        for agent in game.agents
    }
    at_most = {name: proof.value for name, proof in proofs.items()}
    for picked in offers.best:
        found = play(game, {picked: profile[picked]})
        bounds = {name: (found.agent_utilities[name], most) for name, most in at_most.items()}
        limits = offers.limits(picked, at_most)
        if all(limits[name] <= has + game.gamma for name, has in found.agent_utilities.items()):
            return ConversationEquilibrium(profile, found, bounds, proofs, picked, kind)
    return UnresolvedConversation(found, bounds, dict.fromkeys(profile, 0))


def _judge_conversations(offers: Offers, effort: Effort) -> ConversationJudgement:
    game, profile = offers.game, offers.profile
    judged = _upheld_conversations(offers, effort)
    if isinstance(judged, ConversationEquilibrium):
        return judged
    at_most = {name: most for name, (_, most) in judged.bounds.items()}
    tried: dict[str, int] = {}
    for name in profile:
        payoff, tried[name] = game.agent_payoff(name), 0
        if game.evaluation or not offers.may_gain(name, at_most[name]):
            continue

        def worth(rule: ConversationRule, payoff: Payoff = payoff) -> Fraction:
            return offers.changed(rule).payoff_end(payoff, sure_end(game.ties))

        before = offers.payoff_end(payoff, RangeEnd.GREATEST)
        rule, tried[name] = gainful_rule(game, profile[name], worth, before + game.gamma, effort)
        if rule is not None:
            return ConversationRefutation(profile, name, rule, before, worth(rule))
    return replace(judged, tried=tried)


def upheld_asked_offer(
    game: Game, signals: Sequence[Signal], response: Response, effort: Effort
) -> ConversationEquilibrium | None:
    """An offer that all agents make to a user who asks, as an equilibrium.

    `signals`: what is said to who asks what is meant for each of her observations; `response`: what
    she does then. None where she had better ask something else, or some agent's bound leaves him a
    gain.
    """
    answers = said_once(game, signals)
    profile = {agent.name: ConversationRule(agent.name, {}, answers) for agent in game.agents}
    picked = game.agents[0].name
    questions = game.conversation.sequences(len(signals))
    taken: dict[tuple[str, Transcript], tuple[int, ...] | str] = {
        (x, (unanswered(asked[:turn]),)): (question,)
        for x, asked in zip(game.user_support, questions, strict=True)
        for turn, question in enumerate(asked)
    }

    def received(n: int, word: str) -> Transcript:
        """What she has received in the end who has asked what is meant for her n-th observation."""
        *before, last = questions[n]
        again = game.conversation.rounds - len(questions[n])
        return ((*unanswered(before), (last, word), *[(0, word)] * again),)

    for (x, word), action in response.items():
        taken[x, received(game.user_support.index(x), word)] = action
    found = play(game, {picked: profile[picked]}, taken=taken)
    if any(found.moves[at].optimal[0] != move for at, move in taken.items()):
        return None
    if game.ties is Ties.BELIEF:
        taken |= {
            (x, received(n, word)): action
            for (x, n, word), action in _alike(game, signals, response).items()
        }
    offers = Offers.of(game, profile)
    proofs = {
        agent.name: proof
        for agent in game.agents
        if (proof := _bound_on_more(offers, agent, found.agent_utilities[agent.name], effort))
    }
    limits = offers.limits(picked, {name: proof.value for name, proof in proofs.items()})
    has = found.agent_utilities
    if any(limit > has[name] + game.gamma for name, limit in limits.items()):
        return None
    bounds = {name: (now, limits.get(name, now)) for name, now in has.items()}
    return ConversationEquilibrium(profile, found, bounds, proofs, picked, "asked offer", taken)


def _alike(
    game: Game, signals: Sequence[Signal], response: Response
) -> dict[tuple[str, int, str], str]:
    """What she does after a question that is meant for another observation, where it leaves her
    with a belief at which the response says what she does.
    """
    told: dict[tuple[str, int, str], dict[str, Fraction]] = {}
    for (x, o), (n, signal) in product(game.points, enumerate(signals)):
        for word, p in signal[o].items():
            told.setdefault((x, n, word), {})[o] = p
    does = {
        belief(game, (x, word), told[x, game.user_support.index(x), word]): action
        for (x, word), action in response.items()
    }
    return {
        (x, n, word): does[held]
        for (x, n, word), chances in told.items()
        if game.user_support[n] != x and (held := belief(game, (x, word), chances)) in does
    }


def _bound_on_more(
    offers: Offers, agent: Agent, enough: Fraction, effort: Effort
) -> OutcomeBound | None:
    """The bound on an agent's rules that are worth as much to her, as sharp as is needed.

    None where he can offer her no more, and is picked only with more.
    """
    game, least = offers.game, offers.must_reach(agent.name)
    if game.ties is not Ties.FAVOUR_SPEAKER and team(game, agent.sees, effort).value <= least:
        return None
    plain = obedient_outcome_bound(game, agent, least, effort)
    if plain.value <= enough + game.gamma or not may_ask(game):
        return plain
    return obedient_outcome_bound(game, agent, least, effort, asking=True)
