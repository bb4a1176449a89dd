"""The HTML skin: a fragment of sections, formulas as MathML, every user-made word escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape

from verifier.explain.document import (
    Block,
    Chain,
    Formula,
    Inline,
    Listing,
    Narrative,
    Number,
    Paragraph,
    Section,
    Step,
    Symbol,
    Table,
    Term,
    Text,
)
from verifier.explain.render.formula import (
    RELATIONS,
    long_coefficients,
    mathml,
)
from verifier.numbers import digits


def whole(told: Narrative) -> str:
    """A story as a fragment of its own, for notebooks."""
    html = Html(told.guarantee)
    parts = "\n".join(html.section(section) for section in told.sections)
    head = f"<h2>{escape(told.title)}: {escape(told.guarantee)} {escape(told.verdict)}</h2>"
    return f"<article>{head}\n<p>{html.sentence(told.summary)}</p>\n{parts}\n{html.in_full()}</article>"


class Html:
    """The skin of one story on a page: ids start with `prefix`, headings are of the `level`.

    Shortened fractions are collected for a list at the end.
    """

    def __init__(self, prefix: str, level: int = 3) -> None:
        self.prefix = prefix
        self.level = level
        self.long: dict[Fraction, int] = {}

    def section(self, section: Section, pictures: Sequence[str] = ()) -> str:
        """One section with its heading; `pictures` are SVG elements for its end."""
        name = f"{self.prefix}-{section.name}"
        drawn = [f"<figure>{picture}</figure>" for picture in pictures]
        blocks = "\n".join(
            [*(line for block in section.blocks for line in self._block(block)), *drawn]
        )
        heading = f'<h{self.level} id="{name}-h">{escape(section.title)}</h{self.level}>'
        return f'<section id="{name}" aria-labelledby="{name}-h">\n{heading}\n{blocks}\n</section>'

    def in_full(self) -> str:
        """The fractions that were shortened so far, in full."""
        items = (
            f'<li id="{self.prefix}-n{n}">{_signed(digits(value).decimal)}… is <code>{value}</code></li>'
            for value, n in self.long.items()
        )
        return f'<ul class="numbers">{"".join(items)}</ul>' if self.long else ""

    def sentence(self, words: Text) -> str:
        """A sentence as HTML."""
        return "".join(self._inline(part) for part in words)

    def _inline(self, part: Inline) -> str:
        if isinstance(part, str):
            return escape(part)
        if isinstance(part, Symbol):
            return mathml(Formula((Term(None, (part,)),)))
        if isinstance(part, Formula):
            return self._formula(part)
        return self._number(part)

    def _formula(self, formula: Formula) -> str:
        """Its long coefficients are kept, to be shown in full."""
        for value in long_coefficients(formula):
            self.long.setdefault(value, len(self.long) + 1)
        return mathml(formula)

    def _number(self, value: Number) -> str:
        """The fraction with its decimal; a long one by its decimal, linked to the whole of it."""
        found = digits(value)
        if found.exact is None:
            return f'<span class="number">{found.decimal}… <small>(irrational)</small></span>'
        if found.long is not None:
            n = self.long.setdefault(found.long, len(self.long) + 1)
            return f'<a class="number" href="#{self.prefix}-n{n}">{_signed(found.decimal)}…</a>'
        whole = _signed(str(found.exact))
        if found.exact.denominator == 1:
            return f'<span class="number">{whole}</span>'
        decimal = _signed(found.decimal) + "…" * found.cut
        return f'<span class="number">{whole} <small>({decimal})</small></span>'

    def _block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            yield f"<p>{self.sentence(block.text)}</p>"
        elif isinstance(block, Listing):
            items = (f"<li>{self.sentence(item)}</li>" for item in block.items)
            yield f"<ul>{''.join(items)}</ul>"
        elif isinstance(block, Table):
            yield from self._table(block)
        else:
            yield from self._chain(block)

    def _table(self, table: Table) -> Iterator[str]:
        """Wide tables scroll in a box of their own, which the keyboard can reach."""
        yield (
            '<div class="scroll" tabindex="0" role="region"'
            f' aria-label="{escape(table.caption)}"><table>'
        )
        yield f"<caption>{escape(table.caption)}</caption>"
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.header)
        yield f"<thead><tr>{heads}</tr></thead><tbody>"
        for first, *others in table.rows:
            cells = "".join(f"<td>{self.sentence(cell)}</td>" for cell in others)
            yield f'<tr><th scope="row">{self.sentence(first)}</th>{cells}</tr>'
        yield "</tbody></table></div>"

    def _chain(self, chain: Chain) -> Iterator[str]:
        yield '<ol class="chain">'
        for n, step in enumerate(chain.steps):
            left = mathml(chain.start) if n == 0 else ""
            relation = f'<span class="relation">{RELATIONS[step.relation]}</span>'
            yield f'<li><div class="line">{left} {relation} {self._line(step)}</div>'
            why = f"{self.sentence(step.reason)}. <cite>{escape(step.source)}</cite>"
            yield f'<div class="reason">{why} {_badge(step)}</div></li>'
        yield "</ol>"

    def _line(self, step: Step) -> str:
        if step.value is None or step.formula == Formula((Term(step.value),)):
            return self._formula(step.formula)
        return (
            f'{self._formula(step.formula)} <span class="relation">=</span>'
            f" {self._number(step.value)}"
        )


def _signed(text: str) -> str:
    """With a true minus sign."""
    return text.replace("-", "−")


def _badge(step: Step) -> str:
    return f'<span class="badge {step.standing}">{step.standing}</span>'
