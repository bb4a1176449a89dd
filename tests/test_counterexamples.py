"""instances/counterexamples: one hypothesis fails and the guarantee is refuted; in the twin all
hold and it is proved.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.games import INSTANCES
from verifier.game.model import Target
from verifier.game.reader import load
from verifier.theory.guarantees.guarantee import Fails, Guarantee
from verifier.theory.verdict import Finding, Verdict, examine

DROPPED: dict[str, tuple[str, str | None]] = {
    "hull": ("bayes", "hull"),
    "identical": ("bayes", "identical"),
    "learning_alphabet": ("bayes", "learning"),
    "learning_question": ("bayes", "learning"),
    "learning_split": ("bayes", "learning"),
    "anonymous": ("best-ai", "anonymous"),
    "full_rationality": ("quantal", None),
    "equilibrium": ("bayes", None),
}
"""The table of theory.md 7.1: which guarantee is refuted, and which of its hypotheses fails.

Full rationality and equilibrium are no hypotheses that the verifier lists: there OPT is claimed, or
gamma-equilibria are meant.
"""


def finding(name: str, guarantee: str) -> Finding:
    game = load(INSTANCES / f"counterexamples/{name}.toml")
    return examine(game, [Guarantee(guarantee)]).findings[Guarantee(guarantee)]


def failing(found: Finding) -> set[str]:
    return {name for name, entry in found.setting.hypotheses.items() if isinstance(entry, Fails)}


@pytest.mark.parametrize("row", DROPPED)
def test_the_hypothesis_that_is_dropped_is_the_only_one_that_fails(row: str) -> None:
    guarantee, hypothesis = DROPPED[row]
    found = finding(row, guarantee)
    assert found.verdict is Verdict.REFUTED
    assert failing(found) == ({hypothesis} if hypothesis else set())


@pytest.mark.parametrize("row", DROPPED)
def test_in_the_twin_every_hypothesis_holds(row: str) -> None:
    found = finding(f"{row}_twin", DROPPED[row][0])
    assert found.verdict is Verdict.PROVED
    assert failing(found) == set()


@pytest.mark.parametrize("row", [row for row in DROPPED if row != "hull"])
def test_the_hull_distance_is_zero(row: str) -> None:
    game = load(INSTANCES / f"counterexamples/{row}.toml")
    assert examine(game, []).alignment.simplex.epsilon == 0


@pytest.mark.parametrize(
    ("row", "worst"),
    [
        ("hull", Fraction(0)),
        ("identical", Fraction(1, 2)),
        ("learning_alphabet", Fraction(2, 3)),
        ("learning_question", Fraction(2, 5)),
        ("learning_split", Fraction(0)),
        ("anonymous", Fraction(1, 2)),
        ("equilibrium", Fraction(0)),
    ],
)
def test_what_she_gets_as_the_notes_say(row: str, worst: Fraction) -> None:
    found = finding(row, DROPPED[row][0])
    assert found.equilibrium is not None
    assert found.equilibrium.user_utility == worst


def test_only_two_rows_claim_more_than_usual() -> None:
    games = {row: load(INSTANCES / f"counterexamples/{row}.toml") for row in DROPPED}
    assert {row for row, game in games.items() if game.gamma} == {"equilibrium"}
    assert {row for row, game in games.items() if game.target is Target.OPTIMUM} == {
        "full_rationality"
    }
    assert {
        path.stem.removesuffix("_twin") for path in (INSTANCES / "counterexamples").glob("*.toml")
    } == set(DROPPED)
