"""Text of a user's files and arguments cannot act on her terminal, nor forge a line."""

from __future__ import annotations

import ast
import base64
import re
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.commands import Ran, Run
from tests.games import ROOT
from tests.markup import parsed
from verifier.cli.options import put
from verifier.cli.progress import status_line
from verifier.printable import is_printable

TITLE = "x\x1b[2J\nPROVED: everything\u202e"
SHOWN = r"x\x1b[2J\x0aPROVED: everything\u202e"
FORGED = 'x\x1b[2J\nPROVED\u202e"'
"""A file's name; its folder is left to the operating system."""

GAME = r"""
format = 1
title = "x\u001b[2J\nPROVED: everything\u202e"
source = "y\u001b[2J\nPROVED: everything\u202e"
notes = "z\u001b[2J\n\nPROVED: everything\u202e"
states = ["l", "r"]
actions = ["a", "b"]
prior = { l = "1/3", r = "2/3" }
model.ties = "favour-speaker"
user.utility = { a = { l = 1, r = 0 }, b = { l = 0, r = 1 } }
agents = [
    { name = "i", utility = { a = { l = 1, r = 0 }, b = { l = 0, r = 1 } } },
    { name = "j", utility = { a = { l = 1, r = 1 }, b = { l = 0, r = 0 } } },
]
"""

RULES = """
format = 1
[[rules]]
agent = "i"
signal = { l = { yes = 1 }, r = { no = 1 } }
[[rules]]
agent = "j"
signal = { l = { yes = 1 }, r = { no = 1 } }
"""


def harmless(text: str) -> str:
    """The text, whose lines are printable and are not the title's."""
    odd = {c for c in text if not (is_printable(c) or c == "\n")}
    assert not odd, odd
    assert not re.search(r"^\W*(PROVED|everything)", text, re.MULTILINE), text
    return text


def of(ran: Ran) -> str:
    return harmless(ran.out + ran.err)


@pytest.fixture
def game(tmp_path: Path) -> Path:
    path = tmp_path / "game.toml"
    path.write_text(GAME, encoding="utf-8")
    (tmp_path / "game.rules").write_text(RULES, encoding="utf-8")
    return path


COMMANDS = [
    "verify game.toml",
    "equilibria game.toml",
    "equilibria game.toml --pure --guarantee bayes",
    "tree game.toml",
    "tree game.toml --rules game.rules",
    "persuade game.toml --agent j",
    "cheap-talk game.toml --agent j",
    "learning game.toml",
    "dynamics game.toml",
    "explain game.toml --guarantee bayes",
    "explain game.toml --guarantee bayes --format md",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_title_is_shown_on_one_line(command: str, game: Path, run: Run) -> None:
    ran = run(*command.split())
    assert ran.code in (0, 1, 3)
    text = of(ran).replace("\\\\", "\\").replace("\\[", "[")  # Markdown escapes its own signs
    assert SHOWN in text.splitlines()[0]


def test_graphs_have_no_title_or_an_escaped_one(game: Path, run: Run) -> None:
    for form in ("dot", "efg"):
        of(run("tree", game, "--format", form))


def test_a_title_does_no_harm_in_a_page(game: Path, run: Run) -> None:
    game.write_text(GAME + "# \u202e comment\n", encoding="utf-8")
    page = run("explain", "game.toml", "--guarantee", "bayes", "--format", "html").out
    harmless(re.sub("[\u2061\u2062]", "", page))  # MathML's function application and product
    texts = "".join(parsed(page).texts)
    assert SHOWN in texts and r"y\x1b[2J\x0aPROVED: everything\u202e" in texts
    assert r"# \u202e comment" in texts and "Byte for byte" not in texts
    assert base64.b64encode(game.read_bytes()).decode() in page
    game.write_text(GAME, encoding="utf-8")
    page = run("explain", "game.toml", "--guarantee", "bayes", "--format", "html").out
    assert "Byte for byte" in page


def test_a_title_does_no_harm_in_a_picture(game: Path, run: Run) -> None:
    of(run("dynamics", "game.toml", "--figure", "game.svg"))
    text = (game.parent / "game.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(harmless(text)) is not None
    assert SHOWN in text


def test_a_written_instance_has_the_title_in_escapes(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("state,action,u,i\nl,a,1,0\nl,b,0,1\n", encoding="utf-8")
    ran = run("instance", table, "--title", TITLE)
    assert r'title = "x\u001b[2J\nPROVED: everything\u202e"' in of(ran).splitlines()


def test_columns_and_labels_of_a_table_are_shown_or_refused(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("u,李\n1,0\n0,1\n", encoding="utf-8")
    assert "李" in of(run("hull", table))
    table.write_text('u,"x\x1b[2J\nPROVED\u202e"\n1,0\n0,1\n', encoding="utf-8")
    assert "expected a name" in of(run("hull", table))
    table.write_text('state,action,u,i\n"l\x1b\nPROVED\u202e",a,1,0\n', encoding="utf-8")
    assert "U+001B" in of(run("instance", table))


@pytest.mark.parametrize("command", ["verify", "equilibria", "tree", "explain", "hull"])
def test_the_name_of_a_file_is_shown_on_one_line(command: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / (FORGED + ".toml")
    missing = run(command, path.name)
    assert missing.code == 2
    assert of(missing).count("\n") == 1 and missing.err.startswith(r"error: x\x1b[2J\x0aPROVED")
    path.write_text(GAME, encoding="utf-8")
    of(run(command, path.name))


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "--\x1b[2J\nPROVED"],
        ["\x1b[2J\nPROVED"],
        ["verify", "a.toml", "--guarantee", "\x1b[2J\nPROVED"],
        ["verify", "a.toml", "--program-limit", "\x1b[2J\nPROVED"],
        ["sweep", "\x1b[2J\nPROVED", "--count", "1"],
        ["sweep", "template", "--template", "\x1b[2J\nPROVED", "--count", "1"],
        ["search", "--drop", "\x1b[2J\nPROVED"],
        ["check", "\x1b[2J\nPROVED", "\x1b[2J\nPROVED"],
        ["hull", "\x1b[2J\nPROVED.csv"],
        ["hull", "a.toml", "--user", "\x1b[2J\nPROVED"],
        ["ethics", "\x1b[2J\nPROVED", "b"],
    ],
)
def test_an_argument_is_shown_on_one_line(words: list[str], run: Run) -> None:
    ran = run(*words)
    assert ran.code == 2
    of(ran)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def printed(path: Path) -> Iterator[ast.expr]:
    """What the calls of `print` in a file have as their arguments."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write"):
            yield from node.args


@pytest.mark.parametrize("path", sorted((ROOT / "verifier/cli").glob("*.py")), ids=lambda p: p.stem)
def test_commands_print_by_one_way(path: Path) -> None:
    """All but constants and JSON goes through verifier.cli.output; progress escapes by itself."""
    found = [] if path.stem in ("output", "progress") else list(printed(path))
    for shown in found:
        assert isinstance(shown, ast.Constant) or ast.unparse(shown).startswith("json.dumps("), (
            ast.unparse(shown)
        )


def test_progress_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with status_line() as show:
        show("verify \x1b[2J\nPROVED")
    assert isinstance(sys.stderr, Terminal)
    assert sys.stderr.getvalue() == "\r\x1b[Kverify \\x1b[2J\\x0aPROVED\r\x1b[K"


def test_data_are_as_they_are_but_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, shown in ((StringIO, "a\x1b,b\nc\u202e\n"), (Terminal, "a\\x1b,b\nc\\u202e\n")):
        monkeypatch.setattr(sys, "stdout", kind())
        put("a\x1b,b\nc\u202e\n", None)
        assert isinstance(sys.stdout, StringIO)
        assert sys.stdout.getvalue() == shown
