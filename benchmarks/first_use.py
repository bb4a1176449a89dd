"""How soon a person has an answer: one toy instance, process start included, beside z3 on one of
its programs.

    python -m benchmarks.first_use [--repeat N] [--json]

Prints medians in seconds and ratios to a bare Python start. The peer is a process that imports z3
and solves the persuasion program of the same instance, a small part of what `verify` does.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
INSTANCE = ROOT / "instances/classics/prosecutor.toml"
Z3 = f"""
from verifier.game.reader import load
from verifier.game.response import Game
from verifier.solve import smt
from verifier.solve.program import Goal
from verifier.theory.persuasion import _Signals
game = load({str(INSTANCE)!r})
signals = _Signals(game, game.agents[0])
print(smt.solve(signals.program(Goal.MAXIMISE, signals.sender)))
"""


def median(command: list[str], repeat: int) -> float:
    """Seconds of wall time of the whole process."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def check_alone(certificate: Path, repeat: int) -> float:
    """Seconds of the kernel's work without process start."""
    from verifier.kernel.claims import check
    from verifier.kernel.document import read_json
    from verifier.kernel.instance import read_game

    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        check(read_json(str(certificate)), read_game(str(INSTANCE)), {})
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        verify = [
            sys.executable,
            "-m",
            "verifier.cli",
            "verify",
            str(INSTANCE),
            "--certificates",
            folder,
        ]
        subprocess.run(verify, cwd=ROOT, capture_output=True, check=False)
        certificate = Path(folder) / "prosecutor.bayes.json"
        kernel = [
            sys.executable,
            "-I",
            "-S",
            str(ROOT / "verifier/kernel"),
            str(certificate),
            str(INSTANCE),
        ]
        found = {
            "python starts": median([sys.executable, "-c", "pass"], options.repeat),
            "verify, three guarantees, three kernels": median(verify, options.repeat),
            "kernel, one certificate": median(kernel, options.repeat),
            "kernel, the check alone": check_alone(certificate, options.repeat),
            "peer: z3 on the persuasion program alone": median(
                [sys.executable, "-c", Z3], options.repeat
            ),
        }
    if options.json:
        print(json.dumps(found))
        return
    for name, seconds in found.items():
        print(
            f"{name:42} {seconds:8.4f} s   {seconds / found['python starts']:6.1f} times python's"
            " start"
        )


if __name__ == "__main__":
    main()
