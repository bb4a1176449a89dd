"""Exact linear programming: floats propose, exact arithmetic decides, answers are checked.

`solve` turns a `Program` into integers, tests the basis that HiGHS proposes and goes on from there
if need be (a small program is solved on a tableau at once), and then checks the answer against the
program itself, using none of the solver's own numbers. Applegate, Cook, Dash and Espinoza, Exact
solutions to linear programming problems, 2007; theory.md 8.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from math import gcd
from operator import mul

from verifier.numbers import integers
from verifier.solve.basis import ending_from
from verifier.solve.check import check_answer
from verifier.solve.highs import propose
from verifier.solve.program import (
    AT_LEAST,
    EQUAL,
    Answer,
    Goal,
    Infeasible,
    Key,
    Number,
    Optimal,
    Program,
    Unbounded,
)
from verifier.solve.simplex import (
    FIXED,
    FREE,
    NONNEGATIVE,
    Combination,
    Ending,
    FarkasRay,
    Form,
    Kind,
    UnboundedRay,
    crash_basis,
    optimise,
)

NOTHING = Fraction(0)

SMALL = 1500
"""Rows times columns up to which a tableau from a basis at hand is quicker than a proposal, the
import of HiGHS counted.
"""

LONG = 512
"""Bits of an entry from which it pays to look for what the entries of a row share: a game's grain
has the denominators of all its numbers, a row those of its own.
"""


def solve(program: Program) -> Answer:
    """A linear program has the returned optimum, or the returned proof shows that it has none.

    The answer has passed `check_answer`. Raises SolverError if it fails that check: a defect of
    this package, never a property of the program. theory.md 8.2.
    """
    scaled_program = scaled(program)
    answer = scaled_program.answer(ending(scaled_program.form))
    check_answer(program, answer)
    return answer


def ending(form: Form) -> Ending:
    """The exact ending on this form, by a tableau if it is small, else from what HiGHS proposes."""
    if len(form.bounds) * len(form.columns) <= SMALL:
        return optimise(form, crash_basis(form))
    return ending_from(form, propose(form))


@dataclass(frozen=True)
class ScaledProgram:
    """A program in integers, with what it takes to read an ending in the program's own terms."""

    program: Program
    form: Form
    row_scales: Mapping[Key, Number]
    """Each row of the form is its program row times this; negative on >= rows, so that every
    inequality is <=.
    """
    cost_scale: Number

    def answer(self, ending: Ending) -> Answer:
        """The ending in the keys, units and sign conventions of the program."""
        if isinstance(ending, FarkasRay):
            return Infeasible(self._rows(ending.multipliers, 1))
        point = self._columns(ending.point)
        if isinstance(ending, UnboundedRay):
            return Unbounded(point, self._columns(ending.direction))
        total = sum(map(mul, self.form.costs, self._numerators(ending.point)))
        value = Fraction(total, ending.point.denominator * self.cost_scale)
        return Optimal(value, point, self._rows(ending.multipliers, self.cost_scale))

    def _numerators(self, values: Combination) -> list[int]:
        rows, count = len(self.row_scales), len(self.form.columns)
        return [values.numerators.get(variable, 0) for variable in range(rows, rows + count)]

    def _columns(self, values: Combination) -> dict[Key, Fraction]:
        numerators, denominator = self._numerators(values), values.denominator
        return {
            key: Fraction(numerator, denominator) if numerator else NOTHING
            for key, numerator in zip(self.program.costs, numerators, strict=True)
        }

    def shortened(self) -> ScaledProgram:
        """The same program with every row, and the costs, divided by what their entries share."""
        columns, bounds = self.form.columns, self.form.bounds
        shared = list(bounds)
        for column in columns:
            for row, entry in column.items():
                shared[row] = gcd(shared[row], entry)
        shared = [abs(factor) or 1 for factor in shared]
        cost = gcd(*self.form.costs) or 1
        form = replace(
            self.form,
            columns=tuple([{r: entry // shared[r] for r, entry in c.items()} for c in columns]),
            costs=tuple([entry // cost for entry in self.form.costs]),
            bounds=tuple([bound // factor for bound, factor in zip(bounds, shared, strict=True)]),
        )
        scales = zip(self.row_scales.items(), shared, strict=True)
        row_scales = {key: Fraction(s) / factor for (key, s), factor in scales}
        return ScaledProgram(self.program, form, row_scales, Fraction(self.cost_scale) / cost)

    def _rows(self, values: Combination, scale: Number) -> dict[Key, Fraction]:
        numerators, denominator = values.numerators, values.denominator * scale
        return {
            key: Fraction(numerators[row] * row_scale, denominator)
            if numerators.get(row)
            else NOTHING
            for row, (key, row_scale) in enumerate(self.row_scales.items())
        }


def scaled(program: Program) -> ScaledProgram:
    """The program in integers: no denominators, every row an equation or <=, and minimised."""
    columns: list[dict[int, int]] = [{} for _ in program.costs]
    scales: dict[Key, int] = {}
    bounds: list[int] = []
    for number, (key, row) in enumerate(program.rows.items()):
        sign = -1 if row.sense is AT_LEAST else 1
        scales[key] = sign * row.scale
        bounds.append(sign * row.whole_bound)
        for place, entry in row.entries:
            columns[place][number] = sign * entry
    whole, unit = integers(program.costs.values())
    cost_scale = unit if program.goal is Goal.MINIMISE else -unit
    costs = whole if program.goal is Goal.MINIMISE else tuple([-cost for cost in whole])
    form = Form(tuple(columns), costs, tuple(bounds), _kinds(program))
    found = ScaledProgram(program, form, scales, cost_scale)
    entries = chain(costs, *[column.values() for column in columns])
    return found.shortened() if max(map(int.bit_length, entries), default=0) > LONG else found


def _kinds(program: Program) -> tuple[Kind, ...]:
    logicals = [FIXED if row.sense is EQUAL else NONNEGATIVE for row in program.rows.values()]
    columns = [FREE if key in program.free else NONNEGATIVE for key in program.costs]
    return (*logicals, *columns)
