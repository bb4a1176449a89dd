"""Distances of one person's judgements from mixtures of others', along random orders, all exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from experiments.judgements import Judgements
from verifier.rng import Draws
from verifier.solve.hull import nearest
from verifier.solve.mean_error import mean_error
from verifier.solve.points import points_of
from verifier.tables.growth import sizes

NORMS = ("sup", "mean")
KINDS = ("mixture", "single", "random")
MIXTURES = 5
"""Random mixtures of the same agents; their median counts."""


@dataclass(frozen=True)
class Curve:
    """The distances of one held-out person from the first people of an order.

    `agents` are the numbers of these people; `distances` has a list for each norm and kind.
    """

    user: str
    agents: tuple[int, ...]
    distances: dict[str, tuple[Fraction, ...]]


def held_out(given: Judgements, users: int, seed: int) -> list[int]:
    """The numbers of the people who take the user's part, drawn at random."""
    return Draws("held out", given.name, seed).order(len(given.values))[:users]


def record(given: Judgements, number: int, seed: int, most: int) -> dict[str, Any]:
    """The curve of one held-out person as JSON.

    The others are the agents, at most `most`, in a random order of their own.
    """
    names = list(given.values)
    draws = Draws("order", given.name, seed, number)
    agents = [n for n in draws.order(len(names)) if n != number][:most]
    columns = [given.values[names[n]] for n in agents]
    target = given.values[names[number]]
    counts = sizes(len(agents))
    alone = {norm: [_single(target, column, norm) for column in columns] for norm in NORMS}
    found: dict[str, list[str]] = {f"{norm} {kind}": [] for norm in NORMS for kind in KINDS}
    for count in counts:
        points = points_of(target, columns[:count], [0] * len(target))
        sup = nearest(points).distance
        found["sup mixture"].append(str(sup))
        found["mean mixture"].append(str(mean_error(points).distance if sup else sup))
        weights = [draws.shares(count, 20 * count) for _ in range(MIXTURES)]
        mixed = [_mixture(ws, columns[:count]) for ws in weights]
        for norm in NORMS:
            found[f"{norm} single"].append(str(min(alone[norm][:count])))
            found[f"{norm} random"].append(str(median(_single(target, mix, norm) for mix in mixed)))
    return {"user": names[number], "agents": list(counts), "distances": found}


def _mixture(weights: Sequence[int], columns: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The columns mixed in these proportions."""
    total = sum(weights)
    return [
        sum((w * v for w, v in zip(weights, row, strict=True)), Fraction(0)) / total
        for row in zip(*columns, strict=True)
    ]


def _single(target: Sequence[Fraction], column: Sequence[Fraction], norm: str) -> Fraction:
    """The distance of one agent with the best offset.

    It is half the range of the difference, or its mean distance from its median.
    """
    differences = [a - b for a, b in zip(target, column, strict=True)]
    if norm == "sup":
        return (max(differences) - min(differences)) / 2
    middle = median(differences)
    missed = sum((abs(difference - middle) for difference in differences), Fraction(0))
    return missed / len(differences)


def curve(found: dict[str, Any]) -> Curve:
    """The curve in a record."""
    distances = {key: tuple(map(Fraction, values)) for key, values in found["distances"].items()}
    return Curve(found["user"], tuple(found["agents"]), distances)
