"""Equilibria without commitment as JSON and as lines, beside what commitment gives.

theory.md 11.1 (one sender) and 11.2 (two senders).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verifier.game.model import Cell, Game
from verifier.numbers import show
from verifier.report.persuasion import signal_record, strategy_record
from verifier.report.reading import (
    reading_lines,
    reading_record,
)
from verifier.report.terminal import wrapped
from verifier.report.unused import unused, unused_lines, unused_record
from verifier.theory.cheap_talk.one_sender import CheapTalk, Contrast, Payoffs
from verifier.theory.cheap_talk.two_senders import Agreement, Revelation, TwoSenderTalk
from verifier.theory.deviations.persuasion import strategy_name
from verifier.theory.equilibria.equilibrium import Exhibited, rational_utility

UNCHECKED = "exact, and the verifier's word: the kernel does not check it"
"""Who vouches for what is shown."""

MANY = 12
"""Most sets of replies, or outcomes, that are shown as lines; JSON has all."""


def cheap_talk_record(game: Game, found: CheapTalk | TwoSenderTalk) -> dict[str, Any]:
    """The equilibria without commitment, what there is beside them, and that nobody checked it."""
    named = {"title": game.title, **reading_record(game), **unused_record(unused(game))}
    if isinstance(found, CheapTalk):
        return {**named, **_induced_record(game, found), "kernel": None}
    return {**named, **_agreed_record(found), "kernel": None}


def _induced_record(game: Game, found: CheapTalk) -> dict[str, Any]:
    return {
        "agents": [found.agent.name],
        "equilibria": [
            {
                "replies": [strategy_record(found.observations, s) for s in induced.replies],
                "user_utility": {
                    "worst": str(induced.worst.user_utility),
                    "best": str(induced.best.user_utility),
                },
                "agent_utilities": {found.agent.name: str(induced.agent_utility)},
                "signal": signal_record(game, induced.best),
            }
            for induced in found.equilibria
        ],
        **_contrast_record(found.contrast),
    }


def _agreed_record(found: TwoSenderTalk) -> dict[str, Any]:
    worst, best = _ends(found.committed)
    return {
        "agents": [agent.name for agent in found.agents],
        "outcomes": [_agreement_record(found, agreement) for agreement in found.outcomes],
        "full_revelation": _revelation_record(found, found.revelation),
        "obstacle": None if found.obstacle is None else [list(cell) for cell in found.obstacle],
        "committed_equilibria": {
            "worst": None if worst is None else str(worst),
            "best": None if best is None else str(best),
        },
        **_contrast_record(found.contrast),
    }


def _agreement_record(found: TwoSenderTalk, agreement: Agreement) -> dict[str, Any]:
    announced = [[list(cell) for cell in part] for part in agreement.parts]
    return {
        "user_utility": str(agreement.user_utility),
        "agent_utilities": {name: str(v) for name, v in agreement.agent_utilities.items()},
        "parts": [
            {"cells": cells, "reply": strategy_record(found.observations, reply)}
            for cells, reply in zip(announced, agreement.replies, strict=True)
        ],
        "punishments": [
            {
                "announced": [announced[i], announced[j]],
                "reply": strategy_record(found.observations, reply),
            }
            for (i, j), reply in agreement.punishments.items()
        ],
    }


def _revelation_record(found: TwoSenderTalk, shown: Revelation | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    return {
        "lottery": not shown.pure,
        "parts": [
            {"cells": [list(cell)], "reply": strategy_record(found.observations, reply)}
            for cell, reply in shown.replies.items()
        ],
        "punishments": [
            {
                "announced": [[list(first)], [list(second)]],
                "replies": [
                    {"reply": strategy_record(found.observations, reply), "probability": str(p)}
                    for reply, p in lottery.items()
                ],
            }
            for (first, second), lottery in shown.punishments.items()
        ],
    }


def _contrast_record(found: Contrast) -> dict[str, Any]:
    return {
        "committed": [
            {
                "agent": name,
                "value": str(optimum.value),
                "user_utility": {
                    "worst": str(optimum.worst.user_utility),
                    "best": str(optimum.best.user_utility),
                },
            }
            for name, optimum in found.committed.items()
        ],
        "revealed": _payoffs_record(found.revealed),
        "silent": _payoffs_record(found.silent),
    }


def _payoffs_record(found: Payoffs) -> dict[str, Any]:
    return {
        "user_utility": str(found.user_utility),
        "agent_utilities": {
            name: {"worst": str(least), "best": str(greatest)}
            for name, (least, greatest) in found.agent_utilities.items()
        },
    }


def _ends(committed: Exhibited) -> tuple[Fraction | None, Fraction | None]:
    """The user's utility in the worst and the best equilibrium that is found with commitment."""
    if committed.worst is None or committed.best is None:
        return None, None
    return rational_utility(committed.worst), rational_utility(committed.best)


def cheap_talk_lines(game: Game, found: CheapTalk | TwoSenderTalk) -> Iterator[str]:
    """The equilibria without commitment and what there is beside them, as lines."""
    yield game.title
    yield from reading_lines(game)
    yield from unused_lines(unused(game))
    yield from _induced_lines(found) if isinstance(found, CheapTalk) else _agreed_lines(found)
    yield "  beside it"
    rich = "" if game.conversation.rich else " (any number of messages)"
    for name, optimum in found.contrast.committed.items():
        ends = optimum.worst.user_utility, optimum.best.user_utility
        yield from _wrapped(f"{name} commits alone{rich}", _everyone(ends, {name: optimum.value}))
    if isinstance(found, TwoSenderTalk):
        worst, best = _ends(found.committed)
        if worst is not None and best is not None:
            yield from _wrapped("both commit, equilibria found", f"user {_range((worst, best))}")
    for label, payoffs in (
        ("all revealed", found.contrast.revealed),
        ("nothing said", found.contrast.silent),
    ):
        yield from _wrapped(label, _everyone((payoffs.user_utility,), payoffs.agent_utilities))
    yield f"  {UNCHECKED}"


def _induced_lines(found: CheapTalk) -> Iterator[str]:
    talks = f"{found.agent.name} talks, the user's replies are pure"
    yield from _wrapped("no commitment", talks, 2)
    count = len(found.equilibria)
    yield f"  {count} set{'s' * (count > 1)} of replies that he can induce in equilibrium"
    for induced in found.equilibria[:MANY]:
        replies = ", ".join(map(strategy_name, induced.replies))
        babbling = " (babbling)" if len(induced.replies) == 1 else ""
        ends = induced.worst.user_utility, induced.best.user_utility
        gets = _everyone(ends, {found.agent.name: induced.agent_utility})
        yield from _wrapped(f"{replies}{babbling}", gets)
    yield from _more(count)


def _agreed_lines(found: TwoSenderTalk) -> Iterator[str]:
    first, second = (agent.name for agent in found.agents)
    yield from _wrapped("no commitment", f"{first} and {second} talk, all strategies pure", 2)
    count = len(found.outcomes)
    yield f"  {count} outcome{'s' * (count > 1)} of equilibria"
    for agreement in found.outcomes[-MANY:]:
        taken = "; ".join(
            f"{_part(part)} {strategy_name(reply)}"
            for part, reply in zip(agreement.parts, agreement.replies, strict=True)
        )
        yield from _wrapped(taken, _everyone((agreement.user_utility,), agreement.agent_utilities))
    yield from _more(count)
    yield from _revelation_lines(found)


def _revelation_lines(found: TwoSenderTalk) -> Iterator[str]:
    first, second = (agent.name for agent in found.agents)
    if found.revelation is None:
        yield "  full revelation is no equilibrium, even if both mix"
        if found.obstacle is not None:
            claims = " and ".join(map(cell_text, found.obstacle))
            yield from _wrapped(
                f"if {first} and {second} announce {claims}", "no reply deters both"
            )
        return
    how = "" if found.revelation.pure else ", if both add a random number to it"
    yield f"  full revelation is an equilibrium{how}"
    for (left, right), lottery in found.revelation.punishments.items():
        drawn = " or ".join(
            strategy_name(s) + ("" if p == 1 else f" with probability {show(p)}")
            for s, p in lottery.items()
        )
        yield from _wrapped(
            f"if {first} and {second} announce {cell_text(left)} and {cell_text(right)}", drawn
        )


def _more(count: int) -> Iterator[str]:
    if count > MANY:
        yield f"    and {count - MANY} more, which --json has"


def _part(part: Sequence[Cell]) -> str:
    return "{" + ", ".join(x for cell in part for x in cell) + "}"


def cell_text(cell: Cell) -> str:
    """The observations of a cell, in braces where there are several."""
    return cell[0] if len(cell) == 1 else _part([cell])


def _everyone(
    user: Sequence[Fraction], agents: Mapping[str, Fraction | tuple[Fraction, Fraction]]
) -> str:
    """What everyone gets, in words: a number, or a range where there is one."""
    theirs = (
        f"{name} {show(ends) if isinstance(ends, Fraction) else _range(ends)}"
        for name, ends in agents.items()
    )
    return ", ".join([f"user {_range(user)}", *theirs])


def _range(ends: Iterable[Fraction]) -> str:
    return " to ".join(show(value) for value in dict.fromkeys(ends))


def _wrapped(label: str, text: str, indent: int = 4) -> list[str]:
    return wrapped(f"{label}: {text}", indent)
