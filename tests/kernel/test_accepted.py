"""Certificates that must be accepted, and the sentence that is then proved."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction as F  # noqa: N817
from pathlib import Path

import pytest

from tests.kernel.certificates import INSTANCES, ROOT, SHIPPED, judge, loaded, made, rebuilt
from verifier.certificate import certificate
from verifier.checker import accepted
from verifier.game.model import digest
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import examine


@pytest.mark.parametrize("instance", sorted({instance for instance, _ in SHIPPED}))
def test_both_readers_see_the_same_game(instance: str) -> None:
    assert rebuilt(instance).digest == digest(loaded(instance))


def test_a_smaller_tolerance_than_the_truth_is_refuted_by_an_equilibrium() -> None:
    game = loaded("guarantees/tightness")
    finding = examine(game, [Guarantee.BAYES], F(1, 16)).findings[Guarantee.BAYES]
    found = certificate(game, finding)
    assert found is not None
    said = judge(json.loads(found.text), "guarantees/tightness", tolerance="1/16")
    assert accepted(said) == found.line
    assert "refuted: OPT - 2 * 1/16 = 1/8, claimed for the bayes user, fails" in said


def kernel(*words: str, optimised: bool = False) -> subprocess.CompletedProcess[str]:
    """The kernel as a process without site-packages."""
    command = [
        sys.executable,
        "-I",
        "-S",
        *(["-O"] if optimised else []),
        "-B",
        str(ROOT / "verifier" / "kernel" / "__main__.py"),
        *words,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("optimised", [False, True])
def test_exit_codes_do_not_depend_on_optimisation(tmp_path: Path, optimised: bool) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    good, wrong, unreadable = (
        tmp_path / name for name in ("good.json", "wrong.json", "unreadable.json")
    )
    content = made("classics/prosecutor", "bayes")
    good.write_text(json.dumps(content), encoding="utf-8")
    wrong.write_text(json.dumps({**content, "game": "sha256:0"}), encoding="utf-8")
    unreadable.write_text("{", encoding="utf-8")
    assert [
        kernel(str(path), instance, optimised=optimised).returncode
        for path in (good, wrong, unreadable)
    ] == [0, 1, 2]


@pytest.mark.slow
def test_the_kernel_prints_one_line_and_no_traceback(tmp_path: Path) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    for text in (
        "",
        "null",
        "[]",
        '{"format": 1}',
        '{"format": 2}',
        '{"a": 1.5}',
        '{"a": NaN}',
        "[" * 100_000,
        '"\\ud800"',
        '{"a": 1, "a": 1}',
    ):
        path = tmp_path / "certificate.json"
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        found = kernel(str(path), instance)
        assert (found.returncode, found.stderr) == (2, ""), text[:40]
        assert found.stdout.count("\n") == 1


def said_of_an_action(action: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """What the kernel prints of a full revelation to which the user responds with something that is
    no action.
    """
    content = made("guarantees/drug_sponsors", "bayes")
    shown = next(claim for claim in content["claims"] if claim["claim"] == "equilibrium")
    shown["response"][0][2] = action
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return kernel(str(path), str(INSTANCES / "guarantees/drug_sponsors.toml"))


def test_a_certificate_cannot_write_lines_of_its_own(tmp_path: Path) -> None:
    found = said_of_an_action("x\naccepted: proved: everything", tmp_path)
    assert found.stdout.count("\n") == 1


def test_a_refusal_that_cannot_be_encoded_is_printed_all_the_same(tmp_path: Path) -> None:
    found = said_of_an_action("\ud800", tmp_path)
    assert found.stderr == ""


def test_arguments_that_are_not_understood_are_refused() -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    for words in (
        [],
        [instance],
        ["a", instance, "--verdict"],
        ["a", instance, "--other", "x"],
        ["a", instance, "b", "c"],
    ):
        found = kernel(*words)
        assert found.returncode == 2
        assert "usage: __main__.py CERTIFICATE INSTANCE" in found.stderr
    doubled = ["a", instance, "--verdict", "proved", "--verdict", "refuted"]
    assert kernel(*doubled).returncode == 2


def test_files_that_cannot_be_read_are_unreadable(tmp_path: Path) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "missing.json", binary):
        assert kernel(str(path), instance).returncode == 2
        assert kernel(str(path), str(path)).returncode == 2
