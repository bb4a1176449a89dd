"""What she learns by a straightforward conversation, as JSON and as lines (theory.md 13.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from verifier.numbers import brief, enclose, show
from verifier.report.cheap_talk import UNCHECKED, cell_text
from verifier.report.reading import (
    reading_lines,
    reading_record,
)
from verifier.report.record import exact_or_ends
from verifier.report.terminal import wrapped
from verifier.report.unused import unused, unused_lines, unused_record
from verifier.theory.learning.closeness import quantal_closeness
from verifier.theory.learning.knowledge import Rectangle
from verifier.theory.learning.straightforward import Learning, Moment
from verifier.theory.learning.substitutes import Substitutes, Worth

HEADER = ("round", "delta", "error", "apart", "u")
"""The columns of the table of moments."""

LEGEND = (
    "delta: the most that the value of an action still varies for her",
    "error: by how much she misjudges an action, the worst one, on average",
    "apart: by how much her estimate and his differ, the worst one, on average",
    "u: what she gets if she stops there",
)


def learning_record(found: Learning) -> dict[str, Any]:
    """The moments of the conversation, what is left to learn, and whether substitutes are so."""
    return {
        "title": found.game.title,
        **reading_record(found.game),
        **unused_record(unused(found.game)),
        "agent": found.agent,
        "steps": {"user": found.hers, "agent": found.his},
        "moments": [_moment_record(found, moment) for moment in found.moments],
        "substitutes": {
            str(part.purpose): _substitutes_record(part)
            for part in (found.decision, found.forecast)
        },
        "bayesian_closeness": None if found.errs is None else str(found.errs),
        "kernel": None,
    }


def _moment_record(found: Learning, moment: Moment) -> dict[str, Any]:
    close = quantal_closeness(found.game, moment.square)
    return {
        "rectangles": [_rectangle_record(rectangle) for rectangle in moment.rectangles],
        "delta": str(moment.delta),
        "worst_error": str(moment.worst),
        "expected_error": str(moment.error),
        "expected_square": str(moment.square),
        "untold": str(moment.untold),
        "variance": str(moment.variance),
        "substitutes": moment.substitutes,
        "apart": str(moment.apart),
        "user_utility": str(moment.utility),
        "quantal_closeness": None if close is None else exact_or_ends(close),
    }


def _rectangle_record(rectangle: Rectangle) -> dict[str, Any]:
    return {"user": list(rectangle.hers), "agent": [list(cell) for cell in rectangle.his]}


def _substitutes_record(found: Substitutes) -> dict[str, Any]:
    broken = found.broken
    return {
        "weak": found.weak,
        **_worth_record(found.whole),
        "on_every_rectangle": found.everywhere,
        "broken": None
        if broken is None
        else {**_rectangle_record(broken[0]), **_worth_record(broken[1])},
    }


def _worth_record(worth: Worth) -> dict[str, str]:
    return {
        "nobody": str(worth.neither),
        "user_alone": str(worth.hers),
        "agent_alone": str(worth.his),
        "together": str(worth.together),
    }


def learning_lines(found: Learning) -> Iterator[str]:
    """The moments as a table, and whether the observations are substitutes, as lines."""
    yield found.game.title
    yield from reading_lines(found.game)
    yield from unused_lines(unused(found.game))
    yield from wrapped(f"a straightforward conversation with {found.agent}: {_words(found)}", 2)
    rows = [HEADER, *(_row(n, moment) for n, moment in enumerate(found.moments))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADER))]
    for row in rows:
        yield "    " + "  ".join(map(str.rjust, row, widths))
    for text in LEGEND:
        yield f"    {text}"
    yield from _close_lines(found)
    for part in (found.decision, found.forecast):
        yield from _substitutes_lines(found, part)
    yield f"  {UNCHECKED}"


def _row(number: int, moment: Moment) -> tuple[str, ...]:
    numbers = (moment.delta, moment.error, moment.apart, moment.utility)
    return (str(number), *map(brief, numbers))


def _words(found: Learning) -> str:
    hers, his = _steps(found.hers), _steps(found.his)
    if hers == his:
        return f"both say {hers}"
    return f"she says {hers}, he says {his}"


def _steps(steps: int | None) -> str:
    if steps is None:
        return "what each action is worth"
    if steps == 1:
        return "nothing (too few words, see --steps)"
    return f"what each action is worth, rounded down to {steps} steps"


def _close_lines(found: Learning) -> Iterator[str]:
    close = quantal_closeness(found.game, found.moments[-1].square)
    if close is not None and enclose(close).lower < 1:
        text = (
            f"a quantal user then plays within {show(close)} of what she would do if she knew all"
        )
        yield from wrapped(f"{text} (total variation; theory.md 4.2)", 2)
    if found.errs is not None:
        yield from wrapped(
            f"a Bayesian user whom {found.agent} tells all that he can misses her best action with"
            f" probability {show(found.errs)} at most, whatever else she is told",
            2,
        )


def _substitutes_lines(found: Learning, part: Substitutes) -> Iterator[str]:
    kind = "substitutes" if part.weak else "complements, not substitutes,"
    worth = part.whole
    yield from wrapped(
        f"for a {part.purpose} what she and {found.agent} see are {kind} at the start: his"
        f" knowledge is worth {show(worth.together - worth.hers)} to her, and to one who sees"
        f" nothing {show(worth.his - worth.neither)}",
        2,
    )
    if part.too_many is not None:
        yield from wrapped(f"on parts: open, {part.too_many}", 4)
    elif part.broken is None:
        yield "    so they are on every rectangle"
    elif part.weak:
        rectangle, inside = part.broken
        yield from wrapped(
            f"but not if she sees {_or(rectangle.hers)} and he"
            f" {_or(map(cell_text, rectangle.his))}: there it is worth"
            f" {show(inside.together - inside.hers)} to her, times the probability, and"
            f" {show(inside.his - inside.neither)} to one who sees nothing",
            4,
        )


def _or(names: Iterable[str]) -> str:
    return " or ".join(names)
