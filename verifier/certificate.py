"""Certificates: findings as canonical JSON, which the kernel checks against the instance file.

proofs/FORMAT.md is the specification. This file follows its order, with a function for each kind of
content, named as there: `hull`, `bound` and its `pieces`, the kinds of `equilibrium`, the
`deterrence` of signals and conversations, and `deviation`. theory.md 10.1.

A certificate holds only the numbers that are hard to find and easy to check; the kernel derives the
game and all inequalities again. Same game and finding, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from verifier.game.model import Agent, Game, digest
from verifier.game.rules import Answer, Rule, Signal
from verifier.numbers import enclose
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Hull
from verifier.theory.deviation import DeviationBound, MessageSetBound, SubproblemBound
from verifier.theory.equilibrium import CommonRule, Equilibrium, FullRevelation, Indifference
from verifier.theory.frontier import LinearPiece, StrictPlan
from verifier.theory.guarantee import Guarantee
from verifier.theory.judge import Refutation
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import OptimalConversation
from verifier.theory.verdict import Finding, Verdict


def certificate(game: Game, finding: Finding) -> str | None:
    """The certificate of a verdict; None if it is open, for then there is nothing to check."""
    if finding.verdict is Verdict.OPEN:
        return None
    content: dict[str, Any] = {
        "tolerance": str(finding.tolerance),
        "claimed_bound": _number(finding.claimed_bound),
        "hull": _hull(finding.setting.hull),
    }
    if finding.verdict is not Verdict.REFUTED:
        content["bound"] = _bound(finding)
    if finding.equilibrium is not None:
        content["equilibrium"] = _equilibrium(game, finding.equilibrium)
    return _certificate(game, finding.guarantee, str(finding.verdict), content)


def equilibrium_certificate(game: Game, guarantee: Guarantee, shown: Equilibrium) -> str:
    """The certificate that a profile of rules is an equilibrium for this kind of user."""
    content = {"equilibrium": _equilibrium(game, shown)}
    return _certificate(game, guarantee, "equilibrium", content)


def deviation_certificate(game: Game, found: Refutation) -> str:
    """The certificate that a profile of signals is no equilibrium: a profitable deviation."""
    content = {"deviation": _deviation(game, found)}
    return _certificate(game, Guarantee.BAYES, "no equilibrium", content)


def _certificate(game: Game, guarantee: Guarantee, verdict: str, content: dict[str, Any]) -> str:
    """The JSON text: the keys that all certificates of a game have, then the content."""
    head = {
        "format": 1,
        "instance": digest(game),
        "guarantee": str(guarantee),
        "ties": str(game.ties),
        "verdict": verdict,
    }
    return json.dumps({**head, **content}, indent=1, ensure_ascii=False) + "\n"


def _number(value: Fraction | QuotientSum) -> Any:
    """A number: "p/q" if it is rational, otherwise rational ends that enclose it."""
    if isinstance(value, Fraction):
        return str(value)
    ends = enclose(value)
    return {"lower": str(ends.lower), "upper": str(ends.upper)}


def _records(table: Mapping[Any, Fraction]) -> list[list[str]]:
    """A table of numbers: per entry the parts of its key, then the number."""
    return [
        [*((key,) if isinstance(key, str) else key), str(value)] for key, value in table.items()
    ]


def _rule(rule: Rule) -> list[Any]:
    """A rule: per user message the answers, each [observations, rule that follows or null]."""

    def answer(entry: Answer) -> list[Any]:
        return [list(entry.when), None if entry.then is None else _rule(entry.then)]

    return [[answer(entry) for entry in message] for message in rule.messages]


def _signal(agent: Agent, signal: Signal) -> dict[str, Any]:
    """An agent's signal: [cell, message, probability], each cell named by its first observation."""
    sends = [[cell[0], word, str(p)] for cell in agent.sees for word, p in signal[cell[0]].items()]
    return {"agent": agent.name, "signal": sends}


def _hull(hull: Hull) -> dict[str, Any]:
    """`hull`: distance, weights and offset of the nearest mixture; the witness (theory.md 2.1)."""
    return {
        "epsilon": str(hull.epsilon),
        "weights": _records(hull.weights),
        "offset": str(next(iter(hull.offsets.values()))),
        "witness": _records(hull.witness),
    }


def _bound(finding: Finding) -> dict[str, Any]:
    """`bound`: deviations and multipliers of the outcome program (theory.md 5.4)."""
    bound = finding.bound
    content = {
        "value": _number(bound.value),
        "deviations": [
            {
                "agent": deviation.agent,
                "multiplier": str(bound.multipliers.agents[deviation.agent]),
                "rule": _rule(deviation.rule),
            }
            for deviation in bound.deviations
        ],
        "marginal": _records(bound.multipliers.marginal),
        "obedience": _records(bound.multipliers.obedience),
    }
    if bound.pieces:
        content["pieces"] = [_piece(piece) for piece in bound.pieces]
    if finding.guarantee is Guarantee.QUANTAL:
        content["precision"] = finding.precision
    return content


def _piece(piece: LinearPiece) -> dict[str, Any]:
    """One of the `pieces` of a bound: an interval that has no equilibrium value (theory.md 6.5)."""
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


def _offer(offered: StrictPlan) -> list[dict[str, Any]]:
    """An offer: per recommended strategy its probabilities, and those that make it strict."""
    return [
        {
            "strategy": list(strategy),
            "sends": [[cell[0], str(p)] for (cell, s), p in offered.sends.items() if s == strategy],
            "nudge": [[cell[0], str(p)] for cell, p in nudge.items() if p],
        }
        for strategy, nudge in offered.perturbations.items()
    ]


def _equilibrium(game: Game, shown: Equilibrium) -> dict[str, Any]:
    """`equilibrium`: the content for its kind."""
    if isinstance(shown, SignalEquilibrium):
        return _signals(game, shown)
    if isinstance(shown, OptimalConversation):
        return _conversation(shown)
    if isinstance(shown, Indifference):
        return {"kind": shown.kind}
    return _full_revelation(shown)


def _full_revelation(shown: FullRevelation | CommonRule) -> dict[str, Any]:
    """The kinds `full revelation` and `common rule` (theory.md 6.7)."""
    return {
        "kind": shown.kind,
        "rules": [{"agent": name, "rule": _rule(rule)} for name, rule in shown.rules.items()],
        "response": [[*point, action] for point, action in shown.response.items()],
    }


def _conversation(shown: OptimalConversation) -> dict[str, Any]:
    """The kind `conversation`: the rule of a single agent (theory.md 6.2)."""
    return {
        "kind": shown.kind,
        "user_utility": str(shown.user_utility),
        "rule": _rule(shown.rule),
        "deterrence": _deviation_bound(shown.deviation_bound),
    }


def _signals(game: Game, shown: SignalEquilibrium) -> dict[str, Any]:
    """The kinds `signals` and `common signal` (theory.md 6.1)."""
    return {
        "kind": "common signal" if shown.common else "signals",
        "user_utility": str(shown.user_utility),
        "rules": [_signal(agent, shown.signals[agent.name]) for agent in game.agents],
        "response": [[*user_type, action] for user_type, action in shown.response.items()],
        "deterrence": [_deviation_bound(bound) for bound in shown.deviation_bounds],
    }


def _deviation_bound(bound: DeviationBound) -> dict[str, Any]:
    """The `deterrence` of an agent: the dual certificate of his deviation bound (theory.md 6.1)."""
    return {
        "agent": bound.agent,
        "knows": str(bound.knowledge),
        "floor": str(bound.floor_price),
        "blocks": [_block(part) for part in bound.subproblems],
    }


def _block(part: SubproblemBound) -> dict[str, Any]:
    """One of the `blocks`: a subproblem, with its dominated actions (`never`)."""
    never = [
        [n, a, b, str(share)]
        for (n, a), mixture in part.dominated.items()
        for b, share in mixture.items()
    ]
    return {
        "types": [list(user_type) for user_type in part.types],
        **({"never": never} if never else {}),
        "options": [_option(message_set) for message_set in part.message_sets],
    }


def _option(message_set: MessageSetBound) -> dict[str, Any]:
    """One of the `options`: a message set with dual prices, and a reason for each strategy."""
    content: dict[str, Any] = {}
    if message_set.strategies is not None:
        content["only"] = [list(strategy) for strategy in message_set.strategies]
    prices = {cell[0]: price for cell, price in message_set.dual_prices.items()}
    return {**content, "prices": _records(prices), "reasons": _reasons(message_set)}


def _reasons(message_set: MessageSetBound) -> list[dict[str, Any]]:
    """The `reasons`: multipliers (`against`) and duplicate weights (`reply`) of each strategy."""
    reasons: dict[tuple[str, ...], dict[str, Any]] = {}
    weights = {"against": message_set.multipliers, "reply": message_set.duplicate_weights}
    for key, table in weights.items():
        for (strategy, n, action), weight in table.items():
            reason = reasons.setdefault(strategy, {"strategy": list(strategy)})
            reason.setdefault(key, []).append([n, action, str(weight)])
    return list(reasons.values())


def _deviation(game: Game, found: Refutation) -> dict[str, Any]:
    """`deviation`: the profile of signals, and the signal by which the agent surely gains."""
    deviating = next(agent for agent in game.agents if agent.name == found.agent)
    return {
        "rules": [_signal(agent, found.signals[agent.name]) for agent in game.agents],
        **_signal(deviating, found.deviation),
    }
