"""`verifier region`: what it prints, keeps and refuses."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_seconds import endless_from
from tests.commands import Run, outside
from tests.games import INSTANCES, ROOT
from verifier.checker import ask
from verifier.region import proposal
from verifier.region.partition import TRIED
from verifier.theory.verdict import examine

TOLERANCE = INSTANCES / "regions/identical_tolerance.toml"
PROOF = INSTANCES / "regions/standard_of_proof.toml"
BRANDS = INSTANCES / "regions/identical_prior.toml"
PRIOR = INSTANCES / "regions/prosecutor_prior.toml"
SHIPPED = ROOT / "proofs/regions"


def test_it_prints_rows_and_the_condition(run: Run) -> None:
    ran = run("region", TOLERANCE, "--guarantee", "bayes")
    assert (ran.code, ran.err) == (0, "")
    title, _, guarantee, first, second, best, one, so, count = ran.out.splitlines()
    assert (title, guarantee) == ("Two brands of one drug, and how much is claimed", "  bayes")
    assert first.split("  ")[2:] == [
        "0 <= t < 1/4",
        "",
        " REFUTED",
        "",
        "an equilibrium has 1/2; claimed 1 - 2 t; OPT 1; NOINFO 1/2; hull distance 0",
    ]
    assert second.startswith("    1/4 <= t <= 1/2  PROVED     u >= 1/2; ")
    assert (best, one) == (
        "    the best equilibrium that was found has",
        "      1  for 0 <= t <= 1/2",
    )
    assert so == "    so: proved exactly for 1/4 <= t <= 1/2; refuted for 0 <= t < 1/4"
    assert count == "  10 certificates in certificates, each accepted by the kernel"


def test_derive_prints_the_condition_of_each_guarantee(run: Run) -> None:
    ran = run("region", TOLERANCE, "--derive")
    said = "proved exactly for 1/4 <= t <= 1/2; refuted for 0 <= t < 1/4"
    assert ran.out.splitlines() == [f"bayes: {said}", f"best-ai: {said}"]


def test_each_certificate_is_accepted_by_check(run: Run) -> None:
    run("region", TOLERANCE, "--guarantee", "bayes")
    kept = sorted(Path("certificates").iterdir())
    assert len(kept) == 10
    for path in kept:
        assert run("check", path, TOLERANCE).code == 0
    cell = "certificates/identical_tolerance.bayes.t=0..1-4.json"
    assert run("check", cell, TOLERANCE, "--verdict", "refuted").code == 0
    ran = run("check", cell, TOLERANCE, "--set", "t=1/8")
    assert ran.code == 1 and "parameters: they are 0 < t < 1/4" in ran.out


def test_the_other_parameter_is_set(run: Run) -> None:
    ran = run("region", PROOF, "--set", "s=3/4", "--guarantee", "bayes", "--json")
    (record,) = ran.records
    assert (record["parameter"], record["set"], record["complete"]) == ("t", {"s": "3/4"}, True)
    assert record["condition"] == "proved exactly for 0 <= t <= 1"


def test_a_figure_is_drawn(run: Run) -> None:
    ran = run("region", TOLERANCE, "--guarantee", "bayes", "--figure", "region.svg")
    assert ran.code == 0
    assert "<svg" in Path("region.svg").read_text(encoding="utf-8")


def test_certificates_of_another_game_are_named(run: Run, tmp_path: Path) -> None:
    for old, new in (("ill = 1,", "ill = 1,"), ("ill = 2,", "ill = 3,")):
        path = tmp_path / "game.toml"
        text = TOLERANCE.read_text(encoding="utf-8").replace(old, new)
        path.write_text(text, encoding="utf-8")
        ran = run("region", path, "--guarantee", "bayes")
    assert ran.err.startswith("replaced certificates/game.bayes.t=")
    assert run("region", path, "--guarantee", "bayes").err == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([INSTANCES / "classics/prosecutor.toml"], "it has no [parameters]; write one, such as"),
        ([PRIOR, "--parameter", "s"], "s is no parameter, it has t"),
        ([PROOF, "--parameter", "T"], "T is no parameter, it has t, s; did you mean 't'?"),
        (
            [PROOF, "--set", "t=1/2", "--set", "s=3/4"],
            "t and s are set (--set), so that nothing is left to move",
        ),
        (
            [PROOF, "--parameter", "t", "--parameter", "S"],
            "S is no parameter, it has t, s; did you",
        ),
        ([PROOF, "--parameter", "t", "--parameter", "t"], "t is named twice, it has t, s"),
        ([BRANDS, "--guarantee", "quantal"], "what a quantal user gets is no rational function"),
        ([PRIOR, "--set", "t=1/2"], "t is set (--set), so that nothing is left to move"),
        ([PRIOR, "--parameter", "t", "--set", "t=1/2"], "t is set, and cannot move as well"),
        ([PROOF, "--parameter", "t", "--set", "s=2"], "s = 2, expected 1/2 <= s <= 99/100"),
        ([PRIOR, "--guarantee", "quantal"], "what a quantal user gets is no rational function"),
        ([PRIOR, "--width", "0"], "--width 0: expected more than 0"),
        ([PRIOR, "--width", "-1"], "--width"),
        ([PRIOR, "--width", "wide"], "--width"),
        ([PRIOR, "--figure", "x.svg"], "--figure: it is of one guarantee; name it"),
        ([PRIOR, "--figure", "x.txt", "--guarantee", "bayes"], "x.txt"),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_one_line(
    words: list[object], why: str, run: Run
) -> None:
    ran = run("region", *words)
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("error: ") and why in line


def test_what_is_not_known_when_the_time_is_over_is_undecided(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first cell is certified, and no value beside it: all others are undecided."""
    late = endless_from(TRIED[0], examine)
    monkeypatch.setattr(proposal, "examine", late)
    words = ("region", PRIOR, "--guarantee", "bayes", "--json", "--seconds", 1000)
    ran = run(*words)
    assert ran.code == 3
    assert ran.err.startswith("not finished: 1000 seconds have passed (--seconds); ")
    (record,) = ran.records
    assert record["complete"] is False
    assert record["condition"] == (
        "proved for 0 < t < 1/2; undecided for t = 0 and for 1/2 <= t <= 1"
    )


def test_an_interruption_ends_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(proposal, "examine", interrupted)
    ran = run("region", PRIOR)
    assert (ran.code, ran.out) == (130, "")


def test_two_parameters_move_at_once(run: Run) -> None:
    """Polygons, the condition, and where the certificates are."""
    ran = run("region", BRANDS, "--guarantee", "bayes", "--figure", "plane.svg")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[1].endswith("identical_prior.toml, 0 <= p <= 1, 0 <= t <= 1/2")
    assert [line.split("  ")[2].strip() for line in lines[3:7]] == [
        "2 t > p and p < 1/2",
        "p < 1/2 and p > 2 t",
        "p + 2 t < 1 and p > 1/2",
        "p > 1/2 and p + 2 t > 1",
    ]
    assert lines[-2] == (
        "    so: proved exactly where 2 t >= p, and where p + 2 t >= 1;"
        " refuted where p + 2 t < 1 and p > 2 t"
    )
    assert lines[7:9] == [
        "    the best equilibrium that was found has",
        "      1  inside of every polygon",
    ]
    assert lines[-1] == "  42 certificates in certificates, each accepted by the kernel"
    picture = Path("plane.svg").read_text(encoding="utf-8")
    assert picture.count(">proved<") == picture.count(">refuted<") == 3  # one in the legend
    assert len(list(Path("certificates").glob("identical_prior.bayes.polygon-*.json"))) == 4


def test_the_condition_on_two_parameters_alone(run: Run) -> None:
    ran = run("region", PROOF, "--derive", "--parameter", "s", "--parameter", "t")
    assert ran.out == ("bayes: proved exactly everywhere\nbest-ai: proved exactly everywhere\n")


def test_polygons_that_are_not_known_when_the_time_is_over_are_undecided(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = endless_from(15, examine)
    monkeypatch.setattr(proposal, "examine", late)
    ran = run("region", BRANDS, "--guarantee", "bayes", "--json", "--seconds", 1000)
    assert ran.code == 3
    assert ran.err.startswith("not finished: 1000 seconds have passed (--seconds); ")
    (record,) = ran.records
    assert record["complete"] is False
    assert "undecided in" in str(record["condition"])
    polygons: Any = record["polygons"]
    assert {part["verdict"] for part in polygons} == {"proved", "undecided"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in (INSTANCES / "regions").glob("*")))
def test_what_is_shipped_is_made_again_to_the_byte(name: str, tmp_path: Path) -> None:
    """From another folder, by a process of its own."""
    moving = [] if name == BRANDS.stem else ["--parameter", "t"]
    words = [*moving, "--certificates", tmp_path]
    ran = outside("region", INSTANCES / f"regions/{name}.toml", *words, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    shipped = sorted(SHIPPED.glob(f"{name}.*.json"))
    assert [path.name for path in shipped] == sorted(p.name for p in tmp_path.glob("*.json"))
    for path in shipped:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.json")), ids=lambda path: path.stem)
def test_what_is_shipped_is_accepted(path: Path) -> None:
    """By a kernel that has been started once; `check` starts one for each."""
    instance = INSTANCES / f"regions/{path.name.partition('.')[0]}.toml"
    assert ask(path, instance).accepted


def test_it_says_where_it_is_looking(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, before each game that is examined: one of them may take long."""
    said: list[str] = []

    @contextmanager
    def kept() -> Iterator[Callable[[str], None]]:
        yield said.append

    monkeypatch.setattr("verifier.cli.region.status_line", kept)
    assert run("region", TOLERANCE, "--guarantee", "bayes").code == 0
    assert said[0].endswith(
        "identical_tolerance.toml, bayes: 0 cells and values, looking at t = 17/82"
    )
    assert len(said) > 8
    said.clear()
    assert run("region", BRANDS, "--guarantee", "bayes").code == 0
    assert "identical_prior.toml, bayes: 0 polygons, 1 to look at: looking at p = " in said[0]
    assert any(" sides: " in line for line in said)
