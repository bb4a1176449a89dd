"""The field's words: names and docstrings of the verifier use the terms of the glossary, and the
private words that they replaced do not come back.

The kernel is left out: what it calls things is a matter of its own reading order.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import ROOT

HOUSE = ROOT / "verifier"
FILES = [path for path in sorted(HOUSE.rglob("*.py")) if HOUSE / "kernel" not in path.parents]

RETIRED = {
    "stakes": "payoffs of the game",
    "settle settles settled unsettled": "signal equilibrium, verify_profile, open",
    "deterrence": "deviation bound",
    "nudge nudges nudged": "strict-incentive perturbation",
    "twin twins": "duplicate actions; repaired game",
    "faced facing": "signal distribution given the user's type",
    "hear hears heard hearing": "receives, signal profile, user's type",
    "lone": "single sender",
    "speaker speakers": "within-cell signal, sender",
    "ascent": "bound improvement",
    "secures": "deviation payoff",
    "yardstick yardsticks": "comparison",
    "bid bids": "offer",
    "quest": "SearchRun",
    "census": "counts",
    "speech": "phrases",
    "skin skins": "renderer",
    "album": "picture index",
    "odds": "prior denominator",
}
"""Forms of a retired word -> what to say instead, in names and in docstrings."""

IN_NAMES = {
    "held": "deviation bound",
    "told": "signal distribution; document, narrative",
    "telling": "document",
    "board": "subproblem",
    "raised": "bound improvement",
    "covered": "coverage",
    "world": "prior support",
    "standing": "comparison",
}
"""Ordinary English in a sentence, but no names for what they named."""

PHRASES = {
    "passed over": "dominated",
    "passes over": "dominates",
    "passing over": "dominating",
    "small scope": "restricted game",
    "sees as": "partition",
}
"""What to say instead of two words, in names and in docstrings."""

IN_ROOMS = {
    "dynamics": {"course": "trajectory", "courses": "trajectory", "prices": "dual prices"},
    "search": {"row": "dropped hypothesis"},
    "theory": {
        "corner": "extreme belief",
        "corners": "extreme beliefs",
        "blocks": "subproblems",
        "priced": "dual certificate",
        "selection": "best-AI value",
    },
    "explain": {
        "exhibit": "page data",
        "letters": "symbols",
        "priced": "dual certificate",
    },
    "cli": {"exhibit": "page data", "look": "check", "walk": "files"},
}
"""Room -> words that are good English or mean something else in other rooms."""

EXCEPTIONS = {
    ("game/model.py", "FAVOUR_SPEAKER"): "the tie rule `favour-speaker` is a key of instances",
    ("theorem/signals.py", "facing_over"): "a field of a record of SignalsChecker.v",
}
"""(file, name) -> why the name stays."""


def names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions, classes, arguments, attributes and constants, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.ClassDef(name=name):
                yield name, node.lineno
                yield from fields(node)
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.Module():
                yield from fields(node)


def fields(parent: ast.ClassDef | ast.Module) -> Iterator[tuple[str, int]]:
    """What is assigned in the body of a class or a module."""
    for node in parent.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, node.lineno


def docstrings(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every string that stands alone, without the code between backticks in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as text)):
                yield re.sub(r"`[^`]*`", "", text), node.lineno


def parts(name: str) -> str:
    """The words of a name.

    >>> parts("_bestAIValue_of")
    'best ai value of'
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return " ".join(part.lower() for part in split.split("_") if part)


def offenders(path: Path, text: str) -> list[str]:
    """The retired words of a file, each with its line and what to say instead."""
    place = path.relative_to(HOUSE).as_posix()
    tree = ast.parse(text)
    refused = {form: instead for forms, instead in RETIRED.items() for form in forms.split()}
    refused |= {**PHRASES, **IN_ROOMS.get(place.partition("/")[0], {})}
    named = [
        (line, f"{name}: {word} -> {instead}")
        for name, line in [(path.stem, 1), *names(tree)]
        for word, instead in {**refused, **IN_NAMES}.items()
        if said(word, parts(name)) and (place, name) not in EXCEPTIONS
    ]
    written = [
        (line, f"docstring: {word} -> {instead}")
        for sentence, line in docstrings(tree)
        for word, instead in refused.items()
        if said(word, " ".join(sentence.lower().split()))
    ]
    return [f"{place}:{line}: {problem}" for line, problem in sorted({*named, *written})]


def said(word: str, text: str) -> bool:
    """Whether the word is in the text, by itself."""
    return re.search(rf"(?<![\w-]){word}(?![\w-])", text) is not None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_uses_the_words_of_the_field(path: Path) -> None:
    found = offenders(path, path.read_text(encoding="utf-8"))
    assert not found, "\n" + "\n".join(found)


def test_every_exception_is_used() -> None:
    for place, name in EXCEPTIONS:
        tree = ast.parse((HOUSE / place).read_text(encoding="utf-8"))
        assert name in {found for found, _ in names(tree)}, (place, name)


def test_a_retired_word_is_noticed() -> None:
    text = '"""Both twins are `settled`."""\nclass NoStakes:\n    skin: int\n'
    assert offenders(HOUSE / "theory" / "example.py", text) == [
        "theory/example.py:1: docstring: twins -> duplicate actions; repaired game",
        "theory/example.py:2: NoStakes: stakes -> payoffs of the game",
        "theory/example.py:3: skin: skin -> renderer",
    ]
