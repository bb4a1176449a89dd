"""One agent speaks inside a cell: known values, and no play that a deviation beats
(docs/explanation/decisions.md).
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from tests.games import INSTANCES, Table, games, partitions, simple_game
from verifier.certificate import certificate, equilibrium_certificate
from verifier.checker import ask
from verifier.game.model import Game, Target, Ties
from verifier.game.reader import load
from verifier.game.response import signal_distribution
from verifier.game.writer import write
from verifier.kernel.certificate import check
from verifier.kernel.game_file import read_game
from verifier.numbers import rational
from verifier.solve.effort import DIRECT, Effort
from verifier.solve.program import Goal
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria import partition
from verifier.theory.equilibria.partition import partition_equilibria
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine

F = Fraction


def three_by_three(prior: list[int], user: list[list[int]], agents: list[list[list[int]]]) -> Game:
    states, actions = ["y0", "y1", "y2"], ["a0", "a1", "a2"]

    def table(rows: list[list[int]]) -> Table:
        return dict(zip(actions, rows, strict=True))

    odds = {y: F(w, sum(prior)) for y, w in zip(states, prior, strict=True)}
    return simple_game(
        odds, table(user), {f"agent {n}": table(rows) for n, rows in enumerate(agents)}
    )


FIRST = three_by_three(
    [10, 4, 4],
    [[7, 9, 1], [10, 5, 6], [6, 8, 5]],
    [[[9, 10, 6], [6, 0, 8], [8, 10, 8]], [[4, 4, 4], [2, 0, 5], [10, 6, 7]]],
)
SECOND = three_by_three(
    [9, 1, 3],
    [[8, 10, 1], [4, 0, 8], [6, 1, 4]],
    [[[1, 6, 3], [7, 1, 10], [1, 4, 1]], [[1, 6, 5], [6, 4, 8], [4, 7, 1]]],
)


APPROACHED = three_by_three(
    [5, 6, 9],
    [[1, 4, 3], [2, 10, 10], [9, 0, 2]],
    [[[9, 6, 10], [2, 5, 6], [7, 3, 6]], [[1, 6, 6], [2, 9, 2], [6, 7, 2]]],
)
ATTAINED = three_by_three(
    [7, 7, 9],
    [[6, 0, 2], [1, 9, 2], [5, 8, 4]],
    [[[9, 1, 3], [9, 8, 4], [0, 9, 3]], [[8, 10, 10], [2, 3, 9], [0, 6, 10]]],
)


def under_order(game: Game) -> Game:
    return replace(game, ties=Ties.ORDER)


@pytest.mark.parametrize(("game", "least"), [(APPROACHED, F(8)), (ATTAINED, F(127, 23))])
def test_under_order_a_signal_is_found_that_she_follows(game: Game, least: F) -> None:
    """The worst ones under `any` need a tie that she breaks otherwise under `order`."""
    (freely,) = partition_equilibria(game, Effort(), least, [Goal.MINIMISE])
    assert freely.user_utility == least
    (found,) = partition_equilibria(under_order(game), Effort(), least, [Goal.MINIMISE])
    types = signal_distribution(game, list(found.signals.values()))
    prior = {y: p for (_, _, y), p in game.joint.items()}
    for t, points in types.items():
        chances = {y: p * prior[y] for y, p in points.items()}
        worth = {a: sum(p * game.utility[a, y] for y, p in chances.items()) for a in game.actions}
        assert found.response[t] == max(game.actions, key=worth.__getitem__)  # the first one
    assert 0 <= found.user_utility - least < F(1, 2**38)
    assert (found.user_utility == least) == (game is ATTAINED)


def test_where_there_is_no_worst_equilibrium_a_claim_of_little_more_is_refuted(
    tmp_path: Path,
) -> None:
    game = under_order(APPROACHED)
    claimed = replace(
        game, target=Target.OPTIMUM, tolerance=(F(39, 4) - 8 - F(1, 2**30)) / 2
    )  # OPT is 39/4
    path, place = tmp_path / "game.toml", tmp_path / "certificate.json"
    path.write_text(write(claimed), encoding="utf-8")
    finding = examine(claimed, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    made = certificate(claimed, finding)
    assert made is not None and finding.verdict == "refuted"
    place.write_text(made.text, encoding="utf-8")
    assert ask(place, path, (), made.line).accepted


def test_nothing_next_to_an_equilibrium_is_looked_for_where_thousands_of_games_are() -> None:
    found = partition_equilibria(under_order(APPROACHED), DIRECT, F(8), [Goal.MINIMISE])
    assert all(rational(e.user_utility).denominator < 2**20 for e in found)


@pytest.mark.parametrize(
    ("game", "silent", "spoken"), [(FIRST, F(76, 9), F(8)), (SECOND, F(106, 13), F(85, 13))]
)
def test_a_speaker_closes_what_partitions_leave_open(
    game: Game, silent: Fraction, spoken: Fraction
) -> None:
    """Two random games in which the worst partition is above bound*, and a play with a speaker
    meets it.
    """
    found = partition_equilibria(game, Effort())
    assert min(e.user_utility for e in found if e.kind == "partition") == silent
    assert min(e.user_utility for e in found) == spoken
    finding = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert finding.bound.value == spoken


def test_reaching_the_bound_ends_the_search() -> None:
    found = partition_equilibria(FIRST, Effort(), least=F(76, 9))
    assert {e.kind for e in found} == {"partition"}


def test_of_two_prosecutors_one_speaks_as_if_alone() -> None:
    found = partition_equilibria(load(INSTANCES / "classics/two_prosecutors.toml"), Effort())
    worst = min(found, key=lambda e: e.user_utility)
    assert (worst.user_utility, worst.kind) == (F(7, 10), "partition with a speaker")
    assert sorted(len(set(map(str, signal.values()))) for signal in worst.signals.values()) == [
        1,
        2,
    ]


def test_a_cell_may_hold_a_state_that_is_impossible() -> None:
    """The sender says there what he says in the rest of the cell; it counts for nobody."""
    game = simple_game(
        {"never": F(0), "dry": F(2, 3), "wet": F(1, 3)},
        {"walk": [0, F(4, 3), 0], "ride": [0, 0, F(3, 2)], "stay": [0, 0, 0]},
        {
            "first": {"walk": [0, 0, 0], "ride": [0, 0, 0], "stay": [0, 0, 0]},
            "second": {"walk": [0, F(-4, 3), 0], "ride": [0, 0, 0], "stay": [0, 0, 0]},
        },
    )
    sees = (("never", "dry"), ("wet",))
    game = replace(game, agents=tuple(replace(agent, sees=sees) for agent in game.agents))
    found = partition_equilibria(game, Effort())
    assert "partition with a speaker" in {equilibrium.kind for equilibrium in found}
    assert all(accepted(game, equilibrium) for equilibrium in found)


def accepted(game: Game, found: SignalEquilibrium) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "game.toml"
        path.write_text(write(game), encoding="utf-8")
        made = equilibrium_certificate(game, Guarantee.BAYES, found)
        said = check(json.loads(made.text), read_game(str(path)), {})
        return f"accepted: {said}" == made.line


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    game=games(min_agents=2, private=False, partitioned=False, rich=True, claims=False),
    data=st.data(),
)
def test_every_play_withstands_the_kernel_and_stays_above_the_bound(
    game: Game, data: st.DataObject
) -> None:
    """All agents see the same, which may be cells with states of probability 0."""
    sees = data.draw(partitions(game.agent_observations))
    game = replace(game, agents=tuple(replace(agent, sees=sees) for agent in game.agents))
    note(write(game))
    found = partition_equilibria(game, Effort())
    for equilibrium in found:
        assert accepted(game, equilibrium)
    if found:
        lower = examine(game, [Guarantee.BAYES]).findings[Guarantee.BAYES].bound.value
        assert isinstance(lower, Fraction) and min(e.user_utility for e in found) >= lower


def all_answers(search: partition._Partitions, goal: Goal) -> list[Fraction]:
    """Her utility in every partition into cells that are announced or have a sender: no pruning."""
    totals = []
    for cells in search.all_partitions(search.all_atoms, search.messages):
        sent = [
            search.announced(cell)
            + (search.with_sender(cell, goal, None) if cell & (cell - 1) else [])
            for cell in cells
        ]
        if all(sent):
            end = min if goal is Goal.MINIMISE else max
            totals.append(sum((end(s.user_utility for s in some) for some in sent), F(0)))
    return totals


@settings(max_examples=25, deadline=None, derandomize=True)
@given(game=games(min_agents=2, max_agents=2, private=False, partitioned=False, rich=True))
def test_cells_that_are_not_examined_would_not_improve_anything(game: Game) -> None:
    """The search finds the ends of all partitions, with a lower bound and without."""
    search = partition._Partitions(game, Effort())
    assume(search.senders_allowed)
    low, high = (all_answers(search, goal) for goal in Goal)
    worst = search.extreme(Goal.MINIMISE, with_senders=True)
    best = search.extreme(Goal.MAXIMISE, with_senders=True)
    assert (worst is None) == (not low) and (best is None) == (not high)
    assume(worst is not None and best is not None)
    assert worst is not None and best is not None
    assert (partition._utility(worst), partition._utility(best)) == (min(low), max(high))
    least = min(low)
    again = search.extreme(Goal.MINIMISE, with_senders=True, least=least)
    assert again is not None and partition._utility(again) == least
    assert search.extreme(Goal.MINIMISE, with_senders=True, beyond=least) is None
