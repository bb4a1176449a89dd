"""The counterexample in which she loses most, or most for its hull distance: whole grids, then hill
climbing with restarts.

Johnson, Papadimitriou and Yannakakis, How easy is local search?, 1988.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import cycle

from verifier.game.shape import Shape
from verifier.search.coverage import Coverage, Method, Objective
from verifier.search.integer_game import named
from verifier.search.questions import SearchRun
from verifier.search.sample import Sampler
from verifier.theory.dropped import Broken

RESTART = 60
"""Changes in a row that improve nothing before a climb starts again elsewhere."""


def greatest(
    quest: SearchRun, shapes: Sequence[Shape], objective: Objective, methods: Sequence[Method]
) -> Broken | None:
    """The best of whole grids, for which half of the games are kept where climbing follows, and of
    what climbing finds.
    """
    climber = _Climber(quest, objective)
    if Method.ENUMERATE in methods:
        games = quest.spending.budget.games
        for shape in shapes:
            climber.enumerate(shape, games // 2 if Method.SAMPLE in methods else games)
    if Method.SAMPLE in methods:
        climber.climb(shapes)
    return climber.best


class _Climber:
    """The best so far by the objective."""

    def __init__(self, quest: SearchRun, objective: Objective) -> None:
        self.quest, self.objective = quest, objective
        self.best: Broken | None = None

    def worth(self, found: Broken) -> Fraction:
        """What the objective counts: the loss, or the loss by the hull distance."""
        if self.objective is Objective.RATIO:
            return found.loss / found.finding.setting.hull.epsilon
        return found.loss

    def done(self) -> bool:
        """Whether the budget is spent, or no more is possible: beyond 2 eps nothing can be lost
        (theory.md 4).
        """
        most = (
            self.objective is Objective.RATIO
            and self.best is not None
            and self.worth(self.best) == 2
        )
        return most or self.quest.over()

    def keep(self, found: Broken | None) -> None:
        """Notes a game that is better than all before."""
        if found is not None and (self.best is None or self.worth(found) > self.worth(self.best)):
            self.best = found
            self.quest.show(f"{self.objective}: {self.worth(found)}")

    def enumerate(self, shape: Shape, games: int) -> None:
        """All games of a shape, while no more than so many are examined in all."""
        quest, mark = self.quest, self.quest.mark()
        grid = quest.grid(shape, self.done)
        for numbers in grid:
            if quest.spending.games >= games:
                quest.note(Method.ENUMERATE, shape, mark, f"cut short: {games} games were examined")
                return
            self.keep(quest.breaks(named(quest.row, numbers)))
        cut = quest.spending.exhausted() or (
            "no more is possible" if self.done() else grid.unfinished()
        )
        census = None if cut else grid.census
        quest.note(
            Method.ENUMERATE, shape, mark, f"cut short: {cut}" if cut else "all examined", census
        )

    def climb(self, shapes: Sequence[Shape]) -> None:
        """Climbs, from a new start in the next shape whenever nothing has improved for long."""
        samplers = {shape: self.quest.sampler(shape) for shape in shapes}
        spent = dict.fromkeys(shapes, (0, 0))
        for shape in cycle(shapes):
            if self.done():
                break
            games, doubtful = self.quest.mark()
            self.ascend(samplers[shape])
            now = self.quest.mark()
            spent[shape] = spent[shape][0] + now[0] - games, spent[shape][1] + now[1] - doubtful
        for shape, (games, doubtful) in spent.items():
            self.quest.covered.append(Coverage(Method.SAMPLE, shape, games, doubtful, "climbing"))

    def ascend(self, sampler: Sampler) -> None:
        """From one game, by changes that do not make it worse; a game that is no counterexample is
        worst.
        """
        here, idle = sampler.draw(), 0
        found = self.quest.breaks(named(self.quest.row, here))
        while idle < RESTART and not self.done():
            self.keep(found)
            there = sampler.change(here)
            other = self.quest.breaks(named(self.quest.row, there))
            gain = self.gain(found, other)
            idle = 0 if gain > 0 else idle + 1
            here, found = (there, other) if gain >= 0 else (here, found)

    def gain(self, found: Broken | None, other: Broken | None) -> Fraction:
        """How much better the other one is."""
        if found is None or other is None:
            return Fraction((other is not None) - (found is not None))
        return self.worth(other) - self.worth(found)
