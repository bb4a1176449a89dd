"""Rules files and menu files: what they mean, and that errors name the file, the key and both sides
of the mismatch.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conversations import profiles
from tests.games import INSTANCES, games, informed_game, simple_game
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Conversation, Game
from verifier.game.rules import ConversationRule, History, Profile
from verifier.game.rules_reader import load_menu, load_profile
from verifier.game.toml import quoted, toml_key

F = Fraction
often = settings(max_examples=30, deadline=None, derandomize=True)

HALF = {"low": F(1, 2), "high": F(1, 2)}
TABLE = {"out": [0, 0], "in": [-1, 1]}
TALK = Conversation(2, 2, 2)


def game_of(*names: str, conversation: Conversation = TALK) -> Game:
    return simple_game(
        HALF, TABLE, dict.fromkeys(names or ("expert",), TABLE), conversation=conversation
    )


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "told.rules"
    path.write_text("format = 1\n" + text, encoding="utf-8")
    return path


SIGNAL = """[[rules]]
agent = "expert"
signal = { low = { a = "1/3", b = "2/3", c = 0 }, high = { b = 1 } }
"""
ANSWERS = """[[rules]]
agent = "expert"
answers = [
  { signal = { low = { a = 1 }, high = { b = 1 } } },
  { asked = 2, signal = { low = { b = 1 }, high = { b = 1 } } },
  { history = [[1, "a"]], asked = 2, signal = { low = { b = "0.25", a = "3/4" } } },
]
"""


def test_one_signal_is_said_once_and_repeated(tmp_path: Path) -> None:
    rule = load_profile(written(tmp_path, SIGNAL), game_of())["expert"]
    assert (
        rule.says((), 0, "low") == rule.says((), 1, "low") == {"a": F(1, 3), "b": F(2, 3)}
    )  # c is never said
    assert rule.says(((0, "a"),), 1, "low") == {"a": 1}
    assert rule.says(((1, "a"), (0, "a")), 0, "low") == {"a": 1}


def test_answers_depend_on_history_and_question(tmp_path: Path) -> None:
    rule = load_profile(written(tmp_path, ANSWERS), game_of())["expert"]
    assert rule.says((), 0, "high") == {"b": 1}
    assert rule.says((), 1, "low") == {"b": 1}
    assert rule.says(((0, "a"),), 1, "low") == {"a": F(3, 4), "b": F(1, 4)}


def test_a_situation_that_is_left_out_is_named_when_it_arises(tmp_path: Path) -> None:
    rule = load_profile(written(tmp_path, ANSWERS), game_of())["expert"]
    with pytest.raises(
        InstanceError,
        match=r"says nothing after \[asked 1, said 'a'\], asked 2, seeing 'high'; add an answer",
    ):
        rule.says(((0, "a"),), 1, "high")
    with pytest.raises(InstanceError, match=r"after \[asked 2, said 'b'\], asked 1, seeing 'low'"):
        rule.says(((1, "b"),), 0, "low")


def test_rules_come_in_the_order_of_the_instance(tmp_path: Path) -> None:
    game = game_of("critic", "expert")
    both = written(tmp_path, SIGNAL + SIGNAL.replace("expert", "critic"))
    assert list(load_profile(both, game)) == ["critic", "expert"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            'agent = "expert"',
            'agent = "expart"',
            r"rules\[0\]\.agent: 'expart' is not an agent, .* did you mean 'expert'",
        ),
        ('agent = "expert"\n', "", r"rules\[0\]\.agent: is missing"),
        (
            "low = {",
            "lo = {",
            r"rules\[0\]\.signal\.lo: is unknown, expected only 'low', 'high'; did you mean 'low'",
        ),
        ("high = { b = 1 }", "high = {}", r"signal\.high: is not a table of 1 to 1000 messages"),
        ("high = { b = 1 }", "high = 1", r"signal\.high: is not a table of 1 to 1000 messages"),
        ("b = 1 ", "b = true ", r"signal\.high\.b: is a truth value, expected a rational"),
        ("b = 1 ", "b = 1e9999999 ", r"signal\.high\.b: "),
        ("b = 1 ", "b = nan ", r"signal\.high\.b: "),
        ("b = 1 ", 'b = "1/0" ', r"signal\.high\.b: "),
        ("b = 1 ", '"" = 1 ', r'signal\.high\.""(: | is)|is empty, expected a name'),
        ('"2/3"', '"-2/3"', r"signal\.low\.b: is -2/3, expected a probability of at least 0"),
        ('"2/3"', '"1/2"', r"signal\.low: sums to 5/6, expected 1"),
        ("c = 0", 'c = "1/6", d = "1/6"', r"signal\.low: sums to 4/3, expected 1"),
        ("signal", "answers", r"rules\[0\]\.answers: is a table, expected a list"),
        (
            "signal =",
            "answers = []\nsignal =",
            r"rules\[0\]: has both or neither of `signal` and `answers`",
        ),
    ],
)
def test_errors_in_signals_name_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in SIGNAL
    with pytest.raises(InstanceError, match=says) as caught:
        load_profile(written(tmp_path, SIGNAL.replace(old, new, 1)), game_of())
    assert str(caught.value).startswith(str(tmp_path / "told.rules"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("asked = 2", "asked = 3", r"answers\[1\]\.asked: is 3, expected an integer from 1 to 2"),
        ("asked = 2", "asked = 0", r"answers\[1\]\.asked: is 0, expected an integer from 1 to 2"),
        (
            "asked = 2",
            "asked = 1",
            r"answers\[1\]: repeats the history and question of another answer",
        ),
        (
            '[[1, "a"]]',
            '[[3, "a"]]',
            r"answers\[2\]\.history\[0\]\[0\]: is 3, expected an integer from 1 to 2",
        ),
        (
            '[[1, "a"]]',
            "[[1]]",
            r"answers\[2\]\.history\[0\]: is not a pair, expected \[question from 1, answer\]",
        ),
        ('[[1, "a"]]', "[1]", r"answers\[2\]\.history\[0\]: is not a pair"),
        (
            '[[1, "a"]]',
            "[[1, 2]]",
            r"answers\[2\]\.history\[0\]\[1\]: is an integer, expected a string",
        ),
        (
            '[[1, "a"]]',
            '[[1, "a"], [1, "a"]]',
            r"answers\[2\]\.history: has 2 entries, at most 1 are read",
        ),
        (
            '[[1, "a"]]',
            '[[1, "\u0430"]]',
            r"answers\[2\]\.history\[0\]\[1\]: .*: character 1 is U\+0430 CYRILLIC SMALL LETTER A",
        ),
        ('"3/4"', '"3/5"', r"answers\[2\]\.signal\.low: sums to 17/20, expected 1"),
        (
            'a = "3/4"',
            'a = "1/2", c = "1/4"',
            r"answers\[2\]\.signal: uses 3 messages, the alphabet has 2",
        ),
        (
            "{ signal",
            "{ signals",
            r"answers\[0\]\.signals: is unknown, expected only .* did you mean 'signal'",
        ),
    ],
)
def test_errors_in_answers_name_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in ANSWERS
    with pytest.raises(InstanceError, match=says) as caught:
        load_profile(written(tmp_path, ANSWERS.replace(old, new, 1)), game_of())
    assert str(caught.value).startswith(f"{tmp_path / 'told.rules'}: line ")


def test_every_agent_has_exactly_one_rule(tmp_path: Path) -> None:
    game = game_of("expert", "critic")
    with pytest.raises(
        InstanceError, match="rules: leaves out 'critic', expected a rule for every agent"
    ):
        load_profile(written(tmp_path, SIGNAL), game)
    with pytest.raises(
        InstanceError,
        match=r"rules\[1\]\.agent: 'expert' has two rules, expected one for every agent",
    ):
        load_profile(written(tmp_path, SIGNAL + SIGNAL), game)
    with pytest.raises(SizeError, match="rules: has 3 entries, at most 2 are read"):
        load_profile(written(tmp_path, SIGNAL * 3), game)


def test_an_agent_says_the_same_where_it_sees_the_same(tmp_path: Path) -> None:
    joint = {("here", x, x): F(1, 2) for x in HALF}
    game = informed_game(
        ("here",),
        ("low", "high"),
        ("low", "high"),
        joint,
        TABLE,
        {"expert": (TABLE, [("low", "high")])},
    )
    with pytest.raises(
        InstanceError, match=r"signal\.high: differs from 'low', but expert cannot tell them apart"
    ):
        load_profile(written(tmp_path, SIGNAL), game)


def test_the_alphabet_bounds_the_words_of_every_situation(tmp_path: Path) -> None:
    mute = game_of(conversation=replace(TALK, agent_alphabet=1))
    with pytest.raises(
        InstanceError, match=r"rules\[0\]\.signal: uses 2 messages, the alphabet has 1"
    ):
        load_profile(written(tmp_path, SIGNAL), mute)
    rich = game_of(conversation=replace(TALK, agent_alphabet="rich"))
    assert load_profile(written(tmp_path, SIGNAL), rich)["expert"].says((), 0, "high") == {"b": 1}


@pytest.mark.parametrize(
    "text",
    ["format = 2", "format = 1", "rules = []", "format = 1\nrules = []", "format = 1\nrules = ["],
)
def test_files_of_another_kind_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "odd.rules"
    path.write_text(text, encoding="utf-8")
    for load in (load_profile, load_menu):
        with pytest.raises(InstanceError, match=r"odd\.rules: "):
            load(path, game_of())


MENU = """[[signals]]
name = "tell"
signal = { low = { l = 1 }, high = { h = 1 } }
[[signals]]
name = "hide"
agents = ["critic"]
signal = { low = { x = 1 }, high = { x = 1 } }
"""


def test_a_menu_is_for_everybody_unless_it_says_for_whom(tmp_path: Path) -> None:
    menu = load_menu(written(tmp_path, MENU), game_of("expert", "critic"))
    assert menu.choices == {"expert": ("tell",), "critic": ("tell", "hide")}
    assert menu.signals["hide"] == {"low": {"x": 1}, "high": {"x": 1}}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"hide"', '"tell"', r"signals\[1\]\.name: 'tell' is also another signal's name"),
        (
            '["critic"]',
            '["critics"]',
            r"signals\[1\]\.agents\[0\]: 'critics' is not an agent, .* did you mean 'critic'",
        ),
        ('["critic"]', "[]", r"signals\[1\]\.agents: is an empty list"),
        (
            'name = "tell"',
            'name = "tell"\nagents = ["critic"]',
            "signals: leaves 'expert' nothing to say",
        ),
        ("h = 1", 'h = "1/2"', r"signals\[0\]\.signal\.high: sums to 1/2, expected 1"),
        (
            "h = 1",
            'h = "1/2", i = "1/2"',
            r"signals\[0\]\.signal: uses 3 messages, the alphabet has 2",
        ),
        ("signal =", "signl =", r"signals\[0\]\.signl: is unknown, .* did you mean 'signal'"),
        ('"hide"', '"h\u0456de"', r"signals\[1\]\.name: .*: character 2 is U\+0456 CYRILLIC"),
        (
            "x = 1 }, high = { x = 1",
            '"x " = 1 }, high = { x = 1',
            r"signals\[1\]\.signal\.low\.\"x \": 'x ' begins or ends with a space",
        ),
    ],
)
def test_errors_in_menus_name_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in MENU
    with pytest.raises(InstanceError, match=says) as caught:
        load_menu(written(tmp_path, MENU.replace(old, new, 1)), game_of("expert", "critic"))
    assert str(caught.value).startswith(str(tmp_path / "told.rules"))


def test_the_menu_that_is_shipped_is_read() -> None:
    game = simple_game({"innocent": F(7, 10), "guilty": F(3, 10)}, TABLE, {"prosecutor": TABLE})
    menu = load_menu(INSTANCES / "menus/prosecutor.menu", game)
    assert menu.choices == {"prosecutor": ("say nothing", "optimal", "tell all")}
    assert menu.signals["optimal"]["innocent"] == {"convict": F(3, 7), "acquit": F(4, 7)}


def as_toml(profile: Profile) -> str:
    """A rules file that says the same."""
    return "".join(
        f"[[rules]]\nagent = {quoted(rule.agent)}\n{_rule_text(rule)}\n"
        for rule in profile.values()
    )


def _rule_text(rule: ConversationRule) -> str:
    if not rule.answers:
        return f"signal = {_table(rule.opening)}"
    entries = (
        f"{{ history = {_steps(history)}, asked = {asked + 1}, signal = {_table(signal)} }}"
        for (history, asked), signal in rule.answers.items()
    )
    return f"answers = [{', '.join(entries)}]"


def _steps(history: History) -> list[list[int | str]]:
    return [[asked + 1, word] for asked, word in history]


def _table(signal: object) -> str:
    if isinstance(signal, Fraction):
        return f'"{signal}"'
    assert isinstance(signal, dict)
    return (
        "{ "
        + ", ".join(f"{toml_key(key)} = {_table(value)}" for key, value in signal.items())
        + " }"
    )


@pytest.mark.slow
@often
@given(data=st.data())
def test_rules_that_are_written_are_read_again(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    game = data.draw(games(max_agents=2, max_rounds=2, max_letters=2))
    profile = data.draw(profiles(game))
    assert (
        load_profile(written(tmp_path_factory.mktemp("rules"), as_toml(profile)), game) == profile
    )
