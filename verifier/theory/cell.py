"""What can happen in one cell of a partition that all agents announce: silence, or one agent who says more (theory.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.profile import Signal
from verifier.theory.deviation import Deterrence
from verifier.theory.signal import Response


@dataclass(frozen=True)
class CellPlay:
    """Who says what at the observations of the cell, how the user responds, and how much each agent could gain there at most.

    `speaker` is the agent who says more than the cell, if any. `deterrences` are in the order of the agents.
    """

    speaker: str | None
    says: Mapping[str, Signal]
    response: Response
    user_utility: Fraction
    gains: tuple[Fraction, ...]
    deterrences: tuple[Deterrence, ...]
