"""What a proposed basis proves, by solving with it a few times: no tableau, and no pivots.

A basis that floats propose is nearly always the last one. It is optimal if the point B^-1 b and the
multipliers c_B B^-1 are as they should be; where a basic variable has a forbidden value, its row of
B^-1 may be a Farkas ray (Chvatal, Linear Programming, 1983). Linear systems are solved by
python-flint in integers, on the open rows only: those whose logical is nonbasic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from flint import fmpq_mat, fmpz_mat

from verifier.solve.simplex import (
    Combination,
    Ending,
    FarkasRay,
    Form,
    Kind,
    OptimalBasis,
    optimise,
)


def ending_from(form: Form, start: Sequence[int]) -> Ending:
    """The exact ending on this form: what `start` proves, or else the simplex method from there."""
    return proved_by(form, start) or optimise(form, start)


def proved_by(form: Form, start: Iterable[int]) -> OptimalBasis | FarkasRay | None:
    """The ending that these basic variables prove; None if they prove none, or are no basis."""
    basis = _Basis(form, start)
    if not basis.regular():
        return None
    point = basis.point()
    forbidden = _forbidden(form, point)
    if not forbidden:
        multipliers = basis.multipliers({v: form.cost(v) for v in basis.inside})
        optimal = _allows(form, multipliers, form.costs)
        return OptimalBasis(basis.variables, point, multipliers, 0) if optimal else None
    nothing = [0] * len(form.columns)
    for variable in forbidden:
        way = 1 if point.numerators[variable] > 0 else -1
        ray = basis.multipliers({variable: way})
        if _allows(form, ray, nothing):
            return FarkasRay(ray, 0)
    return None


class _Basis:
    """A basis B by its open rows and the columns inside it: the rest of B is the identity."""

    def __init__(self, form: Form, start: Iterable[int]) -> None:
        members, rows = set(start), len(form.bounds)
        self.form, self.variables = form, tuple(sorted(members))
        self.open = [row for row in range(rows) if row not in members]
        self.inside = [v for v in self.variables if v >= rows]
        self.core = [[form.columns[v - rows].get(row, 0) for v in self.inside] for row in self.open]

    def regular(self) -> bool:
        """Whether the variables are as many as the rows, and independent."""
        size = len(self.inside)
        return len(self.open) == size and (not size or _matrix(self.core).rank() == size)

    def point(self) -> Combination:
        """The values B^-1 b of the basic variables."""
        bounds = self.form.bounds
        solution, denominator = _solved(self.core, [bounds[row] for row in self.open])
        values = {v: bounds[v] * denominator for v in self.variables if v < len(bounds)}
        for variable, value in zip(self.inside, solution, strict=True):
            for row, entry in self.form.entries(variable).items() if value else ():
                if row in values:
                    values[row] -= entry * value
        return Combination(values | dict(zip(self.inside, solution, strict=True)), denominator)

    def multipliers(self, wanted: Mapping[int, int]) -> Combination:
        """The y with y B_v = wanted[v] for every basic v, where what is not listed is 0."""
        rows = len(self.form.bounds)
        given = {v: value for v, value in wanted.items() if v < rows}
        right = [
            wanted.get(v, 0)
            - sum(value * self.form.entries(v).get(row, 0) for row, value in given.items())
            for v in self.inside
        ]
        solution, denominator = _solved([list(c) for c in zip(*self.core, strict=True)], right)
        found = dict(zip(self.open, solution, strict=True))
        return Combination(
            found | {row: value * denominator for row, value in given.items()}, denominator
        )


def _matrix(rows: Sequence[Sequence[int]]) -> fmpz_mat:
    return fmpz_mat(len(rows), len(rows[0]), [entry for row in rows for entry in row])


def _solved(matrix: Sequence[Sequence[int]], right: Sequence[int]) -> tuple[list[int], int]:
    """The solution of a regular system: integers over one positive denominator."""
    if not right:
        return [], 1
    solution = _matrix(matrix).solve(fmpz_mat(len(right), 1, right))
    numerators, denominator = cast(fmpq_mat, solution).numer_denom()
    return [int(entry) for entry in numerators.entries()], int(denominator)


def _forbidden(form: Form, point: Combination) -> list[int]:
    """The basic variables whose value their kind forbids, the furthest off first."""
    off = {
        v: abs(value)
        for v, value in point.numerators.items()
        if (value < 0 and form.kinds[v] is not Kind.FREE) or (value and form.kinds[v] is Kind.FIXED)
    }
    return sorted(off, key=lambda v: off[v], reverse=True)


def _allows(form: Form, multipliers: Combination, costs: Sequence[int]) -> bool:
    """Whether no variable's cost minus its priced entries says that its move would pay."""
    y, rows = multipliers.numerators, len(form.bounds)
    for row, kind in enumerate(form.kinds[:rows]):
        if kind is Kind.NONNEGATIVE and y.get(row, 0) > 0:
            return False
    for column, cost, kind in zip(form.columns, costs, form.kinds[rows:], strict=True):
        charged = sum(y[row] * entry for row, entry in column.items() if row in y)
        reduced = cost * multipliers.denominator - charged
        if reduced < 0 or (reduced and kind is Kind.FREE):
            return False
    return True
