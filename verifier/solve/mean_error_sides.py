"""Floats propose on which side of each point the best approximation in mean absolute error lies.

Never more than a proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from verifier.solve.highs import quiet_solver
from verifier.solve.points import Mixture, Points

ROUNDS = 20
"""Most float programs that are solved for a proposal."""

MET = 1e-9
"""How near (entries at most 1) the approximation comes to points of which only the dual tells on
which side they count.
"""


@dataclass(frozen=True)
class Sides:
    """`of[p]` is +1 or -1: the approximation is proposed to lie above or below the target; at
    `through` it may do either.

    `order` lists all points, the ones nearest to the approximation first.
    """

    of: Sequence[int]
    through: tuple[int, ...]
    order: Sequence[int]

    def closed(self) -> list[int]:
        """The points that are held to a side, the nearest first."""
        open_points = set(self.through)
        return [p for p in self.order if p not in open_points]

    def opened(self, points: Sequence[int]) -> Sides:
        """With further points that may lie on either side."""
        return replace(self, through=tuple(sorted({*self.through, *points})))


def propose_sides(points: Points, mixture: Mixture) -> Sides:
    """What floats find; every side +1 and no point open if the numbers are beyond floats."""
    import numpy as np

    count = len(points.rows)
    try:
        table = (
            np.array(points.rows, dtype=np.float64)
            / np.array(points.scales, dtype=np.float64)[:, None]
        )
    except OverflowError:
        return Sides([1] * count, (), range(count))
    table /= max(float(np.abs(table).max()), 1e-300)
    return _Search(table, convex=mixture is Mixture.SIMPLEX).sides()


class _Search:
    """Solves over some points, then over those near that solution with the rest held to their
    sides, until no side is wrong.
    """

    def __init__(self, table: Any, *, convex: bool) -> None:
        self.target, self.generators, self.convex = table[:, 0], table[:, 1:], convex

    def sides(self) -> Sides:
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

    def _gap(self, solution: Any) -> Any:
        import numpy as np

        if solution is None:
            return (
                np.mean(self.generators, axis=1) - self.target
                if self.generators.shape[1]
                else -self.target
            )
        return self.generators @ solution[:-1] + solution[-1] - self.target

    def _solve(self, band: Any, signs: Any) -> Any:
        """Weights and offset. None if HiGHS finds no optimum.

        From the dual, which has a row for each generator only: masses from -1 to 1 at the points of
        the band, and the least pairing of a generator with them as large as it can be.
        """
        import highspy
        import numpy as np

        open_count, weights = len(band), self.generators.shape[1]
        held = signs @ self.generators
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = weights + 1, open_count + 1
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.append(-self.target[band], 1.0 if self.convex else 0.0)
        lp.col_lower_ = np.append(
            np.full(open_count, -1.0), -highspy.kHighsInf if self.convex else 0.0
        )
        lp.col_upper_ = np.append(np.ones(open_count), highspy.kHighsInf if self.convex else 0.0)
        lp.row_lower_ = np.append(-held, -signs.sum())
        lp.row_upper_ = np.append(np.full(weights, highspy.kHighsInf), -signs.sum())
        matrix = np.ones((open_count + 1, weights + 1))
        matrix[:-1, :-1] = self.generators[band]
        matrix[-1] = np.append(np.full(weights, -1.0), 0.0)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.arange(open_count + 2, dtype=np.int32) * (weights + 1)
        lp.a_matrix_.index_ = np.tile(np.arange(weights + 1, dtype=np.int32), open_count + 1)
        lp.a_matrix_.value_ = matrix.ravel()
        solver = quiet_solver()
        solver.passModel(lp)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        status = solver.getBasis().col_status
        self._masses = np.array(solver.getSolution().col_value)[:-1]
        self._passed = np.array(
            [entry == highspy.HighsBasisStatus.kBasic for entry in status[:-1]], dtype=bool
        )
        return -np.array(solver.getSolution().row_dual)
