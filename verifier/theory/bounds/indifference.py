"""Where a Bayesian user can be indifferent in an equilibrium (theory.md 5.7).

An agent who sees everything can shift all his messages by as little as he likes, towards one agent
observation first, a second next, and so on. That costs him nothing, and where she is indifferent
she then takes what is better at the first of them that is possible. What he gains so is at most 0
in total, over all joint messages. Weighted sums of such gains are looked for that are negative
nowhere: where one is positive, she is not indifferent in any equilibrium. At the extreme beliefs of
each tie the gains are numbers, and the weights are a point of a cone (`solve.cone`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, permutations
from typing import NamedTuple

from verifier.errors import SolverError
from verifier.game.model import Game, Ties
from verifier.numbers import integers
from verifier.solve.cone import inner_point
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.solve.rays import Ray
from verifier.theory.bounds.extreme_beliefs import After, dot, extreme_beliefs

TIE_LIMIT = 300
"""Most kinds of indifference that are looked at."""

BELIEF_LIMIT = 6000
"""Most choices of hyperplanes whose common beliefs are computed."""

Multipliers = Mapping[str, Fraction]
"""Multipliers of her differences between the action that she takes and others."""


class Tie(NamedTuple):
    """An indifference: after a user observation, `best` are the best actions and `possible` the
    agent observations that remain; she takes `action`.
    """

    user_observation: str
    best: tuple[str, ...]
    possible: tuple[str, ...]
    action: str


class Shift(NamedTuple):
    """A shift of an agent's messages towards the agent observations in this order."""

    agent: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Indifference:
    """The shifts with weights, and the ties that their gains leave.

    `extremes` are the extreme beliefs of each tie that was looked at, those that cannot be in an
    equilibrium as well: vectors over the agent observations that are possible there.
    """

    game: Game
    shifts: Mapping[Shift, Fraction]
    left: tuple[Tie, ...]
    extremes: Mapping[Tie, Sequence[Ray]]
    effort: Effort

    @cached_property
    def multipliers(self) -> Mapping[Tie, Multipliers]:
        """Farkas multipliers for the gains at each tie, when they are first asked for."""
        gains, found = _Gains(self.game, list(self.shifts)), dict[Tie, Multipliers]()
        weights, unit = integers(self.shifts.values())
        for tie in self.extremes:
            table = zip(tie.possible, gains.at(tie), strict=True)
            whole = {o: Fraction(dot(weights, row), unit) for o, row in table}
            found[tie] = farkas_multipliers(self.game, tie, whole, self.effort)
        return found


def indifference(
    game: Game, never: frozenset[tuple[str, str]], effort: Effort
) -> Indifference | None:
    """The ties that may be in an equilibrium; None where there are too many to look at.

    `never` has actions that no equilibrium has, with the user observation.
    """
    found: list[Tie] = []
    for tie in ties(game):
        if (tie.user_observation, tie.action) not in never:
            found.append(tie)
        if len(found) > TIE_LIMIT:
            return None
    extremes = _extremes(game, found)
    if extremes is None:
        return None
    shifts = list(_shifts(game)) if found else []
    gains, sums = _Gains(game, shifts), dict[Tie, list[Ray]]()
    for tie in found:
        columns = list(zip(*gains.at(tie), strict=True))
        sums[tie] = [tuple([dot(extreme, c) for c in columns]) for extreme in extremes[tie]]
    weights = inner_point(
        [row for rows in sums.values() for row in rows], len(shifts), effort.solve
    )
    left = tuple(tie for tie in found if not is_positive(extremes[tie], sums[tie], weights))
    weighted = {shift: w for shift, w in zip(shifts, weights, strict=True) if w}
    return Indifference(game, weighted, left, extremes, effort)


def is_positive(extremes: Sequence[Ray], rows: Sequence[Ray], weights: Sequence[Fraction]) -> bool:
    """Whether a sum is positive at every belief of a tie at which all that is possible there is.

    `rows` has what is summed at each extreme belief, nowhere negative with these weights. A belief
    at which the sum is 0 lies between extreme ones at which it is.
    """
    whole, _ = integers(weights)
    idle = [extreme for extreme, row in zip(extremes, rows, strict=True) if not dot(whole, row)]
    return not idle or not all(map(any, zip(*idle, strict=True)))


def _extremes(game: Game, found: Sequence[Tie]) -> dict[Tie, list[Ray]] | None:
    """The extreme beliefs of each tie; None where there are too many."""
    by_tie: dict[Tie, list[Ray]] = {tie: [] for tie in found}
    for x in game.user_support:
        after = After(game, x)
        extremes = extreme_beliefs(after, [], BELIEF_LIMIT)
        if extremes is None:
            return None
        for tie in found:
            if tie.user_observation == x:
                impossible = [n for n, o in enumerate(after.observations) if o not in tie.possible]
                possible = [n for n, o in enumerate(after.observations) if o in tie.possible]
                by_tie[tie] = [
                    tuple([extreme.belief[n] for n in possible])
                    for extreme in extremes
                    if {*tie.best} <= {*extreme.best}
                    and not any(extreme.belief[n] for n in impossible)
                ]
    return by_tie


def ties(game: Game) -> Iterator[Tie]:
    """The ties that are not impossible at a glance; under `order` she takes the first action."""
    for x in game.user_support:
        after = [o for z, o in game.points if z == x]
        for possible in _subsets(after, 1):
            for best in _subsets(game.actions, 2):
                if _can_tie(game, x, possible, best):
                    taken = best[:1] if game.ties is Ties.ORDER else best
                    yield from (Tie(x, best, possible, a) for a in taken)


def _subsets(items: Sequence[str], least: int) -> Iterator[tuple[str, ...]]:
    for size in range(least, len(items) + 1):
        yield from combinations(items, size)


def _can_tie(game: Game, x: str, possible: Sequence[str], best: Sequence[str]) -> bool:
    """Whether none of these actions is never worse, and somewhere better, than another of them."""
    hers = game.whole_user_payoff
    for a, b in combinations(best, 2):
        gaps = [hers[x, o, a] - hers[x, o, b] for o in possible]
        if any(gaps) and not min(gaps) < 0 < max(gaps):
            return False
    return True


def pairs(left: Sequence[Tie]) -> Iterator[tuple[Tie, str]]:
    """Each tie with each action that she might take instead."""
    return ((tie, instead) for tie in left for instead in tie.best if instead != tie.action)


def difference(game: Game, tie: Tie, observation: str, other: str) -> int:
    """What she has more by the action that she takes than by another, where this is the case."""
    x, hers = tie.user_observation, game.whole_user_payoff
    return hers[x, observation, tie.action] - hers[x, observation, other]


def farkas_multipliers(
    game: Game, tie: Tie, values: Mapping[str, Number], effort: Effort
) -> Multipliers:
    """Multipliers that show that values are nowhere negative at a tie, and positive if they are.

    By Farkas' lemma multiples of her differences can then be taken off the values at each
    observation, nonnegative ones but for actions that are as good; nothing negative is left, and
    something positive if the values are. Raises SolverError where they are negative somewhere.
    """
    others = [c for c in game.actions if c != tie.action]
    program = Program(Goal.MAXIMISE)
    for c in others:
        program.column(c, free=c in tie.best)
    program.column("excess", 1)
    program.row("most", {"excess": 1}, Sense.AT_MOST, 1)
    total: dict[Key, Number] = dict.fromkeys(others, 0)
    for o in tie.possible:
        row: dict[Key, Number] = {c: -difference(game, tie, o, c) for c in others}
        program.row(("at", o), row, Sense.AT_LEAST, -values[o])
        total = {c: total[c] + entry for c, entry in row.items()}
    least = -sum(values.values(), Fraction(0))
    program.row("in sum", {**total, "excess": -1}, Sense.AT_LEAST, least)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("something is negative at a tie")
    return {c: answer.primal[c] for c in others if answer.primal[c]}


def _shifts(game: Game) -> Iterator[Shift]:
    """The shifts of agents who can tell all agent observations that occur."""
    possible = [o for o in game.agent_observations if any(o == z for _, z in game.points)]
    for agent in game.agents:
        if all(sum(o in cell for o in possible) <= 1 for cell in agent.sees):
            yield from (Shift(agent.name, order) for order in permutations(possible))


@dataclass(frozen=True)
class _Gains:
    """What agents gain by shifts; ties at which the same is best and possible share most of it."""

    game: Game
    shifts: Sequence[Shift]

    def at(self, tie: Tie) -> list[list[int]]:
        """The least that each shift gains, by the agent observations that are possible."""
        x, places = tie.user_observation, {*tie.possible}
        orders = [tuple([o for o in shift.order if o in places]) for shift in self.shifts]
        after = {order: self._resolved(x, tie.best, order) for order in dict.fromkeys(orders)}
        theirs = self.game.whole_agent_payoffs
        found = list[list[int]]()
        for o in tie.possible:
            least = {
                (agent.name, order): min([theirs[agent.name][x, o, b] for b in actions])
                - theirs[agent.name][x, o, tie.action]
                for agent in self.game.agents
                for order, actions in after.items()
            }
            found.append(
                [least[s.agent, order] for s, order in zip(self.shifts, orders, strict=True)]
            )
        return found

    def _resolved(self, x: str, best: Sequence[str], order: Sequence[str]) -> Sequence[str]:
        """The actions that she may take after a shift in this order: of the tied ones those that
        are best at the first observation, of these those at the second, and so on.
        """
        key = x, best, order
        if key not in self._known:
            hers, left = self.game.whole_user_payoff, list(best)
            for o in order:
                most = max([hers[x, o, a] for a in left])
                left = [a for a in left if hers[x, o, a] == most]
            self._known[key] = left
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, Sequence[str], Sequence[str]], Sequence[str]]:
        return {}
