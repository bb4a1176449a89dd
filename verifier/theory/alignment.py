"""Hull distance: how near the user's utility lies to the convex hull of the agents' (theory.md 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from verifier.game.model import Game
from verifier.notebook import table
from verifier.numbers import show
from verifier.solve.hull import chebyshev
from verifier.solve.points import Mixture


class Convention(StrEnum):
    """What a mixture of the agents' utilities may be (theory.md 2)."""

    SIMPLEX = "simplex"
    CONE = "cone"
    STATE_OFFSET = "state-offset"


@dataclass(frozen=True)
class Hull:
    """Least eps with |sum w_i U_i + c - u| <= eps on A x Y, and why nothing closer exists.

    `offsets` has one entry per state under STATE_OFFSET, and the same number for every state
    otherwise. `witness` is the signed measure on (action, state): total mass 0, norm at most 1,
    u(m) - U_i(m) >= eps for every agent (simplex).
    """

    epsilon: Fraction
    weights: Mapping[str, Fraction]
    offsets: Mapping[str, Fraction]
    witness: Mapping[tuple[str, str], Fraction]
    convention: Convention

    @property
    def supporters(self) -> tuple[str, ...]:
        """The agents of positive weight, in instance order."""
        return tuple(name for name, weight in self.weights.items() if weight > 0)

    def _repr_html_(self) -> str:
        """For notebooks."""
        return table(
            f"Hull distance ({self.convention}): {show(self.epsilon)}",
            ["agent", "weight"],
            self.weights.items(),
        )


def hull(
    game: Game, convention: Convention = Convention.SIMPLEX, among: Collection[str] | None = None
) -> Hull:
    """The hull distance of the user from the agents (or from those in `among`, the others then have
    weight 0).

    `simplex` is the paper's Definition 1; `cone` drops sum w = 1; `state-offset` also lets the
    offset depend on the state. theory.md 2.
    """
    agents = [agent for agent in game.agents if among is None or agent.name in among]
    pairs = [(a, y) for a in game.actions for y in game.states]
    nearest = chebyshev(
        [game.utility[pair] for pair in pairs],
        [[agent.utility[pair] for pair in pairs] for agent in agents],
        groups=[y if convention is Convention.STATE_OFFSET else None for _, y in pairs],
        mixture=Mixture.SIMPLEX if convention is Convention.SIMPLEX else Mixture.CONE,
    )
    found = dict(zip((agent.name for agent in agents), nearest.weights, strict=True))
    key = {y: y if convention is Convention.STATE_OFFSET else None for y in game.states}
    return Hull(
        nearest.distance,
        {agent.name: found.get(agent.name, Fraction(0)) for agent in game.agents},
        {y: nearest.offsets[key[y]] for y in game.states},
        {pairs[n]: mass for n, mass in sorted(nearest.measure.items()) if mass},
        convention,
    )


@dataclass(frozen=True)
class Alignment:
    """The paper's hull distance, with the two weaker conventions beside it."""

    simplex: Hull
    cone: Hull
    state_offset: Hull

    def _repr_html_(self) -> str:
        """For notebooks: the distances and weights side by side."""
        kinds = (self.simplex, self.cone, self.state_offset)
        rows = [("epsilon", *(found.epsilon for found in kinds))]
        rows += [
            (f"weight of {name}", *(found.weights[name] for found in kinds))
            for name in self.simplex.weights
        ]
        return table("Hull distance", ["", *(str(found.convention) for found in kinds)], rows)


def alignment(game: Game) -> Alignment:
    """All three conventions of theory.md 2."""
    return Alignment(*(hull(game, convention) for convention in Convention))
