"""Signals within one cell of an announced partition: one agent sends more than the cell's name.

The user has a single observation and all agents see the same. In a cell that all announce, agent j
(the sender) sends further messages, an optimal signal of his there. It suffices that at none of the
posteriors that he induces another agent could gain by saying more.

1. Where an action a is best for the user, an agent's gain at a belief q, cav V_i(q) - U_i(q, a), is
   concave and nonnegative. So it vanishes at q only if it does at the vertices of the region of
   beliefs where a is best, of which q is a mixture; these are the *extreme beliefs*.
   Under `order` she may not take a at a vertex, but inside a face that the vertex is on: then a
   belief next to the vertex, inside the face, stands for it.
2. The extreme beliefs at which no agent but the sender gains are the columns of a linear program:
   they average to the prior in the cell, and the sender gets his deviation bound.
3. The program finds the worst or the best such signal for the user.

docs/explanation/decisions.md, "One agent speaks inside a cell"; the deviations are those of
theory.md 6.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property

from verifier.game.model import Cell, Game, Ties
from verifier.game.response import Response, SignalDistribution
from verifier.game.rules import Signal
from verifier.numbers import integers
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.solve.vertices import TooMany, Vertex, vertices
from verifier.theory.deviations.deviation import (
    DeviationBound,
    Knowledge,
    deviation_bound,
    surely_content,
)
from verifier.theory.deviations.persuasion import Subproblem, subproblem_of

NAME_LIMIT = 60
"""The largest number of characters of a list of observations that is used as a message."""


@dataclass(frozen=True)
class WithinCellSignal:
    """The signals of all agents in one cell, with the user's response and the agents' gains there.

    `sender` is the agent who sends more than the name of the cell; None if all just announce it.
    `gains` (bounds on what each agent could gain in the cell) and `deviation_bounds` are in the
    order of the agents; a bound is None where it was not needed, as the agent cannot gain.
    """

    sender: str | None
    signals: Mapping[str, Signal]
    response: Response
    user_utility: Fraction
    gains: tuple[Fraction, ...]
    deviation_bounds: tuple[DeviationBound | None, ...]


def cell_name(cell: Cell) -> str:
    """The message that announces a cell: its observations, or the first and their number.

    >>> cell_name(("rain", "snow"))
    'rain or snow'
    """
    whole = " or ".join(repr(x) if " or " in x else x for x in cell)
    return (
        whole if len(whole) <= NAME_LIMIT else f"{cell[0][:NAME_LIMIT]} or {len(cell) - 1} others"
    )


@dataclass(frozen=True)
class ExtremeBelief:
    """A vertex of the beliefs at which an action is best for the user, or a belief next to it.

    `frequencies` (observation -> frequency, summing to 1 over the agents' cells) stand for the
    belief. `agent_utilities` and `gains`, what each agent could gain by saying more, are in the
    order of the agents. All utilities are those of the action at these frequencies.
    """

    frequencies: Mapping[str, Fraction]
    action: str
    user_utility: Fraction
    agent_utilities: tuple[Fraction, ...]
    gains: tuple[Fraction, ...]


Tight = frozenset[str | Cell]
"""The actions that are as good as one at a belief, and the cells that it excludes."""

WeightedBelief = tuple[ExtremeBelief, Fraction]
"""An extreme belief that the sender induces, with its weight."""


class WithinCellSignals:
    """The search for a sender's signal within a cell.

    Domain: games in which the user has a single observation and all agents see the same.
    """

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.extreme_beliefs = cache(self._extreme_beliefs)
        self.extreme_belief = cache(self._extreme_belief)

    def of_each_sender(
        self, cell: Cell, goal: Goal, enough: Fraction | None = None
    ) -> Iterator[WithinCellSignal]:
        """For every agent as sender the worst or best signal for the user, where there is one.

        No more senders are tried after one whose signal is worth at most `enough` to her.
        """
        beliefs = self.extreme_beliefs(cell)
        for n in range(len(self.game.agents)):
            stable = [
                belief
                for belief in beliefs
                if all(gain <= 0 for k, gain in enumerate(belief.gains) if k != n)
            ]
            found = self._extreme_signal(n, cell, stable, goal) if stable else None
            if found is not None:
                yield found
                if enough is not None and found.user_utility <= enough:
                    return

    @property
    def user(self) -> str:
        """The user's only observation."""
        return self.game.user_support[0]

    def _possible(self, cell: Cell) -> dict[str, Number]:
        return {x: 1 for x in cell if (self.user, x) in self.game.probability}

    @cached_property
    def subproblems(self) -> list[Subproblem]:
        """The persuasion problem of each agent where nothing is announced."""
        possible = self._possible(self.game.agent_observations)
        return [
            subproblem_of(self.game, agent, {(self.user, ""): possible})
            for agent in self.game.agents
        ]

    def _at_points(
        self, frequencies: Mapping[str, Fraction], weight: Number = 1
    ) -> dict[str, Number]:
        """Weighted frequencies where observations are possible: a signal sends more widely."""
        possible = self._possible(tuple(frequencies))
        return {x: weight * frequencies[x] for x in possible}

    def _extreme_beliefs(self, cell: Cell) -> list[ExtremeBelief]:
        """The extreme beliefs of every action; none where a region has too many vertices."""
        cells = [c for c in self.subproblems[0].cells if not set(cell).isdisjoint(c)]
        found = []
        for action in self.game.actions:
            points = self._vertices(cells, action)
            if isinstance(points, TooMany):
                return []
            if self.game.ties is Ties.ORDER:
                points = list(self._followed(cells, action, points))
            weights = [zip(cells, point, strict=True) for point in points]
            kept = [tuple([(c, p) for c, p in weighted if p]) for weighted in weights]
            found += [self.extreme_belief(belief, action) for belief in kept]
        return found

    def _vertices(self, cells: Sequence[Cell], action: str) -> list[Vertex] | TooMany:
        """The vertices of the region where the action is best, as weights of the cells."""
        hers = self.subproblems[0].user_payoff
        as_good = [
            [hers[c, 0, action] - hers[c, 0, other] for c in cells]
            for other in self.game.actions
            if other != action
        ]
        return vertices(len(cells), as_good)

    def _followed(
        self, cells: Sequence[Cell], action: str, points: Sequence[Vertex]
    ) -> Iterator[Vertex]:
        """The vertices at which she takes the action under `order`; and beliefs next to the others,
        inside each face of the region in whose inside she takes it.
        """
        earlier = {*self.game.actions[: self.game.actions.index(action)]}
        tight = {point: self._tight(cells, action, point) for point in points}
        others = {point for point, some in tight.items() if some & earlier}
        yield from (point for point in points if point not in others)
        if not self.effort.near_bits or self.game.parameters:
            return
        for shared in _intersections([*tight.values()]):
            face = [point for point, some in tight.items() if some >= shared]
            for point in face if not shared & earlier else ():
                if point in others:
                    yield _towards_middle(point, face, Fraction(1, 2**self.effort.near_bits))

    def _tight(self, cells: Sequence[Cell], action: str, point: Vertex) -> Tight:
        """What makes a vertex: the cells that are excluded, and the actions that are as good."""
        hers, weights = self.subproblems[0].user_payoff, list(zip(cells, point, strict=True))
        worth = {a: sum([p * hers[c, 0, a] for c, p in weights]) for a in self.game.actions}
        excluded = (c for c, p in weights if not p)
        return frozenset([*(a for a in worth if worth[a] == worth[action]), *excluded])

    def _extreme_belief(self, weights: tuple[tuple[Cell, int], ...], action: str) -> ExtremeBelief:
        """The extreme belief with these weights of cells, at which the action is best."""
        actions, unit = self.game.actions, sum([p for _, p in weights])
        grain = self.subproblems[0].grain / unit

        def total(values: Mapping[Cell, int]) -> Fraction:
            return sum([p * values[cell] for cell, p in weights]) * grain

        frequencies = {x: Fraction(p, unit) for cell, p in weights for x in cell}
        utilities, gains = [], []
        for n, subproblem in enumerate(self.subproblems):
            his = subproblem.agent_payoff
            utilities.append(total({cell: his[cell, 0, action] for cell, _ in weights}))
            least = total({cell: least_payoff(subproblem, cell) for cell, _ in weights})
            most = total({cell: max([his[cell, 0, a] for a in actions]) for cell, _ in weights})
            gains.append(self._gain(n, frequencies, action, utilities[n], least, most))
        hers = self.subproblems[0].user_payoff
        utility = total({cell: hers[cell, 0, action] for cell, _ in weights})
        return ExtremeBelief(frequencies, action, utility, tuple(utilities), tuple(gains))

    def _gain(
        self,
        n: int,
        frequencies: Mapping[str, Fraction],
        action: str,
        now: Fraction,
        least: Fraction,
        most: Fraction,
    ) -> Fraction:
        """A bound on the n-th agent's gain at a belief, at which the user takes the action.

        No program is solved where he gains by revealing all that he sees, which gives him `least`,
        for that rules the belief out already, nor where `most`, what he gets if she always does
        what he likes best, is no more than he has, nor where he is plainly content.
        """
        if least > now:
            return least - now
        if most <= now:
            return most - now
        subproblem = self.subproblems[n]
        possible = [cell for cell in subproblem.cells if not frequencies.keys().isdisjoint(cell)]
        if surely_content(replace(subproblem, cells=tuple(possible)), (action,)):
            return Fraction(0)
        bound = deviation_bound(
            self.game,
            self.game.agents[n],
            {(self.user, ""): self._at_points(frequencies)},
            self.effort,
            now,
            knowledge=Knowledge.USER_TYPE,
        )
        return bound.value - now

    def _extreme_signal(
        self, n: int, cell: Cell, beliefs: Sequence[ExtremeBelief], goal: Goal
    ) -> WithinCellSignal | None:
        """The n-th agent's worst or best optimal signal for the user over these beliefs, if any."""
        possible = self._possible(cell)
        others = [cell_name(cell)] * (len(self.game.agents) - 1)
        bound = deviation_bound(
            self.game, self.game.agents[n], {(self.user, *others): possible}, self.effort
        )
        program = Program(goal)
        for place, belief in enumerate(beliefs):
            program.column(place, belief.user_utility)
        for x in possible:
            row: dict[Key, Fraction] = {
                place: belief.frequencies.get(x, Fraction(0))
                for place, belief in enumerate(beliefs)
            }
            program.row(("observation", x), row, Sense.EQUAL, 1)
        his: dict[Key, Fraction] = {
            place: belief.agent_utilities[n] for place, belief in enumerate(beliefs)
        }
        program.row("optimal for the sender", his, Sense.AT_LEAST, bound.value)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        induced = [
            (belief, answer.primal[place])
            for place, belief in enumerate(beliefs)
            if answer.primal[place]
        ]
        return self._within_cell_signal(n, cell, induced, bound)

    def _within_cell_signal(
        self, n: int, cell: Cell, induced: Sequence[WeightedBelief], bound: DeviationBound
    ) -> WithinCellSignal | None:
        """The signals that induce these beliefs; None where an agent would gain after all."""
        agents, name = self.game.agents, cell_name(cell)
        messages = _messages(name, [belief.action for belief, _ in induced])
        announcement = {x: {name: Fraction(1)} for x in cell}
        signals: dict[str, Signal] = {agent.name: announcement for agent in agents}
        signals[agents[n].name] = _inducing_signal(cell, messages, induced)
        received = [
            tuple(message if k == n else name for k in range(len(agents))) for message in messages
        ]
        response = {
            (self.user, *profile): belief.action
            for profile, (belief, _) in zip(received, induced, strict=True)
        }
        bounds = tuple(
            bound if k == n else self._bound_of_other(k, received, induced)
            for k in range(len(agents))
        )
        utilities = [
            sum((weight * belief.agent_utilities[k] for belief, weight in induced), Fraction(0))
            for k in range(len(agents))
        ]
        gains = tuple(found.value - now for found, now in zip(bounds, utilities, strict=True))
        if max(gains) > 0:
            return None
        utility = sum((weight * belief.user_utility for belief, weight in induced), Fraction(0))
        return WithinCellSignal(agents[n].name, signals, response, utility, gains, bounds)

    def _bound_of_other(
        self, k: int, received: Sequence[tuple[str, ...]], induced: Sequence[WeightedBelief]
    ) -> DeviationBound:
        """The deviation bound of an agent who is not the sender, granted the sender's message."""
        distribution: SignalDistribution = {
            (self.user, *profile[:k], *profile[k + 1 :]): self._at_points(
                belief.frequencies, weight
            )
            for profile, (belief, weight) in zip(received, induced, strict=True)
        }
        return deviation_bound(
            self.game,
            self.game.agents[k],
            distribution,
            self.effort,
            knowledge=Knowledge.USER_TYPE,
        )


def least_payoff(subproblem: Subproblem, cell: Cell) -> int:
    """The agent's least payoff over the grain, if the only type learns that x_B is in the cell."""
    hers, his = subproblem.user_payoff, subproblem.agent_payoff
    best = max([hers[cell, 0, a] for a in subproblem.actions])
    return min([his[cell, 0, a] for a in subproblem.actions if hers[cell, 0, a] == best])


def _intersections(sets: Sequence[Tight]) -> list[Tight]:
    """All intersections of some of the sets, each once."""
    found = dict.fromkeys(sets)
    while more := [b for a in found for b in dict.fromkeys(a & c for c in sets) if b not in found]:
        found |= dict.fromkeys(more)
    return list(found)


def _towards_middle(point: Vertex, face: Sequence[Vertex], share: Fraction) -> Vertex:
    """The point moved by this share of the way towards the middle of a face."""
    middle = [
        sum((Fraction(p, sum(each)) for p, each in zip(ps, face, strict=True)), Fraction(0))
        for ps in zip(*face, strict=True)
    ]
    moved = [
        (1 - share) * Fraction(p, sum(point)) + share * m / len(face)
        for p, m in zip(point, middle, strict=True)
    ]
    return tuple(integers(moved)[0])


def _messages(name: str, actions: Sequence[str]) -> list[str]:
    """A message for every induced belief: the cell and the action, numbered where one repeats."""
    numbers = [actions[: n + 1].count(a) for n, a in enumerate(actions)]
    return [
        f"{name}: {a}" + f" ({n})" * (actions.count(a) > 1)
        for a, n in zip(actions, numbers, strict=True)
    ]


def _inducing_signal(
    cell: Cell, messages: Sequence[str], induced: Sequence[WeightedBelief]
) -> Signal:
    """The signal with a message for each belief, sent with weight times frequency at each x_B."""
    signal: dict[str, dict[str, Fraction]] = {x: {} for x in cell}
    for message, (belief, weight) in zip(messages, induced, strict=True):
        for x, p in belief.frequencies.items():
            signal[x][message] = weight * p
    return signal
