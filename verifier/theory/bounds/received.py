"""The outcomes of whichever agent's rule a user receives, who picks one (theory.md 6.5).

She may mix between agents whose rules are worth the same to her, and between tied actions. So an
outcome is a mixture of parts, each with one agent and one set of messages, and each worth the same
to her. Agents who see no more than another need no parts of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from verifier.game.model import Agent, Cell
from verifier.numbers import integers
from verifier.solve.program import Goal, Key, Number, Program, Sense
from verifier.theory.bounds.pieces import Option
from verifier.theory.bounds.winner import Recommendations, recommendations
from verifier.theory.deviations.deviation import MessageSetBound
from verifier.theory.deviations.dominance import Mixture
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.persuasion import user_strategies

Added = tuple[Mapping[int, Fraction], Fraction]
"""What the agents' rows, times their multipliers, add up to in each column: multiples of the
payoffs of agents, by their numbers, and a multiple of hers.
"""

PART_LIMIT = 100
"""The largest number of agents' message sets whose mixtures are looked at."""

ATTEMPTS = 3
"""The most steps towards the same end; they add less and less, and the limit can be irrational."""


@dataclass(frozen=True, eq=False)
class Received:
    """The mixtures of signals of certain agents and message sets, as a program.

    Column (n, key) is the column of the n-th part times its share, ("share", n), in the mixture.
    """

    curves: Frontiers
    parts: Sequence[tuple[Agent, Recommendations]]

    @classmethod
    def of(cls, curves: Frontiers) -> Received:
        """All that a user may receive who picks one of the agents."""
        agents = most_informed(curves.game.agents)
        parts = [(agent, part) for agent in agents for part in recommendations(curves, agent.sees)]
        return cls(curves, parts)

    @property
    def dominated(self) -> dict[str, Mapping[tuple[int, str], Mixture]]:
        """The actions that she never takes, by the agent whose rule she receives."""
        return {agent.name: part.dominated for agent, part in self.parts}

    @property
    def attempts(self) -> int:
        """How often a step is worth while: each part is worth as much as has been proved so far."""
        return min(ATTEMPTS, len(self.parts))

    @cached_property
    def hers(self) -> Mapping[Key, int]:
        """Her payoff of each column, over the grain."""
        return {
            (n, key): value for n, (_, part) in self._numbered for key, value in part.hers.items()
        }

    @cached_property
    def his(self) -> Sequence[Mapping[Key, int]]:
        """Every agent's payoff of each column, over the grain."""
        return [
            {
                (n, key): value
                for n, (_, part) in self._numbered
                for key, value in part.his[i].items()
            }
            for i in range(len(self.curves.game.agents))
        ]

    def program(self, least: Fraction) -> Program:
        """The program of the least payoff of hers over mixtures of parts that are worth so much."""
        program = Program(Goal.MINIMISE)
        for n, _ in self._numbered:
            program.column(("share", n))
        for key, value in self.hers.items():
            program.column(key, value)
        for n, (_, part) in self._numbered:
            for name, row in part.program(Goal.MINIMISE).rows.items():
                program.row((n, name), self._shared(n, row.coefficients, row.bound), row.sense)
            worth = self._shared(n, part.hers, least / self.curves.game.grain)
            program.row((n, "start"), worth, Sense.AT_LEAST)
        shares: dict[Key, Number] = {("share", n): 1 for n, _ in self._numbered}
        program.row("mixture", shares, Sense.EQUAL, 1)
        return program

    def floor(self) -> dict[Key, Fraction]:
        """Multipliers of the program that prove the least of her payoffs in every cell."""
        found: dict[Key, Fraction] = {}
        sums = []
        for n, (_, part) in self._numbered:
            prices = cheapest(part.program(Goal.MINIMISE))
            found |= {(n, name): price for name, price in prices.items()}
            sums.append(sum(prices.values(), Fraction(0)))
        return {**found, "mixture": min(sums)}

    def options(self, dual: Mapping[Key, Fraction], added: Added) -> dict[str, tuple[Option, ...]]:
        """A dual solution as prices for every option of every agent."""
        found: dict[str, list[Option]] = {}
        own: dict[Key, dict[Key, Fraction]] = {}
        for key, m in dual.items():
            if isinstance(key, tuple):
                own.setdefault(key[0], {})[key[1]] = m
        for n, (agent, part) in self._numbered:
            option = as_prices(part, self._refused[agent.name], own[n], added)
            found.setdefault(agent.name, []).append(option)
        return {
            name: tuple(options) if len(options) > 1 else (of_all(options[0]),)
            for name, options in found.items()
        }

    @cached_property
    def _refused(self) -> Mapping[str, Recommendations]:
        """By agent, the strategies that none of his signals can recommend."""
        found: dict[str, Recommendations] = {}
        for agent, part in self.parts:
            if agent.name not in found:
                found[agent.name] = refused(part)
        return found

    @property
    def _numbered(self) -> Iterator[tuple[int, tuple[Agent, Recommendations]]]:
        return enumerate(self.parts)

    @staticmethod
    def _shared(n: int, row: Mapping[Key, Number], bound: Number) -> dict[Key, Number]:
        """A row of the n-th part, whose bound counts by the share of this part."""
        return {**{(n, key): value for key, value in row.items()}, ("share", n): -bound}


def refused(part: Recommendations) -> Recommendations:
    """The strategies that none of these signals can recommend."""
    able = set(part.able.strategies)
    every = user_strategies(part.curves.game, part.parts[0], part.dominated)
    return replace(part, strategies=tuple(s for s in every if s not in able))


def as_prices(
    part: Recommendations, refused: Recommendations, dual: Mapping[Key, Fraction], added: Added
) -> Option:
    """A part's dual solution as prices, also for strategies that the agent cannot recommend.

    Each of these is worth at most the prices if the losses that refute it count enough.
    """
    (payoffs, of_hers), start = added, dual.get("start", Fraction(1))
    prices = {cell: -dual["cell", cell] for cell in part.parts[0].cells}
    multipliers = obedience(dual)
    numbers, unit = integers([start - 1 + of_hers, *payoffs.values(), *prices.values()])
    own, times, charged = numbers[0], numbers[1 : len(payoffs) + 1], numbers[len(payoffs) + 1 :]
    weighed = [(own, refused.hers)]
    weighed += [(weight, refused.his[n]) for weight, n in zip(times, payoffs, strict=True)]
    for s in refused.strategies:
        excess = max(
            sum([weight * payoff["send", cell, s] for weight, payoff in weighed]) - price
            for cell, price in zip(prices, charged, strict=True)
        )
        if excess > 0:
            share = Fraction(excess, unit)
            multipliers |= {(s, *key): share * m for key, m in part.able.why_not(s).items()}
    whole = {cell: price * part.parts[0].grain for cell, price in prices.items()}
    total = sum(whole.values(), Fraction(0))
    strategies = (*part.strategies, *refused.strategies)
    names = [agent.name for agent in part.curves.game.agents]
    ties = {
        (*key[1:4], names[key[4]]): m
        for key, m in dual.items()
        if isinstance(key, tuple) and key[0] == "tied" and m
    }
    return Option(start, MessageSetBound(strategies, total, whole, multipliers, {}, {}), ties)


def of_all(option: Option) -> Option:
    """The option as the only one: it is for all strategies."""
    return replace(option, proof=replace(option.proof, strategies=None))


def obedience(dual: Mapping[Key, Fraction]) -> dict[Any, Fraction]:
    """The multipliers of the obedience rows that are not 0, by what follows in their keys."""
    return {
        key[1:]: m
        for key, m in dual.items()
        if isinstance(key, tuple) and key[0] == "obedience" and m
    }


def cheapest(program: Program) -> dict[Key, Fraction]:
    """The least cost in each equation, where every column is in one of them, with coefficient 1."""
    return {
        key: Fraction(min(program.costs[column] for column in row.coefficients))
        for key, row in program.rows.items()
        if row.sense is Sense.EQUAL
    }


def most_informed(agents: Sequence[Agent]) -> list[Agent]:
    """Agents of whom one sees at least as much as any other agent."""
    kept: list[Agent] = []
    for agent in agents:
        if not any(_refines(other.sees, agent.sees) for other in kept):
            kept = [other for other in kept if not _refines(agent.sees, other.sees)] + [agent]
    return kept


def _refines(fine: Sequence[Cell], coarse: Sequence[Cell]) -> bool:
    """Whether every cell of the one partition lies in a cell of the other."""
    return all(any(set(cell) <= set(wide) for wide in coarse) for cell in fine)
