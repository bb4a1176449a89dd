"""The process that verifies games of a sweep: one job a line in, one record a line out.

    python -m verifier.sweep.worker

A job is a JSON object with the keys family (its text), seed, number and guarantees; a record is
what the store keeps of one game. Every verdict in it is the kernel's: one kernel process serves all
jobs. A game that brings this process down is the business of the process that started it
(`verifier.sweep.run`).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verifier.certified import Certified, verify
from verifier.errors import VerifierError
from verifier.game.model import digest
from verifier.report.record import exact_or_ends
from verifier.solve.effort import USUAL
from verifier.sweep.family import RandomFamily
from verifier.theory.guarantees.guarantee import Guarantee


def main() -> None:
    """Jobs are answered until standard input ends."""
    for line in sys.stdin:
        job = json.loads(line)
        guarantees = [Guarantee(name) for name in job["guarantees"]]
        family = RandomFamily.read(job["family"])
        record = game_record(family, job["seed"], job["number"], guarantees)
        print(json.dumps(record, sort_keys=True), flush=True)


def game_record(
    family: RandomFamily, seed: int, number: int, guarantees: Sequence[Guarantee]
) -> dict[str, Any]:
    """The record of one game of a family, drawn and verified.

    A game that is refused (too large, or a template's draws do not fit) has the reason in it.
    """
    try:
        game = family.game(seed, number)
        found = verify(game, guarantees, effort=replace(USUAL, near_bits=0))  # long numbers
    except VerifierError as error:
        return {"status": "refused", "reason": str(error)}
    return {
        "status": "verified",
        "digest": digest(game),
        "epsilon": str(found.report.alignment.claimed.epsilon),
        "guarantees": {
            name: _guarantee_record(certified) for name, certified in found.guarantees.items()
        },
    }


def _guarantee_record(certified: Certified) -> dict[str, Any]:
    finding = certified.finding
    benchmark, bound, paper = finding.setting.benchmark, finding.bound.value, finding.paper_bound
    worst = None if finding.equilibrium is None else finding.equilibrium.user_utility
    return {
        "verdict": str(certified.verdict),
        "kernel": None if certified.reply is None else certified.reply.text,
        "claimed": exact_or_ends(finding.claimed_bound),
        "paper": None if paper is None else exact_or_ends(paper),
        "certified": exact_or_ends(bound),
        "worst": None if worst is None else exact_or_ends(worst),
        "gain": None if paper is None else exact_or_ends(bound - paper),
        "open": None if worst is None else exact_or_ends(worst - bound),
        "loss": None if worst is None else exact_or_ends(benchmark - worst),
    }


if __name__ == "__main__":
    main()
