"""The fewest agents within a tolerance, against brute force over all sets; hitting sets against
enumeration.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.columns import table
from verifier.solve.smt import GaveUp, HittingSet, Unsatisfiable, hitting_set
from verifier.tables import smallest as module
from verifier.tables.distance import distance
from verifier.tables.smallest import smallest

F = Fraction


def subsets(elements: Iterable[int], size: int) -> Iterable[tuple[int, ...]]:
    return combinations(sorted(elements), size)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.integers(0, 6)), max_size=7), st.integers(0, 4))
def test_hitting_sets(sets: list[set[int]], size: int) -> None:
    possible = any(
        all(set(chosen) & members for members in sets)
        for count in range(size + 1)
        for chosen in subsets(range(7), count)
    )
    found = hitting_set(sets, size)
    if possible:
        assert (
            isinstance(found, HittingSet)
            and len(found.members) <= size
            and all(found.members & members for members in sets)
        )
    else:
        assert found == Unsatisfiable()


def test_hard_questions_are_given_up_not_denied() -> None:
    sets = [set(chosen) for chosen in subsets(range(14), 7)]
    assert isinstance(hitting_set(sets, 7, work=1000), GaveUp)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(0, 6), min_size=n, max_size=n), min_size=2, max_size=6
        )
    ),
    st.sampled_from([F(0), F(1, 4), F(1, 2), F(1), F(3, 2)]),
)
def test_agrees_with_all_sets(columns: list[list[int]], tolerance: Fraction) -> None:
    found = smallest(table(*columns), tolerance)
    everyone = range(1, len(columns))
    near = [
        len(chosen)
        for count in everyone
        for chosen in subsets(everyone, count)
        if distance(table(columns[0], *(columns[n] for n in chosen))).distance <= tolerance
    ]
    if not near:
        assert (found.least, found.agents, found.exact) == (None, (), False)
        assert found.distance == distance(table(*columns)).distance > tolerance
        return
    assert found.exact and found.least == len(found.agents) == min(near)
    chosen_columns = [columns[int(name[1:])] for name in found.agents]
    assert found.distance == distance(table(columns[0], *chosen_columns)).distance <= tolerance


COLUMNS = [
    [(7 * row * row + 13 * column * row + 5 * column * column) % 19 for row in range(12)]
    for column in range(12)
]


def test_without_rounds_there_are_bounds() -> None:
    exact = smallest(table(*COLUMNS), F(6))
    bounds = smallest(table(*COLUMNS), F(6), rounds=0)
    assert exact.exact and exact.least is not None and bounds.least == 1
    assert bounds.least < exact.least <= len(bounds.agents) and not bounds.exact


def test_what_z3_gives_up_stays_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "hitting_set", lambda *_: GaveUp("too much work"))
    found = smallest(table(*COLUMNS), F(6))
    assert found.least == 1 < len(found.agents) and not found.exact
