"""Random games: what is exhibited is accepted, and what is accepted of forgeries withstands
deviations by brute force.
"""

from __future__ import annotations

import copy
import json
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from tests.games import games
from tests.kernel.attacks import contested_games, forgeries
from tests.kernel.brute_force import wrong_with
from tests.kernel.forging import Certificate
from verifier.certificate import equilibrium_certificate
from verifier.game.model import Game
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.kernel.reader.document import UnreadableError, WrongError
from verifier.kernel.reader.instance import Game as KernelGame
from verifier.kernel.reader.instance import read_game
from verifier.solve.effort import Effort
from verifier.theory.equilibrium import Indifference, exhibit, rational_utility
from verifier.theory.guarantee import Guarantee
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.verdict import examine

F = Fraction
often = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def as_the_kernel_reads_it(game: Game) -> KernelGame:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.toml"
        path.write_text(write(game), encoding="utf-8")
        return read_game(str(path))


def accepted(game: Game, content: Certificate) -> bool:
    try:
        check(content, as_the_kernel_reads_it(game), {})
    except (WrongError, UnreadableError):
        return False
    return True


@pytest.mark.slow
@often
@given(game=st.one_of(games(), contested_games()), guarantee=st.sampled_from(Guarantee))
def test_everything_that_is_exhibited_is_accepted(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    read = as_the_kernel_reads_it(game)
    for found in exhibit(game, guarantee, Effort()).equilibria:
        content = json.loads(equilibrium_certificate(game, guarantee, found))
        said = check(content, read, {})
        irrational = "what silence gives her" if isinstance(found, Indifference) else "QR"
        value = found.user_utility if isinstance(found.user_utility, Fraction) else irrational
        assert (
            said == f"equilibrium: the {guarantee} user gets {value}, and no agent gains more than"
            f" {game.gamma}"
        )


@pytest.mark.slow
@settings(often, max_examples=80)
@given(
    game=st.one_of(games(max_states=2), contested_games()),
    guarantee=st.sampled_from([Guarantee.BAYES, Guarantee.BEST_AI]),
)
def test_no_accepted_equilibrium_is_below_the_bound(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    bound = examine(game, [guarantee]).findings[guarantee].bound.value
    read = as_the_kernel_reads_it(game)
    for found in exhibit(game, guarantee, Effort()).equilibria:
        check(json.loads(equilibrium_certificate(game, guarantee, found)), read, {})
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
            content = json.loads(equilibrium_certificate(game, guarantee, found))
            assert accepted(game, content)
            assert wrong_with(game, content["equilibrium"]) is None


@pytest.mark.slow
@settings(often, max_examples=250)
@given(forgery=forgeries())
def test_prices_by_looser_laws_prove_nothing_false(forgery: tuple[Game, Certificate]) -> None:
    """Of these forgeries one in seven is accepted, and one in five is false."""
    game, content = forgery
    note(write(game))
    if accepted(game, content):
        assert wrong_with(game, content["equilibrium"]) is None


def tampered(draw: st.DrawFn, content: Certificate) -> Certificate:
    """Prices, probabilities and responses at random: most of it is refused, some of it is still
    true.
    """
    forged = copy.deepcopy(content)
    shown = forged["equilibrium"]
    for held in shown["deterrence"]:
        for option in (option for block in held["blocks"] for option in block["options"]):
            for price in option["prices"]:
                price[1] = str(
                    F(price[1]) + draw(st.sampled_from([F(0), F(0), F(1, 2), F(-1, 2), F(1)]))
                )
    if draw(st.booleans()) and len(shown["response"]) > 1:
        first, second = shown["response"][0], shown["response"][-1]
        first[-1], second[-1] = second[-1], first[-1]
    if draw(st.booleans()):
        shown["user_utility"] = str(
            F(shown["user_utility"]) + draw(st.sampled_from([F(0), F(1, 2), F(-1, 2)]))
        )
    return forged


@st.composite
def tampered_certificates(draw: st.DrawFn) -> tuple[Game, Any]:
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
    if not found:
        return game, None
    return game, tampered(
        draw, json.loads(equilibrium_certificate(game, guarantee, draw(st.sampled_from(found))))
    )


@pytest.mark.slow
@settings(often, max_examples=200)
@given(forgery=tampered_certificates())
def test_what_is_accepted_after_tampering_is_still_an_equilibrium(
    forgery: tuple[Game, Any],
) -> None:
    game, content = forgery
    note(write(game))
    assume(content is not None)
    if accepted(game, content):
        assert wrong_with(game, content["equilibrium"]) is None
