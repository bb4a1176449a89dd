"""Signals: one-shot rules of several agents, what the user hears of them, and the outcome
(theory.md 1 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError
from verifier.game.game import Agent, Ties
from verifier.game.profile import Signal
from verifier.game.rule import Cell
from verifier.game.user import Payoff, Stakes

HEARD_LIMIT = 200_000
"""Most things (messages of all agents, at every point) that the user may hear; the kernel looks at
as many.
"""

Type = tuple[str, ...]
"""x_A, then what each agent says: all that the user knows."""

Faced = Mapping[Type, Mapping[str, Fraction]]
"""Type -> x_B -> the probability that these messages are sent at x_B, where (x_A, x_B) is possible
and it is positive.
"""

Response = Mapping[Type, str]
"""What she does for everything that she may hear."""


def hear(stakes: Stakes, signals: Sequence[Signal]) -> dict[Type, dict[str, Fraction]]:
    """Everything that she may hear from these signals, drawn independently given x_B.

    Raises SizeError beyond HEARD_LIMIT.
    """
    size = sum(prod(len(signal[x]) for signal in signals) for _, x in stakes.game.points)
    if size > HEARD_LIMIT:
        raise SizeError(
            f"the user may hear {size} combinations of messages, the limit is {HEARD_LIMIT}; use"
            " fewer messages"
        )
    told: dict[Type, dict[str, Fraction]] = {}
    for x_user, x in stakes.game.points:
        for words in product(*(signal[x].items() for signal in signals)):
            chance = prod((p for _, p in words), start=Fraction(1))
            told.setdefault((x_user, *(word for word, _ in words)), {})[x] = chance
    return told


def expected(payoff: Payoff, told: Faced, response: Response) -> Fraction:
    """The expectation of a payoff when she responds so."""
    terms = (p * payoff[t[0], x, response[t]] for t, seen in told.items() for x, p in seen.items())
    return sum(terms, Fraction(0))


def values(
    stakes: Stakes, payoff: Payoff, heard: Type, seen: Mapping[str, Fraction]
) -> dict[str, Fraction]:
    """What each action is worth by this payoff where she hears this, times the probability that she
    does.
    """
    return {
        a: sum((p * payoff[heard[0], x, a] for x, p in seen.items()), Fraction(0))
        for a in stakes.game.actions
    }


def optimal(
    stakes: Stakes, heard: Type, seen: Mapping[str, Fraction], ties: Ties = Ties.ANY
) -> tuple[str, ...]:
    """Her best actions where she hears this, in instance order; only the first under `order`."""
    worth = values(stakes, stakes.user, heard, seen)
    best = tuple(a for a in worth if worth[a] == max(worth.values()))
    return best[:1] if ties is Ties.ORDER else best


def belief(
    stakes: Stakes, heard: Type, seen: Mapping[str, Fraction]
) -> tuple[str, tuple[Fraction, ...]]:
    """Her observation and her posterior over states."""
    mass = dict.fromkeys(stakes.game.states, Fraction(0))
    for (x_user, x, state), p in stakes.game.joint.items():
        if x_user == heard[0] and x in seen:
            mass[state] += p * seen[x]
    total = sum(mass.values())
    return heard[0], tuple(p / total for p in mass.values())


def consistent(stakes: Stakes, told: Faced, response: Response) -> bool:
    """Whether she takes the same action wherever she believes the same, as ties = belief asks."""
    chosen: dict[tuple[str, tuple[Fraction, ...]], str] = {}
    return all(
        chosen.setdefault(belief(stakes, t, seen), response[t]) == response[t]
        for t, seen in told.items()
    )


@dataclass(frozen=True)
class Facing:
    """One agent against a block of types that he cannot treat apart: payoffs by (cell, number of
    the type, action).

    Each is an expectation over the points of the cell, times the probability of the type's messages
    there.
    """

    agent: Agent
    types: tuple[Type, ...]
    cells: tuple[Cell, ...]
    hers: Mapping[tuple[Cell, int, str], Fraction]
    his: Mapping[tuple[Cell, int, str], Fraction]


def facing(stakes: Stakes, agent: Agent, faced: Faced) -> Facing:
    """The tables of one agent against these types."""
    possible = {x for seen in faced.values() for x in seen}
    cells = tuple(cell for cell in agent.sees if possible.intersection(cell))

    def table(payoff: Payoff) -> dict[tuple[Cell, int, str], Fraction]:
        return {
            (cell, n, a): sum(
                (seen[x] * payoff[t[0], x, a] for x in cell if x in seen), Fraction(0)
            )
            for cell in cells
            for n, (t, seen) in enumerate(faced.items())
            for a in stakes.game.actions
        }

    return Facing(agent, tuple(faced), cells, table(stakes.user), table(stakes.agents[agent.name]))


def blocks(agent: Agent, faced: Faced) -> Iterator[Faced]:
    """The types in groups that share no cell of the agent: he persuades each group by itself."""
    groups: list[set[Type]] = [{t} for t in faced]
    for cell in agent.sees:
        touched = [
            group for group in groups if any(not faced[t].keys().isdisjoint(cell) for t in group)
        ]
        groups = [group for group in groups if group not in touched] + (
            [set[Type]().union(*touched)] if touched else []
        )
    for group in groups:
        yield {t: faced[t] for t in faced if t in group}
