"""Conversations of several rounds: the user's best response against plain recursion, and exactness of the arrays."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.profiles import profiles
from tests.strategies import INSTANCES, games, simple_game
from verifier.errors import InstanceError, SizeError
from verifier.game.game import Conversation, Game
from verifier.game.instance import load
from verifier.game.printing import write
from verifier.game.profile import ConversationRule, History, Profile, Signal
from verifier.game.user import Stakes, value_of
from verifier.solve import layers
from verifier.theory.benchmark import team
from verifier.theory.play import Transcript, play

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)
small = games(max_agents=2, max_agent_observations=3, max_rounds=2, max_letters=2)


def recursion(game: Game, profile: Profile, x_user: str, transcript: Transcript, reach: Mapping[str, Fraction]) -> Fraction:
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
            says = [rule.says(h, q, x) for rule, h, q in zip(profile.values(), transcript, asked, strict=True)]
            for words in product(*says):
                pairs = zip(transcript, asked, words, strict=True)
                after = tuple((*history, (q, word)) for history, q, word in pairs)
                chance = prod((s[w] for s, w in zip(says, words, strict=True)), start=p)
                heard.setdefault(after, {})[x] = chance
        value = sum((recursion(game, profile, x_user, after, likely) for after, likely in heard.items()), F(0))
        best = value if best is None else max(best, value)
    assert best is not None
    return best


@often
@given(data=st.data())
def test_backward_induction_agrees_with_plain_recursion(data: st.DataObject) -> None:
    game = data.draw(small)
    profile = data.draw(profiles(game))
    note(write(game))
    found = play(Stakes(game), profile)
    total = F(0)
    for x_user in dict.fromkeys(x for x, _ in game.points):
        reach = {x: F(1) for user, x in game.points if user == x_user}
        total += recursion(game, profile, x_user, ((),) * len(profile), reach)
    assert found.user_utility == total


@often
@given(data=st.data())
def test_the_outcome_is_a_distribution_at_every_point_and_pays_what_is_said(data: st.DataObject) -> None:
    game = data.draw(small)
    found = play(Stakes(game), data.draw(profiles(game)))
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
    stakes = Stakes(game)
    rule = team(stakes, game.agents[0].sees).rule
    answers: dict[tuple[History, int], Signal] = {
        ((), asked): {
            x: {str(n): F(1)} for n, answer in enumerate(rule.messages[min(asked, len(rule.messages) - 1)]) for x in answer.when
        }
        for asked in range(game.conversation.user_alphabet)
    }
    assert play(stakes, {"a": ConversationRule("a", {}, answers)}).user_utility == value_of(stakes, rule)


def question_game() -> Game:
    return load(INSTANCES / "counterexamples/learning_question_twin.toml")


def test_she_asks_for_the_fact_that_she_needs() -> None:
    bits = ("yes_yes", "yes_no", "no_yes", "no_no")
    by_question = {q: {x: {x.split("_")[q]: F(1)} for x in bits} for q in (0, 1)}
    rule = ConversationRule("expert", {}, {((), q): signal for q, signal in by_question.items()})
    found = play(Stakes(question_game()), {"expert": rule})
    assert found.user_utility == 1
    assert found.moves["asks_first", ((),)].optimal == ((0,),)
    assert found.moves["asks_second", ((),)].optimal == ((1,),)
    assert found.moves["asks_first", (((0, "yes"),),)].optimal == ("say_yes",)


def test_a_situation_without_an_answer_is_named() -> None:
    rule = ConversationRule("expert", {}, {((), 0): {x: {"yes": F(1)} for x in ("yes_yes", "yes_no", "no_yes", "no_no")}})
    with pytest.raises(InstanceError, match=r"the rule of expert says nothing after \[\], asked 2, seeing 'yes_yes'"):
        play(Stakes(question_game()), {"expert": rule})


def test_large_conversations_are_refused_before_work() -> None:
    game = simple_game({"s": 1}, {"a": [0]}, {f"g{n}": {"a": [0]} for n in range(4)}, conversation=Conversation(3, 4, 4))
    silent = {
        agent.name: ConversationRule(agent.name, {"s": {f"m{n}": F(1, 4) for n in range(4)}}, {}) for agent in game.agents
    }
    with pytest.raises(SizeError, match=r"281474976710656 combinations .* the limit is 2000000"):
        play(Stakes(game), silent)


def test_integers_that_do_not_fit_a_machine_word_are_python_integers() -> None:
    huge, tiny = [[2**61, 1]], [[[1, 1]]]
    assert layers.dtype_for([[2**60, 1]], tiny).__name__ == "int64"
    assert layers.dtype_for([[2**62, 1]], tiny) is object
    values = layers.worths([[3 * huge[0][0], 1]], [[[2**10, 1]], [[5, 7]]], object)
    assert values[0, 0, 0] == 3 * 2**61 * 2**10 * 5 + 7


def test_chances_that_do_not_fit_a_machine_word_count_even_where_nothing_is_at_stake() -> None:
    """Payoffs of 0, chances over 3^50."""
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, {"a": [0, 0], "b": [0, 0]}, {"g": {"a": [1, 0], "b": [0, 1]}})
    tiny = F(1, 3**50)
    found = play(Stakes(game), {"g": ConversationRule("g", {"l": {"m": tiny, "n": 1 - tiny}, "r": {"m": F(1)}}, {})})
    assert found.user_utility == 0
    assert found.agent_utilities["g"] == F(1, 2)


@given(payoffs=st.lists(st.lists(st.integers(-(2**70), 2**70), min_size=2, max_size=2), min_size=1, max_size=3))
@settings(often, max_examples=20)
def test_both_kinds_of_integers_give_the_same_sums(payoffs: list[list[int]]) -> None:
    chances = [[[1, 2], [3, 0]], [[2, 2], [1, 5]]]
    kind = layers.dtype_for(payoffs, chances)
    assert (layers.worths(payoffs, chances, kind) == layers.worths(payoffs, chances, object)).all()
