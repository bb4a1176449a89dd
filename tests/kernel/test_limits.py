"""What is too large for the kernel is unreadable: nothing is decided, and nothing is accepted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.games import informed_game, simple_game
from tests.kernel.building import (
    Certificate,
    block,
    certificate,
    deterred,
    option,
    says,
    signals,
)
from verifier.game.model import Alphabet, Conversation, Game
from verifier.kernel.reader.document import UnreadableError, WrongError

F = Fraction


def crowd(agents: int) -> tuple[Game, Certificate]:
    """Agents who all toss a coin, for nobody's benefit: she may hear 3 * 2^agents things."""
    states = ("r", "s", "t")
    game = simple_game(
        dict.fromkeys(states, F(1, 3)),
        {"a": (1, 1, 1)},
        {f"g{n}": {"a": (1, 1, 1)} for n in range(agents)},
    )
    coin = [[y, side, "1/2"] for y in states for side in ("heads", "tails")]
    return game, signals(game, {agent.name: coin for agent in game.agents}, [], "1", [])


@pytest.mark.parametrize(
    ("agents", "error", "reason"),
    [(17, UnreadableError, "393216 things"), (6, WrongError, "one entry for every agent")],
)
def test_a_user_hears_so_many_things_at_most(
    agents: int, error: type[Exception], reason: str
) -> None:
    game, content = crowd(agents)
    with pytest.raises(error, match=reason):
        says(content, game)


def test_the_crowd_is_counted_in_a_deviation_too() -> None:
    game, content = crowd(17)
    rules = content["claims"][0]["rules"]
    deviation = {
        "claim": "no equilibrium",
        "user": "bayes",
        "rules": rules,
        "agent": "g0",
        "rule": rules[0]["rule"],
        "at most": "0",
        "deviating": "1",
    }
    with pytest.raises(UnreadableError, match="too large: she may hear 393216 things"):
        says(certificate(game, deviation), game)


def many_types(
    users: int, alphabet: Alphabet, only: list[str] | None = None, *, knows: str = "own observation"
) -> tuple[Game, Certificate]:
    """An agent who does not care and knows nothing, a user with many observations, and two actions
    that are alike.
    """
    seen = [f"x{n}" for n in range(users)]
    joint = {(x, "y", "y"): F(1, users) for x in seen}
    talk = Conversation(1, 1, alphabet)
    game = informed_game(
        tuple(seen),
        ("y",),
        ("y",),
        joint,
        {"a": (0,), "b": (0,)},
        {"i": ({"a": (0,), "b": (0,)}, None)},
        conversation=talk,
    )
    priced = option({"y": "0"}, strategies=None if only is None else [only])
    blocks = (
        [block([[x] for x in seen], priced)]
        if knows == "own observation"
        else [block([[x]], priced) for x in seen]
    )
    held = deterred("i", *blocks, knows=knows)
    return game, signals(game, {"i": [["y", "m", "1"]]}, [[x, "m", "a"] for x in seen], "0", [held])


def test_too_many_strategies_are_unreadable() -> None:
    game, content = many_types(13, "rich")
    with pytest.raises(UnreadableError, match="too large: 8192 user strategies, not 5000"):
        says(content, game)
    held = content["claims"][0]["deviation_bounds"][0]
    held["blocks"][0]["dominated"] = [[0, "b", "a", "1"]]  # 2^12 are left
    assert "an equilibrium gives the bayes user 0" in says(content, game)


def test_more_observations_are_granted_to_the_agent() -> None:
    game, content = many_types(40, "rich", knows="what the user sees")
    assert "an equilibrium gives the bayes user 0" in says(content, game)


def test_too_many_sets_of_messages_are_unreadable() -> None:
    game, content = many_types(7, 2, ["a"] * 7)  # 128 * 127 / 2 = 8128 sets
    with pytest.raises(UnreadableError, match="too large: 8128 sets of messages, not 5000"):
        says(content, game)
    game, content = many_types(7, 1, ["a"] * 7)  # 128 sets of one
    with pytest.raises(WrongError, match="options: none covers"):
        says(content, game)
    game, content = many_types(7, 2)  # one option for all
    assert "an equilibrium gives the bayes user 0" in says(content, game)


def talkative(part: Certificate) -> tuple[Game, Certificate]:
    """One of a thousand agent observations occurs, and what is claimed rests on this."""
    seen = tuple(f"o{n}" for n in range(1000))
    joint = {("nothing", "o0", "y"): F(1)}
    tables = {"i": ({"a": (0,)}, None)}
    game = informed_game(("nothing",), seen, ("y",), joint, {"a": (0,)}, tables)
    leaf = {"user_observation": "nothing", "plays": [[0, "a"]], "obedience": []}
    program = {
        "remarks": [],
        "directions": [],
        "kept": [],
        "deviations": [],
        "marginal": [["nothing", "o0", "0"]],
        "leaves": [leaf],
    } | part.get("program", {})
    claim = {
        "claim": "every equilibrium",
        "user": "bayes",
        "at least": "0",
        "deviations": [],
        "marginal": [["nothing", "o0", "0"]],
        "obedience": [],
        "remarks": {"shifts": [], "ties": []} | part | {"program": program},
    }
    return game, certificate(game, claim)


@pytest.mark.parametrize("many", [1, 3000])
def test_what_an_agent_can_tell_apart_is_looked_up_so_often_at_most(many: int) -> None:
    parts: list[Certificate] = [
        {"shifts": [["i", ["o0"], "1"]] * many},
        {"program": {"remarks": [{"agent": "i", "likelihoods": [["o0", "1"]]}] * many}},
    ]
    for part in parts:
        game, content = talkative(part)
        if many == 1:
            assert "the bayes user at least 0" in says(content, game)
        else:
            with pytest.raises(
                UnreadableError, match=r"too large: what an agent sees takes 1000 steps"
            ):
                says(content, game)


def test_long_multipliers_of_offers_are_counted() -> None:
    """What they are multiplied with is every payoff, and their denominators add up."""
    always = {f"a{n}": [1] for n in range(1000)}
    game = simple_game({"y": 1}, always, {"one": always, "two": always})
    offer = [{"strategy": ["a0"], "sends": [["y", "1"]], "perturbation": []}]
    offers = [
        {"agent": "one", "multiplier": f"1/{3**7000 + n}", "low": offer, "high": offer}
        for n in range(6)
    ]
    bound: Certificate = {"marginal": [["nothing", "y", "0"]], "obedience": []}
    claim = {
        "claim": "every equilibrium",
        "user": "best-ai",
        "at least": "0",
        "deviations": [],
        **bound,
        "pieces": [{"upper": "1/2", "from": "0", "offers": offers, **bound}],
    }
    with pytest.raises(UnreadableError, match="too large: the offers takes 2000 steps"):
        says(certificate(game, claim), game)
