"""How a game was read from its file: as lines, and as JSON.

These are the values of the file's parameters, and the own priors of agents (theory.md 1.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verifier.game.affine import stated
from verifier.game.model import Game
from verifier.game.own_prior import own_priors


def reading_lines(game: Game) -> Iterator[str]:
    """The lines below a title that say how the game was read; none where there is nothing to say.

    These are the values of parameters, and how many agents have a prior of their own.
    """
    if game.parameters:
        yield f"  at {stated(game.parameters)}"
    if count := len(own_priors(game)):
        yield f"  own priors       of {count} of {len(game.agents)} agents: an agent gets what he"
        yield "                   expects by his own; the hull is of reweighted utilities"


def reading_record(game: Game) -> dict[str, Any]:
    """The keys `parameters` and `own_priors`, each only where the file says such a thing."""
    values = {name: str(value) for name, value in game.parameters.items()}
    priors = {
        name: {state: str(p) for state, p in own.prior.items()}
        for name, own in own_priors(game).items()
    }
    return {
        **({"parameters": values} if values else {}),
        **({"own_priors": priors} if priors else {}),
    }
