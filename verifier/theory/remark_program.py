"""The least utility of a Bayesian user to whom no agent would like to remark anything (theory.md
5.7).

A joint message is the belief to which it leads, what she does, and what she does after each remark.
Between beliefs at which she is indifferent, on path or after a remark, payoffs are linear; so the
beliefs at the corners suffice. For each corner the cheapest such message is a column that is added
if it is missing. Remarks are added as long as some agent would gain by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import gcd

from verifier.game.model import Agent, Game
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.solve.rays import Ray, rays
from verifier.theory.guarantee import Setting, deviation_payoff
from verifier.theory.indifference import Tie

CHOICE_LIMIT = 6000
"""Most choices of hyperplanes whose common beliefs are computed."""

REMARK_LIMIT = 12
"""Most remarks that are looked at together."""

STEPS = 2
"""The likelihoods of remarks are multiples of one over this."""

ROUNDS = 8
"""Most times that remarks are added."""

COLUMNS = 12
"""Most columns that are added at once."""


@dataclass(frozen=True)
class Remark:
    """A remark of an agent: how likely it is at each agent observation, in whole numbers, as it may
    be scaled.
    """

    agent: str
    likelihoods: Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """A remark with the likelihoods by which it counts in a proof."""

    agent: str
    likelihoods: Mapping[str, Fraction]


@dataclass(frozen=True)
class Solved:
    """The bound by remarks that count, and the multipliers that prove it."""

    value: Fraction
    remarks: tuple[Counted, ...]
    agents: Mapping[str, Fraction]
    marginal: Mapping[tuple[str, str], Fraction]

    def slack(self, game: Game, x: str, o: str, plays: Mapping[int, str]) -> Fraction:
        """What the multipliers leave at a point, over the grain: where she does this on path and
        after some remarks, and after the others what is worst.
        """
        a = plays[0]
        left = game.whole_user_payoff[x, o, a] - self.marginal[x, o] / game.grain
        for name, multiplier in self.agents.items():
            left -= multiplier * game.whole_agent_payoffs[name][x, o, a]
        for n, remark in enumerate(self.remarks, 1):
            his = game.whole_agent_payoffs[remark.agent]
            after = his[x, o, plays[n]] if n in plays else min(his[x, o, b] for b in game.actions)
            left += remark.likelihoods[o] * (after - his[x, o, a])
        return left


def improved_by_remarks(
    game: Game,
    setting: Setting,
    left: Sequence[Tie],
    directions: Mapping[str, Mapping[str, Number]] | None,
    goal: Fraction,
    effort: Effort,
) -> Solved | None:
    """The best bound that was found by adding remarks until it is `goal`; None where no program
    could be solved.

    `left`: the ties that an equilibrium may have. `directions`: if not None, an agent without one
    can count on experiments only, remarks of which one is always made.
    """
    experiments = {
        agent.name
        for agent in game.agents
        if left and directions is not None and agent.name not in directions
    }
    candidates = [r for agent in game.agents for r in _candidates(game, agent)]
    chosen: list[Remark] = []
    best: Solved | None = None
    for _ in range(ROUNDS):
        program = _RemarkProgram(game, setting, left, experiments, tuple(chosen), effort)
        state = program.solved
        if state is None:
            break
        if best is None or state.value > best.value:
            best = state
        if state.value >= goal:
            break
        added = _gainful(program, [c for c in candidates if c not in chosen])
        if not added:
            break
        if len(chosen) + len(added) > REMARK_LIMIT:
            chosen = [r for r, counts in zip(chosen, program.counts, strict=True) if counts]
        chosen += [r for r in added if r not in chosen]
    return best


def _candidates(game: Game, agent: Agent) -> Iterator[Remark]:
    """The remarks of an agent with likelihoods that are multiples of 1 / STEPS."""
    occur = [o for o in game.agent_observations if any(o == z for _, z in game.points)]
    cells = [[o for o in cell if o in occur] for cell in agent.sees]
    cells = [cell for cell in cells if cell]
    if (STEPS + 1) ** len(cells) > CHOICE_LIMIT:
        return
    for numbers in product(range(STEPS + 1), repeat=len(cells)):
        if len(set(numbers)) > 1 and gcd(*numbers) == 1:
            by = {o: n for cell, n in zip(cells, numbers, strict=True) for o in cell}
            yield Remark(agent.name, {o: by[o] for o in occur})


def _gainful(program: _RemarkProgram, candidates: Sequence[Remark]) -> list[Remark]:
    """For each agent the remark by which he would gain most, if any; with what completes it, if he
    can count on experiments only.
    """
    found: list[Remark] = []
    for name in dict.fromkeys(remark.agent for remark in candidates):
        his = [remark for remark in candidates if remark.agent == name]
        gains = [program.gain(remark) / max(remark.likelihoods.values()) for remark in his]
        most = max(gains)
        if most > 0:
            remark = his[gains.index(most)]
            found.append(remark)
            if name in program.experiments:
                found.append(_completed(remark))
    return found


def _completed(remark: Remark) -> Remark:
    """The remark that is made where this one is not."""
    most = max(remark.likelihoods.values())
    rest = {o: most - n for o, n in remark.likelihoods.items()}
    divisor = gcd(*rest.values())
    return Remark(remark.agent, {o: n // divisor for o, n in rest.items()})


@dataclass(frozen=True)
class _After:
    """What follows a user observation: payoffs by action, in whole numbers, as vectors over the
    agent observations that remain possible.
    """

    game: Game
    x: str

    @cached_property
    def observations(self) -> tuple[str, ...]:
        return tuple(o for z, o in self.game.points if z == self.x)

    @cached_property
    def hers(self) -> dict[str, Ray]:
        return self._vectors(self.game.whole_user_payoff)

    @cached_property
    def theirs(self) -> dict[str, dict[str, Ray]]:
        payoffs = self.game.whole_agent_payoffs
        return {name: self._vectors(payoff) for name, payoff in payoffs.items()}

    def _vectors(self, payoff: Mapping[tuple[str, str, str], int]) -> dict[str, Ray]:
        acts = self.game.actions
        return {a: tuple(payoff[self.x, o, a] for o in self.observations) for a in acts}

    def likelihoods(self, remark: Remark) -> Ray:
        return tuple(remark.likelihoods[o] for o in self.observations)

    def best(self, belief: Ray) -> list[str]:
        """The actions that are best for her."""
        values = {a: _dot(belief, hers) for a, hers in self.hers.items()}
        most = max(values.values())
        return [a for a, value in values.items() if value == most]


def _dot(left: Sequence[int], right: Sequence[int]) -> int:
    return sum(p * q for p, q in zip(left, right, strict=True))


def _times(left: Ray, right: Ray) -> Ray:
    return tuple(p * q for p, q in zip(left, right, strict=True))


@dataclass(frozen=True)
class _Corner:
    """A belief, the actions that are best on path, and for each remark the belief after it and the
    best actions there.
    """

    after: _After
    belief: Ray
    best: Sequence[str]
    remarked: Sequence[tuple[Ray, Sequence[str]]]


@dataclass
class _RemarkProgram:
    """The linear program with given remarks, which is solved as its columns are needed."""

    game: Game
    setting: Setting
    left: Sequence[Tie]
    experiments: set[str]
    remarks: tuple[Remark, ...]
    effort: Effort
    columns: dict[Key, tuple[int, dict[Key, Number], bool]] = field(default_factory=dict)
    answer: Optimal | None = None

    @cached_property
    def corners(self) -> list[_Corner] | None:
        """The corners of all user observations; None where there may be too many."""
        found = []
        for x in self.game.user_support:
            after = _After(self.game, x)
            told = [after.likelihoods(remark) for remark in self.remarks]
            n, acts = len(after.observations), self.game.actions
            planes = [
                _times(likely, tuple(p - q for p, q in zip(after.hers[a], after.hers[b])))
                for likely in ((1,) * n, *told)
                for a, b in combinations(acts, 2)
            ]
            beliefs = rays(planes, n, CHOICE_LIMIT)
            if beliefs is None:
                return None
            for belief in beliefs:
                remarked = [_times(belief, likely) for likely in told]
                best = [(moved, after.best(moved)) for moved in remarked]
                found.append(_Corner(after, belief, after.best(belief), best))
        return found

    @cached_property
    def counts(self) -> list[Fraction]:
        """The multiplier of each remark."""
        assert self.answer is not None
        return [-self.answer.dual["remark", n] for n in range(len(self.remarks))]

    @cached_property
    def solved(self) -> Solved | None:
        """The bound; None where the program is too large, or has no solution."""
        if self.corners is None:
            return None
        self._begin()
        while True:
            self.answer = self._answer()
            if self.answer is None:
                return None
            cheap = sorted(self._cheap(), key=lambda found: found[0])[:COLUMNS]
            if not any([self._add_message(*what) for _, what in cheap]):
                break
        grain, dual = self.game.grain, self.answer.dual
        self.__dict__.pop("counts", None)
        remarks = [
            Counted(r.agent, {o: count * n for o, n in r.likelihoods.items()})
            for r, count in zip(self.remarks, self.counts, strict=True)
            if count
        ]
        return Solved(
            self.answer.value * grain,
            tuple(remarks),
            {d.agent: dual["agent", d.agent] for d in self.setting.deviations},
            {point: dual["marginal", *point] * grain for point in self.game.points},
        )

    def _begin(self) -> None:
        """Full revelation, and whatever ties allow."""
        for corner in self.corners or ():
            if sum(map(bool, corner.belief)) == 1:
                for a in corner.best:
                    for ends in (min, max):
                        plays = [
                            ends(best, key=lambda b: _dot(moved, corner.after.theirs[r.agent][b]))
                            for r, (moved, best) in zip(self.remarks, corner.remarked, strict=True)
                        ]
                        self._add_message(corner, a, tuple(plays))
            self._add_ties(corner)
        for name in sorted(self.experiments):
            (agent,) = (agent for agent in self.game.agents if agent.name == name)
            for cell in agent.sees:
                if any(o in cell for _, o in self.game.points):
                    self._add_price(name, cell)

    def _add_price(self, name: str, cell: Sequence[str]) -> None:
        """A column by which an agent's price differs from his payoff in a cell."""
        occur = next(o for o in cell if any(o == z for _, z in self.game.points))
        row: dict[Key, Number] = {
            ("remark", n): -remark.likelihoods[occur]
            for n, remark in enumerate(self.remarks)
            if remark.agent == name
        }
        self.columns["price", name, occur] = 0, {**row, ("prices", name): 1}, True

    def _add_ties(self, corner: _Corner) -> None:
        """Columns by which prices may differ from payoffs, where an equilibrium may have a tie."""
        after = corner.after
        support = {o for o, p in zip(after.observations, corner.belief, strict=True) if p}
        speakers = {r.agent for r in self.remarks} - self.experiments
        for tie in self.left:
            if tie.user_observation != after.x or not support <= {*tie.possible}:
                continue
            if not {*tie.best} <= {*corner.best}:
                continue
            for instead in (b for b in tie.best if b != tie.action):
                gap = tuple(
                    p - q for p, q in zip(after.hers[tie.action], after.hers[instead], strict=True)
                )
                for name in speakers:
                    row: dict[Key, Number] = {
                        ("remark", n): -_dot(_times(corner.belief, after.likelihoods(r)), gap)
                        for n, r in enumerate(self.remarks)
                        if r.agent == name
                    }
                    key = ("tie", name, after.x, corner.belief, tie.action, instead)
                    self.columns[key] = 0, row, False

    def _add_message(self, corner: _Corner, a: str, plays: tuple[str, ...]) -> bool:
        """A column for a joint message; False where it is there already."""
        after, belief = corner.after, corner.belief
        key = ("message", after.x, belief, a, plays)
        if key in self.columns:
            return False
        row: dict[Key, Number] = {
            ("marginal", after.x, o): p
            for o, p in zip(after.observations, belief, strict=True)
            if p
        }
        for d in self.setting.deviations:
            row["agent", d.agent] = _dot(belief, after.theirs[d.agent][a])
        for n, (moved, _) in enumerate(corner.remarked):
            his = after.theirs[self.remarks[n].agent]
            row["remark", n] = _dot(moved, his[plays[n]]) - _dot(moved, his[a])
        self.columns[key] = _dot(belief, after.hers[a]), row, False
        return True

    def _answer(self) -> Optimal | None:
        """The program with the columns so far."""
        program = Program(Goal.MINIMISE)
        rows: dict[Key, dict[Key, Number]] = {}
        for key, (cost, row, free) in self.columns.items():
            program.column(key, cost, free=free)
            for name, value in row.items():
                rows.setdefault(name, {})[key] = value
        for point in self.game.points:
            program.row(("marginal", *point), rows["marginal", *point], Sense.EQUAL, 1)
        for d in self.setting.deviations:
            least = deviation_payoff(self.game, d) / self.game.grain
            program.row(("agent", d.agent), rows.get(("agent", d.agent), {}), Sense.AT_LEAST, least)
        for n in range(len(self.remarks)):
            program.row(("remark", n), rows.get(("remark", n), {}), Sense.AT_MOST, 0)
        for name in sorted(self.experiments):
            program.row(("prices", name), rows["prices", name], Sense.EQUAL, 0)
        answer = self.effort.solve(program)
        return answer if isinstance(answer, Optimal) else None

    def _cheap(self) -> Iterator[tuple[Fraction, tuple[_Corner, str, tuple[str, ...]]]]:
        """The messages of negative reduced cost, the least of each corner and action."""
        assert self.answer is not None
        dual = self.answer.dual
        counts = [-dual["remark", n] for n in range(len(self.remarks))]
        for corner in self.corners or ():
            after, belief = corner.after, corner.belief
            points = zip(after.observations, belief, strict=True)
            base = -sum((dual["marginal", after.x, o] * p for o, p in points if p), Fraction(0))
            plays = []
            for remark, count, (moved, best) in zip(
                self.remarks, counts, corner.remarked, strict=True
            ):
                his = after.theirs[remark.agent]
                values = [_dot(moved, his[b]) for b in best]
                plays.append(best[values.index(min(values))])
                base += count * min(values)
            for a in corner.best:
                cost = base + _dot(belief, after.hers[a])
                for remark, count, (moved, _) in zip(
                    self.remarks, counts, corner.remarked, strict=True
                ):
                    if count:
                        cost -= count * _dot(moved, after.theirs[remark.agent][a])
                for d in self.setting.deviations:
                    if dual["agent", d.agent]:
                        cost -= dual["agent", d.agent] * _dot(belief, after.theirs[d.agent][a])
                if cost < 0:
                    yield cost / sum(belief), (corner, a, tuple(plays))

    def gain(self, remark: Remark) -> Fraction:
        """What an agent would gain by a remark in the solution, if she then does her worst to him;
        what prices allow is taken off.
        """
        assert self.answer is not None
        afters = {x: _After(self.game, x) for x in self.game.user_support}
        gained = Fraction(0)
        for key, share in self.answer.primal.items():
            if not share or not isinstance(key, tuple):
                continue
            if key[0] == "message":
                _, x, belief, a, _ = key
                after = afters[x]
                his = after.theirs[remark.agent]
                moved = _times(belief, after.likelihoods(remark))
                least = min(_dot(moved, his[b]) for b in after.best(moved))
                gained += share * (least - _dot(moved, his[a]))
            elif key[1] == remark.agent and key[0] == "price":
                gained -= share * remark.likelihoods[key[2]]
            elif key[1] == remark.agent and key[0] == "tie":
                _, _, x, belief, a, b = key
                after = afters[x]
                moved = _times(belief, after.likelihoods(remark))
                gained -= share * (_dot(moved, after.hers[a]) - _dot(moved, after.hers[b]))
        return gained
