"""Bounds by prices on what an agent gets by deviating."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

from tests.second_checker.game import Agent, Game, Shares, Weights
from tests.second_checker.play import HerType, Rule, Talk
from tests.second_checker.reading import (
    ONE,
    ZERO,
    Json,
    keys,
    listing,
    need,
    readable,
    records,
    text,
)

MAX_SETS = 5_000

Strategy = tuple[str, ...]
"""An action for every type of a block."""

Name = tuple[str, ...]
"""The name of a type: (x_A, words...)."""


class Block:
    """A block of types that one agent faces."""

    def __init__(self, game: Game, agent: Agent, types: list[HerType]) -> None:
        self.game, self.agent, self.types = game, agent, types
        possible = {x for her in types for x in her.q}
        self.cells = {cell[0]: cell for cell in agent.cells if possible & set(cell)}

    def w(self, weights: Weights, cell: str, n: int, a: str) -> Fraction:
        """Return W_f(c, n, a)."""
        her = self.types[n]
        return sum(
            (her.q[x] * weights[her.name[0], x, a] for x in self.cells[cell] if x in her.q),
            ZERO,
        )

    def passed_over(self, value: Any) -> set[tuple[int, str]]:
        """Read which actions at which types are passed over."""
        actions = self.game.actions
        better = self.mixtures(value)
        need(not better or self.game.ties in ("any", "order"), "nothing is passed over")
        for (n, a), mixture in better.items():
            if self.game.ties == "any":
                need(any((n, b) not in better for b in mixture), "all are passed over")
            else:
                need(any(actions.index(b) < actions.index(a) for b in mixture), "none is earlier")
        return set(better)

    def mixtures(self, value: Any) -> dict[tuple[int, str], Shares]:
        """Read mixtures of actions, by type and an action that is never better than its own."""
        actions, better = self.game.actions, dict[tuple[int, str], Shares]()
        for (n, a, b), phi in records(value, range(len(self.types)), actions, actions).items():
            need(phi > 0 and a != b, "phi is above 0, and of other actions")
            better.setdefault((n, a), {})[b] = phi
        for (n, a), mixture in better.items():
            need(sum(mixture.values()) == 1, "phi does not sum to 1")
            for cell in self.cells:
                value_of = {b: self.w(self.game.weights, cell, n, b) for b in [a, *mixture]}
                mixed = sum((phi * value_of[b] for b, phi in mixture.items()), ZERO)
                need(mixed >= value_of[a], f"{a!r} is not dominated")
        return better

    def strategy(self, value: Any) -> Strategy:
        """Read a strategy."""
        found = tuple(map(text, listing(value)))
        need(len(found) == len(self.types) and set(found) <= set(self.game.actions), "a strategy")
        return found

    def most(self, data: Json, rho: Fraction) -> Fraction:
        """Check the options of a block; return the largest sum of prices."""
        options = listing(data["options"])
        for option in options:
            keys(option, "prices,reasons", "strategies")
        covered = self.covered(options, self.passed_over(data.get("dominated", [])))
        pairs = zip(options, covered, strict=True)
        return max(self.option(option, some, rho) for option, some in pairs)

    def covered(self, options: list[Json], passed: set[tuple[int, str]]) -> list[set[Strategy]]:
        """Read what each option covers; check that together they leave out no set of messages."""
        left = [
            [a for a in self.game.actions if (n, a) not in passed] for n in range(len(self.types))
        ]
        readable(prod(map(len, left)) <= MAX_SETS, "too large: strategies of a block")
        everything = set(product(*left))
        covered: list[set[Strategy]] = []
        for option in options:
            if "strategies" not in option:
                covered.append(everything)
                continue
            listed = {self.strategy(s) for s in listing(option["strategies"])}
            need(listed <= everything, "a strategy with an action that is passed over")
            covered.append(listed)
        told = self.game.told_at_once(self.game.rounds)
        size = len(everything) if told is None else min(told, len(everything))
        for tried, group in enumerate(combinations(sorted(everything), size)):
            readable(tried < MAX_SETS, "too large: sets of strategies")
            need(any(set(group) <= some for some in covered), f"no option covers {group}")
        return covered

    def option(
        self,
        data: Json,
        strategies: set[Strategy],
        rho: Fraction,
        tied: dict[tuple[int, str], Shares] | None = None,
    ) -> Fraction:
        """Check the prices of one option; return their sum. Reasons may speak of what is tied."""
        prices = {cell: price for (cell,), price in records(data["prices"], self.cells).items()}
        need(set(prices) == set(self.cells), "a price for every cell of the block")
        reasons: dict[Strategy, Json] = {}
        for reason in listing(data["reasons"]):
            keys(reason, "strategy", "obedience,duplicates,ties")
            need(tied is not None or "ties" not in reason, "nothing is known to tie")
            s = self.strategy(reason["strategy"])
            need(s in strategies and s not in reasons, "one reason for a strategy that is covered")
            reasons[s] = reason
        for s in strategies:
            reason, swayed = reasons.get(s, {}), dict.fromkeys(self.cells, ZERO)
            names = [agent.name for agent in self.game.agents]
            ties = records(reason.get("ties", []), range(len(self.types)), self.game.actions, names)
            for (n, b, name), theta in ties.items():
                need(theta >= 0 and b in (tied or {}).get((n, s[n]), {}), f"{b!r} does not tie")
                his = self.game.agent(name).weights
                for cell in self.cells:
                    lost = self.w(his, cell, n, s[n]) - self.w(his, cell, n, b)
                    swayed[cell] += theta * lost
            left = {cell: price - swayed[cell] for cell, price in prices.items()}
            self.check_strategy(s, reason, rho, left)
        return sum(prices.values(), ZERO)

    def check_strategy(self, s: Strategy, reason: Json, rho: Fraction, prices: Shares) -> None:
        """Check the inequality of one strategy, in every cell."""
        game, numbers = self.game, range(len(self.types))
        kappa = records(reason.get("obedience", []), numbers, game.actions)
        theta = records(reason.get("duplicates", []), numbers, game.actions)
        need(all(k >= 0 for k in [*kappa.values(), *theta.values()]), "a multiplier is below 0")
        does: dict[int, Shares] = {}
        for (n, a), share in theta.items():
            same = all(
                self.w(game.weights, c, n, a) == self.w(game.weights, c, n, s[n])
                for c in self.cells
            )
            need(a == s[n] or (game.ties == "any" and same), f"{a!r} is no duplicate of {s[n]!r}")
            does.setdefault(n, {})[a] = share
        need(all(sum(shares.values()) == 1 for shares in does.values()), "theta does not sum to 1")
        for cell, price in prices.items():
            left = ZERO
            for n in numbers:
                for a, share in does.get(n, {s[n]: ONE}).items():
                    left += share * self.w(self.agent.weights, cell, n, a)
                left += rho * self.w(game.weights, cell, n, s[n])
            for (n, b), k in kappa.items():
                hers = self.w(game.weights, cell, n, s[n]) - self.w(game.weights, cell, n, b)
                left += k * hers
            need(left <= price, f"the price of {cell!r} is too low for {s}")


def grouped(game: Game, agent: Agent, types: list[HerType], each: bool) -> list[set[Name]]:
    """Return the blocks of types that are linked by cells of this agent, or each type alone."""
    if each:
        return [{her.name} for her in types]
    found: list[tuple[set[Name], set[str]]] = []
    for her in types:
        names = {her.name}
        cells = {cell[0] for cell in agent.cells if set(cell) & set(her.q)}
        for other in [pair for pair in found if pair[1] & cells]:
            found.remove(other)
            names, cells = names | other[0], cells | other[1]
        found.append((names, cells))
    return [names for names, _ in found]


def by_prices(game: Game, agent: Agent, bound: Json, others: list[Rule], rho: Fraction) -> Fraction:
    """Check a bound by prices; return D."""
    types = Talk(game, others).types()
    by_name = {her.name: her for her in types}
    own = text(bound["knows"]) == "own observation"
    need(own or bound["knows"] == "what the user sees", "what does he know?")
    if own and game.questions > 1:
        need(len(game.seen) == 1 and (game.rounds == 1 or not others), "she may tell him something")
    blocks = []
    for data in listing(bound["blocks"]):
        keys(data, "types,options", "dominated")
        names = [tuple(map(text, listing(name))) for name in listing(data["types"])]
        need(len(set(names)) == len(names) and set(names) <= set(by_name), "types of a block")
        blocks.append(set(names))
    right = grouped(game, agent, types, not own)
    need(
        len(blocks) == len(right)
        and all(block in right for block in blocks)
        and all(block in blocks for block in right),
        "other blocks",
    )
    return sum(
        (
            Block(game, agent, [by_name[tuple(name)] for name in data["types"]]).most(data, rho)
            for data in bound["blocks"]
        ),
        ZERO,
    )
