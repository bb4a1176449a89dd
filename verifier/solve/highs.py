"""Where floats live: HiGHS proposes, and nothing returned from here is an answer.

Proposed are the basis of any linear program, the tight cuts of a hull program, and the sides on
which the best approximation in mean absolute error lies. Huangfu and Hall, Parallelizing the dual
revised simplex method, 2018 (HiGHS). highspy and numpy are imported when the first program needs
them: they cost more than solving a toy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from verifier.solve.points import Mixture, Points
from verifier.solve.simplex import Form, Kind

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

VIOLATION = 1e-9
"""How far a cut of a hull program (entries at most 1) must be violated before it joins the float
program.
"""

ROUNDS = 20
"""Most float programs that are solved for the sides of one mean absolute error."""

MET = 1e-9
"""How near (entries at most 1) the approximation comes to points of which only the dual tells on
which side they count.
"""


def propose(form: Form) -> tuple[int, ...]:
    """The variables that HiGHS ends with in its basis; empty if it has nothing to say."""
    try:
        solver = _model_of(form).loaded()
    except OverflowError:  # integers beyond the range of floats
        return ()
    solver.run()
    basic_rows, basic_columns = _basic(solver)
    return (*basic_rows, *(len(form.bounds) + column for column in basic_columns))


@dataclass(frozen=True)
class _Model:
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
    """A HiGHS instance that prints nothing."""
    solver = _quiet_type()()
    solver.setOptionValue("log_to_console", False)
    return solver


@cache
def _quiet_type() -> type[Any]:
    """HiGHS silenced before it registers callbacks, which would print a banner and are not used."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()

    return Quiet


def _basic(solver: Any) -> tuple[list[int], list[int]]:
    """The basic rows and columns of the last basis; both empty if HiGHS has none."""
    import highspy

    basis = solver.getBasis()
    if not basis.valid:
        return [], []
    basic = highspy.HighsBasisStatus.kBasic
    rows = [row for row, status in enumerate(basis.row_status) if status == basic]
    return rows, [column for column, status in enumerate(basis.col_status) if status == basic]


def _model_of(form: Form) -> _Model:
    """The form in floats: each row, and the costs, over a power of two above their entries."""
    import highspy
    import numpy as np

    scales, cost_scale, rows = _row_scales(form), _above(form.costs), len(form.bounds)
    upper = np.array([bound / scale for bound, scale in zip(form.bounds, scales, strict=True)])
    fixed = np.array([kind is Kind.FIXED for kind in form.kinds[:rows]], dtype=bool)
    free = np.array([kind is Kind.FREE for kind in form.kinds[rows:]], dtype=bool)
    entries = [(row, entry) for column in form.columns for row, entry in column.items()]
    return _Model(
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


def _table(points: Points) -> tuple[Array, Array]:
    """The target and the generators, a row per point, divided so that no entry exceeds 1.

    Raises OverflowError for numbers beyond floats.
    """
    import numpy as np

    scaled = zip(points.rows, points.scales, strict=True)
    rows = [row if scale == 1 else [v / scale for v in row] for row, scale in scaled]
    table = np.array(rows, dtype=np.float64)
    table /= max(float(np.abs(table).max()), 1e-300)
    return table[:, 0], table[:, 1:]


Cut = tuple[int, int]
"""A point and a side: with +1 mixture + offset - target is at most the distance there, with -1 at
least minus the distance.
"""


@dataclass(frozen=True)
class TightCuts:
    """The cuts that a float optimum makes tight, and the columns that it makes basic.

    Both are empty where the numbers are beyond floats.
    """

    cuts: list[Cut]
    columns: list[int]


def tight_cuts(points: Points, mixture: Mixture) -> TightCuts:
    """The cuts that decide a hull program, found by adding violated cuts only.

    Columns are numbered weights, offsets by group, distance. theory.md 2.1.
    """
    convex = mixture is Mixture.SIMPLEX
    try:
        search = _HullSearch(points, convex=convex)
    except OverflowError:
        return TightCuts([], [])
    while search.improve():
        pass
    basic_rows, columns = _basic(search.solver)
    loose = set(basic_rows)
    first = 1 if convex else 0
    cuts = [cut for row, cut in enumerate(search.cuts, start=first) if row not in loose]
    count = len(points.rows)
    return TightCuts([(cut % count, 1 if cut < count else -1) for cut in cuts], columns)


class _HullSearch:
    """A float program over the cuts found so far; cut q < N is (q, +1), cut N + q is (q, -1)."""

    def __init__(self, points: Points, *, convex: bool) -> None:
        import numpy as np

        self.target, self.generators = _table(points)
        self.groups = np.array(points.groups, dtype=np.int64)
        self.group_count = points.group_count
        self.cuts: list[int] = []
        self.solver = self._without_cuts(convex)
        self._add(self._first_cuts())

    def improve(self) -> bool:
        """Solve, then add the most violated cuts; False when there is none, or HiGHS gives up."""
        import numpy as np

        self.solver.run()
        solution = np.array(self.solver.getSolution().col_value)
        weights, offsets = np.split(solution[:-1], [self.generators.shape[1]])
        gap = self.generators @ weights + offsets[self.groups] - self.target
        excess = np.concatenate([gap, -gap]) - solution[-1]
        excess[self.cuts] = 0.0
        violated = np.nonzero(excess > VIOLATION)[0]
        self._add(violated[np.argsort(-excess[violated])][: 2 * len(solution)])
        return len(violated) > 0

    def _first_cuts(self) -> Array:
        """Cuts where the uniform mixture is furthest off: most of them stay tight."""
        import numpy as np

        gap = _uniform_gap(self.target, self.generators)
        sizes = np.maximum(np.bincount(self.groups, minlength=self.group_count), 1)
        gap = gap - (np.bincount(self.groups, gap, self.group_count) / sizes)[self.groups]
        count = self.generators.shape[1] + self.group_count + 1
        order = np.argsort(gap)
        return np.concatenate([order[-count:], len(gap) + order[:count]])

    def _without_cuts(self, convex: bool) -> Any:
        import highspy
        import numpy as np

        weights = self.generators.shape[1]
        size = weights + self.group_count + 1
        lower, none = np.zeros(size), np.zeros(0)
        lower[weights:-1] = -highspy.kHighsInf
        solver = _Model(
            costs=np.array([0.0] * (size - 1) + [1.0]),
            lower=lower,
            upper=np.full(size, highspy.kHighsInf),
            row_lower=none,
            row_upper=none,
            starts=np.zeros(size + 1, dtype=np.int32),
            rows=none.astype(np.int32),
            values=none,
        ).loaded()
        if convex:
            _add_rows(
                solver, np.ones(1), np.ones(1), np.arange(weights)[None], np.ones((1, weights))
            )
        return solver

    def _add(self, cuts: Array) -> None:
        """Add rows side * (mixture + offset) - distance <= side * target."""
        import highspy
        import numpy as np

        points = cuts % len(self.target)
        sides = np.where(cuts < len(self.target), 1.0, -1.0)
        count, weights = len(cuts), self.generators.shape[1]
        names = np.empty((count, weights + 2), dtype=np.int32)
        names[:, :weights] = np.arange(weights)
        names[:, weights] = weights + self.groups[points]
        names[:, -1] = weights + self.group_count
        values = np.hstack(
            [self.generators[points] * sides[:, None], sides[:, None], np.full((count, 1), -1.0)]
        )
        lower, upper = np.full(count, -highspy.kHighsInf), sides * self.target[points]
        _add_rows(self.solver, lower, upper, names, values)
        self.cuts.extend(int(cut) for cut in cuts)


def _add_rows(solver: Any, lower: Array, upper: Array, names: Array, values: Array) -> None:
    """Add rows with equally many entries each: `values` in the columns that `names` numbers."""
    import numpy as np

    count, width = values.shape
    starts = np.arange(count, dtype=np.int32) * width
    columns = names.astype(np.int32).ravel()
    solver.addRows(count, lower, upper, values.size, starts, columns, values.ravel())


def _uniform_gap(target: Array, generators: Array) -> Array:
    """The uniform mixture of the generators minus the target; 0 minus the target without any."""
    return generators.mean(axis=1) - target if generators.shape[1] else -target


@dataclass(frozen=True)
class Sides:
    """Where a best approximation in mean absolute error is proposed to lie, point by point.

    `of[p]` is +1 above the target and -1 below it; at the points of `through` it may lie on either
    side. `order` lists all points, the ones nearest to the approximation first.
    """

    of: Sequence[int]
    through: tuple[int, ...]
    order: Sequence[int]

    def closed(self) -> list[int]:
        """The points at which the approximation is kept to a side, the nearest first."""
        open_points = set(self.through)
        return [p for p in self.order if p not in open_points]

    def opened(self, points: Sequence[int]) -> Sides:
        """The same sides with further points at which the approximation may lie on either."""
        return replace(self, through=tuple(sorted({*self.through, *points})))


def propose_sides(points: Points, mixture: Mixture) -> Sides:
    """The sides that floats find; all +1 with no point open if the numbers are beyond floats."""
    count = len(points.rows)
    try:
        search = _SideSearch(points, convex=mixture is Mixture.SIMPLEX)
    except OverflowError:
        return Sides([1] * count, (), range(count))
    return search.sides()


class _SideSearch:
    """Float programs over a band of open points near the approximation, until no side is wrong.

    The first program is over a sample of the points; later ones keep all other points to the sides
    on which the last solution has them.
    """

    def __init__(self, points: Points, *, convex: bool) -> None:
        self.target, self.generators = _table(points)
        self.convex = convex

    def sides(self) -> Sides:
        """The sides of the last solution."""
        import numpy as np

        count, weights = self.generators.shape
        sample = np.unique(np.linspace(0, count - 1, min(count, 200 + 5 * weights)).astype(int))
        gap = self._gap(self._solve(sample, np.zeros(count)))
        band = np.argsort(np.abs(gap), kind="stable")[: 200 + 4 * weights]
        through = np.array([], dtype=int)
        of = np.where(gap >= 0, 1.0, -1.0)
        for _ in range(ROUNDS):
            signs = np.where(gap >= 0, 1.0, -1.0)
            signs[band] = 0.0
            solution = self._solve(band, signs)
            if solution is None:  # unbounded: too few points are open
                band = np.argsort(np.abs(gap), kind="stable")[: 2 * len(band)]
                continue
            gap = self._gap(solution)
            of = np.where(gap >= 0, 1.0, -1.0)
            of[band], through = np.where(self._masses >= 0, 1.0, -1.0), band[self._passed]
            doubtful = np.nonzero((gap * signs < 0) | ((signs != 0) & (np.abs(gap) < MET)))[0]
            if not len(doubtful):
                break
            band = np.union1d(band, doubtful)
        order = np.argsort(np.abs(gap), kind="stable")
        return Sides(
            [int(side) for side in of],
            tuple(int(p) for p in np.sort(through)),
            [int(p) for p in order],
        )

    def _gap(self, solution: Array | None) -> Array:
        """The approximation minus the target; by the uniform mixture where there is no solution."""
        if solution is None:
            return _uniform_gap(self.target, self.generators)
        gap: Array = self.generators @ solution[:-1] + solution[-1] - self.target
        return gap

    def _solve(self, band: Array, signs: Array) -> Array | None:
        """Weights and offset; None if HiGHS finds no optimum."""
        import highspy
        import numpy as np

        solver = self._dual(band, signs).loaded()
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        passed = set(_basic(solver)[1])
        self._masses = np.array(solver.getSolution().col_value)[:-1]
        self._passed = np.array([n in passed for n in range(len(band))], dtype=bool)
        return -np.array(solver.getSolution().row_dual)

    def _dual(self, band: Array, signs: Array) -> _Model:
        """The dual program, which has only one row for each generator, and one for the offset.

        Its columns are masses from -1 to 1 at the points of the band, and the least pairing of a
        generator with them, which is to be as large as it can be.
        """
        import highspy
        import numpy as np

        count, weights = len(band), self.generators.shape[1]
        end = highspy.kHighsInf if self.convex else 0.0
        fixed = signs @ self.generators
        matrix = np.ones((count + 1, weights + 1))
        matrix[:-1, :-1] = self.generators[band]
        matrix[-1] = np.append(np.full(weights, -1.0), 0.0)
        return _Model(
            costs=np.append(-self.target[band], 1.0 if self.convex else 0.0),
            lower=np.append(np.full(count, -1.0), -end),
            upper=np.append(np.ones(count), end),
            row_lower=np.append(-fixed, -signs.sum()),
            row_upper=np.append(np.full(weights, highspy.kHighsInf), -signs.sum()),
            starts=np.arange(count + 2, dtype=np.int32) * (weights + 1),
            rows=np.tile(np.arange(weights + 1, dtype=np.int32), count + 1),
            values=matrix.ravel(),
            maximise=True,
        )
