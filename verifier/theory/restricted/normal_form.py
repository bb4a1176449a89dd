"""The restricted game in normal form: agents choose among finitely many signals (theory.md 6.11).

1. Every profile of signals has the user's best responses (`profile_response`), a polytope.
2. An agent's *deviation payoff* is the most that he surely gets by any of his signals, the others'
   being fixed: at the user's worst best response for him, or her best under `favour-speaker`.
3. A profile is an equilibrium if some best response of the user gives every agent at least his
   deviation payoff, up to gamma: the first ones are tried, then a linear program.
4. Under the tie rule `belief` her response to a deviation is tied to what she does elsewhere at the
   same belief. The program then has rows for all deviations, added as they are violated (row
   generation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

from verifier.game.model import Game, Ties
from verifier.game.response import RangeEnd, sure_end
from verifier.game.rules import Signal
from verifier.solve.effort import Effort
from verifier.solve.program import Key
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.restricted.profile_response import (
    BestResponses,
    Expression,
    ProfileResponse,
    satisfying,
)

Choices = Mapping[str, Mapping[str, Signal]]
"""The signals that each agent may choose: agent -> name -> signal, in instance order."""

Names = tuple[str, ...]
"""The name of the signal that each agent chooses, in instance order."""

STEP = 4
"""The number of violated conditions that enter a linear program at a time."""


class NormalForm:
    """The restricted game in normal form; payoffs are in units of 1/`user.scale`.

    `user` computes her best responses, `end` says how her ties count for a deviating agent.
    """

    def __init__(self, game: Game, choices: Choices, model: Guarantee, effort: Effort) -> None:
        self.choices, self.effort, self.ties = choices, effort, game.ties
        self.user = ProfileResponse(
            game, model, [signal for signals in choices.values() for signal in signals.values()]
        )
        self.end = sure_end(self.ties)
        self.lists = tuple(choices.values())
        self.agents = range(len(self.lists))

    @cached_property
    def best_responses(self) -> Mapping[Names, BestResponses]:
        """The user's best responses to every profile."""
        profiles = product(*self.lists)
        if self.user.model is Guarantee.BEST_AI:
            alone = [
                {name: self.user.branch([signal]) for name, signal in signals.items()}
                for signals in self.lists
            ]
            return {
                names: self.user.pick([alone[i][name] for i, name in enumerate(names)])
                for names in profiles
            }
        return {
            names: self.user.best_responses([self.lists[i][name] for i, name in enumerate(names)])
            for names in profiles
        }

    @cached_property
    def deviation_payoffs(self) -> Mapping[tuple[int, Names], int]:
        """The most that an agent surely gets: (agent, the others' choices) -> payoff."""
        found: dict[tuple[int, Names], int] = {}
        for names, responses in self.best_responses.items():
            for i in self.agents:
                key, payoff = (i, _others(names, i)), responses.payoff_end(i, self.end)
                found[key] = max(found.get(key, payoff), payoff)
        return found

    def equilibrium_payoffs(self, names: Names) -> Sequence[Fraction | int] | None:
        """The agents' payoffs under a best response that makes the profile an equilibrium.

        None if there is no such response.
        """
        here = self.best_responses[names]
        bounds = [
            self.deviation_payoffs[i, _others(names, i)] - self.user.gamma for i in self.agents
        ]
        if any(here.payoff_end(i, RangeEnd.GREATEST) < bounds[i] for i in self.agents):
            return None
        if self.ties is Ties.BELIEF:
            return self._payoffs_under_belief(names, here)
        first = here.branches[0].first
        if all(first[i] >= bounds[i] for i in self.agents):
            return first
        wanted = [(here.expression(i), bounds[i]) for i in self.agents]
        mixture = satisfying(here, wanted, (), self.effort)
        return None if mixture is None else self._expected(here, mixture)

    def _payoffs_under_belief(
        self, names: Names, here: BestResponses
    ) -> Sequence[Fraction | int] | None:
        """The payoffs of `equilibrium_payoffs` under the tie rule `belief`.

        One function of the belief must serve the profile and all deviations from it.
        """
        gamma = self.user.gamma
        tempting = [
            (i, there)
            for i, there in self._deviations(names)
            if there.payoff_end(i, RangeEnd.GREATEST) - gamma > here.payoff_end(i, RangeEnd.LEAST)
        ]
        wanted = [
            (_difference(here.expression(i), there.expression(i)), -gamma) for i, there in tempting
        ]
        first = {
            column: Fraction(1)
            for responses in (here, *(there for _, there in tempting))
            for column in responses.first_columns()
        }
        mixture, rows = first, list[int]()
        while violated := [
            n for n, (payoff, bound) in enumerate(wanted) if _expected(payoff, mixture) < bound
        ]:
            rows += violated[:STEP]  # most of the others follow from these
            found = satisfying(
                here, [wanted[n] for n in rows], [tempting[n][1] for n in rows], self.effort
            )
            if found is None:
                return None
            mixture = {**first, **found}
        return self._expected(here, mixture)

    def _deviations(self, names: Names) -> Iterator[tuple[int, BestResponses]]:
        """The user's best responses after every deviation of one agent."""
        for i in self.agents:
            for other in self.lists[i]:
                if other != names[i]:
                    yield i, self.best_responses[(*names[:i], other, *names[i + 1 :])]

    def _expected(self, here: BestResponses, mixture: Mapping[Key, Fraction]) -> Sequence[Fraction]:
        return [_expected(here.expression(i), mixture) for i in self.agents]


def _expected(payoff: Expression, mixture: Mapping[Key, Fraction]) -> Fraction:
    return sum(
        (n * mixture[column] for column, n in payoff.items() if n and column in mixture),
        Fraction(0),
    )


def _others(names: Names, agent: int) -> Names:
    return (*names[:agent], *names[agent + 1 :])


def _difference(left: Expression, right: Expression) -> Expression:
    return {column: left.get(column, 0) - right.get(column, 0) for column in (*left, *right)}
