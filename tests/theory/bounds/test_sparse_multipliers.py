"""Sparse multipliers: the same bound, no more entries, a proof that the kernel accepts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings

import verifier.api as vf
from tests.games import INSTANCES, games
from verifier.game.model import Game
from verifier.game.reader import load
from verifier.solve.effort import USUAL
from verifier.solve.program import Optimal
from verifier.theory.alignment import hull
from verifier.theory.bounds.outcome_program import Bound, bound, bound_program
from verifier.theory.bounds.sparse_multipliers import sparse_bound
from verifier.theory.guarantees.guarantee import Guarantee, Setting
from verifier.theory.verdict import setting_of

RATIONAL = (Guarantee.BAYES, Guarantee.BEST_AI)


def entries(found: Bound) -> int:
    """How many multipliers of agents and of obedience there are."""
    return sum(map(bool, found.multipliers.agents.values())) + len(found.multipliers.obedience)


def setting(game: Game, guarantee: Guarantee) -> Setting:
    nearest = hull(game)
    return setting_of(game, guarantee, nearest, nearest.epsilon)


def inequalities_hold(game: Game, found: Bound) -> bool:
    """theory.md 5.4 at every pair of observations and action, by hand."""
    hers, m = game.user_payoff, found.multipliers
    return all(
        m.marginal[x, z]
        + sum((w * game.agent_payoff(n)[x, z, a] for n, w in m.agents.items()), Fraction(0))
        + sum(
            k * (hers[x, z, a] - hers[x, z, b])
            for (s, t, b), k in m.obedience.items()
            if (s, t) == (x, a)
        )
        <= hers[x, z, a]
        for x, z, a in hers
    )


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(games())
def test_the_bound_stays_and_the_kernel_accepts_it(game: Game) -> None:
    for guarantee in RATIONAL:
        rule = setting(game, guarantee)
        before = bound(game, rule)
        after = sparse_bound(game, rule, before)
        assert after.value == before.value and entries(after) <= entries(before)
        assert after.margins or inequalities_hold(game, after)
    for found in vf.verify(game, [str(g) for g in RATIONAL]).guarantees.values():
        assert found.reply is None or found.reply.accepted


@pytest.mark.slow
@settings(max_examples=25, deadline=None, derandomize=True)
@given(games())
def test_no_optimal_dual_of_a_small_program_has_fewer_entries(game: Game) -> None:
    """Every smaller set of rows, solved alone, has another optimum."""
    rule = setting(game, Guarantee.BAYES)
    program = bound_program(game, rule, USUAL)
    rows = [
        key for key in program.rows if isinstance(key, tuple) and key[0] in ("agent", "obedience")
    ]
    assume(len(rows) <= 6)
    whole, before = USUAL.solve(program), bound(game, rule)
    assume(isinstance(whole, Optimal) and not before.margins)
    assert isinstance(whole, Optimal)
    fewest = entries(sparse_bound(game, rule, before))
    for size in range(fewest):
        for kept in combinations(rows, size):
            smaller = program.copy()
            for key in rows:
                if key not in kept:
                    del smaller.rows[key]
            found = USUAL.solve(smaller)
            assert not isinstance(found, Optimal) or found.value < whole.value


def test_rival_sponsors_need_no_obedience() -> None:
    game = load(INSTANCES / "guarantees" / "drug_sponsors.toml")
    rule = setting(game, Guarantee.BAYES)
    before = bound(game, rule)
    after = sparse_bound(game, rule, before)
    assert (entries(before), entries(after)) == (4, 2)
    assert after.multipliers.obedience == {}
    assert inequalities_hold(game, after)
    marginal = {point: price + 1 for point, price in after.multipliers.marginal.items()}
    dearer = replace(after, multipliers=replace(after.multipliers, marginal=marginal))
    assert not inequalities_hold(game, dearer)


def test_large_programs_and_other_proofs_are_left_alone() -> None:
    game = load(INSTANCES / "classics" / "opposed_advocates.toml")
    rule = setting(game, Guarantee.BAYES)
    contested = bound(game, rule)
    assert contested.margins is not None
    assert sparse_bound(game, rule, contested) is contested
