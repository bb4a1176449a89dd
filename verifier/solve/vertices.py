"""The vertices of a small polyhedron, exactly: each choice of tight constraints is tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from verifier.solve.program import Number

if TYPE_CHECKING:
    from flint import fmpq

VERTEX_LIMIT = 3000
"""Most choices of tight rows that are looked at."""

Constraint = tuple[Sequence[Number], Number]
"""(a, b): the inequality a.x >= b, or the equation a.x = b."""


@dataclass(frozen=True)
class TooMany:
    """A polyhedron with more choices of tight constraints than the limit: nothing was computed."""

    choices: int


def vertices(
    inequalities: Sequence[Constraint],
    equations: Sequence[Constraint] = (),
    limit: int = VERTEX_LIMIT,
) -> list[tuple[Fraction, ...]] | TooMany:
    """The vertices of {x : a.x >= b for every inequality, a.x = b for every equation}, each once.

    Vertices come in the order of the constraints that are tight there, degenerate ones once. The
    dimension is that of the constraints, of which there must be one at least.
    """
    from flint import fmpq

    dimension = len((*inequalities, *equations)[0][0])
    free = dimension - len(equations)
    choices = comb(len(inequalities), free)
    if choices > limit:
        return TooMany(choices)
    exact = [([_exact(entry) for entry in row], _exact(bound)) for row, bound in inequalities]
    fixed = [([_exact(entry) for entry in row], _exact(bound)) for row, bound in equations]
    found: dict[tuple[Fraction, ...], None] = {}
    for tight in combinations(exact, free):
        point = _solved([*fixed, *tight], dimension)
        if point is not None and all(
            sum((a * x for a, x in zip(row, point, strict=True)), fmpq()) >= b for row, b in exact
        ):
            found[tuple(Fraction(int(x.p), int(x.q)) for x in point)] = None
    return list(found)


def _exact(value: Number) -> fmpq:
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def _solved(rows: Sequence[tuple[Sequence[fmpq], fmpq]], dimension: int) -> list[fmpq] | None:
    from flint import fmpq_mat

    matrix = fmpq_mat(dimension, dimension, [entry for row, _ in rows for entry in row])
    try:
        solution = matrix.solve(fmpq_mat(dimension, 1, [bound for _, bound in rows]))
    except ZeroDivisionError:
        return None
    return [solution[n, 0] for n in range(dimension)]
