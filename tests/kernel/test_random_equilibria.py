"""Random games: what is exhibited is accepted, and what is accepted of forgeries withstands
deviations by brute force.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.games import games
from tests.kernel.attacks import contested_games, conversation_forgeries, forgeries
from tests.kernel.brute_force import wrong_with
from tests.kernel.building import Certificate, says
from verifier.certificate import equilibrium_certificate
from verifier.checker import accepted as accepted_line
from verifier.game.model import Game
from verifier.game.rules import Profile
from verifier.game.writer import write
from verifier.kernel.reader.document import UnreadableError, WrongError
from verifier.solve.effort import Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import exhibit, rational_utility
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationRefutation, judge_conversation
from verifier.theory.verdict import examine

F = Fraction
often = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def accepted(game: Game, content: Certificate) -> bool:
    try:
        says(content, game)
    except (WrongError, UnreadableError):
        return False
    return True


def claimed(content: Certificate) -> Any:
    """The one claim of a certificate."""
    (claim,) = content["claims"]
    return claim


@pytest.mark.slow
@often
@given(game=st.one_of(games(), contested_games()), guarantee=st.sampled_from(Guarantee))
def test_everything_that_is_exhibited_is_accepted(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    for found in exhibit(game, guarantee, Effort()).equilibria:
        made = equilibrium_certificate(game, guarantee, found)
        assert accepted_line(says(json.loads(made.text), game)) == made.line


@pytest.mark.slow
@settings(often, max_examples=80)
@given(
    game=st.one_of(games(max_states=2), contested_games()),
    guarantee=st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]),
)
def test_no_accepted_equilibrium_is_below_the_bound(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    bound = examine(game, [guarantee]).findings[guarantee].bound.value
    for found in exhibit(game, guarantee, Effort()).equilibria:
        says(json.loads(equilibrium_certificate(game, guarantee, found).text), game)
        assert isinstance(bound, Fraction)
        assert rational_utility(found) >= bound


@pytest.mark.slow
@settings(often, max_examples=80)
@given(game=contested_games(), guarantee=st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]))
def test_no_deviation_on_a_grid_gains_from_an_accepted_equilibrium(
    game: Game, guarantee: Guarantee
) -> None:
    note(write(game))
    for found in exhibit(game, guarantee, Effort()).equilibria:
        if isinstance(found, SignalEquilibrium):
            content = json.loads(equilibrium_certificate(game, guarantee, found).text)
            assert accepted(game, content)
            assert wrong_with(game, claimed(content)) is None


@pytest.mark.slow
@settings(often, max_examples=250)
@given(forgery=forgeries())
def test_prices_by_looser_laws_prove_nothing_false(forgery: tuple[Game, Certificate]) -> None:
    """Of these forgeries one in seven is accepted, and one in five is false."""
    game, content = forgery
    note(write(game))
    assert not accepted(game, content) or wrong_with(game, claimed(content)) is None


def tampered(draw: st.DrawFn, content: Certificate) -> Certificate:
    """Prices, probabilities and responses at random: most of it is refused, some of it is still
    true.
    """
    forged = copy.deepcopy(content)
    shown = claimed(forged)
    for held in shown["deviation_bounds"]:
        for option in (option for block in held["blocks"] for option in block["options"]):
            for price in option["prices"]:
                price[1] = str(
                    F(price[1]) + draw(st.sampled_from([F(0), F(0), F(1, 2), F(-1, 2), F(1)]))
                )
    if draw(st.booleans()) and len(shown["response"]) > 1:
        first, second = shown["response"][0], shown["response"][-1]
        first[-1], second[-1] = second[-1], first[-1]
    if draw(st.booleans()):
        shown["utility"] = str(
            F(shown["utility"]) + draw(st.sampled_from([F(0), F(1, 2), F(-1, 2)]))
        )
    return forged


@st.composite
def tampered_certificates(draw: st.DrawFn) -> tuple[Game, Certificate]:
    game = draw(
        st.one_of(
            contested_games(),
            games(max_states=2, max_actions=2, max_agents=2, max_agent_observations=2),
        )
    )
    guarantee = draw(st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]))
    found = [
        e for e in exhibit(game, guarantee, Effort()).equilibria if isinstance(e, SignalEquilibrium)
    ]
    assume(found)
    made = equilibrium_certificate(game, guarantee, draw(st.sampled_from(found)))
    return game, tampered(draw, json.loads(made.text))


@pytest.mark.slow
@settings(often, max_examples=200)
@given(forgery=tampered_certificates())
def test_what_is_accepted_after_tampering_is_still_an_equilibrium(
    forgery: tuple[Game, Certificate],
) -> None:
    game, content = forgery
    note(write(game))
    assert not accepted(game, content) or wrong_with(game, claimed(content)) is None


@pytest.mark.slow
@settings(often, max_examples=200)
@given(forgery=conversation_forgeries())
def test_no_conversation_is_accepted_that_an_agent_surely_leaves(
    forgery: tuple[Game, Profile, Certificate],
) -> None:
    """Every pure rule of every agent is tried, where there are no more than 70."""
    game, profile, content = forgery
    note(write(game))
    judged = judge_conversation(game, profile, Effort(), rule_limit=70)
    assert not accepted(game, content) or not isinstance(judged, ConversationRefutation)
