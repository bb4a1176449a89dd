"""What an agent could get by any other rule, at most: prices that no deviation beats
(theory.md 6.1).

A deviating agent faces a user of some *type*: her observation, and what the others tell
her. Each of his messages makes her follow a strategy, one action per type. A price per
cell that he sees covers what he gets from that cell under every strategy, wherever she
would follow it; so no rule of his is worth more than the sum of the prices.
"""

from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import Any

from verifier.kernel.core.game import Payoff, Position
from verifier.kernel.core.rule import Seen, Type
from verifier.kernel.reader.document import affordable, entries, readable, require
from verifier.kernel.reader.instance import Agent

Strategy = tuple[str, ...]
Faced = dict[Type, Seen]  # what the others say, and how likely it is at each x_B
Table = dict[tuple[str, int, str], Fraction]  # (cell, number of the type, action)

REASON = {
    "strategy": [str],
    "obedience?": [(int, str, Fraction)],
    "duplicates?": [(int, str, Fraction)],
}
OPTION = {"strategies?": [[str]], "prices": [(str, Fraction)], "reasons": [REASON]}
BLOCK = {
    "types": [[str]],
    "dominated?": [(int, str, str, Fraction)],
    "options": [OPTION],
}
PRICES = {"agent": str, "floor": Fraction, "knows": str, "blocks": [BLOCK]}
OWN, HERS = KNOWS = ("own observation", "what the user sees")
LIMIT = 5000


def most(
    position: Position, agent: Agent, faced: Faced, part: dict[str, Any]
) -> Fraction:
    """At most so much can any rule give the agent, plus `floor` times what the user
    then gets, by the prices of all blocks.
    """
    left = {frozenset(block) for block in blocks(position, agent, faced, part["knows"])}
    total = Fraction(0)
    for block in part["blocks"]:
        types = [tuple(words) for words in block["types"]]
        fresh = len(set(types)) == len(types) and frozenset(types) in left
        require(
            fresh,
            f"types: {types!r:.80} is not a block that {agent.name} faces, or comes"
            " twice",
        )
        left.remove(frozenset(types))
        seen = [(t[0], faced[t]) for t in types]
        total += Block(position, agent, seen, part["floor"]).dearest(block)
    require(not left, f"blocks: {agent.name} faces a user without a price")
    return total


def blocks(
    position: Position, agent: Agent, faced: Faced, knows: str
) -> list[set[Type]]:
    """Types that share a cell are persuaded together; one by one if the agent is
    granted what the user sees.
    """
    game, groups = position.game, [{t} for t in faced]
    readable(knows in KNOWS, f"knows: expected one of {KNOWS}")
    if knows == HERS:
        return groups
    alone = game.rounds == 1 or all(len(t) == 1 for t in faced)
    quiet = game.user_alphabet == 1 or (len(position.users) == 1 and alone)
    require(quiet, "knows: a user who speaks could tell the agent what she has seen")
    for cell in agent.sees:
        apart = [
            group
            for group in groups
            if all(faced[t].keys().isdisjoint(cell) for t in group)
        ]
        linked = [group for group in groups if group not in apart]
        groups = [*apart, *([set().union(*linked)] if linked else [])]
    return groups


class Block:
    """One agent against the types of one block: payoffs by cell, type and action."""

    def __init__(
        self,
        position: Position,
        agent: Agent,
        faced: list[tuple[str, Seen]],
        floor: Fraction,
    ) -> None:
        self.game, self.faced, self.floor = position.game, faced, floor
        possible = {o for _, seen in faced for o in seen}
        self.cells = {cell[0]: cell for cell in agent.sees if possible & set(cell)}
        self.bits = position.bits
        self.hers = self.table(position.user)
        self.his = self.table(position.agents[agent.name])

    def table(self, payoff: Payoff) -> Table:
        return {
            (c, n, a): sum(
                (seen[o] * payoff[x, o, a] for o in cell if o in seen), Fraction(0)
            )
            for c, cell in self.cells.items()
            for n, (x, seen) in enumerate(self.faced)
            for a in self.game.actions
        }

    def dearest(self, part: dict[str, Any]) -> Fraction:
        """The largest sum of prices over the options, which together leave out no set
        of messages.
        """
        game, dominated = self.game, self.dominated(part.get("dominated", []))
        kept = [
            [a for a in game.actions if (n, a) not in dominated]
            for n in range(len(self.faced))
        ]
        size = prod(map(len, kept))
        readable(size <= LIMIT, f"too large: {size} user strategies, not {LIMIT}")
        every = set(product(*kept))
        words = game.agent_alphabet
        most = len(every) if words is None else min(len(every), words**game.rounds)
        covered, dearest = [], []
        for option in part["options"]:
            given = option.get("strategies")
            only = every if given is None else {tuple(s) for s in given}
            require(
                only <= every,
                "strategies: one that is none, or that she never has to follow",
            )
            covered.append(only)
            dearest.append(self.price(option, only))
        if every not in covered:
            sets = comb(len(every), most)
            readable(sets <= LIMIT, f"too large: {sets} sets of messages, not {LIMIT}")
            for group in combinations(sorted(every), most):
                good = any(only.issuperset(group) for only in covered)
                require(good, f"options: none covers {group!r:.80}")
        return max(dearest)

    def dominated(self, given: list[list[Any]]) -> set[tuple[int, str]]:
        """(type, action) to pass over: whenever it is best so are others, and the tie
        rule prefers one of them.
        """
        ties, acts, numbers = self.game.ties, self.game.actions, range(len(self.faced))
        shares: dict[tuple[int, str], dict[str, Fraction]] = {}
        for (n, a, b), share in entries(
            given, "dominated", numbers, acts, acts
        ).items():
            shares.setdefault((n, a), {})[b] = share
        for (n, a), mixture in shares.items():
            require(
                a not in mixture
                and min(mixture.values()) > 0
                and sum(mixture.values()) == 1,
                f"dominated: expected shares of other actions than {a!r}, summing to 1",
            )
            better = all(
                sum(share * self.hers[c, n, b] for b, share in mixture.items())
                >= self.hers[c, n, a]
                for c in self.cells
            )
            require(better, f"dominated: {a!r} can be better than the mixture")
            kept = any((n, b) not in shares for b in mixture)
            first = any(b in acts[: acts.index(a)] for b in mixture)
            passed_over = {"any": kept, "order": first}.get(ties, False)
            require(passed_over, f"dominated: ties = {ties} does not pass over {a!r}")
        return set(shares)

    def price(self, option: dict[str, Any], strategies: set[Strategy]) -> Fraction:
        """The sum of an option's prices, after checking that no strategy is worth more
        wherever she would follow it.
        """
        given = entries(option["prices"], "prices", self.cells)
        prices = {c: price for (c,), price in given.items()}
        whole = prices.keys() == self.cells.keys()
        require(whole, "prices: expected one for every cell of the block")
        reasons = {tuple(reason["strategy"]): reason for reason in option["reasons"]}
        readable(
            len(reasons) == len(option["reasons"]) and reasons.keys() <= strategies,
            "reasons: a strategy appears twice, or is not one of the option's",
        )
        steps = len(strategies) * len(self.cells) * len(self.faced)
        affordable(steps, self.bits, "the prices")
        for strategy in strategies:
            columns = self.columns(strategy, reasons.get(strategy, {}))
            for c, column in columns.items():
                require(
                    column <= prices[c],
                    f"prices: {strategy!r:.80} at {c!r} is worth more than its price",
                )
        return sum(prices.values(), Fraction(0))

    def columns(
        self, strategy: Strategy, reason: dict[str, Any]
    ) -> dict[str, Fraction]:
        """Per cell what the strategy gives him (and the user, times `floor`) plus what
        obeying it is worth to her, weighted.
        """
        types, acts = range(len(self.faced)), self.game.actions
        weights = entries(reason.get("obedience", []), "obedience", types, acts)
        positive = all(weight >= 0 for weight in weights.values())
        require(positive, "obedience: the multiplier of an inequality is negative")
        shares = entries(reason.get("duplicates", []), "duplicates", types, acts)
        self.replies(strategy, shares)
        replaced = {n for n, _ in shares}
        shares |= {
            (n, a): Fraction(1) for n, a in enumerate(strategy) if n not in replaced
        }
        found = {}
        for c in self.cells:
            his = sum(
                (p * self.his[c, n, a] for (n, a), p in shares.items()), Fraction(0)
            )
            if self.floor:
                his += self.floor * sum(
                    self.hers[c, n, a] for n, a in enumerate(strategy)
                )
            gains = (
                weight * (self.hers[c, n, strategy[n]] - self.hers[c, n, b])
                for (n, b), weight in weights.items()
            )
            found[c] = sum(gains, his)
        return found

    def replies(self, strategy: Strategy, shares: dict[Any, Fraction]) -> None:
        """Under ties = any she may do instead what is always as good for her."""
        for n in {n for n, _ in shares}:
            mine = {a: share for (m, a), share in shares.items() if m == n}
            require(
                min(mine.values()) >= 0 and sum(mine.values()) == 1,
                "duplicates: expected shares that sum to 1",
            )
            for a in mine:
                same = all(
                    self.hers[c, n, a] == self.hers[c, n, strategy[n]]
                    for c in self.cells
                )
                require(
                    a == strategy[n] or (same and self.game.ties == "any"),
                    f"duplicates: {a!r} does not tie with {strategy[n]!r}",
                )
