"""The improved bound for a user who talks to one agent only (theory.md 6.5 and 6.2).

In an equilibrium worth v to the user every agent has at least f_i(v), since he could offer her a
little more than v and be picked; a single agent has at least his supremum, whatever she has. On an
interval [a, b] where all frontiers are linear this is one linear program: the least u(mu) with
u(mu) >= a and U_i(mu) >= f_i(u(mu)). If it is at least b, no equilibrium lies in [a, b). Repeated
from bound* upwards, this ends at the worst equilibrium value, or where the tie rule leaves a gap.

The program runs over all obedient outcomes first. Then it runs over those of one agent's rules,
which are fewer where he does not see all, or cannot tell what she observes, or has few words: for
each agent whom she may have picked, and each set of messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from verifier.game.model import Agent, Cell
from verifier.numbers import rational
from verifier.solve.program import Goal, Infeasible, Key, Optimal, Program, Sense
from verifier.theory.deviation import MessageSetBound, user_reveals_nothing
from verifier.theory.frontier import Frontier, Frontiers, Line
from verifier.theory.outcome_program import Bound, outcome_program
from verifier.theory.persuasion import Strategy, user_strategies
from verifier.theory.pieces import (
    LinearPiece,
    OfferRow,
    OutcomePiece,
    StrictPlan,
    Winner,
    WonPiece,
)
from verifier.theory.strict_offer import strict_plan
from verifier.theory.winner import Recommendations, recommendations


def improved_bound(lower: Bound, curves: Frontiers, goal: Fraction | None) -> Bound:
    """The bound with all pieces that improve it; the bound itself where none does.

    `goal`: the least equilibrium value that is known, or None.
    """
    start = rational(lower.value)
    if goal is not None and goal <= start:
        return lower
    climb = _Climb(curves, goal)
    pieces = climb.pieces(Outcomes(curves), start)
    reached = pieces[-1].upper if pieces else start
    winners = climb.winners(reached) if reached < climb.goal else ()
    ends = [steps[-1].upper for winner in winners for _, steps in winner.options]
    return replace(lower, value=min(ends, default=reached), pieces=pieces, winners=winners)


@dataclass(frozen=True, eq=False)
class Outcomes:
    """All obedient outcomes."""

    curves: Frontiers

    @cached_property
    def hers(self) -> Mapping[Key, int]:
        """Her payoff of each column, over the grain."""
        return {("play", *key): value for key, value in self.curves.game.whole_user_payoff.items()}

    @cached_property
    def his(self) -> Sequence[Mapping[Key, int]]:
        """Every agent's payoff of each column, over the grain."""
        tables = self.curves.game.whole_agent_payoffs.values()
        return [{("play", *key): value for key, value in table.items()} for table in tables]

    def program(self, goal: Goal) -> Program:
        """The program over these outcomes with her payoff as its goal."""
        return replace(outcome_program(self.curves.game, obedient=True), goal=goal)


Space = Outcomes | Recommendations
"""Outcomes that an equilibrium may have, as a program over which her payoff is minimised."""

Row = tuple[int, tuple[Strategy, ...]]
"""An agent, and the strategies that his messages may lead to: what he could offer instead."""

Option = tuple[tuple[Strategy, ...], tuple[WonPiece, ...]]
"""The steps for some of a winner's strategies."""


@dataclass(frozen=True)
class _Step:
    """A step, with the multipliers of the program and the line of each row in it."""

    piece: LinearPiece
    dual: Mapping[Key, Fraction]
    lines: Mapping[Row, Line]


class _Climb:
    """The climb from a bound towards a goal, along the frontiers of all agents."""

    def __init__(self, curves: Frontiers, goal: Fraction | None) -> None:
        self.game, self.curves = curves.game, curves
        agents = range(len(self.game.agents))
        self.alone = len(agents) == 1
        self.rows: dict[Row, Frontier] = {
            (n, chosen): curve for n in agents for chosen, curve in curves.curves(n)
        }
        ends = sorted({v for curve in self.rows.values() for v, _ in curve.breakpoints})
        self.goal = ends[-1] if goal is None else goal
        between = [] if self.alone else [v for v in ends if v < self.goal]
        self.ends = [*between, self.goal]

    def pieces(self, space: Outcomes, start: Fraction) -> tuple[OutcomePiece, ...]:
        """The steps over all obedient outcomes."""
        return tuple(
            OutcomePiece(
                step.piece.upper,
                step.piece.offers,
                step.piece.start,
                {
                    point: step.dual[("marginal", *point)] * self.game.grain
                    for point in self.game.points
                },
                _obedience(step.dual),
            )
            for step in self._steps(space, start)
        )

    def winners(self, start: Fraction) -> tuple[Winner, ...]:
        """The steps for every agent whom she may pick; none where one of them proves nothing."""
        if not user_reveals_nothing(self.game, self.curves.distribution):
            return ()
        found: dict[str, list[Option]] = {}
        for agent in _most_informed(self.game.agents):
            found[agent.name] = []
            for space in recommendations(self.curves, agent.sees):
                others = [
                    s
                    for s in user_strategies(self.game, space.parts[0])
                    if s not in space.able.strategies
                ]
                steps = [self._won(space, others, step) for step in self._steps(space, start)]
                if not steps:
                    return ()
                found[agent.name].append(((*space.strategies, *others), tuple(steps)))
        least = min(steps[-1].upper for options in found.values() for _, steps in options)
        return tuple(
            Winner(name, tuple((chosen, _up_to(steps, least)) for chosen, steps in options))
            for name, options in found.items()
        )

    def _steps(self, space: Space, start: Fraction) -> Iterator[_Step]:
        """The steps from here, up to the goal or as far as the program allows."""
        reached = start
        for b in self.ends:
            if b > reached:
                step = self._step(space, reached, b)
                if step is None:
                    return
                yield step
                reached = step.piece.upper
                if reached < b:
                    return

    def _step(self, space: Space, a: Fraction, b: Fraction) -> _Step | None:
        """The step from a as far towards b as the program allows, None where it proves nothing.

        A row counts only if the agent can make his offer so that she strictly follows it.
        """
        lines = {row: line for row in self.rows if (line := self._line(row, a, b)) is not None}
        while True:
            program = self._program(space, lines, a)
            answer = self.curves.effort.solve(program)
            if isinstance(answer, Optimal):
                reached, dual = min(b, answer.value * self.game.grain), dict(answer.dual)
            elif isinstance(answer, Infeasible):
                reached, dual = b, self._scaled(program, answer.ray, b)
            else:
                return None
            if reached <= a:
                return None
            used = {row: m for row in lines if (m := dual["agent", row])}
            offers = {row: self._offers(row, a, reached) for row in used}
            rows = tuple(
                OfferRow(self.game.agents[row[0]].name, used[row], *pair)
                for row, pair in offers.items()
                if pair is not None
            )
            if len(rows) == len(used):
                return _Step(LinearPiece(reached, rows, dual["start"]), dual, lines)
            lines = {row: line for row, line in lines.items() if offers.get(row, True)}

    def _line(self, row: Row, a: Fraction, b: Fraction) -> Line | None:
        """The line of a row on [a, b], None where he can offer her nothing that is worth b.

        A single agent need not offer her anything.
        """
        frontier = self.rows[row]
        (first, value), (last, _) = frontier.breakpoints[0], frontier.breakpoints[-1]
        if self.alone or b <= first:
            return Line(first, value, Fraction(0))
        return frontier.piece(max(a, first), b) if b <= last else None

    def _offers(self, row: Row, a: Fraction, b: Fraction) -> tuple[StrictPlan, StrictPlan] | None:
        """The agent's plans at both ends with perturbations, None where there are none."""
        silence = self.curves.silence
        ends = (silence, silence) if self.alone else (a, b)
        low, high = (strict_plan(self.curves, *row, v) for v in ends)
        return None if low is None or high is None else (low, high)

    def _program(self, space: Space, lines: Mapping[Row, Line], a: Fraction) -> Program:
        program, grain = space.program(Goal.MINIMISE), self.game.grain
        program.row("start", space.hers, Sense.AT_LEAST, a / grain)
        for row, line in lines.items():
            most = line.value - line.slope * line.at - self.game.gamma
            program.row(("agent", row), _net(space, row, line), Sense.AT_LEAST, most / grain)
        return program

    def _scaled(
        self, program: Program, ray: Mapping[Key, Fraction], goal: Fraction
    ) -> dict[Key, Fraction]:
        """Multipliers that prove the goal where no outcome satisfies the rows.

        They are those of the least payoff in every cell plus a multiple of the Farkas ray.
        """
        zero = Fraction(0)
        dual = {
            key: Fraction(min(program.costs[column] for column in row.coefficients))
            for key, row in program.rows.items()
            if row.sense is Sense.EQUAL
        }
        gain = sum((m * program.rows[key].bound for key, m in ray.items()), zero)
        scale = max(zero, (goal / self.game.grain - sum(dual.values())) / gain)
        return {key: dual.get(key, zero) + scale * m for key, m in ray.items()}

    def _won(self, space: Recommendations, others: Sequence[Strategy], step: _Step) -> WonPiece:
        """A step over one agent's rules, with prices for strategies that he cannot recommend, too.

        Each of these is worth at most the prices if the losses that refute it count enough.
        """
        prices = {cell: -step.dual["cell", cell] for cell in space.parts[0].cells}
        multipliers = _obedience(step.dual)
        more = Recommendations(self.curves, space.parts, space.able, tuple(others))
        for s in others:
            excess = max(
                self._lost(more, step, ("send", cell, s)) - price for cell, price in prices.items()
            )
            if excess > 0:
                multipliers |= {(s, *key): excess * m for key, m in space.able.why_not(s).items()}
        grain, piece = self.game.grain, step.piece
        dual_prices = {cell: price * grain for cell, price in prices.items()}
        proof = MessageSetBound(
            None, sum(dual_prices.values(), Fraction(0)), dual_prices, multipliers, {}, {}
        )
        return WonPiece(piece.upper, piece.offers, piece.start, proof)

    def _lost(self, space: Space, step: _Step, column: Key) -> Fraction:
        """What the rows add up to in a column, less her payoff, over the grain."""
        found = (step.piece.start - 1) * space.hers[column]
        for row, line in step.lines.items():
            found += step.dual["agent", row] * _net(space, row, line)[column]
        return found


def _net(space: Space, row: Row, line: Line) -> dict[Key, Fraction]:
    """His payoff of each column less what the line says of hers."""
    hers = space.hers
    return {key: value - line.slope * hers[key] for key, value in space.his[row[0]].items()}


def _obedience(dual: Mapping[Key, Fraction]) -> dict[Any, Fraction]:
    return {
        key[1:]: m
        for key, m in dual.items()
        if isinstance(key, tuple) and key[0] == "obedience" and m
    }


def _up_to(steps: tuple[WonPiece, ...], least: Fraction) -> tuple[WonPiece, ...]:
    """The steps that are needed to reach so much."""
    before = [step for step in steps if step.upper < least]
    return steps[: len(before) + 1]


def _most_informed(agents: Sequence[Agent]) -> list[Agent]:
    """Agents of whom one sees at least as much as any other agent."""
    kept: list[Agent] = []
    for agent in agents:
        if not any(_refines(other.sees, agent.sees) for other in kept):
            kept = [other for other in kept if not _refines(agent.sees, other.sees)] + [agent]
    return kept


def _refines(fine: Sequence[Cell], coarse: Sequence[Cell]) -> bool:
    """Whether every cell of the one partition lies in a cell of the other."""
    return all(any(set(cell) <= set(wide) for wide in coarse) for cell in fine)
