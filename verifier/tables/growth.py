"""How the distance falls as more agents join: nested random subsets (theory.md 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.rng import Draws
from verifier.solve.hull import nearest
from verifier.solve.mean_error import mean_error
from verifier.tables.distance import Norm, points_of, singles
from verifier.tables.table import UtilityTable

EVERY = 12
"""Up to so many agents, every number of them is looked at."""


@dataclass(frozen=True)
class Step:
    """The first `agents` of an order together, and the best of them alone."""

    agents: int
    distance: Fraction
    single: Fraction


@dataclass(frozen=True)
class Order:
    """Agents in the order in which they join, and the distances on the way."""

    agents: tuple[str, ...]
    steps: tuple[Step, ...]


def sizes(agents: int) -> tuple[int, ...]:
    """1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, ... up to nine tenths, and all; every number if
    there are few agents.

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
    """Distances along random orders of the agents: the same seed, the same orders.

    `done` hears of every distance.

    Along an order no distance is larger than the one before.
    """
    counts = sizes(len(table.agents))
    alone = [found.distance for found in singles(table, norm)]
    return tuple(
        _order(
            table,
            Draws("growth", seed, number).order(len(table.agents)),
            counts,
            alone,
            norm,
            done,
            number,
        )
        for number in range(1, orders + 1)
    )


def _order(
    table: UtilityTable,
    order: Sequence[int],
    counts: Sequence[int],
    alone: Sequence[Fraction],
    norm: Norm,
    done: Callable[[int, int], None],
    number: int,
) -> Order:
    points, steps = points_of(table), []
    for count in counts:
        kept = points.keep(order[:count])
        near = nearest(kept).distance
        value = mean_error(kept).distance if norm is Norm.MEAN and near else near
        steps.append(Step(count, value, min(alone[n] for n in order[:count])))
        done(number, count)
    return Order(tuple(table.agents[n] for n in order), tuple(steps))
