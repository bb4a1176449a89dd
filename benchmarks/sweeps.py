"""Games per second of `verifier sweep` on one worker and two, beside a kernel per certificate.

    python -m benchmarks.sweeps [--quick] [--json] [--games N] [--states N]

Every game is drawn, all three guarantees are examined, and every certificate is checked by the
kernel. `core` is games per second of processor time, of the worker and its kernel together, with
the store and without the start of processes: what a core does where nobody disturbs it, and the
only figure that means something where others use the machine. `one` and `two` are games per second
of wall time with one and two workers, process start included, as in a real sweep; two workers need
two cores. `peer` is the same work in one process, with the kernel started anew for each certificate
as `verifier verify` does: the long-lived kernel's gain is the ratio. A game that is not verified
stops the benchmark with an error.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from verifier.api import certify
from verifier.checker import own_kernel
from verifier.game.writer import write
from verifier.sweep.family import FAMILIES, RandomFamily, family
from verifier.sweep.run import sweep, workers_of
from verifier.sweep.store import Store, Sweep
from verifier.sweep.worker import game_record
from verifier.theory.guarantees.guarantee import Guarantee


def games_per_second(drawn: RandomFamily, games: int, workers: int) -> float:
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
        verified(drawn, number, records[number])
    return rate


def per_core_second(drawn: RandomFamily, games: int) -> float:
    """Games per second of processor time, in this process and its kernel."""
    guarantees = list(Guarantee)
    names = tuple(map(str, guarantees))
    with (
        tempfile.TemporaryDirectory() as folder,
        Store(Path(folder) / "s", Sweep(drawn.text(), 1, names)) as store,
    ):
        verified(drawn, 1, game_record(drawn, 1, 1, guarantees))
        own_kernel().close()
        own_kernel().start()
        start = processor_time()
        for number in range(1, games + 1):
            record = game_record(drawn, 1, number, guarantees)
            store.put(number, verified(drawn, number, record))
        store.finish()
        own_kernel().close()
        return games / (processor_time() - start)


def processor_time() -> float:
    """Seconds of this process and of those that it has started and that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def verified(drawn: RandomFamily, number: int, record: dict[str, Any]) -> dict[str, Any]:
    """The record; RuntimeError where the game is not verified."""
    if record["status"] != "verified":
        raise RuntimeError(f"{drawn.name}, game {number}: {record}")
    return record


def one_process_each(drawn: RandomFamily, games: int) -> float:
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


def measure(games: int, states: int) -> list[dict[str, Any]]:
    """The rates of every family, a row each."""
    rows = []
    for name in FAMILIES:
        drawn = family(name, {"states": states})
        one, two = games_per_second(drawn, games, 1), games_per_second(drawn, games, 2)
        peer = one_process_each(drawn, games)
        rows.append(
            {
                "family": name,
                "core": per_core_second(drawn, games),
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
    parser.add_argument("--states", type=int, default=3)
    asked = parser.parse_args()
    rows = measure(6 if asked.quick else asked.games, asked.states)
    if asked.json:
        print(json.dumps(rows))
        return
    columns = {"core": 1, "one": 1, "two": 1, "scaling": 2, "peer": 1, "gain": 2}
    print(f"{'family':12}", *(f"{name:>9}" for name in columns), "  (games per second)")
    for row in rows:
        rates = (f"{row[name]:9.{digits}f}" for name, digits in columns.items())
        print(f"{row['family']:12}", *rates)


if __name__ == "__main__":
    main()
