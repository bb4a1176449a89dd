from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.errors import InstanceError
from verifier.game.model import Ties
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.rng import Draws
from verifier.sweep.family import FAMILIES, RandomFamily, family
from verifier.sweep.template import Template
from verifier.theory.alignment import hull

F = Fraction
SEEDS = st.integers(0, 10**6)


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
@given(SEEDS, st.integers(1, 1000), st.sampled_from(Ties))
@settings(max_examples=15, deadline=None)
def test_a_seed_and_a_number_give_one_game_that_can_be_written_and_read(
    name: str, seed: int, number: int, ties: Ties
) -> None:
    drawn = family(name, {"states": 2, "ties": ties})
    game = drawn.game(seed, number)
    assert RandomFamily.read(drawn.text()) == drawn
    assert RandomFamily.read(drawn.text()).game(seed, number) == game
    assert parse(write(game), "again") == game
    assert game != drawn.game(seed, number + 1)
    assert game.ties is ties
    assert all(0 <= value <= 1 for value in game.utility.values()) or name == "near-hull"


@given(SEEDS, st.sampled_from([F(0), F(1, 20), F(3, 10)]))
@settings(max_examples=25, deadline=None)
def test_near_the_hull_is_near(seed: int, distance: Fraction) -> None:
    game = family("near-hull", {"distance": distance}).game(seed, 1)
    assert hull(game).epsilon <= distance
    assert game.tolerance == distance


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_agents_with_one_bias_and_nothing_of_their_own_are_the_same(seed: int) -> None:
    game = family("shared-bias", {"distance": F(0), "bias": F(1, 2), "agents": 3}).game(seed, 1)
    first, *others = game.agents
    assert all(agent.utility == first.utility for agent in others)
    assert all(abs(first.utility[key] - value) <= F(1, 2) for key, value in game.utility.items())


@given(
    SEEDS,
    st.integers(1, 4),
    st.sampled_from([F(0), F(1, 3), F(2)]),
    st.sampled_from([F(0), F(1, 4), F(1)]),
)
@settings(max_examples=40, deadline=None)
def test_sponsors_wash_out_but_for_what_they_share(
    seed: int, agents: int, bias: Fraction, shared: Fraction
) -> None:
    """The hull distance from the linear program is the family's formula; alone each is b/2 off."""
    given = {"agents": agents, "bias": bias, "shared": shared}
    game = family("sponsors", {**given, "actions": 5}).game(seed, 1)
    assert hull(game).epsilon == (shared + (1 - shared) / agents) * bias / 2
    for n, agent in enumerate(game.agents):
        alone = dataclasses.replace(game, agents=(agent,))
        assert hull(alone).epsilon == bias / 2
        own = game.actions[n]
        more = {agent.utility[own, y] - game.utility[own, y] for y in game.states}
        assert more == {bias}
    no_other = family("sponsors", {**given, "actions": agents}).game(seed, 1)
    assert hull(no_other).epsilon == 0


def test_a_family_without_later_parameters_has_the_text_that_it_had() -> None:
    """A store goes on where the text is the same, and the text fixes the draws."""
    assert '"shared":' not in family("shared-bias", {}).text()
    assert family("sponsors", {"shared": F(1, 2)}) != family("sponsors", {})
    assert family("uniform", {}).text() == (
        '{"actions": 3, "agents": 2, "bias": "0", "distance": "0", "grid": 10, "name": "uniform",'
        ' "states": 3, "template": null, "ties": "any"}'
    )


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_private_games_have_observations_of_their_own(seed: int) -> None:
    game = family("private", {}).game(seed, 1)
    assert len(game.user_observations) == 2
    assert game.agent_observations != game.states
    assert len(game.joint) == 2 * 3 * 3


def test_other_parameters_are_another_family() -> None:
    assert family("uniform", {}).game(1, 1) != family("uniform", {"grid": 11}).game(1, 1)
    assert family("uniform", {}).text() != family("uniform", {"states": 2}).text()


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("nonsense", {}, "nonsense: no such family"),
        ("uniform", {"bias": F(1)}, "--bias: the family uniform has no such parameter"),
        ("template", {}, "--template: is missing"),
        ("sponsors", {"agents": 4}, "--agents: 4 sponsors need as many actions"),
        ("sponsors", {"shared": F(3, 2)}, "--shared: is 3/2, expected a part of the bias"),
        (
            "template",
            {"template": "x", "states": 3},
            "--states: the family template has no such parameter",
        ),
    ],
)
def test_what_a_family_does_not_have_is_refused(
    name: str, given: dict[str, object], words: str
) -> None:
    with pytest.raises(InstanceError, match=words):
        family(name, given)


TEMPLATE = """
format = 1
title = "a template"
states = ["l", "r"]
actions = ["a", "b"]
prior = { l = "1/10..1/2 step 1/10", r = "rest" }
[user]
utility = { a = { l = "0..1 step 1/4", r = 0 }, b = { l = 0, r = 1 } }
[[agents]]
name = "g"
utility = { a = { l = 1, r = "-1..1 step 1" }, b = { l = 0, r = 1 } }
"""


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_template_draws_from_its_ranges(seed: int) -> None:
    game = family("template", {"template": TEMPLATE}).game(seed, 1)
    p = {place[2]: value for place, value in game.joint.items()}
    assert p["l"] in {F(n, 10) for n in range(1, 6)}
    assert p["l"] + p["r"] == 1
    assert game.utility["a", "l"] in {F(n, 4) for n in range(5)}
    assert game.agents[0].utility["a", "r"] in {-1, 0, 1}
    assert game.utility["b", "r"] == 1


def test_every_number_of_a_range_comes() -> None:
    games = [family("template", {"template": TEMPLATE}).game(1, n) for n in range(1, 200)]
    assert {game.utility["a", "l"] for game in games} == {F(n, 4) for n in range(5)}
    assert {game.agents[0].utility["a", "r"] for game in games} == {F(-1), F(0), F(1)}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1/10..1/2 step 1/10", "1/10..1/2", r"prior.l: '1/10..1/2' is not a range"),
        ("1/10..1/2 step 1/10", "1/2..1/10 step 1/10", "goes from 1/2 to 1/10"),
        ("1/10..1/2 step 1/10", "1/10..1/2 step 0", "in steps of 0"),
        ("1/10..1/2 step 1/10", "0..1 step 2/3", "1 is no multiple of the step 2/3"),
        ("1/10..1/2 step 1/10", "0..1 step 1/10000000", "has 10000001 numbers, at most 1000000"),
        ("1/10..1/2 step 1/10", "x..1 step 1", "prior.l: "),
        ("1/10..1/2 step 1/10", "rest", "has 2 entries that are 'rest'"),
        ("1/10..1/2 step 1/10", "2..3 step 1", "expected at most 1"),
        ('r = "-1..1 step 1"', 'r = "rest"', "agents\\[0\\].utility.a.r"),
        ("0..1 step 1/4", "one", "user.utility.a.l"),
        (
            'name = "g"',
            'name = "g\u03b1"',
            "agents\\[0\\].name: .* U\\+03B1 GREEK SMALL LETTER",
        ),
    ],
)
def test_a_template_that_makes_no_sense_is_refused_by_file_and_key(
    old: str, new: str, words: str
) -> None:
    assert old in TEMPLATE
    with pytest.raises(InstanceError, match=words) as improved_bound:
        Template(TEMPLATE.replace(old, new), "t.toml").game(Draws("x"), "x")
    assert "t.toml" in str(improved_bound.value)
