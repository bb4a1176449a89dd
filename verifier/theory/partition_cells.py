"""What can happen in one cell of a partition that all agents announce: silence, or one agent who
says more (theory.md 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from verifier.game.model import Cell, Game
from verifier.game.response import Response, UserType
from verifier.game.rules import Signal
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.solve.vertices import TooMany, vertices
from verifier.theory.deviation import DeviationBound, Knowledge, deviation_bound
from verifier.theory.persuasion import Subproblem, subproblem_of

LONGEST = 60
"""Most characters of a list of members that is used as a message."""


@dataclass(frozen=True)
class WithinCellSignal:
    """Who says what at the observations of the cell, how the user responds, and how much each agent
    could gain there at most.

    `speaker` is the agent who says more than the cell, if any. `deviation_bounds` are in the order of
    the agents.
    """

    speaker: str | None
    says: Mapping[str, Signal]
    response: Response
    user_utility: Fraction
    gains: tuple[Fraction, ...]
    deviation_bounds: tuple[DeviationBound, ...]


def cell_name(inside: Cell) -> str:
    """How a cell is announced: its members, or its first one and their number where that would be
    long.

    >>> cell_name(("rain", "snow"))
    'rain or snow'
    """
    whole = " or ".join(repr(x) if " or " in x else x for x in inside)
    return whole if len(whole) <= LONGEST else f"{inside[0][:LONGEST]} or {len(inside) - 1} others"


@dataclass(frozen=True)
class ExtremeBelief:
    """A belief (frequencies per atom of the cell, summing to 1) and an action that is best there.

    `worth` is what each agent then has; `gains` what he could gain by saying more; `hers` what she
    has.
    """

    frequencies: Mapping[str, Fraction]
    action: str
    hers: Fraction
    worth: tuple[Fraction, ...]
    gains: tuple[Fraction, ...]


class WithinCellSignals:
    """The plays of a cell in which one agent speaks.

    The user has a single observation and all agents see the same.
    """

    def __init__(self, game: Game, effort: Effort) -> None:
        self.game, self.effort = game, effort
        self.agents = game.agents
        self.corners = cache(self._corners)

    def plays(self, inside: Cell, goal: Goal) -> Iterator[WithinCellSignal]:
        """For every agent the play with him as the speaker that is worst (or best) for the user,
        where there is one.
        """
        corners = self.corners(inside)
        for n in range(len(self.agents)):
            quiet = [
                corner
                for corner in corners
                if all(g <= 0 for k, g in enumerate(corner.gains) if k != n)
            ]
            play = self._best(n, inside, quiet, goal) if quiet else None
            if play is not None:
                yield play

    def _corners(self, inside: Cell) -> list[ExtremeBelief]:
        """All corners of the regions where an action is best; none where there are too many to look
        for.
        """
        seen = self._seen(inside)
        subproblems = [
            subproblem_of(self.game, agent, {(self.user, ""): seen}) for agent in self.agents
        ]
        found = []
        for action in self.game.actions:
            points = self._region(subproblems[0], action)
            if isinstance(points, TooMany):
                return []
            found += [self._corner(subproblems, point, action) for point in points]
        return found

    @property
    def user(self) -> str:
        """Her only observation."""
        return self.game.user_support[0]

    def _seen(self, inside: Cell) -> dict[str, Fraction]:
        return {x: Fraction(1) for x in inside if (self.user, x) in self.game.probability}

    def _region(self, subproblem: Subproblem, action: str) -> list[tuple[Fraction, ...]] | TooMany:
        """The corners of the beliefs at which the action is best, as frequencies per cell of the
        agents.
        """
        size = len(subproblem.cells)
        rows = [([Fraction(m == n) for m in range(size)], Fraction(0)) for n in range(size)]
        others = (other for other in self.game.actions if other != action)
        rows += [
            (
                [
                    subproblem.user_payoff[c, 0, action] - subproblem.user_payoff[c, 0, other]
                    for c in subproblem.cells
                ],
                Fraction(0),
            )
            for other in others
        ]
        return vertices(rows, [([Fraction(1)] * size, Fraction(1))])

    def _corner(
        self, subproblems: Sequence[Subproblem], point: Sequence[Fraction], action: str
    ) -> ExtremeBelief:
        cells = subproblems[0].cells
        often = {x: p for cell, p in zip(cells, point, strict=True) for x in cell if p}

        def total(table: Mapping[tuple[Cell, int, str], Fraction]) -> Fraction:
            return sum(
                (p * table[cell, 0, action] for cell, p in zip(cells, point, strict=True)),
                Fraction(0),
            )

        worth = tuple(total(subproblem.agent_payoff) for subproblem in subproblems)
        told = [
            sum(
                (p * least_told(subproblem, cell) for cell, p in zip(cells, point, strict=True)),
                Fraction(0),
            )
            for subproblem in subproblems
        ]
        gains = (self._gain(n, often, now, told[n]) for n, now in enumerate(worth))
        return ExtremeBelief(often, action, total(subproblems[0].user_payoff), worth, tuple(gains))

    def _gain(
        self, n: int, often: Mapping[str, Fraction], now: Fraction, told: Fraction
    ) -> Fraction:
        """What an agent could gain at a belief at most; where he surely gains by telling all, that
        is enough to know.
        """
        if told > now:
            return told - now
        distribution: dict[UserType, Mapping[str, Fraction]] = {(self.user, ""): often}
        return (
            deviation_bound(
                self.game,
                self.agents[n],
                distribution,
                self.effort,
                now,
                knowledge=Knowledge.USER_TYPE,
            ).value
            - now
        )

    def _best(
        self, n: int, inside: Cell, corners: Sequence[ExtremeBelief], goal: Goal
    ) -> WithinCellSignal | None:
        seen = self._seen(inside)
        silent = {(self.user, *[cell_name(inside)] * (len(self.agents) - 1)): seen}
        held = deviation_bound(self.game, self.agents[n], silent, self.effort, None)
        program = Program(goal)
        for place, corner in enumerate(corners):
            program.column(place, corner.hers)
        for x in seen:
            row: dict[Key, Fraction] = {
                place: corner.frequencies.get(x, Fraction(0))
                for place, corner in enumerate(corners)
            }
            program.row(("observation", x), row, Sense.EQUAL, 1)
        worth: dict[Key, Fraction] = {
            place: corner.worth[n] for place, corner in enumerate(corners)
        }
        program.row("optimal for the speaker", worth, Sense.AT_LEAST, held.value)
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        used = [
            (corner, answer.primal[place])
            for place, corner in enumerate(corners)
            if answer.primal[place]
        ]
        return self._play(n, inside, used, held)

    def _play(
        self,
        n: int,
        inside: Cell,
        used: Sequence[tuple[ExtremeBelief, Fraction]],
        held: DeviationBound,
    ) -> WithinCellSignal | None:
        """The plan as what is said in the cell, with prices; None where an agent would gain after
        all.
        """
        name = cell_name(inside)
        words = _words(name, [corner.action for corner, _ in used])
        spoken: dict[str, dict[str, Fraction]] = {x: {} for x in inside}
        for word, (corner, weight) in zip(words, used, strict=True):
            for x, p in corner.frequencies.items():
                spoken[x][word] = weight * p
        label = {x: {name: Fraction(1)} for x in inside}
        says = {agent.name: spoken if k == n else label for k, agent in enumerate(self.agents)}
        heard = [tuple(word if k == n else name for k in range(len(self.agents))) for word in words]
        response = {
            (self.user, *said): corner.action for said, (corner, _) in zip(heard, used, strict=True)
        }
        distribution = {k: self._faced(k, heard, used) for k in range(len(self.agents)) if k != n}
        deviation_bounds = tuple(
            held
            if k == n
            else deviation_bound(
                self.game, agent, distribution[k], self.effort, None, knowledge=Knowledge.USER_TYPE
            )
            for k, agent in enumerate(self.agents)
        )
        has = [
            sum((weight * corner.worth[k] for corner, weight in used), Fraction(0))
            for k in range(len(self.agents))
        ]
        gains = tuple(found.value - now for found, now in zip(deviation_bounds, has, strict=True))
        hers = sum((weight * corner.hers for corner, weight in used), Fraction(0))
        return (
            WithinCellSignal(self.agents[n].name, says, response, hers, gains, deviation_bounds)
            if max(gains) <= 0
            else None
        )

    def _faced(
        self,
        k: int,
        heard: Sequence[tuple[str, ...]],
        used: Sequence[tuple[ExtremeBelief, Fraction]],
    ) -> dict[tuple[str, ...], dict[str, Fraction]]:
        """What a silent agent faces if he is granted to hear the speaker."""
        return {
            (self.user, *said[:k], *said[k + 1 :]): {
                x: weight * p for x, p in corner.frequencies.items()
            }
            for said, (corner, weight) in zip(heard, used, strict=True)
        }


def least_told(subproblem: Subproblem, cell: Cell) -> Fraction:
    """What an agent surely gets from a cell (times its probability) if she learns that x_B lies in
    it.
    """
    actions = [a for c, _, a in subproblem.user_payoff if c == cell]
    best = max(subproblem.user_payoff[cell, 0, a] for a in actions)
    return min(
        subproblem.agent_payoff[cell, 0, a]
        for a in actions
        if subproblem.user_payoff[cell, 0, a] == best
    )


def _words(name: str, actions: Sequence[str]) -> list[str]:
    """A message for every corner: the cell and the action, numbered where an action is recommended
    twice.
    """
    numbers = [actions[: n + 1].count(a) for n, a in enumerate(actions)]
    return [
        f"{name}: {a}" + f" ({n})" * (actions.count(a) > 1)
        for a, n in zip(actions, numbers, strict=True)
    ]
