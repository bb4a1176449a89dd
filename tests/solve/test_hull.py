"""Hull distances: known ones, the whole program's, and exact recovery from wrong proposals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solve.programs import ENTRIES, integers
from verifier.errors import SolverError
from verifier.solve import exact
from verifier.solve import hull as module
from verifier.solve.hull import Chebyshev, Cut, chebyshev, hull_program
from verifier.solve.points import Mixture
from verifier.solve.program import Optimal
from verifier.solve.simplex import Combination, UnboundedRay

F = Fraction
Column = Sequence[Fraction | int]


def check(
    found: Chebyshev, target: Column, generators: Sequence[Column], groups: Sequence[Hashable]
) -> None:
    """Every condition in the docstring, with the mixture tested at all points, in Fractions."""
    convex = found.mixture is Mixture.SIMPLEX
    assert len(found.weights) == len(generators) and all(weight >= 0 for weight in found.weights)
    assert not convex or sum(found.weights) == 1
    assert list(found.offsets) == list(dict.fromkeys(groups))
    for point, aim in enumerate(target):
        mixed = sum(
            (w * column[point] for w, column in zip(found.weights, generators, strict=True)), F(0)
        )
        assert abs(mixed + found.offsets[groups[point]] - aim) <= found.distance
    assert all(found.measure.values()) and sum(map(abs, found.measure.values())) <= 1
    for group in set(groups):
        assert sum(mass for point, mass in found.measure.items() if groups[point] == group) == 0
    reach, *towards = (
        sum((m * column[p] for p, m in found.measure.items()), F(0))
        for column in (target, *generators)
    )
    assert convex or reach >= found.distance
    assert all(reach - value >= found.distance if convex else value <= 0 for value in towards)


def whole(
    target: Column, generators: Sequence[Column], groups: Sequence[Hashable], mixture: Mixture
) -> Fraction:
    answer = exact.solve(hull_program(target, generators, groups, mixture))
    assert isinstance(answer, Optimal)
    return answer.value


def test_one_generator_is_half_the_range_of_the_difference() -> None:
    found = chebyshev([0, 1, 2], [[0, 4, 4]])
    assert found == Chebyshev(
        F(3, 2), (F(1),), {0: F(1, 2), 1: F(-1, 2)}, Mixture.SIMPLEX, {0: F(-3, 2)}
    )


def test_opposed_interests_are_not_helped_by_a_cone() -> None:
    found = chebyshev([0, 1], [[1, 0]], mixture=Mixture.CONE)
    assert (found.distance, found.weights) == (F(1, 2), (F(0),))
    assert chebyshev([0, 1], [[1, 0]]).distance == 1


def test_scale_matters_to_the_simplex_only() -> None:
    assert chebyshev([0, 1], [[0, 3]]).distance == 1
    assert chebyshev([0, 1], [[0, 3]], mixture=Mixture.CONE).distance == 0


def test_an_offset_per_group_is_weaker() -> None:
    target, generator, groups = [0, 5, 1, 9], [0, 5, 0, 8], ["rain", "rain", "sun", "sun"]
    assert chebyshev(target, [generator]).distance == F(1, 2)
    found = chebyshev(target, [generator], groups=groups)
    assert (
        found.distance == 0 and found.offsets == {"rain": F(0), "sun": F(1)} and found.measure == {}
    )


def test_a_cone_of_nothing() -> None:
    assert chebyshev([1, 4], [], mixture=Mixture.CONE).distance == F(3, 2)
    assert chebyshev([4] * 70, [], mixture=Mixture.CONE).distance == 0
    assert chebyshev(list(range(70)), [], mixture=Mixture.CONE).distance == F(69, 2)


@pytest.mark.parametrize(
    ("target", "generators", "groups", "complaint"),
    [
        ([], [[]], None, "no points"),
        ([1], [], None, "no generators"),
        ([1, 2], [[1, 2], [1]], None, "generator 1 has 1 points, the target 2"),
        ([1, 2], [[1, 2]], [0], "groups has 1 points, the target 2"),
    ],
)
def test_shapes_are_checked(
    target: list[int], generators: list[list[int]], groups: list[int] | None, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        chebyshev(target, generators, groups=groups)


def test_a_single_point_between_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections of what is exact already were no numbers here."""
    monkeypatch.setattr(module, "SMALL", 0)
    generators = [[F(6)], [F(0)], [F(-3)]]
    found = chebyshev([F(0)], generators, groups=[0], mixture=Mixture.SIMPLEX)
    check(found, [F(0)], generators, [0])
    assert found.distance == 0


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(
    st.data(),
    st.sampled_from(sorted(ENTRIES)),
    st.sampled_from(Mixture),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_generated_rows_agree_with_the_whole_program(
    data: st.DataObject, kind: str, mixture: Mixture, columns: int, group_count: int
) -> None:
    points = data.draw(st.integers(1, 14))
    column = st.lists(ENTRIES[kind], min_size=points, max_size=points)
    target, generators = data.draw(column), [data.draw(column) for _ in range(columns)]
    groups = [point % group_count for point in range(points)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL", 0)
        found = chebyshev(target, generators, groups=groups, mixture=mixture)
    check(found, target, generators, groups)
    assert found.distance == whole(target, generators, groups, mixture)
    assert chebyshev(target, generators, groups=groups, mixture=mixture).distance == found.distance


@pytest.mark.parametrize("mixture", Mixture)
def test_many_points(mixture: Mixture) -> None:
    target, *generators = integers(400, 7, seed=3)
    groups = [point % 5 for point in range(400)]
    found = chebyshev(target, generators, groups=groups, mixture=mixture)
    check(found, target, generators, groups)
    assert found.distance == whole(target, generators, groups, mixture)


@pytest.mark.parametrize(
    "proposal",
    [
        ([], []),
        ([(0, 1), (1, 1), (2, -1)], [0, 1, 2, 3]),
        ([(5, -1)] * 4, [3, 3, 0, 1, 2]),
    ],
)
def test_wrong_proposals_are_put_right(
    proposal: tuple[list[Cut], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, *generators = integers(90, 4, seed=8)
    right = chebyshev(target, generators)
    monkeypatch.setattr(module, "_proposed", lambda *_: proposal)
    found = chebyshev(target, generators)
    check(found, target, generators, [0] * 90)
    assert found.distance == right.distance


def test_violations_below_float_resolution_are_found() -> None:
    """One point is off by 10^-30 more than the others: floats see no difference, integers do."""
    target = [F((-1) ** point) for point in range(100)]
    target[37] -= F(1, 10**30)
    found = chebyshev(target, [[0] * 100])
    assert found.distance == 1 + F(1, 2 * 10**30)
    assert found.measure[37] == F(-1, 2)


def test_numbers_beyond_floats() -> None:
    huge = 10**400
    target, *generators = ([huge * value for value in column] for column in integers(80, 3, seed=4))
    plain_target, *plain = integers(80, 3, seed=4)
    assert chebyshev(target, generators).distance == huge * chebyshev(plain_target, plain).distance


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"distance": F(2)}, "generator is too close"),
        ({"measure": {0: F(1), 1: F(-1)}}, "norm exceeds 1"),
        ({"measure": {0: F(1, 2)}}, "mass is not 0"),
        ({"weights": (F(1, 2),)}, "not a mixture"),
        ({"mixture": Mixture.CONE}, "too close"),
    ],
)
def test_forged_measures_are_refused(
    change: dict[str, object], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = chebyshev([0, 1, 2], [[0, 4, 4]])
    forged = replace(right, **change)  # type: ignore[arg-type]
    monkeypatch.setattr(module._OverCuts, "answer", lambda _: forged)
    with pytest.raises(SolverError, match=complaint):
        chebyshev([0, 1, 2], [[0, 4, 4]])


def test_a_solver_without_an_optimum_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Combination({}, 1)
    monkeypatch.setattr(module, "_ending", lambda *_: UnboundedRay(nothing, nothing, 0))
    with pytest.raises(SolverError, match="always has an optimum"):
        chebyshev([0] * 70, [[1] * 70])
