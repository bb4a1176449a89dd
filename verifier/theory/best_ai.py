"""The user who picks the best single AI: all equilibrium values, by the agents' frontiers
(theory.md 6, G3).

A common signal with outcome mu is an equilibrium iff U_i(mu) >= f_i(u(mu)) for every agent:
offering her at least as much is what it takes to be picked. Under `favour-speaker`, where all
agents see the same, these are all the equilibrium outcomes there are; under the other tie rules
they are some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from verifier.game.model import Agent, Game, Ties
from verifier.game.response import Response, consistent, expected, signal_distribution
from verifier.game.rules import Signal, common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Optimal, Sense
from verifier.theory.deviation import BlockBound, DeviationBound, Knows, persuade_block
from verifier.theory.dominance import dominated_actions
from verifier.theory.frontier import Frontier, Frontiers
from verifier.theory.persuasion import (
    Plan,
    attained,
    independent_types,
    optimal_answer,
    read_plan,
    sent,
    signal_program,
    strategies,
    subproblem_of,
)
from verifier.theory.signal_equilibrium import SignalEquilibrium, as_signal


@dataclass(frozen=True)
class BestAIValues:
    """The values that she can have in an equilibrium: closed intervals, ascending; `complete`: she
    can have no others.
    """

    frontiers: tuple[Frontier, ...]
    intervals: tuple[tuple[Fraction, Fraction], ...]
    complete: bool
    worst: SignalEquilibrium | None
    best: SignalEquilibrium | None
    curves: Frontiers = field(repr=False, compare=False)


def best_ai_values(game: Game, effort: Effort = USUAL) -> BestAIValues | None:
    """The equilibrium values of a user who picks the best of several agents.

    None for one agent, a user who speaks, or a poor alphabet. Raises SizeError as `persuade` does.
    """
    talk = game.conversation
    asks = not talk.silent and len(game.user_support) > 1
    if len(game.agents) < 2 or asks or not talk.rich:
        return None
    return _Selection(game, effort).decide()


class _Selection:
    """One game's boards: what each agent can do alone, and what all can do alike."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.curves = Frontiers(game, effort)
        shared = common_coarsening(game, [agent.sees for agent in game.agents])
        self.alike = [
            subproblem_of(game, Agent(agent.name, agent.utility, shared), self.curves.distribution)
            for agent in game.agents
        ]
        self.followed = strategies(game, self.alike[0])
        self.hers = sent(self.alike[0], self.followed, self.alike[0].hers)
        self.his = [sent(subproblem, self.followed, subproblem.his) for subproblem in self.alike]

    def decide(self) -> BestAIValues:
        """Walks the common breakpoints and solves two programs per piece."""
        low, high = (self._recommended_value(goal) for goal in (Goal.MINIMISE, Goal.MAXIMISE))
        frontiers = tuple(self.curves.frontier(n, low, high) for n in range(len(self.his)))
        points = sorted({v for frontier in frontiers for v, _ in frontier.breakpoints})
        pieces = list(pairwise(points)) or [(low, high)]
        found: list[tuple[Plan, Plan]] = []
        for a, b in pieces:
            least = self._end(frontiers, a, b, Goal.MINIMISE)
            most = None if least is None else self._end(frontiers, a, b, Goal.MAXIMISE)
            if least is not None and most is not None:
                found.append((least, most))
        same = len({agent.sees for agent in self.game.agents}) == 1
        complete = same and self.game.ties is Ties.FAVOUR_SPEAKER
        worst = next((e for e in (self._settled(plan) for plan, _ in found) if e is not None), None)
        tops = (
            plan
            for _, plan in reversed(found)
            if worst is None or plan.user_utility > worst.user_utility
        )
        best = next((e for e in map(self._settled, tops) if e is not None), worst)
        values = merged([(p.user_utility, q.user_utility) for p, q in found])
        return BestAIValues(frontiers, values, complete, worst, best, self.curves)

    def _recommended_value(self, goal: Goal) -> Fraction:
        program = signal_program(
            self.game, self.alike[0], self.followed, goal, self.hers, self.effort
        )
        return optimal_answer(self.effort.solve(program)).value

    def _end(
        self, frontiers: Sequence[Frontier], a: Fraction, b: Fraction, goal: Goal
    ) -> Plan | None:
        """The least or greatest equilibrium value in [a, b], where all frontiers are linear, with a
        plan that has it.
        """
        program = signal_program(
            self.game, self.alike[0], self.followed, goal, self.hers, self.effort
        )
        program.row("from", self.hers, Sense.AT_LEAST, a)
        program.row("to", self.hers, Sense.AT_MOST, b)
        for frontier, his in zip(frontiers, self.his, strict=True):
            line = frontier.piece(a, b)
            row = {key: value - line.slope * self.hers[key] for key, value in his.items()}
            most = line.value - line.slope * line.at - self.game.gamma
            program.row(("no deviation gains", frontier.agent), row, Sense.AT_LEAST, most)
        answer = self.effort.solve(program)
        return (
            read_plan(answer.primal, self.his[0], self.hers)
            if isinstance(answer, Optimal)
            else None
        )

    def _settled(self, plan: Plan) -> SignalEquilibrium | None:
        """The plan as a signal that all agents offer; None where she does not follow it under the
        tie rule.
        """
        if not attained(self.game, plan):
            return None
        return offered_by_all(self.curves, *as_signal(self.game, self.alike[0], plan))


def offered_by_all(
    curves: Frontiers, signal: Signal, response: Response
) -> SignalEquilibrium | None:
    """The profile in which all agents offer this signal, with prices that hold everybody back.

    None where her response is not consistent under `belief`. That no agent has less than his
    frontier is for the caller to see to, and for the kernel to check; so is that every agent can
    tell apart what the signal tells apart.
    """
    game = curves.game
    told = signal_distribution(game, [signal])
    if game.ties is Ties.BELIEF and not consistent(game, told, response):
        return None
    utilities = {
        name: expected(payoff, told, response) for name, payoff in game.agent_payoffs.items()
    }
    worth = expected(game.user_payoff, told, response)
    deviation_bounds = tuple(_deterrence(curves, n, worth) for n in range(len(utilities)))
    return SignalEquilibrium(
        "common signal",
        dict.fromkeys(utilities, signal),
        True,
        response,
        worth,
        utilities,
        deviation_bounds,
    )


def _deterrence(curves: Frontiers, n: int, v: Fraction) -> DeviationBound:
    """Prices for rules that are worth at least v to her: her utility counts with the slope of the
    frontier there.
    """
    game, agent = curves.game, curves.game.agents[n]
    floor, found = -curves.tangent(n, v).slope, []
    for part in independent_types(agent, curves.distribution):
        whole = len(part) == len(curves.distribution)
        subproblem = curves.subproblems[n] if whole else subproblem_of(game, agent, part)
        never = (
            curves.never[n]
            if whole
            else dominated_actions(game, subproblem, curves.effort)
            if curves.strict
            else {}
        )
        option = persuade_block(
            game, subproblem, never, curves.effort, strict=curves.strict, floor=floor
        )
        found.append(BlockBound(subproblem.types, never, (option,)))
    return DeviationBound(agent.name, Knows.OWN, floor, tuple(found), True)


def merged(intervals: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """Ascending intervals, those that touch made one.

    >>> merged([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)), (Fraction(3), Fraction(3))])
    ((Fraction(0, 1), Fraction(2, 1)), (Fraction(3, 1), Fraction(3, 1)))
    """
    found: list[tuple[Fraction, Fraction]] = []
    for low, high in intervals:
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)
