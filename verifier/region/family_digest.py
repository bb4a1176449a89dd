"""The digest of a certificate about many values of a parameter (proofs/FORMAT.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any, TypeVar

from verifier.game.model import Game, digest
from verifier.game.parameters import Parameter
from verifier.region.function import written

K = TypeVar("K")


def family_digest(first: Game, last: Game, parameter: Parameter) -> str:
    """The digest of the games between those at the two ends of the parameter's interval."""
    return digest(affine(first, last, parameter))


def affine(first: Game, last: Game, parameter: Parameter) -> Game:
    """A game with texts such as 1/2 - 3*t in place of numbers that differ between two games.

    They are the games at the ends of the parameter's interval. Its digest is that of a certificate
    about many values (proofs/FORMAT.md).
    """
    span = parameter.high - parameter.low

    def text(low: Fraction | None, high: Fraction | None) -> Any:
        if low == high or low is None or high is None:
            return low
        slope = (high - low) / span
        return written((low - slope * parameter.low, slope), parameter.name)

    def table(low: Mapping[K, Fraction], high: Mapping[K, Fraction]) -> dict[K, Any]:
        return {key: text(value, high[key]) for key, value in low.items()}

    rows = product(first.user_observations, first.agent_observations, first.states)
    zero = Fraction(0)
    joint = {row: text(first.joint.get(row, zero), last.joint.get(row, zero)) for row in rows}
    agents = tuple(
        replace(agent, utility=table(agent.utility, other.utility))
        for agent, other in zip(first.agents, last.agents, strict=True)
    )
    eta = text(first.quantal.eta, last.quantal.eta)
    return replace(
        first,
        joint={row: p for row, p in joint.items() if p},
        utility=table(first.utility, last.utility),
        agents=agents,
        quantal=replace(first.quantal, eta=eta),
        tolerance=text(first.tolerance, last.tolerance),
        gamma=text(first.gamma, last.gamma),
        evaluation=text(first.evaluation, last.evaluation),
    )
