"""The least utility of a Bayesian user to whom no agent would like to remark anything (theory.md
5.7).

A joint message is the belief to which it leads, what she does, and what she does after each remark;
`extreme_beliefs` has the beliefs that suffice. A linear program weighs such messages: no agent
gains by a remark, but for what the ties of an equilibrium allow. Columns are added as they are
needed, and remarks as long as some agent would gain by one.

With all remarks among which is chosen, but beliefs only at which she is indifferent on path, the
optimum is a ceiling: no choice of remarks proves more. It is mostly too low to decide anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import gcd
from operator import mul, sub
from types import MappingProxyType
from typing import Any

from verifier.game.model import Agent, Game
from verifier.numbers import integers
from verifier.solve.effort import Effort
from verifier.solve.program import Goal, Key, Number, Optimal, Program, Sense
from verifier.solve.rays import Ray
from verifier.theory.bounds.extreme_beliefs import (
    After,
    ExtremeBelief,
    Message,
    dot,
    extreme_beliefs,
)
from verifier.theory.bounds.indifference import Tie
from verifier.theory.guarantees.guarantee import Setting, deviation_payoff

CHOICE_LIMIT = 6000
"""Most choices of hyperplanes whose common beliefs are computed, and most candidates of an agent.
"""

NEAR_LIMIT = 1500
"""The largest number of remarks next to others, times that of her observations, to choose from."""

REMARK_LIMIT = 12
"""Most remarks that are looked at together."""

HALVES = (0, 1, 2)
"""The likelihoods of remarks, in halves, that are looked at first."""

ROUNDS = 8
"""Most times that remarks are added."""

FACTORS = 5
"""How many small likelihoods, multiplied with each other, the multipliers may have."""

COLUMNS = 12
"""Most columns that are added at once."""


@dataclass(frozen=True)
class Remark:
    """A remark of an agent, by its likelihoods in whole numbers, up to a factor."""

    agent: str
    likelihoods: Message


@dataclass(frozen=True)
class Counted:
    """A remark with the likelihoods by which it counts in a proof."""

    agent: str
    likelihoods: Mapping[str, Fraction]


@dataclass(frozen=True)
class Solved:
    """The bound by remarks that count, and the multipliers that prove it; `grain` is the game's.

    `chosen` are all remarks that were looked at.
    """

    value: Fraction
    remarks: tuple[Counted, ...]
    chosen: tuple[Remark, ...]
    agents: Mapping[str, Fraction]
    marginal: Mapping[tuple[str, str], Fraction]
    grain: Fraction

    @property
    def bits(self) -> int:
        """The bits of the longest multiplier."""
        numbers = [*self.agents.values(), *self.marginal.values()]
        numbers += [n for remark in self.remarks for n in remark.likelihoods.values()]
        return max(max(n.numerator.bit_length(), n.denominator.bit_length()) for n in numbers)

    @cached_property
    def _whole(
        self,
    ) -> tuple[dict[str, int], dict[tuple[str, str], int], list[dict[str, int]], int]:
        """Multipliers of agents and points, and likelihoods, in integers over a denominator.

        Those of points are over the grain.
        """
        tables: list[Mapping[Any, Fraction]] = [
            self.agents,
            {point: value / self.grain for point, value in self.marginal.items()},
            *(remark.likelihoods for remark in self.remarks),
        ]
        numbers, unit = integers([value for table in tables for value in table.values()])
        left = iter(numbers)
        agents, marginal, *likelihoods = ({key: next(left) for key in table} for table in tables)
        return agents, marginal, likelihoods, unit

    def slack(self, game: Game, x: str, o: str, plays: Mapping[int, str]) -> Fraction:
        """What the multipliers leave at a point, over the grain.

        `plays`: what she does on path (0) and after some remarks (1, 2, ...); after the others she
        does what is worst.
        """
        a, (agents, marginal, likelihoods, unit) = plays[0], self._whole
        left = unit * game.whole_user_payoff[x, o, a] - marginal[x, o]
        for name, multiplier in agents.items():
            left -= multiplier * game.whole_agent_payoffs[name][x, o, a]
        for n, remark in enumerate(self.remarks, 1):
            his = game.whole_agent_payoffs[remark.agent]
            after = his[x, o, plays[n]] if n in plays else min([his[x, o, b] for b in game.actions])
            left += likelihoods[n - 1][o] * (after - his[x, o, a])
        return Fraction(left, unit)


@dataclass(frozen=True)
class RemarkSearch:
    """The search for remarks that raise the bound until it is enough.

    `left`: the ties that an equilibrium may have. `experimenters` are agents who can count on
    experiments only, remarks of which one is always made. `steady`: sets of agent observations of
    which she could be told without doing anything else.
    """

    game: Game
    setting: Setting
    left: Sequence[Tie]
    experimenters: frozenset[str]
    effort: Effort
    steady: tuple[frozenset[str], ...] = ()

    def ceiling(self, enough: Callable[[Fraction], bool], bits: int = 0) -> Fraction | None:
        """A bound that no choice of remarks exceeds, unless it is enough: then some may.

        It is the optimum of the program with all remarks, and messages only at beliefs at which
        she is indifferent on path. None where too much would have to be looked at.
        """
        beliefs, candidates = self._extreme_beliefs(()), self._candidates(bits)
        if beliefs is None or candidates is None:
            return None
        chosen: tuple[Remark, ...] = ()
        while True:
            messages = [remark.likelihoods for remark in chosen]
            found = [replace(e.after.at(e.belief, messages), best=e.best) for e in beliefs]
            columns = self._columns(chosen)
            columns.begin(found)
            columns.add_worst(found)
            answer = self.effort.solve(columns.program())
            if not isinstance(answer, Optimal):
                return None
            solution = _Solution(columns, answer)
            gainful = _gainful(solution, [c for c in candidates if c not in chosen])
            if not gainful or enough(solution.value):
                return solution.value
            chosen += tuple(remark for remark in gainful if remark not in chosen)

    def best(
        self,
        enough: Callable[[Fraction], bool],
        bits: int = 0,
        start: tuple[Remark, ...] = (),
    ) -> Solved | None:
        """The best bound that was found by adding remarks; None where no program could be solved.

        Likelihoods are multiples of 1/2; with `bits` 2^-bits and 1 - 2^-bits, too, until the
        multipliers become long, and in games in which there are not too many. `start`: the remarks
        at the beginning.
        """
        candidates = self._candidates(bits)
        if candidates is None:
            return None
        chosen, best = start, None
        for _ in range(ROUNDS):
            solution = self._solution(chosen)
            if solution is None:
                break
            found = solution.solved()
            best = found if best is None or found.value > best.value else best
            if bits and found.bits > FACTORS * bits + self.game.payoff_bits:
                break
            gainful = _gainful(solution, [c for c in candidates if c not in chosen])
            if enough(found.value) or not gainful:
                break
            if len(chosen) + len(gainful) > REMARK_LIMIT:
                chosen = tuple(r for r, n in zip(chosen, solution.counts, strict=True) if n)
            chosen += tuple(remark for remark in gainful if remark not in chosen)
        return best

    def _candidates(self, bits: int) -> list[Remark] | None:
        """The remarks among which is chosen; None where likelihoods are near and there are many."""
        agents, numbers = self.game.agents, _near_ends(bits) if bits else HALVES
        found = [r for agent in agents for r in _candidates(self.game, agent, numbers)]
        many = bits and len(found) * len(self.game.user_support) > NEAR_LIMIT
        return None if many else found

    def _columns(self, remarks: tuple[Remark, ...]) -> _Columns:
        return _Columns(self.game, self.setting, self.left, self.experimenters, remarks)

    def _extreme_beliefs(self, remarks: tuple[Remark, ...]) -> list[ExtremeBelief] | None:
        """The extreme beliefs with these remarks; None where there are too many."""
        found, messages = list[ExtremeBelief](), [remark.likelihoods for remark in remarks]
        steady = [{o: int(o in some) for o in occurring(self.game)} for some in self.steady]
        for x in self.game.user_support:
            some = extreme_beliefs(After(self.game, x), messages, CHOICE_LIMIT, steady)
            if some is None:
                return None
            found += some
        return found

    def _solution(self, remarks: tuple[Remark, ...]) -> _Solution | None:
        """The program's solution, all columns considered; None if it is too large or has none."""
        found, columns = self._extreme_beliefs(remarks), self._columns(remarks)
        if found is None:
            return None
        columns.begin(found)
        while True:
            answer = self.effort.solve(columns.program())
            if not isinstance(answer, Optimal):
                return None
            solution = _Solution(columns, answer)
            cheap = sorted(solution.cheap(found), key=lambda entry: entry[0])[:COLUMNS]
            if not [message for _, message in cheap if columns.add_message(message)]:
                return solution


def _near_ends(bits: int) -> tuple[int, ...]:
    """Numbers in proportion to 0, 2^-bits, 1/2, 1 - 2^-bits and 1."""
    whole = 2**bits
    return (0, 1, whole // 2, whole - 1, whole)


def occurring(game: Game) -> list[str]:
    """The agent observations that have a point."""
    return [o for o in game.agent_observations if any(o == z for _, z in game.points)]


def _candidates(game: Game, agent: Agent, numbers: Sequence[int]) -> list[Remark]:
    """The remarks of an agent with likelihoods that are in proportion to these numbers."""
    occur = occurring(game)
    cells = [cell for cell in agent.sees if {*cell} & {*occur}]
    if len(numbers) ** len(cells) > CHOICE_LIMIT:
        return []
    ways = (way for way in product(numbers, repeat=len(cells)) if len({*way}) > 1)
    reduced = dict.fromkeys(tuple(n // gcd(*way) for n in way) for way in ways)
    by_cell = [{o: n for cell, n in zip(cells, way, strict=True) for o in cell} for way in reduced]
    return [Remark(agent.name, {o: by[o] for o in occur}) for by in by_cell]


def _gainful(solution: _Solution, candidates: Sequence[Remark]) -> list[Remark]:
    """For each agent the remark by which he would gain most, if any; with what completes it, if he
    can count on experiments only.
    """
    found: list[Remark] = []
    for name in dict.fromkeys(remark.agent for remark in candidates):
        his = [remark for remark in candidates if remark.agent == name]
        gains = [
            Fraction(gain, max(remark.likelihoods.values()))
            for gain, remark in zip(solution.gains(name, his), his, strict=True)
        ]
        most = max(gains)
        if most > 0:
            remark = his[gains.index(most)]
            found.append(remark)
            if name in solution.columns.experimenters:
                found.append(_completion(remark))
    return found


def _completion(remark: Remark) -> Remark:
    """The remark that is made where this one is not."""
    most = max(remark.likelihoods.values())
    rest = {o: most - n for o, n in remark.likelihoods.items()}
    divisor = gcd(*rest.values())
    return Remark(remark.agent, {o: n // divisor for o, n in rest.items()})


@dataclass(frozen=True)
class _Joint:
    """A joint message: an extreme belief, what she does there, and after each remark."""

    extreme: ExtremeBelief
    action: str
    plays: tuple[str, ...]

    @property
    def key(self) -> Key:
        after = self.extreme.after
        return ("message", after.user_observation, self.extreme.belief, self.action, self.plays)


class _Columns:
    """The columns so far: their costs, entries of rows, and which are free."""

    def __init__(
        self,
        game: Game,
        setting: Setting,
        left: Sequence[Tie],
        experimenters: frozenset[str],
        remarks: tuple[Remark, ...],
    ) -> None:
        self.game = game
        self.experimenters = experimenters
        self.remarks = remarks
        self.deviations = setting.deviations
        self.messages: dict[Key, _Joint] = {}
        self.allowances: dict[Key, tuple[str, Mapping[str, int]]] = {}
        self._left = left
        self._costs: dict[Key, Number] = {}
        self._free: set[Key] = set()
        self._rows: dict[Key, dict[Key, Number]] = {}

    def begin(self, found: Sequence[ExtremeBelief]) -> None:
        """Full revelation, whatever ties allow, and the prices of experiments."""
        for extreme in found:
            if extreme.certain:
                self._reveal(extreme)
            self._add_ties(extreme)
        for agent in self.game.agents:
            if agent.name in self.experimenters:
                self._add_prices(agent)

    def add_worst(self, found: Sequence[ExtremeBelief]) -> None:
        """Messages after which she does her worst to whoever makes a remark."""
        for extreme in found:
            plays = self._plays(extreme, min)
            for a in extreme.best:
                self.add_message(_Joint(extreme, a, plays))

    def add_message(self, message: _Joint) -> bool:
        """A column for a joint message is added, if it is not there already."""
        if message.key in self.messages:
            return False
        self.messages[message.key] = message
        extreme, a = message.extreme, message.action
        after, belief = extreme.after, extreme.belief
        row: dict[Key, Number] = {
            ("marginal", after.user_observation, o): p
            for o, p in zip(after.observations, belief, strict=True)
        }
        for d in self.deviations:
            row["agent", d.agent] = dot(belief, after.theirs[d.agent][a])
        for n, (moved, _) in enumerate(extreme.moved):
            his = after.theirs[self.remarks[n].agent]
            row["remark", n] = dot(moved, his[message.plays[n]]) - dot(moved, his[a])
        self._add(message.key, row, dot(belief, after.hers[a]))
        return True

    def program(self) -> Program:
        """The program with the columns so far."""
        program = Program(Goal.MINIMISE)
        rows = {key: dict(row) for key, row in self._rows.items()}  # columns are added later
        for key, cost in self._costs.items():
            program.column(key, cost, free=key in self._free)
        for point in self.game.points:
            program.row(("marginal", *point), rows["marginal", *point], Sense.EQUAL, 1)
        for d in self.deviations:
            least = deviation_payoff(self.game, d) / self.game.grain
            row = rows.get(("agent", d.agent), {})
            program.row(("agent", d.agent), row, Sense.AT_LEAST, least)
        for n in range(len(self.remarks)):
            program.row(("remark", n), rows.get(("remark", n), {}), Sense.AT_MOST, 0)
        for name in sorted(self.experimenters):
            program.row(("prices", name), rows["prices", name], Sense.EQUAL, 0)
        return program

    def _add(self, key: Key, row: Mapping[Key, Number], cost: Number = 0) -> None:
        self._costs[key] = cost
        for name, value in row.items():
            if value:
                self._rows.setdefault(name, {})[key] = value

    def _reveal(self, extreme: ExtremeBelief) -> None:
        """What she does when she knows all, and then the least and the most for each agent."""
        for a in extreme.best:
            self.add_message(_Joint(extreme, a, self._plays(extreme, min)))
            self.add_message(_Joint(extreme, a, self._plays(extreme, max)))

    def _plays(self, extreme: ExtremeBelief, end: Callable[..., str]) -> tuple[str, ...]:
        """What she does after each remark: of what is best for her, one end for who makes it."""
        plays = []
        for remark, (moved, best) in zip(self.remarks, extreme.moved, strict=True):
            his = extreme.after.theirs[remark.agent]
            values = {b: dot(moved, his[b]) for b in best}
            plays.append(end(best, key=values.__getitem__))
        return tuple(plays)

    def _add_prices(self, agent: Agent) -> None:
        """For each cell a column by which the agent's price differs from his payoff."""
        for cell in agent.sees:
            here = [o for o in occurring(self.game) if o in cell]
            if here:
                key = ("price", agent.name, here[0])
                self._allow(key, agent.name, {here[0]: -1}, {("prices", agent.name): 1})
                self._free.add(key)

    def _add_ties(self, extreme: ExtremeBelief) -> None:
        """Columns by which prices differ from payoffs, where an equilibrium may have a tie."""
        after, belief = extreme.after, extreme.belief
        support = {o for o, p in zip(after.observations, belief, strict=True) if p}
        speakers = {remark.agent for remark in self.remarks} - self.experimenters
        for tie in self._left:
            here = tie.user_observation == after.user_observation and support <= {*tie.possible}
            if not here or not {*tie.best} <= {*extreme.best}:
                continue
            for instead in (b for b in tie.best if b != tie.action):
                payoffs = zip(belief, after.hers[instead], after.hers[tie.action], strict=True)
                losses = [p * (other - has) for p, other, has in payoffs]
                entries = dict(zip(after.observations, losses, strict=True))
                for name in sorted(speakers):
                    key = ("tie", name, after.user_observation, belief, tie.action, instead)
                    self._allow(key, name, entries)

    def _allow(
        self,
        key: Key,
        name: str,
        entries: Mapping[str, int],
        others: Mapping[Key, Number] = MappingProxyType({}),
    ) -> None:
        """A column with an entry for each remark of an agent: these ones by its likelihoods."""
        self.allowances[key] = name, entries
        rows: dict[Key, Number] = {
            ("remark", n): sum([entry * remark.likelihoods[o] for o, entry in entries.items()])
            for n, remark in enumerate(self.remarks)
            if remark.agent == name
        }
        self._add(key, {**rows, **others})


@dataclass(frozen=True)
class _Solution:
    """The optimum of the program with some columns."""

    columns: _Columns
    answer: Optimal

    @cached_property
    def counts(self) -> list[Fraction]:
        """The multiplier of each remark."""
        return [-self.answer.dual["remark", n] for n in range(len(self.columns.remarks))]

    @property
    def value(self) -> Fraction:
        """The bound."""
        return self.answer.value * self.columns.game.grain

    def solved(self) -> Solved:
        """The bound, with the remarks that count."""
        game, dual = self.columns.game, self.answer.dual
        counted = [
            Counted(r.agent, {o: count * n for o, n in r.likelihoods.items()})
            for r, count in zip(self.columns.remarks, self.counts, strict=True)
            if count
        ]
        return Solved(
            self.value,
            tuple(counted),
            self.columns.remarks,
            {d.agent: dual["agent", d.agent] for d in self.columns.deviations},
            {point: dual["marginal", *point] * game.grain for point in game.points},
            game.grain,
        )

    @cached_property
    def _whole(self) -> tuple[Mapping[Key, int], int]:
        """The dual prices as multiples of one over a common denominator, where they are not 0."""
        numbers, unit = integers(self.answer.dual.values())
        return {key: n for key, n in zip(self.answer.dual, numbers, strict=True) if n}, unit

    def cheap(self, found: Sequence[ExtremeBelief]) -> Iterator[tuple[Fraction, _Joint]]:
        """The messages of negative reduced cost, the least of each belief and action."""
        for extreme in found:
            base, plays = self._worst(extreme)
            for a in extreme.best:
                cost = base + self._on_path(extreme, a)
                if cost < 0:
                    yield Fraction(cost, sum(extreme.belief)), _Joint(extreme, a, plays)

    def _worst(self, extreme: ExtremeBelief) -> tuple[int, tuple[str, ...]]:
        """What a message costs by what she does after remarks, in units, and what that is."""
        after, plays, cost, (prices, _) = extreme.after, [], 0, self._whole
        for n, (remark, (moved, best)) in enumerate(
            zip(self.columns.remarks, extreme.moved, strict=True)
        ):
            price = prices.get(("remark", n), 0)
            if not price:
                plays.append(best[0])
                continue
            values = {b: dot(moved, after.theirs[remark.agent][b]) for b in best}
            plays.append(min(best, key=values.__getitem__))
            cost -= price * values[plays[-1]]
        return cost, tuple(plays)

    def _on_path(self, extreme: ExtremeBelief, a: str) -> int:
        """What a message costs by what she does on path, in units."""
        return dot(extreme.belief, self._path_costs(extreme.after)[a])

    def _path_costs(self, after: After) -> Mapping[str, Ray]:
        """What each action costs on path, in units, by agent observation."""
        if after.user_observation not in self._known_costs:
            self._known_costs[after.user_observation] = {
                a: tuple([self._path_cost(after, a, at) for at in range(len(after.observations))])
                for a in after.game.actions
            }
        return self._known_costs[after.user_observation]

    @cached_property
    def _known_costs(self) -> dict[str, Mapping[str, Ray]]:
        """The costs on path by user observation, as far as they have been asked for."""
        return {}

    def _path_cost(self, after: After, a: str, at: int) -> int:
        """What an action costs on path where the agent observation is the one with this number."""
        o, (prices, unit) = after.observations[at], self._whole
        cost = unit * after.hers[a][at]
        cost -= prices.get(("marginal", after.user_observation, o), 0)
        for n, remark in enumerate(self.columns.remarks):
            if price := prices.get(("remark", n), 0):
                cost += price * remark.likelihoods[o] * after.theirs[remark.agent][a][at]
        for d in self.columns.deviations:
            if price := prices.get(("agent", d.agent), 0):
                cost -= price * after.theirs[d.agent][a][at]
        return cost

    def gains(self, agent: str, remarks: Sequence[Remark]) -> list[int]:
        """What an agent would gain by each of some remarks, if she then does her worst to him, less
        what ties and prices allow; as multiples of one over a common denominator.
        """
        certain, unclear = self._sent(agent)
        found = [sum([certain[o] * n for o, n in r.likelihoods.items()]) for r in remarks]
        for after, messages in unclear.items():
            likely = [[r.likelihoods[o] for o in after.observations] for r in remarks]
            hers, his = [*after.hers.values()], after.theirs[agent]
            for share, belief, action in messages:
                gains = [list(map(sub, other, his[action])) for other in his.values()]
                own = list(his).index(action)
                for n, likelihoods in enumerate(likely):
                    moved = list(map(mul, belief, likelihoods))
                    worth = [sum(map(mul, moved, payoff)) for payoff in hers]
                    most = max(worth)
                    if worth[own] < most or worth.count(most) > 1:
                        best = [gain for w, gain in zip(worth, gains, strict=True) if w == most]
                        found[n] += share * min([dot(moved, gain) for gain in best])
        return found

    def _sent(self, agent: str) -> tuple[dict[str, int], dict[After, list[tuple[int, Ray, str]]]]:
        """What ties and prices allow an agent in each agent observation, times -1; and the messages
        after which a remark may change what she does, with their shares.
        """
        columns, primal = self.columns, self.answer.primal
        allowed = dict.fromkeys(occurring(columns.game), 0)
        messages: dict[After, list[tuple[int, Ray, str]]] = {}
        for key, share in zip(primal, integers(primal.values())[0], strict=True):
            if not share:
                continue
            if (message := columns.messages.get(key)) is not None:
                extreme = message.extreme
                if not extreme.certain or len(extreme.best) > 1:
                    sent = share, extreme.belief, message.action
                    messages.setdefault(extreme.after, []).append(sent)
                continue
            name, entries = columns.allowances[key]
            for o, entry in entries.items() if name == agent else ():
                allowed[o] += share * entry
        return allowed, messages
