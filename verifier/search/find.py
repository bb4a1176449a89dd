"""The search itself: shapes from the smallest on, enumerated, then synthesised, then sampled; what is found is shrunk.

What was looked at is part of the answer: which shapes were exhausted on which grid, and which only tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import cycle

from verifier.draws import Draws
from verifier.errors import InstanceError, SizeError
from verifier.game.game import Game
from verifier.search.budget import Budget, Spending
from verifier.search.grid import Census, Grid
from verifier.search.numbers import named
from verifier.search.row import Broken, Row, broken
from verifier.search.sample import Sampler
from verifier.search.shape import Scope, Shape, size
from verifier.search.shrink import shrink
from verifier.search.synthesis import Silent, proposals
from verifier.theory.guarantee import Guarantee

RESTART = 60
"""Changes in a row that improve nothing before a local search starts again elsewhere."""

QUESTION = 10.0
"""Seconds that z3 has for one question."""


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
class Covered:
    """What one method looked at in one shape: `games` were put to the verifier; `outcome` says how it ended.

    `census` counts the whole grid of the shape, where all of it was looked at and nothing found.
    """

    method: Method
    shape: Shape
    games: int
    outcome: str
    census: Census | None = None

    @property
    def exhausted(self) -> bool:
        """Whether the whole grid of this shape was looked at without finding anything."""
        return self.census is not None


@dataclass(frozen=True)
class Found:
    """The result: a counterexample or none, what was covered, and what ran out (None if nothing did)."""

    row: Row
    guarantee: Guarantee
    scope: Scope
    broken: Broken | None
    covered: tuple[Covered, ...]
    stopped: str | None

    @property
    def minimal(self) -> bool:
        """Whether every smaller shape was exhausted on the grid, and this one is the first on the grid of its shape."""
        *before, last = self.covered or [None]
        found = self.broken is not None and last is not None and last.method is Method.ENUMERATE
        return found and all(part is not None and part.exhausted for part in before)


@dataclass
class Search:
    """One search; `run` gives the same answer for the same arguments unless time or memory runs out."""

    row: Row
    guarantee: Guarantee
    scope: Scope
    objective: Objective = Objective.SMALLEST
    methods: Sequence[Method] = tuple(Method)
    seed: int = 1
    budget: Budget = field(default_factory=Budget)
    progress: Callable[[str], None] = lambda line: None
    covered: list[Covered] = field(default_factory=list)

    def run(self) -> Found:
        """Looks until a counterexample is found or the budget is spent. Raises InstanceError for a senseless objective."""
        if self.objective is Objective.RATIO and self.row.aligned:
            raise InstanceError(
                f"--objective {self.objective}: in the row {self.row.name} the hull distance is 0; ask for the loss"
            )
        self.spending = Spending(self.budget)
        shapes = list(self.scope.shapes(self.row.least, own_observations=self.row.own_observations))
        if not shapes:
            raise InstanceError(f"the scope is smaller than the least possible: {self.row.least} ({self.row.because})")
        if self.objective is not Objective.SMALLEST and set(self.methods) == {Method.SYNTHESISE}:
            raise InstanceError(
                f"--objective {self.objective}: z3 is not asked for a largest; use --method enumerate or sample"
            )
        seek = self._smallest if self.objective is Objective.SMALLEST else self._greatest
        found = seek(shapes)
        if found is not None and self.objective is Objective.SMALLEST:
            found = self._shrunk(found)
        return Found(self.row, self.guarantee, self.scope, found, tuple(self.covered), self.spending.exhausted())

    def breaks(self, game: Game) -> Broken | None:
        """The verifier's word on one game; counted."""
        self.spending.examined()
        try:
            return broken(self.row, self.guarantee, game)
        except SizeError:
            return None

    def _smallest(self, shapes: Sequence[Shape]) -> Broken | None:
        ways = {Method.ENUMERATE: self._enumerate, Method.SYNTHESISE: self._synthesise, Method.SAMPLE: self._sample}
        for method in self.methods:
            for shape in shapes:
                if self.spending.exhausted() is not None:
                    return None
                self.progress(f"{method}: {shape}")
                found = ways[method](shape)
                if found is not None:
                    return found
        return None

    def _enumerate(self, shape: Shape) -> Broken | None:
        grid = Grid(self.row, shape, self.scope.odds, self.scope.stakes, lambda: self.spending.exhausted() is not None)
        before = self.spending.games
        for numbers in grid:
            found = self.breaks(named(self.row, numbers))
            if found is not None:
                self._note(Method.ENUMERATE, shape, before, "found")
                return found
        cut = self.spending.exhausted() or grid.unfinished()
        if cut is None:
            self._note(Method.ENUMERATE, shape, before, "exhausted", grid.census)
        else:
            self._note(Method.ENUMERATE, shape, before, f"cut short: {cut}")
        return None

    def _synthesise(self, shape: Shape) -> Broken | None:
        before, words = self.spending.games, list[str]()
        for answer in proposals(self.row, shape, self.scope.stakes, min(QUESTION, self.spending.seconds_left)):
            if isinstance(answer, Silent):
                words.append(answer.word)
                continue
            found = self.breaks(answer.game)
            if found is not None:
                self._note(Method.SYNTHESISE, shape, before, "found")
                return found
        self._note(Method.SYNTHESISE, shape, before, ", ".join(dict.fromkeys(words)) or "nothing confirmed")
        return None

    def _sample(self, shape: Shape) -> Broken | None:
        """Draws until something is found; a share of what is left of the games for each shape."""
        before, share = self.spending.games, max(1, (self.budget.games - self.spending.games) // 8)
        sampler = self._sampler(shape)
        while self.spending.games < before + share and self.spending.exhausted() is None:
            found = self.breaks(named(self.row, sampler.draw()))
            if found is not None:
                self._note(Method.SAMPLE, shape, before, "found")
                return found
        self._note(Method.SAMPLE, shape, before, "nothing found")
        return None

    def _sampler(self, shape: Shape) -> Sampler:
        return Sampler(self.row, shape, self.scope, Draws(self.row.name, self.seed, str(shape)))

    def _greatest(self, shapes: Sequence[Shape]) -> Broken | None:
        """The best by the objective: of whole grids while half of the games last, then of what climbing finds."""
        self.best: Broken | None = None
        if Method.ENUMERATE in self.methods:
            half = self.budget.games // 2 if Method.SAMPLE in self.methods else self.budget.games
            for shape in shapes:
                self._enumerate_all(shape, half)
        if Method.SAMPLE in self.methods:
            self._climb(shapes)
        return self.best

    def _done(self) -> bool:
        """Whether the budget is spent, or no more is possible: beyond 2 eps nothing can be lost (theory.md 4)."""
        most = self.objective is Objective.RATIO and self.best is not None and self.worth(self.best) == 2
        return most or self.spending.exhausted() is not None

    def _keep(self, found: Broken | None) -> bool:
        """Whether this is better than all before."""
        if found is None or (self.best is not None and self.worth(found) <= self.worth(self.best)):
            return False
        self.best = found
        self.progress(f"{self.objective}: {self.worth(found)}")
        return True

    def _enumerate_all(self, shape: Shape, games: int) -> None:
        before = self.spending.games
        grid = Grid(self.row, shape, self.scope.odds, self.scope.stakes, self._done)
        for numbers in grid:
            if self.spending.games >= games:
                self._note(Method.ENUMERATE, shape, before, f"cut short: {games} games were examined")
                return
            self._keep(self.breaks(named(self.row, numbers)))
        cut = self.spending.exhausted() or ("no more is possible" if self._done() else grid.unfinished())
        self._note(Method.ENUMERATE, shape, before, f"cut short: {cut}" if cut else "exhausted", None if cut else grid.census)

    def _climb(self, shapes: Sequence[Shape]) -> None:
        """Hill climbing, from a new start in the next shape whenever nothing has improved for long."""
        samplers = {shape: self._sampler(shape) for shape in shapes}
        spent = dict.fromkeys(shapes, 0)
        for shape in cycle(shapes):
            if self._done():
                break
            before = self.spending.games
            self._ascend(samplers[shape])
            spent[shape] += self.spending.games - before
        for shape, games in spent.items():
            self.covered.append(Covered(Method.SAMPLE, shape, games, "climbing"))

    def _ascend(self, sampler: Sampler) -> None:
        """From one game, by changes that do not make it worse; a game that is no counterexample is worst."""
        here, idle = sampler.draw(), 0
        found = self.breaks(named(self.row, here))
        while idle < RESTART and not self._done():
            self._keep(found)
            there = sampler.change(here)
            other = self.breaks(named(self.row, there))
            gain = self._gain(found, other)
            idle = 0 if gain > 0 else idle + 1
            here, found = (there, other) if gain >= 0 else (here, found)

    def _gain(self, found: Broken | None, other: Broken | None) -> Fraction:
        if found is None or other is None:
            return Fraction((other is not None) - (found is not None))
        return self.worth(other) - self.worth(found)

    def worth(self, found: Broken) -> Fraction:
        """What the objective counts: the loss, or the loss by the hull distance."""
        if self.objective is Objective.RATIO:
            return found.loss / found.finding.setting.hull.epsilon
        return found.loss

    def _shrunk(self, found: Broken) -> Broken:
        """The smallest that single steps lead to; a search that runs out of budget here keeps what it has."""
        self.progress(f"shrinking {size(found.game).shape}")
        last = found

        def keeps(game: Game) -> bool:
            nonlocal last
            if self.spending.exhausted() is not None:
                return False
            better = self.breaks(game)
            last = last if better is None else better
            return better is not None

        shrink(found.game, keeps)
        return last

    def _note(self, method: Method, shape: Shape, before: int, outcome: str, census: Census | None = None) -> None:
        self.covered.append(Covered(method, shape, self.spending.games - before, outcome, census))
