"""Strategies that can be recommended: some belief obeys each, and losses refute all others."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.games import games, profiles
from verifier.game.model import Game, Ties
from verifier.game.response import signal_distribution
from verifier.solve.effort import USUAL
from verifier.theory.deviations.deviation import message_set_bound
from verifier.theory.deviations.persuasion import (
    Strategy,
    Subproblem,
    subproblem_of,
    user_strategies,
)
from verifier.theory.deviations.recommendable import recommendable


@st.composite
def subproblems(draw: st.DrawFn) -> tuple[Game, Subproblem]:
    """The first agent of a game against what another one says, two types of hers at least."""
    game = replace(draw(games(max_agents=2)), ties=Ties.FAVOUR_SPEAKER)
    others = list(draw(profiles(game)).values())[1:]
    found = subproblem_of(game, game.agents[0], signal_distribution(game, others))
    return game, found


def loss(
    game: Game, subproblem: Subproblem, cell: tuple[str, ...], s: Strategy
) -> dict[tuple[int, str], int]:
    hers = subproblem.user_payoff
    return {
        (n, other): hers[cell, n, chosen] - hers[cell, n, other]
        for n, chosen in enumerate(s)
        for other in game.actions
    }


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(subproblems())
def test_what_is_left_out_is_refuted_and_what_is_obeyed_is_kept(
    case: tuple[Game, Subproblem],
) -> None:
    game, subproblem = case
    found = recommendable(game, subproblem, USUAL)
    everything = user_strategies(game, subproblem)
    assert set(found.strategies) <= set(everything)
    for s in set(everything) - set(found.strategies):
        multipliers = found.why_not(s)
        assert all(value > 0 for value in multipliers.values())
        for cell in subproblem.cells:
            losses = loss(game, subproblem, cell, s)
            assert sum(value * losses[key] for key, value in multipliers.items()) <= -1
    for odds in product((0, 1, 2), repeat=len(subproblem.cells)):
        for s in everything if any(odds) else ():
            totals = [
                sum(w * loss(game, subproblem, cell, s)[key] for w, cell in weighted)
                for weighted in [list(zip(odds, subproblem.cells, strict=True))]
                for key in loss(game, subproblem, subproblem.cells[0], s)
            ]
            assert min(totals) < 0 or s in found.strategies


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(subproblems(), st.sampled_from([Fraction(0), Fraction(1, 3)]))
def test_the_prices_hold_for_every_strategy(
    case: tuple[Game, Subproblem], floor_price: Fraction
) -> None:
    """theory.md 6.1: payoff plus multipliers times losses is at most the price of each cell."""
    game, subproblem = case
    bound = message_set_bound(game, subproblem, {}, floor_price=floor_price)
    his, hers = subproblem.agent_payoff, subproblem.user_payoff
    for s, cell in product(user_strategies(game, subproblem), subproblem.cells):
        losses = loss(game, subproblem, cell, s)
        worth = sum(
            (his[cell, n, a] + floor_price * hers[cell, n, a] for n, a in enumerate(s)), Fraction(0)
        )
        for key, value in losses.items():
            worth += bound.multipliers.get((s, *key), Fraction(0)) * value
        assert worth * subproblem.grain <= bound.dual_prices[cell]
