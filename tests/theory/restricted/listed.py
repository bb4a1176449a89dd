"""Equilibria among listed signals, for the tests and the peers of theory/restricted.py."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tests.games import INSTANCES
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.game.rules_reader import load_menu
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted.game import (
    RestrictedEquilibria,
    menu_choices,
    restricted,
)
from verifier.theory.restricted.normal_form import Choices

Names = tuple[str, ...]


def listed(
    game: Game, choices: Choices, model: Guarantee = Guarantee.BAYES
) -> RestrictedEquilibria:
    return restricted(game, choices, model, Effort())


def classic(name: str, *actions: str) -> tuple[Game, Choices]:
    """A shipped game with its actions in this order, and the shipped menu."""
    game = replace(load(INSTANCES / "classics" / f"{name}.toml"), actions=actions)
    return game, menu_choices(load_menu(INSTANCES / "menus/prosecutor.menu", game))


def utilities(found: RestrictedEquilibria) -> dict[Names, Fraction]:
    return {tuple(e.profile.values()): e.user_utility for e in found.found}
