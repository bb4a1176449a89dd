"""The parts of a narrative: sections of paragraphs, lists, tables and chains of inequalities.

Numbers and formulas stay exact data until a renderer prints them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from verifier.solve.exponential import QuotientSum

Number = Fraction | QuotientSum


class Authority(StrEnum):
    """Who vouches for a step of a proof: the kernel, the verifier alone, or a theorem."""

    KERNEL = "kernel"
    VERIFIER = "verifier"
    THEOREM = "theorem"


@dataclass(frozen=True)
class Symbol:
    """A symbol of theory.md, such as U_2(mu): name "U", index 2, argument "mu".

    `name` and `argument` are spelled in Latin script; a renderer knows their signs.
    """

    name: str
    index: int | None = None
    argument: str | None = None


@dataclass(frozen=True)
class Term:
    """A product of a coefficient (1 where it is None) and symbols, with its sign."""

    coefficient: Number | None
    symbols: tuple[Symbol, ...] = ()
    minus: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula is a sum of terms, in the order in which they are to be read."""

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
    """A paragraph has one or more sentences."""

    text: Text


@dataclass(frozen=True)
class Listing:
    """A list of sentences, one below the other."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Table:
    """A table has rows under a header; the first column names the row, `caption` the entries."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Step:
    """A step of a chain: the line before stands in `relation` (">=" or "=") to `formula`.

    `value` is what the formula comes to in this game, where that is a number. `reason` says why the
    step is valid, `source` where that is proved, `authority` who vouches for it.
    """

    relation: str
    formula: Formula
    value: Number | None
    reason: Text
    source: Inline
    authority: Authority


@dataclass(frozen=True)
class Chain:
    """A chain of inequalities: `start` is at least, or equal to, the formula of every step."""

    start: Formula
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Fold:
    """Details under a title, for whoever wants to check; a page folds them."""

    title: str
    blocks: tuple[Block, ...]


Block = Paragraph | Listing | Table | Chain | Fold


@dataclass(frozen=True)
class Section:
    """A section of a narrative; `name` is a slug for anchors."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Narrative:
    """A narrative explains the verdict on one guarantee in one game, section by section.

    `verdict` is what the kernel accepted, or `open`; `kernel` is the kernel's reply, None where
    there was no certificate.
    """

    title: str
    guarantee: str
    verdict: str
    summary: Text
    sections: tuple[Section, ...]
    kernel: str | None
    agents: Mapping[int, str] = field(default_factory=dict)
    """The agent that each index of U, w and d stands for."""


def words(*parts: Inline) -> Text:
    """A sentence from its parts."""
    return parts


def say(*parts: Inline) -> Paragraph:
    """A paragraph from its parts."""
    return Paragraph(parts)


def plus(symbol: Symbol, coefficient: Number | None = None) -> Term:
    """The term + coefficient symbol."""
    return Term(coefficient, (symbol,))


def minus(symbol: Symbol, coefficient: Number | None = None) -> Term:
    """The term - coefficient symbol."""
    return Term(coefficient, (symbol,), minus=True)
