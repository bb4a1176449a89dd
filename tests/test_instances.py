"""The shipped games: the verdicts that their notes promise, the answers known from elsewhere, and
the shipped certificates.
"""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import verifier.api as vf
from tests.oracles import sign_of
from verifier.certificate import certificate
from verifier.certified import stem_of, with_few_multipliers
from verifier.checker import ask
from verifier.game.reader import load, load_users
from verifier.solve.effort import Effort
from verifier.solve.exponential import QuotientSum
from verifier.theory.bounds.outcome_program import bound
from verifier.theory.verdict import Report, examine

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "instances").rglob("*.toml"))
KNOWN: dict[str, dict[str, Any]] = tomllib.loads(
    (ROOT / "tests/known_answers.toml").read_text(encoding="utf-8")
)
EXPECTED = re.compile(r"Expected verdicts: bayes (\w+); quantal (\w+)(?:; best-ai (\w+))?\.")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def examined(path: Path, user: str | None) -> Report:
    return with_few_multipliers(examine(load(path, user=user)))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_notes_promise_the_verdicts(path: Path) -> None:
    game = load(path)
    lines = (game.notes or "").strip().splitlines()
    promised = EXPECTED.fullmatch(lines[-1])
    assert promised is not None, f"the last line of the notes is {lines[-1]!r}"
    found = {
        str(guarantee): str(finding.verdict)
        for guarantee, finding in examined(path, None).findings.items()
    }
    named = zip(("bayes", "quantal", "best-ai"), promised.groups(), strict=True)
    assert found == {name: verdict for name, verdict in named if verdict is not None}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_game_says_where_it_comes_from(path: Path) -> None:
    game = load(path)
    assert game.title
    assert game.source or game.notes
    if "classics" in path.parts:
        assert re.search(r"\b(19|20)\d\d\b", game.source or ""), (
            "a published game names author and year"
        )


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=name)
def test_the_shipped_certificates_are_what_verify_writes_and_are_accepted(path: Path) -> None:
    for user in (None, *load_users(path)):
        report = examined(path, user)
        relative = path.relative_to(ROOT / "instances").with_suffix("").as_posix()
        stem = stem_of(relative, report.game)
        for guarantee, finding in report.findings.items():
            shipped = ROOT / "proofs/certificates" / f"{stem}.{guarantee}.json"
            made = certificate(report.game, finding)
            if made is None:
                assert not shipped.exists()
                continue
            assert shipped.read_text(encoding="utf-8") == made.text
            asked = ["--guarantee", guarantee, "--verdict", finding.verdict]
            reply = ask(shipped, path, asked, made.line)
            assert reply.accepted, reply.text


def outcome_program(report: Report, guarantee: vf.Guarantee) -> Fraction | QuotientSum:
    """bound* of theory.md 5.2; what is certified may be higher, never lower."""
    finding = report.findings[guarantee]
    value = bound(report.game, finding.setting, Effort()).value
    assert sign_of(value, finding.bound.value) <= 0
    return value


@pytest.mark.parametrize("instance", sorted(KNOWN))
def test_known_answers(instance: str) -> None:
    known, report = KNOWN[instance], examined(ROOT / instance, None)
    found = {
        "optimum": report.benchmarks.optimum,
        "team": report.benchmarks.team,
        "no_information": report.benchmarks.no_information,
        "epsilon": report.alignment.simplex.epsilon,
        "cone_epsilon": report.alignment.cone.epsilon,
        "state_offset_epsilon": report.alignment.state_offset.epsilon,
        "certified_bound_bayes": outcome_program(report, vf.Guarantee.BAYES),
    }
    if vf.Guarantee.BEST_AI in report.findings:
        found["certified_bound_best_ai"] = outcome_program(report, vf.Guarantee.BEST_AI)
    expected = {key: Fraction(value) for key, value in known.items() if key != "persuade"}
    assert expected
    assert {key: found[key] for key in expected} == expected


PERSUASION = [
    (instance, agent)
    for instance, known in sorted(KNOWN.items())
    for agent in known.get("persuade", {})
]


@pytest.mark.parametrize(("instance", "agent"), PERSUASION)
def test_known_persuasion(instance: str, agent: str) -> None:
    found = vf.persuade(load(ROOT / instance), agent)
    values = {
        "value": found.value,
        "user_utility_worst": found.worst.user_utility,
        "user_utility_best": found.best.user_utility,
    }
    expected = {key: Fraction(value) for key, value in KNOWN[instance]["persuade"][agent].items()}
    assert {key: values[key] for key in expected} == expected


def test_prosecutor_and_judge() -> None:
    """Kamenica and Gentzkow 2011: guilty with probability 3/10, the prosecutor convicts with
    probability exactly 3/5.
    """
    found = vf.persuade(load(ROOT / "instances/classics/prosecutor.toml"), "prosecutor")
    assert found.value == Fraction(3, 5)


def test_tightness_is_exact() -> None:
    """theory.md 7.2: the constant 2 is attained: OPT - 2 eps = bound* = the worst equilibrium."""
    report = examined(ROOT / "instances/guarantees/tightness.toml", None)
    finding = report.findings[vf.Guarantee.BAYES]
    assert report.alignment.simplex.epsilon > 0
    assert finding.equilibrium is not None
    assert finding.bound.value == report.benchmarks.optimum - 2 * report.alignment.simplex.epsilon
    assert finding.equilibrium.user_utility == finding.bound.value


def test_there_are_enough_games() -> None:
    folders = [path.parent.name for path in FILES]
    assert folders.count("classics") >= 8
    assert folders.count("guarantees") >= 8
