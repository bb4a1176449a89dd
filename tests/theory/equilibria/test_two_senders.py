"""Two agents who speak at once: equilibria by the kernel and by the definition, and how bad."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from tests.games import INSTANCES, Table, simple_game
from tests.theory.equilibria.confirmed import confirmed
from verifier.game.model import Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.response import Response
from verifier.rng import Draws
from verifier.solve.effort import Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.equilibrium import exhibit, rational_utility
from verifier.theory.equilibria.two_senders import sender_equilibrium, simplest
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
NO_SENDERS = Effort(sender_tries=0)


def boat() -> Game:
    return load(INSTANCES / "guarantees/two_speakers.toml")


def vague_pilot(r: Fraction) -> SignalEquilibrium | None:
    """The pilot's noise and the charterer's answer, if it is an equilibrium; she stays along the
    coast but where the charterer says that it is fine.
    """
    pilot = {
        "fine": {"perhaps fine": 2 - r, "perhaps a storm": r - 1},
        "storm": {"perhaps fine": (2 - r) / r, "perhaps a storm": 2 * (r - 1) / r},
    }
    charterer = {"fine": {"fine": 1 - 1 / r, "nothing": 1 / r}, "storm": {"nothing": F(1)}}
    response: Response = {
        ("nothing", heard, said): "open sea" if said == "fine" else "coast"
        for heard in ("perhaps fine", "perhaps a storm")
        for said in ("fine", "nothing")
    }
    return verify_profile(
        boat(), "given profile", {"pilot": pilot, "charterer": charterer}, response
    )


@pytest.mark.parametrize("r", [F(41, 40), F(11, 10), F(3, 2), F(19, 10)])
def test_a_vague_pilot_makes_the_charterer_say_less(r: Fraction) -> None:
    """She has 9/2 - 1/(2r): 329/82, 89/22 and 25/6 at the first three, less than 17/4."""
    found = vague_pilot(r)
    assert found is not None and found.user_utility == F(9, 2) - 1 / (2 * r) < F(17, 4)
    assert confirmed(boat(), found)


def test_the_charterer_would_say_more_if_the_pilot_were_less_vague() -> None:
    assert vague_pilot(F(81, 80)) is None


def test_the_worst_of_these_is_found() -> None:
    game = boat()
    assert rational_utility(exhibit(game, Guarantee.BAYES, NO_SENDERS).equilibria[0]) == F(17, 4)
    found = sender_equilibrium(game, F(17, 4), least=F(4))
    assert found is not None and (found.kind, found.user_utility) == ("two senders", F(329, 82))
    assert found.agent_utilities == {"pilot": F(9, 2) - F(5, 82), "charterer": F(9) + F(1, 82)}
    assert confirmed(game, found)


def test_only_two_who_speak_at_once_refute_the_claim() -> None:
    verdicts = [
        examine(boat(), [Guarantee.BAYES], effort=effort).finding(Guarantee.BAYES).verdict
        for effort in (NO_SENDERS, Effort())
    ]
    assert verdicts == [Verdict.OPEN, Verdict.REFUTED]


def drawn(prior: list[Fraction], hers: Table, first: Table, second: Table, ties: Ties) -> Game:
    return simple_game(
        dict(zip("xyz"[: len(prior)], prior, strict=True)),
        hers,
        {"one": first, "two": second},
        ties=ties,
    )


def closed_by_drawn_noise() -> Game:
    """A game whose bound 23/4 is met if noise is drawn, where 73/12 was the worst known."""
    return drawn(
        [F(1, 4), F(2, 3), F(1, 12)],
        {"a": [8, 3, 7], "b": [0, 5, 1], "c": [6, 6, 3]},
        {"a": [10, 6, 4], "b": [9, 5, 10], "c": [2, 1, 3]},
        {"a": [7, 6, 0], "b": [7, 8, 2], "c": [0, 0, 9]},
        Ties.ANY,
    )


def closed_by_one_who_speaks() -> Game:
    """A game in which one agent says more than what both announce, but not at extreme beliefs."""
    return drawn(
        [F(5, 18), F(1, 3), F(7, 18)],
        {"a": [8, 5, 7], "b": [0, 6, 6], "c": [10, 1, 2]},
        {"a": [10, 4, 1], "b": [10, 6, 2], "c": [1, 8, 4]},
        {"a": [9, 9, 10], "b": [9, 3, 9], "c": [9, 3, 4]},
        Ties.ANY,
    )


def closed_with_five_actions() -> Game:
    """A game of two states and five actions, two of which she takes in the worst equilibrium."""
    return drawn(
        [F(1, 4), F(3, 4)],
        {"a": [5, 6], "b": [4, 9], "c": [3, 7], "d": [8, 8], "e": [10, 5]},
        {"a": [1, 6], "b": [2, 2], "c": [5, 3], "d": [5, 5], "e": [9, 7]},
        {"a": [6, 10], "b": [6, 0], "c": [6, 5], "d": [2, 10], "e": [6, 5]},
        Ties.ANY,
    )


@pytest.mark.parametrize(
    ("game", "before", "worst", "tries"),
    [
        (closed_with_five_actions(), F(65, 8), F(8), 10),
        (closed_by_drawn_noise(), F(73, 12), F(23, 4), 60),
        (closed_by_one_who_speaks(), F(125, 18), F(119, 18), 10),
    ],
    ids=["five actions", "drawn noise", "one who speaks"],
)
def test_intervals_are_closed(game: Game, before: Fraction, worst: Fraction, tries: int) -> None:
    plain, more = (
        examine(game, [Guarantee.BAYES], effort=Effort(sender_tries=n)).finding(Guarantee.BAYES)
        for n in (0, tries)
    )
    assert plain.equilibrium is not None and plain.equilibrium.user_utility == before
    found = more.equilibrium
    assert isinstance(found, SignalEquilibrium) and found.kind == "two senders"
    assert found.user_utility == more.bound.value == worst and confirmed(game, found)


def small_game(number: int, states: int, ties: Ties) -> Game:
    draws, names = Draws("two speakers, tests", number), "xyz"[:states]

    def payoffs() -> Table:
        return {a: [draws.integer(0, 10) for _ in names] for a in "abc"}

    prior = {y: F(n, 12) for y, n in zip(names, draws.shares(states, 12), strict=True)}
    return simple_game(prior, payoffs(), {"one": payoffs(), "two": payoffs()}, ties=ties)


@pytest.mark.slow
@pytest.mark.parametrize("states", [2, 3])
def test_what_is_found_is_an_equilibrium_and_not_below_the_bound(states: int) -> None:
    """Of games under all tie rules, in some of which something worse than before is found."""
    worse = 0
    for number, ties in product(range(20), Ties):
        game = small_game(number, states, ties)
        plain = examine(game, [Guarantee.BAYES], effort=NO_SENDERS).finding(Guarantee.BAYES)
        if plain.equilibrium is None or plain.equilibrium.user_utility == plain.bound.value:
            continue
        known = rational_utility(plain.equilibrium)
        found = sender_equilibrium(game, known, Effort(sender_tries=24))
        if found is not None:
            worse += 1
            assert isinstance(plain.bound.value, Fraction)
            assert plain.bound.value <= found.user_utility < known
            assert confirmed(game, found)
    assert worse > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"conversation": Conversation(agent_alphabet=2)},
        {"conversation": Conversation(rounds=2)},
        {"agents": boat().agents[:1]},
        {"agents": (*boat().agents, replace(boat().agents[0], name="cook"))},
    ],
    ids=["few words", "two rounds", "one agent", "three agents"],
)
def test_other_games_are_left_alone(changes: dict[str, object]) -> None:
    assert sender_equilibrium(replace(boat(), **changes), F(17, 4)) is None  # type: ignore[arg-type]


def test_nothing_is_looked_for_without_tries_or_beyond_the_bound() -> None:
    assert sender_equilibrium(boat(), F(17, 4), NO_SENDERS) is None
    assert sender_equilibrium(boat(), F(17, 4), least=F(17, 4)) is None


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        (F(3, 10), F(1, 3), F(1, 3)),
        (F(1, 3), F(3, 10), F(1, 3)),
        (F(7, 5), F(12, 5), F(2)),
        (F(5, 7), F(8, 11), F(5, 7)),
        (F(0), F(1, 9), F(0)),
        (F(31, 100), F(32, 100), F(5, 16)),
    ],
)
def test_the_simplest_fraction(left: Fraction, right: Fraction, between: Fraction) -> None:
    assert simplest(left, right) == between
    smaller = range(1, between.denominator)
    low, high = min(left, right), max(left, right)
    assert not [n for n in smaller for m in range(3 * n) if low <= F(m, n) <= high]
