"""What a telling is made of, whoever shows it: sections of paragraphs, lists, tables and chains of
inequalities.

Numbers and formulas stay exact data until a skin prints them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from verifier.solve.exponential import QuotientSum

Number = Fraction | QuotientSum


class Standing(StrEnum):
    """Who vouches for a statement."""

    KERNEL = "kernel"
    VERIFIER = "verifier"
    THEOREM = "theorem"


@dataclass(frozen=True)
class Symbol:
    """A letter of theory.md, with an index and an argument if it has them: U, 2, mu is U_2(mu).

    `name` and `argument` are spelled in Latin letters; a skin knows their signs.
    """

    name: str
    index: int | None = None
    argument: str | None = None


@dataclass(frozen=True)
class Term:
    """A product: a coefficient (1 where none is said) and symbols, with its sign."""

    coefficient: Number | None
    symbols: tuple[Symbol, ...] = ()
    minus: bool = False


@dataclass(frozen=True)
class Formula:
    """A sum of terms, in the order in which they are to be read."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Reference:
    """A numbered theorem of docs/explanation/theory.md, such as 6.3."""

    number: str

    @property
    def anchor(self) -> str:
        """The anchor of the theorem in theory.md: t-6-3."""
        return f"t-{self.number.replace('.', '-')}"

    def __str__(self) -> str:
        return f"theory.md {self.number}"


Inline = str | Fraction | QuotientSum | Symbol | Formula | Reference
Text = tuple[Inline, ...]
"""A sentence: words, with numbers, formulas and references between them."""


@dataclass(frozen=True)
class Paragraph:
    """One or more sentences."""

    text: Text


@dataclass(frozen=True)
class Listing:
    """Sentences that belong together, one below the other."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first column names the row. `caption` says what the entries are."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Step:
    """One line of a chain: `relation` (">=" or "=") between the line before and `formula`, and why.

    `value` is what the formula comes to in this game, where that is a number. `source` is the
    theorem or the section.
    """

    relation: str
    formula: Formula
    value: Number | None
    reason: Text
    source: Inline
    standing: Standing


@dataclass(frozen=True)
class Chain:
    """`start` compared with each line in turn: it is at least, or equal to, every one of them."""

    start: Formula
    steps: tuple[Step, ...]


Block = Paragraph | Listing | Table | Chain


@dataclass(frozen=True)
class Section:
    """A part of the story; `name` is a slug."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Narrative:
    """The story of one guarantee on one game, in order.

    `verdict` is what the kernel accepted, or `open`.
    """

    title: str
    guarantee: str
    verdict: str
    summary: Text
    sections: tuple[Section, ...]
    kernel: str | None
    agents: Mapping[int, str] = field(default_factory=dict)
    """Which agent the index of U, w and d means."""


def words(*parts: Inline) -> Text:
    """A sentence from its parts."""
    return parts


def say(*parts: Inline) -> Paragraph:
    """A paragraph from its parts."""
    return Paragraph(parts)


def plus(symbol: Symbol, coefficient: Number | None = None) -> Term:
    """+ coefficient symbol."""
    return Term(coefficient, (symbol,))


def minus(symbol: Symbol, coefficient: Number | None = None) -> Term:
    """- coefficient symbol."""
    return Term(coefficient, (symbol,), minus=True)
