"""What can happen in one cell of a partition that all agents announce: silence, or one agent who
says more (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.profile import Signal
from verifier.game.rule import Cell
from verifier.theory.deviation import Deterrence
from verifier.theory.signal import Response

LONGEST = 60
"""Most characters of a list of members that is used as a message."""


@dataclass(frozen=True)
class CellPlay:
    """Who says what at the observations of the cell, how the user responds, and how much each agent
    could gain there at most.

    `speaker` is the agent who says more than the cell, if any. `deterrences` are in the order of
    the agents.
    """

    speaker: str | None
    says: Mapping[str, Signal]
    response: Response
    user_utility: Fraction
    gains: tuple[Fraction, ...]
    deterrences: tuple[Deterrence, ...]


def cell_name(inside: Cell) -> str:
    """How a cell is announced: its members, or its first one and their number where that would be
    long.

    >>> cell_name(("rain", "snow"))
    'rain or snow'
    """
    whole = " or ".join(repr(x) if " or " in x else x for x in inside)
    return whole if len(whole) <= LONGEST else f"{inside[0][:LONGEST]} or {len(inside) - 1} others"
