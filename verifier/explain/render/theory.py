"""The Markdown of theory.md as HTML: formulas become MathML, links lead where the caller says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Links = Callable[[str, str], str | None]
"""Target and label of a link in theory.md -> where it leads on this page; None: nowhere."""


def theory_html(markdown: str, links: Links) -> str:
    """A part of theory.md as a fragment of HTML; a link that leads nowhere stays as plain text."""
    reader = _reader()
    tokens = reader.parse(markdown)
    for token in tokens:
        _resolve(token.children or (), links)
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


def _resolve(tokens: Sequence[Token], links: Links) -> None:
    """Every link gets its address, or becomes a span that names its target."""
    open_tag = "a"
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        if token.type == "link_open":
            target = str(token.attrs["href"])
            address = links(target, following.content if following else "")
            open_tag = "span" if address is None else "a"
            token.attrs = {"title": target} if address is None else {"href": address}
            token.tag = open_tag
        elif token.type == "link_close":
            token.tag = open_tag
