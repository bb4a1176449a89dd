"""Sets up a virtual environment and runs the main job, the tests or the checks.

Needs nothing but python3 (3.11+).

    python3 run.py verify    the main job on the shipped instances, certificates into certificates/
    python3 run.py quick     within a minute: lint, formatting, types, import contracts, and
                             the tests that are not slow (CONTRIBUTING.md says what that leaves out)
    python3 run.py test      the tests and the documentation examples, with the kernel's coverage
    python3 run.py check     lint, formatting, types, import contracts, the documentation's
                             site, Gambit's agreement, benchmark smoke tests
    python3 run.py proofs    the theories in Rocq, from scratch, the checker that is made of them,
                             and the theorems of all shipped games; installs Debian's packages for
                             it, as root or through sudo
    python3 run.py attack    large files that must not keep the kernel busy, then for ten minutes
                             certificates at random, which it and a second checker must judge
                             alike ([--minutes M] [--seed N] [--rounds K])
    python3 run.py faults    a hundred thousand damaged inputs, each of which must end in an answer
                             or one sentence ([--cases N] [--seed N])
    python3 run.py lowest    the tests that are not slow with the lowest versions that
                             pyproject.toml names, in a virtual environment of their own
                             ([what pytest is to run])
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENVS = {"lowest": HERE / ".venv-lowest"}
"""The virtual environments of jobs that have one of their own; the others share .venv."""

LINT = [
    ["-m", "ruff", "check", "."],
    ["-m", "ruff", "format", "--check", "."],
    ["-m", "mypy"],
    ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
]
PYTEST = ["-m", "pytest", "-n", "auto", "--dist", "loadscope"]
COVERING = [
    f"tests/kernel/test_{name}.py"
    for name in (
        "cases",
        "cells",
        "limits",
        "polygon",
        "program",
        "reading",
        "table",
        "table_rows",
    )
]
"""The kernel's tests of one thing after the other: they must run every line and branch of it.

To measure that takes longer than the tests, so that those of random games and certificates are not
measured.
"""

JOBS = {
    "verify": [["-m", "verifier.cli", "verify", "instances"]],
    "quick": [*LINT, [*PYTEST, "-q", "-m", "not slow"]],
    "test": [
        ["-m", "coverage", "erase"],
        ["-m", "coverage", "run", *PYTEST, *COVERING],
        ["-m", "coverage", "combine", "--quiet"],
        ["-m", "coverage", "report", "--fail-under=100"],
        [*PYTEST, "-m", "not heavy", *(f"--ignore={path}" for path in COVERING)],
    ],
    "check": [
        *LINT,
        ["-m", "sphinx", "-W", "-q", "-b", "html", "docs", "build/docs"],
        ["-m", "tests.self_contained", "build/docs"],
        ["-m", "pytest", "-q", "-k", "gambit", "tests/report", "tests/theory"],
        ["-m", "benchmarks.hull_programs", "--quick"],
        ["-m", "benchmarks.hull_scale", "--quick"],
        ["-m", "benchmarks.tables", "--quick", "--most", "3"],
        ["-m", "benchmarks.random_games", "--quick"],
        ["-m", "benchmarks.random_games", "--quick", "--observations"],
        ["-m", "benchmarks.coverage", "--quick"],
        ["-m", "benchmarks.programs", "--quick"],
        ["-m", "benchmarks.conversation_trees", "--quick"],
        ["-m", "benchmarks.conversations", "--quick"],
        ["-m", "benchmarks.sweeps", "--quick"],
        ["-m", "benchmarks.site", "--quick"],
        ["-m", "benchmarks.growth", "--quick"],
    ],
    "proofs": [["-m", "pytest", "-q", "tests/theorem"]],
    "attack": [["-m", "pytest", "-q", "-m", "heavy", "tests/kernel"], ["-m", "tests.attack"]],
    "faults": [["-m", "tests.faults"]],
    "lowest": [["-m", "pytest", "-q", "-n", "2", "--dist", "loadscope", "-m", "not slow"]],
}
ASKED = ("attack", "faults", "lowest")
"""The jobs whose last command takes further words."""

FIRST = {
    "verify": "230 MB in .venv; half a minute with a fast network",
    "test": "1 GB in .venv; about a minute with a fast network",
}
"""What the set-up of a job needs, once."""

TAKES = {
    "verify": "all games in instances/, certificates into certificates/: about 1 minute",
    "test": "all tests and the examples of the documentation: about 20 minutes on two cores",
}
"""What a job does, and how long that takes."""

EXTRAS = {
    "verify": "",
    "quick": "[dev]",
    "test": "[dev]",
    "check": "[dev,docs,peers]",
    "proofs": "[dev]",
    "attack": "[dev]",
    "faults": "[dev]",
    "lowest": "",
}
"""What each job installs. Gambit, the peer, has no wheel: it is compiled once (minutes) and stays
in .venv; its tests are skipped where it is missing.
"""

LINTERS = ("ruff", "mypy", "import-linter", "pre-commit")
"""What no test needs; some need newer versions of what the package needs, too."""

DECIDED = (1, 3)
"""Exit codes of `verifier verify` that say what was found (something refuted; something open), not
that it failed.
"""


def main(words: list[str]) -> int:
    if not words or words[0] not in JOBS or (len(words) > 1 and words[0] not in ASKED):
        print(__doc__, file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036  older interpreters can read this file, too
        found = sys.version.split()[0]
        print(f"Python 3.11 or newer is needed, this is {found}", file=sys.stderr)
        return 2
    python = set_up(words[0])
    if words[0] in TAKES:
        say(f"{words[0]}: {TAKES[words[0]]}")
    if words[0] == "proofs" and (code := theories()):
        return code
    *first, last = JOBS[words[0]]
    for job in [*first, [*last, *words[1:]]]:
        code = ended([python, *job])
        if code and not (words[0] == "verify" and code in DECIDED):
            return code
    return 0


def say(line: str) -> None:
    """What is being done, on standard error: standard output is the job's."""
    print(f"run.py: {line}", file=sys.stderr, flush=True)


def ended(command: list[Path | str]) -> int:
    """The exit code of a command, which may finish what it says when it is interrupted.

    Whatever is compiled is kept, since tests start hundreds of processes.
    """
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with subprocess.Popen(command, cwd=HERE, env=kept) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def set_up(job: str) -> Path:
    """The Python of a job's virtual environment, which is created once, and filled again only when
    pyproject.toml has changed.
    """
    extras, venv = EXTRAS[job], VENVS.get(job, HERE / ".venv")
    python, stamp = venv / "bin" / "python", venv / f"installed{extras}"
    state = hashlib.sha256((HERE / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == state:
        return python
    if not python.exists():
        say(f"making a virtual environment in {venv.name}, which is all that is installed")
        create(venv)
    needs = f" ({FIRST[job]})" if job in FIRST else ""
    say(f"installing the package{extras and f' with {extras}'} and what it needs{needs}")
    pinned = lowest() if job == "lowest" else []
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--editable", f".{extras}", *pinned],
        cwd=HERE,
        check=True,
    )
    stamp.write_text(state)
    return python


def lowest() -> list[str]:
    """The lowest versions that pyproject.toml names, of all that the tests import."""
    import tomllib  # where it is missing, Python is too old

    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = [*project["dependencies"], *extras["dev"]]
    for one in extras["all"]:
        for extra in one.partition("[")[2].rstrip("]").split(","):
            named += extras[extra]
    pinned = [re.sub(r">=([^,]*).*", r"==\1", one) for one in named]
    return [one for one in pinned if re.split(r"==|\[", one)[0] not in (*LINTERS, project["name"])]


def theories() -> int:
    """All theories in Rocq are checked from scratch, and what they rest on is compared; then the
    proved checker is made a program and a script.
    """
    if not has_rocq():
        install("coq", "libcoq-mathcomp", "libcoq-mathcomp-analysis", "make")
    if shutil.which("ocamlopt") is None or shutil.which("js_of_ocaml") is None:
        install("ocaml-nox", "js-of-ocaml")
    say("checking all proofs in proofs/theories from scratch, and what they rest on")
    if code := ended(["make", "-C", "proofs/theories", "check"]):
        return code
    say("making the proved checker a program, and the script of story pages, byte for byte")
    return ended(["make", "-s", "-C", "proofs/extraction", "check"])


def has_rocq() -> bool:
    """Whether Rocq is there with the libraries that the theories need."""
    if shutil.which("coqc") is None or shutil.which("make") is None:
        return False
    where = subprocess.run(["coqc", "-where"], capture_output=True, text=True, check=True).stdout
    return (Path(where.strip()) / "user-contrib" / "mathcomp" / "analysis").is_dir()


def install(*packages: str) -> None:
    """Debian packages, as root or through sudo."""
    command = f"apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        sys.exit(f"needed here, and not found: what `{command}` installs on Debian")
    as_root = [] if shutil.which("sudo") is None else ["sudo"]
    say(f"{command}, with what they need")
    subprocess.run([*as_root, "apt-get", "update", "-qq"], check=False)
    if subprocess.run(
        [*as_root, "apt-get", "install", "-y", "-qq", *packages], check=False
    ).returncode:
        sys.exit(f"it could not be installed: run `{command}` as root, then this again")


def create(venv: Path) -> None:
    """A virtual environment with pip; Debian ships the part of Python that makes one as a package
    of its own.
    """
    command = [sys.executable, "-m", "venv", str(venv)]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    if shutil.which("apt-get") is None:
        sys.exit(
            "python3 cannot create virtual environments here: install its venv module, then run"
            " this again"
        )
    install("python3-venv")
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
