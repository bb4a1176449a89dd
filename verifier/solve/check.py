"""Answers of linear programs are checked against the program alone, in integers.

Nothing of the solver's is used: no basis, no tableau, no scaled program. theory.md 8.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import mul

from verifier.errors import SolverError
from verifier.numbers import integers
from verifier.solve.program import (
    AT_LEAST,
    EQUAL,
    Answer,
    Goal,
    Infeasible,
    Key,
    Optimal,
    Program,
    Row,
    Sense,
)


def check_answer(program: Program, answer: Answer) -> None:
    """An answer is checked by the conditions that `solve.program` states.

    Raises SolverError naming the first condition that fails.
    """
    costs, scale = integers(program.costs.values())
    if isinstance(answer, Optimal):
        point, unit = _point(program, answer.primal, "the point")
        _check_rows(program, point, unit)
        multipliers, below = _multipliers(program, answer.dual)
        _check_prices(program, multipliers, below, (costs, scale), program.goal)
        if Fraction(sum(map(mul, costs, point)), scale * unit) != answer.value:
            raise _failure("the point does not cost the stated value")
        if Fraction(_proved(multipliers), below) != answer.value:
            raise _failure("the multipliers do not prove the stated value")
    elif isinstance(answer, Infeasible):
        ray, below = _multipliers(program, answer.ray)
        _check_prices(program, ray, below, ([0] * len(costs), 1), Goal.MINIMISE)
        if _proved(ray) <= 0:
            raise _failure("the Farkas ray proves nothing")
    else:
        _check_rows(program, *_point(program, answer.point, "the point"))
        _check_direction(program, _point(program, answer.direction, "the direction")[0], costs)


def _failure(complaint: str) -> SolverError:
    return SolverError(f"the exact solver's answer failed its own check: {complaint}")


def _point(
    program: Program, values: Mapping[Key, Fraction], what: str
) -> tuple[Sequence[int], int]:
    """The values of the columns in integers over one denominator; only free ones are negative."""
    if values.keys() != program.costs.keys():
        raise _failure(f"{what} does not name every column once")
    whole, unit = integers([values[key] for key in program.costs])
    if min(whole, default=0) < 0:
        for key, value in zip(program.costs, whole, strict=True):
            if value < 0 and key not in program.free:
                raise _failure(f"{what} has {Fraction(value, unit)} at {key!r}")
    return whole, unit


def _multipliers(
    program: Program, values: Mapping[Key, Fraction]
) -> tuple[list[tuple[Key, Row, int]], int]:
    """The rows whose multipliers are not 0, with these in integers over one denominator.

    They are the multipliers of the rows in integers: those of the rows over their scales.
    """
    if values.keys() != program.rows.keys():
        raise _failure("the multipliers do not name every row once")
    used = [(key, row, values[key]) for key, row in program.rows.items() if values[key]]
    whole, unit = integers([y if row.scale == 1 else y / row.scale for _, row, y in used])
    return [(key, row, y) for (key, row, _), y in zip(used, whole, strict=True)], unit


def _left(row: Row, point: Sequence[int]) -> int:
    return sum([entry * point[place] for place, entry in row.entries])


def _proved(multipliers: Iterable[tuple[Key, Row, int]]) -> int:
    return sum([row.whole_bound * multiplier for _, row, multiplier in multipliers])


def _check_rows(program: Program, point: Sequence[int], unit: int) -> None:
    for key, row in program.rows.items():
        left = _left(row, point)
        if not _meets(left, row.sense, row.whole_bound * unit):
            value = Fraction(left, row.scale * unit)
            raise _failure(f"row {key!r}: {value} {row.sense} {row.bound} does not hold")


def _check_direction(program: Program, direction: Sequence[int], costs: Sequence[int]) -> None:
    for key, row in program.rows.items():
        if not _meets(_left(row, direction), row.sense, 0):
            raise _failure(f"the direction leaves row {key!r}")
    rate = sum(map(mul, costs, direction))
    if not (rate < 0 if program.goal is Goal.MINIMISE else rate > 0):
        raise _failure("the direction does not improve the objective")


def _meets(left: int, sense: Sense, right: int) -> bool:
    if sense is EQUAL:
        return left == right
    return left >= right if sense is AT_LEAST else left <= right


def _check_prices(
    program: Program,
    multipliers: Sequence[tuple[Key, Row, int]],
    below: int,
    costs: tuple[Sequence[int], int],
    goal: Goal,
) -> None:
    """Multipliers have the right signs, and no column's cost minus its priced entries is below 0.

    For a maximisation it is not above 0; for a free column it is 0. `below` is the denominator of
    the multipliers; the costs come with theirs.
    """
    way, (whole, scale) = 1 if goal is Goal.MINIMISE else -1, costs
    reduced = [way * below * cost for cost in whole]
    for key, row, multiplier in multipliers:
        signed = multiplier * way
        if row.sense is not EQUAL and not _meets(signed, row.sense, 0):
            value = Fraction(multiplier * row.scale, below)
            raise _failure(f"the multiplier {value} of row {key!r} has the wrong sign")
        signed *= scale
        for place, entry in row.entries:
            reduced[place] -= entry * signed
    if min(reduced, default=0) < 0 or program.free:
        for key, rest in zip(program.costs, reduced, strict=True):
            if rest < 0 or (rest and key in program.free):
                price = Fraction(-rest, below * scale)
                raise _failure(f"column {key!r} is priced at {price}")
