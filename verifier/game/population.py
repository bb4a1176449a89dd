"""Several users become one game: of one of them, or of all under one rule (theory.md 1.8).

With rules for each user her game is one of its own. Under one rule for all, a population is one
user whose name is part of the state and of what she observes, and hidden from the agents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from verifier.game.model import Agent, Game, Origin, Person, Utility, read_from
from verifier.game.writer import write_users


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


def gathered(people: Sequence[Person]) -> Game:
    """The game of all users under one rule for all, as if it were read from the file of them.

    As in `population`, names are not checked, and tie rules are the same.
    """
    return read_from(Origin(write_users(people), {}, tuple(people)), population(people))


def own_games(game: Game) -> tuple[Game, ...]:
    """The games of several users by themselves, in each of which agents have rules for her."""
    if game.origin is None:
        return ()
    return tuple(
        read_from(replace(game.origin, user=person.name), replace(person.game))
        for person in game.people
    )


def with_each(game: Game, change: Callable[[Game], Game]) -> Game:
    """The game of all users after the same change of each one's game; of one user, after hers."""
    if not game.population:
        return change(game)
    return gathered([replace(person, game=change(person.game)) for person in game.people])


def share_weighted(people: Mapping[str, Fraction], values: Mapping[str, Fraction]) -> Fraction:
    """The mean of what users get, by their shares."""
    return sum((share * values[name] for name, share in people.items()), Fraction(0))
