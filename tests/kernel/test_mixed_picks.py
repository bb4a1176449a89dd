"""A user who picks an agent may mix between agents who are worth the same to her, and between tied
actions: no such outcome that nobody betters lies below a bound that the kernel accepts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.games import informed_game
from tests.kernel.brute_force import Says, heard
from tests.kernel.building import says
from tests.kernel.casebook import instance_of, read
from tests.kernel.mixtures import could_get, passes
from tests.oracles import persuasion_value, user_value
from verifier.certificate import certificate
from verifier.game.model import Conversation, Game, Ties
from verifier.game.reader import parse
from verifier.game.writer import write
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction

STEPS = 8
"""How many values below a bound are looked at."""

# An equilibrium by hand: two offers, between which she mixes


def without(game: Game, action: str) -> Game:
    """The game in which she never takes an action."""

    def left(table: Mapping[tuple[str, str], Fraction]) -> dict[tuple[str, str], Fraction]:
        return {pair: value for pair, value in table.items() if pair[0] != action}

    agents = tuple(replace(agent, utility=left(agent.utility)) for agent in game.agents)
    actions = tuple(a for a in game.actions if a != action)
    return replace(game, actions=actions, utility=left(game.utility), agents=agents)


def gets(game: Game, offer: Says, does: Mapping[str, str], name: str) -> Fraction:
    """An agent's payoff if she takes an offer and does so after its words; it must be best."""
    total = F(0)
    for (_, word), gives in heard(game, [offer]).items():
        assert gives[""][does[word]] == max(gives[""].values())
        total += gives[name][does[word]]
    return total


def two_words() -> tuple[Game, dict[str, Any]]:
    """A shipped case: a0 and a1 are the same to her, and agents have two words."""
    case = read("correct/winners-of-two-words")
    (claim,) = case["certificate"]["claims"]
    return parse(instance_of(case), "game.toml"), claim


def test_she_mixes_between_two_offers() -> None:
    """She picks the one offer with 4/25: agents have as much as by any offer that is worth more.

    Neither offer alone would do, nor any mixture of responses to one of them that is worth as much.
    """
    game, claim = two_words()
    q, share, value = F(29, 100), F(4, 25), F(57, 50)
    offers: dict[str, Says] = {
        "agent 0": {"y0": {"no": F(1)}, "y1": {"yes": 1 - q, "no": q}},
        "agent 1": {"y0": {"yes": q, "no": 1 - q}, "y1": {"yes": F(1)}},
    }
    does = {"agent 0": {"yes": "a1", "no": "a2"}, "agent 1": {"yes": "a0", "no": "a2"}}
    mix = {"agent 0": 1 - share, "agent 1": share}
    # after a deviation she does not take the one of a0 and a1 that its author likes better
    avoided = {"agent 0": "a1", "agent 1": "a0"}
    rival = {"agent 0": "agent 1", "agent 1": "agent 0"}
    for offer in offers.values():
        assert user_value(game, [offer]) == value
    for agent in game.agents:
        name = agent.name
        has = sum(
            (mix[other] * gets(game, offers[other], does[other], name) for other in offers), F(0)
        )
        played = without(game, avoided[name])
        same = next(player for player in played.agents if player.name == name)
        # an offer that is worth as much or more to her
        assert persuasion_value(played, same, [], words=2, floor=value) <= has
        # one that is worth less, so that she turns to the other agent
        assert gets(game, offers[rival[name]], {"yes": "a1", "no": "a2"}, name) <= has
    assert F(claim["at least"]) <= value < F(11, 9)


# Random games, and mixtures of all that she may hear


def test_the_mixture_passes_and_less_does_not() -> None:
    """By the programs below, too: nobody betters some mixture that is worth 57/50."""
    game, claim = two_words()
    for v, passed in ((F(57, 50), True), (F(claim["at least"]) - F(1, 50), False)):
        most = {agent.name: could_get(game, agent, v) for agent in game.agents}
        assert passes(game, v, most) == passed


def drawn(seed: int) -> Game:
    """Two agents, one of whom may see less; two words, or a user who has seen something."""
    dice = Random(seed)
    states, users = ("y0", "y1", "y2")[: dice.choice((2, 2, 3))], dice.choice((("x",), ("x", "z")))
    joint = {(x, y, y): F(dice.randint(1, 3)) for x in users for y in states}
    joint = {key: weight / sum(joint.values()) for key, weight in joint.items()}
    part = ((states[0],), states[1:]) if len(states) > 2 else (states,)

    def table() -> dict[str, list[int]]:
        return {a: [dice.randint(0, 4) for _ in states] for a in ("a", "b", "c")}

    game = informed_game(
        users,
        states,
        states,
        joint,
        table(),
        {"one": (table(), None), "two": (table(), dice.choice((None, part)))},
        ties=dice.choice(list(Ties)),
        conversation=Conversation(agent_alphabet=2 if len(users) == 1 else "rich"),
    )
    return replace(game, gamma=dice.choice((F(0), F(0), F(1, 10))))


def values(least: Fraction, most: Fraction) -> Sequence[Fraction]:
    """Values on a grid from the one number on, below the other."""
    return [least + (most - least) * F(n, STEPS) for n in range(STEPS)]


FEW = (37, 62, 69, 722)
"""Seeds of games with two words in which it matters whose rule she hears: each tie rule once."""

MANY = (35, 70, 83, 34)
"""The same where she has seen something, and agents have as many words as they like."""

MORE = (
    *(68, 79, 93, 100, 122, 129, 138, 186, 215, 219, 233, 236, 248, 253, 268, 291, 322),
    *(331, 376, 386, 413, 436, 454, 456, 460, 511, 538, 544, 580, 727, 933, 1168, 1197, 1494),
)
"""More of both."""


@pytest.mark.parametrize("seed", FEW + MANY)
def test_no_mixture_that_nobody_betters_lies_below_the_bound(seed: int) -> None:
    holds(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MORE)
def test_nor_does_one_in_more_games(seed: int) -> None:
    holds(seed)


def holds(seed: int) -> None:
    """The kernel accepts a bound by whose rule she hears, and nothing below it passes."""
    game = drawn(seed)
    found = certificate(game, examine(game, [Guarantee.BEST_AI]).findings[Guarantee.BEST_AI])
    assert found is not None
    content = json.loads(found.text)
    says(content, game)
    (claim,) = (part for part in content["claims"] if part["claim"] == "every equilibrium")
    assert claim["received"], write(game)
    bound, silence = F(claim["at least"]), user_value(game, [])
    for v in values(silence, bound):
        most = {agent.name: could_get(game, agent, v) for agent in game.agents}
        assert not passes(game, v, most), (v, write(game))
