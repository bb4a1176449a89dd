"""Columns that number their rows are no utilities, and never become a party by themselves."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, islice, pairwise

IDENTIFIER = re.compile(
    "ids?|idx|index|[ug]uid|uid|pk|obs|observation|rows?|row(names?|id|num|number)|unnamed"
    "|prompt|question|scenario|task|example|sample|case|query|trial|document|instance"
    "|subject|participant|respondent|year|date|time|timestamp"
)
"""Names of columns that say which row it is, or what it is about, if they hold numbers."""

ENDING = re.compile("ids?|idx|[ug]uid|uid|nr|no|num|number")
"""Last words of such names; `id` and `ids` are first ones as well."""

VAGUE = re.compile("x|n|t|nr|no|num|number|key|code|order|day|week|month|round|step|epoch")
"""Names that say so only where the numbers are whole and rise from row to row."""

MARKED = re.compile(r"\.\.\.\d+|__\w+__|level_\d+|[Uu]nnamed: \d+|[#№]")
"""Names that readr and pandas give to columns without one, and signs for a number."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
LEAST, REGULAR = 3, 5
"""So many rows in steps of 1, and in other steps that are all the same, are no coincidence."""

NAMED = 6
"""Most columns that are named one by one in a remedy."""


def suspicion(name: str, column: Iterable[Fraction]) -> str:
    """Why a column looks as if it numbered its rows; empty if it does not.

    >>> suspicion("prompt_id", [Fraction(7), Fraction(4)])
    'is called like an identifier'
    >>> suspicion("score", [Fraction(n) for n in (4, 5, 6, 7)])
    'counts its rows (4, 5, 6, ...)'
    """
    words = [word.lower() for word in WORD.findall(name)]
    together = "".join(words)
    if MARKED.fullmatch(name) or IDENTIFIER.fullmatch(together) or _has_ending(name, words):
        return "is called like an identifier"
    values = iter(column)
    head = list(islice(values, LEAST))
    if len(head) < LEAST:
        return ""
    counts = _counts(chain(head, values), VAGUE.fullmatch(together) is not None)
    return f"counts its rows ({', '.join(map(str, head))}, ...)" if counts else ""


def _counts(column: Iterable[Fraction], vague: bool) -> bool:
    """Whether numbers rise or fall in equal steps, or, under a vague name, are whole and rise."""
    step, length, regular, rising = Fraction(0), 1, True, vague
    for before, after in pairwise(column):
        step, length = step or after - before, length + 1
        regular = regular and after - before == step != 0
        rising = rising and before < after and before.denominator == after.denominator == 1
        if not (regular or rising):
            return False
    return rising or abs(step) == 1 or length >= REGULAR


def _has_ending(name: str, words: Sequence[str]) -> bool:
    """`prompt_id` and `id_prompt` do, `judge no. 2` does not: that is somebody's name."""
    ends = ENDING.fullmatch(words[-1]) or words[0] in ("id", "ids") if len(words) > 1 else None
    return bool(ends) and not name[-1].isdigit()


def refusal(parties: Sequence[str], why: Mapping[str, str]) -> str:
    """The sentence on columns that look as if they numbered rows, with the ways out.

    `parties` are the user and the agents, `why` has the reason of each column in question.
    """
    said = "; ".join(
        f"column {name!r} would be {'the user' if name == parties[0] else 'an agent'}, but it {why}"
        for name, why in why.items()
    )
    leave = " ".join(f"--without {shlex.quote(name)}" for name in why)
    keep = f"--user {shlex.quote(parties[0])}"
    if set(why) != {parties[0]}:
        named = " ".join(f"--agent {shlex.quote(name)}" for name in parties[1:])
        keep += f" {named}" if len(parties) <= NAMED else " and an --agent for each agent"
    return f"{said}: leave out what is no utility ({leave}), or say what it is ({keep})"
