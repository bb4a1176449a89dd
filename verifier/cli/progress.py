"""Progress is one line on stderr that is overwritten, and only where stderr is a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from verifier.printable import printable


@contextmanager
def status_line() -> Iterator[Callable[[str], None]]:
    """A function that replaces the line on stderr; the line is wiped at the end."""
    shown = sys.stderr.isatty()

    def show(text: str) -> None:
        if shown:
            print(f"\r\x1b[K{printable(text)}", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        show("")


@contextmanager
def counter(total: int) -> Iterator[Callable[[Path], None]]:
    """A function that says which file is being worked on; it is silent for a single file."""
    count = 0
    with status_line() as show:

        def step(path: Path) -> None:
            nonlocal count
            count += 1
            if total > 1:
                show(f"[{count}/{total}] {path}")

        yield step


@contextmanager
def clock(what: str) -> Iterator[None]:
    """Seconds are counted from the second one on, for work whose length nobody knows."""
    over = threading.Event()
    with status_line() as show:

        def tick() -> None:
            start = time.monotonic()
            if over.wait(2):
                return
            while not over.wait(1):
                show(f"{what}: {time.monotonic() - start:.0f} s")

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        try:
            yield
        finally:
            over.set()
            ticking.join()


@contextmanager
def bar(total: int, unit: str) -> Iterator[Callable[[int], None]]:
    """A function that says how many are done: a bar, how many a second, and how long is left.

    The first call says how many were done before; they do not count for the speed.
    """
    start, before = time.monotonic(), -1
    with status_line() as show:

        def done(count: int) -> None:
            nonlocal before
            before = count if before < 0 else before
            seconds = time.monotonic() - start
            rate = (count - before) / seconds if seconds else 0.0
            left = f"{_hours((total - count) / rate)} left" if rate else "..."
            filled = "#" * (30 * count // total)
            show(f"[{filled:30}] {count}/{total}  {rate:.1f} {unit}/s  {left}")

        yield done


def _hours(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
