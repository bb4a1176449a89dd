"""The sweep itself: games that the store lacks are verified side by side and kept one by one.

Every thread, here or on a Dask cluster (Rocklin, Dask: parallel computation with blocked
algorithms, 2015), has a worker process of its own (`verifier.sweep.worker`): it is killed when a
game takes too long, and started again when a game has brought it down.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from verifier.errors import InstanceError
from verifier.extras import require
from verifier.process import End, LineProcess
from verifier.sweep.store import Store

WORKER = (sys.executable, "-m", "verifier.sweep.worker")
AHEAD = 4
"""Games that are handed out ahead of each worker: enough to keep it busy, few enough that a lost
worker loses little.
"""

GREETING = 1 << 20
"""Most bytes of the first message of a Dask scheduler, which has some hundreds."""
PATIENCE = 10.0
"""Seconds that a Dask scheduler may take to answer."""


@dataclass(frozen=True)
class Job:
    """One game to verify: all that a worker needs, and how long it may take, in seconds."""

    family: str
    seed: int
    number: int
    guarantees: tuple[str, ...]
    timeout: float

    def line(self) -> str:
        """The job as the worker reads it, without a line end."""
        keys = ("family", "seed", "number", "guarantees")
        return json.dumps({key: getattr(self, key) for key in keys})


class Worker:
    """One worker process; whatever a game does to the process becomes the game's record."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self._process = LineProcess(command, with_children=True)  # its kernel ends with it
        _workers.add(self)

    def examine(self, job: Job) -> dict[str, Any]:
        """The record of the job: the worker's, or that the game timed out or crashed."""
        answer = self._process.ask(job.line(), job.timeout)
        if answer is not None:
            return self._record(answer)
        end = self._process.end or End(0, timed_out=False)
        if end.timed_out:
            return {"status": "timed out", "reason": f"more than {job.timeout:g} seconds"}
        reason = f"signal {-end.code}" if end.code < 0 else f"exit code {end.code}"
        return {"status": "crashed", "reason": reason}

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.close()

    def _record(self, answer: str) -> dict[str, Any]:
        try:
            return dict(json.loads(answer))
        except (ValueError, TypeError):
            self.close()
            return {"status": "crashed", "reason": "the worker wrote a line that is no record"}


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()
_own = threading.local()


def examine(job: Job) -> dict[str, Any]:
    """The record of a job from this thread's own worker, on a cluster as well."""
    if not hasattr(_own, "worker"):
        _own.worker = Worker()
    worker: Worker = _own.worker
    return worker.examine(job)


def sweep(
    store: Store,
    count: int,
    timeout: float,
    executor: Executor,
    workers: int,
    kept: Callable[[int], None] = lambda done: None,
) -> None:
    """The games 1..count that the store lacks are examined, and the store is finished.

    The executor runs `examine` on jobs, `workers` at once: local threads, or those of a cluster.
    `kept` receives the number of games in the store after each. Raises FullError where the disk is
    full; what was kept before stays.
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
            yield out.pop(future), _result(future)


def _result(future: Future[dict[str, Any]]) -> dict[str, Any]:
    """The worker's record, or that a cluster kept losing workers over the game."""
    error = future.exception()
    if error is None:
        return future.result()
    if type(error).__name__ == "KilledWorker":
        return {"status": "crashed", "reason": "the cluster lost its workers over this game"}
    raise error


@contextmanager
def workers_of(address: str | None, count: int) -> Iterator[tuple[Executor, int]]:
    """An executor for jobs and the number that it runs at once, closed at the end.

    With an address it is the cluster's of the Dask scheduler there, without one it is `count` local
    threads. Raises InstanceError where Dask is not installed, no scheduler answers or it has no
    workers.
    """
    if address is not None:
        yield from _dask(address)
        return
    executor = ThreadPoolExecutor(count)
    try:
        yield executor, count
    finally:
        executor.shutdown(wait=False, cancel_futures=True)  # first, lest a thread starts a new game
        for worker in list(_workers):
            worker.close()
        executor.shutdown(wait=True)


def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    require("distributed", "--dask")
    import distributed

    try:
        _greeted(address)
        client: Any = distributed.Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise InstanceError(f"--dask {address}: no scheduler answers there: {error}") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise InstanceError(
                f"--dask {address}: the scheduler has no workers; start some with `dask worker"
                f" {address}`"
            )
        with client.get_executor(pure=False) as executor:
            yield executor, threads


def _greeted(address: str) -> None:
    """Dask's scheduler speaks first: the length of its greeting, as 8 bytes, and its greeting.

    Its client would wait for ever for one who is silent, and take any other's first bytes for a
    length. Raises OSError where nothing, or something else, answers; ValueError for no address.
    """
    from distributed.comm.addressing import parse_address, parse_host_port

    scheme, place = parse_address(address)
    if scheme != "tcp":
        return
    with socket.create_connection(parse_host_port(place), timeout=PATIENCE) as connection:
        try:
            said = connection.recv(8, socket.MSG_WAITALL)
        except TimeoutError as error:
            raise OSError(f"what answers has said nothing for {PATIENCE:g} seconds") from error
    if len(said) < 8 or int.from_bytes(said, "little") > GREETING:
        raise OSError(f"what answers is no Dask scheduler, and says {said!r}")
