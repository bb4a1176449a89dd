"""The exact best approximation in mean absolute error by mixtures of generators, at many points.

    minimise    (1 / N) sum_p |sum_i weight_i generator_i(p) + offset - target(p)|
    subject to  weight >= 0, and sum weight = 1 if the mixture is a simplex

The optimum passes through few points, and at all others it only matters on which side it lies:
their absolute values are then linear and add up to one cost for each column (Portnoy and Koenker,
The Gaussian hare and the Laplacian tortoise, 1997). Floats propose points and sides; the exact
program over those is solved, and all sides are tested in integers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from verifier.numbers import integers
from verifier.solve import exact
from verifier.solve.highs import Sides, propose_sides
from verifier.solve.points import Approximation, Mixture, Points, checked, pairings
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense


@dataclass(frozen=True)
class MeanError(Approximation):
    """A mixture at the least mean absolute error, and a measure that proves it.

    `measure` maps every point to a mass of at most 1/N in absolute value, with total mass 0;
    `offset` is the one of all points.
    """

    offset: Fraction


def mean_error(points: Points, mixture: Mixture = Mixture.SIMPLEX) -> MeanError:
    """The exact least mean absolute error of the generators' mixtures, up to one offset.

    The groups of the points are ignored. Raises ValueError for a simplex without generators;
    SolverError if the answer fails its own check (a defect of this package).
    """
    sides = propose_sides(checked(points, mixture), mixture)
    while True:
        answer = _optimum_given(points, mixture, sides)
        if answer is None:
            sides = sides.opened(sides.closed()[: 1 + len(sides.through)])
            continue
        weights = tuple(answer.primal[("weight", number)] for number in range(points.weight_count))
        gaps = _gaps(points, weights, answer.primal["offset"])
        wrong = [p for p in sides.closed() if gaps[p] * sides.of[p] < 0]
        if not wrong:
            break
        wrong.sort(key=lambda p: abs(gaps[p]), reverse=True)
        sides = sides.opened(wrong[: 1 + points.weight_count])
    count = len(points.rows)
    measure = {p: Fraction(-sides.of[p], count) for p in sides.closed()}
    measure |= {p: answer.dual[p] * points.scales[p] / count for p in sides.through}
    total = sum(map(abs, gaps), Fraction(0))
    measure = dict(sorted(measure.items()))
    found = MeanError(total / count, weights, measure, mixture, answer.primal["offset"])
    _check(found, points)
    return found


def _optimum_given(points: Points, mixture: Mixture, sides: Sides) -> Optimal | None:
    """The optimum that keeps to the sides where they are closed; None if it is unbounded."""
    costs = pairings({p: Fraction(sides.of[p]) for p in sides.closed()}, points)
    program = Program(Goal.MINIMISE)
    for number in range(points.weight_count):
        program.column(("weight", number), costs[1 + number])
    program.column("offset", sum(sides.of[p] for p in sides.closed()), free=True)
    if mixture is Mixture.SIMPLEX:
        ones: dict[Key, Number] = {("weight", number): 1 for number in range(points.weight_count)}
        program.row("sum", ones, Sense.EQUAL, 1)
    for p in sides.through:
        scale, (aim, *values) = points.scales[p], points.rows[p]
        program.column(("above", p), 1)
        program.column(("below", p), 1)
        row: dict[Key, Number] = {("weight", i): value for i, value in enumerate(values) if value}
        row |= {"offset": scale, ("above", p): -scale, ("below", p): scale}
        program.row(p, row, Sense.EQUAL, aim)
    answer = exact.solve(program)
    return answer if isinstance(answer, Optimal) else None


def _gaps(points: Points, weights: Sequence[Fraction], offset: Fraction) -> list[Fraction]:
    """The mixture plus the offset minus the target, at every point."""
    whole, unit = integers([Fraction(-1), *weights, offset])
    used = [n for n, factor in enumerate(whole[:-1]) if factor]
    factors, gaps = [whole[n] for n in used], []
    for row, scale in zip(points.rows, points.scales, strict=True):
        gaps.append(
            Fraction(
                sum(map(mul, factors, [row[n] for n in used])) + scale * whole[-1], scale * unit
            )
        )
    return gaps


def _check(found: MeanError, points: Points) -> None:
    """The measure proves the distance and the weights are a mixture; SolverError otherwise."""
    count = len(points.rows)
    masses = {
        "the measure's mass is not 0": not sum(found.measure.values()),
        "a mass exceeds 1/N": all(abs(mass) * count <= 1 for mass in found.measure.values()),
    }
    found.check(points, "mean absolute error", masses)
