"""The search itself: shapes from the smallest on, enumerated, then synthesised, then sampled; what
is found is shrunk.

What was looked at is part of the answer: which shapes were exhausted on which grid, and which only
tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from verifier.errors import InstanceError
from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.search.climb import greatest
from verifier.search.coverage import Found, Method, Objective
from verifier.search.integer_game import named
from verifier.search.questions import Budget, SearchRun, Spending
from verifier.search.shrink import shrink
from verifier.search.size import Scope, size
from verifier.search.synthesis import Silent, proposals
from verifier.theory.dropped import Broken, DroppedHypothesis
from verifier.theory.guarantee import Guarantee

QUESTION = 10.0
"""Seconds that z3 has for one question."""

SHARE = 8
"""In one shape no more games are drawn than this part of those that are left."""


def search(
    row: DroppedHypothesis,
    guarantee: Guarantee,
    scope: Scope,
    objective: Objective = Objective.SMALLEST,
    methods: Sequence[Method] = tuple(Method),
    seed: int = 1,
    budget: Budget | None = None,
    show: Callable[[str], None] = lambda words: None,
) -> Found:
    """Looks until a counterexample is found or the budget is spent; the same answer for the same
    arguments unless time or memory runs out. Raises InstanceError for an objective that makes no
    sense here, or a scope without any shape.
    """
    quest = SearchRun(row, guarantee, scope, seed, Spending(budget or Budget()), show)
    shapes = _shapes(row, scope, objective, methods)
    if objective is Objective.SMALLEST:
        found = _smallest(quest, shapes, methods)
        found = None if found is None else _shrunk(quest, found)
    else:
        found = greatest(quest, shapes, objective, methods)
    return Found(
        row, guarantee, scope, objective, found, tuple(quest.covered), quest.spending.exhausted()
    )


def _shapes(
    row: DroppedHypothesis, scope: Scope, objective: Objective, methods: Sequence[Method]
) -> list[Shape]:
    if objective is Objective.RATIO and row.in_hull:
        raise InstanceError(
            f"--objective {objective}: without {row.name} the hull distance is 0; ask for the loss"
        )
    if objective is not Objective.SMALLEST and set(methods) == {Method.SYNTHESISE}:
        raise InstanceError(
            f"--objective {objective}: z3 is not asked for a largest; enumerate or sample"
        )
    shapes = list(scope.shapes(row.smallest_shape, own_observations=row.own_observations))
    if not shapes:
        raise InstanceError(
            f"the scope is smaller than the least possible: {row.smallest_shape} ({row.why_smallest})"
        )
    return shapes


def _smallest(
    quest: SearchRun, shapes: Sequence[Shape], methods: Sequence[Method]
) -> Broken | None:
    ways = {Method.ENUMERATE: _enumerate, Method.SYNTHESISE: _synthesise, Method.SAMPLE: _sample}
    for method in methods:
        for shape in shapes:
            if quest.over():
                return None
            quest.show(f"{method}: {shape}")
            found = ways[method](quest, shape)
            if found is not None:
                return found
    return None


def _enumerate(quest: SearchRun, shape: Shape) -> Broken | None:
    mark, grid = quest.mark(), quest.grid(shape, quest.over)
    for numbers in grid:
        found = quest.breaks(named(quest.row, numbers))
        if found is not None:
            quest.note(Method.ENUMERATE, shape, mark, "found")
            return found
    cut = quest.spending.exhausted() or grid.unfinished()
    if cut is None:
        quest.note(Method.ENUMERATE, shape, mark, "all examined", grid.census)
    else:
        quest.note(Method.ENUMERATE, shape, mark, f"cut short: {cut}")
    return None


def _synthesise(quest: SearchRun, shape: Shape) -> Broken | None:
    mark, words = quest.mark(), list[str]()
    for answer in proposals(
        quest.row, shape, quest.scope.stakes, min(QUESTION, quest.spending.seconds_left)
    ):
        if isinstance(answer, Silent):
            words.append(answer.word)
            continue
        found = quest.breaks(answer.game)
        if found is not None:
            quest.note(Method.SYNTHESISE, shape, mark, "found")
            return found
    quest.note(
        Method.SYNTHESISE,
        shape,
        mark,
        ", ".join(dict.fromkeys(words)) or "nothing to ask in this shape",
    )
    return None


def _sample(quest: SearchRun, shape: Shape) -> Broken | None:
    mark, sampler = quest.mark(), quest.sampler(shape)
    most = quest.spending.games + max(
        1, (quest.spending.budget.games - quest.spending.games) // SHARE
    )
    while quest.spending.games < most and not quest.over():
        found = quest.breaks(named(quest.row, sampler.draw()))
        if found is not None:
            quest.note(Method.SAMPLE, shape, mark, "found")
            return found
    quest.note(Method.SAMPLE, shape, mark, "nothing found")
    return None


def _shrunk(quest: SearchRun, found: Broken) -> Broken:
    """The smallest that single steps lead to; a search that runs out of budget here keeps what it
    has.
    """
    quest.show(f"shrinking {size(found.game).shape}")
    last = found

    def keeps(game: Game) -> bool:
        nonlocal last
        better = None if quest.over() else quest.breaks(game)
        last = last if better is None else better
        return better is not None

    shrink(found.game, keeps)
    return last
