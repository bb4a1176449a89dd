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

PACKAGE = ROOT / "verifier"
KERNEL = sorted((PACKAGE / "kernel").rglob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
KERNEL_TOKENS = 19_500


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


@pytest.mark.parametrize("path", KERNEL, ids=lambda path: path.name)
def test_the_kernel_imports_the_standard_library_and_itself(path: Path) -> None:
    for module in imported(parsed(path)):
        assert module.split(".")[0] in sys.stdlib_module_names or module.startswith(
            "verifier.kernel"
        )


@pytest.mark.parametrize("path", KERNEL, ids=lambda path: path.name)
def test_the_kernel_has_no_assertions_and_no_floats(path: Path) -> None:
    """-O removes assertions; a float decides nothing."""
    for node in ast.walk(parsed(path)):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        assert not isinstance(node, ast.Assert), where
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex)), (
            where
        )
        assert not (isinstance(node, ast.Name) and node.id == "float"), where


def tokens(path: Path) -> int:
    """The tokens of a file's code, without comments, docstrings and layout."""
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    with path.open("rb") as file:
        found = list(tokenize.tokenize(file.readline))[1:-1]
    spoken = [token for token in found if token.type not in quiet]
    nodes = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Expr)]
    prose = {n.lineno for n in nodes if isinstance(n.value, ast.Constant)}
    return sum(1 for t in spoken if not (t.type == tokenize.STRING and t.start[0] in prose))


def test_the_kernel_can_be_read_in_one_sitting() -> None:
    """Measured in tokens, which formatting moves by no more than a trailing comma."""
    counts = {path.name: tokens(path) for path in KERNEL}
    assert sum(counts.values()) <= KERNEL_TOKENS, counts


def test_the_package_is_empty_so_that_the_kernel_loads_nothing_else() -> None:
    assert (PACKAGE / "__init__.py").read_text(encoding="utf-8") == ""


def test_the_kernel_loads_without_site_packages() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import verifier.kernel.claims; "
        "print(*sorted(m for m in sys.modules if m.startswith('verifier')))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert all(
        module == "verifier" or module.startswith("verifier.kernel")
        for module in ran.stdout.split()
    )
