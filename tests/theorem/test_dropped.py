"""The theory of counterexamples is what the shipped games and certificates say."""

from __future__ import annotations

from fractions import Fraction

from proofs.dropped import DROPPED, FILE, counterexamples
from tests.games import INSTANCES
from verifier.game.model import Target
from verifier.game.reader import load
from verifier.theory import dropped

NOISY = "full-rationality"
"""The hypothesis whose counterexample is in NoisyUser.v."""


def test_the_theory_is_written_from_the_shipped_files() -> None:
    """`python -m proofs.dropped` writes it again."""
    assert FILE.read_text(encoding="utf-8") == counterexamples()


def test_every_hypothesis_about_one_user_is_there() -> None:
    named = {one.stem.replace("_", "-") for one in DROPPED}
    of_one_user = {name for name, one in dropped.DROPPED.items() if not one.personal}
    assert named | {NOISY} == of_one_user
    assert NOISY not in named


def test_the_noisy_user_is_the_shipped_one() -> None:
    """The game of NoisyUser.v, its tolerance of 1/20, and the base 2 of her response."""
    game = load(INSTANCES / "counterexamples" / "full_rationality.toml")
    bread = {("good_bread", "today"): 1, ("bad_bread", "today"): 0}
    assert game.utility == bread
    assert [agent.utility for agent in game.agents] == [bread, bread]
    assert list(game.joint.values()) == [1]
    assert (game.quantal.eta, game.quantal.base) == (Fraction(1), 2)
    assert game.tolerance == Fraction(1, 20)
    assert game.target is Target.OPTIMUM
