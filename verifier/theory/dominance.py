"""Actions on which a deviating agent cannot count: the tie rule passes over them, or she may take a
twin (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from verifier.game.model import Cell, Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.theory.persuasion import Subproblem

Mixture = Mapping[str, Fraction]


def dominated_actions(
    game: Game, subproblem: Subproblem, effort: Effort
) -> dict[tuple[int, str], Mixture]:
    """(number of the type, action) -> a mixture of other actions that is as good for her in every
    cell.

    Wherever such an action is best, so is the mixture. Under `any` she may take a part of the
    mixture that is kept instead; under `order` the mixture holds an earlier action, which she
    prefers. None under the other tie rules.
    """
    if game.ties not in (Ties.ANY, Ties.ORDER):
        return {}
    found: dict[tuple[int, str], Mixture] = {}
    for n in range(len(subproblem.types)):
        by_type = (
            _under_order(game, subproblem, n, effort)
            if game.ties is Ties.ORDER
            else _under_any(game, subproblem, n, effort)
        )
        found |= {(n, a): mixture for a, mixture in by_type.items()}
    return found


def duplicate_actions(game: Game, subproblem: Subproblem) -> dict[tuple[int, str], tuple[str, ...]]:
    """(number of the type, action) -> itself and the actions that are the same to her in every
    cell, where there are any.
    """
    found = {}
    for n in range(len(subproblem.types)):
        for a in game.actions:
            same = tuple(
                b
                for b in game.actions
                if all(
                    subproblem.hers[c, n, a] == subproblem.hers[c, n, b] for c in subproblem.cells
                )
            )
            if len(same) > 1:
                found[n, a] = same
    return found


def _under_any(game: Game, subproblem: Subproblem, n: int, effort: Effort) -> dict[str, Mixture]:
    same = duplicate_actions(game, subproblem)
    kept = [a for a in game.actions if same.get((n, a), (a,))[0] == a]
    for a in list(kept):
        if not alone_best(subproblem, n, a, kept) and _dominating(
            subproblem, n, a, [b for b in kept if b != a], (), effort
        ):
            kept.remove(a)
    found: dict[str, Mixture] = {}
    for a in game.actions:
        if a not in kept:
            first = same.get((n, a), (a,))[0]
            found[a] = (
                {first: Fraction(1)}
                if first in kept
                else _dominating(subproblem, n, a, kept, (), effort)
            )
    return found


def _under_order(game: Game, subproblem: Subproblem, n: int, effort: Effort) -> dict[str, Mixture]:
    found: dict[str, Mixture] = {}
    for place, a in enumerate(game.actions):
        earlier, others = game.actions[:place], [b for b in game.actions if b != a]
        if not _first_choice(subproblem, n, a, earlier, others):
            mixture = _dominating(subproblem, n, a, others, earlier, effort)
            if any(b in earlier for b in mixture):
                found[a] = mixture
    return found


def alone_best(subproblem: Subproblem, n: int, a: str, among: Sequence[str]) -> bool:
    """Whether the action is better than all others in some cell."""
    return any(
        all(subproblem.hers[c, n, a] > subproblem.hers[c, n, b] for b in among if b != a)
        for c in subproblem.cells
    )


def _first_choice(
    subproblem: Subproblem, n: int, a: str, earlier: Sequence[str], others: Sequence[str]
) -> bool:
    """Whether in some cell the action is best, and better than all earlier ones."""
    return any(
        all(subproblem.hers[c, n, a] >= subproblem.hers[c, n, b] for b in others)
        and all(subproblem.hers[c, n, a] > subproblem.hers[c, n, b] for b in earlier)
        for c in subproblem.cells
    )


def _dominating(
    subproblem: Subproblem,
    n: int,
    a: str,
    among: Sequence[str],
    wanted: Sequence[str],
    effort: Effort,
) -> dict[str, Fraction]:
    """A mixture among these actions as good as `a` in every cell, with as much of the wanted ones
    as can be; empty if none.
    """
    if not among:
        return {}
    program = Program(Goal.MAXIMISE)
    for b in among:
        program.column(b, 1 if b in wanted else 0)
    program.row("shares", dict.fromkeys(among, Fraction(1)), Sense.EQUAL, 1)
    for c in subproblem.cells:
        program.row(
            c,
            {b: subproblem.hers[c, n, b] for b in among},
            Sense.AT_LEAST,
            subproblem.hers[c, n, a],
        )
    answer = effort.solve(program)
    return (
        {b: share for b, share in answer.primal.items() if share and isinstance(b, str)}
        if isinstance(answer, Optimal)
        else {}
    )


def strictly_followed(
    game: Game,
    subproblem: Subproblem,
    strategy: Sequence[str],
    effort: Effort,
    *,
    order: bool = False,
) -> dict[Cell, Fraction] | None:
    """How often to recommend a strategy in each cell (at most 1) so that she strictly prefers it;
    None if that cannot be.

    Actions that are the same to her in every cell are not counted as others; with `order` ties with
    later actions are allowed.
    """
    at_once = _clearly_followed(game, subproblem, strategy)
    if at_once is not None:
        return {cell: Fraction(cell == at_once) for cell in subproblem.cells}
    program = Program(Goal.MAXIMISE)
    program.column("margin", 1)
    for cell in subproblem.cells:
        program.column(cell)
        program.row(("at most 1", cell), {cell: Fraction(1)}, Sense.AT_MOST, 1)
    for n, chosen in enumerate(strategy):
        for place, other in enumerate(game.actions):
            row: dict[Key, Fraction] = {
                cell: subproblem.hers[cell, n, chosen] - subproblem.hers[cell, n, other]
                for cell in subproblem.cells
            }
            if any(row.values()):
                weak = order and place > game.actions.index(chosen)
                program.row(
                    (n, other), {**row, "margin": Fraction(0 if weak else -1)}, Sense.AT_LEAST
                )
    program.row("bounded", {"margin": Fraction(1)}, Sense.AT_MOST, 1)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal) or not answer.primal["margin"]:
        return None
    return {cell: answer.primal[cell] for cell in subproblem.cells}


def _clearly_followed(game: Game, subproblem: Subproblem, strategy: Sequence[str]) -> Cell | None:
    """A cell in which the strategy is better for every type than all actions that are not the same
    to her: no program needed.
    """
    same = duplicate_actions(game, subproblem)
    for cell in subproblem.cells:
        others = (
            (subproblem.hers[cell, n, chosen], subproblem.hers[cell, n, other])
            for n, chosen in enumerate(strategy)
            for other in game.actions
            if other != chosen and other not in same.get((n, chosen), ())
        )
        if all(left > right for left, right in others):
            return cell
    return None
