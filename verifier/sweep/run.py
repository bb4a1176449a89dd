"""The sweep itself: the games that are missing, examined side by side, each kept as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from typing import Any

from verifier.sweep.examiner import Job, examine
from verifier.sweep.store import Store

AHEAD = 4
"""Games that are handed out ahead of each worker: enough to keep it busy, few enough that a lost
worker loses little.
"""


def sweep(
    store: Store,
    count: int,
    timeout: float,
    executor: Executor,
    workers: int,
    kept: Callable[[int], None] = lambda done: None,
) -> None:
    """Examines the games 1..count that the store does not have, and finishes the store.

    The executor runs `examine` on jobs: local threads, or the workers of a cluster. `kept` is told
    how many games are in the store after each. Raises FullError where the disk is full; what was
    kept before stays.
    """
    there = store.numbers()
    done = sum(1 for number in there if number <= count)
    missing = (number for number in range(1, count + 1) if number not in there)
    kept(done)
    for number, record in _examined(_jobs(store, missing, timeout), executor, AHEAD * workers):
        store.put(number, record)
        done += 1
        kept(done)
    store.finish()


def _jobs(store: Store, numbers: Iterator[int], timeout: float) -> Iterator[Job]:
    of = store.sweep
    return (Job(of.family, of.seed, number, of.guarantees, timeout) for number in numbers)


def _examined(
    jobs: Iterator[Job], executor: Executor, most: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records in the order in which they come; never more than `most` jobs are out."""
    out: dict[Future[dict[str, Any]], int] = {}
    while True:
        for job in islice(jobs, most - len(out)):
            out[executor.submit(examine, job)] = job.number
        if not out:
            return
        for future in wait(out, return_when=FIRST_COMPLETED).done:
            yield out.pop(future), _record(future)


def _record(future: Future[dict[str, Any]]) -> dict[str, Any]:
    """What the worker says; where a cluster gave the job up, because it kept losing workers over
    it, that.
    """
    error = future.exception()
    if error is None:
        return future.result()
    if type(error).__name__ == "KilledWorker":
        return {"status": "crashed", "reason": "the cluster lost its workers over this game"}
    raise error
