"""What a theorem is on the page: words, a proof, and a test of whether a story shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifier.explain.document import Authority, Block, Chain, Formula, Step, Symbol, Text, plus
from verifier.explain.subject import Subject

MIXTURE = Symbol("mixture", argument="mu")
"""The agents' utilities of an outcome, weighted: w.U(mu) = sum_i w_i U_i(mu)."""
INFORMED_MIXTURE = Symbol("mixture", argument="nu")


@dataclass(frozen=True)
class Theorem:
    """`name` is a slug, `source` the section of theory.md, `shows` says whether a verified
    guarantee is an example.
    """

    name: str
    title: str
    source: str
    statement: tuple[Block, ...]
    proof: tuple[Block, ...]
    shows: Callable[[Subject], bool]


def chain(source: str, start: Formula, *lines: tuple[str, Formula, Text]) -> Chain:
    """(relation, formula, reason) line by line: a proof in letters, without numbers."""
    steps = (
        Step(relation, formula, None, why, source, Authority.THEOREM)
        for relation, formula, why in lines
    )
    return Chain(start, tuple(steps))


def total(*symbols: Symbol) -> Formula:
    """The sum of these letters."""
    return Formula(tuple(plus(symbol) for symbol in symbols))
