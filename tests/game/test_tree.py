"""Conversation trees: sizes known before building, information sets, and refusals."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conversations import profiles
from tests.games import games, simple_game
from verifier.errors import SizeError
from verifier.game.model import Conversation, Game
from verifier.game.rules import ConversationRule
from verifier.game.tree import AgentMove, Chance, Leaf, Size, UserMove, build, size_of

often = settings(max_examples=30, deadline=None, derandomize=True)
small = games(max_agents=2, max_agent_observations=3, max_rounds=2, max_letters=2)


def counted(tree: Any) -> Size:
    kinds = Counter(type(kind) for _, kind in tree.nodes(data="kind"))
    return Size(kinds[Chance], kinds[UserMove], kinds[AgentMove], kinds[Leaf])


@pytest.mark.slow
@often
@given(data=st.data())
def test_the_size_is_known_before_building(data: st.DataObject) -> None:
    game = data.draw(small)
    profile = data.draw(st.none() | profiles(game))
    assume(size_of(game, profile).nodes < 20_000)
    assert counted(build(game, profile)) == size_of(game, profile)


@often
@given(data=st.data())
def test_random_moves_sum_to_one_and_choices_have_no_probability(data: st.DataObject) -> None:
    game = data.draw(games(max_agents=2, max_rounds=1, max_letters=2))
    tree = build(game, data.draw(st.none() | profiles(game)))
    for node, kind in tree.nodes(data="kind"):
        chances = [data["probability"] for _, _, data in tree.out_edges(node, data=True)]
        if isinstance(kind, Chance):
            assert sum(chances) == 1 and min(chances) > 0
        else:
            assert set(chances) <= {None}


@often
@given(game=games(max_agents=2, max_rounds=2, max_letters=2, max_agent_observations=2))
def test_nobody_is_told_more_than_her_information_set_says(game: Game) -> None:
    """Every information set has the same moves at all its nodes; an agent's does not name what it
    does not see.
    """
    assume(size_of(game, None).nodes <= 20_000)
    tree = build(game)
    moves: dict[Any, list[str]] = {}
    for node, kind in tree.nodes(data="kind"):
        labels = [data["label"] for _, _, data in tree.out_edges(node, data=True)]
        if isinstance(kind, UserMove | AgentMove):
            assert moves.setdefault(kind, labels) == labels
        if isinstance(kind, AgentMove):
            agent = next(a for a in game.agents if a.name == kind.agent)
            assert kind.cell in {cell[0] for cell in agent.sees}


def test_trees_are_refused_before_building() -> None:
    game = simple_game({"s": 1}, {"a": [0]}, {"g": {"a": [0]}}, conversation=Conversation(9, 4, 4))
    with pytest.raises(
        SizeError,
        match=r"would have \d{11,} nodes, the limit is 200000; raise it with --tree-limit",
    ):
        build(game)


def test_a_hand_made_tree() -> None:
    """Two states, one agent with two messages: chance, 2 answers, 4 actions to choose, 8 ends."""
    game = simple_game(
        {"l": Fraction(1, 2), "r": Fraction(1, 2)},
        {"a": [1, 0], "b": [0, 1]},
        {"g": {"a": [1, 0], "b": [0, 1]}},
    )
    assert size_of(game, None) == Size(1, 4, 2, 8)
    sets = {kind for _, kind in build(game).nodes(data="kind") if isinstance(kind, UserMove)}
    assert len(sets) == 2  # she cannot tell the states apart


def test_rules_with_too_many_conversations_are_refused_while_they_are_counted() -> None:
    game = simple_game({"s": 1}, {"a": [0]}, {"g": {"a": [0]}}, conversation=Conversation(12, 4, 1))
    with pytest.raises(SizeError, match="g alone has over 200000 conversations"):
        size_of(game, {"g": ConversationRule("g", {"s": {"m": Fraction(1)}}, {})})


def test_many_agents_in_many_rounds_do_not_exhaust_the_stack() -> None:
    agents = {f"g{n}": {"a": [0]} for n in range(200)}
    game = simple_game({"s": 1}, {"a": [0]}, agents, conversation=Conversation(16, 1, 1))
    assert counted(build(game)) == size_of(game, None) == Size(1, 1, 200 * 16, 1)


@pytest.mark.slow
def test_sizes_that_nobody_would_read_are_refused_in_powers_of_ten() -> None:
    """Rounds, questions, messages and agents as large as an instance file may have them: 10^19200
    leaves.
    """
    agents = {f"g{n}": {"a": [0]} for n in range(200)}
    game = simple_game({"s": 1}, {"a": [0]}, agents, conversation=Conversation(16, 1000, 1000))
    with pytest.raises(SizeError, match=r"would have at least 10\^191\d\d leaves; use fewer"):
        build(game)


def test_nodes_are_numbered_depth_first() -> None:
    game = simple_game(
        {"l": Fraction(1, 2), "r": Fraction(1, 2)},
        {"a": [1, 0]},
        {"g": {"a": [1, 0]}},
        conversation=Conversation(2, 2, 2),
    )
    tree, seen, waiting = build(game), [], [0]
    while waiting:
        seen.append(waiting.pop())
        waiting += reversed(list(tree.successors(seen[-1])))
    assert seen == list(tree)
