"""The simplex method in exact integers, started from any basis.

A `Form` states a program as `minimise c x subject to A x + s = b`, with one logical variable s_i
per row. Every variable is nonnegative, free or fixed at zero, so every nonbasic variable is 0 and a
basis alone determines the point. Variables are numbered: the logical of row i is i, column j of A
is `len(bounds) + j`.

Infeasible bases are repaired with one artificial column q = B v, where v holds the infeasible basic
values, up to scale: some z > 0 is then feasible, and minimising z either removes it or proves that
nothing is feasible. Dantzig's rule chooses the entering variable; after a run of degenerate steps
it is the smallest-index rule, which cannot cycle (Bland, New finite pivoting rules for the simplex
method, 1977).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import cast

from flint import fmpq_mat, fmpz_mat

from verifier.errors import SolverError

PATIENCE = 10
"""Degenerate steps in a row after which the smallest-index rule takes over, until the objective
moves again.
"""


class Kind(Enum):
    """The values that a variable may take."""

    NONNEGATIVE = "nonnegative"
    FREE = "free"
    FIXED = "fixed at zero"


@dataclass(frozen=True)
class Form:
    """A program in integers: minimise sum costs x subject to A x + s = bounds.

    `columns[j]` maps the numbers of rows to the entries of column j of A.
    """

    columns: tuple[dict[int, int], ...]
    costs: tuple[int, ...]
    bounds: tuple[int, ...]
    kinds: tuple[Kind, ...]
    """One per variable: the logicals in row order, then the columns."""

    def entries(self, variable: int) -> dict[int, int]:
        """The variable's column of the matrix [I A]."""
        rows = len(self.bounds)
        return {variable: 1} if variable < rows else self.columns[variable - rows]

    def cost(self, variable: int) -> int:
        """The variable's cost; logicals cost nothing."""
        rows = len(self.bounds)
        return 0 if variable < rows else self.costs[variable - rows]


@dataclass(frozen=True)
class Combination:
    """Exact rationals by variable or row over one positive denominator; what is not listed is 0."""

    numerators: dict[int, int]
    denominator: int


@dataclass(frozen=True)
class OptimalBasis:
    """An optimal basis, its point (by variable) and its multipliers (by row)."""

    basis: tuple[int, ...]
    point: Combination
    multipliers: Combination
    pivots: int


@dataclass(frozen=True)
class FarkasRay:
    """Multipliers y prove that no point is feasible: y b > 0 >= y A x for every allowed x."""

    multipliers: Combination
    pivots: int


@dataclass(frozen=True)
class UnboundedRay:
    """The objective falls without end from a point along a direction (both by variable)."""

    point: Combination
    direction: Combination
    pivots: int


Ending = OptimalBasis | FarkasRay | UnboundedRay


@dataclass(frozen=True)
class Pivot:
    """An entering variable, with the rates at which the basic variables decrease as it moves."""

    entering: int
    rates: Combination


def crash_basis(form: Form) -> tuple[int, ...]:
    """A basis of logicals, with a column for each equation that one serves and no inequality minds.

    Such a column moves its equation towards its bound, is in no other equation, and only loosens
    inequalities; with one for every equation the basis is feasible at once, as full revelation is
    for a program over signals.
    """
    rows, kinds = len(form.bounds), form.kinds
    found: dict[int, int] = {}
    for place, column in enumerate(form.columns):
        equations = [row for row in column if kinds[row] is Kind.FIXED]
        if (
            len(equations) != 1
            or equations[0] in found
            or kinds[rows + place] is not Kind.NONNEGATIVE
        ):
            continue
        row = equations[0]
        towards = form.bounds[row] * column[row] > 0
        if towards and all(entry <= 0 for other, entry in column.items() if other != row):
            found[row] = rows + place
    return tuple(found.get(row, row) for row in range(rows))


def optimise(form: Form, start: Iterable[int]) -> Ending:
    """The exact ending of the simplex method on this form, from the variables in `start`.

    `start` may be any set of variables: feasible or not, a basis or not.
    """
    basis = _independent(form, start)
    point = _point(form, basis)
    spent = 0
    if _infeasible(form, point, basis):
        repaired = _repair(form, basis, point)
        if isinstance(repaired, FarkasRay):
            return repaired
        basis, spent = repaired.basis, repaired.pivots
        point = _point(form, basis)
    ending = _descend(form, basis, point)
    return replace(ending, pivots=ending.pivots + spent)


def _split(form: Form, basis: Iterable[int]) -> tuple[list[int], list[int]]:
    """The rows whose logical is nonbasic, and the basic columns: B without its identity part."""
    rows = len(form.bounds)
    members = set(basis)
    return [row for row in range(rows) if row not in members], sorted(
        v for v in members if v >= rows
    )


def _core(form: Form, open_rows: Sequence[int], inside: Sequence[int]) -> fmpz_mat:
    columns = [form.entries(variable) for variable in inside]
    return fmpz_mat(
        len(open_rows), len(inside), [column.get(row, 0) for row in open_rows for column in columns]
    )


def _independent(form: Form, start: Iterable[int]) -> tuple[int, ...]:
    """A basis that keeps as many columns of `start` as are independent on its open rows."""
    open_rows, inside = _split(form, start)
    core = _core(form, open_rows, inside)
    size = len(inside)
    if len(open_rows) != size or (size and core.rank() < size):
        inside, open_rows = (
            _independent_columns(core, inside),
            _independent_columns(core.transpose(), open_rows),
        )
    closed = set(open_rows)
    return tuple(row for row in range(len(form.bounds)) if row not in closed) + tuple(inside)


def _independent_columns(matrix: fmpz_mat, names: Sequence[int]) -> list[int]:
    """The names of the matrix columns that are independent of the columns before them."""
    if not matrix.nrows() or not matrix.ncols():
        return []
    reduced, _, rank = matrix.rref()
    return [
        names[next(j for j in range(matrix.ncols()) if reduced[i, j] != 0)] for i in range(rank)
    ]


def _solve(matrix: fmpz_mat, right: Sequence[int]) -> tuple[list[int], int]:
    """The solution of a nonsingular system: integers over one positive denominator."""
    if not right:
        return [], 1
    solution, denominator = cast(
        fmpq_mat, matrix.solve(fmpz_mat(len(right), 1, right))
    ).numer_denom()
    return [int(entry) for entry in solution.entries()], int(denominator)


def _expand(form: Form, basis: Sequence[int], right: dict[int, int]) -> Combination:
    """The product B^-1 right by basic variable: first columns on the open rows, then logicals."""
    open_rows, inside = _split(form, basis)
    solution, denominator = _solve(
        _core(form, open_rows, inside), [right.get(row, 0) for row in open_rows]
    )
    remainder = {row: value * denominator for row, value in right.items()}
    for variable, value in zip(inside, solution, strict=True):
        if value:
            for row, entry in form.entries(variable).items():
                remainder[row] = remainder.get(row, 0) - entry * value
    rows = len(form.bounds)
    numerators = {variable: remainder.get(variable, 0) for variable in basis if variable < rows}
    return Combination(numerators | dict(zip(inside, solution, strict=True)), denominator)


def _point(form: Form, basis: Sequence[int]) -> Combination:
    return _expand(form, basis, dict(enumerate(form.bounds)))


def _multipliers(form: Form, basis: Sequence[int]) -> Combination:
    """The multipliers y with y B = c_B: only rows whose logical is nonbasic carry one."""
    open_rows, inside = _split(form, basis)
    transposed = _core(form, open_rows, inside).transpose()
    solution, denominator = _solve(transposed, [form.cost(variable) for variable in inside])
    return Combination(dict(zip(open_rows, solution, strict=True)), denominator)


def _infeasible(form: Form, point: Combination, basis: Iterable[int]) -> list[int]:
    """The basic variables whose value their kind forbids."""

    def forbidden(variable: int) -> bool:
        value, kind = point.numerators[variable], form.kinds[variable]
        return (kind is Kind.NONNEGATIVE and value < 0) or (kind is Kind.FIXED and value != 0)

    return [variable for variable in basis if forbidden(variable)]


def _improving(form: Form, basis: Sequence[int], multipliers: Combination) -> list[tuple[int, int]]:
    """The nonbasic variables whose move lowers the objective, and numerators of reduced costs."""
    members = set(basis)
    found = []
    for variable, kind in enumerate(form.kinds):
        if kind is Kind.FIXED or variable in members:
            continue
        charged = sum(
            multipliers.numerators.get(row, 0) * entry
            for row, entry in form.entries(variable).items()
        )
        reduced = form.cost(variable) * multipliers.denominator - charged
        if reduced < 0 or (reduced and kind is Kind.FREE):
            found.append((variable, reduced))
    return found


def _descend(
    form: Form, basis: tuple[int, ...], point: Combination, artificial: int | None = None
) -> OptimalBasis | UnboundedRay:
    """Pivots from a feasible basis to an optimal one, or until the artificial variable has left."""
    pivots = idle = 0
    while True:
        multipliers = _multipliers(form, basis)
        improving = _improving(form, basis, multipliers)
        if not improving or (artificial is not None and artificial not in basis):
            return OptimalBasis(basis, point, multipliers, pivots)
        entering, reduced = (
            improving[0] if idle > PATIENCE else max(improving, key=lambda item: abs(item[1]))
        )
        pivot = _pivot(form, basis, entering, forwards=reduced < 0)
        blocking = _blocking(form, point, pivot, artificial)
        if not blocking:
            return UnboundedRay(point, _direction(pivot, forwards=reduced < 0), pivots)
        leaving = blocking[0]
        idle = 0 if point.numerators[leaving] else idle + 1
        basis = (*(variable for variable in basis if variable != leaving), entering)
        point = _point(form, basis)
        pivots += 1


def _pivot(form: Form, basis: Sequence[int], entering: int, *, forwards: bool) -> Pivot:
    sign = 1 if forwards else -1
    column = {row: sign * entry for row, entry in form.entries(entering).items()}
    return Pivot(entering, _expand(form, basis, column))


def _direction(pivot: Pivot, *, forwards: bool) -> Combination:
    numerators = {variable: -rate for variable, rate in pivot.rates.numerators.items()}
    numerators[pivot.entering] = pivot.rates.denominator * (1 if forwards else -1)
    return Combination(numerators, pivot.rates.denominator)


def _blocking(form: Form, point: Combination, pivot: Pivot, artificial: int | None) -> list[int]:
    """The basic variables that stop the pivot first, those fixed at zero before all others.

    The artificial variable comes next, then the numbers decide. A fixed variable never enters again
    and the artificial one ends its phase, so preferring them cannot cycle.
    """
    value, rates = point.numerators, pivot.rates.numerators
    kinds = form.kinds
    fixed = sorted(v for v, rate in rates.items() if rate and kinds[v] is Kind.FIXED)
    if fixed:
        return fixed
    stopping = sorted(v for v, rate in rates.items() if rate > 0 and kinds[v] is Kind.NONNEGATIVE)
    first: list[int] = []
    for v in stopping:
        difference = value[v] * rates[first[0]] - value[first[0]] * rates[v] if first else 0
        if difference < 0:
            first = [v]
        elif difference == 0:
            first.append(v)
    return sorted(first, key=lambda v: (v != artificial, v))


def _repair(form: Form, basis: tuple[int, ...], point: Combination) -> OptimalBasis | FarkasRay:
    """A feasible basis of the form (in an `OptimalBasis`), or the proof that there is none."""
    infeasible = _infeasible(form, point, basis)
    artificial = len(form.kinds)
    extended = Form(
        (
            *form.columns,
            _mix(form, {variable: point.numerators[variable] for variable in infeasible}),
        ),
        (*(0 for _ in form.costs), 1),
        form.bounds,
        (*form.kinds, Kind.NONNEGATIVE),
    )
    entered = (*(variable for variable in basis if variable != infeasible[0]), artificial)
    ending = _descend(extended, entered, _point(extended, entered), artificial)
    if isinstance(ending, UnboundedRay):
        raise SolverError(
            "the artificial variable, which is nonnegative, was found to fall without end"
        )
    pivots = ending.pivots + 1
    if artificial in ending.basis:
        return FarkasRay(ending.multipliers, pivots)
    return replace(ending, pivots=pivots)


def _mix(form: Form, weights: dict[int, int]) -> dict[int, int]:
    """The weighted sum of the variables' columns."""
    mixed: dict[int, int] = {}
    for variable, weight in weights.items():
        for row, entry in form.entries(variable).items():
            mixed[row] = mixed.get(row, 0) + weight * entry
    return {row: entry for row, entry in mixed.items() if entry}
