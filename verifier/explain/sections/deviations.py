"""Dual prices on an agent's observations, which prove that no deviation gains (theory.md 6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Inline, Paragraph, Table, Text, say, words
from verifier.explain.phrases import cell_words, joined
from verifier.explain.subject import Subject
from verifier.explain.symbols import GAMMA, single
from verifier.game.model import NOTHING, Ties
from verifier.theory.deviation import BlockBound, DeviationBound, Knows
from verifier.theory.persuasion import strategy_name

TIED = {
    Ties.ANY: (
        "; of actions that are the same to her she is then taken to choose what gives him less"
    ),
    Ties.ORDER: "; of actions that are equally good to her she takes the first",
}


def no_gain_claim(subject: Subject) -> Text:
    """The statement that the dual prices prove."""
    if subject.game.gamma:
        return words(
            "No agent could gain more than ",
            single(GAMMA),
            " = ",
            subject.game.gamma,
            " by any other rule, however clever and however random.",
        )
    return words("No agent could get more by any other rule, however clever and however random.")


def deviation_bounds(
    subject: Subject,
    bounds: Sequence[DeviationBound],
    utilities: dict[str, Fraction],
    user_utility: Fraction,
    informative: frozenset[str],
) -> Iterator[Block]:
    """The utility of each agent, the bound on his deviations, and the dual prices that prove it.

    `informative` are the messages of signals that are not silent.
    """
    rows = tuple(
        (words(d.agent), (utilities[d.agent],), (d.value - d.floor * user_utility,)) for d in bounds
    )
    yield Table(
        "What each has, and at most could have by another rule",
        ("agent", "has", "could have"),
        rows,
    )
    yield say("What another rule could give him is proved by prices.")
    for bound in bounds:
        yield from _message_sets(bound)
        yield _meaning(subject, bound)
        yield _prices(bound, informative)
        yield _total(bound, user_utility)


def _meaning(subject: Subject, bound: DeviationBound) -> Paragraph:
    """The meaning of dual prices: no message gives more than the prices of its cells."""
    tied = any(block.never or option.replies for block in bound.blocks for option in block.options)
    adds: list[Inline] = [" to what he gets"]
    if bound.floor:
        adds = [" to his utility plus ", bound.floor, " times hers"]
    few = any(len(block.options) > 1 for block in bound.blocks)
    which = "a message that leads to one of these responses" if few else "a message"
    knowledge = ""
    if bound.knows is Knows.ALL:
        knowledge = (
            " He is taken to know what she sees and hears from others, which can only help him."
        )
    ties = TIED.get(subject.game.ties, "") if tied else ""
    return say(
        f"{bound.agent}: if he deviates, and in each row of the table sends {which} with some"
        " probability, it adds at most the sum of these probabilities times the prices",
        *adds,
        f", whatever she does because it is best for her{ties}. In each row his probabilities sum"
        f" to 1, so all his messages together add at most the sum of the prices.{knowledge}",
    )


def _message_sets(bound: DeviationBound) -> Iterator[Block]:
    """The set of strategies whose dual prices are shown, where an agent has few messages."""
    for block in bound.blocks:
        if len(block.options) > 1:
            only = block.best.only or ()
            yield say(
                f"{bound.agent} has so few words that at most {len(only)} of her responses can"
                f" occur. For each of the {len(block.options)} sets of {len(only)} responses there"
                " are prices of their own. The dearest are shown, for"
                f" {joined([strategy_name(strategy) for strategy in only])}; those of every other"
                " set sum to no more."
            )


def _prices(bound: DeviationBound, informative: frozenset[str]) -> Table:
    rows = tuple(
        (words(cell_words(cell)), words(_known(block, informative)), (price,))
        for block in bound.blocks
        for cell, price in block.best.prices.items()
    )
    return Table(f"Prices for {bound.agent}", ("he sees", "she knows besides", "price"), rows)


def _total(bound: DeviationBound, user_utility: Fraction) -> Paragraph:
    parts = sum(
        (sum(block.best.prices.values(), Fraction(0)) for block in bound.blocks), Fraction(0)
    )
    if not bound.floor:
        return say("The prices sum to ", parts, ".")
    return say(
        "The prices sum to ",
        parts,
        ". To be picked he must leave her at least the ",
        user_utility,
        " that she has, so he keeps at most ",
        parts,
        " less ",
        bound.floor,
        " times that, which is ",
        parts - bound.floor * user_utility,
        ". Who is not picked has what he has now.",
    )


def _known(block: BlockBound, informative: frozenset[str]) -> str:
    """The user's observation and the others' messages, for the user types of one subproblem."""
    seen = [
        joined([x_user] * (x_user != NOTHING) + [m for m in messages if m in informative])
        for x_user, *messages in block.types
    ]
    return joined([part for part in dict.fromkeys(seen) if part], "or") or "nothing"
