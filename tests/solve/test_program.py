"""Programs refuse malformed columns and rows; strategies and a checker for other tests."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.solve.programs import DIET
from verifier.solve.exact import solve
from verifier.solve.program import Goal, Optimal, Program, Sense


def test_a_column_is_declared_once() -> None:
    program = Program(Goal.MINIMISE)
    program.column("x", 3, free=True)
    assert program.costs == {"x": Fraction(3)} and program.free == {"x"}
    with pytest.raises(ValueError, match="'x' is declared twice"):
        program.column("x")


def test_a_row_is_declared_once_over_declared_columns() -> None:
    program = Program(Goal.MINIMISE)
    program.column("x")
    program.row("r", {"x": Fraction(1)}, Sense.AT_LEAST, 2)
    assert program.rows["r"].bound == Fraction(2)
    with pytest.raises(ValueError, match="'r' is declared twice"):
        program.row("r", {}, Sense.EQUAL)
    with pytest.raises(ValueError, match=r"undeclared columns .*'y'"):
        program.row("s", {"y": Fraction(1)}, Sense.EQUAL)


def test_a_program_that_is_included_keeps_its_rows_beside_others() -> None:
    """Two copies of one program cost twice as much; a third may not have the name of the first."""
    both = Program(DIET.goal)
    for name in ("mine", "yours"):
        both.include(name, DIET)
        for key, cost in DIET.costs.items():
            both.costs[name, key] = cost
    once, twice = solve(DIET), solve(both)
    assert isinstance(once, Optimal) and isinstance(twice, Optimal)
    assert twice.value == 2 * once.value
    assert [twice.primal[name, key] for name in ("mine", "yours") for key in DIET.costs] == [
        *once.primal.values()
    ] * 2
    with pytest.raises(ValueError, match="declared twice"):
        both.include("mine", DIET)
