"""Frontiers f_i(v): the most that agent i gets while the user gets at least v (theory.md 6.5).

f_i(v) = max {U_i(mu) : u(mu) >= v} over the outcomes mu of recommendations: one agent recommends a
strategy (an action for each of her observations), and she does best to follow it. It is concave,
nonincreasing and piecewise linear. Where she observes nothing these are the obedient outcomes.
Under `any` and `order` it is the supremum of what the agent can surely get.

Each value is a linear program whose row u(mu) >= v has the slope as its multiplier. Breakpoints are
found by recursion: two tangents meet at a point, which is a breakpoint or has a tangent between.

With M words an agent makes her follow at most M strategies, and each message set, M of them, has a
curve of its own, up to the most that its signals are worth to her. Their upper concave envelope is
what dual prices can prove of all of them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, pairwise
from math import comb
from typing import Any

from verifier.game.model import Cell, Game, Ties
from verifier.game.response import signal_distribution
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.theory.deviations.deviation import MESSAGE_SET_LIMIT, deviation_program
from verifier.theory.deviations.dominance import Mixture, dominated_actions
from verifier.theory.deviations.persuasion import (
    Strategy,
    Subproblem,
    column_payoffs,
    optimum_of,
    signal_program,
    subproblem_of,
)
from verifier.theory.deviations.recommendable import recommendable


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

    def chord(self, low: Fraction, high: Fraction) -> Line:
        """The line through the points at low and high, which is nowhere higher between them.

        Both lie at most at the last breakpoint; the line is level where they are the same.
        """
        start, end = self.tangent(low).value, self.tangent(high).value
        return Line(low, start, (end - start) / (high - low) if low < high else Fraction(0))

    def may_outbid(self, a: Fraction, b: Fraction, ties: Ties) -> bool:
        """Whether an offer along it may be picked where another one is worth a to b to her.

        It must be worth more, or as much where ties favour who deviates.
        """
        most = self.breakpoints[-1][0]
        return b < most or (b == most and (a < b or ties is Ties.FAVOUR_SPEAKER))

    def tangent(self, v: Fraction) -> Line:
        """A tangent at v, which lies at most at the last breakpoint."""
        left, value = self.breakpoints[0]
        if v <= left or len(self.breakpoints) == 1:
            return Line(v, value, Fraction(0))
        low, high = next((low, high) for low, high in pairwise(self.breakpoints) if v <= high[0])
        line = self.piece(low[0], high[0])
        return Line(v, line(v), line.slope)


class Frontiers:
    """The frontiers of all agents of a game, by their numbers; each point is computed once."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.distribution = signal_distribution(game, [])
        self.worst_duplicates = game.ties in (Ties.ANY, Ties.ORDER)
        self.subproblems = [subproblem_of(game, agent, self.distribution) for agent in game.agents]
        self.dominated = [self.dominated_in(subproblem) for subproblem in self.subproblems]
        self.program, self.point = cache(self._program), cache(self._point)
        self.message_sets = cache(self._message_sets)
        self.curves = cache(self._curves)
        self.frontier = cache(self._frontier)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.game, self.effort)

    def dominated_in(self, subproblem: Subproblem) -> dict[tuple[int, str], Mixture]:
        """The actions that the user never takes, by type; none under belief and favour-speaker."""
        return (
            dominated_actions(self.game, subproblem, self.effort) if self.worst_duplicates else {}
        )

    def tangent(self, n: int, v: Fraction) -> Line:
        """A tangent of the n-th agent's frontier at v."""
        if len(self.message_sets(n)) == 1:
            return self.point(n, v).tangent
        return self.frontier(n).tangent(v)

    def best_plan(
        self, n: int, v: Fraction, strategies: tuple[Strategy, ...]
    ) -> Mapping[tuple[Cell, Strategy], Fraction]:
        """The n-th agent's best plan with one of his message sets that is worth v to her."""
        return self._at(n, v, strategies).sends

    def _at(self, n: int, v: Fraction, strategies: tuple[Strategy, ...]) -> FrontierPoint:
        """The point with these messages; those of all strategies are found without naming them."""
        few = len(self.message_sets(n)) > 1
        return self.point(n, v, strategies) if few else self.point(n, v)

    def _message_sets(self, n: int) -> tuple[tuple[Strategy, ...], ...]:
        """The sets of strategies that his words may lead to; all, where there are too many sets."""
        able = recommendable(
            self.game, self.subproblems[n], self.effort, self.dominated[n]
        ).strategies
        return message_sets(able, self.game.conversation.capacity)

    def _program(
        self, n: int, strategies: tuple[Strategy, ...] | None
    ) -> tuple[Program, Mapping[Key, int]]:
        """The n-th agent's program without a floor, and the user's payoff of its columns."""
        subproblem = self.subproblems[n]
        able = recommendable(self.game, subproblem, self.effort, self.dominated[n])
        followed = strategies or able.strategies
        program = deviation_program(
            self.game,
            subproblem,
            followed,
            self.effort,
            worst_duplicates=self.worst_duplicates,
            floor_price=Fraction(0),
        )
        return program, column_payoffs(subproblem, followed, subproblem.user_payoff, self.effort)

    def _point(
        self, n: int, v: Fraction, strategies: tuple[Strategy, ...] | None = None
    ) -> FrontierPoint:
        """The point at v, by the program with the row u(mu) >= v, whose multiplier is the slope.

        `strategies`: those that the messages may lead to, by default all.
        """
        subproblem, (plain, hers) = self.subproblems[n], self.program(n, strategies)
        program = plain.copy()
        program.row("floor", hers, Sense.AT_LEAST, v / subproblem.grain)
        answer = optimum_of(self.effort.solve(program))
        sends = {
            (key[1], key[2]): p
            for key, p in answer.primal.items()
            if isinstance(key, tuple) and key[0] == "send" and p
        }
        return FrontierPoint(Line(v, answer.value * subproblem.grain, answer.dual["floor"]), sends)

    def _frontier(self, n: int) -> Frontier:
        """The n-th agent's frontier, from the worth of silence to the most that he can offer her.

        With few words it is the least concave function above the curves of all message sets.
        """
        curves = [curve for _, curve in self.curves(n)]
        points = sorted({point for curve in curves for point in curve.breakpoints})
        return curves[0] if len(curves) == 1 else Frontier(curves[0].agent, upper_hull(points))

    def _curves(self, n: int) -> tuple[tuple[tuple[Strategy, ...], Frontier], ...]:
        """The message sets with which some signal can be sent, each with its frontier."""
        sets = self.message_sets(n)
        if len(sets) == 1:
            return ((sets[0], self._curve(n, sets[0], self.silence, self.truth(n))),)
        most = ((chosen, self._most(n, chosen)) for chosen in sets)
        return tuple(
            (chosen, self._curve(n, chosen, self.silence, high))
            for chosen, high in most
            if high is not None
        )

    @cached_property
    def silence(self) -> Fraction:
        """What she gets if she is told nothing."""
        part = self.subproblems[0]
        hers, types = part.user_payoff, range(len(part.types))
        worth = [
            max([sum([hers[c, n, a] for c in part.cells]) for a in part.actions]) for n in types
        ]
        return sum(worth) * part.grain

    def truth(self, n: int) -> Fraction:
        """What she gets if the n-th agent tells her all that he sees."""
        part = self.subproblems[n]
        hers, types = part.user_payoff, range(len(part.types))
        worth = [max([hers[c, n, a] for a in part.actions]) for c in part.cells for n in types]
        return sum(worth) * part.grain

    def _most(self, n: int, strategies: tuple[Strategy, ...]) -> Fraction | None:
        """The most that signals with these strategies are worth to her; None if there are none."""
        part = self.subproblems[n]
        hers = column_payoffs(part, strategies, part.user_payoff, self.effort)
        program = signal_program(self.game, part, strategies, Goal.MAXIMISE, hers)
        answer = self.effort.solve(program)
        return answer.value * part.grain if isinstance(answer, Optimal) else None

    def _curve(
        self, n: int, strategies: tuple[Strategy, ...], low: Fraction, high: Fraction
    ) -> Frontier:
        """The frontier with these messages between low and high."""

        def tangent(v: Fraction) -> Line:
            return self._at(n, v, strategies).tangent

        return frontier_between(self.subproblems[n].agent.name, tangent, low, high)


def frontier_between(
    agent: str, tangent: Callable[[Fraction], Line], low: Fraction, high: Fraction
) -> Frontier:
    """An agent's frontier between two worths, by tangents that meet.

    `tangent` gives a tangent of it at a worth.
    """
    values: dict[Fraction, Fraction] = {}

    def add_between(left: Line, right: Line) -> None:
        values[left.at], values[right.at] = left.value, right.value
        if left.at == right.at or left(right.at) == right.value or right(left.at) == left.value:
            return
        v = (right.value - left.value + left.slope * left.at - right.slope * right.at) / (
            left.slope - right.slope
        )
        middle = tangent(v)
        if middle.value == left(v):
            values[v] = middle.value
            return
        add_between(left, middle)
        add_between(middle, right)

    add_between(tangent(low), tangent(high))
    return Frontier(agent, breakpoints(sorted(values.items())))


def message_sets(
    strategies: tuple[Strategy, ...], words: int | None
) -> tuple[tuple[Strategy, ...], ...]:
    """All sets of as many strategies as there are words.

    It is one set of all strategies where there are words enough, or more than MESSAGE_SET_LIMIT
    sets.
    """
    few = words is not None and words < len(strategies)
    if words is None or not few or comb(len(strategies), words) > MESSAGE_SET_LIMIT:
        return (strategies,)
    return tuple(combinations(strategies, words))


def upper_hull(
    points: Sequence[tuple[Fraction, Fraction]],
) -> tuple[tuple[Fraction, Fraction], ...]:
    """The points of the least concave function above ascending points.

    >>> [int(v) for v, _ in upper_hull([(Fraction(v), Fraction(v in (0, 3))) for v in range(5)])]
    [0, 3, 4]
    """
    hull: list[tuple[Fraction, Fraction]] = []
    for v, value in points:
        if hull and hull[-1][0] == v:
            hull.pop()  # of two points at v the second is higher
        while len(hull) > 1 and _below(hull[-1], hull[-2], (v, value)):
            hull.pop()
        hull.append((v, value))
    return tuple(hull)


def _below(
    middle: tuple[Fraction, Fraction],
    left: tuple[Fraction, Fraction],
    right: tuple[Fraction, Fraction],
) -> bool:
    """Whether a point is not above the line between its neighbours."""
    slope = (right[1] - left[1]) / (right[0] - left[0])
    return middle[1] <= left[1] + slope * (middle[0] - left[0])


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
