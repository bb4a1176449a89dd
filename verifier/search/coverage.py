"""What a search is asked for, and its answer: a counterexample or none, and what was looked at on
the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from verifier.game.shape import Shape
from verifier.search.size import Scope
from verifier.search.space import Counts
from verifier.theory.dropped import Broken, DroppedHypothesis
from verifier.theory.guarantee import Guarantee


class Method(StrEnum):
    """How games are come by."""

    ENUMERATE = "enumerate"
    SYNTHESISE = "z3"
    SAMPLE = "sample"


class Objective(StrEnum):
    """Which counterexample is wanted."""

    SMALLEST = "smallest"
    LOSS = "largest-loss"
    RATIO = "largest-ratio"


@dataclass(frozen=True)
class Coverage:
    """What one method looked at in one shape:

    `games` were put to the verifier; `outcome` says how it ended.

    `doubtful` are those that it could neither clear nor refute, or that were too large for it.
    `census` counts the whole grid of the shape, where the search came to its end.
    """

    method: Method
    shape: Shape
    games: int
    doubtful: int
    outcome: str
    census: Counts | None = None

    @property
    def exhausted(self) -> bool:
        """Whether every game on the grid of this shape was looked at and decided."""
        return self.census is not None and not self.doubtful


@dataclass(frozen=True)
class Found:
    """The result: a counterexample or none, what was covered, and what ran out (None if nothing
    did).
    """

    row: DroppedHypothesis
    guarantee: Guarantee
    scope: Scope
    objective: Objective
    broken: Broken | None
    covered: tuple[Coverage, ...]
    stopped: str | None

    @property
    def minimal(self) -> bool:
        """Whether every smaller shape was exhausted on the grid, and has none."""
        if self.broken is None or self.objective is not Objective.SMALLEST:
            return False
        *before, last = self.covered
        return last.method is Method.ENUMERATE and all(part.exhausted for part in before)
