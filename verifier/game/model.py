"""The conversation game as frozen, exact data (theory.md 1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

Utility = Mapping[tuple[str, str], Fraction]
"""(action, state) -> utility; every pair is present."""


Payoff = Mapping[tuple[str, str, str], Fraction]
"""(x_A, x_B, action) -> sum_y p(x_A, x_B, y) f(action, y), for a utility f."""


Cell = tuple[str, ...]
"""A set of agent observations, in instance order."""


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
    """R rounds; in each the user sends one of `user_alphabet` messages, then every agent answers.

    A user alphabet of 1 leaves the user silent. theory.md 1.
    """

    rounds: int
    user_alphabet: int
    agent_alphabet: Alphabet

    @property
    def silent(self) -> bool:
        """Whether the user has only one message, so that she asks nothing."""
        return self.user_alphabet == 1

    @property
    def one_shot(self) -> bool:
        """Whether there is one round and the user is silent: every agent sends one signal."""
        return self.rounds == 1 and self.silent

    @property
    def rich(self) -> bool:
        """Whether the agents' alphabet has no bound."""
        return self.agent_alphabet == "rich"

    @property
    def capacity(self) -> int | None:
        """The number of different answer sequences in R rounds; None where the alphabet is rich."""
        return None if self.agent_alphabet == "rich" else self.agent_alphabet**self.rounds

    def conveys(self, cells: int) -> bool:
        """Whether R answers can name that many cells, so that a rule can reveal all of them."""
        return self.capacity is None or self.capacity >= cells

    def messages(self, most: int) -> int:
        """The number of different answer sequences in R rounds, or `most` where that is smaller."""
        return most if self.capacity is None else min(self.capacity, most)


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

    def weighted(self, utility: Utility) -> Payoff:
        """The payoff of a utility: (x_A, x_B, action) -> sum_y p(x_A, x_B, y) f(action, y).

        Defined at the points of positive probability. The expectation of f under an outcome
        sigma(a | x_A, x_B) is the sum of sigma times these, so no conditional probability is ever
        divided out.
        """
        table = {(*point, a): Fraction(0) for point in self.points for a in self.actions}
        for (x_user, x_agent, state), p in self.joint.items():
            for a in self.actions:
                table[x_user, x_agent, a] += p * utility[a, state]
        return table

    @cached_property
    def user_payoff(self) -> Payoff:
        """The user's payoff: (x_A, x_B, action) -> sum_y p(x_A, x_B, y) u(action, y)."""
        return self.weighted(self.utility)

    @cached_property
    def agent_payoffs(self) -> Mapping[str, Payoff]:
        """The payoff of every agent, by name, in instance order."""
        return {agent.name: self.weighted(agent.utility) for agent in self.agents}

    def agent_payoff(self, name: str) -> Payoff:
        """The payoff of the agent with this name: (x_A, x_B, action) -> sum_y p U_i(action, y)."""
        return self.agent_payoffs[name]

    def mixture(self, weights: Mapping[str, Fraction]) -> Payoff:
        """The payoff of the mixture sum_i weights[i] U_i."""
        return {
            key: sum(
                (w * self.agent_payoffs[name][key] for name, w in weights.items()), Fraction(0)
            )
            for key in self.user_payoff
        }

    @cached_property
    def user_support(self) -> tuple[str, ...]:
        """The user observations of positive probability, in instance order."""
        return tuple(dict.fromkeys(x_user for x_user, _ in self.points))

    @cached_property
    def best_actions(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """(x_A, x_B) -> the actions that maximise E[u | x_A, x_B], in instance order."""
        found = {}
        for point in self.points:
            top = max(self.user_payoff[(*point, a)] for a in self.actions)
            found[point] = tuple(a for a in self.actions if self.user_payoff[(*point, a)] == top)
        return found

    @cached_property
    def has_unique_best_actions(self) -> bool:
        """Whether the Bayes-optimal action is unique at every (x_A, x_B) of positive probability."""
        return all(len(best) == 1 for best in self.best_actions.values())

    def optimal_actions(self, x_user: str, cell: Cell) -> tuple[str, ...]:
        """The user's optimal actions at x_A when she knows that x_B lies in the cell.

        All actions if that has probability 0.
        """
        values = {a: self.expected(self.user_payoff, x_user, cell, a) for a in self.actions}
        top = max(values.values())
        return tuple(a for a in self.actions if values[a] == top)

    def expected(self, payoff: Payoff, x_user: str, cell: Cell, action: str) -> Fraction:
        """The payoff of an action, summed over the points (x_A, x_B) with x_B in the cell."""
        inside = [x for x in cell if (x_user, x) in self.probability]
        return sum((payoff[x_user, x, action] for x in inside), Fraction(0))

    @cached_property
    def memo(self) -> dict[Hashable, Any]:
        """Results about this game that several questions share; they live as long as the game."""
        return {}


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
        "agent_alphabet": None if game.conversation.rich else game.conversation.agent_alphabet,
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
