"""Programs refuse malformed columns and rows; strategies and a checker for other tests."""

from __future__ import annotations

from fractions import Fraction

import pytest

from verifier.solve.program import Goal, Program, Sense


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
