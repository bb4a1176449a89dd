"""The conversation game as exact data: sets, prior, utilities and protocol (theory.md 1.1).

Every payoff is multiplied by the probability of its point (x_A, x_B), so that no conditional
probability is ever divided out. `canonical` and `digest` say which games are the same game.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import islice, product
from math import gcd
from typing import Any, Literal

from verifier.errors import SizeError
from verifier.frozen import FrozenDict
from verifier.game.affine import stated
from verifier.numbers import integers
from verifier.result import Result

MAX_PAYOFFS = 4_000_000
"""Most entries of the payoffs of all people, or of a subproblem; a million take about 0.3 GB."""

Utility = Mapping[tuple[str, str], Fraction]
"""A table (action, state) -> utility; every pair is present."""


Payoff = Mapping[tuple[str, str, str], Fraction]
"""A table (x_A, x_B, action) -> sum_y p(x_A, x_B, y) f(action, y), for a utility f."""


WholePayoff = Mapping[tuple[str, str, str], int]
"""A payoff in integers: its values over the grain of the game."""


Cell = tuple[str, ...]
"""A set of agent observations, in instance order."""


Alphabet = int | Literal["rich"]
"""The number of messages that an agent can choose from; `rich` means no bound."""


NOTHING = "nothing"
"""The user's only observation when an instance gives her none."""


Joint = Mapping[tuple[str, str, str], Fraction]
"""The prior p(x_A, x_B, y): positive entries only, in instance order."""


def joint_of_prior(prior: Mapping[str, Fraction]) -> dict[tuple[str, str, str], Fraction]:
    """The joint distribution where the agents observe the state and the user observes nothing."""
    return {(NOTHING, state, state): p for state, p in prior.items() if p}


def finest(observations: Iterable[str]) -> tuple[Cell, ...]:
    """The partition of the observations into single ones: the agent sees everything."""
    return tuple((x,) for x in observations)


class Target(StrEnum):
    """The benchmark of a claim, before twice the tolerance is taken off (theory.md 9.1)."""

    GUARANTEE = "guarantee"
    OPTIMUM = "optimum"


class Convention(StrEnum):
    """The convention of a hull: which mixtures of the agents' utilities count (theory.md 2.3)."""

    SIMPLEX = "simplex"
    CONE = "cone"
    STATE_OFFSET = "state-offset"


class Ties(StrEnum):
    """The tie rule: what the user does where she is indifferent (theory.md 1.4)."""

    ANY = "any"
    BELIEF = "belief"
    FAVOUR_SPEAKER = "favour-speaker"
    ORDER = "order"


@dataclass(frozen=True)
class Quantal:
    """The quantal user takes a with probability proportional to base^(eta g_a) (theory.md 1.3).

    g_a is her expected utility of a. `eta` is positive, `base` is "e" or a prime.
    """

    eta: Fraction = Fraction(10)
    base: Literal["e"] | int = "e"


@dataclass(frozen=True)
class Conversation:
    """The protocol: R rounds of the user's message and every agent's answer (theory.md 1.1).

    `user_alphabet` and `agent_alphabet` say how many messages there are; a user alphabet of 1
    leaves the user silent.
    """

    rounds: int = 1
    user_alphabet: int = 1
    agent_alphabet: Alphabet = "rich"

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

    def sequences(self, number: int) -> list[tuple[int, ...]]:
        """The first sequences of her questions, as short as so many can be, in order.

        Fewer where those of all R rounds are fewer.
        """
        able = (r for r in range(1, self.rounds) if self.user_alphabet**r >= number)
        asked = product(range(self.user_alphabet), repeat=next(able, self.rounds))
        return list(islice(asked, number))

    def once_asked(self, number: int) -> Conversation | None:
        """What is left when one of so many things has been asked by such a sequence.

        All that she has said until then counts as one question, and the agent has said nothing of
        what he sees. None where R rounds are too few (theory.md 6.5).
        """
        asked = self.sequences(number)
        if len(asked) < number:
            return None
        return replace(self, rounds=self.rounds - len(asked[0]) + 1, user_alphabet=number)


@dataclass(frozen=True)
class OwnPrior:
    """An agent's own prior over the states, and his utility before it is reweighted by it."""

    prior: Mapping[str, Fraction]
    utility: Utility


@dataclass(frozen=True)
class Agent:
    """A sender with a utility and a partition of the agent observations (theory.md 1.1).

    `sees` is that partition, cells and members in instance order. Where he has a prior of his own,
    `utility` is reweighted by it (theory.md 1.7).
    """

    name: str
    utility: Utility
    sees: tuple[tuple[str, ...], ...]
    own: OwnPrior | None = field(default=None, init=False, compare=False, repr=False)
    """The prior and utility that his file states; `own_priors` says whether they still hold."""

    @property
    def cares(self) -> bool:
        """Whether in some state it matters to him which action the user takes."""
        first: dict[str, Fraction] = {}
        return any(first.setdefault(y, worth) != worth for (_, y), worth in self.utility.items())


@dataclass(frozen=True)
class Person:
    """One of several users: her name, her share of all, and the game in which she is alone."""

    name: str
    share: Fraction
    game: Game

    def state(self, y: str) -> str:
        """The name of a state in which she is the user."""
        return f"{self.name}: {y}"

    def observation(self, x: str) -> str:
        """The name of what she observes, and who she is."""
        alone = self.game.user_observations == (NOTHING,)
        return self.name if alone else f"{self.name}: {x}"

    @property
    def observations(self) -> tuple[str, ...]:
        """The names of all that she may observe, each with who she is."""
        return tuple(map(self.observation, self.game.user_observations))


@dataclass(frozen=True)
class Origin:
    """An instance file with parameters or several users, and how a game was read from it.

    `values` are those of its parameters. `people` are its users; `user` is the one whose game it
    is, None for the game of all under one rule. A file with one user has no `people`.
    """

    text: str
    values: Mapping[str, Fraction]
    people: tuple[Person, ...] = ()
    user: str | None = None

    @cached_property
    def shares(self) -> Mapping[str, Fraction]:
        """The shares of its users, by name."""
        return FrozenDict({person.name: person.share for person in self.people})

    @cached_property
    def seen(self) -> Mapping[str, tuple[str, ...]]:
        """What each of its users may observe in the game of all, by name."""
        return FrozenDict({person.name: person.observations for person in self.people})


@dataclass(frozen=True, kw_only=True, repr=False)
class Game(Result):
    """A game: sets, common prior, utilities, protocol, tie rule and claim (theory.md 1.1).

    Fields are given by keyword; their defaults are those of the instance format. `joint` holds the
    positive entries of p(x_A, x_B, y), in instance order. `tolerance` is None where the author
    claims none: then the game's own hull distance is claimed. `gamma` is how much agents may still
    gain in what the author calls an equilibrium (theory.md 1.5). `target` is OPTIMUM where the
    author claims OPT for every kind of user, GUARANTEE for each guarantee's own benchmark. `hull`
    says which mixtures count for the claim. `evaluation` is how far from the best the offer may be
    whose agent a best-ai user picks (theory.md 4.5).
    """

    title: str
    source: str | None = None
    notes: str | None = None
    states: tuple[str, ...]
    actions: tuple[str, ...]
    user_observations: tuple[str, ...] = (NOTHING,)
    agent_observations: tuple[str, ...]
    joint: Joint
    utility: Utility
    agents: tuple[Agent, ...]
    conversation: Conversation = Conversation()
    ties: Ties = Ties.ANY
    quantal: Quantal = Quantal()
    tolerance: Fraction | None = None
    gamma: Fraction = Fraction(0)
    target: Target = Target.GUARANTEE
    hull: Convention = Convention.SIMPLEX
    evaluation: Fraction = Fraction(0)
    origin: Origin | None = field(default=None, init=False, compare=False, repr=False)
    """The file with parameters or several users that this game was read from.

    It is no part of the game: a game that is derived from another one, by `replace`, has none.
    """

    @property
    def parameters(self) -> Mapping[str, Fraction]:
        """The values of its file's parameters; empty where it has none."""
        return {} if self.origin is None else self.origin.values

    @property
    def user(self) -> str | None:
        """Which of its file's users she is; None where there is one, or where she is all."""
        return None if self.origin is None else self.origin.user

    @property
    def population(self) -> bool:
        """Whether she stands for all of several users, who have one rule (theory.md 1.8)."""
        return bool(self.people)

    @property
    def people(self) -> tuple[Person, ...]:
        """The users for whom she stands under one rule; none where she is one user."""
        return () if self.origin is None or self.user is not None else self.origin.people

    @property
    def whose(self) -> str:
        """Whose game of several users it is, as the kernel says it; empty where there is one."""
        if self.user is not None:
            return f" for the user {self.user!a}"
        return " for all users, by one rule for all" if self.population else ""

    @property
    def heading(self) -> str:
        """The title, with the user and the values of its file's parameters where it has some."""
        title = f"{self.title}{self.whose}"
        return f"{title}, at {stated(self.parameters)}" if self.parameters else title

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
        """The probability of every point (x_A, x_B), where it is positive."""
        mass = dict.fromkeys(self.points, Fraction(0))
        for (x_user, x_agent, _), p in self.joint.items():
            mass[x_user, x_agent] += p
        return FrozenDict(mass)

    def weighted(self, utility: Utility) -> Payoff:
        """The payoff of a utility f: (x_A, x_B, action) -> sum_y p(x_A, x_B, y) f(action, y).

        Points of probability zero have no entry. The expectation of f under an outcome sigma(a |
        x_A, x_B) is the sum of sigma times the payoff. Raises SizeError above MAX_PAYOFFS.
        """
        whole, unit = self._whole(utility)
        return {key: Fraction(value, unit) for key, value in whole.items()}

    def _whole(self, utility: Utility) -> tuple[dict[tuple[str, str, str], int], int]:
        """The payoff of a utility in integers over one denominator."""
        entries = len(self.joint) * len(self.actions) * (1 + len(self.agents))
        if entries > MAX_PAYOFFS:
            raise SizeError(
                f"{self.title}: the payoffs would have {entries} entries (rows of joint x actions x"
                f" people), at most {MAX_PAYOFFS} are computed with; give it fewer observations,"
                " actions or agents"
            )
        chances, unit = integers(self.joint.values())
        numbers, scale = integers(utility.values())
        values = dict(zip(utility, numbers, strict=True))
        table = {(*point, a): 0 for point in self.points for a in self.actions}
        for (x_user, x_agent, state), p in zip(self.joint, chances, strict=True):
            for a in self.actions:
                table[x_user, x_agent, a] += p * values[a, state]
        return table, unit * scale

    @cached_property
    def grain(self) -> Fraction:
        """The greatest number of which all payoffs are integer multiples; 1 where all are 0."""
        tables = [self.user_payoff, *self.agent_payoffs.values()]
        whole, unit = integers([value for table in tables for value in table.values()])
        return Fraction(gcd(*whole) or 1, unit)

    def whole(self, payoff: Payoff) -> dict[tuple[str, str, str], int]:
        """A payoff of the user or an agent in integers: its values over the grain."""
        over, under = self.grain.denominator, self.grain.numerator
        return {
            key: value.numerator * (over // value.denominator) // under
            for key, value in payoff.items()
        }

    @cached_property
    def whole_user_payoff(self) -> WholePayoff:
        """The user's payoff over the grain."""
        return self.whole(self.user_payoff)

    @cached_property
    def whole_agent_payoffs(self) -> Mapping[str, WholePayoff]:
        """The payoff of every agent over the grain, by name, in instance order."""
        return {name: self.whole(payoff) for name, payoff in self.agent_payoffs.items()}

    @cached_property
    def payoff_bits(self) -> int:
        """The bits of the largest payoff in integers; exact work on the game grows with them."""
        tables = [self.whole_user_payoff, *self.whole_agent_payoffs.values()]
        return max(value.bit_length() for table in tables for value in table.values())

    @cached_property
    def user_payoff(self) -> Payoff:
        """The user's payoff: (x_A, x_B, action) -> sum_y p(x_A, x_B, y) u(action, y)."""
        return FrozenDict(self.weighted(self.utility))

    @cached_property
    def agent_payoffs(self) -> Mapping[str, Payoff]:
        """The payoff of every agent, by name, in instance order."""
        return FrozenDict(
            {agent.name: FrozenDict(self.weighted(agent.utility)) for agent in self.agents}
        )

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
        """The actions that maximise E[u | x_A, x_B], by point, in instance order."""
        best = {}
        for point in self.points:
            values = {a: self.whole_user_payoff[(*point, a)] for a in self.actions}
            top = max(values.values())
            best[point] = tuple([a for a, value in values.items() if value == top])
        return FrozenDict(best)

    @cached_property
    def has_unique_best_actions(self) -> bool:
        """Whether one action alone is best at every point (x_A, x_B) of positive probability."""
        return all(len(best) == 1 for best in self.best_actions.values())

    def optimal_actions(self, x_user: str, cell: Cell) -> tuple[str, ...]:
        """The user's best actions at x_A where she knows that x_B lies in the cell.

        These are all actions where that has probability 0.
        """
        values = {a: self.total(self.whole_user_payoff, x_user, cell, a) for a in self.actions}
        top = max(values.values())
        return tuple(a for a in self.actions if values[a] == top)

    def expected(self, payoff: Payoff, x_user: str, cell: Cell, action: str) -> Fraction:
        """The payoff of an action, summed over the points (x_A, x_B) with x_B in the cell."""
        inside = [x for x in cell if (x_user, x) in self.probability]
        return sum((payoff[x_user, x, action] for x in inside), Fraction(0))

    def total(self, whole: WholePayoff, x_user: str, cell: Cell, action: str) -> int:
        """As `expected`, of a payoff in integers."""
        return sum([whole[x_user, x, action] for x in cell if (x_user, x) in self.probability])

    @cached_property
    def magnitude(self) -> int:
        """The greatest k with 10^k at most the largest absolute utility; 0 where all are 0.

        Where all utilities are given in another unit, so that they are 10^n times as large, it is
        n more.
        """
        tables = [self.utility, *(agent.utility for agent in self.agents)]
        largest = max(abs(value) for table in tables for value in table.values())
        if not largest:
            return 0
        k = (largest.numerator.bit_length() - largest.denominator.bit_length()) * 3 // 10
        while Fraction(10) ** (k + 1) <= largest:
            k += 1
        while Fraction(10) ** k > largest:
            k -= 1
        return k

    @cached_property
    def memo(self) -> dict[Hashable, Any]:
        """A store of results about this game that several questions share, by question."""
        return {}


def read_from(origin: Origin, game: Game) -> Game:
    """The game, which remembers the file that it was read from."""
    object.__setattr__(game, "origin", origin)
    return game


def canonical(game: Game) -> str:
    """The game as one JSON text of its sets, numbers and rules, without title, source and notes.

    Numbers are strings in lowest terms; a rich alphabet and base e are null; `gamma`, `target`,
    `hull` and `evaluation` appear only where they differ from the default. Equal games have equal
    texts.
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
        **({"hull": str(game.hull)} if game.hull is not Convention.SIMPLEX else {}),
        **({"evaluation": str(game.evaluation)} if game.evaluation else {}),
    }
    return json.dumps(content, sort_keys=True)


def _utility(game: Game, utility: Utility) -> dict[str, dict[str, str]]:
    return {a: {y: str(utility[a, y]) for y in game.states} for a in game.actions}


def digest(game: Game) -> str:
    """The SHA-256 of the game's canonical text, in hexadecimal after `sha256:`."""
    if "digest" not in game.memo:
        game.memo["digest"] = f"sha256:{hashlib.sha256(canonical(game).encode()).hexdigest()}"
    found: str = game.memo["digest"]
    return found
