"""Rocq as a process: the only way to it.

The theories that a game's theorem rests on are in the repository, not in the installed package.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier.errors import VerifierError

THEORIES = Path(__file__).resolve().parents[2] / "proofs" / "theories"
"""The folder of the theories, in a clone."""

LAST = "Counterexamples.vo"
"""What is built last of the theories."""

SECONDS = 600
"""The most time that the prover takes for one file."""

CLOSED = "Closed under the global context"
"""What the prover prints of a theorem that rests on nothing but the prover."""

INSTALL = (
    "Rocq is not installed: `python3 run.py proofs` in a clone installs it and builds the theories"
    " (Debian's packages coq, libcoq-mathcomp and libcoq-mathcomp-analysis)"
)


class ProverError(VerifierError):
    """Rocq, or what it needs, is not there."""


@dataclass(frozen=True)
class Answer:
    """Whether Rocq accepts a file whose theorems all rest on nothing else, and what it prints."""

    accepted: bool
    text: str


def has_prover() -> bool:
    """Whether Rocq is installed, and the theories are built."""
    return shutil.which("coqc") is not None and (THEORIES / LAST).is_file()


def ask(text: str) -> Answer:
    """Rocq's answer to the text of a file, which is checked in a folder of its own.

    Raises ProverError where Rocq or the theories are missing.
    """
    if shutil.which("coqc") is None:
        raise ProverError(INSTALL)
    if not THEORIES.is_dir():
        raise ProverError("the theories are not in the installed package: use --check in a clone")
    if not (THEORIES / LAST).is_file():
        raise ProverError("the theories are not built: `python3 run.py proofs` builds them")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "game.v"
        path.write_text(text, encoding="utf-8")
        command = ["coqc", "-q", "-Q", str(THEORIES), "Alignment", "-w", "-all", str(path)]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Answer(False, f"Rocq took more than {SECONDS} seconds")
    said = done.stdout.splitlines()
    closed = done.returncode == 0 and bool(said) and all(line == CLOSED for line in said)
    return Answer(closed, done.stderr.strip() or done.stdout.strip())
