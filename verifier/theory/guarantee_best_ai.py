"""G3, the user who picks the best AI: (anonymous) and the team-optimal rule (theory.md 4.3)."""

from __future__ import annotations

from fractions import Fraction

from verifier.game.model import Game
from verifier.game.rules import common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import Team, team
from verifier.theory.guarantee import (
    Deviation,
    Guarantee,
    Setting,
    common_outcome,
    hull_hypothesis,
)


def best_ai_setting(game: Game, hull: Hull, tolerance: Fraction, effort: Effort = USUAL) -> Setting:
    """G3 on a game, with the team-optimal rule as the deviation of all who can follow it."""
    best = supported_team(game, hull, effort)
    followers = [
        a.name for a in game.agents if common_coarsening(game, [a.sees, best.cells]) == best.cells
    ]
    deviations = tuple(Deviation(name, best.rule, best.rule, game.ties) for name in followers)
    supporting = [d for d in deviations if d.agent in hull.supporters]
    hypotheses = {
        "hull": hull_hypothesis(hull, tolerance),
        "anonymous": common_outcome(game, supporting),
    }
    return Setting(Guarantee.BEST_AI, hull, best.value, deviations, hypotheses)


def supported_team(game: Game, hull: Hull, effort: Effort = USUAL) -> Team:
    """TEAM over the rules that every agent of positive weight can follow."""
    seen = [agent.sees for agent in game.agents if agent.name in hull.supporters]
    return team(game, common_coarsening(game, seen), effort)
