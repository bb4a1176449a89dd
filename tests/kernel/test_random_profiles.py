"""Profiles of conversations: what is judged of them is certified, and the kernel agrees."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, note, reject, settings
from hypothesis import strategies as st

from tests.conversations import profiles, rules, small_conversations
from tests.kernel.building import read
from verifier.certificate import (
    judgement_certificate,
)
from verifier.evidence import conversation_tree, conversations_of
from verifier.game.response import RangeEnd
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.kernel.core.game import study
from verifier.kernel.core.rule import play as kernel_play
from verifier.kernel.core.rule import read_rules, reply
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import (
    judge_conversation,
)
from verifier.theory.play import conversation_payoff_end, play

often = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.mark.slow
@often
@given(data=st.data())
def test_the_kernel_plays_every_profile_alike(data: st.DataObject) -> None:
    """The same utilities at her first best moves, and the same ends over all best responses."""
    game = data.draw(small_conversations)
    note(write(game))
    profile = data.draw(profiles(game))
    position = study(read(write(game)))
    trees = read_rules(position.game, conversations_of(game, profile)).values()
    found = play(game, profile)
    if game.ties.value != "belief":  # where one belief may be reached in two ways
        assert kernel_play(position, trees, []) == [
            found.user_utility,
            *found.agent_utilities.values(),
        ]
    for name, payoff in game.agent_payoffs.items():
        for end in RangeEnd:
            expected = conversation_payoff_end(game, profile, payoff, end)
            first = game.ties.value == "order"
            assert reply(position, trees, position.agents[name], end.value, first) == (
                found.user_utility,
                expected,
            )


@pytest.mark.slow
@settings(often, max_examples=60)
@given(data=st.data())
def test_the_kernel_accepts_what_is_judged(data: st.DataObject) -> None:
    game = data.draw(small_conversations)
    note(write(game))
    profile = data.draw(profiles(game))
    found = judge_conversation(game, profile, Effort(), rule_limit=70)
    made = judgement_certificate(game, Guarantee.BAYES, found)
    if made is None:
        reject()
    assert "accepted: " + check(json.loads(made.text), read(write(game)), {}) == made.line


@often
@given(data=st.data())
def test_a_tree_says_what_the_rule_says(data: st.DataObject) -> None:
    """Word by word, with its probability at every cell."""
    game = data.draw(small_conversations)
    agent = game.agents[0]
    rule = data.draw(rules(game, agent))
    tree = conversation_tree(game, agent, rule)
    for asked, answers in enumerate(tree):
        for cell in agent.sees:
            said = {word: p for word, sends, _ in answers for c, p in sends if c == cell[0]}
            assert said == {w: str(p) for w, p in rule.says((), asked, cell[0]).items()}
