"""Why multipliers of remarks prove a bound, in numbers for the kernel (theory.md 5.7).

Ties that an equilibrium may have are not broken against the remarks, by Farkas' lemma; and whatever
she does on path and after remarks nothing overshoots, by her obedience. The latter is shown by
cases: where one needs more than what has been assumed so far, it is divided by what she does next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

from verifier.errors import SolverError
from verifier.game.model import Game
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Infeasible, Key, Number, Optimal, Program, Sense
from verifier.theory.bounds.indifference import (
    Multipliers,
    Tie,
    difference,
    farkas_multipliers,
    pairs,
)
from verifier.theory.bounds.long_shifts import LongShift, with_what_they_need
from verifier.theory.bounds.remark_program import Counted, Solved, occurring

LEAF_LIMIT = 500
"""Most cases of a proof."""

Direction = Mapping[str, Fraction]
"""A number for each agent observation that occurs, the same in every cell of an agent."""


@dataclass(frozen=True)
class Kept:
    """Why an agent can count on his remarks at a tie, with regard to another of its actions.

    `remarks` are Farkas multipliers for all his remarks together, `direction` those for a direction
    in which he breaks all ties as she does; None where he needs none.
    """

    tie: Tie
    agent: str
    instead: str
    remarks: Multipliers
    direction: Multipliers | None


@dataclass(frozen=True)
class Leaf:
    """A case: what she does on path (0) and after some remarks (1, 2, ...), and multipliers of her
    obedience by which nothing overshoots, whatever she does after the other remarks.

    Obedience counts there, and of what she does on path in the steady sets (-1, -2, ...).
    """

    user_observation: str
    plays: Mapping[int, str]
    obedience: Mapping[tuple[int, str], Fraction]


@dataclass(frozen=True)
class RemarkProof:
    """The remarks that count, and why they prove a bound.

    `directions` are those of agents who need one, `agents` and `marginal` are multipliers as for
    the outcome program. `shifts` make sets steady, as far as they are used.
    """

    remarks: tuple[Counted, ...]
    directions: Mapping[str, Direction]
    kept: tuple[Kept, ...]
    agents: Mapping[str, Fraction]
    marginal: Mapping[tuple[str, str], Fraction]
    leaves: tuple[Leaf, ...]
    shifts: tuple[LongShift, ...] = ()


def remark_proof(
    game: Game,
    left: Sequence[Tie],
    directions: Mapping[str, Direction] | None,
    solved: Solved,
    effort: Effort,
    shifts: tuple[LongShift, ...] = (),
) -> RemarkProof | None:
    """The proof of what was solved; None where it has too many cases.

    `left`: the ties that an equilibrium may have. `directions` is None where nobody needs one.
    `shifts`: those that the multipliers may count on.
    """
    leaves, steady = list[Leaf](), tuple(shift.steady for shift in shifts)
    for x in game.user_support:
        cases = _Cases(game, x, solved, effort, steady)
        leaves += islice(cases.every(), LEAF_LIMIT + 1 - len(leaves))
    if len(leaves) > LEAF_LIMIT:
        return None
    kept: list[Kept] = []
    together = {
        remark.agent: _together(game, solved.remarks, remark.agent) for remark in solved.remarks
    }
    needed = {agent: sums for agent, sums in together.items() if len({*sums.values()}) > 1}
    for agent, sums in needed.items():
        towards = None if directions is None else directions[agent]
        kept += (
            Kept(
                tie,
                agent,
                instead,
                _multipliers(game, tie, instead, {o: -n for o, n in sums.items()}, effort),
                None if towards is None else _multipliers(game, tie, instead, towards, effort),
            )
            for tie, instead in pairs(left)
        )
    used = {} if directions is None else {agent: directions[agent] for agent in needed}
    numbers, shifts = with_what_they_need(
        shifts, {-n for leaf in leaves for n, _ in leaf.obedience if n < 0}
    )
    return RemarkProof(
        solved.remarks,
        used,
        tuple(kept),
        solved.agents,
        solved.marginal,
        tuple(_renumbered(leaf, numbers) for leaf in leaves),
        shifts,
    )


def _renumbered(leaf: Leaf, numbers: Mapping[int, int]) -> Leaf:
    """The case with new numbers of steady sets."""
    obedience = {(-numbers[-n] if n < 0 else n, b): m for (n, b), m in leaf.obedience.items()}
    return replace(leaf, obedience=obedience)


def _together(game: Game, remarks: Sequence[Counted], agent: str) -> dict[str, Fraction]:
    """The likelihoods of all remarks of an agent together, where an agent observation occurs."""
    his = [remark for remark in remarks if remark.agent == agent]
    return {o: sum((r.likelihoods[o] for r in his), Fraction(0)) for o in occurring(game)}


def _multipliers(
    game: Game, tie: Tie, instead: str, vector: Direction, effort: Effort
) -> Multipliers:
    """Farkas multipliers: this vector times her difference is nowhere negative at the tie."""
    values = {o: vector[o] * difference(game, tie, o, instead) for o in tie.possible}
    return farkas_multipliers(game, tie, values, effort)


@dataclass(frozen=True)
class _Cases:
    """The cases of the proof after a user observation."""

    game: Game
    user_observation: str
    solved: Solved
    effort: Effort
    steady: tuple[frozenset[str], ...]

    def every(self) -> Iterator[Leaf]:
        """All cases, divided by what she does on path first."""
        for action in self.game.actions:
            yield from self.below({0: action})

    def below(self, plays: Mapping[int, str]) -> Iterator[Leaf]:
        """The cases that begin so: one where it suffices, otherwise one step further."""
        obedience = self._obedience(plays)
        if not isinstance(obedience, Infeasible):
            yield Leaf(self.user_observation, plays, obedience)
            return
        belief = {str(o): -price for o, price in obedience.ray.items()}
        remark = self._next(plays, belief)
        for action in self.game.actions:
            yield from self.below({**plays, remark: action})

    def _next(self, plays: Mapping[int, str], belief: Mapping[str, Fraction]) -> int:
        """The remark by which cases are divided next, where multipliers overshoot at a belief: the
        one for which it matters most what she does after it.
        """
        others = (n for n in range(1, len(self.solved.remarks) + 1) if n not in plays)
        matters = {n: self._matters(self.solved.remarks[n - 1], belief) for n in others}
        if not any(matters.values()):
            raise SolverError("the multipliers of remarks do not suffice")
        return max(matters, key=lambda n: matters[n])

    def _matters(self, remark: Counted, belief: Mapping[str, Fraction]) -> Fraction:
        """What it matters to whoever makes a remark at a belief that she then does what is best for
        her, and not what is worst for him wherever she is.
        """
        game, x, hers = self.game, self.user_observation, self.game.whole_user_payoff
        his = game.whole_agent_payoffs[remark.agent]
        told = {o: p * remark.likelihoods[o] for o, p in belief.items()}
        best = max(game.actions, key=lambda a: sum(p * hers[x, o, a] for o, p in told.items()))
        gaps = {o: his[x, o, best] - min(his[x, o, a] for a in game.actions) for o in told}
        return sum((p * gaps[o] for o, p in told.items()), Fraction(0))

    def _obedience(self, plays: Mapping[int, str]) -> dict[tuple[int, str], Fraction] | Infeasible:
        """Multipliers of her obedience by which nothing overshoots, or why there are none."""
        game, x, hers = self.game, self.user_observation, self.game.whole_user_payoff
        here = [o for z, o in game.points if z == x]
        slack = {o: self.solved.slack(game, x, o, plays) for o in here}
        if min(slack.values()) >= 0:
            return {}
        program = Program(Goal.MINIMISE)
        does = {-n: plays[0] for n in range(1, len(self.steady) + 1)} | dict(plays)
        columns = [(n, b) for n, a in does.items() for b in game.actions if b != a]
        for column in columns:
            program.column(column, 1)
        for o in here:
            row: dict[Key, Number] = {}
            for n, b in columns:
                row[n, b] = self._likelihood(n, o) * (hers[x, o, does[n]] - hers[x, o, b])
            program.row(o, row, Sense.AT_MOST, slack[o])
        answer = self.effort.solve(program)
        if isinstance(answer, Optimal):
            return {column: answer.primal[column] for column in columns if answer.primal[column]}
        if not isinstance(answer, Infeasible):
            raise SolverError("a sum of nonnegative multipliers falls for ever")
        return answer

    def _likelihood(self, n: int, observation: str) -> Number:
        """That of a remark, 1 on path, and 1 or 0 as a steady set has the observation or not."""
        if n > 0:
            return self.solved.remarks[n - 1].likelihoods[observation]
        return int(n == 0 or observation in self.steady[-n - 1])
