"""The exact simplex method reaches the same ending from every start, by pivots that are made."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solve.programs import check, programs
from verifier.solve import simplex
from verifier.solve.exact import scaled
from verifier.solve.program import Goal, Infeasible, Optimal, Program, Sense, Unbounded
from verifier.solve.simplex import (
    FarkasRay,
    Form,
    Kind,
    OptimalBasis,
    UnboundedRay,
    crash_basis,
    optimise,
)

NONNEGATIVE, FREE, FIXED = Kind.NONNEGATIVE, Kind.FREE, Kind.FIXED


def slacks(form: Form) -> range:
    """The logicals of all rows: always a basis."""
    return range(len(form.bounds))


def test_a_known_optimum() -> None:
    """Maximising 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18 gives 36 at (2, 6).

    Hillier and Lieberman, Wyndor Glass.
    """
    form = Form(({0: 1, 2: 3}, {1: 2, 2: 2}), (-3, -5), (4, 12, 18), (NONNEGATIVE,) * 5)
    ending = optimise(form, slacks(form))
    assert isinstance(ending, OptimalBasis)
    values = {v: Fraction(n, ending.point.denominator) for v, n in ending.point.numerators.items()}
    assert values == {0: 2, 3: 2, 4: 6}
    duals = {
        row: Fraction(n, ending.multipliers.denominator)
        for row, n in ending.multipliers.numerators.items()
    }
    assert duals == {1: Fraction(-3, 2), 2: -1}
    assert ending.pivots == 2


def test_every_start_of_every_size_ends_the_same() -> None:
    """Singular, too small, too large and infeasible subsets of the variables are starts, too."""
    form = Form(
        ({0: 1, 1: 1}, {0: 1, 1: 2}, {0: 2, 1: 3}),
        (2, 3, 5),
        (4, 5),
        (FIXED, NONNEGATIVE, *[NONNEGATIVE] * 3),
    )
    endings = [optimise(form, start) for size in range(6) for start in combinations(range(5), size)]
    assert all(isinstance(ending, OptimalBasis) for ending in endings)
    values = set()
    for ending in endings:
        assert isinstance(ending, OptimalBasis)
        total = sum(form.cost(v) * n for v, n in ending.point.numerators.items())
        values.add(Fraction(total, ending.point.denominator))
    assert values == {Fraction(8)}
    assert any(ending.pivots for ending in endings) and not all(ending.pivots for ending in endings)


@pytest.mark.parametrize("patience", [-1, 0, 10])
def test_beales_degenerate_example_ends(patience: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of Beale, Cycling in the dual simplex algorithm, 1955, ends.

    The smallest-index rule is used at once, soon and after a while.
    """
    monkeypatch.setattr(simplex, "PATIENCE", patience)
    # Beale's rows (1/4, -8, -1, 9), (1/2, -12, -1/2, 3) and x3 <= 1, cleared of fractions.
    columns = ({0: 1, 1: 1}, {0: -32, 1: -24}, {0: -4, 1: -1, 2: 1}, {0: 36, 1: 6})
    form = Form(columns, (-3, 80, -2, 24), (0, 0, 1), (NONNEGATIVE,) * 7)
    ending = optimise(form, slacks(form))
    assert isinstance(ending, OptimalBasis)
    assert (
        sum(form.cost(v) * n for v, n in ending.point.numerators.items())
        == -5 * ending.point.denominator
    )


def test_a_nonbasic_free_variable_moves_both_ways() -> None:
    for cost, bound in [(1, -3), (-1, 3)]:
        form = Form(({0: -cost},), (cost,), (abs(bound),), (NONNEGATIVE, FREE))
        ending = optimise(form, slacks(form))
        assert isinstance(ending, OptimalBasis)
        assert ending.point.numerators == {1: bound * ending.point.denominator}


def test_a_fixed_logical_blocks_every_move() -> None:
    """x - y = 0 holds along the whole way, so that x cannot rise alone."""
    form = Form(({0: 1}, {0: -1}), (-2, 1), (0,), (FIXED, NONNEGATIVE, NONNEGATIVE))
    ending = optimise(form, slacks(form))
    assert isinstance(ending, UnboundedRay)
    assert ending.direction.numerators[1] == ending.direction.numerators[2] > 0


def test_contradictory_equations_give_multipliers() -> None:
    form = Form(({0: 1, 1: 2},), (0,), (1, 3), (FIXED, FIXED, FREE))
    ending = optimise(form, slacks(form))
    assert isinstance(ending, FarkasRay)
    y = ending.multipliers.numerators
    assert y.get(0, 0) + 2 * y.get(1, 0) == 0 and y.get(0, 0) + 3 * y.get(1, 0) > 0


def test_nothing_at_all() -> None:
    empty = Form((), (), (), ())
    assert optimise(empty, ()) == OptimalBasis(
        (), simplex.Combination({}, 1), simplex.Combination({}, 1), 0
    )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(programs(), st.data())
def test_any_proposed_basis_is_repaired(program: Program, data: st.DataObject) -> None:
    """Wrong proposals are finished by pivots, with the same verdict and value as the slacks."""
    scaled_program = scaled(program)
    variables = st.integers(0, max(0, len(scaled_program.form.kinds) - 1))
    start = data.draw(st.sets(variables)) if scaled_program.form.kinds else set()
    found = scaled_program.answer(optimise(scaled_program.form, start))
    check(program, found)
    plain = scaled_program.answer(optimise(scaled_program.form, slacks(scaled_program.form)))
    assert type(found) is type(plain)
    if isinstance(found, Optimal) and isinstance(plain, Optimal):
        assert found.value == plain.value


def test_wrong_proposals_cost_pivots() -> None:
    """From each vertex of a cube cut off at a corner, only the optimal one needs no pivot."""
    program = Program(Goal.MAXIMISE)
    for name in "xyz":
        program.column(name, 1)
    for name in "xyz":
        program.row(name, {name: Fraction(1)}, Sense.AT_MOST, 1)
    program.row("corner", {name: Fraction(1) for name in "xyz"}, Sense.AT_MOST, Fraction(5, 2))
    form = scaled(program).form
    pivots = [optimise(form, start).pivots for start in combinations(range(7), 4)]
    assert pivots.count(0) >= 1 and sum(count > 0 for count in pivots) >= 20


def test_all_three_endings_are_reached_from_an_infeasible_start() -> None:
    """The dual method mends the start, with the costs and without, or proves that nothing can."""
    reached = set()
    for cost, sense, bound in [
        (1, Sense.AT_LEAST, 2),
        (-1, Sense.AT_LEAST, 2),
        (1, Sense.AT_MOST, -2),
    ]:
        program = Program(Goal.MINIMISE)
        program.column("x", cost)
        program.row("r", {"x": Fraction(1)}, sense, bound)
        scaled_program = scaled(program)
        ending = optimise(scaled_program.form, slacks(scaled_program.form))
        assert (ending.pivots > 0) is (bound > 0)
        check(program, scaled_program.answer(ending))
        reached.add(type(scaled_program.answer(ending)))
    assert reached == {Optimal, Unbounded, Infeasible}


def test_the_crash_basis_of_a_program_over_signals_is_feasible_at_once() -> None:
    """Equations x0 + x1 = 1, x2 + x3 = 1 and -x0 + x1 - x2 + 2 x3 <= 0: x0 and x2 serve them."""
    free = [Kind.NONNEGATIVE] * 4
    form = Form(
        ({0: 1, 2: -1}, {0: 1, 2: 1}, {1: 1, 2: -1}, {1: 1, 2: 2}),
        (3, 1, 2, 1),
        (1, 1, 0),
        (Kind.FIXED, Kind.FIXED, Kind.NONNEGATIVE, *free),
    )
    assert crash_basis(form) == (3, 5, 2)
    crashed, slack = optimise(form, crash_basis(form)), optimise(form, slacks(form))
    assert isinstance(crashed, OptimalBasis) and isinstance(slack, OptimalBasis)
    assert crashed.pivots < slack.pivots
    assert form_value(form, crashed) == form_value(form, slack)


def form_value(form: Form, ending: OptimalBasis) -> Fraction:
    total = sum(form.cost(v) * n for v, n in ending.point.numerators.items())
    return Fraction(total, ending.point.denominator)
