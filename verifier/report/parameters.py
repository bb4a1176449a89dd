"""The values of a file's parameters, at which a game was read: as a line, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verifier.game.affine import stated
from verifier.game.model import Game


def parameter_lines(game: Game) -> Iterator[str]:
    """The line below a title that says the values; none where the file has no parameters."""
    if game.parameters:
        yield f"  at {stated(game.parameters)}"


def parameters_record(game: Game) -> dict[str, Any]:
    """The key `parameters` with the values; no key where the file has no parameters."""
    if not game.parameters:
        return {}
    return {"parameters": {name: str(value) for name, value in game.parameters.items()}}
