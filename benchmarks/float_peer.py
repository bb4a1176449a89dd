"""The peer of `benchmarks.tables`: pandas reads a table, HiGHS solves whole programs in floats.

    python -m benchmarks.float_peer FILE KIND...

Prints the distances as a JSON list, in the order of the kinds. Nothing of verifier/ is used.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
import pandas

KINDS = ("sup simplex", "sup cone", "mean simplex")
Array = np.ndarray[Any, np.dtype[Any]]
INF = highspy.kHighsInf


def solved(cost: Array, free: Array, low: Array, matrix: Array, high: Array) -> float:
    """The least cost x subject to low <= matrix x <= high and x >= 0 where it is not free."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.col_lower_ = cost, np.where(free, -INF, 0.0)
    lp.col_upper_, lp.row_lower_, lp.row_upper_ = np.full(len(cost), INF), low, high
    row, column = np.nonzero(matrix)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.count_nonzero(matrix, axis=1))])
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column, matrix[row, column]
    return run(lp)


def run(lp: Any) -> float:
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError("HiGHS finds no optimum")
    return float(solver.getInfo().objective_function_value)


def sup(target: Array, generators: Array, convex: bool) -> float:
    """Columns: weights, offset, distance. Rows: both sides of each point, sum of the weights."""
    points, weights = generators.shape
    matrix = np.ones((2 * points + convex, weights + 2))
    matrix[:points, :weights] = matrix[points : 2 * points, :weights] = generators
    matrix[:points, -1] = -1.0
    low = np.concatenate([np.full(points, -INF), target, np.ones(int(convex))])
    high = np.concatenate([target, np.full(points, INF), np.ones(int(convex))])
    if convex:
        matrix[-1, weights:] = 0.0
    free = np.arange(weights + 2) == weights
    return solved(np.eye(weights + 2)[-1], free, low, matrix, high)


def mean(target: Array, generators: Array) -> float:
    """The dual: masses from -1 to 1 at the points, sum 0, and the nearest generator's pairing.

    Its matrix has no columns for the misses, which HiGHS would take far longer to go through.
    """
    points, weights = generators.shape
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = points + 1, weights + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.append(-target, 1.0)
    lp.col_lower_ = np.append(np.full(points, -1.0), -INF)
    lp.col_upper_ = np.append(np.ones(points), INF)
    lp.row_lower_, lp.row_upper_ = np.zeros(weights + 1), np.append(np.full(weights, INF), 0.0)
    matrix = np.ones((points + 1, weights + 1))
    matrix[:-1, :-1] = generators
    matrix[-1] = np.append(np.full(weights, -1.0), 0.0)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(points + 2) * (weights + 1)
    lp.a_matrix_.index_ = np.tile(np.arange(weights + 1), points + 1)
    lp.a_matrix_.value_ = matrix.ravel()
    return float(run(lp) / points)


def main(path: str, kinds: list[str]) -> None:
    table: Array = pandas.read_csv(path).to_numpy(float)
    target, generators = table[:, 0], table[:, 1:]
    found: dict[str, Callable[[], float]] = {
        "sup simplex": lambda: sup(target, generators, True),
        "sup cone": lambda: sup(target, generators, False),
        "mean simplex": lambda: mean(target, generators),
    }
    print(json.dumps([found[kind]() for kind in kinds]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
