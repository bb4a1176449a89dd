"""An agent tosses a coin for the user's ties: equilibria by the kernel and by the definition."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, note, settings

from tests.games import games, simple_game
from tests.theory.equilibria.confirmed import confirmed
from verifier.game.model import Conversation, Game, Ties
from verifier.game.writer import write
from verifier.theory.equilibria.coins import coin_equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def tied_in_one_state(ties: Ties = Ties.ANY, words: int | None = None) -> Game:
    """In x the first two actions tie; the agents disagree there, and both want y and z told."""
    return simple_game(
        dict.fromkeys(("x", "y", "z"), F(1, 3)),
        {"a": [1, 0, 0], "b": [1, 1, 0], "c": [0, 0, 1]},
        {
            "one": {"a": [2, 0, 0], "b": [1, 1, 0], "c": [0, 0, 1]},
            "two": {"a": [0, 0, 0], "b": [1, 1, 0], "c": [0, 0, 1]},
        },
        ties=ties,
        conversation=Conversation(agent_alphabet="rich" if words is None else words),
    )


def test_a_coin_refutes_what_was_open() -> None:
    """Half of the time she takes what agent one likes less in x, so that he tells y from z half of
    the time only: 1/3 + 1/2 * 2/3 + 1/2 * 1/3 = 5/6, the least that is possible.
    """
    game = tied_in_one_state()
    found = coin_equilibrium(game)
    assert found is not None and found.kind == "coin"
    assert found.user_utility == F(5, 6) and confirmed(game, found)
    assert found.agent_utilities == {"one": F(1), "two": F(2, 3)}
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert (finding.verdict, finding.bound.value) == (Verdict.REFUTED, F(5, 6))
    assert finding.equilibrium == found == coin_equilibrium(game, below=F(6, 7))
    assert coin_equilibrium(game, below=F(5, 6)) is None


@pytest.mark.parametrize("ties", [Ties.BELIEF, Ties.ORDER, Ties.FAVOUR_SPEAKER])
def test_there_is_nothing_to_toss_for_where_ties_are_broken_otherwise(ties: Ties) -> None:
    assert coin_equilibrium(tied_in_one_state(ties)) is None


def test_a_coin_takes_words() -> None:
    """With three words one cannot say heads, tails, y, and y or z: what is left is worth more."""
    rich, poor = coin_equilibrium(tied_in_one_state()), coin_equilibrium(tied_in_one_state(words=3))
    assert rich is not None
    assert poor is None or poor.user_utility > rich.user_utility


@pytest.mark.slow
@often
@given(game=games(min_agents=2, max_agents=2, max_actions=3, max_rounds=1, ties=Ties.ANY))
def test_a_coin_is_an_equilibrium(game: Game) -> None:
    note(write(game))
    found = coin_equilibrium(game)
    assume(found is not None)
    assert found is not None
    bound = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].bound.value
    assert isinstance(bound, Fraction) and found.user_utility >= bound
    assume(confirmed(game, found))
