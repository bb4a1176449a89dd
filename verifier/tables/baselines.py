"""What no choice of weights improves: one agent alone, and all agents with equal weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from verifier.solve.points import Matrix
from verifier.tables.collected import narrow
from verifier.tables.norm import Norm
from verifier.tables.table import UtilityTable

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Single:
    """The distance of one agent alone, with his best offset."""

    agent: str
    distance: Fraction
    offset: Fraction


@dataclass(frozen=True)
class Average:
    """The distance of the agents' plain average, with its best offset."""

    distance: Fraction
    offset: Fraction


def best_single(table: UtilityTable, norm: Norm = Norm.SUP) -> Single:
    """The nearest agent alone, the first of several."""
    return min(singles(table, norm), key=lambda found: found.distance)


def singles(table: UtilityTable, norm: Norm = Norm.SUP) -> list[Single]:
    """The distance of every agent alone.

    It is half the range of the difference, its mean distance from its median, or its variance.
    """
    columns = _Columns(table)
    target = columns[0]
    return [
        Single(agent, *_missed(target - columns[n], columns.scale, norm))
        for n, agent in enumerate(table.agents, 1)
    ]


def average(
    table: UtilityTable, norm: Norm = Norm.SUP, agents: Sequence[int] | None = None
) -> Average:
    """The distance of the mixture of all agents, or of those with these numbers, in equal weights.

    Domain: at least one agent.
    """
    columns = _Columns(table)
    chosen = range(len(table.agents)) if agents is None else agents
    differences = len(chosen) * columns[0]
    for n in chosen:
        differences = differences - columns[1 + n]
    return Average(*_missed(differences, len(chosen) * columns.scale, norm))


class _Columns:
    """The utilities of the user (0) and of each agent (from 1) in integers over one `scale`.

    They are of Python's own kind where sums of twice as many as there are cells in a row, over all
    rows, would not fit into numpy's.
    """

    def __init__(self, table: UtilityTable) -> None:
        import numpy as np

        self.scale, rows = lcm(*set(table.scales)), table.rows
        self._array = rows.array if isinstance(rows, Matrix) else narrow(rows)
        factors = [self.scale // own for own in table.scales]
        largest = max(int(np.abs(self._array).max()), 1) * max(factors)
        wide = 4 * largest * len(factors) * len(table.agents) >= 2**63
        self._kind = object if wide or self._array.dtype == object else np.int64
        self._factors = np.array(factors, dtype=self._kind)

    def __getitem__(self, number: int) -> Array:
        column: Array = self._array[:, number].astype(self._kind) * self._factors
        return column


def _missed(differences: Array, scale: int, norm: Norm) -> tuple[Fraction, Fraction]:
    """The distance of differences, times `scale`, from their best offset, and that offset."""
    count = len(differences)
    if norm is Norm.SQUARED:
        total = int(differences.sum())
        squares = sum(value * value for value in differences.tolist())
        distance = Fraction(count * squares - total * total, (count * scale) ** 2)
        return distance, Fraction(total, count * scale)
    ordered = differences.copy()
    ordered.sort()
    low, high, middle = int(ordered[0]), int(ordered[-1]), int(ordered[count // 2])
    if norm is Norm.SUP:
        return Fraction(high - low, 2 * scale), Fraction(high + low, 2 * scale)
    return Fraction(int(abs(ordered - middle).sum()), count * scale), Fraction(middle, scale)
