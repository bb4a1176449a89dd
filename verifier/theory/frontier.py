"""What each agent can get from a user who picks the best AI, by what he offers her: the frontiers
f_i(v) (theory.md 6, G3).

f_i(v) = max {U_i(mu) : u(mu) >= v}, over the outcomes mu in which one agent recommends a strategy
(an action for each of her private observations) that she does best to follow, is concave,
nonincreasing and piecewise linear. Where she observes nothing these are the obedient outcomes.
Under `any` and `order` it is the supremum of what he can surely get.
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
from verifier.solve.program import Sense
from verifier.theory.deviation import block_program
from verifier.theory.dominance import Mixture, dominated_actions
from verifier.theory.persuasion import Strategy, optimal_answer, sent, strategies, subproblem_of


@dataclass(frozen=True)
class Line:
    """value + slope (v - at): a tangent of a frontier, or one of its pieces."""

    at: Fraction
    value: Fraction
    slope: Fraction

    def __call__(self, v: Fraction) -> Fraction:
        return self.value + self.slope * (v - self.at)


@dataclass(frozen=True)
class Offer:
    """A plan that is best for the agent among those worth at least some v to her: cell and strategy
    -> probability.
    """

    tangent: Line
    sends: Mapping[tuple[Cell, Strategy], Fraction]


@dataclass(frozen=True)
class Frontier:
    """f_i on [breakpoints[0].at, breakpoints[-1].at], linear between its breakpoints."""

    agent: str
    breakpoints: tuple[tuple[Fraction, Fraction], ...]

    def piece(self, low: Fraction, high: Fraction) -> Line:
        """The line that f_i is between two neighbouring breakpoints."""
        for (v, value), (w, worth) in pairwise(self.breakpoints):
            if v <= low and high <= w:
                return Line(v, value, (worth - value) / (w - v))
        v, value = next(pair for pair in self.breakpoints if pair[0] == low)
        return Line(v, value, Fraction(0))


Perturbations = Mapping[Strategy, Mapping[Cell, Fraction]]


@dataclass(frozen=True)
class Offered:
    """An offer with, for every strategy that it recommends, frequencies at which she strictly
    prefers it.
    """

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    nudges: Perturbations


@dataclass(frozen=True)
class LinearPiece:
    """No equilibrium is worth less than `upper` to her, given that none is worth less than the
    piece before says.

    `offers[agent]` are his offers at both ends; the multipliers belong to the rows U_i(mu) - slope
    u(mu) >= ..., to u(mu) >= a, and to the rows of the outcome program.
    """

    upper: Fraction
    offers: Mapping[str, tuple[Offered, Offered]]
    agents: Mapping[str, Fraction]
    start: Fraction
    marginal: Mapping[tuple[str, str], Fraction]
    obedience: Mapping[tuple[str, str, str], Fraction]


class Frontiers:
    """The frontiers of all agents of one game, each offer solved for once."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.distribution = signal_distribution(game, [])
        self.strict = game.ties in (Ties.ANY, Ties.ORDER)
        self.subproblems = [subproblem_of(game, agent, self.distribution) for agent in game.agents]
        self.never: list[dict[tuple[int, str], Mixture]] = [
            dominated_actions(game, subproblem, effort) if self.strict else {}
            for subproblem in self.subproblems
        ]
        self.offer = cache(self._offer)

    def tangent(self, n: int, v: Fraction) -> Line:
        """The n-th agent's frontier at v, with a slope there."""
        return self.offer(n, v).tangent

    def _offer(self, n: int, v: Fraction) -> Offer:
        """From the program with her floor; the row's multiplier is the slope."""
        subproblem, followed = (
            self.subproblems[n],
            strategies(self.game, self.subproblems[n], self.never[n]),
        )
        program = block_program(
            self.game, subproblem, followed, self.effort, strict=self.strict, floor=Fraction(0)
        )
        program.row("floor", sent(subproblem, followed, subproblem.hers), Sense.AT_LEAST, v)
        answer = optimal_answer(self.effort.solve(program))
        sends = {
            (key[1], key[2]): p
            for key, p in answer.primal.items()
            if isinstance(key, tuple) and key[0] == "send" and p
        }
        return Offer(Line(v, answer.value, answer.dual["floor"]), sends)

    def frontier(self, n: int, low: Fraction, high: Fraction) -> Frontier:
        """All breakpoints between low and high, by tangents that meet."""
        found: dict[Fraction, Fraction] = {}

        def walk(left: Line, right: Line) -> None:
            found[left.at], found[right.at] = left.value, right.value
            if left.at == right.at or left(right.at) == right.value or right(left.at) == left.value:
                return
            v = (right.value - left.value + left.slope * left.at - right.slope * right.at) / (
                left.slope - right.slope
            )
            middle = self.tangent(n, v)
            if middle.value == left(v):
                found[v] = middle.value
                return
            walk(left, middle)
            walk(middle, right)

        walk(self.tangent(n, low), self.tangent(n, high))
        return Frontier(self.subproblems[n].agent.name, bends(sorted(found.items())))


def bends(points: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """The ends, and the points between them at which the slope changes.

    >>> bends([(Fraction(v), Fraction(min(v, 2))) for v in range(4)])[1]
    (Fraction(2, 1), Fraction(2, 1))
    """
    kept = list(points[:1])
    for n in range(1, len(points)):
        (v, value), after = points[n], points[n + 1 :]
        slope = (value - kept[-1][1]) / (v - kept[-1][0])
        if not after or (after[0][1] - value) / (after[0][0] - v) != slope:
            kept.append((v, value))
    return tuple(kept)
