"""Several users become one game: of one of them, or of all under one rule (theory.md 1.8).

With rules for each user her game is one of its own. Under one rule for all, a population is one
user whose name is part of the state and of what she observes, and hidden from the agents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.game.model import NOTHING, Agent, Game, Utility


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


def population(people: Sequence[Person]) -> Game:
    """The game of all users under one rule for all (theory.md 1.8).

    Their tie rules are the same. Names are not checked: those of states and observations begin with
    the user's.
    """
    first = people[0].game

    def joined(tables: Sequence[Utility]) -> Utility:
        return {
            (a, person.state(y)): table[a, y]
            for a in first.actions
            for person, table in zip(people, tables, strict=True)
            for y in first.states
        }

    agents = tuple(
        Agent(agent.name, joined([one.game.agents[n].utility for one in people]), agent.sees)
        for n, agent in enumerate(first.agents)
    )
    return replace(
        first,
        states=tuple(person.state(y) for person in people for y in first.states),
        user_observations=tuple(x for person in people for x in person.observations),
        joint={
            (person.observation(x), z, person.state(y)): person.share * p
            for person in people
            if person.share
            for (x, z, y), p in person.game.joint.items()
        },
        utility=joined([person.game.utility for person in people]),
        agents=agents,
    )


def share_weighted(people: Mapping[str, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    """The mean of what users get, by their shares."""
    return sum((share * values[name] for name, share in people.items()), Fraction(0))
