"""What a mixture near the target still misses, enlarged until floats see it.

Where mixtures come so near to the target that floats see no difference, they do not tell which
inequalities decide. From a mixture that is known exactly, what is missing is found exactly and
multiplied by a power of two; the best correction of the weights is a program of the same kind, in
which it is as large as the generators (iterative refinement: Gleixner, Steffy and Wolter,
Iterative refinement for linear programming, 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from verifier.solve.floats import Array, Floats, Rows
from verifier.solve.points import Points, gaps

SMALL = 1e-7
"""A weight below this may as well be 0; one above it is not corrected by so much."""

CORRECTIONS = 5
"""How often corrections are corrected again, each time by a factor of a million at least."""

FAR = Fraction(100)
"""Where enlarged numbers end: no correction makes up for so much."""


@dataclass(frozen=True)
class Start:
    """A mixture that is known exactly: nonnegative weights, which sum to 1 if they must, and
    offsets.
    """

    weights: tuple[Fraction, ...]
    offsets: tuple[Fraction, ...]

    def missing(self, points: Points) -> list[Fraction]:
        """The target minus this mixture and its offsets, at every point."""
        found = gaps(points, self.weights, self.offsets, range(len(points.rows)))
        return [-gap for gap in found.values()]


def start_at(weights: Sequence[float], offsets: Sequence[Fraction], *, convex: bool) -> Start:
    """The mixture of about these weights; the small ones are 0."""
    exact = [Fraction(weight) if weight > SMALL else Fraction(0) for weight in weights]
    if convex:
        largest = max(range(len(exact)), key=exact.__getitem__)
        exact[largest] += 1 - sum(exact)
    return Start(tuple(exact), tuple(offsets))


class Corrections(Rows):
    """Corrections of the weights of a start as generators, and what is missing as the target.

    The first `count` columns are generators without a weight, of which only more can be taken; the
    others, whose weights may become less, and the offsets are free. If weights sum to 1, what one
    generator gets another loses, the one of the largest weight. `factor` is how much is enlarged:
    what is missing at the points `near` becomes at most 1; elsewhere it stays far, at most FAR.
    """

    def __init__(
        self,
        floats: Floats,
        start: Start,
        missing: Sequence[Fraction],
        *,
        convex: bool,
        near: Array | None = None,
    ) -> None:
        self.floats, self.start, self.groups = floats, start, floats.groups
        weights = start.weights
        self.rest = max(range(len(weights)), key=weights.__getitem__) if convex else None
        without = [n for n, weight in enumerate(weights) if not weight]
        free = [n for n, weight in enumerate(weights) if weight and n != self.rest]
        self.count, self.generators = len(without), [*without, *free]
        self.taken = [n for n, weight in enumerate(weights) if weight]
        self.width = 1 + len(self.generators) + len(start.offsets)
        unit, chosen = Fraction(floats.unit), missing
        if near is not None:
            chosen = [gap for gap, close in zip(missing, near.tolist(), strict=True) if close]
        self.factor = _power_below(unit / max(map(abs, chosen)))
        enlarged = [gap * self.factor / unit for gap in missing]
        self._missing = np.array([float(max(-FAR, min(gap, FAR))) for gap in enlarged])

    def part(self, chosen: Any) -> Array:
        """These rows."""
        rows = self.floats.part(chosen)
        taken = rows[:, [1 + n for n in self.generators]]
        if self.rest is not None:
            taken = taken - rows[:, [1 + self.rest]]
        offsets = rows[:, 1 + self.floats.count :]
        return np.column_stack([self._missing[chosen], taken, offsets])

    def slices(self) -> Iterator[Array]:
        return map(self.part, self.floats.parts())

    def corrected(self, weights: Array) -> Start:
        """The start with these corrections; small new weights are 0, as is what is no number."""
        weights = np.nan_to_num(weights, nan=0.0, posinf=0.0, neginf=0.0)
        kept = np.where((weights > SMALL) | (np.arange(len(weights)) >= self.count), weights, 0.0)
        steps = [Fraction(step) / self.factor for step in kept.tolist()]
        exact, unit = list(self.start.weights), Fraction(self.floats.unit)
        for n, step in zip(self.generators, steps, strict=False):
            exact[n] += step
        exact = [max(weight, Fraction(0)) for weight in exact]
        if self.rest is not None:
            exact[self.rest] += 1 - sum(exact)
        offsets = zip(self.start.offsets, steps[len(self.generators) :], strict=True)
        return Start(tuple(exact), tuple([old + step * unit for old, step in offsets]))


def _power_below(bound: Fraction) -> Fraction:
    """A power of two of at most this, and more than a quarter of it."""
    return Fraction(2) ** (bound.numerator.bit_length() - bound.denominator.bit_length() - 1)
