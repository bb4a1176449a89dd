"""Offers to a user who asks: a signal for each of her observations (theory.md 6.5)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from benchmarks.coverage import Factors, random_game
from verifier.game.model import Game, Ties
from verifier.game.response import RangeEnd
from verifier.game.rules import ConversationRule, History
from verifier.solve.effort import USUAL
from verifier.theory.bounds.asked_offer import asked_offers, asks_for_each
from verifier.theory.bounds.pieces import AskedOffer, OfferRow
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.play import conversation_payoff_end
from verifier.theory.verdict import Finding, examine

F = Fraction
LITTLE = F(1, 10**6)


def asking(seed: int, ties: Ties = Ties.ANY, observations: int = 2, rounds: int = 1) -> Game:
    """A random game in which a user with several observations has two questions."""
    draw = random.Random(seed)
    return random_game(
        draw,
        Factors(
            states=draw.choice((2, 3)),
            actions=draw.choice((2, 3)),
            ties=ties,
            observations=observations,
            partitions=draw.random() < 0.5,
            alphabet=draw.choice((2, "rich")),
            rounds=rounds,
            asks=True,
        ),
    )


def told(offer: AskedOffer, x: str, share: Fraction) -> dict[str, dict[str, Fraction]]:
    """The signal for one observation, with a share of what makes her follow it strictly."""
    plan, found = offer.asked[x], dict[str, dict[str, Fraction]]()
    for strategy, more in plan.perturbations.items():
        for cell in {c for c, _ in plan.sends} | set(more):
            p = plan.sends.get((cell, strategy), F(0))
            mixed = (1 - share) * p + share * more.get(cell, F(0))
            for o in cell if mixed else ():
                found.setdefault(o, {})[strategy[0]] = mixed
    return found


Says = Mapping[str, Mapping[str, Fraction]]


def by_observation(game: Game, offer: AskedOffer) -> list[Says]:
    """The signals, a little changed; what cannot be seen is told as something else."""
    found = list[Says]()
    for x in game.user_support:
        says = told(offer, x, LITTLE)
        anything = next(iter(says.values()))
        found.append({o: says.get(o, anything) for o in game.agent_observations})
    return found


def spoken(game: Game, name: str, offer: AskedOffer) -> ConversationRule:
    """The offer as a rule of one round."""
    signals = by_observation(game, offer)
    return ConversationRule(name, {}, {((), n): says for n, says in enumerate(signals)})


def spelt(game: Game, name: str, offer: AskedOffer) -> ConversationRule:
    """The offer as a rule of two rounds with two questions, whose first answer says nothing."""
    signals = by_observation(game, offer)
    blank = {o: {"-": F(1)} for o in game.agent_observations}
    answers: dict[tuple[History, int], Says] = {((), q): blank for q in (0, 1)}
    for first, second in product((0, 1), repeat=2):
        says = signals[min(2 * first + second, len(signals) - 1)]
        answers[((first, "-"),), second] = says
    return ConversationRule(name, {}, answers)


def offered(game: Game) -> Iterator[tuple[str, Fraction, Fraction, AskedOffer]]:
    """Best offers of all agents: whose, what they are to give him and her, and what is said."""
    for agent, offers in zip(game.agents, asked_offers(game, USUAL), strict=True):
        for chosen, curve in offers.curves.items():
            low, high = curve.breakpoints[0][0], curve.breakpoints[-1][0]
            for worth in {low, (low + high) / 2}:
                offer = offers.offer(chosen, worth)
                if offer is not None:
                    yield agent.name, offers.best(chosen, worth).tangent.value, worth, offer


def test_near_an_offer_there_is_a_rule_that_surely_gives_as_much() -> None:
    """Played out by backward induction, with all ties against him."""
    tried = 0
    for game in map(asking, range(30)):
        for name, value, worth, offer in offered(game):
            payoff, rules = game.agent_payoff(name), {name: spoken(game, name, offer)}
            span = 2 * sum(map(abs, [*game.user_payoff.values(), *payoff.values()]))
            his = conversation_payoff_end(game, rules, payoff, RangeEnd.LEAST)
            hers = conversation_payoff_end(game, rules, game.user_payoff, RangeEnd.LEAST)
            assert his >= value - LITTLE * span
            assert hers >= worth - LITTLE * span
            tried += 1
    assert tried > 60


@pytest.mark.parametrize("observations", [3, 4])
def test_two_questions_in_two_rounds_are_enough_for_four_observations(observations: int) -> None:
    """She asks twice, hears nothing between, and follows what she is told for certain."""
    tried = 0
    for seed in range(12):
        game = asking(seed, observations=observations, rounds=2)
        few = game.conversation.agent_alphabet
        for name, value, worth, offer in offered(game):
            rule, payoff = spelt(game, name, offer), game.agent_payoff(name)
            words = [{w for sent in says.values() for w in sent} for says in rule.answers.values()]
            assert few == "rich" or max(map(len, words)) <= few
            span = 2 * sum(map(abs, [*game.user_payoff.values(), *payoff.values()]))
            his, hers = (
                conversation_payoff_end(game, {name: rule}, table, RangeEnd.LEAST)
                for table in (payoff, game.user_payoff)
            )
            assert his >= value - LITTLE * span
            assert hers >= worth - LITTLE * span
            tried += 1
    assert tried > 10


def test_they_need_a_question_for_each_observation() -> None:
    game = asking(1)
    silent = replace(game, conversation=replace(game.conversation, user_alphabet=1))
    assert asks_for_each(game) and not asks_for_each(silent)
    three = asking(1, observations=3)
    twice = replace(three, conversation=replace(three.conversation, rounds=2))
    assert not asks_for_each(three) and asks_for_each(twice)
    five = asking(1, observations=5, rounds=2)
    assert not asks_for_each(five)


def bound_of(game: Game) -> Finding:
    return examine(game, [Guarantee.BEST_AI], ends=()).findings[Guarantee.BEST_AI]


def test_they_meet_the_worst_equilibrium_where_other_offers_do_not() -> None:
    """In most games in which all see everything; and no equilibrium is below the bound."""
    games = [
        replace(game, agents=tuple(replace(a, sees=(("y0",), ("y1",))) for a in game.agents))
        for game in map(asking, range(60))
        if game.states == ("y0", "y1")
    ]
    found = [bound_of(game) for game in games]
    asked = [one for one in found if any(isinstance(o.low, AskedOffer) for o in rows(one))]
    met = [
        one for one in asked if one.equilibrium and one.equilibrium.user_utility == one.bound.value
    ]
    assert len(asked) >= 3
    assert len(met) >= len(asked) / 2


def rows(finding: Finding) -> list[OfferRow]:
    return [offer for piece in finding.bound.pieces for offer in piece.offers]
