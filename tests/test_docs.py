"""The documentation tells the truth: its examples are run, its links lead somewhere, its listings
are complete.
"""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

from tests.examples import ROOT, Block, agrees, blocks, calls, play, terminal
from tests.links import anchors, broken, links
from tests.self_contained import dead, remote
from verifier.errors import InstanceError
from verifier.game import reader as instance
from verifier.game import users
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium

PAGES = sorted((ROOT / "docs").rglob("*.md"))
WITH_FORMAT = [*PAGES, ROOT / "proofs/FORMAT.md"]
EXAMPLES = [
    page
    for page in WITH_FORMAT
    if any(
        block.language in ("console", "pycon", "toml") for block in blocks(page.read_text("utf-8"))
    )
]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.slow
@pytest.mark.parametrize("page", EXAMPLES, ids=name)
def test_the_examples_of_a_page_print_what_they_show(page: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with terminal(tmp_path, {"10.0.0.1": "127.0.0.1", "8786": port}) as shell:
        assert play(page, shell) > 0


def test_the_pages_with_examples_are_these() -> None:
    assert {page.stem for page in EXAMPLES} >= {
        "tutorial",
        "write_a_game",
        "read_a_certificate",
        "cite_a_verdict",
        "find_a_counterexample",
        "sweep_on_a_cluster",
        "python",
        "instance_format",
        "trust",
        "FORMAT",
    }


@pytest.mark.parametrize("page", WITH_FORMAT, ids=name)
def test_every_command_that_is_shown_is_run(page: Path) -> None:
    """No block shows a command in a way that the tests pass over."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(text):
        assert block.language not in ("sh", "bash", "shell", "python"), f"{name(page)}:{block.line}"
        assert block.language == "console" or not re.search(r"^\$ ", block.body, re.MULTILINE), (
            f"{name(page)}:{block.line}"
        )
    assert not re.search(r"^    (verifier|python3?|dask|\$) ", text, re.MULTILINE)


@pytest.mark.parametrize("page", [*WITH_FORMAT, ROOT / "README.md"], ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert not broken(page)


def test_the_index_leads_to_every_page() -> None:
    found = {link.file for link in links(ROOT / "docs/index.md")}
    listed = set(
        re.findall(
            r"^[\w/]+$",
            "\n".join(b.body for b in blocks((ROOT / "docs/index.md").read_text("utf-8"))),
            re.MULTILINE,
        )
    )
    for page in PAGES:
        path = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert path == "index" or path in listed, path
        assert path in ("index", "reference/changelog") or page in found, path


def test_every_key_of_an_instance_is_in_the_reference() -> None:
    page = (ROOT / "docs/reference/instance_format.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    keys = {
        part for row in rows for key in re.findall(r"`([^`]+)`", row) for part in key.split(".")
    }
    calls = [
        node
        for module in (instance, users)
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    tables = [
        call
        for call in calls
        for part in (call.func, *call.args)
        if isinstance(part, ast.Attribute) and part.attr == "table"
    ]
    inner = {
        word.value
        for call in tables
        for word in ast.walk(call)
        if isinstance(word, ast.Constant) and word.value
    }
    sources = {*users.SOURCES, users.TABLES}
    assert keys == {*instance.REQUIRED, *instance.OPTIONAL, *inner, *sources}


def test_the_glossary_has_what_equilibria_are_called() -> None:
    """Those with signals say their kinds in a docstring, those with rules where they are made."""
    page = (ROOT / "docs/explanation/glossary.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z ]+)`", page.split("## What an equilibrium is called")[1]))
    said = re.sub(r"\s+", " ", str(SignalEquilibrium.__doc__)).partition("`kind` says")[2]
    kinds = set(re.findall(r"`([a-z ]+)`", said.partition("`deviation_bounds`")[0]))
    code = "".join(
        (ROOT / f"verifier/theory/{file}.py").read_text(encoding="utf-8")
        for file in ("equilibria/equilibrium", "equilibria/single_sender", "judgements/offers")
    )
    kinds |= set(re.findall(r'kind: \S+ = "([a-z ]+)"', code))
    talk = (ROOT / "verifier/theory/equilibria/conversations.py").read_text(encoding="utf-8")
    kinds |= set(re.findall(r'yield "([a-z ]+)"', talk))
    assert len(kinds) > 20 and kinds - named == set()


def test_the_terms_of_the_glossary_are_in_order() -> None:
    page = (ROOT / "docs/explanation/glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\S.*)\n: ", page, re.MULTILINE)
    assert len(terms) > 30
    assert terms == sorted(terms, key=str.lower)


# The machinery can fail.

PAGE = """
```console
$ echo one
one
$ echo two; echo three
...
three
```

```{code-block} toml
:caption: some.toml
title = 1
```
"""


def test_blocks_are_found_with_their_captions_and_lines() -> None:
    assert list(blocks(PAGE)) == [
        Block("console", "$ echo one\none\n$ echo two; echo three\n...\nthree\n", None, 2),
        Block("toml", "title = 1\n", "some.toml", 10),
    ]


def test_calls_are_commands_with_what_they_show() -> None:
    console = next(blocks(PAGE))
    assert [(call.command, call.shown) for call in calls(console)] == [
        ("echo one", "one\n"),
        ("echo two; echo three", "...\nthree\n"),
    ]
    with pytest.raises(ValueError, match="begins with"):
        list(calls(Block("console", "no command\n", None, 1)))


@pytest.mark.parametrize(
    ("shown", "printed", "good"),
    [
        ("one\n", "\none\n\n", True),
        ("one\n", "one\ntwo\n", False),
        ("...\nthree\n", "one\ntwo\nthree\n", True),
        ("...\nthree\n", "three\n", False),
        ("one\n...\n", "one\ntwo\n", True),
        ("on.\n", "one\n", False),
        ("one two\n", "one  two\n", False),
    ],
)
def test_what_is_shown_must_be_printed(shown: str, printed: str, good: bool) -> None:
    assert agrees(shown, printed) is good


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("```console\n$ echo one\ntwo\n```\n", AssertionError, "but the page shows\ntwo"),
        ("```console\n$ false-command\n```\n", ValueError, "`false-command` ended with 127"),
        ("```pycon\n>>> 1 + 1\n3\n```\n", AssertionError, "Expected:\n    3\nGot:\n    2"),
        (
            "```{code-block} toml\n:caption: instances/classics/prosecutor.toml\nformat = 1\n```\n",
            AssertionError,
            "page.md:1: instances/classics/prosecutor.toml reads otherwise",
        ),
        ("```toml\nstates = []\n```\n", InstanceError, "page.md:1: lacks 'format'"),
        (
            '```toml\n[model]\nties = "never"\n```\n',
            InstanceError,
            "page.md:1: line 10: model.ties",
        ),
    ],
)
def test_a_wrong_example_is_noticed(
    text: str, error: type[Exception], message: str, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    (tmp_path / "shell").mkdir()
    with (
        terminal(tmp_path / "shell") as shell,
        pytest.raises(error, match=re.escape(message)),
    ):
        play(page, shell)


def test_a_broken_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '# A `title`, with dots.\n<a id="x-1"></a>\n[a](page.md#a-title-with-dots) [b](none.md)'
        " [c](#nowhere) `[d](e)` [f](https://g.h) [g](#x-1)\n",
        "utf-8",
    )
    assert anchors(page) == {"a-title-with-dots", "x-1"}
    assert broken(page) == ["none.md: no such file", "#nowhere: no such anchor"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (
            (
                '<a href="https://elsewhere.org">a link is no resource</a><script'
                ' src="local.js"></script>'
            ),
            0,
        ),
        ('<script src="https://elsewhere.org/a.js"></script>', 1),
        ('<img src="//elsewhere.org/a.png">', 1),
        ('<link rel="stylesheet" href="http://elsewhere.org/a.css">', 1),
        ('<link rel="canonical" href="https://elsewhere.org/">', 0),
        (
            (
                '<style>@import "https://elsewhere.org/a.css"; p { background:'
                " url(https://elsewhere.org/a.png) }</style>"
            ),
            2,
        ),
        ("<p style=\"background: url('//elsewhere.org/a.png')\">", 1),
    ],
)
def test_a_remote_resource_is_noticed(text: str, count: int, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(text, encoding="utf-8")
    assert len(remote(page)) == count


def test_a_dead_link_between_built_pages_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#x">good</a><a href="https://c.org/#d">elsewhere</a><a href="#y"></a><a'
        ' href="c.html"></a>',
        "utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="x"><a href="a.html">back</a>', "utf-8")
    assert list(dead(tmp_path)) == ["a.html: #y leads nowhere", "a.html: c.html leads nowhere"]
