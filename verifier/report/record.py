"""Results as JSON objects with exact numbers (docs/reference/json_output.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from verifier.certified import Certified, Verified
from verifier.game.model import Convention
from verifier.numbers import Enclosable, enclose
from verifier.report.reading import reading_record
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Alignment, Hull
from verifier.theory.guarantees.guarantee import Guarantee, Holds, Hypothesis
from verifier.theory.verdict import Benchmarks


def verified_record(found: Verified, instance: str) -> dict[str, Any]:
    """The guarantees of one game, with its hull distances and benchmarks.

    `instance` is the name of the game's file; it is printed and not read.
    """
    return {
        "instance": instance,
        "title": found.report.game.title,
        **reading_record(found.report.game),
        "alignment": alignment_record(found.report.alignment),
        "benchmarks": benchmark_record(found.report.benchmarks),
        "guarantees": {
            name: certified_record(entry, found.report.claims.get(entry.finding.guarantee, {}))
            | _against_optimum(found, entry)
            for name, entry in found.guarantees.items()
        }
        | unfinished_records(found.report.unfinished),
    }


def _against_optimum(found: Verified, entry: Certified) -> dict[str, Any]:
    """What is claimed of the quantal user against OPT; no key for other users."""
    claimed = found.report.against_optimum
    if entry.finding.guarantee is not Guarantee.QUANTAL or claimed is None:
        return {}
    return {"claimed_against_optimum": exact_or_ends(claimed)}


OUT_OF_TIME = "the time did not suffice (--seconds)"
"""Why a guarantee is open of which nothing was known when the deadline passed."""


def undecided_record(guarantees: Iterable[Guarantee], instance: str) -> dict[str, Any]:
    """A game of which nothing was known when the deadline passed: its guarantees are open."""
    return {
        **dict.fromkeys(("instance", "title", "alignment", "benchmarks")),
        "instance": instance,
        "guarantees": unfinished_records(guarantees),
    }


def unfinished_records(guarantees: Iterable[Guarantee]) -> dict[str, dict[str, Any]]:
    """Guarantees that are open because the deadline passed before their bounds were known."""
    return {str(name): {"verdict": "open", "reason": OUT_OF_TIME} for name in guarantees}


def exact_or_ends(value: Fraction | Enclosable) -> Any:
    """A rational is written "p/q", a number that may be irrational as {"lower", "upper", "exact"}.

    `exact` is null where the number is not known to be rational.
    """
    if isinstance(value, Fraction):
        return str(value)
    ends = enclose(value)
    exact = None if ends.exact is None else str(ends.exact)
    return {"lower": str(ends.lower), "upper": str(ends.upper), "exact": exact}


def alignment_record(found: Alignment) -> dict[str, Any]:
    """The hull distance with weights, offset and witness, and the other conventions' distances."""
    share = found.share(found.claimed)
    return {
        "hull": str(found.claimed.convention),
        **hull_record(found.claimed),
        "share_of_range": None if share is None else str(share),
        "simplex_epsilon": str(found.simplex.epsilon),
        "cone_epsilon": str(found.cone.epsilon),
        "state_offset_epsilon": str(found.state_offset.epsilon),
    }


def hull_record(found: Hull) -> dict[str, Any]:
    """The hull distance in one convention; the weights are in the order of the agents.

    `state_offsets` is there where the offset is not the same in all states.
    """
    several = len(set(found.offsets.values())) > 1
    offsets = {y: str(c) for y, c in found.offsets.items()}
    return {
        "epsilon": str(found.epsilon),
        "weights": [str(weight) for weight in found.weights.values()],
        "offset": str(next(iter(found.offsets.values()))),
        **({"state_offsets": offsets} if several else {}),
        "witness": [[*pair, str(mass)] for pair, mass in found.witness.items()],
    }


def benchmark_record(found: Benchmarks) -> dict[str, Any]:
    """The benchmarks OPT, TEAM, NOINFO and QR, which is None where it was not computed."""
    return {
        "optimum": str(found.optimum),
        "team": str(found.team),
        "team_by_agent": {name: str(value) for name, value in found.team_by_agent.items()},
        "no_information": str(found.no_information),
        "quantal": None if found.quantal is None else exact_or_ends(found.quantal),
    }


def hypothesis_record(found: Hypothesis) -> dict[str, Any]:
    """A hypothesis that holds, with its constant, or fails, with its witness."""
    if isinstance(found, Holds):
        return {"holds": True, **found.detail}
    return {"holds": False, "witness": dict(found.witness)}


def certified_record(
    certified: Certified,
    claims: Mapping[Convention, Fraction | QuotientSum] = MappingProxyType({}),
) -> dict[str, Any]:
    """The finding of one guarantee, with the verdict that the kernel accepted.

    `claims` are what is claimed under each convention.
    """
    found = certified.finding
    shown = found.equilibrium
    worst = (
        None
        if shown is None
        else {"user_utility": exact_or_ends(shown.user_utility), "kind": shown.kind}
    )
    return {
        "verdict": str(certified.verdict),
        "reason": certified.reason,
        "hypotheses": {
            name: hypothesis_record(entry) for name, entry in found.setting.hypotheses.items()
        },
        "tolerance": str(found.tolerance),
        "claimed_bound": exact_or_ends(found.claimed_bound),
        "claimed_by_hull": {str(name): exact_or_ends(value) for name, value in claims.items()},
        "paper_bound": None if found.paper_bound is None else exact_or_ends(found.paper_bound),
        "certified_bound": exact_or_ends(found.bound.value),
        **(
            {"each_user": {name: exact_or_ends(bound.value) for name, bound in found.each.items()}}
            if found.each
            else {}
        ),
        "worst_equilibrium": worst,
        "certificate": None if certified.path is None else certified.path.as_posix(),
        "kernel": None if certified.reply is None else certified.reply.text,
    }
