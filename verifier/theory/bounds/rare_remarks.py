"""Rare remarks: lower bounds for the Bayesian user beyond the outcome program (theory.md 5.7).

An agent may add to whatever he says, with a small probability that depends on what he sees, a
remark. What else he says she then takes as before, if she is not indifferent; so nothing that he
could remark may gain him anything. Here it is decided which remarks agents can count on, found
which of them raise the bound, and proved by how much: `indifference` finds the ties that an
equilibrium may have, `remark_program` the multipliers, and `multipliers` why they suffice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
from verifier.theory.bounds.remark_program import RemarkSearch, Solved
from verifier.theory.bounds.remark_proof import Direction, RemarkProof, remark_proof
from verifier.theory.guarantees.guarantee import Setting


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
    """The bound of theory.md 5.7, or None where it is no more than `least`, or decides nothing.

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
    for solved in _solved(search, least, goal, claimed):
        proof = remark_proof(game, found.left, directions, solved, effort)
        if proof is not None:
            return RemarkBound(solved.value, never, found, proof=proof)
    return None


def _solved(
    search: RemarkSearch, least: Fraction, goal: Fraction, claimed: Fraction
) -> Iterator[Solved]:
    """The bounds to be proved, the first that can be counts: one by likelihoods next to 0 and to 1,
    if it decides something that the other does not, and the one by halves.
    """
    game = search.game

    def counts(value: Fraction) -> bool:
        return value > least if least < claimed else meets(game, value, goal)

    def decides(value: Fraction) -> bool:
        return meets(game, value, goal) or known < claimed <= value

    def plainly() -> Solved | None:
        return search.best(lambda value: value >= goal)

    highest = search.ceiling(lambda value: value >= goal)
    if highest is None:
        return
    plain = plainly() if counts(highest) else None
    known = least if plain is None else max(least, plain.value)
    bits = search.effort.near_bits
    if known < goal and bits and not game.parameters:
        highest = search.ceiling(lambda value: meets(game, value, goal), bits)
        if highest is not None and decides(highest) and (start := plain or plainly()):
            better = search.best(lambda value: meets(game, value, goal), bits, start.chosen)
            if better is not None and decides(better.value):
                yield better
    if plain is not None and counts(plain.value):
        yield plain


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
