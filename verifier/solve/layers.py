"""Arrays for backward induction: exact integers in machine words where a bound shows that they fit, Python integers elsewhere.

Weights are integers over common denominators. A bound on every intermediate sum is computed first; below 2^62 the arrays are
numpy int64, whose sums and products are then exact, and as fast as float64. theory.md 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

MACHINE = 2**62
"""Sums below this are exact in int64."""

Array = np.ndarray[Any, np.dtype[Any]]
Matrix = Sequence[Sequence[int]]


def dtype_for(payoffs: Matrix, chances: Sequence[Matrix]) -> type:
    """int64 if the sum over all entries of |payoff| times the chances stays below 2^62, Python integers otherwise.

    `payoffs[action][x]` and `chances[i][history][x]`; every sum that backward induction forms is a sum of such products, each
    once, so this bounds them all, and with payoffs of at least 1 the products of chances, too.
    """
    largest = [max(1, *(abs(row[x]) for row in payoffs)) for x in range(len(payoffs[0]))]
    total = sum(largest[x] * prod(sum(abs(row[x]) for row in chance) for chance in chances) for x in range(len(largest)))
    return np.int64 if total < MACHINE else object


def worths(payoffs: Matrix, chances: Sequence[Matrix], kind: type) -> Array:
    """The array [action, history of the first agent, ..., of the last]: sum over x of payoff times the chances."""
    total: Array | None = None
    for x in range(len(payoffs[0])):
        part: Array = np.array([row[x] for row in payoffs], dtype=kind)
        for chance in chances:
            part = np.multiply.outer(part, np.array([row[x] for row in chance], dtype=kind))
        total = part if total is None else total + part
    if total is None:
        raise ValueError("no observation to sum over")
    return total


def best(values: Array, axes: Sequence[int]) -> tuple[Array, Array]:
    """The maximum over these axes together, and the place of its first occurrence in their joint order."""
    rest = [axis for axis in range(values.ndim) if axis not in axes]
    moved = np.transpose(values, [*rest, *axes])
    flat = moved.reshape(*(values.shape[axis] for axis in rest), -1)
    return flat.max(axis=-1), flat.argmax(axis=-1)


def backward(values: Array, shape: Sequence[Sequence[int]], rounds: int) -> tuple[Array, list[Array]]:
    """Backward induction: the best action, then from the last round to the first the expected answers and best questions.

    `values[action, history of agent 1, ...]`, where the histories of agent i run over (question, answer) pairs of `shape[i]`,
    the first round slowest. Returns the value at the start, and per round what asking is worth:
    [agent 1's rounds so far and question, agent 2's, ...].
    """
    values = values.reshape(-1, *(size for pair in shape for _ in range(rounds) for size in pair))
    values, _ = best(values, [0])
    asked: list[Array] = []
    for left in range(rounds, 0, -1):
        asked.insert(0, total(values, [2 * left * agent + 2 * left - 1 for agent in range(len(shape))]))
        values, _ = best(asked[0], [(2 * left - 1) * (agent + 1) - 1 for agent in range(len(shape))])
    return values, asked


def total(values: Array, axes: Sequence[int]) -> Array:
    """The sum over these axes."""
    result: Array = values.sum(axis=tuple(axes))
    return result
