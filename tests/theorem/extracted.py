"""The proved checker as a program (proofs/extraction), a third one beside the kernel."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from tests.games import ROOT
from verifier.game.model import Game
from verifier.theorem.canonical import canonical
from verifier.theorem.claims import coverage
from verifier.theorem.integers import integers

PROGRAM = ROOT / "proofs" / "extraction" / "build" / "native"

NEEDS_PROGRAM = pytest.mark.skipif(
    not PROGRAM.is_file(),
    reason="the proved checker is not built; `python3 run.py proofs` builds it with Debian's ocaml"
    + ("" if shutil.which("ocamlopt") else ", which is not installed"),
)


def text_of(game: Game, certificate: dict[str, Any]) -> str:
    """The game and the covered claims of a certificate, as the checker reads them."""
    return canonical(integers(game), coverage(game, certificate).claims)


def answers(texts: Sequence[str]) -> list[list[str]]:
    """The lines with which the program answers each text."""
    asked = "".join(f"{text}\0" for text in texts)
    ran = subprocess.run([PROGRAM], input=asked, capture_output=True, text=True, check=True)
    said = [part.split("\n") for part in ran.stdout.split("\n\n")[:-1]]
    assert len(said) == len(texts)
    return said
