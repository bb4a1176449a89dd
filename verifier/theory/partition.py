"""Partition equilibria: all agents announce the same partition of what they see (theory.md 6, G1 with two or more agents).

Two agents who say the same make it robust: whoever deviates, another still names the cell. So it is an equilibrium iff in no
cell any agent gains by saying more there. The worst and best for the user are found by dynamic programming over subsets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import islice, product

from verifier.game.game import Agent, Ties
from verifier.game.rule import Cell, common_coarsening
from verifier.game.user import Stakes
from verifier.theory.deviation import Deterrence, deterrence
from verifier.theory.persuasion import PROGRAM_LIMIT, Solver
from verifier.theory.settled import SignalEquilibrium, settle
from verifier.theory.signal import Faced, Response, announcement, expected, optimal, values

ATOM_LIMIT = 12
"""Most cells that all agents can tell apart for which every set of them is looked at."""

BUDGET_ATOMS = 6
"""Most of them for which all partitions are listed, where gains in one cell may be made up for in another."""

RESPONSE_LIMIT = 64
"""Most ways to break her ties that are tried in a cell."""


@dataclass(frozen=True)
class Kept:
    """A cell with a response of hers: what it is worth to her, and how much each agent could gain there at most."""

    response: Mapping[str, str]
    user_utility: Fraction
    gains: tuple[Fraction, ...]
    deterrences: tuple[Deterrence, ...]


def partition_equilibria(
    stakes: Stakes, solve: Solver, limit: int = PROGRAM_LIMIT
) -> tuple[SignalEquilibrium, SignalEquilibrium] | None:
    """The worst and the best for the user of the equilibria in which all agents announce the same partition.

    None if there is none, or if there are more than ATOM_LIMIT cells that all agents can tell apart.
    """
    cells = _Cells(stakes, solve, limit)
    if not len(stakes.game.agents) >= 2 or len(cells.atoms) > ATOM_LIMIT:
        return None
    found = [_settled(stakes, cells, plan, solve, limit) for plan in cells.extremes()]
    worst, best = found if len(found) == 2 else (None, None)
    return None if worst is None or best is None else (worst, best)


Plan = tuple[tuple[int, Kept], ...]
"""A partition as (set of atoms, what happens there) for each cell."""


class _Cells:
    """Sets of atoms as bit masks, and which of them can be cells of an equilibrium."""

    def __init__(self, stakes: Stakes, solve: Solver, limit: int) -> None:
        self.stakes, self.solve, self.limit = stakes, solve, limit
        possible = {x for _, x in stakes.game.points}
        shared = common_coarsening(stakes.game, [agent.sees for agent in stakes.game.agents])
        self.atoms = [cell for cell in shared if possible.intersection(cell)]
        talk = stakes.game.conversation
        words = len(self.atoms) if talk.agent_alphabet == "rich" else talk.agent_alphabet**talk.rounds
        self.rich, self.words = talk.agent_alphabet == "rich", min(words, len(self.atoms))
        ties = stakes.game.ties is Ties.ANY and not stakes.unique
        self.budget = bool(stakes.game.gamma or ties) and len(self.atoms) <= BUDGET_ATOMS
        self.kept = cache(self._kept)

    def members(self, mask: int) -> Cell:
        return tuple(x for n, atom in enumerate(self.atoms) if mask >> n & 1 for x in atom)

    def extremes(self) -> Sequence[Plan]:
        """The plans that are worst and best for the user; empty if there is none."""
        whole = (1 << len(self.atoms)) - 1
        if self.budget:
            plans = [plan for plan in self.all_plans(whole, self.words) if self.within_budget(plan)]
            return [min(plans, key=_utility), max(plans, key=_utility)] if plans else []
        found = [self.chain(whole, end) for end in (min, max)]
        return [plan for plan in found if plan is not None]

    def chain(self, whole: int, end: Callable[..., Plan]) -> Plan | None:
        """Subset dynamic programming: a partition of the rest follows the cell that holds its first atom."""

        @cache
        def best(mask: int, words: int) -> Plan | None:
            if mask == 0:
                return ()
            plans = []
            for part in _parts(mask) if words else ():
                stable = self.kept(part)
                rest = best(mask & ~part, words - 1) if stable else None
                if rest is not None:
                    plans.append(((part, stable[0]), *rest))
            return end(plans, key=_utility) if plans else None

        return best(whole, self.words)

    def all_plans(self, mask: int, words: int) -> Iterator[Plan]:
        if mask == 0:
            yield ()
            return
        for part in _parts(mask) if words else ():
            for rest in self.all_plans(mask & ~part, words - 1):
                yield from (((part, kept), *rest) for kept in self.kept(part))

    def within_budget(self, plan: Plan) -> bool:
        totals = [sum(gains) for gains in zip(*(kept.gains for _, kept in plan), strict=True)]
        return all(total <= self.stakes.game.gamma for total in totals)

    def _kept(self, mask: int) -> list[Kept]:
        """Her possible responses in this cell, with the agents' gains; without a budget only those that leave no gain."""
        inside = self.members(mask)
        agents = len(self.stakes.game.agents)
        faced: dict[tuple[str, ...], dict[str, Fraction]] = {}
        for x_user, x in self.stakes.game.points:
            if x in inside:
                faced.setdefault((x_user, *[inside[0]] * (agents - 1)), {})[x] = Fraction(1)
        # the first best action is a function of her belief, as ties = belief asks
        ties = Ties.ORDER if self.stakes.game.ties is Ties.BELIEF else self.stakes.game.ties
        options = [optimal(self.stakes, t, seen, ties) for t, seen in faced.items()]
        found = []
        for chosen in islice(product(*options), RESPONSE_LIMIT):
            response = dict(zip(faced, chosen, strict=True))
            hers = expected(self.stakes.user, faced, response)
            held = self.held(faced, response)
            if held is not None:
                gains = tuple(value.value - now for value, now in held)
                found.append(Kept({t[0]: a for t, a in response.items()}, hers, gains, tuple(value for value, _ in held)))
        return found

    def held(self, faced: Faced, response: Response) -> list[tuple[Deterrence, Fraction]] | None:
        """What each agent could get in this cell at most, and what he has; None as soon as one surely gains."""
        found = []
        for agent in self.stakes.game.agents:
            now = expected(self.stakes.agents[agent.name], faced, response)
            if not self.budget and self.rich and self.surely(agent, faced) > now:
                return None
            held = deterrence(self.stakes, agent, faced, self.solve, now, self.limit)
            if not self.budget and held.value > now:
                return None
            found.append((held, now))
        return found

    def surely(self, agent: Agent, faced: Faced) -> Fraction:
        """What telling all that he sees gives him, by her least favourable choice."""
        payoff, total = self.stakes.agents[agent.name], Fraction(0)
        for cell, (t, seen) in product(agent.sees, faced.items()):
            here = {x: p for x, p in seen.items() if x in cell}
            if here:
                worth = values(self.stakes, payoff, t, here)
                total += min(worth[a] for a in optimal(self.stakes, t, here))
        return total


def _utility(plan: Plan) -> Fraction:
    return sum((kept.user_utility for _, kept in plan), Fraction(0))


def _parts(mask: int) -> Iterator[int]:
    """The subsets that hold the lowest member."""
    low = mask & -mask
    rest = part = mask ^ low
    while True:
        yield part | low
        if part == 0:
            return
        part = (part - 1) & rest


def _settled(stakes: Stakes, cells: _Cells, plan: Plan, solve: Solver, limit: int) -> SignalEquilibrium | None:
    """The partition as a profile, with the prices of every agent."""
    split = [cells.members(mask) for mask, _ in plan]
    missing = [x for x in stakes.game.agent_observations if not any(x in cell for cell in split)]
    signal = announcement([(*split[0], *missing), *split[1:]])
    signals = {agent.name: signal for agent in stakes.game.agents}
    response = {
        (x_user, *[cell[0]] * len(signals)): action
        for cell, (_, kept) in zip(split, plan, strict=True)
        for x_user, action in kept.response.items()
    }
    parts = {agent.name: [kept.deterrences[n] for _, kept in plan] for n, agent in enumerate(stakes.game.agents)}
    held = {name: together(found) for name, found in parts.items()}
    found = settle(stakes, "partition", signals, response, solve, limit, held)
    return found if isinstance(found, SignalEquilibrium) else None


def together(parts: Sequence[Deterrence]) -> Deterrence | None:
    """The prices of separate blocks as those of the whole, if they were all found with the same knowledge."""
    first = parts[0]
    if any(part.knows is not first.knows for part in parts):
        return None
    blocks = tuple(block for part in parts for block in part.blocks)
    return Deterrence(first.agent, first.knows, first.floor, blocks, all(part.exact for part in parts))
