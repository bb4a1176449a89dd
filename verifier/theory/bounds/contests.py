"""Who wins against whom, where ties favour the agent who deviates (theory.md 6.21).

In an equilibrium worth v she picks a winner, and follows one plan of his for certain. Either a
rival offers her v as well, and then nobody has more by the rival's offer, or the winner is alone,
and then he has the most that he can have. Nobody has more by an action that ties with what she
does. For each winner and rival this is a linear program of v and both offers: where it leaves no v
in a step between breakpoints of the frontiers, no equilibrium lies there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from verifier.game.model import Ties
from verifier.numbers import rational
from verifier.solve.program import Infeasible, Key, Optimal, Program
from verifier.theory.benchmark import team
from verifier.theory.bounds.best_ai_bound import Climb, Pair, Row
from verifier.theory.bounds.outcome_program import Bound
from verifier.theory.bounds.pieces import Case, ContestPiece, Exclusion, Fallback, OfferRow
from verifier.theory.bounds.received import PART_LIMIT, Received, as_prices, of_all, refused
from verifier.theory.bounds.winner import Recommendations, add_rival, recommendations
from verifier.theory.deviations.deviation import user_reveals_nothing
from verifier.theory.deviations.frontier import Frontiers, Line


def contest_bound(lower: Bound, curves: Frontiers, goal: Fraction | None) -> Bound:
    """The bound as contests improve it towards a goal, where they apply.

    `goal`: the least equilibrium value that is known, or None.
    """
    start = rational(lower.value)
    if not contests_apply(curves) or (goal is not None and goal <= start):
        return lower
    found = _Contests(curves, goal).steps(start)
    raised = found and found[-1].upper > start
    return replace(lower, value=found[-1].upper, contests=found) if raised else lower


def contest_exclusion(lower: Bound, curves: Frontiers) -> Exclusion | None:
    """The contests that leave no equilibrium above a bound; None where one may remain."""
    if not contests_apply(curves):
        return None
    climb = _Contests(curves, None)
    found = climb.steps(rational(lower.value))
    return Exclusion((), (), found) if climb.past and found[-1].upper == climb.goal else None


def contests_apply(curves: Frontiers) -> bool:
    """Whether ties favour who deviates, without errors, and she tells no agent what she sees."""
    game = curves.game
    exact = not (game.gamma or game.evaluation)
    favoured = game.ties is Ties.FAVOUR_SPEAKER and len(game.agents) > 1
    return favoured and exact and user_reveals_nothing(game, curves.distribution)


@dataclass(frozen=True, eq=False)
class Contested(Received):
    """The offers of a winner, and of a rival whose offer is worth as much to her, if there is one.

    Nobody has more by the rival's. Column ("rival", key) is the rival's column.
    """

    winner: int
    rival: tuple[int, Recommendations] | None

    def program(self, least: Fraction) -> Program:
        """The least of her payoff over these offers that is at least so much."""
        program = super().program(least)
        if self.rival is not None:
            _, theirs = self.rival
            add_rival(program, self.hers, dict(enumerate(self.his)), theirs, theirs.all)
        return program


@dataclass(frozen=True)
class _Proof:
    """Why a contest leaves no equilibrium from a bound to `proved`, or none at all beyond it."""

    space: Contested
    lines: Mapping[Row, Line]
    dual: Mapping[Key, Fraction]
    proved: Fraction


class _Contests(Climb):
    """The steps that no equilibrium lies in, whoever wins against whom."""

    def __init__(self, curves: Frontiers, goal: Fraction | None) -> None:
        super().__init__(curves, goal)
        agents, effort = self.game.agents, curves.effort
        self.tops = [team(self.game, agent.sees, effort).value for agent in agents]
        most = max(self.tops)
        self.goal = most if goal is None else min(goal, most)
        ends = {v for v in (*self.ends, *self.tops) if v < self.goal}
        self.ends = [*sorted(ends), self.goal]
        self.offers = [recommendations(curves, agent.sees) for agent in agents]
        self.past = False

    def steps(self, start: Fraction) -> tuple[ContestPiece, ...]:
        """The steps from here, up to the goal or as far as the contests allow.

        Then `past` says whether no equilibrium is worth just as much as the last end.
        """
        found, reached, self.past = list[ContestPiece](), start, False
        for b in self.ends:
            if b < reached or (b == reached and (self.past or b not in self.tops)):
                continue
            piece = self._piece(reached, b)
            if piece is not None:
                found.append(piece)
            if reached < b and (piece is None or not self.past):
                break
            reached = b
        return tuple(found)

    def _piece(self, a: Fraction, b: Fraction) -> ContestPiece | None:
        """The step from a as far towards b as all contests allow, None where one allows none."""
        proofs = list[_Proof]()
        for winner, rival in self._pairs(a):
            space = self._space(winner, rival)
            proof = None if len(space.parts) > PART_LIMIT else self._proof(space, a, b)
            if proof is None:
                return None
            proofs.append(proof)
        reached = min([b, *(proof.proved for proof in proofs)])
        cases = [self._case(proof, a, reached) for proof in proofs]
        kept = tuple(case for case in cases if case is not None)
        if len(kept) < len(cases):
            return None
        self.past = all(proof.proved > reached for proof in proofs)
        return ContestPiece(reached, kept)

    def _pairs(self, a: Fraction) -> Iterator[tuple[int, int | None]]:
        """Who may win with a or more, or with more where a is past, and against whom."""
        able = [n for n, top in enumerate(self.tops) if top > a or (top == a and not self.past)]
        for winner in able:
            yield winner, None
            yield from ((winner, rival) for rival in able if rival != winner)

    def _space(self, winner: int, rival: int | None) -> Contested:
        agent = self.game.agents[winner]
        parts = [(agent, offers.unswayed()) for offers in self.offers[winner]]
        against = None if rival is None else (rival, self.offers[rival][0].of_all())
        return Contested(self.curves, parts, winner, against)

    def _proof(self, space: Contested, a: Fraction, b: Fraction) -> _Proof | None:
        """Why there is no equilibrium of this contest from a on, None where there may be one."""
        lines = {row: line for row in self.rows if (line := self._row(space, row, a, b))}
        while True:
            program = self._program(space, lines, a)
            proof = self._solved(space, program, lines, a, b)
            if proof is None:
                return None
            end = min(b, proof.proved)
            lost = {
                row
                for row in lines
                if proof.dual["agent", row] and self._pair(space, row, a, end) is None
            }
            if not lost:
                return proof
            lines = {row: line for row, line in lines.items() if row not in lost}

    def _solved(
        self,
        space: Contested,
        program: Program,
        lines: Mapping[Row, Line],
        a: Fraction,
        b: Fraction,
    ) -> _Proof | None:
        """What the program proves: more than a, or where a is past that there is no more."""
        answer = self.curves.effort.solve(program)
        if isinstance(answer, Infeasible):
            dual = self._scaled(space, program, answer.ray, b + 1)
            return _Proof(space, lines, dual, b + 1)
        if not isinstance(answer, Optimal):
            return None
        if answer.value * self.game.grain > a:
            return _Proof(space, lines, answer.dual, answer.value * self.game.grain)
        if not self.past or a == b:
            return None
        program.costs |= {key: -value for key, value in space.hers.items()}
        answer = self.curves.effort.solve(program)
        if not isinstance(answer, Optimal) or -answer.value * self.game.grain > a:
            return None
        dual = dict(answer.dual)
        for n in range(len(space.parts)):  # what is proved of -u is so of u - 2 u
            dual[n, "start"] += 2
        return _Proof(space, lines, dual, b + 1)

    def _ends(self, space: Contested, row: Row, a: Fraction, b: Fraction) -> tuple[Fraction, ...]:
        """What an offer of a row must be worth to her in an equilibrium worth a, and one worth b.

        A winner without rivals may say what he likes, if he has words enough; and what he could
        have against the best that the others can offer he has if he offers more.
        """
        if row.agent == space.winner:
            if space.rival is None and self.game.conversation.rich:
                return self.curves.silence, self.curves.silence
            most = max(top for n, top in enumerate(self.tops) if n != row.agent)
            if most <= a:
                return most, most
        return a, b

    def _row(self, space: Contested, row: Row, a: Fraction, b: Fraction) -> Line | None:
        """The line of a row on [a, b], None where he cannot offer her as much."""
        low, high = self._ends(space, row, a, b)
        if low < high:
            return self._line(row, low, high)
        (first, _), (last, _) = self.rows[row].breakpoints[0], self.rows[row].breakpoints[-1]
        at = max(low, first)
        return Line(at, self.rows[row].tangent(at).value, Fraction(0)) if at <= last else None

    def _pair(self, space: Contested, row: Row, a: Fraction, b: Fraction) -> Pair | None:
        """What he offers at both ends, None where there is no such offer."""
        low, high = self._ends(space, row, a, b)
        return self._offers(row, low, high)

    def _case(self, proof: _Proof, a: Fraction, b: Fraction) -> Case | None:
        """The proof, with offers at both ends and with prices; None where an offer is missing."""
        space, dual, names = proof.space, proof.dual, [agent.name for agent in self.game.agents]
        payoffs: dict[int, Fraction] = dict.fromkeys(range(len(names)), Fraction(0))
        worth, rows = Fraction(0), list[OfferRow]()
        for row, line in proof.lines.items():
            if multiplier := dual["agent", row]:
                pair = self._pair(space, row, a, b)
                if pair is None:
                    return None
                rows.append(OfferRow(names[row.agent], multiplier, *pair))
                payoffs[row.agent] += multiplier
                worth -= multiplier * line.slope
        rival = None
        if space.rival is not None:
            weights = {n: dual["fall back", n] for n in payoffs}
            rival = self._fallback(space.rival, dual, weights)
            payoffs = {n: m + weights[n] for n, m in payoffs.items()}
            worth += rival.worth
        kept = {n: m for n, m in payoffs.items() if m}
        (options,) = space.options(dual, (kept, worth)).values()
        tied = space.parts[0][1].tied
        return Case(names[space.winner], tuple(rows), tied, options, rival)

    def _fallback(
        self,
        rival: tuple[int, Recommendations],
        dual: Mapping[Key, Fraction],
        weights: Mapping[int, Fraction],
    ) -> Fallback:
        """The rival's part of a proof."""
        n, theirs = rival
        own = {key[1]: m for key, m in dual.items() if isinstance(key, tuple) and key[0] == "rival"}
        less = {i: -m for i, m in weights.items() if m}
        proof = of_all(as_prices(theirs, refused(theirs), own, (less, -dual["worth"]))).proof
        names = [agent.name for agent in self.game.agents]
        return Fallback(
            names[n], {names[i]: m for i, m in weights.items() if m}, dual["worth"], proof
        )
