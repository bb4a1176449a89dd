"""Best-response dynamics: a game by hand, best responses against independent programs, endings
against the equilibria.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.games import INSTANCES
from verifier.api import persuade
from verifier.dynamics.comparison import comparison, end_equilibrium
from verifier.dynamics.offer import Offers
from verifier.dynamics.trajectory import (
    Ending,
    Start,
    State,
    Trajectory,
    gains,
    response,
    starting,
    trajectory,
)
from verifier.errors import InstanceError
from verifier.game.model import Conversation, Game, Ties
from verifier.game.reader import load
from verifier.rng import Draws
from verifier.solve import smt
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.sweep.family import RandomFamily
from verifier.theory.equilibria.best_ai import best_ai_values

F = Fraction


def favouring(path: str) -> Game:
    return replace(load(INSTANCES / path), ties=Ties.FAVOUR_SPEAKER)


def drawn(name: str, agents: int, number: int, states: int = 3) -> Game:
    return RandomFamily(name, states=states, agents=agents, ties=Ties.FAVOUR_SPEAKER).game(
        5, number
    )


def bids_of(game: Game) -> Offers:
    return Offers(game, Effort())


RANDOM = st.builds(
    drawn,
    st.sampled_from(["uniform", "near-hull", "private"]),
    st.integers(1, 3),
    st.integers(1, 60),
)
SILENT = st.builds(
    drawn,
    st.sampled_from(["uniform", "near-hull", "shared-bias"]),
    st.integers(2, 4),
    st.integers(1, 60),
)
STEPS = st.sampled_from([F(0), F(1, 20), F(1, 3)])


def most(game: Game, n: int, floor: Fraction) -> smt.Opinion:
    """The most the n-th agent has from an obedient outcome worth at least `floor`, by z3 on a
    program written down here.

    For agents who see the state and a user who sees nothing: outcomes are probabilities mu(a | y).
    """
    agent, prior = game.agents[n], {y: p for (_, _, y), p in game.joint.items()}
    program = Program(Goal.MAXIMISE)
    for a, y in product(game.actions, prior):
        program.column((a, y), prior[y] * agent.utility[a, y])
    for y in prior:
        program.row(("one", y), {(a, y): F(1) for a in game.actions}, Sense.EQUAL, 1)
    for a, b in product(game.actions, repeat=2):
        row: dict[Key, Fraction] = {
            (a, y): prior[y] * (game.utility[a, y] - game.utility[b, y]) for y in prior
        }
        program.row(("obey", a, b), row, Sense.AT_LEAST)
    program.row(
        "floor",
        {(a, y): prior[y] * game.utility[a, y] for a, y in product(game.actions, prior)},
        Sense.AT_LEAST,
        floor,
    )
    return smt.solve(program, seconds=60)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SILENT, st.data())
def test_best_bids_are_best(game: Game, data: st.DataObject) -> None:
    offers, n = bids_of(game), data.draw(st.integers(0, len(game.agents) - 1))
    top = offers.truth(n).worth
    floor = offers.least + data.draw(st.sampled_from([F(0), F(1, 3), F(1)])) * (top - offers.least)
    offer = offers.best(n, floor)
    assert offer.worth >= floor and offer.gives[offer.agent] == offers.value(n, floor)
    assert most(game, n, floor) == smt.Optimum(offer.gives[offer.agent])
    assert offers.value(n, top + F(1, 10**9)) is None
    assert isinstance(most(game, n, top + F(1, 10**9)), smt.Unsatisfiable)


def replayed(offers: Offers, found: Trajectory, step: Fraction) -> None:
    """Every move is a strict gain, to a state in which a best bid is selected."""
    state = found.start
    for move in found.moves:
        n = [agent.name for agent in offers.game.agents].index(move.agent)
        after = move.state
        assert after.offer.gives[move.agent] > state.offer.gives[move.agent] + offers.game.gamma
        assert after.offer.worth == max(offer.worth for offer in after.offers)
        assert move.wins == (after.selected == n)
        assert all(
            before is offer
            for m, (before, offer) in enumerate(zip(state.offers, after.offers, strict=True))
            if m != n
        )
        if move.wins and state.selected != n:
            assert after.offer.worth >= state.offer.worth + step
        if not move.wins:
            assert state.selected == n and after.offers[n] == offers.silence(n)
        assert response(offers, state, n, step) == after
        state = after


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(RANDOM, st.sampled_from(Start), STEPS, st.booleans())
def test_courses(game: Game, start: Start, step: Fraction, shuffled: bool) -> None:
    offers = bids_of(game)
    found = trajectory(
        offers, starting(offers, start, 3), step, 200, Draws("a test") if shuffled else None
    )
    replayed(offers, found, step)
    final = found.final
    if found.ending is Ending.EQUILIBRIUM:
        assert all(response(offers, final, n, step) is None for n in range(len(game.agents)))
        if step == 0:
            assert not any(gains(offers, final.offer).values())
    if found.ending is Ending.CYCLE:
        assert found.since is not None and len(found.lasting) > 0
        first = found.start if found.since == 0 else found.moves[found.since - 1].state
        assert ([offer.text for offer in first.offers], first.selected) == (
            [offer.text for offer in final.offers],
            final.selected,
        )
    if found.ending is Ending.BUDGET:
        assert len(found.moves) == 200


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(SILENT, st.sampled_from(Start))
def test_an_end_without_a_step_is_an_equilibrium_value(game: Game, start: Start) -> None:
    """Every end is among the values that the frontiers list (theory.md 6.5)."""
    offers = bids_of(game)
    found = trajectory(offers, starting(offers, start, 1))
    values = best_ai_values(offers.game, Effort())
    assert values is not None and values.complete
    if found.ending is Ending.EQUILIBRIUM:
        assert any(low <= found.final.offer.worth <= high for low, high in values.intervals)
        shown = end_equilibrium(offers, found.final.offer)
        assert shown is not None and shown.user_utility == found.final.offer.worth
        assert dict(shown.agent_utilities) == dict(found.final.offer.gives)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    RANDOM,
    st.sampled_from(Start),
    st.sampled_from([F(0), F(1, 100), F(1, 20)]),
    st.sampled_from([F(0), F(1, 50)]),
)
def test_where_nobody_moves_she_has_what_the_theorem_promises_less_a_step(
    game: Game, start: Start, step: Fraction, gamma: Fraction
) -> None:
    """TEAM less the step, or less twice the hull distance and gamma, whichever is less
    (theory.md 6.6).
    """
    offers = bids_of(replace(game, gamma=gamma))
    found = trajectory(offers, starting(offers, start, 3), step, 300)
    if found.ending is Ending.EQUILIBRIUM:
        known = comparison(offers)
        promised = known.at_rest(step)
        assert promised == known.team - max(step, 2 * known.epsilon + gamma)
        assert found.final.offer.worth >= promised


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 60))
def test_one_agent_moves_once(number: int) -> None:
    game = drawn("uniform", 1, number)
    offers = bids_of(game)
    for start in Start:
        found = trajectory(offers, starting(offers, start, number), F(1, 20))
        assert found.ending is Ending.EQUILIBRIUM and len(found.moves) <= 1
        assert found.final.offer.gives["agent 1"] == offers.value(0, offers.least)
        assert end_equilibrium(offers, found.final.offer) is not None


def test_film_night_by_hand() -> None:
    """Three channels, each after its own genre.

    Matching silence with one's own film wins her, and never raises her value.
    """
    offers = bids_of(favouring("guarantees/film_night.toml"))
    found = trajectory(offers, starting(offers, Start.SILENCE, 1))
    assert [move.agent for move in found.moves[:3]] == [
        "comedy channel",
        "documentary channel",
        "thriller channel",
    ]
    assert found.ending is Ending.CYCLE and len(found.lasting) == 3
    assert {state.offer.worth for state in found.lasting} == {F(1, 3)}
    assert sorted(state.offer.gives["thriller channel"] for state in found.lasting) == [
        F(1, 3),
        F(1, 3),
        F(23, 15),
    ]
    assert sorted(gains(offers, found.final.offer).values()) == [F(0), F(6, 5), F(6, 5)]
    assert end_equilibrium(offers, found.final.offer) is None
    known = comparison(offers)
    assert known.paper_bound == F(3, 5) > F(1, 3), (
        "a cycle can stay below what every equilibrium guarantees"
    )
    assert known.best_ai_values is not None and known.best_ai_values.intervals == ((F(1), F(1)),)
    rising = trajectory(offers, starting(offers, Start.SILENCE, 1), F(1, 20))
    assert min(state.offer.worth for state in rising.lasting) >= F(1) - 2 * F(1, 20)
    kept = trajectory(offers, starting(offers, Start.TRUTH, 1))
    assert (kept.ending, kept.moves, kept.final.offer.worth) == (Ending.EQUILIBRIUM, (), F(1))


def test_an_agent_may_rather_lose() -> None:
    """The second wants what the user wants, the first wants the user to choose well but loves to
    hear the second say it.
    """
    game = favouring("guarantees/film_night.toml")
    offers = bids_of(game)
    truth, silence = [offers.truth(n) for n in range(3)], [offers.silence(n) for n in range(3)]
    state = State((silence[0], truth[1], truth[2]), 1)
    better = replace(truth[2], gives={**truth[2].gives, "comedy channel": F(9)})
    lost = response(offers, State((silence[0], truth[1], better), 1), 1, F(0))
    assert lost is not None and lost.selected == 2 and lost.offers[1] == offers.silence(1)
    assert response(offers, state, 1, F(0)) is None


def test_random_starts_and_orders_are_fixed_by_their_seeds() -> None:
    game = drawn("uniform", 3, 7)
    offers = bids_of(game)
    assert starting(offers, Start.RANDOM, 4) == starting(offers, Start.RANDOM, 4)
    assert starting(offers, Start.RANDOM, 4) != starting(offers, Start.RANDOM, 5)
    first = starting(offers, Start.SILENCE, 0)
    one, two = (trajectory(offers, first, F(1, 20), 50, Draws("orders", 1)) for _ in range(2))
    assert one == two


def test_the_budget() -> None:
    offers = bids_of(favouring("guarantees/film_night.toml"))
    found = trajectory(offers, starting(offers, Start.SILENCE, 1), F(1, 20), most=4)
    assert (
        found.ending is Ending.BUDGET and len(found.moves) == 4 and found.lasting == (found.final,)
    )
    assert trajectory(offers, starting(offers, Start.TRUTH, 1), most=0).ending is Ending.EQUILIBRIUM


@pytest.mark.parametrize(
    ("game", "message"),
    [
        (
            load(INSTANCES / "guarantees/film_night.toml"),
            "model.ties is any, .* use --ties favour-speaker",
        ),
        (
            replace(
                favouring("guarantees/film_night.toml"), conversation=Conversation(2, 1, "rich")
            ),
            "2 rounds, user alphabet 1",
        ),
        (
            replace(favouring("guarantees/film_night.toml"), conversation=Conversation(1, 1, 2)),
            "agent alphabet 2; dynamics are",
        ),
    ],
)
def test_what_cannot_be_played(game: Game, message: str) -> None:
    with pytest.raises(InstanceError, match=message):
        bids_of(game)


@pytest.mark.slow
@given(RANDOM)
@settings(max_examples=20, deadline=None)
def test_what_she_gets_from_each_agent_alone_is_what_persuasion_gives(game: Game) -> None:
    known = comparison(bids_of(game))
    for agent in game.agents:
        alone = persuade(game, agent.name)
        ends = known.alone[agent.name], known.alone_at_most[agent.name]
        assert ends == (alone.worst.user_utility, alone.best.user_utility)
