"""z3's opinions: each kind, their disagreement, and giving up."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from tests.solve.programs import DIET, ENDLESS, IMPOSSIBLE
from verifier.errors import SolverError
from verifier.solve.hull import hull_program
from verifier.solve.points import Mixture
from verifier.solve.program import Goal, Infeasible, Optimal, Program, Sense, Unbounded
from verifier.solve.smt import GaveUp, NoLimit, Optimum, Unsatisfiable, cross_check, solve


def test_each_opinion() -> None:
    assert solve(DIET) == Optimum(Fraction(9))
    assert solve(IMPOSSIBLE) == Unsatisfiable()
    assert solve(ENDLESS) == NoLimit()


def test_values_that_are_ratios_and_integers() -> None:
    for bound in (Fraction(7), Fraction(-22, 7), Fraction(10) ** 40 / 3):
        for goal, sense in [(Goal.MINIMISE, Sense.AT_LEAST), (Goal.MAXIMISE, Sense.AT_MOST)]:
            program = Program(goal)
            program.column("x", 1, free=True)
            program.row("r", {"x": Fraction(1)}, sense, bound)
            assert solve(program) == Optimum(bound)


def test_empty_programs() -> None:
    assert solve(Program(Goal.MINIMISE)) == Optimum(Fraction(0))
    impossible = Program(Goal.MAXIMISE)
    impossible.row("r", {}, Sense.EQUAL, 1)
    assert solve(impossible) == Unsatisfiable()


def test_a_time_limit_is_no_verdict() -> None:
    draw = random.Random(1)
    columns = [[draw.randint(0, 100) for _ in range(150)] for _ in range(13)]
    program = hull_program(columns[0], columns[1:], [0] * 150, Mixture.SIMPLEX)
    assert isinstance(solve(program, seconds=0.01), GaveUp)


def test_agreement_returns_the_opinion() -> None:
    assert cross_check(DIET, Optimal(Fraction(9), {}, {})) == Optimum(Fraction(9))
    assert cross_check(IMPOSSIBLE, Infeasible({})) == Unsatisfiable()
    assert cross_check(ENDLESS, Unbounded({}, {})) == NoLimit()


def test_disagreement_is_an_error() -> None:
    for program in (DIET, IMPOSSIBLE, ENDLESS):
        with pytest.raises(SolverError, match=r"z3 says .* exact solver says"):
            cross_check(program, Optimal(Fraction(91, 10), {}, {}))
    with pytest.raises(SolverError):
        cross_check(ENDLESS, Infeasible({}))


def test_giving_up_confirms_nothing_and_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.solve.smt.solve", lambda *_, **__: GaveUp("timeout"))
    assert cross_check(DIET, Infeasible({})) == GaveUp("timeout")
