"""Hull distance: both certificates, the order of the conventions, the shift lemma, and z3's opinion
(theory.md 2.1, 2.2, 2.3).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, simple_game
from verifier.game.model import Convention, Game, Utility
from verifier.game.reader import load
from verifier.solve import smt
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.theory.alignment import Hull, alignment, hull

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
PAIRS = [Convention.SIMPLEX, Convention.CONE, Convention.STATE_OFFSET]


def gap(game: Game, found: Hull, action: str, state: str) -> Fraction:
    """sum_i w_i U_i + c - u at one pair."""
    mixture = sum(
        (found.weights[agent.name] * agent.utility[action, state] for agent in game.agents), F(0)
    )
    return mixture + found.offsets[state] - game.utility[action, state]


def paired(measure: dict[tuple[str, str], Fraction], utility: Utility) -> Fraction:
    return sum((mass * utility[pair] for pair, mass in measure.items()), F(0))


def least_distance(game: Game, convention: Convention) -> smt.Opinion:
    """The definition of theory.md 2.1 written as a program of its own and given to z3."""
    program = Program(Goal.MINIMISE)
    program.column("eps", 1, free=True)
    for agent in game.agents:
        program.column(agent.name)
    for state in game.states:
        program.column(("c", state), free=True)
    for action, state in product(game.actions, game.states):
        entries: dict[Key, Fraction] = {
            agent.name: agent.utility[action, state] for agent in game.agents
        }
        entries["c", state] = F(1)
        above = {**entries, "eps": F(-1)}
        program.row(("above", action, state), above, Sense.AT_MOST, game.utility[action, state])
        below = {**entries, "eps": F(1)}
        program.row(("below", action, state), below, Sense.AT_LEAST, game.utility[action, state])
    if convention is not Convention.STATE_OFFSET:
        for state in game.states[1:]:
            program.row(
                ("same", state), {("c", state): F(1), ("c", game.states[0]): F(-1)}, Sense.EQUAL
            )
    if convention is Convention.SIMPLEX:
        program.row("convex", {agent.name: F(1) for agent in game.agents}, Sense.EQUAL, 1)
    return smt.solve(program)


@pytest.mark.slow
@pytest.mark.parametrize("convention", PAIRS)
@often
@given(game=games())
def test_the_mixture_is_as_near_as_claimed(convention: Convention, game: Game) -> None:
    found = hull(game, convention)
    distances = [
        abs(gap(game, found, action, state)) for action in game.actions for state in game.states
    ]
    assert max(distances) == found.epsilon
    assert list(found.weights) == [agent.name for agent in game.agents]
    assert min(found.weights.values()) >= 0
    if convention is Convention.SIMPLEX:
        assert sum(found.weights.values()) == 1
    if convention is not Convention.STATE_OFFSET:
        assert len(set(found.offsets.values())) == 1


@pytest.mark.slow
@pytest.mark.parametrize("convention", PAIRS)
@often
@given(game=games())
def test_the_signed_measure_shows_that_nothing_is_nearer(
    convention: Convention, game: Game
) -> None:
    found = hull(game, convention)
    measure = dict(found.witness)
    assert sum(measure.values()) == 0
    assert sum(map(abs, measure.values())) <= 1
    if convention is Convention.SIMPLEX:
        for agent in game.agents:
            assert paired(measure, game.utility) - paired(measure, agent.utility) >= found.epsilon
        return
    assert paired(measure, game.utility) >= found.epsilon
    assert all(paired(measure, agent.utility) <= 0 for agent in game.agents)
    if convention is Convention.STATE_OFFSET:
        for state in game.states:
            assert sum(mass for (_, y), mass in measure.items() if y == state) == 0


@settings(often, max_examples=15)
@given(game=games(), convention=st.sampled_from(PAIRS))
def test_z3_finds_the_same_distance(game: Game, convention: Convention) -> None:
    assert least_distance(game, convention) == smt.Optimum(hull(game, convention).epsilon)


@often
@given(game=games())
def test_weaker_conventions_are_never_further(game: Game) -> None:
    found = alignment(game)
    assert found.state_offset.epsilon <= found.cone.epsilon <= found.simplex.epsilon
    assert (found.simplex.convention, found.cone.convention) == (
        Convention.SIMPLEX,
        Convention.CONE,
    )


@pytest.mark.slow
@often
@given(game=games(), data=st.data())
def test_shift_lemma(game: Game, data: st.DataObject) -> None:
    """|sum_i w_i U_i(mu) + c - u(mu)| <= eps for every outcome mu, in every convention."""
    mu: dict[tuple[str, str], Fraction] = {}
    for (_, _, state), p in game.joint.items():
        size = len(game.actions)
        shares = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size).filter(any))
        for action, share in zip(game.actions, shares, strict=True):
            mu[action, state] = mu.get((action, state), F(0)) + p * F(share, sum(shares))
    assert sum(mu.values()) == 1
    for convention in Convention:
        found = hull(game, convention)
        shift = sum((p * found.offsets[state] for (_, state), p in mu.items()), F(0))
        mixed = sum(
            (
                w * paired(mu, a.utility)
                for a, w in zip(game.agents, found.weights.values(), strict=True)
            ),
            F(0),
        )
        assert abs(mixed + shift - paired(mu, game.utility)) <= found.epsilon


@often
@given(game=games(min_agents=2))
def test_fewer_agents_are_never_nearer(game: Game) -> None:
    first = [game.agents[0].name]
    alone = hull(game, among=first)
    assert alone.epsilon >= hull(game).epsilon
    assert alone.supporters == tuple(first)
    assert all(alone.weights[agent.name] == 0 for agent in game.agents[1:])


def test_prosecutor_and_judge_are_at_distance_one() -> None:
    found = alignment(load(INSTANCES / "classics/prosecutor.toml"))
    assert found.simplex.epsilon == 1
    assert dict(found.simplex.weights) == {"prosecutor": F(1)}


def test_opposed_agents_are_nearer_together_than_alone() -> None:
    """One gains 3 on each action: alone at distance 3/2, together their mean is the user's utility
    plus 3/2.
    """
    user = {"left": [1, 0], "right": [0, 1]}
    game = simple_game(
        {"l": F(1, 2), "r": F(1, 2)},
        user,
        {"one": {"left": [4, 3], "right": [0, 1]}, "other": {"left": [1, 0], "right": [3, 4]}},
    )
    assert hull(game, among=["one"]).epsilon == hull(game, among=["other"]).epsilon == F(3, 2)
    together = hull(game)
    assert together.epsilon == 0
    assert dict(together.weights) == {"one": F(1, 2), "other": F(1, 2)}
    assert set(together.offsets.values()) == {F(-3, 2)}
    assert not any(together.witness.values())


def test_a_scaled_copy_needs_the_cone_and_a_tax_on_states_needs_offsets() -> None:
    user = {"stop": [0, 0], "go": [2, -2]}
    prior = {"up": F(1, 2), "down": F(1, 2)}
    scaled = alignment(simple_game(prior, user, {"doubler": {"stop": [0, 0], "go": [4, -4]}}))
    assert (scaled.simplex.epsilon, scaled.cone.epsilon, scaled.cone.weights["doubler"]) == (
        F(2),
        F(0),
        F(1, 2),
    )
    taxed = alignment(simple_game(prior, user, {"tax payer": {"stop": [5, -5], "go": [7, -7]}}))
    assert taxed.cone.epsilon > 0
    assert taxed.state_offset.epsilon == 0
    shift = taxed.state_offset.offsets
    assert shift["up"] - shift["down"] == -10


@often
@given(games(), st.lists(st.integers(-9, 9), min_size=1, max_size=9))
def test_states_that_cannot_occur_may_be_left_out(game: Game, far: list[int]) -> None:
    """With one more state, of probability 0, the distance is what it was, or more."""

    def longer(utility: Utility, first: int) -> Utility:
        added = {(a, "never"): F(far[(first + n) % len(far)]) for n, a in enumerate(game.actions)}
        return {**utility, **added}

    alone = alignment(game)
    before = alone.claimed.epsilon if alone.possible is None else alone.possible
    more = replace(
        game,
        states=(*game.states, "never"),
        utility=longer(game.utility, 0),
        agents=tuple(
            replace(agent, utility=longer(agent.utility, n))
            for n, agent in enumerate(game.agents, 1)
        ),
    )
    found = alignment(more)
    assert found.possible == before <= alone.claimed.epsilon <= found.claimed.epsilon
