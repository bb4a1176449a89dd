"""Exact linear programming: floats propose, exact arithmetic decides, answers are checked.

`solve` turns a `Program` into integers, starts the exact simplex method from the basis that HiGHS
proposes (from one at hand when the program is tiny), and then checks the answer against the program
itself, using none of the solver's own numbers. Applegate, Cook, Dash and Espinoza, Exact solutions
to linear programming problems, 2007; theory.md 8.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from verifier.errors import SolverError
from verifier.solve.basis import ending_from
from verifier.solve.highs import propose
from verifier.solve.program import Answer, Goal, Infeasible, Key, Optimal, Program, Sense, Unbounded
from verifier.solve.simplex import (
    Combination,
    Ending,
    FarkasRay,
    Form,
    Kind,
    UnboundedRay,
    crash_basis,
    optimise,
)

SMALL = 1500
"""Rows times columns up to which a tableau from a basis at hand is quicker than a proposal, the
import of HiGHS counted.
"""


def solve(program: Program) -> Answer:
    """A linear program has the returned optimum, or the returned proof shows that it has none.

    The answer has passed `check_answer`. Raises SolverError if it fails that check: a defect of
    this package, never a property of the program. theory.md 8.2.
    """
    scaled_program = scaled(program)
    answer = scaled_program.answer(_ending(scaled_program.form))
    check_answer(program, answer)
    return answer


def _ending(form: Form) -> Ending:
    if len(form.bounds) * len(form.columns) <= SMALL:
        return optimise(form, crash_basis(form))
    return ending_from(form, propose(form))


@dataclass(frozen=True)
class ScaledProgram:
    """A program in integers, with what it takes to read an ending in the program's own terms."""

    program: Program
    form: Form
    row_scales: dict[Key, int]
    """Each row of the form is its program row times this; negative on >= rows, so that every
    inequality is <=.
    """
    cost_scale: int

    def answer(self, ending: Ending) -> Answer:
        """The ending in the keys, units and sign conventions of the program."""
        if isinstance(ending, FarkasRay):
            return Infeasible(self._rows(ending.multipliers, 1))
        point = self._columns(ending.point)
        if isinstance(ending, UnboundedRay):
            return Unbounded(point, self._columns(ending.direction))
        value = sum(
            (cost * point[key] for key, cost in self.program.costs.items() if cost), Fraction(0)
        )
        return Optimal(value, point, self._rows(ending.multipliers, self.cost_scale))

    def _columns(self, values: Combination) -> dict[Key, Fraction]:
        rows = len(self.row_scales)
        numerators, denominator = values.numerators, values.denominator
        return {
            key: Fraction(numerators.get(variable, 0), denominator)
            for variable, key in enumerate(self.program.costs, start=rows)
        }

    def _rows(self, values: Combination, scale: int) -> dict[Key, Fraction]:
        numerators, denominator = values.numerators, values.denominator * scale
        return {
            key: Fraction(numerators.get(row, 0) * row_scale, denominator)
            for row, (key, row_scale) in enumerate(self.row_scales.items())
        }


def scaled(program: Program) -> ScaledProgram:
    """The program in integers: no denominators, every row an equation or <=, and minimised."""
    numbers = {key: number for number, key in enumerate(program.costs)}
    columns: tuple[dict[int, int], ...] = tuple({} for _ in numbers)
    scales: dict[Key, int] = {}
    bounds: list[int] = []
    for number, (key, row) in enumerate(program.rows.items()):
        scale = _common_denominator([row.bound, *row.coefficients.values()])
        scales[key] = -scale if row.sense is Sense.AT_LEAST else scale
        bounds.append(int(row.bound * scales[key]))
        for name, entry in row.coefficients.items():
            if entry:
                columns[numbers[name]][number] = entry.numerator * (
                    scales[key] // entry.denominator
                )
    cost_scale = _common_denominator(program.costs.values()) * (
        1 if program.goal is Goal.MINIMISE else -1
    )
    costs = tuple(int(cost * cost_scale) for cost in program.costs.values())
    return ScaledProgram(
        program, Form(columns, costs, tuple(bounds), _kinds(program)), scales, cost_scale
    )


def _kinds(program: Program) -> tuple[Kind, ...]:
    logicals = (
        Kind.FIXED if row.sense is Sense.EQUAL else Kind.NONNEGATIVE
        for row in program.rows.values()
    )
    return (
        *logicals,
        *(Kind.FREE if key in program.free else Kind.NONNEGATIVE for key in program.costs),
    )


def _common_denominator(values: Iterable[Fraction]) -> int:
    return lcm(*(value.denominator for value in values))


def check_answer(program: Program, answer: Answer) -> None:
    """An answer is checked against the program alone, by the conditions of `solve.program`.

    Raises SolverError naming the first condition that fails.
    """
    if isinstance(answer, Optimal):
        _check_point(program, answer.primal)
        _check_multipliers(program, answer.dual, program.costs, program.goal)
        _require(
            _total(program.costs, answer.primal) == answer.value,
            "the point does not cost the stated value",
        )
        _require(
            _bound(program, answer.dual) == answer.value,
            "the multipliers do not prove the stated value",
        )
    elif isinstance(answer, Infeasible):
        _check_multipliers(program, answer.ray, {}, Goal.MINIMISE)
        _require(_bound(program, answer.ray) > 0, "the Farkas ray proves nothing")
    else:
        _check_point(program, answer.point)
        _check_direction(program, answer.direction)


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise SolverError(f"the exact solver's answer failed its own check: {complaint}")


def _total(coefficients: Mapping[Key, Fraction], point: Mapping[Key, Fraction]) -> Fraction:
    """The exact sum of products, over one denominator so that nothing is reduced on the way."""
    present = [(entry, point[key]) for key, entry in coefficients.items() if entry and point[key]]
    left = _common_denominator(entry for entry, _ in present)
    right = _common_denominator(value for _, value in present)
    products = (
        entry.numerator
        * (left // entry.denominator)
        * (value.numerator * (right // value.denominator))
        for entry, value in present
    )
    return Fraction(sum(products), left * right)


def _bound(program: Program, multipliers: Mapping[Key, Fraction]) -> Fraction:
    return _total({key: row.bound for key, row in program.rows.items()}, multipliers)


def _check_nonnegative(program: Program, values: Mapping[Key, Fraction], what: str) -> None:
    _require(values.keys() == program.costs.keys(), f"{what} does not name every column once")
    for key, value in values.items():
        _require(value >= 0 or key in program.free, f"{what} has {value} at {key!r}")


def _check_point(program: Program, point: Mapping[Key, Fraction]) -> None:
    _check_nonnegative(program, point, "the point")
    for key, row in program.rows.items():
        left = _total(row.coefficients, point)
        _require(
            _meets(left, row.sense, row.bound),
            f"row {key!r}: {left} {row.sense} {row.bound} does not hold",
        )


def _check_direction(program: Program, direction: Mapping[Key, Fraction]) -> None:
    _check_nonnegative(program, direction, "the direction")
    for key, row in program.rows.items():
        left = _total(row.coefficients, direction)
        _require(_meets(left, row.sense, Fraction(0)), f"the direction leaves row {key!r}")
    rate = _total(program.costs, direction)
    _require(
        rate < 0 if program.goal is Goal.MINIMISE else rate > 0,
        "the direction does not improve the objective",
    )


def _meets(left: Fraction, sense: Sense, right: Fraction) -> bool:
    if sense is Sense.EQUAL:
        return left == right
    return left >= right if sense is Sense.AT_LEAST else left <= right


def _check_multipliers(
    program: Program, multipliers: Mapping[Key, Fraction], costs: Mapping[Key, Fraction], goal: Goal
) -> None:
    """Multipliers have the right signs, and no column's cost minus its priced entries is below 0.

    For a maximisation it is not above 0; for a free column it is 0.
    """
    _require(
        multipliers.keys() == program.rows.keys(), "the multipliers do not name every row once"
    )
    way = 1 if goal is Goal.MINIMISE else -1
    entries: dict[Key, dict[Key, Fraction]] = {key: {} for key in program.costs}
    for key, row in program.rows.items():
        sign = multipliers[key] * way
        allowed = row.sense is Sense.EQUAL or (
            sign >= 0 if row.sense is Sense.AT_LEAST else sign <= 0
        )
        _require(allowed, f"the multiplier {multipliers[key]} of row {key!r} has the wrong sign")
        if multipliers[key]:
            for name, entry in row.coefficients.items():
                entries[name][key] = entry
    for name, column in entries.items():
        reduced = way * (costs.get(name, Fraction(0)) - _total(column, multipliers))
        _require(
            reduced == 0 if name in program.free else reduced >= 0,
            f"column {name!r} is priced at {-reduced}",
        )
