"""The straightforward conversation: both say what they believe, rounded to the words they have.

In every round she announces what each action is worth on average, given what she observes and all
that has been said, and then the agent does. Values are rounded down to equal steps of the range of
her utility; in a rich alphabet they are said exactly. The paper calls such messages
straightforward; the conversation is the agreement protocol of Aaronson 2005 (The complexity of
agreement). theory.md 13.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TypeVar

from verifier.game.model import Agent, Cell, Game
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.theory.learning.closeness import bayesian_closeness
from verifier.theory.learning.knowledge import Knowledge, Known, Rectangle, Values
from verifier.theory.learning.substitutes import (
    RECTANGLE_LIMIT,
    Purpose,
    Substitutes,
    substitutes,
    worth,
)

Observation = TypeVar("Observation")


@dataclass(frozen=True)
class Moment:
    """Where the two stand when the agent has spoken; the first moment is before any word.

    `delta` is the most that the value of an action still varies for her between observations of the
    agents (theory.md 4.2), `worst` the most by which a value is not what she thinks, `error` the
    expectation of that over all observations, and `square` the expected squared error, summed over
    the actions. `untold` is the part of it that the agent could still tell her, `variance` that of
    his estimates for one who knows all that has been said: where `substitutes` holds, on every
    rectangle that is reached, the former is at most the latter. `apart` is the expectation of the
    most by which the estimates of the two differ, `utility` what she gets if she stops here.
    """

    rectangles: tuple[Rectangle, ...]
    delta: Fraction
    worst: Fraction
    error: Fraction
    square: Fraction
    apart: Fraction
    utility: Fraction
    untold: Fraction
    variance: Fraction
    substitutes: bool


@dataclass(frozen=True, repr=False)
class Learning(Result):
    """What she learns by a straightforward conversation with one agent, round by round.

    `hers` and `his` are the steps to which the values are rounded, None where he says them exactly;
    a single step says nothing. `decision` and `forecast` say whether the observations of
    the two are substitutes for the one or the other. `errs` is how often a Bayesian user may take
    another action than the best if the agent tells her all that he can; None where that is not
    decided.
    """

    game: Game
    agent: str
    hers: int
    his: int | None
    moments: tuple[Moment, ...]
    decision: Substitutes
    forecast: Substitutes
    errs: Fraction | None


def learning(
    game: Game,
    agent: Agent,
    rounds: int | None = None,
    steps: int | None = None,
    limit: int = RECTANGLE_LIMIT,
    effort: Effort = USUAL,
) -> Learning:
    """What she learns by talking straightforwardly with the agent, and whether substitutes are so.

    Rounds are the game's if not given. Values are rounded to as many `steps` as fit into the
    alphabets if not given; given, they are the same for both, and she speaks even if the game has
    no words for her. theory.md 13.3.
    """
    talk, knowledge = game.conversation, Knowledge(game, agent)
    actions, words = len(game.actions), talk.agent_alphabet
    hers = steps or fitting(talk.user_alphabet, actions)
    his = steps or (None if words == "rich" else fitting(words, actions))
    reached: tuple[Rectangle, ...] = (knowledge.whole,)
    moments = [_moment(knowledge, reached)]
    for _ in range(talk.rounds if rounds is None else rounds):
        reached = tuple(part for known in reached for part in _she_speaks(knowledge, known, hers))
        reached = tuple(part for known in reached for part in _he_speaks(knowledge, known, his))
        moments.append(_moment(knowledge, reached))
    decision, forecast = (substitutes(knowledge, purpose, limit) for purpose in Purpose)
    errs = bayesian_closeness(game, agent, effort)
    return Learning(game, agent.name, hers, his, tuple(moments), decision, forecast, errs)


def fitting(words: int, actions: int) -> int:
    """The most steps such that there is a word for each list of rounded values."""
    steps = 1
    while (steps + 1) ** actions <= words:
        steps += 1
    return steps


def _she_speaks(knowledge: Knowledge, inside: Rectangle, steps: int | None) -> Iterable[Rectangle]:
    said = _split(inside.hers, lambda x: _word(knowledge, (x,), inside.his, steps))
    return [Rectangle(part, inside.his) for part in said]


def _he_speaks(knowledge: Knowledge, inside: Rectangle, steps: int | None) -> Iterable[Rectangle]:
    said = _split(inside.his, lambda cell: _word(knowledge, inside.hers, (cell,), steps))
    return [Rectangle(inside.hers, part) for part in said]


def _split(
    observed: Sequence[Observation], word: Callable[[Observation], Values | None]
) -> list[tuple[Observation, ...]]:
    """The observations by the word that goes with them, without those that cannot be."""
    parts: dict[Values, list[Observation]] = {}
    for one in observed:
        said = word(one)
        if said is not None:
            parts.setdefault(said, []).append(one)
    return [tuple(part) for part in parts.values()]


def _word(
    knowledge: Knowledge, hers: tuple[str, ...], his: tuple[Cell, ...], steps: int | None
) -> Values | None:
    """The values as they are announced; None where the probability is 0."""
    known = knowledge.of(hers, his)
    if known is None:
        return None
    if steps is None:
        return known.values
    utility = knowledge.game.utility.values()
    low, width = min(utility), (max(utility) - min(utility)) / steps
    if not width:
        return (low,) * len(known.values)
    down = (min(int((value - low) // width), steps - 1) for value in known.values)
    return tuple(low + step * width for step in down)


def _moment(knowledge: Knowledge, reached: tuple[Rectangle, ...]) -> Moment:
    forecasts = [worth(knowledge, inside, Purpose.FORECAST) for inside in reached]
    decisions = [worth(knowledge, inside, Purpose.DECISION) for inside in reached]
    hers = [part for inside in reached for part in _hers(knowledge, inside)]
    errors = [
        (truth.mass, [abs(a - b) for a, b in zip(estimate, truth.values, strict=True)])
        for estimate, truths in hers
        for truth in truths
    ]
    return Moment(
        reached,
        max(
            max(values) - min(values)
            for _, truths in hers
            for values in zip(*(truth.values for truth in truths), strict=True)
        ),
        max(max(away) for _, away in errors),
        sum((mass * max(away) for mass, away in errors), Fraction(0)),
        sum((mass * sum(a * a for a in away) for mass, away in errors), Fraction(0)),
        sum((_apart(knowledge, inside) for inside in reached), Fraction(0)),
        sum((found.hers for found in decisions), Fraction(0)),
        sum((found.together - found.hers for found in forecasts), Fraction(0)),
        sum((found.his - found.neither for found in forecasts), Fraction(0)),
        all(found.margin >= 0 for found in forecasts),
    )


def _hers(knowledge: Knowledge, inside: Rectangle) -> Iterator[tuple[Values, list[Known]]]:
    """What she believes in a rectangle, by her observation, and what is true at every point."""
    for x_user in inside.hers:
        known = knowledge.of((x_user,), inside.his)
        if known is not None:
            yield known.values, knowledge.points(x_user, inside.his)


def _apart(knowledge: Knowledge, inside: Rectangle) -> Fraction:
    """The most by which the estimates of the two differ, times its probability, added up."""
    total = Fraction(0)
    for x_user, cell in product(inside.hers, inside.his):
        both = knowledge.of((x_user,), (cell,))
        hers, his = knowledge.of((x_user,), inside.his), knowledge.of(inside.hers, (cell,))
        if both is not None and hers is not None and his is not None:
            pairs = zip(hers.values, his.values, strict=True)
            total += both.mass * max(abs(a - b) for a, b in pairs)
    return total
