"""Exact answers: they satisfy their certificates, z3 agrees, and no float reaches them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings

from tests.solve.programs import DIET, ENDLESS, FREE, IMPOSSIBLE, check, program, programs
from verifier.errors import SolverError
from verifier.solve import exact
from verifier.solve.basis import ending_from
from verifier.solve.check import check_answer
from verifier.solve.exact import scaled, solve
from verifier.solve.highs import propose
from verifier.solve.program import Answer, Goal, Infeasible, Key, Optimal, Program, Sense, Unbounded
from verifier.solve.simplex import crash_basis, optimise
from verifier.solve.smt import GaveUp, cross_check

F = Fraction


def test_known_optimum() -> None:
    assert solve(DIET) == Optimal(F(9), {"x": F(1), "y": F(3)}, {0: F(3, 2), 1: F(1, 2), 2: F(0)})


def test_known_farkas_ray() -> None:
    answer = solve(IMPOSSIBLE)
    assert isinstance(answer, Infeasible)
    assert answer.ray[0] > 0 and answer.ray[0] == -2 * answer.ray[1]


def test_known_direction() -> None:
    answer = solve(ENDLESS)
    assert isinstance(answer, Unbounded)
    assert answer.direction["x"] == answer.direction["y"] > 0


@given(case=programs())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_the_entries_of_rows_share_changes_no_answer(case: Program) -> None:
    shortened = scaled(case).shortened()
    answer = shortened.answer(optimise(shortened.form, crash_basis(shortened.form)))
    check(case, answer)
    expected = solve(case)
    assert type(answer) is type(expected)
    assert not isinstance(answer, Optimal) or answer.value == expected.value  # type: ignore[union-attr]


def test_numbers_over_a_long_common_denominator_are_solved_with_short_ones() -> None:
    """As with a game's grain: every number is a multiple of a unit that hardly any row needs."""
    unit = 3**400
    long = program(
        Goal.MINIMISE,
        {"x": 2 * unit, "y": 3 * unit},
        ({"x": 5 * unit, "y": unit}, Sense.AT_LEAST, 7 * unit),
    )
    form = scaled(long).form
    assert (form.costs, form.columns, form.bounds) == ((2, 3), ({0: -5}, {0: -1}), (-7,))
    assert solve(long) == Optimal(F(14, 5) * unit, {"x": F(7, 5), "y": F(0)}, {0: F(2, 5)})


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (program(Goal.MINIMISE, {}), Optimal(F(0), {}, {})),
        (program(Goal.MINIMISE, {}, ({}, Sense.AT_MOST, 1)), Optimal(F(0), {}, {0: F(0)})),
        (program(Goal.MAXIMISE, {}, ({}, Sense.AT_LEAST, 1)), Infeasible({0: F(1)})),
        (program(Goal.MINIMISE, {}, ({}, Sense.EQUAL, -2)), Infeasible({0: F(-2)})),
        (program(Goal.MINIMISE, {"x": 1}), Optimal(F(0), {"x": F(0)}, {})),
        (program(Goal.MAXIMISE, {"x": 1}), Unbounded({"x": F(0)}, {"x": F(1)})),
        (program(Goal.MINIMISE, {"X": 1}), Unbounded({"X": F(0)}, {"X": F(-1)})),
        (program(Goal.MINIMISE, {"X": 0}), Optimal(F(0), {"X": F(0)}, {})),
        (
            program(Goal.MINIMISE, {"X": 0}, ({"X": 0}, Sense.EQUAL, 0)),
            Optimal(F(0), {"X": F(0)}, {0: F(0)}),
        ),
    ],
)
@pytest.mark.parametrize("small", [-1, 10**9])
def test_empty_programs_rows_and_columns(
    case: Program, expected: Answer, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exact, "SMALL", small)
    answer = solve(case)
    check(case, answer)
    if isinstance(expected, Infeasible):  # rays are unique up to scale only
        assert isinstance(answer, Infeasible)
    else:
        assert answer == expected


def test_redundant_and_contradictory_equations() -> None:
    same = ({"x": 1, "Y": 2}, Sense.EQUAL, 3)
    twice = ({"x": 2, "Y": 4}, Sense.EQUAL, 6)
    answer = solve(program(Goal.MINIMISE, {"x": 1, "Y": 1}, same, twice, same))
    assert isinstance(answer, Optimal) and answer.value == F(3, 2)
    assert isinstance(
        solve(program(Goal.MINIMISE, {"x": 1, "Y": 1}, same, ({"x": 2, "Y": 4}, Sense.EQUAL, 7))),
        Infeasible,
    )


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(programs())
def test_answers_satisfy_their_certificates(case: Program) -> None:
    answer = solve(case)
    check(case, answer)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(programs())
def test_the_float_route_gives_the_same(case: Program) -> None:
    scaled_program = scaled(case)
    answer = scaled_program.answer(ending_from(scaled_program.form, propose(scaled_program.form)))
    check(case, answer)
    plain = solve(case)
    assert type(answer) is type(plain)
    if isinstance(answer, Optimal) and isinstance(plain, Optimal):
        assert answer.value == plain.value


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(programs(columns=4, rows=5))
def test_z3_agrees(case: Program) -> None:
    assert not isinstance(cross_check(case, solve(case)), GaveUp)


def nearly_equal_limits(order: tuple[int, ...]) -> Program:
    """Maximise x below limits that floats cannot tell apart; the least is 1."""
    case = Program(Goal.MAXIMISE)
    case.column("x", 1)
    for step in order:
        case.row(step, {"x": F(1)}, Sense.AT_MOST, 1 + F(step, 10**20))
    return case


def test_exact_pivots_finish_what_floats_cannot_see() -> None:
    pivots = []
    for order in permutations(range(4)):
        case = nearly_equal_limits(order)
        scaled_program = scaled(case)
        ending = ending_from(scaled_program.form, propose(scaled_program.form))
        assert scaled_program.answer(ending) == Optimal(
            F(1), {"x": F(1)}, {step: F(step == 0) for step in range(4)}
        )
        pivots.append(ending.pivots)
    assert sum(pivots) > 0


def test_infeasibility_below_float_resolution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "SMALL", -1)
    above, below = (
        ({"x": 1, "y": 1}, Sense.AT_LEAST, 1 + F(1, 10**30)),
        ({"x": 1, "y": 1}, Sense.AT_MOST, 1),
    )
    case = program(Goal.MINIMISE, {"x": 1, "y": 2}, above, below)
    answer = solve(case)
    assert isinstance(answer, Infeasible)
    check(case, answer)


def hilbert(size: int) -> Program:
    """The least sum of x with H x = H 1, x >= 0: only x = 1 fits, and H is singular to floats."""
    case = Program(Goal.MINIMISE)
    for j in range(size):
        case.column(j, 1)
    for i in range(size):
        row: dict[Key, Fraction] = {j: F(1, i + j + 1) for j in range(size)}
        case.row(i, row, Sense.EQUAL, sum(row.values()))
    return case


def test_hilbert_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "SMALL", -1)
    answer = solve(hilbert(14))
    assert isinstance(answer, Optimal)
    assert answer.primal == dict.fromkeys(range(14), F(1)) and answer.value == 14


def test_numbers_beyond_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "SMALL", -1)
    huge = F(10) ** 400
    row: dict[Key, Fraction] = {"x": huge, "y": F(1)}
    case = program(Goal.MAXIMISE, {"x": 1, "y": 1})
    case.row("huge", row, Sense.AT_MOST, huge**2)
    case.row("small", {"y": 1 / huge}, Sense.AT_MOST, 1)
    answer = solve(case)
    check(case, answer)
    assert isinstance(answer, Optimal) and answer.value == 2 * huge - 1


def test_highs_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    propose(scaled(DIET).form)
    assert capfd.readouterr().out == ""


def test_tiny_programs_import_no_float_library() -> None:
    script = (
        "import sys; from verifier.solve.exact import solve; from verifier.solve.program import"
        " Goal, Program;p = Program(Goal.MINIMISE); p.column('x'); solve(p);sys.exit(any(name in"
        " sys.modules for name in ('highspy', 'numpy', 'z3')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


OPTIMUM = Optimal(F(9), {"x": F(1), "y": F(3)}, {0: F(3, 2), 1: F(1, 2), 2: F(0)})


@pytest.mark.parametrize(
    ("case", "forged", "complaint"),
    [
        (DIET, replace(OPTIMUM, value=F(8)), "does not cost"),
        (DIET, replace(OPTIMUM, primal={"x": F(0), "y": F(9, 2)}), "row 1"),
        (DIET, replace(OPTIMUM, primal={"x": F(-1), "y": F(9)}), "has -1 at 'x'"),
        (DIET, replace(OPTIMUM, primal={"x": F(3)}), "every column"),
        (DIET, replace(OPTIMUM, primal={"x": F(3), "y": F(1)}), "does not cost"),
        (DIET, Optimal(F(12), {"x": F(4), "y": F(0)}, OPTIMUM.dual), "do not prove"),
        (DIET, replace(OPTIMUM, dual={0: F(3, 2), 1: F(1, 2), 2: F(1)}), "wrong sign"),
        (DIET, replace(OPTIMUM, dual={0: F(9, 4), 1: F(0), 2: F(0)}), "column 'y'"),
        (DIET, replace(OPTIMUM, dual={0: F(3, 2), 1: F(1, 2)}), "every row"),
        (FREE, Optimal(F(2), {"X": F(2)}, {0: F(1, 2)}), "column 'X'"),
        (FREE, Infeasible({0: F(1)}), "column 'X'"),
        (IMPOSSIBLE, Infeasible({0: F(2), 1: F(1)}), "wrong sign"),
        (IMPOSSIBLE, Infeasible({0: F(0), 1: F(0)}), "proves nothing"),
        (IMPOSSIBLE, Infeasible({0: F(3), 1: F(-1)}), "column 'x'"),
        (DIET, Infeasible({0: F(0), 1: F(0), 2: F(0)}), "proves nothing"),
        (ENDLESS, Unbounded({"x": F(2), "y": F(0)}, {"x": F(1), "y": F(1)}), "row 0"),
        (ENDLESS, Unbounded({"x": F(0), "y": F(0)}, {"x": F(1), "y": F(0)}), "leaves row 0"),
        (ENDLESS, Unbounded({"x": F(0), "y": F(0)}, {"x": F(0), "y": F(1)}), "does not improve"),
        (ENDLESS, Unbounded({"x": F(0), "y": F(0)}, {"x": F(0), "y": F(-1)}), "has -1 at 'y'"),
    ],
)
def test_forged_answers_are_refused(case: Program, forged: Answer, complaint: str) -> None:
    with pytest.raises(SolverError, match=complaint):
        check_answer(case, forged)


def test_a_broken_solver_cannot_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to another program is refused by the check inside solve."""
    ending = optimise(scaled(DIET).form, ())
    monkeypatch.setattr(exact, "optimise", lambda *_: ending)
    with pytest.raises(SolverError):
        solve(program(Goal.MAXIMISE, {"x": 3, "y": 2}, *[({"x": 1, "y": 1}, Sense.AT_MOST, 4)] * 3))


@given(case=programs())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_row_s_integers_are_its_numbers(case: Program) -> None:
    """Solver and check compute with these alone."""
    for row in case.rows.values():
        stated = {case.numbers[key]: F(value) for key, value in row.coefficients.items() if value}
        assert {place: F(entry, row.scale) for place, entry in row.entries} == stated
        assert F(row.whole_bound, row.scale) == row.bound
