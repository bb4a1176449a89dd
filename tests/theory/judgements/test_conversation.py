"""Profiles of conversations: proved by the bound, refuted by a pure rule, or open; checked against
brute force.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.conversations import profiles, rules, small_conversations
from tests.games import INSTANCES
from verifier.game.reader import load
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import ConversationRule, History, Signal
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
    judge_conversation,
    obedient_outcome_bound,
    worth_without,
)
from verifier.theory.judgements.pure_rules import pure_rules
from verifier.theory.play import conversation_payoff_end, play

F = Fraction
often = settings(max_examples=30, deadline=None, derandomize=True)
BITS = ("yes_yes", "yes_no", "no_yes", "no_no")


@pytest.mark.slow
@often
@given(data=st.data())
def test_no_rule_beats_the_ceiling(data: st.DataObject) -> None:
    """Whatever rule an agent draws, and however she breaks her ties, he gets no more than the bound
    says.
    """
    game = data.draw(small_conversations)
    note(write(game))
    game, profile, agent = game, data.draw(profiles(game)), game.agents[0]
    most = obedient_outcome_bound(game, agent, worth_without(game, profile, agent.name), Effort())
    changed = {**profile, agent.name: data.draw(rules(game, agent))}
    assert (
        conversation_payoff_end(game, changed, game.agent_payoff(agent.name), RangeEnd.GREATEST)
        <= most.value
    )


@pytest.mark.slow
@often
@given(data=st.data())
def test_extremes_enclose_the_play_and_meet_where_nothing_ties(data: st.DataObject) -> None:
    game = data.draw(small_conversations)
    game, profile = game, data.draw(profiles(game))
    found = play(game, profile)
    assert (
        conversation_payoff_end(game, profile, game.user_payoff, RangeEnd.LEAST)
        == found.user_utility
    )
    for name, value in found.agent_utilities.items():
        ends = [
            conversation_payoff_end(game, profile, game.agent_payoff(name), end)
            for end in (RangeEnd.LEAST, RangeEnd.GREATEST)
        ]
        assert ends[0] <= value <= ends[1]
        if all(len(moves.optimal) == 1 for moves in found.moves.values()):
            assert ends[0] == ends[1]


@settings(often, max_examples=15)
@given(data=st.data())
def test_what_is_said_of_a_profile_can_be_replayed(data: st.DataObject) -> None:
    game = data.draw(small_conversations)
    game, profile = game, data.draw(profiles(game))
    found = judge_conversation(game, profile, Effort(), rule_limit=70)
    if isinstance(found, ConversationRefutation):
        after = play(game, {**profile, found.agent: found.rule}).agent_utilities[found.agent]
        before = play(game, profile).agent_utilities[found.agent]
        assert found.before >= before
        assert found.after > found.before + game.gamma
        assert after >= found.after or game.ties.value == "favour-speaker"
    if isinstance(found, ConversationEquilibrium):
        assert all(most <= has + game.gamma for has, most in found.bounds.values())
        for agent in game.agents:
            has, payoff = found.bounds[agent.name][0], game.agent_payoff(agent.name)
            for rule in pure_rules(game, agent, 70):
                changed = {**profile, agent.name: rule}
                surely = conversation_payoff_end(game, changed, payoff, sure_end(game.ties))
                assert surely <= has + game.gamma
    if isinstance(found, UnresolvedConversation):
        assert any(most > has + game.gamma for has, most in found.bounds.values())


def expert(*facts: int) -> dict[str, ConversationRule]:
    """Asked the first or the second question, the expert tells these facts."""
    answers: dict[tuple[History, int], Signal] = {
        ((), q): {x: {x.split("_")[fact]: F(1)} for x in BITS} for q, fact in enumerate(facts)
    }
    return {"expert": ConversationRule("expert", {}, answers)}


def test_the_expert_who_answers_what_he_is_asked() -> None:
    game = load(INSTANCES / "guarantees/two_facts.toml")
    told = judge_conversation(game, expert(0, 1), Effort())
    assert isinstance(told, ConversationEquilibrium)
    assert told.play.user_utility == 1
    assert told.bounds == {"expert": (F(1), F(1))}


def test_the_expert_who_tells_the_first_fact_whatever_he_is_asked() -> None:
    game = load(INSTANCES / "guarantees/two_facts.toml")
    told = judge_conversation(game, expert(0, 0), Effort())
    assert isinstance(told, ConversationRefutation)
    assert (told.before, told.after) == (
        F(3, 4),
        F(7, 8),
    )  # the first rule that gains, not the best
    assert play(game, {"expert": told.rule}).user_utility == F(7, 8)


def test_where_the_pure_rules_are_too_many_it_is_climbed_to_one_that_gains() -> None:
    game = load(INSTANCES / "guarantees/two_facts.toml")
    told = judge_conversation(game, expert(0, 0), Effort(), rule_limit=255)
    assert isinstance(told, ConversationRefutation)
    assert (told.before, told.after) == (F(3, 4), F(7, 8))


def test_too_few_rules_that_may_be_tried_leave_it_open() -> None:
    game = load(INSTANCES / "guarantees/two_facts.toml")
    told = judge_conversation(game, expert(0, 0), Effort(), rule_limit=1)
    assert isinstance(told, UnresolvedConversation)
    assert told.tried == {"expert": 1}
