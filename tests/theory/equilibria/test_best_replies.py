"""What best replies in turn lead to is an equilibrium: for the kernel, and by the definition."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, note, settings

from tests.games import Table, games, informed_game, simple_game
from tests.theory.equilibria.confirmed import confirmed
from verifier.game.model import NOTHING, Game, Ties
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.alignment import hull
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.equilibria.best_replies import reply_equilibria
from verifier.theory.equilibria.equilibrium import exhibit, rational_utility
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine, setting_of

F = Fraction
often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def own_observations(ties: Ties = Ties.ANY) -> Game:
    """Two schools each see whether their own student is good; an evaluator takes one of them."""
    states = ("gg", "gb", "bg", "bb")
    first: Table = {"take1": [1] * 4, "take2": [0] * 4}
    second: Table = {"take1": [0] * 4, "take2": [1] * 4}
    return informed_game(
        (NOTHING,),
        states,
        states,
        {(NOTHING, y, y): F(1, 4) for y in states},
        {"take1": [1, 1, 0, 0], "take2": [1, 0, 1, 0]},
        {
            "school 1": (first, [("gg", "gb"), ("bg", "bb")]),
            "school 2": (second, [("gg", "bg"), ("gb", "bb")]),
        },
        ties=ties,
    )


def test_each_tells_all_that_he_sees() -> None:
    """Under `any` her ties can go either way, so that no school does better by saying less."""
    game = own_observations()
    (found,) = reply_equilibria(game)
    assert (found.kind, found.user_utility) == ("all tell", F(3, 4))
    assert set(found.agent_utilities.values()) == {F(1, 2)}
    assert confirmed(game, found)
    assert examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].verdict is Verdict.PROVED


def test_silence_is_tried() -> None:
    """Neither agent knows anything that she would act on: nothing can be said."""
    idle: Table = {"stay": [1, 1], "go": [0, 0]}
    game = informed_game(
        (NOTHING,),
        ("x", "y"),
        ("x", "y"),
        {(NOTHING, y, y): F(1, 2) for y in ("x", "y")},
        {"stay": [2, 1], "go": [0, 0]},
        {"one": (idle, [("x",), ("y",)]), "two": (idle, [("x", "y")])},
    )
    found = reply_equilibria(game)[0]
    assert (found.kind, found.user_utility) == ("silence", F(3, 2))
    assert confirmed(game, found)


def test_the_worst_that_is_possible_ends_the_search() -> None:
    game = own_observations()
    everywhere = reply_equilibria(game)
    assert reply_equilibria(game, least=everywhere[0].user_utility) == everywhere[:1]


def test_replies_are_not_looked_for_where_partitions_are_the_worst_that_is_possible() -> None:
    """Both prosecute: silence is the worst, at the bound, and the only equilibrium of its kind."""
    hers: Table = {"acquit": [1, 0], "convict": [0, 1]}
    his: Table = {"acquit": [0, 0], "convict": [1, 1]}
    game = simple_game({"innocent": F(3, 10), "guilty": F(7, 10)}, hers, {"a": his, "b": his})
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    kinds = [found.kind for found in exhibit(game, Guarantee.BAYES).equilibria]
    assert finding.equilibrium is not None and "silence" not in kinds
    assert rational_utility(finding.equilibrium) == F(7, 10)


@pytest.mark.slow
@often
@given(game=games(min_agents=2, max_agents=2, max_actions=3))
def test_what_comes_to_rest_is_an_equilibrium(game: Game) -> None:
    note(write(game))
    found = reply_equilibria(game)
    assume(found)
    decided = [confirmed(game, shown) for shown in found]
    assume(any(decided))


@pytest.mark.slow
@often
@given(game=games(min_agents=2, min_states=2, max_states=2, max_actions=3, rich=True))
def test_what_comes_to_rest_is_not_below_the_bound(game: Game) -> None:
    note(write(game))
    known = bound(game, setting_of(game, Guarantee.BAYES, hull(game), Fraction(0)), Effort())
    assert isinstance(known.value, Fraction)
    assert all(shown.user_utility >= known.value for shown in reply_equilibria(game))
