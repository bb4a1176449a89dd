"""Offers to a user who asks: a signal for each of her observations (theory.md 6.5).

Where she has a question for each of her observations, an agent may answer every question by a
signal that is made for one of them. She asks what is meant for her if no other question is worth
more to her. What another question is worth is convex in its signal, so that this is linear with a
column for what each of its messages is worth to her.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations, permutations, product
from math import comb

from verifier.game.model import Cell, Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.pieces import AskedOffer, StrictPlan

CHOICE_LIMIT = 40
"""The largest number of choices of actions, some for each observation, that are looked at."""

Actions = tuple[tuple[str, ...], ...]
"""For each observation of hers the actions that are recommended there."""

Plan = Mapping[tuple[str, Cell, str], Fraction]
"""(x_A, cell, action) -> how likely the action is recommended to who asks for x_A."""


def asks_for_each(game: Game) -> bool:
    """Whether she has a question for each of several observations, and few choices of actions."""
    talk, seen = game.conversation, len(game.user_support)
    sets = comb(len(game.actions), talk.messages(len(game.actions)))
    return 1 < seen <= talk.user_alphabet and sets**seen <= CHOICE_LIMIT


class AskedOffers:
    """The best offers of an agent to a user who asks, by what they are worth to her."""

    def __init__(self, game: Game, number: int, effort: Effort) -> None:
        self.game, self.effort, self.agent = game, effort, game.agents[number]
        real = {x for _, x in game.points}
        self.cells = [cell for cell in self.agent.sees if real & set(cell)]
        self.hers = self._by_cell(game.whole_user_payoff)
        self.his = self._by_cell(game.whole_agent_payoffs[self.agent.name])
        self.best = cache(self._best)

    @cached_property
    def choices(self) -> list[Actions]:
        """The actions that his words may lead to at each observation.

        Actions that she nowhere strictly prefers are left out, unless ties favour him.
        """
        game, sets = self.game, list[list[tuple[str, ...]]]()
        for x in game.user_support:
            able = [a for a in game.actions if self._followed(x, a)]
            sets.append(list(combinations(able, game.conversation.messages(len(able)))))
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

    def _by_cell(self, payoff: Mapping[tuple[str, str, str], int]) -> dict[Key, int]:
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

    def _best(self, chosen: Actions, worth: Fraction | None) -> tuple[Fraction, Plan] | None:
        """The most that offers of these actions give him that are worth so much to her, and one."""
        game, program = self.game, self._program(chosen)
        for x, cell, a in self._columns(chosen):
            does = self.first[x, a] if game.ties is Ties.ORDER else a
            program.costs[x, cell, a] = self.his[x, cell, does]
        for x, other in permutations(game.user_support, 2):
            program.row(("asks", x, other), self._asks(chosen, x, other), Sense.AT_LEAST)
        if worth is not None:
            hers: dict[Key, Number] = {key: self.hers[key] for key in self._columns(chosen)}
            program.row("worth", hers, Sense.AT_LEAST, worth / game.grain)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        plan = {key: answer.primal[key] for key in self._columns(chosen)}
        return answer.value * game.grain, {key: p for key, p in plan.items() if p}

    def _columns(self, chosen: Actions) -> list[tuple[str, Cell, str]]:
        return [
            (x, cell, a)
            for x, actions in zip(self.game.user_support, chosen, strict=True)
            for cell in self.cells
            for a in actions
        ]

    def _program(self, chosen: Actions) -> Program:
        """The offers of these actions, which she obeys if she asks what is meant for her."""
        program, seen = Program(Goal.MAXIMISE), self.game.user_support
        for key in self._columns(chosen):
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

    def offer(self, chosen: Actions, worth: Fraction | None) -> AskedOffer | None:
        """A best offer that she strictly follows but for a little; None where there is none.

        Where ties favour him it is enough that it is best for her.
        """
        found = self.best(chosen, worth)
        if found is None or not self.duplicates_clear:
            return None
        plan = found[1]
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
        program, seen = self._program(chosen), self.game.user_support
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
        return {key: answer.primal[key] for key in self._columns(chosen)}

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
