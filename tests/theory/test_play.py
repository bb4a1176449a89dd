"""Conversations of several rounds: the user's best response against plain recursion, and exactness
of the arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.conversations import profiles, words_of
from tests.games import INSTANCES, games, simple_game
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Conversation, Game
from verifier.game.reader import load
from verifier.game.response import value_of
from verifier.game.rules import ConversationRule, History, Profile, Signal, Transcript
from verifier.game.writer import write
from verifier.solve import induction as layers
from verifier.theory.benchmark import team
from verifier.theory.play import Induction, play

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)
small = games(max_agents=2, max_agent_observations=3, max_rounds=2, max_letters=2)


def recursion(
    game: Game, profile: Profile, x_user: str, transcript: Transcript, reach: Mapping[str, Fraction]
) -> Fraction:
    """What the user can get from here on, by sums over complete transcripts: no arrays, no tree."""
    if len(transcript[0]) == game.conversation.rounds:
        worth = dict.fromkeys(game.actions, F(0))
        for (user, x, state), p in game.joint.items():
            for a in game.actions:
                worth[a] += p * reach.get(x, F(0)) * game.utility[a, state] if user == x_user else 0
        return max(worth.values())
    best = None
    for asked in product(range(game.conversation.user_alphabet), repeat=len(profile)):
        heard: dict[Transcript, dict[str, Fraction]] = {}
        for x, p in reach.items():
            says = [
                rule.says(h, q, x)
                for rule, h, q in zip(profile.values(), transcript, asked, strict=True)
            ]
            for words in product(*says):
                pairs = zip(transcript, asked, words, strict=True)
                after = tuple((*history, (q, word)) for history, q, word in pairs)
                chance = prod((s[w] for s, w in zip(says, words, strict=True)), start=p)
                heard.setdefault(after, {})[x] = chance
        value = sum(
            (recursion(game, profile, x_user, after, likely) for after, likely in heard.items()),
            F(0),
        )
        best = value if best is None else max(best, value)
    assert best is not None
    return best


@pytest.mark.slow
@often
@given(data=st.data())
def test_backward_induction_agrees_with_plain_recursion(data: st.DataObject) -> None:
    game = data.draw(small)
    profile = data.draw(profiles(game))
    note(write(game))
    found = play(game, profile)
    total = F(0)
    for x_user in dict.fromkeys(x for x, _ in game.points):
        reach = {x: F(1) for user, x in game.points if user == x_user}
        total += recursion(game, profile, x_user, ((),) * len(profile), reach)
    assert found.user_utility == total


@pytest.mark.slow
@often
@given(data=st.data())
def test_the_outcome_is_a_distribution_at_every_point_and_pays_what_is_said(
    data: st.DataObject,
) -> None:
    game = data.draw(small)
    found = play(game, data.draw(profiles(game)))
    for point in game.points:
        shares = [found.outcome[(*point, a)] for a in game.actions]
        assert sum(shares) == 1 and min(shares) >= 0
    for agent in game.agents:
        utility = sum(
            (
                p * found.outcome[x_user, x, a] * agent.utility[a, y]
                for (x_user, x, y), p in game.joint.items()
                for a in game.actions
            ),
            F(0),
        )
        assert utility == found.agent_utilities[agent.name]


@settings(often, max_examples=30)
@given(game=games(max_agents=1, max_rounds=1, rich=False))
def test_one_deterministic_rule_is_worth_what_the_team_recursion_says(game: Game) -> None:
    rule = team(game, game.agents[0].sees).rule
    answers: dict[tuple[History, int], Signal] = {
        ((), asked): {
            x: {str(n): F(1)}
            for n, answer in enumerate(rule.messages[min(asked, len(rule.messages) - 1)])
            for x in answer.when
        }
        for asked in range(game.conversation.user_alphabet)
    }
    assert play(game, {"a": ConversationRule("a", {}, answers)}).user_utility == value_of(
        game, rule
    )


def question_game() -> Game:
    return load(INSTANCES / "guarantees/two_facts.toml")


def test_she_asks_for_the_fact_that_she_needs() -> None:
    bits = ("yes_yes", "yes_no", "no_yes", "no_no")
    by_question = {q: {x: {x.split("_")[q]: F(1)} for x in bits} for q in (0, 1)}
    rule = ConversationRule("expert", {}, {((), q): signal for q, signal in by_question.items()})
    found = play(question_game(), {"expert": rule})
    assert found.user_utility == 1
    assert found.moves["asks_first", ((),)].optimal == ((0,),)
    assert found.moves["asks_second", ((),)].optimal == ((1,),)
    assert found.moves["asks_first", (((0, "yes"),),)].optimal == ("say_yes",)


def test_a_situation_without_an_answer_is_named() -> None:
    rule = ConversationRule(
        "expert",
        {},
        {((), 0): {x: {"yes": F(1)} for x in ("yes_yes", "yes_no", "no_yes", "no_no")}},
    )
    with pytest.raises(
        InstanceError,
        match=r"the rule of expert says nothing after \[\], asked 2, seeing 'yes_yes'",
    ):
        play(question_game(), {"expert": rule})


def test_large_conversations_are_refused_before_work() -> None:
    game = simple_game(
        {"s": 1},
        {"a": [0]},
        {f"g{n}": {"a": [0]} for n in range(4)},
        conversation=Conversation(3, 4, 4),
    )
    silent = {
        agent.name: ConversationRule(agent.name, {"s": {f"m{n}": F(1, 4) for n in range(4)}}, {})
        for agent in game.agents
    }
    with pytest.raises(SizeError, match=r"281474976710656 combinations .* the limit is 2000000"):
        play(game, silent)


def test_integers_that_do_not_fit_a_machine_word_are_python_integers() -> None:
    sure = [[{0: 1}, {0: 1}]]
    assert layers.dtype_for([[2**60, 1]], sure).__name__ == "int64"
    assert layers.dtype_for([[2**62, 1]], sure) is object
    values = layers.expected_payoffs(
        [[3 * 2**61, 1]], [[{0: 2**10}, {0: 1}], [{0: 5}, {0: 7}]], [1, 1], object
    )
    assert values[0, 0] == 3 * 2**61 * 2**10 * 5 + 7


def test_chances_that_do_not_fit_a_machine_word_count_even_where_nothing_is_at_stake() -> None:
    """Payoffs of 0, chances over 3^50."""
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)}, {"a": [0, 0], "b": [0, 0]}, {"g": {"a": [1, 0], "b": [0, 1]}}
    )
    tiny = F(1, 3**50)
    found = play(
        game,
        {"g": ConversationRule("g", {"l": {"m": tiny, "n": 1 - tiny}, "r": {"m": F(1)}}, {})},
    )
    assert found.user_utility == 0
    assert found.agent_utilities["g"] == F(1, 2)


@given(
    payoffs=st.lists(
        st.lists(st.integers(-(2**70), 2**70), min_size=2, max_size=2), min_size=1, max_size=3
    )
)
@settings(often, max_examples=20)
def test_both_kinds_of_integers_give_the_same_sums(payoffs: list[list[int]]) -> None:
    chances = [[{0: 1, 1: 3}, {0: 2}], [{0: 2, 1: 1}, {0: 2, 1: 5}]]
    kind = layers.dtype_for(payoffs, chances)
    exact = layers.expected_payoffs(payoffs, chances, [2, 2], object)
    assert (layers.expected_payoffs(payoffs, chances, [2, 2], kind) == exact).all()
    assert (
        layers.backward(exact.astype(kind), [(2, 1), (1, 2)], 1)[0]
        == layers.backward(exact, [(2, 1), (1, 2)], 1)[0]
    )


def test_chances_too_fine_for_machine_words_are_exact() -> None:
    """One word with odds of 3^-50 gives the state away a little less than always."""
    fine = F(1, 3**50)
    rule = ConversationRule("g", {"l": {"m": fine, "n": 1 - fine}, "r": {"m": F(1)}}, {})
    half = {"l": F(1, 2), "r": F(1, 2)}
    game = simple_game(half, {"a": [1, 0], "b": [0, 1]}, {"g": {"a": [1, 0], "b": [0, 1]}})
    assert play(game, {"g": rule}).user_utility == 1 - fine / 2


def test_many_agents_and_rounds_are_no_problem_where_transcripts_are_few() -> None:
    """40 agents say one word in 16 rounds: more than an array has axes."""
    agents = {f"g{n}": {"a": [1, 0], "b": [0, 1]} for n in range(40)}
    game = simple_game(
        {"l": F(1, 3), "r": F(2, 3)},
        {"a": [1, 0], "b": [0, 1]},
        agents,
        conversation=Conversation(16, 1, 1),
    )
    quiet = {
        name: ConversationRule(name, {"l": {"m": F(1)}, "r": {"m": F(1)}}, {}) for name in agents
    }
    assert play(game, quiet).user_utility == F(2, 3)


def test_a_limit_that_is_raised_lets_more_be_played() -> None:
    game = simple_game(
        {"l": F(1, 3), "r": F(2, 3)}, {"a": [1, 0], "b": [0, 1]}, {"g": {"a": [1, 0], "b": [0, 1]}}
    )
    game, rule = game, ConversationRule("g", {"l": {"m": F(1)}, "r": {"n": F(1)}}, {})
    assert play(game, {"g": rule}, 4).user_utility == 1
    with pytest.raises(SizeError, match=r"has 4 combinations .* the limit is 3;"):
        play(game, {"g": rule}, 3)


@pytest.mark.slow
@often
@given(data=st.data())
def test_the_walk_over_the_arrays_ends_with_what_she_gets(data: st.DataObject) -> None:
    """The outcome is found by following her moves; the walk's own last number, over its scale, must
    be the same.
    """
    game = data.draw(small)
    game, profile = game, data.draw(profiles(game))
    total = F(0)
    for x_user in game.user_support:
        ready = Induction.prepared(game, x_user, profile)
        kind = layers.dtype_for(ready.payoffs, ready.chances)
        values = layers.expected_payoffs(ready.payoffs, ready.chances, ready.sizes, kind)
        total += F(int(layers.backward(values, ready.shape, ready.rounds)[0]), ready.scale)
    assert total == play(game, profile).user_utility


@settings(often, max_examples=25)
@given(data=st.data())
def test_no_pure_strategy_of_hers_gives_more(data: st.DataObject) -> None:
    """All her plans in one round: questions, then an action for every tuple of answers.

    Ties are reported, all of them.
    """
    game = data.draw(
        games(
            max_agents=2,
            max_actions=2,
            max_agent_observations=2,
            max_rounds=1,
            max_letters=2,
            rich=False,
        )
    )
    profile = data.draw(profiles(game))
    found = play(game, profile)
    total = F(0)
    for x_user in game.user_support:
        worth = {plan: plan_value(game, profile, x_user, *plan) for plan in plans(game, profile)}
        total += max(worth.values())
        best = {asked for (asked, _), value in worth.items() if value == max(worth.values())}
        if game.conversation.user_alphabet > 1:
            assert set(found.moves[x_user, ((),) * len(profile)].optimal) == best
    assert total == found.user_utility


Plan = tuple[tuple[int, ...], tuple[tuple[tuple[str, ...], str], ...]]
"""What she asks, and what she does after every tuple of answers."""


def plans(game: Game, profile: Profile) -> list[Plan]:
    heard = list(product(*(words_of(game) for _ in profile)))
    asked = product(range(game.conversation.user_alphabet), repeat=len(profile))
    acts = [
        tuple(zip(heard, actions, strict=True))
        for actions in product(game.actions, repeat=len(heard))
    ]
    return list(product(asked, acts))


def plan_value(
    game: Game,
    profile: Profile,
    x_user: str,
    asked: tuple[int, ...],
    acts: tuple[tuple[tuple[str, ...], str], ...],
) -> Fraction:
    """What a plan is worth to her at an observation: a sum over points, states and answers."""
    total = F(0)
    for (user, x, state), p in game.joint.items():
        if user != x_user:
            continue
        says = [
            rule.says((), question, x)
            for rule, question in zip(profile.values(), asked, strict=True)
        ]
        for words, action in acts:
            chance = prod(
                (said.get(word, F(0)) for said, word in zip(says, words, strict=True)), start=p
            )
            total += chance * game.utility[action, state]
    return total
