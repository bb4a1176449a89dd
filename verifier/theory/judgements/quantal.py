"""Verdicts on profiles of signals for a quantal user (theory.md 6.13).

1. Proof: no agent can change what she does, because another tells her all that matters to her, or
   he sees nothing; or he does not care what she does.
2. Refutation: a signal by which an agent gains more than gamma. Tried are those that name cells,
   and one that a linear program over a grid of beliefs proposes; floats rank them. The gain is a
   sum of quotients of exponentials, whose sign is exact.
3. In between, the profile stays unresolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb, exp, log

from verifier.game.model import Agent, Cell, Game, Payoff
from verifier.game.response import SignalDistribution, signal_distribution
from verifier.game.rules import Signal
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.solve.partitions import partitions
from verifier.solve.program import Goal, Key, Program, Sense
from verifier.theory.benchmark import quantal_value
from verifier.theory.deviations.persuasion import optimum_of
from verifier.theory.guarantees.quantal import variation
from verifier.theory.quantal import reply_to

BELIEFS = 300
"""Most beliefs over an agent's cells from which the program chooses those that he induces."""

MOST_CELLS = 6
"""Most cells of an agent for whom all partitions are tried, and not only silence and the truth."""


@dataclass(frozen=True, repr=False)
class QuantalEquilibrium(Result):
    """A profile of signals that is an equilibrium with a quantal user.

    `reasons[agent]` says why nothing else that he could say would give him more.
    """

    signals: Mapping[str, Signal]
    user_utility: QuotientSum
    reasons: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class QuantalRefutation(Result):
    """A profitable deviation: under the profile the agent has `before`, by the signal `after`."""

    signals: Mapping[str, Signal]
    agent: str
    deviation: Signal
    before: QuotientSum
    after: QuotientSum


@dataclass(frozen=True, repr=False)
class QuantalUnresolved(Result):
    """A profile that is neither proved nor refuted: none of `tried` signals of an agent gains.

    Gains of up to `gamma` do not count.
    """

    utilities: Mapping[str, QuotientSum]
    tried: Mapping[str, int]
    gamma: Fraction = Fraction(0)


QuantalJudgement = QuantalEquilibrium | QuantalRefutation | QuantalUnresolved
"""What may be said of a profile of signals to a quantal user."""


def judge_quantal(
    game: Game, signals: Mapping[str, Signal], effort: Effort = USUAL
) -> QuantalJudgement:
    """The verdict on a profile of signals, for a quantal user, who receives all messages."""
    informative = [name for name, signal in signals.items() if _tells(game, signal)]
    reasons = {agent.name: _idle(agent, informative) for agent in game.agents}
    if all(reasons.values()):
        received = list(signals.values())
        utility = quantal_value(game) if informative else reply_to(game, game.user_payoff, received)
        return QuantalEquilibrium(signals, utility, reasons)
    tried = dict.fromkeys(signals, 0)
    utilities = {
        name: reply_to(game, payoff, list(signals.values()))
        for name, payoff in game.agent_payoffs.items()
    }
    for agent in game.agents:
        if reasons[agent.name]:
            continue
        before, candidates = utilities[agent.name], _ranked(game, agent, signals, effort)
        tried[agent.name] = len(candidates)
        for deviation in candidates[:3]:
            changed = {**signals, agent.name: deviation}
            after = reply_to(game, game.agent_payoff(agent.name), list(changed.values()))
            gain = sign(after - before - game.gamma)
            if isinstance(gain, Decided) and gain.sign > 0:
                return QuantalRefutation(signals, agent.name, deviation, before, after)
    return QuantalUnresolved(utilities, tried, game.gamma)


def _tells(game: Game, signal: Signal) -> bool:
    """Whether every message leaves what each action is worth to her certain, at every x_A."""
    words = dict.fromkeys(word for sent in signal.values() for word in sent)
    return not variation(game, [tuple(x for x in signal if word in signal[x]) for word in words])


def _idle(agent: Agent, informative: Sequence[str]) -> str:
    """Why the agent has nothing to gain by any other rule; empty where he might."""
    others = [name for name in informative if name != agent.name]
    if others:
        return f"{others[0]} tells her all that matters to her"
    if len(agent.sees) == 1:
        return "he sees nothing"
    return "" if agent.cares else "he does not care what she does"


def _ranked(
    game: Game, agent: Agent, signals: Mapping[str, Signal], effort: Effort
) -> list[Signal]:
    """The signals that are tried, by what they give the agent in floats, the most first."""
    others = [signal for name, signal in signals.items() if name != agent.name]
    approximate = _Approximate(game, agent, signal_distribution(game, others))
    found = [*_naming(game, agent), *approximate.proposed(effort)]
    return sorted(found, key=approximate, reverse=True)


def _naming(game: Game, agent: Agent) -> Iterator[Signal]:
    """The signals that name a part of a partition of the agent's cells, as far as words allow."""
    cells = agent.sees
    ways: list[list[tuple[Cell, ...]]] = [[cells], [(cell,) for cell in cells]]
    if len(cells) <= MOST_CELLS:
        ways = [[tuple(part) for part in way] for way in partitions(cells, len(cells))]
    for way in ways:
        if game.conversation.conveys(len(way)):
            named = {x: {part[0][0]: Fraction(1)} for part in way for cell in part for x in cell}
            yield {x: named[x] for x in game.agent_observations}


class _Approximate:
    """What an agent has in floats, by what he makes her believe of his cells."""

    def __init__(self, game: Game, agent: Agent, others: SignalDistribution) -> None:
        self.game, self.agent, self.others = game, agent, others
        self.cells = [cell for cell in agent.sees if any(x in cell for _, x in game.points)]
        self.chance = {
            cell: sum((p for (_, x), p in game.probability.items() if x in cell), Fraction(0))
            for cell in self.cells
        }
        base = game.quantal.base
        self.eta = float(game.quantal.eta) * (1.0 if base == "e" else log(base))
        self.tables: tuple[Payoff, Payoff] = (game.user_payoff, game.agent_payoff(agent.name))

    def __call__(self, signal: Signal) -> float:
        words = dict.fromkeys(word for sent in signal.values() for word in sent)
        return sum(
            self.message({cell: signal[cell[0]].get(word, Fraction(0)) for cell in self.cells})
            for word in words
        )

    def message(self, likely: Mapping[Cell, Fraction]) -> float:
        """What he has where a message is sent that has this probability in each of his cells."""
        by_observation = {x: float(p) for cell, p in likely.items() for x in cell}
        total = 0.0
        for (x_user, *_), chances in self.others.items():
            seen = {x: float(p) * by_observation[x] for x, p in chances.items()}
            mass = sum(p * float(self.game.probability[x_user, x]) for x, p in seen.items())
            if not mass:
                continue
            hers, his = (
                [
                    sum(p * float(f[x_user, x, a]) for x, p in seen.items())
                    for a in self.game.actions
                ]
                for f in self.tables
            )
            top = max(hers)
            weights = [exp(self.eta * (value - top) / mass) for value in hers]
            total += sum(w * v for w, v in zip(weights, his, strict=True)) / sum(weights)
        return total

    def proposed(self, effort: Effort) -> Iterator[Signal]:
        """The best signal that induces beliefs of a grid, if it needs no more words than there are.

        The grid's exact shares make it a signal whatever the floats are.
        """
        messages: dict[Key, Mapping[Cell, Fraction]] = {
            n: {
                cell: share / self.chance[cell]
                for cell, share in zip(self.cells, shares, strict=True)
            }
            for n, shares in enumerate(_beliefs(len(self.cells)))
        }
        program = Program(Goal.MAXIMISE)
        for n, likely in messages.items():
            program.column(n, Fraction(self.message(likely)).limit_denominator(10**9))
        for cell in self.cells:
            row: dict[Key, Fraction] = {
                n: likely[cell] for n, likely in messages.items() if likely[cell]
            }
            program.row(("certain", cell), row, Sense.EQUAL, Fraction(1))
        used = {n: p for n, p in optimum_of(effort.solve(program)).primal.items() if p}
        if self.game.conversation.conveys(len(used)):
            yield self._signal({n: (messages[n], p) for n, p in used.items()})

    def _signal(self, sent: Mapping[object, tuple[Mapping[Cell, Fraction], Fraction]]) -> Signal:
        """The messages as a signal; where nothing can happen it says the first word."""
        signal: dict[str, dict[str, Fraction]] = {}
        for cell in self.agent.sees:
            says = {
                str(word): p * likely[cell]
                for word, (likely, p) in enumerate(sent.values(), 1)
                if likely.get(cell)
            }
            signal |= dict.fromkeys(cell, says or {"1": Fraction(1)})
        return {x: signal[x] for x in self.game.agent_observations}


def _beliefs(cells: int) -> Iterator[tuple[Fraction, ...]]:
    """Beliefs over so many cells in equal steps, as fine as BELIEFS allows, at most 64 of them."""
    steps = next(n for n in range(64, 0, -1) if n == 1 or comb(n + cells - 1, n) <= BELIEFS)
    for bars in combinations(range(steps + cells - 1), cells - 1):
        ends = [-1, *bars, steps + cells - 1]
        yield tuple(Fraction(right - left - 1, steps) for left, right in pairwise(ends))
