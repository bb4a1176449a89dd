"""Rejection depth: every set of agents one by one, bounds, and what the kernel says of it."""

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
from verifier.solve.exact import solve
from verifier.solve.program import Goal, Optimal, Program, Sense
from verifier.tables import coverage as module
from verifier.tables.coverage import RejectionDepth, coverage
from verifier.tables.measure import certify, coverage_claim, read
from verifier.tables.table import UtilityTable

F = Fraction
Columns = list[list[Fraction]]
NUMBER = st.sampled_from([F(0), F(1), F(2), F(5), F(1, 2), F(-3)])
COLUMNS = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(NUMBER, min_size=n, max_size=n), min_size=2, max_size=6)
)


def harmed(columns: Columns, base: int, silent: tuple[int, ...]) -> bool:
    """Whether a lottery over rows harms the user, and only these agents object to it."""
    program = Program(Goal.MINIMISE)
    user, *agents = [[value - column[base] for value in column] for column in columns]
    for p, value in enumerate(user):
        program.column(p, value)
    program.row("lottery", dict.fromkeys(range(len(user)), F(1)), Sense.EQUAL, 1)
    for n, column in enumerate(agents):
        if n not in silent:
            program.row(("agent", n), dict(enumerate(column)), Sense.AT_LEAST, 0)
    found = solve(program)
    assert isinstance(found, Optimal)  # the baseline itself is a lottery
    return found.value < 0


def depth(columns: Columns, base: int) -> int | None:
    """The rejection depth from its definition; None where nothing harms the user."""
    agents = range(len(columns) - 1)
    for count in range(len(columns)):
        if any(harmed(columns, base, some) for some in combinations(agents, count)):
            return count
    return None


def check(found: RejectionDepth, given: UtilityTable) -> None:
    """Every condition in the docstring, in Fractions."""
    place = given.numbers.index(found.baseline)
    user, *agents = [[v - c[place] for v in c] for c in (given.target, *given.generators)]
    columns = dict(zip(given.agents, agents, strict=True))
    for cover in found.covers:
        assert all(weight > 0 for weight in cover.values())
        for p, gain in enumerate(user):
            assert sum((w * columns[name][p] for name, w in cover.items()), F(0)) <= gain
    for removed in combinations(given.agents, max(0, min(found.least - 1, len(given.agents)))):
        assert not found.least or any(not set(cover) & set(removed) for cover in found.covers)
    if found.proposal is not None:
        masses = found.proposal.masses
        assert all(mass > 0 for mass in masses.values()) and sum(masses.values()) == 1
        assert sum(mass * user[row - 1] for row, mass in masses.items()) < 0
        objecting = [
            name
            for name, column in columns.items()
            if sum(mass * column[row - 1] for row, mass in masses.items()) < 0
        ]
        assert found.proposal.objectors == tuple(objecting)


@settings(max_examples=100, deadline=None)
@given(COLUMNS, st.data())
def test_the_depth_is_that_of_its_definition(columns: Columns, data: st.DataObject) -> None:
    base = data.draw(st.integers(0, len(columns[0]) - 1))
    known, given_table = depth(columns, base), table(*columns)
    found = coverage(given_table, base + 1)
    check(found, given_table)
    assert found.exact and (found.least > 0) is (known != 0)
    if known is None:
        assert found.proposal is None and found.least == len(columns)
    else:
        assert found.proposal is not None
        assert found.least == len(found.proposal.objectors) == known


@settings(max_examples=100, deadline=None)
@given(COLUMNS, st.integers(1, 4), st.data())
def test_bounds_enclose_it(columns: Columns, programs: int, data: st.DataObject) -> None:
    base = data.draw(st.integers(0, len(columns[0]) - 1))
    known, given_table = depth(columns, base), table(*columns)
    found = coverage(given_table, base + 1, programs)
    check(found, given_table)
    assert known is None or found.least <= known
    if known is not None:
        assert found.proposal is not None and known <= len(found.proposal.objectors)


def test_bounds_where_there_are_too_many_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETS", 0)
    columns = [[F(5), F(0), F(2)], *[[F(4), F(n % 3), F(1)] for n in range(4)]]
    found = coverage(table(*columns), 1)
    check(found, table(*columns))
    assert not found.exact and found.least == 0 and found.proposal is not None


def test_copies_of_her_all_object() -> None:
    """Three agents who want what she wants, from the best row: whatever harms her, all object."""
    found = coverage(table([3, 1, 0], *[[3, 1, 0]] * 3), 1)
    assert (found.least, found.exact) == (3, True)
    assert found.proposal is not None and found.proposal.objectors == ("a1", "a2", "a3")
    nothing = coverage(table([3, 1, 0], *[[3, 1, 0]] * 3), 3)
    assert nothing.proposal is None and nothing.exact and nothing.covers == ({},)
    against = coverage(table([3, 1, 0], [0, 1, 3]), 1)
    assert against.least == 0 and against.covers == ()


def test_a_baseline_that_is_not_there() -> None:
    with pytest.raises(InstanceError, match=r"row 4 is the baseline, but .* from 1 to 3"):
        coverage(table([3, 1, 0], [0, 1, 3]), 4)


@pytest.mark.slow
def test_48_noisy_agents(tmp_path: Path) -> None:
    """As many as reward models in the published table, on one prompt with four answers."""
    draw = random.Random(48)
    user = [70, 40, 55, 10]
    rows = [[str(u), *(str(u + draw.randint(-30, 30)) for _ in range(48))] for u in user]
    head = ["user", *(f"model {n}" for n in range(1, 49))]
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n", encoding="utf-8")
    one = read(path)
    found = coverage(one.table, 1)
    kernel, kept = certify(one, coverage_claim("user", found), tmp_path)
    assert found.exact and 0 < found.least < 48 and kept is not None
    assert f"from row 1 at least {found.least} agents object to whatever harms 'user'" in kernel


def test_the_shipped_films() -> None:
    one = read(ROOT / "instances/data/films.csv")
    columns = [list(one.table.target), *map(list, one.table.generators)]
    for row in (1, 8):
        found = coverage(one.table, row)
        kernel, _ = certify(one, coverage_claim(one.table.user, found))
        assert found.exact and kernel.startswith("accepted: ")
        known = depth(columns, row - 1)
        assert found.least == (known if known is not None else 1 + len(one.table.agents))
