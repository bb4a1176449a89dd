"""Games in integers say the same as the games."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from tests.games import games
from verifier.game.model import Game
from verifier.theorem.integers import integers


@given(games())
def test_probabilities_sum_to_one(game: Game) -> None:
    found = integers(game)
    assert sum(p for table in found.joint for row in table for p in row) == found.whole


@given(games())
def test_actions_are_worth_the_same(game: Game) -> None:
    found = integers(game)
    tables = [(found.utility, game.user_payoff)]
    tables += [
        (table, game.agent_payoffs[agent.name])
        for table, agent in zip(found.agent_utilities, game.agents, strict=True)
    ]
    for table, payoff in tables:
        worths = found.worths(table)
        for x, x_user in enumerate(game.user_observations):
            for z, x_agent in enumerate(game.agent_observations):
                for a, action in enumerate(game.actions):
                    expected = payoff.get((x_user, x_agent, action), Fraction(0))
                    assert Fraction(worths[x][z][a], found.grain) == expected


@given(games())
def test_cells_are_those_of_the_game(game: Game) -> None:
    cells = integers(game).cells
    for agent, seen in zip(game.agents, cells, strict=True):
        for z, x in enumerate(game.agent_observations):
            for other, number in zip(game.agent_observations, seen, strict=True):
                together = any(x in cell and other in cell for cell in agent.sees)
                assert (number == seen[z]) == together
