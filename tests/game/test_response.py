"""Signals: what the user hears and does, against a second reading straight from the joint
distribution (theory.md 1.3).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, profiles, simple_game
from tests.oracles import (
    best_actions,
    situations,
    user_value,
    worth,
)
from verifier.errors import SizeError
from verifier.game.model import Cell, Game, Ties
from verifier.game.reader import load
from verifier.game.response import (
    belief,
    best_actions_at,
    consistent,
    expected,
    signal_distribution,
)
from verifier.game.rules import Signal
from verifier.game.writer import write
from verifier.theory.deviations.persuasion import independent_types, subproblem_of

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def spoken_games(draw: st.DrawFn) -> tuple[Game, dict[str, Signal]]:
    game = draw(games())
    return game, draw(profiles(game))


@pytest.mark.slow
@often
@given(case=spoken_games())
def test_what_she_hears_and_what_it_is_worth(case: tuple[Game, dict[str, Signal]]) -> None:
    game, profile = case
    note(write(game))
    game, spoken = game, list(profile.values())
    told, again = signal_distribution(game, spoken), situations(game, spoken)
    assert set(told) == set(again)
    response = {t: best_actions_at(game, t, seen)[0] for t, seen in told.items()}
    for t, seen in told.items():
        assert list(best_actions_at(game, t, seen)) == best_actions(game, again[t])
        assert list(best_actions_at(game, t, seen, Ties.ORDER)) == best_actions(game, again[t])[:1]
        mass = sum(again[t].values())
        assert belief(game, t, seen) == (
            t[0],
            tuple(again[t].get(y, F(0)) / mass for y in game.states),
        )
    assert expected(game.user_payoff, told, response) == user_value(game, spoken)
    for agent in game.agents:
        total = sum(
            (worth(game, agent.utility, masses)[response[t]] for t, masses in again.items()), F(0)
        )
        assert expected(game.agent_payoff(agent.name), told, response) == total


@pytest.mark.slow
@often
@given(case=spoken_games())
def test_the_first_best_action_is_a_function_of_her_belief(
    case: tuple[Game, dict[str, Signal]],
) -> None:
    """And an action taken at one of two situations with the same belief only is not."""
    game, profile = case
    told = signal_distribution(game, list(profile.values()))
    response = {t: best_actions_at(game, t, seen)[0] for t, seen in told.items()}
    assert consistent(game, told, response)
    beliefs = [belief(game, t, seen) for t, seen in told.items()]
    for t, seen in told.items():
        other = next((a for a in game.actions if a != response[t]), None)
        if other is not None:
            assert consistent(game, told, {**response, t: other}) == (
                beliefs.count(belief(game, t, seen)) == 1
            )


@pytest.mark.slow
@often
@given(case=spoken_games())
def test_blocks_share_no_cell_and_cannot_be_split(case: tuple[Game, dict[str, Signal]]) -> None:
    game, profile = case
    game, agent = game, game.agents[0]
    distribution = signal_distribution(game, list(profile.values())[1:])
    parts = list(independent_types(agent, distribution))
    assert sorted(t for part in parts for t in part) == sorted(distribution)
    cells = [set(subproblem_of(game, agent, part).cells) for part in parts]
    assert all(not one & other for one, other in combinations(cells, 2))
    for part in parts:
        reached, frontier = set[Cell](), [next(iter(part))]
        while frontier:
            t = frontier.pop()
            reached.add(t)
            near = {cell for cell in agent.sees if any(x in cell for x in part[t])}
            frontier += [
                o
                for o in part
                if o not in reached and any(x in cell for x in part[o] for cell in near)
            ]
        assert reached == set(part)


@pytest.mark.slow
@often
@given(case=spoken_games())
def test_the_tables_of_a_block_hold_expectations(case: tuple[Game, dict[str, Signal]]) -> None:
    game, profile = case
    game, agent = game, game.agents[0]
    others = list(profile.values())[1:]
    subproblem = subproblem_of(game, agent, signal_distribution(game, others))
    for cell in subproblem.cells:
        here = situations(game, others, {x: F(x in cell) for x in game.agent_observations})
        for n, t in enumerate(subproblem.types):
            hers, his = (
                worth(game, utility, here.get(t, {})) for utility in (game.utility, agent.utility)
            )
            assert hers == {
                a: subproblem.user_payoff[cell, n, a] * subproblem.grain for a in game.actions
            }
            assert his == {
                a: subproblem.agent_payoff[cell, n, a] * subproblem.grain for a in game.actions
            }


def test_too_many_messages_are_refused_with_their_number() -> None:
    rows = {"a": [0], "b": [1]}
    game = simple_game({"s": 1}, rows, {"x": rows, "y": rows})
    chatter = {"s": {f"w{n}": F(1, 500) for n in range(500)}}
    with pytest.raises(SizeError, match="250000 combinations of messages, the limit is 200000"):
        signal_distribution(game, [chatter, chatter])


def test_two_independent_reports_of_the_prosecutors() -> None:
    """Both give the signal that is best alone: 3/10 + 7/10 * 9/49 = 3/7 hear "convict" twice."""
    game = load(INSTANCES / "classics/two_prosecutors.toml")
    signal = {"innocent": {"convict": F(3, 7), "acquit": F(4, 7)}, "guilty": {"convict": F(1)}}
    told = signal_distribution(game, [signal, signal])
    twice = told["nothing", "convict", "convict"]
    assert twice == {"innocent": F(9, 49), "guilty": F(1)}
    assert F(7, 10) * twice["innocent"] + F(3, 10) * twice["guilty"] == F(3, 7)
    assert user_value(game, [signal, signal]) == F(61, 70)
