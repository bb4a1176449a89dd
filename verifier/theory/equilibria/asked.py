"""The worst equilibrium in which all agents offer a user who asks the same (theory.md 6.19).

She has a question for each of her observations, and each is answered by a signal of its own. Nobody
gains by another offer if no agent has less than his frontier over asked offers, which is linear
between breakpoints; so one linear program for each choice of actions finds the worst of these
offers. That no other rule gives him more is proved over outcomes (6.10), with the rows of asking as
at another observation (5.9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, pairwise, product

from verifier.game.model import Agent, Game, Ties
from verifier.game.response import UserType, best_actions_at, consistent
from verifier.game.rules import Signal, common_coarsening
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.asked_offer import (
    Actions,
    AskedOffers,
    Plan,
    asked_offers,
    asks_for_each,
)
from verifier.theory.deviations.frontier import Frontier, Line
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.judgements.offers import upheld_asked_offer


def asked_equilibrium(
    game: Game, effort: Effort = USUAL, least: Fraction | None = None
) -> ConversationEquilibrium | None:
    """The worst equilibrium that is found in which all make the same asked offer.

    None for one agent, or where her evaluation errs. `least`: a lower bound on her utility in all
    equilibria, from which the search starts.
    """
    if len(game.agents) < 2 or game.evaluation or not asks_for_each(game):
        return None
    search = _Search(game, effort)
    for a, b in search.pieces:
        if least is None or least <= b:
            for plan in search.plans(a, b):
                found = search.equilibrium(plan)
                if found is not None:
                    return found
    return None


class _Search:
    """The search along the frontiers of all agents over asked offers."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        able = asked_offers(game, effort)
        sees = common_coarsening(game, [agent.sees for agent in game.agents])
        first = game.agents[0]
        self.offers = AskedOffers(game, Agent(first.name, first.utility, sees), effort)
        self.his = [self.offers.payoff(agent.name) for agent in game.agents]
        self.curves = [list(offers.curves.values()) for offers in able]
        ends = {v for curve in chain(*self.curves) for v, _ in curve.breakpoints}
        tops = {curve.breakpoints[-1][0] for curve in chain(*self.curves)}
        self.pieces = sorted([*pairwise(sorted(ends)), *((top, top) for top in tops)])

    def plans(self, a: Fraction, b: Fraction) -> list[Plan]:
        """The offers of least worth in [a, b] from which nobody gains, one for each choice."""
        lines = [list(self._lines(curves, a, b)) for curves in self.curves]
        found = [
            end
            for chosen in self.offers.choices
            if (most := self.offers.most(chosen)) is not None and most >= a
            if (end := self._least(chosen, a, b, lines))
        ]
        return [plan for _, plan in sorted(found, key=lambda end: end[0])]

    def _lines(self, curves: Sequence[Frontier], a: Fraction, b: Fraction) -> Iterator[Line]:
        """What an agent's offers worth [a, b] give him, but for what others of his give as well."""
        ends = dict[tuple[Fraction, Fraction], Line]()
        for curve in curves:
            if curve.breakpoints[0][0] <= a and curve.may_outbid(a, b, self.game.ties):
                line = curve.piece(a, b)
                ends[line(a), line(b)] = line
        for (low, high), line in ends.items():
            if not any(v >= low and w >= high and (v, w) != (low, high) for v, w in ends):
                yield line

    def _least(
        self, chosen: Actions, a: Fraction, b: Fraction, lines: Sequence[Sequence[Line]]
    ) -> tuple[Fraction, Plan] | None:
        """The least worth in [a, b] of an offer of these actions, and a stable offer."""
        program, grain = self.offers.program(chosen, Goal.MINIMISE), self.game.grain
        columns = self.offers.columns(chosen)
        hers: dict[Key, Number] = {key: self.offers.hers[key] for key in columns}
        program.costs |= hers
        program.row("from", hers, Sense.AT_LEAST, a / grain)
        program.row("to", hers, Sense.AT_MOST, b / grain)
        for n, his in enumerate(self.his):
            for number, line in enumerate(lines[n]):
                row: dict[Key, Number] = {key: his[key] - line.slope * hers[key] for key in columns}
                most = line(Fraction(0)) - self.game.gamma
                program.row(("outbid", n, number), row, Sense.AT_LEAST, most / grain)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        plan = self.offers.plan(chosen, answer.primal)
        if self.game.ties is Ties.ORDER:
            plan = self._in_order(program, plan, answer.value) or plan
        return answer.value * grain, plan

    def _in_order(self, program: Program, plan: Plan, worth: Fraction) -> Plan | None:
        """An offer as good for which she prefers no earlier action, None where there is none."""
        actions, fixed = self.game.actions, program.copy()
        used = {(x, a) for x, _, a in plan}
        fixed.goal, fixed.costs = Goal.MAXIMISE, dict.fromkeys(program.costs, 0)
        columns = list(product(self.game.user_support, self.offers.cells, actions))
        hers: dict[Key, Number] = {
            key: self.offers.hers[key] for key in columns if key in program.costs
        }
        fixed.row("worth", hers, Sense.EQUAL, worth)
        fixed.column("margin", 1)
        fixed.row("bounded", {"margin": 1}, Sense.AT_MOST, 1)
        for x, a in used:
            for b in actions[: actions.index(a)]:
                loss = fixed.rows["obedience", x, a, b].coefficients
                if any(loss.values()):
                    fixed.row(("strict", x, a, b), {**loss, "margin": -1}, Sense.AT_LEAST)
        for x, cell, a in columns:
            if (x, cell, a) in hers and (x, a) not in used:
                fixed.row(("unused", x, cell, a), {(x, cell, a): 1}, Sense.EQUAL)
        answer = self.effort.solve(fixed)
        if not isinstance(answer, Optimal) or answer.value <= 0:
            return None
        return {key: p for key in columns if (p := answer.primal.get(key))}

    def equilibrium(self, plan: Plan) -> ConversationEquilibrium | None:
        """The offer as an equilibrium; None where the tie rule or too few words prevent it."""
        game, few = self.game, self.game.conversation.agent_alphabet
        signals = [self._signal(plan, x) for x in game.user_support]
        distribution: dict[UserType, dict[str, Fraction]] = {}
        for x, signal in zip(game.user_support, signals, strict=True):
            for o in (o for z, o in game.points if z == x):
                for word, p in signal[o].items():
                    distribution.setdefault((x, word), {})[o] = p
        response: dict[UserType, str] = {t: self._does(*t) for t in distribution}
        words = max(len({t[1] for t in distribution if t[0] == x}) for x in game.user_support)
        best = all(
            action in best_actions_at(game, t, distribution[t], game.ties)
            for t, action in response.items()
        )
        if not best or (few != "rich" and words > few):  # they would have to be spelt in rounds
            return None
        if game.ties is Ties.BELIEF and not consistent(game, distribution, response):
            return None
        return upheld_asked_offer(game, signals, response, self.effort)

    def _does(self, x: str, word: str) -> str:
        """The action that she takes where this one is recommended."""
        return self.offers.first[x, word] if self.game.ties is Ties.ORDER else word

    def _signal(self, plan: Plan, x: str) -> Signal:
        """What is said to who asks what is meant for one of her observations."""
        said: dict[str, Mapping[str, Fraction]] = {}
        for cell in self.offers.cells:
            sends = {a: p for a in self.game.actions if (p := plan.get((x, cell, a)))}
            said |= dict.fromkeys(cell, sends)
        anything = next(iter(said.values()))
        return {o: said.get(o, anything) for o in self.game.agent_observations}
