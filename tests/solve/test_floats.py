"""Where floats claim to be sure, integers agree; sums of rows in arrays are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.solve.floats import Floats
from verifier.solve.points import Matrix, Mixture, Points, gaps, pairings

F = Fraction
VALUES = st.one_of(st.integers(-9, 9), st.integers(-(2**62), 2**62), st.integers(-(10**30), 10**30))


@st.composite
def points(draw: st.DrawFn) -> Points:
    width, count = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    rows = [tuple(draw(VALUES) for _ in range(width)) for _ in range(count)]
    scales = [draw(st.sampled_from([1, 10, 10**18, 3**50])) for _ in range(count)]
    return Points(rows, scales, [draw(st.integers(0, 1)) for _ in range(count)], 2)


@settings(max_examples=200, deadline=None)
@given(points(), st.data())
def test_a_point_without_a_doubt_is_on_the_side_that_floats_say(
    given_points: Points, data: st.DataObject
) -> None:
    fractions = st.fractions(-5, 5, max_denominator=10**20)
    weights = [abs(data.draw(fractions)) for _ in range(given_points.weight_count)]
    offsets = [data.draw(fractions) for _ in range(2)]
    floats = Floats(given_points)
    exact = gaps(given_points, weights, offsets, range(len(given_points.rows)))
    near = data.draw(st.sampled_from(sorted(exact)))
    bound = abs(exact[near]) * data.draw(
        st.sampled_from([F(1), F(10**17 + 1, 10**17), F(1, 2), F(2)])
    )
    doubtful = set(floats.doubtful(weights, offsets, bound).tolist())
    assert all(abs(gap) < bound for p, gap in exact.items() if p not in doubtful)
    signs, unsure = floats.signs(weights, offsets)
    sure = exact.keys() - set(unsure.tolist())
    assert all((exact[p] > 0) - (exact[p] < 0) == signs[p] for p in sure)


def test_most_points_are_beyond_doubt() -> None:
    """Otherwise nothing is gained."""
    rows = [(n, (7 * n) % 100) for n in range(1000)]
    floats = Floats(Points(rows, [1] * 1000, [0] * 1000))
    assert len(floats.doubtful([F(1)], [F(1, 3)], F(5000))) == 0
    signs, unsure = floats.signs([F(1)], [F(1, 3)])
    assert len(unsure) == 0 and set(signs.tolist()) == {-1.0, 1.0}


def test_numbers_beyond_floats_are_refused() -> None:
    with pytest.raises(OverflowError):
        Floats(Points([(10**400, 1)], [1], [0]))


@settings(max_examples=100, deadline=None)
@given(points(), st.data())
def test_pairings_are_the_sums_that_they_are_said_to_be(
    given_points: Points, data: st.DataObject
) -> None:
    """For rows in tuples and in arrays, with masses that repeat and such that do not."""
    count = len(given_points.rows)
    masses = st.sampled_from([F(1, 3), F(-1, 3), F(0), F(2, 7), F(-5)])
    measure = {p: data.draw(masses) for p in range(count)}
    whole = [
        sum((measure[p] * given_points.column(n)[p] for p in range(count)), F(0))
        for n in range(1 + given_points.weight_count)
    ]
    assert pairings(measure, given_points) == whole
    small = max(abs(value) for row in given_points.rows for value in row) < 2**63
    array = np.array(given_points.rows, dtype=np.int64 if small else object)
    packed = Points(Matrix(array), given_points.scales, given_points.groups, 2)
    assert pairings(measure, packed) == whole
    assert packed.keep([]).rows == [row[:1] for row in given_points.rows]


def test_both_mixtures_and_norms_of_a_matrix_are_those_of_its_rows() -> None:
    from verifier.solve.hull import nearest
    from verifier.solve.mean_error import mean_error

    draw = np.random.default_rng(7)
    array = draw.integers(0, 100, (300, 6))
    rows = Points([tuple(row) for row in array.tolist()], [10] * 300, [0] * 300)
    matrix = Points(Matrix(array), [10] * 300, [0] * 300)
    for mixture in Mixture:
        assert nearest(rows, mixture) == nearest(matrix, mixture)
        assert mean_error(rows, mixture) == mean_error(matrix, mixture)
