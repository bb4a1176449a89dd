"""A first instance file: it is read, verifies, has the names that were given, and can go on."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import LETTERS
from verifier.errors import InstanceError, SizeError
from verifier.game.draft import BIAS, LONGEST_TITLE, MOST, draft
from verifier.game.names import name_fault
from verifier.game.reader import parse

NAMES = st.text(LETTERS, min_size=1, max_size=12).filter(lambda name: name_fault(name) is None)
LISTS = st.lists(NAMES, min_size=1, max_size=4, unique=True)


def numbered(letter: str, count: int) -> list[str]:
    return [f"{letter}{n}" for n in range(count)]


@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    states=LISTS,
    actions=LISTS,
    agents=st.integers(1, 4),
    observations=st.just([]) | LISTS,
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_names_it_is_read_as_it_was_meant(
    title: str, states: list[str], actions: list[str], agents: int, observations: list[str]
) -> None:
    game = parse(draft(title, states, actions, agents, observations), "draft")
    assert game.title == title
    assert game.states == tuple(states)
    assert game.actions == tuple(actions)
    assert len(game.agents) == agents
    assert game.agent_observations == tuple(observations or states)
    assert vf.hull(game).simplex.epsilon <= BIAS / 2, "the agents are near her"


@pytest.mark.slow
@pytest.mark.parametrize("observations", [0, 1, 2, 4])
@pytest.mark.parametrize("agents", [1, 2, 3])
@pytest.mark.parametrize("actions", [1, 2, 3])
@pytest.mark.parametrize("states", [1, 2, 3, 4])
def test_it_verifies_as_it_stands(
    states: int, actions: int, agents: int, observations: int
) -> None:
    words = numbered("y", states), numbered("a", actions), agents, numbered("o", observations)
    game = parse(draft("t", *words), "draft")
    assert set(vf.verify(game).verdicts.values()) == {"proved"}


def test_what_is_commented_out_can_be_used() -> None:
    text = draft("t", ["y", "z"], ["a", "b"], 2)
    keys = r"^# (?=(?:\[|source|notes|rounds|user_alphabet|agent_alphabet|ties|tolerance))"
    game = parse(re.sub(keys, "", text, flags=re.MULTILINE), "draft")
    assert (game.tolerance, game.source) == (BIAS, "where the game is from")
    assert set(tomllib.loads(re.sub(keys, "", text, flags=re.MULTILINE))) > {
        "conversation",
        "model",
        "claim",
    }
    assert set(vf.verify(game).verdicts.values()) == {"proved"}


def test_the_prior_falls_from_state_to_state() -> None:
    game = parse(draft("t", ["x", "y", "z"], ["a"], 1), "draft")
    assert list(game.joint.values()) == [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((["y", "y"], ["a"], 1, []), "--states: 'y' appears twice"),
        ((["y"], ["a", "a"], 1, []), "--actions: 'a' appears twice"),
        ((["y"], ["a"], 1, ["o", "o"]), "--observations: 'o' appears twice"),
        ((["y", ""], ["a"], 1, []), "--states: is empty, expected a name"),
        ((["y\n"], ["a"], 1, []), "--states: 'y\\n': character 2 is U+000A"),
        ((["\x1b[2J"], ["a"], 1, []), "--states: '\\x1b[2J': character 1 is U+001B"),
        ((["y"], ["\u0430"], 1, []), "--actions: '\u0430': character 1 is U+0430"),
        ((["y"], ["a" * 101], 1, []), "--actions: has 101 characters"),
        ((["y"], ["\udcff"], 1, []), "--actions: '\\udcff': character 1 is U+DCFF"),
    ],
)
def test_what_is_no_name(words: tuple[list[str], list[str], int, list[str]], says: str) -> None:
    with pytest.raises(InstanceError) as caught:
        draft("t", *words)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("title", ["\udcff", "t" * (LONGEST_TITLE + 1)])
def test_what_is_no_title(title: str) -> None:
    with pytest.raises(InstanceError, match="--title: expected text of at most 1000 characters"):
        draft(title, ["y"], ["a"], 1)


@pytest.mark.parametrize(
    "words",
    [
        (numbered("y", MOST + 1), ["a"], 1, []),
        (["y"], numbered("a", MOST + 1), 1, []),
        (["y"], ["a"], MOST + 1, []),
        (["y"], ["a"], 1, numbered("o", MOST + 1)),
    ],
)
def test_its_size_is_bounded(words: tuple[list[str], list[str], int, list[str]]) -> None:
    with pytest.raises(SizeError, match=f"at most {MOST} are drafted; more can be written by hand"):
        draft("t", *words)
    most = draft("t", numbered("y", MOST), numbered("a", MOST), MOST, numbered("o", MOST))
    assert len(parse(most, "draft").agents) == MOST
