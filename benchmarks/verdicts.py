"""Verdicts on a folder of games, one line of JSON for each game and guarantee.

    python benchmarks/verdicts.py FOLDER [GUARANTEE...]

Run in the folder of a clone, with it as PYTHONPATH, this is what that clone says; so it names
nothing that a clone to compare with may lack. `accepted` is the kernel's word on the certificate of
what was decided, `closed` whether the worst equilibrium found is worth the bound, `ms` the CPU time
of everything but the kernel. Where the kernel has accepted that there is no equilibrium, all is
known as well, and the game counts as closed; so it does where she has no worst equilibrium, but
some come as near to the bound as one likes (`approached`): a claim that exceeds the bound by next
to nothing is refuted, or, for the Bayesian user, bound and equilibrium are as near to one another.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from verifier.certificate import certificate
from verifier.checker import certify
from verifier.errors import SizeError
from verifier.game.model import Target
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.numbers import rational
from verifier.theory.benchmark import no_information, optimum
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, examine


def reply(path: Path, finding: Finding) -> str:
    """The kernel's reply to the certificate, or that there is none."""
    found = certificate(load(path), finding)
    return "nothing is claimed" if found is None else certify(found, path).text


def approached(path: Path, finding: Finding, other: Path) -> bool:
    """Whether a claim is refuted that exceeds the bound by next to nothing, or nearly so.

    That is a billionth of what the worst equilibrium found is worth more than the bound. The game
    with this claim is written to the file `other`.
    """
    worst, bound = finding.equilibrium, finding.bound.value
    if worst is None or finding.guarantee is Guarantee.QUANTAL:
        return False
    game = load(path)
    if finding.guarantee is Guarantee.BAYES:  # as `meets` has it, which older clones lack
        spread = optimum(game) - no_information(game)
        return rational(worst.user_utility) - rational(bound) <= spread / 2**30
    more = rational(bound) + (rational(worst.user_utility) - rational(bound)) / 2**30
    claimed = replace(game, target=Target.OPTIMUM, tolerance=(optimum(game) - more) / 2)
    other.write_text(write(claimed), encoding="utf-8")
    found = examine(claimed, [finding.guarantee]).findings[finding.guarantee]
    return found.verdict == "refuted" and reply(other, found).startswith("accepted: ")


def line(path: Path, guarantee: Guarantee, other: Path) -> dict[str, object]:
    """The verdict of one guarantee on the game of a file; `other` is room for another file."""
    game = load(path)
    row: dict[str, object] = {"game": path.stem, "guarantee": str(guarantee)}
    start = time.process_time()
    try:
        finding = examine(game, [guarantee]).findings[guarantee]
    except SizeError as error:
        return {**row, "verdict": "too large", "reply": str(error), "closed": False, "ms": 0}
    row["ms"] = round((time.process_time() - start) * 1000)
    worst, said = finding.equilibrium, reply(path, finding)
    closed = f"no equilibrium with the {guarantee} user exists" in said
    closed = closed or (worst is not None and worst.user_utility == finding.bound.value)
    near = not closed and approached(path, finding, other)
    row |= {"verdict": str(finding.verdict), "reply": said}
    return {**row, "closed": closed or near, "approached": near}


def main() -> None:
    folder, *names = sys.argv[1:]
    guarantees = [Guarantee(name) for name in names] or list(Guarantee)
    with TemporaryDirectory() as kept:
        for path in sorted(Path(folder).glob("*.toml")):
            for guarantee in guarantees:
                found = line(path, guarantee, Path(kept) / "claimed.toml")
                print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
