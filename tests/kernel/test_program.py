"""The kernel as a program, run in this process: its exit codes, and its one line."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from tests.games import ROOT
from tests.kernel.certificates import INSTANCES, made
from verifier.kernel.__main__ import main

KERNEL = ROOT / "verifier" / "kernel"


def test_the_main_function_decides_and_says_so_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = str(INSTANCES / "classics/prosecutor.toml")
    path = tmp_path / "certificate.json"
    content = made("classics/prosecutor", "bayes")
    for text, code, word in (
        (json.dumps(content), 0, "accepted: 'A prosecutor persuades a judge' (sha256:"),
        (json.dumps({**content, "game": "sha256:0"}), 1, "refused: game:"),
        ("{}", 2, "unreadable: format: expected 2"),
        ('{"format": 1, "verdict": "proved"}', 2, "unreadable: format: expected 2"),
        ('{"format": 2}', 2, "unreadable: certificate: missing key"),
        ("[]", 2, "unreadable: certificate: expected a table"),
    ):
        path.write_text(text, encoding="utf-8")
        assert main([str(path), instance]) == code
        assert capsys.readouterr().out.startswith(word)
    assert main([instance]) == 2
    assert "usage" in capsys.readouterr().err
    path.write_text(json.dumps(content), encoding="utf-8")
    assert main([str(path), instance, "--verdict", "refuted"]) == 1


def test_the_kernel_runs_as_a_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["kernel"])
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(INSTANCES.parent / "verifier/kernel"), run_name="__main__")
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_a_number_too_long_to_print_is_unreadable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.json"
    path.write_text('{"format": ' + "9" * 200_000 + "}", encoding="utf-8")
    assert main([str(path), str(INSTANCES / "classics/prosecutor.toml")]) == 2
    assert capsys.readouterr().out.startswith("unreadable:")


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("deep")])
def test_what_is_too_large_for_the_machine_is_said_with_a_reason(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def exhausted(path: str) -> None:
        raise error

    monkeypatch.setattr("verifier.kernel.__main__.read_json", exhausted)
    assert main(["c.json", "i.toml"]) == 2
    assert capsys.readouterr().out == f"unreadable: too large ({type(error).__name__})\n"


def test_here_too_an_error_of_the_kernel_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect(*_: object) -> str:
        raise TypeError("a defect")

    monkeypatch.setattr("verifier.kernel.certificate.check", defect)
    instance = ROOT / "instances/classics/prosecutor.toml"
    certificate = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
    assert main([str(certificate), str(instance)]) == 3
    said = "failed: the kernel itself broke (TypeError): nothing was decided\n"
    assert capsys.readouterr().out == said


def test_here_too_what_cannot_be_said_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["missing.json", "missing.toml"]) == 3


def test_here_too_what_is_not_the_kernel_s_own_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As if sources were compiled modules; and a part of the kernel that is not there."""
    program = str(KERNEL / "__main__.py")
    monkeypatch.setattr(sys, "path", [*sys.path])
    with monkeypatch.context() as patched, pytest.raises(SystemExit, match="3"):
        patched.setattr("importlib.machinery.EXTENSION_SUFFIXES", ["prices.py"])
        runpy.run_path(program)
    said = "failed: not the kernel's own: prices.py: nothing was decided\n"
    assert capsys.readouterr().out == said
    with monkeypatch.context() as patched, pytest.raises(SystemExit, match="3"):
        patched.setitem(sys.modules, "verifier.kernel.reader.document", None)
        runpy.run_path(program)
    said = "failed: the kernel cannot be loaded (ModuleNotFoundError): nothing was decided\n"
    assert capsys.readouterr().out == said
    with monkeypatch.context() as patched, pytest.raises(SystemExit, match="3"):
        patched.setitem(sys.modules, "verifier.kernel.certificate", None)
        main([str(ROOT / "proofs/certificates/classics/prosecutor.bayes.json"), "missing.toml"])
    assert capsys.readouterr().out == said
