"""A proposed basis proves an ending or nothing, and what it proves the simplex method finds too."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solve.programs import DIET, IMPOSSIBLE, check, programs
from verifier.solve import smt
from verifier.solve.basis import ending_from, proved_by
from verifier.solve.exact import scaled
from verifier.solve.highs import propose
from verifier.solve.program import Optimal, Program
from verifier.solve.simplex import FarkasRay, OptimalBasis, crash_basis, optimise


def test_the_optimal_basis_alone_proves_the_optimum() -> None:
    """x + y >= 4 and 3x + y >= 6 are tight, x <= 9 is not: its logical and both columns are in."""
    form = scaled(DIET).form
    proved = {b: proved_by(form, b) for size in range(6) for b in combinations(range(5), size)}
    assert [b for b, ending in proved.items() if ending is not None] == [(2, 3, 4)]
    assert isinstance(proved[2, 3, 4], OptimalBasis)


def test_a_row_of_the_inverse_proves_that_nothing_is_feasible() -> None:
    scaled_program = scaled(IMPOSSIBLE)
    rays = [proved_by(scaled_program.form, basis) for basis in [(0, 1), (0, 2), (1, 2)]]
    assert [type(ray) for ray in rays] == [type(None), FarkasRay, FarkasRay]
    for ray in rays[1:]:
        assert isinstance(ray, FarkasRay)
        check(IMPOSSIBLE, scaled_program.answer(ray))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(programs(), st.data())
def test_what_any_variables_prove_is_true(program: Program, data: st.DataObject) -> None:
    scaled_program = scaled(program)
    variables = range(len(scaled_program.form.kinds))
    start = data.draw(st.sets(st.sampled_from(variables))) if variables else set()
    ending = proved_by(scaled_program.form, start)
    if ending is not None:
        check(program, scaled_program.answer(ending))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(programs(columns=9, rows=12))
def test_tableau_proposal_and_z3_agree(program: Program) -> None:
    """Degenerate, infeasible and unbounded programs among them; every ray is checked exactly."""
    scaled_program = scaled(program)
    form = scaled_program.form
    answers = [
        scaled_program.answer(ending)
        for ending in (
            optimise(form, range(len(form.bounds))),
            optimise(form, crash_basis(form)),
            ending_from(form, propose(form)),
        )
    ]
    for answer in answers:
        check(program, answer)
    assert len({type(answer) for answer in answers}) == 1
    values = {answer.value for answer in answers if isinstance(answer, Optimal)}
    assert len(values) <= 1 and all(isinstance(value, Fraction) for value in values)
    assert not isinstance(smt.cross_check(program, answers[0]), smt.GaveUp)
