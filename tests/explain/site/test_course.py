"""The course through the shipped games: its start, smallest examples, repaired games."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath

import pytest

from tests.games import INSTANCES
from tests.shipped import FILES, verified
from verifier.explain.site.course import course
from verifier.explain.site.page_data import PageData, page_data
from verifier.explain.theorem import Theorem, theorems

pytestmark = pytest.mark.slow
SHOWN = [path for path in FILES if path.stem != "eight_doors"]


@cache
def shown() -> tuple[PageData, ...]:
    stems = {path: path.relative_to(INSTANCES).with_suffix("") for path in SHOWN}
    return tuple(
        page_data(PurePosixPath(stem.as_posix()), path, verified(path))
        for path, stem in stems.items()
    )


def names() -> list[str]:
    return [stop.name if isinstance(stop, Theorem) else stop.stem.name for stop in course(shown())]


def test_every_page_comes_once() -> None:
    assert len(names()) == len(set(names())) == len(SHOWN) + len(theorems())


def test_it_starts_with_the_prosecutor_and_the_rival_sponsors() -> None:
    assert names()[:3] == ["prosecutor", "drug_sponsors", theorems()[0].name]


def test_every_counterexample_is_followed_by_its_repaired_game() -> None:
    order = names()
    repaired = [name for name in order if name.endswith("_twin")]
    assert len(repaired) == 8
    for name in repaired:
        assert order[order.index(name) - 1] == name.removesuffix("_twin")
        assert f"without-{name.removesuffix('_twin').replace('_', '-')}" in order
        before = order[order.index(name) - 2]
        assert before == f"without-{name.removesuffix('_twin').replace('_', '-')}"


def test_what_follows_a_theorem_shows_it_and_the_smallest_comes_first() -> None:
    """No game of the same stretch that shows the theorem is smaller than the first."""
    followed = 0
    for theorem, games in stretches():
        if games:
            followed += 1
            assert games[0].shows(theorem)
            assert all(games[0].size <= page.size for page in games if page.shows(theorem))
    assert followed > 15


def test_a_theorem_that_many_games_show_has_an_example_of_its_own() -> None:
    """Where there are more games than theorems that could take them, one follows."""
    for theorem, games in stretches():
        possible = [page for page in shown() if page.shows(theorem)]
        takers = [t for t in theorems() if any(page.shows(t) for page in possible)]
        assert games or len(possible) <= len(takers)


def test_the_example_in_a_theorems_text_shows_it() -> None:
    named = [theorem for theorem in theorems() if theorem.example is not None]
    assert len(named) > 50
    for theorem in named:
        assert theorem.example is not None
        stem = PurePosixPath(theorem.example).stem
        at = [page for page in shown() if page.is_at(theorem.example)]
        assert [page.stem.name for page in at] == ([stem] if stem != "eight_doors" else [])
        assert all(page.shows(theorem) for page in at)


def test_a_game_shows_a_guarantee_where_it_is_proved_and_every_hypothesis_holds() -> None:
    """What is refuted or open there is no example, unless the theorem's text names it."""
    for theorem in theorems():
        for page in shown():
            for story in page.resting_on(theorem):
                assert story.narrative.verdict != "open" or theorem.number == "12.1"
                if theorem.number in ("2.2", "4.1", "4.2", "4.3", "4.4"):
                    assert story.narrative.verdict == "proved" and not story.subject.failing
    (hull,) = (page for page in shown() if page.stem.name == "hull")
    (bayes,) = (theorem for theorem in theorems() if theorem.number == "4.1")
    assert not hull.shows(bayes)


def stretches() -> list[tuple[Theorem, list[PageData]]]:
    """Each theorem with the games that follow it, without repaired games."""
    found: list[tuple[Theorem, list[PageData]]] = []
    for stop in course(shown()):
        if isinstance(stop, Theorem):
            found.append((stop, []))
        elif found and not stop.stem.name.endswith("_twin"):
            found[-1][1].append(stop)
    return found
