"""Partition equilibria: all agents announce the same partition of what they see (theory.md 6, G1
with two or more agents).

Two agents who say the same make it robust: whoever deviates, another still names the cell. So it is
an equilibrium iff in no cell any agent gains by saying more there. The worst and best for the user
are found by dynamic programming over subsets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice, product

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import Response, SignalDistribution, best_actions_at, expected, values
from verifier.game.rules import common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.partitions import members, parts
from verifier.solve.program import Goal
from verifier.theory.benchmark import optimum
from verifier.theory.deviation import DeviationBound, deviation_bound
from verifier.theory.partition_cells import WithinCellSignal, WithinCellSignals, cell_name
from verifier.theory.signal_equilibrium import SignalEquilibrium, verify_profile

ATOM_LIMIT = 12
"""Most cells that all agents can tell apart for which every set of them is looked at."""

BUDGET_ATOMS = 6
"""Most of them for which all partitions are listed, where gains in one cell may be made up for in
another.
"""

SPEAKER_ATOMS = 4
"""Most of them for which an agent who says more inside a cell is looked for."""

RESPONSE_LIMIT = 64
"""Most ways to break her ties that are tried in a cell."""

Plan = tuple[tuple[int, WithinCellSignal], ...]
"""A partition as (set of atoms, what happens there) for each cell."""


def partition_equilibria(
    game: Game, effort: Effort = USUAL, least: Fraction | None = None
) -> list[SignalEquilibrium]:
    """The worst and the best for the user of the equilibria in which all agents announce the same
    partition.

    Where the worst is above `least`, below which no equilibrium can lie, plays in which one agent
    says more inside a cell are looked at, too. Empty if none is found, or if there are more than
    ATOM_LIMIT cells that all agents can tell apart.
    """
    cells = _Cells(game, effort)
    if len(game.agents) < 2 or len(cells.atoms) > ATOM_LIMIT:
        return []
    plans = cells.extremes()
    if cells.may_speak and (not plans or least is None or _utility(plans[0]) > least):
        goals = (
            [Goal.MINIMISE, Goal.MAXIMISE]
            if not plans or _utility(plans[-1]) < optimum(game)
            else [Goal.MINIMISE]
        )
        spoken = (cells.chain(goal, speaking=True) for goal in goals)
        plans += [plan for plan in spoken if plan is not None]
    settled = (_settled(game, cells, plan, effort) for plan in _different(plans))
    return [equilibrium for equilibrium in settled if equilibrium is not None]


def _different(plans: Sequence[Plan]) -> list[Plan]:
    """One plan of each utility to the user."""
    return list({_utility(plan): plan for plan in reversed(plans)}.values())


def _utility(plan: Plan) -> Fraction:
    return sum((play.user_utility for _, play in plan), Fraction(0))


class _Cells:
    """Sets of atoms as bit masks, and what can happen in them in an equilibrium."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        possible = {x for _, x in game.points}
        shared = common_coarsening(game, [agent.sees for agent in game.agents])
        self.atoms = [cell for cell in shared if possible.intersection(cell)]
        talk = game.conversation
        self.rich, self.words = talk.rich, talk.messages(len(self.atoms))
        ties = game.ties is Ties.ANY and not game.has_unique_best_actions
        self.budget = bool(game.gamma or ties) and len(self.atoms) <= BUDGET_ATOMS
        alike = len({agent.sees for agent in game.agents}) == 1 and len(game.user_support) == 1
        self.may_speak = (
            alike and self.rich and not self.budget and len(self.atoms) <= SPEAKER_ATOMS
        )
        self.speakers = WithinCellSignals(game, effort)
        self.silent = cache(self._silent)
        self.spoken = cache(lambda mask, goal: list(self.speakers.plays(self.members(mask), goal)))

    def members(self, mask: int) -> Cell:
        return tuple(x for n in members(mask) for x in self.atoms[n])

    def extremes(self) -> list[Plan]:
        """The plans that are worst and best for the user; empty if there is none."""
        if self.budget:
            plans = [
                plan
                for plan in self.all_plans((1 << len(self.atoms)) - 1, self.words)
                if self.within_budget(plan)
            ]
            return [min(plans, key=_utility), max(plans, key=_utility)] if plans else []
        found = [self.chain(goal, speaking=False) for goal in (Goal.MINIMISE, Goal.MAXIMISE)]
        return [plan for plan in found if plan is not None]

    def chain(self, goal: Goal, *, speaking: bool) -> Plan | None:
        """Subset dynamic programming: a partition of the rest follows the cell that holds its first
        atom.
        """
        end = min if goal is Goal.MINIMISE else max

        @cache
        def best(mask: int, words: int) -> Plan | None:
            if mask == 0:
                return ()
            plans: list[Plan] = []
            for part in parts(mask) if words else ():
                plays = self.silent(part) + (
                    self.spoken(part, goal) if speaking and part & (part - 1) else []
                )
                rest = best(mask & ~part, words - 1) if plays else None
                if rest is not None:
                    plans.append(((part, end(plays, key=lambda play: play.user_utility)), *rest))
            return end(plans, key=_utility) if plans else None

        return best((1 << len(self.atoms)) - 1, self.words)

    def all_plans(self, mask: int, words: int) -> Iterator[Plan]:
        if mask == 0:
            yield ()
            return
        for part in parts(mask) if words else ():
            for rest in self.all_plans(mask & ~part, words - 1):
                yield from (((part, play), *rest) for play in self.silent(part))

    def within_budget(self, plan: Plan) -> bool:
        totals = [sum(gains) for gains in zip(*(play.gains for _, play in plan), strict=True)]
        return all(total <= self.game.gamma for total in totals)

    def _silent(self, mask: int) -> list[WithinCellSignal]:
        """Nobody says more than the cell: her possible responses; without a budget only those that
        leave no gain.
        """
        inside, agents = self.members(mask), self.game.agents
        name = cell_name(inside)
        distribution: dict[tuple[str, ...], dict[str, Fraction]] = {}
        for x_user, x in self.game.points:
            if x in inside:
                distribution.setdefault((x_user, *[name] * (len(agents) - 1)), {})[x] = Fraction(1)
        # the first best action is a function of her belief, as ties = belief asks
        ties = Ties.ORDER if self.game.ties is Ties.BELIEF else self.game.ties
        options = [best_actions_at(self.game, t, seen, ties) for t, seen in distribution.items()]
        says = {agent.name: {x: {name: Fraction(1)} for x in inside} for agent in agents}
        found = []
        for chosen in islice(product(*options), RESPONSE_LIMIT):
            response = dict(zip(distribution, chosen, strict=True))
            hers = expected(self.game.user_payoff, distribution, response)
            held = self.held(distribution, response)
            if held is not None:
                gains = tuple(value.value - now for value, now in held)
                heard = {
                    (x_user, *[name] * len(agents)): action
                    for (x_user, *_), action in response.items()
                }
                found.append(
                    WithinCellSignal(
                        None, says, heard, hers, gains, tuple(value for value, _ in held)
                    )
                )
        return found

    def held(
        self, distribution: SignalDistribution, response: Response
    ) -> list[tuple[DeviationBound, Fraction]] | None:
        """What each agent could get in this cell at most, and what he has; None as soon as one
        surely gains.
        """
        found = []
        for agent in self.game.agents:
            now = expected(self.game.agent_payoff(agent.name), distribution, response)
            if not self.budget and self.rich and self.surely(agent, distribution) > now:
                return None
            held = deviation_bound(self.game, agent, distribution, self.effort, now)
            if not self.budget and held.value > now:
                return None
            found.append((held, now))
        return found

    def surely(self, agent: Agent, distribution: SignalDistribution) -> Fraction:
        """The most of what he surely gets by telling all that he sees, or one cell of it: programs
        that need not be solved.
        """
        inside = [
            cell
            for cell in agent.sees
            if any(x in seen for seen in distribution.values() for x in cell)
        ]
        alone = {cell: self.told(agent, distribution, set(cell)) for cell in inside}
        everything = {x for cell in inside for x in cell}
        apart = (
            alone[cell] + self.told(agent, distribution, everything.difference(cell))
            for cell in inside
        )
        return max([sum(alone.values(), Fraction(0)), *apart])

    def told(self, agent: Agent, distribution: SignalDistribution, among: set[str]) -> Fraction:
        """What he gets where she learns that x_B is among these, by her least favourable choice."""
        total = Fraction(0)
        for t, seen in distribution.items():
            here = {x: p for x, p in seen.items() if x in among}
            if here:
                worth = values(self.game, self.game.agent_payoff(agent.name), t, here)
                total += min(worth[a] for a in best_actions_at(self.game, t, here))
        return total


def _settled(game: Game, cells: _Cells, plan: Plan, effort: Effort) -> SignalEquilibrium | None:
    """The partition as a profile, with the prices of every agent."""
    agents = game.agents
    said = {
        agent.name: {x: word for _, play in plan for x, word in play.says[agent.name].items()}
        for agent in agents
    }
    first = {
        name: next(iter(words.values())) for name, words in said.items()
    }  # what is said where it cannot matter
    signals = {
        name: {x: words.get(x, first[name]) for x in game.agent_observations}
        for name, words in said.items()
    }
    response = {heard: action for _, play in plan for heard, action in play.response.items()}
    held = {
        agent.name: together([play.deviation_bounds[n] for _, play in plan])
        for n, agent in enumerate(agents)
    }
    kind = (
        "partition" if all(play.speaker is None for _, play in plan) else "partition with a speaker"
    )
    return verify_profile(game, kind, signals, response, effort, held)


def together(found: Sequence[DeviationBound]) -> DeviationBound | None:
    """The prices of separate blocks as those of the whole, if they were all found with the same
    knowledge.
    """
    first = found[0]
    if any(part.knows is not first.knows for part in found):
        return None
    blocks = tuple(block for part in found for block in part.blocks)
    return DeviationBound(
        first.agent, first.knows, first.floor, blocks, all(part.exact for part in found)
    )
