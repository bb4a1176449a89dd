"""Findings as certificates: canonical JSON that the kernel can check against the user's own file
(proofs/FORMAT.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from verifier.game.model import Agent, Game, digest
from verifier.game.rules import Answer, Rule, Signal
from verifier.solve.exponential import QuotientSum, enclose
from verifier.theory.deviation import BlockBound, DeviationBound, MessageSetOption
from verifier.theory.equilibrium import Equilibrium, Indifference
from verifier.theory.frontier import LinearPiece, Offered
from verifier.theory.guarantee import Guarantee
from verifier.theory.judge import Refutation
from verifier.theory.outcome_program import Bound
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import Conversation
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
        content["equilibrium"] = _equilibrium(finding.equilibrium, game)
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def equilibrium_certificate(game: Game, guarantee: Guarantee, shown: Equilibrium) -> str:
    """The certificate that a profile of rules is an equilibrium for this kind of user."""
    return _profile(game, guarantee, "equilibrium", {"equilibrium": _equilibrium(shown, game)})


def deviation_certificate(game: Game, found: Refutation) -> str:
    """The certificate that a profile of signals is no equilibrium: an agent's signal by which he
    surely gains.
    """
    content = {
        "rules": [_spoken(agent, found.signals[agent.name]) for agent in game.agents],
        **_spoken(
            next(agent for agent in game.agents if agent.name == found.agent), found.deviation
        ),
    }
    return _profile(game, Guarantee.BAYES, "no equilibrium", {"deviation": content})


def _profile(game: Game, guarantee: Guarantee, verdict: str, content: dict[str, Any]) -> str:
    head = {
        "format": 1,
        "instance": digest(game),
        "guarantee": str(guarantee),
        "ties": str(game.ties),
        "verdict": verdict,
    }
    return json.dumps({**head, **content}, indent=1, ensure_ascii=False) + "\n"


def _spoken(agent: Agent, signal: Signal) -> dict[str, Any]:
    """A signal by cells, each named by its first observation."""
    says = [[cell[0], word, str(p)] for cell in agent.sees for word, p in signal[cell[0]].items()]
    return {"agent": agent.name, "signal": says}


def number(value: Fraction | QuotientSum) -> Any:
    """A rational as "p/q"; an irrational number as rational ends that enclose it."""
    if isinstance(value, Fraction):
        return str(value)
    ends = enclose(value)
    return {"lower": str(ends.lower), "upper": str(ends.upper)}


def _records(table: Mapping[Any, Fraction]) -> list[list[str]]:
    return [
        [*((key,) if isinstance(key, str) else key), str(value)] for key, value in table.items()
    ]


def rule_record(rule: Rule) -> list[Any]:
    """A rule as nested lists: per user message the answers, each [observations, rule that follows
    or null].
    """

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
    if lower.pieces:
        content["pieces"] = [_piece(piece) for piece in lower.pieces]
    if finding.guarantee is Guarantee.QUANTAL:
        content["precision"] = finding.precision
    return content


def _piece(piece: LinearPiece) -> dict[str, Any]:
    return {
        "upper": str(piece.upper),
        "offers": [
            {
                "agent": name,
                "multiplier": str(piece.agents[name]),
                "low": _offer(low),
                "high": _offer(high),
            }
            for name, (low, high) in piece.offers.items()
        ],
        "from": str(piece.start),
        "marginal": _records(piece.marginal),
        "obedience": _records(piece.obedience),
    }


def _offer(offered: Offered) -> list[dict[str, Any]]:
    return [
        {
            "strategy": list(strategy),
            "sends": [[cell[0], str(p)] for (cell, s), p in offered.sends.items() if s == strategy],
            "nudge": [[cell[0], str(p)] for cell, p in nudge.items() if p],
        }
        for strategy, nudge in offered.perturbations.items()
    ]


def _equilibrium(shown: Equilibrium, game: Game) -> dict[str, Any]:
    if isinstance(shown, SignalEquilibrium):
        return _signals(shown, game)
    if isinstance(shown, Conversation):
        return {
            "kind": shown.kind,
            "user_utility": str(shown.user_utility),
            "rule": rule_record(shown.rule),
            "deterrence": _deterrence(shown.deviation_bound),
        }
    if isinstance(shown, Indifference):
        return {"kind": shown.kind}
    rules = [{"agent": name, "rule": rule_record(rule)} for name, rule in shown.rules.items()]
    response = [[*point, action] for point, action in shown.response.items()]
    return {"kind": shown.kind, "rules": rules, "response": response}


def _signals(shown: SignalEquilibrium, game: Game) -> dict[str, Any]:
    return {
        "kind": "common signal" if shown.common else "signals",
        "user_utility": str(shown.user_utility),
        "rules": [_spoken(agent, shown.signals[agent.name]) for agent in game.agents],
        "response": [[*heard, action] for heard, action in shown.response.items()],
        "deterrence": [_deterrence(found) for found in shown.deviation_bounds],
    }


def _deterrence(found: DeviationBound) -> dict[str, Any]:
    return {
        "agent": found.agent,
        "knows": str(found.knows),
        "floor": str(found.floor),
        "blocks": [_block(block) for block in found.blocks],
    }


def _block(block: BlockBound) -> dict[str, Any]:
    never = [
        [n, a, b, str(share)]
        for (n, a), mixture in block.never.items()
        for b, share in mixture.items()
    ]
    return {
        "types": [list(heard) for heard in block.types],
        **({"never": never} if never else {}),
        "options": [_option(option) for option in block.options],
    }


def _option(option: MessageSetOption) -> dict[str, Any]:
    reasons: dict[tuple[str, ...], dict[str, Any]] = {}
    for key, table in (("against", option.multipliers), ("reply", option.replies)):
        for (strategy, n, action), weight in table.items():
            reason = reasons.setdefault(strategy, {"strategy": list(strategy)})
            reason.setdefault(key, []).append([n, action, str(weight)])
    return {
        **({} if option.only is None else {"only": [list(strategy) for strategy in option.only]}),
        "prices": _records({cell[0]: price for cell, price in option.prices.items()}),
        "reasons": list(reasons.values()),
    }
