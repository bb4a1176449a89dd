"""What a search has found is kept: the counterexample and its repaired game, verified."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from verifier.certified import Verified, certify
from verifier.deadline import OutOfTimeError, overtime, passed
from verifier.files import free_path, hand_out
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.search.coverage import Found
from verifier.search.report import games_of


def kept(found: Found, folder: Path) -> dict[str, tuple[Path, Verified]]:
    """The counterexample and its repaired game are written as instance files and verified.

    They are called after the hypothesis; their certificates lie beside them. Raises OutputError
    where they cannot be written, OutOfTimeError where a deadline passes.
    """
    games = games_of(found)
    if not games:
        return {}
    failed, game = found.dropped, games["instance"]
    stem = free_path(folder / f"{failed.name.replace('-', '_')}.toml", write(game)).stem
    twin = replace(games["twin"], notes=f"As in {stem}.toml, but {failed.remedy}.\n")
    return {
        "instance": _certified(found, game, folder, stem),
        "twin": _certified(found, twin, folder, f"{stem}_twin"),
    }


def _certified(found: Found, game: Game, folder: Path, stem: str) -> tuple[Path, Verified]:
    path = hand_out(folder / f"{stem}.toml", write(game), "--output")
    with overtime():
        verified = certify(load(path), path, folder, stem, [found.guarantee])
    if verified.late:
        raise OutOfTimeError(passed())
    return path, verified
