"""The line of every key: held against what `tomllib` reads, on all shipped files and by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.game.texts import JUDGE
from tests.games import INSTANCES, ROOT
from verifier.game.lines import Lines

FILES = [
    *sorted(INSTANCES.rglob("*.toml")),
    *sorted(INSTANCES.rglob("*.menu")),
    ROOT / "pyproject.toml",
    ROOT / "tests/known_answers.toml",
]


def paths(value: object, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every key and every entry of a list."""
    inside = enumerate(value) if isinstance(value, list) else ()
    for key, part in value.items() if isinstance(value, dict) else inside:
        yield (*above, key)
        yield from paths(part, (*above, key))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_of_a_shipped_file_has_its_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines, found = text.split("\n"), Lines(text)
    assert set(found.first) == set(paths(tomllib.loads(text)))
    assert found.twice == []
    for key, line in found.first.items():
        assert isinstance(key[-1], int) or key[-1] in lines[line - 1], key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_key_is_there_from_its_line_on(path: Path) -> None:
    """The lines above do not have it, and the lines down to its own do, wherever they are TOML."""
    text = path.read_text(encoding="utf-8")
    lines, found, cuts = text.split("\n"), Lines(text), 0
    for number in range(1, len(lines)):
        try:
            above = set(paths(tomllib.loads("\n".join(lines[:number]))))
        except tomllib.TOMLDecodeError:  # inside a value
            continue
        cuts += 1
        assert above == {key for key, line in found.first.items() if line <= number}, number
    assert cuts > 3


def test_strings_comments_and_lists_over_lines() -> None:
    text = '''# a = 1
"a b".'c' = """
x = 1
[no]
"""  # = [
list = [ # [
  1,

  { d = [2, 3], "e\\u0041" = '#' },
]
[[many]]
[many.sub]
f = 1
[[many]]
sub.f = 2
'''
    found = Lines(text).first
    assert set(found) == set(paths(tomllib.loads(text)))
    expected = {
        ("a b", "c"): 2,
        ("list",): 6,
        ("list", 0): 7,
        ("list", 1, "d", 1): 9,
        ("list", 1, "eA"): 9,
        ("many",): 11,
        ("many", 0, "sub", "f"): 13,
        ("many", 1): 14,
        ("many", 1, "sub"): 15,
    }
    assert {key: found[key] for key in expected} == expected


def test_what_is_missing_has_the_line_of_what_is_above() -> None:
    found = Lines(JUDGE)
    assert found.of(("user", "utility", "acquit", "nobody")) == 7
    assert found.of(("agents", 1, "sees")) == 11
    assert found.of(("model", "ties")) is None
    assert found.of(()) is None


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("a = 1\nb = 2\na = 3\n", [(("a",), 3)]),
        ("[u]\nx = 1\n[u]\ny = 1\n", [(("u",), 3)]),
        ("a = { x = 1, x = 2 }\n", [(("a", "x"), 1)]),
        ("[[a]]\nx = 1\n[[a]]\nx = 1\n", []),
    ],
)
def test_keys_that_come_twice(text: str, twice: list[object]) -> None:
    assert Lines(text).twice == twice


@pytest.mark.parametrize(
    "text", ["a = [ }", "{ ]", "[", "a = {", "a =", '"""', "[[", "= = ]", "a = [}\n]"]
)
def test_what_is_no_toml_comes_to_an_end(text: str) -> None:
    assert Lines(text).of(("b",)) is None


def test_deep_values_are_not_entered() -> None:
    assert len(Lines("a = " + "[" * 500 + "]" * 500).first) < 20
