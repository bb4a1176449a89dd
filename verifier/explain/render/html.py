"""Stories as fragments of HTML: formulas are MathML, every word of the instance is escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from html import escape
from types import MappingProxyType

from verifier.explain.document import (
    Chain,
    Fold,
    Formula,
    Listing,
    Narrative,
    Paragraph,
    Reference,
    Section,
    Step,
    Table,
    Term,
)
from verifier.explain.render.base import Renderer
from verifier.explain.render.formula import RELATIONS, mathml
from verifier.explain.short import ShortStory
from verifier.numbers import brief, decimal

NO_PICTURES: Mapping[str, Sequence[str]] = MappingProxyType({})


def fragment(narrative: Narrative, pictures: Mapping[str, Sequence[str]] = NO_PICTURES) -> str:
    """A whole story as one <article>, for notebooks; `pictures` are SVG elements by section."""
    html = Html(narrative.guarantee)
    drawn = {name: [*map(narrow, shown)] for name, shown in pictures.items()}
    parts = "\n".join(html.section(s, drawn.get(s.name, ())) for s in narrative.sections)
    title = html.plain(f"{narrative.title}: {narrative.guarantee} {narrative.verdict}")
    summary = f"<p>{html.sentence(narrative.summary)}</p>"
    return f"<article><h2>{title}</h2>\n{summary}\n{parts}\n{html.in_full()}</article>"


def screen(stories: Sequence[ShortStory]) -> str:
    """The short stories of one game as fragments, a list of sentences for each guarantee."""
    return "\n".join(map(_short_story, stories))


def _short_story(story: ShortStory) -> str:
    html = Html(story.guarantee)
    verdict = f'<span class="verdict {story.verdict}">{story.verdict}</span>'
    items = "".join(f"<li>{html.sentence(sentence)}</li>" for sentence in story.sentences)
    return (
        f'<section id="{story.guarantee}"><h2>{story.guarantee}: {verdict}, {story.user}</h2>'
        f"<ul>{items}</ul>{html.in_full()}</section>"
    )


def narrow(picture: str) -> str:
    """A picture that is no wider than one can take in, for pages without a style of their own."""
    return f'<div style="max-width: 34rem">{picture}</div>'


def unlinked(reference: Reference) -> None:
    """No address: a page that stands alone has no theorems beside it."""


class Html(Renderer):
    """The HTML of one story on a page: ids start with `prefix`, headings are of the `level`.

    `address` gives the page or anchor of a theorem, or None where there is none to link to.
    """

    def __init__(
        self,
        prefix: str,
        level: int = 3,
        address: Callable[[Reference], str | None] = unlinked,
    ) -> None:
        super().__init__()
        self.address = address
        self.prefix = prefix
        self.level = level

    def section(self, section: Section, pictures: Sequence[str] = ()) -> str:
        """One section with its heading; `pictures` are SVG elements for its end."""
        name = f"{self.prefix}-{section.name}"
        lines = [line for block in section.blocks for line in self.block(block)]
        lines += [f"<figure>{picture}</figure>" for picture in pictures]
        heading = f'<h{self.level} id="{name}-h">{self.plain(section.title)}</h{self.level}>'
        opening = f'<section id="{name}" aria-labelledby="{name}-h">'
        return "\n".join([opening, heading, "\n".join(lines), "</section>"])

    def in_full(self) -> str:
        """The fractions that were shortened so far, in full."""
        items = (
            f'<li id="{self.prefix}-n{n}">{short(value)} is <code>{value}</code></li>'
            for value, n in self.long.items()
        )
        return f'<ul class="numbers">{"".join(items)}</ul>' if self.long else ""

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield f"<p>{self.sentence(paragraph.text)}</p>"

    def listing(self, listing: Listing) -> Iterator[str]:
        items = (f"<li>{self.sentence(item)}</li>" for item in listing.items)
        yield f"<ul>{''.join(items)}</ul>"

    def table(self, table: Table) -> Iterator[str]:
        """The lines of a table, in a box that scrolls and that the keyboard can reach."""
        caption = self.plain(table.caption)
        yield f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table>'
        yield f"<caption>{caption}</caption>"
        heads = "".join(f'<th scope="col">{self.plain(name)}</th>' for name in table.header)
        yield f"<thead><tr>{heads}</tr></thead><tbody>"
        for first, *others in table.rows:
            cells = "".join(f"<td>{self.sentence(cell)}</td>" for cell in others)
            yield f'<tr><th scope="row">{self.sentence(first)}</th>{cells}</tr>'
        yield "</tbody></table></div>"

    def chain(self, chain: Chain) -> Iterator[str]:
        yield '<ol class="chain">'
        for n, step in enumerate(chain.steps):
            left = mathml(chain.start) if n == 0 else ""
            relation = f'<span class="relation">{RELATIONS[step.relation]}</span>'
            yield f'<li><div class="line">{left} {relation} {self._line(step)}</div>'
            why = f"{self.sentence(step.reason)}. <cite>{self.inline(step.source)}</cite>"
            badge = f'<span class="badge {step.authority}">{step.authority}</span>'
            yield f'<div class="reason">{why} {badge}</div></li>'
        yield "</ol>"

    def fold(self, fold: Fold) -> Iterator[str]:
        """Details that the reader unfolds; the style of a page unfolds them in print."""
        yield f"<details><summary>{self.plain(fold.title)}</summary>"
        for block in fold.blocks:
            yield from self.block(block)
        yield "</details>"

    def _line(self, step: Step) -> str:
        line = self.formula(step.formula)
        if step.value is None or step.formula == Formula((Term(step.value),)):
            return line
        return f'{line} <span class="relation">=</span> {self.number(step.value)}'

    def words(self, words: str) -> str:
        return escape(words)

    def reference(self, reference: Reference) -> str:
        address = self.address(reference)
        if address is None:
            return str(reference)
        return f'<a href="{escape(address)}">{reference}</a>'

    def inline_formula(self, formula: Formula) -> str:
        """A formula within a sentence; a sum has a box that scrolls where the page is narrow."""
        shown = self.formula(formula)
        return f'<span class="math inline">{shown}</span>' if len(formula.terms) > 2 else shown

    def typeset(self, formula: Formula) -> str:
        return mathml(formula)

    def fraction(self, value: Fraction) -> str:
        shown = _signed(str(value))
        if value.denominator != 1:
            rounded = decimal(value)
            near = "" if Fraction(rounded) == value else "…"
            shown = f"{shown} <small>({_signed(rounded)}{near})</small>"
        return f'<span class="number">{shown}</span>'

    def shortened(self, value: Fraction, place: int) -> str:
        return f'<a class="number" href="#{self.prefix}-n{place}">{short(value)}</a>'

    def by_digits(self, lower: Fraction, nature: str) -> str:
        return f'<span class="number">{decimal(lower)}… <small>({nature})</small></span>'


def _signed(text: str) -> str:
    """The text with true minus signs."""
    return text.replace("-", "−")


def short(value: Fraction) -> str:
    return _signed(brief(value).replace("..", "…"))
