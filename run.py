"""Sets up a virtual environment and runs the main job, the tests or the checks.

Needs nothing but python3 (3.11+).

    python3 run.py verify    the main job on the shipped instances, certificates into certificates/
    python3 run.py quick     within a minute: lint, formatting, types, import contracts, and
                             the tests that are not slow (CONTRIBUTING.md says what that leaves out)
    python3 run.py test      the tests and the documentation examples, with the kernel's coverage
    python3 run.py check     lint, formatting, types, import contracts, the documentation's
                             site, Gambit's agreement, benchmark smoke tests
    python3 run.py attack    large files that must not keep the kernel busy, then for ten minutes
                             certificates at random, which it and a second checker must judge
                             alike ([--minutes M] [--seed N] [--rounds K])
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"

LINT = [
    ["-m", "ruff", "check", "."],
    ["-m", "ruff", "format", "--check", "."],
    ["-m", "mypy"],
    ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
]
PYTEST = ["-m", "pytest", "-n", "auto", "--dist", "loadgroup"]

JOBS = {
    "verify": [["-m", "verifier.cli", "verify", "instances"]],
    "quick": [*LINT, [*PYTEST, "-q", "-m", "not slow"]],
    "test": [
        # the kernel's own tests must run every line and branch of it, a run of their own
        ["-m", "coverage", "erase"],
        ["-m", "coverage", "run", *PYTEST, "-m", "not heavy", "tests/kernel"],
        ["-m", "coverage", "combine", "--quiet"],
        ["-m", "coverage", "report", "--fail-under=100"],
        [*PYTEST, "--ignore=tests/kernel"],
    ],
    "check": [
        *LINT,
        ["-m", "sphinx", "-W", "-q", "-b", "html", "docs", "build/docs"],
        ["-m", "tests.self_contained", "build/docs"],
        ["-m", "pytest", "-q", "-k", "gambit", "tests/report", "tests/theory"],
        ["-m", "benchmarks.hull_programs", "--quick"],
        ["-m", "benchmarks.hull_scale", "--quick"],
        ["-m", "benchmarks.random_games", "--quick"],
        ["-m", "benchmarks.random_games", "--quick", "--observations"],
        ["-m", "benchmarks.programs", "--quick"],
        ["-m", "benchmarks.conversation_trees", "--quick"],
        ["-m", "benchmarks.sweeps", "--quick"],
    ],
    "attack": [["-m", "pytest", "-q", "-m", "heavy", "tests/kernel"], ["-m", "tests.attack"]],
}

EXTRAS = {
    "verify": "",
    "quick": "[dev]",
    "test": "[dev]",
    "check": "[dev,docs,peers]",
    "attack": "[dev]",
}
"""What each job installs. Gambit, the peer, has no wheel: it is compiled once (minutes) and stays
in .venv; its tests are skipped where it is missing.
"""

DECIDED = (1, 3)
"""Exit codes of `verifier verify` that say what was found (something refuted; something open), not
that it failed.
"""


def main(words: list[str]) -> int:
    if not words or words[0] not in JOBS or (len(words) > 1 and words[0] != "attack"):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  older interpreters can read this file, too
        found = sys.version.split()[0]
        print(f"Python 3.11 or newer is needed, this is {found}", file=sys.stderr)
        return 2
    set_up(EXTRAS[words[0]])
    *first, last = JOBS[words[0]]
    for job in [*first, [*last, *words[1:]]]:
        code = ended([PYTHON, *job])
        if code and not (words[0] == "verify" and code in DECIDED):
            return code
    return 0


def ended(command: list[Path | str]) -> int:
    """The exit code of a command, which may finish what it says when it is interrupted."""
    with subprocess.Popen(command, cwd=HERE) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def set_up(extras: str) -> None:
    """Creates .venv once and installs again only when pyproject.toml has changed."""
    stamp = VENV / f"installed{extras}"
    state = hashlib.sha256((HERE / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == state:
        return
    if not PYTHON.exists():
        create()
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--editable", f".{extras}"],
        cwd=HERE,
        check=True,
    )
    stamp.write_text(state)


def create() -> None:
    """A virtual environment with pip; Debian ships the part of Python that makes one as a package
    of its own.
    """
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    install = ["apt-get", "install", "-y", "-qq", "python3-venv"]
    if shutil.which("apt-get") is None:
        sys.exit(
            "python3 cannot create virtual environments here: install its venv module, then run"
            " this again"
        )
    as_root = [] if shutil.which("sudo") is None else ["sudo"]
    print("installing python3-venv, which Debian splits from python3", file=sys.stderr)
    subprocess.run([*as_root, "apt-get", "update", "-qq"], check=False)
    if subprocess.run([*as_root, *install], check=False).returncode:
        sys.exit(
            "python3-venv could not be installed: run `apt-get install python3-venv` as root, then"
            " this again"
        )
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
