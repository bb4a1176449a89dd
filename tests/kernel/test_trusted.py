"""The trusted part: what the kernel must not contain, how long it is, and that it runs alone.

Who may import whom is a contract in pyproject.toml, which `lint-imports` checks.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.games import ROOT
from verifier.checker import LIBRARY

PACKAGE = ROOT / "verifier"
ROOM = PACKAGE / "kernel"
KERNEL = sorted(ROOM.rglob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
TOKENS = {
    "__init__.py": 0,
    "__main__.py": 792,
    "certificate.py": 1_147,
    "game_file.py": 500,
    "reader": 3_555,
    "parameters": 6_370,
    "users": 875,
    "core": 23_530,
    "quantal": 3_990,
    "tables": 4_570,
}
"""The most tokens that a part of the kernel has."""

LINES = 2_938
"""The most lines of code that have to be read to believe a verdict about a user who best-responds:
those of the files beside the parts, of `reader` and of `core`.
"""

MAY_IMPORT = {
    "reader": {"reader"},
    "users": {"reader", "users"},
    "parameters": {"reader", "parameters"},
    "core": {"reader", "core"},
    "quantal": {"reader", "core", "quantal"},
    "tables": {"reader", "tables"},
}
"""The parts of the kernel that a part may import."""


def name(path: Path) -> str:
    return path.relative_to(ROOM).as_posix()


def part(path: Path) -> str:
    """The part of the kernel that a file belongs to; a file beside them is one of its own."""
    return path.relative_to(ROOM).parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that an import statement names, anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the room"
            assert node.module is not None
            yield node.module


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def test_the_contract_knows_every_third_party() -> None:
    """The contract "doors" can only forbid what it lists."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (doors,) = (contract for contract in contracts if contract["id"] == "doors")
    found = {name.split(".")[0] for path in MODULES for name in imported(parsed(path))}
    assert found - sys.stdlib_module_names - {"verifier"} <= set(doors["forbidden_modules"])


def test_every_file_of_the_kernel_is_looked_at() -> None:
    assert {part(path) for path in KERNEL} == set(TOKENS) >= set(MAY_IMPORT)


@pytest.mark.parametrize("path", [p for p in KERNEL if part(p) in MAY_IMPORT], ids=name)
def test_a_part_imports_what_it_stands_on(path: Path) -> None:
    """Who reads `core` needs nothing of a quantal user or of tables; the reader needs nobody."""
    ours = [m for m in imported(parsed(path)) if m.startswith("verifier")]
    assert {module.split(".")[2] for module in ours} <= MAY_IMPORT[part(path)]


@pytest.mark.parametrize("path", [p for p in KERNEL if p.name == "__init__.py"], ids=name)
def test_a_package_s_own_file_has_no_code(path: Path) -> None:
    """So that importing a module of a part loads nothing else of it."""
    assert code_lines(path) == 0


@pytest.mark.parametrize("path", KERNEL, ids=name)
def test_the_kernel_imports_the_standard_library_and_itself(path: Path) -> None:
    for module in imported(parsed(path)):
        assert module.split(".")[0] in sys.stdlib_module_names or module.startswith(
            "verifier.kernel"
        )


def test_what_may_come_compiled_is_python_s_own_library() -> None:
    """All that the kernel imports of it: what were missing would be compiled each time."""
    found = {module for path in KERNEL for module in imported(parsed(path))}
    library = {module for module in found if not module.startswith("verifier")}
    assert {m.removesuffix(".abc") for m in library} - {"sys"} == set(LIBRARY.split())


@pytest.mark.parametrize("path", KERNEL, ids=name)
def test_the_kernel_has_no_assertions_and_no_floats(path: Path) -> None:
    """-O removes assertions; a float decides nothing."""
    for node in ast.walk(parsed(path)):
        where = f"{name(path)}:{getattr(node, 'lineno', 0)}"
        assert not isinstance(node, ast.Assert), where
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex)), (
            where
        )
        assert not (isinstance(node, ast.Name) and node.id == "float"), where


def spoken(path: Path) -> list[tokenize.TokenInfo]:
    """The tokens of a file's code, without comments, docstrings and layout."""
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    with path.open("rb") as file:
        found = list(tokenize.tokenize(file.readline))[1:-1]
    nodes = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Expr)]
    prose = {n.lineno for n in nodes if isinstance(n.value, ast.Constant)}
    return [
        token
        for token in found
        if token.type not in quiet
        and not (token.type == tokenize.STRING and token.start[0] in prose)
    ]


def code_lines(path: Path) -> int:
    """The lines of a file that have code: no comments, docstrings and blank lines."""
    return len({n for t in spoken(path) for n in range(t.start[0], t.end[0] + 1)})


@pytest.mark.parametrize("counted", TOKENS)
def test_the_kernel_can_be_read_in_one_sitting(counted: str) -> None:
    """Measured in tokens, which formatting moves by no more than a trailing comma."""
    counts = {name(path): len(spoken(path)) for path in KERNEL if part(path) == counted}
    assert sum(counts.values()) <= TOKENS[counted], counts


def test_what_a_verdict_rests_on_is_short() -> None:
    extra = {"quantal", "tables", "parameters", "users"}
    counts = {name(path): code_lines(path) for path in KERNEL if part(path) not in extra}
    assert sum(counts.values()) <= LINES, counts


def test_the_package_is_empty_so_that_the_kernel_loads_nothing_else() -> None:
    assert (PACKAGE / "__init__.py").read_text(encoding="utf-8") == ""


def loaded(module: str) -> set[str]:
    """What of this package a module of the kernel loads, without site-packages."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import verifier.kernel.{module}; "
        "print(*sorted(m for m in sys.modules if m.startswith('verifier')))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return set(ran.stdout.split())


def test_the_kernel_loads_without_site_packages() -> None:
    found = loaded("certificate")
    assert all(m == "verifier" or m.startswith("verifier.kernel") for m in found)


def test_core_loads_without_the_other_parts() -> None:
    found = {m.split(".")[2] for m in loaded("core.claims") if m.count(".") > 1}
    assert found == {"core", "reader"}


@pytest.mark.parametrize(
    ("certificate", "instance", "needed"),
    [
        ("classics/prosecutor.bayes.json", "classics/prosecutor.toml", False),
        ("regions/prosecutor_prior.bayes.json", "regions/prosecutor_prior.toml", True),
    ],
)
def test_parameters_are_loaded_for_instances_that_have_some(
    certificate: str, instance: str, needed: bool
) -> None:
    """Who reads why a verdict holds may leave them out where there are none."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"sys.argv = ['kernel', 'proofs/certificates/{certificate}', 'instances/{instance}']\n"
        "import runpy\n"
        "try: runpy.run_module('verifier.kernel', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(any(m.startswith('verifier.kernel.parameters.') for m in sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    said, found = ran.stdout.splitlines()
    assert said.startswith("accepted"), said
    assert found == str(needed)
