"""Different offers to a user who picks one of several agents (theory.md 6.12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import event, given, note, reject, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, profiles, simple_game
from tests.kernel.attacks import contested_games
from tests.kernel.building import read
from tests.kernel.definition import UndecidedError, false
from verifier.certificate import judgement_certificate
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.game.rules import ConversationRule, Signal
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.conversation import ConversationRefutation
from verifier.theory.judgements.offers import judge_offers
from verifier.theory.judgements.pure_rules import pure_rule, quiet_answers
from verifier.theory.judgements.signals import Refutation

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)

TELL = {"l": {"l": F(1)}, "r": {"r": F(1)}}
HIDE = {"l": {"-": F(1)}, "r": {"-": F(1)}}
HALF = {"l": {"l": F(1, 2), "r": F(1, 2)}, "r": {"r": F(1)}}


def rules(profile: Mapping[str, Signal]) -> dict[str, ConversationRule]:
    return {name: ConversationRule(name, signal, {}) for name, signal in profile.items()}


def contest(ties: Ties = Ties.ANY) -> Game:
    """She wants to match the state, l or r alike; both agents want her to take r."""
    return simple_game(
        {"l": F(3, 5), "r": F(2, 5)},
        {"l": (1, 0), "r": (0, 1)},
        {"one": (table := {"l": (0, 0), "r": (1, 1)}), "two": table},
        ties=ties,
    )


def confirmed(game: Game, found: object) -> None:
    """The kernel accepts what is said, and it is true by its definition."""
    made = judgement_certificate(game, Guarantee.BEST_AI, found)  # type: ignore[arg-type]
    assert made is not None
    content = json.loads(made.text)
    assert "accepted: " + check(content, read(write(game)), {}) == made.line
    assert false(game, content["claims"][0]) is None


def test_who_offers_a_conversation_is_found_among_many() -> None:
    """Where all are silent the student gains by answering what the teacher asks; he has 2^30 pure
    rules, so they are climbed.
    """
    game = load(INSTANCES / "conversations/teacher_who_probes.toml")
    silent = {
        agent.name: pure_rule(game, agent, quiet_answers(game, agent)) for agent in game.agents
    }
    found = judge_offers(game, silent)
    assert isinstance(found, ConversationRefutation)
    made = judgement_certificate(game, Guarantee.BEST_AI, found)
    assert made is not None
    assert "accepted: " + check(json.loads(made.text), read(write(game)), {}) == made.line


def test_where_one_tells_all_the_other_cannot_be_picked_for_less() -> None:
    """The one who is not picked can only be picked for the truth, which gives him what he has; the
    one who is picked can do better, for the other offers nothing.
    """
    game = contest()
    found = judge_offers(game, rules({"one": TELL, "two": HIDE}))
    assert isinstance(found, Refutation)
    assert (found.agent, found.before) == ("one", F(2, 5)) and found.after > F(2, 5)
    confirmed(game, found)


@pytest.mark.parametrize("ties", list(Ties))
def test_where_both_tell_all_nobody_gains(ties: Ties) -> None:
    game = contest(ties)
    found = judge_offers(game, rules({"one": TELL, "two": {"l": {"0": F(1)}, "r": {"1": F(1)}}}))
    assert isinstance(found, SignalEquilibrium) and found.picked == "one"
    assert (found.user_utility, found.agent_utilities) == (F(1), {"one": F(2, 5), "two": F(2, 5)})
    confirmed(game, found)


def test_an_offer_that_is_best_for_him_stands_beside_silence_up_to_gamma() -> None:
    """With 2/3 of r for l he gets 4/5, and she 3/5, as alone: the other may be silent.

    The other can be picked by a little more; he gains nothing, he has 4/5 as well.
    """
    game = contest(Ties.FAVOUR_SPEAKER)
    best = {"l": {"r": F(2, 3), "l": F(1, 3)}, "r": {"r": F(1)}}
    found = judge_offers(game, rules({"one": best, "two": HIDE}))
    assert isinstance(found, SignalEquilibrium) and found.user_utility == F(3, 5)
    assert found.agent_utilities == {"one": F(4, 5), "two": F(4, 5)}
    confirmed(game, found)


def test_gamma_forgives() -> None:
    profile = rules({"one": HALF, "two": HIDE})
    found = judge_offers(contest(), profile)
    assert isinstance(found, Refutation) and found.after - found.before < F(1, 10)
    confirmed(contest(), found)
    lenient = replace(contest(), gamma=F(1, 5))
    forgiven = judge_offers(lenient, profile)
    assert isinstance(forgiven, SignalEquilibrium)
    confirmed(lenient, forgiven)


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_what_is_said_of_random_offers_is_true(ties: Ties, data: st.DataObject) -> None:
    free = games(ties=ties, min_agents=2, max_agents=2, max_actions=3)
    game = replace(
        data.draw(st.one_of(free, contested_games().filter(lambda g: len(g.agents) > 1))), ties=ties
    )
    note(write(game))
    profile = data.draw(profiles(game))
    found = judge_offers(game, rules(profile))
    event(type(found).__name__)
    if judgement_certificate(game, Guarantee.BEST_AI, found) is None:
        reject()
    try:
        confirmed(game, found)
    except UndecidedError:
        event("undecided by the definition")
