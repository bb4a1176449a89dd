"""One child process: it answers, ends, is late, is closed; the next question finds a new one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verifier.process import End, LineProcess

ECHO = """
import os, signal, subprocess, sys, time
for line in sys.stdin:
    if line.startswith("!"):
        exec(line[1:])
    print(os.getpid(), line.strip(), flush=True)
"""


@contextmanager
def echo(with_children: bool = False) -> Iterator[LineProcess]:
    process = LineProcess([sys.executable, "-c", ECHO], with_children=with_children)
    try:
        yield process
    finally:
        process.close()


def test_one_process_answers_many_lines() -> None:
    with echo() as process:
        answers = [process.ask(word) for word in ("one", "zwölf")]
        numbers, words = zip(*(str(answer).split() for answer in answers), strict=True)
        assert words == ("one", "zwölf")
        assert len(set(numbers)) == 1
        assert process.end is None


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("sys.exit(7)", 7),
        ("os.kill(os.getpid(), signal.SIGSEGV)", -11),
        ("print('half a line', end='', flush=True); os._exit(3)", 3),
        ("sys.stdout.buffer.write(bytes([255, 10])); sys.stdout.flush(); time.sleep(60)", -9),
    ],
)
def test_a_process_that_ends_or_writes_no_line_is_replaced(deed: str, code: int) -> None:
    with echo() as process:
        for _ in range(2):
            assert process.ask("!" + deed) is None
            assert process.end == End(code, timed_out=False)
            assert str(process.ask("again")).endswith(" again")


def test_a_process_that_is_late_is_killed() -> None:
    with echo() as process:
        start = time.monotonic()
        assert process.ask("!time.sleep(60)", timeout=0.5) is None
        assert time.monotonic() - start >= 0.5
        assert process.end == End(-9, timed_out=True)
        assert str(process.ask("again", timeout=60)).endswith(" again")


def test_what_it_has_started_is_killed_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    start = f"p = subprocess.Popen(['sleep', '600']); open({str(note)!r}, 'w').write(str(p.pid))"
    with echo(with_children=True) as process:
        assert process.ask("!" + start) is not None
        assert alive(int(note.read_text()))
    assert not alive(int(note.read_text()))


def test_another_thread_may_close_it() -> None:
    with echo() as process:
        assert process.ask("started") is not None
        alarm = threading.Timer(0.3, process.close)
        alarm.start()
        assert process.ask("!time.sleep(60)") is None
        alarm.join()


def test_nothing_runs_before_the_first_line_or_after_the_end() -> None:
    process = LineProcess(["/no/such/program"])
    process.close()
    assert process.end is None
    with pytest.raises(OSError, match="program"):
        process.ask("one")


def alive(number: int) -> bool:
    """Whether a process still runs; one that nobody has waited for yet does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and not state.startswith("Z")
