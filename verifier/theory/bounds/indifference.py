"""Where a Bayesian user can be indifferent in an equilibrium (theory.md 5.7).

An agent who sees everything can shift all his messages by as little as he likes, towards one agent
observation first, a second next, and so on. That costs him nothing, and where she is indifferent
she then takes what is better at the first of them that is possible. What he gains so is at most 0
in total, over all joint messages. Weighted sums of such gains that are negative nowhere are
found by one linear program: where a sum is positive, she is not indifferent in any equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations

from verifier.errors import SolverError
from verifier.game.model import Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense

TIE_LIMIT = 300
"""Most kinds of indifference that are looked at."""

Multipliers = Mapping[str, Fraction]
"""Multipliers of her differences between the action that she takes and others."""


@dataclass(frozen=True)
class Tie:
    """An indifference: after a user observation, `best` are the best actions and `possible` the
    agent observations that remain; she takes `action`.
    """

    user_observation: str
    best: tuple[str, ...]
    possible: tuple[str, ...]
    action: str


@dataclass(frozen=True)
class Shift:
    """A shift of an agent's messages towards the agent observations in this order."""

    agent: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Indifference:
    """The shifts with weights, and the ties that their gains leave, with Farkas multipliers.

    `multipliers` has every tie, those that cannot be in an equilibrium as well.
    """

    shifts: Mapping[Shift, Fraction]
    left: tuple[Tie, ...]
    multipliers: Mapping[Tie, Multipliers]


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
    shifts = list(_shifts(game)) if found else []
    program = Program(Goal.MAXIMISE)
    for shift in shifts:
        program.column(shift)
    positive = {tie: _gains(game, tie, shifts) for tie in found}
    for tie, gains in positive.items():
        program.column(("gain", tie), 1)
        program.row(("most", tie), {("gain", tie): 1}, Sense.AT_MOST, 1)
        gains.add(program, game)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise SolverError("no shifts at all gain nothing at any tie")
    primal = answer.primal
    return Indifference(
        {shift: primal[shift] for shift in shifts if primal[shift]},
        tuple(tie for tie in found if not primal["gain", tie]),
        {tie: gains.multipliers(game, primal) for tie, gains in positive.items()},
    )


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


def difference(game: Game, tie: Tie, observation: str, other: str) -> int:
    """What she has more by the action that she takes than by another, where this is the case."""
    x, hers = tie.user_observation, game.whole_user_payoff
    return hers[x, observation, tie.action] - hers[x, observation, other]


@dataclass(frozen=True)
class Positive:
    """Something that is nowhere negative at a tie, and in sum at least `excess` plus `least`.

    It is given for each agent observation: `terms` by columns of a program, and `constants`.
    `name` names the rows of the program.
    """

    tie: Tie
    name: Key
    terms: Mapping[str, Mapping[Key, Number]]
    constants: Mapping[str, Number] = field(default_factory=dict)
    excess: Key | None = None
    least: Number = 0

    def add(self, program: Program, game: Game) -> None:
        """By Farkas' lemma this is so if multipliers of her differences can be taken off it, which
        are nonnegative but for actions that are as good.
        """
        tie = self.tie
        others = [c for c in game.actions if c != tie.action]
        for c in others:
            program.column(("multiplier", self.name, c), free=c in tie.best)
        total: dict[Key, Number] = {} if self.excess is None else {self.excess: -1}
        for o in tie.possible:
            row: dict[Key, Number] = dict(self.terms.get(o, {}))
            for c in others:
                row["multiplier", self.name, c] = -difference(game, tie, o, c)
            program.row((self.name, o), row, Sense.AT_LEAST, -self.constants.get(o, 0))
            for key, value in row.items():
                total[key] = total.get(key, 0) + value
        sums = sum(self.constants.values(), Fraction(0))
        program.row((self.name, "in sum"), total, Sense.AT_LEAST, self.least - sums)

    def multipliers(self, game: Game, primal: Mapping[Key, Fraction]) -> Multipliers:
        """The multipliers that a solution has."""
        found = {c: primal.get(("multiplier", self.name, c), Fraction(0)) for c in game.actions}
        return {c: value for c, value in found.items() if value}


def resolved(game: Game, tie: Tie, order: Sequence[str]) -> list[str]:
    """The actions that she may take after a shift in this order: of the tied ones those that are
    best at the first observation that is possible, of these those at the second, and so on.
    """
    x, hers, left = tie.user_observation, game.whole_user_payoff, list(tie.best)
    for o in (o for o in order if o in tie.possible):
        most = max(hers[x, o, a] for a in left)
        left = [a for a in left if hers[x, o, a] == most]
    return left


def _shifts(game: Game) -> Iterator[Shift]:
    """The shifts of agents who can tell all agent observations that occur."""
    possible = [o for o in game.agent_observations if any(o == z for _, z in game.points)]
    for agent in game.agents:
        if all(sum(o in cell for o in possible) <= 1 for cell in agent.sees):
            yield from (Shift(agent.name, order) for order in permutations(possible))


def _gains(game: Game, tie: Tie, shifts: Sequence[Shift]) -> Positive:
    """What weighted shifts gain at a tie, up to 1."""
    terms = {o: {shift: _gain(game, tie, shift, o) for shift in shifts} for o in tie.possible}
    return Positive(tie, tie, terms, excess=("gain", tie))  # type: ignore[arg-type]


def _gain(game: Game, tie: Tie, shift: Shift, observation: str) -> int:
    """The least that the agent gains by his shift, where this observation is the case."""
    x, his = tie.user_observation, game.whole_agent_payoffs[shift.agent]
    after = min(his[x, observation, b] for b in resolved(game, tie, shift.order))
    return after - his[x, observation, tie.action]
