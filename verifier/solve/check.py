"""Answers of linear programs are checked against the program alone, in integers.

Nothing of the solver's is used: no basis, no tableau, no scaled program. theory.md 8.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

from verifier.errors import SolverError
from verifier.solve.program import (
    Answer,
    Goal,
    Infeasible,
    Key,
    Number,
    Optimal,
    Program,
    Sense,
)


def check_answer(program: Program, answer: Answer) -> None:
    """An answer is checked by the conditions that `solve.program` states.

    Raises SolverError naming the first condition that fails.
    """
    if isinstance(answer, Optimal):
        point, multipliers = _Whole(answer.primal), _Whole(answer.dual)
        _check_point(program, point)
        _check_multipliers(program, multipliers, program.costs, program.goal)
        if point.total(program.costs) != answer.value * point.unit:
            raise _failure("the point does not cost the stated value")
        if multipliers.total(_bounds(program)) != answer.value * multipliers.unit:
            raise _failure("the multipliers do not prove the stated value")
    elif isinstance(answer, Infeasible):
        ray = _Whole(answer.ray)
        _check_multipliers(program, ray, {}, Goal.MINIMISE)
        if ray.total(_bounds(program)) <= 0:
            raise _failure("the Farkas ray proves nothing")
    else:
        _check_point(program, _Whole(answer.point))
        _check_direction(program, _Whole(answer.direction))


class _Whole:
    """Rationals by key, those that are not 0 in integers over one positive denominator."""

    def __init__(self, values: Mapping[Key, Fraction]) -> None:
        self.keys = values.keys()
        self.unit = lcm(*[value.denominator for value in values.values()])
        self.numerators = {
            key: value.numerator * (self.unit // value.denominator)
            for key, value in values.items()
            if value
        }

    def total(self, coefficients: Mapping[Key, Number]) -> Number:
        """The sum of coefficients times values, times `unit`."""
        values = self.numerators
        return sum([entry * values[key] for key, entry in coefficients.items() if key in values])


def _failure(complaint: str) -> SolverError:
    return SolverError(f"the exact solver's answer failed its own check: {complaint}")


def _bounds(program: Program) -> dict[Key, Number]:
    return {key: row.bound for key, row in program.rows.items()}


def _check_signs(program: Program, values: _Whole, what: str) -> None:
    if values.keys != program.costs.keys():
        raise _failure(f"{what} does not name every column once")
    for key, value in values.numerators.items():
        if value < 0 and key not in program.free:
            raise _failure(f"{what} has {Fraction(value, values.unit)} at {key!r}")


def _check_point(program: Program, point: _Whole) -> None:
    _check_signs(program, point, "the point")
    for key, row in program.rows.items():
        left = point.total(row.coefficients)
        if not _meets(left, row.sense, row.bound * point.unit):
            value = Fraction(left) / point.unit
            raise _failure(f"row {key!r}: {value} {row.sense} {row.bound} does not hold")


def _check_direction(program: Program, direction: _Whole) -> None:
    _check_signs(program, direction, "the direction")
    for key, row in program.rows.items():
        if not _meets(direction.total(row.coefficients), row.sense, 0):
            raise _failure(f"the direction leaves row {key!r}")
    rate = direction.total(program.costs)
    if not (rate < 0 if program.goal is Goal.MINIMISE else rate > 0):
        raise _failure("the direction does not improve the objective")


def _meets(left: Number, sense: Sense, right: Number) -> bool:
    if sense is Sense.EQUAL:
        return left == right
    return left >= right if sense is Sense.AT_LEAST else left <= right


def _check_multipliers(
    program: Program, multipliers: _Whole, costs: Mapping[Key, Number], goal: Goal
) -> None:
    """Multipliers have the right signs, and no column's cost minus its priced entries is below 0.

    For a maximisation it is not above 0; for a free column it is 0.
    """
    if multipliers.keys != program.rows.keys():
        raise _failure("the multipliers do not name every row once")
    way = 1 if goal is Goal.MINIMISE else -1
    prices: dict[Key, Number] = dict.fromkeys(program.costs, 0)
    for key, multiplier in multipliers.numerators.items():
        row, sign = program.rows[key], multiplier * way
        if row.sense is not Sense.EQUAL and not _meets(sign, row.sense, 0):
            value = Fraction(multiplier, multipliers.unit)
            raise _failure(f"the multiplier {value} of row {key!r} has the wrong sign")
        for name, entry in row.coefficients.items():
            prices[name] += entry * multiplier
    for name, price in prices.items():
        reduced = way * (costs.get(name, 0) * multipliers.unit - price)
        if reduced < 0 or (reduced and name in program.free):
            raise _failure(f"column {name!r} is priced at {Fraction(-reduced) / multipliers.unit}")
