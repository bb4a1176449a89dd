"""The budget of a search, and the games that the search has put to the verifier so far."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from verifier.deadline import finished, passed
from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.rng import Draws
from verifier.search.coverage import Coverage, Method
from verifier.search.sample import Sampler
from verifier.search.size import Scope
from verifier.search.space import Counts, Grid
from verifier.theory.dropped import Counterexample, DroppedHypothesis, OpenCase, judge
from verifier.theory.guarantees.guarantee import Guarantee

_STATM = Path("/proc/self/statm")


@dataclass
class SearchRun:
    """A search in progress: its question, its spending and its coverage.

    `show` receives words about what is going on.
    """

    dropped: DroppedHypothesis
    guarantee: Guarantee
    scope: Scope
    seed: int
    spending: Spending
    show: Callable[[str], None]
    coverage: list[Coverage] = field(default_factory=list)
    doubtful: int = 0

    def breaks(self, game: Game) -> Counterexample | None:
        """The game as a counterexample, or None where the verifier finds none in it.

        The game is counted; one that the verifier cannot decide is counted as doubtful.
        """
        self.spending.examined()
        try:
            found = finished(lambda: judge(self.dropped, self.guarantee, game), OpenCase())
        except SizeError:
            found = OpenCase()
        self.doubtful += isinstance(found, OpenCase)
        return found if isinstance(found, Counterexample) else None

    def over(self) -> bool:
        """Whether the budget is spent."""
        return self.spending.exhausted() is not None

    def grid(self, shape: Shape, stop: Callable[[], bool]) -> Grid:
        """The grid of all games of a shape within the scope; `stop` ends it early."""
        return Grid(
            self.dropped, shape, self.scope.prior_denominator, self.scope.largest_difference, stop
        )

    def sampler(self, shape: Shape) -> Sampler:
        """A source of random games of a shape, the same for the same seed."""
        return Sampler(
            self.dropped, shape, self.scope, Draws(self.dropped.name, self.seed, str(shape))
        )

    def mark(self) -> tuple[int, int]:
        """The counts of games and of doubtful games at this moment, for `note`."""
        return self.spending.games, self.doubtful

    def note(
        self,
        method: Method,
        shape: Shape,
        mark: tuple[int, int],
        outcome: str,
        counts: Counts | None = None,
    ) -> None:
        """The games of one method since the mark become part of the coverage."""
        games, doubtful = self.spending.games - mark[0], self.doubtful - mark[1]
        self.coverage.append(Coverage(method, shape, games, doubtful, outcome, counts))


@dataclass(frozen=True)
class Budget:
    """The limits of one search; that of `games` ends it alike on every machine."""

    games: int = 20_000
    megabytes: int = 4_000


@dataclass
class Spending:
    """The part of a budget that has been used."""

    budget: Budget
    games: int = 0

    def examined(self) -> None:
        """One more game counts as examined."""
        self.games += 1

    def exhausted(self) -> str | None:
        """The limit that has been reached, or the deadline, in words; None while none has."""
        if self.games >= self.budget.games:
            return f"{self.budget.games} games were examined (--games)"
        if (late := passed()) is not None:
            return late
        if _megabytes() > self.budget.megabytes:
            return f"more than {self.budget.megabytes} megabytes are in use (--memory)"
        return None


def _megabytes() -> int:
    """The memory that this process has in use; where the system does not tell (only Linux does),
    the most that it has used.
    """
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * resource.getpagesize() >> 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20
