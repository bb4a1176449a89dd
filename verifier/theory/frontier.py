"""Frontiers f_i(v): the most that agent i gets while the user gets at least v (theory.md 6.5).

f_i(v) = max {U_i(mu) : u(mu) >= v} over the outcomes mu of recommendations: one agent recommends a
strategy (an action for each of her observations), and she does best to follow it. It is concave,
nonincreasing and piecewise linear. Where she observes nothing these are the obedient outcomes.
Under `any` and `order` it is the supremum of what the agent can surely get.

Each value is a linear program whose row u(mu) >= v has the slope as its multiplier. Breakpoints are
found by recursion: two tangents meet at a point, which is a breakpoint or has a tangent between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from verifier.game.model import Cell, Game, Ties
from verifier.game.response import signal_distribution
from verifier.solve.effort import Effort
from verifier.solve.program import Key, Program, Sense
from verifier.theory.deviation import deviation_program
from verifier.theory.dominance import Mixture, dominated_actions
from verifier.theory.persuasion import (
    Strategy,
    Subproblem,
    column_payoffs,
    optimum_of,
    subproblem_of,
)
from verifier.theory.recommendable import recommendable


@dataclass(frozen=True)
class Line:
    """The line value + slope (v - at), for a tangent of a frontier or one of its linear pieces."""

    at: Fraction
    value: Fraction
    slope: Fraction

    def __call__(self, v: Fraction) -> Fraction:
        return self.value + self.slope * (v - self.at)


@dataclass(frozen=True)
class FrontierPoint:
    """A point of a frontier: its tangent, and a plan (cell, strategy) -> probability there."""

    tangent: Line
    sends: Mapping[tuple[Cell, Strategy], Fraction]


@dataclass(frozen=True)
class Frontier:
    """The frontier f_i of an agent by its breakpoints (v, f_i(v)), between which it is linear."""

    agent: str
    breakpoints: tuple[tuple[Fraction, Fraction], ...]

    def piece(self, low: Fraction, high: Fraction) -> Line:
        """The line of the frontier on [low, high], which lies between neighbouring breakpoints."""
        for (v, value), (w, worth) in pairwise(self.breakpoints):
            if v <= low and high <= w:
                return Line(v, value, (worth - value) / (w - v))
        v, value = next(pair for pair in self.breakpoints if pair[0] == low)
        return Line(v, value, Fraction(0))


Perturbations = Mapping[Strategy, Mapping[Cell, Fraction]]
"""For each strategy, frequencies of cells at which the user strictly prefers to follow it."""


@dataclass(frozen=True)
class StrictPlan:
    """A plan (cell, strategy) -> probability with strict-incentive perturbations."""

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    perturbations: Perturbations


@dataclass(frozen=True)
class LinearPiece:
    """A step of the improved bound: if no equilibrium is below a, none is below `upper`.

    a is the `upper` of the piece before, or else the plain bound. `offers[agent]` are the agent's
    plans at both ends. The multipliers prove the step: `agents` belong to the rows U_i(mu) - slope
    u(mu) >= ..., `start` to u(mu) >= a, the others to the rows of the outcome program.
    """

    upper: Fraction
    offers: Mapping[str, tuple[StrictPlan, StrictPlan]]
    agents: Mapping[str, Fraction]
    start: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]


class Frontiers:
    """The frontiers of all agents of a game; each point is computed once."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.distribution = signal_distribution(game, [])
        self.worst_duplicates = game.ties in (Ties.ANY, Ties.ORDER)
        self.subproblems = [subproblem_of(game, agent, self.distribution) for agent in game.agents]
        self.dominated = [self.dominated_in(subproblem) for subproblem in self.subproblems]
        self.program, self.point = cache(self._program), cache(self._point)

    def dominated_in(self, subproblem: Subproblem) -> dict[tuple[int, str], Mixture]:
        """The actions that the user never takes, by type; none under belief and favour-speaker."""
        return (
            dominated_actions(self.game, subproblem, self.effort) if self.worst_duplicates else {}
        )

    def tangent(self, n: int, v: Fraction) -> Line:
        """A tangent of the n-th agent's frontier at v."""
        return self.point(n, v).tangent

    def _program(self, n: int) -> tuple[Program, Mapping[Key, int]]:
        """The n-th agent's program without a floor, and the user's payoff of its columns."""
        subproblem = self.subproblems[n]
        able = recommendable(self.game, subproblem, self.effort, self.dominated[n])
        program = deviation_program(
            self.game,
            subproblem,
            able.strategies,
            self.effort,
            worst_duplicates=self.worst_duplicates,
            floor_price=Fraction(0),
        )
        hers = subproblem.user_payoff
        return program, column_payoffs(subproblem, able.strategies, hers, self.effort)

    def _point(self, n: int, v: Fraction) -> FrontierPoint:
        """The point at v, by the program with the row u(mu) >= v, whose multiplier is the slope."""
        subproblem, (plain, hers) = self.subproblems[n], self.program(n)
        program = plain.copy()
        program.row("floor", hers, Sense.AT_LEAST, v / subproblem.grain)
        answer = optimum_of(self.effort.solve(program))
        sends = {
            (key[1], key[2]): p
            for key, p in answer.primal.items()
            if isinstance(key, tuple) and key[0] == "send" and p
        }
        return FrontierPoint(Line(v, answer.value * subproblem.grain, answer.dual["floor"]), sends)

    def frontier(self, n: int, low: Fraction, high: Fraction) -> Frontier:
        """The n-th agent's frontier between low and high, by tangents that meet."""
        values: dict[Fraction, Fraction] = {}

        def add_between(left: Line, right: Line) -> None:
            values[left.at], values[right.at] = left.value, right.value
            if left.at == right.at or left(right.at) == right.value or right(left.at) == left.value:
                return
            v = (right.value - left.value + left.slope * left.at - right.slope * right.at) / (
                left.slope - right.slope
            )
            middle = self.tangent(n, v)
            if middle.value == left(v):
                values[v] = middle.value
                return
            add_between(left, middle)
            add_between(middle, right)

        add_between(self.tangent(n, low), self.tangent(n, high))
        return Frontier(self.subproblems[n].agent.name, breakpoints(sorted(values.items())))


def breakpoints(
    points: Sequence[tuple[Fraction, Fraction]],
) -> tuple[tuple[Fraction, Fraction], ...]:
    """The end points, and the points between them at which the slope changes.

    >>> breakpoints([(Fraction(v), Fraction(min(v, 2))) for v in range(4)])[1]
    (Fraction(2, 1), Fraction(2, 1))
    """
    kept = list(points[:1])
    for n in range(1, len(points)):
        (v, value), after = points[n], points[n + 1 :]
        slope = (value - kept[-1][1]) / (v - kept[-1][0])
        if not after or (after[0][1] - value) / (after[0][0] - v) != slope:
            kept.append((v, value))
    return tuple(kept)
