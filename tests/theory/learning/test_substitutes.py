"""Substitutes are what their definition says, on every rectangle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from typing import TypeVar

from hypothesis import given, settings

from tests.games import INSTANCES, games
from tests.theory.learning.test_straightforward import coins
from verifier import api
from verifier.game.model import Game
from verifier.theory.learning.knowledge import Knowledge
from verifier.theory.learning.substitutes import Purpose, substitutes

F = Fraction
often = settings(max_examples=80, deadline=None, derandomize=True)


T = TypeVar("T")


def parts(of: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """All sets but the empty one; the last is the whole."""
    one = list(of)
    return chain.from_iterable(combinations(one, n) for n in range(1, len(one) + 1))


def value(game: Game, purpose: Purpose, groups: Iterable[list[tuple[str, str]]]) -> Fraction:
    """Minus the expected squared error of a forecast, or her best utility, told the group."""
    total = F(0)
    for points in filter(None, groups):
        mass = sum((game.probability[p] for p in points), F(0))
        payoffs = [sum((game.user_payoff[(*p, a)] for p in points), F(0)) for a in game.actions]
        if purpose is Purpose.DECISION:
            total += max(payoffs)
            continue
        for a, payoff in zip(game.actions, payoffs, strict=True):
            for p in points:
                away = game.user_payoff[(*p, a)] / game.probability[p] - payoff / mass
                total -= game.probability[p] * away**2
    return total


@often
@given(game=games(private=True, max_agents=1, claims=False))
def test_it_is_the_definition_on_every_rectangle(game: Game) -> None:
    agent = game.agents[0]
    for purpose in Purpose:
        found = substitutes(Knowledge(game, agent), purpose)
        margins = []
        for hers in parts(game.user_observations):
            for his in parts(agent.sees):
                inside = [
                    [p for p in game.points if p[0] == x and p[1] in cell]
                    for x in hers
                    for cell in his
                ]
                everything = [*chain.from_iterable(inside)]
                if everything:
                    nothing = value(game, purpose, [everything])
                    alone = value(
                        game, purpose, ([p for p in everything if p[0] == x] for x in hers)
                    )
                    his_own = value(
                        game, purpose, ([p for p in everything if p[1] in cell] for cell in his)
                    )
                    both = value(game, purpose, inside)
                    margins.append((his_own - nothing) - (both - alone))
        assert found.whole.margin == margins[-1]
        assert found.weak == (margins[-1] >= 0)
        assert found.everywhere == (min(margins) >= 0)
        assert (found.broken is None) == found.everywhere
        if found.broken is not None:
            assert found.broken[1].margin in margins and found.broken[1].margin < 0


def test_two_who_see_the_same_are_substitutes() -> None:
    """The second look at one coin is worth nothing."""
    game = coins(True)
    joint = {(y[0], y[0], y): F(1, 4) for y in game.states}
    game = replace(game, joint=joint)
    found = substitutes(Knowledge(game, game.agents[0]), Purpose.DECISION)
    assert found.everywhere and found.whole.together == found.whole.hers


def test_the_lack_of_it_is_shown_by_a_rectangle() -> None:
    game = coins(True)
    found = substitutes(Knowledge(game, game.agents[0]), Purpose.FORECAST)
    assert found.broken is not None
    assert found.broken[0].sides == (2, 2)


def test_too_many_rectangles_are_left_open() -> None:
    game = coins(False)
    found = substitutes(Knowledge(game, game.agents[0]), Purpose.DECISION, 1)
    assert (found.weak, found.everywhere, found.broken) == (True, True, None)
    three = api.load(INSTANCES / "guarantees/narrow_line.toml")
    left = substitutes(Knowledge(three, three.agents[0]), Purpose.DECISION, 0)
    assert left.everywhere or left.too_many
    assert (left.everywhere, left.broken) == (None, None)
    assert left.too_many is not None and "--profile-limit" in left.too_many
