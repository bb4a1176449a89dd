"""Single steps to a smaller game of several users: fewer of them, simpler shares, and their games.

What can be made smaller in the game of one user is made so for all at once. To this end the tables
of all users are those of the agents of one game, the *carrier*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from math import gcd, lcm

from verifier.game.model import Agent, Game, Person, Utility
from verifier.game.population import gathered
from verifier.search.size import tables_for
from verifier.search.space import compositions

MOST_SHARES = 60
"""Most ways to share out one denominator that are tried."""


def one_prior(people: Sequence[Person]) -> bool:
    """Whether all users have the same observations and prior."""
    first = people[0].game
    return all(
        (one.game.user_observations, one.game.joint) == (first.user_observations, first.joint)
        for one in people
    )


def steps_of_users(
    people: Sequence[Person], rest: Callable[[Game], Iterator[Game]]
) -> Iterator[Game]:
    """The games of several users under one rule that are one step away from theirs.

    `rest` has the steps in the game of one user that leave the agents; it leaves the prior, too,
    unless all users have one.
    """
    yield from _fewer_users(people)
    yield from _fewer_agents(people)
    yield from _simpler_shares(people)
    carrier = _carrier(people)
    for step in chain([_in_own_units(carrier)], rest(carrier)):
        yield _carried(step, people)


def _fewer_users(people: Sequence[Person]) -> Iterator[Game]:
    """The game without one user, whose share goes to another one, or to all others."""
    for gone in people if len(people) > 2 else ():
        left = [one for one in people if one is not gone]
        for heir in left:
            yield gathered(
                [replace(one, share=one.share + gone.share * (one is heir)) for one in left]
            )
        if gone.share < 1:
            yield gathered([replace(one, share=one.share / (1 - gone.share)) for one in left])


def _fewer_agents(people: Sequence[Person]) -> Iterator[Game]:
    agents = len(people[0].game.agents)
    for gone in range(agents) if agents > 1 else ():
        left = [one.game.agents[:gone] + one.game.agents[gone + 1 :] for one in people]
        games = [replace(one.game, agents=own) for one, own in zip(people, left, strict=True)]
        yield gathered(_playing(people, games))


def _simpler_shares(people: Sequence[Person]) -> Iterator[Game]:
    """Positive shares with a smaller common denominator, the smallest first."""
    common = lcm(*(one.share.denominator for one in people))
    for total in range(len(people), common):
        for count, weights in enumerate(compositions(total, len(people))):
            if count == MOST_SHARES:
                break
            if gcd(*weights) == 1:
                yield gathered(
                    [
                        replace(one, share=Fraction(weight, total))
                        for one, weight in zip(people, weights, strict=True)
                    ]
                )


def _playing(people: Sequence[Person], games: Sequence[Game]) -> list[Person]:
    """The users with these games in place of their own."""
    return [replace(one, game=game) for one, game in zip(people, games, strict=True)]


def _carrier(people: Sequence[Person]) -> Game:
    """The first user's game, with all other tables as those of further agents.

    These are the other users', then of each agent with a utility for each user the other ones.
    """
    games = [one.game for one in people]
    first, others = games[0], games[1:]
    tables = [game.utility for game in others]
    for n in range(len(first.agents)):
        tables += tables_for(games, n)[1:]
    sees = first.agents[0].sees
    further = tuple(Agent(f"table {n}", table, sees) for n, table in enumerate(tables))
    return replace(first, agents=first.agents + further)


def _carried(step: Game, people: Sequence[Person]) -> Game:
    """The game of all users whose carrier a step has led to."""
    games = [one.game for one in people]
    count, others = len(games[0].agents), len(games) - 1
    agents, further = step.agents[:count], [agent.utility for agent in step.agents[count:]]
    users = [step.utility, *further[:others]]
    rest = iter(further[others:])
    of_agents = [
        [agent.utility, *(next(rest) for _ in tables_for(games, n)[1:])]
        for n, agent in enumerate(agents)
    ]
    common = one_prior(people)

    def game(j: int) -> Game:
        """The game of the j-th user: as in the step, with her own prior where they differ."""
        source = step if common else games[j]
        return replace(
            step,
            user_observations=source.user_observations,
            joint=source.joint,
            utility=users[j],
            agents=tuple(
                replace(agent, utility=_of_user(j, tables))
                for agent, tables in zip(agents, of_agents, strict=True)
            ),
        )

    return gathered(_playing(people, [game(j) for j in range(len(people))]))


def _in_own_units(game: Game) -> Game:
    """The game with the numbers of every table divided by the greatest that divides them all."""

    def divided(table: Utility) -> Utility:
        common = lcm(*(value.denominator for value in table.values()))
        unit = gcd(*(int(value * common) for value in table.values())) or 1
        return {key: value * common / unit for key, value in table.items()}

    agents = tuple(replace(agent, utility=divided(agent.utility)) for agent in game.agents)
    return replace(game, utility=divided(game.utility), agents=agents)


def _of_user(j: int, tables: Sequence[Utility]) -> Utility:
    """An agent's utility for one user: the only one, or that for her."""
    return tables[j] if len(tables) > 1 else tables[0]
