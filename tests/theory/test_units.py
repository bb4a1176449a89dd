"""Verdicts depend neither on the unit of the utilities nor on their size (theory.md 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import games, simple_game
from verifier.certified import verify
from verifier.game.model import Game, Quantal, Utility
from verifier.game.writer import write
from verifier.theory.guarantees.guarantee import Fails, Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
POWERS = st.integers(-6, 6)


def times(utility: Utility, factor: Fraction) -> Utility:
    return {key: factor * value for key, value in utility.items()}


def scaled(game: Game, factor: Fraction, noise: Fraction) -> Game:
    """All utilities and what is claimed times `factor`, eta times `noise`."""
    return replace(
        game,
        utility=times(game.utility, factor),
        agents=tuple(replace(a, utility=times(a.utility, factor)) for a in game.agents),
        tolerance=None if game.tolerance is None else factor * game.tolerance,
        gamma=factor * game.gamma,
        quantal=Quantal(noise * game.quantal.eta, game.quantal.base),
    )


def decided(game: Game) -> Mapping[str, Verdict]:
    """What the verifier proposes, which the kernel accepts."""
    note(write(game))
    found = verify(game, tuple(Guarantee))
    for name, certified in found.guarantees.items():
        reply = certified.reply
        assert certified.verdict is certified.finding.verdict, (name, reply and reply.text)
    return {name: certified.verdict for name, certified in found.guarantees.items()}


@pytest.mark.slow
@often
@given(game=games(), k=POWERS)
def test_another_unit_changes_no_verdict(game: Game, k: int) -> None:
    assert decided(scaled(game, F(10) ** k, F(10) ** -k)) == decided(game)


@pytest.mark.slow
@often
@given(game=games(), k=POWERS)
def test_utilities_of_any_size_are_decided_for_the_kernel(game: Game, k: int) -> None:
    """The user of a larger game makes fewer mistakes, so that verdicts of quantal may differ."""
    before, after = decided(game), decided(scaled(game, F(10) ** k, F(1)))
    assert before["bayes"] == after["bayes"]
    assert before["best-ai"] == after["best-ai"]


@pytest.mark.slow
@settings(often, max_examples=60)
@given(
    game=games(claims=False, max_letters=2),
    k=st.integers(-6, 40),
    more=st.sampled_from([F(0), F(0), F(1, 10**9), F(1)]),
)
def test_where_the_hypotheses_hold_nothing_is_open(game: Game, k: int, more: Fraction) -> None:
    game = scaled(game, F(10) ** k, F(1))
    tolerance = examine(game, ()).alignment.simplex.epsilon + more
    note(write(game))
    for finding in examine(game, tolerance=tolerance).findings.values():
        if not any(isinstance(found, Fails) for found in finding.setting.hypotheses.values()):
            assert finding.verdict in (Verdict.PROVED, Verdict.VACUOUS), finding.guarantee


@pytest.mark.parametrize(
    ("largest", "magnitude"),
    [
        (F(0), 0),
        (F(1), 0),
        (F(10), 1),
        (F(999, 100), 0),
        (F(99, 100), -1),
        (F(1, 10), -1),
        (F(-1, 11), -2),
        (F(10**400), 400),
        (F(10**400 - 1), 399),
        (F(1, 10**400), -400),
        (F(1, 10**400 + 1), -401),
    ],
)
def test_the_magnitude_is_the_power_of_ten_of_the_largest_utility(
    largest: Fraction, magnitude: int
) -> None:
    game = simple_game(
        {"y": 1}, {"a": [0], "b": [largest / 2]}, {"Ann": {"a": [largest], "b": [0]}}
    )
    assert game.magnitude == magnitude
