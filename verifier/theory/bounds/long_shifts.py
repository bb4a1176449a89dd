"""Sets of agent observations of which she could be told without doing anything else (theory.md
5.10).

An agent shifts all his messages far in a direction: what he says becomes less and less likely where
the direction is small, and is at last said where it is greatest only. If no tie is open, and
wherever a shift could turn her from one action to another those who can shift so would gain
together, she never turns. Then what she does in an equilibrium is best as well if she is told that
the case is where the direction is greatest: such a set is steady.

Which turns are possible at all in a direction is a linear program, and which weights of agents make
them gain at these is another. Directions are tried one after the other, with what is known to be
steady; no set is looked for twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product
from math import gcd

from verifier.errors import SolverError
from verifier.game.model import Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.indifference import Tie

SIZES = (4, 2, 1)
"""The greatest numbers of directions that are tried, the first with which they are not too many."""

DIRECTION_LIMIT = 130
"""Most directions that are tried."""

Within = tuple[int, str]
"""A steady set by its number, from 1, and an action."""


@dataclass(frozen=True)
class Turned:
    """Why agents gain where a shift turns her, or why it cannot, by Farkas' lemma.

    `gain` times what they gain is at least what the other action gets better by; it is 0 if that
    cannot get better. `best` multiplies what she has more by the first action than by others at the
    turn, `within` the same where she is told of a steady set.
    """

    gain: Fraction
    best: Mapping[str, Fraction]
    within: Mapping[Within, Fraction]


@dataclass(frozen=True)
class LongShift:
    """A direction by agent observation, the weights of those who shift so, and why she never turns.

    `steady` is the set that this shows: where the direction is greatest. A turn is a tie at which
    she takes one action and turns to the other, the only one that is called best.
    """

    direction: Mapping[str, int]
    weights: Mapping[str, Fraction]
    turns: Mapping[Tie, Turned]

    @property
    def steady(self) -> frozenset[str]:
        """The agent observations at which the direction is greatest."""
        most = max(self.direction.values())
        return frozenset(o for o, n in self.direction.items() if n == most)


def long_shifts(
    game: Game, never: frozenset[tuple[str, str]], effort: Effort
) -> tuple[LongShift, ...]:
    """Long shifts that make sets steady, each with the help of those before.

    Domain: games in which no equilibrium has a tie (`indifference`), and in which she does not
    break ties by who deviates. `never` has actions that no equilibrium has, with the user
    observation.
    """
    if game.ties is Ties.ANY:
        return ()
    observations = tuple(dict.fromkeys(o for _, o in game.points))
    tried, found = list(_directions(len(observations))), list[LongShift]()
    while True:
        known = [shift.steady for shift in found]
        ways = (dict(zip(observations, numbers, strict=True)) for numbers in tried)
        shifts = (
            _shift(game, way, known, never, effort)
            for way in ways
            if LongShift(way, {}, {}).steady not in known
        )
        one = next((shift for shift in shifts if shift is not None), None)
        if one is None:
            return tuple(found)
        found.append(one)


def with_what_they_need(
    shifts: Sequence[LongShift], used: set[int]
) -> tuple[dict[int, int], tuple[LongShift, ...]]:
    """The shifts with these numbers, from 1, and those that they need, numbered anew.

    First the new numbers by the old ones.
    """
    needed = {*used}
    for n in range(len(shifts), 0, -1):
        if n in needed:
            needed |= {m for turned in shifts[n - 1].turns.values() for m, _ in turned.within}
    numbers = {n: place for place, n in enumerate(sorted(needed), 1)}
    return numbers, tuple(_renumbered(shifts[n - 1], numbers) for n in numbers)


def _renumbered(shift: LongShift, numbers: Mapping[int, int]) -> LongShift:
    turns = {
        turn: replace(turned, within={(numbers[n], c): m for (n, c), m in turned.within.items()})
        for turn, turned in shift.turns.items()
    }
    return replace(shift, turns=turns)


def _directions(size: int) -> Iterator[tuple[int, ...]]:
    """Directions in small numbers, 0 at least once, the simplest first; none if too many."""
    for most in SIZES:
        if (most + 1) ** size <= DIRECTION_LIMIT:
            ways = product(range(most + 1), repeat=size)
            yield from sorted((w for w in ways if not min(w) and gcd(*w) == 1), key=_size)
            return


def _size(direction: Sequence[int]) -> tuple[int, int]:
    return max(direction), sum(direction)


def _shift(
    game: Game,
    direction: Mapping[str, int],
    known: Sequence[frozenset[str]],
    never: frozenset[tuple[str, str]],
    effort: Effort,
) -> LongShift | None:
    """A shift in this direction by which she never turns, if weights of agents show it."""
    able = [
        agent.name
        for agent in game.agents
        if all(len({direction[o] for o in cell if o in direction}) <= 1 for cell in agent.sees)
    ]
    if not able:
        return None
    ahead = _Direction(game, direction, known)
    turns = [
        Tie(x, (b,), tuple(o for z, o in game.points if z == x), a)
        for x in game.user_support
        for a, b in permutations(game.actions, 2)
        if (x, a) not in never
    ]
    answer = effort.solve(ahead.program(turns, ()))
    if not isinstance(answer, Optimal):
        raise SolverError("nothing at all is not a proof of nothing")
    shown = {turn: ahead.turned(turn, 0, answer) for turn in turns if answer.primal["rate", turn]}
    possible = [turn for turn in turns if turn not in shown]
    answer = effort.solve(ahead.program(possible, able))
    if not isinstance(answer, Optimal):
        return None
    weights = {name: answer.primal["weight", name] for name in able}
    shown |= {turn: ahead.turned(turn, 1, answer) for turn in possible}
    return LongShift(direction, weights, shown)


@dataclass(frozen=True)
class _Direction:
    """A direction, with the sets that are known to be steady."""

    game: Game
    direction: Mapping[str, int]
    known: Sequence[frozenset[str]]

    @cached_property
    def level(self) -> dict[int, frozenset[str]]:
        """By number, the sets on which the direction is the same everywhere."""
        sets = enumerate(self.known, 1)
        return {n: some for n, some in sets if len({self.direction[o] for o in some}) == 1}

    def program(self, turns: Sequence[Tie], able: Sequence[str]) -> Program:
        """The least weights of agents with which they gain at all these turns; with nobody, at how
        many of them nothing needs to be gained.
        """
        program = Program(Goal.MINIMISE if able else Goal.MAXIMISE)
        for name in able:
            program.column(("weight", name), 1)
        for turn in turns:
            program.column(("rate", turn), 0 if able else 1)
            sense = Sense.AT_LEAST if able else Sense.AT_MOST
            program.row(("rate", turn), {("rate", turn): 1}, sense, 1)
            self._add(program, turn, able)
        return program

    def _add(self, program: Program, turn: Tie, able: Sequence[str]) -> None:
        """Where she may turn, the weighted agents gain."""
        x, a, (b,) = turn.user_observation, turn.action, turn.best
        hers, theirs = self.game.whole_user_payoff, self.game.whole_agent_payoffs
        others = [c for c in self.game.actions if c != a]
        for c in others:
            program.column(("best", turn, c), free=c == b)
            for n in self.level:
                program.column(("within", turn, n, c))
        for o in turn.possible:
            row: dict[Key, Number] = {
                ("weight", name): theirs[name][x, o, b] - theirs[name][x, o, a] for name in able
            }
            row["rate", turn] = self.direction[o] * (hers[x, o, a] - hers[x, o, b])
            for c in others:
                row["best", turn, c] = hers[x, o, c] - hers[x, o, a]
                for n, some in self.level.items():
                    if o in some:
                        row["within", turn, n, c] = hers[x, o, c] - hers[x, o, a]
            program.row(("turn", turn, o), row, Sense.AT_LEAST)

    def turned(self, turn: Tie, gain: int, answer: Optimal) -> Turned:
        """The multipliers of a turn that a solution has."""
        others, primal = [c for c in self.game.actions if c != turn.action], answer.primal
        rate = primal["rate", turn]
        best = {c: primal["best", turn, c] / rate for c in others}
        within = {(n, c): primal["within", turn, n, c] / rate for n in self.level for c in others}
        return Turned(
            gain / rate,
            {c: value for c, value in best.items() if value},
            {key: value for key, value in within.items() if value},
        )
