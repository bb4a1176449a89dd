"""Phrases for tie rules, partitions, conversation rules and signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from verifier.explain.document import Inline, Text, words
from verifier.game.model import NOTHING, Cell, Ties
from verifier.game.rules import Rule, Signal

TIES = {
    Ties.ANY: (
        "where she is indifferent she may choose among her best actions in any way, even depending"
        " on who told her"
    ),
    Ties.BELIEF: (
        "where she is indifferent her choice depends only on what she has seen and believes, not on"
        " who told her"
    ),
    Ties.FAVOUR_SPEAKER: (
        "where she is indifferent she does what is best for the agent whose deviation is considered"
    ),
    Ties.ORDER: (
        "where she is indifferent she takes the first best action in the order of the instance"
    ),
}


def joined(names: Sequence[str], last: str = "and") -> str:
    """The names as an enumeration.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def cell_words(cell: Cell) -> str:
    """The observations of a cell, joined by "or"."""
    return joined(cell, "or")


def partition_words(partition: Sequence[Cell], fact: str) -> str:
    """What an agent sees of a fact if he can tell apart the cells of a partition."""
    cells = [cell_words(cell) for cell in partition]
    if len(cells) == 1:
        return "nothing"
    if all(len(cell) == 1 for cell in partition):
        return f"{fact}: {joined(cells, 'or')}"
    return f"only the cell of {fact}: {' | '.join(cells)}"


def rule_words(rule: Rule, who: str = "") -> str:
    """A deterministic conversation rule as a predicate, or as a sentence about `who`."""
    if len(rule.messages) == 1:
        return _answers_words(rule, 0, who)
    asked = (
        f"if asked question {n + 1}, {_answers_words(rule, n, who)}"
        for n in range(len(rule.messages))
    )
    return "; ".join(asked)


def _answers_words(rule: Rule, message: int, who: str) -> str:
    answers, subject = rule.messages[message], f"{who} " if who else ""
    if len(answers) == 1 and answers[0].then is None:
        return f"{subject}says nothing"
    cells = " | ".join(cell_words(answer.when) for answer in answers)
    later = [
        f"; then after {cell_words(answer.when)}: {rule_words(answer.then, who)}"
        for answer in answers
        if answer.then is not None
    ]
    return f"{subject}announces the cell: {cells}{''.join(later)}"


def signal_items(signal: Signal) -> Iterator[Text]:
    """The messages of a signal with their probabilities, a line for each observation.

    There is one line where what he sees makes no difference.
    """
    if tells_nothing(signal):
        yield words("whatever he sees: ", *_messages(next(iter(signal.values()))))
        return
    for x, messages in signal.items():
        yield words(f"on {x}: ", *_messages(messages))


def _messages(messages: Mapping[str, Fraction]) -> Iterator[Inline]:
    for n, (message, p) in enumerate(messages.items()):
        yield f"{', ' if n else ''}“{message}”"
        if p != 1:
            yield from (" with probability ", p)


def silent(signal: Signal) -> bool:
    """Whether a signal sends one and the same message on every observation."""
    return len({message for messages in signal.values() for message in messages}) == 1


def tells_nothing(signal: Signal) -> bool:
    """Whether a signal sends its messages with the same probabilities on every observation.

    It is silent, or it only tosses a coin.
    """
    first, *others = map(dict, signal.values())
    return all(messages == first for messages in others)


def observation_words(x_user: str) -> str:
    """A participle for the user's observation, empty where she has none."""
    return "" if x_user == NOTHING else f"seeing {x_user}, "
