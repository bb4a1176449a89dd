"""The base of all renderers, which walks over the blocks and sentences of a narrative.

It also collects the fractions that are too long to stand in a line. A renderer says only what each
block, formula and number looks like in its format.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from fractions import Fraction

from verifier.explain.document import (
    Block,
    Chain,
    Fold,
    Formula,
    Inline,
    Listing,
    Number,
    Paragraph,
    Reference,
    Symbol,
    Table,
    Term,
    Text,
)
from verifier.explain.render.formula import long_coefficients
from verifier.numbers import is_long, visible
from verifier.printable import printable
from verifier.solve.exponential import QuotientSum


class Renderer(ABC):
    """A renderer turns blocks into lines of its format.

    `long`: the fractions that were shortened so far, each with its number from 1 on.
    """

    def __init__(self) -> None:
        self.long: dict[Fraction, int] = {}

    def block(self, block: Block) -> Iterator[str]:
        """The lines of a paragraph, listing, table, chain or fold."""
        match block:
            case Paragraph():
                return self.paragraph(block)
            case Listing():
                return self.listing(block)
            case Table():
                return self.table(block)
            case Chain():
                return self.chain(block)
            case Fold():
                return self.fold(block)

    def sentence(self, text: Text) -> str:
        """A sentence: its words, numbers and formulas one after the other."""
        return "".join(self.inline(part) for part in text)

    def inline(self, part: Inline) -> str:
        """A part of a sentence."""
        match part:
            case str():
                return self.plain(part)
            case Symbol():
                return self.inline_formula(Formula((Term(None, (part,)),)))
            case Formula():
                return self.inline_formula(part)
            case Reference():
                return self.reference(part)
            case Fraction() | QuotientSum():
                return self.number(part)

    def plain(self, words: str) -> str:
        """Words of a sentence, title, caption or header: on one line, printable, and no markup."""
        return self.words(printable(words))

    def inline_formula(self, formula: Formula) -> str:
        """A formula within a sentence."""
        return self.formula(formula)

    def formula(self, formula: Formula) -> str:
        """A formula; its long coefficients are kept, to be shown in full."""
        for value in long_coefficients(formula):
            self._shorten(value)
        return self.typeset(formula)

    def number(self, value: Number) -> str:
        """An exact number with a decimal; what is irrational or long, by its first digits."""
        if isinstance(value, QuotientSum):
            ends = visible(value)
            if ends.exact is None:
                return self.by_digits(ends.shown, ends.nature)
            return self.number(ends.exact)
        if is_long(value):
            return self.shortened(value, self._shorten(value))
        return self.fraction(value)

    def _shorten(self, value: Fraction) -> int:
        return self.long.setdefault(value, len(self.long) + 1)

    @abstractmethod
    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """The lines of a paragraph."""

    @abstractmethod
    def listing(self, listing: Listing) -> Iterator[str]:
        """The lines of a list, one item after the other."""

    @abstractmethod
    def table(self, table: Table) -> Iterator[str]:
        """The lines of a table with its caption."""

    @abstractmethod
    def chain(self, chain: Chain) -> Iterator[str]:
        """The lines of a chain of inequalities with the reason of each step."""

    @abstractmethod
    def fold(self, fold: Fold) -> Iterator[str]:
        """The lines of details under their title."""

    @abstractmethod
    def words(self, words: str) -> str:
        """Printable words, without any markup that they may happen to contain."""

    @abstractmethod
    def reference(self, reference: Reference) -> str:
        """A reference to a theorem, a link where the format has links."""

    @abstractmethod
    def typeset(self, formula: Formula) -> str:
        """A formula without delimiters."""

    @abstractmethod
    def fraction(self, value: Fraction) -> str:
        """A short fraction, with its decimal where it is not an integer."""

    @abstractmethod
    def shortened(self, value: Fraction, place: int) -> str:
        """A long fraction by its first digits; `place` is its number in `long`."""

    @abstractmethod
    def by_digits(self, lower: Fraction, nature: str) -> str:
        """What is no fraction, by the first digits of a number just below it, or of 0."""
