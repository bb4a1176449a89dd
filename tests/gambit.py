"""Gambit reads the exported trees; where it is missing the tests that ask it are skipped."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import pytest

from verifier.game.model import Game
from verifier.game.rules import Profile
from verifier.game.tree import Growth, PossibleAnswers
from verifier.report.tree import efg_lines


def pygambit() -> Any:
    return pytest.importorskip(
        "pygambit", reason="an optional peer: it has no wheel and must be compiled"
    )


def gambit(game: Game, profile: Profile | None = None) -> Any:
    """The export as Gambit reads it."""
    growth = Growth(game, PossibleAnswers(game, profile))
    text = "\n".join(efg_lines(game, growth, profile is not None))
    return pygambit().read_efg(io.StringIO(text))


def payoffs(tree: Any, profile: Any) -> tuple[Fraction, ...]:
    """What each player has under a profile of strategies, the user first."""
    return tuple(Fraction(str(profile.payoff(player))) for player in tree.players)


def pure_equilibria(tree: Any) -> set[tuple[Fraction, ...]]:
    """The payoffs of all Nash equilibria in pure strategies."""
    return {payoffs(tree, found) for found in pygambit().nash.enumpure_solve(tree).equilibria}


def mixed_equilibria(tree: Any) -> set[tuple[Fraction, ...]]:
    """The payoffs of all extreme Nash equilibria of two players, mixed ones as well."""
    found = pygambit().nash.enummixed_solve(tree, rational=True).equilibria
    return {payoffs(tree, profile) for profile in found}
