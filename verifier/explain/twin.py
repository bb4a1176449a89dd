"""Which one hypothesis a refuted game drops, and the game in which it is repaired (theory.md 7)."""

from __future__ import annotations

from verifier.game.game import Game
from verifier.search.row import ROWS, Row, alone, failing
from verifier.theory.verdict import Finding, Verdict


def dropped(game: Game, finding: Finding) -> Row | None:
    """The row of theory.md 7 that this refuted game belongs to; None where it fails in another way."""
    if finding.verdict is not Verdict.REFUTED:
        return None
    for row in ROWS.values():
        fits = (
            finding.guarantee in row.guarantees
            and len(game.agents) >= row.least.agents
            and row.fits(game)
        )
        if fits and failing(finding.setting) == alone(row) and _about(row, game):
            return row
    return None


def _about(row: Row, game: Game) -> bool:
    """Where no hypothesis fails, the claim itself says which row it is."""
    if row.fails is not None:
        return True
    return game.gamma > 0 if row.gammas else game.target == row.target and game.gamma == 0
