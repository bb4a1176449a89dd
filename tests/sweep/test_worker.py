"""What a game may do to the process that examines it: everything becomes a record, and the next
game is none the worse.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from verifier.sweep.family import family
from verifier.sweep.run import Job, Worker

JOB = Job(family("uniform", {"states": 2, "actions": 2}).text(), 1, 1, ("bayes",), 60)
NEXT = Job(JOB.family, 1, 2, ("bayes",), 60)
ODD = """
import json, os, signal, sys, time
for line in sys.stdin:
    if json.loads(line)["number"] % 2:
        {misdeed}
    print(json.dumps({{"status": "verified", "pid": os.getpid()}}), flush=True)
"""


@contextmanager
def troubled(misdeed: str) -> Iterator[Worker]:
    worker = Worker([sys.executable, "-c", ODD.format(misdeed=misdeed)])
    try:
        yield worker
    finally:
        worker.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("misdeed", "record"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", {"status": "crashed", "reason": "signal 9"}),
        ("os.kill(os.getpid(), signal.SIGSEGV)", {"status": "crashed", "reason": "signal 11"}),
        ("sys.exit(7)", {"status": "crashed", "reason": "exit code 7"}),
        (
            "print('nonsense', end='', flush=True); sys.exit(1)",
            {"status": "crashed", "reason": "exit code 1"},
        ),
        (
            "print('nonsense', flush=True)",
            {"status": "crashed", "reason": "the worker wrote a line that is no record"},
        ),
    ],
)
def test_a_crash_is_a_record_and_the_next_game_is_examined(
    misdeed: str, record: dict[str, str]
) -> None:
    with troubled(misdeed) as worker:
        assert worker.examine(JOB) == record
        assert worker.examine(NEXT)["status"] == "verified"
        assert worker.examine(JOB) == record


def test_a_game_that_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    start = "import subprocess; p = subprocess.Popen(['sleep', '600'])"
    with troubled(
        f"{start}; open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid)); time.sleep(600)"
    ) as worker:
        late = worker.examine(Job(JOB.family, 1, 1, ("bayes",), 1.0))
        assert late == {"status": "timed out", "reason": "more than 1 seconds"}
        assert not alive(int((tmp_path / "pid").read_text()))
        assert worker.examine(NEXT)["status"] == "verified"


def alive(process: int) -> bool:
    """Whether the process still runs; one that nobody has waited for yet does not."""
    told = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(told.strip()) and not told.startswith("Z")


def test_one_process_serves_many_games() -> None:
    with troubled("pass") as worker:
        assert worker.examine(NEXT)["pid"] == worker.examine(NEXT)["pid"]


@pytest.mark.slow
def test_a_real_game_has_a_verdict_that_the_kernel_gave() -> None:
    worker = Worker()
    try:
        record = worker.examine(JOB)
    finally:
        worker.close()
    assert record["status"] == "verified"
    bayes = record["guarantees"]["bayes"]
    assert bayes["kernel"].startswith("accepted: ")
    assert f"): {bayes['verdict']}: OPT - 2 * " in bayes["kernel"]
