"""Certificates that must be accepted, and the sentence that is then proved."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernel.certificates import INSTANCES, ROOT, SHIPPED, judge, made
from verifier.game.model import digest
from verifier.game.reader import load
from verifier.kernel.reader.instance import read_game


@pytest.mark.slow
@pytest.mark.parametrize(("instance", "guarantee"), SHIPPED)
def test_what_verify_writes_is_accepted(instance: str, guarantee: str) -> None:
    content = made(instance, guarantee)
    assert judge(content, instance).startswith(content["verdict"] + ":")


@pytest.mark.parametrize("instance", sorted({instance for instance, _ in SHIPPED}))
def test_both_readers_see_the_same_game(instance: str) -> None:
    path = INSTANCES / f"{instance}.toml"
    assert read_game(str(path)).digest() == digest(load(path))


def test_a_smaller_tolerance_than_the_truth_is_refuted_by_an_equilibrium() -> None:
    content = made("guarantees/tightness", "bayes", "1/16")
    assert content["verdict"] == "refuted"
    assert judge(content, "guarantees/tightness", tolerance="1/16") == (
        "refuted: the bayes user gets 0 in an equilibrium, less than the claimed 1/8"
    )


def test_the_worked_example_of_the_format_is_accepted() -> None:
    certificate = {
        "format": 1,
        "instance": read_game(str(INSTANCES / "classics/prosecutor.toml")).digest(),
        "guarantee": "bayes",
        "ties": "any",
        "verdict": "proved",
        "tolerance": "1",
        "claimed_bound": "-1",
        "hull": {
            "epsilon": "1",
            "weights": [["prosecutor", "1"]],
            "offset": "0",
            "witness": [["acquit", "innocent", "1/2"], ["convict", "innocent", "-1/2"]],
        },
        "bound": {
            "value": "7/10",
            "deviations": [],
            "marginal": [["nothing", "innocent", "7/10"], ["nothing", "guilty", "0"]],
            "obedience": [["nothing", "convict", "acquit", "1"]],
        },
        "equilibrium": {
            "kind": "signals",
            "user_utility": "7/10",
            "rules": [
                {
                    "agent": "prosecutor",
                    "signal": [
                        ["innocent", "acquit", "4/7"],
                        ["innocent", "convict", "3/7"],
                        ["guilty", "convict", "1"],
                    ],
                }
            ],
            "response": [["nothing", "acquit", "acquit"], ["nothing", "convict", "convict"]],
            "deterrence": [
                {
                    "agent": "prosecutor",
                    "knows": "own observation",
                    "floor": "0",
                    "blocks": [
                        {
                            "types": [["nothing"]],
                            "options": [
                                {
                                    "prices": [["innocent", "0"], ["guilty", "3/5"]],
                                    "reasons": [
                                        {"strategy": ["convict"], "against": [[0, "acquit", "1"]]}
                                    ],
                                }
                            ],
                        }
                    ],
                }
            ],
        },
    }
    said = judge(certificate, "classics/prosecutor")
    assert (
        said
        == "proved: the bayes user gets at least 7/10 (claimed -1) in every equilibrium, ties = any"
    )


def kernel(*words: str, optimised: bool = False) -> subprocess.CompletedProcess[str]:
    """The kernel as a process without site-packages."""
    command = [
        sys.executable,
        "-I",
        "-S",
        *(["-O"] if optimised else []),
        str(ROOT / "verifier" / "kernel"),
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
    wrong.write_text(json.dumps({**content, "claimed_bound": "0"}), encoding="utf-8")
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
    content["equilibrium"]["response"][0][2] = action
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
        assert "usage:" in found.stderr
    doubled = ["a", instance, "--verdict", "proved", "--verdict", "refuted"]
    assert kernel(*doubled).returncode == 2


def test_files_that_cannot_be_read_are_unreadable(tmp_path: Path) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "missing.json", binary):
        assert kernel(str(path), instance).returncode == 2
        assert kernel(str(path), str(path)).returncode == 2
