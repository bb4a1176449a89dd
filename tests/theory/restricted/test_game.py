"""All equilibria among listed signals: known answers, what is listed, what is refused (theory.md
6).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.games import INSTANCES, simple_game
from tests.theory.restricted.listed import classic, listed, utilities
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.solve.effort import Effort
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted.game import (
    pure_choices,
    restricted,
)

F = Fraction


def test_prosecution_and_defence_when_ties_convict() -> None:
    """The hull distance is 1/2, and yet the user gets 1 in both equilibria."""
    found = listed(*classic("prosecutor_and_defender", "convict", "acquit"))
    assert utilities(found) == {("optimal", "tell all"): 1, ("tell all", "tell all"): 1}
    assert [e.agent_utilities for e in found.found] == [
        {"prosecutor": F(3, 10), "defender": F(7, 10)}
    ] * 2
    assert found.profiles == 9


def test_two_prosecutors_when_ties_convict() -> None:
    found = listed(*classic("two_prosecutors", "convict", "acquit"))
    less = F(7, 10)
    assert utilities(found) == {
        ("say nothing", "optimal"): less,
        ("optimal", "say nothing"): less,
        ("tell all", "tell all"): 1,
    }
    assert found.worst is not None and found.best is not None
    assert (found.worst.user_utility, found.best.user_utility) == (less, F(1))
    assert set(found.worst.agent_utilities.values()) == {F(3, 5)}


def test_two_prosecutors_when_ties_acquit() -> None:
    found = listed(*classic("two_prosecutors", "acquit", "convict"))
    assert utilities(found)["optimal", "optimal"] == F(61, 70)
    assert set(utilities(found).values()) == {F(61, 70), F(1)}


def test_two_prosecutors_under_the_other_tie_rules() -> None:
    """`any` has what either order has; ties in the speaker's favour are ties that convict."""
    game, choices = classic("two_prosecutors", "convict", "acquit")
    orders = [
        utilities(listed(*classic("two_prosecutors", *actions)))
        for actions in (game.actions, game.actions[::-1])
    ]
    for ties in (Ties.ANY, Ties.BELIEF):
        assert utilities(listed(replace(game, ties=ties), choices)) == {**orders[0], **orders[1]}
    assert utilities(listed(replace(game, ties=Ties.FAVOUR_SPEAKER), choices)) == orders[0]


def test_equilibria_up_to_a_gain_are_called_so() -> None:
    """A gain of 3/5 allows what no equilibrium without it has, and both say which they are."""
    game, choices = classic("two_prosecutors", "convict", "acquit")
    strict, lax = listed(game, choices), listed(replace(game, gamma=F(3, 5)), choices)
    assert (strict.gamma, lax.gamma) == (F(0), F(3, 5)) and len(lax.found) > len(strict.found)
    assert "up to gains of 3/5 (0.6)" in str(lax) and "up to gains" not in str(strict)
    assert "up to gains of 3/5" in repr(lax)


def test_the_shipped_games_convict_when_in_doubt() -> None:
    for name in ("prosecutor_and_defender", "two_prosecutors"):
        game = load(INSTANCES / "classics" / f"{name}.toml")
        assert (game.ties, game.actions) == (Ties.ORDER, ("convict", "acquit"))


# What an agent may say


def test_pure_choices_are_the_partitions_of_what_an_agent_sees() -> None:
    agent = Agent("a", {}, (("o0", "o1"), ("o2",), ("o3",)))
    names = [x for cell in agent.sees for x in cell]
    game = simple_game(dict.fromkeys(names, F(1, 4)), {"x": [0] * 4}, {"a": {"x": [0] * 4}})
    game = replace(game, agents=(agent,))
    signals = list(pure_choices(game)["a"].values())
    assert [
        sorted({*(word for says in signal.values() for word in says)}) for signal in signals
    ] == [
        ["o0, o1, o2, o3"],
        ["o0, o1, o2", "o3"],
        ["o0, o1, o3", "o2"],
        ["o0, o1", "o2, o3"],
        ["o0, o1", "o2", "o3"],
    ]
    two = replace(game, conversation=Conversation(1, 1, 2))
    assert list(pure_choices(two)["a"].values()) == signals[:4]
    assert list(pure_choices(game)["a"]) == [
        "o0, o1, o2, o3",
        "o0, o1, o2 | o3",
        "o0, o1, o3 | o2",
        "o0, o1 | o2, o3",
        "o0, o1 | o2 | o3",
    ]


def test_names_of_signals_differ_whatever_observations_are_called() -> None:
    names = ["a", "b", "a, b", "a | b"]
    game = simple_game(dict.fromkeys(names, F(1, 4)), {"x": [0] * 4}, {"speaker": {"x": [0] * 4}})
    choices = pure_choices(game)["speaker"]
    assert len(choices) == 15
    parts = [frozenset(next(iter(signal[x])) for x in names) for signal in choices.values()]
    assert sorted(map(len, parts)) == [1] + [2] * 7 + [3] * 6 + [4]


# What is refused


def large(cells: int, agents: int = 2) -> Game:
    states = [f"y{n}" for n in range(cells)]
    rows = {f"a{n}": [int(n == m) for m in range(cells)] for n in range(2)}
    return simple_game(
        dict.fromkeys(states, F(1, cells)), rows, {f"agent {n}": rows for n in range(agents)}
    )


@pytest.mark.parametrize(("cells", "count"), [(6, "41209"), (400, "more than 10.15")])
def test_too_many_profiles_are_refused_before_any_work(
    cells: int, count: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.theory.restricted.game.partitions", None)
    with pytest.raises(
        SizeError,
        match=f"there are {count} pure profiles, the limit is 20000; raise it with --profile-limit",
    ):
        pure_choices(large(cells))


def test_a_limit_counts_the_profiles_of_a_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    game, choices = classic("two_prosecutors", "convict", "acquit")
    assert restricted(game, choices, Guarantee.BAYES, Effort(), 9).profiles == 9
    monkeypatch.setattr("verifier.theory.restricted.game.NormalForm", None)
    with pytest.raises(SizeError, match="there are 9 pure profiles, the limit is 8"):
        restricted(game, choices, Guarantee.BAYES, Effort(), 8)


def test_very_long_signals_are_refused() -> None:
    game = large(1, 7)
    signal = {"y0": {f"m{n}": F(1, 10) for n in range(10)}}
    choices = {agent.name: {"noise": signal} for agent in game.agents}
    with pytest.raises(SizeError, match="10000000 messages"):
        listed(game, choices)
    assert listed(game, choices, Guarantee.BEST_AI).profiles == 1


@pytest.mark.parametrize(
    ("talk", "model", "complaint"),
    [
        (Conversation(2, 1, "rich"), Guarantee.BAYES, "has 2 rounds"),
        (Conversation(1, 2, "rich"), Guarantee.BAYES, "2 user messages"),
        (Conversation(1, 1, 1), Guarantee.BAYES, "'optimal' uses 2 messages, the alphabet has 1"),
        (Conversation(1, 1, "rich"), Guarantee.QUANTAL, "not for quantal"),
    ],
)
def test_other_games_are_refused(talk: Conversation, model: Guarantee, complaint: str) -> None:
    game, choices = classic("two_prosecutors", "convict", "acquit")
    with pytest.raises(InstanceError, match=complaint):
        listed(replace(game, conversation=talk), choices, model)


def test_every_agent_needs_a_signal() -> None:
    game, choices = classic("two_prosecutors", "convict", "acquit")
    with pytest.raises(InstanceError, match="'second prosecutor' has no signal"):
        listed(game, {**choices, "second prosecutor": {}})
