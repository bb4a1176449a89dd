"""A third opinion on linear programs: modelled with PuLP and solved by COIN-OR's CBC, in floats.

CBC proposes, exact arithmetic decides: the point that it finds is rounded to small fractions, which
must satisfy the program's rows exactly and cost exactly the value that `exact.solve` proves.
"""

from __future__ import annotations

from fractions import Fraction

import pulp
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.solve.programs import check_feasible, cost
from verifier.solve import exact
from verifier.solve.program import Goal, Infeasible, Key, Optimal, Program, Sense

DENOMINATOR = 10_000
"""More than any determinant of three columns of entries up to 3: a vertex has no larger one."""


FAR = 10**9
"""Where optima have no end CBC goes to 10^10, and floats have no digits left for the rows there."""


@st.composite
def integer_programs(draw: st.DrawFn) -> Program:
    """At most three columns and four rows of integers from -3 to 3: floats are reliable there.

    Only bounds are 0: PuLP drops rows and columns that are.
    """
    number = st.sampled_from([-3, -2, -1, 1, 2, 3]).map(Fraction)
    bound = st.integers(-3, 3).map(Fraction)
    program = Program(draw(st.sampled_from(Goal)))
    for name in range(draw(st.integers(1, 3))):
        program.column(("x", name), draw(number), free=draw(st.booleans()))
    for name in range(draw(st.integers(1, 4))):
        row = {key: draw(number) for key in program.costs}
        program.row(("row", name), row, draw(st.sampled_from(Sense)), draw(bound))
    return program


def modelled(program: Program) -> tuple[pulp.LpProblem, dict[Key, pulp.LpVariable]]:
    """The program as a researcher would write it with PuLP."""
    sense = pulp.LpMinimize if program.goal is Goal.MINIMISE else pulp.LpMaximize
    problem = pulp.LpProblem("program", sense)
    variables = {
        key: problem.add_variable(f"x{n}", None if key in program.free else 0)
        for n, key in enumerate(program.costs)
    }
    problem += pulp.lpSum(int(price) * variables[key] for key, price in program.costs.items())
    for row in program.rows.values():
        left = pulp.lpSum(int(entry) * variables[key] for key, entry in row.coefficients.items())
        bound = int(row.bound)
        if row.sense is Sense.EQUAL:
            problem += left == bound
        else:
            problem += left >= bound if row.sense is Sense.AT_LEAST else left <= bound
    return problem, variables


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")  # pyproject.toml: pulp < 4
@settings(max_examples=60, deadline=None)
@given(program=integer_programs())
def test_cbc_proposes_what_the_exact_solver_proves(program: Program) -> None:
    answer = exact.solve(program)
    problem, variables = modelled(program)
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    status = pulp.LpStatus[problem.status]
    if isinstance(answer, Optimal):
        assert status == "Optimal"
        assume(all(abs(variable.varValue) < FAR for variable in variables.values()))
        point = {key: near(variable) for key, variable in variables.items()}
        check_feasible(program, point)
        assert cost(program, point) == answer.value
    elif isinstance(answer, Infeasible):
        assert status == "Infeasible"
    else:  # CBC takes some unbounded programs for infeasible or solved, so it is asked otherwise
        better = 10**6 if program.goal is Goal.MAXIMISE else -(10**6)
        beyond = problem.objective >= better if better > 0 else problem.objective <= better
        problem.setObjective(pulp.LpAffineExpression())
        problem += beyond
        problem.solve(pulp.PULP_CBC_CMD(msg=False))
        assert pulp.LpStatus[problem.status] == "Optimal"


def near(variable: pulp.LpVariable) -> Fraction:
    """The simplest fraction near a variable's value; 0 for one that is in no row."""
    return Fraction(variable.varValue or 0.0).limit_denominator(DENOMINATOR)
