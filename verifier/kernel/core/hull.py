"""The hull distance: how near a mixture of the agents' utilities comes to the user's
(theory.md 2.1).
"""

from fractions import Fraction
from itertools import product
from typing import Any

from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    length,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import HULLS, Game, Utility

SHAPE = {
    "hull": Option(str, "simplex"),
    "distance": Fraction,
    "weights": [(str, Fraction)],
    "offset": Fraction,
    "state_offsets": Option([(str, Fraction)], []),
    "witness": [(str, str, Fraction)],
}


def hull(game: Game, part: dict[str, Any]) -> tuple[Fraction, dict[str, Fraction]]:
    """Distance and weights: the mixture shows that it is at most so much, the signed
    measure that it is at least.
    """
    kind, names = part["hull"], [agent.name for agent in game.agents]
    distance, offset = part["distance"], part["offset"]
    readable(kind in HULLS, f"hull.hull: {kind!r:.40} is not one of {HULLS}")
    weights = entries(part["weights"], "hull.weights", names)
    nonnegative(weights.values(), "hull.weights")
    convex = kind == "simplex"
    require(
        len(weights) == len(names) and (not convex or total(weights.values()) == 1),
        "hull.weights: expected one for every agent, summing to 1 in a simplex",
    )
    by_state = entries(part["state_offsets"], "hull.state_offsets", game.states)
    free = kind == "state-offset"
    require(free or not by_state, "hull.state_offsets: only for a state-offset")
    measure = entries(part["witness"], "hull.witness", game.actions, game.states)
    steps = (len(game.actions) * len(game.states) + len(measure)) * len(names)
    numbers = [*weights.values(), *by_state.values(), *measure.values()]
    affordable(steps, length([*numbers, offset, distance]), "the hull distance")
    for a, y in product(game.actions, game.states):
        mixture = sum(
            (weights[agent.name] * agent.utility[a][y] for agent in game.agents),
            offset + by_state.get(y, 0),
        )
        near = abs(mixture - game.utility[a][y]) <= distance
        require(
            near,
            f"hull: the mixture misses the user's utility at {(a, y)} by more than"
            f" {distance}",
        )

    def measured(utility: Utility) -> Fraction:
        return total(m * utility[a][y] for (a, y), m in measure.items())

    masses = dict.fromkeys(game.states if free else [""], Fraction(0))
    for (_, y), m in measure.items():
        masses[y if free else ""] += m
    small = not any(masses.values()) and total(map(abs, measure.values())) <= 1
    require(small, "hull.witness: expected total mass 0 and norm at most 1")
    hers = measured(game.utility)
    require(
        convex or hers >= distance, f"hull.witness: her utility has only {hers} there"
    )
    for agent in game.agents:
        his = measured(agent.utility)
        require(
            hers - his >= distance if convex else his <= 0,
            f"hull.witness: it does not keep {agent.name} at distance {distance}",
        )
    return distance, weights
