"""The editor's application, where something is computed or not, and the command itself."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.games import ROOT
from tests.serve.asking import PORT, TOKEN, Asking
from verifier.serve.app import Editor
from verifier.serve.desk import Workers
from verifier.serve.named_file import NamedFile, Unnamed

ECHO = """
import json, os, sys, time
for line in sys.stdin:
    question = json.loads(line)
    exec(question.get("text", "")[1:] if question.get("text", "").startswith("!") else "")
    print(json.dumps({"process": os.getpid(), "question": question}), flush=True)
"""
"""A process that says what it was asked, after it has done what a text with ! tells it."""

Making = Callable[..., Asking]


@pytest.fixture
def echoing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    """The application for a file, where nothing is computed."""
    monkeypatch.setattr("verifier.serve.desk.WORKER", (sys.executable, "-c", ECHO))
    made: list[Workers] = []

    def making(file: NamedFile | Unnamed | None = None, seconds: float = 60) -> Asking:
        made.append(Workers())
        editor = Editor(file or Unnamed(), made[-1], seconds)
        return Asking(editor.app(TOKEN, PORT))

    yield making
    for workers in made:
        workers.close()


@pytest.fixture(scope="package")
def editor() -> Iterator[Asking]:
    """The application for no file, which computes as it does for a user."""
    workers = Workers()
    yield Asking(Editor(Unnamed(), workers, 120).app(TOKEN, PORT))
    workers.close()


class Served:
    """A server as a process of its own, and requests to it as its page would send them."""

    def __init__(self, *words: object) -> None:
        command = [sys.executable, "-m", "verifier", "serve", *map(str, words)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def ask(self, path: str, body: object = None) -> Any:
        host = self.address.rsplit("/", 2)[0]
        headers = {"Origin": host, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def ended(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """The exit code, and what was printed after the address."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def serving() -> Iterator[Serving]:
    started: list[Served] = []

    def start(*words: object) -> Served:
        started.append(Served(*words))
        return started[-1]

    yield start
    for served in started:
        served.process.terminate()
        served.process.communicate(timeout=30)


Serving = Callable[..., Served]
