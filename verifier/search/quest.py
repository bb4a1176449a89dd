"""The games of one search, put to the verifier one by one, and what has been looked at so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from verifier.draws import Draws
from verifier.errors import SizeError
from verifier.game.game import Game
from verifier.search.budget import Spending
from verifier.search.coverage import Covered, Method
from verifier.search.grid import Census, Grid
from verifier.search.row import Broken, Doubtful, Row, judge
from verifier.search.sample import Sampler
from verifier.search.shape import Scope, Shape
from verifier.theory.guarantee import Guarantee


@dataclass
class Quest:
    """What is looked for, what it may cost, and the notes on the way.

    `show` is told in words what is going on.
    """

    row: Row
    guarantee: Guarantee
    scope: Scope
    seed: int
    spending: Spending
    show: Callable[[str], None]
    covered: list[Covered] = field(default_factory=list)
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
        return Grid(self.row, shape, self.scope.odds, self.scope.stakes, stop)

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
        census: Census | None = None,
    ) -> None:
        """What has been covered since the mark."""
        games, doubtful = self.spending.games - mark[0], self.doubtful - mark[1]
        self.covered.append(Covered(method, shape, games, doubtful, outcome, census))
