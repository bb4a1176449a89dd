"""Least squares: known answers, all active sets of small tables, degenerate and long columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.solve.programs import BADLY_SCALED, NEARLY_EQUAL, PLAIN
from verifier.errors import SizeError, SolverError
from verifier.solve import least_squares as module
from verifier.solve.least_squares import LeastSquares, least_squares, products
from verifier.solve.points import Mixture, Points, points_of

F = Fraction
Column = Sequence[Fraction | int]


def over(target: Column, generators: Sequence[Column]) -> Points:
    return points_of(target, generators, [0] * len(target))


def squared(
    target: Column, generators: Sequence[Column], weights: Sequence[Fraction], offset: Fraction
) -> Fraction:
    """The mean squared error, from its definition."""
    missed = [
        sum((w * column[p] for w, column in zip(weights, generators, strict=True)), offset) - aim
        for p, aim in enumerate(target)
    ]
    return sum((miss * miss for miss in missed), F(0)) / len(missed)


def eliminated(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """The one solution of linear equations, their right-hand sides last; None if it is not one."""
    width = len(rows)
    for n in range(width):
        pivot = next((row for row in rows[n:] if row[n]), None)
        if pivot is None:
            return None
        rows.remove(pivot)
        rows.insert(n, [value / pivot[n] for value in pivot])
        rows = [
            row if m == n else [v - row[n] * w for v, w in zip(row, rows[n], strict=True)]
            for m, row in enumerate(rows)
        ]
    return [row[-1] for row in rows]


def enumerated(target: Column, generators: Sequence[Column], mixture: Mixture) -> Fraction:
    """The least error over all supports whose best weights, with the offset, are nonnegative.

    Every support has its normal equations, of which the offset's column of ones is one.
    """
    convex, count, found = mixture is Mixture.SIMPLEX, len(generators), list[Fraction]()
    ones: Column = [F(1)] * len(target)
    for size in range(1 if convex else 0, count + 1):
        for support in combinations(range(count), size):
            columns: list[Column] = [ones, *(generators[n] for n in support)]
            rows: list[list[Fraction]] = [
                [F(sum(a * b for a, b in zip(left, right, strict=True))) for right in columns]
                + [F(0 if n == 0 else -1)] * convex
                + [F(sum(a * b for a, b in zip(left, target, strict=True)))]
                for n, left in enumerate(columns)
            ]
            if convex:
                rows.append([F(0), *[F(1)] * size, F(0), F(1)])
            answer = eliminated(rows)
            if answer is not None and all(weight >= 0 for weight in answer[1 : 1 + size]):
                weights = [F(0)] * count
                for n, weight in zip(support, answer[1:], strict=False):
                    weights[n] = weight
                found.append(squared(target, generators, weights, answer[0]))
    return min(found)


def check(found: LeastSquares, target: Column, generators: Sequence[Column]) -> None:
    """Weights, offset, error and the conditions of Karush, Kuhn and Tucker, in Fractions."""
    convex = found.mixture is Mixture.SIMPLEX
    assert all(weight >= 0 for weight in found.weights) and (not convex or sum(found.weights) == 1)
    assert squared(target, generators, found.weights, found.offset) == found.distance
    assert sum(found.measure.values()) == 0
    reach, *towards = (
        sum((m * column[p] for p, m in found.measure.items()), F(0))
        for column in (target, *generators)
    )
    slack = [reach - value - found.distance if convex else -value for value in towards]
    assert min(slack, default=0) >= 0 and (convex or reach == found.distance)
    assert not any(s for s, weight in zip(slack, found.weights, strict=True) if weight)


@st.composite
def tables(draw: st.DrawFn) -> list[list[Fraction]]:
    """A target and up to four generators, with copies, multiples and mixtures among them."""
    number = st.sampled_from(draw(st.sampled_from([PLAIN, PLAIN, BADLY_SCALED, NEARLY_EQUAL])))
    points = draw(st.integers(1, 5))
    columns = draw(
        st.lists(st.lists(number, min_size=points, max_size=points), min_size=2, max_size=4)
    )
    kind = draw(st.sampled_from(["plain", "copy", "multiple", "mixture", "inside"]))
    if kind == "copy":
        columns.append(columns[-1])
    if kind == "multiple":
        columns.append([2 * value + 3 for value in columns[-1]])
    if kind == "mixture":
        columns.append([(a + b) / 2 for a, b in zip(columns[-1], columns[1], strict=True)])
    if kind == "inside":
        columns[0] = [(a + 2 * b) / 3 for a, b in zip(columns[-1], columns[1], strict=True)]
    return columns


@given(tables(), st.sampled_from(Mixture))
@settings(max_examples=150, deadline=None)
def test_no_active_set_is_better(columns: list[list[Fraction]], mixture: Mixture) -> None:
    target, *generators = columns
    found = least_squares(over(target, generators), mixture)
    check(found, target, generators)
    assert found.distance == enumerated(target, generators, mixture)


@given(tables(), st.sampled_from(Mixture), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_proposal_leads_to_the_same_error(
    columns: list[list[Fraction]], mixture: Mixture, draw: object
) -> None:
    target, *generators = columns
    points = over(target, generators)
    right = products(points).weights(mixture)
    count = len(generators)
    for proposed in ([], [0], list(range(count)), [count - 1, 0][:count]):
        exact = module._Exact(products(points).matrix, mixture is Mixture.SIMPLEX)
        support, weights = exact.best(proposed)
        assert all(weight > 0 for weight in weights)
        whole = [dict(zip(support, weights, strict=True)).get(n, F(0)) for n in range(count)]
        assert products(points).error(whole) == products(points).error(right)


def test_one_generator_misses_by_the_variance() -> None:
    found = least_squares(over([0, 1, 5], [[0, 0, 0]]))
    assert (found.distance, found.offset) == (F(14, 3), F(2))


def test_the_cone_may_take_nothing() -> None:
    found = least_squares(over([0, 1], [[1, 0]]), Mixture.CONE)
    assert (found.distance, found.weights) == (F(1, 4), (F(0),))
    assert least_squares(over([1, 2, 9], []), Mixture.CONE).distance == F(38, 3)
    with pytest.raises(ValueError, match="no generators"):
        least_squares(over([1], []))


def test_copies_are_told_apart() -> None:
    """Three copies of one column: the answer uses one of them."""
    found = least_squares(over([0, 1, 0, 2], [[0, 3, 0, 0]] * 3 + [[0, 0, 0, 5]]), Mixture.CONE)
    assert found.distance == 0 and sum(w > 0 for w in found.weights) == 2
    assert sum(found.weights[:3]) == F(1, 3) and found.weights[3] == F(2, 5)


@pytest.mark.parametrize("factor", [F(10) ** 40, F(1, 10**40), F(10) ** 400])
@pytest.mark.parametrize("mixture", Mixture)
def test_units_do_not_matter(factor: Fraction, mixture: Mixture) -> None:
    """Numbers beyond numpy's integers, and beyond floats, are exact as well."""
    columns = [[0, 1, 2, 5], [0, 4, 4, 1], [1, 1, 0, 3], [2, 0, 1, 7]]
    right = least_squares(over(columns[0], columns[1:]), mixture)
    scaled = [[factor * value for value in column] for column in columns]
    found = least_squares(over(scaled[0], scaled[1:]), mixture)
    assert (found.weights, found.distance) == (right.weights, right.distance * factor**2)


def test_a_sum_just_beyond_numpy_s_integers() -> None:
    """Two points of 2^31: their squares sum to 2^63."""
    found = least_squares(over([2**31, -(2**31)], [[0, 0]]))
    assert found.distance == 2**62


@pytest.mark.parametrize(
    "change", [{"distance": F(1)}, {"weights": (F(2), F(-1))}, {"measure": {0: F(1), 1: F(0)}}]
)
def test_a_wrong_answer_is_caught(change: dict[str, object]) -> None:
    points = over([0, 1], [[0, 3], [1, 0]])
    right = least_squares(points)
    with pytest.raises(SolverError, match="mean squared error failed its own check"):
        module._check(replace(right, **change), points)  # type: ignore[arg-type]


def test_weights_too_long_for_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_EXACT", 2)
    with pytest.raises(SizeError, match="round the numbers of the table"):
        least_squares(over([0, 1, 2], [[0, 4, 4], [1, 1, 0], [3, 0, 2]]))
