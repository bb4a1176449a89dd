"""One game of a sweep, examined: the record that the store keeps. Every verdict is the kernel's."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from verifier.certified import Certified, verify
from verifier.checker import Kernel
from verifier.errors import VerifierError
from verifier.game.model import digest
from verifier.report.record import exact_or_ends
from verifier.solve.exponential import QuotientSum
from verifier.sweep.family import Family
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Finding

Record = dict[str, Any]


def examine(
    family: Family, seed: int, number: int, guarantees: list[Guarantee], kernel: Kernel
) -> Record:
    """Draws and verifies one game; a game that is refused (too large, or a template's draws that do
    not fit) says why.
    """
    try:
        game = family.game(seed, number)
        found = verify(game, guarantees, check=kernel)
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
        "gain": None if paper is None else exact_or_ends(_less(finding.bound.value, paper)),
        "open": None if shown is None else exact_or_ends(_less(shown, finding.bound.value)),
        "loss": None if shown is None else exact_or_ends(_less(_benchmark(finding), shown)),
    }


def _benchmark(finding: Finding) -> Fraction | QuotientSum:
    return finding.setting.benchmark


def _less(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> Fraction | QuotientSum:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left - right
    if isinstance(left, QuotientSum) and isinstance(right, QuotientSum):
        return left - right
    raise TypeError("a quantal number is subtracted from a quantal number")
