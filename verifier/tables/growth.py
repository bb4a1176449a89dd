"""The growth of the hull: distances from nested random subsets of the agents (theory.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from verifier.deadline import finished, uninterrupted
from verifier.rng import Draws
from verifier.solve.hull import nearest
from verifier.solve.mean_error import mean_error
from verifier.tables.distance import Norm, singles, table_points
from verifier.tables.table import UtilityTable

EVERY = 12
"""The largest number of agents of which every smaller number has its distance."""


@dataclass(frozen=True)
class GrowthStep:
    """The distance of the first `agents` of an order together, and of the best of them alone."""

    agents: int
    distance: Fraction
    single: Fraction


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


def growth(
    table: UtilityTable,
    seed: int,
    orders: int,
    norm: Norm = Norm.SUP,
    done: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Order, ...]:
    """The distances along random orders of the agents, the same for the same seed.

    Along an order no distance is larger than the one before. `done` receives (number of the order,
    number of agents) after every distance. Orders that a deadline cuts short are missing.
    """
    counts = sizes(len(table.agents))

    def along(number: int) -> Order:
        order = Draws("growth", seed, number).order(len(table.agents))
        return _order(table, order, counts, alone, norm, done, number)

    with uninterrupted():
        alone = finished(lambda: [found.distance for found in singles(table, norm)], [])
        found = [finished(partial(along, number), None) for number in range(1, orders + 1)]
    return tuple(order for order in found if order is not None)


def _order(
    table: UtilityTable,
    order: Sequence[int],
    counts: Sequence[int],
    alone: Sequence[Fraction],
    norm: Norm,
    done: Callable[[int, int], None],
    number: int,
) -> Order:
    points, steps = table_points(table), []
    for count in counts:
        kept = points.keep(order[:count])
        found = mean_error(kept) if norm is Norm.MEAN else nearest(kept)
        steps.append(GrowthStep(count, found.distance, min(alone[n] for n in order[:count])))
        done(number, count)
    return Order(tuple(table.agents[n] for n in order), tuple(steps))
