"""Fixtures for every folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.commands import Ran, Run
from tests.shipped import verified
from verifier import cli


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs the shipped instances verified is asked to be done by one worker, so that each
    is verified once; instances/tightness/eight_doors.toml takes as long as all others together, so
    that whatever is about it is slow. xdist 3.8 does not see the groups under pytest 9.2: there it
    only takes longer.
    """
    for item in items:
        doors = "eight_doors" in item.nodeid
        if doors:
            item.add_marker(pytest.mark.slow)
        if doors or getattr(getattr(item, "module", None), "verified", None) is verified:
            item.add_marker(pytest.mark.xdist_group("shipped"))


@pytest.fixture
def entry(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """The entry point itself, in a folder of its own; no exception may escape it."""
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


@pytest.fixture
def run(entry: Run) -> Run:
    """The entry point, which must not meet an error that nobody foresaw."""

    def call(*words: object) -> Ran:
        ran = entry(*words)
        assert "the verifier itself fails" not in ran.err
        return ran

    return call
