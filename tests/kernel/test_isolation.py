"""Nothing that lies beside the kernel can replace it: modules, compiled files, broken pipes.

Every test runs the documented command in a process of its own, on a supplement as the how-to page
on citing a verdict makes it: the kernel's folder, an instance, and a forged certificate. What the
verifier itself starts, a process for each certificate and one for many, is tried on the same.
"""

from __future__ import annotations

import compileall
import importlib.util
import json
import marshal
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from tests.games import ROOT
from verifier.checker import Check, Kernel, Reply
from verifier.kernel.__main__ import PARTS, foreign

COMMAND = [sys.executable, "-I", "-S", "-B", "-X", "pycache_prefix=/dev/null"]
POISON = 'import os\nos.write(1, b"accepted: proved: nonsense\\n")\nos._exit(0)\n'
STANDARD = """
    fractions json math csv tomllib hashlib typing pathlib re functools itertools
    collections contextlib decimal numbers random os string copy enum io operator importlib sys
    builtins abc types stat posixpath genericpath fnmatch glob errno warnings ast codecs
"""
KERNEL = ROOT / "verifier" / "kernel"
SOURCES = sorted(path.relative_to(KERNEL) for path in KERNEL.rglob("*.py"))
PROGRAM = Path("__main__.py")
FOLDERS = ("verifier/kernel", *(f"verifier/kernel/{part}" for part in PARTS))
MODULES = [path for path in SOURCES if path.stem != "__init__" and path.as_posix() != "__main__.py"]
NEEDED_FOR = {"parameters": "regions/prosecutor_prior", "users": "populations/opposite_tastes"}
"""The parts of the kernel that are loaded for such instances only."""
LATE = [path for path in SOURCES if path.parts[0] in NEEDED_FOR]
AT_ONCE = [path for path in MODULES if path not in LATE]


@pytest.fixture
def supplement(tmp_path: Path) -> Path:
    """The kernel's folder, an instance, its certificate, and one that claims too much."""
    kernel = tmp_path / "verifier" / "kernel"
    kernel.mkdir(parents=True)
    (tmp_path / "verifier" / "__init__.py").touch()
    for source in SOURCES:
        (kernel / source).parent.mkdir(exist_ok=True)
        shutil.copy2(KERNEL / source, kernel / source)
    shutil.copy(ROOT / "instances/classics/prosecutor.toml", tmp_path / "game.toml")
    true = ROOT / "proofs/certificates/classics/prosecutor.bayes.json"
    shutil.copy(true, tmp_path / "true.json")
    forged = json.loads(true.read_text(encoding="utf-8"))
    (claim,) = (entry for entry in forged["claims"] if entry["claim"] == "every equilibrium")
    claim["at least"] = "4/5"
    (tmp_path / "forged.json").write_text(json.dumps(forged), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Python would leave beside the kernel's sources."""
    kernel = tmp_path_factory.mktemp("compiled") / "kernel"
    shutil.copytree(KERNEL, kernel, ignore=shutil.ignore_patterns("__pycache__"))
    assert compileall.compile_dir(kernel, quiet=1)
    for source in kernel.rglob("*.py"):
        source.unlink()
    return kernel


def judged(
    folder: Path, certificate: str, command: list[str] = COMMAND
) -> subprocess.CompletedProcess[str]:
    words = [*command, "verifier/kernel/__main__.py", certificate, "game.toml"]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def about(part: str, supplement: Path) -> None:
    """The instance becomes one for which this part of the kernel is needed."""
    name = NEEDED_FOR[part]
    shutil.copy(ROOT / f"instances/{name}.toml", supplement / "game.toml")
    shutil.copy(ROOT / f"proofs/certificates/{name}.bayes.json", supplement / "true.json")


REFUSAL = "refused: at least: 4/5 is stated, 7/10 follows\n"


def refuses(folder: Path) -> bool:
    """The true certificate is accepted, and the forged one refused for its own fault."""
    true, forged = judged(folder, "true.json"), judged(folder, "forged.json")
    assert (true.returncode, true.stderr) == (0, "")
    assert true.stdout.startswith("accepted: ") and true.stdout.count(": proved: OPT") == 1
    return (forged.returncode, forged.stdout) == (1, REFUSAL)


Ask = Callable[[Path, str], Reply]
"""One of the ways in which the verifier asks the kernel of a supplement."""


def by_process(folder: Path, certificate: str) -> Reply:
    return Check(folder / certificate, folder / "game.toml").reply()


def by_driver(folder: Path, certificate: str) -> Reply:
    with Kernel() as kernel:
        return kernel(folder / certificate, folder / "game.toml")


@pytest.fixture(params=[by_process, by_driver], ids=["a process for each", "one process for all"])
def ask(request: pytest.FixtureRequest, supplement: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The verifier's two ways to the kernel of the supplement."""
    program = supplement / "verifier" / "kernel" / "__main__.py"
    monkeypatch.setattr("verifier.checker.KERNEL", program)
    monkeypatch.chdir(supplement)
    way: Ask = request.param
    return way


def is_honest(ask: Ask, folder: Path) -> bool:
    """As `refuses`, for what the verifier starts."""
    assert ask(folder, "true.json").accepted
    return ask(folder, "forged.json") == Reply(1, REFUSAL.strip())


def test_the_supplement_is_as_it_should_be(supplement: Path) -> None:
    assert refuses(supplement)
    assert len(MODULES) >= 12 and {path.parts[0] for path in MODULES} >= set(PARTS)


PLACES = (".", "verifier", *FOLDERS)


def shadow_the_library(supplement: Path) -> None:
    """Everywhere at once: whichever were loaded would accept.

    The root holds `verifier/`, and is the current folder, too.
    """
    for place in PLACES:
        for module in STANDARD.split():
            (supplement / place / f"{module}.py").write_text(POISON, encoding="utf-8")


def test_modules_beside_it_shadow_nothing(supplement: Path) -> None:
    shadow_the_library(supplement)
    assert refuses(supplement)


def test_modules_beside_it_shadow_nothing_for_the_verifier(supplement: Path, ask: Ask) -> None:
    shadow_the_library(supplement)
    assert is_honest(ask, supplement)


def test_folders_beside_it_shadow_nothing(supplement: Path) -> None:
    """Packages of the library's names, where the kernel does not look for its own."""
    for place in (".", "verifier"):
        for module in STANDARD.split():
            (supplement / place / module).mkdir()
            (supplement / place / module / "__init__.py").write_text(POISON, encoding="utf-8")
    assert refuses(supplement)


def poison_the_cache(source: Path, prefix: Path | None = None) -> None:
    """A compiled file whose stamp fits the unchanged source."""
    stamp, code = source.stat(), compile(POISON, str(source), "exec")
    cached = Path(importlib.util.cache_from_source(str(source)))
    if prefix is not None:
        cached = prefix / cached.relative_to("/")
    cached.parent.mkdir(exist_ok=True, parents=True)
    head = importlib.util.MAGIC_NUMBER + (0).to_bytes(4, "little")
    times = (int(stamp.st_mtime).to_bytes(4, "little"), stamp.st_size.to_bytes(4, "little"))
    cached.write_bytes(head + b"".join(times) + marshal.dumps(code))


@pytest.mark.parametrize("part", NEEDED_FOR)
def test_a_part_that_is_loaded_late_is_enough(part: str, supplement: Path) -> None:
    about(part, supplement)
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("source", [path for path in SOURCES if path != PROGRAM], ids=str)
def test_a_poisoned_cache_would_be_run_without_the_option(
    source: Path, supplement: Path, compiled: Path
) -> None:
    """Python never loads the program itself by its name; whatever else it loads is compiled."""
    shutil.copytree(compiled, supplement / "verifier" / "kernel", dirs_exist_ok=True)
    if source in LATE:
        about(source.parts[0], supplement)
    poison_the_cache(supplement / "verifier" / "kernel" / source)
    asked = "true.json" if source in LATE else "forged.json"
    careless = judged(supplement, asked, [sys.executable, "-I", "-S"])
    assert (careless.returncode, careless.stdout) == (0, "accepted: proved: nonsense\n")


def test_no_poisoned_cache_is_run(supplement: Path) -> None:
    """Whichever were run would accept."""
    for source in SOURCES:
        poison_the_cache(supplement / "verifier" / "kernel" / source)
    assert refuses(supplement)


def test_no_poisoned_cache_is_run_by_the_verifier(supplement: Path, ask: Ask) -> None:
    for source in SOURCES:
        poison_the_cache(supplement / "verifier" / "kernel" / source)
    poison_the_cache(supplement / "verifier" / "__init__.py")
    assert is_honest(ask, supplement)


def test_the_environment_changes_nothing(supplement: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poison_environment(supplement, monkeypatch)
    assert refuses(supplement)


def test_the_environment_changes_nothing_for_the_verifier(
    supplement: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison_environment(supplement, monkeypatch)
    assert is_honest(ask, supplement)


def poison_environment(supplement: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = supplement / "other"
    other.mkdir()
    for name in ("fractions", "sitecustomize", "usercustomize", "verifier"):
        (other / f"{name}.py").write_text(POISON, encoding="utf-8")
    poison_the_cache(supplement / "verifier/kernel/certificate.py", other / "cache")
    monkeypatch.setenv("PYTHONPATH", str(other))
    monkeypatch.setenv("PYTHONSTARTUP", str(other / "fractions.py"))
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(other / "cache"))
    monkeypatch.setenv("PYTHONPLATLIBDIR", str(other))
    monkeypatch.setenv("PYTHONBREAKPOINT", "fractions.nothing")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_no_acceptance(supplement: Path) -> None:
    words = [*COMMAND, "verifier/kernel/__main__.py", "true.json", "game.toml"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            words, cwd=supplement, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ran.returncode, ran.stderr) == (3, "")


def test_a_defect_of_the_kernel_is_said(supplement: Path) -> None:
    """Nothing is decided: neither accepted nor refused."""
    source = supplement / "verifier" / "kernel" / "certificate.py"
    text = source.read_text(encoding="utf-8")
    broken = text.replace("study(game)", "study(game, None)")
    assert broken != text
    source.write_text(broken, encoding="utf-8")
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout == "failed: the kernel itself broke (TypeError): nothing was decided\n"


SUFFIXES = (*BYTECODE_SUFFIXES, *EXTENSION_SUFFIXES)
INSTEAD = [
    *(f"verifier/kernel/{path.with_suffix('')}/__init__.py" for path in MODULES),
    *(f"verifier/kernel/{path.with_suffix('')}/nothing.txt" for path in MODULES[::5]),
    *(f"verifier/kernel/{path.with_suffix('')}{SUFFIXES[0]}" for path in MODULES),
    *(f"verifier/kernel/{path.with_suffix('')}{SUFFIXES[1]}" for path in MODULES),
    *(f"{folder}/__init__{suffix}" for folder in ("verifier", *FOLDERS) for suffix in SUFFIXES),
]


@pytest.mark.parametrize(
    "paths",
    [
        *([path] for path in INSTEAD[::6]),
        [path for path in INSTEAD if not path.endswith("nothing.txt")],
        [path for path in INSTEAD if path.endswith("nothing.txt")],
    ],
    ids=lambda paths: paths[0] if len(paths) == 1 else str(len(paths)),
)
def test_what_python_would_load_instead_of_the_kernel_is_found(
    paths: list[str], supplement: Path
) -> None:
    """Packages and extension modules go before sources of the same name."""
    said = ", ".join(sorted(plant(supplement, path).name for path in paths))
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout == f"failed: not the kernel's own: {said}: nothing was decided\n"


def test_each_thing_that_python_would_load_instead_is_found_alone(
    supplement: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verifier.kernel.__main__.HERE", supplement / "verifier" / "kernel")
    for path in INSTEAD:
        assert foreign() == []
        planted = plant(supplement, path)
        assert foreign() == [planted.name]
        (shutil.rmtree if planted.is_dir() else Path.unlink)(planted)


def plant(supplement: Path, path: str) -> Path:
    """A poisoned file is put there; returns what is to be found."""
    planted = supplement / path
    beside = planted.parent.exists()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(POISON, encoding="utf-8")
    return planted if beside else planted.parent


@pytest.mark.parametrize("path", INSTEAD[::6])
def test_nothing_that_lies_beside_the_kernel_accepts_for_the_verifier(
    path: str, supplement: Path, ask: Ask
) -> None:
    """What is forged is not accepted, whatever is loaded."""
    plant(supplement, path)
    reply = ask(supplement, "forged.json")
    assert not reply.accepted and reply.code in (1, 2)


def test_the_kernel_s_parts_are_all_of_its_folders() -> None:
    """The list of what is the kernel's own is complete, and has nothing that is not there."""
    assert {path.parts[0] for path in SOURCES if len(path.parts) > 1} == set(PARTS)
    assert max(len(path.parts) for path in SOURCES) == 2


@pytest.mark.parametrize("source", AT_ONCE[::3], ids=str)
def test_half_a_kernel_decides_nothing(source: Path, supplement: Path) -> None:
    """A copy that broke off is no wrong proof."""
    (supplement / "verifier" / "kernel" / source).write_text("def check(", encoding="utf-8")
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout == (
        "failed: the kernel cannot be loaded (SyntaxError): nothing was decided\n"
    )


UNUSED = [Path("quantal/claims.py"), Path("tables/distance.py")]
"""The modules of which a certificate about a Bayesian user needs nothing but to be there."""


@pytest.mark.parametrize("source", [p for p in AT_ONCE if p not in UNUSED][::3], ids=str)
def test_a_module_that_is_empty_decides_nothing(source: Path, supplement: Path) -> None:
    (supplement / "verifier" / "kernel" / source).write_text("", encoding="utf-8")
    is_not_loaded(supplement)


@pytest.mark.parametrize("source", UNUSED, ids=str)
def test_an_empty_module_that_is_not_needed_changes_nothing(source: Path, supplement: Path) -> None:
    (supplement / "verifier" / "kernel" / source).write_text("", encoding="utf-8")
    assert refuses(supplement)


@pytest.mark.parametrize("source", AT_ONCE[1::3], ids=str)
def test_a_module_that_is_missing_decides_nothing(source: Path, supplement: Path) -> None:
    (supplement / "verifier" / "kernel" / source).unlink()
    is_not_loaded(supplement)


def is_not_loaded(supplement: Path) -> None:
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout.startswith("failed: the kernel cannot be loaded (")
    assert ran.stdout.endswith("Error): nothing was decided\n")


def spoil(supplement: Path, source: Path, content: str | None) -> None:
    """A module of the kernel becomes another text, or is missing."""
    path = supplement / "verifier" / "kernel" / source
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("content", [None, "", "def check("])
def test_what_is_loaded_late_and_broken_changes_nothing_where_it_is_not_needed(
    content: str | None, supplement: Path
) -> None:
    for source in LATE:
        spoil(supplement, source, content)
    assert refuses(supplement)


@pytest.mark.parametrize("content", [None, "", "def check("])
@pytest.mark.parametrize("source", [path for path in LATE if path in MODULES], ids=str)
def test_what_is_loaded_late_and_broken_decides_nothing(
    source: Path, content: str | None, supplement: Path
) -> None:
    spoil(supplement, source, content)
    about(source.parts[0], supplement)
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout.startswith("failed: ") and ran.stdout.count("\n") == 1


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_missing_decides_nothing(part: str, supplement: Path) -> None:
    """A copy of the kernel's files without a folder of it."""
    if part in NEEDED_FOR:
        about(part, supplement)
    shutil.rmtree(supplement / "verifier" / "kernel" / part)
    ran = judged(supplement, "true.json")
    assert (ran.returncode, ran.stderr) == (3, "")
    assert ran.stdout.startswith("failed: ") and ran.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "source", ["__main__.py", "certificate.py", "core/claims.py", "reader/document.py"]
)
@pytest.mark.parametrize("content", ["", "def check(", "import sys; sys.exit(0)\n", POISON])
def test_no_kernel_that_is_broken_accepts_for_the_verifier(
    source: str, content: str, supplement: Path, ask: Ask
) -> None:
    """A full disk or a bad copy leaves a file that ends well and says nothing; and a kernel that
    says something else than the expected line is not believed either.
    """
    path = supplement / "verifier" / "kernel" / source
    path.write_text(content, encoding="utf-8")
    if content != POISON:
        assert not ask(supplement, "true.json").accepted
    line = "accepted: what was expected"
    asked: Reply
    if ask is by_process:
        asked = Check(supplement / "true.json", supplement / "game.toml", (), line).reply()
    else:
        with Kernel() as kernel:
            asked = kernel(supplement / "true.json", supplement / "game.toml", (), line)
    assert not asked.accepted
