"""Distances of tables: agreement with games, and what is missed by one agent alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.columns import table
from verifier.solve.points import Mixture
from verifier.tables.distance import Norm, best_single, distance, singles
from verifier.tables.growth import growth, sizes

F = Fraction
NUMBER = st.fractions(-5, 5, max_denominator=12)
COLUMNS = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=2, max_size=5)
)


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
            assert one.distance == (
                max(misses) if norm is Norm.SUP else sum(misses, F(0)) / len(misses)
            )
        assert best_single(found, norm).distance == min(one.distance for one in alone)
        assert distance(found, norm).distance <= best_single(found, norm).distance


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(COLUMNS)
def test_the_mean_misses_less_than_the_worst_point(columns: list[list[Fraction]]) -> None:
    found = table(*columns)
    for mixture in Mixture:
        assert (
            distance(found, Norm.MEAN, mixture).distance
            <= distance(found, Norm.SUP, mixture).distance
        )
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
        assert order.steps[0].distance == order.steps[0].single
        assert order.steps[-1].distance == distance(found, norm).distance
        assert order.steps[-1].single == best_single(found, norm).distance
        for before, after in pairwise(order.steps):
            assert after.distance <= before.distance and after.single <= before.single
        three = [columns[0], *(columns[int(name[1:])] for name in order.agents[:3])]
        assert order.steps[2].distance == distance(table(*three), norm).distance


def test_another_seed_is_another_order() -> None:
    found = table([0, 1], *([n, 0] for n in range(9)))
    assert growth(found, 1, 1)[0].agents != growth(found, 2, 1)[0].agents
