"""What is known of equilibria where none is exhibited (theory.md 6.7)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import verifier.api as vf
from tests.games import games, simple_game
from verifier.game.model import Game, Ties
from verifier.report.terminal import certified_lines
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.equilibria.existence import Existence
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, examine


def one_state(*likes: list[int]) -> Game:
    """Two actions that are the same to her, of which agents want one each; ties favour them."""
    rows = {f"agent {n}": {"a": [a], "b": [b]} for n, (a, b) in enumerate(likes)}
    return simple_game({"only": 1}, {"a": [0], "b": [0]}, rows, ties=Ties.FAVOUR_SPEAKER)


@pytest.mark.parametrize(
    ("game", "guarantee", "known", "kernel"),
    [
        (
            one_state([1, 0], [0, 1]),
            Guarantee.BAYES,
            Existence.NO_OUTCOME,
            "no equilibrium with the bayes user exists, if ties favour the speaker",
        ),
        (
            one_state([1, 0], [0, 1]),
            Guarantee.BEST_AI,
            Existence.NO_OUTCOME,
            "no equilibrium with the best-ai user exists, if ties favour the speaker",
        ),
        (
            one_state([1, 0]),
            Guarantee.QUANTAL,
            Existence.THEOREM,
            "an equilibrium with the quantal user exists",
        ),
    ],
)
def test_what_is_known_of_equilibria_is_said(
    game: Game, guarantee: Guarantee, known: Existence, kernel: str
) -> None:
    """Whoever of two agents deviates, by saying anything, has the tie broken for him."""
    certified = vf.verify(game, guarantees=[guarantee]).guarantees[guarantee]
    exists = known is Existence.THEOREM
    assert certified.verdict is (Verdict.PROVED if exists else Verdict.VACUOUS)
    assert certified.finding.existence is known
    assert certified.reason == known
    assert known in " ".join(" ".join(certified_lines(guarantee, certified)).split())
    assert certified.reply is not None
    assert kernel in certified.reply.text


@pytest.mark.slow
@settings(max_examples=100, deadline=None, derandomize=True)
@given(game=games(min_agents=2, ties=Ties.FAVOUR_SPEAKER))
def test_where_no_equilibrium_exists_none_is_exhibited(game: Game) -> None:
    for guarantee, finding in examine(game, [Guarantee.BAYES, Guarantee.BEST_AI]).findings.items():
        shown = exhibit(game, guarantee).equilibria
        values = finding.found.best_ai_values
        empty = values is not None and values.complete and not values.intervals
        assert not (shown and (finding.bound.emptiness is not None or empty))
