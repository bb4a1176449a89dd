"""A point inside a cone: every inequality that can be strict there is, exactly.

Each step finds, among the points whose coordinates sum to 1 at most, one at which the inequalities
that have been equations so far are largest in sum; where that is 0 they are equations everywhere.
The sum of what was found is the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from operator import mul

from verifier.errors import SolverError
from verifier.solve.effort import Solver
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense


def inner_point(rows: Sequence[Sequence[int]], size: int, solve: Solver) -> list[Fraction]:
    """A point x of the cone {x : x >= 0, a.x >= 0 for every row a} with a.x > 0 for every row of
    which some point of the cone has that.

    `size` is the number of coordinates. The point is the sum of few vertices, so that many
    coordinates are 0.

    >>> from verifier.solve.exact import solve
    >>> inner_point([(1, -2), (1, 0), (-1, 2)], 2, solve)
    [Fraction(2, 3), Fraction(1, 3)]
    """
    reduced = [tuple([entry // gcd(*row) for entry in row]) for row in rows if any(row)]
    distinct, point = list(dict.fromkeys(reduced)), [Fraction(0)] * size
    idle = distinct
    while idle:
        program = Program(Goal.MAXIMISE)
        for place, column in enumerate(zip(*idle, strict=True)):
            program.column(place, sum(column))
        program.row("within", dict.fromkeys(range(size), 1), Sense.AT_MOST, 1)
        for number, row in enumerate(distinct):
            if min(row) < 0:
                entries: dict[Key, Number] = {n: entry for n, entry in enumerate(row) if entry}
                program.row(number, entries, Sense.AT_LEAST)
        answer = solve(program)
        if not isinstance(answer, Optimal):
            raise SolverError("0 is a point of every cone")
        if not answer.value:
            break
        point = [x + answer.primal[place] for place, x in enumerate(point)]
        idle = [row for row in idle if not sum(map(mul, row, point))]
    return point
