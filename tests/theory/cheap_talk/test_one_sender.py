"""Cheap talk by one sender: all pure equilibria by enumeration, mixed ones by z3, answers that are
known, and Gambit's equilibria of the tree (theory.md 11.1).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests import gambit as gambit_peer
from tests.gambit import gambit, mixed_equilibria
from tests.games import INSTANCES, games, informed_game, simple_game
from tests.talk import MixedTalk, Talk, advisers, pure_equilibria, subsets
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.benchmark import no_information, optimum
from verifier.theory.cheap_talk.one_sender import CheapTalk, cheap_talk

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)


def covered(
    most_actions: int = 3, agents: int = 1, private: bool | None = None
) -> st.SearchStrategy[Game]:
    """Games whose user is silent and breaks ties as she likes."""
    found = games(
        min_agents=agents,
        max_agents=agents,
        max_actions=most_actions,
        max_rounds=1,
        silent=True,
        ties=Ties.ANY,
        claims=False,
        private=private,
    )
    return found.map(lambda game: replace(game, gamma=F(0)))


@often
@given(game=covered(most_actions=2) | covered(private=False))
def test_every_pure_equilibrium_is_among_them(game: Game) -> None:
    note(write(game))
    found = {frozenset(induced.replies): induced for induced in cheap_talk(game).equilibria}
    for replies, hers, his in pure_equilibria(game):
        induced = found[replies]
        assert induced.agent_utility == his
        assert induced.worst.user_utility <= hers <= induced.best.user_utility


@often
@given(game=covered(most_actions=2) | covered(private=False))
def test_a_sender_who_is_never_indifferent_does_not_mix(game: Game) -> None:
    """Then the pure equilibria are all of them."""
    note(write(game))
    talk, (agent,) = Talk(game), game.agents
    replies = talk.justified()
    assume(
        all(len({talk.gets(agent.name, c, s) for s in replies}) == len(replies) for c in talk.cells)
    )
    found = {
        (frozenset(induced.replies), induced.worst.user_utility, induced.agent_utility)
        for induced in cheap_talk(game).equilibria
    }
    assert found == pure_equilibria(game)


@often
@given(game=covered(most_actions=2) | covered(private=False))
def test_z3_finds_the_same_sets_and_ends(game: Game) -> None:
    """The sender may mix: every set of replies is put to z3, and both ends of the user's range."""
    note(write(game))
    found = {frozenset(induced.replies): induced for induced in cheap_talk(game).equilibria}
    replies = Talk(game).justified()
    for chosen in subsets(replies, game.conversation.messages(len(replies))):
        mixed, induced = MixedTalk(game, chosen), found.get(frozenset(chosen))
        assert mixed.possible(*mixed.used) == (induced is not None)
        if induced is not None:
            worst, best = induced.worst.user_utility, induced.best.user_utility
            hers = mixed.user_utility()
            assert not mixed.possible(hers < worst) and not mixed.possible(hers > best)
            assert mixed.possible(hers == worst) and mixed.possible(hers == best)


@often
@given(game=covered())
def test_commitment_is_worth_something_to_the_agent_and_talk_to_the_user(game: Game) -> None:
    note(write(game))
    assume(game.conversation.rich)
    found, (agent,) = cheap_talk(game), game.agents
    committed = found.contrast.committed[agent.name].value
    assert all(induced.agent_utility <= committed for induced in found.equilibria)
    assert (
        no_information(game) == found.contrast.silent.user_utility == found.worst.worst.user_utility
    )
    assert found.best.best.user_utility <= found.contrast.revealed.user_utility <= optimum(game)


@often
@given(game=covered())
def test_an_agent_who_wants_what_she_wants_tells_all(game: Game) -> None:
    (agent,) = game.agents
    aligned = replace(
        game, agents=(replace(agent, utility=game.utility),), conversation=Conversation()
    )
    found = cheap_talk(aligned)
    assert found.best.best.user_utility == found.contrast.revealed.user_utility


def sets(found: CheapTalk) -> list[tuple[set[str], Fraction, Fraction]]:
    return [
        ({reply[0] for reply in induced.replies}, induced.best.user_utility, induced.agent_utility)
        for induced in found.equilibria
    ]


def test_the_prosecutor_is_not_believed() -> None:
    """Kamenica and Gentzkow (2011) need the commitment: 3/5 with it, and nothing without."""
    found = cheap_talk(load(INSTANCES / "classics/prosecutor.toml"))
    assert sets(found) == [({"acquit"}, F(7, 10), F(0))]
    assert found.contrast.committed["prosecutor"].value == F(3, 5)


def test_gambit_finds_the_same_in_the_prosecutors_tree() -> None:
    """All its equilibria, mixed ones as well, and not the 3/5 of theory.md 6.2."""
    tree = gambit(load(INSTANCES / "classics/prosecutor.toml"))
    assert tree.description.startswith("no commitment")
    assert mixed_equilibria(tree) == {(F(7, 10), F(0))}


@often
@given(game=covered(private=False))
def test_gambit_finds_the_same_pure_equilibria(game: Game) -> None:
    """Replies that are best at no belief may deter nobody here: what is said off the path can be
    answered as something that is said.
    """
    assume(game.conversation.rich)
    theirs = gambit_peer.pure_equilibria(gambit(game))
    assert theirs == {(hers, his) for _, hers, his in pure_equilibria(game)}


def test_an_agent_whose_wishes_do_not_depend_on_the_state_is_not_believed() -> None:
    """Lipnowski and Ravid (2020): all replies that are induced are worth the same to him."""

    @often
    @given(game=covered(private=False), order=st.permutations(range(3)))
    def check(game: Game, order: list[int]) -> None:
        (agent,) = game.agents
        utility = {(a, y): F(order[n]) for n, a in enumerate(game.actions) for y in game.states}
        found = cheap_talk(replace(game, agents=(replace(agent, utility=utility),)))
        assert all(len(induced.replies) == 1 for induced in found.equilibria)

    check()


def test_a_small_bias_lets_part_of_it_through() -> None:
    """Crawford and Sobel (1982) on a grid: intervals, coarser where the bias is larger."""
    assert sets(cheap_talk(advisers(3, F(1, 2))))[-1] == ({"do 1", "do 2", "do 3"}, F(0), F(-1, 4))
    assert sets(cheap_talk(advisers(3, F(3, 4)))) == [
        ({"do 2"}, F(-2, 3), F(-59, 48)),
        ({"do 1", "do 3"}, F(-1, 3), F(-19, 48)),
    ]
    assert sets(cheap_talk(advisers(3, F(5, 4)))) == [({"do 2"}, F(-2, 3), F(-107, 48))]


@pytest.mark.parametrize("bias", [F(n, 8) for n in range(17)])
def test_only_intervals_are_told_apart(bias: Fraction) -> None:
    """Crawford and Sobel (1982), theorem 1: who prefers the higher reply is higher."""
    for induced in cheap_talk(advisers(4, bias)).equilibria:
        sent = {(int(cell[0]), int(s[0].split()[1])) for cell, s in induced.best.sends}
        assert all(a <= b for y, a in sent for z, b in sent if y < z)


def test_few_words_allow_few_replies() -> None:
    game = simple_game(
        {"a": F(1, 3), "b": F(1, 3), "c": F(1, 3)},
        same := {"A": [1, 0, 0], "B": [0, 1, 0], "C": [0, 0, 1]},
        {"guide": same},
        conversation=Conversation(agent_alphabet=2),
    )
    assert max(len(induced.replies) for induced in cheap_talk(game).equilibria) == 2
    twice = replace(game, conversation=Conversation(rounds=2, agent_alphabet=2))
    assert max(len(induced.replies) for induced in cheap_talk(twice).equilibria) == 3


def test_nor_is_it_where_the_threat_is_not_carried_out_in_equilibrium() -> None:
    """At the observation "late" she knows that the state is bad, which he denies by saying "good".

    Were she to answer that by hitting him, he would not say it, and she would not have to.
    """
    joint = {
        ("early", "good", "good"): F(2, 5),
        ("early", "bad", "bad"): F(2, 5),
        ("late", "bad", "bad"): F(1, 5),
    }
    game = informed_game(
        ("early", "late"),
        ("good", "bad"),
        ("good", "bad"),
        joint,
        {"buy": [1, 0], "leave": [0, 1], "hit": [-1, -1]},
        {"seller": ({"buy": [1, 1], "leave": [0, 0], "hit": [-9, -9]}, None)},
    )
    found = cheap_talk(game)
    assert {induced.replies for induced in found.equilibria} == {
        (("buy", "leave"),),
        (("leave", "leave"),),
    }


def test_a_reply_that_is_only_just_obeyed_leaves_nothing_for_another() -> None:
    """She buys only if all good wares are sold so; then none is left that she could collect."""
    game = simple_game(
        {"good": F(1, 2), "bad": F(1, 2)},
        {"buy": [1, -1], "collect": [2, -9], "leave": [0, 0]},
        {"seller": {"buy": [1, 1], "collect": [1, 0], "leave": [0, 0]}},
    )
    talk = MixedTalk(game, [("buy",), ("collect",)])
    assert not talk.possible(*talk.used)
    assert ("buy", "collect") not in {
        tuple(s[0] for s in induced.replies) for induced in cheap_talk(game).equilibria
    }


def test_a_threat_that_is_best_at_no_belief_is_not_believed() -> None:
    """An action that is worse for her than every other, and that he fears, changes nothing."""
    game = load(INSTANCES / "classics/prosecutor.toml")
    hers = {**game.utility, **{("hit", y): F(-1) for y in game.states}}
    his = {**game.agents[0].utility, **{("hit", y): F(-5) for y in game.states}}
    with_threat = replace(
        game,
        actions=(*game.actions, "hit"),
        utility=hers,
        agents=(replace(game.agents[0], utility=his),),
    )
    assert sets(cheap_talk(with_threat)) == sets(cheap_talk(game))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"ties": Ties.ORDER}, 'ties = "order"'),
        ({"ties": Ties.BELIEF}, 'ties = "belief"'),
        ({"gamma": F(1, 10)}, "gamma = 1/10"),
        ({"conversation": Conversation(user_alphabet=2)}, "user_alphabet = 2"),
    ],
)
def test_what_is_not_covered_is_refused(change: dict[str, Any], says: str) -> None:
    game = replace(load(INSTANCES / "classics/prosecutor.toml"), **change)
    with pytest.raises(InstanceError, match=says):
        cheap_talk(game)


def test_too_many_sets_are_refused() -> None:
    with pytest.raises(SizeError, match="--profile-limit"):
        cheap_talk(advisers(3, F(0)), Effort(), 3)
