"""Fixtures for every folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.commands import Ran, Run
from verifier import cli


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The entry point itself, in a folder of its own; an exception that escapes would be a
    traceback.
    """
    monkeypatch.chdir(tmp_path)

    def call(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["verifier", *map(str, words)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        assert isinstance(code, int)
        return Ran(int(code), told.out, told.err)

    return call
