"""Findings as certificates: canonical JSON that the kernel can check against the user's own file (proofs/FORMAT.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from verifier.game.game import Game
from verifier.game.identity import digest
from verifier.game.rule import Answer, Rule
from verifier.solve.ball import QuotientSum, enclose
from verifier.theory.bound import Bound
from verifier.theory.equilibrium import Equilibrium, OptimalPlan
from verifier.theory.guarantee import Guarantee
from verifier.theory.verdict import Finding, Verdict


def certificate(game: Game, finding: Finding) -> str | None:
    """The certificate of a finding, or None if it is open: there is nothing to certify then.

    Deterministic: same game and finding, same bytes.
    """
    if finding.verdict is Verdict.OPEN:
        return None
    hull = finding.setting.hull
    content: dict[str, Any] = {
        "format": 1,
        "instance": digest(game),
        "guarantee": str(finding.guarantee),
        "ties": str(game.ties),
        "verdict": str(finding.verdict),
        "tolerance": str(finding.tolerance),
        "claimed_bound": number(finding.claimed_bound),
        "hull": {
            "epsilon": str(hull.epsilon),
            "weights": _records(hull.weights),
            "offset": str(next(iter(hull.offsets.values()))),
            "witness": _records(hull.witness),
        },
    }
    if finding.verdict is not Verdict.REFUTED:
        content["bound"] = _bound(finding)
    if finding.equilibrium is not None:
        content["equilibrium"] = _equilibrium(finding.equilibrium)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def number(value: Fraction | QuotientSum) -> Any:
    """A rational as "p/q"; an irrational number as rational ends that enclose it."""
    if isinstance(value, Fraction):
        return str(value)
    ends = enclose(value)
    return {"lower": str(ends.lower), "upper": str(ends.upper)}


def _records(table: Mapping[Any, Fraction]) -> list[list[str]]:
    return [[*((key,) if isinstance(key, str) else key), str(value)] for key, value in table.items()]


def rule_record(rule: Rule) -> list[Any]:
    """A rule as nested lists: per user message the answers, each [observations, rule that follows or null]."""

    def answer(entry: Answer) -> list[Any]:
        return [list(entry.when), None if entry.then is None else rule_record(entry.then)]

    return [[answer(entry) for entry in message] for message in rule.messages]


def _bound(finding: Finding) -> dict[str, Any]:
    lower: Bound = finding.bound
    content = {
        "value": number(lower.value),
        "deviations": [
            {
                "agent": deviation.agent,
                "multiplier": str(lower.multipliers.agents[deviation.agent]),
                "rule": rule_record(deviation.rule),
            }
            for deviation in lower.deviations
        ],
        "marginal": _records(lower.multipliers.marginal),
        "obedience": _records(lower.multipliers.obedience),
    }
    if finding.guarantee is Guarantee.QUANTAL:
        content["precision"] = finding.precision
    return content


def _equilibrium(shown: Equilibrium) -> dict[str, Any]:
    if isinstance(shown, OptimalPlan):
        return _optimal_plan(shown)
    rules = [{"agent": name, "rule": rule_record(rule)} for name, rule in shown.rules.items()]
    response = [[*point, action] for point, action in shown.response.items()]
    return {"kind": shown.kind, "rules": rules, "response": response}


def _optimal_plan(shown: OptimalPlan) -> dict[str, Any]:
    persuasion = shown.persuasion
    multipliers = {(" / ".join(s), x, other): m for (s, x, other), m in persuasion.multipliers.items()}
    return {
        "kind": shown.kind,
        "user_utility": str(shown.user_utility),
        "plan": _records({(cell[0], " / ".join(s)): p for (cell, s), p in shown.plan.sends.items()}),
        "prices": _records({cell[0]: price for cell, price in persuasion.prices.items()}),
        "multipliers": _records(multipliers),
    }
