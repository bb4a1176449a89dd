"""Distances of tables: agreement with games, and what is missed by one agent alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.columns import table
from verifier.solve.points import Mixture
from verifier.tables.baselines import average, best_single, singles
from verifier.tables.distance import distance
from verifier.tables.growth import growth, sizes
from verifier.tables.norm import Norm

F = Fraction
NUMBER = st.fractions(-5, 5, max_denominator=12)
COLUMNS = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=2, max_size=5)
)


def error(norm: Norm, misses: list[Fraction]) -> Fraction:
    """The size of absolute differences, from the norm's definition."""
    if norm is Norm.SUP:
        return max(misses)
    power = 2 if norm is Norm.SQUARED else 1
    return sum((miss**power for miss in misses), F(0)) / len(misses)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(COLUMNS)
def test_equal_weights_are_one_mixture(columns: list[list[Fraction]]) -> None:
    """It is a single agent of a table with one column, the mean of the others."""
    user, *agents = columns
    mean = [sum(row, F(0)) / len(row) for row in zip(*agents, strict=True)]
    for norm in Norm:
        found = average(table(*columns), norm)
        assert found.distance == distance(table(user, mean), norm).distance
        misses = [abs(m + found.offset - u) for u, m in zip(user, mean, strict=True)]
        assert found.distance == error(norm, misses)
        assert distance(table(*columns), norm).distance <= found.distance
        few = average(table(*columns), norm, [0])
        assert few.distance == singles(table(*columns), norm)[0].distance


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(COLUMNS)
def test_one_agent_alone_is_a_table_of_one_agent(columns: list[list[Fraction]]) -> None:
    found = table(*columns)
    for norm in Norm:
        alone = singles(found, norm)
        for n, one in enumerate(alone):
            assert one.distance == distance(table(columns[0], columns[1 + n]), norm).distance
            misses = [
                abs(v + one.offset - u) for u, v in zip(columns[0], columns[1 + n], strict=True)
            ]
            assert one.distance == error(norm, misses)
        assert best_single(found, norm).distance == min(one.distance for one in alone)
        assert distance(found, norm).distance <= best_single(found, norm).distance


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(COLUMNS)
def test_the_mean_misses_less_than_the_worst_point(columns: list[list[Fraction]]) -> None:
    found = table(*columns)
    for mixture in Mixture:
        sup = distance(found, Norm.SUP, mixture).distance
        mean = distance(found, Norm.MEAN, mixture).distance
        assert mean <= sup
        assert mean**2 <= distance(found, Norm.SQUARED, mixture).distance <= sup**2
    assert distance(found, Norm.SUP, Mixture.CONE).distance <= distance(found).distance


def test_a_mixture_is_near_where_no_agent_is() -> None:
    """Two agents, each off by 1 in his own direction, and the user exactly between them."""
    found = table([0, 0, 1, 1], [1, -1, 2, 0], [-1, 1, 0, 2])
    near = distance(found)
    assert (near.distance, near.weights, near.witness) == (F(0), {"a1": F(1, 2), "a2": F(1, 2)}, {})
    assert distance(found, Norm.MEAN).distance == 0
    assert best_single(found).distance == 1 and best_single(found).agent == "a1"


def test_sizes() -> None:
    assert sizes(1) == (1,) and sizes(12) == tuple(range(1, 13))
    assert sizes(13) == (1, 2, 3, 5, 7, 10, 13)
    assert sizes(200) == (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)


@pytest.mark.parametrize("norm", Norm)
def test_more_agents_are_never_further(norm: Norm) -> None:
    columns = [
        [(7 * row * row + 13 * column * row + 5 * column) % 17 for row in range(9)]
        for column in range(7)
    ]
    found = table(*columns)
    heard: list[tuple[int, int]] = []
    orders = growth(found, 3, 2, norm, lambda *step: heard.append(step))
    assert orders == growth(found, 3, 2, norm) and orders[0].agents != orders[1].agents
    assert heard == [(order, count) for order in (1, 2) for count in range(1, 7)]
    for order in orders:
        assert sorted(order.agents) == sorted(found.agents)
        first, last = order.steps[0].fitted, order.steps[-1].fitted
        assert first.simplex == first.single == first.equal
        assert last.simplex == distance(found, norm).distance
        assert last.cone == distance(found, norm, Mixture.CONE).distance
        assert last.single == best_single(found, norm).distance
        assert last.equal == average(found, norm).distance
        for before, after in pairwise(step.fitted for step in order.steps):
            assert after.simplex <= before.simplex and after.cone <= before.cone
            assert after.single <= before.single
        three = [columns[0], *(columns[int(name[1:])] for name in order.agents[:3])]
        assert order.steps[2].fitted.simplex == distance(table(*three), norm).distance
        assert order.steps[2].fitted.equal == average(table(*three), norm).distance
        assert all(step.tested is None for step in order.steps)


@pytest.mark.parametrize("norm", Norm)
def test_rows_that_are_held_out_are_not_fitted(norm: Norm) -> None:
    """Of four rows two are held out: the mixture fits the other two exactly, and these not."""
    found = table([0, 0, 0, 10], [0, 1, 2, 5], [7, 0, 0, 1])
    (order,) = growth(found, 1, 1, norm, hold_out=F(1, 2))
    both = order.steps[-1]
    assert both.fitted.cone == 0 < both.tested.cone  # type: ignore[union-attr]
    (other,) = growth(found, 1, 1, norm, hold_out=F(1, 5))
    assert other.steps[-1].tested is None and other.steps[-1].fitted.cone > 0


def test_errors_on_other_rows_are_those_of_the_same_mixture() -> None:
    """One agent who is off by one number on all rows but the last, whichever is held out."""
    columns = [[0, 1, 2, 3, 4], [1, 2, 3, 4, 9]]
    for seed in range(6):
        (order,) = growth(table(*columns), seed, 1, Norm.SQUARED, hold_out=F(1, 5))
        (step,) = order.steps
        assert step.tested is not None
        if not step.fitted.single:
            assert step.tested.single == step.tested.equal == 16
            break
    else:
        pytest.fail("no seed holds out the last row")


def test_some_rows_of_a_table() -> None:
    found = table([0, 1, 2], [3, 4, 5])
    part = found.only([2, 0])
    assert part.target == (F(2), F(0)) and part.generators == ((F(5), F(3)),)
    assert part.numbers == (3, 1)


def test_another_seed_is_another_order() -> None:
    found = table([0, 1], *([n, 0] for n in range(9)))
    assert growth(found, 1, 1)[0].agents != growth(found, 2, 1)[0].agents
