"""The equilibrium values of a user who picks the best AI, by frontiers (theory.md 6.5).

A common signal with outcome mu is an equilibrium if and only if U_i(mu) >= f_i(u(mu)) for every
agent, since an agent is picked only if he offers her at least as much as the others. Under
`favour-speaker`, where all agents see the same and have words enough, these are all equilibrium
outcomes; under the other tie rules they are some. Where agents see different things the offers may
differ (`winner`). Between two neighbouring breakpoints all frontiers are linear, so that two linear
programs give the least and the greatest equilibrium value there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from verifier.game.model import Game, Ties
from verifier.game.response import Response, consistent, expected, signal_distribution
from verifier.game.rules import Signal, silence
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal
from verifier.theory.bounds.offer_bound import bound_to_be_picked
from verifier.theory.bounds.winner import Contest, Recommendations, Span, common, different
from verifier.theory.deviations.frontier import Frontier, Frontiers
from verifier.theory.deviations.persuasion import Plan, attained
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.judgements.offers import offered


@dataclass(frozen=True)
class BestAIValues:
    """The user's equilibrium values, with a worst and a best equilibrium.

    `complete` says that there are no other values. `worst` and `best` are None where the user does
    not follow any of the signals found. All but the worst is found when it is asked for.
    """

    frontiers: tuple[Frontier, ...]
    complete: bool
    worst: SignalEquilibrium | None
    search: Search = field(repr=False, compare=False)

    @property
    def curves(self) -> Frontiers:
        """The frontiers, from which more points can be had."""
        return self.search.curves

    @cached_property
    def best(self) -> SignalEquilibrium | None:
        """A best equilibrium."""
        return self.search.best or self.worst

    @cached_property
    def intervals(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """The values as ascending intervals."""
        found = [(low[1].user_utility, high[1].user_utility) for low, high in self.search.spans]
        if self.worst is not None:
            found.append((self.worst.user_utility, self.worst.user_utility))
        return merged(sorted(found))


NEAR = (Fraction(1, 2**20), Fraction(1, 2**40), Fraction(1, 2**80))
"""How near to offers that are no equilibrium one is looked for, in shares of a piece."""

Found = tuple[Contest, Plan, Plan | None]
"""Offers that may be an equilibrium: the winner's plan, and a rival's."""


def best_ai_values(
    game: Game,
    effort: Effort = USUAL,
    least: Fraction | None = None,
    below: Fraction | None = None,
) -> BestAIValues | None:
    """The equilibrium values of a user who picks the best of several agents.

    None for one agent or a user who asks. `least`: a lower bound on all equilibrium values; where a
    common signal reaches it no other offers are looked at. Where no equilibrium is worth least, but
    some come as near to a number as one likes, one that is worth less than `below` is found if it
    exceeds the number. Raises SizeError as `persuade` does.
    """
    asks = not game.conversation.silent and len(game.user_support) > 1
    return None if len(game.agents) < 2 or asks else Search(game, effort).values(least, below)


class Search:
    """The search for equilibria of a game, along the frontiers of all agents."""

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.curves = game, Frontiers(game, effort)
        self.frontiers = tuple(self.curves.frontier(n) for n in range(len(game.agents)))
        points = sorted({v for frontier in self.frontiers for v, _ in frontier.breakpoints})
        tops = [frontier.breakpoints[-1][0] for frontier in self.frontiers]
        shared = min(tops)
        self.pieces = sorted([*pairwise(points), *((top, top) for top in {*tops})])
        self.common = [(a, b) for a, b in self.pieces if b <= shared]  # no common signal has more
        self.contests = common(self.curves)
        self.least = cache(self._least)
        self.wins, self.reaches = cache(self._wins), cache(self._reaches)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.game, self.curves.effort)

    def values(self, least: Fraction | None, below: Fraction | None = None) -> BestAIValues:
        """The equilibrium values: those of common signals, and worse ones of different offers."""
        worst, same = self.worst, len({agent.sees for agent in self.game.agents}) == 1
        if not same and (worst is None or worst.user_utility != least):
            worst = self._worse(worst) or worst
        if least is not None and (worst is None or worst.user_utility > least):
            worst = self._near(worst, below) or worst
        exact = same and self.game.conversation.rich and not self.game.evaluation
        complete = exact and self.game.ties is Ties.FAVOUR_SPEAKER
        return BestAIValues(self.frontiers, complete, worst, self)

    @cached_property
    def worst(self) -> SignalEquilibrium | None:
        """The worst equilibrium in which all offer the same."""
        least = (self.least(a, b) for a, b in self.common)
        return self._first_equilibrium(found[0] for found in least if found)

    @cached_property
    def best(self) -> SignalEquilibrium | None:
        """The best equilibrium in which all offer the same."""
        better = (
            most
            for _, most in reversed(self.spans)
            if self.worst is None or most[1].user_utility > self.worst.user_utility
        )
        return self._first_equilibrium(better) or self.worst

    @cached_property
    def spans(self) -> list[tuple[Found, Found]]:
        """The common offers of least and of greatest worth between breakpoints, where any are."""
        spans = []
        for a, b in self.common:
            least = self.least(a, b)
            most = self._ends([found[0] for found in least], (a, b), Goal.MAXIMISE)
            if least and most:
                spans.append((least[0], most[-1]))
        return spans

    def _least(self, a: Fraction, b: Fraction) -> list[Found]:
        return self._ends(self.contests, (a, b), Goal.MINIMISE)

    def _ends(self, contests: Iterable[Contest], piece: Span, goal: Goal) -> list[Found]:
        """The offers of least or greatest worth in a piece, of each contest, the least first."""
        ends = ((contest, contest.end(self.frontiers, [piece], goal)) for contest in contests)
        found = [(contest, *end) for contest, end in ends if end is not None]
        return sorted(found, key=lambda offers: offers[1].user_utility)

    def _worse(self, known: SignalEquilibrium | None) -> SignalEquilibrium | None:
        """The worst equilibrium of different offers, if it is worse than the one that is known."""
        most = None if known is None else known.user_utility
        pieces = [(a, b) for a, b in self.pieces if most is None or a < most]
        contests = [each for each in self.every if each.winner is not None] if pieces else []
        return self._least_different(contests, pieces, most)

    def _least_different(
        self, contests: Sequence[Contest], pieces: Sequence[Span], most: Fraction | None
    ) -> SignalEquilibrium | None:
        """The worst equilibrium in these pieces, if it is worth less than `most`.

        Halves of the pieces in turn, and in each the contests that are possible in all of it.
        """
        contests = [each for each in contests if self._may_last(each, tuple(pieces))]
        if not contests:
            return None
        if len(pieces) == 1:
            found = self._ends(contests, pieces[0], Goal.MINIMISE)
            return self._first_equilibrium(
                each for each in found if most is None or each[1].user_utility < most
            )
        possible = [c for c in contests if c.end(self.frontiers, pieces, Goal.MINIMISE)]
        half = len(pieces) // 2
        halves = (pieces[:half], pieces[half:])
        found_in = (self._least_different(possible, some, most) for some in halves)
        return next((found for found in found_in if found is not None), None)

    def _may_last(self, contest: Contest, pieces: tuple[Span, ...]) -> bool:
        """Whether the winner's messages and the rival's, each alone, leave a contest possible."""
        rival = contest.rival
        return self.wins(contest.offers, pieces) and (
            rival is None or self.reaches(rival[1], pieces)
        )

    def _wins(self, offers: Recommendations, pieces: tuple[Span, ...]) -> bool:
        return offers.possible(offers.unrivalled(self.frontiers, pieces, Goal.MINIMISE))

    def _reaches(self, offers: Recommendations, pieces: tuple[Span, ...]) -> bool:
        return offers.possible(offers.worth(pieces, Goal.MINIMISE))

    def _near(
        self, known: SignalEquilibrium | None, below: Fraction | None
    ) -> SignalEquilibrium | None:
        """An equilibrium near offers that are worth less than the worst known one, but are none.

        They are none because of ties, of actions or of offers; near them there may be some without.
        """
        if self.game.ties not in (Ties.ORDER, Ties.FAVOUR_SPEAKER):
            return None
        for a, b in self.pieces:
            if known is not None and known.user_utility <= a:
                return None
            for contest, plan, _ in self._ends(self.every, (a, b), Goal.MINIMISE):
                end = plan.user_utility
                if a == b or (known is not None and known.user_utility <= end):
                    continue
                for little in NEAR:
                    low = end + little * (b - end)
                    found = contest.end(self.frontiers, [(low, b)], Goal.MINIMISE, little)
                    near = None if found is None else self._equilibrium((contest, *found))
                    if near is not None and (below is None or not end < below <= near.user_utility):
                        return near
        return None

    @cached_property
    def every(self) -> list[Contest]:
        """All offers that are looked at, common ones and different ones."""
        same = len({agent.sees for agent in self.game.agents}) == 1
        return self.contests if same else [*self.contests, *different(self.curves)]

    def _first_equilibrium(self, found: Iterable[Found]) -> SignalEquilibrium | None:
        return next((e for e in map(self._equilibrium, found) if e is not None), None)

    def _equilibrium(self, found: Found) -> SignalEquilibrium | None:
        """The offers as an equilibrium; None where the tie rule or too few words prevent it."""
        contest, plan, theirs = found
        words = [len(each.messages) for each in (plan, theirs) if each is not None]
        if not self.game.conversation.conveys(max(words)):
            return None
        if contest.winner is None:
            if not attained(self.game, plan):
                return None
            return offered_by_all(self.curves, *contest.offers.signal(plan))
        names = [agent.name for agent in self.game.agents]
        signals: dict[str, Signal] = dict.fromkeys(names, silence(self.game))
        signals[names[contest.winner]], _ = contest.offers.signal(plan)
        if contest.rival is not None and theirs is not None:
            rival, offers = contest.rival
            signals[names[rival]], _ = offers.signal(theirs)
        return offered(self.curves, signals, "different offers")


def offered_by_all(
    curves: Frontiers, signal: Signal, response: Response
) -> SignalEquilibrium | None:
    """The equilibrium in which all agents offer this signal, with a deviation bound for each.

    None where the response is not consistent under `belief`, or the bounds leave an agent a gain.
    The caller ensures, and the kernel checks, that every agent sees what the signal reveals.
    """
    game = curves.game
    distribution = signal_distribution(game, [signal])
    if game.ties is Ties.BELIEF and not consistent(game, distribution, response):
        return None
    utilities = {
        name: expected(payoff, distribution, response)
        for name, payoff in game.agent_payoffs.items()
    }
    worth = expected(game.user_payoff, distribution, response)
    needed = (bound_to_be_picked(curves, n, worth) for n in range(len(utilities)))
    bounds = tuple(bound for bound in needed if bound is not None)
    at_most = utilities | {bound.agent: bound.for_at_least(worth) for bound in bounds}
    if any(at_most[name] > has + game.gamma for name, has in utilities.items()):
        return None
    return SignalEquilibrium(
        "common signal",
        dict.fromkeys(utilities, signal),
        response,
        worth,
        utilities,
        bounds,
        at_most,
    )


def merged(intervals: Sequence[tuple[Fraction, Fraction]]) -> tuple[tuple[Fraction, Fraction], ...]:
    """The union of ascending intervals, as ascending intervals that do not touch.

    >>> merged([(Fraction(0), Fraction(1)), (Fraction(1), Fraction(2)), (Fraction(3), Fraction(3))])
    ((Fraction(0, 1), Fraction(2, 1)), (Fraction(3, 1), Fraction(3, 1)))
    """
    union: list[tuple[Fraction, Fraction]] = []
    for low, high in intervals:
        if union and low <= union[-1][1]:
            union[-1] = (union[-1][0], max(high, union[-1][1]))
        else:
            union.append((low, high))
    return tuple(union)
