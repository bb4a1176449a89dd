"""Profiles of signals with a quantal user: proved, refuted by a gain, or open (theory.md 6.13)."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import event, given, note, reject, settings
from hypothesis import strategies as st

from tests.games import games, profiles, simple_game
from tests.kernel.building import read
from tests.kernel.definition import UndecidedError, false, quantal
from verifier.certificate import Judgement, judgement_certificate
from verifier.game.model import Game
from verifier.game.rules import Signal
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.solve.exponential import QuotientSum
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.quantal import (
    QuantalEquilibrium,
    QuantalRefutation,
    QuantalUnresolved,
    judge_quantal,
)

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)

TELL: Signal = {"l": {"l": F(1)}, "r": {"r": F(1)}}
HIDE: Signal = {"l": {"-": F(1)}, "r": {"-": F(1)}}


def contest(eta: int = 2) -> Game:
    """She wants to match the state, l or r alike; both agents want her to take r."""
    table = {"l": (0, 0), "r": (1, 1)}
    return simple_game(
        {"l": F(3, 5), "r": F(2, 5)},
        {"l": (1, 0), "r": (0, 1)},
        {"one": table, "two": table},
        eta=eta,
    )


def near(value: QuotientSum, expected: Decimal) -> bool:
    """Whether a number lies within 10^-12 of what the definition gives."""
    ends = value.enclose(15)
    return ends.lower - F(1, 10**12) <= F(expected) <= ends.upper + F(1, 10**12)


def confirmed(game: Game, found: Judgement) -> None:
    """The kernel accepts what is said, and it is true by its definition."""
    made = judgement_certificate(game, Guarantee.QUANTAL, found)
    assert made is not None
    content = json.loads(made.text)
    assert "accepted: " + check(content, read(write(game)), {}) == made.line
    assert false(game, content["claims"][0]) is None


def test_silence_of_both_is_broken_by_some_truth() -> None:
    """At her prior she takes r with 1/(1 + e^(2/5)); a noisy choice is convex there, so he gains by
    making her surer now and then.
    """
    found = judge_quantal(contest(), {"one": HIDE, "two": HIDE})
    assert isinstance(found, QuantalRefutation) and found.agent == "one"
    has = 1 / (1 + (Decimal(2) / 5).exp())
    assert near(found.before, has)
    spoken = [found.deviation, HIDE]
    assert near(found.after, quantal(contest(), contest().agents[0].utility, spoken))
    confirmed(contest(), found)


def test_where_both_tell_all_nobody_matters() -> None:
    found = judge_quantal(contest(), {"one": TELL, "two": TELL})
    assert isinstance(found, QuantalEquilibrium)
    assert found.reasons["one"] == "two tells her all that matters to her"
    e = Decimal(2).exp()
    assert near(found.user_utility, e / (1 + e))
    confirmed(contest(), found)


def test_the_only_one_who_tells_all_is_looked_at() -> None:
    found = judge_quantal(contest(10), {"one": TELL, "two": HIDE})
    assert isinstance(found, QuantalRefutation) and found.agent == "one"
    confirmed(contest(10), found)


def test_what_is_not_decided_says_what_was_tried() -> None:
    """The signal that the program proposed is its own best answer, on the grid."""
    silent = {"one": HIDE, "two": HIDE}
    first = judge_quantal(contest(), silent)
    assert isinstance(first, QuantalRefutation)
    alone = replace(contest(), agents=contest().agents[:1])
    found = judge_quantal(alone, {"one": first.deviation})
    assert isinstance(found, QuantalUnresolved) and found.tried == {"one": 3}


def test_gamma_forgives() -> None:
    found = judge_quantal(contest(), {"one": HIDE, "two": HIDE})
    assert isinstance(found, QuantalRefutation)
    gain = (found.after - found.before).enclose(15).upper
    lenient = replace(contest(), gamma=gain)
    assert not isinstance(judge_quantal(lenient, {"one": HIDE, "two": HIDE}), QuantalRefutation)


@pytest.mark.slow
@often
@given(data=st.data())
def test_what_is_said_of_random_profiles_is_true(data: st.DataObject) -> None:
    game = data.draw(games(max_agents=2))
    note(write(game))
    profile = data.draw(profiles(game))
    found = judge_quantal(game, profile)
    event(type(found).__name__)
    if isinstance(found, QuantalUnresolved):
        for agent in game.agents:
            spoken = list(profile.values())
            assert near(found.utilities[agent.name], quantal(game, agent.utility, spoken))
        reject()
    try:
        confirmed(game, found)
    except UndecidedError:
        event("undecided by the definition")
