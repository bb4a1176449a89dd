"""Where floats live: HiGHS proposes, and nothing returned from here is an answer.

Proposed is the basis of any linear program. Huangfu and Hall, Parallelizing the dual revised
simplex method, 2018 (HiGHS). highspy and numpy are imported when the first program needs them: they
cost more than solving a toy.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from verifier.deadline import seconds_left
from verifier.solve.simplex import Form, Kind

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def propose(form: Form) -> tuple[int, ...]:
    """The variables that HiGHS ends with in its basis; empty if it has nothing to say."""
    try:
        solver = _model_of(form).loaded()
    except OverflowError:  # integers beyond the range of floats
        return ()
    solver.run()
    basic_rows, basic_columns = basic(solver)
    return (*basic_rows, *(len(form.bounds) + column for column in basic_columns))


@dataclass(frozen=True)
class Model:
    """A linear program in floats: costs, the ends of columns and rows, and a matrix by columns.

    Column j of the matrix has the entries `values[starts[j] : starts[j + 1]]`, which stand in the
    rows that `rows` numbers there.
    """

    costs: Array
    lower: Array
    upper: Array
    row_lower: Array
    row_upper: Array
    starts: Array
    rows: Array
    values: Array
    maximise: bool = False

    def loaded(self) -> Any:
        """A quiet HiGHS instance that holds the program."""
        import highspy

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.row_lower)
        lp.sense_ = highspy.ObjSense.kMaximize if self.maximise else highspy.ObjSense.kMinimize
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.costs, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self.starts, self.rows
        lp.a_matrix_.value_ = self.values
        solver = _exacting_highs()
        solver.passModel(lp)
        return solver


def _exacting_highs() -> Any:
    """A quiet HiGHS instance on one thread, with the least tolerances, that keeps bases."""
    solver = quiet_highs()
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(tolerance, 1e-9)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")  # keeps the basis of an infeasible program
    return solver


def quiet_highs() -> Any:
    """A HiGHS instance that prints nothing, and ends at the deadline."""
    solver = _quiet_type()()
    solver.setOptionValue("log_to_console", False)
    left = seconds_left()
    if left < math.inf:
        solver.setOptionValue("time_limit", left)
    return solver


@cache
def _quiet_type() -> type[Any]:
    """HiGHS silenced before it registers callbacks, which would print a banner and are not used."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()

    return Quiet


def basic(solver: Any) -> tuple[list[int], list[int]]:
    """The basic rows and columns of the last basis; both empty if HiGHS has none."""
    import highspy

    basis = solver.getBasis()
    if not basis.valid:
        return [], []
    basic = highspy.HighsBasisStatus.kBasic
    rows = [row for row, status in enumerate(basis.row_status) if status == basic]
    return rows, [column for column, status in enumerate(basis.col_status) if status == basic]


def _model_of(form: Form) -> Model:
    """The form in floats: each row, and the costs, over a power of two above their entries."""
    import highspy
    import numpy as np

    scales, cost_scale, rows = _row_scales(form), _above(form.costs), len(form.bounds)
    upper = np.array([bound / scale for bound, scale in zip(form.bounds, scales, strict=True)])
    fixed = np.array([kind is Kind.FIXED for kind in form.kinds[:rows]], dtype=bool)
    free = np.array([kind is Kind.FREE for kind in form.kinds[rows:]], dtype=bool)
    entries = [(row, entry) for column in form.columns for row, entry in column.items()]
    return Model(
        costs=np.array([cost / cost_scale for cost in form.costs]),
        lower=np.where(free, -highspy.kHighsInf, 0.0),
        upper=np.full(len(form.columns), highspy.kHighsInf),
        row_lower=np.where(fixed, upper, -highspy.kHighsInf),
        row_upper=upper,
        starts=np.cumsum([0, *(len(column) for column in form.columns)]),
        rows=np.array([row for row, _ in entries], dtype=np.int32),
        values=np.array([entry / scales[row] for row, entry in entries]),
    )


def _above(entries: Iterable[int]) -> int:
    """The power of two above every entry; entries of up to 53 bits, divided by it, stay exact."""
    return 1 << max((entry.bit_length() for entry in entries), default=0)


def _row_scales(form: Form) -> list[int]:
    bits = [0] * len(form.bounds)
    for column in form.columns:
        for row, entry in column.items():
            bits[row] = max(bits[row], entry.bit_length())
    return [1 << size for size in bits]
