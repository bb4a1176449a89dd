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
from verifier.theory.benchmark import optimum
from verifier.theory.bounds.asked_offer import CHOICE_LIMIT, asked_offers, asks_for_each
from verifier.theory.bounds.asking import add_asking, asking_of, may_ask
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


def improved_bound(lower: Bound, curves: Frontiers, goal: Fraction | None) -> Bound:
    """The bound with all pieces that improve it; the bound itself where none does.

    `goal`: the least equilibrium value that is known, or None.
    """
    start = rational(lower.value)
    if goal is not None and goal <= start:
        return lower
    climb = Climb(curves, goal)
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
    pieces = _AskedClimb(Frontiers(game, effort), goal).pieces(start)
    value = pieces[-1].upper if pieces else start
    return replace(lower, value=value, pieces=(*lower.pieces, *pieces))


def excluded(lower: Bound, curves: Frontiers) -> Exclusion | None:
    """The closed steps that leave no equilibrium above a bound; None where one may remain.

    Ties favour who deviates, and there are several agents.
    """
    start = rational(lower.value)
    climb = _AskedExclusion(curves) if asks_for_each(curves.game) else _Exclusion(curves)
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
        if may_ask(self.curves.game):
            add_asking(program, self.curves.game)
        program.row("start", self.hers, Sense.AT_LEAST, least / self.curves.game.grain)
        return program

    def floor(self) -> dict[Key, Fraction]:
        """Multipliers of the program that prove the least of her payoffs at every point."""
        return cheapest(outcome_program(self.curves.game, obedient=False))


Space = Outcomes | Received
"""Outcomes that an equilibrium may have, as a program over which her payoff is minimised."""


@dataclass(frozen=True)
class Row:
    """An agent, and what his messages may lead to: what he could offer instead.

    `said` are strategies of hers, or in an asked offer the actions at each observation of hers.
    """

    agent: int
    said: tuple[tuple[str, ...], ...]
    asked: bool = False


Offer = StrictPlan | AskedOffer
"""An offer of an agent that she follows."""

Pair = tuple[Offer, Offer]
"""What an agent offers at both ends of a step."""


@dataclass(frozen=True)
class _Step:
    """A step, with the multipliers of the program and the line of each row in it."""

    piece: LinearPiece
    dual: Mapping[Key, Fraction]
    lines: Mapping[Row, Line]


class Climb:
    """The climb from a bound towards a goal, along the frontiers of all agents."""

    def __init__(self, curves: Frontiers, goal: Fraction | None) -> None:
        self.game, self.curves = curves.game, curves
        self.alone = len(self.game.agents) == 1
        self.rows = dict(self._curves())
        ends = sorted({v for curve in self.rows.values() for v, _ in curve.breakpoints})
        self.goal = ends[-1] if goal is None else goal
        between = [] if self.alone else [v for v in ends if v < self.goal]
        self.ends = [*between, self.goal]

    def _curves(self) -> Iterator[tuple[Row, Frontier]]:
        """Each row with the frontier of its offers."""
        for n in range(len(self.game.agents)):
            yield from ((Row(n, said), curve) for said, curve in self.curves.curves(n))

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
                asking_of(step.dual),
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
                space.dominated,
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
                OfferRow(self.game.agents[row.agent].name, used[row], *pair)
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
        low, high = (self._offer(row, v) for v in ((silence, silence) if self.alone else (a, b)))
        return None if low is None or high is None else self._both(low, high)

    def _offer(self, row: Row, v: Fraction) -> Offer | None:
        """The agent's plan that is worth v to her with perturbations, None where there are none."""
        return strict_plan(self.curves, row.agent, row.said, v)

    def _both(self, low: Offer, high: Offer) -> Pair | None:
        """Both offers, if there are words enough for mixtures of them."""
        told = {s for plan in (low, high) if isinstance(plan, StrictPlan) for _, s in plan.sends}
        return (low, high) if self.game.conversation.conveys(len(told)) else None

    def _program(self, space: Space, lines: Mapping[Row, Line], a: Fraction) -> Program:
        program, grain = space.program(a), self.game.grain
        for row, line in lines.items():
            most = line.value - line.slope * line.at - self.game.gamma
            program.row(("agent", row), net(space, row, line), Sense.AT_LEAST, most / grain)
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


class _Exclusion(Climb):
    """The climb to the most that anybody can offer, where ties favour who deviates.

    He is picked with an offer that is worth just as much as she has, so that a step excludes its
    ends as well. What nobody else can offer is offered by him: then he has as much as by any rule
    that is worth as much as the others' best.
    """

    def __init__(self, curves: Frontiers) -> None:
        super().__init__(curves, None)
        agents = range(len(self.game.agents))
        ends = [
            [c.breakpoints[-1][0] for row, c in self.rows.items() if row.agent == n] for n in agents
        ]
        tops = [max(end, default=optimum(self.game)) for end in ends]
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
        most = self.others[row.agent]
        point = min(a, most)
        if point < most and a < b:
            return super()._line(row, a, b)
        (first, _), (last, _) = self.rows[row].breakpoints[0], self.rows[row].breakpoints[-1]
        at = max(point, first)
        return Line(at, self.rows[row].tangent(at).value, Fraction(0)) if at <= last else None

    def _offers(self, row: Row, a: Fraction, b: Fraction) -> Pair | None:
        """The agent's plans at both ends."""
        most = self.others[row.agent]
        return super()._offers(row, *((most, most) if a >= most else (a, b)))


class _AskedClimb(Climb):
    """The climb along the frontiers of asked offers, and of signals that ignore her questions.

    Where she could as well ask something else an asked offer may not do, and a signal may.
    """

    def _curves(self) -> Iterator[tuple[Row, Frontier]]:
        for n, offers in enumerate(asked_offers(self.game, self.curves.effort)):
            yield from ((Row(n, said, asked=True), curve) for said, curve in offers.curves.items())
            if len(self.curves.message_sets(n)) <= CHOICE_LIMIT:
                yield from ((Row(n, said), curve) for said, curve in self.curves.curves(n))

    def _offer(self, row: Row, v: Fraction) -> Offer | None:
        if not row.asked:
            return super()._offer(row, v)
        return asked_offers(self.game, self.curves.effort)[row.agent].offer(row.said, v)


class _AskedExclusion(_Exclusion, _AskedClimb):
    """The climb along the frontiers of asked offers to the most that anybody can offer."""


def _added(step: _Step) -> Added:
    """What the agents' rows of a step add up to, times their multipliers."""
    payoffs: dict[int, Fraction] = {}
    of_hers = Fraction(0)
    for row, line in step.lines.items():
        if multiplier := step.dual["agent", row]:
            payoffs[row.agent] = payoffs.get(row.agent, Fraction(0)) + multiplier
            of_hers -= multiplier * line.slope
    return payoffs, of_hers


def net(space: Space | Recommendations, row: Row, line: Line) -> dict[Key, Fraction]:
    """His payoff of each column less what the line says of hers."""
    hers = space.hers
    return {key: value - line.slope * hers[key] for key, value in space.his[row.agent].items()}
