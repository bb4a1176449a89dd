"""The Markdown skin, with LaTeX between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.document import (
    Block,
    Chain,
    Formula,
    Inline,
    Listing,
    Narrative,
    Number,
    Paragraph,
    Symbol,
    Table,
    Term,
    Text,
)
from verifier.explain.render.formula import (
    fraction_latex,
    latex,
    long_coefficients,
)
from verifier.numbers import brief, digits

RELATIONS = {">=": r"\ge", "=": "="}
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+|$~])")


def escaped(words: str) -> str:
    """Names of the instance are words, never markup.

    >>> escaped("a_b|<i>")
    'a\\\\_b\\\\|\\\\<i\\\\>'
    """
    return SPECIAL.sub(r"\\\1", words).replace("\n", " ")


def markdown(told: Narrative) -> str:
    """The whole story; fractions that were shortened follow in full."""
    skin = _Markdown()
    lines = [
        f"# {escaped(told.title)}",
        "",
        f"**{told.guarantee}: {told.verdict}.** {skin.sentence(told.summary)}",
    ]
    for n, section in enumerate(told.sections, start=1):
        lines += ["", f"## {n}. {escaped(section.title)}"]
        for block in section.blocks:
            lines += ["", *skin.block(block)]
    if skin.long:
        lines += ["", "## Numbers in full", ""]
        lines += [f"- {brief(value)} is `{value}`" for value in skin.long]
    return "\n".join(lines) + "\n"


class _Markdown:
    """Collects the fractions that it shortens."""

    def __init__(self) -> None:
        self.long: dict[Fraction, None] = {}

    def block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            yield self.sentence(block.text)
        elif isinstance(block, Listing):
            yield from (f"- {self.sentence(item)}" for item in block.items)
        elif isinstance(block, Table):
            yield from self.table(block)
        else:
            yield from self.chain(block)

    def sentence(self, words: Text) -> str:
        return "".join(self.inline(part) for part in words)

    def inline(self, part: Inline) -> str:
        if isinstance(part, str):
            return escaped(part)
        if isinstance(part, Symbol):
            return f"${latex(Formula((Term(None, (part,)),)))}$"
        if isinstance(part, Formula):
            return f"${self.formula(part)}$"
        return self.number(part)

    def formula(self, formula: Formula) -> str:
        """Its long coefficients are kept, to be shown in full."""
        self.long |= dict.fromkeys(long_coefficients(formula))
        return latex(formula)

    def number(self, value: Number) -> str:
        found = digits(value)
        if found.exact is None:
            return f"{found.decimal}… (irrational)"
        if found.long is not None:
            self.long[found.long] = None
            return f"{found.decimal}.."
        if found.exact.denominator == 1:
            return f"${found.exact}$"
        return f"${fraction_latex(found.exact)}$ ({found.decimal}{'…' if found.cut else ''})"

    def table(self, table: Table) -> Iterator[str]:
        yield f"*{escaped(table.caption)}*"
        yield ""
        yield f"| {' | '.join(map(escaped, table.header))} |"
        yield f"|{'---|' * len(table.header)}"
        for row in table.rows:
            yield f"| {' | '.join(self.sentence(cell) for cell in row)} |"

    def chain(self, chain: Chain) -> Iterator[str]:
        yield "$$"
        yield r"\begin{aligned}"
        for n, step in enumerate(chain.steps):
            left = latex(chain.start) if n == 0 else ""
            yield (
                rf"{left} &{RELATIONS[step.relation]} {self.formula(step.formula)} && ({n + 1}) \\"
            )
        yield r"\end{aligned}"
        yield "$$"
        yield ""
        for n, step in enumerate(chain.steps, start=1):
            value = "" if step.value is None else f" It comes to {self.number(step.value)}."
            yield (
                f"{n}. {self.sentence(step.reason)}.{value} *({escaped(step.source)};"
                f" {step.standing})*"
            )
