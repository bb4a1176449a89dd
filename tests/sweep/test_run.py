"""Whole sweeps from the command line: killed, interrupted, short of disk, side by side, on a
cluster; always the same bytes.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import verifier.api as vf
from tests.games import INSTANCES, ROOT
from verifier.game.reader import load
from verifier.sweep.family import RandomFamily, family
from verifier.sweep.run import Job, examine, sweep, workers_of
from verifier.sweep.store import Store, Sweep
from verifier.sweep.summary import lower_end, summary, summary_lines

pytestmark = pytest.mark.slow

F = Fraction
COUNT = 60
SMALL = [
    "uniform",
    "--states",
    "2",
    "--actions",
    "2",
    "--guarantee",
    "bayes",
]
SWEEP = Sweep(family("uniform", {"states": 2, "actions": 2}).text(), 1, ("bayes",))


def command(store: Path, *words: str, count: int = COUNT) -> list[str]:
    asked = [*SMALL, "--count", str(count), "--store", str(store), *words]
    return [sys.executable, "-m", "verifier.cli", "sweep", *asked]


def run(
    store: Path, *words: str, count: int = COUNT, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(store, *words, count=count),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )


def kept(store: Path) -> dict[int, Any]:
    with Store(store, SWEEP) as opened:
        return dict(opened.records(COUNT))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A sweep that nothing disturbed, with all that it can write."""
    folder = tmp_path_factory.mktemp("whole")
    ran = run(
        folder / "s", "--worst", str(folder / "worst"), "--figure", str(folder / "f.svg"), "--json"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    (folder / "report.json").write_text(ran.stdout)
    yield folder


def same(whole: Path, folder: Path) -> None:
    """The disturbed sweep, run to its end, has the same store, report, worst cases and figure."""
    ran = run(
        folder / "s", "--worst", str(folder / "worst"), "--figure", str(folder / "f.svg"), "--json"
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.replace(str(folder), str(whole)) == (whole / "report.json").read_text()
    assert (folder / "s").read_bytes() == (whole / "s").read_bytes()
    assert (folder / "f.svg").read_bytes() == (whole / "f.svg").read_bytes()
    names = sorted(path.name for path in (whole / "worst").iterdir())
    assert names and names == sorted(path.name for path in (folder / "worst").iterdir())
    assert all(
        (folder / "worst" / name).read_bytes() == (whole / "worst" / name).read_bytes()
        for name in names
    )


HELD = 30
"""After so many games a sweep that is held waits for a line on its standard input."""

HOLDING = f"""
import sys
from verifier.cli import main
from verifier.sweep.store import Store

put, numbers = Store.put, []

def put_and_wait(self, number, record):
    put(self, number, record)
    numbers.append(number)
    if len(numbers) == {HELD}:
        print("held", flush=True)
        sys.stdin.readline()

Store.put = put_and_wait
main()
"""


@contextmanager
def held(store: Path) -> Iterator[subprocess.Popen[str]]:
    """A sweep that stands still in the middle, however busy the machine is."""
    words = command(store)[3:]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the
    ) as process:  # background of a shell is deaf to it, and so are its children
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


def disturbed(store: Path, by: signal.Signals) -> tuple[dict[int, Any], int, str]:
    """What is kept of a sweep that a signal ends in the middle, its exit code, and what it said."""
    with held(store) as process:
        process.send_signal(by)
        _, said = process.communicate()
    found = kept(store)
    assert len(found) == HELD
    return found, process.returncode, said


def test_killed_in_the_middle_it_goes_on(whole: Path, tmp_path: Path) -> None:
    found, code, _ = disturbed(tmp_path / "s", signal.SIGKILL)
    assert code == -signal.SIGKILL
    examined: list[int] = []
    with Store(tmp_path / "s", SWEEP) as store, workers_of(None, 2) as (executor, workers):
        sweep(store, COUNT, 60, Recording(executor, examined), workers)
    assert sorted(examined) == [n for n in range(1, COUNT + 1) if n not in found]
    assert {n: record for n, record in kept(tmp_path / "s").items() if n in found} == found
    same(whole, tmp_path)


class Recording(Executor):
    """Notes every job that is handed out."""

    def __init__(self, inner: Executor, numbers: list[int]) -> None:
        self.inner, self.numbers = inner, numbers

    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.numbers.append(args[0].number)
        return self.inner.submit(work, *args, **kwargs)


def test_interrupted_it_says_what_is_safe_and_goes_on(whole: Path, tmp_path: Path) -> None:
    found, code, said = disturbed(tmp_path / "s", signal.SIGINT)
    assert code == 130
    assert (
        said.strip()
        == f"{len(found)} of {COUNT} games are safe; the same command goes on from there"
    )
    same(whole, tmp_path)


def test_a_full_disk_ends_it_in_order(whole: Path, tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    ran = run(tmp_path / "s", before=small)
    assert ran.returncode == 3
    found = kept(tmp_path / "s")
    assert 0 < len(found) < COUNT
    assert (
        f"{len(found)} of {COUNT} games are safe; free some space and give the same command again"
        in ran.stderr
    )
    assert "Traceback" not in ran.stderr
    same(whole, tmp_path)


def test_a_second_sweep_on_the_store_is_refused_while_the_first_runs(
    whole: Path, tmp_path: Path
) -> None:
    with held(tmp_path / "s") as first:
        second = run(tmp_path / "s", "--seed", "2")
        assert first.poll() is None
        first.communicate("\n")
    assert first.returncode == 0
    assert second.returncode == 2
    assert (
        "is in use by another sweep; wait for it, or give this one a store of its own"
        in second.stderr
    )
    same(whole, tmp_path)


def test_a_larger_count_and_another_seed_continue_the_same_store(
    whole: Path, tmp_path: Path
) -> None:
    assert run(tmp_path / "s", count=20).returncode == 0
    same(whole, tmp_path)
    assert run(tmp_path / "s", "--seed", "2", count=5).returncode == 0
    assert len(kept(tmp_path / "s")) == COUNT


def test_a_cluster_that_loses_a_worker_ends_with_the_same_bytes(
    whole: Path, tmp_path: Path
) -> None:
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    with cluster, distributed.Client(cluster) as client:
        victim = min(client.run(os.getpid).values())
        with (
            Store(tmp_path / "s", SWEEP) as store,
            workers_of(cluster.scheduler_address, 1) as (executor, workers),
        ):
            assert workers == 2
            lost: list[int] = []

            def lose(done: int) -> None:
                if done == 15 and not lost:
                    lost.append(victim)
                    Thread(target=os.kill, args=(victim, signal.SIGKILL)).start()

            sweep(store, COUNT, 60, executor, workers, lose)
        assert lost
        assert victim not in client.run(os.getpid).values()
    same(whole, tmp_path)


def test_the_records_say_what_the_api_says(whole: Path) -> None:
    drawn = RandomFamily.read(SWEEP.family)
    for number, record in kept(whole / "s").items():
        if number > 12:
            break
        game = drawn.game(1, number)
        found = vf.verify(game, ["bayes"])
        entry, finding = record["guarantees"]["bayes"], found.guarantees["bayes"].finding
        assert entry["verdict"] == found.verdicts["bayes"]
        assert F(entry["certified"]) == finding.bound.value
        assert finding.equilibrium is not None
        assert F(entry["worst"]) == finding.equilibrium.user_utility
        benchmark, worst = finding.setting.benchmark, finding.equilibrium.user_utility
        assert isinstance(benchmark, Fraction) and isinstance(worst, Fraction)
        assert F(entry["loss"]) == benchmark - worst
        assert F(record["epsilon"]) == vf.hull(game).simplex.epsilon


def test_the_summary_counts_what_the_records_say(whole: Path) -> None:
    records = kept(whole / "s")
    entries = [record["guarantees"]["bayes"] for record in records.values()]
    (share,) = summary(iter(records.items()), ("bayes",)).shares
    assert sum(share.verdicts.values()) == COUNT
    assert share.closed == sum(entry["worst"] == entry["certified"] for entry in entries)
    report = json.loads((whole / "report.json").read_text())["guarantees"]["bayes"]
    losses = sorted(F(entry["loss"]) for entry in entries)
    assert (F(report["losses"]["least"]), F(report["losses"]["largest"])) == (losses[0], losses[-1])
    assert F(report["losses"]["median"]) == losses[(COUNT - 1) // 2]
    gains = [F(e["certified"]) - F(e["paper"]) for e in entries if e["paper"] is not None]
    assert F(report["gains"]["largest"]) == max(gains)
    assert all(gain >= 0 for gain in gains)


def test_the_lines_say_of_how_many_games_a_number_is_none() -> None:
    entry = {"verdict": "proved", "gain": "1/2", "loss": "1", "open": "0"}
    other = {"verdict": "open", "gain": None, "loss": None, "open": None}
    records = [
        (n, {"status": "verified", "guarantees": {"bayes": found}})
        for n, found in enumerate([entry, other, other], start=1)
    ]
    told = "\n".join(summary_lines(summary(records, ("bayes",))))
    assert "certified - paper bound: " in told and "(1 game; its hypotheses fail in 2 more)" in told
    assert "worst equilibrium found: " in told and "(1 game; none was found in 2 more)" in told


def test_the_worst_cases_are_the_games_they_claim_to_be(whole: Path) -> None:
    report = json.loads((whole / "report.json").read_text())
    worst = load(whole / "worst/bayes_loss_1.toml")
    found = vf.verify(worst, ["bayes"]).guarantees["bayes"].finding
    assert found.equilibrium is not None
    benchmark, utility = found.setting.benchmark, found.equilibrium.user_utility
    assert isinstance(benchmark, Fraction) and isinstance(utility, Fraction)
    assert str(benchmark - utility) == report["guarantees"]["bayes"]["losses"]["largest"]
    assert worst.notes is not None
    assert "family uniform, seed 1" in worst.notes


def test_failures_are_rows_and_can_be_tried_again(tmp_path: Path, whole: Path) -> None:
    with Store(tmp_path / "s", SWEEP) as store:
        store.put(3, {"status": "crashed", "reason": "signal 9"})
        store.put(5, {"status": "timed out", "reason": "more than 1 seconds"})
    told = run(tmp_path / "s")
    assert told.returncode == 0
    assert "game 3 crashed: signal 9" in told.stdout
    assert "game 5 timed out: more than 1 seconds" in told.stdout
    assert run(tmp_path / "s", "--retry").returncode == 0
    same(whole, tmp_path)


def test_a_game_that_is_refused_is_a_row() -> None:
    text = (
        'format = 1\ntitle = "x"\nstates = ["l", "r"]\nactions = ["a"]\nprior = { l = "0..2 step'
        ' 1", r = "rest" }\n'
    )
    text += (
        '[user]\nutility = { a = { l = 0, r = 0 } }\n[[agents]]\nname = "g"\nutility = { a = { l ='
        " 0, r = 0 } }\n"
    )
    drawn = family("template", {"template": text})
    records = [examine(Job(drawn.text(), 1, number, ("bayes",), 60)) for number in range(1, 9)]
    assert {record["status"] for record in records} == {"verified", "refused"}
    assert all(
        "expected at most 1" in record["reason"]
        for record in records
        if record["status"] == "refused"
    )


PLAIN = str(INSTANCES / "classics/prosecutor.toml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nonsense", "--count", "1"], "nonsense: no such family"),
        (
            ["uniform", "--count", "1", "--bias", "1"],
            "--bias: the family uniform has no such parameter",
        ),
        (["near-hull", "--count", "1", "--distance", "x"], "--distance: "),
        (
            ["near-hull", "--count", "1", "--distance", "-1"],
            "--distance -1: expected a nonnegative rational",
        ),
        (["uniform", "--count", "1", "--ties", "never"], "--ties never: expected one of any"),
        (["template", "--count", "1", "--template", "missing.toml"], "missing.toml"),
        (
            ["uniform", "--count", "1", "--figure", "f.txt"],
            "expected a name that ends in .svg, .png or .pdf",
        ),
        (["uniform", "--count", "0"], "--count"),
        (["uniform", "--count", "1", "--worst", "w", "--keep", "0"], "--keep"),
        (["template", "--count", "3", "--template", PLAIN], "has no range such as"),
        (["uniform", "--count", "1", "--dask", "tcp://127.0.0.1:9"], "no scheduler answers there"),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(
    words: list[str], message: str, tmp_path: Path
) -> None:
    base = [sys.executable, "-m", "verifier.cli", "sweep", *words, "--store", str(tmp_path / "s")]
    ran = subprocess.run(base, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "s").exists() or not kept(tmp_path / "s")


def test_an_irrational_number_counts_by_its_lower_end() -> None:
    assert lower_end("1/3") == F(1, 3)
    assert lower_end({"lower": "1/3", "upper": "1/2", "exact": None}) == F(1, 3)
    assert lower_end({"lower": "1/3", "upper": "1/2", "exact": "2/5"}) == F(2, 5)
