"""Games, rules and signals in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from verifier.explain.document import Inline, Text
from verifier.game.model import NOTHING, Cell, Game, Ties
from verifier.game.rules import Rule, Signal

TIES = {
    Ties.ANY: "where she is indifferent she may do anything, even depending on who told her",
    Ties.BELIEF: (
        "where she is indifferent her choice depends on what she believes, not on who told her"
    ),
    Ties.FAVOUR_SPEAKER: (
        "where she is indifferent she does what the agent wants whose deviation is considered"
    ),
    Ties.ORDER: (
        "where she is indifferent she takes the first best action in the order of the instance"
    ),
}


def joined(names: Sequence[str], last: str = "and") -> str:
    """
    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"], "or")
    ('a', 'a and b', 'a, b or c')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def cell_words(cell: Cell) -> str:
    """A set of observations."""
    return joined(cell, "or")


def partition_words(game: Game, sees: Sequence[Cell]) -> str:
    """What an agent sees of the agent observations."""
    if len(sees) == 1:
        return "nothing"
    if all(len(cell) == 1 for cell in sees):
        return "which it is of " + joined([cell_words(cell) for cell in sees], "and")
    return "only whether it is " + joined([cell_words(cell) for cell in sees], "or whether it is")


def rule_words(rule: Rule) -> str:
    """A deterministic rule in one sentence without a verb's subject."""
    if len(rule.messages) == 1:
        return _answers_words(rule, 0)
    asked = (f"asked {n + 1}, {_answers_words(rule, n)}" for n in range(len(rule.messages)))
    return "; ".join(asked)


def _answers_words(rule: Rule, message: int) -> str:
    answers = rule.messages[message]
    if len(answers) == 1 and answers[0].then is None:
        return "says nothing"
    told = "tells apart: " + " | ".join(cell_words(answer.when) for answer in answers)
    later = [
        f"after {cell_words(a.when)}: {rule_words(a.then)}" for a in answers if a.then is not None
    ]
    return told + "".join(f"; then {entry}" for entry in later)


def signal_items(signal: Signal) -> Iterator[Text]:
    """A signal, one line per observation."""
    for x, says in signal.items():
        parts: list[Inline] = [f"on {x}: "]
        for n, (word, p) in enumerate(says.items()):
            parts.append(f"{', ' if n else ''}“{word}”")
            if p != 1:
                parts += [" with probability ", p]
        yield tuple(parts)


def silent(signal: Signal) -> bool:
    """Whether the same is said whatever is seen."""
    spoken = list(signal.values())
    return all(dict(says) == dict(spoken[0]) for says in spoken)


def observation_words(x_user: str) -> str:
    """The user's own observation, empty where she has none."""
    return "" if x_user == NOTHING else f"seeing {x_user}, "


def prior_rows(game: Game) -> list[tuple[str, str, str, Fraction]]:
    """(x_A, x_B, y, p) of positive probability."""
    return [(*key, p) for key, p in game.joint.items()]
