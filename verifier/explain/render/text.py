"""Stories as plain text for terminals, at most 80 columns wide."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest

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
    Text,
)
from verifier.explain.render.base import Renderer
from verifier.explain.render.formula import RELATIONS, formula_text
from verifier.explain.short import ShortStory
from verifier.numbers import brief, decimal, show
from verifier.report.terminal import WIDTH


def text(narrative: Narrative, *, full: bool = False) -> str:
    """The whole story; with `full`, the fractions that were shortened follow in full."""
    renderer = _Text()
    lines = [
        renderer.plain(narrative.title),
        f"{narrative.guarantee}: {narrative.verdict.upper()}",
        "",
        *renderer.wrapped(narrative.summary),
    ]
    for n, section in enumerate(narrative.sections, start=1):
        lines += ["", *renderer.section(n, section)]
    if renderer.long and full:
        lines += ["", "Numbers in full"]
        lines += [f"  {brief(value)} = {value}" for value in renderer.long]
    elif renderer.long:
        lines += ["", "Shortened numbers follow in full with --full."]
    return "\n".join(lines) + "\n"


SCREEN, SCREEN_LINES = 100, 24
"""The most columns and lines of the short stories of one game."""
LINES = 2
"""The most lines of a sentence in a short story."""


def screen(title: str, stories: Sequence[ShortStory]) -> str:
    """The short stories of one game on one screen; sentences that are too long for it are cut."""
    renderer = _Text()
    first = textwrap.shorten(renderer.plain(title), SCREEN, placeholder=" …")
    parts = [
        [
            f"{story.guarantee}: {story.verdict.upper()}, {story.user}",
            *(line for told in story.sentences for line in _cut(renderer.sentence(told))),
        ]
        for story in stories
    ]
    fits = 1 + sum(1 + len(part) for part in parts) <= SCREEN_LINES
    lines = [first, *(line for part in parts for line in (*[""] * fits, *part))]
    return "\n".join(lines) + "\n"


def _cut(sentence: str) -> list[str]:
    """A sentence on few lines of the screen."""
    return textwrap.wrap(
        sentence,
        SCREEN,
        initial_indent="  ",
        subsequent_indent="    ",
        max_lines=LINES,
        placeholder=" …",
        break_on_hyphens=False,
    )


class _Text(Renderer):
    """Blocks as lines of text; `decimals` says whether a fraction has its decimal beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.decimals = True

    def section(self, n: int, section: Section) -> Iterator[str]:
        heading = f"{n}. {self.plain(section.title)}"
        yield heading
        yield "-" * len(heading)
        for place, block in enumerate(section.blocks):
            if place:
                yield ""
            yield from self.block(block)

    def wrapped(self, words: Text, indent: str = "") -> list[str]:
        return _wrapped(self.sentence(words), indent, " " * len(indent), break_on_hyphens=False)

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield from self.wrapped(paragraph.text)

    def listing(self, listing: Listing) -> Iterator[str]:
        for item in listing.items:
            yield from self.wrapped(item, "  - ")

    def table(self, table: Table) -> Iterator[str]:
        yield f"  {self.plain(table.caption)}"
        cells = self._cells(table)
        below = _records(cells)
        for lines in (_columns(cells), _columns(self._cells(table, decimals=False))):
            if 0 < len(lines) <= 1 + len(below):
                yield from lines
                return
        yield from below

    def _cells(self, table: Table, *, decimals: bool = True) -> list[list[str]]:
        """The header and the rows; without decimals fractions take less room."""
        self.decimals = decimals
        header = [self.plain(name) for name in table.header]
        cells = [header, *([self.sentence(cell) for cell in row] for row in table.rows)]
        self.decimals = True
        return cells

    def chain(self, chain: Chain) -> Iterator[str]:
        start = formula_text(chain.start)
        indent = " " * (len(start) + 6)
        for n, step in enumerate(chain.steps):
            left = start if n == 0 else " " * len(start)
            yield from _folded(f"  {left} {RELATIONS[step.relation]} ", self._line(step))
            reason = f"{self.sentence(step.reason)} [{self.inline(step.source)}; {step.authority}]"
            yield from _wrapped(reason, indent, indent)

    def fold(self, fold: Fold) -> Iterator[str]:
        yield from _wrapped(f"{self.plain(fold.title)}:", "", "")
        for block in fold.blocks:
            yield ""
            yield from self.block(block)

    def _line(self, step: Step) -> str:
        """The formula of a step and its value, or the one of them that says both."""
        line = self.formula(step.formula)
        if step.value is None:
            return line
        value = self.number(step.value)
        same = value == line or value.startswith(f"{line} ")
        return value if same else f"{line}  =  {value}"

    def words(self, words: str) -> str:
        return words

    def reference(self, reference: Reference) -> str:
        return str(reference)

    def typeset(self, formula: Formula) -> str:
        return formula_text(formula)

    def fraction(self, value: Fraction) -> str:
        return show(value) if self.decimals else str(value)

    def shortened(self, value: Fraction, place: int) -> str:
        return f"{brief(value)} (long)"

    def by_digits(self, lower: Fraction, nature: str) -> str:
        return f"{decimal(lower)}.. ({nature})"


def _folded(left: str, line: str) -> list[str]:
    """A line of a chain; where it is too long it goes on before a sign."""
    first, *others = re.split(r" +(?=[-+=] )", line) if len(left + line) > WIDTH else [line]
    lines = [left + first]
    for term in others:
        if len(lines[-1]) + 1 + len(term) <= WIDTH:
            lines[-1] += f" {term}"
        else:
            lines.append(" " * len(left) + term)
    return lines


def _columns(cells: list[list[str]]) -> list[str]:
    """The lines of a table, whose cells go on in further lines where it would be too wide.

    There are none where the longest words do not fit beside one another.
    """
    columns = range(len(cells[0]))
    widths = [max(len(row[n]) for row in cells) for n in columns]
    words = [max(len(w) for row in cells for w in [*row[n].split(), ""]) for n in columns]
    over = 4 + sum(widths) + 2 * (len(widths) - 1) - WIDTH
    for _ in range(over):
        most = max(columns, key=lambda n: (widths[n] > words[n], widths[n]))
        if widths[most] == words[most]:
            return []
        widths[most] -= 1
    lines = []
    for row in cells:
        parts = [
            textwrap.wrap(cell, max(width, 1), break_long_words=False, break_on_hyphens=False)
            for cell, width in zip(row, widths, strict=True)
        ]
        for line in zip_longest(*parts, fillvalue=""):
            padded = [part.ljust(width) for part, width in zip(line, widths, strict=True)]
            lines.append(f"    {'  '.join(padded)}".rstrip())
    return lines


def _records(cells: list[list[str]]) -> list[str]:
    """The lines of a table, one row below the other."""
    header, *rows = cells
    lines = []
    for row in rows:
        lines += _wrapped(row[0], " " * 4, " " * 8)
        for name, cell in zip(header[1:], row[1:], strict=True):
            lines += [] if not cell else _wrapped(f"{name}: {cell}", " " * 6, " " * 8)
    return lines


def _wrapped(words: str, first: str, later: str, *, break_on_hyphens: bool = True) -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=break_on_hyphens,
    )
