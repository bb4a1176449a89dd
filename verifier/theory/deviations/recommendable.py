"""The strategies that a signal can recommend: some belief makes every type of the user obey.

The best actions of a type divide the beliefs over the agent's cells into polytopes, and a strategy
can be recommended if those of its actions have a common point. With many types that is true of few
of all the strategies, and programs need no others. They are found type by type: each beginning of a
strategy keeps a belief at which it is obeyed, or multipliers which prove that there is none,
whatever the other types do (Ville's theorem of the alternative). theory.md 6.1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import Cell, Game
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Infeasible, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.persuasion import Strategy, Subproblem, user_strategies

Belief = Mapping[Cell, Number]
"""Weights of the cells, which need not sum to 1."""

Losses = Mapping[tuple[int, str], Fraction]
"""Multipliers of the user's losses, by the number of the type and the other action."""


@dataclass(frozen=True)
class Recommendable:
    """The strategies that a signal can recommend, and why it can recommend no others.

    `refuted` has beginnings of the other strategies: with these multipliers the losses by their
    other actions sum to at most minus the grain in every cell.
    """

    strategies: tuple[Strategy, ...]
    refuted: Mapping[Strategy, Losses]

    def why_not(self, strategy: Strategy) -> Losses:
        """The multipliers that refute a strategy which cannot be recommended."""
        beginnings = (strategy[: n + 1] for n in range(len(strategy)))
        return next(self.refuted[part] for part in beginnings if part in self.refuted)


def recommendable(
    game: Game, subproblem: Subproblem, effort: Effort, dominated: Collection[tuple[int, str]] = ()
) -> Recommendable:
    """The strategies without dominated actions that a signal can recommend in this subproblem.

    All of them where there is one type, for then nothing is gained. Raises SizeError where there
    are more than STRATEGY_LIMIT to choose from.
    """
    everything = user_strategies(game, subproblem, dominated)
    types = range(len(subproblem.types))
    if len(types) == 1:
        return Recommendable(everything, {})
    hers = subproblem.user_payoff
    question = "recommendable", subproblem.cells, tuple(hers.values()), tuple(dominated), effort
    if question not in game.memo:
        game.memo[question] = _by_types(game, subproblem, everything, effort)
    found: Recommendable = game.memo[question]
    return found


def _by_types(
    game: Game, subproblem: Subproblem, everything: tuple[Strategy, ...], effort: Effort
) -> Recommendable:
    obeyed: dict[Strategy, Belief] = {(): dict.fromkeys(subproblem.cells, 1)}
    refuted: dict[Strategy, Losses] = {}
    for n in range(len(subproblem.types)):
        longer: dict[Strategy, Belief] = {}
        for part in dict.fromkeys(s[: n + 1] for s in everything):
            if part[:-1] not in obeyed:
                continue
            if _obeyed(game, subproblem, n, part[n], obeyed[part[:-1]]):
                longer[part] = obeyed[part[:-1]]
                continue
            program = belief_program(subproblem, dict(enumerate(part)), subproblem.cells)
            answer = effort.solve(program)
            if isinstance(answer, Infeasible):
                refuted[part] = _losses(answer.ray)
            elif isinstance(answer, Optimal):
                longer[part] = {cell: answer.primal[cell] for cell in subproblem.cells}
        obeyed = longer
    return Recommendable(tuple(obeyed), refuted)


def _obeyed(game: Game, subproblem: Subproblem, n: int, action: str, belief: Belief) -> bool:
    """Whether the action is best for the n-th type at a belief."""
    hers = subproblem.user_payoff
    worth = {
        a: sum(weight * hers[cell, n, a] for cell, weight in belief.items()) for a in game.actions
    }
    return worth[action] == max(worth.values())


def belief_program(
    subproblem: Subproblem, chosen: Mapping[int, str], cells: Collection[Cell]
) -> Program:
    """The program whose points are the beliefs over these cells at which these types obey.

    `chosen` has the action of each type, by number.
    """
    hers, program = subproblem.user_payoff, Program(Goal.MINIMISE)
    for cell in cells:
        program.column(cell)
    program.row("belief", dict.fromkeys(cells, 1), Sense.EQUAL, 1)
    for n, action in chosen.items():
        for other in subproblem.actions:
            if other != action:
                losses: dict[Key, Number] = {
                    cell: hers[cell, n, action] - hers[cell, n, other] for cell in cells
                }
                program.row((n, other), losses, Sense.AT_LEAST)
    return program


def _losses(ray: Mapping[Key, Fraction]) -> Losses:
    """The multipliers of a Farkas ray, scaled so that the total loss is at most -1."""
    unit = ray["belief"]
    return {key: y / unit for key, y in ray.items() if isinstance(key, tuple) and y}
