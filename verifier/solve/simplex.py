"""The simplex method in exact integers, on a tableau over one common denominator.

A `Form` states a program as `minimise c x subject to A x + s = b`, with one logical variable s_i
per row. Every variable is nonnegative, free or fixed at zero, so every nonbasic variable is 0 and a
basis alone determines the point. Variables are numbered: the logical of row i is i, column j of A
is `len(bounds) + j`.

The tableau's integers are minors of [A b], so that every division on the way is exact and nothing
is ever reduced (Edmonds, Systems of distinct representatives and linear algebra, 1967; Bareiss
1968). An infeasible start is mended by the dual simplex method (Lemke, The dual method of solving
the linear programming problem, 1954), with the reduced costs if they let it, otherwise with their
absolute values; then the primal method descends. The furthest off and the steepest move first;
after a run of degenerate steps it is the smallest index, which cannot cycle (Bland, New finite
pivoting rules for the simplex method, 1977).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum

PATIENCE = 30
"""Steps without progress after which the smallest-index rule takes over."""


class Kind(Enum):
    """The values that a variable may take."""

    NONNEGATIVE = "nonnegative"
    FREE = "free"
    FIXED = "fixed at zero"


NONNEGATIVE, FREE, FIXED = Kind
"""The kinds by names of their own: to look up a member of an enumeration takes four times as long
as a name, and it is done for every entry.
"""


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


def crash_basis(form: Form) -> tuple[int, ...]:
    """A basis of logicals, with a column for each equation that one serves and no inequality minds.

    Such a column moves its equation towards its bound, is in no other equation, and only loosens
    inequalities; with one for every equation the basis is feasible at once, as full revelation is
    for a program over signals.
    """
    rows, kinds = len(form.bounds), form.kinds
    found: dict[int, int] = {}
    for place, column in enumerate(form.columns):
        equations = [row for row in column if kinds[row] is FIXED]
        if len(equations) != 1 or equations[0] in found or kinds[rows + place] is not NONNEGATIVE:
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
    tableau = _Tableau(form)
    tableau.enter(set(start))
    return tableau.mend() or tableau.descend()


class _Tableau:
    """The rows of B^-1 [A I] at the nonbasic variables, and B^-1 b, over one denominator.

    `rows[i][j]` over `denominator` is the rate at which the basic variable `basis[i]` falls as the
    nonbasic variable `outside[j]` rises, `rows[i][-1]` its value. The last row has the reduced
    costs. `sizes` says in which unit a variable is measured where several are compared: a logical
    by the largest entry of its row.
    """

    def __init__(self, form: Form) -> None:
        count, width = len(form.bounds), len(form.columns)
        self.rows = [[0] * width + [bound] for bound in form.bounds]
        for j, column in enumerate(form.columns):
            for i, entry in column.items():
                self.rows[i][j] = entry
        self.sizes = [max(map(abs, row[:-1]), default=0) or 1 for row in self.rows] + [1] * width
        self.rows.append([*form.costs, 0])
        self.denominator, self.pivots = 1, 0
        self.basis, self.outside = list(range(count)), list(range(count, count + width))
        self.free = [kind is FREE for kind in form.kinds]
        self.fixed = [kind is FIXED for kind in form.kinds]

    def enter(self, start: Collection[int]) -> None:
        """The columns of `start` become basic as far as they are independent, logicals leave."""
        for j, variable in enumerate(self.outside):
            if variable in start:
                open_rows = (i for i, v in enumerate(self.basis) if v not in start)
                row = next((i for i in open_rows if self.rows[i][j]), None)
                if row is not None:
                    self._pivot(row, j)
        self.pivots = 0

    def _pivot(self, i: int, j: int) -> None:
        """The variables `basis[i]` and `outside[j]` change places; entry [i][j] is not 0."""
        rows, before, row = self.rows, self.denominator, self.rows[i]
        after = abs(row[j])
        if row[j] < 0:
            row[:] = [-entry for entry in row]
            unit = -before
        else:
            unit = before
        row[j] = after + unit  # then the rule for all other entries of a row holds here as well
        for k, other in enumerate(rows):
            factor = other[j]
            if k == i or not (factor or after != before):
                continue
            if before == 1:
                rows[k] = [a * after - factor * b for a, b in zip(other, row, strict=True)]
            elif factor:
                rows[k] = [
                    (a * after - factor * b) // before for a, b in zip(other, row, strict=True)
                ]
            else:
                rows[k] = [a * after // before for a in other]
        row[j], self.denominator = unit, after
        self.basis[i], self.outside[j] = self.outside[j], self.basis[i]
        self.pivots += 1

    def mend(self) -> FarkasRay | None:
        """Pivots to a feasible basis (None), or the row that proves that there is none."""
        self.rows.append(self._prices())
        idle = 0
        while (row := self._forbidden(patient=idle <= PATIENCE)) is not None:
            way = 1 if self.rows[row][-1] > 0 else -1
            column = self._freeing(row, way, patient=idle <= PATIENCE)
            if column is None:
                return self._farkas_ray(row, way)
            idle = 0 if self.rows[-1][column] else idle + 1
            self._pivot(row, column)
        del self.rows[-1]
        return None

    def _prices(self) -> list[int]:
        """The reduced costs, made nonnegative where their signs would let the objective fall."""
        costs = self.rows[-1]
        if self._improving(patient=False) is None:
            return costs
        prices = zip(self.outside, costs, strict=False)
        return [*(0 if self.free[v] else abs(cost) for v, cost in prices), 0]

    def descend(self) -> OptimalBasis | UnboundedRay:
        """Pivots from a feasible basis to an optimal one."""
        idle = 0
        while True:
            column = self._improving(patient=idle <= PATIENCE)
            if column is None:
                basis, point = tuple(self.basis), self._point()
                return OptimalBasis(basis, point, self._multipliers(), self.pivots)
            way = 1 if self.rows[-1][column] < 0 else -1
            row = self._blocking(column, way, patient=idle <= PATIENCE)
            if row is None:
                return UnboundedRay(self._point(), self._direction(column, way), self.pivots)
            idle = 0 if self.rows[row][-1] else idle + 1
            self._pivot(row, column)

    def _forbidden(self, *, patient: bool) -> int | None:
        """A row with a value that its variable's kind forbids: the furthest off, or the first."""
        found, worst, unit, leaving = None, 0, 1, 0
        for i, variable in enumerate(self.basis):
            value = self.rows[i][-1]
            if (value < 0 and not self.free[variable]) or (value > 0 and self.fixed[variable]):
                off, size = abs(value), self.sizes[variable]
                if found is None or (off * unit > worst * size if patient else variable < leaving):
                    found, worst, unit, leaving = i, off, size, variable
        return found

    def _freeing(self, i: int, way: int, *, patient: bool) -> int | None:
        """The column whose move brings the variable of a row to 0 at the least cost.

        Of several the one with the greatest rate, or the first.
        """
        row, costs = self.rows[i], self.rows[-1]
        found, cost, rate, entering = None, 1, 0, 0
        for j, variable in enumerate(self.outside):
            entry = abs(row[j]) if self.free[variable] else way * row[j]
            if entry <= 0 or self.fixed[variable]:
                continue
            dearer = costs[j] * rate - cost * entry
            first = entry > rate if patient else variable < entering
            if dearer < 0 or (dearer == 0 and first):
                found, cost, rate, entering = j, costs[j], entry, variable
        return found

    def _improving(self, *, patient: bool) -> int | None:
        """The column with the steepest descent of the objective, or the first with one."""
        found, steepest, entering = None, 0, 0
        for j, (variable, cost) in enumerate(zip(self.outside, self.rows[-1], strict=False)):
            if (cost < 0 and not self.fixed[variable]) or (cost > 0 and self.free[variable]):
                slope = abs(cost) * self.sizes[variable]
                if found is None or (slope > steepest if patient else variable < entering):
                    found, steepest, entering = j, slope, variable
        return found

    def _blocking(self, j: int, way: int, *, patient: bool) -> int | None:
        """The row whose variable stops the move first, one fixed at zero before all others.

        Of several the first; a fixed variable never enters again.
        """
        found, value, rate, leaving = None, 1, 0, 0
        for i, variable in enumerate(self.basis):
            row = self.rows[i]
            entry = way * row[j]
            if entry and self.fixed[variable]:
                return i
            if entry > 0 and not self.free[variable]:
                later = row[-1] * rate - value * entry
                if later < 0 or (later == 0 and (entry > rate if patient else variable < leaving)):
                    found, value, rate, leaving = i, row[-1], entry, variable
        return found

    def _farkas_ray(self, i: int, way: int) -> FarkasRay:
        """The row of the inverse basis in which no variable's move brings the value to 0."""
        count, row = len(self.basis), self.rows[i]
        ray = {v: way * row[j] for j, v in enumerate(self.outside) if v < count}
        if self.basis[i] < count:
            ray[self.basis[i]] = way * self.denominator
        return FarkasRay(Combination(ray, self.denominator), self.pivots)

    def _point(self) -> Combination:
        values = {v: self.rows[i][-1] for i, v in enumerate(self.basis)}
        return Combination(values, self.denominator)

    def _multipliers(self) -> Combination:
        count, costs = len(self.basis), self.rows[-1]
        prices = {v: -costs[j] for j, v in enumerate(self.outside) if v < count}
        return Combination(prices, self.denominator)

    def _direction(self, j: int, way: int) -> Combination:
        rates = {v: -way * self.rows[i][j] for i, v in enumerate(self.basis)}
        return Combination(rates | {self.outside[j]: way * self.denominator}, self.denominator)
