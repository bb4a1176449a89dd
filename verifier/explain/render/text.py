"""The terminal's skin: plain text that reads well at 80 columns."""

from __future__ import annotations

import re
import textwrap
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
    Section,
    Symbol,
    Table,
    Text,
)
from verifier.explain.render.formula import (
    RELATIONS,
    formula_text,
    long_coefficients,
    symbol_text,
)
from verifier.numbers import brief, digits
from verifier.report.terminal import WIDTH


def text(told: Narrative, *, full: bool = False) -> str:
    """The whole story; with `full`, the fractions that were shortened follow in full."""
    skin = _Text()
    lines = [
        told.title,
        f"{told.guarantee}: {told.verdict.upper()}",
        "",
        *skin.wrapped(told.summary, ""),
    ]
    for n, section in enumerate(told.sections, start=1):
        lines += ["", *skin.section(n, section)]
    if skin.long and full:
        lines += [
            "",
            "Numbers in full",
            *(f"  {brief(value)} = {value}" for value in skin.long),
        ]
    elif skin.long:
        lines += ["", "Shortened numbers follow in full with --full."]
    return "\n".join(lines) + "\n"


class _Text:
    """Collects the fractions that it shortens."""

    def __init__(self) -> None:
        self.long: dict[Fraction, None] = {}

    def section(self, n: int, section: Section) -> Iterator[str]:
        heading = f"{n}. {section.title}"
        yield heading
        yield "-" * len(heading)
        for place, block in enumerate(section.blocks):
            if place:
                yield ""
            yield from self.block(block)

    def block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Paragraph):
            yield from self.wrapped(block.text, "")
        elif isinstance(block, Listing):
            for item in block.items:
                yield from self.wrapped(item, "  - ")
        elif isinstance(block, Table):
            yield from self.table(block)
        else:
            yield from self.chain(block)

    def wrapped(self, words: Text, indent: str) -> list[str]:
        later = " " * len(indent)
        return textwrap.wrap(
            self.sentence(words),
            WIDTH,
            initial_indent=indent,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def sentence(self, words: Text) -> str:
        return "".join(self.inline(part) for part in words)

    def inline(self, part: Inline) -> str:
        if isinstance(part, str):
            return part
        if isinstance(part, Symbol):
            return symbol_text(part)
        if isinstance(part, Formula):
            return self.formula(part)
        return self.number(part)

    def number(self, value: Number) -> str:
        found = digits(value)
        if found.long is None:
            return str(found)
        self.long[found.long] = None
        return f"{found.decimal}.. (long)"

    def formula(self, formula: Formula) -> str:
        """Its long coefficients are kept, to be shown in full."""
        self.long |= dict.fromkeys(long_coefficients(formula))
        return formula_text(formula)

    def folded(self, left: str, line: str) -> list[str]:
        """A line of a chain; where it is too long it goes on before a sign."""
        first, *others = re.split(r" +(?=[-+=] )", line) if len(left + line) > WIDTH else [line]
        lines = [left + first]
        for term in others:
            if len(lines[-1]) + 1 + len(term) <= WIDTH:
                lines[-1] += f" {term}"
            else:
                lines.append(" " * len(left) + term)
        return lines

    def table(self, table: Table) -> Iterator[str]:
        cells = [list(table.header), *([self.sentence(cell) for cell in row] for row in table.rows)]
        widths = [max(len(row[n]) for row in cells) for n in range(len(table.header))]
        yield f"  {table.caption}"
        if 4 + sum(widths) + 2 * (len(widths) - 1) > WIDTH:
            yield from self._records(cells)
            return
        for row in cells:
            yield (
                "    "
                + "  ".join(
                    cell.ljust(width) for cell, width in zip(row, widths, strict=True)
                ).rstrip()
            )

    def _records(self, cells: list[list[str]]) -> Iterator[str]:
        """A table that is too wide, row by row."""
        header, *rows = cells
        for row in rows:
            yield f"    {row[0]}"
            for name, cell in zip(header[1:], row[1:], strict=True):
                yield from textwrap.wrap(
                    f"{name}: {cell}",
                    WIDTH,
                    initial_indent=" " * 6,
                    subsequent_indent=" " * 8,
                    break_long_words=False,
                )

    def chain(self, chain: Chain) -> Iterator[str]:
        start = formula_text(chain.start)
        for n, step in enumerate(chain.steps):
            left = f"  {start if n == 0 else ' ' * len(start)} {RELATIONS[step.relation]} "
            line = self.formula(step.formula)
            value = "" if step.value is None else self.number(step.value)
            same = value in ("", line) or value.startswith(f"{line} ")
            yield from self.folded(
                left, f"{value if same and value else line}{'' if same else f'  =  {value}'}"
            )
            reason = f"{self.sentence(step.reason)} [{step.source}; {step.standing}]"
            yield from textwrap.wrap(
                reason,
                WIDTH,
                initial_indent=" " * (len(start) + 6),
                subsequent_indent=" " * (len(start) + 6),
            )
