"""Offers that she strictly follows: the best plans of an agent, perturbed a little (theory.md 6.5).

A little of other frequencies, at which she strictly prefers what is recommended, breaks all ties.
With words enough each message has frequencies of its own, since what remains of a cell can be told.
With few words the frequencies of all messages together must be a signal as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.game.model import Cell, Ties
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.pieces import Perturbations, StrictPlan
from verifier.theory.deviations.dominance import duplicate_actions, strictly_followed
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.deviations.persuasion import Strategy, Subproblem


def strict_plan(
    curves: Frontiers, n: int, strategies: tuple[Strategy, ...], v: Fraction
) -> StrictPlan | None:
    """The n-th agent's best plan with these strategies that is worth at least v to her.

    None where she need not follow it strictly, or may take one duplicate or another. Where ties
    favour him she follows it if it is best for her.
    """
    game, subproblem = curves.game, curves.subproblems[n]
    favoured = game.ties is Ties.FAVOUR_SPEAKER
    if not (curves.worst_duplicates or favoured) and duplicate_actions(game, subproblem):
        return None
    sends = curves.best_plan(n, v, strategies)
    used = list(dict.fromkeys(s for _, s in sends))
    found = _perturbed(curves, subproblem, sends, used, strategies)
    if found is None and favoured and game.conversation.conveys(len(used)):
        return StrictPlan(sends, {s: {} for s in used})
    return found


def _perturbed(
    curves: Frontiers,
    subproblem: Subproblem,
    sends: Mapping[tuple[Cell, Strategy], Fraction],
    used: Sequence[Strategy],
    strategies: Sequence[Strategy],
) -> StrictPlan | None:
    """The plan with perturbations that make her follow it strictly, None where there are none."""
    game = curves.game
    if game.conversation.rich:
        separate = {s: strictly_followed(game, subproblem, s, curves.effort) for s in used}
        strict = {s: weights for s, weights in separate.items() if weights is not None}
        return StrictPlan(sends, strict) if len(strict) == len(used) else None
    few = len(strategies) <= game.conversation.messages(len(strategies))
    for said in (used, list(strategies) if few else used):
        together = _together(curves, subproblem, said)
        if together is not None and game.conversation.conveys(len(said)):
            return StrictPlan(sends, together)
    return None


def _together(
    curves: Frontiers, subproblem: Subproblem, strategies: Sequence[Strategy]
) -> Perturbations | None:
    """A signal that recommends these strategies, each of which she strictly prefers to follow."""
    program, hers = Program(Goal.MAXIMISE), subproblem.user_payoff
    program.column("margin", 1)
    for cell in subproblem.cells:
        for s in strategies:
            program.column((cell, s))
        program.row(cell, {(cell, s): 1 for s in strategies}, Sense.EQUAL, 1)
    for s in strategies:
        for n, chosen in enumerate(s):
            for other in curves.game.actions:
                row: dict[Key, Number] = {
                    (cell, s): hers[cell, n, chosen] - hers[cell, n, other]
                    for cell in subproblem.cells
                }
                if any(row.values()):
                    program.row((s, n, other), {**row, "margin": -1}, Sense.AT_LEAST)
    program.row("bounded", {"margin": 1}, Sense.AT_MOST, 1)
    answer = curves.effort.solve(program)
    if not isinstance(answer, Optimal) or answer.value <= 0:
        return None
    return {s: _shares(answer.primal, subproblem.cells, s) for s in strategies}


def _shares(
    primal: Mapping[Key, Fraction], cells: Sequence[Cell], s: Strategy
) -> dict[Cell, Fraction]:
    return {cell: primal[cell, s] for cell in cells}
