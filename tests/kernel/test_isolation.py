"""Nothing that lies beside the kernel can replace it: modules, compiled files, broken pipes.

Every test runs the documented command in a process of its own, on a supplement as the how-to page
on citing a verdict makes it: the kernel's folder, an instance, and a forged certificate.
"""

from __future__ import annotations

import importlib.util
import json
import marshal
import os
import runpy
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.games import ROOT
from verifier.kernel.__main__ import main

COMMAND = [sys.executable, "-I", "-S", "-B", "-X", "pycache_prefix=/dev/null"]
POISON = 'import os\nos.write(1, b"accepted: proved: nonsense\\n")\nos._exit(0)\n'
STANDARD = """
    fractions json math csv tomllib hashlib typing pathlib re dataclasses functools itertools
    collections contextlib decimal numbers random os string copy enum io
"""


@pytest.fixture
def supplement(tmp_path: Path) -> Path:
    """The kernel's folder, an instance, its certificate, and one that claims too much."""
    kernel = tmp_path / "verifier" / "kernel"
    kernel.mkdir(parents=True)
    (tmp_path / "verifier" / "__init__.py").touch()
    for source in (ROOT / "verifier" / "kernel").glob("*.py"):
        shutil.copy2(source, kernel / source.name)
    shutil.copy(ROOT / "instances/classics/prosecutor.toml", tmp_path / "game.toml")
    true = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
    shutil.copy(true, tmp_path / "true.json")
    forged = json.loads(true.read_text(encoding="utf-8"))
    forged["bound"]["value"] = "4/5"
    (tmp_path / "forged.json").write_text(json.dumps(forged), encoding="utf-8")
    return tmp_path


def judged(
    folder: Path, certificate: str, command: list[str] = COMMAND
) -> subprocess.CompletedProcess[str]:
    words = [*command, "verifier/kernel/__main__.py", certificate, "game.toml"]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def refuses(folder: Path) -> bool:
    """The true certificate is accepted, and the forged one refused for its own fault."""
    true, forged = judged(folder, "true.json"), judged(folder, "forged.json")
    assert (true.returncode, true.stderr) == (0, "") and true.stdout.startswith("accepted: proved")
    return (forged.returncode, forged.stdout) == (
        1,
        "refused: bound.value: 4/5 is stated, 7/10 follows\n",
    )


def test_the_supplement_is_as_it_should_be(supplement: Path) -> None:
    assert refuses(supplement)


@pytest.mark.parametrize("place", [".", "verifier", "verifier/kernel"])
def test_modules_beside_it_shadow_nothing(place: str, supplement: Path) -> None:
    """The root holds `verifier/`, and is the current folder, too."""
    for module in STANDARD.split():
        (supplement / place / f"{module}.py").write_text(POISON, encoding="utf-8")
    assert refuses(supplement)


def test_a_poisoned_cache_is_not_run(supplement: Path) -> None:
    """A compiled file whose stamp fits the unchanged source; without the option it would be run."""
    claims = supplement / "verifier" / "kernel" / "claims.py"
    stamp, code = claims.stat(), compile(POISON, str(claims), "exec")
    cached = Path(importlib.util.cache_from_source(str(claims)))
    cached.parent.mkdir()
    head = importlib.util.MAGIC_NUMBER + (0).to_bytes(4, "little")
    times = (int(stamp.st_mtime).to_bytes(4, "little"), stamp.st_size.to_bytes(4, "little"))
    cached.write_bytes(head + b"".join(times) + marshal.dumps(code))
    careless = judged(supplement, "forged.json", [sys.executable, "-I", "-S"])
    assert (careless.returncode, careless.stdout) == (0, "accepted: proved: nonsense\n")
    assert refuses(supplement)


def test_the_environment_changes_nothing(supplement: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (supplement / "other").mkdir()
    (supplement / "other" / "fractions.py").write_text(POISON, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(supplement / "other"))
    monkeypatch.setenv("PYTHONSTARTUP", str(supplement / "other" / "fractions.py"))
    assert refuses(supplement)


def test_a_closed_output_is_no_acceptance(supplement: Path) -> None:
    """Exit code 3, whatever could not be said."""
    reader, writer = os.pipe()
    os.close(reader)
    words = [*COMMAND, "verifier/kernel/__main__.py", "true.json", "game.toml"]
    ran = subprocess.run(
        words, cwd=supplement, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (3, "")
    command = " ".join(f"'{word}'" for word in words)
    ran = subprocess.run(
        ["sh", "-c", f"{command} >&-"], cwd=supplement, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (3, "")


def test_a_defect_of_the_kernel_is_said(supplement: Path) -> None:
    """Nothing is decided: neither accepted nor refused."""
    claims = supplement / "verifier" / "kernel" / "claims.py"
    source = claims.read_text(encoding="utf-8")
    broken = source.replace("position = study(game)", "position = study(game, None)")
    assert broken != source
    claims.write_text(broken, encoding="utf-8")
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout == "failed: the kernel itself broke (TypeError): nothing was decided\n"


def test_here_too_an_error_of_the_kernel_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def defect(*_: object) -> str:
        raise TypeError("a defect")

    monkeypatch.setattr("verifier.kernel.__main__.check", defect)
    instance = ROOT / "instances/classics/prosecutor.toml"
    certificate = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
    assert main([str(certificate), str(instance)]) == 3
    said = "failed: the kernel itself broke (TypeError): nothing was decided\n"
    assert capsys.readouterr().out == said


def test_here_too_what_cannot_be_said_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["missing.json", "missing.toml"]) == 3


@pytest.mark.parametrize(
    "path",
    [
        "verifier/kernel/claims/__init__.py",
        "verifier/kernel/claims" + EXTENSION_SUFFIXES[0],
        "verifier/kernel/claims.pyc",
        "verifier/__init__" + EXTENSION_SUFFIXES[-1],
    ],
)
def test_what_python_would_load_instead_of_the_kernel_is_found(path: str, supplement: Path) -> None:
    """Packages and extension modules go before sources of the same name."""
    planted = supplement / path
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(POISON, encoding="utf-8")
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    name = Path(path).relative_to("verifier").as_posix().removeprefix("kernel/").split("/")[0]
    assert ran.stdout == f"failed: not the kernel's own: {name}: nothing was decided\n"


def test_half_a_kernel_decides_nothing(supplement: Path) -> None:
    """A copy that broke off is no wrong proof."""
    (supplement / "verifier" / "kernel" / "claims.py").write_text("def check(", encoding="utf-8")
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout == (
        "failed: the kernel cannot be loaded (SyntaxError): nothing was decided\n"
    )


def test_here_too_what_is_not_the_kernel_s_own_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As if sources were compiled modules; and a part of the kernel that is not there."""
    program = str(ROOT / "verifier" / "kernel" / "__main__.py")
    monkeypatch.setattr(sys, "path", [*sys.path])
    with monkeypatch.context() as patched, pytest.raises(SystemExit, match="3"):
        patched.setattr("importlib.machinery.EXTENSION_SUFFIXES", ["claims.py"])
        runpy.run_path(program)
    said = "failed: not the kernel's own: claims.py: nothing was decided\n"
    assert capsys.readouterr().out == said
    with monkeypatch.context() as patched, pytest.raises(SystemExit, match="3"):
        patched.setitem(sys.modules, "verifier.kernel.claims", None)
        runpy.run_path(program)
    said = "failed: the kernel cannot be loaded (ModuleNotFoundError): nothing was decided\n"
    assert capsys.readouterr().out == said
