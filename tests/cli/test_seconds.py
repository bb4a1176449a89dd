"""--seconds ends every command with what is known; what is not decided is open, never a verdict.

Work without end, in which the timer rings, is put in the place of what a command waits for, so that
nothing here depends on how fast a machine is.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.commands import FILM, IDENTICAL, Run
from tests.games import INSTANCES, ROOT
from verifier import certified, cli
from verifier.api import restricted_equilibria
from verifier.theory import verdict
from verifier.theory.guarantees.guarantee import Guarantee

PROSECUTOR = INSTANCES / "classics/prosecutor.toml"
DRUGS = INSTANCES / "guarantees/drug_sponsors.toml"
FILMS = INSTANCES / "data/films.csv"
CERTIFICATE = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
PASSED = "not finished: 1000 seconds have passed (--seconds); open: "


def endless(*given: object, **options: object) -> NoReturn:
    """Work in the midst of which the time is over, long before that."""
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    for _ in count():
        pass
    raise AssertionError("the end of all numbers")


def endless_from(number: int, work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, without end from this call on, counted from 0."""
    calls = count()

    def begun(*given: Any, **options: Any) -> Any:
        return (endless if next(calls) >= number else work)(*given, **options)

    return begun


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is certified, told and compared after the deadline may take a while here."""
    monkeypatch.setattr("verifier.deadline.GRACE", 1000)


SLOW: dict[str, tuple[tuple[object, ...], str]] = {
    "cheap-talk": ((PROSECUTOR,), "verifier.api.cheap_talk"),
    "check": ((CERTIFICATE, PROSECUTOR), "verifier.cli.check.ask_kernel"),
    "dynamics": ((FILM,), "verifier.dynamics.contest.comparison"),
    "equilibria": ((PROSECUTOR,), "verifier.theory.verdict.alignment"),
    "ethics": (("labels.csv", "judgements.csv"), "verifier.cli.ethics.ethics_table"),
    "examples": ((), "verifier.game.examples.examples"),
    "explain": ((PROSECUTOR,), "verifier.theory.verdict.alignment"),
    "hull": ((PROSECUTOR,), "verifier.theory.alignment.alignment"),
    "instance": (("table.csv",), "verifier.cli.instance.read_table"),
    "learning": ((PROSECUTOR,), "verifier.api.learning"),
    "new": (("--states", "rain,sun", "--actions", "go,stay"), "verifier.cli.new.draft"),
    "persuade": (
        (PROSECUTOR, "--agent", "prosecutor"),
        "verifier.theory.equilibria.optimal_signal.persuade",
    ),
    "region": (
        (INSTANCES / "regions/prosecutor_prior.toml",),
        "verifier.region.proposal.examine",
    ),
    "schema": ((), "verifier.game.schema.schema"),
    "program": ((PROSECUTOR, "--what", "hull"), "verifier.cli.program.stated"),
    "search": (("--drop", "hull"), "verifier.search.budget.judge"),
    "sweep": (("uniform", "--count", 3), "verifier.cli.sweep.run"),
    "theorem": ((PROSECUTOR,), "verifier.theory.verdict.alignment"),
    "tree": ((PROSECUTOR,), "verifier.report.conversation_tree.size_of"),
    "verify": ((PROSECUTOR,), "verifier.theory.verdict.alignment"),
}
"""For each command its words, and what it waits for without end."""

LASTING = {
    "serve": "a server goes on until it is interrupted; --seconds is the time of each computation"
    " (tests/serve/test_desk.py)"
}
"""The commands that do not end after their seconds, and why."""


@pytest.mark.parametrize("command", [name for name in cli.COMMANDS if name not in LASTING])
def test_every_command_ends_after_its_seconds(
    command: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, slow = SLOW[command]
    monkeypatch.setattr(slow, endless)
    ran = run(command, *words, "--seconds", 1000)
    assert ran.code == 3
    if command == "search":  # the time is one of its budgets
        assert "stopped: 1000 seconds have passed (--seconds)" in ran.out
        return
    (line,) = ran.err.splitlines()
    assert line.startswith("not finished: 1000 seconds have passed (--seconds); ")
    assert "give it more seconds" in line or "the same command goes on" in line
    assert not {"PROVED", "REFUTED", "VACUOUS"} & set(ran.out.split())


@pytest.mark.parametrize("command", ["verify", *LASTING])
@pytest.mark.parametrize("words", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_is_a_positive_number_of_seconds(words: str, command: str, run: Run) -> None:
    ran = run(command, PROSECUTOR, "--seconds", words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error: Invalid value for '--seconds': ")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["verify", "equilibria", "explain", "tree", "hull"])
def test_with_enough_time_the_same_is_printed(command: str, run: Run) -> None:
    assert run(command, DRUGS, "--seconds", 1000) == run(command, DRUGS)


def test_guarantees_that_are_known_are_certified_and_the_others_open(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("verify", DRUGS, "--json").records[0]
    monkeypatch.setattr(verdict, "_bounded", endless_from(2, verdict._bounded))
    ran = run("verify", DRUGS, "--json", "--seconds", 1000)
    assert (ran.code, ran.err) == (3, f"{PASSED}{DRUGS}, or parts of it;{ADVICE}")
    part: Any = ran.records[0]
    late = part["guarantees"].pop("best-ai")
    assert late == {"verdict": "open", "reason": "the time did not suffice (--seconds)"}
    whole["guarantees"].pop("best-ai")  # type: ignore[attr-defined]
    assert part == whole
    assert sorted(path.name for path in Path("certificates").iterdir()) == [
        "drug_sponsors.bayes.json",
        "drug_sponsors.quantal.json",
    ], "the certificate of the first run is not left beside an open guarantee"


ADVICE = " give it more seconds, or a smaller game or table\n"


def test_an_unfinished_search_for_equilibria_is_open_and_not_vacuous(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.theory.equilibria.equilibrium._sought", endless)
    for other in ("_robust_equilibria", "_richer_equilibria"):
        monkeypatch.setattr(f"verifier.theory.equilibria.equilibrium.{other}", lambda *_: [])
    ran = run("verify", DRUGS, "--guarantee", "bayes", "--json", "--seconds", 1000)
    found: Any = ran.records[0]["guarantees"]
    assert (ran.code, found["bayes"]["verdict"]) == (3, "open")
    assert found["bayes"]["certified_bound"] == "17/25"
    assert found["bayes"]["reason"] == (
        "the bound proves the claim, but no equilibrium is known (the search for equilibria was not"
        " finished: 1000 seconds have passed (--seconds))"
    )


def test_what_is_proved_stays_proved_where_other_equilibria_are_not_found(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.theory.equilibria.equilibrium._sought", endless)
    ran = run("verify", DRUGS, "--guarantee", "bayes", "--seconds", 1000)
    assert ran.code == 0
    assert "bayes    PROVED" in ran.out
    assert "the search for equilibria was not finished: 1000 seconds" in ran.out
    assert ran.err == f"{PASSED}{DRUGS}, or parts of it;{ADVICE}"


def test_an_unfinished_certificate_leaves_its_guarantee_open(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certified, "certificate", endless)
    ran = run("verify", DRUGS, "--guarantee", "bayes", "--json", "--seconds", 1000)
    found: Any = ran.records[0]["guarantees"]
    assert (ran.code, found["bayes"]["verdict"]) == (3, "open")
    assert "a certificate made and checked" in found["bayes"]["reason"]
    assert not list(Path("certificates").iterdir())


def test_of_many_files_those_that_are_not_reached_are_open(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The processes that work on them have the same deadline."""
    monkeypatch.setattr("verifier.theory.verdict.alignment", endless)
    ran = run("verify", INSTANCES / "data", IDENTICAL, FILM, "--seconds", 0.5)
    files = len(list((INSTANCES / "data").glob("*.toml"))) + 2
    assert ran.code == 3
    assert ran.out.endswith(f"{files} instances: {3 * files} open\n")
    assert (
        ran.err
        == f"{PASSED.replace('1000', '0.5')}{files} of {files} instances, or parts of them;{ADVICE}"
    )


@pytest.mark.slow
def test_equilibria_of_the_guarantees_that_are_known(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("equilibria", DRUGS, "--json").records[0]
    monkeypatch.setattr(verdict, "_bounded", endless_from(1, verdict._bounded))
    ran = run("equilibria", DRUGS, "--json", "--seconds", 1000)
    assert (ran.code, ran.err) == (3, f"{PASSED}equilibria for best-ai;{ADVICE}")
    found: Any = ran.records[0]["equilibria"]
    assert found["bayes"] == whole["equilibria"]["bayes"]  # type: ignore[index]
    assert found["best-ai"] == {
        "certain": None,
        "left_out": "the time did not suffice (--seconds)",
    }


@pytest.mark.slow
def test_restricted_games_and_judgements_that_are_known(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = "verifier.cli.equilibria.restricted_equilibria"
    monkeypatch.setattr(known, endless_from(1, restricted_equilibria))
    ran = run("equilibria", PROSECUTOR, "--pure", "--json", "--seconds", 1000)
    assert (ran.code, ran.err) == (3, f"{PASSED}the restricted game of best-ai;{ADVICE}")
    assert "bayes" in ran.records[0] and "best-ai" not in ran.records[0]
    rules = tmp_path / "rules.toml"
    rules.write_text(
        'format = 1\n[[rules]]\nagent = "prosecutor"\n'
        "signal = { innocent = { convict = 1 }, guilty = { convict = 1 } }\n",
        "utf-8",
    )
    monkeypatch.setattr("verifier.cli.equilibria.certify_judgement", endless)
    ran = run("equilibria", PROSECUTOR, "--rules", rules, "--json", "--seconds", 1000)
    assert (ran.code, ran.err) == (3, f"{PASSED}the judgement for bayes;{ADVICE}")
    assert ran.records[0]["verdict"] == "open"


@pytest.mark.slow
def test_stories_that_are_known_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("explain", DRUGS, "--guarantee", "bayes").out
    monkeypatch.setattr(verdict, "_bounded", endless_from(1, verdict._bounded))
    ran = run("explain", DRUGS, "--seconds", 1000)
    assert (ran.code, ran.out) == (3, whole)
    assert ran.err == f"{PASSED}quantal, best-ai;{ADVICE}"


@pytest.mark.slow
def test_a_site_has_the_pages_that_are_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    files = len(list((INSTANCES / "guarantees").glob("*.toml")))
    monkeypatch.setattr("verifier.cli.explain.load", endless_from(2, cli_load()))
    ran = run("explain", INSTANCES / "guarantees", "-o", "site", "--seconds", 1000)
    assert ran.code == 3
    assert f"open: {files - 2} of {files} instances" in ran.err
    assert ran.out == "site/index.html: 2 instances\n"
    pages = [path for path in Path("site").rglob("*.html") if b"TEAM" in path.read_bytes()]
    assert len(pages) >= 2


def cli_load() -> Callable[..., Any]:
    from verifier.game.reader import load

    return load


def test_moves_that_are_known_are_listed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.dynamics import trajectory

    whole = run("dynamics", FILM, "--moves", 1, "--json").records[0]
    monkeypatch.setattr(trajectory, "response", endless_from(2, trajectory.response))
    ran = run("dynamics", FILM, "--json", "--seconds", 1000)
    part = ran.records[0]
    assert (ran.code, ran.err) == (3, f"{PASSED}where the moves lead;{ADVICE}")
    assert (part["moves"], part["yardsticks"]) == (whole["moves"], whole["yardsticks"])
    assert (part["ending"], part["gains"], part["kernel"]) == ("out of time", None, None)
    monkeypatch.setattr(trajectory, "response", endless)
    told = run("dynamics", FILM, "--seconds", 1000).out
    assert "the time ran out after 0 moves (--seconds): the end is open" in told
    assert "what matching the final offer would gain is open" in told


@pytest.mark.slow
def test_distances_that_are_known_are_certified(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("hull", FILMS, "--norm", "sup", "--json").records[0]
    monkeypatch.setattr("verifier.tables.distance.mean_error", endless)
    ran = run("hull", FILMS, "--json", "--seconds", 1000)
    assert (ran.code, ran.records[0]) == (3, whole)
    assert "open: some of the distances;" in ran.err
    monkeypatch.setattr("verifier.tables.distance.nearest", endless)
    ran = run("hull", FILMS, "--seconds", 1000)
    assert (ran.code, ran.out, ran.err) == (
        3,
        "",
        f"{PASSED}whatever is not printed above;{ADVICE}",
    )


@pytest.mark.slow
def test_a_curve_has_the_orders_that_are_known(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.tables import growth

    whole = run("hull", FILMS, "--curve", "--orders", 2, "--json").records[0]
    monkeypatch.setattr(growth, "_Steps", endless_from(2, growth._Steps))
    ran = run("hull", FILMS, "--curve", "--orders", 4, "--json", "--seconds", 1000)
    assert (ran.code, ran.records[0]) == (3, whole)
    assert "open: some of the curve;" in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("slow", ["_thinned", "_grown", "_bounds"])
def test_the_fewest_agents_have_bounds(
    slow: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever takes too long, the agents that are named are near enough, and no others are."""
    found: Any = run("hull", FILMS, "--within", "1/3", "--json").records[0]["smallest"]
    monkeypatch.setattr(f"verifier.tables.smallest._Search.{slow}", endless)
    ran = run("hull", FILMS, "--within", "1/3", "--json", "--seconds", 1000)
    part: Any = ran.records[0]["smallest"]
    assert (ran.code, "open: the fewest agents;" in ran.err) == (3, True)
    assert part["least"] <= found["least"] <= len(found["agents"]) <= len(part["agents"])


@pytest.mark.slow
def test_a_sweep_goes_on_where_the_time_ended_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from verifier.sweep.store import Store

    words = ("sweep", "uniform", "--states", 2, "--actions", 2, "--count", 4, "--workers", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", endless_from(2, Store.put))
        ran = run(*words, "--seconds", 1000)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        "not finished: 1000 seconds have passed (--seconds); 2 of 4 games are safe; the same"
        " command goes on from there\n"
    )
    whole = run(*words, "--store", "other.sqlite")
    assert run(*words) == whole


def test_a_tree_is_exported_as_far_as_the_time_suffices(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verifier.report import tree

    whole = run("tree", DRUGS, "--format", "efg").out
    lines = whole.splitlines()

    def some(*_: object) -> Any:
        yield from lines[:2]
        endless()

    monkeypatch.setattr("verifier.cli.tree.TOGETHER", 1)
    monkeypatch.setattr(tree, "efg_lines", some)
    ran = run("tree", DRUGS, "--format", "efg", "--seconds", 1000)
    assert (ran.code, ran.out.splitlines()) == (3, lines[:2])
    assert ran.err == f"{PASSED}whatever is not printed above;{ADVICE}"


@pytest.mark.slow
def test_a_counterexample_of_a_search_is_certified_after_the_time(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from verifier.search import run as searching

    monkeypatch.setattr(searching, "shrink", endless_in_time)
    ran = run("search", "--drop", "hull", "--json", "--seconds", 1000)
    record: Any = ran.records[0]
    assert (ran.code, record["instance"]["verdict"]) == (0, "refuted")
    assert record["stopped"] == "1000 seconds have passed (--seconds)"


def endless_in_time(game: Any, keeps: Callable[[Any], bool]) -> None:
    """A search that goes on for as long as there is time."""
    from verifier.deadline import passed

    signal.setitimer(signal.ITIMER_REAL, 0.001)
    while passed() is None:
        keeps(game)


def test_json_says_which_guarantees_are_open_of_a_file_of_which_nothing_is_known(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.theory.verdict.alignment", endless)
    ran = run("verify", DRUGS, "--json", "--seconds", 1000)
    assert json.loads(ran.out) == {
        "instance": DRUGS.as_posix(),
        "title": None,
        "alignment": None,
        "benchmarks": None,
        "guarantees": {
            str(name): {"verdict": "open", "reason": "the time did not suffice (--seconds)"}
            for name in Guarantee
        },
    }
