"""Equilibria of a restricted game as JSON and as lines (theory.md 6.11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verifier.numbers import show
from verifier.report.terminal import MEANING
from verifier.theory.restricted.game import RestrictedEquilibria


def restricted_record(found: RestrictedEquilibria) -> dict[str, Any]:
    """All equilibria of a restricted game: the signal of each agent, and everyone's utility."""
    return {
        "profiles": found.profiles,
        "equilibria": [
            {
                "profile": dict(entry.profile),
                "user_utility": str(entry.user_utility),
                "agent_utilities": {
                    name: str(value) for name, value in entry.agent_utilities.items()
                },
            }
            for entry in found.found
        ],
    }


def restricted_lines(found: RestrictedEquilibria) -> Iterator[str]:
    """All equilibria of a restricted game as lines, the worst for the user first."""
    yield f"  {found.model!s:8} {MEANING[str(found.model)]}"
    yield (
        f"           {len(found.found)} of {found.profiles} profiles are equilibria of the"
        " restricted game"
    )
    if found.gamma:
        yield f"           up to gains of {show(found.gamma)}"
    for entry in sorted(found.found, key=lambda entry: entry.user_utility):
        yield f"           user {show(entry.user_utility)}"
        for name, signal in entry.profile.items():
            yield f"             {name}: {signal!r}, gets {show(entry.agent_utilities[name])}"
