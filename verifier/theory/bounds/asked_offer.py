"""Offers to a user who asks: a signal for each of her observations (theory.md 6.5).

Where she has a question for each of her observations, or a sequence of questions over several
rounds, an agent may answer each by a signal that is made for one of them. She asks what is meant
for her if no other question is worth more to her. What another question is worth is convex in its
signal, so that this is linear with a column for what each of its messages is worth to her.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, permutations, product
from math import comb

from verifier.errors import SolverError
from verifier.game.model import Agent, Cell, Game, Ties, WholePayoff
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.benchmark import no_information
from verifier.theory.bounds.pieces import AskedOffer, StrictPlan
from verifier.theory.deviations.frontier import Frontier, Line, frontier_between

CHOICE_LIMIT = 40
"""The largest number of choices of actions, some for each observation, that are looked at."""

Actions = tuple[tuple[str, ...], ...]
"""For each observation of hers the actions that are recommended there."""

Plan = Mapping[tuple[str, Cell, str], Fraction]
"""(x_A, cell, action) -> how likely the action is recommended to who asks for x_A."""


@dataclass(frozen=True)
class AskedPoint:
    """A point of an agent's frontier over asked offers: its tangent, and a best offer there."""

    tangent: Line
    plan: Plan


def asks_for_each(game: Game) -> bool:
    """Whether she can ask for each of several observations, and there are few choices of actions.

    A question for each, or a sequence of questions in as many rounds as it takes.
    """
    seen, actions = len(game.user_support), len(game.actions)
    talk = game.conversation.once_asked(seen)
    return (
        seen > 1
        and talk is not None
        and comb(actions, talk.messages(actions)) ** seen <= CHOICE_LIMIT
    )


def asked_offers(game: Game, effort: Effort) -> list[AskedOffers]:
    """The offers of every agent to a user who asks; each is found once for a game."""
    question = "asked offers", effort
    if question not in game.memo:
        game.memo[question] = [AskedOffers(game, agent, effort) for agent in game.agents]
    found: list[AskedOffers] = game.memo[question]
    return found


class AskedOffers:
    """The best offers of an agent to a user who asks, by what they are worth to her."""

    def __init__(self, game: Game, agent: Agent, effort: Effort) -> None:
        self.game, self.effort, self.agent = game, effort, agent
        real = {x for _, x in game.points}
        self.cells = [cell for cell in agent.sees if real & set(cell)]
        self.hers = self._by_cell(game.whole_user_payoff)
        self.his = self.payoff(agent.name)
        self.best, self.most = cache(self._best), cache(self._most)

    @cached_property
    def choices(self) -> list[Actions]:
        """The actions that his words may lead to at each observation.

        Actions that she nowhere strictly prefers are left out, unless ties favour him.
        """
        sets, talk = list[list[tuple[str, ...]]](), self.game.conversation
        later = talk.once_asked(len(self.game.user_support)) or talk
        for x in self.game.user_support:
            able = [a for a in self.game.actions if self._followed(x, a)]
            sets.append(list(combinations(able, later.messages(len(able)))))
        return list(product(*sets))

    def _followed(self, x: str, chosen: str) -> bool:
        """Whether she follows an action at some belief, strictly unless ties favour him."""
        if self.game.ties is Ties.FAVOUR_SPEAKER:
            return True
        program = Program(Goal.MAXIMISE)
        program.column("margin", 1)
        for cell in self.cells:
            program.column((x, cell, chosen))
        for other in self.game.actions:
            loss = self._loss(x, chosen, other)
            if any(loss.values()):
                program.row(other, {**loss, "margin": -1}, Sense.AT_LEAST)
        program.row("bounded", {"margin": 1}, Sense.AT_MOST, 1)
        answer = self.effort.solve(program)
        return isinstance(answer, Optimal) and answer.value > 0

    def payoff(self, agent: str) -> dict[Key, int]:
        """An agent's payoff by her observation, the cell and what is recommended, over the grain.

        Under `order` she takes the first of what is always the same to her.
        """
        plain = self._by_cell(self.game.whole_agent_payoffs[agent])
        if self.game.ties is not Ties.ORDER:
            return plain
        columns = product(self.game.user_support, self.cells, self.game.actions)
        return {(x, cell, a): plain[x, cell, self.first[x, a]] for x, cell, a in columns}

    def _by_cell(self, payoff: WholePayoff) -> dict[Key, int]:
        return {
            (x, cell, a): sum(payoff.get((x, o, a), 0) for o in cell)
            for x, cell, a in product(self.game.user_support, self.cells, self.game.actions)
        }

    @cached_property
    def first(self) -> Mapping[tuple[str, str], str]:
        """The first of the actions that are always the same to her as one, at an observation."""
        game, found = self.game, {}
        for x, a in product(game.user_support, game.actions):
            column = [self.hers[x, c, a] for c in self.cells]
            found[x, a] = next(
                b for b in game.actions if [self.hers[x, c, b] for c in self.cells] == column
            )
        return found

    @property
    def duplicates_clear(self) -> bool:
        """Whether it is known which of several actions that are the same to her she takes."""
        known = self.game.ties in (Ties.ORDER, Ties.FAVOUR_SPEAKER)
        return known or all(a == b for (_, a), b in self.first.items())

    @cached_property
    def curves(self) -> Mapping[Actions, Frontier]:
        """The frontier of each choice of actions with which there is an offer.

        None where it is not known which of several duplicate actions she takes.
        """
        found = dict[Actions, Frontier]()
        low = no_information(self.game)
        for chosen in self.choices if self.duplicates_clear else ():
            most = self.most(chosen)
            if most is not None:

                def tangent(v: Fraction, chosen: Actions = chosen) -> Line:
                    return self.best(chosen, v).tangent

                found[chosen] = frontier_between(self.agent.name, tangent, low, most)
        return found

    def _best(self, chosen: Actions, worth: Fraction) -> AskedPoint:
        """The most that offers of these actions give him that are worth so much to her, and one.

        The caller ensures that there is one.
        """
        game, program = self.game, self.program(chosen)
        program.costs |= {key: self.his[key] for key in self.columns(chosen)}
        hers: dict[Key, Number] = {key: self.hers[key] for key in self.columns(chosen)}
        program.row("worth", hers, Sense.AT_LEAST, worth / game.grain)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            raise SolverError("no offer is worth as much as the best of them")
        line = Line(worth, answer.value * game.grain, answer.dual["worth"])
        return AskedPoint(line, self.plan(chosen, answer.primal))

    def _most(self, chosen: Actions) -> Fraction | None:
        """The most that an offer of these actions is worth to her; None if there is none."""
        program = self.program(chosen)
        program.costs |= {key: self.hers[key] for key in self.columns(chosen)}
        answer = self.effort.solve(program)
        return answer.value * self.game.grain if isinstance(answer, Optimal) else None

    def plan(self, chosen: Actions, primal: Mapping[Key, Fraction]) -> Plan:
        """The offer of a solution."""
        return {key: p for key in self.columns(chosen) if (p := primal[key])}

    def columns(self, chosen: Actions) -> list[tuple[str, Cell, str]]:
        return [
            (x, cell, a)
            for x, actions in zip(self.game.user_support, chosen, strict=True)
            for cell in self.cells
            for a in actions
        ]

    def program(self, chosen: Actions, goal: Goal = Goal.MAXIMISE) -> Program:
        """The offers of these actions; she asks what is meant for her, and obeys."""
        program = self._obeyed(chosen, goal)
        for x, other in permutations(self.game.user_support, 2):
            program.row(("asks", x, other), self._asks(chosen, x, other), Sense.AT_LEAST)
        return program

    def _obeyed(self, chosen: Actions, goal: Goal = Goal.MAXIMISE) -> Program:
        """The offers of these actions, which she obeys if she asks what is meant for her."""
        program, seen = Program(goal), self.game.user_support
        for key in self.columns(chosen):
            program.column(key)
        for x, actions in zip(seen, chosen, strict=True):
            for cell in self.cells:
                program.row(("cell", x, cell), {(x, cell, a): 1 for a in actions}, Sense.EQUAL, 1)
            for a, b in product(actions, self.game.actions):
                program.row(("obedience", x, a, b), self._loss(x, a, b), Sense.AT_LEAST)
        for x, (other, actions) in product(seen, zip(seen, chosen, strict=True)):
            for said in actions if x != other else ():
                column = ("told", x, other, said)
                program.column(column, free=True)
                for b in self.game.actions:
                    row: dict[Key, Number] = {
                        (other, cell, said): -self.hers[x, cell, b] for cell in self.cells
                    }
                    program.row((*column, b), {**row, column: 1}, Sense.AT_LEAST)
        return program

    def _loss(self, x: str, chosen: str, other: str) -> dict[Key, Number]:
        """The row of what she loses by another action where this one is recommended."""
        hers = self.hers
        return {
            (x, cell, chosen): hers[x, cell, chosen] - hers[x, cell, other] for cell in self.cells
        }

    def _asks(self, chosen: Actions, x: str, other: str) -> dict[Key, Number]:
        """What her own question is worth to her at x, less what that of another is."""
        told = dict(zip(self.game.user_support, chosen, strict=True))
        own: dict[Key, Number] = {
            (x, c, a): self.hers[x, c, a] for c, a in product(self.cells, told[x])
        }
        return {**own, **{("told", x, other, said): -1 for said in told[other]}}

    def offer(self, chosen: Actions, worth: Fraction) -> AskedOffer | None:
        """A best offer that she strictly follows but for a little; None where there is none.

        Where ties favour him it is enough that it is best for her.
        """
        plan = self.best(chosen, worth).plan
        if self.game.ties is Ties.FAVOUR_SPEAKER:
            return self._offer(plan, {key: Fraction(0) for key in plan})
        seen = self.game.user_support
        used = tuple(
            tuple(a for a in self.game.actions if any((x, c, a) in plan for c in self.cells))
            for x in seen
        )
        for said in dict.fromkeys((used, chosen)):
            more = self._perturbed(plan, said)
            if more is not None:
                return self._offer(plan, more)
        return None

    def _perturbed(self, plan: Plan, chosen: Actions) -> Plan | None:
        """An offer of these actions that she strictly follows where she may leave the plan."""
        program, seen = self._obeyed(chosen), self.game.user_support
        program.column("margin", 1)
        for key, row in list(program.rows.items()):
            if isinstance(key, tuple) and key[0] == "obedience" and any(row.coefficients.values()):
                strict = {**row.coefficients, "margin": -1}
                program.row(("strict", *key[1:]), strict, Sense.AT_LEAST)
        for x, other in permutations(seen, 2):
            if self._worth(plan, x, x) == self._worth(plan, x, other):
                asks = {**self._asks(chosen, x, other), "margin": -1}
                program.row(("asks", x, other), asks, Sense.AT_LEAST)
        program.row("bounded", {"margin": 1}, Sense.AT_MOST, 1)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal) or answer.value <= 0:
            return None
        return {key: answer.primal[key] for key in self.columns(chosen)}

    def _worth(self, plan: Plan, x: str, asked: str) -> Fraction:
        """What the signal that is meant for one observation is worth to her at another."""
        zero, actions = Fraction(0), self.game.actions
        return sum(
            (
                max(
                    sum(
                        (plan.get((asked, c, said), zero) * self.hers[x, c, b] for c in self.cells),
                        zero,
                    )
                    for b in actions
                )
                for said in actions
            ),
            zero,
        )

    def _offer(self, plan: Plan, more: Plan) -> AskedOffer:
        """The plan as signals, by observation."""
        return AskedOffer(
            {
                x: StrictPlan(
                    {(c, (a,)): p for (z, c, a), p in plan.items() if z == x},
                    {
                        (a,): {c: more[x, c, a] for c in self.cells if (x, c, a) in more}
                        for a in self.game.actions
                        if any((x, c, a) in more or (x, c, a) in plan for c in self.cells)
                    },
                )
                for x in self.game.user_support
            }
        )
