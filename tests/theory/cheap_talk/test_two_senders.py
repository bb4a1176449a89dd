"""Cheap talk by two senders who see the same: outcomes by enumeration of all strategies, lotteries
by z3, answers that are known, and Gambit's equilibria of the tree (theory.md 11.2).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from math import lcm

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.gambit import gambit, pure_equilibria
from tests.games import INSTANCES, games
from tests.talk import Talk, advisers, agreed_outcomes, lottery_exists
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Cell, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.cheap_talk.two_senders import (
    Agreement,
    Revelation,
    two_sender_cheap_talk,
)

F = Fraction
often = settings(max_examples=25, deadline=None, derandomize=True)


@st.composite
def covered(
    draw: st.DrawFn, most_cells: int = 3, most_actions: int = 3, private: bool | None = None
) -> Game:
    """Two agents who see the same, any number of words, ties as she likes."""
    game = draw(
        games(
            min_agents=2,
            max_agents=2,
            max_states=most_cells,
            max_agent_observations=most_cells,
            max_actions=most_actions,
            max_rounds=1,
            rich=True,
            silent=True,
            ties=Ties.ANY,
            claims=False,
            private=private,
        )
    )
    first, second = game.agents
    return replace(game, agents=(first, replace(second, sees=first.sees)))


def outcome(talk: Talk, agreement: Agreement) -> tuple[tuple[str, ...], ...]:
    replies = {
        c: s for part, s in zip(agreement.parts, agreement.replies, strict=True) for c in part
    }
    return tuple(replies[c] for c in talk.cells)


@often
@given(game=covered(most_actions=2) | covered(private=False))
def test_all_pure_strategies_give_the_same_outcomes(game: Game) -> None:
    note(write(game))
    talk, found = Talk(game), two_sender_cheap_talk(game)
    assert {outcome(talk, agreement) for agreement in found.outcomes} == agreed_outcomes(game)


@often
@given(game=covered(most_cells=4, private=False) | covered())
def test_each_is_an_equilibrium_and_gives_what_is_said(game: Game) -> None:
    note(write(game))
    talk = Talk(game)
    for agreement in two_sender_cheap_talk(game).outcomes:
        check_agreement(talk, agreement)


def check_agreement(talk: Talk, agreement: Agreement) -> None:
    names, numbers = list(agreement.agent_utilities), range(len(agreement.parts))
    for name, value in [("", agreement.user_utility), *agreement.agent_utilities.items()]:
        pairs = zip(agreement.parts, agreement.replies, strict=True)
        assert value == sum(talk.gets(name, c, s) for part, s in pairs for c in part)
    for part, reply in zip(agreement.parts, agreement.replies, strict=True):
        assert reply in talk.best_replies(part)
    for i, j in permutations(numbers, 2):
        punished = agreement.punishments[i, j]
        assert punished in talk.justified()
        for name, at in ((names[0], j), (names[1], i)):
            for c in agreement.parts[at]:
                assert talk.gets(name, c, punished) <= talk.gets(name, c, agreement.replies[at])


@often
@given(game=covered(most_cells=4, private=False) | covered())
def test_full_revelation_exists_where_z3_finds_lotteries_for_all_pairs(game: Game) -> None:
    note(write(game))
    talk, found = Talk(game), two_sender_cheap_talk(game)
    ways = product(*(talk.best_replies([c]) for c in talk.cells))
    paths: list[dict[Cell, tuple[str, ...]]] = [dict(zip(talk.cells, s, strict=True)) for s in ways]
    assume(len(paths) <= 8)
    exists = any(
        all(lottery_exists(game, c, d, path) for c, d in permutations(talk.cells, 2))
        for path in paths
    )
    assert (found.revelation is not None) == exists
    if found.revelation is not None:
        check_revelation(game, talk, found.revelation)
    elif found.obstacle is not None:
        assert not any(lottery_exists(game, *found.obstacle, path) for path in paths)


def check_revelation(game: Game, talk: Talk, found: Revelation) -> None:
    """Both announce the cell and a number that they draw; every single deviation is played."""
    size = lcm(*(p.denominator for lottery in found.punishments.values() for p in lottery.values()))
    drawn = {
        pair: [s for s, p in lottery.items() for _ in range(int(p * size))]
        for pair, lottery in found.punishments.items()
    }
    one, two = (agent.name for agent in game.agents)
    for c in talk.cells:
        assert found.replies[c] in talk.best_replies([c])
        for other, number in product(talk.cells, range(size)):
            if other != c:
                for name, pair in ((one, (other, c)), (two, (c, other))):
                    assert set(drawn[pair]) <= set(talk.justified())
                    met = [drawn[pair][(number + k) % size] for k in range(size)]
                    gets = sum((talk.gets(name, c, s) for s in met), F(0)) / size
                    assert gets <= talk.gets(name, c, found.replies[c])


def test_experts_with_a_common_bias_tell_all_together() -> None:
    """Krishna and Morgan (2001): she takes the lower of two different claims."""
    for one, two in product([F(1, 4), F(3, 4), F(2), F(9)], repeat=2):
        found = two_sender_cheap_talk(advisers(3, one, two))
        assert found.revelation is not None and found.revelation.pure
        assert found.outcomes[-1].user_utility == 0


@pytest.mark.parametrize("bias", [F(n, 4) for n in range(1, 13)])
def test_experts_with_opposed_biases_tell_all_where_these_are_small(bias: Fraction) -> None:
    """By hand: a reply to "y" and "z" must lie outside (z, z + 2b) and outside (y - 2b, y)."""
    count = 4
    grid = range(1, count + 1)
    by_hand = all(
        any(not (z < r < z + 2 * bias) and not (y - 2 * bias < r < y) for r in grid)
        for y, z in permutations(grid, 2)
    )
    found = two_sender_cheap_talk(advisers(count, bias, -bias))
    assert (found.revelation is not None and found.revelation.pure) == by_hand


def test_a_lottery_can_deter_where_no_reply_does() -> None:
    found = two_sender_cheap_talk(advisers(4, F(3, 2), F(-3, 2)))
    assert found.revelation is not None and not found.revelation.pure
    assert all(agreement.user_utility < 0 for agreement in found.outcomes)


def test_opposed_advocates_say_nothing_without_commitment() -> None:
    """Whoever loses by the truth contradicts it, and she cannot tell who lies."""
    found = two_sender_cheap_talk(load(INSTANCES / "classics/opposed_advocates.toml"))
    assert [agreement.user_utility for agreement in found.outcomes] == [F(7, 10)]
    assert found.revelation is None and found.obstacle == (("guilty",), ("innocent",))
    assert found.committed.best is not None and found.committed.best.user_utility == 1


@often
@given(game=covered(most_cells=2, private=False))
def test_gambit_finds_the_same_outcomes(game: Game) -> None:
    """Where each action is best at some belief no threat of hers is empty."""
    talk = Talk(game)
    assume(len(talk.justified()) == len(game.actions))
    theirs = pure_equilibria(gambit(game))
    ours = two_sender_cheap_talk(game).outcomes
    assert theirs == {(entry.user_utility, *entry.agent_utilities.values()) for entry in ours}


def test_what_is_not_covered_is_refused() -> None:
    game = load(INSTANCES / "counterexamples/learning_split.toml")
    with pytest.raises(InstanceError, match="see different things"):
        two_sender_cheap_talk(game)
    few = replace(advisers(3, F(1), F(1)), conversation=Conversation(agent_alphabet=2))
    with pytest.raises(InstanceError, match="agent_alphabet = 2"):
        two_sender_cheap_talk(few)
    with pytest.raises(InstanceError, match='ties = "order"'):
        two_sender_cheap_talk(replace(game, ties=Ties.ORDER))


def test_too_many_partitions_are_refused() -> None:
    with pytest.raises(SizeError, match="--profile-limit"):
        two_sender_cheap_talk(advisers(3, F(0), F(0)), Effort(), 5)
