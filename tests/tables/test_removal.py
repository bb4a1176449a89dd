"""The worst removal: all sets of agents one by one, bounds, and what the kernel says of them."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.games import ROOT
from tests.tables.columns import table
from verifier.errors import InstanceError
from verifier.solve.points import Mixture
from verifier.tables import removal as module
from verifier.tables.distance import distance
from verifier.tables.measure import certify, read, removal_claim
from verifier.tables.removal import Removal, removal
from verifier.tables.table import UtilityTable

F = Fraction
Columns = list[list[Fraction]]
NUMBER = st.sampled_from([F(0), F(1), F(2), F(5), F(1, 2), F(-3)])
COLUMNS = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=2, max_size=6)
)


def worst(columns: Columns, count: int, mixture: Mixture) -> Fraction:
    """The largest distance over all removals of so many agents."""
    user, *agents = columns
    return max(
        distance(
            table(user, *(column for n, column in enumerate(agents) if n not in removed)),
            mixture=mixture,
        ).distance
        for removed in combinations(range(len(agents)), count)
    )


def meets_all(found: Removal, agents: tuple[str, ...]) -> bool:
    """Whether some removal leaves none of the mixtures, tried one by one."""
    used = [{name for name, weight in near.weights.items() if weight} for near in found.mixtures]
    sets = combinations(agents, found.count)
    return any(all(some & set(removed) for some in used) for removed in sets)


def check(found: Removal, given: UtilityTable) -> None:
    """Every condition in the docstring, in Fractions."""
    user, columns = given.target, dict(zip(given.agents, given.generators, strict=True))
    for near in found.mixtures:
        for p, aim in enumerate(user):
            mixed = sum((w * columns[name][p] for name, w in near.weights.items()), near.offset)
            assert abs(mixed - aim) <= near.distance <= found.most
    assert not meets_all(found, given.agents)
    assert len(found.without) <= found.count and sum(found.witness.values()) == 0
    assert sum(map(abs, found.witness.values())) <= 1
    reach = sum((m * user[row - 1] for row, m in found.witness.items()), F(0))
    for name, column in columns.items():
        value = sum((m * column[row - 1] for row, m in found.witness.items()), F(0))
        convex = found.mixture is Mixture.SIMPLEX
        kept = reach - value >= found.least if convex else value <= 0
        assert kept or name in found.without
    assert found.mixture is Mixture.SIMPLEX or reach >= found.least


@settings(max_examples=80, deadline=None)
@given(COLUMNS, st.sampled_from(Mixture), st.data())
def test_no_removal_is_worse(columns: Columns, mixture: Mixture, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(columns) - 2))
    given_table = table(*columns)
    found = removal(given_table, count, mixture)
    check(found, given_table)
    assert found.exact and found.least == worst(columns, count, mixture)


@settings(max_examples=80, deadline=None)
@given(COLUMNS, st.sampled_from(Mixture), st.integers(1, 6), st.data())
def test_bounds_enclose_it(
    columns: Columns, mixture: Mixture, programs: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, len(columns) - 2))
    given_table = table(*columns)
    found = removal(given_table, count, mixture, programs)
    check(found, given_table)
    assert found.least <= worst(columns, count, mixture) <= found.most


def test_bounds_where_there_are_too_many_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETS", 2)
    columns = [[F((7 * n * n + 3 * p * n + p) % 11) for p in range(6)] for n in range(7)]
    found = removal(table(*columns), 3)
    check(found, table(*columns))
    assert found.least <= worst(columns, 3, Mixture.SIMPLEX) <= found.most


def test_nobody_removed_is_the_distance() -> None:
    found = removal(table([0, 1, 2], [0, 4, 4], [1, 1, 0]), 0)
    assert found.exact and found.without == () and len(found.mixtures) == 1
    assert found.least == distance(table([0, 1, 2], [0, 4, 4], [1, 1, 0])).distance


def test_copies_stand_in_for_each_other() -> None:
    """Three who want what she wants and one who does not: without any two of them one stays."""
    columns = [[0, 1, 3], *[[0, 1, 3]] * 3, [3, 1, 0]]
    assert removal(table(*columns), 2).most == 0
    found = removal(table(*columns), 3)
    assert found.without == ("a1", "a2", "a3") and found.least == found.most == 3


def test_somebody_must_be_left() -> None:
    with pytest.raises(InstanceError, match="has 2 agents, of whom 2 are to be removed"):
        removal(table([0, 1], [1, 0], [0, 0]), 2)


def test_progress_is_told() -> None:
    heard: list[tuple[int, Fraction]] = []
    found = removal(table([0, 1, 2], [0, 4, 4], [1, 1, 0]), 1, done=lambda *s: heard.append(s))
    assert [number for number, _ in heard] == list(range(1, found.programs + 1))
    assert heard[-1][1] == found.least


@pytest.mark.slow
def test_a_random_table_of_48_columns(tmp_path: Path) -> None:
    """As many agents as in the published table of reward models; checked by the kernel."""
    draw = random.Random(48)
    rows = [[str(draw.randint(0, 100)) for _ in range(49)] for _ in range(8)]
    head = ["user", *(f"model {n}" for n in range(1, 49))]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n", encoding="utf-8")
    given_table = read(path)
    before = F(0)
    for count in range(4):
        found = removal(given_table.table, count)
        kernel, kept = certify(given_table, removal_claim(given_table.table.user, found), tmp_path)
        assert found.exact and found.least >= before and kept is not None
        assert f"without any {count} agents is at most {found.most}" in kernel
        before = found.least


def test_the_shipped_films(tmp_path: Path) -> None:
    """Three people: without any one of them, and without any two."""
    given_table = read(ROOT / "instances/data/films.csv")
    columns = [list(given_table.table.target), *map(list, given_table.table.generators)]
    for count in (1, 2):
        found = removal(given_table.table, count)
        kernel, kept = certify(given_table, removal_claim(given_table.table.user, found))
        assert found.least == found.most == worst(columns, count, Mixture.SIMPLEX)
        assert kernel.startswith("accepted: ") and kept is None
