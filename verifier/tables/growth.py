"""The growth of the hull: distances from nested random subsets of the agents (theory.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial

from verifier.deadline import finished, uninterrupted
from verifier.errors import InstanceError
from verifier.numbers import integers
from verifier.rng import Draws
from verifier.solve.hull import nearest
from verifier.solve.least_squares import Products, products
from verifier.solve.mean_error import mean_error
from verifier.solve.points import Mixture, Points, gaps, pairings
from verifier.tables.baselines import average, singles
from verifier.tables.distance import table_points
from verifier.tables.norm import Norm
from verifier.tables.table import UtilityTable

EVERY = 12
"""The largest number of agents of which every smaller number has its distance."""


@dataclass(frozen=True)
class Errors:
    """How far the user is from some agents: from mixtures, one agent alone, and equal weights.

    `simplex` and `cone` are the distances from the best mixtures, by their weights.
    """

    simplex: Fraction
    cone: Fraction
    single: Fraction
    equal: Fraction


@dataclass(frozen=True)
class GrowthStep:
    """The errors of the first `agents` of an order.

    `fitted` has them on the rows for which weights and offsets are best, `tested` those of the
    same weights and offsets on the other rows, if there are any.
    """

    agents: int
    fitted: Errors
    tested: Errors | None = None

    @property
    def distance(self) -> Fraction:
        """The distance from the nearest mixture in the simplex."""
        return self.fitted.simplex

    @property
    def single(self) -> Fraction:
        """The distance from the nearest agent alone."""
        return self.fitted.single


@dataclass(frozen=True)
class Order:
    """An order in which agents join, and the distances on the way."""

    agents: tuple[str, ...]
    steps: tuple[GrowthStep, ...]


def sizes(agents: int) -> tuple[int, ...]:
    """The numbers of agents with a distance: every one up to 12, else 1, 2, 3, 5, 7, 10, 15, ...

    The last is all agents; none before it is above nine tenths of that.

    >>> sizes(40)
    (1, 2, 3, 5, 7, 10, 15, 20, 30, 40)
    """
    if agents <= EVERY:
        return tuple(range(1, agents + 1))
    found, power = [1, 2, 3, 5, 7], 10
    while power < agents:
        found += [power * tenths // 10 for tenths in (10, 15, 20, 30, 50, 70)]
        power *= 10
    return (*(size for size in found if 10 * size <= 9 * agents), agents)


def require_both(table: UtilityTable, share: Fraction, said: str) -> None:
    """A share of the rows to hold out leaves some to fit, and is some row. `said` is what gave it.

    Raises InstanceError otherwise.
    """
    rows = len(table.rows)
    if share >= 1:
        raise InstanceError(f"{said}: is {share}, expected less than 1: rows to fit must stay")
    if share * rows < 1:
        few = f"expected at least 1/{rows}" if rows > 1 else "expected a table of two rows at least"
        raise InstanceError(
            f"{said}: is {share}, which is no row of {rows}; {few}, or leave it out"
        )


def growth(
    table: UtilityTable,
    seed: int,
    orders: int,
    norm: Norm = Norm.SUP,
    done: Callable[[int, int], None] = lambda *_: None,
    hold_out: Fraction = Fraction(0),
) -> tuple[Order, ...]:
    """The errors along random orders of the agents, the same for the same seed.

    Along an order no distance from the best mixture is larger than the one before. A share
    `hold_out` of the rows, drawn at random for each order and rounded down, is left out of the fit.
    `done` receives (number of the order, number of agents) after every step. Orders that a deadline
    cuts short are missing. Domain: 0 <= hold_out < 1; `require_both` refuses what is no row.
    """

    def along(number: int) -> Order:
        order = Draws("growth", seed, number).order(len(table.agents))
        rows = Draws("held out", seed, number).order(len(table.rows))
        aside = sorted(rows[: int(hold_out * len(rows))])
        kept = table.only(sorted(rows[len(aside) :])) if aside else table
        steps = _Steps(kept, table.only(aside) if aside else None, norm, order)
        return Order(
            tuple(table.agents[n] for n in order),
            tuple(steps.step(count, partial(done, number)) for count in sizes(len(order))),
        )

    with uninterrupted():
        found = [finished(partial(along, number), None) for number in range(1, orders + 1)]
    return tuple(order for order in found if order is not None)


@dataclass(frozen=True)
class _Fit:
    """A mixture of some agents with an offset, and its distance from the user."""

    weights: Sequence[Fraction]
    offset: Fraction
    distance: Fraction


class _Steps:
    """The steps along one order: the mixtures that are best on some rows, tested on others."""

    def __init__(
        self, table: UtilityTable, others: UtilityTable | None, norm: Norm, order: Sequence[int]
    ) -> None:
        self.table, self.norm, self.order = table, norm, order
        self.points = table_points(table)
        self.others = None if others is None else table_points(others)
        self.alone = singles(table, norm)

    def step(self, count: int, done: Callable[[int], None]) -> GrowthStep:
        agents = self.order[:count]
        best = min(agents, key=lambda n: self.alone[n].distance)
        single, equal = self.alone[best], average(self.table, self.norm, agents)
        fits = (
            self._best(agents, Mixture.SIMPLEX),
            self._best(agents, Mixture.CONE),
            _Fit([Fraction(n == best) for n in agents], single.offset, single.distance),
            _Fit([Fraction(1, count)] * count, equal.offset, equal.distance),
        )
        fitted = Errors(*[fit.distance for fit in fits])
        tested = None
        if self.others is not None:
            tested = Errors(*[_error(self.others.keep(agents), fit, self.norm) for fit in fits])
        done(count)
        return GrowthStep(count, fitted, tested)

    def _best(self, agents: Sequence[int], mixture: Mixture) -> _Fit:
        if self.norm is Norm.SQUARED:
            kept = self._products.keep(agents)
            weights = kept.weights(mixture)
            hers, *theirs = self._means
            mixed = sum((w * theirs[n] for w, n in zip(weights, agents, strict=True)), Fraction(0))
            return _Fit(weights, hers - mixed, kept.error(weights))
        points = self.points.keep(agents)
        measured = mean_error if self.norm is Norm.MEAN else nearest
        found = measured(points, mixture)
        return _Fit(found.weights, found.offsets[0], found.distance)

    @cached_property
    def _products(self) -> Products:
        return products(self.points)

    @cached_property
    def _means(self) -> list[Fraction]:
        """The mean of the user's utilities, and of each agent's."""
        share = Fraction(1, len(self.points.rows))
        return pairings(dict.fromkeys(range(len(self.points.rows)), share), self.points)


def _error(points: Points, fit: _Fit, norm: Norm) -> Fraction:
    """How far a mixture with its offset is from the user on these rows."""
    missed = gaps(points, fit.weights, [fit.offset], range(len(points.rows))).values()
    if norm is Norm.SUP:
        return max(map(abs, missed))
    whole, unit = integers(list(missed))
    if norm is Norm.MEAN:
        return Fraction(sum(map(abs, whole)), unit * len(whole))
    return Fraction(sum(miss * miss for miss in whole), unit * unit * len(whole))
