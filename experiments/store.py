"""Experiments that can be interrupted: finished records are kept in a sweep's store."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from verifier.sweep.store import Store, Sweep

Record = dict[str, Any]


def add_options(parser: argparse.ArgumentParser, name: str, finished: str) -> None:
    """The options of every experiment: how many processes, and where its files go."""
    parser.add_argument(
        "--jobs",
        type=int,
        default=os.cpu_count() or 1,
        help="processes (default: one for each core)",
    )
    parser.add_argument(
        "--store",
        type=Path,
        default=Path("build") / name,
        help=f"finished {finished} (default build/{name})",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("experiments/results"),
        help="where tables and figures go",
    )


def complete(
    path: Path, what: str, seed: int, wanted: int, make: Callable[[int], Record]
) -> list[Record]:
    """Records 1..wanted of an experiment; those that the store lacks are made and kept one by one.

    `what` and `seed` say which experiment it is. Raises InstanceError where the file is no store or
    another process uses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with Store(path, Sweep(what, seed, ())) as store:
        there = store.numbers()
        for number in range(1, wanted + 1):
            if number not in there:
                store.put(number, make(number))
        return [record for _, record in store.records(wanted)]


def side_by_side(
    jobs: int, work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], what: str
) -> None:
    """Tasks run in `jobs` processes, each as work(*task); a terminal shows how many are done."""
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(work, *task) for task in tasks]
        for number, done in enumerate(as_completed(waiting), 1):
            done.result()
            if sys.stderr.isatty():
                print(
                    f"\r\x1b[K{what}: {number} of {len(tasks)}", end="", file=sys.stderr, flush=True
                )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
