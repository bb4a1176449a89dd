"""Pure conversation rules: those from which a search starts, and climbing on them; against all."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.conversations import profiles, small_conversations
from tests.games import INSTANCES
from verifier.game.model import Agent, Game
from verifier.game.reader import load, parse
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import ConversationRule, History, Profile, Signal
from verifier.game.tree import alphabets
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.benchmark import team
from verifier.theory.judgements.climbing import Climb
from verifier.theory.judgements.conversation import ConversationRefutation, judge_conversation
from verifier.theory.judgements.pure_rules import (
    Answers,
    drawn_rule,
    likeliest_answers,
    pure_rule,
    pure_rules,
    quiet_answers,
    revealing_answers,
    situations,
    starts,
    team_answers,
)
from verifier.theory.play import conversation_payoff_end, play

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)


def worth(game: Game, profile: Profile, rule: ConversationRule) -> Fraction:
    """What an agent surely gets by another rule."""
    changed = {**profile, rule.agent: rule}
    payoff = game.agent_payoff(rule.agent)
    return conversation_payoff_end(game, changed, payoff, sure_end(game.ties))


@pytest.mark.slow
@often
@given(data=st.data())
def test_climbing_ends_where_no_change_of_one_answer_helps_and_below_the_best(
    data: st.DataObject,
) -> None:
    game = data.draw(small_conversations)
    note(write(game))
    profile, agent = data.draw(profiles(game)), game.agents[0]
    every = [worth(game, profile, rule) for rule in pure_rules(game, agent, 70)]
    assume(every)
    climb = Climb(game, agent, lambda rule: worth(game, profile, rule), 10_000)
    begun = starts(game, agent, likeliest_answers(game, agent, profile[agent.name]), Effort())
    found = climb.best(begun)
    reached = worth(game, profile, pure_rule(game, agent, found))
    assert max(worth(game, profile, pure_rule(game, agent, start)) for start in begun) <= reached
    assert reached <= max(every)
    for situation, word in product(found, range(len(alphabets(game)[agent.name]))):
        changed = pure_rule(game, agent, {**found, situation: word})
        assert worth(game, profile, changed) <= reached


@pytest.mark.slow
@often
@given(data=st.data())
def test_a_pure_rule_is_its_own_likeliest_rule(data: st.DataObject) -> None:
    """Up to the names of its words: the user gets the same, and so do all agents."""
    game = data.draw(small_conversations)
    note(write(game))
    agent, silent = game.agents[0], data.draw(profiles(game))
    rules = list(pure_rules(game, agent, 300))
    assume(rules)
    rule = data.draw(st.sampled_from(rules))
    again = pure_rule(game, agent, likeliest_answers(game, agent, rule))
    for end in RangeEnd:
        before, after = (
            conversation_payoff_end(
                game, {**silent, agent.name: said}, game.agent_payoff(agent.name), end
            )
            for said in (rule, again)
        )
        assert before == after


def written_out(game: Game, agent: Agent, rule: ConversationRule) -> ConversationRule:
    """A rule that repeats its first word, with that word after every history and question."""
    questions = range(game.conversation.user_alphabet)
    words = list(dict.fromkeys(w for sends in rule.opening.values() for w in sends))
    answers: dict[tuple[History, int], Signal] = {
        ((), q): {x: rule.says((), q, x) for x in game.agent_observations} for q in questions
    }
    for finished in range(1, game.conversation.rounds):
        for asked, word, q in product(product(questions, repeat=finished), words, questions):
            cells = [x for x in game.agent_observations if word in rule.opening[x]]
            history = tuple((each, word) for each in asked)
            answers[history, q] = {x: {word: F(1)} for x in cells}
    return ConversationRule(agent.name, {}, answers)


@pytest.mark.slow
@often
@given(data=st.data())
def test_a_rule_that_repeats_its_first_word_is_short_and_worth_the_same(
    data: st.DataObject,
) -> None:
    game = data.draw(small_conversations)
    note(write(game))
    agent, others = game.agents[0], data.draw(profiles(game))
    short = [rule for rule in pure_rules(game, agent, 300) if not rule.answers]
    assume(short)
    words = len(alphabets(game)[agent.name])
    assert len(short) == words ** len(agent.sees)
    rule = data.draw(st.sampled_from(short))
    for end in RangeEnd:
        values = [
            conversation_payoff_end(
                game, {**others, agent.name: said}, game.agent_payoff(agent.name), end
            )
            for said in (rule, written_out(game, agent, rule))
        ]
        assert values[0] == values[1]


def test_silence_and_the_truth_are_short_where_one_word_says_all() -> None:
    """A teacher's two words tell his classmate's side at once; two quotes need both rounds."""
    teacher = load(INSTANCES / "conversations/teacher_who_probes.toml")
    for agent in teacher.agents:
        assert not pure_rule(teacher, agent, quiet_answers(teacher, agent)).answers
        told = pure_rule(teacher, agent, revealing_answers(teacher, agent))
        assert bool(told.answers) == (len(alphabets(teacher)[agent.name]) < len(agent.sees))


@pytest.mark.parametrize("name", ["doctor_who_must_ask", "teacher_who_probes"])
def test_the_team_optimal_rule_as_answers_is_worth_team(name: str) -> None:
    game = load(INSTANCES / f"conversations/{name}.toml")
    agent = game.agents[0]
    answers = team_answers(game, agent, agent.sees, Effort())
    assert answers is not None
    alone = {agent.name: pure_rule(game, agent, answers)}
    assert play(game, alone).user_utility == team(game, agent.sees).value


def test_revealing_spells_the_cell_in_two_rounds() -> None:
    """Of six places four can be told with two words twice: the fifth sounds like the first."""
    game = load(INSTANCES / "conversations/doctor_who_must_ask.toml")
    (patient,) = game.agents
    answers = revealing_answers(game, patient)
    assert list(answers) == situations(game, patient)
    told = [(answers[cell, (0,)], answers[cell, (0, 1)]) for cell in patient.sees]
    assert told == [(0, 0), (0, 1), (1, 0), (1, 1), (0, 0), (0, 1)]


def few_tries(game: Game, agent: Agent, most: int) -> int:
    climb = Climb(game, agent, lambda rule: F(0), most)
    climb.best([revealing_answers(game, agent)])
    return climb.tried


def test_no_more_rules_are_tried_than_may_be() -> None:
    game = load(INSTANCES / "conversations/doctor_who_must_ask.toml")
    assert [few_tries(game, game.agents[0], most) for most in (0, 1, 7)] == [0, 1, 7]


def test_a_rule_that_gains_is_found_among_more_than_can_be_listed() -> None:
    """Where the broker tells what he knows the analyst gains by speaking; he has 2^30 rules."""
    game = load(INSTANCES / "conversations/two_quotes.toml")
    analyst, broker = game.agents
    profile = {
        "analyst": pure_rule(game, analyst, quiet_answers(game, analyst)),
        "broker": pure_rule(game, broker, revealing_answers(game, broker)),
    }
    found = judge_conversation(game, profile, Effort())
    assert isinstance(found, ConversationRefutation)
    assert found.agent == "analyst"
    assert worth(game, profile, found.rule) == found.after > found.before


@often
@given(data=st.data())
def test_a_drawn_rule_says_what_the_drawn_rules_say_as_often(data: st.DataObject) -> None:
    """Whatever is asked, every sequence of answers is as likely as if a rule were drawn first."""
    game = data.draw(small_conversations)
    agent, share = game.agents[0], data.draw(st.sampled_from([F(1, 8), F(1, 2), F(9, 10)]))
    words = alphabets(game)[agent.name]
    number = st.integers(0, len(words) - 1)
    places = situations(game, agent)
    one, two = (
        dict(zip(places, data.draw(st.tuples(*[number for _ in places])), strict=True))
        for _ in range(2)
    )
    drawn = drawn_rule(game, agent, [(share, one), (1 - share, two)])

    def said(answers: Answers, asked: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(words[answers[cell, asked[: n + 1]]] for n in range(len(asked)))

    talk = game.conversation
    for cell, asked in product(agent.sees, product(range(talk.user_alphabet), repeat=talk.rounds)):
        for answers in {said(one, asked), said(two, asked)}:
            chance = F(1)
            for n, word in enumerate(answers):
                history: History = tuple(zip(asked[:n], answers[:n], strict=True))
                chance *= drawn.says(history, asked[n], cell[0]).get(word, F(0))
            expected = share * (said(one, asked) == answers)
            assert chance == expected + (1 - share) * (said(two, asked) == answers)


EXPERT = """
format = 1
title = "She asks one of two questions; one expert, biased"
states = ["gg", "gb", "bg", "bb"]
actions = ["left", "right", "none"]
prior = { gg = "1/4", gb = "1/4", bg = "1/4", bb = "1/4" }

[user.utility]
left = { gg = 1, gb = 1, bg = -2, bb = -2 }
right = { gg = 1, gb = -2, bg = 1, bb = -2 }
none = { gg = 0, gb = 0, bg = 0, bb = 0 }

[[agents]]
name = "expert"
utility.left = { gg = 1, gb = 1, bg = 0, bb = 0 }
utility.right = { gg = 1, gb = 0, bg = 1, bb = 0 }
utility.none = { gg = 0, gb = 0, bg = 0, bb = 0 }

[conversation]
user_alphabet = 2
agent_alphabet = 2
"""


def test_what_gains_only_if_ties_go_his_way_is_drawn_with_the_same_but_for_one_answer() -> None:
    """Who says left unless only right is good gains 3/4 if she, who is then indifferent, follows;
    no draw of this with silence, the truth, or what is best for her makes her follow it.
    """
    game = parse(EXPERT, "expert.toml")
    yes = {"gg": {"y": F(1)}, "gb": {"y": F(1)}, "bg": {"n": F(1)}, "bb": {"n": F(1)}}
    other = {**yes, "gb": {"n": F(1)}, "bg": {"y": F(1)}}
    honest = ConversationRule("expert", {}, {((), 0): yes, ((), 1): other})
    found = judge_conversation(game, {"expert": honest}, Effort())
    assert isinstance(found, ConversationRefutation)
    assert found.before == F(1, 2) < found.after <= F(3, 4)
