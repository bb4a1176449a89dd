"""The quantal user's numbers: sums of quotients of exponentials (theory.md 3, QR; 4, G2; 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from verifier.errors import SizeError
from verifier.game.model import Agent, Cell, Game, Payoff
from verifier.game.rules import Rule, spell
from verifier.solve.exponential import ExponentialSum, QuotientSum

MAX_CELLS = 12
"""Most observation cells for which the best poor-alphabet script is looked for."""


def informed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The expectation of `payoff` when she learns x_B and takes a with probability ~ base^(eta
    E[u(a, y) | x_A, x_B]).
    """
    return _replies(game, payoff, [[point] for point in game.points])


def uninformed_reply(game: Game, payoff: Payoff) -> QuotientSum:
    """The same when she learns nothing but x_A."""
    alone: dict[str, list[tuple[str, str]]] = {}
    for point in game.points:
        alone.setdefault(point[0], []).append(point)
    return _replies(game, payoff, list(alone.values()))


def _replies(
    game: Game, payoff: Payoff, together: Sequence[Sequence[tuple[str, str]]]
) -> QuotientSum:
    """She can tell apart two points only if they are not together."""
    eta, base = game.quantal.eta, game.quantal.base
    total = QuotientSum.constant_sum(base, Fraction(0))
    for inside in together:
        mass = sum((game.probability[point] for point in inside), Fraction(0))
        above: dict[Fraction, Fraction] = {}
        below: dict[Fraction, Fraction] = {}
        for a in game.actions:
            power = (
                eta * sum((game.user_payoff[(*point, a)] for point in inside), Fraction(0)) / mass
            )
            above[power] = above.get(power, Fraction(0)) + sum(
                (payoff[(*point, a)] for point in inside), Fraction(0)
            )
            below[power] = below.get(power, Fraction(0)) + 1
        total += QuotientSum(base, Fraction(0), ((ExponentialSum(above), ExponentialSum(below)),))
    return total


def conditional(game: Game, point: tuple[str, str]) -> dict[str, Fraction]:
    """E[u(a, y) | x_A, x_B] for every action."""
    return {a: game.user_payoff[(*point, a)] / game.probability[point] for a in game.actions}


def total_variation(game: Game, delta: Fraction) -> QuotientSum:
    """tanh(eta delta / 2) for base e, (b^x - 1) / (b^x + 1) with x = eta delta for base b: how far
    her choices can move.
    """
    power, one = game.quantal.eta * delta, Fraction(1)
    if power == 0:
        return QuotientSum.constant_sum(game.quantal.base, Fraction(0))
    above = ExponentialSum({power: one, Fraction(0): -one})
    below = ExponentialSum({power: one, Fraction(0): one})
    return QuotientSum(game.quantal.base, Fraction(0), ((above, below),))


def span(agent: Agent) -> Fraction:
    """max U_i - min U_i."""
    return max(agent.utility.values()) - min(agent.utility.values())


def variation(game: Game, cells: Sequence[Cell]) -> Fraction:
    """delta: the most that some E[u(a, y) | x_A, x_B] varies inside a cell (theory.md 4, G2)."""
    means = {point: conditional(game, point) for point in game.points}
    widest = Fraction(0)
    for cell in cells:
        for x_user in game.user_support:
            inside = [means[x_user, x] for x in cell if (x_user, x) in means]
            for a in game.actions if inside else ():
                widest = max(
                    widest, max(mean[a] for mean in inside) - min(mean[a] for mean in inside)
                )
    return widest


@dataclass(frozen=True)
class Script:
    """An agent's sorting of x_B that leaves her least uncertain, said without questions."""

    rule: Rule
    delta: Fraction


def sharpest_script(game: Game, agent: Agent) -> Script:
    """The rule of this agent with the least delta: all cells where they fit, else the best merging
    of them.

    Raises SizeError for more than MAX_CELLS cells that do not fit.
    """
    asked = "sharpest script", agent.name, agent.sees
    if asked not in game.memo:
        game.memo[asked] = _sharpest(game, agent.name, agent.sees)
    found: Script = game.memo[asked]
    return found


def _sharpest(game: Game, name: str, sees: tuple[Cell, ...]) -> Script:
    talk = game.conversation
    cells = sees if talk.conveys(len(sees)) else _merged(game, name, sees)
    return Script(spell(cells, talk), variation(game, cells))


def _merged(game: Game, name: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Least delta over partitions of the cells into at most |M_B|^R parts: a min-max recursion over
    subsets.
    """
    talk = game.conversation
    if len(cells) > MAX_CELLS:
        raise SizeError(
            f"{name} sees {len(cells)} cells, more than {MAX_CELLS}: too many to find the best of"
            f" all mergings into {talk.agent_alphabet}^{talk.rounds} messages; give the agent a"
            " larger alphabet or fewer cells"
        )
    words = talk.messages(len(cells))

    def union(members: Sequence[int]) -> Cell:
        return tuple(x for n in members for x in cells[n])

    worth = cache(lambda members: variation(game, [union(members)]))

    @cache
    def best(members: tuple[int, ...], parts: int) -> tuple[Fraction, tuple[tuple[int, ...], ...]]:
        if not members:
            return Fraction(0), ()
        if parts == 1:
            return worth(members), (members,)
        options = []
        for part, rest in _splits(members):
            later, others = best(rest, parts - 1)
            options.append((max(worth(part), later), (part, *others)))
        return min(options, key=lambda option: option[0])

    return tuple(union(part) for part in best(tuple(range(len(cells))), words)[1])


def _splits(members: tuple[int, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """All (part, rest) where the part holds the first member."""
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((members[0],), ())]
    for n in members[1:]:
        found = [pair for part, rest in found for pair in (((*part, n), rest), (part, (*rest, n)))]
    return found
