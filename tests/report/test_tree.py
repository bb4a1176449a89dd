"""Drawings and exports of conversation trees; Gambit reads the export and agrees exactly on expected payoffs."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import profiles
from tests.strategies import INSTANCES, games, simple_game
from verifier.game.conversation import build, size_of
from verifier.game.game import Game
from verifier.game.instance import load
from verifier.game.profile import Profile
from verifier.game.user import Stakes
from verifier.report.tree import ascii_label, counts_lines, counts_record, dot_lines, efg_lines, heard, text_lines
from verifier.theory.play import Play, play

often = settings(max_examples=25, deadline=None, derandomize=True)
small = games(max_agents=2, max_agent_observations=2, max_rounds=2, max_letters=2)


def gambit(game: Game, profile: Profile | None) -> Any:
    """The export as Gambit reads it."""
    peer = pytest.importorskip("pygambit", reason="an optional peer: it has no wheel and must be compiled")
    text = "\n".join(efg_lines(game, build(game, profile)))
    return peer.read_efg(io.StringIO(text))


def user_moves(game: Game, found: Play) -> dict[str, str]:
    """Information set -> the label of the move that she takes, where she gets to it."""
    labels = {}
    for (x_user, transcript), moves in found.moves.items():
        move = moves.optimal[0]
        said = "; ".join(heard(history) for history in transcript)
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
    if size_of(game, profile).nodes > 3000:
        return
    found = play(Stakes(game), profile)
    taken = user_moves(game, found)

    def choose(infoset: Any) -> dict[str, Fraction]:
        first = next(iter(infoset.actions)).label
        return {taken.get(infoset.label, first): Fraction(1)}

    expected = {"user": found.user_utility, **found.agent_utilities}
    assert payoffs(gambit(game, profile), choose) == expected


@often
@given(data=st.data())
def test_gambit_agrees_where_the_agents_are_players(data: st.DataObject) -> None:
    """The same payoffs when the rules are played as behaviour strategies in the tree without rules."""
    game = data.draw(games(max_agents=2, max_agent_observations=2, max_rounds=1, max_letters=2, rich=False))
    profile = data.draw(profiles(game))
    found = play(Stakes(game), profile)
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
    lines = list(text_lines(tree))
    assert lines[0] == "chance"
    assert lines[1] == "  [nothing, innocent, 7/10 (0.7)] -> prosecutor at innocent, asked 1, said nothing"
    assert len(lines) == 15
    drawn = list(dot_lines(tree))
    assert drawn[0] == "digraph conversation {" and drawn[-1] == "}"
    assert sum("->" in line for line in drawn) == 14
    assert list(counts_lines(game, size_of(game, None), ruled=False))[1] == ("  15 nodes: 1 chance, 4 user, 2 agents, 8 leaves")


def test_a_rich_alphabet_says_which_number_it_used_and_why() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    record = counts_record(game, size_of(game, None))
    assert record["agent_alphabets"] == {"prosecutor": 2}
    assert "one message per cell" in record["reason"]


def test_long_drawings_are_cut_with_a_count() -> None:
    game = load(INSTANCES / "guarantees/course_choice.toml")
    lines = list(text_lines(build(game)))
    assert len(lines) == 201 and lines[-1].startswith("... and ")


def test_names_with_quotes_and_backslashes_survive_the_exports() -> None:
    @settings(max_examples=10, deadline=None, derandomize=True)
    @given(game=games(max_agents=2, max_states=2, max_actions=2, max_rounds=1, max_letters=2, odd=True))
    def check(game: Game) -> None:
        if size_of(game, None).nodes < 500:
            assert {player.label for player in gambit(game, None).players} == {
                "user",
                *(ascii_label(a.name) for a in game.agents),
            }

    check()


def test_an_agent_may_be_called_user() -> None:
    game = simple_game({"l": Fraction(1)}, {"a": [1]}, {"user": {"a": [1]}})
    assert [player.label for player in gambit(game, None).players] == ["user'", "user"]
