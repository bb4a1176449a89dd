"""Dual prices on an agent's observations, which prove that no deviation gains (theory.md 6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Inline, Paragraph, Reference, Table, Text, say, words
from verifier.explain.phrases import cell_words, joined, silent
from verifier.explain.sections.inequalities import of_messages
from verifier.explain.subject import Subject
from verifier.explain.symbols import GAMMA, single
from verifier.game.model import NOTHING, Ties
from verifier.game.rules import Signal
from verifier.theory.deviations.deviation import DeviationBound, Knowledge, SubproblemBound
from verifier.theory.deviations.persuasion import strategy_name

TIED = {
    Ties.ANY: (
        "; among actions that are the same to her she is taken to choose what gives him least"
    ),
    Ties.ORDER: "; among actions that are equally good to her she takes the first",
}


def no_gain_claim(subject: Subject) -> Text:
    """The statement that the dual prices prove."""
    if subject.game.gamma:
        return words(
            "No agent could gain more than ",
            single(GAMMA),
            " = ",
            subject.game.gamma,
            " by any other rule, deterministic or random.",
        )
    return words("No agent could get more by any other rule, deterministic or random.")


def deviation_bounds(
    subject: Subject,
    bounds: Sequence[DeviationBound],
    utilities: dict[str, Fraction],
    at_most: Mapping[str, Fraction],
    signals: Mapping[str, Signal],
) -> Iterator[Block]:
    """The utility of each agent, the bound on his deviations, and the dual prices that prove it.

    `signals` are those of the equilibrium, none where agents have rules of several rounds.
    """
    rows = tuple((words(name), (has,), (at_most[name],)) for name, has in utilities.items())
    yield Table(
        "What each agent gets, and the most that he could get by another rule",
        ("agent", "gets", "could get"),
        rows,
    )
    yield say(
        "Dual prices prove the last column (",
        Reference("6.1"),
        "): each observation of an agent has a price, which bounds what his messages can earn him"
        " there.",
    )
    informative = _informative(signals)
    for bound in bounds:
        yield from _message_sets(bound)
        yield _meaning(subject, bound)
        yield _prices(bound, informative)
        yield _total(bound, at_most[bound.agent])
        yield from of_messages(subject, bound, signals)
    bounded = {bound.agent for bound in bounds}
    for name in (name for name in utilities if name not in bounded):
        yield say(
            f"{name} can offer her nothing better than the others do, so she need not pick him."
        )


def _meaning(subject: Subject, bound: DeviationBound) -> Paragraph:
    """The meaning of dual prices: no message gives more than the prices of its cells."""
    tied = any(
        subproblem.dominated or message_set.duplicate_weights
        for subproblem in bound.subproblems
        for message_set in subproblem.message_sets
    )
    adds: list[Inline] = [" to his utility"]
    if bound.floor_price:
        adds = [" to his utility plus ", bound.floor_price, " times hers"]
    few = any(len(subproblem.message_sets) > 1 for subproblem in bound.subproblems)
    which = "a message that leads to one of these responses" if few else "a message"
    knowledge = ""
    if bound.knowledge is Knowledge.USER_TYPE:
        knowledge = (
            " He is taken to know what she sees and what others tell her, which can only help him."
        )
    ties = TIED.get(subject.game.ties, "") if tied else ""
    return say(
        f"{bound.agent}: suppose that he deviates, and sends {which} with some probability in each"
        " row of the table below. This message adds",
        *adds,
        " at most the sum of these probabilities times the dual prices, whichever of her best"
        f" responses she chooses{ties}. In each row the probabilities of his messages sum to 1, so"
        f" all of them together add at most the sum of the dual prices.{knowledge}",
    )


def _message_sets(bound: DeviationBound) -> Iterator[Block]:
    """The set of strategies whose dual prices are shown, where an agent has few messages."""
    for subproblem in bound.subproblems:
        if len(subproblem.message_sets) > 1:
            only = subproblem.best.strategies or ()
            yield say(
                f"{bound.agent} has so few messages that at most {len(only)} of her responses can"
                f" occur. Each of the {len(subproblem.message_sets)} sets of {len(only)} responses"
                " has dual prices of its own. Those with the greatest sum are shown, for the set of"
                f" {joined([strategy_name(strategy) for strategy in only])}."
            )


def _prices(bound: DeviationBound, informative: frozenset[str]) -> Table:
    rows = tuple(
        (words(cell_words(cell)), words(_known(subproblem, informative)), (price,))
        for subproblem in bound.subproblems
        for cell, price in subproblem.best.dual_prices.items()
    )
    return Table(
        f"Dual prices for {bound.agent}", ("his observation", "she also knows", "dual price"), rows
    )


def _total(bound: DeviationBound, at_most: Fraction) -> Paragraph:
    parts = sum(
        (
            sum(subproblem.best.dual_prices.values(), Fraction(0))
            for subproblem in bound.subproblems
        ),
        Fraction(0),
    )
    if not bound.floor_price:
        return say("The dual prices sum to ", parts, ".")
    return say(
        "The dual prices sum to ",
        parts,
        ". To be picked he must give her at least the ",
        (parts - at_most) / bound.floor_price,
        " that the others offer, so he gets at most ",
        parts,
        " minus ",
        bound.floor_price,
        " times that, which is ",
        at_most,
        ". If he is not picked, he gets no more than now.",
    )


def _known(subproblem: SubproblemBound, informative: frozenset[str]) -> str:
    """The user's observation and the others' messages, for the user types of one subproblem."""
    seen = [
        joined([x_user] * (x_user != NOTHING) + [m for m in messages if m in informative])
        for x_user, *messages in subproblem.types
    ]
    return joined([part for part in dict.fromkeys(seen) if part], "or") or "nothing"


def _informative(signals: Mapping[str, Signal]) -> frozenset[str]:
    """The messages of signals that are not silent."""
    return frozenset(
        message
        for signal in signals.values()
        if not silent(signal)
        for distribution in signal.values()
        for message in distribution
    )
