"""The examples of a page of documentation, read and run as its reader would.

A page is Markdown. Its fenced blocks are examples, and one page's blocks are run in order in one
folder:

- `console`: a command after `$`, then exactly what it prints; a line `...` stands for lines that
are left out;
- any block with `:caption:` is a file: it must be the repository's file of that name, or it is
written, new, into the folder;
- `toml` is read; a whole instance is loaded as a game, and the optional tables of one are loaded as
a part of some game;
- a block with `>>>` is a doctest; all of a page share their names.
"""

from __future__ import annotations

import doctest
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from verifier.game.reader import parse

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?:\{[\w-]+\} *)?(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=ticks)$",
    re.MULTILINE | re.DOTALL,
)
OPTION = re.compile(r"\A:(?P<key>\w+): *(?P<value>.*)\n")
LEFT_OUT = "..."
BAD_INPUT = 2
"""Exit code of a command that is shown to fail, in a line that begins as follows.

The others (0, 1, 3) are answers.
"""
COMPLAINTS = ("error: ", "unreadable: ")
PATIENCE = 60
"""Seconds in which a command is tried again after bad input: what was started in the background
takes a moment to answer.
"""
SOME_GAME = """
format = 1
title = "some game"
states = ["y"]
actions = ["a"]
prior = { y = 1 }
user = { utility = { a = { y = 0 } } }
agents = [{ name = "agent", utility = { a = { y = 0 } } }]
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language (`""` if none), its body without options, the caption if any,
    and its line on the page.
    """

    language: str
    body: str
    caption: str | None
    line: int


@dataclass(frozen=True)
class Call:
    """A command of a console block and the lines that the page shows as its output."""

    command: str
    shown: str


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order.

    Directives without a language count under their name's language `""`.
    """
    for fence in FENCE.finditer(page):
        body, options = fence["body"], {}
        while option := OPTION.match(body):
            options[option["key"]], body = option["value"], body[option.end() :]
        yield Block(
            fence["language"],
            body.removeprefix("\n") if options else body,
            options.get("caption"),
            _line(page, fence),
        )


def _line(page: str, fence: re.Match[str]) -> int:
    return page.count("\n", 0, fence.start()) + 1


def calls(block: Block) -> Iterator[Call]:
    """The commands of a console block, each with what it is shown to print."""
    first, *rest = re.split(r"^\$ ", block.body, flags=re.MULTILINE)
    if first or not rest:
        raise ValueError(f"line {block.line}: a console block begins with `$ command`")
    for part in rest:
        command, _, shown = part.partition("\n")
        yield Call(command, shown)


def agrees(shown: str, printed: str) -> bool:
    """Whether the lines are the same, but for surrounding blank lines and those that `...` leaves
    out.
    """
    pattern = "".join(
        r"(?:.*\n)+" if line.strip() == LEFT_OUT else re.escape(line) + "\n"
        for line in shown.strip("\n").split("\n")
    )
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


@dataclass
class Terminal:
    """A shell in a folder of the reader's own, with the repository's instances, proofs and kernel
    beside it.

    `elsewhere` replaces words of commands that a test machine cannot honour, such as the address of
    another machine. Commands that end in `&` go on until the terminal is closed.
    """

    folder: Path
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    background: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("instances", "proofs", "verifier", "docs"):
            (self.folder / name).symlink_to(ROOT / name)
        programs = self.folder / ".bin"
        programs.mkdir()
        for name, start in {"verifier": "-m verifier.cli", "python3": ""}.items():
            program = programs / name
            program.write_text(
                f'#!/bin/sh\nexec "{sys.executable}" {start} "$@"\n', encoding="utf-8"
            )
            program.chmod(0o755)
        path = os.pathsep.join(
            [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
        )
        self.environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}

    def run(self, command: str) -> str:
        """What the command prints on both streams.

        Raises ValueError for an exit code that the page does not announce.
        """
        for there, here in self.elsewhere.items():
            command = command.replace(there, here)
        if command.endswith("&"):
            self._start(command.removesuffix("&"))
            return ""
        done = self._do(command)
        start = time.monotonic()
        while (
            self.background and done.returncode == BAD_INPUT and time.monotonic() < start + PATIENCE
        ):
            time.sleep(0.5)
            done = self._do(command)
        expected = {BAD_INPUT} if done.stdout.startswith(COMPLAINTS) else {0, 1, 3}
        if done.returncode not in expected:
            raise ValueError(f"`{command}` ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def _do(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _start(self, command: str) -> None:
        words = ["sh", "-c", f"exec {command}"]
        silent = subprocess.DEVNULL
        self.background.append(
            subprocess.Popen(
                words,
                cwd=self.folder,
                env=self.environment,
                stdout=silent,
                stderr=silent,
                start_new_session=True,
            )
        )

    def close(self) -> None:
        """Ends what still runs in the background, with its children."""
        for process in self.background:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


@contextmanager
def terminal(folder: Path, elsewhere: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    opened = Terminal(folder, elsewhere or {})
    try:
        yield opened
    finally:
        opened.close()


def play(page: Path, shell: Terminal) -> int:
    """Runs all examples of the page in order; how many there were.

    Raises AssertionError at the first that is not as shown.
    """
    count, names = 0, dict[str, Any]()
    for block in blocks(page.read_text(encoding="utf-8")):
        place = f"{page.name}:{block.line}"
        if block.caption is not None:
            _file(block, shell.folder, place)
        elif block.language == "console":
            for call in calls(block):
                printed = shell.run(call.command)
                assert agrees(call.shown, printed), (
                    f"{place}: `{call.command}` prints\n{printed}\nbut the page shows\n{call.shown}"
                )
        elif ">>> " in block.body:
            _doctest(block, names, shell.folder, place)
        elif block.language == "toml":
            _read(block.body, place)
        else:
            continue
        count += 1
    return count


def _file(block: Block, folder: Path, place: str) -> None:
    """A listing of the repository's file, or a file of the reader's own."""
    assert block.caption is not None
    original = ROOT / block.caption
    if original.is_file():
        assert original.read_text(encoding="utf-8") == block.body, (
            f"{place}: {block.caption} reads otherwise"
        )
    else:
        (folder / block.caption).write_text(block.body, encoding="utf-8")
    if block.language == "toml":
        _read(block.body, place)


def _read(text: str, place: str) -> None:
    found = tomllib.loads(text)
    if "states" in found:
        parse(text, place)
    elif found.keys() <= {"conversation", "model", "claim"}:
        parse(SOME_GAME + text, place)


def _doctest(block: Block, names: dict[str, Any], folder: Path, place: str) -> None:
    example = doctest.DocTestParser().get_doctest(block.body, names, place, place, block.line)
    said: list[str] = []
    with chdir(folder):
        doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
    names.update(example.globs)
    assert not said, "".join(said)
