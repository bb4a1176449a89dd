"""The improved bound for a user who talks to one agent only (theory.md 6.5 and 6.2).

In an equilibrium worth v to the user every agent has at least f_i(v), since he could offer her a
little more than v and be picked; a single agent has at least his supremum, whatever she has. On an
interval [a, b] where all frontiers are linear this is one linear program: the least u(mu) with
u(mu) >= a and U_i(mu) >= f_i(u(mu)). If it is at least b, no equilibrium lies in [a, b). Repeated
from bound* upwards, this ends at the worst equilibrium value, or where the tie rule leaves a gap.

The program runs over all obedient outcomes first. Then it runs over mixtures of outcomes of one
agent's rules, which are fewer where he does not see all, or cannot tell what she observes, or has
few words: for each agent whom she may have picked, and each set of messages. She may mix between
agents and between tied actions, so all parts count with the same multipliers of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from verifier.game.model import Game
from verifier.numbers import rational
from verifier.solve.effort import Effort
from verifier.solve.program import Infeasible, Key, Optimal, Program, Sense
from verifier.theory.bounds.asked_offer import Actions, AskedOffers, asks_for_each
from verifier.theory.bounds.outcome_program import Bound, outcome_program
from verifier.theory.bounds.pieces import (
    AskedOffer,
    Exclusion,
    LinearPiece,
    OfferRow,
    OutcomePiece,
    ReceivedPiece,
    StrictPlan,
)
from verifier.theory.bounds.received import PART_LIMIT, Added, Received, cheapest, obedience
from verifier.theory.bounds.strict_offer import strict_plan
from verifier.theory.bounds.winner import Recommendations
from verifier.theory.deviations.deviation import user_reveals_nothing
from verifier.theory.deviations.frontier import Frontier, Frontiers, Line
from verifier.theory.deviations.persuasion import Strategy


def improved_bound(lower: Bound, curves: Frontiers, goal: Fraction | None) -> Bound:
    """The bound with all pieces that improve it; the bound itself where none does.

    `goal`: the least equilibrium value that is known, or None.
    """
    start = rational(lower.value)
    if goal is not None and goal <= start:
        return lower
    climb = _Climb(curves, goal)
    pieces = climb.pieces(start)
    reached = pieces[-1].upper if pieces else start
    received = climb.received(reached) if reached < climb.goal else ()
    last = (*pieces, *received)[-1:]
    value = last[0].upper if last else start
    return replace(lower, value=value, pieces=pieces, received=received)


def asked_bound(lower: Bound, game: Game, effort: Effort, goal: Fraction) -> Bound:
    """The bound as offers to a user who asks improve it towards a goal, where they apply."""
    start = rational(lower.value)
    if goal <= start or lower.received or not asks_for_each(game):
        return lower
    pieces = tuple(_AskedClimb(Frontiers(game, effort), goal).pieces(start))
    value = pieces[-1].upper if pieces else start
    return replace(lower, value=value, pieces=(*lower.pieces, *pieces))


def excluded(lower: Bound, curves: Frontiers) -> Exclusion | None:
    """The closed steps that leave no equilibrium above a bound; None where one may remain.

    Ties favour who deviates, and there are several agents.
    """
    climb, start = _Exclusion(curves), rational(lower.value)
    pieces = climb.pieces(start)
    if pieces and pieces[-1].upper == climb.goal:
        return Exclusion(pieces, ())
    received = climb.received(pieces[-1].upper if pieces else start)
    done = received and received[-1].upper == climb.goal
    return Exclusion(pieces, received) if done else None


@dataclass(frozen=True, eq=False)
class Outcomes:
    """All obedient outcomes."""

    curves: Frontiers
    attempts = 1

    @cached_property
    def hers(self) -> Mapping[Key, int]:
        """Her payoff of each column, over the grain."""
        return {("play", *key): value for key, value in self.curves.game.whole_user_payoff.items()}

    @cached_property
    def his(self) -> Sequence[Mapping[Key, int]]:
        """Every agent's payoff of each column, over the grain."""
        tables = self.curves.game.whole_agent_payoffs.values()
        return [{("play", *key): value for key, value in table.items()} for table in tables]

    def program(self, least: Fraction) -> Program:
        """The program of the least payoff of hers over these outcomes that is at least so much."""
        program = outcome_program(self.curves.game, obedient=True)
        program.row("start", self.hers, Sense.AT_LEAST, least / self.curves.game.grain)
        return program

    def floor(self) -> dict[Key, Fraction]:
        """Multipliers of the program that prove the least of her payoffs at every point."""
        return cheapest(outcome_program(self.curves.game, obedient=False))


Space = Outcomes | Received
"""Outcomes that an equilibrium may have, as a program over which her payoff is minimised."""

ASKED_STEPS, ASKED_CHOICES = 8, 40
"""The most steps by asked offers that are tried, some of them in vain: more if they are cheap."""

Row = tuple[int, tuple[Strategy, ...]]
"""An agent, and the strategies that his messages may lead to: what he could offer instead.

Of asked offers, the actions that are recommended at each observation of hers.
"""


Pair = tuple[StrictPlan | AskedOffer, StrictPlan | AskedOffer]
"""What an agent offers at both ends of a step."""


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

    def pieces(self, start: Fraction) -> tuple[OutcomePiece, ...]:
        """The steps over all obedient outcomes."""
        return tuple(
            OutcomePiece(
                step.piece.upper,
                step.piece.offers,
                step.dual["start"],
                {
                    point: step.dual[("marginal", *point)] * self.game.grain
                    for point in self.game.points
                },
                obedience(step.dual),
            )
            for step in self._steps(Outcomes(self.curves), start)
        )

    def received(self, start: Fraction) -> tuple[ReceivedPiece, ...]:
        """The steps over what she may receive; none where that is too much, or she can speak."""
        if not user_reveals_nothing(self.game, self.curves.distribution):
            return ()
        space = Received.of(self.curves)
        if len(space.parts) > PART_LIMIT:
            return ()
        return tuple(
            ReceivedPiece(
                step.piece.upper,
                step.piece.offers,
                space.options(step.dual, _added(step)),
            )
            for step in self._steps(space, start)
        )

    def _steps(self, space: Space, start: Fraction) -> Iterator[_Step]:
        """The steps from here, up to the goal or as far as the program allows."""
        reached = start
        for b in self.ends:
            for _ in range(space.attempts):
                if reached >= b:
                    break
                step = self._step(space, reached, b)
                if step is None:
                    return
                yield step
                reached = step.piece.upper
            if reached < b:
                return

    def _reached(self, proved: Fraction, a: Fraction, b: Fraction) -> Fraction | None:
        """How far a step goes from a towards b, None where it goes nowhere."""
        return min(b, proved) if proved > a else None

    def _step(self, space: Space, a: Fraction, b: Fraction) -> _Step | None:
        """The step from a as far towards b as the program allows, None where it proves nothing.

        A row counts only if the agent can make his offer so that she strictly follows it.
        """
        lines = {row: line for row in self.rows if (line := self._line(row, a, b)) is not None}
        while True:
            program = self._program(space, lines, a)
            answer = self.curves.effort.solve(program)
            if isinstance(answer, Optimal):
                proved, dual = answer.value * self.game.grain, dict(answer.dual)
            elif isinstance(answer, Infeasible):
                proved = b + 1
                dual = self._scaled(space, program, answer.ray, proved)
            else:
                return None
            reached = self._reached(proved, a, b)
            if reached is None:
                return None
            used = {row: m for row in lines if (m := dual["agent", row])}
            offers = {row: self._offers(row, a, reached) for row in used}
            rows = tuple(
                OfferRow(self.game.agents[row[0]].name, used[row], *pair)
                for row, pair in offers.items()
                if pair is not None
            )
            if len(rows) == len(used):
                return _Step(LinearPiece(reached, rows), dual, lines)
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

    def _offers(self, row: Row, a: Fraction, b: Fraction) -> Pair | None:
        """The agent's plans at both ends with perturbations, None where there are none."""
        silence = self.curves.silence
        ends = (silence, silence) if self.alone else (a, b)
        low, high = (strict_plan(self.curves, *row, v) for v in ends)
        if low is None or high is None:
            return None
        told = {s for plan in (low, high) for _, s in plan.sends}
        return (low, high) if self.game.conversation.conveys(len(told)) else None

    def _program(self, space: Space, lines: Mapping[Row, Line], a: Fraction) -> Program:
        program, grain = space.program(a), self.game.grain
        for row, line in lines.items():
            most = line.value - line.slope * line.at - self.game.gamma
            program.row(("agent", row), _net(space, row, line), Sense.AT_LEAST, most / grain)
        return program

    def _scaled(
        self, space: Space, program: Program, ray: Mapping[Key, Fraction], goal: Fraction
    ) -> dict[Key, Fraction]:
        """Multipliers that prove the goal where no outcome satisfies the rows.

        They are those of the least payoff in every cell plus a multiple of the Farkas ray.
        """
        zero, dual = Fraction(0), space.floor()
        proved = sum((m * program.rows[key].bound for key, m in dual.items()), zero)
        gain = sum((m * program.rows[key].bound for key, m in ray.items()), zero)
        scale = max(zero, (goal / self.game.grain - proved) / gain)
        return {key: dual.get(key, zero) + scale * m for key, m in ray.items()}


class _Exclusion(_Climb):
    """The climb to the most that anybody can offer, where ties favour who deviates.

    He is picked with an offer that is worth just as much as she has, so that a step excludes its
    ends as well. What nobody else can offer is offered by him: then he has as much as by any rule
    that is worth as much as the others' best.
    """

    def __init__(self, curves: Frontiers) -> None:
        super().__init__(curves, None)
        tops = [curves.frontier(n).breakpoints[-1][0] for n in range(len(self.game.agents))]
        self.others = [max(top for m, top in enumerate(tops) if m != n) for n in range(len(tops))]

    def _steps(self, space: Space, start: Fraction) -> Iterator[_Step]:
        """The steps from here to the goal, or as far as the program allows."""
        reached = start
        for b in self.ends:
            if b > reached or b == start == self.goal:
                step = self._step(space, reached, b)
                if step is None:
                    return
                yield step
                reached = b

    def _reached(self, proved: Fraction, a: Fraction, b: Fraction) -> Fraction | None:
        """The end of a step, None where an equilibrium may lie in it."""
        return b if proved > b else None

    def _line(self, row: Row, a: Fraction, b: Fraction) -> Line | None:
        """The line of a row on [a, b], level where it is a point or nobody else offers as much."""
        most = self.others[row[0]]
        point = min(a, most)
        if point < most and a < b:
            return super()._line(row, a, b)
        (first, _), (last, _) = self.rows[row].breakpoints[0], self.rows[row].breakpoints[-1]
        at = max(point, first)
        return Line(at, self.rows[row].tangent(at).value, Fraction(0)) if at <= last else None

    def _offers(self, row: Row, a: Fraction, b: Fraction) -> Pair | None:
        """The agent's plans at both ends."""
        most = self.others[row[0]]
        return super()._offers(row, *((most, most) if a >= most else (a, b)))


class _AskedClimb(_Climb):
    """The climb by asked offers: rows are lines between an agent's best ones at a step's ends.

    Where a step proves too little, one of half its length is tried.
    """

    def __init__(self, curves: Frontiers, goal: Fraction) -> None:
        self.game, self.curves, self.goal = curves.game, curves, goal
        self.alone = len(self.game.agents) == 1
        self.asked = [
            AskedOffers(self.game, n, curves.effort) for n in range(len(self.game.agents))
        ]
        self.rows = {}

    def _steps(self, space: Space, start: Fraction) -> Iterator[_Step]:
        """The steps from here to the goal, or as far as some of them prove."""
        reached, end = start, self.goal
        many = max(len(offers.choices) for offers in self.asked)
        for _ in range(max(ASKED_STEPS, ASKED_CHOICES // many)):
            self.rows = self._candidates(reached, end)
            step = self._step(space, reached, end)
            if step is not None:
                yield step
                reached, end = end, self.goal
            else:
                end = (reached + end) / 2
            if reached == self.goal:
                return

    def _candidates(self, a: Fraction, b: Fraction) -> dict[Row, Frontier]:
        """Of every agent the best offers at both ends, of those that reach the upper one."""
        ends: list[Fraction | None] = [None] if self.alone else [a, b]
        found: dict[Row, Frontier] = {}
        for n, offers in enumerate(self.asked):
            points = dict[Actions, tuple[Fraction, ...]]()
            for chosen in offers.choices if offers.duplicates_clear else ():
                best = [offers.best(chosen, v) for v in ends]
                values = tuple(value for value, _ in filter(None, best))
                if len(values) == len(ends):
                    points[chosen] = values
            for values in map(max, zip(*points.values(), strict=True)) if points else ():
                chosen = next(each for each in points if values in points[each])
                line = tuple(zip((a, b), points[chosen], strict=False))
                found[n, chosen] = Frontier(offers.agent.name, line)
        return found

    def _reached(self, proved: Fraction, a: Fraction, b: Fraction) -> Fraction | None:
        """The end of a step, None where less is proved."""
        return b if proved >= b else None

    def _line(self, row: Row, a: Fraction, b: Fraction) -> Line:
        """The line between the best offers at both ends."""
        (v, value), *_, (w, worth) = [*self.rows[row].breakpoints] * 2
        return Line(v, value, Fraction(0) if v == w else (worth - value) / (w - v))

    def _offers(self, row: Row, a: Fraction, b: Fraction) -> Pair | None:
        """The agent's offers at both ends with perturbations, None where there are none."""
        low, high = (self.asked[row[0]].offer(row[1], None if self.alone else v) for v in (a, b))
        return None if low is None or high is None else (low, high)


def _added(step: _Step) -> Added:
    """What the agents' rows of a step add up to, times their multipliers."""
    payoffs: dict[int, Fraction] = {}
    of_hers = Fraction(0)
    for row, line in step.lines.items():
        if multiplier := step.dual["agent", row]:
            payoffs[row[0]] = payoffs.get(row[0], Fraction(0)) + multiplier
            of_hers -= multiplier * line.slope
    return payoffs, of_hers


def _net(space: Space | Recommendations, row: Row, line: Line) -> dict[Key, Fraction]:
    """His payoff of each column less what the line says of hers."""
    hers = space.hers
    return {key: value - line.slope * hers[key] for key, value in space.his[row[0]].items()}
