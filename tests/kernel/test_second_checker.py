"""The kernel and the second checker, which a stranger wrote from FORMAT.md, accept the same
certificates, and say the same of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, reject, settings
from hypothesis import strategies as st

from tests.checkers import agree, files, kernel, second
from tests.conversations import profiles, small_conversations
from tests.games import ROOT, games
from tests.kernel.attacks import contested_games, conversation_forgeries, forgeries
from tests.kernel.building import Certificate
from tests.kernel.casebook import CASES, instance_of, read
from tests.kernel.certificates import SHIPPED, source
from verifier.certificate import (
    certificate,
    equilibrium_certificate,
    judgement_certificate,
)
from verifier.certified import judge_profile
from verifier.game.model import Game
from verifier.game.rules import Profile
from verifier.game.writer import write
from verifier.kernel.__main__ import options
from verifier.solve.effort import Effort
from verifier.theory.equilibria.equilibrium import exhibit
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.judgements.signals import signals_of
from verifier.theory.verdict import examine

BEYOND = {
    "unreadable/quantal-conclusion-precision-that-takes-too-long": (
        "the second checker has no use for more bits than tell two numbers apart"
    ),
    "unreadable/cell-end-that-takes-too-long": "sympy isolates the roots of long polynomials",
}
"""Cases that only the kernel's limits on work refuse -> why the second checker need not."""

CORRECT = [name for name in CASES if name.startswith("correct/")]

often = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def asked(name: str, folder: Path) -> tuple[Path, Path, dict[str, str]]:
    """The files of a case, and what is asked of a checker besides."""
    case = read(name)
    expected = options(case.get("options", [])) or {}
    return *files(case["certificate"], instance_of(case), folder), expected


@pytest.mark.parametrize(("instance", "guarantee"), SHIPPED)
def test_it_accepts_what_is_shipped_with_the_same_line(instance: str, guarantee: str) -> None:
    shipped = ROOT / "proofs" / "certificates" / f"{instance}.{guarantee}.json"
    path, _ = source(instance)
    answer = kernel(shipped, path, {})
    assert answer[0] == 0
    assert second(shipped, path, {}) == answer


@pytest.mark.parametrize("name", CORRECT)
def test_it_accepts_what_is_correct_with_the_same_line(name: str, tmp_path: Path) -> None:
    words = asked(name, tmp_path)
    assert second(*words) == kernel(*words) == (0, read(name)["says"])


@pytest.mark.parametrize(
    "name", [name for name in CASES if name not in CORRECT and name not in BEYOND]
)
def test_it_accepts_nothing_else(name: str, tmp_path: Path) -> None:
    code, line = second(*asked(name, tmp_path))
    assert code in (1, 2), line


@pytest.mark.parametrize("name", BEYOND)
def test_the_kernel_refuses_some_for_their_size_alone(name: str, tmp_path: Path) -> None:
    words = asked(name, tmp_path)
    assert kernel(*words)[1].startswith("unreadable: too large")
    assert second(*words)[0] == 0


def test_it_is_a_program() -> None:
    name = "classics/prosecutor"
    words = [f"proofs/certificates/{name}.bayes.json", f"instances/{name}.toml"]
    for more, code in ([], 0), (["--verdict", "refuted"], 1), (["--verdict"], 2):
        command = [sys.executable, "-m", "tests.second_checker", *words, *more]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (code, "", 1)


def test_it_knows_nothing_of_the_project() -> None:
    """Its modules import each other and the standard library, and sympy for quotients."""
    for path in sorted((ROOT / "tests" / "second_checker").glob("*.py")):
        assert "verifier" not in path.read_text(encoding="utf-8"), path.name


def both(game: Game, content: Any, line: str | None = None) -> None:
    """They agree about a certificate; with a line, it is the one with which they accept."""
    with tempfile.TemporaryDirectory() as folder:
        words = (*files(content, write(game), Path(folder)), dict[str, str]())
        one, other = kernel(*words), second(*words)
    assert agree(one, other), (one, other)
    assert line is None or one == (0, line)


@pytest.mark.slow
@settings(often, max_examples=40)
@given(game=st.one_of(games(), contested_games(), games(odd=True, max_states=2, max_agents=2)))
def test_they_agree_about_verdicts(game: Game) -> None:
    note(write(game))
    made = [certificate(game, found) for found in examine(game).findings.values()]
    for content in made:
        if content is not None:
            both(game, content.text, content.line)


@pytest.mark.slow
@often
@given(game=st.one_of(games(), contested_games()), guarantee=st.sampled_from(Guarantee))
def test_they_agree_about_equilibria(game: Game, guarantee: Guarantee) -> None:
    note(write(game))
    for found in exhibit(game, guarantee, Effort()).equilibria:
        made = equilibrium_certificate(game, guarantee, found)
        both(game, made.text, made.line)


@pytest.mark.slow
@settings(often, max_examples=150)
@given(forgery=forgeries())
def test_they_agree_about_forgeries(forgery: tuple[Game, Certificate]) -> None:
    game, content = forgery
    note(write(game))
    both(game, content)


@pytest.mark.slow
@often
@given(forgery=conversation_forgeries())
def test_they_agree_about_forged_conversations(
    forgery: tuple[Game, Profile, Certificate],
) -> None:
    game, _, content = forgery
    note(write(game))
    both(game, content)


@pytest.mark.slow
@often
@given(data=st.data())
def test_they_agree_about_profiles_that_are_judged(data: st.DataObject) -> None:
    game = data.draw(st.one_of(small_conversations, contested_games()))
    note(write(game))
    profile, guarantee = data.draw(profiles(game)), data.draw(st.sampled_from(Guarantee))
    scripts = all(signals_of(game, {n: rule}) is not None for n, rule in profile.items())
    assume(scripts or guarantee is not Guarantee.QUANTAL)
    made = judgement_certificate(game, guarantee, judge_profile(game, profile, guarantee))
    if made is None:
        reject()
    both(game, made.text, made.line)
