"""Slips in instance files: each is answered with its line, and the line as it should be."""
# ruff: noqa: E501, RUF001 (one slip a line, its message in full; quotes and signs as people have them)

import tomllib

import pytest

from verifier.errors import InstanceError
from verifier.game.model import digest
from verifier.game.reader import parse
from verifier.game.text.gathering import MOST_SHOWN

GAME = """\
format = 1
title  = "Whether to take an umbrella"

states  = ["rain", "sun"]
actions = ["umbrella", "none"]
prior   = { rain = "1/4", sun = "3/4" }

[user]
utility.umbrella = { rain = 1, sun = -1 }
utility.none     = { rain = -2, sun = 1 }

[[agents]]
name = "umbrella seller"
utility.umbrella = { rain = 2, sun = 0 }
utility.none     = { rain = -2, sun = 1 }
"""
TITLE, STATES, PRIOR, USER, ROW, AGENT = (
    line for n, line in enumerate(GAME.splitlines(), 1) if n in (2, 4, 6, 8, 9, 12)
)
QUOTES = "a fraction stands in quotes; write: "
TEXT = "a text stands in quotes; write: "
NAME = "a name with other characters than A-Z a-z 0-9 _ - stands in quotes; write: "
EQUALS = "between a key and its value stands =; write: "
COMMAS = "entries stand between commas; write: "
BRACES = "a table in braces stands on one line, with no comma behind its last entry; write: "
LIST = "lists stand in square brackets; write: "
QUOTE = "a quote is missing; write: "
GOOD = 'prior = { rain = "1/4", sun = "3/4" }'
BOTH = 'states = ["rain", "sun"]'

SYNTAX = [
    # fractions and other numbers
    (PRIOR, "prior = { rain = 1/4, sun = 3/4 }", f"line 6: {QUOTES}{GOOD}"),
    (PRIOR, "prior = { rain = 1 / 4, sun = 3/4 }  # a quarter", f"line 6: {QUOTES}{GOOD}  # a quarter"),
    (PRIOR, 'prior.rain = 1/4\nprior.sun = "3/4"', f'line 6: {QUOTES}prior.rain = "1/4"'),
    (PRIOR, "prior = { rain = ¼, sun = ¾ }", f'line 6: a fraction is written "p/q"; write: {GOOD}'),
    (PRIOR, "prior = { rain = 1⁄4, sun = 3⁄4 }", f'line 6: a fraction is written "p/q"; write: {GOOD}'),
    (PRIOR, "prior = { rain = 30%, sun = 70% }", 'line 6: percentages are fractions or decimals; write: prior = { rain = "3/10", sun = "7/10" }'),
    (PRIOR, "prior = { rain = 12,5%, sun = 87,5% }", 'line 6: percentages are fractions or decimals; write: prior = { rain = "1/8", sun = "7/8" }'),
    (PRIOR, "prior = { rain = 0,3, sun = 0,7 }", "line 6: a decimal number has a point; write: prior = { rain = 0.3, sun = 0.7 }"),
    (PRIOR, "prior = { rain = .25, sun = .75 }", "line 6: a decimal number has digits before its point; write: prior = { rain = 0.25, sun = 0.75 }"),
    (ROW, "utility.umbrella = { rain = 1., sun = -1 }", "line 9: a decimal number has digits behind its point; write: utility.umbrella = { rain = 1.0, sun = -1 }"),
    (ROW, "utility.umbrella = { rain = 01, sun = -1 }", "line 9: a number does not begin with 0; write: utility.umbrella = { rain = 1, sun = -1 }"),
    (ROW, "utility.umbrella = { rain = 1, sun = −1 }", "line 9: a minus sign is -; write: utility.umbrella = { rain = 1, sun = -1 }"),
    # tables in braces
    (PRIOR, 'prior = {\n  rain = "1/4",\n  sun = "3/4",\n}', f"line 6: {BRACES}{GOOD}"),
    (PRIOR, 'prior = {\n  rain = "1/4", # often\n\n  sun = "3/4"\n}', f"line 6: {BRACES}{GOOD}"),
    (PRIOR, 'prior = { rain = "1/4",\n          sun = "3/4" }', f"line 6: {BRACES}{GOOD}"),
    (PRIOR, "prior = {\n  rain = 1/4,\n  sun = 3/4\n}", f"line 6: a table in braces stands on one line; {QUOTES}{GOOD}"),
    (PRIOR, 'prior = { rain = "1/4", sun = "3/4", }', f"line 6: the last entry of a table in braces has no comma behind it; write: {GOOD}"),
    # names and texts
    (PRIOR, 'prior = { no rain = "1/4", sun = "3/4" }', f'line 6: {NAME}prior = {{ "no rain" = "1/4", sun = "3/4" }}'),
    (PRIOR, 'prior = { größe = "1/4", sun = "3/4" }', f'line 6: {NAME}prior = {{ "größe" = "1/4", sun = "3/4" }}'),
    (ROW, "utility.big umbrella = { rain = 1, sun = -1 }", f'line 9: {NAME}utility."big umbrella" = {{ rain = 1, sun = -1 }}'),
    (ROW, "utility.große = { rain = 1, sun = -1 }", f'line 9: {NAME}utility."große" = {{ rain = 1, sun = -1 }}'),
    (USER, "[user.two words]", f'line 8: {NAME}[user."two words"]'),
    (STATES, "states = [rain, sun]", f"line 4: {TEXT}{BOTH}"),
    (TITLE, "title = Whether to take an umbrella", f'line 2: {TEXT}title = "Whether to take an umbrella"'),
    ('name = "umbrella seller"', "name = umbrella seller", f'line 13: {TEXT}name = "umbrella seller"'),
    # quotes
    (PRIOR, "prior = { rain = “1/4”, sun = „3/4“ }", f"line 6: quotes are straight, \" or '; write: {GOOD}"),
    (STATES, "states = [‘rain’, ‘sun’]", "line 4: quotes are straight, \" or '; write: states = ['rain', 'sun']"),
    (STATES, "states = [`rain`, `sun`]", "line 4: quotes are straight, \" or '; write: states = ['rain', 'sun']"),
    (STATES, 'states = ["rain", "sun]', f"line 4: {QUOTE}{BOTH}"),
    (STATES, 'states = ["rain", sun"]', f"line 4: {QUOTE}{BOTH}"),
    (TITLE, 'title = "Umbrella', f'line 2: {QUOTE}title = "Umbrella"'),
    (TITLE, "title = 'Umbrella", f"line 2: {QUOTE}title = 'Umbrella'"),
    (TITLE, 'title = Umbrella"', f'line 2: {QUOTE}title = "Umbrella"'),
    (PRIOR, 'prior = { rain = 1/4", sun = "3/4" }', f"line 6: {QUOTE}{GOOD}"),
    (TITLE, 'title = "Take "it" or not"', 'line 2: a quote inside a text is written \\", in: title = "Take "it" or not"'),
    (TITLE, f'notes = """\nabc\n{TITLE}', 'line 2: the text that begins here with """ does not end'),
    # signs between keys and values
    (PRIOR, "prior == { rain = 0.25, sun = 0.75 }", f"line 6: {EQUALS}prior = {{ rain = 0.25, sun = 0.75 }}"),
    (PRIOR, "prior := { rain = 0.25, sun = 0.75 }", f"line 6: {EQUALS}prior = {{ rain = 0.25, sun = 0.75 }}"),
    (PRIOR, "prior { rain = 0.25, sun = 0.75 }", f"line 6: {EQUALS}prior = {{ rain = 0.25, sun = 0.75 }}"),
    (PRIOR, "prior = { rain: 0.25, sun: 0.75 }", f"line 6: {EQUALS}prior = {{ rain = 0.25, sun = 0.75 }}"),
    (PRIOR, 'prior = {"rain": 0.25, "sun": 0.75}', f'line 6: {EQUALS}prior = {{"rain" = 0.25, "sun" = 0.75}}'),
    (PRIOR, "prior = {'rain': 1/4, 'sun': 3/4}", f"line 6: between a key and its value stands =; {QUOTES}prior = {{'rain' = \"1/4\", 'sun' = \"3/4\"}}"),
    (STATES, 'states: ["rain", "sun"]', f"line 4: {EQUALS}{BOTH}"),
    (PRIOR, "prior =", "line 6: a value is missing behind =, in: prior ="),
    (PRIOR, "prior = { rain = 1, sun = }", "line 6: a value is missing behind =, in: prior = { rain = 1, sun = }"),
    # Python, JSON and others
    (PRIOR, "prior = { rain = None, sun = 1 }", "line 6: there is no such value: leave the key out, in: prior = { rain = None, sun = 1 }"),
    (PRIOR, "prior = { rain = True, sun = 1 }", "line 6: truth values are true and false; write: prior = { rain = true, sun = 1 }"),
    (STATES, 'states = ("rain", "sun")', f"line 4: {LIST}{BOTH}"),
    (STATES, 'states = {"rain", "sun"}', f"line 4: {LIST}{BOTH}"),
    (STATES, 'states = "rain", "sun"', f"line 4: {LIST}{BOTH}"),
    (STATES, "states = rain, sun", f"line 4: a text stands in quotes; {LIST}{BOTH}"),
    (PRIOR, f"// mostly dry\n{PRIOR}", "line 6: a comment begins with #; write: # mostly dry"),
    (PRIOR, 'prior\u00a0= { rain = "1/4",\u00a0sun = "3/4" }', f"line 6: spaces are plain ones, U+0020, and nothing is invisible; write: {GOOD}"),
    # commas and brackets
    (PRIOR, 'prior = { rain = "1/4" sun = "3/4" }', f"line 6: {COMMAS}{GOOD}"),
    (PRIOR, 'prior = { rain = "1/4"; sun = "3/4" }', f"line 6: {COMMAS}{GOOD}"),
    (PRIOR, f"{GOOD};", f"line 6: {COMMAS}{GOOD}"),
    (STATES, 'states = ["rain" "sun"]', f"line 4: {COMMAS}{BOTH}"),
    (STATES, 'states = ["rain",, "sun"]', f"line 4: entries stand between commas, and none is empty; write: {BOTH}"),
    (STATES, 'states = ["rain", "sun"', f"line 4: the bracket [ of line 4 is not closed; write: {BOTH}"),
    (STATES, 'states = [\n  "rain",\n  "sun"', 'line 6: the bracket [ of line 4 is not closed; write: "sun"]'),
    (STATES, 'states = ["rain", "sun"]]', 'line 4: a bracket ] is one too many, or [ is missing, in: states = ["rain", "sun"]]'),
    (PRIOR, 'prior = { rain = "1/4", sun = "3/4"', f"line 6: the bracket {{ of line 6 is not closed; write: {GOOD}"),
    (PRIOR, f"{GOOD}}}", f"line 6: a bracket is closed once; write: {GOOD}"),
    # headers
    (USER, "[user", "line 8: the bracket [ of line 8 is not closed; write: [user]"),
    (USER, "user:", "line 8: the name of a table stands in brackets; write: [user]"),
    (AGENT, "[[agents]", "line 12: [[agents]] has two brackets on each side; write: [[agents]]"),
    (AGENT, "[agents]]", "line 12: [[agents]] has two brackets on each side; write: [[agents]]"),
    (AGENT, '[agents]\nname = "x"\nutility.umbrella = { rain = 2, sun = 0 }\n[agents]', "line 15: [agents] stands again, as on line 12; write: [[agents]]"),
    (USER, "user]", "line 8: the name of a table stands in brackets; write: [user]"),
    (STATES, "states = ['it's rain', 'sun']", "line 4: a text with ' in it stands in double quotes"),
    (STATES, 'states = [\n  rain,\n  "sun",\n]', f'line 5: {TEXT}"rain",'),
    (PRIOR, 'joint = [\n  ["nothing", "rain", "rain", 1]\n  ["nothing", "sun", "sun", 0]\n]', 'line 7: entries stand between commas; write: ["nothing", "rain", "rain", 1],'),
    (PRIOR, 'prior = [ rain = "1/4", sun = "3/4" ]', f"line 6: a table stands in braces; write: {GOOD}"),
    (PRIOR, "prior = { rain = (1/4), sun = (3/4) }", f"line 6: a number stands without brackets; {QUOTES}{GOOD}"),
    (ROW, "utility.umbrella = { rain = 1, sun = - 1 }", "line 9: a number stands right behind its sign; write: utility.umbrella = { rain = 1, sun = -1 }"),
    ("format = 1", "format = 1,", "line 1: no comma stands behind a line; write: format = 1"),
    ("format = 1", '"format": 1,', 'line 1: between a key and its value stands =; no comma stands behind a line; write: "format" = 1'),
    ('name = "umbrella seller"', "name: umbrella seller", f'line 13: between a key and its value stands =; {TEXT}name = "umbrella seller"'),
    ("format = 1\n", "format = 1\r", "line 1: a line ends with LF, or CR LF, and not with CR alone, in: format = 1\\x0dtitle  = \"Whether to take an umbrella\""),
    # what comes twice
    (PRIOR, f"{PRIOR}\n{PRIOR}", "line 7: prior stands again, as on line 6; keep one of the two"),
    (PRIOR, 'prior = { rain = "1/4", rain = "3/4" }', "line 6: prior.rain stands twice on this line; keep one of the two"),
    (USER, "[user]\n[user]", "line 9: user stands again, as on line 8; keep one of the two"),
    # what nobody knows
    (STATES, 'states = ["rain", "sun"] or so', 'line 4: is not TOML: Expected newline or end of document after a statement, in: states = ["rain", "sun"] or so'),
]  # fmt: skip

CONTENT = [
    (PRIOR, 'prior = ["1/4", "3/4"]', f"line 6: prior: is a list, expected a table; write: {GOOD}"),
    (PRIOR, "prior = [0.25, 0.75]", "line 6: prior: is a list, expected a table; write: prior = { rain = 0.25, sun = 0.75 }"),
    (PRIOR, "prior = [1]", "line 6: prior: is a list, expected a table"),
    (ROW, "utility.umbrella = [1, -1]", "line 9: user.utility.umbrella: is a list, expected a table; write: utility.umbrella = { rain = 1, sun = -1 }"),
    (f"{ROW}\nutility.none     = {{ rain = -2, sun = 1 }}", "utility = [[1, -1], [-2, 1]]", "line 9: user.utility: is a list, expected a table; write: utility = { umbrella = { rain = 1, sun = -1 }, none = { rain = -2, sun = 1 } }"),
    ("[user]", "[[user]]", "line 8: user: is a list, expected a table; write [user], with one bracket on each side, once, or [[users]], if there are several"),
    (PRIOR, "[[prior]]\nrain = 0.25\nsun = 0.75", "line 6: prior: is a list, expected a table; write [prior], with one bracket on each side, once"),
    (AGENT, "[agents]", "line 12: agents: is a table, expected a list of agents; write [[agents]], with two brackets on each side, above each of them"),
    (STATES, 'states = "rain, sun"', f"line 4: states: is a string, expected a list of names; write: {BOTH}"),
    (PRIOR, 'prior = { rain = "30%", sun = "7/10" }', "line 6: prior.rain: '30%' is not a rational, expected an integer, a decimal or a string like \"7/10\"; did you mean \"3/10\"?"),
    (PRIOR, 'prior = { rain = "0,3", sun = "7/10" }', "line 6: prior.rain: '0,3' is not a rational, expected an integer, a decimal or a string like \"7/10\"; did you mean \"0.3\"?"),
    (PRIOR, 'prior = { rain = "1 / 4", sun = "3/4" }', "line 6: prior.rain: '1 / 4' is not a rational, expected an integer, a decimal or a string like \"7/10\"; did you mean \"1/4\"?"),
    (PRIOR, 'prior = { rain = "1½", sun = "3/4" }', "line 6: prior.rain: '1½' is not a rational, expected an integer, a decimal or a string like \"7/10\""),
    (PRIOR, "prior = { rain = 0.333, sun = 0.666 }", 'line 6: prior: sums to 999/1000, expected 1; decimals are taken exactly, fractions stand in quotes; write: prior = { rain = "1/3", sun = "2/3" }'),
    (PRIOR, 'prior = { rain = 0.33, sun = "2/3" }', 'line 6: prior: sums to 299/300, expected 1; decimals are taken exactly, fractions stand in quotes; write: prior = { rain = "1/3", sun = "2/3" }'),
    (PRIOR, "prior = { rain = 0.33, sun = 0.5 }", "line 6: prior: sums to 83/100, expected 1"),
    ('name = "umbrella seller"\nutility.umbrella', 'name = "x"\nutility.umbrela', "line 14: agents[0].utility.umbrela: is unknown, expected only 'umbrella', 'none'; did you mean 'umbrella'?"),
    (f"{PRIOR}\n\n{USER}\n{ROW}", f"{USER}\n{PRIOR}\n{ROW}", "line 7: user.prior: is unknown, expected only 'utility'; prior belongs above the first line in square brackets"),
    (ROW, "utility.umbrella = { rain = 1 }", "line 9: user.utility.umbrella.sun: is missing, expected 'rain', 'sun'"),
    (ROW, "utility.umbrella = { rain = 1, SUN = -1 }", "line 9: user.utility.umbrella.SUN: is unknown, expected only 'rain', 'sun'; did you mean 'sun'?"),
]  # fmt: skip


def messages(text: str) -> list[str]:
    """What is wrong with a file, without its name."""
    with pytest.raises(InstanceError) as error:
        parse(text, "case.toml")
    lines = [line.partition("case.toml: ") for line in error.value.lines]
    assert all(before == "" for before, _, _ in lines)
    return [message for _, _, message in lines]


def changed(old: str, new: str) -> str:
    assert GAME.count(old) == 1, old
    return GAME.replace(old, new)


@pytest.mark.parametrize(("old", "new", "expected"), SYNTAX + CONTENT, ids=lambda word: word[:40])
def test_a_slip_has_its_line_and_the_line_as_it_should_be(
    old: str, new: str, expected: str
) -> None:
    assert expected in messages(changed(old, new))


@pytest.mark.parametrize(
    "shown",
    [expected.partition("; write: ")[2] for *_, expected in SYNTAX if "; write: " in expected],
)
def test_the_line_that_is_shown_is_toml(shown: str) -> None:
    whole = {",": f"x = [\n{shown}\n]", "]": f"x = [\n{shown}"}  # a line of a list over lines
    assert any(is_toml(text) for text in (shown, whole.get(shown[-1], "=")))


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def test_a_file_written_as_shown_is_the_game() -> None:
    bad = changed(PRIOR, "prior = { rain = 1/4, sun = 3/4 }")
    (message,) = messages(bad)
    lines = bad.split("\n")
    lines[5] = message.partition("; write: ")[2]
    assert digest(parse("\n".join(lines), "a")) == digest(parse(GAME, "b"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ROW, "utility.umbrella = { rain = 1e0, sun\t=\t-10e-1 }"),
        (STATES, "states = ['rain', 'sun']"),
        (STATES, 'states = [\n  "rain",\n  "sun",\n]'),
        (PRIOR, "prior.rain = 0.25\nprior.sun = 0.75"),
        ("\n", "\r\n"),
        ("format = 1", "\ufeffformat = 1"),
    ],
)
def test_what_toml_allows_is_no_slip(old: str, new: str) -> None:
    assert digest(parse(GAME.replace(old, new), "a")) == digest(parse(GAME, "b"))


def test_all_slips_of_a_file_come_at_once() -> None:
    text = GAME.replace('"1/4"', "1/4").replace("= 2,", "= 2/3,").replace("rain = -2", "rain = x")
    found = messages(text)
    assert [message.split(":")[0] for message in found] == [
        "line 6",
        "line 10",
        "line 14",
        "line 15",
    ]
    assert found[1].endswith(f'{TEXT}utility.none     = {{ rain = "x", sun = 1 }}')


def test_all_errors_of_a_file_come_at_once() -> None:
    text = GAME.replace("= 1\n", "= 2\n", 1).replace("3/4", "2/3").replace("= -1", "= true")
    text = text.replace("name", "nam").replace("rain = 2", "ran = 2")
    found = [message.split(": ")[:2] for message in messages(text)]
    assert found == [
        ["line 1", "format"],
        ["line 6", "prior"],
        ["line 9", "user.utility.umbrella.sun"],
        ["line 13", "agents[0].nam"],
        ["line 14", "agents[0].utility.umbrella.ran"],
    ]


def test_of_many_errors_the_first_are_shown_and_the_others_counted() -> None:
    names = [f"s{n}" for n in range(300)]
    table = "{ " + ", ".join(f"{name} = 'x'" for name in names) + " }"
    text = f"format=1\ntitle=''\nstates={names}\nactions=['a']\nprior={table}\n[user.utility]\na={table}"
    with pytest.raises(InstanceError) as error:
        parse(f"{text}\n[[agents]]\nname='x'\nutility.a={table}\n", "many.toml")
    assert len(error.value.lines) == MOST_SHOWN + 1
    assert error.value.lines[-1] == f"and {900 - MOST_SHOWN} more"


def test_hostile_texts_are_escaped() -> None:
    (message,) = messages(changed(PRIOR, "prior = { rain = 1/4, \u202eevil\x1b = 3/4 }"))
    assert message.isprintable() and "\\u202e" in message and "\\u001b" in message


@pytest.mark.parametrize(
    "line", ["x = " + "[" * 900, "x = " + '"a" ' * 400, "x = " + "1/" * 990, "= " * 900, "{" * 1500]
)
def test_long_lines_are_answered_shortly(line: str) -> None:
    assert all(len(message) < 1000 for message in messages(f"format = 1\n{line}\n"))


MARKS = [n for n, letter in enumerate(GAME) if letter in '"[]{}=,']


@pytest.mark.parametrize("doubled", [False, True], ids=["left out", "doubled"])
def test_a_mark_left_out_or_doubled_is_never_repaired_wrongly(doubled: bool) -> None:
    """The line that is shown is the one that there was; it is shown for most marks."""
    shown = 0
    for n in MARKS:
        text = GAME[:n] + GAME[n] * 2 * doubled + GAME[n + 1 :]
        number = GAME[:n].count("\n")
        try:
            parse(text, "case.toml")
        except InstanceError as error:
            first = error.lines[0]
            assert f"line {number + 1}: " in first, (n, first)
            line = first.partition("; write: ")[2]
            if line:
                assert line.split() == GAME.splitlines()[number].split(), (n, first)
                shown += 1
    assert shown > 0.9 * len(MARKS)
