"""Where a best approximation lies, roughly: an interior point method in floats.

Both norms ask for weights w >= 0 and offsets o that make the gaps r = G w + o - t small at all
points: the sup norm charges one distance d for all, the mean error one for each. With multipliers
m+ and m- of r <= d and -r <= d, z of w >= 0 and v of sum w = 1, an optimum has

    G'(m+ - m-) + v = z,   m+ - m- sums to 0 for each offset,   m+ + m- sums to 1 (sup norm),
                                                                 m+ + m- is 1 (mean error)

and every multiplier times its slack is 0. Newton's steps keep these products alike and let them
fall (Mehrotra, On the implementation of a primal-dual interior point method, 1992). What is found
is near an optimum and inside: it tells which inequalities are tight, and proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from verifier.solve.floats import Array, Rows

STEPS = 60
"""Most steps of Newton's; twenty are usual."""

KEPT = 0.995
"""The share of the way to the boundary that a step goes at most."""

LEAST = 1e-8
"""The length below which a step is none: floats have no more digits."""


@dataclass(frozen=True)
class Place:
    """A place inside, or a move from one to another.

    `weights` are w and then o; `prices` are z; `equal` is v; `distance` is one or an array.
    """

    weights: Array
    gaps: Array
    distance: Array
    above: Array
    below: Array
    prices: Array
    equal: float

    @property
    def slacks(self) -> tuple[Array, Array, Array]:
        """What the inequalities leave: r <= d, -r <= d, w >= 0."""
        return (
            self.distance - self.gaps,
            self.distance + self.gaps,
            self.weights[: len(self.prices)],
        )

    @property
    def multipliers(self) -> tuple[Array, Array, Array]:
        """The multipliers of these inequalities."""
        return self.above, self.below, self.prices

    @property
    def products(self) -> float:
        """The sum of all multipliers times slacks: the duality gap, if all equations hold."""
        pairs = zip(self.multipliers, self.slacks, strict=True)
        return float(sum(multiplier @ slack for multiplier, slack in pairs))

    def moved(self, move: Place, primal: float, dual: float) -> Place:
        """The place that the move leads to, with these lengths."""
        return Place(
            self.weights + primal * move.weights,
            self.gaps + primal * move.gaps,
            self.distance + primal * move.distance,
            self.above + dual * move.above,
            self.below + dual * move.below,
            self.prices + dual * move.prices,
            self.equal + dual * move.equal,
        )


class Interior:
    """The way to a best approximation: `place` is where it has come to.

    The first column of `rows` is the target, the next `count` are generators, the others have the
    offsets. `shared`: one distance for all points.
    """

    def __init__(self, rows: Rows, count: int, *, convex: bool, shared: bool) -> None:
        self.rows, self.count, self.convex, self.shared = rows, count, convex, shared
        self.place = self._middle()

    def _middle(self) -> Place:
        """Equal weights, and distances that leave room everywhere.

        Free generators begin where the offsets do: gaps follow from whatever the weights are.
        """
        target = self.rows.target
        size = self.rows.width - 1
        weights = np.zeros(size)
        weights[: self.count] = 1 / max(self.count, 1)
        weights[self.count :] = -float(np.median(self.rows.mixed(weights) - target))
        gaps = self.rows.mixed(weights) - target
        sizes = np.abs(gaps)
        distance = (
            np.array(1.1 * sizes.max() + 1e-12)
            if self.shared
            else sizes + 0.1 * sizes.mean() + 1e-12
        )
        halves = np.full(len(target), 0.5 / len(target) if self.shared else 0.5)
        price = float((distance * halves).mean()) * max(self.count, 1)
        prices = np.full(self.count, price)
        return Place(weights, gaps, distance, halves, halves, prices, 0.0)

    @property
    def value(self) -> float:
        """The distance, or the sum of all."""
        return float(self.place.distance.sum())

    def solve(self, tolerance: float) -> Place:
        """The place after steps that bring the relative duality gap below the tolerance."""
        with np.errstate(all="ignore"):  # what is no number ends it
            for _ in range(STEPS):
                if self.place.products <= tolerance * self.value or not self._step():
                    break
        return self.place

    def _step(self) -> bool:
        """One step: where Newton's would lead tells how far the products may fall."""
        at, newton = self.place, Newton(self)
        flat = [-m * s for m, s in zip(at.multipliers, at.slacks, strict=True)]
        first = newton.move(flat)
        pairs = 2 * len(at.gaps) + self.count
        average = at.products / pairs
        after = at.moved(first, *_lengths(at, first)).products / pairs
        aim = average * (after / average) ** 3
        bent = zip(flat, first.multipliers, first.slacks, strict=True)
        move = newton.move([aim + start - m * s for start, m, s in bent])
        primal, dual = (min(1.0, KEPT * length) for length in _lengths(at, move))
        if not max(primal, dual) > LEAST:
            return False
        self.place = at.moved(move, primal, dual)
        return True


def _lengths(at: Place, move: Place) -> tuple[float, float]:
    """How far slacks and multipliers may go before one is 0, at most 1 step."""
    primal = [_length(*pair) for pair in zip(at.slacks, move.slacks, strict=True)]
    dual = [_length(*pair) for pair in zip(at.multipliers, move.multipliers, strict=True)]
    return min(primal), min(dual)


def _length(value: Array, step: Array) -> float:
    falling = step < 0
    return float((value[falling] / -step[falling]).min(initial=1.0))


class Newton:
    """Newton's equations at one place, in the weights, the shared distance and v."""

    def __init__(self, way: Interior) -> None:
        self.way, self.at = way, way.place
        self.slacks = self.at.slacks
        ratios = zip(self.at.multipliers, self.slacks, strict=True)
        self.over, self.under, self.cheap = (m / s for m, s in ratios)
        self.sums, self.differences = self.over + self.under, self.over - self.under
        self.matrix = self._matrix()

    def _matrix(self) -> Array:
        way, size = self.way, len(self.at.weights)
        bent = self.sums if way.shared else 4 * self.over * self.under / self.sums
        matrix = np.zeros((size + way.shared + way.convex,) * 2)
        matrix[:size, :size] = way.rows.gram(bent)
        matrix[range(way.count), range(way.count)] += self.cheap
        if way.shared:
            matrix[:size, size] = matrix[size, :size] = -way.rows.pulled(self.differences)
            matrix[size, size] = self.sums.sum()
        if way.convex:
            matrix[: way.count, -1] = matrix[-1, : way.count] = 1.0
        return matrix

    def move(self, changes: list[Array]) -> Place:
        """The move that changes the products of multipliers and slacks by so much."""
        at, way, size = self.at, self.way, len(self.at.weights)
        over, under, prices = (c / s for c, s in zip(changes, self.slacks, strict=True))
        masses, change = at.above - at.below, over - under
        missing = over + under + at.above + at.below
        if not way.shared:
            missing = missing - 1.0
            change = change - self.differences * missing / self.sums
        right = np.zeros(len(self.matrix))
        right[:size] = -way.rows.pulled(masses + change)
        right[: way.count] += prices + at.prices - at.equal
        if way.shared:
            right[size] = missing.sum() - 1.0
        if way.convex:
            right[-1] = 1.0 - at.weights[: way.count].sum()
        found = _solved(self.matrix, right)
        weights = found[:size]
        gaps = way.rows.mixed(weights)
        distance = (
            np.array(found[size]) if way.shared else (missing + self.differences * gaps) / self.sums
        )
        return Place(
            weights,
            gaps,
            distance,
            over - self.over * (distance - gaps),
            under - self.under * (distance + gaps),
            prices - self.cheap * weights[: way.count],
            float(found[-1]) if way.convex else 0.0,
        )


def _solved(matrix: Array, right: Array) -> Array:
    try:
        return np.linalg.solve(matrix, right)
    except np.linalg.LinAlgError:
        found: Array = np.linalg.lstsq(matrix, right)[0]
        return found
