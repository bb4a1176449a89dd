"""The grid leaves nothing out: beside brute force over all games on a small one, without normal
forms or renamings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.game.model import Agent, Game
from verifier.game.shape import Shape
from verifier.search.integer_game import IntegerGame, PriorSupport, Table, as_game
from verifier.search.size import Scope
from verifier.search.space import Grid, Renaming, compositions, partitions_apart, width
from verifier.theory.dropped import DROPPED, DroppedHypothesis, broken

F = Fraction
Key = tuple[PriorSupport, tuple[tuple[Table, Fraction], ...], tuple[Table, ...], Fraction]


def every_table(shape: Shape, values: range) -> Iterator[Table]:
    return product(product(values, repeat=shape.actions), repeat=shape.states)


def brute(
    dropped: DroppedHypothesis, shape: Shape, prior_denominator: int, values: range
) -> Iterator[IntegerGame]:
    """All games of full information with these values."""
    partitions = (tuple(range(shape.states)),) * shape.agents
    for total in range(1, prior_denominator + 1):
        for weights in compositions(total, shape.states) if total >= shape.states else ():
            prior = tuple((0, y, y, w) for y, w in enumerate(weights))
            for user in every_table(shape, values):
                for agents in product(every_table(shape, values), repeat=shape.agents):
                    for gamma in (F(1),) if dropped.positive_gamma else (F(0),):
                        yield IntegerGame(shape, prior, user, agents, partitions, gamma)


def lowered(table: Table) -> Table:
    return tuple(tuple(value - column[0] for value in column) for column in table)


def form(found: IntegerGame) -> Key:
    """One and the same for all games that differ by renaming and by numbers added in a state."""
    keys = []
    for states in permutations(range(found.shape.states)):
        for actions in permutations(range(found.shape.actions)):
            renaming = Renaming(states, states, (0,), actions)
            agents = tuple(sorted(lowered(renaming.table(table)) for table in found.agents))
            total = sum(weight for *_, weight in found.prior)
            prior = tuple((i, x, y, F(w, total)) for i, x, y, w in renaming.prior(found.prior))
            pairs = zip(found.users, found.shares, strict=True)
            users = tuple(
                sorted(
                    (lowered(renaming.table(table)), F(share, sum(found.shares)))
                    for table, share in pairs
                )
            )
            keys.append((prior, users, agents, found.gamma))
    return min(keys)  # type: ignore[return-value]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shape", "values"),
    [
        ("hull", Shape(2, 2, 2, 2, 1, 0), range(2)),
        ("equilibrium", Shape(1, 2, 2, 2, 1, 0), range(3)),
        ("equilibrium", Shape(1, 2, 3, 2, 1, 0), range(2)),
        ("equilibrium", Shape(2, 2, 2, 2, 1, 0), range(2)),
    ],
)
def test_every_counterexample_of_brute_force_is_on_the_grid(
    name: str, shape: Shape, values: range
) -> None:
    dropped, difference = DROPPED[name], len(values) - 1
    found = {
        form(numbers)
        for numbers in Grid(dropped, shape, 3, difference)
        if confirmed(dropped, numbers)
    }
    wanted = {
        form(n)
        for n in brute(dropped, shape, 3, values)
        if promising(dropped, n) and confirmed(dropped, n)
    }
    assert wanted
    assert wanted <= found


def promising(dropped: DroppedHypothesis, numbers: IntegerGame) -> bool:
    """A hull distance of 0 on sight, to keep brute force short: the user is one agent or the
    average of two, up to a number.
    """
    if not dropped.in_hull:
        return True
    tables = [numbers.user, *numbers.agents]
    flat = [[v for column in table for v in column] for table in tables]
    user, *agents = flat
    mixtures = [[F(v) for v in agent] for agent in agents] + [
        [F(sum(pair), 2) for pair in zip(*agents, strict=True)]
    ]
    return any(
        len({u - m for u, m in zip(user, mixture, strict=True)}) == 1 for mixture in mixtures
    )


def confirmed(dropped: DroppedHypothesis, numbers: IntegerGame) -> bool:
    return broken(dropped, dropped.guarantees[0], as_game(dropped, numbers)) is not None


@pytest.mark.parametrize(
    "name", [dropped.name for dropped in DROPPED.values() if not dropped.own_observations]
)
def test_no_two_games_of_a_grid_differ_by_renaming_alone(name: str) -> None:
    dropped = DROPPED[name]
    seen: set[Key] = set()
    for n, numbers in enumerate(Grid(dropped, dropped.smallest_shape, 3, 2)):
        key = form(numbers)
        assert key not in seen
        seen.add(key)
        if n == 400:
            break


def test_the_tables_are_counted_without_listing_them() -> None:
    for states, actions, difference in product((1, 2), (2, 3, 4), (1, 2, 3)):
        grid = Grid(DROPPED["hull"], Shape(2, states, actions, states, 1, 0), 2, difference)
        tables = grid.tables(difference)
        assert len(tables) == len(set(tables)) == grid._count(difference)
        assert all(
            width(table) <= difference and all(column[0] == 0 for column in table)
            for table in tables
        )


def test_a_grid_that_is_too_large_says_so_before_any_work() -> None:
    dropped = DROPPED["hull"]
    large = Grid(dropped, Shape(2, 6, 6, 6, 1, 0), 6, 4)
    assert list(large) == []
    assert (large.unfinished() or "").startswith("not enumerated: there are")
    partly = Grid(dropped, Shape(2, 3, 3, 3, 1, 0), 2, 4)
    assert partly.reach == 3
    assert (
        partly.unfinished()
        == "only up to differences of 3: with 4 there are more than 100000 tables"
    )
    three = Grid(DROPPED["identical"], Shape(3, 2, 2, 2, 1, 0), 2, 2)
    assert three.unfinished() == "not enumerated: the hull of more than two agents"


def test_partitions_apart_are_those_in_which_nobody_knows_what_all_know() -> None:
    ways = set(partitions_apart(Shape(2, 2, 2, 3, 1, 0)))
    assert ((0, 1, 1), (0, 1, 0)) in ways
    for way in ways:
        together = set(zip(*way, strict=True))
        assert all(len(set(alone)) < len(together) for alone in way)
    assert ((0, 1, 2), (0, 0, 0)) not in ways
    assert ((0, 0, 0), (0, 0, 0)) not in ways
    assert not set(partitions_apart(Shape(2, 2, 2, 2, 1, 0)))


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_renaming_changes_no_verdict(data: st.DataObject) -> None:
    """Names, and numbers added in a state, are nothing to the theory."""
    dropped = DROPPED["equilibrium"]
    values = st.integers(-1, 1)
    table = st.tuples(st.tuples(values, values), st.tuples(values, values))
    user = data.draw(table)
    prior = ((0, 0, 0, 1), (0, 1, 1, data.draw(st.integers(1, 3))))
    numbers = IntegerGame(
        Shape(1, 2, 2, 2, 1, 0), prior, user, (user,), ((0, 1),), F(data.draw(st.integers(1, 2)), 2)
    )
    renaming = Renaming((1, 0), (1, 0), (0,), tuple(data.draw(st.permutations([0, 1]))))
    moved = replace(
        numbers,
        prior=renaming.prior(prior),
        user=renaming.table(user),
        agents=(renaming.table(user),),
    )
    assert confirmed(dropped, numbers) == confirmed(dropped, moved)


def test_scopes_list_their_shapes_from_the_smallest() -> None:
    dropped = DROPPED["learning-split"]
    shapes = list(Scope().shapes(dropped.smallest_shape, own_observations=True))
    assert shapes == sorted(shapes)
    assert shapes[0] == dropped.smallest_shape
    assert all(
        s.observations == s.states
        for s in Scope().shapes(DROPPED["hull"].smallest_shape, own_observations=False)
    )


def test_names_are_readable_and_different() -> None:
    numbers = next(iter(Grid(DROPPED["hull"], Shape(2, 2, 3, 2, 1, 0), 2, 1)))
    game = as_game(DROPPED["hull"], numbers)
    assert isinstance(game, Game)
    assert (game.states, game.actions) == (("north", "south"), ("stay", "walk", "ride"))
    assert all(isinstance(agent, Agent) for agent in game.agents)
