"""Methods and objectives of a search, and its answer with what it has examined on the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.meant import choose
from verifier.result import Result
from verifier.search.size import Scope
from verifier.search.space import Counts
from verifier.theory.dropped import Counterexample, DroppedHypothesis
from verifier.theory.guarantees.guarantee import Guarantee


class Method(StrEnum):
    """The methods by which games are made."""

    ENUMERATE = "enumerate"
    SYNTHESISE = "z3"
    SAMPLE = "sample"


def methods_of(words: Collection[str], said: str) -> list[Method]:
    """The methods of these names, in the order in which they are tried; all where there are none.

    `said` is what gave the words. Raises InstanceError for another name.
    """
    known = {str(method): method for method in Method}
    asked = {choose(said, word, known) for word in words}
    return [method for method in Method if not words or method in asked]


class Objective(StrEnum):
    """The counterexample that is asked for."""

    SMALLEST = "smallest"
    LOSS = "largest-loss"
    RATIO = "largest-ratio"


@dataclass(frozen=True)
class Coverage:
    """The games of one shape that one method has put to the verifier.

    Of these `games`, `doubtful` could neither be cleared nor refuted, or were too large. `outcome`
    says in words how the method ended; `counts` are those of the shape's whole grid, where the
    search came to its end.
    """

    method: Method
    shape: Shape
    games: int
    doubtful: int
    outcome: str
    counts: Counts | None = None

    @property
    def exhausted(self) -> bool:
        """Whether every game on the grid of this shape has been decided."""
        return self.counts is not None and not self.doubtful


@dataclass(frozen=True, repr=False)
class Found(Result):
    """The answer of a search: a counterexample or None, and what has been examined.

    `stopped` says what part of the budget ran out, None where nothing did.
    """

    dropped: DroppedHypothesis
    guarantee: Guarantee
    scope: Scope
    objective: Objective
    broken: Counterexample | None
    coverage: tuple[Coverage, ...]
    stopped: str | None

    @property
    def game(self) -> Game | None:
        """The game of the counterexample, None where none was found."""
        return None if self.broken is None else self.broken.game

    @property
    def minimal(self) -> bool:
        """Whether every smaller shape was exhausted on the grid without a counterexample."""
        if self.broken is None or self.objective is not Objective.SMALLEST:
            return False
        *before, last = self.coverage
        return last.method is Method.ENUMERATE and all(part.exhausted for part in before)
