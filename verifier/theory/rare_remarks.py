"""Rare remarks: lower bounds for the Bayesian user beyond the outcome program (theory.md 5.7).

An agent may add to whatever he says, with a small probability that depends on what he sees, a
remark. What else he says she then takes as before, if she is not indifferent; so nothing that he
could remark may gain him anything. Here it is decided which remarks agents can count on, found
which of them raise the bound, and proved by how much: `indifference` finds the ties that an
equilibrium may have, `remark_program` the multipliers, and `multipliers` why they suffice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from verifier.game.model import Game, Ties
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.theory.benchmark import optimum
from verifier.theory.contested import Never, Towards, contested_by_each, never_played
from verifier.theory.guarantee import Setting
from verifier.theory.indifference import (
    Indifference,
    Multipliers,
    Shift,
    Tie,
    add_multipliers,
    differences,
    indifference,
)
from verifier.theory.remark_program import Counted, Solved, improved_by_remarks

Likelihoods = Mapping[str, Number]
"""A number for each agent observation that occurs, the same in every cell of an agent."""


@dataclass(frozen=True)
class Kept:
    """Why remarks of an agent do not break a tie against him: multipliers for it and another
    action, for all his remarks together, and for the direction in which he can break all ties.
    """

    tie: Tie
    agent: str
    instead: str
    remarks: Multipliers
    direction: Multipliers


@dataclass(frozen=True)
class Leaf:
    """Some of what she does, on path (0) and after remarks (1, 2, ...), and why the multipliers
    suffice whatever she does after the others.
    """

    user_observation: str
    plays: Mapping[int, str]
    obedience: Mapping[tuple[int, str], Fraction]


@dataclass(frozen=True)
class RemarkProof:
    """The remarks that count, and why they prove the bound.

    `directions` are those of agents who need one, `kept` says why ties are not broken against
    remarks, `agents` and `marginal` are multipliers as for the outcome program.
    """

    remarks: tuple[Counted, ...]
    directions: Mapping[str, Likelihoods]
    kept: tuple[Kept, ...]
    agents: Mapping[str, Fraction]
    marginal: Mapping[tuple[str, str], Fraction]
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class RemarkBound:
    """A bound by remarks, with the ties that an equilibrium may have.

    Where `program` is None she is indifferent nowhere, and `towards` shows that all is contested:
    then `value` is OPT.
    """

    value: Fraction
    never: Never | None
    ties: Indifference
    towards: tuple[Towards, ...] = ()
    program: RemarkProof | None = None


def remark_bound(
    game: Game, setting: Setting, least: Fraction, goal: Fraction, effort: Effort
) -> RemarkBound | None:
    """The bound of theory.md 5.7, or None where it is no more than `least`.

    `goal` is the utility of an equilibrium, beyond which no bound can be.
    """
    talk = game.conversation
    if not (talk.rich and talk.one_shot) or game.gamma:
        return None
    never = never_played(game, setting, effort)
    unplayed = frozenset(() if never is None else never.actions)
    found = indifference(game, unplayed, effort)
    if found is None:
        return None
    best = optimum(game)
    if not found.left and game.has_unique_best_actions and goal == best:
        towards = contested_by_each(game, unplayed, effort)
        if towards is not None:
            return RemarkBound(best, never, found, towards)
    directions = _directions(game, found.left, effort)
    solved = improved_by_remarks(game, setting, found.left, directions, goal, effort)
    if solved is None or solved.value <= least:
        return None
    return _proof(game, never, found, directions, solved, effort)


def _directions(
    game: Game, left: Sequence[Tie], effort: Effort
) -> Mapping[str, Likelihoods] | None:
    """For each agent a direction in which he can break every tie as she breaks it; under `any` and
    `belief` he must have one. None where no agent needs one; agents who have none are left out.
    """
    if not left or game.ties in (Ties.ORDER, Ties.FAVOUR_SPEAKER):
        return None
    found = {}
    for agent in game.agents:
        program = Program(Goal.MINIMISE)
        for cell in agent.sees:
            program.column(cell, free=True)
        for tie, instead in _pairs(left):
            add_multipliers(program, game, tie, (tie, instead))
            total: dict[Key, Number] = {}
            for o in tie.possible:
                gaps = differences(game, tie, o)
                row: dict[Key, Number] = {((tie, instead), c): -gap for c, gap in gaps.items()}
                (cell,) = (cell for cell in agent.sees if o in cell)
                row[cell] = gaps[instead]
                program.row((tie, instead, o), row, Sense.AT_LEAST)
                for key, value in row.items():
                    total[key] = total.get(key, 0) + value
            program.row((tie, instead), total, Sense.AT_LEAST, 1)
        answer = effort.solve(program)
        if isinstance(answer, Optimal):
            found[agent.name] = {o: answer.primal[cell] for cell in agent.sees for o in cell}
    return found


def _pairs(left: Sequence[Tie]) -> Iterator[tuple[Tie, str]]:
    return ((tie, instead) for tie in left for instead in tie.best if instead != tie.action)


def _proof(
    game: Game,
    never: Never | None,
    found: Indifference,
    directions: Mapping[str, Likelihoods] | None,
    solved: Solved,
    effort: Effort,
) -> RemarkBound | None:
    """The bound with its proof; None where the proof would be too long."""
    leaves: list[Leaf] = []
    for x in game.user_support:
        leaves += _Leaves(game, x, solved, effort).below({})
        if len(leaves) > LEAF_LIMIT:
            return None
    kept, used = [], {}
    for agent in dict.fromkeys(remark.agent for remark in solved.remarks):
        together = _together(game, solved.remarks, agent)
        if len(set(together.values())) == 1:
            continue
        if directions is not None:
            used[agent] = directions[agent]
        for tie, instead in _pairs(found.left):
            against = {o: -value for o, value in together.items()}
            towards = {} if directions is None else directions[agent]
            kept.append(
                Kept(
                    tie,
                    agent,
                    instead,
                    _multipliers(game, tie, instead, against, effort),
                    _multipliers(game, tie, instead, towards, effort) if towards else {},
                )
            )
    proof = RemarkProof(
        solved.remarks, used, tuple(kept), solved.agents, solved.marginal, tuple(leaves)
    )
    return RemarkBound(solved.value, never, found, program=proof)


LEAF_LIMIT = 2000
"""Most leaves of a proof."""


def _together(game: Game, remarks: Sequence[Counted], agent: str) -> dict[str, Fraction]:
    """The likelihoods of all remarks of an agent together, where an agent observation occurs."""
    occur = [o for o in game.agent_observations if any(o == z for _, z in game.points)]
    his = [remark for remark in remarks if remark.agent == agent]
    return {o: sum((r.likelihoods[o] for r in his), Fraction(0)) for o in occur}


def _multipliers(
    game: Game, tie: Tie, instead: str, vector: Likelihoods, effort: Effort
) -> Multipliers:
    """Farkas multipliers: this vector times her difference is nowhere negative at the tie."""
    program = Program(Goal.MAXIMISE)
    add_multipliers(program, game, tie, "multiplier")
    program.column("slack", 1)
    program.row("most", {"slack": 1}, Sense.AT_MOST, 1)
    total: dict[Key, Number] = {"slack": -1}
    sums = Fraction(0)
    for o in tie.possible:
        gaps = differences(game, tie, o)
        row: dict[Key, Number] = {("multiplier", c): -gap for c, gap in gaps.items()}
        program.row(o, row, Sense.AT_LEAST, -vector[o] * gaps[instead])
        sums += vector[o] * gaps[instead]
        for key, value in row.items():
            total[key] = total.get(key, 0) + value
    program.row("somewhere", total, Sense.AT_LEAST, -sums)
    answer = effort.solve(program)
    if not isinstance(answer, Optimal):
        raise AssertionError("remarks break a tie")
    return {c: value for c in game.actions if (value := answer.primal.get(("multiplier", c), 0))}


@dataclass(frozen=True)
class _Leaves:
    """The proof that multipliers suffice after a user observation, as a tree of what she does."""

    game: Game
    user_observation: str
    solved: Solved
    effort: Effort

    def below(self, plays: Mapping[int, str]) -> Iterator[Leaf]:
        """The leaves that begin so: one where it suffices, otherwise one step further."""
        obedience = self._obedience(plays) if 0 in plays else None
        if obedience is not None:
            yield Leaf(self.user_observation, plays, obedience)
            return
        following = next(n for n in range(len(self.solved.remarks) + 1) if n not in plays)
        for action in self.game.actions:
            yield from self.below({**plays, following: action})

    def _obedience(self, plays: Mapping[int, str]) -> dict[tuple[int, str], Fraction] | None:
        """Multipliers of her obedience by which nothing overshoots, or None."""
        game, x, hers = self.game, self.user_observation, self.game.whole_user_payoff
        program = Program(Goal.MINIMISE)
        for n, a in plays.items():
            for b in game.actions:
                if b != a:
                    program.column((n, b), 1)
        for o in (o for z, o in game.points if z == x):
            row: dict[Key, Number] = {}
            for n, a in plays.items():
                likelihood = self.solved.remarks[n - 1].likelihoods[o] if n else 1
                for b in game.actions:
                    if b != a and likelihood:
                        row[n, b] = likelihood * (hers[x, o, a] - hers[x, o, b])
            program.row(o, row, Sense.AT_MOST, self.solved.slack(game, x, o, plays))
        answer = self.effort.solve(program)
        if not isinstance(answer, Optimal):
            return None
        return {key: value for key, value in answer.primal.items() if value}  # type: ignore[misc]
