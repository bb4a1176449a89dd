"""Dual prices on an agent's observations, which prove that no deviation gains (theory.md 6.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.explain.document import Block, Inline, Paragraph, Reference, Table, Text, say, words
from verifier.explain.phrases import cell_words, joined
from verifier.explain.sections.inequalities import (
    any_of,
    few_responses,
    known_words,
    of_messages,
)
from verifier.explain.subject import Subject
from verifier.explain.symbols import GAMMA, single
from verifier.game.model import NOTHING, Ties
from verifier.game.rules import Signal
from verifier.theory.deviations.deviation import DeviationBound, Knowledge
from verifier.theory.deviations.persuasion import strategy_name


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
    for bound in bounds:
        yield from _message_sets(subject, bound)
        yield _meaning(subject, bound)
        yield _prices(bound, signals)
        yield _total(bound, at_most[bound.agent])
        yield from of_messages(subject, bound, signals)
    bounded = {bound.agent for bound in bounds}
    for name in (name for name in utilities if name not in bounded):
        yield say(
            f"{name} can offer her nothing better than the others do, so she need not pick him."
        )


def _meaning(subject: Subject, bound: DeviationBound) -> Paragraph:
    """The meaning of dual prices: no message gives more than the prices of its cells."""
    adds: list[Inline] = [" to his utility"]
    if bound.floor_price:
        adds = [" to his utility plus ", bound.floor_price, " times hers"]
    leads = " that leads to one of these responses" if few_responses(bound) else ""
    return say(
        f"{bound.agent}: suppose that he deviates, and sends a message{leads} with some"
        " probability in each row of the table below. This message adds",
        *adds,
        " at most the sum of these probabilities times the dual prices,"
        f" {_chosen(subject.game.ties, bound)}. In each row the probabilities of his messages sum"
        f" to 1, so all of them together add at most the sum of the dual prices.{_granted(bound)}",
    )


def _granted(bound: DeviationBound) -> str:
    """What a deviating agent is taken to know of the user."""
    types = [t for part in bound.subproblems for t in part.types]
    sees = ["what she sees"] if any(t[0] != NOTHING for t in types) else []
    told = ["what others tell her"] if any(len(t) > 1 for t in types) else []
    if bound.knowledge is Knowledge.OWN_OBSERVATION or not sees + told:
        return ""
    return f" He is taken to know {joined(sees + told)}, which can only help him."


def _chosen(ties: Ties, bound: DeviationBound) -> str:
    """For which of her best responses the prices hold, under the tie rule (theory.md 6.8)."""
    left_out = any(part.dominated for part in bound.subproblems)
    if left_out and ties is Ties.ORDER:
        return "if of several best responses she chooses the first"
    against = (
        ", except that where an action can be best only together with others, she is taken to"
        " choose against his interest"
    )
    return f"whichever of her best responses she chooses{against if left_out else ''}"


def _message_sets(subject: Subject, bound: DeviationBound) -> Iterator[Block]:
    """The set of strategies whose dual prices are shown, where an agent has few messages."""
    others = (
        "; those of the others are in the certificate" if subject.vouched("equilibrium") else ""
    )
    for subproblem in bound.subproblems:
        if len(subproblem.message_sets) > 1:
            only = subproblem.best.strategies or ()
            yield say(
                f"{bound.agent} has so few messages that at most {len(only)} of her responses can"
                f" occur. Each of the {len(subproblem.message_sets)} sets of {len(only)} responses"
                " has dual prices of its own. Those with the greatest sum are shown, for the set of"
                f" {joined([strategy_name(strategy) for strategy in only])}{others}."
            )


def _prices(bound: DeviationBound, signals: Mapping[str, Signal]) -> Table:
    rows = tuple(
        (words(cell_words(cell)), words(any_of(known) if any(known) else "nothing"), (price,))
        for subproblem in bound.subproblems
        for known in (known_words(subproblem, bound.agent, signals),)
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
