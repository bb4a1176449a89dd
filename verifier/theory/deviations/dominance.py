"""Dominated and duplicate actions: what a deviating agent cannot count on under the tie rule.

For one type of the user in a subproblem:

1. An action is *dominated* if a mixture of other actions is as good for the user in every cell. It
   is best only where the whole mixture is, so under `order` it is never taken if the mixture has
   an earlier action, and under `any` the user may take an action of the mixture instead. The
   mixture comes from a linear program, and is the dual of "strictly best at some belief" (Motzkin's
   theorem of the alternative; Pearce 1984, lemma 3).
2. Actions that are the same to the user in every cell are *duplicates*: under `any` the agent gets
   the least of them.
3. A strategy is *strictly followed* at some frequencies of the cells if the user then strictly
   prefers it. Mixing a little of these into a signal breaks all ties in favour of the strategy.

theory.md 6.8 and 6.21, with the tie rules of theory.md 1.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement

from verifier.game.model import Cell, Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.persuasion import Subproblem

Mixture = Mapping[str, Fraction]
"""A mixture of actions: action -> positive share; the shares sum to 1."""


def dominated_actions(
    game: Game, subproblem: Subproblem, effort: Effort
) -> dict[tuple[int, str], Mixture]:
    """Actions that the tie rule lets the user avoid: (type number, action) -> dominating mixture.

    Under `any` some action of the mixture is not dominated itself; under `order` the mixture has an
    earlier action. Empty under the other tie rules.
    """
    dominated_by_tie_rule = {Ties.ANY: _under_any, Ties.ORDER: _under_order}.get(game.ties)
    if dominated_by_tie_rule is None:
        return {}
    hers = subproblem.user_payoff
    question = "dominated", subproblem.cells, tuple(hers.values()), effort
    if question not in game.memo:
        game.memo[question] = {
            (n, a): mixture
            for n in range(len(subproblem.types))
            for a, mixture in dominated_by_tie_rule(game, subproblem, n, effort).items()
        }
    found: dict[tuple[int, str], Mixture] = game.memo[question]
    return found


def always_tied(
    game: Game, subproblem: Subproblem, effort: Effort
) -> dict[tuple[int, str], Mixture]:
    """Actions that are best only where others are: (type number, action) -> a mixture of others.

    The mixture is as good for her in every cell, and has every action of such mixtures.
    """
    hers = subproblem.user_payoff
    question = "tied", subproblem.cells, tuple(hers.values()), effort
    if question not in game.memo:
        types, actions = range(len(subproblem.types)), game.actions
        pairs = ((n, a) for n in types for a in actions)
        mixed = {pair: _widest_mixture(game, subproblem, *pair, effort) for pair in pairs}
        game.memo[question] = {pair: mixture for pair, mixture in mixed.items() if mixture}
    found: dict[tuple[int, str], Mixture] = game.memo[question]
    return found


def _widest_mixture(
    game: Game, subproblem: Subproblem, n: int, action: str, effort: Effort
) -> Mixture:
    """A mixture of as many actions as possible that is as good as the action in every cell."""
    others = [b for b in game.actions if b != action]
    if _strictly_best_on_the_way(subproblem, n, action, game.actions):
        return {}
    each = [_dominating_mixture(subproblem, n, action, others, (b,), effort) for b in others]
    return {
        b: sum((mixture.get(b, Fraction(0)) for mixture in each), Fraction(0)) / len(each)
        for b in others
        if any(b in mixture for mixture in each)
    }


def duplicate_actions(game: Game, subproblem: Subproblem) -> dict[tuple[int, str], tuple[str, ...]]:
    """Duplicates: (type number, action) -> the actions that are the same to the user in every cell.

    The action itself is among them; actions without another duplicate are left out.
    """
    hers, found = subproblem.user_payoff, {}
    for n in range(len(subproblem.types)):
        for a in game.actions:
            same = tuple(
                b
                for b in game.actions
                if all(hers[cell, n, a] == hers[cell, n, b] for cell in subproblem.cells)
            )
            if len(same) > 1:
                found[n, a] = same
    return found


def _under_any(game: Game, subproblem: Subproblem, n: int, effort: Effort) -> dict[str, Mixture]:
    """Iterated removal: all duplicates but the first go, then actions dominated by those kept."""
    duplicates = duplicate_actions(game, subproblem)
    first = {a: duplicates.get((n, a), (a,))[0] for a in game.actions}
    kept = [a for a in game.actions if first[a] == a]
    for a in list(kept):
        others = [b for b in kept if b != a]
        if _strictly_best_on_the_way(subproblem, n, a, kept):
            continue
        if _dominating_mixture(subproblem, n, a, others, (), effort):
            kept.remove(a)
    found: dict[str, Mixture] = {}
    for a in game.actions:
        if first[a] != a and first[a] in kept:
            found[a] = {first[a]: Fraction(1)}
        elif a not in kept:
            found[a] = _dominating_mixture(subproblem, n, a, kept, (), effort)
    return found


def _under_order(game: Game, subproblem: Subproblem, n: int, effort: Effort) -> dict[str, Mixture]:
    """Actions with a dominating mixture that has an earlier action, which the user then prefers."""
    found: dict[str, Mixture] = {}
    for place, a in enumerate(game.actions):
        earlier, others = game.actions[:place], [b for b in game.actions if b != a]
        if not _first_choice_somewhere(subproblem, n, a, earlier, others):
            mixture = _dominating_mixture(subproblem, n, a, others, earlier, effort)
            if any(b in earlier for b in mixture):
                found[a] = mixture
    return found


def strictly_best_somewhere(
    subproblem: Subproblem, n: int, action: str, among: Sequence[str]
) -> bool:
    """Whether in some cell the action is strictly better for the n-th type than all others."""
    hers = subproblem.user_payoff
    return any(
        all(hers[cell, n, action] > hers[cell, n, b] for b in among if b != action)
        for cell in subproblem.cells
    )


def _strictly_best_on_the_way(
    subproblem: Subproblem, n: int, action: str, among: Sequence[str]
) -> bool:
    """Whether the action is strictly best in some cell, or in some two cells together.

    Then no mixture of others dominates it, and no program is needed.
    """
    hers, cells = subproblem.user_payoff, subproblem.cells
    others = [b for b in among if b != action]
    leads = [[hers[cell, n, action] - hers[cell, n, b] for b in others] for cell in cells]
    return any(
        all(one + two > 0 for one, two in zip(first, second, strict=True))
        for first, second in combinations_with_replacement(leads, 2)
    )


def _first_choice_somewhere(
    subproblem: Subproblem, n: int, action: str, earlier: Sequence[str], others: Sequence[str]
) -> bool:
    """Whether in some cell the action is best, and strictly better than all earlier actions."""
    hers = subproblem.user_payoff
    return any(
        all(hers[cell, n, action] >= hers[cell, n, b] for b in others)
        and all(hers[cell, n, action] > hers[cell, n, b] for b in earlier)
        for cell in subproblem.cells
    )


def _dominating_mixture(
    subproblem: Subproblem,
    n: int,
    action: str,
    among: Sequence[str],
    preferred: Sequence[str],
    effort: Effort,
) -> dict[str, Fraction]:
    """A mixture of `among` that is as good as the action in every cell; empty if there is none.

    Of all such mixtures one with the largest share of the preferred actions.
    """
    if not among:
        return {}
    hers = subproblem.user_payoff
    program = Program(Goal.MAXIMISE)
    for b in among:
        program.column(b, 1 if b in preferred else 0)
    program.row("shares", dict.fromkeys(among, 1), Sense.EQUAL, 1)
    for cell in subproblem.cells:
        program.row(
            cell, {b: hers[cell, n, b] for b in among}, Sense.AT_LEAST, hers[cell, n, action]
        )
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        return {}
    return {b: share for b, share in answer.primal.items() if share and isinstance(b, str)}


def strictly_followed(
    game: Game,
    subproblem: Subproblem,
    strategy: Sequence[str],
    effort: Effort,
    *,
    order: bool = False,
) -> dict[Cell, Fraction] | None:
    """Frequencies of a recommendation in each cell that the user follows strictly; the most is 1.

    None if there are none. Duplicates of a recommended action do not count as other actions. With
    `order` ties with later actions are allowed, since the user then takes the earlier one.
    """
    cell = _strictly_followed_in_one_cell(game, subproblem, strategy)
    if cell is not None:
        return {c: Fraction(c == cell) for c in subproblem.cells}
    answer = effort.solve(_margin_program(game, subproblem, strategy, order=order))
    if not isinstance(answer, Optimal) or not answer.primal["margin"]:
        return None
    most = max(answer.primal[c] for c in subproblem.cells)
    if not most:  # there is no earlier action that she has to be kept from
        return None
    return {c: answer.primal[c] / most for c in subproblem.cells}


def _strictly_followed_in_one_cell(
    game: Game, subproblem: Subproblem, strategy: Sequence[str]
) -> Cell | None:
    """A cell in which every type strictly prefers the strategy: then no program is needed."""
    duplicates, hers = duplicate_actions(game, subproblem), subproblem.user_payoff
    others = [
        (n, recommended, other)
        for n, recommended in enumerate(strategy)
        for other in game.actions
        if other not in duplicates.get((n, recommended), (recommended,))
    ]
    for cell in subproblem.cells:
        if all(
            hers[cell, n, recommended] > hers[cell, n, other] for n, recommended, other in others
        ):
            return cell
    return None


def _margin_program(
    game: Game, subproblem: Subproblem, strategy: Sequence[str], *, order: bool
) -> Program:
    """The program that maximises the margin (at most 1) by which the strategy is preferred."""
    hers = subproblem.user_payoff
    program = Program(Goal.MAXIMISE)
    program.column("margin", 1)
    for cell in subproblem.cells:
        program.column(cell)
        program.row(("at most 1", cell), {cell: 1}, Sense.AT_MOST, 1)
    for n, recommended in enumerate(strategy):
        for place, other in enumerate(game.actions):
            row: dict[Key, Number] = {
                cell: hers[cell, n, recommended] - hers[cell, n, other] for cell in subproblem.cells
            }
            if any(row.values()):
                weak = order and place > game.actions.index(recommended)
                program.row((n, other), {**row, "margin": 0 if weak else -1}, Sense.AT_LEAST)
    program.row("bounded", {"margin": 1}, Sense.AT_MOST, 1)
    return program
