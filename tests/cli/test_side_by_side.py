"""Files are worked on side by side: in order, with what they log and raise."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.games import INSTANCES, ROOT
from verifier.cli.side_by_side import side_by_side
from verifier.errors import InstanceError, VerifierError
from verifier.files import LOG


def halved(number: int) -> tuple[int, int]:
    """Half a number and the process that halved it; later ones are sooner done."""
    time.sleep(0.02 * max(0, 6 - number))
    if number % 2:
        raise InstanceError(f"{number} is odd")
    if number == 4:
        LOG.warning("replaced %s", "four")
    if number == 8:
        raise ZeroDivisionError("eight")
    return number // 2, os.getpid()


def test_results_come_in_order_from_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.cli.side_by_side.cores", lambda: 3)
    found = [answer() for answer in side_by_side(halved, [0, 2, 6, 10])]
    assert [half for half, _ in found] == [0, 1, 3, 5]
    assert os.getpid() not in {process for _, process in found}


def test_one_file_is_worked_on_here() -> None:
    ((half, process),) = (answer() for answer in side_by_side(halved, [10]))
    assert (half, process) == (5, os.getpid())


def test_errors_are_raised_and_messages_logged_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("verifier.cli.side_by_side.cores", lambda: 2)
    odd, four, eight = side_by_side(halved, [7, 4, 8])
    with pytest.raises(VerifierError) as error:
        odd()
    assert error.value.lines == ("7 is odd",)
    with caplog.at_level(logging.WARNING):
        assert four()[0] == 2
    assert caplog.messages == ["replaced four"]
    with pytest.raises(ZeroDivisionError, match="eight"):
        eight()


def interrupted(folder: Path, handler: signal.Handlers) -> tuple[int, int, str, str]:
    """The group of a run that is interrupted after its first line, its exit code and what it says.

    `handler` is what it inherits: an interactive shell's jobs end, those in the background of a
    script ignore interruptions.
    """
    words = [sys.executable, "-m", "verifier.cli", "verify", str(INSTANCES / "classics")]
    with subprocess.Popen(
        [*words, "--certificates", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, handler),
    ) as running:
        assert running.stdout is not None
        first = running.stdout.readline()
        os.killpg(running.pid, signal.SIGINT)
        rest, errors = running.communicate(timeout=60)
    assert first.strip()
    return running.pid, running.returncode, rest, errors


@pytest.mark.slow
def test_an_interruption_keeps_what_was_finished(tmp_path: Path) -> None:
    """The first lines are there, the certificates are whole, and no process is left."""
    group, code, _, errors = interrupted(tmp_path, signal.SIG_DFL)
    assert code == 130
    assert errors == "interrupted; the certificates written so far are complete\n"
    assert list(tmp_path.rglob("*.json")) and not list(tmp_path.rglob("*.part"))
    with pytest.raises(ProcessLookupError):
        for _ in range(600):
            os.killpg(group, 0)
            time.sleep(0.1)


@pytest.mark.slow
def test_a_job_in_the_background_is_not_interrupted(tmp_path: Path) -> None:
    _, code, rest, errors = interrupted(tmp_path, signal.SIG_IGN)
    assert (code, errors) == (0, "")
    files = list((INSTANCES / "classics").glob("*.toml"))
    assert rest.splitlines()[-1].startswith(f"{len(files)} instances: ")
