"""Whether agents who may object cover the user, and how many must fail to object (theory.md 2.6).

A proposal is a lottery over rows, in place of the row that is the baseline; an agent objects if it
is worth less to him than the baseline, and it is harmful if it is worth less to the user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.deadline import finished, uninterrupted
from verifier.errors import InstanceError, SolverError
from verifier.solve.exact import solve
from verifier.solve.program import Goal, Key, Optimal, Program, Sense
from verifier.tables.removal import PROGRAMS, SETS
from verifier.tables.table import UtilityTable

Agents = frozenset[int]
Cover = Mapping[str, Fraction]
"""Nonnegative weights of agents by whom no proposal is worth more than to the user."""


@dataclass(frozen=True)
class Proposal:
    """A lottery over rows that harms the user, and the agents who object to it."""

    masses: Mapping[int, Fraction]
    objectors: tuple[str, ...]


@dataclass(frozen=True)
class RejectionDepth:
    """The rejection depth: how many agents object to every harmful proposal, at the least.

    It is at least `least`: no set of fewer agents has one of positive weight of each of `covers`.
    It is at most the number of objectors to `proposal`, where there is one; where not, and it is
    `exact`, no proposal is harmful. `programs` counts the programs that were solved.
    """

    baseline: int
    least: int
    covers: tuple[Cover, ...]
    proposal: Proposal | None
    exact: bool
    programs: int


def coverage(
    table: UtilityTable,
    baseline: int,
    programs: int = PROGRAMS,
    done: Callable[[int, int], None] = lambda *_: None,
) -> RejectionDepth:
    """The rejection depth of the agents from the row with the number `baseline`, or bounds on it.

    `done` receives the number of programs solved and the bound from below. A deadline, or more than
    `programs` programs, ends it with the bounds so far. Raises InstanceError if there is no such
    row.
    """
    if baseline not in table.numbers:
        raise InstanceError(
            f"{table.name}: row {baseline} is the baseline, but no row that counts has that number:"
            f" expected one from {table.numbers[0]} to {table.numbers[-1]}"
        )
    with uninterrupted():
        return _Search(table, baseline, programs, done).run()


class _Search:
    """The covers found, level by level: the sets of one agent, of two, and so on."""

    def __init__(
        self, table: UtilityTable, baseline: int, programs: int, done: Callable[[int, int], None]
    ) -> None:
        self.table, self.baseline, self.programs, self.done = table, baseline, programs, done
        place, columns = table.numbers.index(baseline), [table.target, *table.generators]
        self.user, *self.agents = [[v - column[place] for v in column] for column in columns]
        self.solved, self.least = 0, 0
        self.covers: dict[Agents, Cover] = {}
        self.proposal: Proposal | None = None

    def run(self) -> RejectionDepth:
        exact = finished(self._levels, False)
        if not exact and self.proposal is None:
            finished(self._harm, None)
        depth = None if self.proposal is None else len(self.proposal.objectors)
        return RejectionDepth(
            self.baseline,
            self.least,
            tuple(self.covers.values()) if self.least else (),
            self.proposal,
            exact or depth == self.least,
            self.solved,
        )

    def _levels(self) -> bool:
        """Whether the depth is found: all sets that matter are looked at, the smallest first."""
        if min(self.user) >= 0:
            self.covers, self.least = {Agents(): {}}, 1 + len(self.agents)
            return True
        level = {Agents()}
        while len(level) <= SETS:
            found, further = dict(self.covers), set[Agents]()
            for removed in sorted(level, key=sorted):
                used = next((some for some in found if not some & removed), None)
                if used is None:
                    if self.solved >= self.programs:
                        return False
                    cover = self._cover(removed)
                    if cover is None:
                        return True
                    used = frozenset(cover)
                    found[used] = {self.table.agents[n]: weight for n, weight in cover.items()}
                further |= {removed | {n} for n in used}
            self.covers, self.least, level = found, self.least + 1, further
        return False

    def _harm(self) -> None:
        """Agents of positive weight leave until the others do not cover her."""
        removed = Agents()
        while cover := self._cover(removed):
            removed |= {max(cover, key=cover.__getitem__)}

    def _cover(self, removed: Agents) -> dict[int, Fraction] | None:
        """A cover without these agents; None if there is none: then there is a proposal.

        The program looks for the weights by which a row is worth least more than to the user; its
        multipliers are a lottery that harms her most and to which none of the others objects.
        """
        left = [n for n in range(len(self.agents)) if n not in removed]
        program = Program(Goal.MINIMISE)
        for n in left:
            program.column(("weight", n))
        program.column("excess", 1)
        for row, (number, aim) in enumerate(zip(self.table.numbers, self.user, strict=True)):
            entries: dict[Key, Fraction] = {("weight", n): self.agents[n][row] for n in left}
            program.row(number, {**entries, "excess": Fraction(-1)}, Sense.AT_MOST, aim)
        found = solve(program)
        if not isinstance(found, Optimal):
            raise SolverError("the program of a cover has an optimum, and none was found")
        self.solved += 1
        self.done(self.solved, self.least)
        if not found.value:
            return {n: w for n in left if (w := found.primal.get(("weight", n), Fraction(0)))}
        masses = {n: -y for n in self.table.numbers if (y := found.dual.get(n, Fraction(0)))}
        self._offer(masses)
        return None

    def _offer(self, masses: Mapping[int, Fraction]) -> None:
        """A harmful proposal is kept if fewer object to it than to the one before."""
        places = {number: row for row, number in enumerate(self.table.numbers)}

        def worth(values: list[Fraction]) -> Fraction:
            return sum((q * values[places[n]] for n, q in masses.items()), Fraction(0))

        if worth(self.user) >= 0 or min(masses.values()) <= 0:
            raise SolverError("a harmful proposal failed its own check")
        names = zip(self.table.agents, self.agents, strict=True)
        objectors = tuple(name for name, values in names if worth(values) < 0)
        if self.proposal is None or len(objectors) < len(self.proposal.objectors):
            self.proposal = Proposal(masses, objectors)
