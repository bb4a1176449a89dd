"""A best-ai user whose evaluation errs: the theorem in games that are searched for all that could
refute it, equilibria by turning away, and where all of 2 z is lost (theory.md 4.5).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games
from verifier import api as vf
from verifier.errors import InstanceError
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.numbers import rational
from verifier.theorem.claims import coverage
from verifier.theory.alignment import hull
from verifier.theory.benchmark import no_information, optimum
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, examine

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)
CRITICS = load(INSTANCES / "tightness/three_critics.toml")
errors = st.sampled_from([F(1, 20), F(1, 4), F(1)])

Offer = Mapping[str, Fraction]
"""What an offer is worth to the user, under the empty name, and to each agent."""


def finding(game: Game) -> Finding:
    return examine(game, [Guarantee.BEST_AI]).findings[Guarantee.BEST_AI]


@st.composite
def aligned(draw: st.DrawFn) -> Game:
    """A game of two or three agents who see two states, whose mean is the user's utility."""
    game = draw(
        games(
            min_states=2,
            max_states=2,
            max_actions=2,
            min_agents=2,
            max_agents=3,
            private=False,
            partitioned=False,
            rich=True,
            silent=True,
            ties=Ties.ANY,
            claims=False,
        )
    )
    tables = [agent.utility for agent in game.agents]
    mean = {key: sum((t[key] for t in tables), F(0)) / len(tables) for key in game.utility}
    game = replace(game, utility=mean, evaluation=draw(errors))
    assume(game.has_unique_best_actions and len(game.actions) == 2)
    return game


def menu(game: Game, steps: int = 4) -> list[Offer]:
    """What offers of two messages on a grid are worth, if she breaks ties for the first action."""
    (seen,), (left, right) = game.user_support, game.agent_observations
    payoffs = {"": game.user_payoff, **game.agent_payoffs}
    rows = {x: (seen, x) for x in (left, right) if (seen, x) in game.probability}

    def worth(sends: Mapping[str, Fraction]) -> Offer:
        """What a message is worth that is sent so often."""
        values = {
            name: {
                a: sum((sends[x] * f[(*row, a)] for x, row in rows.items()), F(0))
                for a in game.actions
            }
            for name, f in payoffs.items()
        }
        action = max(game.actions, key=lambda a: values[""][a])
        return {name: value[action] for name, value in values.items()}

    offers: list[Offer] = []
    for p, q in product(range(steps + 1), repeat=2):
        one = worth({left: F(p, steps), right: F(q, steps)})
        other = worth({left: 1 - F(p, steps), right: 1 - F(q, steps)})
        offers.append({name: one[name] + other[name] for name in payoffs})
    return offers


def picks(offers: tuple[Offer, ...], error: Fraction) -> list[Offer]:
    top = max(offer[""] for offer in offers)
    return [offer for offer in offers if offer[""] >= top - error]


def equilibria_of_a_menu(game: Game, offers: list[Offer]) -> Iterator[Fraction]:
    """What she gets in profiles of a menu in which nobody gains by another offer of the menu."""
    names = [agent.name for agent in game.agents]
    for profile in product(offers, repeat=len(names)):
        for now in picks(profile, game.evaluation):
            if all(
                any(then[name] <= now[name] for then in picks(changed, game.evaluation))
                for n, name in enumerate(names)
                for offer in offers
                for changed in [(*profile[:n], offer, *profile[n + 1 :])]
            ):
                yield now[""]


@pytest.mark.slow
@settings(often, max_examples=20)
@given(game=aligned(), data=st.data())
def test_no_menu_with_full_information_refutes_the_theorem(game: Game, data: st.DataObject) -> None:
    """Fewer deviations make more equilibria; that to full information is among them."""
    note(write(game))
    known = menu(game)
    best = max(known, key=lambda offer: offer[""])
    assert best[""] == optimum(game)
    some = data.draw(st.lists(st.sampled_from(known), max_size=4 - len(game.agents)))
    least = optimum(game) - 2 * max(game.evaluation, hull(game).epsilon)
    assert all(value >= least for value in equilibria_of_a_menu(game, [best, *some]))


@pytest.mark.slow
@settings(often, max_examples=40)
@given(game=games(max_states=2, max_actions=2, claims=False), error=errors)
def test_the_bound_is_below_every_equilibrium_and_reaches_the_promise(
    game: Game, error: Fraction
) -> None:
    game = replace(game, evaluation=error)
    note(write(game))
    found = finding(game)
    if found.equilibrium is not None:
        worst = rational(found.equilibrium.user_utility)
        assert worst >= rational(found.bound.value) >= no_information(game)
        if found.paper_bound is not None:
            assert worst >= rational(found.paper_bound)


@pytest.mark.slow
@settings(often, max_examples=20)
@given(game=aligned())
def test_the_kernel_accepts_what_is_found(game: Game) -> None:
    note(write(game))
    found = vf.verify(game, "best-ai")["best-ai"]
    if found.reply is not None:
        assert found.reply.accepted, found.reply.text


@pytest.mark.parametrize("error", [F(1, 100), F(1, 8), F(1, 5), F(1, 4)])
def test_all_of_two_z_is_lost(error: Fraction) -> None:
    """The hull distance is 0, the bound what is claimed, and an equilibrium attains it."""
    found = finding(replace(CRITICS, evaluation=error))
    assert isinstance(found.equilibrium, SignalEquilibrium)
    assert found.setting.hull.epsilon == 0
    assert found.equilibrium.turns_to
    assert (
        found.equilibrium.user_utility
        == found.bound.value
        == found.claimed_bound
        == found.paper_bound
        == optimum(CRITICS) - 2 * error
        >= no_information(CRITICS)
    )


def test_without_the_error_nothing_is_lost() -> None:
    found = finding(replace(CRITICS, evaluation=F(0)))
    assert found.bound.value == found.claimed_bound == optimum(CRITICS)


def test_an_error_that_hides_everything_leaves_what_she_knows() -> None:
    """TEAM - 2 z is below NOINFO: the rows prove nothing, obedience alone does."""
    found = finding(replace(CRITICS, evaluation=F(1)))
    assert found.bound.value == no_information(CRITICS)
    assert found.claimed_bound == optimum(CRITICS) - 2


def test_a_tolerance_above_the_error_counts() -> None:
    report = examine(CRITICS, [Guarantee.BEST_AI], F(1, 4))
    assert report.findings[Guarantee.BEST_AI].claimed_bound == optimum(CRITICS) - F(1, 2)


def test_no_list_of_a_menu_is_taken_for_complete() -> None:
    with pytest.raises(InstanceError, match=r"model\.evaluation = 1/8"):
        vf.restricted_equilibria(CRITICS, guarantee="best-ai")


def test_what_she_errs_by_is_beyond_the_proved_checker() -> None:
    found = vf.verify(CRITICS, "best-ai")["best-ai"]
    assert found.certificate is not None
    left = coverage(CRITICS, json.loads(found.certificate)).left
    assert left == {
        "every equilibrium best-ai": "a user whose evaluation errs",
        "equilibrium best-ai": "a user whose evaluation errs",
    }


def test_equilibria_without_error_are_there_as_well() -> None:
    kinds = {shown.kind for shown in exhibit(CRITICS, Guarantee.BEST_AI).equilibria}
    assert {"an evaluation that errs", "full revelation", "common signal"} <= kinds
