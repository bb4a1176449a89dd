"""Floats propose on which side of each point the best approximation in mean absolute error lies. Never more than a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from verifier.solve.highs import quiet_solver
from verifier.solve.points import Mixture, Points

ROUNDS = 20
"""Most float programs that are solved for a proposal."""


@dataclass(frozen=True)
class Sides:
    """`of[p]` is +1 or -1: the approximation is proposed to lie above or below the target; at `through` it may do either.

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
        table = np.array(points.rows, dtype=np.float64) / np.array(points.scales, dtype=np.float64)[:, None]
    except OverflowError:
        return Sides([1] * count, (), range(count))
    table /= max(float(np.abs(table).max()), 1e-300)
    return _Search(table, convex=mixture is Mixture.SIMPLEX).sides()


class _Search:
    """Solves over some points, then over those near that solution with the rest held to their sides, until no side is wrong."""

    def __init__(self, table: Any, *, convex: bool) -> None:
        self.target, self.generators, self.convex = table[:, 0], table[:, 1:], convex

    def sides(self) -> Sides:
        import numpy as np

        count, weights = self.generators.shape
        sample = np.unique(np.linspace(0, count - 1, min(count, 200 + 5 * weights)).astype(int))
        gap = self._gap(self._solve(sample, np.zeros(count)))
        band = np.argsort(np.abs(gap), kind="stable")[: 200 + 4 * weights]
        through = np.array([], dtype=int)
        for _ in range(ROUNDS):
            signs = np.where(gap >= 0, 1.0, -1.0)
            signs[band] = 0.0
            solution = self._solve(band, signs)
            if solution is None:  # unbounded: too few points are open
                band = np.argsort(np.abs(gap), kind="stable")[: 2 * len(band)]
                continue
            gap, through = self._gap(solution), band[self._passed]
            wrong = np.nonzero(gap * signs < 0)[0]
            if not len(wrong):
                break
            band = np.union1d(band, wrong)
        of = [1 if value >= 0 else -1 for value in gap]
        order = np.argsort(np.abs(gap), kind="stable")
        return Sides(of, tuple(int(p) for p in np.sort(through)), [int(p) for p in order])

    def _gap(self, solution: Any) -> Any:
        import numpy as np

        if solution is None:
            return np.mean(self.generators, axis=1) - self.target if self.generators.shape[1] else -self.target
        return self.generators @ solution[:-1] + solution[-1] - self.target

    def _solve(self, band: Any, signs: Any) -> Any:
        """Weights and offset; columns: weights, offset, above, below. None if HiGHS finds no optimum."""
        import highspy
        import numpy as np

        open_count, weights = len(band), self.generators.shape[1]
        size = weights + 1 + 2 * open_count
        lower = np.zeros(size)
        lower[weights] = -highspy.kHighsInf
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = 0, size
        lp.col_cost_ = np.concatenate([signs @ self.generators, [signs.sum()], np.ones(2 * open_count)])
        lp.col_lower_, lp.col_upper_ = lower, np.full(size, highspy.kHighsInf)
        solver = quiet_solver()
        solver.passModel(lp)
        if self.convex:
            ones, starts = np.ones(weights), np.zeros(1, dtype=np.int32)
            solver.addRows(1, ones[:1], ones[:1], weights, starts, np.arange(weights, dtype=np.int32), ones)
        values = np.hstack([self.generators[band], np.ones((open_count, 1)), np.tile([-1.0, 1.0], (open_count, 1))])
        names = np.empty((open_count, weights + 3), dtype=np.int32)
        names[:, : weights + 1] = np.arange(weights + 1)
        names[:, weights + 1] = weights + 1 + np.arange(open_count)
        names[:, weights + 2] = weights + 1 + open_count + np.arange(open_count)
        starts = np.arange(open_count, dtype=np.int32) * (weights + 3)
        bounds = self.target[band]
        solver.addRows(open_count, bounds, bounds, values.size, starts, names.ravel(), values.ravel())
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        basis = solver.getBasis()
        basic = np.array([status == highspy.HighsBasisStatus.kBasic for status in basis.col_status], dtype=bool)
        either = basic[weights + 1 : weights + 1 + open_count] | basic[weights + 1 + open_count :]
        self._passed = ~either
        return np.array(solver.getSolution().col_value)[: weights + 1]
