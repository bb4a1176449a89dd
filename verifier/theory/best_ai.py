"""The equilibrium values of a user who picks the best AI, by frontiers (theory.md 6.5).

A common signal with outcome mu is an equilibrium if and only if U_i(mu) >= f_i(u(mu)) for every
agent, since an agent is picked only if he offers her at least as much as the others. Under
`favour-speaker`, where all agents see the same, these are all equilibrium outcomes; under the other
tie rules they are some. Between two neighbouring breakpoints all frontiers are linear, so that two
linear programs give the least and the greatest equilibrium value there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from verifier.game.model import Agent, Game, Ties
from verifier.game.response import Response, consistent, expected, signal_distribution
from verifier.game.rules import Signal, common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Optimal, Sense
from verifier.theory.deviation import DeviationBound, Knowledge, SubproblemBound, message_set_bound
from verifier.theory.frontier import Frontier, Frontiers
from verifier.theory.persuasion import (
    Plan,
    attained,
    column_payoffs,
    independent_types,
    read_plan,
    signal_program,
    subproblem_of,
)
from verifier.theory.recommendable import recommendable
from verifier.theory.signal_equilibrium import SignalEquilibrium, as_signal


@dataclass(frozen=True)
class BestAIValues:
    """The user's equilibrium values, with a worst and a best equilibrium, as they are asked for.

    `complete` says that there are no other values. Between neighbouring `points` all frontiers are
    linear.
    """

    frontiers: tuple[Frontier, ...]
    points: tuple[Fraction, ...]
    complete: bool
    signals: CommonSignals = field(repr=False, compare=False)

    @property
    def curves(self) -> Frontiers:
        """The frontiers, from which more points can be had."""
        return self.signals.curves

    @cached_property
    def plans(self) -> dict[tuple[int, Goal], Plan | None]:
        """A store of the plans of least and of greatest equilibrium value, by piece."""
        return {}

    def plan(self, piece: int, goal: Goal) -> Plan | None:
        """The plan of least or greatest equilibrium value on a piece; None where there is none."""
        if (piece, goal) not in self.plans:
            a, b = self.points[piece], self.points[min(piece + 1, len(self.points) - 1)]
            self.plans[piece, goal] = self.signals.end(self.frontiers, a, b, goal)
        return self.plans[piece, goal]

    @property
    def pieces(self) -> range:
        """The numbers of the pieces between the points; a single point is a piece."""
        return range(max(1, len(self.points) - 1))

    @property
    def _least(self) -> Iterator[Plan]:
        return filter(None, (self.plan(piece, Goal.MINIMISE) for piece in self.pieces))

    @cached_property
    def least(self) -> Fraction | None:
        """The least equilibrium value; None where there is none."""
        return next((plan.user_utility for plan in self._least), None)

    @cached_property
    def intervals(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The equilibrium values as ascending intervals."""
        ends = ([self.plan(piece, goal) for goal in Goal] for piece in self.pieces)
        return merged([(p.user_utility, q.user_utility) for p, q in ends if p and q])

    @cached_property
    def worst(self) -> SignalEquilibrium | None:
        """A worst equilibrium; None where the user does not follow any of the signals found."""
        return self.signals.first_equilibrium(self._least)

    @cached_property
    def best(self) -> SignalEquilibrium | None:
        """A best equilibrium; None where the user does not follow any of the signals found."""
        most = filter(None, (self.plan(piece, Goal.MAXIMISE) for piece in reversed(self.pieces)))
        better = (p for p in most if self.worst is None or p.user_utility > self.worst.user_utility)
        return self.signals.first_equilibrium(better) or self.worst


def best_ai_values(game: Game, effort: Effort = USUAL) -> BestAIValues | None:
    """The equilibrium values of a user who picks the best of several agents.

    None for one agent, a user who asks, or a finite alphabet. Raises SizeError as `persuade` does.
    """
    talk = game.conversation
    asks = not talk.silent and len(game.user_support) > 1
    if len(game.agents) < 2 or asks or not talk.rich:
        return None
    return CommonSignals(game, effort).values()


class CommonSignals:
    """The signals that all agents of a game can send alike, beside the frontier of each alone."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.curves = Frontiers(game, effort)
        shared = common_coarsening(game, [agent.sees for agent in game.agents])
        self.shared = [
            subproblem_of(game, Agent(agent.name, agent.utility, shared), self.curves.distribution)
            for agent in game.agents
        ]
        self.grain = self.shared[0].grain
        self.followed = recommendable(game, self.shared[0], effort).strategies
        self.hers = column_payoffs(
            self.shared[0], self.followed, self.shared[0].user_payoff, effort
        )
        self.his = [
            column_payoffs(subproblem, self.followed, subproblem.agent_payoff, effort)
            for subproblem in self.shared
        ]

    def values(self) -> BestAIValues:
        """The equilibrium values, from two programs for each piece between common breakpoints."""
        low, high = self._ends()
        frontiers = tuple(self.curves.frontier(n, low, high) for n in range(len(self.his)))
        points = tuple(sorted({v for frontier in frontiers for v, _ in frontier.breakpoints}))
        same = len({agent.sees for agent in self.game.agents}) == 1
        complete = same and self.game.ties is Ties.FAVOUR_SPEAKER
        return BestAIValues(frontiers, points, complete, self)

    def first_equilibrium(self, plans: Iterable[Plan]) -> SignalEquilibrium | None:
        return next((e for e in map(self._equilibrium, plans) if e is not None), None)

    def _ends(self) -> tuple[Fraction, Fraction]:
        """The least and the greatest utility of the user over all common signals.

        They are those of silence and of revealing all that the agents share.
        """
        shared, actions = self.shared[0], self.game.actions
        cells, hers, types = shared.cells, shared.user_payoff, range(len(shared.types))
        least = [max([sum([hers[c, n, a] for c in cells]) for a in actions]) for n in types]
        most = [max([hers[c, n, a] for a in actions]) for c in cells for n in types]
        return sum(least) * self.grain, sum(most) * self.grain

    def end(
        self, frontiers: Sequence[Frontier], a: Fraction, b: Fraction, goal: Goal
    ) -> Plan | None:
        """The plan of least or greatest equilibrium value in [a, b], where frontiers are linear."""
        program = signal_program(self.game, self.shared[0], self.followed, goal, self.hers)
        program.row("from", self.hers, Sense.AT_LEAST, a / self.grain)
        program.row("to", self.hers, Sense.AT_MOST, b / self.grain)
        for frontier, his in zip(frontiers, self.his, strict=True):
            line = frontier.piece(a, b)
            row = {key: value - line.slope * self.hers[key] for key, value in his.items()}
            most = line.value - line.slope * line.at - self.game.gamma
            program.row(
                ("no deviation gains", frontier.agent), row, Sense.AT_LEAST, most / self.grain
            )
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        return read_plan(answer.primal, self.hers, self.grain)

    def _equilibrium(self, plan: Plan) -> SignalEquilibrium | None:
        """The plan as a common signal; None where the tie rule keeps the user from it."""
        if not attained(self.game, plan):
            return None
        return offered_by_all(self.curves, *as_signal(self.game, self.shared[0], plan))


def offered_by_all(
    curves: Frontiers, signal: Signal, response: Response
) -> SignalEquilibrium | None:
    """The equilibrium in which all agents offer this signal, with a deviation bound for each.

    None where the response is not consistent under `belief`. The caller ensures, and the kernel
    checks, that no agent has less than his frontier and that every agent sees what the signal
    reveals.
    """
    game = curves.game
    distribution = signal_distribution(game, [signal])
    if game.ties is Ties.BELIEF and not consistent(game, distribution, response):
        return None
    utilities = {
        name: expected(payoff, distribution, response)
        for name, payoff in game.agent_payoffs.items()
    }
    worth = expected(game.user_payoff, distribution, response)
    bounds = tuple(
        offer_bound(curves, n, -curves.tangent(n, worth).slope) for n in range(len(utilities))
    )
    return SignalEquilibrium(
        "common signal",
        dict.fromkeys(utilities, signal),
        response,
        worth,
        utilities,
        bounds,
        {bound.agent: bound.for_at_least(worth) for bound in bounds},
    )


def offer_bound(curves: Frontiers, n: int, floor: Fraction) -> DeviationBound:
    """The bound on the n-th agent's rules, by dual prices, with `floor` as her utility's weight.

    Minus the slope of the frontier at v makes it sharpest for rules worth at least v to her.
    """
    game, agent = curves.game, curves.game.agents[n]
    bounds = []
    for part in independent_types(agent, curves.distribution):
        subproblem, dominated = curves.subproblems[n], curves.dominated[n]
        if len(part) < len(curves.distribution):
            subproblem = subproblem_of(game, agent, part)
            dominated = curves.dominated_in(subproblem)
        message_set = message_set_bound(
            game,
            subproblem,
            dominated,
            curves.effort,
            worst_duplicates=curves.worst_duplicates,
            floor_price=floor,
        )
        bounds.append(SubproblemBound(subproblem.types, dominated, (message_set,)))
    return DeviationBound(agent.name, Knowledge.OWN_OBSERVATION, floor, tuple(bounds), True)


def merged(intervals: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """The union of ascending intervals, as ascending intervals that do not touch.

    >>> merged([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)), (Fraction(3), Fraction(3))])
    ((Fraction(0, 1), Fraction(2, 1)), (Fraction(3, 1), Fraction(3, 1)))
    """
    union: list[tuple[Fraction, Fraction]] = []
    for low, high in intervals:
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(high, union[-1][1]))
        else:
            union.append((low, high))
    return tuple(union)
