"""The JSON Schema of instance files: it accepts what the reader reads, and refuses wrong files of
many kinds, but for those that it cannot know of, which are listed.
"""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings

from tests.damage import SEEDS, damaged
from tests.games import INSTANCES, ROOT, games
from verifier.errors import InstanceError
from verifier.game import reader
from verifier.game.draft import draft
from verifier.game.model import Game
from verifier.game.names import LETTERS, name_fault
from verifier.game.reader import parse
from verifier.game.schema import DIALECT, UNSAID, schema
from verifier.game.writer import write

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

PAGE = (ROOT / "docs/reference/instance_format.md").read_text(encoding="utf-8")
TASTES = (INSTANCES / "populations/opposite_tastes.toml").read_text(encoding="utf-8")
EVERY_KEY = PAGE.partition(":caption: every_key.toml\n")[2].partition("```")[0]
"""A file with every key but `prior`."""

PLAIN = """
format = 1
title = "plain"
states = ["y", "z"]
actions = ["a"]
prior = { y = "1/2", z = 0.5 }
user = { utility = { a = { y = 0, z = 1 } } }
agents = [{ name = "agent", utility = { a = { y = 0, z = "1e-3" } } }]
"""

OPEN = PLAIN.replace('y = "1/2", z = 0.5', 'y = "t/2", z = "1 - t/2"').replace(
    "title", "parameters = { t = { from = 0, to = 1, default = 0.5 } }\ntitle"
)
"""A file with a parameter."""


def fits(text: str) -> bool:
    """Whether a file has the schema's form."""
    return bool(VALIDATOR.is_valid(tomllib.loads(text)))


def is_read(text: str) -> bool:
    """Whether the reader makes a game of a file."""
    try:
        parse(text, "FILE")
    except InstanceError:
        return False
    return True


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == DIALECT
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("path", sorted(INSTANCES.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_file_fits(path: Path) -> None:
    assert fits(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", [EVERY_KEY, PLAIN, OPEN, draft("t", ["y"], ["a"], 1, ["o", "p"])])
def test_what_is_read_fits(text: str) -> None:
    assert is_read(text)
    assert fits(text)


WRONG = [
    # wrong types
    (PLAIN, "format = 1", 'format = "1"'),
    (PLAIN, "format = 1", "format = true"),
    (PLAIN, 'title = "plain"', "title = 7"),
    (PLAIN, 'title = "plain"', 'title = ["plain"]'),
    (PLAIN, 'states = ["y", "z"]', 'states = "y"'),
    (PLAIN, 'states = ["y", "z"]', "states = { y = 1, z = 2 }"),
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", 2]'),
    (PLAIN, 'prior = { y = "1/2", z = 0.5 }', 'prior = ["1/2", "1/2"]'),
    (PLAIN, "z = 0.5 }", "z = true }"),
    (PLAIN, "z = 0.5 }", "z = [0.5] }"),
    (PLAIN, "{ a = { y = 0, z = 1 } }", "{ a = [0, 1] }"),
    (PLAIN, "{ a = { y = 0, z = 1 } }", "{ a = 1 }"),
    (PLAIN, "{ utility = { a = { y = 0, z = 1 } } }", "3"),
    (PLAIN, 'name = "agent"', "name = 1"),
    (PLAIN, "z = 1 }", "z = 2026-11-27 }"),
    (EVERY_KEY, "rounds         = 1", 'rounds = "1"'),
    (EVERY_KEY, 'ties    = "belief"', "ties = 1"),
    (EVERY_KEY, '{ eta = "5/2", base = "e" }', '"e"'),
    (EVERY_KEY, 'sees = [["clear", "front"], ["storm"]]', 'sees = ["clear", "front", "storm"]'),
    (EVERY_KEY, '["low",  "storm", "wet", 0.25]', '"low storm wet 0.25"'),
    (EVERY_KEY, 'source = "Made up for this page"', "source = 3"),
    # unknown keys
    (PLAIN, "format = 1", "format = 1\nformats = 1"),
    (PLAIN, "format = 1", "format = 1\nparameter = 1"),
    (PLAIN, 'name = "agent"', 'name = "agent", weight = 1'),
    (PLAIN, "user = {", 'user = { name = "she", '),
    (EVERY_KEY, "rounds         = 1", "rounds = 1\nturns = 1"),
    (EVERY_KEY, 'ties    = "belief"', 'ties = "belief"\ntie = "belief"'),
    (EVERY_KEY, 'base = "e"', 'base = "e", z = 1'),
    (EVERY_KEY, 'benchmark = "guarantee"', 'benchmark = "guarantee"\neps = 0'),
    # missing keys
    (PLAIN, "format = 1", ""),
    (PLAIN, 'title = "plain"', ""),
    (PLAIN, 'states = ["y", "z"]', ""),
    (PLAIN, 'actions = ["a"]', ""),
    (PLAIN, 'prior = { y = "1/2", z = 0.5 }', ""),
    (PLAIN, "user = { utility = { a = { y = 0, z = 1 } } }", ""),
    (PLAIN, "user = { utility = { a = { y = 0, z = 1 } } }", "user = {}"),
    (PLAIN, 'name = "agent", ', ""),
    (PLAIN, ', utility = { a = { y = 0, z = "1e-3" } }', ""),
    # lists and tables that are empty, too short or too long
    (PLAIN, 'states = ["y", "z"]', "states = []"),
    (PLAIN, 'actions = ["a"]', "actions = []"),
    (PLAIN, 'prior = { y = "1/2", z = 0.5 }', "prior = {}"),
    (PLAIN, "{ a = { y = 0, z = 1 } }", "{}"),
    (EVERY_KEY, '["low",  "storm", "wet", 0.25]', '["low",  "storm", "wet"]'),
    (EVERY_KEY, '["low",  "storm", "wet", 0.25]', '["low",  "storm", "wet", 0.25, 0]'),
    (
        EVERY_KEY,
        'sees = [["clear", "front"], ["storm"]]',
        'sees = [["clear", "front", "storm"], []]',
    ),
    (EVERY_KEY, 'sees = [["clear", "front"], ["storm"]]', "sees = []"),
    # names
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", "y"]'),
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", ""]'),
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", " z"]'),
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", "z\\n"]'),
    (PLAIN, 'states = ["y", "z"]', 'states = ["y", "z  z"]'),
    (PLAIN, 'name = "agent"', 'name = "\\u0430gent"'),
    (PLAIN, 'name = "agent"', f'name = "{"a" * 101}"'),
    # numbers
    (PLAIN, 'y = "1/2"', 'y = "1/0"'),
    (PLAIN, 'y = "1/2"', 'y = "half"'),
    (PLAIN, 'y = "1/2"', 'y = "1 / 2"'),
    (PLAIN, 'y = "1/2"', 'y = "0,5"'),
    (PLAIN, 'y = "1/2"', 'y = ".5"'),
    (PLAIN, 'y = "1/2", z = 0.5', 'y = "3/2", z = -0.5'),
    (PLAIN, 'y = "1/2", z = 0.5', 'y = "3/2", z = "-1/2"'),
    (PLAIN, 'y = "1/2", z = 0.5', 'y = 1.01, z = "-0.01"'),
    (PLAIN, "z = 1 }", 'z = "1/2/3" }'),
    (PLAIN, "z = 1 }", 'z = "t/2" }'),
    (PLAIN, "z = 1 }", 'z = "1\\n" }'),
    (PLAIN, "z = 1 }", 'z = "" }'),
    (EVERY_KEY, 'eta = "5/2"', "eta = 0"),
    (EVERY_KEY, 'eta = "5/2"', 'eta = "0/5"'),
    (EVERY_KEY, 'eta = "5/2"', "eta = -1"),
    (EVERY_KEY, 'tolerance = "1/20"', 'tolerance = "-1/20"'),
    (EVERY_KEY, "gamma     = 0", "gamma = -1"),
    # sizes and choices
    (EVERY_KEY, "rounds         = 1", "rounds = 0"),
    (EVERY_KEY, "rounds         = 1", "rounds = -3"),
    (EVERY_KEY, "rounds         = 1", "rounds = 1.5"),
    (EVERY_KEY, "rounds         = 1", "rounds = 17"),
    (EVERY_KEY, "user_alphabet  = 2", "user_alphabet = 0"),
    (EVERY_KEY, "user_alphabet  = 2", 'user_alphabet = "rich"'),
    (EVERY_KEY, "\nagent_alphabet = 2", "\nagent_alphabet = 1001"),
    (EVERY_KEY, "\nagent_alphabet = 2", '\nagent_alphabet = "poor"'),
    (EVERY_KEY, 'ties    = "belief"', 'ties = "Belief"'),
    (EVERY_KEY, 'base = "e"', 'base = "pi"'),
    (EVERY_KEY, 'base = "e"', "base = 1"),
    (EVERY_KEY, 'base = "e"', "base = 2.5"),
    (EVERY_KEY, 'benchmark = "guarantee"', 'benchmark = "team"'),
    (EVERY_KEY, 'hull      = "simplex"', 'hull = "affine"'),
    (EVERY_KEY, 'hull      = "simplex"', "hull = 1"),
    # several users
    (TASTES, 'name  = "ann"\n', ""),
    (TASTES, 'name  = "ann"', 'name = "ann"\nweight = 1'),
    (TASTES, 'name  = "ann"', 'name = "ann"\nties = "all"'),
    (TASTES, 'name  = "ann"', 'name = "ann"\nprior = 1'),
    (TASTES, "[claim]", "[user]\nutility = {}\n\n[claim]"),
    (TASTES, 'name = "showman"', 'name = "showman"\nutilities = {}'),
    (PLAIN, ', utility = { a = { y = 0, z = "1e-3" } }', ", utilities = 1"),
    # keys that exclude each other
    (PLAIN, "format = 1", 'format = 1\njoint = [["nothing", "y", "y", 1]]'),
    (PLAIN, "format = 1", 'format = 1\nagent_observations = ["o"]'),
    (PLAIN, "format = 1", 'format = 1\nuser_observations = ["o"]'),
    (PLAIN, "format = 1", "format = 2"),
    # parameters
    (OPEN, "parameters = { t = { from = 0, to = 1, default = 0.5 } }", ""),
    (OPEN, "{ t = { from = 0, to = 1, default = 0.5 } }", "{}"),
    (OPEN, "{ t = { from = 0, to = 1, default = 0.5 } }", "{ t = 1 }"),
    (OPEN, "{ t = { from = 0, to = 1, default = 0.5 } }", '"t"'),
    (OPEN, "to = 1, default = 0.5", "to = 1"),
    (OPEN, "to = 1, default = 0.5", "to = 1, default = 0.5, step = 1"),
    (OPEN, "to = 1, default = 0.5", 'to = "t", default = 0.5'),
    (OPEN, "to = 1, default = 0.5", 'to = "1/2 + 1/2", default = 0.5'),
    (OPEN, "{ t = {", '{ "t-1" = {'),
    (OPEN, "{ t = {", "{ 1t = {"),
    (OPEN, '"t/2"', '"t^2"'),
    (OPEN, '"t/2"', f'"t/2{" " * 200}"'),
    (OPEN, '"t/2"', '"t/2\\n"'),
    (OPEN, '"t/2"', '""'),
    (OPEN, 'actions = ["a"]', 'actions = ["a"]\nmodel.quantal.base = "1 + t"'),
]
"""A file, and a change of it that is wrong in form."""


@pytest.mark.parametrize(("text", "old", "new"), WRONG, ids=lambda part: part[:30].strip())
def test_wrong_files_are_refused_by_schema_and_reader(text: str, old: str, new: str) -> None:
    wrong = changed(text, old, new)
    assert not is_read(wrong)
    assert not fits(wrong)


def test_they_are_many() -> None:
    assert len(WRONG) >= 50


@pytest.mark.parametrize(
    ("number", "text", "old", "new"),
    [
        (0, PLAIN, "z = 0.5", "z = 0.4"),
        (0, EVERY_KEY, '["low",  "front", "wet", "1/8"]', '["low",  "front", "dry", "1/8"]'),
        (1, PLAIN, 'prior = { y = "1/2", z', 'prior = { x = "1/2", z'),
        (1, PLAIN, "{ a = { y = 0, z = 1 } }", "{ a = { y = 0 } }"),
        (1, EVERY_KEY, '["low",  "storm", "wet", 0.25]', '["low",  "gale", "wet", 0.25]'),
        (1, EVERY_KEY, '["clear", "front"], ["storm"]', '["clear"], ["storm"]'),
        (1, EVERY_KEY, '["clear", "front"], ["storm"]', '["clear", "storm", "front"], ["storm"]'),
        (2, EVERY_KEY, 'name = "tourist office"', 'name = "public service"'),
        (2, TASTES, 'name  = "bob"', 'name = "ann"'),
        (3, EVERY_KEY, 'base = "e"', "base = 4"),
        (3, EVERY_KEY, 'base = "e"', 'base = "9"'),
        (4, OPEN, '"t/2"', '"t*t/2"'),
        (4, OPEN, '"t/2"', '"s/2"'),
        (4, OPEN, '"t/2"', '"t/0"'),
        (4, OPEN, 'y = "t/2", z = "1 - t/2"', 'y = "1 - 2*t", z = "2*t"'),
        (4, OPEN, 'y = "t/2", z = "1 - t/2"', "y = 1, z = 0"),
        (4, OPEN, "to = 1,", "to = 0.1,"),
        (5, EVERY_KEY, "rounds         = 1", "rounds = 1.0"),
        (6, PLAIN, "z = 1 }", "z = nan }"),
        (6, PLAIN, "z = 1 }", "z = inf }"),
        (6, PLAIN, "z = 1 }", f'z = "{"1" * 401}" }}'),
    ],
)
def test_what_a_schema_cannot_say_is_listed(number: int, text: str, old: str, new: str) -> None:
    wrong = changed(text, old, new)
    assert not is_read(wrong)
    assert fits(wrong)
    assert UNSAID[number]


@pytest.mark.parametrize("number", range(len(UNSAID)))
def test_it_is_said_in_the_schema_and_in_the_reference(number: int) -> None:
    assert UNSAID[number] in SCHEMA["$comment"]
    assert " ".join(UNSAID[number].split()) in " ".join(PAGE.split())


def test_nothing_that_is_read_is_refused() -> None:
    """Damaged files, most of which are wrong: the schema is never stricter than the reader."""
    games = 0
    for seed in range(3000):
        text = damaged(random.Random(seed), SEEDS)
        if is_read(text):
            games += 1
            assert fits(text), seed
    assert games > 50


@given(game=games())
@settings(max_examples=50, deadline=None)
def test_every_game_that_is_written_fits(game: Game) -> None:
    assert fits(write(game))


def test_names_are_those_that_the_reader_takes() -> None:
    name = jsonschema.Draft202012Validator(SCHEMA["$defs"]["name"])
    texts = [chr(code) for code in range(0x3000)] + ["a b", "a  b", " a", "a ", "a\n", "a" * 101]
    for text in texts:
        assert name.is_valid(text) == (name_fault(text) is None), text
    assert sum(map(name.is_valid, texts)) == len(LETTERS)  # without the space, with "a b"


def test_its_keys_are_the_reader_s() -> None:
    assert set(SCHEMA["properties"]) == {*reader.REQUIRED, *reader.OPTIONAL}
    assert SCHEMA["required"] == [key for key in reader.REQUIRED if key != "user"]
