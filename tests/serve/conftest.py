"""The editor's application, with a process that computes, or with one that only answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

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
