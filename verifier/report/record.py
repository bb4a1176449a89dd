"""Reports as JSON objects with exact numbers (interface.md, `verify --json`)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from verifier.game.model import Game
from verifier.numbers import enclose
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Alignment, Hull
from verifier.theory.guarantee import Holds, Hypothesis
from verifier.theory.persuasion import Persuasion, Plan
from verifier.theory.verdict import Benchmarks, Finding


def exact_or_ends(value: Fraction | QuotientSum) -> Any:
    """A rational as "p/q"; a quantal number as {"lower", "upper", "exact"}, `exact` set where it is
    rational.
    """
    if isinstance(value, Fraction):
        return str(value)
    ends = enclose(value)
    exact = None if ends.exact is None else str(ends.exact)
    return {"lower": str(ends.lower), "upper": str(ends.upper), "exact": exact}


def alignment_record(found: Alignment) -> dict[str, Any]:
    """Hull distance, weights, offset and witness, with the weaker conventions' distances."""
    return {
        **hull_record(found.simplex),
        "cone_epsilon": str(found.cone.epsilon),
        "state_offset_epsilon": str(found.state_offset.epsilon),
    }


def hull_record(found: Hull) -> dict[str, Any]:
    """One convention; weights in agent order."""
    return {
        "epsilon": str(found.epsilon),
        "weights": [str(weight) for weight in found.weights.values()],
        "offset": str(next(iter(found.offsets.values()))),
        "witness": [[*pair, str(mass)] for pair, mass in found.witness.items()],
    }


def benchmark_record(found: Benchmarks) -> dict[str, Any]:
    """OPT, TEAM, NOINFO and QR."""
    return {
        "optimum": str(found.optimum),
        "team": str(found.team),
        "team_by_agent": {name: str(value) for name, value in found.team_by_agent.items()},
        "no_information": str(found.no_information),
        "quantal": exact_or_ends(found.quantal),
    }


def hypothesis_record(found: Hypothesis) -> dict[str, Any]:
    """Whether it holds, with its constant or its witness."""
    if isinstance(found, Holds):
        return {"holds": True, **found.detail}
    return {"holds": False, "witness": dict(found.witness)}


def finding_record(
    found: Finding, verdict: str, certificate: str | None, kernel: str | None
) -> dict[str, Any]:
    """One guarantee. `verdict` is what the kernel left of the proposed one."""
    shown = found.equilibrium
    worst = (
        None
        if shown is None
        else {"user_utility": exact_or_ends(shown.user_utility), "kind": shown.kind}
    )
    return {
        "verdict": verdict,
        "hypotheses": {
            name: hypothesis_record(entry) for name, entry in found.setting.hypotheses.items()
        },
        "tolerance": str(found.tolerance),
        "claimed_bound": exact_or_ends(found.claimed_bound),
        "paper_bound": None if found.paper_bound is None else exact_or_ends(found.paper_bound),
        "certified_bound": exact_or_ends(found.bound.value),
        "worst_equilibrium": worst,
        "certificate": certificate,
        "kernel": kernel,
    }


def persuasion_record(game: Game, found: Persuasion, attained: bool) -> dict[str, Any]:
    """The optimal value, the user's utility, and the signal that is worst for her among the optimal
    ones.
    """
    return {
        "agent": found.agent.name,
        "value": str(found.value),
        "attained": attained,
        "user_utility": {
            "worst": str(found.worst.user_utility),
            "best": str(found.best.user_utility),
        },
        "signal": signal_record(game, found.worst),
    }


def signal_record(game: Game, plan: Plan) -> list[dict[str, Any]]:
    """Per message the recommended action (per user observation) and how likely each agent
    observation sends it.
    """
    users = tuple(dict.fromkeys(x for x, _ in game.points))
    messages = []
    for strategy in plan.messages:
        recommend: str | Mapping[str, str] = strategy[0]
        if len(users) > 1:
            recommend = dict(zip(users, strategy, strict=True))
        sends = {x: str(p) for (cell, s), p in plan.sends.items() if s == strategy for x in cell}
        messages.append({"recommend": recommend, "sends": sends})
    return messages
