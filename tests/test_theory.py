"""One hop from any theorem of theory.md to its code, and back: the lines
`Code · Kernel · Rocq · Example` name files that exist, every file of verifier/theory/ is the home
of one number, every main theorem in Rocq is named by a number, and what cites a number cites one
that exists.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.examples import ROOT
from verifier.explain.theorem import SHOWS, SOURCE, Theorem, theorems, theory

LINE = re.compile(
    r"^Code: (?P<code>.+) · Kernel: (?P<kernel>.+) · Rocq: (?P<rocq>.+) · Example: (?P<example>.+)$"
)
LINK = re.compile(r"\[`?(?P<label>[^\]`]+)`?\]\((?P<path>[^)#]+)\)")
NUMBERED = [theorem for theorem in theorems() if theorem.name.startswith("t-")]
CITED = re.compile(r"theory\.md (\d+\.\d+)")
HOMES = ROOT / "verifier" / "theory"
THEORIES = ROOT / "proofs" / "theories"
STATED = re.compile(
    r"^(?:Theorem|Corollary|Lemma|Definition|Fixpoint|Record|Inductive) (\w+)", re.MULTILINE
)
"""What a theory in Rocq states or defines."""
RESTS = re.compile(r"^Print Assumptions (\w+)\.", re.MULTILINE)
"""The main theorems of a theory: `make check` compares what they rest on."""


def places(theorem: Theorem) -> dict[str, str]:
    found = LINE.fullmatch(theorem.text.splitlines()[-1])
    assert found, theorem.number
    return found.groupdict()


def files(line: str) -> list[tuple[str, Path]]:
    """(label, file) of every link in a part of the line."""
    return [(label, (SOURCE.parent / path).resolve()) for label, path in LINK.findall(line)]


@pytest.mark.parametrize("theorem", NUMBERED, ids=lambda theorem: theorem.number)
def test_a_theorem_names_its_code_the_check_of_the_kernel_and_an_example(theorem: Theorem) -> None:
    named = places(theorem)
    for part in named.values():
        assert all(path.is_file() for _, path in files(part))
        assert files(part) or part in ("none", "not checked", "not stated")
    for label, path in files(named["kernel"]):
        module, function = label.split(".")
        assert path.stem == module and ROOT / "verifier" / "kernel" in path.parents
        defined = ast.parse(path.read_text(encoding="utf-8")).body
        assert function in {
            node.name for node in defined if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
    assert all(ROOT / "instances" in path.parents for _, path in files(named["example"]))


def stated_in_rocq(theorem: Theorem) -> list[tuple[str, Path]]:
    """(name, file) of what Rocq states of a number."""
    return files(places(theorem)["rocq"])


@pytest.mark.parametrize("theorem", NUMBERED, ids=lambda theorem: theorem.number)
def test_what_a_theorem_names_in_rocq_is_stated_there(theorem: Theorem) -> None:
    for name, path in stated_in_rocq(theorem):
        assert path.parent == THEORIES and path.suffix == ".v"
        assert name in STATED.findall(path.read_text(encoding="utf-8")), f"{path.name}: {name}"


def test_every_main_theorem_in_rocq_belongs_to_a_number() -> None:
    named = {(path.name, name) for theorem in NUMBERED for name, path in stated_in_rocq(theorem)}
    main = {
        (path.name, name)
        for path in THEORIES.glob("*.v")
        for name in RESTS.findall(path.read_text(encoding="utf-8"))
    }
    assert main
    assert not main - named


def test_every_file_of_theory_is_the_home_of_one_theorem() -> None:
    homes = Counter(
        path
        for theorem in NUMBERED
        for _, path in files(places(theorem)["code"].partition("with ")[0])
    )
    assert set(homes) == {path for path in HOMES.rglob("*.py") if path.stem != "__init__"}
    assert set(homes.values()) == {1}


def test_the_numbers_are_in_order_and_their_anchors_are_theirs() -> None:
    numbers = [tuple(map(int, theorem.number.split("."))) for theorem in NUMBERED]
    assert numbers == sorted(set(numbers))
    for theorem in NUMBERED:
        assert theorem.name == f"t-{theorem.number.replace('.', '-')}"
    assert theory().count("### ") == theory().count('<a id="t-') == len(NUMBERED)
    assert set(SHOWS) <= {theorem.number for theorem in NUMBERED}


def test_what_is_cited_is_there() -> None:
    pages = [*(ROOT / "verifier").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]
    numbers = {theorem.number for theorem in NUMBERED}
    wrong = {
        f"{page.relative_to(ROOT)}: {number}"
        for page in pages
        for number in CITED.findall(page.read_text(encoding="utf-8"))
        if number not in numbers
    }
    assert not wrong


def test_a_section_alone_is_not_cited() -> None:
    """A number such as 6.3 leads to one theorem; a section would lead to many."""
    bare = re.compile(r"theory\.md \d+(?![\d.]|\.\d)")
    folders = ("verifier", "tests", "docs", "experiments", "benchmarks", "instances", "proofs")
    pages = [page for folder in folders for page in (ROOT / folder).rglob("*.*")]
    text = [page for page in pages if page.suffix in (".py", ".md", ".toml")]
    assert not [page for page in text if bare.search(page.read_text(encoding="utf-8"))]


def test_a_build_takes_the_theory_along() -> None:
    assert SOURCE.is_file()
    for name in ("setup.py", "MANIFEST.in"):
        assert SOURCE.relative_to(ROOT).as_posix() in (ROOT / name).read_text(encoding="utf-8")
