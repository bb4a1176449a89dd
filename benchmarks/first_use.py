"""The time to a first answer: one toy instance with process start, beside z3 on one program.

    python -m benchmarks.first_use [--repeat N] [--json]

Prints medians in seconds and ratios to a bare Python start. The peer is a process that imports z3
and solves the persuasion program of the same instance, written here by hand without any code of
verifier/: a small part of what `verify` does. Every process must end with the exit code, and the
peer with the value, that it is known to have; otherwise the benchmark stops with an error.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
INSTANCE = ROOT / "instances/classics/prosecutor.toml"
SOME_OPEN = 3
"""The exit code of `verify` on this instance: the quantal guarantee is vacuous."""
VALUE = "3/5"
"""What the prosecutor gets by his best plan (Kamenica and Gentzkow, 2011)."""
Z3 = f"""
import tomllib
from fractions import Fraction
from z3 import Optimize, Q, Real, Sum, sat

with open({str(INSTANCE)!r}, "rb") as file:
    game = tomllib.load(file)
prior = {{y: Fraction(p) for y, p in game["prior"].items()}}
user, sender = game["user"]["utility"], game["agents"][0]["utility"]
send = {{(y, a): Real(y + " " + a) for y in prior for a in user}}

def worth(utility, recommended, chosen):
    weights = ((y, prior[y] * utility[chosen][y]) for y in prior)
    return Sum([send[y, recommended] * Q(w.numerator, w.denominator) for y, w in weights])

program = Optimize()
program.add(*(p >= 0 for p in send.values()))
program.add(*(Sum([send[y, a] for a in user]) == 1 for y in prior))
program.add(*(worth(user, a, a) >= worth(user, a, b) for a in user for b in user if a != b))
best = program.maximize(Sum([worth(sender, a, a) for a in user]))
assert program.check() == sat
print(best.value())
"""


def median(command: Sequence[str], repeat: int, *, code: int = 0, out: str | None = None) -> float:
    """Seconds of wall time of the whole process.

    Raises RuntimeError where it ends with another exit code, or prints anything but `out`.
    """
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
        times.append(time.perf_counter() - start)
        if ran.returncode != code or (out is not None and ran.stdout.strip() != out):
            raise RuntimeError(f"{command} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    return statistics.median(times)


def check_alone(certificate: Path, repeat: int) -> float:
    """Seconds of the kernel's work without process start, on a certificate that it has accepted."""
    from verifier.kernel.certificate import check
    from verifier.kernel.game_file import read_game
    from verifier.kernel.reader.document import read_json

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
        median(verify, 1, code=SOME_OPEN)
        certificate = Path(folder) / "prosecutor.bayes.json"
        kernel = [
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-X",
            "pycache_prefix=/dev/null",
            str(ROOT / "verifier/kernel/__main__.py"),
            str(certificate),
            str(INSTANCE),
        ]
        found = {
            "python starts": median([sys.executable, "-c", "pass"], options.repeat),
            "verify, three guarantees, three kernels": median(
                verify, options.repeat, code=SOME_OPEN
            ),
            "kernel, one certificate": median(kernel, options.repeat),
            "kernel, the check alone": check_alone(certificate, options.repeat),
            "peer: z3 on the persuasion program alone": median(
                [sys.executable, "-c", Z3], options.repeat, out=VALUE
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
