"""A deadline ends work in its midst; it is set once, in one place, for the whole process.

The system's timer interrupts whatever runs, so that no loop looks at a clock:

>>> with ends_after(0.01):
...     finished(lambda: sum(iter(lambda: 1, 2)), None)

What is given up is open and never decided by the time: whoever goes on without it says so. Code
that calls a solver in another language, which no signal interrupts, passes on `seconds_left`.
"""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from verifier.errors import InstanceError

T = TypeVar("T")
D = TypeVar("D")

GRACE = 1.0
"""The seconds after the deadline in which what is known may still be certified or told."""

AGAIN = 0.01
"""The seconds after which the timer rings again where Python could not raise an error."""


class OutOfTimeError(BaseException):
    """The deadline has passed: like an interruption, this is no `Exception` that a loop catches."""


@dataclass(frozen=True)
class Deadline:
    """A moment of the monotonic clock, which all processes share, and the seconds until then."""

    moment: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.seconds:g} seconds have passed (--seconds)"


@dataclass
class _Watch:
    """The deadline of this process; it interrupts what is interruptible when the timer rings."""

    deadline: Deadline
    hook: Callable[[sys.UnraisableHookArgs], object]
    """What Python does about other errors that it cannot raise."""
    interruptible: bool = True
    passed: bool = False
    within: int = 0
    """How many calls of `in_time` have begun and not ended."""

    def left(self) -> float:
        """The seconds that are left, never below 0."""
        return 0.0 if self.passed else max(0.0, self.deadline.moment - time.monotonic())

    def ring(self, _: int, __: FrameType | None) -> None:
        """The handler of the timer's signal."""
        self.passed = True
        if self.interruptible:
            raise OutOfTimeError(str(self.deadline))

    def ring_again(self, unraisable: sys.UnraisableHookArgs) -> None:
        """Python has interrupted a destructor, where every error is lost: the timer rings again."""
        if issubclass(unraisable.exc_type, OutOfTimeError):
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        else:
            self.hook(unraisable)


_watch: _Watch | None = None


@contextmanager
def ends_after(seconds: float | None) -> Iterator[None]:
    """Work in the block ends with OutOfTimeError after so many seconds; with None it goes on.

    It has to run in the main thread. Raises InstanceError on systems without timers.
    """
    deadline = None if seconds is None else Deadline(time.monotonic() + seconds, seconds)
    with until(deadline):
        yield


@contextmanager
def until(deadline: Deadline | None) -> Iterator[None]:
    """Work in the block ends with OutOfTimeError at the deadline, which may be another process's.

    With None it goes on. It has to run in the main thread.
    """
    global _watch
    if deadline is None:
        yield
        return
    if not hasattr(signal, "setitimer"):
        raise InstanceError("--seconds: this system has no timers; leave it out")
    before, _watch = _watch, _Watch(deadline, sys.unraisablehook)
    hook, sys.unraisablehook = sys.unraisablehook, _watch.ring_again
    handler = signal.signal(signal.SIGALRM, _watch.ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, _watch.left() or AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        sys.unraisablehook, _watch = hook, before
        if before is not None and not before.passed:
            signal.setitimer(signal.ITIMER_REAL, before.left() or AGAIN)


def current() -> Deadline | None:
    """The deadline of this process, None without one."""
    return None if _watch is None else _watch.deadline


def seconds_left() -> float:
    """The seconds until the deadline, never below 0; infinite without one."""
    return math.inf if _watch is None else _watch.left()


def passed() -> str | None:
    """That the deadline has passed, in words; None while it has not."""
    return str(current()) if seconds_left() <= 0 else None


def milliseconds_left(most: float = math.inf) -> int | None:
    """The time until the deadline, or `most` seconds if that is less, as z3 wants it.

    None where neither ends the work; never 0, which means no limit to z3.
    """
    seconds = min(most, seconds_left())
    return None if math.isinf(seconds) else max(1, math.ceil(seconds * 1000))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """The deadline interrupts nothing in the block but what `in_time` and `finished` are given.

    It is for the code between them, which puts together what is known. Where the block itself is
    part of such work, OutOfTimeError is raised at its end.
    """
    if _watch is None:
        yield
        return
    watch, before = _watch, _watch.interruptible
    watch.interruptible = False
    try:
        yield
    finally:
        watch.interruptible = before
    if before and watch.within and not watch.left():
        raise OutOfTimeError(str(watch.deadline))


@contextmanager
def overtime() -> Iterator[None]:
    """The deadline is later by GRACE in the block: what is known by then is put on record.

    It is for what gives a short piece of work its worth, such as a certificate.
    """
    watch = _watch
    if watch is None:
        yield
        return
    before, was_passed = watch.deadline, watch.passed
    watch.deadline, watch.passed = Deadline(before.moment + GRACE, before.seconds), False
    signal.setitimer(signal.ITIMER_REAL, watch.left() or AGAIN)
    try:
        yield
    finally:
        watch.deadline, watch.passed = before, was_passed or time.monotonic() >= before.moment
        signal.setitimer(signal.ITIMER_REAL, watch.left())


def in_time(work: Callable[[], T]) -> T:
    """The result of the work. Raises OutOfTimeError where the deadline passes before it is done."""
    if _watch is None:
        return work()
    if not _watch.left():
        raise OutOfTimeError(str(_watch.deadline))
    watch, before = _watch, _watch.interruptible
    watch.interruptible, watch.within = True, watch.within + 1
    try:
        return work()
    finally:
        watch.interruptible, watch.within = before, watch.within - 1


def finished(work: Callable[[], T], otherwise: D) -> T | D:
    """The result of the work, or what is known otherwise where the deadline passes before."""
    try:
        return in_time(work)
    except OutOfTimeError:
        return otherwise
