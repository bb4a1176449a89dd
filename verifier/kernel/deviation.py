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

from verifier.kernel.document import entries, readable, require
from verifier.kernel.instance import Agent
from verifier.kernel.play import Payoff, Position

Type = tuple[str, ...]  # x_A, then what each of the others says
Faced = dict[
    Type, dict[str, Fraction]
]  # type -> x_B -> probability that the others say so, where (x_A, x_B) is possible
Table = dict[
    tuple[str, int, str], Fraction
]  # (cell, number of the type, action) -> payoff times its probability

REASON = {
    "strategy": [str],
    "against?": [(int, str, Fraction)],
    "reply?": [(int, str, Fraction)],
}
OPTION = {"only?": [[str]], "prices": [(str, Fraction)], "reasons": [REASON]}
BLOCK = {"types": [[str]], "never?": [(int, str, str, Fraction)], "options": [OPTION]}
SHAPE = {"agent": str, "knows": str, "floor": Fraction, "blocks": [BLOCK]}
KNOWS = ("own observation", "what the user sees")
LIMIT = 5000


def most(
    position: Position, agent: Agent, faced: Faced, part: dict[str, Any]
) -> Fraction:
    """At most so much can any rule give the agent, plus `floor` times what the user
    then gets.
    """
    left = {frozenset(block) for block in blocks(position, agent, faced, part["knows"])}
    total = Fraction(0)
    for block in part["blocks"]:
        types = [tuple(words) for words in block["types"]]
        fresh = len(set(types)) == len(types) and frozenset(types) in left
        require(
            fresh,
            f"equilibrium.deterrence: {block['types']!r:.80} is not a block of types"
            f" that {agent.name} faces",
        )
        left.remove(frozenset(types))
        total += Block(
            position, agent, [(t[0], faced[t]) for t in types], part["floor"], block
        ).dearest()
    require(
        not left, f"equilibrium.deterrence: {agent.name} faces a user without a price"
    )
    return total


def blocks(
    position: Position, agent: Agent, faced: Faced, knows: str
) -> list[set[Type]]:
    """Types that share a cell are persuaded together; one by one if the agent is
    granted what the user sees.
    """
    game, groups = position.game, [{t} for t in faced]
    readable(knows in KNOWS, f"equilibrium.deterrence.knows: expected one of {KNOWS}")
    if knows == "what the user sees":
        return groups
    alone = game.rounds == 1 or all(len(t) == 1 for t in faced)
    quiet = game.user_alphabet == 1 or (len(position.users) == 1 and alone)
    require(
        quiet,
        "equilibrium.deterrence.knows: a user who speaks could tell the agent what she"
        " has seen",
    )
    for cell in agent.sees:
        touched = [
            group for group in groups if any(set(cell) & faced[t].keys() for t in group)
        ]
        groups = [group for group in groups if group not in touched] + [
            set().union(*touched)
        ] * bool(touched)
    return groups


class Block:
    """One agent against the types of one block: tables of payoffs by cell, type and
    action.
    """

    def __init__(
        self,
        position: Position,
        agent: Agent,
        faced: list[tuple[str, dict[str, Fraction]]],
        floor: Fraction,
        part: dict[str, Any],
    ) -> None:
        self.game, self.faced, self.floor, self.part, self.agent = (
            position.game,
            faced,
            floor,
            part,
            agent,
        )
        possible = {o for _, seen in faced for o in seen}
        self.cells = {cell[0]: cell for cell in agent.sees if possible & set(cell)}
        self.hers, self.his = (
            self.table(position.user),
            self.table(position.agents[agent.name]),
        )

    def table(self, payoff: Payoff) -> Table:
        found = {}
        for (name, cell), (n, (x, seen)), a in product(
            self.cells.items(), enumerate(self.faced), self.game.actions
        ):
            found[name, n, a] = sum(
                (seen[o] * payoff[x, o, a] for o in cell if o in seen), Fraction(0)
            )
        return found

    def dearest(self) -> Fraction:
        """The largest sum of prices over the options, which together leave out no set
        of messages.
        """
        never = self.never()
        kept = [
            [a for a in self.game.actions if (n, a) not in never]
            for n in range(len(self.faced))
        ]
        readable(
            prod(map(len, kept)) <= LIMIT,
            f"too large: the kernel checks up to {LIMIT} user strategies",
        )
        strategies = list(product(*kept))
        words = (
            len(strategies)
            if self.game.agent_alphabet is None
            else self.game.agent_alphabet**self.game.rounds
        )
        size = min(words, len(strategies))
        found = []
        for option in self.part["options"]:
            only = (
                {tuple(s) for s in option["only"]}
                if "only" in option
                else set(strategies)
            )
            require(
                only <= set(strategies),
                "equilibrium.deterrence.only: a strategy that is not one, or is never"
                " followed",
            )
            found.append((only, self.price(option, sorted(only))))
        if any(len(only) == len(strategies) for only, _ in found):
            return max(total for _, total in found)
        readable(
            comb(len(strategies), size) <= LIMIT,
            f"too large: the kernel checks up to {LIMIT} sets of messages",
        )
        for group in combinations(strategies, size):
            require(
                any(only.issuperset(group) for only, _ in found),
                f"equilibrium.deterrence: no option covers {group!r:.80}",
            )
        return max(total for _, total in found)

    def never(self) -> set[tuple[int, str]]:
        """(type, action) to pass over: whenever it is best so are others, and the tie
        rule prefers one of them.
        """
        given = entries(
            self.part.get("never", []),
            "equilibrium.deterrence.never",
            range(len(self.faced)),
            *[self.game.actions] * 2,
        )
        shares: dict[tuple[int, str], dict[str, Fraction]] = {}
        for (n, a, b), share in given.items():
            shares.setdefault((n, a), {})[b] = share
        for (n, a), mixture in shares.items():
            mixed = (
                min(mixture.values()) > 0
                and sum(mixture.values()) == 1
                and a not in mixture
            )
            require(
                mixed,
                f"equilibrium.deterrence.never: expected other actions than {a!r}, with"
                " shares that sum to 1",
            )
            for c in self.cells:
                instead = sum(
                    (share * self.hers[c, n, b] for b, share in mixture.items()),
                    Fraction(0),
                )
                require(
                    instead >= self.hers[c, n, a],
                    f"equilibrium.deterrence.never: {a!r} can be better than the"
                    " mixture",
                )
            earlier = self.game.actions[: self.game.actions.index(a)]
            kept = any((n, b) not in shares for b in mixture)
            passed_over = (
                kept
                if self.game.ties == "any"
                else self.game.ties == "order" and any(b in earlier for b in mixture)
            )
            require(
                passed_over,
                f"equilibrium.deterrence.never: ties = {self.game.ties} does not pass"
                f" over {a!r}",
            )
        return set(shares)

    def price(
        self, option: dict[str, Any], strategies: list[tuple[str, ...]]
    ) -> Fraction:
        """The sum of an option's prices, after checking that no strategy is worth more
        wherever she would follow it.
        """
        prices = {
            key[0]: price
            for key, price in entries(
                option["prices"], "equilibrium.prices", self.cells
            ).items()
        }
        require(
            prices.keys() == self.cells.keys(),
            "equilibrium.prices: expected one price for every cell of the block",
        )
        reasons = {tuple(reason["strategy"]): reason for reason in option["reasons"]}
        readable(
            len(reasons) == len(option["reasons"]),
            "equilibrium.reasons: a strategy appears twice",
        )
        readable(
            reasons.keys() <= set(strategies),
            "equilibrium.reasons: a strategy that the option does not cover",
        )
        for strategy in strategies:
            for cell, column in self.columns(strategy, reasons.get(strategy, {})):
                good = column <= prices[cell]
                require(
                    good,
                    f"equilibrium.prices: {strategy!r:.80} at {cell!r} is worth more"
                    f" than {self.agent.name}'s price",
                )
        return sum(prices.values(), Fraction(0))

    def columns(
        self, strategy: tuple[str, ...], reason: dict[str, Any]
    ) -> Iterator[tuple[str, Fraction]]:
        """Per cell what the strategy gives him (and the user, times `floor`) plus what
        obeying it is worth to her, weighted.
        """
        numbers, where = range(len(self.faced)), "equilibrium.reasons"
        against = entries(reason.get("against", []), where, numbers, self.game.actions)
        require(
            all(weight >= 0 for weight in against.values()),
            f"{where}: the multiplier of an inequality is negative",
        )
        reply = self.reply(
            strategy,
            entries(reason.get("reply", []), where, numbers, self.game.actions),
        )
        for c in self.cells:
            column = sum(
                (share * self.his[c, n, a] for (n, a), share in reply.items()),
                Fraction(0),
            )
            column += sum(
                (
                    self.floor * self.hers[c, n, strategy[n]]
                    for n in numbers
                    if self.floor
                ),
                Fraction(0),
            )
            for (n, b), weight in against.items():
                column += weight * (self.hers[c, n, strategy[n]] - self.hers[c, n, b])
            yield c, column

    def reply(
        self, strategy: tuple[str, ...], given: dict[Any, Fraction]
    ) -> dict[tuple[int, str], Fraction]:
        """What she does where she would follow the strategy: the same, or under ties =
        any actions always as good for her.
        """
        found: dict[tuple[int, str], Fraction] = {}
        for n, chosen in enumerate(strategy):
            mine = {a: share for (m, a), share in given.items() if m == n} or {
                chosen: Fraction(1)
            }
            require(
                min(mine.values()) >= 0 and sum(mine.values()) == 1,
                "equilibrium.reply: expected shares that sum to 1",
            )
            for a in mine:
                twin = all(
                    self.hers[c, n, a] == self.hers[c, n, chosen] for c in self.cells
                )
                require(
                    a == chosen or (twin and self.game.ties == "any"),
                    f"equilibrium.reply: {a!r} does not tie with {chosen!r}",
                )
            found |= {(n, a): share for a, share in mine.items()}
        return found
