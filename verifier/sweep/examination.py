"""One game of a sweep, examined: the record that the store keeps. Every verdict is the kernel's."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from verifier.api import Certified, certify
from verifier.checker import Kernel
from verifier.errors import VerifierError
from verifier.game.model import digest
from verifier.game.writer import write
from verifier.report.record import exact_or_ends
from verifier.sweep.family import Family
from verifier.theory.guarantee import Guarantee

Record = dict[str, Any]


def examine(
    family: Family, seed: int, number: int, guarantees: list[Guarantee], kernel: Kernel
) -> Record:
    """Draws and verifies one game; a game that is refused (too large, or a template's draws that do
    not fit) says why.
    """
    try:
        game = family.game(seed, number)
        with tempfile.TemporaryDirectory() as folder:
            instance = Path(folder) / "instance.toml"
            instance.write_text(write(game), encoding="utf-8")
            found = certify(game, instance, Path(folder), "certificate", guarantees, check=kernel)
    except VerifierError as error:
        return {"status": "refused", "reason": str(error)}
    return {
        "status": "verified",
        "digest": digest(game),
        "epsilon": str(found.report.alignment.simplex.epsilon),
        "guarantees": {name: _record(certified) for name, certified in found.guarantees.items()},
    }


def _record(found: Certified) -> Record:
    finding = found.finding
    shown = None if finding.equilibrium is None else finding.equilibrium.user_utility
    paper = finding.paper_bound
    return {
        "verdict": str(found.verdict),
        "kernel": None if found.reply is None else found.reply.text,
        "claimed": exact_or_ends(finding.claimed_bound),
        "paper": None if paper is None else exact_or_ends(paper),
        "certified": exact_or_ends(finding.bound.value),
        "worst": None if shown is None else exact_or_ends(shown),
        "gain": None if paper is None else exact_or_ends(finding.bound.value - paper),
        "open": None if shown is None else exact_or_ends(shown - finding.bound.value),
        "loss": None if shown is None else exact_or_ends(finding.setting.benchmark - shown),
    }
