"""Least hitting sets: as few elements as possible, at least one of each set.

Decided by z3, within a fixed amount of work.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from verifier.solve.smt import NoPoint, Undecided

WORK = 20_000_000
"""z3's own measure of work (rlimit) for one question: the same input, the same answer, however fast
the machine.
"""


@dataclass(frozen=True)
class Hits:
    """These elements meet every set."""

    members: frozenset[int]


def hitting_set(
    sets: Sequence[Collection[int]], size: int, work: int = WORK
) -> Hits | NoPoint | Undecided:
    """At most `size` elements that meet all `sets`; or z3's proof that there are none; or the
    reason why it gave up.

    >>> hitting_set([{1, 2}, {2, 3}], 1)
    Hits(members=frozenset({2}))
    >>> hitting_set([{1}, {2}], 1)
    NoPoint()
    """
    import z3

    context = z3.Context()
    solver = z3.SolverFor("QF_FD", ctx=context)
    solver.set("rlimit", work)
    chosen = {n: z3.Bool(f"x{n}", context) for n in sorted(set().union(*sets))}
    solver.add(
        *(
            z3.Or([chosen[n] for n in sorted(members)] or [z3.BoolVal(False, context)])
            for members in sets
        )
    )
    if chosen:
        solver.add(z3.PbLe([(choice, 1) for choice in chosen.values()], size))
    verdict = solver.check()
    if verdict == z3.unknown:
        return Undecided(solver.reason_unknown())
    if verdict == z3.unsat:
        return NoPoint()
    model = solver.model()
    return Hits(frozenset(n for n, choice in chosen.items() if z3.is_true(model[choice])))
