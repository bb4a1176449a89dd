"""Partition equilibria: all of at least two agents announce the same partition of what they see.

Whoever deviates, another agent still names the cell, so a deviation in one cell changes nothing in
the others. The partition is an equilibrium if and only if in no cell an agent gains by saying more
(theory.md 6.3). The worst and the best such partition for the user (theory.md 6.4):

1. The atoms are the cells that all agents can tell apart; sets of atoms are bit masks.
2. For each set of atoms, `_Partitions.announced` finds the responses under which no agent gains if
   the set is announced as a cell: by a cheap lower bound first, then by deviation bounds.
3. Subset dynamic programming: a partition of a set is a cell with the set's first atom, and a
   partition of the rest. 3^n steps instead of all partitions of n atoms.

Where the user's ties under `any`, or gamma > 0, let gains in one cell be offset in another, all
partitions of few atoms are listed instead. If the worst partition is above the bound for all
equilibria, cells in which one agent sends more (`partition_cells`) are tried as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice, product
from operator import ge, gt, le, lt

from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import Response, SignalDistribution, best_actions_at
from verifier.game.rules import common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.partitions import members, parts
from verifier.solve.program import Goal, Number
from verifier.theory.benchmark import optimum
from verifier.theory.deviations.deviation import DeviationBound, deviation_bound, surely_content
from verifier.theory.deviations.persuasion import subproblem_of
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium, verify_profile
from verifier.theory.equilibria.partition_cells import (
    WithinCellSignal,
    WithinCellSignals,
    cell_name,
)

ATOM_LIMIT = 12
"""The largest number of atoms for which all sets of atoms are examined."""

OFFSET_ATOM_LIMIT = 6
"""The largest number of atoms for which all partitions are listed, where gains may be offset."""

SENDER_ATOM_LIMIT = 4
"""The largest number of atoms for which cells with a sender are examined."""

RESPONSE_LIMIT = 64
"""The largest number of best responses of the user that are tried in a cell."""

Partition = tuple[tuple[int, WithinCellSignal], ...]
"""A partition: for each cell the set of its atoms as a bit mask, with what is sent there."""


def partition_equilibria(
    game: Game,
    effort: Effort = USUAL,
    least: Fraction | None = None,
    ends: Collection[Goal] = tuple(Goal),
) -> list[SignalEquilibrium]:
    """The worst and the best partition equilibrium for the user.

    `least`: a lower bound on all equilibria; if the worst partition is above it, cells with a
    sender are examined, too. `ends`: MINIMISE alone asks for the worst alone. Empty if none is
    found, if there is only one agent, or if there are more than ATOM_LIMIT atoms.
    """
    search = _Partitions(game, effort)
    if len(game.agents) < 2 or len(search.atoms) > ATOM_LIMIT:
        return []
    if Goal.MAXIMISE not in ends:
        found = sorted(search.found(least, [Goal.MINIMISE]), key=_utility)
        worst = next(filter(None, (_equilibrium(search, partition) for partition in found)), None)
        if worst is not None:
            return [worst]
    found = search.found(least, list(Goal))
    return list(filter(None, [_equilibrium(search, partition) for partition in found]))


def _undominated(
    sums: Mapping[tuple[Fraction, ...], Partition],
) -> dict[tuple[Fraction, ...], Partition]:
    """The sums than which no other is as small for every agent."""
    kept: dict[tuple[Fraction, ...], Partition] = {}
    for total in sorted(sums):
        if not any(all(map(le, other, total)) for other in kept):
            kept[total] = sums[total]
    return kept


def _one_of_each(partitions: Sequence[Partition]) -> list[Partition]:
    """The first partition of each utility to the user."""
    return list({_utility(partition): partition for partition in reversed(partitions)}.values())


def _utility(partition: Partition) -> Fraction:
    return sum((sent.user_utility for _, sent in partition), Fraction(0))


class _Partitions:
    """A search over partitions into sets of atoms, each set with what can be sent there.

    `messages`: how many cells can be announced. `gains_offset`: whether gains in one cell may be
    offset in another. `senders_allowed`: whether cells with a sender are examined.
    """

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        possible = {x for _, x in game.points}
        shared = common_coarsening(game, [agent.sees for agent in game.agents])
        self.atoms = [cell for cell in shared if possible.intersection(cell)]
        capacity = game.conversation.capacity
        self.messages = len(self.atoms) if capacity is None else min(capacity, len(self.atoms))
        offset = bool(game.gamma) or (game.ties is Ties.ANY and not game.has_unique_best_actions)
        self.gains_offset = offset and len(self.atoms) <= OFFSET_ATOM_LIMIT
        self.senders_allowed = (
            len({agent.sees for agent in game.agents}) == 1
            and len(game.user_support) == 1
            and game.conversation.rich
            and not self.gains_offset
            and len(self.atoms) <= SENDER_ATOM_LIMIT
        )
        within_cells = WithinCellSignals(game, effort)
        self.announced = cache(self._announced)
        self.pooled, self.informed = cache(self._pooled), cache(self._informed)
        self.with_sender = cache(
            lambda mask, goal, enough: list(
                within_cells.of_each_sender(self.observations(mask), goal, enough)
            )
        )

    @property
    def all_atoms(self) -> int:
        """The set of all atoms."""
        return (1 << len(self.atoms)) - 1

    def observations(self, mask: int) -> Cell:
        """The observations in a set of atoms."""
        return tuple(x for n in members(mask) for x in self.atoms[n])

    def found(self, least: Fraction | None, goals: Sequence[Goal]) -> list[Partition]:
        """The worst, and the best where it is asked for, without senders and with them.

        One of each utility. Senders are tried if the worst partition is above `least`, and do not
        help where the best one is worth OPT.
        """
        plain = self.extremes(goals)
        found, reached = list(plain.values()), {g: _utility(p) for g, p in plain.items()}
        worst, best = reached.get(Goal.MINIMISE), reached.get(Goal.MAXIMISE)
        if self.senders_allowed and (worst is None or least is None or worst > least):
            improvable = best is None or best < optimum(self.game)
            hopes = [goal for goal in goals if goal is Goal.MINIMISE or improvable]
            more = (
                self.extreme(goal, with_senders=True, beyond=reached.get(goal), least=least)
                for goal in hopes
            )
            found += [partition for partition in more if partition is not None]
        return _one_of_each(found)

    def extremes(self, goals: Sequence[Goal]) -> dict[Goal, Partition]:
        """The worst or the best partition for the user without senders; empty if there is none."""
        if self.gains_offset:
            partitions = self.all_partitions(self.all_atoms, self.messages)
            answered = [self.answered(cells) for cells in partitions]
            found = [partition for partition in answered if partition is not None]
            pick = {Goal.MINIMISE: min, Goal.MAXIMISE: max}
            return {goal: pick[goal](found, key=_utility) for goal in goals if found}
        ends = {goal: self.extreme(goal, with_senders=False) for goal in goals}
        return {goal: partition for goal, partition in ends.items() if partition is not None}

    def extreme(
        self,
        goal: Goal,
        *,
        with_senders: bool,
        beyond: Fraction | None = None,
        least: Fraction | None = None,
    ) -> Partition | None:
        """The worst or the best partition for the user, by subset dynamic programming.

        None where there is none, or, given `beyond`, none worse or none as good as that. Cells are
        not examined where no answer could improve on what is found, also since none is worth less
        to her than `least`; of several partitions with the same utility the first counts.
        """
        end, improves = (min, lt) if goal is Goal.MINIMISE else (max, ge)
        enough = least if goal is Goal.MINIMISE else None

        def best(mask: int, messages: int, beyond: Fraction | None) -> Partition | None:
            if mask == 0:
                return ()
            found, reached = None, beyond
            for cell in self.first_cells(mask, goal) if messages else ():
                hope = self.hope(cell, goal, more_is_sent=with_senders)
                hope += self.hope(mask & ~cell, goal, more_is_sent=True)
                if enough is not None and mask == self.all_atoms:
                    hope = max(hope, enough)
                if reached is not None and not improves(hope, reached):
                    continue
                sent = self.announced(cell)
                several_atoms = cell & (cell - 1)
                worst = sent and goal is Goal.MINIMISE  # no signal is worth less to her than none
                if with_senders and several_atoms and not worst:
                    alone = cell == self.all_atoms
                    sent = sent + self.with_sender(cell, goal, enough if alone else None)
                rest = rest_of(mask & ~cell, messages - 1) if sent else None
                if rest is None:
                    continue
                partition = ((cell, end(sent, key=lambda one: one.user_utility)), *rest)
                if reached is None or improves(_utility(partition), reached):
                    found, reached = partition, _utility(partition)
            return found

        rest_of = cache(lambda mask, messages: best(mask, messages, None))
        return best(self.all_atoms, self.messages, beyond)

    def first_cells(self, mask: int, goal: Goal) -> Iterable[int]:
        """The cells with the first atom of a set, those first that promise most for the goal."""
        return parts(mask) if goal is Goal.MINIMISE else reversed(list(parts(mask)))

    def hope(self, mask: int, goal: Goal, *, more_is_sent: bool) -> Fraction:
        """The least utility that the user can have in a set of atoms, or the greatest.

        It is the least if she only learns that x_B is in the set, the greatest if she learns x_B,
        where more than the set is sent.
        """
        revealed = more_is_sent and goal is Goal.MAXIMISE
        return self.informed(mask) if revealed else self.pooled(mask)

    def _pooled(self, mask: int) -> Fraction:
        """The user's utility in a set of atoms that is announced as one cell."""
        game, cell = self.game, self.observations(mask)
        whole = game.whole_user_payoff
        totals = [[game.total(whole, x, cell, a) for a in game.actions] for x in game.user_support]
        return game.grain * sum(map(max, totals))

    def _informed(self, mask: int) -> Fraction:
        """The user's utility in a set of atoms if she knows x_B."""
        game, cell = self.game, set(self.observations(mask))
        best = [
            (*point, first[0]) for point, first in game.best_actions.items() if point[1] in cell
        ]
        return game.grain * sum([game.whole_user_payoff[key] for key in best])

    def all_partitions(self, mask: int, messages: int) -> Iterator[tuple[int, ...]]:
        """All partitions of a set of atoms into at most so many cells."""
        if mask == 0:
            yield ()
            return
        for cell in parts(mask) if messages else ():
            for rest in self.all_partitions(mask & ~cell, messages - 1):
                yield (cell, *rest)

    def answered(self, cells: Sequence[int]) -> Partition | None:
        """The partition with responses under which no agent's gains sum to more than gamma.

        Cell by cell, sums of gains are kept if the least gains in the cells to come could make up
        for them and no other sum is as small for every agent.
        """
        room = [self.game.gamma] * len(self.game.agents)
        choices = [self.announced(cell) for cell in cells]
        if not all(choices):
            return None
        least = [[min(gains) for gains in zip(*(s.gains for s in c), strict=True)] for c in choices]
        room = [total - sum(g) for total, g in zip(room, zip(*least, strict=True), strict=True)]
        sums: dict[tuple[Fraction, ...], Partition] = {(Fraction(0),) * len(room): ()}
        for cell, sent, low in zip(cells, choices, least, strict=True):
            longer: dict[tuple[Fraction, ...], Partition] = {}
            for above, chosen in sums.items():
                for one in sent:
                    more = zip(above, one.gains, low, strict=True)
                    total = tuple([a + gain - least for a, gain, least in more])
                    if all(map(le, total, room)):
                        longer.setdefault(total, (*chosen, (cell, one)))
            sums = _undominated(longer)
        return next(iter(sums.values()), None)

    def _announced(self, mask: int) -> list[WithinCellSignal]:
        """The cell is announced and nothing more: one entry for each best response of the user.

        Unless gains may be offset in other cells, only the responses under which no agent gains.
        """
        cell, agents = self.observations(mask), self.game.agents
        name = cell_name(cell)
        distribution = self._distribution(cell, name)
        # the first best action is a function of her belief, as ties = belief asks
        ties = Ties.ORDER if self.game.ties is Ties.BELIEF else self.game.ties
        choices = [
            best_actions_at(self.game, t, points, ties) for t, points in distribution.items()
        ]
        signals = {agent.name: {x: {name: Fraction(1)} for x in cell} for agent in agents}
        utility, found = self.pooled(mask), []
        for actions in islice(product(*choices), RESPONSE_LIMIT):
            response = dict(zip(distribution, actions, strict=True))
            bounds = self.bounds(distribution, response)
            if bounds is None:
                continue
            found.append(
                WithinCellSignal(
                    None,
                    signals,
                    {(t[0], *[name] * len(agents)): action for t, action in response.items()},
                    utility,
                    tuple(
                        Fraction(0) if bound is None else bound.value - now for bound, now in bounds
                    ),
                    tuple(bound for bound, _ in bounds),
                )
            )
        return found

    def _distribution(self, cell: Cell, name: str) -> SignalDistribution:
        """The user's types in the cell, as an agent meets them: the others announce the cell."""
        others = [name] * (len(self.game.agents) - 1)
        distribution: dict[tuple[str, ...], dict[str, Number]] = {}
        for x_user, x in self.game.points:
            if x in cell:
                distribution.setdefault((x_user, *others), {})[x] = 1
        return distribution

    def bounds(
        self, distribution: SignalDistribution, response: Response
    ) -> list[tuple[DeviationBound | None, Fraction]] | None:
        """Every agent's deviation bound in a cell with his utility there.

        None as soon as one agent gains, unless gains may be offset in other cells. No bound is
        computed for an agent who already has the most that any action could give him.
        """
        agents, grain = self.game.agents, self.game.grain
        has = [self.payoff(agent, distribution, response) for agent in agents]
        if not self.gains_offset and self.game.conversation.rich:
            some = [self.revealing_payoff(agent, distribution) for agent in agents]
            if any(map(gt, some, has)):
                return None
        found: list[tuple[DeviationBound | None, Fraction]] = []
        for agent, now in zip(agents, has, strict=True):
            if not self.gains_offset and self.is_content(agent, distribution, response, now):
                found.append((None, now * grain))
                continue
            bound = deviation_bound(self.game, agent, distribution, self.effort, now * grain)
            if not self.gains_offset and bound.value > now * grain:
                return None
            found.append((bound, now * grain))
        return found

    def is_content(
        self, agent: Agent, distribution: SignalDistribution, response: Response, now: Number
    ) -> bool:
        """Whether it is plain, without a program, that the agent cannot gain in a cell."""
        if self.greatest_payoff(agent, distribution) <= now:
            return True
        subproblem = subproblem_of(self.game, agent, distribution)
        return surely_content(subproblem, tuple(response.values()))

    def bound(self, mask: int, cell: WithinCellSignal, n: int) -> DeviationBound:
        """The n-th agent's deviation bound in a cell, computed here where none was needed."""
        known = cell.deviation_bounds[n]
        if known is not None:
            return known
        observations, agent = self.observations(mask), self.game.agents[n]
        name = cell_name(observations)
        distribution = self._distribution(observations, name)
        everybody = [name] * len(self.game.agents)
        response = {t: cell.response[t[0], *everybody] for t in distribution}
        now = self.game.grain * self.payoff(agent, distribution, response)
        return deviation_bound(self.game, agent, distribution, self.effort, now)

    def payoff(self, agent: Agent, distribution: SignalDistribution, response: Response) -> Number:
        """The agent's payoff in a cell, over the grain, as those below are."""
        whole = self.game.whole_agent_payoffs[agent.name]
        return sum(
            [
                p * whole[t[0], x, response[t]]
                for t, points in distribution.items()
                for x, p in points.items()
            ]
        )

    def greatest_payoff(self, agent: Agent, distribution: SignalDistribution) -> Number:
        """The most that the agent could get in a cell.

        It is his payoff if the user always took the action that he likes best; of her best actions
        only, if he cannot tell her more than the cell.
        """
        whole, actions = self.game.whole_agent_payoffs[agent.name], self.game.actions
        if len(self.cells_inside(agent, distribution)) == 1:
            best = {t: best_actions_at(self.game, t, points) for t, points in distribution.items()}
            return sum(
                [
                    max([sum([p * whole[t[0], x, a] for x, p in points.items()]) for a in best[t]])
                    for t, points in distribution.items()
                ]
            )
        return sum(
            [
                p * max([whole[t[0], x, a] for a in actions])
                for t, points in distribution.items()
                for x, p in points.items()
            ]
        )

    def revealing_payoff(self, agent: Agent, distribution: SignalDistribution) -> Number:
        """A cheap lower bound on what the agent can get, for pruning: no program is solved.

        The largest of what he gets by revealing all that he sees, or by revealing whether x_B lies
        in one of his cells, where the user's ties count against him.
        """
        inside = self.cells_inside(agent, distribution)
        alone = {cell: self.least_payoff(agent, distribution, cell) for cell in inside}
        everything = {x for cell in inside for x in cell}
        one_apart = (
            alone[cell] + self.least_payoff(agent, distribution, everything.difference(cell))
            for cell in (inside if len(inside) > 2 else ())
        )
        return max([sum(alone.values()), *one_apart])

    def cells_inside(self, agent: Agent, distribution: SignalDistribution) -> list[Cell]:
        """The agent's cells in which one of the types is possible."""
        possible = {x for points in distribution.values() for x in points}
        return [cell for cell in agent.sees if not possible.isdisjoint(cell)]

    def least_payoff(
        self, agent: Agent, distribution: SignalDistribution, revealed: Collection[str]
    ) -> Number:
        """The agent's least payoff, over the grain, if the user learns that x_B is in this set."""
        total: Number = 0
        whole = self.game.whole_agent_payoffs[agent.name]
        for t, points in distribution.items():
            inside = [(x, p) for x, p in points.items() if x in revealed]
            if inside:
                best = best_actions_at(self.game, t, dict(inside))
                total += min([sum([p * whole[t[0], x, a] for x, p in inside]) for a in best])
        return total


def _equilibrium(cells: _Partitions, partition: Partition) -> SignalEquilibrium | None:
    """The partition as a profile of signals, verified with the deviation bounds of its cells."""
    game, signals = cells.game, {}
    for agent in game.agents:
        sent = {x: p for _, cell in partition for x, p in cell.signals[agent.name].items()}
        anything = next(iter(sent.values()))  # for observations of probability zero
        signals[agent.name] = {x: sent.get(x, anything) for x in game.agent_observations}
    response = {t: action for _, cell in partition for t, action in cell.response.items()}
    bounds = {
        agent.name: _sum_of_bounds([cells.bound(mask, cell, n) for mask, cell in partition])
        for n, agent in enumerate(game.agents)
    }
    without_senders = all(cell.sender is None for _, cell in partition)
    kind = "partition" if without_senders else "partition with a speaker"
    return verify_profile(game, kind, signals, response, cells.effort, bounds)


def _sum_of_bounds(bounds: Sequence[DeviationBound]) -> DeviationBound | None:
    """The bound with the subproblems of all cells; None if the cells grant different knowledge."""
    first = bounds[0]
    if any(bound.knowledge is not first.knowledge for bound in bounds):
        return None
    subproblems = tuple(part for bound in bounds for part in bound.subproblems)
    exact = all(bound.exact for bound in bounds)
    return DeviationBound(first.agent, first.knowledge, first.floor_price, subproblems, exact)
