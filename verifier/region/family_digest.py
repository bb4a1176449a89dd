"""The digest of a certificate about many values of parameters (proofs/FORMAT.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from verifier.game.model import Game, digest
from verifier.game.parameters import Parameter
from verifier.region.function import written

Text = Callable[[Sequence[Fraction]], str]
"""What stands for a number that has these values in several games."""


def family_digest(first: Game, last: Game, parameter: Parameter) -> str:
    """The digest of the games between those at the two ends of the parameter's interval."""
    return digest(affine(first, last, parameter))


def affine(first: Game, last: Game, parameter: Parameter) -> Game:
    """A game with texts such as 1/2 - 3*t in place of numbers that differ between two games.

    They are the games at the ends of the parameter's interval. Its digest is that of a certificate
    about many values (proofs/FORMAT.md).
    """
    span = parameter.high - parameter.low

    def text(values: Sequence[Fraction]) -> str:
        slope = (values[1] - values[0]) / span
        return written((values[0] - slope * parameter.low, slope), parameter.name)

    return with_texts([first, last], text)


def with_texts(games: Sequence[Game], text: Text) -> Game:
    """The first game with texts in place of numbers that are not the same in all games."""

    def one(values: Sequence[Fraction | None]) -> Any:
        numbers = [value for value in values if value is not None]
        return text(numbers) if len(set(values)) > 1 and len(numbers) == len(values) else values[0]

    def table(tables: Sequence[Any]) -> dict[Any, Any]:
        return {key: one([part[key] for part in tables]) for key in tables[0]}

    first, zero = games[0], Fraction(0)
    rows = product(first.user_observations, first.agent_observations, first.states)
    joint = {row: one([game.joint.get(row, zero) for game in games]) for row in rows}
    agents = tuple(
        replace(same[0], utility=table([agent.utility for agent in same]))
        for same in zip(*(game.agents for game in games), strict=True)
    )
    return replace(
        first,
        joint={row: p for row, p in joint.items() if p},
        utility=table([game.utility for game in games]),
        agents=agents,
        quantal=replace(first.quantal, eta=one([game.quantal.eta for game in games])),
        tolerance=one([game.tolerance for game in games]),
        gamma=one([game.gamma for game in games]),
        evaluation=one([game.evaluation for game in games]),
    )
