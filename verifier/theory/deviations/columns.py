"""Optimal signals where the user has many strategies: columns are found as they are needed.

A signal is a mixture of beliefs, at each of which the user follows a strategy. Of the m^n
strategies of n types few are ever best, and column generation finds those (theory.md 6.15):

1. The *master program* mixes the beliefs that are known, to what each cell has to say. Its dual
   values are a price for every cell.
2. *Pricing* looks for a belief worth more than its prices, by branch and bound: each type whose
   action is not fixed yet may mix beliefs of its own that average to the common one, which is a
   linear program and at least as good; the type that mixes is fixed to one action after the other.
3. Where no belief is worth more, the mixture is optimal among all signals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from verifier.errors import SizeError
from verifier.game.model import Cell
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.deviations.persuasion import CellPayoff, Strategy, Subproblem, optimum_of

PRICING_LIMIT = 500
"""The largest number of linear programs that one search for a belief may take."""

Worth = Mapping[tuple[Cell, int, str], Number]
"""What is maximised: (cell, number of the type, action) -> worth, linear in the belief."""

Recommendation = Mapping[tuple[Cell, Strategy], Fraction]
"""A signal by recommendations: (cell, strategy) -> the probability that it is recommended there."""


@dataclass(frozen=True)
class Column:
    """A belief over the cells at which every type of the user follows the strategy."""

    strategy: Strategy
    belief: tuple[Fraction, ...]


@dataclass(frozen=True)
class Mixture:
    """An optimal mixture of beliefs: its value, the price of each cell, and the signal that it is.

    No signal has more than `value`, in the units of the worth.
    """

    value: Fraction
    prices: Mapping[Cell, Fraction]
    sends: Recommendation


def _refuse_large_program(subproblem: Subproblem, effort: Effort) -> None:
    """Refuses pricing by the size of its program, before anything of it is made."""
    cells, types, actions = map(len, (subproblem.cells, subproblem.types, subproblem.actions))
    size = cells * types * actions**2
    if size > effort.program_limit:
        raise SizeError(
            f"the persuasion program of {subproblem.agent.name} would have {size} coefficients"
            f" ({cells} cells x {types} types of the user x {actions} x {actions} actions), the"
            f" limit is {effort.program_limit}; raise it with --program-limit (a million take about"
            " 1 GB), or give the user fewer actions or observations"
        )


class Columns:
    """The beliefs that are known in one subproblem, and the programs over them.

    `avoided`: actions that she never takes, by number of the type, since others that she prefers
    are as good wherever they are best (theory.md 6.8).

    Raises SizeError where a program would have more than `effort.program_limit` coefficients.
    """

    def __init__(
        self, subproblem: Subproblem, effort: Effort, avoided: Collection[tuple[int, str]] = ()
    ) -> None:
        _refuse_large_program(subproblem, effort)
        self.subproblem, self.effort = subproblem, effort
        self.cells, self.actions = subproblem.cells, subproblem.actions
        self.types = range(len(subproblem.types))
        self.taken = [[a for a in self.actions if (n, a) not in avoided] for n in self.types]
        corners = [tuple([Fraction(c == d) for d in self.cells]) for c in self.cells]
        his = subproblem.agent_payoff
        self.known = [Column(self.followed(his, corner), corner) for corner in corners]

    def best(self, worth: Worth, at_least: tuple[CellPayoff, Fraction] | None = None) -> Mixture:
        """The signal of the greatest worth, among those that keep a payoff at least so large.

        Raises SizeError where pricing takes more than PRICING_LIMIT programs.
        """
        while True:
            answer = optimum_of(self.effort.solve(self.master(worth, at_least)))
            prices = {cell: answer.dual["cell", cell] for cell in self.cells}
            priced = worth
            if at_least is not None:
                weight = -answer.dual["at least"]
                priced = {key: w + weight * at_least[0][key] for key, w in worth.items()}
            better = self.dearer(priced, prices)
            if better is None:
                return Mixture(answer.value, prices, self.sends(answer.primal))
            self.known.append(better)

    def master(self, worth: Worth, at_least: tuple[CellPayoff, Fraction] | None) -> Program:
        """The program over mixtures of the known beliefs: one row for each cell."""
        program, places = Program(Goal.MAXIMISE), range(len(self.known))
        for place, column in enumerate(self.known):
            program.column(place, self.total(worth, column))
        for number, cell in enumerate(self.cells):
            row: dict[Key, Number] = {place: self.known[place].belief[number] for place in places}
            program.row(("cell", cell), row, Sense.EQUAL, 1)
        if at_least is not None:
            kept: dict[Key, Number] = {
                place: self.total(at_least[0], self.known[place]) for place in places
            }
            program.row("at least", kept, Sense.AT_LEAST, at_least[1])
        return program

    def total(self, worth: Worth, column: Column) -> Number:
        """The worth of a belief, if the strategy is followed there."""
        return sum(
            p * worth[cell, n, column.strategy[n]]
            for cell, p in zip(self.cells, column.belief, strict=True)
            if p
            for n in self.types
        )

    def sends(self, primal: Mapping[Key, Fraction]) -> dict[tuple[Cell, Strategy], Fraction]:
        """The mixture as recommendations; beliefs with the same strategy are one message."""
        sends: dict[tuple[Cell, Strategy], Fraction] = {}
        for place, column in enumerate(self.known):
            for cell, p in zip(self.cells, column.belief, strict=True):
                if primal[place] * p:
                    key = cell, column.strategy
                    sends[key] = sends.get(key, Fraction(0)) + primal[place] * p
        return dict(sorted(sends.items(), key=lambda sent: self.place(*sent[0])))

    def place(self, cell: Cell, strategy: Strategy) -> tuple[int, ...]:
        """The place of a recommendation in instance order: by cell, then by actions."""
        return self.cells.index(cell), *map(self.actions.index, strategy)

    def dearer(self, worth: Worth, prices: Mapping[Cell, Fraction]) -> Column | None:
        """A belief that is worth more than its prices; None if there is none."""
        left: list[dict[int, str]] = [{}]
        for _ in range(PRICING_LIMIT):
            if not left:
                return None
            fixed = left.pop()
            answer = self.effort.solve(self.pricing(worth, prices, fixed))
            if not isinstance(answer, Optimal) or answer.value <= 0:
                continue
            belief = tuple([answer.primal[cell] for cell in self.cells])
            found = self.extreme(worth, prices, self.followed(worth, belief))
            if found is not None:
                return found
            mixing = self.mixing(answer.primal, fixed)
            left += [{**fixed, mixing: a} for a in self.taken[mixing]]
        raise SizeError(
            f"more than {PRICING_LIMIT} programs would be needed to price the strategies of a user"
            f" with {len(self.types)} types; give her fewer observations"
        )

    def extreme(
        self, worth: Worth, prices: Mapping[Cell, Fraction], strategy: Strategy
    ) -> Column | None:
        """The belief at which this strategy is worth most beyond the prices, if it is."""
        fixed = dict(enumerate(strategy))
        answer = optimum_of(self.effort.solve(self.pricing(worth, prices, fixed)))
        belief = tuple([answer.primal[cell] for cell in self.cells])
        return Column(strategy, belief) if answer.value > 0 else None

    def mixing(self, primal: Mapping[Key, Fraction], fixed: Mapping[int, str]) -> int:
        """The type that is not fixed and mixes most actions."""
        used = {
            n: sum(any(primal[n, a, cell] for cell in self.cells) for a in self.taken[n])
            for n in self.types
            if n not in fixed
        }
        return max(used, key=used.__getitem__)

    def pricing(
        self, worth: Worth, prices: Mapping[Cell, Fraction], fixed: Mapping[int, str]
    ) -> Program:
        """The program over beliefs at which the fixed types obey, and the others may mix."""
        program = Program(Goal.MAXIMISE)
        for cell in self.cells:
            gained = sum([worth[cell, n, a] for n, a in fixed.items()])
            program.column(cell, gained - prices[cell])
        program.row("belief", dict.fromkeys(self.cells, 1), Sense.EQUAL, 1)
        for n, a in fixed.items():
            self.obeyed(program, n, a, {cell: cell for cell in self.cells})
        for n in self.types:
            if n not in fixed:
                self.mixed(program, worth, n)
        return program

    def mixed(self, program: Program, worth: Worth, n: int) -> None:
        """Adds beliefs of a type's own, one for each action, that average to the common belief."""
        for a in self.taken[n]:
            for cell in self.cells:
                program.column((n, a, cell), worth[cell, n, a])
            self.obeyed(program, n, a, {cell: (n, a, cell) for cell in self.cells})
        for cell in self.cells:
            row: dict[Key, Number] = {(n, a, cell): 1 for a in self.taken[n]}
            program.row(("average", n, cell), {**row, cell: -1}, Sense.EQUAL)

    def obeyed(self, program: Program, n: int, action: str, names: Mapping[Cell, Key]) -> None:
        """Adds the rows that the action is best for the type at the belief in these columns."""
        hers = self.subproblem.user_payoff
        for other in self.actions:
            if other != action:
                losses: dict[Key, Number] = {
                    name: hers[cell, n, action] - hers[cell, n, other]
                    for cell, name in names.items()
                }
                program.row(("obeys", n, action, other), losses, Sense.AT_LEAST)

    def followed(self, worth: Worth, belief: Sequence[Fraction]) -> Strategy:
        """The best actions at a belief, ties broken towards what is worth more."""
        hers = self.subproblem.user_payoff

        def rank(n: int, action: str) -> tuple[Number, Number]:
            return self.at(hers, n, action, belief), self.at(worth, n, action, belief)

        return tuple([max(self.taken[n], key=partial(rank, n)) for n in self.types])

    def at(self, worth: Worth, n: int, action: str, belief: Sequence[Fraction]) -> Number:
        """The worth of a type's action at a belief."""
        return sum(p * worth[c, n, action] for c, p in zip(self.cells, belief, strict=True) if p)
