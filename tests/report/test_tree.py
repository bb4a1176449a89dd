"""Drawings and exports of conversation trees; Gambit reads the export and agrees exactly on
expected payoffs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conversations import profiles
from tests.gambit import gambit
from tests.games import INSTANCES, games, simple_game
from verifier.cli import app
from verifier.errors import SizeError
from verifier.game.model import Conversation, Game
from verifier.game.reader import load
from verifier.game.rules import ConversationRule
from verifier.game.tree import (
    AgentMove,
    Growth,
    PossibleAnswers,
    UserMove,
    build,
    information_sets,
    size_of,
)
from verifier.report.tree import (
    ascii_label,
    counts_lines,
    counts_record,
    dot_lines,
    history_text,
    play_record,
    text_lines,
)
from verifier.theory.play import Play, play

often = settings(max_examples=25, deadline=None, derandomize=True)
small = games(max_agents=2, max_agent_observations=2, max_rounds=2, max_letters=2)


def user_moves(game: Game, found: Play) -> dict[str, str]:
    """Information set -> the label of the move that she takes, where she gets to it."""
    labels = {}
    for (x_user, transcript), moves in found.moves.items():
        move = moves.optimal[0]
        said = "; ".join(history_text(history) for history in transcript)
        labels[f"user at {x_user}, heard {said}"] = (
            move if isinstance(move, str) else "asks " + ", ".join(str(q + 1) for q in move)
        )
    return labels


def payoffs(peer: Any, choose: Callable[[Any], dict[str, Fraction]]) -> dict[str, Fraction]:
    """Expected payoffs when the choices at every information set are these."""
    behaviour = peer.mixed_behavior_profile(rational=True)
    for player in peer.players:
        for infoset in player.infosets:
            shares = choose(infoset)
            for action in infoset.actions:
                behaviour[action] = shares.get(action.label, Fraction(0))
    return {player.label: Fraction(str(behaviour.payoff(player))) for player in peer.players}


@often
@given(data=st.data())
def test_gambit_agrees_on_payoffs_under_given_rules(data: st.DataObject) -> None:
    game = data.draw(small)
    profile = data.draw(profiles(game))
    assume(size_of(game, profile).nodes <= 3000)
    found = play(game, profile)
    taken = user_moves(game, found)

    def choose(infoset: Any) -> dict[str, Fraction]:
        first = next(iter(infoset.actions)).label
        return {taken.get(infoset.label, first): Fraction(1)}

    expected = {"user": found.user_utility, **found.agent_utilities}
    assert payoffs(gambit(game, profile), choose) == expected


@often
@given(data=st.data())
def test_gambit_agrees_where_the_agents_are_players(data: st.DataObject) -> None:
    """The same payoffs where the rules are behaviour strategies in the tree without rules."""
    game = data.draw(
        games(max_agents=2, max_agent_observations=2, max_rounds=1, max_letters=2, rich=False)
    )
    profile = data.draw(profiles(game))
    found = play(game, profile)
    taken = user_moves(game, found)

    def renamed(text: str) -> str:
        return text.replace("m1", "m2").replace("m0", "m1")

    moves = {renamed(label): move for label, move in taken.items()}

    def choose(infoset: Any) -> dict[str, Fraction]:
        if infoset.player.label == "user":
            return {moves.get(infoset.label, next(iter(infoset.actions)).label): Fraction(1)}
        cell, asked = infoset.label.removeprefix(f"{infoset.player.label} at ").split(", asked ")
        says = profile[infoset.player.label].says((), int(asked.split(",")[0]) - 1, cell)
        return {renamed(word): p for word, p in says.items()}

    expected = {"user": found.user_utility, **found.agent_utilities}
    assert payoffs(gambit(game, None), choose) == expected


def test_the_prosecutors_tree_in_text_and_dot() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    tree = build(game)
    growth, size = Growth(game, PossibleAnswers(game, None)), size_of(game, None)
    lines = list(text_lines(growth, size))
    assert lines[0] == "chance"
    assert (
        lines[1]
        == "  [nothing, innocent, 7/10 (0.7)] -> prosecutor at innocent, asked 1, said nothing"
    )
    assert len(lines) == 15
    drawn = list(dot_lines(tree))
    assert drawn[0] == "digraph conversation {" and drawn[-1] == "}"
    assert drawn[1].startswith('  label="no commitment: ')
    assert sum("->" in line for line in drawn) == 14
    assert (
        list(counts_lines(game, size_of(game, None), ruled=False))[1]
        == "  15 nodes: 1 chance, 4 user, 2 agents, 8 leaves"
    )


def test_a_rich_alphabet_says_which_number_it_used_and_why() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    record = counts_record(game, size_of(game, None))
    assert record["agent_alphabets"] == {"prosecutor": 2}
    assert "one message per cell" in record["reason"]


def test_long_drawings_are_cut_with_a_count() -> None:
    game = load(INSTANCES / "guarantees/course_choice.toml")
    growth, size = Growth(game, PossibleAnswers(game, None)), size_of(game, None)
    lines = list(text_lines(growth, size))
    assert len(lines) == 201 and lines[-1].startswith(f"... and {size.nodes - 200} more nodes; ")


def test_the_sets_that_are_counted_are_those_of_the_tree() -> None:
    """Without rules they are counted by a formula, and with rules on the way through the tree."""

    @often
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        game = data.draw(small)
        profile = data.draw(st.none() | profiles(game))
        assume(size_of(game, profile).nodes <= 3000)
        kinds = {kind for _, kind in build(game, profile).nodes(data="kind")}
        user, agents = information_sets(game, profile)
        assert user == sum(isinstance(kind, UserMove) for kind in kinds)
        assert agents == (
            {
                agent.name: sum(
                    isinstance(kind, AgentMove) and kind.agent == agent.name for kind in kinds
                )
                for agent in game.agents
            }
            if profile is None
            else {}
        )

    check()


def test_a_tree_of_any_size_is_counted_at_once(tmp_path: Path) -> None:
    """Sixteen words in 16 rounds: counted, and its beginning drawn."""
    text = PROSECUTOR.read_text(encoding="utf-8")
    text += "\n[conversation]\nrounds = 16\nagent_alphabet = 16\n"
    (tmp_path / "game.toml").write_text(text, encoding="utf-8")
    told = run(tmp_path / "game.toml").output.splitlines()
    assert told[1].startswith(f"  {size_of(load(tmp_path / 'game.toml'), None).nodes} nodes: ")
    assert len(told) == 5 + 201
    record = json.loads(run(tmp_path / "game.toml", "--format", "json").output)
    assert record["information_sets"]["user"] == 16**16
    assert record["information_sets"]["agents"] == {"prosecutor": 2 * (16**16 - 1) // 15}


def test_names_with_quotes_and_backslashes_survive_the_exports() -> None:
    @settings(max_examples=10, deadline=None, derandomize=True)
    @given(
        game=games(max_agents=2, max_states=2, max_actions=2, max_rounds=1, max_letters=2, odd=True)
    )
    def check(game: Game) -> None:
        assume(size_of(game, None).nodes < 500)
        assert {player.label for player in gambit(game, None).players} == {
            "user",
            *(ascii_label(a.name) for a in game.agents),
        }

    check()


def test_an_agent_may_be_called_user() -> None:
    game = simple_game({"l": Fraction(1)}, {"a": [1]}, {"user": {"a": [1]}})
    assert [player.label for player in gambit(game, None).players] == ["user'", "user"]


@often
@given(data=st.data())
def test_gambit_counts_the_same_information_sets_and_depth(data: st.DataObject) -> None:
    game = data.draw(small)
    profile = data.draw(st.none() | profiles(game))
    assume(size_of(game, profile).nodes <= 3000)
    tree = build(game, profile)
    sets, peer = information_sets(game, profile), gambit(game, profile)
    record = counts_record(game, size_of(game, profile), sets)
    user, *agents = [len(player.infosets) for player in peer.players]
    assert record["information_sets"]["user"] == user
    assert [
        record["information_sets"]["agents"].get(agent.name, 0) for agent in game.agents
    ] == agents
    assert record["depth"] == networkx.dag_longest_path_length(tree, weight=None, default_weight=1)
    assert record["nodes"] == len(tree)


def test_brackets_in_names_survive_in_dot() -> None:
    game = simple_game({"l": Fraction(1)}, {"[out]": [1]}, {"g": {"[out]": [1]}})
    assert '  n2 -> n3 [label="[out]"];' in list(dot_lines(build(game)))


def test_tied_questions_are_counted_from_one() -> None:
    game = simple_game(
        {"l": Fraction(1)}, {"a": [1]}, {"g": {"a": [1]}}, conversation=Conversation(1, 2, 2)
    )
    found = play(game, {"g": ConversationRule("g", {"l": {"m": Fraction(1)}}, {})})
    assert play_record(found)["ties"] == [["nothing", ["nothing"], [[1], [2]]]]


PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
RULES = """format = 1
[[rules]]
agent = "prosecutor"
signal = { innocent = { convict = "3/7", acquit = "4/7" }, guilty = { convict = 1 } }
"""


def run(*words: object) -> Any:
    return CliRunner().invoke(app, ["tree", *map(str, words)])


def test_the_command_prints_what_everyone_gets_under_rules(tmp_path: Path) -> None:
    """The prosecutor's optimal signal; the first of tied actions is to acquit, so he gets nothing
    of it.
    """
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    told = run(PROSECUTOR, "--rules", tmp_path / "rules.toml").output.splitlines()
    assert told[1] == "  12 nodes: 3 chance, 3 user, 0 agents, 6 leaves"
    assert told[3] == "  commitment: the rules are given, and chance draws what the agents say"
    assert (
        told[4] == "  best response: user 7/10 (0.7), prosecutor 0, the first of tied moves taken"
    )
    record = json.loads(
        run(PROSECUTOR, "--rules", tmp_path / "rules.toml", "--format", "json").output
    )
    assert (record["user_utility"], record["agent_utilities"]) == ("7/10", {"prosecutor": "0"})
    assert record["ties"] == [["nothing", ["1:convict"], ["acquit", "convict"]]]
    assert record["information_sets"] == {"user": 2, "agents": {}}
    assert record["commitment"] is True
    efg = run(PROSECUTOR, "--rules", tmp_path / "rules.toml", "--format", "efg").output
    assert 'c "" 2 "" { "convict" 3/7 "acquit" 4/7 } 0' in efg.splitlines()
    assert efg.splitlines()[1].startswith('"commitment: ')


def test_every_export_without_rules_says_that_nobody_is_committed() -> None:
    sentence = "no commitment: each agent chooses his words when he has seen (cheap talk)"
    assert f"  {sentence}" in run(PROSECUTOR).output.splitlines()
    assert run(PROSECUTOR, "--format", "efg").output.splitlines()[1] == f'"{sentence}"'
    assert f'  label="{sentence}"' in run(PROSECUTOR, "--format", "dot").output
    assert json.loads(run(PROSECUTOR, "--format", "json").output)["commitment"] is False


def test_the_command_counts_large_trees_but_does_not_build_them(tmp_path: Path) -> None:
    rules = ("--rules", tmp_path / "rules.toml", "--format", "json", "--tree-limit")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    record = json.loads(run(PROSECUTOR, *rules, 11).output)
    assert (record["nodes"], record["depth"], record["information_sets"]) == (12, 3, None)
    refused = run(PROSECUTOR, "--format", "dot", "--tree-limit", 14)
    assert isinstance(refused.exception, SizeError)
    assert str(refused.exception) == (
        f"{PROSECUTOR}: the conversation tree would have 15 nodes, the limit is 14; raise it with"
        " --tree-limit"
    )
    assert run(PROSECUTOR, "--format", "dot", "--tree-limit", 15).exit_code == 0


@pytest.mark.slow
def test_a_raised_limit_holds_for_the_best_response_too(tmp_path: Path) -> None:
    """13 words in 6 rounds are 13^6 transcripts and 2 actions, though hardly any of them can
    happen.
    """
    words = ", ".join(f'w{n} = "1/12"' for n in range(12))
    rules = RULES.replace('{ convict = "3/7", acquit = "4/7" }', f"{{ {words} }}")
    (tmp_path / "rules.toml").write_text(rules, encoding="utf-8")
    text = PROSECUTOR.read_text(encoding="utf-8") + "\n[conversation]\nrounds = 6\n"
    assert text.count("[conversation]") == 1
    (tmp_path / "game.toml").write_text(text, encoding="utf-8")
    words_used = (tmp_path / "game.toml", "--rules", tmp_path / "rules.toml")
    refused = run(*words_used)
    assert isinstance(refused.exception, SizeError)
    assert "has 9653618 combinations" in str(refused.exception) and "--tree-limit" in str(
        refused.exception
    )
    assert "best response: user" in run(*words_used, "--tree-limit", 10_000_000).output
