"""Actions that a tie rule passes over: mixtures that dominate, and nothing lost that could be
chosen (theory.md 6.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import games, profiles, simple_game
from verifier.game.model import Game, Ties
from verifier.game.response import signal_distribution
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.deviations import dominance
from verifier.theory.deviations.dominance import (
    dominated_actions,
    duplicate_actions,
    strictly_best_somewhere,
    strictly_followed,
)
from verifier.theory.deviations.persuasion import Subproblem, subproblem_of

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def subproblems(draw: st.DrawFn, ties: Sequence[Ties] = tuple(Ties)) -> tuple[Game, Subproblem]:
    """The first agent of a game against whatever another one says."""
    game = replace(draw(games(max_agents=2)), ties=draw(st.sampled_from(ties)))
    return game, subproblem_of(
        game, game.agents[0], signal_distribution(game, list(draw(profiles(game)).values())[1:])
    )


def weights(subproblem: Subproblem) -> list[dict[tuple[str, ...], Fraction]]:
    """Ways to send a message, on a grid: everywhere, nowhere, or three times as often."""
    return [
        dict(zip(subproblem.cells, map(F, odds), strict=True))
        for odds in product((0, 1, 3), repeat=len(subproblem.cells))
        if any(odds)
    ]


def best(
    game: Game, subproblem: Subproblem, n: int, message: dict[tuple[str, ...], Fraction]
) -> list[str]:
    worth = {
        a: sum((w * subproblem.user_payoff[c, n, a] for c, w in message.items()), F(0))
        for a in game.actions
    }
    return [a for a in game.actions if worth[a] == max(worth.values())]


@pytest.mark.slow
@often
@given(case=subproblems())
def test_what_is_passed_over_is_dominated_by_the_mixture(case: tuple[Game, Subproblem]) -> None:
    game, subproblem = case
    note(write(game))
    found = dominated_actions(game, subproblem, Effort())
    assert not found or game.ties in (Ties.ANY, Ties.ORDER)
    for (n, a), mixture in found.items():
        assert sum(mixture.values()) == 1 and min(mixture.values()) > 0 and a not in mixture
        for c in subproblem.cells:
            assert (
                sum(p * subproblem.user_payoff[c, n, b] for b, p in mixture.items())
                >= subproblem.user_payoff[c, n, a]
            )
        for message in weights(subproblem):
            first = best(game, subproblem, n, message)
            assert a not in first or set(mixture) <= set(first)


@pytest.mark.slow
@often
@given(case=subproblems([Ties.ORDER]))
def test_under_order_what_is_passed_over_is_never_the_first_best(
    case: tuple[Game, Subproblem],
) -> None:
    game, subproblem = case
    note(write(game))
    found = dominated_actions(game, subproblem, Effort())
    for n, message in product(range(len(subproblem.types)), weights(subproblem)):
        heard = any(
            w * sum(abs(subproblem.user_payoff[c, n, a]) for a in game.actions)
            for c, w in message.items()
        )
        if heard:
            assert (n, best(game, subproblem, n, message)[0]) not in found


@pytest.mark.slow
@often
@given(case=subproblems([Ties.ANY]))
def test_under_any_one_of_the_best_is_kept_everywhere(case: tuple[Game, Subproblem]) -> None:
    game, subproblem = case
    note(write(game))
    found = dominated_actions(game, subproblem, Effort())
    for n, message in product(range(len(subproblem.types)), weights(subproblem)):
        assert any((n, a) not in found for a in best(game, subproblem, n, message))
    assert all(any((n, b) not in found for b in mixture) for (n, _), mixture in found.items())


@pytest.mark.slow
@often
@given(case=subproblems())
def test_what_is_best_alone_somewhere_is_kept(case: tuple[Game, Subproblem]) -> None:
    game, subproblem = case
    found = dominated_actions(game, subproblem, Effort())
    for n, a in product(range(len(subproblem.types)), game.actions):
        somewhere = any(best(game, subproblem, n, {c: F(1)}) == [a] for c in subproblem.cells)
        assert strictly_best_somewhere(subproblem, n, a, game.actions) == somewhere
        assert not somewhere or (n, a) not in found


@pytest.mark.slow
@often
@given(case=subproblems())
def test_twins_are_the_same_in_every_cell(case: tuple[Game, Subproblem]) -> None:
    game, subproblem = case
    found = duplicate_actions(game, subproblem)
    for n, a in product(range(len(subproblem.types)), game.actions):
        same = [
            b
            for b in game.actions
            if all(
                subproblem.user_payoff[c, n, a] == subproblem.user_payoff[c, n, b]
                for c in subproblem.cells
            )
        ]
        assert list(found.get((n, a), (a,))) == same


DROPPED = {"left": [2, 0], "right": [0, 2], "middle": [1, 1], "copy": [2, 0]}


@pytest.mark.parametrize(
    ("ties", "order", "passed"),
    [
        (Ties.ANY, ("left", "right", "middle", "copy"), {"middle", "copy"}),
        (Ties.ANY, ("copy", "left", "middle", "right"), {"left", "middle"}),
        (Ties.ORDER, ("left", "right", "middle", "copy"), {"middle", "copy"}),
        (Ties.ORDER, ("middle", "left", "right", "copy"), {"copy"}),
        (Ties.ORDER, ("right", "middle", "copy", "left"), {"middle", "left"}),
        (Ties.BELIEF, ("left", "right", "middle", "copy"), set()),
        (Ties.FAVOUR_SPEAKER, ("left", "right", "middle", "copy"), set()),
    ],
)
def test_a_middle_action_and_a_copy(ties: Ties, order: Sequence[str], passed: set[str]) -> None:
    """`middle` is best only at 1/2, where `left` and `right` are as well; `copy` is the twin of
    `left`.
    """
    rows = {a: DROPPED[a] for a in order}
    game = simple_game({"l": F(1, 2), "r": F(1, 2)}, rows, {"x": rows}, ties=ties)
    found = dominated_actions(
        game, subproblem_of(game, game.agents[0], signal_distribution(game, [])), Effort()
    )
    assert {a for _, a in found} == passed
    if "middle" in passed:
        mixture = found[0, "middle"]
        assert mixture["right"] == F(1, 2) and mixture.get("left", F(0)) + mixture.get(
            "copy", F(0)
        ) == F(1, 2)


@often
@given(case=subproblems())
def test_what_is_strictly_best_at_a_half_is_dominated_by_no_mixture(
    case: tuple[Game, Subproblem],
) -> None:
    """The quick test agrees with the program that it spares."""
    game, subproblem = case
    for n, a in product(range(len(subproblem.types)), game.actions):
        if dominance._strictly_best_on_the_way(subproblem, n, a, game.actions):
            others = [b for b in game.actions if b != a]
            assert dominance._dominating_mixture(subproblem, n, a, others, (), Effort()) == {}


def test_the_first_action_need_not_be_told_apart_from_later_ones() -> None:
    """Under `order` she takes it wherever it ties, though nothing makes her prefer it."""
    rows = {"a": (0, 0), "b": (0, 1)}
    game = replace(
        simple_game({"s": F(1, 2), "t": F(1, 2)}, rows, {"i": rows}),
        ties=Ties.ORDER,
    )
    subproblem = subproblem_of(game, game.agents[0], signal_distribution(game, []))
    for strategy in ("a", "b"):
        found = strictly_followed(game, subproblem, [strategy], Effort(), order=True)
        assert (found is None) == (strategy == "a")
