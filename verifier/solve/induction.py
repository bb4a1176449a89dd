"""Arrays for backward induction, in machine integers where a bound shows that they fit.

Weights are integers over common denominators. A bound on every intermediate sum is computed first;
below 2^62 the arrays are numpy int64, whose sums and products are then exact, and as fast as
float64.

Arrays are flat; the histories of the first agent vary slowest. A history of one agent is a number:
(question, answer) pairs are its digits, the first round the highest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

MACHINE = 2**62
"""Sums below this are exact in int64."""

Matrix = Sequence[Sequence[int]]
Chances = Sequence[Mapping[int, int]]
"""[x]: the histories of one agent that are possible at x, with their weights."""


def dtype_for(payoffs: Matrix, chances: Sequence[Chances]) -> type:
    """The type int64 if all |payoff| times the chances add up to less than 2^62, else object.

    `payoffs[action][x]` and `chances[agent][x]`; every sum that backward induction forms is a sum
    of such products, each once, so this bounds them all. Factors below 1 count as 1, so that it
    bounds every single entry, too.
    """
    import numpy as np

    return np.int64 if most(payoffs, chances) < MACHINE else object


def most(payoffs: Matrix, chances: Sequence[Chances]) -> int:
    """A bound on the size of every sum of payoffs times chances, each product once; at least 1."""
    total = 0
    for x in range(len(payoffs[0])):
        largest = max(1, *(abs(row[x]) for row in payoffs))
        total += largest * prod(max(1, sum(map(abs, chance[x].values()))) for chance in chances)
    return total


def expected_payoffs(
    payoffs: Matrix, chances: Sequence[Chances], sizes: Sequence[int], kind: type
) -> Array:
    """The payoffs by action and histories of all agents: sums over x of payoff times the chances.

    `sizes[agent]` counts the agent's histories.
    """
    import numpy as np

    total: Array = np.zeros((len(payoffs), prod(sizes)), dtype=kind)
    for x in range(len(payoffs[0])):
        part: Array = np.array([row[x] for row in payoffs], dtype=kind)
        for chance, size in zip(chances, sizes, strict=True):
            part = np.multiply.outer(part, _spread(chance[x], size, kind)).reshape(-1)
        total += part.reshape(total.shape)
    return total


def of_first_best(payoffs: Array, values: Array) -> Array:
    """The payoffs of the first action that is worth most, by histories of all agents; one row."""
    import numpy as np

    return np.take_along_axis(payoffs, values.argmax(axis=0)[np.newaxis], axis=0)


def _spread(weights: Mapping[int, int], size: int, kind: type) -> Array:
    import numpy as np

    row: Array = np.zeros(size, dtype=kind)
    row[list(weights)] = np.array(list(weights.values()), dtype=kind)
    return row


def backward(
    values: Array, shape: Sequence[tuple[int, int]], rounds: int
) -> tuple[int | float, list[Array]]:
    """The value of a conversation by backward induction, and what asking is worth in each round.

    `values[action, histories]`, with (questions, answers) of every agent in `shape`: the best
    action is taken, then from the last round to the first the expected answers and the best
    questions. Returns the value at the start, and per round what asking is worth: [agent 1's rounds
    so far and question, agent 2's, ...], flat.
    """
    import numpy as np

    lengths = [(questions * answers) ** rounds for questions, answers in shape]
    values = values.max(axis=0)
    asked: list[Array] = []
    for _ in range(rounds):
        for agent, (_, answers) in enumerate(shape):
            values = _fold(values, lengths, agent, answers, np.sum)
        asked.insert(0, values)
        for agent, (questions, _) in enumerate(shape):
            values = _fold(values, lengths, agent, questions, np.max)
    return values.item(), asked


def _fold(
    values: Array, lengths: list[int], agent: int, width: int, by: Callable[..., Array]
) -> Array:
    """The values summed or maximised over the last digit of one agent's histories.

    `lengths` is shortened by that digit.
    """
    lengths[agent] //= width
    return by(
        values.reshape(prod(lengths[: agent + 1]), width, prod(lengths[agent + 1 :])), axis=1
    ).reshape(-1)
