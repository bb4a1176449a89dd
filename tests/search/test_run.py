"""Every hypothesis of theory.md 7.1, dropped: each method finds a game: confirmed, minimal,
repaired by its twin.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from tests.games import INSTANCES
from verifier.deadline import ends_after
from verifier.errors import InstanceError, SizeError
from verifier.game.model import Game, Ties
from verifier.game.reader import load
from verifier.game.shape import shape
from verifier.search.budget import Budget
from verifier.search.coverage import Found, Method, Objective
from verifier.search.report import coverage_lines
from verifier.search.run import search
from verifier.search.shrink import shrink, steps
from verifier.search.size import Scope, size
from verifier.theory.alignment import hull
from verifier.theory.dropped import (
    DROPPED,
    Counterexample,
    DroppedHypothesis,
    NoCounterexample,
    OpenCase,
    broken,
    failing,
    judge,
)
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine

F = Fraction
SHIPPED = {
    name: load(INSTANCES / f"counterexamples/{name.replace('-', '_')}.toml")
    for name, dropped in DROPPED.items()
    if not dropped.personal
}
"""The counterexamples of one user; that of several is in test_users.py."""
ONE_USER = [DROPPED[name] for name in SHIPPED]
PAIRS = [(dropped, guarantee) for dropped in DROPPED.values() for guarantee in dropped.guarantees]
Z3 = [
    dropped
    for dropped in DROPPED.values()
    if dropped.name != "full-rationality" and not dropped.personal
]


@cache
def searched(name: str, method: Method, seed: int = 1) -> Found:
    """Searching twice finds the same: see the test below."""
    return search(DROPPED[name], DROPPED[name].guarantees[0], Scope(), methods=[method], seed=seed)


def is_counterexample(dropped: DroppedHypothesis, guarantee: Guarantee, game: Game) -> None:
    """By the theory's own verdict, without the search's shortcuts."""
    report = examine(game, [guarantee])
    finding = report.findings[guarantee]
    assert finding.verdict is Verdict.REFUTED
    assert failing(finding.setting) == (
        frozenset() if dropped.hypothesis is None else {dropped.hypothesis}
    )
    assert (report.alignment.simplex.epsilon == 0) == dropped.in_hull
    twins = dropped.repair(game)
    assert len(twins) == dropped.smallest_shape.users
    for repaired in twins:
        twin = examine(repaired, [guarantee]).findings[guarantee]
        assert not failing(twin.setting)
        assert twin.verdict in (Verdict.PROVED, Verdict.VACUOUS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dropped", "guarantee"),
    PAIRS,
    ids=[f"{dropped.name}-{guarantee}" for dropped, guarantee in PAIRS],
)
def test_a_smallest_game_is_found_and_no_step_makes_it_smaller(
    dropped: DroppedHypothesis, guarantee: Guarantee
) -> None:
    found = search(dropped, guarantee, Scope())
    assert found.broken is not None
    assert found.minimal
    assert found.stopped is None
    is_counterexample(dropped, guarantee, found.broken.game)
    assert not [
        step for step in steps(found.broken.game) if broken(dropped, guarantee, step) is not None
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["hull", "identical", "learning-split", "equilibrium", "personalised"]
)
def test_the_same_search_finds_the_same_game(name: str) -> None:
    dropped = DROPPED[name]
    first = searched(name, Method.SAMPLE)
    again = search(dropped, dropped.guarantees[0], Scope(), methods=[Method.SAMPLE], seed=1)
    assert first.broken is not None and again.broken is not None
    assert first.broken.game == again.broken.game
    assert first.coverage == again.coverage


@pytest.mark.slow
@pytest.mark.parametrize("dropped", Z3, ids=[dropped.name for dropped in Z3])
def test_z3_proposes_a_game_that_the_verifier_confirms(dropped: DroppedHypothesis) -> None:
    found = searched(dropped.name, Method.SYNTHESISE)
    assert found.broken is not None
    is_counterexample(dropped, dropped.guarantees[0], found.broken.game)
    assert found.coverage[-1].outcome == "found"


@pytest.mark.slow
@pytest.mark.parametrize("dropped", DROPPED.values(), ids=DROPPED)
def test_all_methods_shrink_to_games_of_one_size(dropped: DroppedHypothesis) -> None:
    """Prior, stakes and shape: the digits may differ, as shrinking stops at the first local
    minimum.
    """
    sizes = set()
    for method in Method:
        found = searched(dropped.name, method)
        if found.broken is not None:
            reached = size(found.broken.game)
            sizes.add((reached.shape, reached.prior_denominator, reached.scale))
    assert len(sizes) == 1


@pytest.mark.slow
@pytest.mark.parametrize("dropped", ONE_USER, ids=SHIPPED)
def test_the_shipped_game_is_as_small_as_the_smallest_found(dropped: DroppedHypothesis) -> None:
    game, found = SHIPPED[dropped.name], searched(dropped.name, Method.ENUMERATE)
    assert found.broken is not None and found.minimal
    is_counterexample(dropped, dropped.guarantees[0], game)
    best, ours = size(found.broken.game), size(game)
    assert (ours.shape, ours.prior_denominator, ours.scale) == (
        best.shape,
        best.prior_denominator,
        best.scale,
    )
    assert ours.largest_difference == max(best.largest_difference, 1)


@pytest.mark.parametrize("dropped", ONE_USER, ids=SHIPPED)
def test_nothing_smaller_than_the_shipped_game_is_one_step_away(dropped: DroppedHypothesis) -> None:
    """In shape, prior, scale and stakes; with other digits there may be one of the same size."""
    game = SHIPPED[dropped.name]
    ours = replace(size(game), digits=0)
    smaller = [step for step in steps(game) if replace(size(step), digits=0) < ours]
    assert smaller
    assert not [
        step for step in smaller if broken(dropped, dropped.guarantees[0], step) is not None
    ]


@pytest.mark.parametrize(
    "name", ["identical", "anonymous", "learning-alphabet", "learning-question"]
)
def test_the_notes_say_what_was_exhausted(name: str) -> None:
    found = searched(name, Method.ENUMERATE)
    grids = [part.counts for part in found.coverage if part.counts is not None]
    notes = " ".join((SHIPPED[name].notes or "").split())
    assert grids
    for counts in grids:
        assert str(counts.games or counts.pairs) in notes
    assert "prior denominators up to 6" in notes
    assert "differ by more than 4" in notes


@pytest.mark.slow
def test_a_scope_without_any_is_not_found_and_says_what_was_covered() -> None:
    found = search(DROPPED["identical"], Guarantee.BAYES, Scope(actions=2, states=2))
    assert found.broken is None
    outcomes = {part.method: part.outcome for part in found.coverage}
    assert outcomes == {
        Method.ENUMERATE: "all examined",
        Method.SYNTHESISE: "z3 says unsat",
        Method.SAMPLE: "nothing found",
    }


@pytest.mark.slow
def test_one_game_left_open_is_enough_not_to_say_exhausted(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped, seen = DROPPED["learning-alphabet"], list[Game]()

    def judged(
        dropped: DroppedHypothesis, guarantee: Guarantee, game: Game
    ) -> Counterexample | NoCounterexample | OpenCase:
        seen.append(game)
        return OpenCase() if len(seen) == 3 else judge(dropped, guarantee, game)

    monkeypatch.setattr("verifier.search.budget.judge", judged)
    found = search(
        dropped, Guarantee.BAYES, Scope(agents=1, states=2, actions=3), methods=[Method.ENUMERATE]
    )
    (first, *_) = found.coverage
    assert (first.doubtful, first.exhausted, found.minimal) == (1, False, False)
    assert first.counts is not None and first.counts.games == first.games
    assert any("1 could be neither cleared nor refuted" in line for line in coverage_lines(found))
    assert not any("no smaller shape" in line for line in coverage_lines(found))


def test_a_game_that_is_too_large_is_doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(dropped: DroppedHypothesis, guarantee: Guarantee, game: Game) -> NoCounterexample:
        raise SizeError("too many coefficients")

    monkeypatch.setattr("verifier.search.budget.judge", too_large)
    budget = Budget(games=20)
    found = search(
        DROPPED["hull"], Guarantee.BAYES, Scope(), methods=[Method.ENUMERATE], budget=budget
    )
    assert found.broken is None and sum(part.doubtful for part in found.coverage) == 20


def test_the_budget_of_games_is_kept_exactly() -> None:
    found = search(
        DROPPED["learning-alphabet"],
        Guarantee.BAYES,
        Scope(),
        methods=[Method.ENUMERATE],
        budget=Budget(games=50),
    )
    assert found.broken is None
    assert sum(part.games for part in found.coverage) == 50
    assert found.coverage[-1].outcome == "cut short: 50 games were examined (--games)"
    assert found.stopped == "50 games were examined (--games)"


def test_time_and_memory_cut_a_search_short_in_words() -> None:
    with ends_after(0.2):
        late = search(DROPPED["learning-alphabet"], Guarantee.BAYES, Scope())
    assert (late.broken, late.stopped) == (None, "0.2 seconds have passed (--seconds)")
    large = search(
        DROPPED["learning-alphabet"], Guarantee.BAYES, Scope(), budget=Budget(megabytes=1)
    )
    assert (large.broken, large.stopped) == (None, "more than 1 megabytes are in use (--memory)")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what is in use")
def test_memory_that_was_given_back_is_not_in_use() -> None:
    """An editor or a notebook may have held much more before it searches."""
    spent = bytes(1) * 400_000_000 + b"."
    assert spent
    del spent
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    assert most > 400
    budget = Budget(games=20, megabytes=most - 100)
    found = search(DROPPED["learning-alphabet"], Guarantee.BAYES, Scope(), budget=budget)
    assert found.stopped == "20 games were examined (--games)"


def test_a_ratio_needs_a_distance() -> None:
    with pytest.raises(InstanceError, match="the hull distance is 0"):
        search(DROPPED["identical"], Guarantee.BAYES, Scope(), Objective.RATIO)
    with pytest.raises(InstanceError, match="z3 is not asked for a largest"):
        search(DROPPED["hull"], Guarantee.BAYES, Scope(), Objective.RATIO, [Method.SYNTHESISE])


def test_a_scope_below_the_least_shape_is_refused() -> None:
    with pytest.raises(InstanceError, match="the scope is smaller than the least possible"):
        search(DROPPED["hull"], Guarantee.BAYES, Scope(agents=1))


def test_a_guarantee_that_does_not_use_the_hypothesis_is_refused() -> None:
    with pytest.raises(InstanceError, match="identical is a hypothesis of bayes"):
        DROPPED["identical"].guarantee("best-ai")
    assert DROPPED["hull"].guarantee("best-ai") is Guarantee.BEST_AI


@pytest.mark.slow
def test_the_largest_ratio_on_a_whole_grid_is_found() -> None:
    scope = Scope(states=2, actions=2, prior_denominator=2, largest_difference=2)
    found = search(DROPPED["hull"], Guarantee.BAYES, scope, Objective.RATIO, [Method.ENUMERATE])
    assert found.coverage[-1].counts is not None and found.broken is not None
    assert found.broken.loss / hull(found.broken.game).epsilon == 1


@pytest.mark.slow
def test_climbing_reaches_the_constant_2() -> None:
    """theory.md 7.2, tightness: no more is possible, by the theorem."""
    scope = Scope(states=2, actions=3, prior_denominator=2)
    found = search(
        DROPPED["hull"],
        Guarantee.BAYES,
        scope,
        Objective.RATIO,
        [Method.SAMPLE],
        budget=Budget(games=6000),
    )
    assert found.broken is not None, found.stopped
    assert found.broken.loss == 2 * hull(found.broken.game).epsilon


def test_shrinking_a_padded_game_takes_the_padding_off() -> None:
    dropped, game = DROPPED["identical"], SHIPPED["identical"]
    wide = replace(
        game,
        utility={key: value * 7 / 3 for key, value in game.utility.items()},
        agents=tuple(
            replace(a, utility={key: value * 7 / 3 for key, value in a.utility.items()})
            for a in game.agents
        ),
        joint=dict(zip(game.joint, (F(50, 101), F(51, 101)), strict=True)),
    )
    assert broken(dropped, Guarantee.BAYES, wide) is not None
    small = shrink(wide, lambda step: broken(dropped, Guarantee.BAYES, step) is not None)
    assert (size(small).prior_denominator, size(small).scale, size(small).largest_difference) == (
        2,
        1,
        2,
    )
    assert shape(small) == shape(game)


def test_a_game_of_another_kind_is_no_counterexample() -> None:
    for name in SHIPPED:
        dropped = DROPPED[name]
        for other, game in SHIPPED.items():
            alike = {name, other} <= {"identical", "anonymous"}
            if name != other and not alike:
                assert (
                    broken(dropped, dropped.guarantees[0], replace(game, ties=Ties.ANY)) is None
                ), (
                    name,
                    other,
                )
