"""The search itself: shapes from the smallest on, enumerated, then synthesised, then sampled.

The counterexample that is found is shrunk. The answer says what has been examined: which shapes
were exhausted on which grid, and which only tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from verifier.deadline import uninterrupted
from verifier.errors import InstanceError
from verifier.game.model import Game
from verifier.game.shape import Shape
from verifier.search.budget import Budget, SearchRun, Spending
from verifier.search.climb import greatest
from verifier.search.coverage import Found, Method, Objective
from verifier.search.integer_game import as_game
from verifier.search.shrink import shrink
from verifier.search.size import Scope, size
from verifier.search.synthesis import NoProposal, proposals
from verifier.theory.dropped import Counterexample, DroppedHypothesis
from verifier.theory.guarantees.guarantee import Guarantee

QUESTION = 10.0
"""The seconds that z3 has for one question."""

SHARE = 8
"""In one shape at most one part in so many of the games that are left is drawn."""


def search(
    dropped: DroppedHypothesis,
    guarantee: Guarantee,
    scope: Scope,
    objective: Objective = Objective.SMALLEST,
    methods: Sequence[Method] = tuple(Method),
    seed: int = 1,
    budget: Budget | None = None,
    show: Callable[[str], None] = lambda words: None,
) -> Found:
    """The answer of a search for a counterexample to a guarantee without one of its hypotheses.

    The search ends when a counterexample is found or the budget is spent. The same arguments have
    the same answer unless a deadline or the memory ends it. `show` receives words about what is
    going on.
    Raises InstanceError for an objective that makes no sense here, or a scope without any shape.
    """
    run = SearchRun(dropped, guarantee, scope, seed, Spending(budget or Budget()), show)
    shapes = _shapes(dropped, scope, objective, methods)
    with uninterrupted():
        if objective is Objective.SMALLEST:
            found = _smallest(run, shapes, methods)
            found = None if found is None else _shrunk(run, found)
        else:
            found = greatest(run, shapes, objective, methods)
    return Found(
        dropped, guarantee, scope, objective, found, tuple(run.coverage), run.spending.exhausted()
    )


def _shapes(
    dropped: DroppedHypothesis, scope: Scope, objective: Objective, methods: Sequence[Method]
) -> list[Shape]:
    if objective is Objective.RATIO and dropped.in_hull:
        raise InstanceError(
            f"--objective {objective}: without {dropped.name} the hull distance is 0; ask for the"
            " loss"
        )
    if objective is not Objective.SMALLEST and set(methods) == {Method.SYNTHESISE}:
        raise InstanceError(
            f"--objective {objective}: z3 is not asked for a largest; enumerate or sample"
        )
    shapes = list(scope.shapes(dropped.smallest_shape, own_observations=dropped.own_observations))
    if not shapes:
        raise InstanceError(
            f"the scope is smaller than the least possible: {dropped.smallest_shape}"
            f" ({dropped.why_smallest})"
        )
    return shapes


def _smallest(
    run: SearchRun, shapes: Sequence[Shape], methods: Sequence[Method]
) -> Counterexample | None:
    ways = {Method.ENUMERATE: _enumerate, Method.SYNTHESISE: _synthesise, Method.SAMPLE: _sample}
    for method in methods:
        for shape in shapes:
            if run.over():
                return None
            run.show(f"{method}: {shape}")
            found = ways[method](run, shape)
            if found is not None:
                return found
    return None


def _enumerate(run: SearchRun, shape: Shape) -> Counterexample | None:
    mark, grid = run.mark(), run.grid(shape, run.over)
    for numbers in grid:
        found = run.breaks(as_game(run.dropped, numbers))
        if found is not None:
            run.note(Method.ENUMERATE, shape, mark, "found")
            return found
    cut = run.spending.exhausted() or grid.unfinished()
    if cut is None:
        run.note(Method.ENUMERATE, shape, mark, "all examined", grid.counts)
    else:
        run.note(Method.ENUMERATE, shape, mark, f"cut short: {cut}")
    return None


def _synthesise(run: SearchRun, shape: Shape) -> Counterexample | None:
    mark, words = run.mark(), list[str]()
    for answer in proposals(run.dropped, shape, run.scope.largest_difference, QUESTION):
        if run.over():
            words.append(f"cut short: {run.spending.exhausted()}")
            break
        if isinstance(answer, NoProposal):
            words.append(answer.reason)
            continue
        found = run.breaks(answer.game)
        if found is not None:
            run.note(Method.SYNTHESISE, shape, mark, "found")
            return found
    run.note(
        Method.SYNTHESISE,
        shape,
        mark,
        ", ".join(dict.fromkeys(words)) or "nothing to ask in this shape",
    )
    return None


def _sample(run: SearchRun, shape: Shape) -> Counterexample | None:
    mark, sampler = run.mark(), run.sampler(shape)
    most = run.spending.games + max(1, (run.spending.budget.games - run.spending.games) // SHARE)
    while run.spending.games < most and not run.over():
        found = run.breaks(as_game(run.dropped, sampler.draw()))
        if found is not None:
            run.note(Method.SAMPLE, shape, mark, "found")
            return found
    run.note(Method.SAMPLE, shape, mark, "nothing found")
    return None


def _shrunk(run: SearchRun, found: Counterexample) -> Counterexample:
    """The smallest counterexample that single steps lead to, or that the budget allows."""
    run.show(f"shrinking {size(found.game).shape}")
    last = found

    def keeps(game: Game) -> bool:
        nonlocal last
        better = None if run.over() else run.breaks(game)
        last = last if better is None else better
        return better is not None

    shrink(found.game, keeps)
    return last
