"""The kernel's own readers: what they refuse, and that they see the same games as the verifier's
reader.
"""

from __future__ import annotations

import json
import re
import runpy
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.game.texts import JUDGE
from tests.games import LETTERS, games, single_spaced
from tests.kernel.certificates import INSTANCES, judge, made
from tests.second_checker.game import load_game
from tests.second_checker.reading import RefusedError
from verifier.errors import InstanceError
from verifier.game.model import Game, digest
from verifier.game.names import name_fault
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.kernel.__main__ import main
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


def test_the_main_function_decides_and_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    path = tmp_path / "certificate.json"
    content = made("classics/prosecutor", "bayes")
    for text, code, word in (
        (json.dumps(content), 0, "accepted: 'A prosecutor persuades a judge' (sha256:"),
        (json.dumps({**content, "game": "sha256:0"}), 1, "refused: game:"),
        ("{}", 2, "unreadable: format: expected 2"),
        ('{"format": 1, "verdict": "proved"}', 2, "unreadable: format: expected 2"),
        ('{"format": 2}', 2, "unreadable: certificate: missing key"),
        ("[]", 2, "unreadable: certificate: expected a table"),
    ):
        path.write_text(text, encoding="utf-8")
        assert main([str(path), instance]) == code
        assert capsys.readouterr().out.startswith(word)
    assert main([instance]) == 2
    assert "usage" in capsys.readouterr().err
    path.write_text(json.dumps(content), encoding="utf-8")
    assert main([str(path), instance, "--verdict", "refuted"]) == 1


def test_the_kernel_runs_as_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["kernel"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(INSTANCES.parent / "verifier/kernel"), run_name="__main__")
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_number_too_long_to_print_is_unreadable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.json"
    path.write_text('{"format": ' + "9" * 200_000 + "}", encoding="utf-8")
    assert main([str(path), str(INSTANCES / "classics/prosecutor.toml")]) == 2
    assert capsys.readouterr().out.startswith("unreadable:")


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


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep")])
def test_what_is_too_large_for_the_machine_is_said_with_a_reason(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exhausted(path: str) -> None:
        raise error

    monkeypatch.setattr("verifier.kernel.__main__.read_json", exhausted)
    assert main(["c.json", "i.toml"]) == 2
    assert capsys.readouterr().out == f"unreadable: too large ({type(error).__name__})\n"
