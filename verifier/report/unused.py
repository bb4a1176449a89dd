"""What of an instance a command leaves aside that makes no claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from verifier.game.model import Convention, Game
from verifier.report.terminal import wrapped


def unused(game: Game) -> dict[str, str]:
    """The keys of an instance that a command leaves aside which makes no claim, and why.

    It knows no user who picks one of several agents either.
    """
    found = {}
    if game.evaluation:
        found["model.evaluation"] = "it is about a user who picks an agent"
    if game.hull is not Convention.SIMPLEX:
        found["claim.hull"] = "nothing is claimed"
    return found


def unused_lines(keys: Mapping[str, str]) -> Iterator[str]:
    """Lines for each key of an instance that such a command leaves aside."""
    for key, reason in keys.items():
        yield from wrapped(f"{key} is not used here: {reason}", 2)


def unused_record(keys: Mapping[str, str]) -> dict[str, Any]:
    """The key `unused`, with the keys that such a command leaves aside, where there are some."""
    return {"unused": keys} if keys else {}
