"""The quantal user's numbers: sums of quotients of exponentials (theory.md 3, QR; 4, G2; 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from verifier.errors import SizeError
from verifier.game.model import Agent
from verifier.game.response import Payoff, Stakes
from verifier.game.rules import Cell, Rule, room, spell
from verifier.solve.exponential import ExponentialSum, QuotientSum

MAX_CELLS = 12
"""Most observation cells for which the best poor-alphabet script is looked for."""


def informed_reply(stakes: Stakes, payoff: Payoff) -> QuotientSum:
    """The expectation of `payoff` when she learns x_B and takes a with probability ~ base^(eta
    E[u(a, y) | x_A, x_B]).
    """
    return _replies(stakes, payoff, [[point] for point in stakes.game.points])


def uninformed_reply(stakes: Stakes, payoff: Payoff) -> QuotientSum:
    """The same when she learns nothing but x_A."""
    alone: dict[str, list[tuple[str, str]]] = {}
    for point in stakes.game.points:
        alone.setdefault(point[0], []).append(point)
    return _replies(stakes, payoff, list(alone.values()))


def _replies(
    stakes: Stakes, payoff: Payoff, together: Sequence[Sequence[tuple[str, str]]]
) -> QuotientSum:
    """She can tell apart two points only if they are not together."""
    eta, base = stakes.game.quantal.eta, stakes.game.quantal.base
    total = QuotientSum.constant_sum(base, Fraction(0))
    for inside in together:
        mass = sum((stakes.game.probability[point] for point in inside), Fraction(0))
        above: dict[Fraction, Fraction] = {}
        below: dict[Fraction, Fraction] = {}
        for a in stakes.game.actions:
            power = eta * sum((stakes.user[(*point, a)] for point in inside), Fraction(0)) / mass
            above[power] = above.get(power, Fraction(0)) + sum(
                (payoff[(*point, a)] for point in inside), Fraction(0)
            )
            below[power] = below.get(power, Fraction(0)) + 1
        total += QuotientSum(base, Fraction(0), ((ExponentialSum(above), ExponentialSum(below)),))
    return total


def conditional(stakes: Stakes, point: tuple[str, str]) -> dict[str, Fraction]:
    """E[u(a, y) | x_A, x_B] for every action."""
    return {
        a: stakes.user[(*point, a)] / stakes.game.probability[point] for a in stakes.game.actions
    }


def total_variation(stakes: Stakes, delta: Fraction) -> QuotientSum:
    """tanh(eta delta / 2) for base e, (b^x - 1) / (b^x + 1) with x = eta delta for base b: how far
    her choices can move.
    """
    power, one = stakes.game.quantal.eta * delta, Fraction(1)
    if power == 0:
        return QuotientSum.constant_sum(stakes.game.quantal.base, Fraction(0))
    above = ExponentialSum({power: one, Fraction(0): -one})
    below = ExponentialSum({power: one, Fraction(0): one})
    return QuotientSum(stakes.game.quantal.base, Fraction(0), ((above, below),))


def span(agent: Agent) -> Fraction:
    """max U_i - min U_i."""
    return max(agent.utility.values()) - min(agent.utility.values())


def variation(stakes: Stakes, cells: Sequence[Cell]) -> Fraction:
    """delta: the most that some E[u(a, y) | x_A, x_B] varies inside a cell (theory.md 4, G2)."""
    means = {point: conditional(stakes, point) for point in stakes.game.points}
    widest = Fraction(0)
    for cell in cells:
        for x_user in stakes.user_observations:
            inside = [means[x_user, x] for x in cell if (x_user, x) in means]
            for a in stakes.game.actions if inside else ():
                widest = max(
                    widest, max(mean[a] for mean in inside) - min(mean[a] for mean in inside)
                )
    return widest


@dataclass(frozen=True)
class Script:
    """An agent's sorting of x_B that leaves her least uncertain, said without questions."""

    rule: Rule
    delta: Fraction


def sharpest_script(stakes: Stakes, agent: Agent) -> Script:
    """The rule of this agent with the least delta: all cells where they fit, else the best merging
    of them.

    Raises SizeError for more than MAX_CELLS cells that do not fit.
    """
    return _sharpest(stakes, agent.name, agent.sees)


@lru_cache(maxsize=256)
def _sharpest(stakes: Stakes, name: str, sees: tuple[Cell, ...]) -> Script:
    """The claim and the equilibria ask for the same scripts."""
    talk = stakes.game.conversation
    cells = sees if room(talk, len(sees)) else _merged(stakes, name, sees)
    return Script(spell(cells, talk), variation(stakes, cells))


def _merged(stakes: Stakes, name: str, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """Least delta over partitions of the cells into at most |M_B|^R parts: a min-max recursion over
    subsets.
    """
    talk = stakes.game.conversation
    if talk.agent_alphabet == "rich":
        return cells
    if len(cells) > MAX_CELLS:
        raise SizeError(
            f"{name} sees {len(cells)} cells, more than {MAX_CELLS}: too many to find the best of"
            f" all mergings into {talk.agent_alphabet}^{talk.rounds} messages; give the agent a"
            " larger alphabet or fewer cells"
        )
    words = min(talk.agent_alphabet**talk.rounds, len(cells))

    def union(members: Sequence[int]) -> Cell:
        return tuple(x for n in members for x in cells[n])

    worth = cache(lambda members: variation(stakes, [union(members)]))

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
