"""All equilibria of a restricted game: each agent chooses from a finite list of signals.

1. The lists are all deterministic signals of an agent up to the names of messages, that is, all
   partitions of what he sees (`pure_choices`), or those of a menu (`menu_choices`).
2. There is one round and the user is silent, so the agents play a game in normal form
   (`normal_form`). Every profile is examined.

An equilibrium here withstands the deviations that are on the lists; agents who may also mix, or
send other signals, may gain by that. theory.md 1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from verifier.errors import InstanceError, SizeError
from verifier.game.model import Agent, Game
from verifier.game.rules import Menu, Signal
from verifier.game.text.toml import toml_key
from verifier.numbers import counted
from verifier.result import Result
from verifier.solve.effort import Effort
from verifier.solve.partitions import partition_count, partitions
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted.normal_form import Choices, NormalForm

PROFILE_LIMIT = 20_000
"""The largest number of profiles that are examined."""

MESSAGE_LIMIT = 2_000_000
"""The largest number of messages that the user may receive, over all profiles and points."""


@dataclass(frozen=True)
class PureEquilibrium:
    """An equilibrium of the restricted game: agent -> name of the signal that he chooses.

    `agent_utilities` are those under one best response of the user that deters every deviation;
    `user_utility` is the same for all her best responses.
    """

    profile: Mapping[str, str]
    user_utility: Fraction
    agent_utilities: Mapping[str, Fraction]


@dataclass(frozen=True, repr=False)
class RestrictedEquilibria(Result):
    """The equilibria among `profiles` profiles, in the order of the choices; there may be none.

    Gains of up to `gamma` do not count.
    """

    model: Guarantee
    profiles: int
    found: tuple[PureEquilibrium, ...]
    gamma: Fraction = Fraction(0)

    @property
    def worst(self) -> PureEquilibrium | None:
        """The first equilibrium with the least utility for the user."""
        return min(self.found, key=lambda equilibrium: equilibrium.user_utility, default=None)

    @property
    def best(self) -> PureEquilibrium | None:
        """The first equilibrium with the greatest utility for the user."""
        return max(self.found, key=lambda equilibrium: equilibrium.user_utility, default=None)


def pure_choices(game: Game, limit: int = PROFILE_LIMIT) -> dict[str, dict[str, Signal]]:
    """The deterministic signals of every agent, up to the names of messages, by their parts.

    Each stands for a partition of what the agent sees into at most as many parts as there are
    messages; a message lists the observations of its part. The first signal reveals nothing, the
    last reveals all if the alphabet suffices.

    Raises SizeError above `limit` profiles, before work.
    """
    _refuse_many_profiles(
        prod(partition_count(len(agent.sees), _most_parts(game, agent)) for agent in game.agents),
        limit,
    )
    return {agent.name: _named(game, agent) for agent in game.agents}


def menu_choices(menu: Menu) -> dict[str, dict[str, Signal]]:
    """The signals of a menu that every agent may choose."""
    return {
        agent: {name: menu.signals[name] for name in names} for agent, names in menu.choices.items()
    }


def restricted(
    game: Game, choices: Choices, model: Guarantee, effort: Effort, limit: int = PROFILE_LIMIT
) -> RestrictedEquilibria:
    """All equilibria of the game in which every agent chooses one of his listed signals.

    Signals are drawn independently given x_B. The user is `bayes`, or `best-ai`: she picks one of
    the agents whose signal alone is worth most to her. A profile is an equilibrium if under some
    best response of the user no agent gains more than gamma by another signal on his list. The tie
    rule says what she may do:

    - `order`: she takes the first best action, of the first best agent;
    - `any`: all mixtures of her ties under the profile (a linear program), and after a deviation
      what is worst for the deviating agent;
    - `favour-speaker`: the same, but after a deviation what is best for the deviating agent, even
      if he only renames his messages;
    - `belief`: one function of (x_A, posterior), possibly mixed, for the profile and all deviations
      from it (a linear program); a best-ai user picks the first of equal agents.

    The list of equilibria is complete. theory.md 1.4 and 6.11.

    Raises InstanceError for another kind of user, several rounds, a user who speaks, or a signal
    with more messages than the alphabet, and SizeError above `limit` profiles or MESSAGE_LIMIT
    messages.
    """
    _refuse_unsuited(game, model, choices)
    lists = {agent.name: choices[agent.name] for agent in game.agents}
    count = prod(map(len, lists.values()))
    _refuse_many_profiles(count, limit)
    _refuse_many_messages(game, lists, model)
    return RestrictedEquilibria(
        model, count, tuple(_equilibria(NormalForm(game, lists, model, effort))), game.gamma
    )


def _most_parts(game: Game, agent: Agent) -> int:
    """The largest number of parts into which the agent can split his cells in one message."""
    alphabet = game.conversation.agent_alphabet
    return len(agent.sees) if alphabet == "rich" else min(alphabet, len(agent.sees))


def _named(game: Game, agent: Agent) -> dict[str, Signal]:
    """The deterministic signals of an agent by name."""
    found: dict[str, Signal] = {}
    for parts in partitions(agent.sees, _most_parts(game, agent)):
        unions = [tuple(x for cell in part for x in cell) for part in parts]
        messages = {x: ", ".join(map(toml_key, part)) for part in unions for x in part}
        signal = {x: {messages[x]: Fraction(1)} for x in game.agent_observations}
        found[" | ".join(messages[part[0]] for part in unions)] = signal
    return found


def _refuse_unsuited(game: Game, model: Guarantee, choices: Choices) -> None:
    talk = game.conversation
    if model is Guarantee.QUANTAL:
        raise InstanceError(
            "pure equilibria are listed for the models bayes and best-ai, not for quantal"
        )
    if model is Guarantee.BEST_AI and game.evaluation:
        raise InstanceError(
            f"model.evaluation = {game.evaluation}: equilibria are listed for a best-ai user who"
            " picks the best offer; leave the key out, or take --guarantee bayes"
        )
    if not talk.one_shot:
        raise InstanceError(
            "pure equilibria are listed for one round and a silent user; this game has"
            f" {counted(talk.rounds, 'round')} and {counted(talk.user_alphabet, 'user message')}"
        )
    for agent in game.agents:
        if not choices.get(agent.name):
            raise InstanceError(
                f"{agent.name!r} has no signal to choose, expected at least one for every agent"
            )
        for name, signal in choices[agent.name].items():
            messages = {message for sends in signal.values() for message in sends}
            if not talk.conveys(len(messages)):
                raise InstanceError(
                    f"the signal {name!r} uses {len(messages)} messages, the alphabet has"
                    f" {talk.agent_alphabet}"
                )


def _refuse_many_profiles(count: int, limit: int) -> None:
    if count > limit:
        shown = str(count) if count < 10**15 else "more than 10^15"
        raise SizeError(
            f"there are {shown} pure profiles, the limit is {limit}; raise it with --profile-limit"
        )


def _refuse_many_messages(game: Game, choices: Choices, model: Guarantee) -> None:
    messages = [
        [sum(len(signal[x]) for signal in signals.values()) for signals in choices.values()]
        for _, x in game.points
    ]
    size = sum(prod(each) if model is Guarantee.BAYES else sum(each) for each in messages)
    if size > MESSAGE_LIMIT:
        raise SizeError(
            f"the user may hear {size} messages in all profiles together, the limit is"
            f" {MESSAGE_LIMIT}; use fewer"
        )


def _equilibria(form: NormalForm) -> Iterator[PureEquilibrium]:
    for names, responses in form.best_responses.items():
        payoffs = form.equilibrium_payoffs(names)
        if payoffs is not None:
            utilities = {
                agent: Fraction(value) / form.user.scale
                for agent, value in zip(form.choices, payoffs, strict=True)
            }
            yield PureEquilibrium(
                dict(zip(form.choices, names, strict=True)),
                Fraction(responses.user_payoff, form.user.scale),
                utilities,
            )
