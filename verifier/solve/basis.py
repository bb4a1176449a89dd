"""What a proposed basis proves, by solving with it a few times: no tableau, and no pivots.

A basis that floats propose is nearly always the last one. It is optimal if the point B^-1 b and the
multipliers c_B B^-1 are as they should be; where a basic variable has a forbidden value, its row of
B^-1 may be a Farkas ray (Chvatal, Linear Programming, 1983). Linear systems are solved by
python-flint in integers, block by block, on the open rows only: those whose logical is nonbasic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, cast

from verifier.numbers import integers
from verifier.solve.simplex import (
    Combination,
    Ending,
    FarkasRay,
    Form,
    Kind,
    OptimalBasis,
    optimise,
)
from verifier.solve.triangular import Block, blocks

if TYPE_CHECKING:
    from flint import fmpq_mat, fmpz_mat


def ending_from(form: Form, start: Sequence[int]) -> Ending:
    """The exact ending on this form: what `start` proves, or else the simplex method from there."""
    return proved_by(form, start) or optimise(form, start)


def proved_by(form: Form, start: Iterable[int]) -> OptimalBasis | FarkasRay | None:
    """The ending that these basic variables prove; None if they prove none, or are no basis."""
    basis = _Basis(form, start)
    if len(basis.open) != len(basis.inside):
        return None
    try:
        point = basis.point()
    except ZeroDivisionError:  # not independent
        return None
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

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the open rows and the columns inside.

        Raises ZeroDivisionError where these are not independent.
        """
        rows = set(self.open)
        return blocks({v: [r for r in self.form.entries(v) if r in rows] for v in self.inside})

    def point(self) -> Combination:
        """The values B^-1 b of the basic variables: blocks first, then what they leave."""
        left = {row: Fraction(bound) for row, bound in enumerate(self.form.bounds)}
        values: dict[int, Fraction] = {}
        for rows, columns in self.blocks:
            matrix = _matrix(self.form, rows, columns)
            solution = _solved(matrix, [left[r] for r in rows])
            values |= dict(zip(columns, solution, strict=True))
            for row, taken in self._taken(columns, solution).items():
                left[row] -= taken
        return _combination(values | {v: left[v] for v in self.variables if v < len(left)})

    def _taken(self, columns: Sequence[int], values: Sequence[Fraction]) -> dict[int, Fraction]:
        """What these columns at these values contribute to each row."""
        numerators, unit = integers(values)
        total: dict[int, int] = {}
        for variable, value in zip(columns, numerators, strict=True):
            for row, entry in self.form.entries(variable).items() if value else ():
                total[row] = total.get(row, 0) + entry * value
        return {row: Fraction(value, unit) for row, value in total.items()}

    def multipliers(self, wanted: Mapping[int, int]) -> Combination:
        """The y with y B_v = wanted[v] for every basic v, where what is not listed is 0."""
        rows = len(self.form.bounds)
        found = {v: Fraction(value) for v, value in wanted.items() if v < rows}
        for own, columns in reversed(self.blocks):
            matrix = _matrix(self.form, own, columns).transpose()
            right = [wanted.get(v, 0) - self._priced(v, found) for v in columns]
            found |= dict(zip(own, _solved(matrix, right), strict=True))
        return _combination(found)

    def _priced(self, variable: int, multipliers: Mapping[int, Fraction]) -> Fraction:
        entries = self.form.entries(variable).items()
        return sum((multipliers[r] * e for r, e in entries if multipliers.get(r)), Fraction(0))


def _matrix(form: Form, rows: Sequence[int], columns: Sequence[int]) -> fmpz_mat:
    """The entries of these variables in these rows."""
    from flint import fmpz_mat

    width, places = len(columns), {row: n for n, row in enumerate(rows)}
    entries = [0] * (len(rows) * width)
    for j, variable in enumerate(columns):
        for row, entry in form.entries(variable).items():
            if row in places:
                entries[places[row] * width + j] = entry
    return fmpz_mat(len(rows), width, entries)


def _solved(matrix: fmpz_mat, right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a system; raises ZeroDivisionError where the matrix is singular."""
    if not right:
        return []
    from flint import fmpz_mat

    whole, unit = integers(right)
    solution = cast("fmpq_mat", matrix.solve(fmpz_mat(len(right), 1, whole)))
    numerators, denominator = solution.numer_denom()
    below = int(denominator) * unit
    return [Fraction(int(above), below) for above in numerators.entries()]


def _combination(values: Mapping[int, Fraction]) -> Combination:
    numerators, denominator = integers(values.values())
    return Combination(dict(zip(values, numerators, strict=True)), denominator)


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
