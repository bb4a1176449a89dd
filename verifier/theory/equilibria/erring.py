"""Equilibria of a user whose evaluation errs: she picks an agent who is nearly the best (theory.md
4.5).

Three agents: she has picked one, and whoever deviates, another one's offer is within her error of
all that she could get, so that she may turn to him. The offers solve a linear program for each
choice of the three:

1. all are obedient, and so signals that recommend an action;
2. the picked one's is worth least to her, and the other two within her error of it and of OPT;
3. nobody has more by the offer of the agent to whom she turns if he deviates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, permutations
from typing import cast

from verifier.frozen import FrozenDict
from verifier.game.model import Agent, Game, Payoff, Ties
from verifier.game.rules import Signal, silence
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.benchmark import optimum
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium

MOST_CHOICES = 120
"""Most choices of three agents that are tried."""


def erring_equilibrium(
    game: Game, effort: Effort, least: Fraction | None
) -> SignalEquilibrium | None:
    """The worst equilibrium of this kind for the user; None where there is none.

    It is looked for where she is silent, sees nothing and may break ties in any way. One worth
    `least` ends the search. theory.md 4.5.
    """
    plain = game.conversation.silent and len(game.user_support) == 1
    if not (game.evaluation and plain and game.ties is Ties.ANY):
        return None
    worst: SignalEquilibrium | None = None
    for agents in islice(permutations(game.agents, 3), MOST_CHOICES):
        found = _Offers(game, *agents).equilibrium(effort)
        if found is not None and (worst is None or found.user_utility < worst.user_utility):
            worst = found
        if worst is not None and worst.user_utility == least:
            break
    return worst


@dataclass(frozen=True)
class _Offers:
    """The agent whom she picks, and two to whom she turns: to the second if the first deviates."""

    game: Game
    picked: Agent
    first: Agent
    second: Agent

    def turns_to(self, agent: Agent) -> Agent:
        """To whom she turns if this agent deviates."""
        return self.second if agent is self.first else self.first

    def equilibrium(self, effort: Effort) -> SignalEquilibrium | None:
        """The offers that are worth least to her; None where there are none, or too few words."""
        answer = effort.solve(self._program())
        if not isinstance(answer, Optimal):
            return None
        makers = (self.picked, self.first, self.second)
        signals = {a.name: silence(self.game) for a in self.game.agents}
        signals |= {maker.name: self._signal(maker, answer.primal) for maker in makers}
        words = max(len({w for said in signals[m.name].values() for w in said}) for m in makers)
        if not self.game.conversation.conveys(words):
            return None

        def worth(payoff: Payoff, maker: Agent) -> Fraction:
            row = self._row(payoff, maker)
            return sum((answer.primal[key] * n for key, n in row.items()), Fraction(0))

        payoffs = self.game.agent_payoffs
        (seen,) = self.game.user_support
        said = {word for sent in signals[self.picked.name].values() for word in sent}
        return SignalEquilibrium(
            "an evaluation that errs",
            signals,
            {(seen, a): a for a in self.game.actions if a in said},
            worth(self.game.user_payoff, self.picked),
            {name: worth(payoff, self.picked) for name, payoff in payoffs.items()},
            (),
            {a.name: worth(payoffs[a.name], self.turns_to(a)) for a in self.game.agents},
            self.picked.name,
            FrozenDict({a.name: self.turns_to(a).name for a in self.game.agents}),
        )

    def _program(self) -> Program:
        game, hers = self.game, self.game.user_payoff
        program = Program(Goal.MINIMISE)
        cost = self._row(hers, self.picked)
        makers = (self.picked, self.first, self.second)
        for maker in makers:
            for key in self._row(hers, maker):
                program.column(key, cost.get(key, 0))
            for cell in maker.sees:
                one: dict[Key, Number] = {(maker.name, cell, a): 1 for a in game.actions}
                program.row(("all", maker.name, cell), one, Sense.EQUAL, 1)
            for a, b in permutations(game.actions, 2):
                program.row(
                    ("obedience", maker.name, a, b), self._slack(maker, a, b), Sense.AT_LEAST
                )
        for maker in (self.first, self.second):
            row = self._row(hers, maker)
            best = optimum(game) - game.evaluation
            program.row(("near OPT", maker.name), row, Sense.AT_LEAST, best)
            apart = _difference(cost, row)
            program.row(("near", maker.name), apart, Sense.AT_LEAST, -game.evaluation)
        for agent in game.agents:
            his = game.agent_payoffs[agent.name]
            gain = _difference(self._row(his, self.turns_to(agent)), self._row(his, self.picked))
            program.row(("stays", agent.name), gain, Sense.AT_MOST, game.gamma)
        return program

    def _row(self, payoff: Payoff, maker: Agent) -> dict[Key, Fraction]:
        """What a payoff is by the offer of an agent, by cell and recommended action."""
        (seen,) = self.game.user_support
        return {
            (maker.name, cell, a): self.game.expected(payoff, seen, cell, a)
            for cell in maker.sees
            for a in self.game.actions
        }

    def _slack(self, maker: Agent, chosen: str, other: str) -> dict[Key, Number]:
        """What she loses by another action wherever this one is recommended."""
        row = self._row(self.game.user_payoff, maker)
        return {
            (maker.name, cell, chosen): row[maker.name, cell, chosen] - row[maker.name, cell, other]
            for cell in maker.sees
        }

    def _signal(self, maker: Agent, primal: Mapping[Key, Fraction]) -> Signal:
        says = {
            x: {a: p for a in self.game.actions if (p := primal[maker.name, cell, a])}
            for cell in maker.sees
            for x in cell
        }
        return cast(Signal, {x: says[x] for x in self.game.agent_observations})


def _difference(left: Mapping[Key, Fraction], right: Mapping[Key, Fraction]) -> dict[Key, Number]:
    zero = Fraction(0)
    return {key: left.get(key, zero) - right.get(key, zero) for key in {**left, **right}}
