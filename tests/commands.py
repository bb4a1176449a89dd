"""Commands of the command line, run in tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.games import INSTANCES, ROOT

FILM = INSTANCES / "guarantees" / "film_night.toml"
IDENTICAL = INSTANCES / "counterexamples" / "identical.toml"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


def outside(*words: object, cwd: Path) -> Ran:
    """The same as a process of its own."""
    command = [sys.executable, "-m", "verifier.cli", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def explain(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """`verifier explain` as a process of its own."""
    command = [sys.executable, "-m", "verifier.cli", "explain", *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, check=False, env={"PYTHONPATH": str(ROOT)}
    )
