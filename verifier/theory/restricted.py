"""All equilibria of a small game restricted to pure rules, or to a menu of signals, one round and a
silent user (theory.md 6).

The agents choose from finitely many signals, so they play a game in normal form, and every profile
is looked at. An equilibrium here withstands the deviations that are on the list; agents who may
also mix, or use other signals, may undo it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Cell, Game
from verifier.game.rules import Menu, Signal
from verifier.game.toml import toml_key
from verifier.notebook import table
from verifier.numbers import show
from verifier.solve.effort import Effort
from verifier.theory.guarantee import Guarantee
from verifier.theory.normal_form import Choices, NormalForm

PROFILE_LIMIT = 20_000
"""Most pure profiles that are looked at."""

MESSAGE_LIMIT = 2_000_000
"""Most things (messages at every point) that the user may hear, over all profiles."""


@dataclass(frozen=True)
class PureEquilibrium:
    """A profile from which no agent gains by another of his signals, with one response of the user
    that makes it so.

    `agent_utilities` are those under that response; `user_utility` is the same whatever she does
    where she is indifferent.
    """

    profile: Mapping[str, str]
    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]


@dataclass(frozen=True)
class Equilibria:
    """All pure equilibria among `profiles` profiles, in the order of the choices; there may be
    none.
    """

    model: Guarantee
    profiles: int
    found: tuple[PureEquilibrium, ...]

    def _repr_html_(self) -> str:
        """For notebooks."""
        agents = list(self.found[0].profile) if self.found else []
        rows = (
            (
                e.user_utility,
                *(f"{e.profile[name]}: {show(e.agent_utilities[name])}" for name in agents),
            )
            for e in self.found
        )
        return table(
            f"{len(self.found)} equilibria among {self.profiles} profiles", ["user", *agents], rows
        )

    @property
    def worst(self) -> PureEquilibrium | None:
        """The first of those with the least utility for the user."""
        return min(self.found, key=lambda equilibrium: equilibrium.user_utility, default=None)

    @property
    def best(self) -> PureEquilibrium | None:
        """The first of those with the greatest utility for the user."""
        return max(self.found, key=lambda equilibrium: equilibrium.user_utility, default=None)


def pure_signals(game: Game, agent: Agent) -> list[Signal]:
    """The deterministic signals of an agent up to the names of messages: what he sees, split into
    parts that share a message.

    A message lists the observations of its part. The first signal says nothing, the last all, if
    there is room for it.
    """
    return list(_named(game, agent).values())


def pure_choices(game: Game, limit: int = PROFILE_LIMIT) -> dict[str, dict[str, Signal]]:
    """The deterministic signals of every agent, named by their parts.

    Raises SizeError above `limit` profiles, before work.
    """
    _refuse_many(
        prod(_splits(len(agent.sees), _letters(game, agent)) for agent in game.agents), limit
    )
    return {agent.name: _named(game, agent) for agent in game.agents}


def menu_choices(menu: Menu) -> dict[str, dict[str, Signal]]:
    """The signals that a menu leaves to every agent."""
    return {
        agent: {name: menu.signals[name] for name in names} for agent, names in menu.choices.items()
    }


def restricted(
    game: Game, choices: Choices, model: Guarantee, effort: Effort, limit: int = PROFILE_LIMIT
) -> Equilibria:
    """All equilibria of the game in which every agent chooses one of his listed signals, drawn
    independently given x_B.

    The user is `bayes`, or `best-ai`: she picks one of the agents whose signal alone is worth most
    to her. A profile counts if something she may do there deters every agent from every other
    signal on his list, up to the game's gamma: under `order` she takes the first (action, and
    agent); under `any` a deviator gets his least over her ties, on the path all mixtures of her
    ties are looked at (a linear program); under `favour-speaker` a deviator gets his greatest, and
    so does one who only renames his messages; under `belief` one function of (x_A, posterior),
    possibly mixed, must serve the profile and all deviations from it (a linear program; a best-ai
    user then picks the first of equal agents). All of it is complete.

    Raises InstanceError for another model, several rounds, a user who speaks, or a signal with more
    messages than the alphabet, and SizeError above `limit` profiles or MESSAGE_LIMIT. theory.md 1
    and 6.
    """
    _refuse(game, model, choices)
    lists = {agent.name: choices[agent.name] for agent in game.agents}
    count = prod(map(len, lists.values()))
    _refuse_many(count, limit)
    _refuse_long(game, lists, model)
    return Equilibria(model, count, tuple(_equilibria(NormalForm(game, lists, model, effort))))


def _letters(game: Game, agent: Agent) -> int:
    letters = game.conversation.agent_alphabet
    return len(agent.sees) if letters == "rich" else min(letters, len(agent.sees))


def _splits(members: int, parts: int) -> int:
    """How many ways there are to split a set into at most so many parts."""
    ways = [1] + [0] * parts  # by the number of parts so far
    for _ in range(members):
        ways = [0, *(ways[n - 1] + n * ways[n] for n in range(1, parts + 1))]
    return sum(ways)


def _partitions(cells: tuple[Cell, ...], most: int) -> Iterator[tuple[Cell, ...]]:
    if not cells:
        yield ()
        return
    for parts in _partitions(cells[:-1], most):
        yield from (
            (*parts[:n], (*part, *cells[-1]), *parts[n + 1 :]) for n, part in enumerate(parts)
        )
        if len(parts) < most:
            yield (*parts, cells[-1])


def _named(game: Game, agent: Agent) -> dict[str, Signal]:
    found: dict[str, Signal] = {}
    for parts in _partitions(agent.sees, _letters(game, agent)):
        words = {x: ", ".join(map(toml_key, part)) for part in parts for x in part}
        signal = {x: {words[x]: Fraction(1)} for x in game.agent_observations}
        found[" | ".join(words[part[0]] for part in parts)] = signal
    return found


def _refuse(game: Game, model: Guarantee, choices: Choices) -> None:
    talk = game.conversation
    if model is Guarantee.QUANTAL:
        raise InstanceError(
            "pure equilibria are listed for the models bayes and best-ai, not for quantal"
        )
    if not talk.one_shot:
        raise InstanceError(
            "pure equilibria are listed for one round and a silent user; this game has"
            f" {talk.rounds} rounds and {talk.user_alphabet} user messages"
        )
    for agent in game.agents:
        if not choices.get(agent.name):
            raise InstanceError(
                f"{agent.name!r} has no signal to choose, expected at least one for every agent"
            )
        for name, signal in choices[agent.name].items():
            words = len({word for says in signal.values() for word in says})
            if not talk.conveys(words):
                raise InstanceError(
                    f"the signal {name!r} uses {words} messages, the alphabet has"
                    f" {talk.agent_alphabet}"
                )


def _refuse_many(count: int, limit: int) -> None:
    if count > limit:
        shown = str(count) if count < 10**15 else "more than 10^15"
        raise SizeError(
            f"there are {shown} pure profiles, the limit is {limit}; raise it with --profile-limit"
        )


def _refuse_long(game: Game, choices: Choices, model: Guarantee) -> None:
    points = [
        [sum(len(signal[x]) for signal in signals.values()) for signals in choices.values()]
        for _, x in game.points
    ]
    size = sum(prod(heard) if model is Guarantee.BAYES else sum(heard) for heard in points)
    if size > MESSAGE_LIMIT:
        raise SizeError(
            f"the user may hear {size} messages in all profiles together, the limit is"
            f" {MESSAGE_LIMIT}; use fewer"
        )


def _equilibria(form: NormalForm) -> Iterator[PureEquilibrium]:
    scale = form.world.scale
    for names, here in form.replies.items():
        payoffs = form.kept(names)
        if payoffs is not None:
            utilities = {
                agent: Fraction(value) / scale
                for agent, value in zip(form.choices, payoffs, strict=True)
            }
            yield PureEquilibrium(
                dict(zip(form.choices, names, strict=True)), Fraction(here.user, scale), utilities
            )
