"""The shipped certificates, with the games that they are about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.games import INSTANCES, ROOT
from verifier.game.model import Game, digest
from verifier.game.reader import load, load_users

CERTIFICATES = ROOT / "proofs" / "certificates"


def shipped() -> Iterator[tuple[Path, Game, dict[str, Any]]]:
    """The certificates about games, in the order of their files."""
    games = {
        digest(game): game
        for path in sorted(INSTANCES.rglob("*.toml"))
        for game in [load(path, user=user) for user in (None, *load_users(path))]
    }
    for path in sorted(CERTIFICATES.rglob("*.json")):
        certificate = json.loads(path.read_text(encoding="utf-8"))
        if certificate.get("game") in games:
            yield path.relative_to(CERTIFICATES), games[certificate["game"]], certificate
