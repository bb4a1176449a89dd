"""The smallest game like a given one has its verdict, and no single step makes it smaller."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

import pytest

from verifier.api import load, verify
from verifier.deadline import ends_after
from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.search import likeness as module
from verifier.search.likeness import likeness, smaller
from verifier.search.shrink import steps
from verifier.search.size import size
from verifier.theory.guarantees.guarantee import Guarantee

NAMES = ("prosecutor", "identical", "hull", "learning_question", "full_rationality")


@pytest.mark.slow
@pytest.mark.parametrize("guarantee", Guarantee)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_like_the_game_and_no_step_smaller_is(name: str, guarantee: Guarantee) -> None:
    game = load(f"example:{name}")
    found = smaller(game, guarantee)
    wanted = likeness(game, guarantee)
    assert found.minimal
    assert size(found.game) <= size(game)
    assert likeness(found.game, guarantee) == wanted
    assert all(likeness(step, guarantee) != wanted for step in steps(found.game))
    verdict = verify(game, [guarantee]).verdicts
    assert verify(found.game, [guarantee]).verdicts == verdict


def test_a_proof_stays_about_something() -> None:
    """Two channels that want different films, and a user who needs them."""
    found = smaller(load("example:film_night"), Guarantee.BAYES).game
    assert (len(found.states), len(found.actions), len(found.agents)) == (2, 2, 2)


def test_what_is_too_large_is_not_like_it(monkeypatch: pytest.MonkeyPatch) -> None:
    game = load("example:identical")
    monkeypatch.setattr(module, "likeness", refusing(game, likeness))
    assert smaller(game, Guarantee.BAYES) == module.Smaller(game, True)


def refusing(game: Game, work: Callable[..., Any]) -> Callable[..., Any]:
    """The work on this game; all others are too large."""

    def done(candidate: Game, *given: Any) -> Any:
        if candidate != game:
            raise SizeError("too large")
        return work(candidate, *given)

    return done


def test_when_the_time_is_over_the_smallest_so_far_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game, calls = load("example:film_night"), list[Game]()

    def slower(candidate: Game, *given: Any) -> Any:
        calls.append(candidate)
        found = likeness(candidate, *given)
        if len(calls) > 1 and found == likeness(game, *given):
            monkeypatch.setattr(module, "likeness", endless)
        return found

    def endless(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        while True:
            pass

    monkeypatch.setattr(module, "likeness", slower)
    with ends_after(1000):
        found = smaller(game, Guarantee.BAYES)
    assert not found.minimal
    assert found.game == calls[-1] and size(found.game) < size(game)
