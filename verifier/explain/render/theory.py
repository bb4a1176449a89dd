"""The Markdown of theory.md as HTML: formulas become MathML, links lead where the caller says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Links = Callable[[str, str], str | None]
"""Target and label of a link in theory.md -> where it leads on this page; None: nowhere."""


def theory_html(markdown: str, links: Links) -> str:
    """A part of theory.md as a fragment of HTML; a link that leads nowhere is text with the name of
    the file.
    """
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = [*_resolved(token.children, links)]
    return str(reader.renderer.render(tokens, reader.options, {}))


@cache
def _reader() -> MarkdownIt:
    """CommonMark with tables and dollar math; wide tables scroll in a box of their own."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark").enable("table")
    reader.use(dollarmath_plugin, allow_labels=False, renderer=_mathml)
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


def _mathml(latex: str, options: dict[str, Any]) -> str:
    from latex2mathml.converter import convert

    display = "block" if options["display_mode"] else "inline"
    return str(convert(latex.strip(), display=display))


def _table_open(*_: Any) -> str:
    return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"


def _resolved(tokens: Sequence[Token], links: Links) -> Iterator[Token]:
    """The tokens, in which every link has its address, or is followed by the name of its file.

    A file is named after the last of several such links to it in a row.
    """
    targets = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    count, missing = 0, False
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        if token.type == "link_open":
            address = links(targets[count], following.content if following else "")
            missing = address is None
            token.attrs = {"title": targets[count]} if address is None else {"href": address}
        if token.type in ("link_open", "link_close"):
            token.tag = "span" if missing else "a"
        yield token
        if token.type == "link_close":
            count += 1
            if missing and targets[count - 1] not in targets[count : count + 1]:
                yield _file(targets[count - 1])


def _file(target: str) -> Token:
    """The name of a file that is not on the page, with the section."""
    from markdown_it.token import Token

    name = escape(target.rpartition("/")[2])
    return Token("html_inline", "", 0, content=f" <small>({name})</small>")
