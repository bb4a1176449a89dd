"""The size of a game, by which counterexamples are compared, and the scope of a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from verifier.game.model import Game, Utility
from verifier.game.shape import Shape, shape


@dataclass(frozen=True, order=True)
class Size:
    """The size of a game: its shape first, then denominators, utility differences and digits.

    `prior_denominator` is the common denominator of the prior, `scale` that of all utilities and of
    gamma. `largest_difference` is the most that any two actions differ in one state, for anybody,
    in units of 1/scale: it does not change when a number is added to all utilities of one state.
    `digits` adds up the absolute numerators of the utilities that are written in the file. The
    prior of several users is that of who comes, in which state.
    """

    shape: Shape
    prior_denominator: int
    scale: int
    largest_difference: int
    digits: int


def size(game: Game) -> Size:
    """The size of a game."""
    tables = tables_of(game)
    one = game.people[0].game if game.population else game
    numbers = [value for table in tables for value in table.values()]
    scale = lcm(*(value.denominator for value in [*numbers, game.gamma]))
    widest = max(spread(one, table) for table in tables)
    digits = sum(abs(value.numerator) for value in numbers) + game.gamma.numerator
    return Size(
        shape(game),
        lcm(*(p.denominator for p in game.joint.values())),
        scale,
        int(widest * scale),
        digits,
    )


def tables_of(game: Game) -> list[Utility]:
    """The user's utilities, then those of the agents; of several users each that is written."""
    if not game.population:
        return [game.utility, *(agent.utility for agent in game.agents)]
    games = [person.game for person in game.people]
    users = [one.utility for one in games]
    return users + [table for n in range(len(game.agents)) for table in tables_for(games, n)]


def tables_for(games: Sequence[Game], n: int) -> list[Utility]:
    """The utilities of the n-th agent for several users: one, where all are the same."""
    tables = [one.agents[n].utility for one in games]
    return tables[:1] if all(table == tables[0] for table in tables) else tables


def spread(game: Game, table: Mapping[tuple[str, str], Fraction]) -> Fraction:
    """The most that two actions differ in one state."""
    columns = ([table[a, y] for a in game.actions] for y in game.states)
    return max(max(column) - min(column) for column in columns)


@dataclass(frozen=True)
class Scope:
    """The largest games of a search.

    `observations` counts those of the agents where they do not see the state, `users` those who
    have one rule; `prior_denominator` and `largest_difference` bound the grid (`Size`).
    """

    agents: int = 2
    states: int = 3
    actions: int = 3
    observations: int = 3
    user_observations: int = 2
    words: int = 2
    prior_denominator: int = 6
    largest_difference: int = 4
    users: int = 2

    def shapes(self, least: Shape, *, own_observations: bool) -> Iterator[Shape]:
        """All shapes in the scope from `least` on, the smallest first.

        Without `own_observations` the agents see the state. A silent user without observations, a
        rich alphabet, and a single user stay as they are.
        """
        spans = (
            range(least.agents, self.agents + 1),
            range(least.states, self.states + 1),
            range(least.actions, self.actions + 1),
            range(least.observations, self.observations + 1) if own_observations else (0,),
            range(least.user_observations, self.user_observations + 1)
            if least.user_observations > 1
            else (1,),
            range(least.words, self.words + 1) if least.words else (0,),
            range(least.users, self.users + 1) if least.users > 1 else (1,),
        )
        for agents, states, actions, seen, hers, words, users in product(*spans):
            yield Shape(agents, states, actions, seen or states, hers, words, users)
