"""Hull distance: how near the user's utility is to the convex hull of the agents' (theory.md 2.1).

The linear program is solved in `solve.hull`, for the paper's convention and two weaker ones (2.3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from verifier.frozen import frozen
from verifier.game.model import Convention, Game
from verifier.result import Result
from verifier.solve.hull import chebyshev
from verifier.solve.points import Mixture


@dataclass(frozen=True, repr=False)
class Hull(Result):
    """The hull distance, the least eps with |sum w_i U_i + c - u| <= eps on A x Y, and its witness.

    `offsets` has the constant c for each state; only under STATE_OFFSET do they differ. `witness`
    is a signed measure m on (action, state) of total mass 0 and norm at most 1, with u(m) - U_i(m)
    >= eps for every agent (simplex), or with u(m) >= eps and U_i(m) <= 0 (otherwise), and then
    perhaps of mass 0 in every state: by theory.md 2.1 and 2.3 no mixture is nearer.
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

    @property
    def total_weight(self) -> Fraction:
        """The sum of the weights, 1 in a simplex."""
        return sum(self.weights.values(), Fraction(0))


def hull(
    game: Game, convention: Convention = Convention.SIMPLEX, among: Collection[str] | None = None
) -> Hull:
    """The hull distance of the user from the agents, or from those named in `among`.

    Agents who are not in `among` have weight 0. `simplex` is the paper's Definition 1; `cone` drops
    sum w = 1; `state-offset` also lets the constant depend on the state (theory.md 2.3). Which
    of several nearest mixtures is found does not depend on a power of ten in the unit.
    """
    unit = Fraction(10) ** game.magnitude
    agents = [agent for agent in game.agents if among is None or agent.name in among]
    pairs = [(a, y) for a in game.actions for y in game.states]
    nearest = chebyshev(
        [game.utility[pair] / unit for pair in pairs],
        [[agent.utility[pair] / unit for pair in pairs] for agent in agents],
        groups=[y if convention is Convention.STATE_OFFSET else None for _, y in pairs],
        mixture=Mixture.SIMPLEX if convention is Convention.SIMPLEX else Mixture.CONE,
    )
    weights = dict(zip((agent.name for agent in agents), nearest.weights, strict=True))
    key = {y: y if convention is Convention.STATE_OFFSET else None for y in game.states}
    return Hull(
        nearest.distance * unit,
        {agent.name: weights.get(agent.name, Fraction(0)) for agent in game.agents},
        {y: nearest.offsets[key[y]] * unit for y in game.states},
        {pairs[n]: mass for n, mass in sorted(nearest.measure.items()) if mass},
        convention,
    )


@dataclass(frozen=True, repr=False)
class Alignment(Result):
    """The hull distances of a game under the paper's convention and the two weaker ones.

    `claimed` is that of the convention that is claimed. The others are computed when they are first
    asked for.
    """

    game: Game = field(repr=False)
    claimed: Hull

    def of(self, convention: Convention) -> Hull:
        """The hull distance under a convention."""
        if convention is Convention.SIMPLEX:
            return self.simplex
        return self.cone if convention is Convention.CONE else self.state_offset

    @cached_property
    def simplex(self) -> Hull:
        """The hull distance with weights that sum to 1, the paper's first definition."""
        return self._found(Convention.SIMPLEX)

    @cached_property
    def cone(self) -> Hull:
        """The hull distance where weights need not sum to 1."""
        return self._found(Convention.CONE)

    @cached_property
    def state_offset(self) -> Hull:
        """The hull distance where the constant may also depend on the state."""
        return self._found(Convention.STATE_OFFSET)

    @cached_property
    def possible(self) -> Fraction | None:
        """The claimed distance on the states of positive probability alone; None if all are.

        No outcome depends on the others, so the theorems hold with it (theory.md 2.1).
        """
        likely = {y for (*_, y), chance in self.game.joint.items() if chance}
        states = tuple(y for y in self.game.states if y in likely)
        if states == self.game.states:
            return None
        return hull(replace(self.game, states=states), self.claimed.convention).epsilon

    def _found(self, convention: Convention) -> Hull:
        if self.claimed.convention is convention:
            return self.claimed
        return frozen(hull(self.game, convention))

    def share(self, found: Hull) -> Fraction | None:
        """A hull distance over the range of the user's utility; None where she likes all alike.

        In the paper utilities lie in [0, 1]: there it is at least the distance.
        """
        span = max(self.game.utility.values()) - min(self.game.utility.values())
        return found.epsilon / span if span else None


def alignment(game: Game, convention: Convention | None = None) -> Alignment:
    """The hull distances of a game under all three conventions (theory.md 2.3).

    `convention` is the claimed one, the game's own where it is None.
    """
    return Alignment(game, hull(game, game.hull if convention is None else convention))
