"""Rare remarks: lower bounds for the Bayesian user beyond the outcome program (theory.md 5.7).

An agent may add to whatever he says, with a small probability that depends on what he sees, a
remark. What else he says she then takes as before, if she is not indifferent; so nothing that he
could remark may gain him anything. Here it is decided which remarks agents can count on, found
which of them raise the bound, and proved by how much: `indifference` finds the ties that an
equilibrium may have, `long_shifts` what she can be told without doing anything else,
`remark_program` the multipliers, and `remark_proof` why they suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.game.model import Agent, Game, Ties
from verifier.solve.cone import inner_point
from verifier.solve.effort import Effort
from verifier.solve.rays import Ray
from verifier.theory.benchmark import meets, optimum
from verifier.theory.bounds.contested import (
    PAYOFF_BITS,
    Never,
    Towards,
    contested_by_each,
    never_played,
)
from verifier.theory.bounds.extreme_beliefs import dot
from verifier.theory.bounds.indifference import (
    Indifference,
    Tie,
    difference,
    indifference,
    is_positive,
    pairs,
)
from verifier.theory.bounds.long_shifts import LongShift, long_shifts
from verifier.theory.bounds.remark_program import RemarkSearch, Solved
from verifier.theory.bounds.remark_proof import Direction, RemarkProof, remark_proof
from verifier.theory.guarantees.guarantee import Setting

SHORT_BITS = 5
"""How near to 0 and to 1 likelihoods are first, which people can read."""


@dataclass(frozen=True)
class RemarkBound:
    """A bound by remarks, with the ties that an equilibrium may have.

    Where `proof` is None she is indifferent nowhere, and `towards` shows that all is contested:
    then `value` is OPT.
    """

    value: Fraction
    never: Never | None
    ties: Indifference
    towards: tuple[Towards, ...] = ()
    proof: RemarkProof | None = None


def remark_bound(
    game: Game,
    setting: Setting,
    least: Fraction,
    goal: Fraction,
    claimed: Fraction,
    effort: Effort,
) -> RemarkBound | None:
    """The bound of theory.md 5.7 and 5.10, or None where it is no more than `least`, or decides
    nothing.

    `goal` is the utility of an equilibrium, or OPT: a bound cannot be more. Where `least` proves
    what is `claimed`, only a bound that meets the goal decides something. Likelihoods next to 0
    and to 1 count where the bound meets the goal by them, or where they alone prove the claim.
    """
    talk = game.conversation
    if not (talk.rich and talk.one_shot) or game.gamma or game.payoff_bits > PAYOFF_BITS:
        return None
    unique = game.has_unique_best_actions  # otherwise what is secured depends on ties
    never = never_played(game, setting, effort) if unique else None
    unplayed = frozenset(() if never is None else never.actions)
    found = indifference(game, unplayed, effort)
    if found is None:
        return None
    if not found.left and unique and goal == optimum(game):
        towards = contested_by_each(game, unplayed, effort)
        if towards is not None:
            return RemarkBound(goal, never, found, towards)
    directions = _directions(game, found)
    free = [agent.name for agent in game.agents if directions is None or agent.name in directions]
    experimenters = frozenset(agent.name for agent in game.agents) - {*free}
    search = RemarkSearch(game, setting, found.left, experimenters, effort)
    wanted = _Wanted(game, least, goal, claimed)
    for solved, shifts in _solved(search, unplayed, wanted):
        proof = remark_proof(game, found.left, directions, solved, effort, shifts)
        if proof is not None:
            return RemarkBound(solved.value, never, found, proof=proof)
    return None


Test = Callable[[Fraction], bool]
"""A test of a bound."""

Shown = tuple[Solved, tuple[LongShift, ...]]
"""A bound, with the long shifts that it may use."""


@dataclass(frozen=True)
class _Wanted:
    """What a bound must be to decide something, and what is known without remarks, `least`."""

    game: Game
    least: Fraction
    goal: Fraction
    claimed: Fraction

    def counts(self, value: Fraction) -> bool:
        """Whether a bound by halves decides something."""
        return value > self.least if self.least < self.claimed else self.reached(value)

    def reached(self, value: Fraction) -> bool:
        """Whether a bound meets the goal."""
        return meets(self.game, value, self.goal)

    def by_halves(self, search: RemarkSearch) -> Solved | None:
        """The bound by halves, where it may decide something."""
        highest = search.ceiling(self.attained)
        return self.start(search) if highest is not None and self.counts(highest) else None

    def start(self, search: RemarkSearch) -> Solved | None:
        """The bound by halves."""
        return search.best(self.attained)

    def attained(self, value: Fraction) -> bool:
        """Whether a bound is the goal."""
        return value >= self.goal

    def near(self, search: RemarkSearch, known: Solved | None, more: Fraction) -> Solved | None:
        """The bound by likelihoods next to 0 and 1, if it decides what `more`, which is known, does
        not; by some that are not very near if it is the goal.
        """

        def decides(value: Fraction) -> bool:
            return self.reached(value) or more < self.claimed <= value

        bits = search.effort.near_bits
        if more >= self.goal or not bits or self.game.parameters:
            return None
        short = self._near(search, known, min(bits, SHORT_BITS), self.attained, self.attained)
        return short or self._near(search, known, bits, self.reached, decides)

    def _near(
        self, search: RemarkSearch, known: Solved | None, bits: int, enough: Test, decides: Test
    ) -> Solved | None:
        """The bound by likelihoods that are so near, looked for until it is enough, if it decides
        something.
        """
        highest = search.ceiling(enough, bits)
        if highest is None or not decides(highest):
            return None
        start = known or self.start(search)
        better = None if start is None else search.best(enough, bits, start.chosen)
        return better if better is not None and decides(better.value) else None


def _solved(
    search: RemarkSearch, never: frozenset[tuple[str, str]], wanted: _Wanted
) -> Iterator[Shown]:
    """The bounds to be proved, of which the first with a proof is taken: one by likelihoods next to
    0 and to 1, if it decides something that others do not, one with long shifts if it is more than
    the one without, and the one by halves.
    """
    plain, shifts = wanted.by_halves(search), tuple[LongShift, ...]()
    best, known = plain, wanted.least if plain is None else max(wanted.least, plain.value)
    if known < wanted.goal and not search.left:
        shifts = long_shifts(search.game, never, search.effort)
        search = replace(search, steady=tuple(shift.steady for shift in shifts))
        more = wanted.by_halves(search) if shifts else None
        if more is not None and more.value > known:
            best, known = more, more.value
    near = wanted.near(search, best, known)
    if near is not None:
        yield near, shifts
    for found, used in [(best, shifts), (plain, ())] if best is not plain else [(plain, ())]:
        if found is not None and wanted.counts(found.value):
            yield found, used


def _directions(game: Game, found: Indifference) -> Mapping[str, Direction] | None:
    """The directions in which agents can break all ties as she does, of those who have one.

    None where nobody needs one: no equilibrium has ties, or she is not free to break them.
    """
    if not found.left or game.ties in (Ties.ORDER, Ties.FAVOUR_SPEAKER):
        return None
    directions = {agent.name: _direction(game, agent, found) for agent in game.agents}
    return {name: direction for name, direction in directions.items() if direction is not None}


def _direction(game: Game, agent: Agent, found: Indifference) -> Direction | None:
    """A direction in which the agent can break all ties as she does, or None."""
    rows: dict[tuple[Tie, str], list[Ray]] = {}
    for tie, instead in pairs(found.left):
        gaps = {o: difference(game, tie, o, instead) for o in tie.possible}
        by_cell = [[gaps[o] if o in cell else 0 for o in tie.possible] for cell in agent.sees]
        sums = [[dot(extreme, gap) for gap in by_cell] for extreme in found.extremes[tie]]
        rows[tie, instead] = [(*row, *(-entry for entry in row)) for row in sums]
    every = [row for some in rows.values() for row in some]
    point = inner_point(every, 2 * len(agent.sees), found.effort.solve)  # up and down in each cell
    if not all(is_positive(found.extremes[tie], rows[tie, b], point) for tie, b in rows):
        return None
    ups, downs = point[: len(agent.sees)], point[len(agent.sees) :]
    levels = zip(agent.sees, ups, downs, strict=True)
    return {o: up - down for cell, up, down in levels for o in cell}
