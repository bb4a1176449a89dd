"""Instance files: what is read, what is refused and how the refusal reads."""
# ruff: noqa: E501 (one refusal a line, its message in full)

import os
import re
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.game.texts import JUDGE, TESTS
from tests.games import INSTANCES, games
from verifier.errors import InstanceError, SizeError
from verifier.game import reader as instance
from verifier.game.model import NOTHING, Agent, Conversation, Game, Quantal, Ties
from verifier.game.reader import load, parse
from verifier.game.writer import write

PRIOR = 'prior = { innocent = "7/10", guilty = "3/10" }'


def changed(text: str, old: str, new: str) -> str:
    """`text` with its first `old` replaced; a test whose `old` is not there is wrong."""
    assert old in text, old
    return text.replace(old, new, 1)


def message(text: str) -> str:
    """The message with which `text` is refused."""
    with pytest.raises(InstanceError) as error:
        parse(text, "case.toml")
    return str(error.value)


@pytest.mark.slow
@given(games(odd=True))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back(game: Game) -> None:
    text = write(game)
    again = parse(text, "random.toml")
    for field in fields(Game):
        assert getattr(again, field.name) == getattr(game, field.name), field.name
    assert list(again.joint) == list(game.joint)
    assert write(again) == text


@pytest.mark.parametrize("path", sorted(INSTANCES.rglob("*.toml")), ids=lambda path: path.stem)
def test_shipped_instances_are_read(path: Path) -> None:
    game = load(path)
    assert parse(write(game), "again.toml") == game
    assert load(str(path)) == game


def test_defaults() -> None:
    game = parse(JUDGE, "judge.toml")
    assert (game.source, game.notes, game.tolerance) == (None, None, None)
    assert game.user_observations == (NOTHING,)
    assert game.agent_observations == game.states == ("innocent", "guilty")
    assert game.joint == {
        (NOTHING, "innocent", "innocent"): Fraction(7, 10),
        (NOTHING, "guilty", "guilty"): Fraction(3, 10),
    }
    assert game.conversation == Conversation(1, 1, "rich")
    assert (game.ties, game.quantal) == (Ties.ANY, Quantal(Fraction(10), "e"))
    utility = {(a, y): Fraction(a == "convict") for a in game.actions for y in game.states}
    assert game.agents[0] == Agent("prosecutor", utility, (("innocent",), ("guilty",)))


def test_everything_given() -> None:
    game = parse(TESTS, "tests.toml")
    assert list(game.joint.items()) == [
        (("calm", "negative", "well"), Fraction(1, 2)),
        (("alarmed", "negative", "well"), Fraction(1, 4)),
        (("alarmed", "positive", "ill"), Fraction(1, 4)),
    ]
    assert game.utility["treat", "well"] == Fraction(-1, 2)
    assert game.agents[0].sees == (("negative", "unclear"), ("positive",))
    assert game.conversation == Conversation(2, 3, 4)
    assert (game.ties, game.quantal, game.tolerance) == (
        Ties.FAVOUR_SPEAKER,
        Quantal(Fraction(5, 2), 7),
        Fraction(1, 20),
    )
    assert (game.source, game.notes) == ("none", "none")


def test_joint_may_leave_observations_out() -> None:
    rows = (
        'joint = [["nothing", "guilty", "innocent", "1/2"], ["nothing", "guilty", "guilty", 0.5]]'
    )
    game = parse(changed(JUDGE, PRIOR, rows), "judge.toml")
    assert (game.user_observations, game.agent_observations) == ((NOTHING,), game.states)
    assert list(game.joint.values()) == [Fraction(1, 2)] * 2


def test_states_of_probability_zero_are_dropped_from_joint_only() -> None:
    game = parse(changed(JUDGE, PRIOR, "prior = { innocent = 1, guilty = 0 }"), "judge.toml")
    assert list(game.joint) == [(NOTHING, "innocent", "innocent")]
    assert game.states == ("innocent", "guilty")
    assert parse(write(game), "again.toml") == game


@pytest.mark.parametrize(
    ("model", "quantal"),
    [
        ('{ eta = "1/2" }', Quantal(Fraction(1, 2), "e")),
        ("{ base = 2 }", Quantal(Fraction(10), 2)),
        ('{ base = "999983" }', Quantal(Fraction(10), 999983)),
        ('{ base = "e" }', Quantal(Fraction(10), "e")),
        ("{}", Quantal(Fraction(10), "e")),
    ],
)
def test_half_of_quantal_keeps_the_other_default(model: str, quantal: Quantal) -> None:
    assert parse(f"{JUDGE}[model]\nquantal = {model}\n", "judge.toml").quantal == quantal


def test_many_dots_in_prose_are_no_key() -> None:
    notes = "Mind " + "a." * 200
    assert (
        parse(changed(TESTS, 'notes = "none"', f'notes = "{notes}"  # {notes}'), "tests.toml").notes
        == notes
    )


def test_partitions_take_the_order_of_the_instance_not_of_the_alphabet() -> None:
    order = 'agent_observations = ["unclear", "positive", "negative"]'
    game = parse(
        changed(TESTS, 'agent_observations = ["negative", "unclear", "positive"]', order),
        "tests.toml",
    )
    assert game.agents[0].sees == (("unclear", "negative"), ("positive",))


@pytest.mark.parametrize(
    "text", ["\x7f", "\0", "\r\n", '\n"""\n\\', "\n\n'\t\n", "\u2028\U0001f600"], ids=ascii
)
def test_prose_is_quoted(text: str) -> None:
    game = replace(parse(TESTS, "tests.toml"), title=text, source=text, notes=text)
    assert parse(write(game), "again.toml") == game


def test_writes_something_to_read() -> None:
    text = write(parse(TESTS, "tests.toml"))
    assert 'treat = { ill = 1, well = "-1/2" }' in text
    assert '    ["calm", "negative", "well", "1/2"],' in text
    assert "[conversation]" not in write(parse(JUDGE, "judge.toml"))


STATES = 'states = ["innocent", "guilty"]'
TABLE = "acquit = { innocent = 1, guilty = 1 }"  # of agents[1]
NAMES_100 = f'states = ["innocent", "{"x" * 101}"]'
ROW = '["calm", "unclear", "ill", 0]'
QUANTAL = "quantal = { eta = 2.5, base = 7 }"
SEES = 'sees = [["positive"], ["unclear", "negative"]]'
RATIONAL = "expected a rational: an integer, a decimal or a string"
TOP = "expected only 'format', 'title', 'states', 'actions', 'user', 'agents', 'source', 'notes', 'prior', 'user_observations', 'agent_observations', 'joint', 'conversation', 'model', 'claim', 'parameters' and 1 more; did you mean "

REFUSED = [
    # the file as a whole
    (JUDGE, "format = 1", "format = true", "format: is a truth value, expected the integer 1"),
    (JUDGE, "format = 1", "format = 1.0", "format: is a decimal, expected the integer 1"),
    (JUDGE, "format = 1", "format = 2", "format: is 2, expected the integer 1"),
    (
        JUDGE,
        "format = 1",
        "",
        "format: is missing, expected 'format', 'title', 'states', 'actions', 'user', 'agents'",
    ),
    (JUDGE, "title", "titel", "titel: is unknown, " + TOP + "'title'?"),
    (JUDGE, "title", '"ti tle"', '"ti tle": is unknown, '),
    (JUDGE, '"A prosecutor persuades a judge"', "1", "title: is an integer, expected a string"),
    (TESTS, 'source = "none"', "source = []", "source: is a list, expected a string"),
    (TESTS, 'notes = "none"', "notes = 1979-05-27", "notes: is a date or time, expected a string"),
    (JUDGE, "format = 1", "format = ", "a value is missing behind =, in: format ="),
    (
        JUDGE,
        "format = 1",
        "format = 1\nformat = 1",
        "format stands again, as on line 1; keep one of the two",
    ),
    (
        JUDGE,
        "format = 1",
        "format = " + "9" * 100_001,
        "has an integer of thousands of digits, expected at most 400",
    ),
    (
        JUDGE,
        "format = 1",
        "format = " + "[" * 5000,
        "is nested too deeply, expected tables in at most 5 levels",
    ),
    (
        JUDGE,
        "format = 1",
        "a" + ".a" * 5000 + " = 1",
        "has a key of more than 100 parts, expected keys of at most 5",
    ),
    # names
    (JUDGE, STATES, "states = []", "states: is an empty list, expected at least 1 of names"),
    (JUDGE, STATES, 'states = "innocent"', "states: is a string, expected a list of names"),
    (JUDGE, STATES, 'states = ["innocent", 1]', "states[1]: is an integer, expected a string"),
    (JUDGE, STATES, 'states = ["innocent", ""]', "states[1]: is empty, expected a name"),
    (JUDGE, STATES, NAMES_100, "states[1]: has 101 characters, expected a name of at most 100"),
    (
        JUDGE,
        STATES,
        'states = ["a\\tb"]',
        "states[0]: 'a\\tb': character 2 is U+0009, a control character; expected"
        " a name of letters, digits and signs",
    ),
    (
        JUDGE,
        STATES,
        'states = ["\u03b1"]',
        "states[0]: '\u03b1': character 1 is U+03B1 GREEK SMALL LETTER ALPHA; titles and notes may hold any text; names need letters"
        " that cannot be mistaken for others: write it with ASCII or Latin letters, or Greek ones"
        " that look like none of these, such as \u03bb or \u03a9",
    ),
    (
        JUDGE,
        STATES,
        'states = ["inn\\u043ecent"]',
        "states[0]: 'inn\u043ecent': character 4 is U+043E CYRILLIC SMALL LETTER O; titles and notes",
    ),
    (
        JUDGE,
        STATES,
        'states = ["s\\u0131gnal"]',
        "states[0]: 's\u0131gnal': character 2 is U+0131 LATIN SMALL LETTER DOTLESS I, which looks"
        " like 'i'; titles",
    ),
    (
        JUDGE,
        STATES,
        'states = ["cafe\\u0301"]',
        "states[0]: 'cafe\u0301': character 5 is U+0301 COMBINING ACUTE ACCENT, expected the letter and"
        " its mark as one character, as in 'caf\u00e9'; titles",
    ),
    (
        JUDGE,
        STATES,
        'states = ["x\\u0301"]',
        "states[0]: 'x\u0301': character 2 is U+0301 COMBINING ACUTE ACCENT, expected the letter and"
        " its mark as one character; titles",
    ),
    (
        JUDGE,
        STATES,
        'states = ["in\\u200bnocent"]',
        "states[0]: 'in\\u200bnocent': character 3 is U+200B ZERO WIDTH SPACE; titles",
    ),
    (
        JUDGE,
        'name = "defence"',
        'name = "defence "',
        "agents[1].name: 'defence ' begins or ends with a space, expected a name without",
    ),
    (
        JUDGE,
        STATES,
        'states = ["not  guilty"]',
        "states[0]: 'not  guilty' has two spaces in a row, expected one",
    ),
    (
        JUDGE,
        STATES,
        'states = ["x", "y", "x"]',
        "states[2]: 'x' is also entry 0, expected different names",
    ),
    (
        JUDGE,
        '"acquit", "convict"',
        '"acquit", "acquit"',
        "actions[1]: 'acquit' is also entry 0, expected different names",
    ),
    (
        TESTS,
        '["calm", "alarmed"]',
        "[]",
        "user_observations: is an empty list, expected at least 1 of names",
    ),
    (
        TESTS,
        '"unclear", "positive"]',
        '"negative"]',
        "agent_observations[1]: 'negative' is also entry 0, expected different",
    ),
    # the prior
    (JUDGE, '"3/10"', '"4/15"', "prior: sums to 29/30, expected 1"),
    (
        JUDGE,
        '"3/10"',
        "0.30000000000000000001",
        "prior: sums to 100000000000000000001/100000000000000000000, expected 1",
    ),
    (
        JUDGE,
        'innocent = "7/10"',
        "innocent = -1",
        "prior.innocent: is -1, expected a probability of at least 0",
    ),
    (JUDGE, ', guilty = "3/10"', "", "prior.guilty: is missing, expected 'innocent', 'guilty'"),
    (
        JUDGE,
        'guilty = "3/10"',
        'gilty = "3/10"',
        "prior.gilty: is unknown, expected only 'innocent', 'guilty'; did you mean 'guilty'?",
    ),
    (JUDGE, PRIOR, "", "prior: is missing, expected either `prior` or `joint`"),
    (JUDGE, PRIOR, "prior = [1]", "prior: is a list, expected a table"),
    (
        JUDGE,
        PRIOR,
        PRIOR + "\njoint = []",
        "joint: stands beside `prior`, expected only one of the two",
    ),
    (
        JUDGE,
        PRIOR,
        PRIOR + '\nuser_observations = ["x"]',
        "user_observations: stands beside `prior`, expected `joint`",
    ),
    (
        JUDGE,
        PRIOR,
        PRIOR + '\nagent_observations = ["x"]',
        "agent_observations: stands beside `prior`, expected `joint`",
    ),
    # numbers
    (
        JUDGE,
        '"7/10"',
        '"7/0"',
        "prior.innocent: 7/0 has a zero denominator, expected a positive one",
    ),
    (
        JUDGE,
        '"7/10"',
        "inf",
        "prior.innocent: 'inf' is not a rational, expected an integer, a decimal or a string",
    ),
    (
        JUDGE,
        '"7/10"',
        "nan",
        "prior.innocent: 'nan' is not a rational, expected an integer, a decimal or a string",
    ),
    (JUDGE, '"7/10"', "true", "prior.innocent: is a truth value, " + RATIONAL),
    (JUDGE, '"7/10"', "[1]", "prior.innocent: is a list, " + RATIONAL),
    (JUDGE, '"7/10"', "07:32:00", "prior.innocent: is a date or time, " + RATIONAL),
    (
        JUDGE,
        '"7/10"',
        '"most"',
        "prior.innocent: 'most' is not a rational, expected an integer, a decimal or a string",
    ),
    (
        JUDGE,
        '"7/10"',
        "1e9999999",
        "prior.innocent: '1e9999999' is not a rational, expected an integer, a decimal or a string",
    ),
    (
        JUDGE,
        '"7/10"',
        "1e999",
        "prior.innocent: is a number of 1000 digits when written out, expected at most 400",
    ),
    (
        JUDGE,
        '"7/10"',
        "9" * 401,
        "prior.innocent: is an integer of more than 400 digits, expected at most 400",
    ),
    (
        JUDGE,
        '"7/10"',
        "0x" + "f" * 9000,
        "prior.innocent: is an integer of more than 400 digits, expected at most 400",
    ),
    (
        JUDGE,
        '"7/10"',
        f'"1/{"9" * 401}"',
        "prior.innocent: is a ratio of numbers of 401 digits, expected at most 400",
    ),
    # joint
    (
        TESTS,
        ROW,
        '["calm", "unclear", "ill"]',
        "joint[2]: is 3 entries, expected [user observation, agent observation, state, ",
    ),
    (
        TESTS,
        ROW,
        '"calm"',
        "joint[2]: is a string, expected [user observation, agent observation, state, probability]",
    ),
    (
        TESTS,
        'user_observations = ["calm", "alarmed"]\n',
        "",
        "joint[0][0]: 'alarmed' is not a user observation (there is no list user_observations), expected one of"
        " 'nothing'",
    ),
    (
        TESTS,
        ROW,
        '["clam", "unclear", "ill", 0]',
        "joint[2][0]: 'clam' is not a user observation, expected one of 'calm', 'alarmed'",
    ),
    (
        TESTS,
        ROW,
        '["calm", "ill", "ill", 0]',
        "joint[2][1]: 'ill' is not an agent observation, expected one of 'negative', 'uncl",
    ),
    (
        TESTS,
        ROW,
        '["calm", "unclear", "il", 0]',
        "joint[2][2]: 'il' is not a state, expected one of 'ill', 'well'; did you mean 'ill'?",
    ),
    (TESTS, ROW, '["calm", "unclear", 1, 0]', "joint[2][2]: is an integer, expected a string"),
    (
        TESTS,
        ROW,
        '["calm", "unclear", "ill", -0.5]',
        "joint[2][3]: is -1/2, expected a probability of at least 0",
    ),
    (
        TESTS,
        ROW,
        '["calm", "negative", "well", 0]',
        "joint[2]: 'calm', 'negative', 'well' appears twice, expected one row for each",
    ),
    (TESTS, ROW, '["calm", "unclear", "ill", 1]', "joint: sums to 2, expected 1"),
    # utilities
    (
        JUDGE,
        TABLE,
        "acquit = { innocent = 1 }",
        "agents[1].utility.acquit.guilty: is missing, expected 'innocent', 'guilty'",
    ),
    (JUDGE, TABLE + ", ", "", "agents[1].utility.acquit: is missing, expected 'acquit', 'convict'"),
    (
        JUDGE,
        TABLE,
        "acquit = { innocent = 1, guilty = 1, x = 1 }",
        "agents[1].utility.acquit.x: is unknown, expected only 'innocent'",
    ),
    (
        JUDGE,
        TABLE,
        TABLE + ", hang = {}",
        "agents[1].utility.hang: is unknown, expected only 'acquit', 'convict'",
    ),
    (JUDGE, TABLE, "acquit = 1", "agents[1].utility.acquit: is an integer, expected a table"),
    (
        JUDGE,
        TABLE,
        "acquit = { innocent = 1, guilty = false }",
        "agents[1].utility.acquit.guilty: is a truth value, " + RATIONAL,
    ),
    (
        JUDGE,
        "guilty = 0 }, convict",
        'guilty = "" }, convict',
        "user.utility.acquit.guilty: '' is not a rational, expected",
    ),
    (
        JUDGE,
        "[user]\nutility",
        "[user]\nutilities = 1\nutility",
        "user.utilities: is unknown, expected only 'utility'; did you mean",
    ),
    (
        JUDGE,
        "[user]\nutility",
        "[user]\n[users]\nutility",
        "user: stands beside `users`, expected only one of the two",
    ),
    # agents
    (JUDGE, 'name = "defence"', "", "agents[1].name: is missing, expected 'name', 'utility'"),
    (
        JUDGE,
        'name = "defence"',
        'name = "prosecutor"',
        "agents[1].name: 'prosecutor' is also another agent's name, expected different",
    ),
    (
        JUDGE,
        'name = "defence"',
        'name = "defence"\nsee = []',
        "agents[1].see: is unknown, expected only 'name', 'utility', 'prior', 'sees'; did you ",
    ),
    (JUDGE, 'name = "defence"', 'name = ""', "agents[1].name: is empty, expected a name"),
    (JUDGE, JUDGE[JUDGE.index("[[agents]]") :], "", "agents: is missing, expected"),
    (
        JUDGE,
        JUDGE[JUDGE.index("[user]") :],
        "user = {}\nagents = []",
        "user.utility: is missing, expected 'utility'",
    ),
    (TESTS, SEES, "sees = []", "agents[0].sees: is an empty list, expected at least 1 of cells"),
    (
        TESTS,
        SEES,
        'sees = [["positive"], [], ["unclear", "negative"]]',
        "agents[0].sees[1]: is an empty list, expected at least 1 of",
    ),
    (
        TESTS,
        SEES,
        'sees = [["positive"], ["unclear"]]',
        "agents[0].sees: leaves out 'negative', expected every agent observation in ",
    ),
    (
        TESTS,
        SEES,
        'sees = [["positive"], ["unclear", "negative", "positive"]]',
        "agents[0].sees[1][2]: 'positive' is also in cell 0, expected",
    ),
    (
        TESTS,
        SEES,
        'sees = [["positive", "ill"], ["unclear", "negative"]]',
        "agents[0].sees[0][1]: 'ill' is not an agent observation, expected",
    ),
    (
        TESTS,
        SEES,
        'sees = ["positive"]',
        "agents[0].sees[0]: is a string, expected a list of agent observations",
    ),
    # conversation, model, claim
    (
        TESTS,
        "rounds = 2",
        "rounds = 0",
        "conversation.rounds: is 0, expected an integer from 1 to 16",
    ),
    (
        TESTS,
        "rounds = 2",
        "rounds = 17",
        "conversation.rounds: is 17, expected an integer from 1 to 16",
    ),
    (
        TESTS,
        "rounds = 2",
        "rounds = true",
        "conversation.rounds: is a truth value, expected an integer from 1 to 16",
    ),
    (
        TESTS,
        "rounds = 2",
        "round = 2",
        "conversation.round: is unknown, expected only 'rounds', 'user_alphabet', 'agent_alphabet'; did",
    ),
    (
        TESTS,
        "user_alphabet = 3",
        "user_alphabet = 1001",
        "conversation.user_alphabet: is 1001, expected an integer from 1 to 1000",
    ),
    (
        TESTS,
        "user_alphabet = 3",
        'user_alphabet = "rich"',
        "conversation.user_alphabet: is a string, expected an integer from 1",
    ),
    (
        TESTS,
        "agent_alphabet = 4",
        "agent_alphabet = 0",
        'conversation.agent_alphabet: is 0, expected "rich" or an integer from 1 to 1000',
    ),
    (
        TESTS,
        "agent_alphabet = 4",
        'agent_alphabet = "Rich"',
        'conversation.agent_alphabet: is a string, expected "rich" or an integer',
    ),
    (
        TESTS,
        "agent_alphabet = 4",
        f"agent_alphabet = {10**300}",
        'conversation.agent_alphabet: is a huge number, expected "rich" or',
    ),
    (
        TESTS,
        '"favour-speaker"',
        '"favor-speaker"',
        "model.ties: 'favor-speaker' is not a tie rule, expected one of 'any', 'belief', ",
    ),
    (TESTS, '"favour-speaker"', "1", "model.ties: is an integer, expected a string"),
    (
        TESTS,
        "ties =",
        "tie =",
        "model.tie: is unknown, expected only 'ties', 'quantal', 'evaluation'; did you mean 'ties'?",
    ),
    (TESTS, QUANTAL, "quantal = 10", "model.quantal: is an integer, expected a table"),
    (
        TESTS,
        QUANTAL,
        "quantal = { eta = 0 }",
        "model.quantal.eta: is 0, expected a rational above 0",
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { eta = true }",
        "model.quantal.eta: is a truth value, " + RATIONAL,
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { eat = 1 }",
        "model.quantal.eat: is unknown, expected only 'eta', 'base'; did you mean 'eta'?",
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { base = 4 }",
        'model.quantal.base: is 4, expected "e" or a prime up to 1000000',
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { base = 1 }",
        'model.quantal.base: is 1, expected "e" or a prime up to 1000000',
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { base = 1000003 }",
        'model.quantal.base: is 1000003, expected "e" or a prime up to 1000000',
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { base = 2.0 }",
        'model.quantal.base: is a decimal, expected "e" or a prime up to 1000000',
    ),
    (
        TESTS,
        QUANTAL,
        "quantal = { base = true }",
        'model.quantal.base: is a truth value, expected "e" or a prime up to 1000000',
    ),
    (
        TESTS,
        QUANTAL,
        'quantal = { base = "two" }',
        "model.quantal.base: is 'two', expected \"e\" or a prime up to 1000000",
    ),
    (
        TESTS,
        "tolerance = 0.05",
        "tolerance = -0.05",
        "claim.tolerance: is -1/20, expected a rational of at least 0",
    ),
    (TESTS, "tolerance = 0.05", "eps = 0.05", "claim.eps: is unknown, expected only 'tolerance'"),
    (TESTS, "[claim]\ntolerance = 0.05", "[[claim]]", "claim: is a list, expected a table"),
]


@pytest.mark.parametrize(("text", "old", "new", "expected"), REFUSED, ids=range(len(REFUSED)))
def test_says_where_and_both_sides(text: str, old: str, new: str, expected: str) -> None:
    found = re.sub(r"^case\.toml: line \d+: ", "case.toml: ", message(changed(text, old, new)))
    assert found.startswith(f"case.toml: {expected}")


def test_empty_agents_list_is_refused() -> None:
    text = JUDGE[: JUDGE.index("[[agents]]")].replace("[user]", "agents = []\n[user]")
    assert (
        message(text)
        == "case.toml: line 6: agents: is an empty list, expected at least 1 of agents"
    )


@pytest.mark.parametrize("composite", [4, 9, 15, 25, 49, 999_999, 994_009], ids=str)
def test_composite_bases_are_refused(composite: int) -> None:
    assert 'expected "e" or a prime' in message(
        changed(TESTS, QUANTAL, f"quantal = {{ base = {composite} }}")
    )


def test_bases_accepted_are_the_primes() -> None:
    def accepted(base: int) -> bool:
        try:
            return (
                parse(changed(TESTS, QUANTAL, f"quantal = {{ base = {base} }}"), "x").quantal.base
                == base
            )
        except InstanceError:
            return False

    assert [n for n in range(-3, 40) if accepted(n)] == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]


# Sizes


def refused_for_size(text: str) -> str:
    with pytest.raises(SizeError) as error:
        parse(text, "case.toml")
    return str(error.value)


def names(prefix: str, count: int) -> str:
    return "[" + ", ".join(f'"{prefix}{n}"' for n in range(count)) + "]"


def test_names_are_bounded() -> None:
    found = refused_for_size(changed(JUDGE, STATES, f"states = {names('s', 1001)}"))
    assert found == "case.toml: line 3: states: has 1001 entries, at most 1000 are read"


def test_agents_are_bounded() -> None:
    utility = JUDGE.splitlines()[-1]
    found = refused_for_size(
        JUDGE + "".join(f'[[agents]]\nname = "a{n}"\n{utility}\n' for n in range(199))
    )
    assert found == "case.toml: line 8: agents: has 201 entries, at most 200 are read"


def test_utilities_are_bounded_before_they_are_read() -> None:
    text = changed(
        changed(JUDGE, STATES, f"states = {names('s', 1000)}"),
        '["acquit", "convict"]',
        names("a", 334),
    )
    found = refused_for_size(text)
    assert (
        found
        == "case.toml: has 1002000 utilities (actions x states x people), at most 1000000 are read"
    )


@pytest.mark.slow
def test_joint_rows_are_bounded() -> None:
    found = refused_for_size(changed(TESTS, ROW, ", ".join([ROW] * 99_998)))
    assert found == "case.toml: line 9: joint: has 100001 entries, at most 100000 are read"


def test_common_denominators_are_bounded() -> None:
    names_ = names("s", 200)
    prior = "prior = { " + ", ".join(f's{n} = "1/{10**300 + n}"' for n in range(200)) + " }"
    found = refused_for_size(changed(changed(JUDGE, STATES, f"states = {names_}"), PRIOR, prior))
    assert (
        found
        == "case.toml: line 5: prior: has a common denominator of over 100000 bits, at most that many are added up"
    )


def test_long_sums_are_shown_short() -> None:
    prior = "prior = { " + ", ".join(f's{n} = "1/{10**300 + n}"' for n in range(20)) + ", big = 2 }"
    states = "states = " + names("s", 20)[:-1] + ', "big"]'
    found = message(changed(changed(JUDGE, STATES, states), PRIOR, prior))
    first = found.splitlines()[0]
    assert first == "case.toml: line 5: prior: sums to 2.000…, not exactly 1, expected 1"


def test_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "MAX_BYTES", 100)
    assert (
        refused_for_size(JUDGE) == f"case.toml: has {len(JUDGE)} characters, at most 100 are read"
    )


# Files


def file_message(path: Path | str) -> str:
    with pytest.raises(InstanceError) as error:
        load(path)
    return str(error.value)


def test_files_are_bounded_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(8 * 2**20 + 1)
    assert file_message(path) == f"{path}: has 8388609 bytes or more, at most 8388608 are read"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless file")
def test_endless_files_are_refused() -> None:
    assert (
        file_message("/dev/zero")
        == "/dev/zero: has 8388609 bytes or more, at most 8388608 are read"
    )


def test_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert file_message(path) == f"{path}: no such file"
    assert file_message(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"
    assert file_message("x" * 5000).endswith("cannot be read: File name too long")
    assert file_message("a\0b") == "'a\\x00b': is not a path: embedded null byte"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text(JUDGE)
    path.chmod(0)
    assert file_message(path) == f"{path}: cannot be read: Permission denied"


def test_files_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert (
        file_message(tmp_path / "x.toml")
        == f"{tmp_path / 'x.toml'}: cannot be read: Permission denied"
    )


def test_files_that_are_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('title = "é"'.encode("latin-1"))
    assert file_message(path) == f"{path}: is not UTF-8 text: byte 9 is wrong, expected UTF-8"


def test_messages_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "xor.toml"
    path.write_text(changed(JUDGE, '"3/10"', '"4/15"'))
    assert file_message(path) == f"{path}: line 5: prior: sums to 29/30, expected 1"


@pytest.mark.slow
def test_hundreds_of_actions_and_states_are_read() -> None:
    states, actions = [f"s{n}" for n in range(300)], [f"a{n}" for n in range(300)]
    table = "{" + ",".join(f"{a}={{{','.join(f'{y}=1' for y in states)}}}" for a in actions) + "}"
    prior = "{" + ",".join(f"{y}={int(y == 's0')}" for y in states) + "}"
    head = f"format=1\ntitle=''\nstates={states}\nactions={actions}\nprior={prior}\n"
    game = parse(
        f"{head}user={{utility={table}}}\n[[agents]]\nname='x'\nutility={table}\n", "large.toml"
    )
    assert len(game.utility) == 90_000
    assert parse(write(game), "again.toml") == game
