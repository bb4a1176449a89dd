"""Judgements of given profiles as JSON and as lines (theory.md 6.9 and 6.10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from verifier.certificate import Judgement
from verifier.game.rules import ConversationRule
from verifier.numbers import show
from verifier.report.equilibria import signal_table
from verifier.report.tree import history_text
from verifier.theory.judge import Refutation
from verifier.theory.judge_conversation import (
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
)
from verifier.theory.signal_equilibrium import SignalEquilibrium


def judgement_record(found: Judgement) -> dict[str, Any]:
    """A judgement: `equilibrium`, `no equilibrium` or `open`, with the numbers that show it."""
    if isinstance(found, SignalEquilibrium):
        return {
            "verdict": "equilibrium",
            "user_utility": str(found.user_utility),
            "agent_utilities": {name: str(value) for name, value in found.agent_utilities.items()},
            "response": [[*said, action] for said, action in found.response.items()],
        }
    if isinstance(found, Refutation):
        changed = {"agent": found.agent, "before": str(found.before), "after": str(found.after)}
        return {"verdict": "no equilibrium", **changed, "deviation": signal_table(found.deviation)}
    if isinstance(found, ConversationRefutation):
        changed = {"agent": found.agent, "before": str(found.before), "after": str(found.after)}
        return {"verdict": "no equilibrium", **changed, "deviation": _rule_record(found.rule)}
    if isinstance(found, ConversationEquilibrium):
        return {
            "verdict": "equilibrium",
            "user_utility": str(found.play.user_utility),
            "agents": _ends(found.bounds),
        }
    tried = (
        {"pure_rules_tried": dict(found.tried)} if isinstance(found, UnresolvedConversation) else {}
    )
    return {"verdict": "open", "agents": _ends(found.bounds), **tried}


def _ends(bounds: Mapping[str, tuple[Fraction, Fraction]]) -> dict[str, dict[str, str]]:
    return {name: {"has": str(has), "at_most": str(most)} for name, (has, most) in bounds.items()}


def _rule_record(rule: ConversationRule) -> list[dict[str, Any]]:
    """A conversation rule as a rules file has it."""
    return [
        {
            "history": [[q + 1, word] for q, word in history],
            "asked": asked + 1,
            "signal": signal_table(signal),
        }
        for (history, asked), signal in rule.answers.items()
    ]


def judgement_lines(found: Judgement) -> Iterator[str]:
    """A judgement as lines for the terminal."""
    if isinstance(found, SignalEquilibrium):
        yield (
            f"  EQUILIBRIUM: the user gets {show(found.user_utility)}; no agent gains by any other"
            " rule"
        )
        for held in found.deviation_bounds:
            most = held.value - held.floor_price * found.user_utility
            yield (
                f"    {held.agent} has {show(found.agent_utilities[held.agent])}, no rule gives"
                f" more than {show(most)}"
            )
    elif isinstance(found, ConversationEquilibrium):
        yield (
            f"  EQUILIBRIUM: the user gets {show(found.play.user_utility)}; no agent gains by any"
            " other rule"
        )
        yield from _bound_lines(found.bounds)
    elif isinstance(found, Refutation | ConversationRefutation):
        yield (
            f"  NO EQUILIBRIUM: {found.agent} has at most {show(found.before)} and gets"
            f" {show(found.after)} by saying"
        )
        yield from _deviation_lines(found)
    else:
        yield "  OPEN: neither proved nor refuted"
        yield from _bound_lines(found.bounds)
        if found.bounds and all(most <= has for has, most in found.bounds.values()):
            yield "    no single response of hers is known that gives all agents this much"


def _bound_lines(bounds: Mapping[str, tuple[Fraction, Fraction]]) -> Iterator[str]:
    for name, (has, most) in bounds.items():
        yield f"    {name} has {show(has)}, no rule gives more than {show(most)}"


def _deviation_lines(found: Refutation | ConversationRefutation) -> Iterator[str]:
    if isinstance(found, Refutation):
        for x, says in found.deviation.items():
            yield f"    on {x}: " + ", ".join(
                f"{word!r} with probability {show(p)}" for word, p in says.items()
            )
        return
    for (history, asked), signal in found.rule.answers.items():
        for x, says in signal.items():
            yield (
                f"    on {x}, after {history_text(history)}, asked {asked + 1}:"
                f" {next(iter(says))!r}"
            )
