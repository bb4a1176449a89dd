"""A child process that answers every line with a line, started when it is first needed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass


def cores() -> int:
    """The number of cores that this process may use."""
    mine = getattr(os, "sched_getaffinity", None)  # Linux
    return len(mine(0)) if mine else os.cpu_count() or 1


@dataclass(frozen=True)
class End:
    """How a child process ended: its exit code (negative: the signal), and whether for lateness."""

    code: int
    timed_out: bool


class LineProcess:
    """One child process at a time, asked line by line; the next question replaces one that ended.

    `end` says how the last one ended, None while one runs that has been asked. With `with_children`
    the child leads a session of its own, and what it has started is killed with it. `close` may be
    called from another thread: a question that is waiting then has no answer.
    """

    def __init__(self, command: Sequence[str], *, with_children: bool = False) -> None:
        self.command = tuple(command)
        self.with_children = with_children
        self.end: End | None = None
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """The process starts, if none runs, so that it is ready when it is asked.

        Raises OSError where none can be started.
        """
        self._running()

    def ask(self, line: str, timeout: float | None = None) -> str | None:
        """The answer to a line, both without their line ends; None where the process ended instead.

        A process that takes more than `timeout` seconds is killed. Raises OSError where none can be
        started.
        """
        self.end = None
        process = self._running()
        late = threading.Event()
        alarm = threading.Timer(timeout or 0, self._expire, [process, late])
        if timeout is not None:
            alarm.start()
        try:
            answer = _exchange(process, line)
        except BaseException:
            self.close()
            raise
        finally:
            alarm.cancel()
        if answer is None:
            self._process = None
            self.end = End(self._reaped(process), late.is_set())
        return answer

    def close(self) -> None:
        """Kills the process, whatever it is doing; does nothing where none runs."""
        process, self._process = self._process, None
        if process is not None:
            self.end = End(self._reaped(process), False)

    def _running(self) -> subprocess.Popen[str]:
        self._process = self._process or self._started()
        return self._process

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=self.with_children,
        )

    def _expire(self, process: subprocess.Popen[str], late: threading.Event) -> None:
        late.set()
        self._kill(process)

    def _kill(self, process: subprocess.Popen[str]) -> None:
        """Harmless where the process has ended already: it keeps its number until it is reaped."""
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.with_children:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    def _reaped(self, process: subprocess.Popen[str]) -> int:
        """The exit code; that of a process which is already ending is its own, not the kill's."""
        self._kill(process)
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return code


def _exchange(process: subprocess.Popen[str], line: str) -> str | None:
    """The answer; None where the pipe breaks, or holds no whole line or no text."""
    if process.stdin is None or process.stdout is None:
        raise OSError("the process was started without pipes")
    try:
        process.stdin.write(line + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except (OSError, ValueError):
        return None
    return answer[:-1] if answer.endswith("\n") else None
