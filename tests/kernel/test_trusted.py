"""The layers of the house: who may import whom, and what the kernel must not contain."""

from __future__ import annotations

import ast
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.games import ROOT

PACKAGE = ROOT / "verifier"
KERNEL = sorted((PACKAGE / "kernel").glob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
KERNEL_TOKENS = 18_400

LAYERS = {
    "kernel": {"kernel"},
    "errors": set(),
    "rational": {"errors"},
    "draws": set(),
    "numeral": {"solve.ball"},
    "notebook": {"numeral", "solve.ball"},
    "game": {"game", "notebook", "rational", "errors"},
    "solve": {"solve", "rational", "errors"},
    "data": {"data", "game", "rational", "errors"},
    "alignment": {
        "alignment",
        "data",
        "solve",
        "draws",
        "drawing",
        "notebook",
        "numeral",
        "errors",
    },
    "drawing": {"errors"},
    "dynamics": {"dynamics", "theory", "game", "solve", "draws", "drawing", "errors"},
    "theory": {"theory", "notebook", "numeral", "game", "solve", "rational", "errors"},
    "certificate": {"theory", "alignment", "data", "game", "solve.ball", "rational", "errors"},
    "report": {
        "report",
        "numeral",
        "search",
        "theory",
        "alignment",
        "data",
        "dynamics",
        "game",
        "solve.ball",
        "solve.points",
        "rational",
        "errors",
    },
    "search": {"search", "theory", "game", "solve", "draws", "rational", "errors"},
    "sweep": {
        "sweep",
        "drawing",
        "numeral",
        "api",
        "certificate",
        "checker",
        "report",
        "theory",
        "game",
        "solve.ball",
        "draws",
        "rational",
        "errors",
    },
    "explain": {"explain", "numeral", "report", "search", "theory", "game", "solve.ball", "errors"},
    "picture": {"picture", "theory", "game", "solve.ball", "errors"},
    "site": {"site", "api", "explain", "picture", "report", "theory", "game", "errors"},
    "checker": {"errors", "rational"},
}
"""What each room may import; the faces (api, competition, tables, cli) may import everything but
the kernel.
"""
FACES = {"api", "competition", "tables", "cli"}
THIRD_PARTY = {
    "highspy": {"solve/highs.py", "solve/sides.py"},
    "z3": {"solve/smt.py", "solve/hitting.py", "search/synthesis.py"},
    "flint": {"solve"},
    "numpy": {"solve"},
    "networkx": {"game/conversation.py", "picture/tree.py"},
    "click": {"cli"},
    "matplotlib": {"drawing.py", "picture"},
    "pyarrow": {"data/parquet_file.py"},
    "distributed": {"sweep/cluster.py"},
    "sympy": {"explain/skin/formula.py"},
    "jinja2": {"site/page.py"},
}


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that an import statement names, anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            assert node.module is not None
            yield node.module
            yield from (
                f"{node.module}.{alias.name}"
                for alias in node.names
                if _is_module(node.module, alias.name)
            )


def _is_module(package: str, name: str) -> bool:
    inside = ROOT.joinpath(*package.split("."), name)
    return package.split(".")[0] == "verifier" and (
        inside.with_suffix(".py").exists() or inside.is_dir()
    )


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def ours(path: Path) -> set[str]:
    """The parts of this package that a file imports, without the leading `verifier.`."""
    names = {name for name in imported(parsed(path)) if name.split(".")[0] == "verifier"}
    return {
        name.removeprefix("verifier.")
        for name in names
        if name not in {"verifier", "verifier.solve", "verifier.report"}
    }


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        assert not ours(path)
        return
    if here in FACES:
        assert not {other for other in ours(path) if other.split(".")[0] == "kernel"}
        return
    allowed = LAYERS[here]
    wrong = {
        other for other in ours(path) if other.split(".")[0] not in allowed and other not in allowed
    }
    assert not wrong, f"{name(path)} imports {sorted(wrong)}, allowed are {sorted(allowed)}"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_third_parties_enter_through_one_door(path: Path) -> None:
    for module in imported(parsed(path)):
        top = module.split(".")[0]
        if top == "verifier" or top in sys.stdlib_module_names:
            continue
        doors = THIRD_PARTY[top]
        assert name(path) in doors or room(path) in doors, f"{name(path)} imports {top}"


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


def test_the_kernel_runs_as_a_folder_from_anywhere(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-B",
        str(PACKAGE / "kernel"),
        "missing.json",
        "missing.toml",
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stdout + ran.stderr


def test_help_does_not_import_the_solvers() -> None:
    """The command line imports late, so that --help and the kernel's caller start at once."""
    code = (
        "import sys, verifier.cli; print([m for m in ('highspy', 'z3', 'flint', 'numpy') if m in"
        " sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
