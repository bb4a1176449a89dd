"""Equilibria in conversations: what is found survives every pure rule, and the kernel accepts it;
the shipped games of two rounds, with answers by other means.
"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from hypothesis import assume, given, note, settings

from tests.conversations import small_conversations
from tests.games import INSTANCES
from tests.kernel.building import read
from verifier.certificate import equilibrium_certificate
from verifier.game.model import Conversation, Game
from verifier.game.reader import load
from verifier.game.response import sure_end
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.solve.effort import Effort
from verifier.theory.equilibria.conversations import (
    UNPLAYED,
    Searched,
    conversation_equilibria,
    offered_conversations,
)
from verifier.theory.equilibria.equilibrium import Exhibited, exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.judgements.offers import Offers
from verifier.theory.judgements.pure_rules import pure_rules
from verifier.theory.play import conversation_payoff_end

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)


@cache
def game_of(name: str) -> Game:
    return load(INSTANCES / f"conversations/{name}.toml")


@cache
def found_in(name: str) -> Exhibited:
    return exhibit(game_of(name), Guarantee.BAYES)


def values(name: str) -> list[Fraction]:
    """What the equilibria found are worth to her, each once."""
    return sorted({F(shown.user_utility) for shown in found_in(name).equilibria})  # type: ignore[arg-type]


@pytest.mark.slow
@often
@given(game=small_conversations)
def test_what_is_found_survives_every_pure_rule_and_the_kernel_accepts_it(game: Game) -> None:
    note(write(game))
    for shown in conversation_equilibria(game).equilibria[:3]:
        made = equilibrium_certificate(game, Guarantee.BAYES, shown)
        assert "accepted: " + check(json.loads(made.text), read(write(game)), {}) == made.line
        for agent in game.agents:
            payoff, has = game.agent_payoff(agent.name), shown.play.agent_utilities[agent.name]
            for rule in pure_rules(game, agent, 70):
                changed = {**shown.profile, agent.name: rule}
                surely = conversation_payoff_end(game, changed, payoff, sure_end(game.ties))
                assert surely <= has + game.gamma


@pytest.mark.slow
@often
@given(game=small_conversations)
def test_no_pure_rule_gains_where_she_picks_and_the_kernel_accepts_it(game: Game) -> None:
    assume(len(game.agents) > 1)
    note(write(game))
    for shown in offered_conversations(game).equilibria[:2]:
        made = equilibrium_certificate(game, Guarantee.BEST_AI, shown)
        assert "accepted: " + check(json.loads(made.text), read(write(game)), {}) == made.line
        offers = Offers.of(game, shown.profile)
        for agent in game.agents:
            payoff, has = game.agent_payoff(agent.name), shown.play.agent_utilities[agent.name]
            for rule in pure_rules(game, agent, 70):
                surely = offers.changed(rule).payoff_end(payoff, sure_end(game.ties))
                assert surely <= has + game.gamma


def test_the_teacher_who_picks_talks_to_the_student() -> None:
    shown = exhibit(game_of("teacher_who_probes"), Guarantee.BEST_AI).best
    assert isinstance(shown, ConversationEquilibrium)
    assert (shown.picked, shown.user_utility) == ("student", F(2))


def test_in_one_round_in_which_she_is_silent_rules_are_signals() -> None:
    game = load(INSTANCES / "classics/two_prosecutors.toml")
    assert conversation_equilibria(game) == offered_conversations(game) == Searched([])


def told_apart(game: Game, words: dict[str, str]) -> Fraction:
    """What she gets if each observation of the agents is told by these words, by definition."""
    groups: dict[tuple[str, str], list[str]] = {}
    for x, o in game.points:
        groups.setdefault((x, words[o]), []).append(o)
    return sum(
        (
            max(sum((game.user_payoff[x, o, a] for o in group), F(0)) for a in game.actions)
            for (x, _), group in groups.items()
        ),
        F(0),
    )


def test_the_doctor_must_ask() -> None:
    """Without a question four words for six places are worth 5/6 at best, by trying all."""
    game = game_of("doctor_who_must_ask")
    cells = game.agent_observations
    ways = product("abcd", repeat=len(cells))
    assert max(told_apart(game, dict(zip(cells, way, strict=True))) for way in ways) == F(5, 6)
    assert told_apart(game, dict(zip(cells, cells, strict=True))) == 1


def test_what_the_patient_of_the_doctor_can_get_at_most() -> None:
    """By hand: with either complaint an antibiotic for nothing is at most as likely as bacteria,
    1/6, since she would rather wait otherwise; each is worth 1/2 more to him than the truth. And
    as much is lost to her.
    """
    assert values("doctor_who_must_ask") == [1 - F(1, 6)]
    (shown,) = (
        shown
        for shown in found_in("doctor_who_must_ask").equilibria
        if isinstance(shown, ConversationEquilibrium)
    )
    assert shown.bounds["patient"] == (1 + F(1, 6) * F(1, 2), 1 + F(1, 6) * F(1, 2))


@pytest.mark.slow
def test_two_quotes_silence_and_the_right_mark() -> None:
    """By hand: what either knows alone does not move the mark; each likes the right mark best."""
    game = game_of("two_quotes")
    assert values("two_quotes") == [told_apart(game, dict.fromkeys(game.agent_observations, "")), 2]
    for agent in game.agents:
        alone = {o: cell[0] for cell in agent.sees for o in cell}
        assert told_apart(game, alone) == values("two_quotes")[0] == F(7, 5)
    for agent in game.agents:
        best = {y: max(game.actions, key=lambda a, y=y: agent.utility[a, y]) for y in game.states}  # type: ignore[misc]
        assert [best[y][-1] for y in game.states] == [y[-1] for y in game.states]


def test_two_quotes_are_too_few_without_a_question() -> None:
    """Each price but one in a word of its own and the broker's in another: by trying all."""
    game = game_of("two_quotes")
    levels = ["crash", "low", "flat", "high", "boom"]
    ways = (dict(zip(levels, way, strict=True)) for way in product("abcd", repeat=5))
    best = max(
        told_apart(
            game,
            {o: o.split("_")[0] + way[o.split("_")[1]] for o in game.agent_observations},
        )
        for way in ways
    )
    assert F(7, 5) < best < 2


@pytest.mark.slow
def test_the_debate_without_a_reply_and_with_it() -> None:
    """By trying all: with the topic known and four words for six ways she gets 7/6, with a reply
    3/2, the most that there is; if nobody speaks, nothing.
    """
    game = game_of("debate_with_a_reply")
    ways = ["a", "b", "c", "ab", "ac", "bc"]
    best = max(
        told_apart(
            game,
            {
                o: o.split("_")[1] + dict(zip(ways, way, strict=True))[o.split("_")[3]]
                for o in game.agent_observations
            },
        )
        for way in product("abcd", repeat=6)
    )
    assert best == F(7, 6)
    assert values("debate_with_a_reply") == [0, F(1, 2), F(3, 2)]
    assert told_apart(game, {o: o for o in game.agent_observations}) == F(3, 2)


def test_the_teacher_who_probes() -> None:
    """The side alone is worth 9/5 to her, all of it 2: the worst and the best that are found."""
    game = game_of("teacher_who_probes")
    worst, *_, best = values("teacher_who_probes")
    assert (worst, best) == (F(9, 5), F(2))
    _, classmate = game.agents
    assert told_apart(game, {o: cell[0] for cell in classmate.sees for o in cell}) == F(9, 5)
    assert told_apart(game, {o: o for o in game.agent_observations}) == 2


def test_what_is_too_large_is_left_out_and_said() -> None:
    """The bounds of the debate need more coefficients than are allowed."""
    game = game_of("debate_with_a_reply")
    searched = conversation_equilibria(game, Effort(program_limit=1000))
    assert searched.left_out is not None and "more than 1000 coefficients" in searched.left_out
    shown = exhibit(game, Guarantee.BAYES, Effort(program_limit=1000))
    assert shown.left_out == searched.left_out
    assert len(shown.equilibria) < len(found_in("debate_with_a_reply").equilibria)
    many = replace(game, conversation=Conversation(5, 4, 4))
    for search in (conversation_equilibria, offered_conversations):
        assert search(many).left_out == UNPLAYED
