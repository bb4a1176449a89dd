"""Judgements of given profiles as JSON and as lines (theory.md 6.9 to 6.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from verifier.certificate import Gain, Judgement
from verifier.numbers import show
from verifier.report.equilibria import rule_record, signal_table
from verifier.report.record import exact_or_ends
from verifier.report.tree import history_text
from verifier.solve.exponential import QuotientSum
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
)
from verifier.theory.judgements.quantal import (
    QuantalEquilibrium,
    QuantalRefutation,
    QuantalUnresolved,
)


def judgement_record(found: Judgement) -> dict[str, Any]:
    """A judgement: `equilibrium`, `no equilibrium` or `open`, with the numbers that show it."""
    if isinstance(found, SignalEquilibrium):
        return {
            "verdict": "equilibrium",
            **_picked_record(found.picked),
            "user_utility": str(found.user_utility),
            "agent_utilities": {name: str(value) for name, value in found.agent_utilities.items()},
            "response": [[*said, action] for said, action in found.response.items()],
        }
    if isinstance(found, Gain):
        return {
            "verdict": "no equilibrium",
            "agent": found.agent,
            "before": exact_or_ends(found.before),
            "after": exact_or_ends(found.after),
            "deviation": rule_record(found.rule)
            if isinstance(found, ConversationRefutation)
            else signal_table(found.deviation),
        }
    if isinstance(found, QuantalEquilibrium):
        return {
            "verdict": "equilibrium",
            "user_utility": exact_or_ends(found.user_utility),
            "reasons": dict(found.reasons),
        }
    if isinstance(found, QuantalUnresolved):
        has = {name: {"has": exact_or_ends(value)} for name, value in found.utilities.items()}
        return {"verdict": "open", "agents": has, "signals_tried": dict(found.tried)}
    if isinstance(found, ConversationEquilibrium):
        return {
            "verdict": "equilibrium",
            **_picked_record(found.picked),
            "user_utility": str(found.play.user_utility),
            "agents": _ends(found.bounds),
        }
    tried = (
        {"pure_rules_tried": dict(found.tried)} if isinstance(found, UnresolvedConversation) else {}
    )
    return {"verdict": "open", "agents": _ends(found.bounds), **tried}


def _picked_record(agent: str | None) -> dict[str, str]:
    """Whom a user picks who is offered different rules."""
    return {} if agent is None else {"picked": agent}


def _ends(bounds: Mapping[str, tuple[Fraction, Fraction]]) -> dict[str, dict[str, str]]:
    return {name: {"has": str(has), "at_most": str(most)} for name, (has, most) in bounds.items()}


def judgement_lines(found: Judgement, gamma: Fraction = Fraction(0)) -> Iterator[str]:
    """A judgement as lines for the terminal; gains of up to gamma do not count."""
    if isinstance(found, SignalEquilibrium | ConversationEquilibrium):
        yield _equilibrium_line(found.user_utility, gamma, found.picked)
        yield from _bound_lines(_bounds(found))
    elif isinstance(found, QuantalEquilibrium):
        yield _equilibrium_line(found.user_utility, gamma)
        for name, reason in found.reasons.items():
            yield f"    {name}: {reason}"
    elif isinstance(found, Gain):
        most = "" if isinstance(found, QuantalRefutation) else "at most "
        yield (
            f"  NO EQUILIBRIUM: {found.agent} has {most}{show(found.before)} and gets"
            f" {show(found.after)} by saying"
        )
        yield from _deviation_lines(found)
    elif isinstance(found, QuantalUnresolved):
        yield "  OPEN: neither proved nor refuted"
        over = f" more than {show(gamma)}" if gamma else ""
        for name, has in found.utilities.items():
            tried = f"of {found.tried[name]} other signals that were tried none gains{over}"
            yield f"    {name} has {show(has)}; {tried}"
    else:
        yield "  OPEN: neither proved nor refuted"
        yield from _bound_lines(found.bounds)
        if found.bounds and all(most <= has for has, most in found.bounds.values()):
            yield "    no single response of hers is known that gives all agents this much"


def _equilibrium_line(
    worth: Fraction | QuotientSum, gamma: Fraction, picked: str | None = None
) -> str:
    picks = "" if picked is None else f" picks {picked} and"
    stays = f"no agent gains {f'more than {show(gamma)} ' if gamma else ''}by any other rule"
    return f"  EQUILIBRIUM: the user{picks} gets {show(worth)}; {stays}"


def _bounds(
    found: SignalEquilibrium | ConversationEquilibrium,
) -> Mapping[str, tuple[Fraction, Fraction]]:
    """What each agent has, and the most that any rule gives him."""
    if isinstance(found, ConversationEquilibrium):
        return found.bounds
    return {name: (has, found.at_most[name]) for name, has in found.agent_utilities.items()}


def _bound_lines(bounds: Mapping[str, tuple[Fraction, Fraction]]) -> Iterator[str]:
    for name, (has, most) in bounds.items():
        yield f"    {name} has {show(has)}, no rule gives more than {show(most)}"


def _deviation_lines(found: Gain) -> Iterator[str]:
    if not isinstance(found, ConversationRefutation):
        for x, says in found.deviation.items():
            yield f"    on {x}: {_chances(says)}"
        return
    for (history, asked), signal in found.rule.answers.items():
        for x, says in signal.items():
            yield f"    on {x}, after {history_text(history)}, asked {asked + 1}: {_said(says)}"
    for x, says in found.rule.opening.items():
        yield f"    on {x}, whatever is asked: {_said(says)}"


def _said(says: Mapping[str, Fraction]) -> str:
    """What is said: the word, or the words with their probabilities."""
    return repr(next(iter(says))) if len(says) == 1 else _chances(says)


def _chances(says: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{word!r} with probability {show(p)}" for word, p in says.items())
