"""Stories as Markdown, with formulas as LaTeX between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import (
    Chain,
    Fold,
    Formula,
    Listing,
    Narrative,
    Paragraph,
    Reference,
    Table,
)
from verifier.explain.render.base import Renderer
from verifier.explain.render.formula import LATEX_RELATIONS, fraction_latex, latex
from verifier.explain.short import ShortStory
from verifier.numbers import brief, decimal

THEORY = "docs/explanation/theory.md"
"""Where the theorems are, from the root of the repository."""
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+|$~])")


def escaped(words: str) -> str:
    """The words of an instance with every sign of markup escaped.

    >>> escaped("a_b|<i>")
    'a\\\\_b\\\\|\\\\<i\\\\>'
    """
    return SPECIAL.sub(r"\\\1", words)


def markdown(narrative: Narrative) -> str:
    """The whole story; fractions that were shortened follow in full."""
    renderer = _Markdown()
    verdict = f"**{narrative.guarantee}: {narrative.verdict}.**"
    lines = [
        f"# {renderer.plain(narrative.title)}",
        "",
        f"{verdict} {renderer.sentence(narrative.summary)}",
    ]
    for n, section in enumerate(narrative.sections, start=1):
        lines += ["", f"## {n}. {renderer.plain(section.title)}"]
        for block in section.blocks:
            lines += ["", *renderer.block(block)]
    if renderer.long:
        lines += ["", "## Numbers in full", ""]
        lines += [f"- {brief(value)} is `{value}`" for value in renderer.long]
    return "\n".join(lines) + "\n"


def screen(title: str, stories: Sequence[ShortStory]) -> str:
    """The short stories of one game, a list of sentences for each guarantee."""
    renderer = _Markdown()
    lines = [f"# {renderer.plain(title)}"]
    for story in stories:
        lines += ["", f"**{story.guarantee}: {story.verdict}**, {story.user}.", ""]
        lines += [f"- {renderer.sentence(sentence)}" for sentence in story.sentences]
    return "\n".join(lines) + "\n"


class _Markdown(Renderer):
    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield self.sentence(paragraph.text)

    def listing(self, listing: Listing) -> Iterator[str]:
        yield from (f"- {self.sentence(item)}" for item in listing.items)

    def table(self, table: Table) -> Iterator[str]:
        yield f"*{self.plain(table.caption)}*"
        yield ""
        yield f"| {' | '.join(map(self.plain, table.header))} |"
        yield f"|{'---|' * len(table.header)}"
        for row in table.rows:
            yield f"| {' | '.join(self.sentence(cell) for cell in row)} |"

    def chain(self, chain: Chain) -> Iterator[str]:
        yield "$$"
        yield r"\begin{aligned}"
        for n, step in enumerate(chain.steps, start=1):
            left = latex(chain.start) if n == 1 else ""
            right = self.formula(step.formula)
            yield rf"{left} &{LATEX_RELATIONS[step.relation]} {right} && ({n}) \\"
        yield r"\end{aligned}"
        yield "$$"
        yield ""
        for n, step in enumerate(chain.steps, start=1):
            value = "" if step.value is None else f" It comes to {self.number(step.value)}."
            source = f"*({self.inline(step.source)}; {step.authority})*"
            yield f"{n}. {self.sentence(step.reason)}.{value} {source}"

    def fold(self, fold: Fold) -> Iterator[str]:
        yield f"**{self.plain(fold.title)}**"
        for block in fold.blocks:
            yield ""
            yield from self.block(block)

    def words(self, words: str) -> str:
        return escaped(words)

    def reference(self, reference: Reference) -> str:
        return f"[{reference}]({THEORY}#{reference.anchor})"

    def typeset(self, formula: Formula) -> str:
        return latex(formula)

    def inline_formula(self, formula: Formula) -> str:
        return f"${self.formula(formula)}$"

    def fraction(self, value: Fraction) -> str:
        if value.denominator == 1:
            return f"${value}$"
        rounded = decimal(value)
        more = "" if Fraction(rounded) == value else "…"
        return f"${fraction_latex(value)}$ ({rounded}{more})"

    def shortened(self, value: Fraction, place: int) -> str:
        return brief(value)

    def by_digits(self, lower: Fraction, nature: str) -> str:
        return f"{decimal(lower)}… ({nature})"
