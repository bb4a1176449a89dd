"""A second opinion on linear programs, from z3: another algorithm, another arithmetic, no code in
common.

De Moura and Bjorner, Z3: an efficient SMT solver, 2008; Bjorner, Phan and Fleckenstein, nuZ: an
optimizing SMT solver, 2015. z3 is imported when the first opinion is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.errors import SolverError
from verifier.solve import exact
from verifier.solve.program import Answer, Goal, Infeasible, Key, Optimal, Program, Row, Sense


@dataclass(frozen=True)
class Optimum:
    """z3 found the exact optimal value."""

    value: Fraction


@dataclass(frozen=True)
class NoPoint:
    """z3 found that no point satisfies the rows."""


@dataclass(frozen=True)
class NoLimit:
    """z3 found that the objective improves without end."""


@dataclass(frozen=True)
class Unknown:
    """z3 gave up, for the reason it states (such as the time limit): this says nothing about the
    program.
    """

    reason: str


Opinion = Optimum | NoPoint | NoLimit | Unknown


def solve(program: Program, *, seconds: float = 10) -> Opinion:
    """What z3 says about the program, within a time limit."""
    import z3

    context = z3.Context()
    optimiser = z3.Optimize(ctx=context)
    optimiser.set("timeout", max(1, round(seconds * 1000)))
    variables = {key: z3.Real(f"x{number}", context) for number, key in enumerate(program.costs)}
    optimiser.add(
        *(variable >= 0 for key, variable in variables.items() if key not in program.free)
    )
    optimiser.add(*(_constraint(row, variables, context) for row in program.rows.values()))
    cost = _sum(program.costs, variables, context)
    objective = (
        optimiser.minimize(cost) if program.goal is Goal.MINIMISE else optimiser.maximize(cost)
    )
    verdict = optimiser.check()
    if verdict == z3.unsat:
        return NoPoint()
    if verdict == z3.unknown:
        return Unknown(optimiser.reason_unknown())
    return _optimum(objective, program.goal)


def _optimum(objective: Any, goal: Goal) -> Opinion:
    """Read the end of the objective's range that is wanted: z3 states it as infinity * a + b +
    epsilon * c.
    """
    end = objective.lower_values() if goal is Goal.MINIMISE else objective.upper_values()
    infinite, value, infinitesimal = (_fraction(part) for part in end)
    if infinite:
        return NoLimit()
    if infinitesimal:
        return Unknown(f"z3 states the optimum only up to an infinitesimal: {objective}")
    return Optimum(value)


def _fraction(numeral: Any) -> Fraction:
    """z3's numerals come as integers or as ratios, with different methods but the same text."""
    return Fraction(numeral.as_string())


def _constraint(row: Row, variables: Mapping[Key, Any], context: Any) -> Any:
    left, right = _sum(row.coefficients, variables, context), _numeral(row.bound, context)
    if row.sense is Sense.EQUAL:
        return left == right
    return left >= right if row.sense is Sense.AT_LEAST else left <= right


def _sum(coefficients: Mapping[Key, Fraction], variables: Mapping[Key, Any], context: Any) -> Any:
    import z3

    terms = [
        _numeral(entry, context) * variables[key] for key, entry in coefficients.items() if entry
    ]
    return z3.Sum(_numeral(Fraction(0), context), *terms)


def _numeral(value: Fraction, context: Any) -> Any:
    import z3

    return z3.RealVal(str(value), context)


def cross_check(program: Program, answer: Answer, *, seconds: float = 10) -> Opinion:
    """Ask z3 the same question and return its opinion; `Unknown` neither confirms nor refutes.

    Raises SolverError when z3 decides the program otherwise: a defect of one of the two. theory.md
    8.
    """
    opinion = solve(program, seconds=seconds)
    if not isinstance(opinion, Unknown) and opinion != _expected(answer):
        raise SolverError(f"z3 says {opinion}, the exact solver says {_expected(answer)}")
    return opinion


def _expected(answer: Answer) -> Opinion:
    if isinstance(answer, Optimal):
        return Optimum(answer.value)
    return NoPoint() if isinstance(answer, Infeasible) else NoLimit()


WORK = 20_000_000
"""z3's own measure of work (rlimit) for one question: the same input, the same answer, however fast
the machine.
"""


@dataclass(frozen=True)
class Hits:
    """These elements meet every set."""

    members: frozenset[int]


def hitting_set(
    sets: Sequence[Collection[int]], size: int, work: int = WORK
) -> Hits | NoPoint | Unknown:
    """At most `size` elements that meet all `sets`; or z3's proof that there are none; or the
    reason why it gave up.

    >>> hitting_set([{1, 2}, {2, 3}], 1)
    Hits(members=frozenset({2}))
    >>> hitting_set([{1}, {2}], 1)
    NoPoint()
    """
    import z3

    context = z3.Context()
    solver = z3.SolverFor("QF_FD", ctx=context)
    solver.set("rlimit", work)
    chosen = {n: z3.Bool(f"x{n}", context) for n in sorted(set().union(*sets))}
    solver.add(
        *(
            z3.Or([chosen[n] for n in sorted(members)] or [z3.BoolVal(False, context)])
            for members in sets
        )
    )
    if chosen:
        solver.add(z3.PbLe([(choice, 1) for choice in chosen.values()], size))
    verdict = solver.check()
    if verdict == z3.unknown:
        return Unknown(solver.reason_unknown())
    if verdict == z3.unsat:
        return NoPoint()
    model = solver.model()
    return Hits(frozenset(n for n, choice in chosen.items() if z3.is_true(model[choice])))


def solve_and_cross_check(program: Program) -> Answer:
    """The answer of the exact solver, after z3 has answered the same program again.

    A program that z3 gives up on is logged as a warning. Raises SolverError where the two disagree.
    """
    answer = exact.solve(program)
    opinion = cross_check(program, answer)
    if isinstance(opinion, Unknown):
        logging.getLogger(__name__).warning(
            "z3 has not answered a linear program: %s", opinion.reason
        )
    return answer
