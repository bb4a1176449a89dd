"""How a bound compares with its claim, and why a claim is open (theory.md 9.1)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

import verifier.api as vf
from tests.games import INSTANCES, games, simple_game
from tests.oracles import sign_of
from verifier.explain.render.text import text
from verifier.explain.stories import stories
from verifier.game.model import Game, Quantal
from verifier.game.reader import load
from verifier.report.record import certified_record
from verifier.report.terminal import certified_lines
from verifier.solve.exponential import UndecidedSign
from verifier.theory import verdict
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.margin import margin_words, why_open
from verifier.theory.verdict import Finding, Verdict, examine

F = Fraction

UMBRELLA = simple_game(
    {"rain": F(1, 4), "sun": F(3, 4)},
    {"umbrella": [1, -1], "none": [-2, 1]},
    {
        "umbrella seller": {"umbrella": [2, 0], "none": [-2, 1]},
        "hat seller": {"umbrella": [0, -2], "none": [-2, 1]},
    },
)
"""The mixture is her utility: the quantal bound is the claim, to the last digit."""


def quantal(finding_of: Game, tolerance: Fraction | None = None) -> Finding:
    return examine(finding_of, [Guarantee.QUANTAL], tolerance).findings[Guarantee.QUANTAL]


def test_equal_digits_are_told_apart() -> None:
    assert margin_words(quantal(UMBRELLA)) == "exactly what is claimed"
    tiny = quantal(UMBRELLA, F(1, 10**8))
    assert margin_words(tiny) == "more than is claimed, by 1/50000000 (2e-8)"
    assert margin_words(quantal(UMBRELLA, F(1, 10))) is None
    bayes = examine(UMBRELLA, [Guarantee.BAYES]).findings[Guarantee.BAYES]
    assert margin_words(bayes) is None


@pytest.mark.parametrize(
    ("eta", "gap"), [(100, "3.47e-12.. (irrational)"), (10**9, "less than 10^-48")]
)
def test_a_gap_of_powers_alone_has_a_sign_and_a_size(eta: int, gap: str) -> None:
    """She loses all of 2 eps but for her noise: an equilibrium is at the claim in the limit."""
    game = load(INSTANCES / "guarantees/tightness.toml")
    more = {pair: value + 1 for pair, value in game.utility.items()}
    found = quantal(replace(game, utility=more, quantal=Quantal(F(eta))))
    assert found.verdict is Verdict.PROVED
    assert margin_words(found) == f"more than is claimed, by {gap}"


def test_a_report_says_what_the_digits_do_not() -> None:
    found = vf.verify(UMBRELLA, ["quantal"]).guarantees["quantal"]
    assert "           the bound is            exactly what is claimed" in list(
        certified_lines("quantal", found)
    )


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(game=games(max_states=2, max_actions=2))
def test_the_tolerance_that_is_advised_is_enough(game: Game) -> None:
    for name, finding in examine(game, tolerance=F(0)).findings.items():
        if finding.verdict is not Verdict.OPEN:
            continue
        words = why_open(finding).split("--tolerance ")[1].split(" or more")[0]
        advised = F(words)
        again = examine(game, [name], advised).findings[name]
        assert again.verdict in (Verdict.PROVED, Verdict.VACUOUS)
        less = examine(game, [name], advised * F(99, 100)).findings[name]
        assert sign_of(less.bound.value, less.claimed_bound) < 0


def test_an_open_verdict_has_a_reason_in_every_output() -> None:
    game = load(INSTANCES / "counterexamples/hull.toml")
    found = vf.verify(game, ["quantal"])
    reason = (
        "the bound is below the claim, and no equilibrium below the claim was found; with"
        " --tolerance 0.499978 or more the bound proves the claim"
    )
    certified = found.guarantees["quantal"]
    assert certified.reason == certified_record(certified)["reason"] == reason
    report = " ".join(" ".join(certified_lines("quantal", certified)).split())
    assert f"open: {reason}" in report
    assert f"Why it is open: {reason}." in " ".join(text(stories(found)["quantal"]).split())
    assert vf.verify(game, ["bayes"]).guarantees["bayes"].reason is None


def test_an_undecided_sign_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "compare", lambda *_: UndecidedSign("too many terms"))
    finding = quantal(replace(UMBRELLA, tolerance=F(0)))
    assert finding.verdict is Verdict.OPEN
    assert why_open(finding).startswith(
        "it is not decided whether the bound reaches the claim: too many terms; with --tolerance"
    )
    assert margin_words(finding) is None


def test_qr_is_not_computed_unasked_where_it_is_long_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "CHEAP", 3)
    assert examine(UMBRELLA, [Guarantee.BAYES]).benchmarks.quantal is None
    assert examine(UMBRELLA, [Guarantee.QUANTAL]).benchmarks.quantal is not None
    record = vf.as_record(vf.verify(UMBRELLA, ["bayes"]), "umbrella.toml")
    assert record["benchmarks"]["quantal"] is None
    monkeypatch.setattr(verdict, "CHEAP", 4)
    assert examine(UMBRELLA, [Guarantee.BAYES]).benchmarks.quantal is not None
