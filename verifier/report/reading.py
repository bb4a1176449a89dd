"""How a game was read from its file: as lines, and as JSON.

These are the values of the file's parameters, the own priors of agents (theory.md 1.7), and which
of several users it is about (1.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from verifier.game.affine import stated
from verifier.game.model import Game
from verifier.game.own_prior import own_priors


def reading_lines(game: Game) -> Iterator[str]:
    """The lines below a title that say how the game was read; none where there is nothing to say.

    These are the user whose game it is, the values of parameters, and how many agents have a prior
    of their own.
    """
    if game.user is not None:
        yield f"  for the user {game.user}, with rules for her alone"
    if game.population:
        count = len(_shares(game))
        yield f"  for all {count} users, by one rule for all: u is the mean by their shares"
    if game.parameters:
        yield f"  at {stated(game.parameters)}"
    if count := len(own_priors(game)):
        yield f"  own priors       of {count} of {len(game.agents)} agents: an agent gets what he"
        yield "                   expects by his own; the hull is of reweighted utilities"


def reading_record(game: Game) -> dict[str, Any]:
    """The keys `user`, `users`, `parameters` and `own_priors`, where the file has such things."""
    values = {name: str(value) for name, value in game.parameters.items()}
    shares = {name: str(share) for name, share in _shares(game).items()}
    priors = {
        name: {state: str(p) for state, p in own.prior.items()}
        for name, own in own_priors(game).items()
    }
    return {
        **({"user": game.user} if game.user is not None else {}),
        **({"users": shares} if game.population else {}),
        **({"parameters": values} if values else {}),
        **({"own_priors": priors} if priors else {}),
    }


def _shares(game: Game) -> Mapping[str, Fraction]:
    return {} if game.origin is None else game.origin.shares
