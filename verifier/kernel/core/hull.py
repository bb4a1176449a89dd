"""The hull distance: how near a mixture of the agents' utilities comes to the user's
(theory.md 2.1).
"""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel.reader.document import (
    affordable,
    entries,
    length,
    nonnegative,
    require,
    total,
)
from verifier.kernel.reader.instance import Game

SHAPE = {
    "distance": Fraction,
    "weights": [(str, Fraction)],
    "offset": Fraction,
    "witness": [(str, str, Fraction)],
}


def hull(game: Game, part: dict[str, Any]) -> tuple[Fraction, dict[str, Fraction]]:
    """Distance and weights: the mixture shows that it is at most so much, the signed
    measure that it is at least.
    """
    names, distance, offset = (
        [agent.name for agent in game.agents],
        part["distance"],
        part["offset"],
    )
    weights = entries(part["weights"], "hull.weights", names)
    nonnegative(weights.values(), "hull.weights")
    require(
        len(weights) == len(names) and total(weights.values()) == 1,
        "hull.weights: expected one for every agent, summing to 1",
    )
    measure = entries(part["witness"], "hull.witness", game.actions, game.states)
    steps = (len(game.actions) * len(game.states) + len(measure)) * len(names)
    bits = length([*weights.values(), offset, distance, *measure.values()])
    affordable(steps, bits, "the hull distance")
    for a, y in product(game.actions, game.states):
        mixture = sum(
            (weights[agent.name] * agent.utility[a][y] for agent in game.agents), offset
        )
        near = abs(mixture - game.utility[a][y]) <= distance
        require(
            near,
            f"hull: the mixture misses the user's utility at {(a, y)} by more than"
            f" {distance}",
        )
    small = total(measure.values()) == 0 and total(map(abs, measure.values())) <= 1
    require(small, "hull.witness: expected total mass 0 and norm at most 1")
    for agent in game.agents:
        gap = total(
            m * (game.utility[a][y] - agent.utility[a][y])
            for (a, y), m in measure.items()
        )
        require(
            gap >= distance,
            f"hull.witness: it does not keep {agent.name} at distance {distance}",
        )
    return distance, weights
