"""Files are worked on side by side, a process for each core; answers come in the files' order."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from verifier.errors import VerifierError
from verifier.files import LOG
from verifier.process import cores

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")
Said = tuple[str, object]
"""A message that was logged, and its arguments."""


def side_by_side(work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[Callable[[], R]]:
    """For each task, in order, a function that waits for its result or raises what the work raised.

    `work` is a function of a module, and must be able to run in another process. What it logs of
    files that it replaces is logged here, too. An interruption ends all of it.
    """
    processes = min(len(tasks), cores())
    if processes < 2:
        yield from (partial(work, task) for task in tasks)
        return
    from concurrent.futures import ProcessPoolExecutor

    pool = ProcessPoolExecutor(processes, initializer=_end_when_interrupted)
    try:
        for running in [pool.submit(_logged, work, task) for task in tasks]:
            yield partial(_result, running)
    except BaseException:  # the loop over the files has ended before the last of them
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()  # not without waiting: Python's own end would race with that of the pool


def _end_when_interrupted() -> None:
    """Without a word: that is left to the process that waits. A job in the background goes on."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))


class ElsewhereError(VerifierError):
    """What is wrong, by an error of another process, whose causes stay there."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of that error."""
        return self.args


class _Listening(logging.Handler):
    """What is logged is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[Said] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append((record.msg, record.args))


def _logged(work: Callable[[T], R], task: T) -> tuple[R | Exception, list[Said]]:
    """The result of a task, or what it raised, and what was logged meanwhile."""
    listening = _Listening()
    LOG.handlers[:] = [listening]
    try:
        result: R | Exception = work(task)
    except VerifierError as error:
        result = ElsewhereError(*error.lines)
    except Exception as error:
        result = error
    return result, listening.said


def _result(running: Future[tuple[R | Exception, list[Said]]]) -> R:
    result, said = running.result()
    for message, arguments in said:
        LOG.warning(message, *(arguments if isinstance(arguments, tuple) else ()))
    if isinstance(result, Exception):
        raise result
    return result
