"""`verifier dynamics` from the command line."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tests.commands import Run
from tests.games import INSTANCES
from verifier.dynamics.contest import compete
from verifier.game.model import Agent, Ties
from verifier.game.reader import load
from verifier.game.writer import write

FILMS = INSTANCES / "guarantees/film_night.toml"
FAVOUR = ["--ties", "favour-speaker"]


def test_an_equilibrium_is_certified(run: Run) -> None:
    ran = run("dynamics", FILMS, *FAVOUR, "--start", "truth", "--json")
    assert ran.code == 0
    (record,) = ran.records
    assert (record["ending"], record["moves"], record["cycle_from"]) == ("equilibrium", [], None)
    assert record["settings"] == {
        "start": "truth",
        "ties": "favour-speaker",
        "step": "0",
        "order": "round-robin",
        "seed": 1,
    }
    assert record["yardsticks"] == {
        "epsilon": "1/5",
        "no_information": "1/3",
        "team": "1",
        "optimum": "1",
        "paper_bound": "3/5",
        "certified_bound": "1",
        "at_rest": "3/5",
        "equilibrium_values": [["1", "1"]],
        "alone": dict.fromkeys(CHANNELS, "1/3"),
        "alone_at_most": dict.fromkeys(CHANNELS, "1/3"),
    }
    said = "an equilibrium gives the best-ai user 1, if ties favour the speaker, by the rules"
    kernel = str(record["kernel"])
    assert kernel.startswith("accepted: 'Film night with") and said in kernel
    assert run("check", record["certificate"], record["played"]).out.strip() == kernel
    assert "game: the certificate is for" in run("check", record["certificate"], FILMS).out


CHANNELS = ("thriller channel", "comedy channel", "documentary channel")

COACHES = """format = 1
title = "Two coaches, one of whom does not care what she does of two things"
states = ["b", "c"]
actions = ["a", "b", "c"]
prior = { b = "1/2", c = "1/2" }
[user.utility]
a = { b = 0, c = 0 }
b = { b = 1, c = -1 }
c = { b = -1, c = 1 }
[[agents]]
name = "idle"
[agents.utility]
a = { b = 1, c = 1 }
b = { b = 1, c = 1 }
c = { b = 1, c = 1 }
[[agents]]
name = "lazy"
[agents.utility]
a = { b = 1, c = 1 }
b = { b = 0, c = 0 }
c = { b = 0, c = 0 }
[claim]
gamma = "1/8"
"""


def test_what_the_best_agent_alone_gives_her_is_a_range_and_gamma_is_said(
    run: Run, tmp_path: Path
) -> None:
    """The idle one is content with silence, worth 0 to her, and with the truth, worth 1."""
    (tmp_path / "coaches.toml").write_text(COACHES, encoding="utf-8")
    ran = run("dynamics", str(tmp_path / "coaches.toml"), *FAVOUR)
    assert "  best agent alone        0 to 1 (idle)\n" in ran.out
    assert "  equilibria       up to gains of 1/8 (0.125)\n" in ran.out


@pytest.mark.slow
def test_a_cycle_is_printed(run: Run, tmp_path: Path) -> None:
    ran = run("dynamics", FILMS, *FAVOUR, "--figure", "course.svg")
    assert ran.code == 3
    assert (
        "a cycle of 3 moves, from move 6 on; in it she gets 1/3" in ran.out
        and "kernel" not in ran.out
    )
    assert (tmp_path / "course.svg").read_text(encoding="utf-8").startswith("<?xml")
    (record,) = run("dynamics", FILMS, *FAVOUR, "--json").records
    moves = record["moves"]
    assert isinstance(moves, list) and record["cycle_from"] == 5 and len(moves) == 8
    assert moves[4]["selected"] == moves[7]["selected"] and moves[4]["offers"] == moves[7]["offers"]


def test_the_budget_is_no_answer(run: Run) -> None:
    ran = run("dynamics", FILMS, *FAVOUR, "--step", "1/1000", "--moves", "60")
    assert (
        ran.code == 3
        and "the budget of 60 moves is spent" in ran.out
        and "... 20 moves more" in ran.out
    )


def test_same_seed_same_bytes(run: Run) -> None:
    words = [
        "dynamics",
        FILMS,
        *FAVOUR,
        "--start",
        "random",
        "--order",
        "random",
        "--step",
        "1/20",
        "--json",
    ]
    assert run(*words).out == run(*words).out
    assert run(*words, "--seed", 2).out != run(*words).out


def test_the_tie_rule_is_favour_speaker_and_that_is_said(run: Run, tmp_path: Path) -> None:
    """Under the default of instances, any, there need be no best response."""
    asked, usual = (run("dynamics", FILMS, *words).out for words in (FAVOUR, []))
    told = (
        "  played with ties = favour-speaker, not the instance's any, under which an agent need not"
        " have a best response\n"
    )
    assert told not in asked and usual.replace(told, "") == asked
    game = tmp_path / "film.toml"
    game.write_text(write(replace(load(FILMS), ties=Ties.FAVOUR_SPEAKER)), encoding="utf-8")
    assert "played with" not in run("dynamics", game).out


def test_one_agent(run: Run) -> None:
    ran = run("dynamics", INSTANCES / "classics/prosecutor.toml", *FAVOUR)
    assert ran.code == 0 and "kernel, if all offer it: accepted" in ran.out


def test_agents_who_see_different_things_need_not_be_certified(tmp_path: Path) -> None:
    """The only agent who sees something wins; the other cannot offer the same, so nothing is
    certified.
    """
    game = replace(load(FILMS), ties=Ties.FAVOUR_SPEAKER)
    first, second = game.agents[:2]
    blind = Agent(second.name, second.utility, (game.agent_observations,))
    contest = compete(replace(game, agents=(first, blind)), "truth", keep=tmp_path)
    assert contest.reply is None and contest.certificate is None


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([*FAVOUR, "--step", "-1"], "--step -1: expected a nonnegative rational"),
        ([*FAVOUR, "--figure", "x.bmp"], "expected a name that ends in .svg, .png or .pdf"),
        (["--ties", "order"], "is not 'favour-speaker'"),
    ],
)
def test_what_cannot_be_asked(words: list[str], message: str, run: Run) -> None:
    ran = run("dynamics", FILMS, *words)
    assert ran.code == 2 and message in ran.err


def test_from_python(tmp_path: Path) -> None:
    game = replace(load(FILMS), ties=Ties.FAVOUR_SPEAKER)
    contest = compete(game, "truth")
    assert contest.certified and contest.certificate is None and contest.instance is None
    kept = compete(game, "truth", keep=tmp_path, stem="films")
    assert kept.instance == tmp_path / "films.dynamics.toml" and kept.instance.read_text(
        encoding="utf-8"
    ) == write(game)
    rising = compete(game, step=Fraction(1, 20), order_seed=3)
    assert rising.reply is None or rising.certified
