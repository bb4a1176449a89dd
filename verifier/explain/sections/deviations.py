"""Why no agent gains by another rule: prices on what he can see, and what they prove (theory.md 6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Inline, Paragraph, Table, Text, say, words
from verifier.explain.phrases import cell_words, joined
from verifier.explain.subject import Subject
from verifier.explain.symbols import GAMMA, single
from verifier.game.model import NOTHING, Ties
from verifier.theory.deviation import DeviationBound, Knowledge, SubproblemBound
from verifier.theory.persuasion import strategy_name

TIED = {
    Ties.ANY: (
        "; of actions that are the same to her she is then taken to choose what gives him less"
    ),
    Ties.ORDER: "; of actions that are equally good to her she takes the first",
}


def gained(subject: Subject) -> Text:
    """The claim that the prices prove."""
    if subject.game.gamma:
        return words(
            "No agent could gain more than ",
            single(GAMMA),
            " = ",
            subject.game.gamma,
            " by any other rule, however clever and however random.",
        )
    return words("No agent could get more by any other rule, however clever and however random.")


def priced(
    subject: Subject,
    held: Sequence[DeviationBound],
    has: dict[str, Fraction],
    hers: Fraction,
    spoken: frozenset[str],
) -> Iterator[Block]:
    """What each agent has and could have, and the prices behind it.

    `spoken`: the messages that tell her something.
    """
    rows = tuple((words(d.agent), (has[d.agent],), (d.value - d.floor_price * hers,)) for d in held)
    yield Table(
        "What each has, and at most could have by another rule",
        ("agent", "has", "could have"),
        rows,
    )
    yield say("What another rule could give him is proved by prices.")
    for deviation_bound in held:
        yield from _few_words(deviation_bound)
        yield _rule(subject, deviation_bound)
        yield _prices(deviation_bound, spoken)
        yield _total(deviation_bound, hers)


def _rule(subject: Subject, held: DeviationBound) -> Paragraph:
    """What prices are: no message adds more than the prices of the rows in which it is sent."""
    tied = any(
        block.dominated or message_set.duplicate_weights
        for block in held.subproblems
        for message_set in block.message_sets
    )
    adds: list[Inline] = [" to what he gets"]
    if held.floor_price:
        adds = [" to his utility plus ", held.floor_price, " times hers"]
    few = any(len(block.message_sets) > 1 for block in held.subproblems)
    which = "a message that leads to one of these responses" if few else "a message"
    knowledge = ""
    if held.knowledge is Knowledge.USER_TYPE:
        knowledge = (
            " He is taken to know what she sees and hears from others, which can only help him."
        )
    ties = TIED.get(subject.game.ties, "") if tied else ""
    return say(
        f"{held.agent}: if he deviates, and in each row of the table sends {which} with some"
        " probability, it adds at most the sum of these probabilities times the prices",
        *adds,
        f", whatever she does because it is best for her{ties}. In each row his probabilities sum"
        f" to 1, so all his messages together add at most the sum of the prices.{knowledge}",
    )


def _few_words(held: DeviationBound) -> Iterator[Block]:
    """With few words only so many responses can occur: each set of them has its own prices, and one
    set is shown.
    """
    for block in held.subproblems:
        if len(block.message_sets) > 1:
            only = block.best.strategies or ()
            yield say(
                f"{held.agent} has so few words that at most {len(only)} of her responses can"
                f" occur. For each of the {len(block.message_sets)} sets of {len(only)} responses"
                " there are prices of their own. The dearest are shown, for"
                f" {joined([strategy_name(strategy) for strategy in only])}; those of every other"
                " set sum to no more."
            )


def _prices(held: DeviationBound, spoken: frozenset[str]) -> Table:
    rows = tuple(
        (words(cell_words(cell)), words(_facing(block, spoken)), (price,))
        for block in held.subproblems
        for cell, price in block.best.dual_prices.items()
    )
    return Table(f"Prices for {held.agent}", ("he sees", "she knows besides", "price"), rows)


def _total(held: DeviationBound, hers: Fraction) -> Paragraph:
    parts = sum(
        (sum(block.best.dual_prices.values(), Fraction(0)) for block in held.subproblems),
        Fraction(0),
    )
    if not held.floor_price:
        return say("The prices sum to ", parts, ".")
    return say(
        "The prices sum to ",
        parts,
        ". To be picked he must leave her at least the ",
        hers,
        " that she has, so he keeps at most ",
        parts,
        " less ",
        held.floor_price,
        " times that, which is ",
        parts - held.floor_price * hers,
        ". Who is not picked has what he has now.",
    )


def _facing(block: SubproblemBound, spoken: frozenset[str]) -> str:
    """Her observation and what the others say, for the types of one block."""
    seen = [
        joined([part for n, part in enumerate(known) if (part in spoken if n else part != NOTHING)])
        for known in block.types
    ]
    return joined([part for part in dict.fromkeys(seen) if part], "or") or "nothing"
