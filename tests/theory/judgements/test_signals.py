"""Profiles that are given: proved, refuted by a deviation that gains, or open (theory.md 6.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, games, informed_game, profiles, signals, simple_game
from tests.oracles import best_actions, situations, user_value, worth
from verifier.game.model import Agent, Alphabet, Conversation, Game, Ties, Utility
from verifier.game.reader import load
from verifier.game.rules import ConversationRule, Signal
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.judgements.signals import Refutation, Unresolved, judge, signal_of, signals_of

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)

TELL = {"innocent": {"i": F(1)}, "guilty": {"g": F(1)}}
HIDE = {"innocent": {"-": F(1)}, "guilty": {"-": F(1)}}
OPTIMAL = {"innocent": {"acquit": F(4, 7), "convict": F(3, 7)}, "guilty": {"convict": F(1)}}


def judged(
    game: Game, profile: Mapping[str, Signal]
) -> SignalEquilibrium | Refutation | Unresolved:
    return judge(game, profile, Effort())


def at_ties(
    game: Game, utility: Utility, profile: Mapping[str, Signal], end: Callable[..., Fraction]
) -> Fraction:
    """A payoff, with her best responses chosen by `end`; under `order` the first."""
    total = F(0)
    for masses in situations(game, list(profile.values())).values():
        best, values = best_actions(game, masses), worth(game, utility, masses)
        total += end(values[a] for a in (best[:1] if game.ties is Ties.ORDER else best))
    return total


def grid(game: Game, agent: Agent) -> Iterator[Signal]:
    """Yes or no in halves and nearly sure, for every cell."""
    shares = [F(0), F(1, 2), F(1, 20), F(19, 20), F(1)]
    for odds in product(shares, repeat=len(agent.sees)):
        told = {x: odd for cell, odd in zip(agent.sees, odds, strict=True) for x in cell}
        yield {
            x: {w: p for w, p in (("yes", told[x]), ("no", 1 - told[x])) if p}
            for x in game.agent_observations
        }


def beliefs(
    game: Game, told: Mapping[tuple[str, ...], Mapping[str, Fraction]]
) -> dict[tuple[str, ...], object]:
    """What she believes wherever she may be."""
    return {
        t: (t[0], tuple(m.get(y, F(0)) / sum(m.values()) for y in game.states))
        for t, m in told.items()
    }


def check_equilibrium(game: Game, profile: Mapping[str, Signal], found: SignalEquilibrium) -> None:
    told = situations(game, list(profile.values()))
    assert dict(found.signals) == dict(profile) and set(found.response) == set(told)
    for t, masses in told.items():
        best = best_actions(game, masses)
        assert found.response[t] in (best[:1] if game.ties is Ties.ORDER else best)
    if game.ties is Ties.BELIEF:
        known = beliefs(game, told)
        assert len({(known[t], found.response[t]) for t in told}) == len(set(known.values()))
    assert found.user_utility == user_value(game, list(profile.values()))
    against = min if game.ties is Ties.ANY else max
    for agent in game.agents:
        has = sum(
            (worth(game, agent.utility, masses)[found.response[t]] for t, masses in told.items()),
            F(0),
        )
        assert found.agent_utilities[agent.name] == has
        poor = game.conversation.agent_alphabet == 1
        for deviation in [] if poor else grid(game, agent):
            assert (
                at_ties(game, agent.utility, {**profile, agent.name: deviation}, against)
                <= has + game.gamma
            )


def check_refutation(game: Game, profile: Mapping[str, Signal], found: Refutation) -> None:
    agent = next(agent for agent in game.agents if agent.name == found.agent)
    assert set(found.deviation) == set(game.agent_observations)
    assert all(
        sum(says.values()) == 1 and min(says.values()) > 0 for says in found.deviation.values()
    )
    assert all(found.deviation[x] == found.deviation[cell[0]] for cell in agent.sees for x in cell)
    letters = game.conversation.agent_alphabet
    words = {word for says in found.deviation.values() for word in says}
    assert letters == "rich" or len(words) <= letters**game.conversation.rounds
    assert found.before == at_ties(game, agent.utility, profile, max)
    favoured = max if game.ties is Ties.FAVOUR_SPEAKER else min
    assert found.after == at_ties(
        game, agent.utility, {**profile, agent.name: found.deviation}, favoured
    )
    assert found.after > found.before + game.gamma


@pytest.mark.slow
@pytest.mark.parametrize("ties", list(Ties))
@often
@given(data=st.data())
def test_what_is_said_of_random_profiles_is_true(ties: Ties, data: st.DataObject) -> None:
    game = data.draw(games(ties=ties, max_agents=2, max_actions=3))
    note(write(game))
    profile = data.draw(profiles(game))
    found = judged(game, profile)
    if isinstance(found, SignalEquilibrium):
        assert found.kind == "given profile" and found.picked is None
        check_equilibrium(game, profile, found)
    elif isinstance(found, Refutation):
        check_refutation(game, profile, found)
    else:
        assert set(found.bounds) == set(profile)
        for agent in game.agents:
            assert found.bounds[agent.name][0] == at_ties(game, agent.utility, profile, max)


@pytest.mark.slow
@pytest.mark.parametrize("ties", [Ties.FAVOUR_SPEAKER, Ties.BELIEF])
@often
@given(data=st.data())
def test_revealing_all_is_judged_without_doubt_where_best_actions_are_unique(
    ties: Ties, data: st.DataObject
) -> None:
    """Two agents who tell all: nobody's deviation changes anything."""
    game = data.draw(
        games(
            min_agents=2,
            max_agents=3,
            private=False,
            partitioned=False,
            rich=True,
            silent=True,
            ties=ties,
        )
    )
    told: Signal = {x: {x: F(1)} for x in game.agent_observations}
    if game.has_unique_best_actions:
        assert isinstance(
            judged(game, dict.fromkeys([agent.name for agent in game.agents], told)),
            SignalEquilibrium,
        )


@pytest.mark.slow
@often
@given(data=st.data())
def test_favour_speaker_with_rich_words_leaves_nothing_open(data: st.DataObject) -> None:
    """A silent user, ties for the deviator: the oracle's value is attained, so each profile of one
    agent is decided.
    """
    game = data.draw(games(max_agents=1, rich=True, silent=True, ties=Ties.FAVOUR_SPEAKER))
    note(write(game))
    (agent,) = game.agents
    profile = {agent.name: data.draw(signals(game, agent))}
    assert not isinstance(judged(game, profile), Unresolved)


@pytest.mark.parametrize(
    ("signal", "verdict"),
    [(OPTIMAL, SignalEquilibrium), (TELL, Refutation), (HIDE, Refutation)],
    ids=["best", "tell", "hide"],
)
@pytest.mark.parametrize("ties", list(Ties))
def test_the_prosecutor_alone(ties: Ties, signal: Signal, verdict: type) -> None:
    game = replace(load(INSTANCES / "classics/prosecutor.toml"), ties=ties)
    found = judged(game, {"prosecutor": signal})
    if signal == OPTIMAL and ties is Ties.ORDER:  # she acquits when in doubt: nobody is convicted
        assert isinstance(found, Refutation) and (found.before, found.agent) == (F(0), "prosecutor")
        return
    assert isinstance(found, verdict)
    if isinstance(found, SignalEquilibrium):
        assert (found.user_utility, found.agent_utilities["prosecutor"]) == (F(7, 10), F(3, 5))
    elif isinstance(found, Refutation):
        assert found.before == (F(3, 10) if signal == TELL else F(0))
        assert found.before < found.after <= F(3, 5)
        check_refutation(game, {"prosecutor": signal}, found)


def test_a_gamma_pardons_what_is_lost_by_telling_all() -> None:
    """Telling all gives 3/10 instead of 3/5: an equilibrium from gamma = 3/10 on."""
    game = load(INSTANCES / "classics/prosecutor.toml")
    assert isinstance(
        judged(replace(game, gamma=F(3, 10)), {"prosecutor": TELL}), SignalEquilibrium
    )
    found = judged(replace(game, gamma=F(29, 100)), {"prosecutor": TELL})
    assert isinstance(found, Refutation) and found.after > F(3, 10) + F(29, 100)


def test_two_prosecutors() -> None:
    """Each his own best signal leaves 3/7 convicted, less than one alone; where one tells all
    nobody gains.
    """
    game = load(INSTANCES / "classics/two_prosecutors.toml")
    one, two = (agent.name for agent in game.agents)
    found = judged(game, {one: OPTIMAL, two: OPTIMAL})
    assert isinstance(found, Refutation)
    assert found.before == F(3, 7) < found.after
    assert isinstance(judged(game, {one: OPTIMAL, two: HIDE}), SignalEquilibrium)
    both = judged(game, {one: TELL, two: TELL})
    assert isinstance(both, SignalEquilibrium) and both.user_utility == 1


def test_a_supremum_that_is_not_attained_refutes_by_coming_near() -> None:
    """She acquits when in doubt, so each of his signals can be improved."""
    game = replace(load(INSTANCES / "classics/prosecutor.toml"), ties=Ties.ORDER)
    near: Signal = {"innocent": {"c": F(42, 100), "a": F(58, 100)}, "guilty": {"c": F(1)}}
    found = judged(game, {"prosecutor": near})
    assert isinstance(found, Refutation)
    assert found.before == F(3, 10) + F(7, 10) * F(42, 100) < found.after < F(3, 5)


@pytest.mark.parametrize("letters", [1, 2, "rich"])
def test_deviations_keep_to_the_alphabet(letters: Alphabet) -> None:
    """Twenty-one actions, three states: with two messages no deviation may use three (there are 210
    pairs of actions).
    """
    actions = [f"a{n}" for n in range(21)]
    rows = {
        a: [F(int(n == m)) - (2 if n > 2 else 0) for m in range(3)] for n, a in enumerate(actions)
    }
    game = simple_game(
        {f"y{n}": F(1, 3) for n in range(3)}, rows, {"sender": rows}, ties=Ties.FAVOUR_SPEAKER
    )
    game = replace(game, conversation=Conversation(1, 1, letters))
    two: Signal = {"y0": {"0": F(1)}, "y1": {"1": F(1)}, "y2": {"1": F(1)}}
    mute: Signal = {f"y{n}": {"-": F(1)} for n in range(3)}
    for profile in ({"sender": mute}, {"sender": two}):
        found = judged(game, profile)
        if letters == "rich":
            assert isinstance(found, Refutation) and found.after == 1
        if isinstance(found, Refutation):
            check_refutation(game, profile, found)


def test_names_that_join_to_the_same_words() -> None:
    """A user with two observations: ("a", "b / a") and ("a / b", "a") are different strategies."""
    users = ("left", "right")
    joint = {(user, f"{user} {y}", f"{user} {y}"): F(1, 4) for user in users for y in ("x", "y")}
    likes = {"a": [1, 0, 0, 1], "b": [0, 0, 0, 0], "a / b": [0, 1, 0, 0], "b / a": [0, 0, 1, 0]}
    states = tuple(key[1] for key in joint)
    sender = {"sender": (likes, (("left x", "right x"), ("left y", "right y")))}
    game = informed_game(users, states, states, joint, likes, sender, ties=Ties.FAVOUR_SPEAKER)
    mute: Signal = {x: {"-": F(1)} for x in game.agent_observations}
    found = judged(game, {"sender": mute})
    assert isinstance(found, Refutation) and found.after == 1
    check_refutation(game, {"sender": mute}, found)


def test_one_shot_rules_and_conversations() -> None:
    game = load(INSTANCES / "classics/prosecutor.toml")
    plain, asked = (
        ConversationRule("prosecutor", TELL, {}),
        ConversationRule("prosecutor", {}, {((), 0): TELL}),
    )
    assert signal_of(game, plain) == signal_of(game, asked) == TELL
    assert signals_of(game, {"prosecutor": asked}) == {"prosecutor": TELL}
    twice = replace(game, conversation=Conversation(2, 1, "rich"))
    assert signal_of(twice, asked) is None and signals_of(twice, {"prosecutor": asked}) is None
    assert signal_of(twice, plain) == TELL
    partial = ConversationRule("prosecutor", {}, {((), 0): {"innocent": {"i": F(1)}}})
    assert signals_of(game, {"prosecutor": partial}) is None
