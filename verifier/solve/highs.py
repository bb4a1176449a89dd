"""Where floats live:

HiGHS proposes which variables are basic. Nothing returned from here is an answer.

Huangfu and Hall, Parallelizing the dual revised simplex method, 2018 (HiGHS). highspy and numpy are
imported when the first program needs them: they cost more than solving a toy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from verifier.solve.simplex import Form, Kind

VIOLATION = 1e-9
"""How far a cut of a hull program (entries at most 1) must be violated before it joins the float
program.
"""


def propose(form: Form) -> tuple[int, ...]:
    """The variables that HiGHS ends with in its basis; empty if it has nothing to say.

    Never more than a proposal.
    """
    solver = quiet_solver()
    try:
        solver.passModel(_model(form))
    except OverflowError:  # integers beyond the range of floats
        return ()
    solver.run()
    basic_rows, basic_columns = _basic(solver)
    return (*basic_rows, *(len(form.bounds) + column for column in basic_columns))


def quiet_solver() -> Any:
    """A HiGHS instance that prints nothing and uses one thread."""
    import highspy

    # The base class: highspy.Highs registers callbacks when made, and that prints a banner before
    # it can be silenced.
    solver = highspy._core._Highs()
    for switch in ("output_flag", "log_to_console"):
        solver.setOptionValue(switch, False)
    for tolerance in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        solver.setOptionValue(tolerance, 1e-9)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")  # keeps the basis of an infeasible program
    return solver


def _basic(solver: Any) -> tuple[list[int], list[int]]:
    """The basic rows and columns of the last basis; both empty if HiGHS has none."""
    import highspy

    basis = solver.getBasis()
    if not basis.valid:
        return [], []
    basic = highspy.HighsBasisStatus.kBasic
    rows = [row for row, status in enumerate(basis.row_status) if status == basic]
    return rows, [column for column, status in enumerate(basis.col_status) if status == basic]


def _model(form: Form) -> Any:
    """The form as a HiGHS model, each row and the costs divided by a power of two that brings their
    entries below 1.
    """
    import highspy
    import numpy as np

    scales = _row_scales(form)
    cost_scale = _above(form.costs)
    rows = len(form.bounds)
    upper = np.array([bound / scale for bound, scale in zip(form.bounds, scales, strict=True)])
    fixed = np.array([kind is Kind.FIXED for kind in form.kinds[:rows]], dtype=bool)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, len(form.columns)
    lp.col_cost_ = np.array([cost / cost_scale for cost in form.costs])
    lp.col_lower_ = np.array(
        [-highspy.kHighsInf if kind is Kind.FREE else 0.0 for kind in form.kinds[rows:]]
    )
    lp.col_upper_ = np.full(len(form.columns), highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = np.where(fixed, upper, -highspy.kHighsInf), upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(column) for column in form.columns)])
    lp.a_matrix_.index_ = np.array(
        [row for column in form.columns for row in column], dtype=np.int32
    )
    lp.a_matrix_.value_ = np.array(
        [entry / scales[row] for column in form.columns for row, entry in column.items()]
    )
    return lp


def _above(entries: Iterable[int]) -> int:
    """The power of two above every entry; entries of up to 53 bits stay exact when divided by it."""
    return 1 << max((entry.bit_length() for entry in entries), default=0)


def _row_scales(form: Form) -> list[int]:
    bits = [0] * len(form.bounds)
    for column in form.columns:
        for row, entry in column.items():
            bits[row] = max(bits[row], entry.bit_length())
    return [1 << size for size in bits]


@dataclass(frozen=True)
class TightCuts:
    """The cuts that a float optimum makes tight, as (point, side), and the columns it makes basic."""

    cuts: list[tuple[int, int]]
    columns: list[int]


def tight_cuts(
    points: Sequence[Sequence[float]], groups: Sequence[int], *, convex: bool
) -> TightCuts:
    """Which cuts of a hull program decide it, found by adding violated cuts only.

    `points[p]` is the target's value and then each generator's; cut (p, +1) is mixture + offset -
    target <= distance at p, and (p, -1) the other side. Columns are numbered weights, offsets by
    group, distance. theory.md 2.
    """
    search = _HullSearch(points, groups, convex=convex)
    while search.improve():
        pass
    basic_rows, columns = _basic(search.solver)
    loose = set(basic_rows)
    first = 1 if convex else 0
    cuts = [cut for row, cut in enumerate(search.cuts, start=first) if row not in loose]
    count = len(points)
    return TightCuts([(cut % count, 1 if cut < count else -1) for cut in cuts], columns)


class _HullSearch:
    """A float program over the cuts found so far; cut q < N is (q, +1), cut N + q is (q, -1)."""

    def __init__(
        self, points: Sequence[Sequence[float]], groups: Sequence[int], *, convex: bool
    ) -> None:
        import numpy as np

        table = np.array(points, dtype=np.float64)
        table /= max(float(np.abs(table).max()), 1e-300)
        self.target, self.generators = table[:, 0], table[:, 1:]
        self.groups = np.array(groups, dtype=np.int64)
        self.group_count = max(groups) + 1
        self.cuts: list[int] = []
        self.solver = self._empty_program(convex)
        self._add(self._first_cuts())

    def improve(self) -> bool:
        """Solve, then add the most violated cuts; False when there is none, or when HiGHS gives up."""
        import numpy as np

        self.solver.run()
        solution = np.array(self.solver.getSolution().col_value)
        weights, offsets = (
            solution[: self.generators.shape[1]],
            solution[self.generators.shape[1] : -1],
        )
        gap = self.generators @ weights + offsets[self.groups] - self.target
        excess = np.concatenate([gap, -gap]) - solution[-1]
        excess[self.cuts] = 0.0
        violated = np.nonzero(excess > VIOLATION)[0]
        self._add(violated[np.argsort(-excess[violated])][: 2 * len(solution)])
        return len(violated) > 0

    def _first_cuts(self) -> Any:
        """Where the uniform mixture is furthest off: most of these stay tight."""
        import numpy as np

        mixture = (
            self.generators.mean(axis=1) if self.generators.shape[1] else np.zeros_like(self.target)
        )
        gap = mixture - self.target
        sizes = np.maximum(np.bincount(self.groups, minlength=self.group_count), 1)
        gap = gap - (np.bincount(self.groups, gap, self.group_count) / sizes)[self.groups]
        count = self.generators.shape[1] + self.group_count + 1
        order = np.argsort(gap)
        return np.concatenate([order[-count:], len(gap) + order[:count]])

    def _empty_program(self, convex: bool) -> Any:
        import highspy
        import numpy as np

        weights = self.generators.shape[1]
        size = weights + self.group_count + 1
        lower = np.zeros(size)
        lower[weights:-1] = -highspy.kHighsInf
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = 0, size
        lp.col_cost_ = np.array([0.0] * (size - 1) + [1.0])
        lp.col_lower_, lp.col_upper_ = lower, np.full(size, highspy.kHighsInf)
        solver = quiet_solver()
        solver.passModel(lp)
        if convex:
            ones, starts = np.ones(weights), np.zeros(1, dtype=np.int32)
            solver.addRows(
                1, ones[:1], ones[:1], weights, starts, np.arange(weights, dtype=np.int32), ones
            )
        return solver

    def _add(self, cuts: Any) -> None:
        """Add rows side * (mixture + offset) - distance <= side * target."""
        import highspy
        import numpy as np

        points = cuts % len(self.target)
        sides = np.where(cuts < len(self.target), 1.0, -1.0)
        count, weights = len(cuts), self.generators.shape[1]
        values = np.hstack(
            [self.generators[points] * sides[:, None], sides[:, None], np.full((count, 1), -1.0)]
        )
        names = np.empty((count, weights + 2), dtype=np.int32)
        names[:, :weights] = np.arange(weights)
        names[:, weights] = weights + self.groups[points]
        names[:, -1] = weights + self.group_count
        starts = np.arange(count, dtype=np.int32) * (weights + 2)
        lower, upper = np.full(count, -highspy.kHighsInf), sides * self.target[points]
        self.solver.addRows(count, lower, upper, values.size, starts, names.ravel(), values.ravel())
        self.cuts.extend(int(cut) for cut in cuts)
