"""The game that agents with finitely many signals play in normal form, and which profiles nobody
leaves (theory.md 6).
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
from verifier.theory.guarantee import Guarantee
from verifier.theory.profile_response import Expression, ProfileResponse, Replies, satisfying

Choices = Mapping[str, Mapping[str, Signal]]
"""Agent -> name -> signal, in instance order: what each agent may choose."""

Names = tuple[str, ...]
"""The name of the signal that each agent chooses, in instance order."""

STEP = 4
"""How many broken conditions enter a linear program at a time."""


class NormalForm:
    """Every profile of signals with what the user may do there; payoffs in units of
    1/`world.scale`.
    """

    def __init__(self, game: Game, choices: Choices, model: Guarantee, effort: Effort) -> None:
        self.choices, self.effort, self.ties = choices, effort, game.ties
        self.world = ProfileResponse(
            game, model, [signal for signals in choices.values() for signal in signals.values()]
        )
        self.end = sure_end(self.ties)
        self.lists = tuple(choices.values())
        self.agents = range(len(self.lists))

    @cached_property
    def replies(self) -> Mapping[Names, Replies]:
        """What she may do under every profile."""
        profiles = product(*self.lists)
        if self.world.model is Guarantee.BEST_AI:
            alone = [
                {name: self.world.branch([signal]) for name, signal in signals.items()}
                for signals in self.lists
            ]
            return {
                names: self.world.pick([alone[i][name] for i, name in enumerate(names)])
                for names in profiles
            }
        return {
            names: self.world.replies([self.lists[i][name] for i, name in enumerate(names)])
            for names in profiles
        }

    @cached_property
    def secured(self) -> Mapping[tuple[int, Names], int]:
        """(agent, what the others choose) -> the most he gets by any of his signals, by her least
        or greatest reply.
        """
        found: dict[tuple[int, Names], int] = {}
        for names, replies in self.replies.items():
            for i in self.agents:
                others, value = (i, _others(names, i)), replies.payoff_end(i, self.end)
                found[others] = max(found.get(others, value), value)
        return found

    def kept(self, names: Names) -> Sequence[Fraction | int] | None:
        """The agents' payoffs under one of her replies that keep all of them where they are, or
        None if there is none.
        """
        here = self.replies[names]
        bounds = [self.secured[i, _others(names, i)] - self.world.gamma for i in self.agents]
        if any(here.payoff_end(i, RangeEnd.GREATEST) < bounds[i] for i in self.agents):
            return None
        if self.ties is Ties.BELIEF:
            return self._kept_by_beliefs(names, here)
        first = here.branches[0].first
        if all(first[i] >= bounds[i] for i in self.agents):
            return first
        wanted = [(here.expression(i), bounds[i]) for i in self.agents]
        found = satisfying(here, wanted, (), self.effort)
        return None if found is None else self._expect(here, found)

    def _kept_by_beliefs(self, names: Names, here: Replies) -> Sequence[Fraction | int] | None:
        """As `kept`, when what she does after a deviation follows from what she does elsewhere at
        the same belief.
        """
        gamma = self.world.gamma
        tempting = [
            (i, there)
            for i, there in self._deviations(names)
            if there.payoff_end(i, RangeEnd.GREATEST) - gamma > here.payoff_end(i, RangeEnd.LEAST)
        ]
        wanted = [
            (_difference(here.expression(i), there.expression(i)), -gamma) for i, there in tempting
        ]
        start = {
            column: Fraction(1)
            for replies in (here, *(there for _, there in tempting))
            for column in replies.plain()
        }
        does, asked = start, list[int]()
        while broken := [
            n for n, (payoff, bound) in enumerate(wanted) if _expected(payoff, does) < bound
        ]:
            asked += broken[:STEP]  # most of the others follow from these
            found = satisfying(
                here, [wanted[n] for n in asked], [tempting[n][1] for n in asked], self.effort
            )
            if found is None:
                return None
            does = {**start, **found}
        return self._expect(here, does)

    def _deviations(self, names: Names) -> Iterator[tuple[int, Replies]]:
        for i in self.agents:
            for other in self.lists[i]:
                if other != names[i]:
                    yield i, self.replies[(*names[:i], other, *names[i + 1 :])]

    def _expect(self, here: Replies, does: Mapping[Key, Fraction]) -> Sequence[Fraction]:
        return [_expected(here.expression(i), does) for i in self.agents]


def _expected(payoff: Expression, does: Mapping[Key, Fraction]) -> Fraction:
    return sum(
        (n * does[column] for column, n in payoff.items() if n and column in does), Fraction(0)
    )


def _others(names: Names, agent: int) -> Names:
    return (*names[:agent], *names[agent + 1 :])


def _difference(left: Expression, right: Expression) -> Expression:
    return {column: left.get(column, 0) - right.get(column, 0) for column in (*left, *right)}
