"""Rocq accepts the theorems of all shipped games, and no forged one."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from tests.games import ROOT, nasty_game, texts
from tests.theorem.certificates import shipped
from verifier.game.model import Game
from verifier.theorem import rocq
from verifier.theorem.claims import coverage
from verifier.theorem.evidence import Claim
from verifier.theorem.prover import ProverError, ask, has_prover
from verifier.theorem.rocq import (
    check_term,
    evidence_term,
    in_words,
    instance_definition,
    theorem_file,
    theorems_file,
)

needs_prover = pytest.mark.skipif(not has_prover(), reason="Rocq, or its theories, are missing")

SHIPPED = shipped()
FOLDERS = sorted({path.parts[0] for path, _, _ in SHIPPED})
PROSECUTOR = next(
    (game, certificate)
    for path, game, certificate in SHIPPED
    if path.name == "prosecutor.bayes.json"
)


def claims_of(game: Game, certificate: dict[str, Any]) -> tuple[Claim, ...]:
    return coverage(game, certificate).claims


@needs_prover
@pytest.mark.parametrize("folder", FOLDERS)
def test_shipped_theorems_are_accepted(folder: str) -> None:
    games: dict[str, Game] = {}
    claims: dict[str, dict[object, Claim]] = {}
    for path, game, certificate in SHIPPED:
        if path.parts[0] == folder:
            games[certificate["game"]] = game
            mine = claims.setdefault(certificate["game"], {})
            mine.update({one.subject: one for one in claims_of(game, certificate)})
    answer = ask(theorems_file([(game, [*claims[key].values()]) for key, game in games.items()]))
    assert answer.accepted, answer.text


def forged(part: Any) -> Iterator[tuple[str, Any]]:
    """What differs from a claim or its evidence in one number, greater or less by one.

    Numbers of words, actions and agents have no lesser one than 0.
    """
    if isinstance(part, int | Fraction):
        yield from ((f" {sign:+}", part + sign) for sign in (1, -1))
    elif isinstance(part, tuple):
        for n, entry in enumerate(part):
            for where, other in forged(entry):
                yield f"[{n}]{where}", (*part[:n], other, *part[n + 1 :])
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        for field in dataclasses.fields(part):
            for where, other in forged(getattr(part, field.name)):
                if field.name not in NATURAL or least(other) >= 0:
                    yield f".{field.name}{where}", replace(part, **{field.name: other})


NATURAL = (
    "talk",
    "steps",
    "shared",
    "alone",
    "spelling",
    "recommended",
    "words_used",
    "replies",
    "first",
    "second",
    "members",
    "reasons",
    "takes",
    "turns",
    "grounds",
    "recommends",
    "hers",
)


def least(part: Any) -> int:
    """The least number in nested tuples; what is over, None, has none."""
    return min(map(least, part), default=0) if isinstance(part, tuple) else int(part or 0)


@needs_prover
def test_forged_numbers_are_refused() -> None:
    """A claimed number is refused if it is wrong, and so is evidence where it has no slack."""
    game, certificate = PROSECUTOR
    cases, wrong = [], 0
    for claim in claims_of(game, certificate):
        for where, other in forged(claim):
            is_false = where.startswith(".number") and not (
                claim.kind == "every equilibrium" and where.endswith("-1")
            )
            cases.append((claim.kind + where, other, is_false))
            wrong += is_false
    assert wrong
    said = verdicts(game, [other for _, other, _ in cases])
    accepted = {where for (where, _, _), verdict in zip(cases, said, strict=True) if verdict}
    assert not accepted & {where for where, _, is_false in cases if is_false}
    assert accepted == {"every equilibrium.number -1"} | SLACK


SLACK = {
    # an action is not better than itself, whatever the multiplier
    "every equilibrium.evidence.obedience[0][0][0] +1",
    "every equilibrium.evidence.obedience[0][1][1] +1",
    "equilibrium.evidence.reasons[0][1][0][1] +1",
    # what is said in a team has no multiplier
    "team.evidence.rules[0].multiplier +1",
    "team.evidence.rules[0].multiplier -1",
}
"""What may be changed in the evidence about the prosecutor."""


TWO_FACTS = (
    # an action is not better than itself, whatever the multiplier
    ".evidence.program.obedience[0][0][0] +1",
    ".evidence.program.obedience[0][1][1] +1",
    ".evidence.program.obedience[1][0][0] +1",
    ".evidence.program.obedience[1][1][1] +1",
    # he wants what she wants, whatever her multiple
    ".evidence.offers[0].tilt +1",
    ".evidence.offers[0].tilt -1",
)
"""What may be changed in the evidence about two facts."""


NO_MULTIPLIERS = {f".evidence.rules[{i}].multiplier {sign}1" for i in (0, 1) for sign in "+-"}
"""What is said where nobody deviates has no multiplier."""


def of_no_action(program: str, observations: int) -> set[str]:
    """That an action is not better than itself, of two, holds whatever the multiplier."""
    return {
        f".evidence{program}.obedience[{x}][{a}][{a}] +1"
        for x in range(observations)
        for a in (0, 1)
    }


ADVOCATES = (
    *of_no_action(".start.evidence", 1),
    *of_no_action(".pieces[0].program", 1),
    # how much a perturbation makes her follow does not matter, and the rest is told
    ".evidence.pieces[0].offers[0].perturbations[0][0] -1",
    ".evidence.pieces[0].offers[0].perturbations[1][1] -1",
    ".evidence.pieces[0].offers[1].perturbations[0][0] -1",
    ".evidence.pieces[0].offers[1].perturbations[1][0] +1",
    ".evidence.pieces[0].offers[1].perturbations[1][1] +1",
)
"""What may be changed in the evidence about the opposed advocates."""


@needs_prover
@pytest.mark.parametrize(
    ("certificate", "kind", "slack"),
    [
        ("identical.bayes", "equilibrium", set()),
        ("hull.best-ai", "equilibrium", set()),
        ("learning_alphabet.bayes", "equilibrium", set()),
        ("learning_alphabet.bayes", "team", set()),
        ("two_facts.bayes", "every equilibrium", {".number -1", *TWO_FACTS}),
        ("one_lamp.best-ai", "equilibrium", set()),
        ("prosecutor_and_defender.best-ai", "equilibrium", NO_MULTIPLIERS),
        ("learning_split.best-ai", "equilibrium", set()),
        ("learning_split.bayes", "team", set()),
        ("heads_or_tails.bayes", "conflict", set()),
        ("opposite_tastes.bayes", "one user", {".number -1", *of_no_action(".program", 2)}),
        ("opposed_advocates.best-ai", "every equilibrium", {".number -1", *ADVOCATES}),
    ],
)
def test_forged_evidence_of_each_further_check_is_refused(
    certificate: str, kind: str, slack: set[str]
) -> None:
    """No number of the claim can be changed, and none of its evidence but what has slack."""
    game, known = next(
        (game, text) for path, game, text in SHIPPED if path.name == f"{certificate}.json"
    )
    claim = next(one for one in claims_of(game, known) if one.kind == kind)
    cases = list(forged(claim))
    said = verdicts(game, [claim, *(other for _, other in cases)])
    assert said[0]
    accepted = {where for (where, _), verdict in zip(cases, said[1:], strict=True) if verdict}
    assert accepted == slack


def verdicts(game: Game, claims: list[Claim]) -> list[bool]:
    """Whether the proved checker says something about each, by computing it in Rocq."""
    lines = [rocq.HEADER, instance_definition(game)]
    lines += [
        f"Eval vm_compute in ({check_term(f'({evidence_term(claim)})')} : option claim)."
        for claim in claims
    ]
    said = re.split(r"^ *= ", ask("\n".join(lines)).text, flags=re.MULTILINE)[1:]
    assert len(said) == len(claims)
    return [not answer.startswith("None") for answer in said]


@needs_prover
def test_a_forged_theorem_is_refused() -> None:
    game, certificate = PROSECUTOR
    (claim,) = (one for one in claims_of(game, certificate) if one.kind == "every equilibrium")
    answer = ask(theorem_file(game, [replace(claim, number=claim.number + Fraction(1, 10**6))]))
    assert not answer.accepted
    assert "Error" in answer.text


@needs_prover
def test_names_do_not_act_in_the_file() -> None:
    game = nasty_game()
    assert ask(theorem_file(game, [])).accepted


@given(texts())
def test_a_title_stays_in_its_comment(title: str) -> None:
    text = theorem_file(replace(nasty_game(), title=title), [])
    comment = text.partition("\n")[0]
    assert comment.startswith("(** * ")
    assert not set('*"(){}\\') & set(comment.removeprefix("(** * "))


def test_the_words_are_those_of_the_story() -> None:
    game, certificate = PROSECUTOR
    said = [in_words(game, claim) for claim in claims_of(game, certificate)]
    assert "In every equilibrium with the Bayesian user she gets at least 7/10." in said
    assert all(sentence in theorem_file(game, claims_of(game, certificate)) for sentence in said)


def test_the_page_says_how_much_is_covered() -> None:
    """The figures of docs/explanation/trust.md."""
    covers: Counter[str] = Counter()
    made: Counter[str] = Counter()
    quantal = 0
    for _, game, certificate in SHIPPED:
        covers.update(claim.kind for claim in claims_of(game, certificate))
        noisy = [
            claim
            for claim in certificate["claims"]
            if claim["claim"] == "quantal value" or claim.get("user") == "quantal"
        ]
        quantal += len(noisy)
        made.update(claim["claim"] for claim in certificate["claims"] if claim not in noisy)
    page = (ROOT / "docs/explanation/trust.md").read_text(encoding="utf-8")
    for kind, count in made.items():
        assert f"| {kind} | {covers[kind]} | {count - covers[kind]} |" in page
    assert f"{covers.total()} of {made.total()}" in page
    assert f"{quantal} about the quantal user" in page


def test_without_rocq_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProverError, match=r"run\.py proofs"):
        ask("")
