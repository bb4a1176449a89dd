"""The shipped certificates, with the games that they are about."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.games import INSTANCES, ROOT
from verifier.game.model import Game, digest
from verifier.game.reader import load, load_users

CERTIFICATES = ROOT / "proofs" / "certificates"


@cache
def shipped() -> tuple[tuple[Path, Game, dict[str, Any]], ...]:
    """The certificates about games, in the order of their files."""
    games = {
        digest(game): game
        for path in sorted(INSTANCES.rglob("*.toml"))
        for game in [load(path, user=user) for user in (None, *load_users(path))]
    }
    read = (
        (path.relative_to(CERTIFICATES), json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(CERTIFICATES.rglob("*.json"))
    )
    return tuple(
        (path, games[certificate["game"]], certificate)
        for path, certificate in read
        if certificate.get("game") in games
    )
