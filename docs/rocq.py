"""The theories in Rocq as pages of the site.

Each theory of proofs/theories is a page, in which every definition and theorem has an anchor. Links
to a theory, which work in the repository, lead to its page; where a link's text is code, the name
of a definition or a theorem, to its anchor.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx

THEORIES = Path(__file__).resolve().parents[1] / "proofs" / "theories"
FOLDER = "theories"
"""Where the pages are on the site."""
README = "reference/theories"
"""The page that has the theories' README."""
TO_README = re.compile(r"\]\((?:\.\./)+proofs/theories/README\.md")
TO_DOCS = re.compile(r"\]\(\.\./\.\./docs/")
TO_FILE = re.compile(r"\]\(([\w.]+)\)")
STATED = re.compile(
    r"^((?:<[^>]*>|\s)*(?:Theorem|Corollary|Lemma|Fact|Definition|Fixpoint|Record|Inductive)"
    r"(?:<[^>]*>|\s)+)(\w+)"
)
"""A line of highlighted text that states or defines something."""


def theories() -> Iterator[Path]:
    """The files of the theories."""
    return iter(sorted(THEORIES.glob("*.v")))


def readme(app: Sphinx, name: str, source: list[str]) -> None:
    """The theories' README is a page of the site, and links to it lead there."""
    if name == README:
        text = (THEORIES / "README.md").read_text(encoding="utf-8")
        text = TO_DOCS.sub("](../", text)
        source[0] = TO_FILE.sub(r"](../../proofs/theories/\1)", text)
    else:
        source[0] = TO_README.sub(f"](/{README}.md", source[0])


def links(app: Sphinx, page: nodes.document) -> None:
    """What would be the download of a theory leads to its page."""
    for link in list(page.findall(download_reference)):
        path = Path(link["reftarget"])
        if path.suffix == ".v" and path.parent.name == THEORIES.name:
            here = app.env.docname
            target = app.builder.get_relative_uri(here, f"{FOLDER}/{path.stem}")
            name = next(link.findall(nodes.literal), None)
            anchor = "" if name is None else f"#{name.astext()}"
            link.replace_self(
                nodes.reference("", "", *link.children, internal=True, refuri=target + anchor)
            )


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page for each theory, with its text."""
    for path in theories():
        text = path.read_text(encoding="utf-8")
        body = (
            f'<section class="theory"><h1>{escape(path.name)}</h1>'
            f'<div class="highlight"><pre>{"".join(_anchored(text))}</pre></div></section>'
        )
        yield f"{FOLDER}/{path.stem}", {"title": path.name, "body": body}, "page.html"


def _anchored(theory: str) -> Iterator[str]:
    """The lines of a theory, highlighted, with an anchor for each name that is stated."""
    coloured = highlight(theory, get_lexer_by_name("coq"), HtmlFormatter(nowrap=True))
    for line in coloured.splitlines(keepends=True):
        found = STATED.match(line)
        yield (
            line
            if found is None
            else (f'<span class="stated" id="{found[2]}">{line.rstrip()}</span>\n')
        )


def setup(app: Sphinx) -> None:
    app.connect("source-read", readme)
    app.connect("doctree-read", links, priority=100)  # before downloads are gathered
    app.connect("html-collect-pages", pages)
    app.add_css_file("rocq.css")
