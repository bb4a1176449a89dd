"""A process for the games of one thread: stopped when a game takes too long, started again when one
brings it down.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WORKER = (sys.executable, "-m", "verifier.sweep.worker")

_running: weakref.WeakSet[Examiner] = weakref.WeakSet()


@dataclass(frozen=True)
class Job:
    """One game to examine: everything that a worker anywhere needs, and how long it may take, in
    seconds.
    """

    family: str
    seed: int
    number: int
    guarantees: tuple[str, ...]
    timeout: float

    def line(self) -> str:
        """For the worker's standard input."""
        told = {
            "family": self.family,
            "seed": self.seed,
            "number": self.number,
            "guarantees": self.guarantees,
        }
        return json.dumps(told) + "\n"


class Examiner:
    """Owns one worker process; `examine` never raises for what a game does to it."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self.command = tuple(command)
        self._process: subprocess.Popen[str] | None = None
        _running.add(self)

    def examine(self, job: Job) -> dict[str, Any]:
        """The record of the job: the worker's, or that the game timed out or crashed."""
        process = self._started()
        late = threading.Event()
        alarm = threading.Timer(job.timeout, self._stop, [late])
        alarm.start()
        try:
            answer = self._ask(process, job)
        finally:
            alarm.cancel()
        if answer is not None:
            return answer
        code = self._ended()
        if late.is_set():
            return {"status": "timed out", "reason": f"more than {job.timeout:g} seconds"}
        return {
            "status": "crashed",
            "reason": f"signal {-code}" if code < 0 else f"exit code {code}",
        }

    def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._process is not None:
            self._kill()
            self._ended()

    def _started(self) -> subprocess.Popen[str]:
        if self._process is None:
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                self.command,
                stdin=pipe,
                stdout=pipe,
                stderr=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
            )
        return self._process

    def _ask(self, process: subprocess.Popen[str], job: Job) -> dict[str, Any] | None:
        """None where the process ends before it has answered."""
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the worker was started without pipes")
        try:
            process.stdin.write(job.line())
            process.stdin.flush()
            line = process.stdout.readline()
            return dict(json.loads(line)) if line.endswith("\n") else None
        except (OSError, ValueError):
            return None

    def _stop(self, late: threading.Event) -> None:
        late.set()
        self._kill()

    def _kill(self) -> None:
        """The worker has a session of its own, so its kernel goes with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _ended(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        with contextlib.suppress(OSError):
            process.communicate()
        return process.wait()


_own = threading.local()


def examine(job: Job) -> dict[str, Any]:
    """The record of a job, from this thread's own examiner: what local threads and cluster workers
    both run.
    """
    if not hasattr(_own, "examiner"):
        _own.examiner = Examiner()
    examiner: Examiner = _own.examiner
    return examiner.examine(job)


def close_all() -> None:
    """Ends every worker of this process: after the last game, or when the sweep is interrupted."""
    for examiner in list(_running):
        examiner.close()
