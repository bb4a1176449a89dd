"""The kernel's reader and the verifier's share no code, and see the same games and names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.game.texts import JUDGE
from tests.games import LETTERS, games, single_spaced
from tests.kernel.certificates import INSTANCES
from tests.second_checker.game import load_game
from tests.second_checker.reading import RefusedError
from verifier.errors import InstanceError
from verifier.game.model import Game, digest
from verifier.game.names import name_fault
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.kernel.game_file import read_game
from verifier.kernel.reader.document import (
    UnreadableError,
)
from verifier.kernel.reader.instance import names

PROSECUTOR = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(game=games())
def test_two_readers_that_share_no_code_see_the_same_game(
    game: Game, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("game") / "game.toml"
    path.write_text(write(game), encoding="utf-8")
    seen = read_game(str(path))
    assert seen.digest == digest(game)
    assert {(x, o, y): p for x, o, y, p in seen.joint} == dict(game.joint)
    assert [(agent.name, agent.sees) for agent in seen.agents] == [
        (agent.name, agent.sees) for agent in game.agents
    ]
    assert all(seen.utility[a][y] == value for (a, y), value in game.utility.items())


def verifier_reads(text: str) -> bool:
    try:
        parse(text, "game.toml")
    except InstanceError:
        return False
    return True


@pytest.mark.parametrize(("marks", "read"), [(0, True), (1, True), (2, False)])
def test_three_readers_agree_about_byte_order_marks(marks: int, read: bool, tmp_path: Path) -> None:
    text = "\ufeff" * marks + PROSECUTOR
    assert verifier_reads(text) is read
    assert kernel_reads(text, tmp_path / "game.toml") is read
    if read:
        assert load_game(tmp_path / "game.toml").states == ["innocent", "guilty"]
        assert read_game(str(tmp_path / "game.toml")).digest == digest(parse(PROSECUTOR, "x"))
    else:
        with pytest.raises(RefusedError):
            load_game(tmp_path / "game.toml")


def kernel_reads(text: str, path: Path) -> bool:
    path.write_text(text, encoding="utf-8")
    try:
        read_game(str(path))
    except UnreadableError:
        return False
    return True


def kernel_names(name: str) -> bool:
    try:
        return names([name], "here") == (name,)
    except UnreadableError:
        return False


def test_both_readers_have_the_letters_that_are_listed() -> None:
    """All of Unicode, surrogates included, one character after the other."""
    everything = [chr(code) for code in range(sys.maxunicode + 1)]
    assert [c for c in everything if kernel_names(f"x{c}x")] == sorted(LETTERS)
    assert [c for c in everything if name_fault(f"x{c}x") is None] == sorted(LETTERS)


PLACES = ["innocent", "acquit", "prosecutor"]
"""A state, an action and an agent of the prosecutor's game."""

CHARACTERS = (
    st.characters(codec="utf-8") | st.characters(max_codepoint=0x3FF) | st.sampled_from(LETTERS)
)
"""Any character of Unicode, and often one that is, or is near, a letter of names."""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(place=st.sampled_from(PLACES), character=CHARACTERS)
def test_both_readers_take_the_same_characters_in_names(
    place: str, character: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name, head = f'"{place}\\U{ord(character):08x}{place}"', PROSECUTOR.index("states ")
    text = PROSECUTOR[:head] + re.sub(rf'"{place}"|\b{place}\b', lambda _: name, PROSECUTOR[head:])
    path = tmp_path_factory.mktemp("game") / "game.toml"
    assert verifier_reads(text) == kernel_reads(text, path) == (character in LETTERS)


@settings(max_examples=300, derandomize=True)
@given(st.text(st.sampled_from(LETTERS) | st.just(" "), max_size=102))
def test_both_readers_take_single_spaces_inside_names(name: str) -> None:
    good = 1 <= len(name) <= 100 and single_spaced(name)
    assert kernel_names(name) == (name_fault(name) is None) == good


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("9" * 400, True),
        ("9" * 401, False),
        (f'"-{"9" * 400}/{"7" * 400}"', True),
        (f'"1/{"0" * 400}7"', False),
        (f"0.{'3' * 399}", True),
        (f"0.{'3' * 400}", False),
        ("1e-399", True),
        ("1e-400", False),
        (f'"{"0" * 401}"', False),
        ("1_0.5", False),
    ],
    ids=lambda value: str(value)[:12],
)
def test_numbers_of_an_instance_have_at_most_400_digits(
    number: str, good: bool, tmp_path: Path
) -> None:
    """As for the verifier's own reader."""
    text = JUDGE.replace("guilty = 1 } }", f"guilty = {number} }} }}", 1)
    assert text != JUDGE
    agree_about(text, good, tmp_path)


@pytest.mark.parametrize(
    ("base", "good"),
    [
        ("7", True),
        ('"7"', True),
        ('"007"', True),
        ("7.0", False),
        ('"14/2"', False),
        ('"7.0"', False),
        ("true", False),
        ("[7]", False),
        ("9", False),
        ("1", False),
        ("999983", True),
        ("1000003", False),
    ],
)
def test_a_base_is_an_integer_or_a_text_of_digits(base: str, good: bool, tmp_path: Path) -> None:
    agree_about(f"{JUDGE}[model.quantal]\nbase = {base}\n", good, tmp_path)


def agree_about(text: str, good: bool, folder: Path) -> None:
    """Both readers read the same game, or neither reads one."""
    path = folder / "game.toml"
    assert verifier_reads(text) == kernel_reads(text, path) == good
    assert not good or read_game(str(path)).digest == digest(parse(text, "game.toml"))
