"""A second opinion on linear programs, from z3: another algorithm and arithmetic, no shared code.

De Moura and Bjorner, Z3: an efficient SMT solver, 2008; Bjorner, Phan and Fleckenstein, nuZ: an
optimizing SMT solver, 2015. z3 is imported when the first opinion is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verifier.deadline import milliseconds_left
from verifier.errors import SolverError
from verifier.solve import exact
from verifier.solve.program import (
    Answer,
    Goal,
    Infeasible,
    Key,
    Number,
    Optimal,
    Program,
    Row,
    Sense,
)

WORK = 20_000_000
"""z3's own measure of work (rlimit) for one question: the same input, the same answer, however fast
the machine.
"""


@dataclass(frozen=True)
class Optimum:
    """The exact optimal value that z3 found."""

    value: Fraction


@dataclass(frozen=True)
class Unsatisfiable:
    """A program without a feasible point, or sets without a hitting set, by z3's proof."""


@dataclass(frozen=True)
class NoLimit:
    """The objective of a program improves without end, as z3 found."""


@dataclass(frozen=True)
class GaveUp:
    """A question that z3 gave up on, for the reason it states: nothing is known of the answer."""

    reason: str


Opinion = Optimum | Unsatisfiable | NoLimit | GaveUp


def solve(program: Program, *, seconds: float = 10) -> Opinion:
    """The opinion of z3 about a linear program, within a time limit."""
    import z3

    context = z3.Context()
    optimiser = z3.Optimize(ctx=context)
    optimiser.set("timeout", milliseconds_left(seconds))
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
        return Unsatisfiable()
    if verdict == z3.unknown:
        return GaveUp(optimiser.reason_unknown())
    return _optimum(objective, program.goal)


def _optimum(objective: Any, goal: Goal) -> Opinion:
    """The wanted end of the objective's range; z3 states it as infinity * a + b + epsilon * c."""
    end = objective.lower_values() if goal is Goal.MINIMISE else objective.upper_values()
    infinite, value, infinitesimal = (_fraction(part) for part in end)
    if infinite:
        return NoLimit()
    if infinitesimal:
        return GaveUp(f"z3 states the optimum only up to an infinitesimal: {objective}")
    return Optimum(value)


def _fraction(numeral: Any) -> Fraction:
    """A numeral of z3 as a fraction, by its text: integers and ratios have different methods."""
    return Fraction(numeral.as_string())


def _constraint(row: Row, variables: Mapping[Key, Any], context: Any) -> Any:
    left, right = _sum(row.coefficients, variables, context), _numeral(row.bound, context)
    if row.sense is Sense.EQUAL:
        return left == right
    return left >= right if row.sense is Sense.AT_LEAST else left <= right


def _sum(coefficients: Mapping[Key, Number], variables: Mapping[Key, Any], context: Any) -> Any:
    import z3

    terms = [
        _numeral(entry, context) * variables[key] for key, entry in coefficients.items() if entry
    ]
    return z3.Sum(_numeral(Fraction(0), context), *terms)


def _numeral(value: Number, context: Any) -> Any:
    import z3

    return z3.RealVal(str(value), context)


def cross_check(program: Program, answer: Answer, *, seconds: float = 10) -> Opinion:
    """The opinion of z3 on a program that has this answer; `GaveUp` says nothing about it.

    Raises SolverError when z3 decides the program otherwise: a defect of one of the two.
    """
    opinion = solve(program, seconds=seconds)
    if not isinstance(opinion, GaveUp) and opinion != _expected(answer):
        raise SolverError(f"z3 says {opinion}, the exact solver says {_expected(answer)}")
    return opinion


def _expected(answer: Answer) -> Opinion:
    if isinstance(answer, Optimal):
        return Optimum(answer.value)
    return Unsatisfiable() if isinstance(answer, Infeasible) else NoLimit()


class CrossCheck:
    """The exact solver, with z3 as a second opinion on every program; both counts are kept.

    z3 has given the same answer to `agreed` of `programs`, and gave up on the others.
    """

    def __init__(self) -> None:
        self.programs = self.agreed = 0

    def __call__(self, program: Program) -> Answer:
        """The answer of the exact solver. Raises SolverError where z3 has another."""
        answer = exact.solve(program)
        self.programs += 1
        self.agreed += not isinstance(cross_check(program, answer), GaveUp)
        return answer


@dataclass(frozen=True)
class HittingSet:
    """A set with a member in each of the given sets."""

    members: frozenset[int]


def hitting_set(
    sets: Sequence[Collection[int]], size: int, work: int = WORK
) -> HittingSet | Unsatisfiable | GaveUp:
    """A set of at most `size` elements that meets all `sets`, or z3's proof that there is none.

    `GaveUp` where it takes more than `work`.

    >>> hitting_set([{1, 2}, {2, 3}], 1)
    HittingSet(members=frozenset({2}))
    >>> hitting_set([{1}, {2}], 1)
    Unsatisfiable()
    """
    import z3

    context = z3.Context()
    solver = z3.SolverFor("QF_FD", ctx=context)
    solver.set("rlimit", work)
    if (left := milliseconds_left()) is not None:
        solver.set("timeout", left)
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
        return GaveUp(solver.reason_unknown())
    if verdict == z3.unsat:
        return Unsatisfiable()
    model = solver.model()
    return HittingSet(frozenset(n for n, choice in chosen.items() if z3.is_true(model[choice])))
