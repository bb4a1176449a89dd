"""Fixtures for every folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Ran, Run
from verifier import cli


@pytest.hookimpl(optionalhook=True)  # of xdist, which may be left out
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests go to workers by what they share."""
    from tests.scheduling import BySharing

    return BySharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, so that no worker is left alone with one in the end.

    instances/tightness/eight_doors.toml takes as long as all others together: whatever is about it
    is slow.
    """
    for item in items:
        if "eight_doors" in item.nodeid:
            item.add_marker(pytest.mark.slow)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
