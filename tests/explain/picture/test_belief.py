"""Envelopes and triangles: exact values, against the linear program and against known answers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import INSTANCES, games
from verifier.explain.picture import envelope, triangle
from verifier.explain.picture.belief import action_payoffs, average, prior, signal_of
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.solve.effort import Effort
from verifier.theory.equilibria.optimal_signal import persuade

F = Fraction
PROSECUTOR = INSTANCES / "classics" / "prosecutor.toml"


def small(states: int) -> st.SearchStrategy[Game]:
    """One agent who sees which of so many states it is; the user observes nothing."""
    return games(
        min_states=states,
        max_states=states,
        max_agents=1,
        private=False,
        partitioned=False,
        rich=True,
        silent=True,
        max_rounds=1,
        claims=False,
    )


def his_way(game: Game) -> Game:
    """The game as it is in pictures, where ties favour the agent."""
    return replace(game, ties=Ties.FAVOUR_SPEAKER)


def drawn(game: Game) -> envelope.Envelope | None:
    game, agent = his_way(game), game.agents[0]
    if prior(game) is None or len(game.agent_observations) != 2:
        return None
    return envelope.picture(game, agent, signal_of(game, persuade(game, agent, Effort()).worst))


def test_the_prosecutor_of_kamenica_and_gentzkow() -> None:
    found = drawn(load(PROSECUTOR))
    assert found is not None
    assert (found.prior, found.value, found.value_at(found.prior)) == (F(3, 10), F(3, 5), F(0))
    assert {(post.belief[1], post.probability) for post in found.posteriors} == {
        (F(0), F(2, 5)),
        (F(1, 2), F(3, 5)),
    }
    assert [piece.action for piece in found.segments] == ["acquit", "convict"]
    assert found.envelope == ((F(0), F(0)), (F(1, 2), F(1)), (F(1), F(1)))
    assert "3/10" in found.alt and "3/5" in found.alt


def test_it_is_said_that_ties_are_broken_his_way() -> None:
    """Under `any` the assistant gets 1/2 by whatever he says; in the picture it is 3/2."""
    game = load(INSTANCES / "counterexamples" / "identical.toml")
    found = envelope.picture(game, game.agents[0])
    assert found is not None and found.value == F(3, 2)
    assert "if she breaks ties his way" in found.title
    assert "if she breaks ties his way. At the prior 1/2 he then has 1" in found.alt
    assert "(she breaks ties his way)" in envelope.draw(found)


@settings(max_examples=60, deadline=None)
@given(small(2))
def test_the_envelope_at_the_prior_is_the_value_of_persuasion(game: Game) -> None:
    found = drawn(game)
    assume(found is not None)
    assert found is not None
    assert found.value == persuade(his_way(game), game.agents[0], Effort()).value
    weighted = sum((post.probability * post.belief[1] for post in found.posteriors), F(0))
    assert weighted == found.prior
    assert sum((post.probability for post in found.posteriors), F(0)) == 1


@settings(max_examples=60, deadline=None)
@given(small(2), st.integers(0, 24))
def test_the_envelope_is_concave_and_above_his_value_which_she_grants(
    game: Game, part: int
) -> None:
    found, q = drawn(game), F(part, 24)
    assume(found is not None)
    assert found is not None
    slopes = [(w - v) / (b - a) for (a, v), (b, w) in pairwise(found.envelope)]
    assert slopes == sorted(slopes, reverse=True)
    left, right = next((a, b) for a, b in pairwise(found.envelope) if a[0] <= q <= b[0])
    above = left[1] + (right[1] - left[1]) * (q - left[0]) / (right[0] - left[0])
    assert above >= found.value_at(q)
    hers, his = (
        action_payoffs(game, table)
        for table in (game.user_payoff, game.agent_payoffs[game.agents[0].name])
    )
    top = max(average(c, (1 - q, q)) for c in hers.values())
    assert found.value_at(q) == max(
        average(his[a], (1 - q, q)) for a, c in hers.items() if average(c, (1 - q, q)) == top
    )


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(small(3), st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 5)))
def test_the_regions_share_the_triangle_and_say_what_is_best(
    game: Game, parts: tuple[int, int, int]
) -> None:
    found = triangle.picture(game)
    assume(found is not None)
    assert found is not None
    assert sum((region.area for region in found.regions), F(0)) == 1
    hers = action_payoffs(game, game.user_payoff)
    for region in found.regions:
        middle = triangle.centroid(region.polygon)
        best = max(average(corner, middle) for corner in hers.values())
        assert (
            tuple(a for a, corner in hers.items() if average(corner, middle) == best)
            == region.actions
        )
        assert sum(middle) == 1


def test_a_lone_school_leads_to_two_posteriors_on_the_triangle() -> None:
    game = load(INSTANCES / "classics" / "school_grades.toml")
    report = vf.verify(game, ["bayes"])
    shown = report.guarantees["bayes"].finding.found.worst
    assert shown is not None and hasattr(shown, "signals")
    found = triangle.picture(game, shown.signals[game.agents[0].name])
    assert found is not None
    assert found.prior == (F(1, 3), F(1, 3), F(1, 3))
    assert [post.probability for post in found.posteriors] == [F(1, 2), F(1, 2)]


@pytest.mark.parametrize("name", ["guarantees/allergic_patient", "classics/private_threshold"])
def test_there_is_no_belief_line_where_she_sees_something_or_there_are_four_facts(
    name: str,
) -> None:
    game = load(INSTANCES / f"{name}.toml")
    assert envelope.picture(game, game.agents[0]) is None
    assert triangle.picture(game) is None


def test_the_upper_hull_keeps_no_corner_on_a_line() -> None:
    assert envelope.upper_hull([(F(0), F(0)), (F(1, 2), F(1, 2)), (F(1), F(1))]) == (
        (F(0), F(0)),
        (F(1), F(1)),
    )
