"""Games per second of `verifier sweep` on one worker and two, beside a kernel per certificate.

    python -m benchmarks.sweeps [--quick] [--json] [--games N]

Every game is drawn, all three guarantees are examined, and every certificate is checked by the
kernel; process start included, as in a real sweep. Two workers need two cores. `peer` is the same
work in one process, with the kernel started anew for each certificate as `verifier verify` does:
the long-lived kernel's gain is the ratio. A game that is not verified stops the benchmark with an
error.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from verifier.api import certify
from verifier.game.writer import write
from verifier.sweep.family import FAMILIES, Family, family
from verifier.sweep.run import sweep, workers_of
from verifier.sweep.store import Store, Sweep
from verifier.theory.guarantee import Guarantee


def games_per_second(drawn: Family, games: int, workers: int) -> float:
    """Games per second of wall time, all of them verified."""
    names = tuple(str(name) for name in Guarantee)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with (
            Store(Path(folder) / "s", Sweep(drawn.text(), 1, names)) as store,
            workers_of(None, workers) as (executor, count),
        ):
            sweep(store, games, 600, executor, count)
            rate = games / (time.perf_counter() - start)
            records = dict(store.records(games))
    for number in range(1, games + 1):
        if records[number]["status"] != "verified":
            raise RuntimeError(f"{drawn.name}, game {number}: {records[number]}")
    return rate


def one_process_each(drawn: Family, games: int) -> float:
    """The peer: games per second with a kernel process for every certificate."""
    start = time.perf_counter()
    for number in range(1, games + 1):
        game = drawn.game(1, number)
        with tempfile.TemporaryDirectory() as folder:
            instance = Path(folder) / "instance.toml"
            instance.write_text(write(game), encoding="utf-8")
            found = certify(game, instance, Path(folder), "certificate", list(Guarantee))
        for certified in found.guarantees.values():
            if certified.reply is not None and not certified.reply.accepted:
                raise RuntimeError(f"{drawn.name}, game {number}: {certified.reply.text}")
    return games / (time.perf_counter() - start)


def measure(games: int) -> list[dict[str, Any]]:
    """The rates of every family, a row each."""
    rows = []
    for name in FAMILIES:
        drawn = family(name, {})
        one, two = games_per_second(drawn, games, 1), games_per_second(drawn, games, 2)
        peer = one_process_each(drawn, games)
        rows.append(
            {
                "family": name,
                "one": one,
                "two": two,
                "peer": peer,
                "scaling": two / one,
                "gain": one / peer,
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few games, to see that it runs")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--games", type=int, default=200)
    asked = parser.parse_args()
    rows = measure(6 if asked.quick else asked.games)
    if asked.json:
        print(json.dumps(rows))
        return
    print(
        f"{'family':12} {'1 worker':>9} {'2 workers':>9} {'scaling':>8} {'peer':>9} {'gain':>6}  "
        " (games per second)"
    )
    for row in rows:
        rates = (
            f"{row['one']:9.1f} {row['two']:9.1f} {row['scaling']:8.2f} {row['peer']:9.1f}"
            f" {row['gain']:6.2f}"
        )
        print(f"{row['family']:12} {rates}")


if __name__ == "__main__":
    main()
