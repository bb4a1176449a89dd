"""What the user does and gets: payoffs, best responses to one agent's rule, and the
benchmarks (theory.md 1.3 and 3.1).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from verifier.kernel.document import affordable, fit, length, readable, require
from verifier.kernel.instance import Agent, Game, Utility

Point = tuple[
    str, str
]  # (user observation, agent observation), of positive probability
Payoff = dict[tuple[str, str, str], Fraction]  # (x_A, x_B, action) -> sum over y of p f
Cell = tuple[str, ...]
# A rule has one tuple of answers per user message. An answer (when, then): the agent
# says the same wherever her observation lies in `when`, and goes on with the rule
# `then`, or with nothing more (None).
Rule = tuple[tuple[tuple[Cell, "Rule | None"], ...], ...]


@dataclass(frozen=True)
class Position:
    """A game with the numbers that every claim needs, each derived here."""

    game: Game
    mass: dict[Point, Fraction]  # the points in instance order
    user: Payoff
    agents: dict[str, Payoff]
    optimal: dict[
        Point, tuple[str, ...]
    ]  # best actions when x_A and x_B are known, in instance order
    optimum: Fraction
    likely: dict[
        Point, dict[str, Fraction]
    ]  # the states of positive probability at a point

    @property
    def unique(self) -> bool:
        return all(len(best) == 1 for best in self.optimal.values())

    @property
    def users(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(x for x, _ in self.mass))


def study(game: Game) -> Position:
    """Derives points, payoffs, fully informed best actions and OPT."""
    tables = [game.utility, *(agent.utility for agent in game.agents)]
    longest = max(
        length([value for row in table.values() for value in row.values()])
        for table in tables
    )
    payoffs = len(game.joint) * len(game.actions) * len(tables)
    affordable(payoffs, longest + length([row[3] for row in game.joint]), "the payoffs")
    likely: dict[Point, dict[str, Fraction]] = {}
    for x, o, y, p in game.joint:
        likely.setdefault((x, o), {})[y] = p
    mass = {
        point: sum(states.values(), Fraction(0)) for point, states in likely.items()
    }

    def payoff(utility: Utility) -> Payoff:
        sums = {(*point, a): Fraction(0) for point in mass for a in game.actions}
        for x, o, y, p in game.joint:
            for a in game.actions:
                sums[x, o, a] += p * utility[a][y]
        return sums

    user = payoff(game.utility)
    best = {point: max(user[*point, a] for a in game.actions) for point in mass}
    optimal = {
        point: tuple(a for a in game.actions if user[*point, a] == best[point])
        for point in mass
    }
    agents = {agent.name: payoff(agent.utility) for agent in game.agents}
    return Position(
        game, mass, user, agents, optimal, sum(best.values(), Fraction(0)), likely
    )


def read_rule(value: Any, game: Game, agent: Agent) -> Rule:
    """A deterministic rule that fits the protocol and says nothing that the agent does
    not see.
    """
    where = f"the rule of {agent.name}"

    def read(value: Any, cell: Cell, rounds: int) -> Rule:
        messages = fit(value, [[([str], Any)]], where)
        good = rounds > 0 and 1 <= len(messages) <= game.user_alphabet
        require(good, f"{where} has more rounds or user messages than the conversation")
        return tuple(answers(message, cell, rounds) for message in messages)

    def answers(
        message: list[Any], cell: Cell, rounds: int
    ) -> tuple[tuple[Cell, Rule | None], ...]:
        parts = [set(when) for when, _ in message]
        split = sorted(x for when, _ in message for x in when) == sorted(cell) and all(
            parts
        )
        require(split, f"{where}: the answers do not split {list(cell)}")
        fits = game.agent_alphabet is None or len(message) <= game.agent_alphabet
        require(
            fits,
            f"{where} has {len(message)} answers where the alphabet has"
            f" {game.agent_alphabet}",
        )
        together = [set(seen) & set(cell) for seen in agent.sees]
        blind = all(
            seen <= part or not seen & part for seen in together for part in parts
        )
        require(blind, f"{where}: an answer separates what the agent cannot tell apart")
        return tuple(
            (tuple(when), None if then is None else read(then, tuple(when), rounds - 1))
            for when, then in message
        )

    return read(value, game.agent_observations, game.rounds)


def leaves(rule: Rule) -> list[Cell]:
    """The sets of observations that the user can be left with."""
    answers = [answer for message in rule for answer in message]
    return [
        cell
        for when, then in answers
        for cell in ([when] if then is None else leaves(then))
    ]


def separates(position: Position, rule: Rule) -> bool:
    """Whether the user learns the agent's observation, whatever she says."""
    return all(
        len({o for _, o in position.mass} & set(cell)) <= 1 for cell in leaves(rule)
    )


def respond(
    position: Position, rule: Rule, other: Payoff, sign: int, first: bool = False
) -> tuple[Fraction, Fraction]:
    """The user's best value against one rule, and the most (sign 1) or least (sign -1)
    of `other` over her best responses.

    With `first`, ties between actions go to the first in the instance's order.
    """

    def act(x: str, cell: Cell) -> tuple[Fraction, Fraction]:
        here = [(x, o) for o in cell if (x, o) in position.mass]
        options = [
            (
                sum((position.user[*h, a] for h in here), Fraction(0)),
                sum((sign * other[*h, a] for h in here), Fraction(0)),
            )
            for a in position.game.actions
        ]
        return max(options, key=lambda pair: pair[0]) if first else max(options)

    def talk(x: str, rule: Rule) -> tuple[Fraction, Fraction]:
        options = []
        for message in rule:
            parts = [
                act(x, when) if then is None else talk(x, then)
                for when, then in message
            ]
            options.append(
                (
                    sum((p[0] for p in parts), Fraction(0)),
                    sum((p[1] for p in parts), Fraction(0)),
                )
            )
        return max(options)

    found = [talk(x, rule) for x in position.users]
    return sum((p[0] for p in found), Fraction(0)), sign * sum(
        (p[1] for p in found), Fraction(0)
    )


def belief(position: Position, x: str, seen: dict[str, Fraction]) -> tuple[Any, ...]:
    """Her observation and her posterior over states, when what she hears comes with
    these probabilities given each x_B.
    """
    weight: dict[str, Fraction] = {}
    for o, share in seen.items():
        for y, p in position.likely.get((x, o), {}).items():
            weight[y] = weight.get(y, Fraction(0)) + p * share
    total = sum(weight.values(), Fraction(0))
    return (x, *((y, weight[y] / total) for y in sorted(weight) if weight[y]))


def common_cells(game: Game, agents: Sequence[Agent]) -> tuple[Cell, ...]:
    """The finest partition of the agent observations that each of these agents can
    follow.
    """
    cells = [{o} for o in game.agent_observations]
    for seen in [set(cell) for agent in agents for cell in agent.sees]:
        cells = [cell for cell in cells if not cell & seen] + [
            seen.union(*(cell for cell in cells if cell & seen))
        ]
    return tuple(
        tuple(o for o in game.agent_observations if o in cell) for cell in cells
    )


def fits(game: Game, cells: Sequence[Cell]) -> bool:
    """Whether R answers can name every cell: then full revelation is the most
    informative rule.
    """
    return game.agent_alphabet is None or game.agent_alphabet ** min(
        game.rounds, 10
    ) >= len(cells)


def team(position: Position, cells: Sequence[Cell]) -> Fraction:
    """TEAM for an agent who sees these cells: the recursion over rectangles of
    theory.md 3.1, by plain enumeration.
    """
    game = position.game

    @cache
    def best(users: tuple[str, ...], cells: tuple[Cell, ...], turns: int) -> Fraction:
        if turns == 0:
            known = [
                [(x, o) for cell in cells for o in cell if (x, o) in position.mass]
                for x in users
            ]
            sums = [
                [
                    sum((position.user[*h, a] for h in here), Fraction(0))
                    for a in game.actions
                ]
                for here in known
            ]
            return sum((max(options) for options in sums), Fraction(0))
        if turns % 2 == 0:  # the user speaks, then the agent answers
            ways = partitions(users, game.user_alphabet)
            return max(
                sum((best(part, cells, turns - 1) for part in way), Fraction(0))
                for way in ways
            )
        ways = partitions(cells, game.agent_alphabet or len(cells))
        return max(
            sum((best(users, part, turns - 1) for part in way), Fraction(0))
            for way in ways
        )

    if fits(game, cells):
        return sum((best(position.users, (cell,), 0) for cell in cells), Fraction(0))
    small = len(cells) <= 7 and len(position.users) <= 5 and game.rounds <= 4
    readable(
        small,
        "too large: the kernel bounds TEAM up to 7 cells, 5 user observations and 4"
        " rounds",
    )
    sets = 2 ** (len(position.users) + len(cells) - 2)
    steps = sets * len(position.mass) * len(game.actions)
    affordable(steps, length(position.user.values()), "TEAM")
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
