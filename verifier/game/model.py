"""The conversation game as frozen, exact data (theory.md 1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

Utility = Mapping[tuple[str, str], Fraction]
"""(action, state) -> utility; every pair is present."""


Alphabet = int | Literal["rich"]
"""How many messages there are; `rich` is no bound."""


NOTHING = "nothing"
"""The user's only observation when an instance gives her none."""


class Target(StrEnum):
    """What a claim measures the user's utility against, before twice the tolerance is taken off."""

    GUARANTEE = "guarantee"
    OPTIMUM = "optimum"


class Ties(StrEnum):
    """What the user does where she is indifferent: part of the model (theory.md 1)."""

    ANY = "any"
    BELIEF = "belief"
    FAVOUR_SPEAKER = "favour-speaker"
    ORDER = "order"


@dataclass(frozen=True)
class Quantal:
    """P(a) ~ base^(eta * g_a); `base` is "e" or a prime."""

    eta: Fraction
    base: Literal["e"] | int


@dataclass(frozen=True)
class Conversation:
    """R rounds; in each the user sends one of `user_alphabet` messages (1 = silent), then every
    agent answers.
    """

    rounds: int
    user_alphabet: int
    agent_alphabet: Alphabet


@dataclass(frozen=True)
class Agent:
    """A sender:

    `sees` is her partition of the agent observations, cells and members in instance order.
    """

    name: str
    utility: Utility
    sees: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Game:
    """One instance: sets, common prior, utilities, protocol, tie rule, claim. theory.md 1.

    `joint` holds the positive entries of p(x_A, x_B, y), keyed (user observation, agent
    observation, state), in instance order. `tolerance` is None where the author claims none (then
    the instance's own hull distance is claimed). `gamma` is how much agents may still gain in what
    the author calls an equilibrium (theory.md 1), usually 0. `target` is OPTIMUM where the author
    claims OPT for every kind of user, GUARANTEE for each guarantee's own benchmark.
    """

    title: str
    source: str | None
    notes: str | None
    states: tuple[str, ...]
    actions: tuple[str, ...]
    user_observations: tuple[str, ...]
    agent_observations: tuple[str, ...]
    joint: Mapping[tuple[str, str, str], Fraction]
    utility: Utility
    agents: tuple[Agent, ...]
    conversation: Conversation
    ties: Ties
    quantal: Quantal
    tolerance: Fraction | None
    gamma: Fraction = Fraction(0)
    target: Target = Target.GUARANTEE

    def _repr_html_(self) -> str:
        """For notebooks: what every action is worth in every state, to the user and to each agent."""
        from verifier.notebook import table

        everybody = [self.utility, *(agent.utility for agent in self.agents)]
        rows = (
            (a, y, *(utility[a, y] for utility in everybody))
            for a in self.actions
            for y in self.states
        )
        return table(
            self.title, ["action", "state", "user", *(agent.name for agent in self.agents)], rows
        )

    @cached_property
    def points(self) -> tuple[tuple[str, str], ...]:
        """The pairs (x_A, x_B) of positive probability, in instance order."""
        positive = {(x_user, x_agent) for x_user, x_agent, _ in self.joint}
        return tuple(
            (x_user, x_agent)
            for x_user in self.user_observations
            for x_agent in self.agent_observations
            if (x_user, x_agent) in positive
        )

    @cached_property
    def probability(self) -> Mapping[tuple[str, str], Fraction]:
        """(x_A, x_B) -> its probability, for the points of positive probability."""
        mass = dict.fromkeys(self.points, Fraction(0))
        for (x_user, x_agent, _), p in self.joint.items():
            mass[x_user, x_agent] += p
        return mass

    def weighted(self, utility: Utility) -> dict[tuple[str, str, str], Fraction]:
        """(x_A, x_B, action) -> sum_y p(x_A, x_B, y) f(action, y), over the points of positive
        probability.

        The expectation of f under an outcome sigma(a | x_A, x_B) is the sum of sigma times these,
        so no conditional probability is ever divided out.
        """
        table = {(*point, a): Fraction(0) for point in self.points for a in self.actions}
        for (x_user, x_agent, state), p in self.joint.items():
            for a in self.actions:
                table[x_user, x_agent, a] += p * utility[a, state]
        return table


def canonical(game: Game) -> str:
    """The game as one JSON text: every set, number and rule; no title, source, notes or layout.

    Numbers are strings in lowest terms; a rich alphabet and base e are null; `gamma` and `target`
    appear only where the author claims more than usual. Same game, same text.
    """
    content: dict[str, Any] = {
        "states": game.states,
        "actions": game.actions,
        "user_observations": game.user_observations,
        "agent_observations": game.agent_observations,
        "joint": [[*key, str(p)] for key, p in game.joint.items()],
        "utility": _utility(game, game.utility),
        "agents": [
            {"name": agent.name, "utility": _utility(game, agent.utility), "sees": agent.sees}
            for agent in game.agents
        ],
        "rounds": game.conversation.rounds,
        "user_alphabet": game.conversation.user_alphabet,
        "agent_alphabet": None
        if game.conversation.agent_alphabet == "rich"
        else game.conversation.agent_alphabet,
        "ties": str(game.ties),
        "eta": str(game.quantal.eta),
        "base": None if game.quantal.base == "e" else game.quantal.base,
        "tolerance": None if game.tolerance is None else str(game.tolerance),
        **({"gamma": str(game.gamma)} if game.gamma else {}),
        **({"target": str(game.target)} if game.target is not Target.GUARANTEE else {}),
    }
    return json.dumps(content, sort_keys=True)


def _utility(game: Game, utility: Utility) -> dict[str, dict[str, str]]:
    return {a: {y: str(utility[a, y]) for y in game.states} for a in game.actions}


def digest(game: Game) -> str:
    """`sha256:` of the canonical text."""
    return "sha256:" + hashlib.sha256(canonical(game).encode()).hexdigest()
