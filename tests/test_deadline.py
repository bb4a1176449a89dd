"""A deadline interrupts what runs, wherever it is, but not what puts together what is known."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from typing import NoReturn

import pytest
import z3

from tests.games import ROOT
from verifier import deadline
from verifier.deadline import (
    Deadline,
    OutOfTimeError,
    current,
    ends_after,
    finished,
    in_time,
    milliseconds_left,
    overtime,
    passed,
    seconds_left,
    uninterrupted,
    until,
)
from verifier.solve.highs import quiet_highs
from verifier.solve.program import Goal, Program
from verifier.solve.smt import hitting_set
from verifier.solve.smt import solve as ask_z3

SOON = 0.02


def endless() -> NoReturn:
    for _ in count():
        pass
    raise AssertionError("the end of all numbers")


def wait_for_the_deadline() -> None:
    while passed() is None:
        pass


@pytest.fixture
def late() -> Iterator[None]:
    """A deadline that has passed."""
    with ends_after(SOON), uninterrupted():
        wait_for_the_deadline()
        yield


def test_what_runs_is_interrupted() -> None:
    words = r"^0\.02 seconds have passed \(--seconds\)$"
    with pytest.raises(OutOfTimeError, match=words), ends_after(SOON):
        endless()


def test_nothing_catches_it_as_an_error() -> None:
    with pytest.raises(OutOfTimeError), ends_after(SOON):
        while True:
            try:
                endless()
            except Exception:  # a loop that goes on with the next file
                continue


def test_without_a_deadline_work_goes_on() -> None:
    with ends_after(None), uninterrupted():
        assert (seconds_left(), passed(), current()) == (math.inf, None, None)
        assert milliseconds_left() is None
        assert milliseconds_left(2) == 2000
        assert in_time(lambda: 1) == finished(lambda: 1, 2) == 1
        with overtime():
            assert seconds_left() == math.inf


def test_with_much_time_nothing_changes() -> None:
    with ends_after(1000):
        assert finished(lambda: 1, 2) == 1
        assert passed() is None
        assert 0 < (milliseconds_left() or 0) <= 1_000_000
        assert milliseconds_left(1) == 1000
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL


def test_what_is_known_otherwise_is_returned() -> None:
    with ends_after(SOON), uninterrupted():
        assert finished(endless, "open") == "open"
        assert passed() == "0.02 seconds have passed (--seconds)"


def test_after_the_deadline_no_work_begins(late: None) -> None:
    begun: list[int] = []
    assert finished(lambda: begun.append(1), "open") == "open"
    with pytest.raises(OutOfTimeError):
        in_time(lambda: begun.append(1))
    assert not begun
    assert milliseconds_left() == 1


def test_between_the_parts_nothing_is_interrupted() -> None:
    with ends_after(SOON):
        with uninterrupted():
            wait_for_the_deadline()
        told = sum(range(10_000))  # what is known is told after the block as well
    assert told == 49_995_000


def test_a_part_of_work_that_is_late_as_a_whole_does_not_go_on() -> None:
    def work() -> None:
        with uninterrupted():
            wait_for_the_deadline()
        endless()

    with ends_after(SOON), uninterrupted():
        assert finished(work, "open") == "open"


def test_an_error_is_not_replaced_by_the_lateness() -> None:
    def work() -> None:
        with uninterrupted():
            wait_for_the_deadline()
            raise ValueError("what is wrong")

    with ends_after(SOON), uninterrupted(), pytest.raises(ValueError, match="what is wrong"):
        in_time(work)


def test_destructors_swallow_errors_but_not_the_deadline(capfd: pytest.CaptureFixture[str]) -> None:
    class Held:
        def __del__(self) -> None:
            wait_for_the_deadline()

    with pytest.raises(OutOfTimeError), ends_after(SOON):
        held = Held()
        del held  # the first ring is lost in here
        endless()
    assert capfd.readouterr().err == ""


def test_other_errors_of_destructors_are_told_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Held:
        def __del__(self) -> None:
            raise ValueError("lost")

    lost: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda error: lost.append(error.exc_value.args))
    with ends_after(1000):
        held = Held()
        del held
    assert lost == [("lost",)]


def test_in_overtime_a_short_piece_of_work_is_done(
    late: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "GRACE", 1000)
    with overtime():
        assert passed() is None
        assert finished(lambda: 1, 2) == 1
    assert finished(lambda: 1, 2) == 2


@pytest.mark.parametrize("grace", [0, 0.1])
def test_overtime_ends_as_well(grace: float, late: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "GRACE", grace)
    with overtime():
        assert finished(endless, "open") == "open"


def test_overtime_that_is_not_needed_ends_before_the_deadline() -> None:
    with ends_after(1000):
        with overtime():
            assert 1000 < seconds_left() <= 1000 + deadline.GRACE
        assert 0 < seconds_left() <= 1000
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0


def test_an_inner_deadline_leaves_the_outer_one_as_it_was() -> None:
    with ends_after(1000):
        outer = current()
        with pytest.raises(OutOfTimeError), ends_after(SOON):
            endless()
        assert current() == outer
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0


def test_a_deadline_that_another_process_has_reached_has_passed_here() -> None:
    with pytest.raises(OutOfTimeError, match=r"^3 seconds"), until(Deadline(0, 3)):
        in_time(endless)


def test_solvers_in_other_languages_are_given_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[tuple[object, ...]] = []
    for kind in (z3.Solver, z3.Optimize):
        monkeypatch.setattr(kind, "set", lambda _, *words: given.append(words))

    def limits() -> tuple[list[object], float]:
        given.clear()
        hitting_set([{1}], 1)
        ask_z3(Program(Goal.MINIMISE), seconds=2)
        limit = quiet_highs().getOptionValue("time_limit")[1]
        return [words[1] for words in given if words[0] == "timeout"], limit

    assert limits() == ([2000], math.inf)
    with ends_after(1000):
        (longest, two), limit = limits()
        assert isinstance(longest, int) and 900_000 < longest <= 1_000_000
        assert two == 2000 and 900 < limit <= 1000
    with ends_after(SOON), uninterrupted():
        wait_for_the_deadline()
        assert limits() == ([1, 1], 0)


def test_an_interruption_while_modules_are_imported_is_quiet() -> None:
    code = (
        "import sys, verifier.__main__ as entry\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'verifier.cli': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "entry.main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_the_package_is_a_command() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "verifier", "persuade"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: Missing argument 'PATH'")
