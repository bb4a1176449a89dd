"""Contested margins: where they raise the bound to OPT, and that no equilibrium is below it.

theory.md 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, profiles, simple_game
from verifier.game.model import NOTHING, Conversation, Game, Ties
from verifier.game.reader import load
from verifier.game.writer import write
from verifier.solve.effort import Effort
from verifier.theory.alignment import hull
from verifier.theory.benchmark import optimum
from verifier.theory.bounds.contested import Margins, contested_margins
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.signals import judge
from verifier.theory.verdict import setting_of

F = Fraction
often = settings(max_examples=40, deadline=None, derandomize=True)
HALVES = {"left": F(1, 2), "right": F(1, 2)}
THREE: Table = {"l": [4, 0], "m": [3, 3], "r": [0, 4]}
MIDDLE: Table = {"l": [0, 0], "m": [1, 1], "r": [0, 0]}
NOT_MIDDLE: Table = {"l": [0, 0], "m": [-1, -1], "r": [0, 0]}


def margins(game: Game) -> Margins | None:
    return contested_margins(game, setting_of(game, Guarantee.BAYES, hull(game), F(0)), Effort())


def zero_sum() -> Game:
    return simple_game(HALVES, THREE, {"one": MIDDLE, "two": NOT_MIDDLE})


@pytest.mark.parametrize(("digits", "sought"), [(100, True), (700, False)])
def test_margins_are_not_sought_where_no_kernel_would_read_them(digits: int, sought: bool) -> None:
    """Their multipliers are several times as long as the game's numbers."""
    game = zero_sum()
    little = dict.fromkeys(game.utility, F(0)) | {("l", "left"): F(1, 10**digits)}
    longer = {key: value + little[key] for key, value in game.utility.items()}
    assert (margins(replace(game, utility=longer)) is not None) == sought


@pytest.mark.parametrize("ties", Ties)
def test_zero_sum_senders_with_two_states_reveal_everything(ties: Ties) -> None:
    """Ravindran and Cui, Competing Persuaders in Zero-Sum Games.

    No equilibrium has the middle action, by which two would lose; so one contests its margins.
    """
    game = replace(zero_sum(), ties=ties)
    found = bound(game, setting_of(game, Guarantee.BAYES, hull(game), F(0)), Effort())
    assert found.value == optimum(game) == 4
    assert found.margins is not None and found.margins.never is not None
    assert found.margins.never.actions == ((NOTHING, "m"),)
    for part in found.margins.towards:
        assert part.weights.get("one", 0) > part.weights.get("two", 0)


def test_opposed_advocates_contest_the_only_margin() -> None:
    found = margins(load(INSTANCES / "classics/opposed_advocates.toml"))
    assert found is not None and found.never is None
    assert [(part.observation, list(part.weights)) for part in found.towards] == [
        ("innocent", ["defender"]),
        ("guilty", ["prosecutor"]),
    ]


def test_no_margin_is_contested_where_two_agents_speak_at_once() -> None:
    """OPT is 6, and 25/6 in an equilibrium in which both send something."""
    states = {"y0": F(1, 2), "y1": F(1, 2)}
    hers: Table = {"a0": [7, 1], "a1": [1, 4], "a2": [8, 0]}
    his: Table = {"a0": [6, 3], "a1": [2, 1], "a2": [1, 1]}
    theirs: Table = {"a0": [8, 10], "a1": [4, 1], "a2": [9, 8]}
    game = simple_game(states, hers, {"one": his, "two": theirs})
    assert margins(game) is None
    first = {"y0": {"low": F(1, 2), "high": F(1, 2)}, "y1": {"low": F(1, 3), "high": F(2, 3)}}
    second = {"y0": {"-": F(2, 3), "y0": F(1, 3)}, "y1": {"-": F(1)}}
    found = judge(game, {"one": first, "two": second}, Effort())
    assert isinstance(found, SignalEquilibrium)
    assert found.user_utility == F(25, 6) < optimum(game)


@pytest.mark.parametrize(
    "change",
    [
        {"rounds": 2},
        {"agent_alphabet": 2},
        {"user_alphabet": 2},
    ],
)
def test_the_protocol_must_be_one_round_of_any_words(change: dict[str, int]) -> None:
    game = zero_sum()
    talk = game.conversation
    talk = replace(
        talk,
        rounds=change.get("rounds", talk.rounds),
        user_alphabet=change.get("user_alphabet", talk.user_alphabet),
        agent_alphabet=change.get("agent_alphabet", talk.agent_alphabet),
    )
    assert margins(replace(game, conversation=talk)) is None


def test_gains_that_are_left_alone_and_ties_at_a_point_contest_nothing() -> None:
    game = zero_sum()
    assert margins(replace(game, gamma=F(1, 100))) is None
    tied = simple_game(HALVES, {**THREE, "m": [4, 3]}, {"one": MIDDLE, "two": NOT_MIDDLE})
    assert margins(tied) is None


def test_an_agent_contests_only_what_he_can_tell() -> None:
    game = zero_sum()
    blind = replace(game.agents[0], sees=(("left", "right"),))
    assert margins(replace(game, agents=(blind, game.agents[1]))) is None


def indifferent(game: Game) -> Iterator[tuple[str, str, Fraction]]:
    """The beliefs on two points at which she is indifferent between two best actions, as pairs of
    actions, the first better at the first point, and the weight of the first point.
    """
    (first, second), hers = game.points, game.user_payoff
    for a, b in permutations(game.actions, 2):
        up, down = (hers[(*p, a)] - hers[(*p, b)] for p in (first, second))
        if up > 0 > down:
            q = -down / (up - down)
            worth = {c: q * hers[(*first, c)] + (1 - q) * hers[(*second, c)] for c in game.actions}
            if worth[a] == max(worth.values()):
                yield a, b, q


@settings(often, max_examples=150)
@given(game=games(min_states=2, max_states=2, min_agents=2, max_user_observations=1, private=False))
def test_with_two_points_the_weights_prefer_what_is_better_at_every_margin(game: Game) -> None:
    game = replace(game, gamma=F(0), conversation=Conversation())
    note(write(game))
    found = margins(game)
    assume(found is not None and len(game.points) == 2)
    assert found is not None
    never = () if found.never is None else found.never.actions
    for part in found.towards:
        sign = 1 if part.observation == game.points[0][1] else -1
        for a, b, q in indifferent(game):
            worse = b if sign > 0 else a
            gain = sum(
                w * share * (game.agent_payoff(name)[(*p, a)] - game.agent_payoff(name)[(*p, b)])
                for name, w in part.weights.items()
                for p, share in zip(game.points, (q, 1 - q), strict=True)
            )
            assert sign * gain > 0 or (game.points[0][0], worse) in never


@pytest.mark.slow
@settings(often, max_examples=150)
@given(data=st.data())
def test_no_equilibrium_is_below_opt_where_every_margin_is_contested(data: st.DataObject) -> None:
    game = data.draw(games(min_states=2, min_agents=2, max_user_observations=1, claims=False))
    game = replace(game, conversation=Conversation())
    note(write(game))
    assume(margins(game) is not None)
    best = optimum(game)
    assert all(e.user_utility == best for e in exhibit(game, Guarantee.BAYES, Effort()).equilibria)
    for _ in range(4):
        found = judge(game, data.draw(profiles(game, words=3)), Effort())
        assert not isinstance(found, SignalEquilibrium) or found.user_utility == best
