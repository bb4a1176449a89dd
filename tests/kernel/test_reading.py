"""The kernel's own readers: what they refuse, and how they see games."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.kernel.certificates import INSTANCES, judge, made
from verifier.kernel.certificate import claim
from verifier.kernel.core.game import Position, study, team
from verifier.kernel.game_file import read_game
from verifier.kernel.quantal.user import least_variation
from verifier.kernel.reader.document import (
    UnreadableError,
    WrongError,
    fit,
    rational,
    read_json,
    read_text,
)

PROSECUTOR = (INSTANCES / "classics/prosecutor.toml").read_text(encoding="utf-8")


REFUSED = [
    ("format = 1", "format = 2", "format: expected 1"),
    ("format = 1", "format = true", "bool is not of type int"),
    ("format = 1", "format = 1\nwidth = 2", "unknown key 'width'"),
    ("format = 1", "", "missing key 'format'"),
    (
        'states  = ["innocent", "guilty"]',
        "states = []",
        "states: expected 1 to 1000 different names",
    ),
    (
        'states  = ["innocent", "guilty"]',
        'states = ["innocent", "innocent"]',
        "states: expected 1 to 1000",
    ),
    (
        'states  = ["innocent", "guilty"]',
        'states = ["innocent", "guilty", "mad"]',
        "expected every",
    ),
    ('"7/10"', '"6/10"', "the probabilities sum to 9/10, expected 1"),
    ('"7/10"', '"-7/10"', "negative probability"),
    ('"7/10"', '"7/0"', "zero denominator"),
    ('"7/10"', "inf", "is not a rational"),
    ('"7/10"', "1e9999999", "is not a rational"),
    ('"7/10"', "2024-01-01", "not a number, or "),
    ("guilty = 0 }", "guilty = 0, mad = 1 }", "expected every action and state, and no others"),
    ('name = "prosecutor"', 'name = ""', "expected 1 to 1000 different names"),
    (
        'name = "prosecutor"',
        'name = "prosecutor"\nsees = [["innocent"]]',
        "not a partition of the agent observations",
    ),
    (
        'name = "prosecutor"',
        'name = "prosecutor"\nsees = [["innocent", "guilty"], []]',
        "not a partition",
    ),
    ("[[agents]]", "[claim]\ntolerance = -1\n[[agents]]", "claim: .*negative"),
    ("[[agents]]", "[model]\nquantal = { eta = 0 }\n[[agents]]", "eta: expected more than 0"),
    ("[[agents]]", "[model]\nquantal = { base = 4 }\n[[agents]]", "a prime up to 1000000"),
    ("[[agents]]", '[model]\nties = "random"\n[[agents]]', "model.ties: "),
    ("[[agents]]", "[conversation]\nrounds = 0\n[[agents]]", "expected 1 to 16 rounds"),
    ("[[agents]]", '[conversation]\nagent_alphabet = "poor"\n[[agents]]', "conversation: expected"),
    (
        "[[agents]]",
        "[conversation]\nuser_alphabet = 0\n[[agents]]",
        "expected alphabets from 1 to 1000",
    ),
    ("prior   = {", 'user_observations = ["calm"]\nprior   = {', "observations need `joint`"),
    ("prior   = {", "user_observations = []\nprior   = {", "observations"),
    ("prior   = {", "agent_observations = []\nprior   = {", "observations"),
    (
        "prior   = {",
        'joint = [["nothing", "innocent", "innocent", 1]]\nprior   = {',
        "expected either `prior` or `joint`",
    ),
    ('prior   = { innocent = "7/10", guilty = "3/10" }', "joint = []", "sum to 0, expected 1"),
    (
        'prior   = { innocent = "7/10", guilty = "3/10" }',
        'joint = [["somewhere", "innocent", "innocent", 1]]',
        "joint: .*somewhere",
    ),
    (
        'prior   = { innocent = "7/10", guilty = "3/10" }',
        'joint = [["nothing", "guilty", "guilty", 1], ["nothing", "guilty", "guilty", 0]]',
        "joint: .* appears twice",
    ),
    ("format = 1", "format = ", "Invalid value"),
    ("format = 1", "format = 1\nx = " + "[" * 5000 + "]" * 5000, "recursion"),
    ("format = 1", "format = 0x" + "f" * 20_000, "format: expected 1"),
]


@pytest.mark.parametrize(("old", "new", "reason"), REFUSED, ids=[case[2] for case in REFUSED])
def test_a_changed_instance_is_unreadable(old: str, new: str, reason: str, tmp_path: Path) -> None:
    assert old in PROSECUTOR, old
    path = tmp_path / "game.toml"
    path.write_text(PROSECUTOR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableError, match=reason):
        read_game(str(path))


def test_two_agents_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    path.write_text(PROSECUTOR + PROSECUTOR[PROSECUTOR.index("[[agents]]") :], encoding="utf-8")
    with pytest.raises(UnreadableError, match="agents: expected 1 to 1000 different names"):
        read_game(str(path))


def test_a_file_that_is_missing_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_text(str(tmp_path / "missing"), 99)


def test_a_long_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(b" " * 100)
    with pytest.raises(UnreadableError, match="longer than 99 bytes"):
        read_text(str(path), 99)


@pytest.mark.parametrize(
    "text", ['{"a": 1.0}', '{"a": NaN}', '{"a": Infinity}', '{"a": 1, "a": 1}', "{", "[" * 100_000]
)
def test_json_that_is_not_exact_is_unreadable(text: str, tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError):
        read_json(str(path))


def test_numbers_are_exact() -> None:
    assert rational("0.1", "here") == Fraction(1, 10)
    assert rational("-1.5e-1", "here") == Fraction(-3, 20)
    assert rational(7, "here") == rational("14/2", "here") == 7


def test_names_that_look_like_optional_keys_are_names() -> None:
    assert fit({"why?": "1"}, {str: Fraction}, "here") == {"why?": 1}


TWINS = """
    format = 1
    title = "twins"
    states = ["s", "t"]
    actions = ["a", "b", "c"]
    prior = { s = "1/2", t = "1/2" }
    model.ties = "favour-speaker"
    user.utility = { a = { s = 1, t = 0 }, b = { s = 1, t = 0 }, c = { s = 0, t = 1 } }
    agents = [
        { name = "i", utility = { a = {s = 0, t = 0}, b = {s = 1, t = 0}, c = {s = 0, t = 1} } },
        { name = "j", utility = { a = {s = 0, t = 0}, b = {s = 2, t = 0}, c = {s = 0, t = 1} } },
    ]
"""


def test_a_tie_that_favours_the_speaker_must_already_favour_everybody(tmp_path: Path) -> None:
    path = tmp_path / "game.toml"
    path.write_text(TWINS, encoding="utf-8")
    position = study(read_game(str(path)))
    assert revealed(position, [["nothing", "s", "b"], ["nothing", "t", "c"]], "1")
    with pytest.raises(WrongError, match=r"another tied action at .* would favour"):
        revealed(position, [["nothing", "s", "a"], ["nothing", "t", "c"]], "1")


def revealed(position: Position, response: list[list[str]], utility: str) -> str:
    """What the kernel says of the equilibrium in which both agents tell what they observe."""
    rule = [[[o, [[o, "1"]], None] for o in position.game.agent_observations]]
    content = {
        "claim": "equilibrium",
        "user": "bayes",
        "utility": utility,
        "rules": [{"agent": name, "rule": rule} for name in ("i", "j")],
        "response": response,
    }
    _, sentence = claim(position, content)[1:]
    return sentence


COIN = """
    format = 1
    title = "a coin that nobody has seen"
    states = ["s", "t"]
    actions = ["a", "b"]
    user_observations = ["nothing"]
    agent_observations = ["o", "p"]
    joint = [
        ["nothing", "o", "s", "1/4"], ["nothing", "o", "t", "1/4"],
        ["nothing", "p", "s", "1/4"], ["nothing", "p", "t", "1/4"]
    ]
    model.ties = "belief"
    user.utility = { a = { s = 1, t = 0 }, b = { s = 0, t = 1 } }
    agents = [
        { name = "i", utility = { a = { s = 0, t = 0 }, b = { s = 0, t = 0 } } },
        { name = "j", utility = { a = { s = 0, t = 0 }, b = { s = 0, t = 0 } } },
    ]
"""


def test_a_revealed_posterior_has_one_action_under_belief(tmp_path: Path) -> None:
    """Whatever the agents have seen, she believes the same; so she must do the same."""
    path = tmp_path / "game.toml"
    path.write_text(COIN, encoding="utf-8")
    position = study(read_game(str(path)))
    assert revealed(position, [["nothing", "o", "a"], ["nothing", "p", "a"]], "1/2")
    with pytest.raises(WrongError, match="leads to a belief at which she takes 'a'"):
        revealed(position, [["nothing", "o", "a"], ["nothing", "p", "b"]], "1/2")


def test_a_game_that_is_too_large_for_the_kernel_is_unreadable_not_wrong(tmp_path: Path) -> None:
    names = [f"s{n}" for n in range(9)]
    row = ", ".join(f"{name} = 1" for name in names)
    diagonal = ", ".join(
        f"{a} = {{ {', '.join(f'{y} = {int(a == y)}' for y in names)} }}" for a in names
    )
    text = f"""
        format = 1
        title = "large"
        states = {names}
        actions = {names}
        prior = {{ {row.replace("= 1", '= "1/9"')} }}
        user.utility = {{ {diagonal} }}
        agents = [
            {{ name = "i", utility = {{{diagonal}}} }}, {{ name = "j", utility = {{{diagonal}}} }}
        ]
        conversation.agent_alphabet = 2
    """
    path = tmp_path / "game.toml"
    path.write_text(text.replace("'", '"'), encoding="utf-8")
    position = study(read_game(str(path)))
    with pytest.raises(UnreadableError, match="too large: the kernel bounds TEAM"):
        team(position, position.game.agents[0].sees)
    with pytest.raises(UnreadableError, match="too large: the kernel finds the least delta"):
        least_variation(position, position.game.agents[0])


def test_wrong_and_unreadable_are_different() -> None:
    assert not issubclass(WrongError, UnreadableError)
    assert not issubclass(UnreadableError, WrongError)
    assert judge(made("classics/prosecutor", "bayes"), "classics/prosecutor")
