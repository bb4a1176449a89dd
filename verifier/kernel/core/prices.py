"""What an agent could get by any other rule, at most: prices that no deviation beats
(theory.md 6.1).

A deviating agent faces a user of some *type*: her observation, and what the others tell
her. Each of his messages makes her follow a strategy, one action per type. A price per
cell that he sees covers what he gets from that cell under every strategy, wherever she
would follow it; so no rule of his is worth more than the sum of the prices.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod
from typing import Any

from verifier.kernel.core.game import Payoff, Position
from verifier.kernel.core.rule import Seen, Type
from verifier.kernel.reader.document import (
    Option,
    affordable,
    entries,
    nonnegative,
    readable,
    require,
    total,
)
from verifier.kernel.reader.instance import Agent

Strategy = tuple[str, ...]
Faced = dict[Type, Seen]  # what the others say, and how likely it is at each x_B
Table = dict[tuple[str, int, str], Fraction]  # (cell, number of the type, action)

OBEYED = {"strategy": [str], "obedience": Option([(int, str, Fraction)], [])}
REASON = OBEYED | {"duplicates": Option([(int, str, Fraction)], [])}
OPTION = {
    "strategies": Option([[str]]),
    "prices": [(str, Fraction)],
    "reasons": [REASON],
}
BLOCK = {
    "types": [[str]],
    "dominated": Option([(int, str, str, Fraction)], []),
    "options": [OPTION],
}
SHAPE = {"agent": str, "floor": Fraction, "knows": str, "blocks": [BLOCK]}
OWN, HERS = KNOWS = ("own observation", "what the user sees")
LIMIT = 5000
NO_REASON: dict[str, Any] = {"obedience": [], "duplicates": []}


def most(
    position: Position, agent: Agent, faced: Faced, part: dict[str, Any]
) -> Fraction:
    """At most so much can any rule give the agent, plus `floor` times what the user
    then gets, by the prices of all blocks.
    """
    left = set(map(frozenset, blocks(position, agent, faced, part["knows"])))
    found = []
    for block in part["blocks"]:
        types = [tuple(words) for words in block["types"]]
        good = len(set(types)) == len(types) and frozenset(types) in left
        require(
            good, f"types: {types!r:.80} is no block of {agent.name}, or comes twice"
        )
        left.remove(frozenset(types))
        seen = [(t[0], faced[t]) for t in types]
        found.append(Block(position, agent, seen, part["floor"]).dearest(block))
    require(not left, f"blocks: {agent.name} faces a user without a price")
    return total(found)


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
    affordable(len(agent.sees) * len(faced) // 10, 0, "the blocks")
    for cell in map(set, agent.sees):
        apart, linked = list[set[Type]](), set[Type]()
        for group in groups:
            if any(cell & faced[t].keys() for t in group):
                linked |= group
            else:
                apart.append(group)
        groups = [*apart, linked] if linked else apart
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
        size = max(len(self.cells) * len(faced), sum(len(seen) for _, seen in faced))
        size *= len(self.game.actions)
        affordable(2 * size, self.bits, "the payoffs of a block")
        self.hers = self.table(position.user)
        self.his = self.table(position.agents[agent.name])

    def table(self, payoff: Payoff) -> Table:
        acts, types = self.game.actions, range(len(self.faced))
        found = dict.fromkeys(product(self.cells, types, acts), Fraction(0))
        own = {o: c for c, cell in self.cells.items() for o in cell}
        for n, (x, seen) in enumerate(self.faced):
            for (o, p), a in product(seen.items(), acts):
                found[own[o], n, a] += p * payoff[x, o, a]
        return found

    def dearest(self, part: dict[str, Any]) -> Fraction:
        """The largest sum of prices over the options, which together leave out no set
        of messages.
        """
        options = part["options"]
        given = [option["strategies"] for option in options]
        covered = self.covered(given, self.dominated(part["dominated"]))
        return max(map(self.price, options, covered))

    def covered(
        self, given: list[Any], dominated: set[tuple[int, str]]
    ) -> list[set[Strategy]]:
        """The strategies of every option, which together leave out no set of messages."""
        kept = [
            [a for a in self.game.actions if (n, a) not in dominated]
            for n in range(len(self.faced))
        ]
        size = prod(map(len, kept))
        readable(size <= LIMIT, f"too large: {size} user strategies, not {LIMIT}")
        every, words = set(product(*kept)), self.game.agent_alphabet
        found = [every if only is None else {tuple(s) for s in only} for only in given]
        require(
            all(only <= every for only in found),
            "strategies: one that is none, or that she never has to follow",
        )
        most = size if words is None else min(size, words**self.game.rounds)
        if every not in found:
            sets = comb(size, most)
            readable(sets <= LIMIT, f"too large: {sets} sets of messages, not {LIMIT}")
            affordable(sets * len(found) // 10, 0, "the options")
            for group in combinations(sorted(every), most):
                good = any(only.issuperset(group) for only in found)
                require(good, f"options: none covers {group!r:.80}")
        return found

    def dominated(self, given: list[list[Any]]) -> set[tuple[int, str]]:
        """(type, action) to pass over: whenever it is best so are others, and the tie
        rule prefers one of them.
        """
        ties, acts = self.game.ties, self.game.actions
        found = {(n, a) for n, a, *_ in given}
        for (n, a), mixture in self.mixtures(given):
            kept = any((n, b) not in found for b in mixture)
            first = any(b in acts[: acts.index(a)] for b in mixture)
            passed_over = {"any": kept, "order": first}.get(ties, False)
            require(passed_over, f"dominated: ties = {ties} does not pass over {a!r}")
        return found

    def mixtures(
        self, given: list[list[Any]]
    ) -> Iterator[tuple[tuple[int, str], dict[str, Fraction]]]:
        """(type, action) and a mixture of others, all of which are best wherever it is."""
        acts, types = self.game.actions, range(len(self.faced))
        shares: dict[tuple[int, str], dict[str, Fraction]] = {}
        affordable(len(given) * len(self.cells), self.bits, "what is dominated")
        for (n, a, b), p in entries(given, "dominated", types, acts, acts).items():
            shares.setdefault((n, a), {})[b] = p
        for (n, a), mixture in shares.items():
            good = a not in mixture and min(mixture.values()) > 0
            require(
                good and total(mixture.values()) == 1,
                f"dominated: expected shares of other actions than {a!r}, summing to 1",
            )
            better = all(
                total(p * self.hers[c, n, b] for b, p in mixture.items())
                >= self.hers[c, n, a]
                for c in self.cells
            )
            require(better, f"dominated: {a!r} can be better than the mixture")
            yield (n, a), mixture

    def price(self, option: dict[str, Any], strategies: set[Strategy]) -> Fraction:
        """The sum of an option's prices, after checking that no strategy is worth more
        wherever she would follow it.
        """
        prices = entries(option["prices"], "prices", self.cells)
        whole = prices.keys() == self.cells.keys()
        require(whole, "prices: expected one for every cell of the block")
        listed = option["reasons"]
        reasons = {tuple(reason["strategy"]): NO_REASON | reason for reason in listed}
        readable(
            len(reasons) == len(listed) and reasons.keys() <= strategies,
            "reasons: a strategy appears twice, or is not one of the option's",
        )
        given = [r["obedience"] + r["duplicates"] for r in reasons.values()]
        terms = (len(strategies) + len(given)) * len(self.faced) + sum(map(len, given))
        affordable(terms * len(self.cells), self.bits, "the prices")
        for strategy in sorted(strategies):
            columns = self.columns(strategy, reasons.get(strategy, NO_REASON))
            for c, column in columns.items():
                require(
                    column <= prices[c],
                    f"prices: {strategy!r:.80} at {c!r} is worth more than its price",
                )
        return total(prices.values())

    def columns(
        self, strategy: Strategy, reason: dict[str, Any]
    ) -> dict[str, Fraction]:
        """Per cell what the strategy gives him (and the user, times `floor`) plus what
        obeying it is worth to her, weighted.
        """
        acts, types, hers = self.game.actions, range(len(strategy)), self.hers
        weights = entries(reason["obedience"], "obedience", types, acts)
        nonnegative(weights.values(), "obedience")
        does = self.replies(
            strategy, entries(reason["duplicates"], "duplicates", types, acts)
        )
        return {
            c: total(p * self.his[c, n, a] for (n, a), p in does.items())
            + self.floor * total(hers[c, n, a] for n, a in enumerate(strategy))
            + total(
                w * (hers[c, n, strategy[n]] - hers[c, n, b])
                for (n, b), w in weights.items()
            )
            for c in self.cells
        }

    def replies(
        self, strategy: Strategy, shares: dict[tuple[int, str], Fraction]
    ) -> dict[tuple[int, str], Fraction]:
        """What she does: under ties = any perhaps what is always as good for her."""
        nonnegative(shares.values(), "duplicates")
        found = dict(shares)
        for n, chosen in enumerate(strategy):
            mine = [p for (m, _), p in shares.items() if m == n]
            found |= {} if mine else {(n, chosen): Fraction(1)}
            whole = total(mine) == 1 or not mine
            require(whole, "duplicates: expected shares that sum to 1")
        for n, a in shares:
            same = all(
                self.hers[c, n, a] == self.hers[c, n, strategy[n]] for c in self.cells
            )
            require(
                a == strategy[n] or (same and self.game.ties == "any"),
                f"duplicates: {a!r} does not tie with {strategy[n]!r}",
            )
        return found
