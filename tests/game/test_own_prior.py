"""Priors of their own: what agents expect, by the definition and by the reweighted utility."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import verifier.api as vf
from tests.games import ROOT, games, joints, utilities
from verifier.errors import InstanceError
from verifier.game.model import Game, digest
from verifier.game.own_prior import believing, own_priors, reweighted, state_probabilities
from verifier.game.reader import load, parse
from verifier.game.writer import write
from verifier.kernel.game_file import parsed
from verifier.kernel.reader.document import UnreadableError

F = Fraction
HOUSE = (ROOT / "instances/guarantees/old_house.toml").read_text(encoding="utf-8")


@st.composite
def opinionated(draw: st.DrawFn) -> Game:
    """A game in which every agent has a prior of his own, where the common one is positive."""
    game = draw(games(max_agents=2, max_rounds=1, silent=True))
    common = state_probabilities(game.joint, game.states)
    agents = []
    for agent in game.agents:
        parts = [draw(st.integers(0, 3)) if p else 0 for p in common.values()]
        assume(sum(parts))
        prior = {y: F(n, sum(parts)) for y, n in zip(common, parts, strict=True)}
        agents.append(believing(agent, prior, common))
    return replace(game, agents=tuple(agents))


@given(opinionated(), st.data())
def test_what_an_agent_expects_by_his_own_prior(game: Game, data: st.DataObject) -> None:
    """By the definition: p_i(y) p(x_A, x_B | y), and any way to act on observations."""
    common = state_probabilities(game.joint, game.states)
    acts = {point: data.draw(st.sampled_from(game.actions)) for point in game.points}
    for agent in game.agents:
        assert agent.own is not None
        expected = sum(
            (
                agent.own.prior[y] * p / common[y] * agent.own.utility[acts[x, z], y]
                for (x, z, y), p in game.joint.items()
            ),
            F(0),
        )
        payoff = game.agent_payoff(agent.name)
        assert expected == sum((payoff[*point, a] for point, a in acts.items()), F(0))


@given(opinionated())
def test_files_keep_priors_and_the_kernel_reads_the_same_game(game: Game) -> None:
    text = write(game)
    again = parse(text, "game.toml")
    assert again == game
    assert own_priors(again) == own_priors(game)
    assert len(own_priors(game)) == len(game.agents)
    assert parsed(text, "game.toml").digest == digest(game)


@given(joints(("x",), ("o", "q"), ("y", "z")), utilities(("a", "b"), ("y", "z")))
def test_the_common_prior_changes_nothing(
    joint: dict[tuple[str, str, str], F], utility: dict[tuple[str, str], F]
) -> None:
    common = state_probabilities(joint, ("y", "z"))
    assert reweighted(utility, common, common) == utility


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=4, max_size=4), st.lists(st.integers(0, 5), min_size=4))
def test_a_seller_fills_what_good_houses_leave(hers: list[int], his: list[int]) -> None:
    """A fractional knapsack: houses by his probability for what they cost her, dearest last."""
    his = his[:4]
    assume(sum(his))
    states, worth = ("good", "fair", "bad", "worse"), (2, -1, -2, -3)
    p, q = [F(n, sum(hers)) for n in hers], [F(n, sum(his)) for n in his]
    slack, sold = 2 * p[0], q[0]
    for n in sorted((1, 2, 3), key=lambda n: q[n] / (p[n] * -worth[n]), reverse=True):
        share = min(F(1), slack / (p[n] * -worth[n]))
        slack, sold = slack - share * p[n] * -worth[n], sold + share * q[n]
    game = vf.game(
        states=states,
        actions=["buy", "pass"],
        prior=dict(zip(states, p, strict=True)),
        user={"buy": worth, "pass": [0] * 4},
        agents={
            "seller": {
                "utility": {"buy": [1] * 4, "pass": [0] * 4},
                "prior": dict(zip(states, q, strict=True)),
            }
        },
        ties="favour-speaker",
    )
    assert vf.persuade(game, "seller").value == sold


@pytest.mark.parametrize(
    ("buyer", "value"),
    [
        (["1/10", "7/20", "3/10", "1/4"], F(111, 320)),
        (["1/4"] * 4, F(67, 160)),
        (["1/5", "2/5", "1/10", "3/10"], F(181, 480)),
    ],
)
def test_a_realtor_and_a_buyer_with_another_prior(buyer: list[str], value: Fraction) -> None:
    """The housing example of Duetting, Hossain, Lin, Paes Leme, Ravindranath, Xu and Zuo (2025,
    Information Design with Large Language Models, arXiv 2509.25565), with the payoffs and the
    realtor's prior of the code that they published: the buyer agrees with him, is indifferent
    among all states, or has the prior of their other buyer.
    """
    states = ["good cheap", "good expensive", "bad cheap", "bad expensive"]
    game = vf.game(
        states=states,
        actions=["pass", "buy"],
        prior=dict(zip(states, buyer, strict=True)),
        user={"pass": [-1, 0, 0, 0], "buy": ["3/4", "-1/4", "1/4", -3]},
        agents={
            "realtor": {
                "utility": {"pass": [0] * 4, "buy": ["-1/4", 1, "-1/2", "3/4"]},
                "prior": dict(zip(states, ["1/10", "7/20", "3/10", "1/4"], strict=True)),
            }
        },
        ties="favour-speaker",
    )
    assert vf.persuade(game, "realtor").value == value


def test_games_made_from_it_have_no_priors_that_are_not_theirs() -> None:
    house = load(ROOT / "instances/guarantees/old_house.toml")
    assert own_priors(house)["seller"].prior["ruin"] == F(2, 5)
    joint = dict(zip(house.joint, (F(1, 3),) * 3, strict=True))
    assert own_priors(replace(house, joint=joint)) == {}
    agents = tuple(replace(agent, utility=house.utility) for agent in house.agents)
    assert own_priors(replace(house, agents=agents)) == {}


def test_an_agent_of_another_game_brings_his_prior() -> None:
    house = load(ROOT / "instances/guarantees/old_house.toml")
    again = vf.game(
        states=house.states,
        actions=house.actions,
        prior={y: p for (_, _, y), p in house.joint.items()},
        user=house.utility,
        agents=house.agents,
    )
    assert own_priors(again) == own_priors(house)
    assert digest(again) == digest(house)


REFUSED = [
    (
        'sound = "1/2", damp = "1/10", ruin = "2/5"',
        'sound = "1/2", damp = "1/10"',
        "lacks|is missing",
    ),
    ('damp = "1/10", ruin = "2/5"', 'damp = "1/10", ruin = "1/5"', "sums to 4/5, expected 1"),
    ('damp = "1/10", ruin = "2/5"', 'damp = "6/10", ruin = "-1/10"', "at least 0"),
    (
        'prior   = { sound = "1/2", damp = "3/10", ruin = "1/5" }',
        'prior   = { sound = "1/2", damp = "1/2", ruin = 0 }',
        r"agents\[0\].prior.ruin: is 2/5 where the common prior is 0, expected 0",
    ),
    ('prior = { sound = "1/2", damp = "1/10"', 'prior = { sound = "1/2", dam = "1/10"', "dam"),
]


@pytest.mark.parametrize(("old", "new", "expected"), REFUSED)
def test_what_is_no_prior_of_his_is_refused_by_both_readers(
    old: str, new: str, expected: str
) -> None:
    assert HOUSE.count(old) == 1
    text = HOUSE.replace(old, new)
    with pytest.raises(InstanceError, match=expected):
        parse(text, "game.toml")
    with pytest.raises(UnreadableError, match=r"agents\.prior"):
        parsed(text, "game.toml")


def with_parameter(common: str, own: str) -> str:
    """The old house with a parameter that the user's utility depends on, and these priors."""
    parameter = '[parameters]\nt = { from = "0", to = "1/10", default = "1/20" }\n\n[user]'
    text = HOUSE.replace("[user]", parameter).replace("damp = -1", 'damp = "t - 1"')
    text = text.replace('damp = "3/10", ruin = "1/5"', common)
    return text.replace('damp = "1/10", ruin = "2/5"', own)


def test_numbers_beside_parameters() -> None:
    text = with_parameter('damp = "3/10", ruin = "1/5"', 'damp = "1/10", ruin = "2/5"')
    assert len(own_priors(parse(text, "game.toml", {"t": 0}))) == 1


MOVING = [
    ('damp = "3/10 - t", ruin = "1/5 + t"', 'damp = "1/10", ruin = "2/5"'),
    ('damp = "3/10", ruin = "1/5"', 'damp = "1/10 - t", ruin = "2/5 + t"'),
    ('damp = "3/10 - t", ruin = "1/5 + t"', 'damp = "1/10 - t", ruin = "2/5 + t"'),
]


@pytest.mark.parametrize(("common", "own"), MOVING)
def test_priors_that_depend_on_parameters_are_refused(common: str, own: str) -> None:
    with pytest.raises(InstanceError, match=r"agents.*prior: stands in a file in which this prior"):
        parse(with_parameter(common, own), "game.toml")


def test_the_kernel_reads_them_at_all_values() -> None:
    """What is refused for the sake of `region` alone is a game at each value."""
    text = with_parameter(*MOVING[2])
    game = parsed(text, "game.toml", '{"t": "1/10"}')
    assert game.agents[0].utility["buy"] == {"sound": F(1), "damp": F(0), "ruin": F(5, 3)}
