"""Sparse multipliers: of several optimal dual solutions one with few entries (theory.md 5.4).

1. Rows of obedience and of agents that the program does not need are left out, one after the
   other, as long as its optimum stays the same.
2. Where there are few sets of fewer rows, they are all tried, the smallest first; then no optimal
   dual solution has fewer entries.

The bound and what the certificate claims do not change; it is easier to read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb

from verifier.game.model import Game
from verifier.numbers import is_long, rational
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Key, Optimal, Program
from verifier.theory.bounds.outcome_program import Bound, multipliers_of, solved_bound_program
from verifier.theory.guarantees.guarantee import Guarantee, Setting

MOST_ROWS, MOST_SETS, MOST_COLUMNS = 16, 64, 120
"""Programs with more rows or columns, and more sets of rows, are not worth the time."""

CHOSEN = ("obedience", "agent")
"""The rows that a proof may need or not; those of probabilities are always there."""


def sparse_bound(game: Game, setting: Setting, found: Bound, effort: Effort = USUAL) -> Bound:
    """The same bound, proved with few multipliers where that is cheap to find.

    Where remarks improve the bound, it is the outcome program's that has fewer multipliers. A bound
    whose proof is another than that program's optimum is returned as it is, and one whose numbers
    are too long to be read.
    """
    other_proof = found.margins or found.emptiness
    if setting.guarantee is Guarantee.QUANTAL or other_proof:
        return found
    if is_long(rational(found.value)):  # nobody reads it
        return found
    with_rows = replace(setting, deviations=found.deviations)  # those that the proof has
    whole, answer = solved_bound_program(game, with_rows, effort)
    rows = [key for key in whole.rows if _chosen(key)]
    if len(rows) > MOST_ROWS or len(whole.costs) > MOST_COLUMNS:
        return found
    if not isinstance(answer, Optimal):
        return found
    best = _fewest(whole, rows, answer, effort)
    dual = dict.fromkeys(whole.rows, Fraction(0)) | dict(best.dual)
    used = tuple(told for told in found.announcements if dual["agent", told.agent])
    agents = [d.agent for d in found.deviations] + [told.agent for told in used]
    return replace(found, multipliers=multipliers_of(game, agents, dual), announcements=used)


def _chosen(key: Key) -> bool:
    return isinstance(key, tuple) and key[0] in CHOSEN


def _fewest(whole: Program, rows: list[Key], answer: Optimal, effort: Effort) -> Optimal:
    """The answer of the program with as few of these rows as possible, and the same optimum."""
    kept, best = [key for key in rows if answer.dual[key]], answer
    for key in list(kept):
        without = [other for other in kept if other != key]
        if (found := _same(whole, without, answer, effort)) is not None:
            kept, best = [k for k in without if found.dual[k]], found
    for fewer in _smaller_sets(rows, len(kept)):
        if (found := _same(whole, fewer, answer, effort)) is not None:
            return found
    return best


def _smaller_sets(rows: list[Key], size: int) -> Iterator[tuple[Key, ...]]:
    """The sets of fewer rows, the smallest first, as long as they are few."""
    for n in range(size):
        if comb(len(rows), n) > MOST_SETS:
            return
        yield from combinations(rows, n)


def _same(whole: Program, kept: Collection[Key], answer: Optimal, effort: Effort) -> Optimal | None:
    """The answer with these rows only, None where the optimum is another one."""
    program = whole.copy()
    for key in [key for key in program.rows if _chosen(key) and key not in kept]:
        del program.rows[key]
    found = effort.solve(program)
    return found if isinstance(found, Optimal) and found.value == answer.value else None
