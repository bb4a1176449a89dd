"""A game with its payoffs and benchmarks (theory.md 1.3 and 3.1)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from verifier.kernel.reader.document import SPENT, affordable, length, readable, total
from verifier.kernel.reader.instance import Agent, Game, Utility

Point = tuple[str, str]  # (x_A, x_B) of positive probability
Payoff = dict[tuple[str, str, str], Fraction]  # (x_A, x_B, action) -> sum over y of p f
Cell = tuple[str, ...]


class Position(NamedTuple):
    """A game with the numbers that every claim needs, each derived here."""

    game: Game
    likely: dict[Point, dict[str, Fraction]]  # in instance order -> state -> p > 0
    mass: dict[Point, Fraction]
    user: Payoff
    agents: dict[str, Payoff]
    optimal: dict[Point, tuple[str, ...]]  # her best actions, knowing x_A and x_B
    bits: int  # the longest payoff
    users: tuple[str, ...]  # the observations of hers that have a point

    @property
    def unique(self) -> bool:
        return all(len(best) == 1 for best in self.optimal.values())

    @property
    def optimum(self) -> Fraction:
        """OPT."""
        return total(self.user[*h, best[0]] for h, best in self.optimal.items())


def study(game: Game) -> Position:
    """Derives points, payoffs, and fully informed best actions; work is counted from
    here.
    """
    SPENT[0] = 0
    tables = [game.utility, *(agent.utility for agent in game.agents)]
    numbers = [[v for row in table.values() for v in row.values()] for table in tables]
    bits = max(map(length, numbers)) + length([row[3] for row in game.joint])
    affordable(len(game.joint) * len(game.actions) * len(tables), bits, "the payoffs")
    likely: dict[Point, dict[str, Fraction]] = {}
    for x, o, y, p in game.joint:
        likely.setdefault((x, o), {})[y] = p

    def payoff(utility: Utility) -> Payoff:
        return {
            (*h, a): total(p * utility[a][y] for y, p in ys.items())
            for h, ys in likely.items()
            for a in game.actions
        }

    user = payoff(game.utility)
    best = {h: max(user[*h, a] for a in game.actions) for h in likely}
    return Position(
        game,
        likely,
        {h: total(ys.values()) for h, ys in likely.items()},
        user,
        {agent.name: payoff(agent.utility) for agent in game.agents},
        {h: tuple(a for a in game.actions if user[*h, a] == best[h]) for h in likely},
        bits,
        tuple(dict.fromkeys(x for x, _ in likely)),
    )


def belief(position: Position, x: str, seen: dict[str, Fraction]) -> tuple[Any, ...]:
    """Her observation and her posterior over states, when what she hears comes with
    these probabilities given each x_B.
    """
    weight: dict[str, Fraction] = {}
    for o, share in seen.items():
        for y, p in position.likely[x, o].items():
            weight[y] = weight.get(y, Fraction(0)) + p * share
    likely = total(weight.values())
    return (x, *((y, weight[y] / likely) for y in sorted(weight)))


def common_cells(game: Game, agents: Sequence[Agent]) -> tuple[Cell, ...]:
    """The finest partition of the agent observations that each of these agents can
    follow.
    """
    order = game.agent_observations
    affordable(len(order) * (len(agents) + len(order) // 20), 0, "a common partition")
    cells = {o: {o} for o in order}
    for seen in (cell for agent in agents for cell in agent.sees):
        together = set().union(*(cells[o] for o in seen))
        cells |= dict.fromkeys(together, together)
    found = (tuple(o for o in order if o in cells[x]) for x in order)
    return tuple(dict.fromkeys(found))


def fits(game: Game, cells: Sequence[Cell]) -> bool:
    """Whether R answers can name every cell: then telling it is the most informative
    rule.
    """
    words = game.agent_alphabet
    return words is None or words ** min(game.rounds, 10) >= len(cells)


def team(position: Position, cells: Sequence[Cell]) -> Fraction:
    """TEAM for an agent who sees these cells: the recursion over rectangles of
    theory.md 3.1, by plain enumeration.
    """
    game, told = position.game, dict[Point, list[Point]]()
    named = {o: cell[0] for cell in cells for o in cell}
    affordable(len(position.user) + len(named), position.bits, "TEAM")
    for x, o in position.mass:
        told.setdefault((x, named[o]), []).append((x, o))

    @cache
    def best(users: tuple[str, ...], cells: tuple[Cell, ...], turns: int) -> Fraction:
        if turns == 0:
            return total(act(x, cells) for x in users)
        if turns % 2 == 0:  # the user speaks, then the agent answers
            return max(
                total(best(part, cells, turns - 1) for part in way)
                for way in partitions(users, game.user_alphabet)
            )
        return max(
            total(best(users, part, turns - 1) for part in way)
            for way in partitions(cells, game.agent_alphabet or len(cells))
        )

    def act(x: str, cells: Sequence[Cell]) -> Fraction:
        here = [h for cell in cells for h in told.get((x, cell[0]), ())]
        return max(total(position.user[*h, a] for h in here) for a in game.actions)

    if fits(game, cells):
        return total(act(x, [(cell,)]) for x, cell in told)
    small = len(cells) <= 7 and len(position.users) <= 5 and game.rounds <= 4
    readable(
        small,
        "too large: the kernel bounds TEAM up to 7 cells, 5 user observations and 4"
        " rounds",
    )
    sets = 2 ** (len(position.users) + len(cells) - 2)
    steps = 2 * game.rounds * sets * len(position.user)
    affordable(steps, position.bits, "TEAM")
    return best(position.users, tuple(cells), 2 * game.rounds)


def partitions(whole: tuple[Any, ...], most: int) -> Iterator[list[tuple[Any, ...]]]:
    """The partitions of `whole` into at most `most` parts."""
    if not whole:
        yield []
        return
    for part in partitions(whole[1:], most):
        yield from (
            [*part[:n], (whole[0], *part[n]), *part[n + 1 :]] for n in range(len(part))
        )
        if len(part) < most:
            yield [(whole[0],), *part]
