"""Mean absolute error: known answers, the whole program's, recovery from wrong proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solve.programs import ENTRIES, integers
from verifier.errors import SolverError
from verifier.solve import exact
from verifier.solve import mean_error as mean_error_module
from verifier.solve.mean_error import MeanError, mean_error
from verifier.solve.points import Mixture, Points, points_of
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.solve.sides import Sides

F = Fraction
Column = Sequence[Fraction | int]


def over(target: Column, generators: Sequence[Column]) -> Points:
    return points_of(target, generators, [0] * len(target))


def whole(target: Column, generators: Sequence[Column], mixture: Mixture) -> Fraction:
    """The whole program: a column for the miss at every point."""
    program = Program(Goal.MINIMISE)
    for i in range(len(generators)):
        program.column(("weight", i))
    program.column("offset", free=True)
    if mixture is Mixture.SIMPLEX:
        ones: dict[Key, Fraction] = {("weight", i): F(1) for i in range(len(generators))}
        program.row("sum", ones, Sense.EQUAL, 1)
    for p, aim in enumerate(target):
        program.column(("miss", p), F(1, len(target)))
        row: dict[Key, Fraction] = {
            ("weight", i): F(values[p]) for i, values in enumerate(generators)
        } | {"offset": F(1)}
        program.row(("over", p), {**row, ("miss", p): F(-1)}, Sense.AT_MOST, aim)
        program.row(("under", p), {**row, ("miss", p): F(1)}, Sense.AT_LEAST, aim)
    answer = exact.solve(program)
    assert isinstance(answer, Optimal)
    return answer.value


def check(found: MeanError, target: Column, generators: Sequence[Column]) -> None:
    """Every condition in the docstrings, in Fractions."""
    convex = found.mixture is Mixture.SIMPLEX
    assert all(weight >= 0 for weight in found.weights) and (not convex or sum(found.weights) == 1)
    mixed = [
        sum((w * c[p] for w, c in zip(found.weights, generators, strict=True)), found.offset)
        for p in range(len(target))
    ]
    assert sum(
        (abs(m - t) for m, t in zip(mixed, target, strict=True)), F(0)
    ) == found.distance * len(target)
    assert sum(found.measure.values()) == 0 and all(
        abs(mass) * len(target) <= 1 for mass in found.measure.values()
    )
    reach, *towards = (
        sum((m * column[p] for p, m in found.measure.items()), F(0))
        for column in (target, *generators)
    )
    assert convex or reach >= found.distance
    assert all(reach - value >= found.distance if convex else value <= 0 for value in towards)


def test_one_generator_is_the_distance_from_the_median() -> None:
    found = mean_error(over([0, 1, 5], [[0, 0, 0]]))
    assert (found.distance, found.offset) == (F(5, 3), F(1))


def test_the_cone_may_take_nothing() -> None:
    found = mean_error(over([0, 1], [[1, 0]]), Mixture.CONE)
    assert (found.distance, found.weights) == (F(1, 2), (F(0),))


def test_a_simplex_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no generators"):
        mean_error(over([1], []))
    assert mean_error(over([1, 2, 9], []), Mixture.CONE).distance == F(8, 3)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(sorted(ENTRIES)), st.sampled_from(Mixture), st.integers(1, 4))
def test_agrees_with_the_whole_program(
    data: st.DataObject, kind: str, mixture: Mixture, columns: int
) -> None:
    points = data.draw(st.integers(1, 14))
    column = st.lists(ENTRIES[kind], min_size=points, max_size=points)
    target, generators = data.draw(column), [data.draw(column) for _ in range(columns)]
    found = mean_error(over(target, generators), mixture)
    check(found, target, generators)
    assert found.distance == whole(target, generators, mixture)


@pytest.mark.slow
@pytest.mark.parametrize("mixture", Mixture)
def test_many_points(mixture: Mixture) -> None:
    target, *generators = integers(500, 6, seed=5)
    found = mean_error(over(target, generators), mixture)
    check(found, target, generators)
    assert found.distance == whole(target, generators, mixture)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([-1, 1]), min_size=40, max_size=40),
    st.sets(st.integers(0, 39), max_size=6),
)
def test_wrong_sides_are_put_right(sides: list[int], through: set[int]) -> None:
    target, *generators = integers(40, 3, seed=8)
    right = mean_error(over(target, generators))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            mean_error_module,
            "_proposed",
            lambda *_: Sides(sides, tuple(sorted(through)), range(40)),
        )
        found = mean_error(over(target, generators))
    check(found, target, generators)
    assert found.distance == right.distance


def test_points_that_are_met_exactly_do_not_multiply_the_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The user agrees with one agent nearly everywhere: all gaps there are 0.

    Only the dual tells how those points count.
    """
    target, *generators = integers(600, 6, seed=9)
    generators[0] = [value + (11 if p % 40 == 0 else 0) for p, value in enumerate(target)]
    programs = 0
    once = mean_error_module._optimum_given

    def counted(*given: object) -> object:
        nonlocal programs
        programs += 1
        return once(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(mean_error_module, "_optimum_given", counted)
    found = mean_error(over(target, generators))
    check(found, target, generators)
    assert found.distance == whole(target, generators, Mixture.SIMPLEX)
    assert programs <= 3


def test_numbers_beyond_floats() -> None:
    huge = 10**400
    target, *generators = ([huge * value for value in column] for column in integers(30, 3, seed=4))
    plain_target, *plain = integers(30, 3, seed=4)
    assert (
        mean_error(over(target, generators)).distance
        == huge * mean_error(over(plain_target, plain)).distance
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"distance": F(2)}, "generator is too close"),
        ({"measure": {0: F(1), 1: F(-1), 2: F(0)}}, "mass exceeds 1/N"),
        ({"measure": {0: F(1, 3)}}, "mass is not 0"),
        ({"weights": (F(1, 2),)}, "not a mixture"),
        ({"mixture": Mixture.CONE, "distance": F(9)}, "target is too close to 0"),
    ],
)
def test_forged_measures_are_refused(change: dict[str, object], complaint: str) -> None:
    points = over([0, 1, 5], [[0, 0, 0]])
    right = mean_error(points)
    with pytest.raises(SolverError, match=complaint):
        mean_error_module._check(replace(right, **change), points)  # type: ignore[arg-type]
