"""The definition confirms the claims of certificates that are correct, and refutes others."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest

from tests.kernel.casebook import CASES, MANY, instance_of, read
from tests.kernel.definition import UndecidedError, false, false_conclusion
from verifier.game.model import Game
from verifier.game.reader import parse

KINDS = {
    "hull distance": "distance",
    "optimum": "value",
    "no information": "value",
    "team": "value",
    "conflict": "apart",
    "every equilibrium": "at least",
    "equilibrium": "utility",
    "no equilibrium": "at most",
    "quantal value": "value",
}
"""The kind of a claim -> the number that is moved."""


def claims() -> list[tuple[str, Game, Any]]:
    """All claims of the cases that are correct; tests/region/ has those about many values."""
    found = []
    for name in CASES:
        case = read(name)
        correct = name.startswith("correct/") and name not in MANY
        if correct and isinstance(case["certificate"], dict):
            values, user = (case["certificate"].get(key) for key in ("parameters", "user"))
            game = parse(instance_of(case), "game.toml", values or {}, user)
            found += [(name, game, claim) for claim in case["certificate"]["claims"]]
    return found


def decided(game: Game, claim: Any) -> str | None:
    """Why a claim is false; what is not decided counts as true."""
    try:
        return false(game, claim)
    except UndecidedError:
        return None


@pytest.mark.slow
def test_what_is_correct_is_confirmed() -> None:
    for name, game, claim in claims():
        assert decided(game, claim) is None, (name, claim["claim"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_moved_is_refuted(kind: str) -> None:
    """For every kind at least once, by more than bounds have room."""
    refuted = 0
    for _, game, claim in claims():
        if claim["claim"] == kind:
            moved, key = copy.deepcopy(claim), KINDS[kind]
            if isinstance(moved[key], dict):
                moved[key] = {end: str(Fraction(v) + 3) for end, v in moved[key].items()}
            else:
                moved[key] = str(Fraction(moved[key]) + 3)
            refuted += decided(game, moved) is not None
    assert refuted


def test_a_conclusion_follows_from_the_claims() -> None:
    case = read("correct/drug-sponsors-bayes")
    game = parse(instance_of(case), "game.toml")
    content = case["certificate"]
    assert false_conclusion(game, content) is None
    for key, value in ("verdict", "refuted"), ("claimed", "1/4"), ("tolerance", "0"):
        other = {**content, "conclusion": {**content["conclusion"], key: value}}
        assert false_conclusion(game, other) is not None
