"""The counterexample with the largest loss of the user: whole grids, then hill climbing.

The loss counts by itself or for the hull distance. A climb changes one random part of a game at a
time, keeps the change unless it is for the worse, and starts again elsewhere when nothing has
improved for long (Johnson, Papadimitriou and Yannakakis, How easy is local search?, 1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle

from verifier.game.shape import Shape
from verifier.search.budget import SearchRun
from verifier.search.coverage import Coverage, Method, Objective
from verifier.search.integer_game import as_game
from verifier.search.sample import Sampler
from verifier.theory.dropped import Counterexample

RESTART = 60
"""Changes, one after another, that improve nothing before a climb starts again elsewhere."""


def greatest(
    run: SearchRun, shapes: Sequence[Shape], objective: Objective, methods: Sequence[Method]
) -> Counterexample | None:
    """The best counterexample by the objective of whole grids and climbs; None without any.

    Where both methods are asked for, the grids may use half of the games.
    """
    climber = _Climber(run, objective)
    if Method.ENUMERATE in methods:
        games = run.spending.budget.games
        for shape in shapes:
            climber.enumerate(shape, games // 2 if Method.SAMPLE in methods else games)
    if Method.SAMPLE in methods:
        climber.climb(shapes)
    return climber.best


class _Climber:
    """A search for the largest by the objective; `best` is the best counterexample so far."""

    def __init__(self, run: SearchRun, objective: Objective) -> None:
        self.run, self.objective = run, objective
        self.best: Counterexample | None = None

    def worth(self, found: Counterexample) -> Fraction:
        """The loss, or the loss for the hull distance: what the objective counts."""
        if self.objective is Objective.RATIO:
            return found.loss / found.finding.setting.hull.epsilon
        return found.loss

    def done(self) -> bool:
        """Whether the budget is spent, or the loss is at its most, 2 eps (theory.md 4.1)."""
        most = (
            self.objective is Objective.RATIO
            and self.best is not None
            and self.worth(self.best) == 2
        )
        return most or self.run.over()

    def keep(self, found: Counterexample | None) -> None:
        """A counterexample that is better than all before becomes the best."""
        if found is not None and (self.best is None or self.worth(found) > self.worth(self.best)):
            self.best = found
            self.run.show(f"{self.objective}: {self.worth(found)}")

    def enumerate(self, shape: Shape, games: int) -> None:
        """All games of a shape are examined, until there have been `games` in the whole search."""
        run, mark = self.run, self.run.mark()
        grid = run.grid(shape, self.done)
        for numbers in grid:
            if run.spending.games >= games:
                run.note(Method.ENUMERATE, shape, mark, f"cut short: {games} games were examined")
                return
            self.keep(run.breaks(as_game(run.dropped, numbers)))
        cut = run.spending.exhausted() or (
            "no more is possible" if self.done() else grid.unfinished()
        )
        counts = None if cut else grid.counts
        run.note(
            Method.ENUMERATE, shape, mark, f"cut short: {cut}" if cut else "all examined", counts
        )

    def climb(self, shapes: Sequence[Shape]) -> None:
        """Climbs follow one another, each from a new start in the next shape, until the end."""
        samplers = {shape: self.run.sampler(shape) for shape in shapes}
        spent = dict.fromkeys(shapes, (0, 0))
        for shape in cycle(shapes):
            if self.done():
                break
            games, doubtful = self.run.mark()
            self.ascend(samplers[shape])
            now = self.run.mark()
            spent[shape] = spent[shape][0] + now[0] - games, spent[shape][1] + now[1] - doubtful
        for shape, (games, doubtful) in spent.items():
            how = "climbing" if games else "not begun before the end"
            self.run.coverage.append(Coverage(Method.SAMPLE, shape, games, doubtful, how))

    def ascend(self, sampler: Sampler) -> None:
        """One climb, by changes that are not for the worse; a game without a loss is the worst."""
        here, idle = sampler.draw(), 0
        found = self.run.breaks(as_game(self.run.dropped, here))
        while idle < RESTART and not self.done():
            self.keep(found)
            there = sampler.change(here)
            other = self.run.breaks(as_game(self.run.dropped, there))
            gain = self.gain(found, other)
            idle = 0 if gain > 0 else idle + 1
            here, found = (there, other) if gain >= 0 else (here, found)

    def gain(self, found: Counterexample | None, other: Counterexample | None) -> Fraction:
        """The worth of the other one above that of the first; any counterexample is above none."""
        if found is None or other is None:
            return Fraction((other is not None) - (found is not None))
        return self.worth(other) - self.worth(found)
