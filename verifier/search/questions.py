"""The games of one search, put to the verifier one by one, and what has been looked at so far."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.rng import Draws
from verifier.search.coverage import Coverage, Method
from verifier.search.sample import Sampler
from verifier.search.size import Scope
from verifier.search.space import Counts, Grid
from verifier.theory.dropped import Broken, Doubtful, DroppedHypothesis, judge
from verifier.theory.guarantee import Guarantee


@dataclass
class SearchRun:
    """What is looked for, what it may cost, and the notes on the way.

    `show` is told in words what is going on.
    """

    row: DroppedHypothesis
    guarantee: Guarantee
    scope: Scope
    seed: int
    spending: Spending
    show: Callable[[str], None]
    covered: list[Coverage] = field(default_factory=list)
    doubtful: int = 0

    def breaks(self, game: Game) -> Broken | None:
        """The verifier's word on one game; counted.

        What it cannot decide is counted as doubtful.
        """
        self.spending.examined()
        try:
            found = judge(self.row, self.guarantee, game)
        except SizeError:
            found = Doubtful()
        self.doubtful += isinstance(found, Doubtful)
        return found if isinstance(found, Broken) else None

    def over(self) -> bool:
        """Whether the budget is spent."""
        return self.spending.exhausted() is not None

    def grid(self, shape: Shape, stop: Callable[[], bool]) -> Grid:
        """All games of a shape."""
        return Grid(self.row, shape, self.scope.prior_denominator, self.scope.stakes, stop)

    def sampler(self, shape: Shape) -> Sampler:
        """Random games of a shape."""
        return Sampler(self.row, shape, self.scope, Draws(self.row.name, self.seed, str(shape)))

    def mark(self) -> tuple[int, int]:
        """Where the counts stand, for `note`."""
        return self.spending.games, self.doubtful

    def note(
        self,
        method: Method,
        shape: Shape,
        mark: tuple[int, int],
        outcome: str,
        census: Counts | None = None,
    ) -> None:
        """What has been covered since the mark."""
        games, doubtful = self.spending.games - mark[0], self.doubtful - mark[1]
        self.covered.append(Coverage(method, shape, games, doubtful, outcome, census))


@dataclass(frozen=True)
class Budget:
    """Limits of one search. A search that ends by `games` alone is the same on every machine."""

    games: int = 20_000
    seconds: float = 60
    megabytes: int = 4_000


@dataclass
class Spending:
    """What has been used of a budget."""

    budget: Budget
    games: int = 0
    start: float = field(default_factory=time.monotonic)

    def examined(self) -> None:
        """One more game was put to the verifier."""
        self.games += 1

    @property
    def seconds_left(self) -> float:
        """Never below 0."""
        return max(0.0, self.budget.seconds - (time.monotonic() - self.start))

    def exhausted(self) -> str | None:
        """What has run out, in words; None while nothing has."""
        if self.games >= self.budget.games:
            return f"{self.budget.games} games were examined (--games)"
        if not self.seconds_left:
            return f"{self.budget.seconds:g} seconds have passed (--seconds)"
        if _megabytes() > self.budget.megabytes:
            return f"more than {self.budget.megabytes} megabytes are in use (--memory)"
        return None


def _megabytes() -> int:
    """The most memory this process has used; Linux counts in kilobytes, macOS in bytes."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used >> (10 if used < 1 << 32 else 20)
