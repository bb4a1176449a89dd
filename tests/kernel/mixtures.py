"""What a user may have who hears one agent, by linear programs over signals: mixtures of whatever
she may hear and do that no agent betters. No prices, no code of the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from tests.oracles import USER, best_value, obedient, possible_cells, situations, worth
from verifier.game.model import Agent, Cell, Game, Ties
from verifier.solve.program import Goal, Key, Number, Program, Sense

F = Fraction

Strategy = tuple[str, ...]

Payoffs = dict[Any, dict[str, Fraction]]
"""(cell, strategy) -> the user or an agent -> what it is worth."""

CLOSE = F(1, 10**6)
"""How strictly she must prefer what a deviating agent recommends, for what he surely gets."""


def programs(game: Game, agent: Agent) -> Iterator[tuple[Program, Payoffs]]:
    """The agent's rules, for every set of so many strategies as he has words.

    Under `order` without strategies that she never follows, since an earlier action is as good.
    """
    never = passed_over(game, agent) if game.ties is Ties.ORDER else set()
    for program, payoffs in obedient(game, agent.sees, [], game.conversation.capacity):
        keys: list[Any] = list(payoffs)
        for cell, strategy in keys:
            if never & set(enumerate(strategy)):
                program.row(("never", cell, strategy), {(cell, strategy): 1}, Sense.EQUAL)
        yield program, payoffs


def passed_over(game: Game, agent: Agent) -> set[tuple[int, str]]:
    """(number of the type, action): wherever it is best, one earlier action is as good."""
    tables, types = told_apart(game, agent)
    found = set()
    for n, t in enumerate(types):
        hers: dict[Key, dict[str, Fraction]] = {
            cell: worth(game, game.utility, table.get(t, {})) for cell, table in tables.items()
        }
        for a, first in combinations(reversed(game.actions), 2):
            program = Program(Goal.MAXIMISE)
            for cell in hers:
                program.column(cell)
            whole: dict[Key, Number] = dict.fromkeys(hers, 1)
            program.row("sum", whole, Sense.AT_MOST, 1)
            for b in game.actions:
                gains: dict[Key, Number] = {cell: w[a] - w[b] for cell, w in hers.items()}
                program.row(("best", b), gains, Sense.AT_LEAST)
            better: dict[Key, Fraction] = {cell: w[a] - w[first] for cell, w in hers.items()}
            if not best_value(program, better):
                found.add((n, a))
    return found


def told_apart(game: Game, agent: Agent) -> tuple[dict[Cell, Any], list[Any]]:
    """What is possible in each cell of the agent, by her types, and all of these."""
    tables = {
        seen: situations(game, [], {x: F(x in seen) for x in game.agent_observations})
        for seen in possible_cells(game, agent)
    }
    return tables, list(dict.fromkeys(t for found in tables.values() for t in found))


def could_get(game: Game, agent: Agent, v: Fraction) -> Fraction | None:
    """What an agent gets, at least, by some offer that is worth more than v; None if he has none.

    Where ties favour him the most; else by rules that she follows strictly, and by the worst of
    actions that are the same to her. A single agent is heard whatever he offers.
    """
    favoured, found = game.ties is Ties.FAVOUR_SPEAKER, list[Fraction]()
    for program, payoffs in programs(game, agent):
        hers = {key: worths[USER] for key, worths in payoffs.items()}
        his = {key: worths[agent.name] for key, worths in payoffs.items()}
        if not favoured:
            his = {(cell, s): worst(game, agent, cell, s) for cell, s in payoffs}
        strict = Program(Goal.MAXIMISE, dict(program.costs))
        for name, row in program.rows.items():
            prefers = row.sense is Sense.AT_LEAST and not favoured
            margin = CLOSE if prefers and any(row.coefficients.values()) else F(0)
            less = {key: c - margin for key, c in row.coefficients.items()}
            strict.row(name, less, row.sense, row.bound)
        if len(game.agents) > 1:
            strict.row("hers", hers, Sense.AT_LEAST, v if favoured else v + CLOSE)
        value = best_value(strict, his)
        found += [] if value is None else [value]
    return max(found, default=None)


def worst(game: Game, agent: Agent, cell: Cell, strategy: Strategy) -> Fraction:
    """His payoff of a strategy in a cell, by the worst of what is the same to her in every cell."""
    (tables, types), total = told_apart(game, agent), F(0)
    for t, action in zip(types, strategy, strict=True):
        hers = [worth(game, game.utility, found.get(t, {})) for found in tables.values()]
        same = [b for b in game.actions if all(w[b] == w[action] for w in hers)]
        his = worth(game, agent.utility, tables[cell].get(t, {}))
        total += min(his[b] for b in same)
    return total


def passes(game: Game, v: Fraction, most: Mapping[str, Fraction | None]) -> bool:
    """Whether some mixture of all that she may hear, each part worth v, gives agents so much."""
    whole, shares = Program(Goal.MAXIMISE), list[Key]()
    his: dict[str, dict[Key, Fraction]] = {name: {} for name in most}
    for agent in game.agents:
        for program, payoffs in programs(game, agent):
            n = len(shares)
            share = ("share", n)
            shares.append(share)
            whole.column(share)
            for key in payoffs:
                whole.column((n, key))
            for name, row in program.rows.items():
                moved: dict[Key, Number] = {(n, key): c for key, c in row.coefficients.items()}
                whole.row((n, name), moved | {share: -row.bound}, row.sense)
            hers: dict[Key, Number] = {(n, key): worths[USER] for key, worths in payoffs.items()}
            whole.row((n, "hers"), hers | {share: -v}, Sense.EQUAL)
            for name, found in his.items():
                found.update({(n, key): worths[name] for key, worths in payoffs.items()})
    whole.row("shares", dict.fromkeys(shares, 1), Sense.EQUAL, 1)
    for name, least in most.items():
        if least is not None:
            whole.row(("his", name), his[name], Sense.AT_LEAST, least - game.gamma)
    return best_value(whole, {}) is not None
