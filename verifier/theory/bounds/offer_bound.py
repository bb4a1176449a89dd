"""The bound on an agent's rules that are worth enough to her to be picked (theory.md 6.5, 6.12).

It is his frontier where dual prices reach it: the prices bound his payoff plus a multiple of hers,
of which what she must have at least is taken off again.
"""

from __future__ import annotations

from fractions import Fraction

from verifier.game.model import Ties
from verifier.theory.deviations.deviation import (
    DeviationBound,
    Knowledge,
    SubproblemBound,
    by_message_sets,
    message_set_bound,
)
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.persuasion import independent_types, subproblem_of


def bound_to_be_picked(curves: Frontiers, n: int, others: Fraction) -> DeviationBound | None:
    """The bound on the n-th agent's rules with which she may pick him; None if there are none.

    `others`: what the best of the others' offers is worth to her. Unless ties favour him she stays
    with one of them where he can offer her nothing better.
    """
    beaten = curves.frontier(n).breakpoints[-1][0] <= others
    if beaten and curves.game.ties is not Ties.FAVOUR_SPEAKER:
        return None
    return bound_at_least(curves, n, others)


def bound_at_least(curves: Frontiers, n: int, least: Fraction) -> DeviationBound:
    """The bound on the n-th agent's rules that are worth at least `least` to her.

    Where no rule of his is worth so much, her utility weighs so much that the bound is below all
    that he can have.
    """
    most = curves.frontier(n).breakpoints[-1][0]
    floor = -curves.tangent(n, min(least, most)).slope
    if least > most:
        utility = curves.game.agents[n].utility.values()
        floor = max(floor, (max(utility) - min(utility)) / (least - most))
    return offer_bound(curves, n, floor)


def offer_bound(curves: Frontiers, n: int, floor: Fraction) -> DeviationBound:
    """The bound on the n-th agent's rules, by dual prices, with `floor` as her utility's weight.

    Minus the slope of the frontier at v makes it sharpest for rules worth at least v to her.
    """
    game, agent = curves.game, curves.game.agents[n]
    bounds, subproblems = [], []
    for part in independent_types(agent, curves.distribution):
        subproblem, dominated = curves.subproblems[n], curves.dominated[n]
        if len(part) < len(curves.distribution):
            subproblem = subproblem_of(game, agent, part)
            dominated = curves.dominated_in(subproblem)
        message_set = message_set_bound(
            game,
            subproblem,
            dominated,
            curves.effort,
            worst_duplicates=curves.worst_duplicates,
            floor_price=floor,
        )
        subproblems.append(subproblem)
        bounds.append(SubproblemBound(subproblem.types, dominated, (message_set,)))
    bound = DeviationBound(agent.name, Knowledge.OWN_OBSERVATION, floor, tuple(bounds), True)
    capacity = game.conversation.capacity
    if capacity is None:
        return bound
    return by_message_sets(
        game,
        subproblems,
        bound,
        capacity,
        curves.effort,
        worst_duplicates=curves.worst_duplicates,
    )
