"""Hulls, frontiers and value lines: exact numbers, and no more claimed than the kernel accepted."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games
from tests.shipped import FILES, verified
from verifier.explain.picture import frontier, hull, value_line
from verifier.game.model import Game
from verifier.solve.effort import Effort
from verifier.solve.exact import solve
from verifier.solve.program import Sense
from verifier.theory.alignment import alignment
from verifier.theory.deviations.deviation import deviation_program
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.persuasion import column_payoffs, optimum_of, user_strategies
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

REFUTED = INSTANCES / "counterexamples" / "learning_alphabet.toml"
VOTER = INSTANCES / "guarantees" / "voter.toml"


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(games())
def test_the_hull_is_as_far_as_the_alignment_says(game: Game) -> None:
    found = alignment(game).simplex
    drawn = hull.picture(game, found)
    assume(drawn is not None)
    assert drawn is not None
    assert drawn.separates == (found.epsilon > 0)
    assert drawn.user[0] - drawn.mixture[0] == found.epsilon
    assert (
        all(drawn.user[0] - point[0] >= found.epsilon for point in drawn.agents.values())
        or not drawn.separates
    )
    assert sum(drawn.across.values()) == 0
    assert sum(mass * drawn.up.get(pair, 0) for pair, mass in drawn.across.items()) == 0
    assert set(drawn.outline) <= set(drawn.agents.values())


def test_the_outline_leaves_out_what_lies_inside_or_between() -> None:
    square = [(Fraction(x), Fraction(y)) for x in (0, 1, 2) for y in (0, 1, 2)]
    assert hull.outline(square) == tuple(
        (Fraction(x), Fraction(y)) for x, y in [(0, 0), (2, 0), (2, 2), (0, 2)]
    )


SELECTING = games(
    max_states=3,
    max_actions=3,
    min_agents=2,
    max_agents=2,
    rich=True,
    silent=True,
    max_rounds=1,
    claims=False,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SELECTING, st.integers(0, 12))
def test_a_frontier_is_what_the_program_gives_at_every_floor(game: Game, part: int) -> None:
    report = examine(game, [Guarantee.BEST_AI])
    drawn = frontier.picture(report, report.findings[Guarantee.BEST_AI], Verdict.OPEN)
    assert drawn is not None
    assert sum(len(curve.agents) for curve in drawn.curves) == len(game.agents)
    curves = Frontiers(game, Effort())
    subproblems = {
        subproblem.agent.name: (n, subproblem) for n, subproblem in enumerate(curves.subproblems)
    }
    for curve in drawn.curves:
        slopes = [(w - v) / (b - a) for (a, v), (b, w) in pairwise(curve.breakpoints)]
        assert slopes == sorted(set(slopes), reverse=True)
        assert all(slope <= 0 for slope in slopes)
        low, high = curve.breakpoints[0][0], curve.breakpoints[-1][0]
        floor = low + (high - low) * Fraction(part, 12)
        for name in curve.agents:
            n, subproblem = subproblems[name]
            followed = user_strategies(game, subproblem, curves.dominated[n])
            program = deviation_program(
                game,
                subproblem,
                followed,
                Effort(),
                worst_duplicates=curves.worst_duplicates,
                floor_price=Fraction(0),
            )
            program.row(
                "floor",
                column_payoffs(subproblem, followed, subproblem.user_payoff, Effort()),
                Sense.AT_LEAST,
                floor / game.grain,  # programs are in integers over the grain
            )
            assert optimum_of(solve(program)).value * game.grain == curve(floor)


def test_the_frontiers_of_the_voter() -> None:
    found = verified(VOTER)
    kept = found.guarantees["best-ai"]
    drawn = frontier.picture(found.report, kept.finding, kept.verdict)
    assert drawn is not None
    quarter, eighth = Fraction(1, 4), Fraction(1, 8)
    assert drawn.normalised
    assert [v for v, _ in drawn.curves[0].breakpoints] == [0, eighth, quarter]
    assert drawn.levels == {
        "in every equilibrium": quarter,
        "worst equilibrium found": quarter,
        "TEAM": quarter,
    }
    assert all(0 <= drawn.height(c, value) <= 1 for c in drawn.curves for _, value in c.breakpoints)
    assert "share" in drawn.alt


@pytest.mark.parametrize("name", ["bayes", "quantal"])
def test_only_who_picks_the_best_ai_has_frontiers(name: str) -> None:
    found = verified(VOTER)
    kept = found.guarantees[name]
    assert frontier.picture(found.report, kept.finding, kept.verdict) is None


def test_alike_frontiers_are_one_curve() -> None:
    found = verified(INSTANCES / "classics" / "two_prosecutors.toml")
    kept = found.guarantees["best-ai"]
    drawn = frontier.picture(found.report, kept.finding, kept.verdict)
    assert drawn is not None
    assert [curve.agents for curve in drawn.curves] == [("first prosecutor", "second prosecutor")]
    assert not drawn.normalised


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_value_line_says_no_more_than_the_kernel(path: Path) -> None:
    found = verified(path)
    for kept in found.guarantees.values():
        line = value_line.picture(found.report, kept.finding, kept.verdict)
        labels = [mark.label for mark in line.marks]
        assert ("in every equilibrium" in labels) == (
            kept.verdict in (Verdict.PROVED, Verdict.VACUOUS)
        )
        assert ("verifier's bound" in labels) == (kept.verdict in (Verdict.REFUTED, Verdict.OPEN))
        exhibited = kept.finding.equilibrium is not None
        assert ("worst equilibrium found" in labels) == (
            exhibited and kept.verdict in (Verdict.PROVED, Verdict.REFUTED)
        )
        assert ("verifier's equilibrium" in labels) == (exhibited and kept.verdict is Verdict.OPEN)
        assert [mark.value for mark in line.marks] == sorted(mark.value for mark in line.marks)
        assert (line.shortfall is not None) == (kept.verdict is Verdict.REFUTED)


def test_what_the_kernel_rejects_is_the_verifiers_word() -> None:
    found = verified(REFUTED)
    finding = found.guarantees["bayes"].finding
    line = value_line.picture(found.report, finding, Verdict.REFUTED)
    assert line.shortfall is not None and line.shortfall.value == Fraction(1, 3)
    rejected = value_line.picture(found.report, finding, Verdict.OPEN)
    assert rejected.shortfall is None
    assert "the kernel has not checked" in rejected.alt
    assert "worst equilibrium found" not in value_line.draw(rejected)
