"""One sender: the agent's optimal plan and the prices that no other plan beats (theory.md 6, deviation oracle and k = 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product

from verifier.errors import SizeError, SolverError
from verifier.game.game import Agent, Ties
from verifier.game.rule import Cell
from verifier.game.user import Stakes
from verifier.solve.program import Answer, Goal, Key, Optimal, Program, Sense

PROGRAM_LIMIT = 300_000
"""Most coefficients that a linear program may have unless `--program-limit` says otherwise."""

STRATEGY_LIMIT = 5000
"""Most user strategies (actions to the power of user observations) that are written out."""

Solver = Callable[[Program], Answer]
Strategy = tuple[str, ...]
"""One action per user observation of positive probability, in instance order."""


@dataclass(frozen=True)
class Plan:
    """A signal: for each cell that the agent sees, the probability of recommending each user strategy."""

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    agent_value: Fraction
    user_utility: Fraction

    @property
    def messages(self) -> tuple[Strategy, ...]:
        """The strategies that are ever recommended, in instance order."""
        return tuple(dict.fromkeys(strategy for (_, strategy), p in self.sends.items() if p))


@dataclass(frozen=True)
class Persuasion:
    """The agent's optimal value against a user who knows nothing else, with the proof that it is optimal.

    `prices[cell]` sum to `value`; with `multipliers[strategy, x_A, other]` they show that no posterior is worth more to the
    agent than its price, whichever of her best responses the user picks. `worst` and `best` are optimal plans for him that are
    worst and best for the user.
    """

    agent: Agent
    value: Fraction
    prices: Mapping[Cell, Fraction]
    multipliers: Mapping[tuple[Strategy, str, str], Fraction]
    worst: Plan
    best: Plan


class _Signals:
    """The program over signals: columns ("send", cell, strategy), rows per cell and per obedience."""

    def __init__(self, stakes: Stakes, agent: Agent, limit: int) -> None:
        self.stakes, self.agent = stakes, agent
        actions, users = stakes.game.actions, stakes.user_observations
        if strategies(stakes) > STRATEGY_LIMIT:
            raise SizeError(
                f"the user has {len(actions)}^{len(users)} strategies, more than {STRATEGY_LIMIT}; give her fewer observations"
            )
        self.strategies: Sequence[Strategy] = list(product(actions, repeat=len(users)))
        possible = {x for _, x in stakes.game.points}
        self.cells = [cell for cell in agent.sees if possible.intersection(cell)]
        size = len(self.strategies) * len(self.cells) * (1 + len(users) * (len(actions) - 1))
        if size > limit:
            raise SizeError(
                f"the persuasion program of {agent.name} would have {size} coefficients ({len(self.strategies)} user "
                f"strategies, {len(self.cells)} cells), the limit is {limit}; raise it with --program-limit"
            )

    @cached_property
    def user(self) -> dict[Key, Fraction]:
        return self._payoff(self.stakes.user)

    @cached_property
    def sender(self) -> dict[Key, Fraction]:
        return self._payoff(self.stakes.agents[self.agent.name])

    def _payoff(self, payoff: Mapping[tuple[str, str, str], Fraction]) -> dict[Key, Fraction]:
        users = self.stakes.user_observations
        table = {
            (x, cell, a): self.stakes.expect(payoff, x, cell, a)
            for x in users
            for cell in self.cells
            for a in self.stakes.game.actions
        }
        return {
            ("send", cell, s): sum((table[x, cell, a] for x, a in zip(users, s, strict=True)), Fraction(0))
            for cell in self.cells
            for s in self.strategies
        }

    def program(self, goal: Goal, costs: Mapping[Key, Fraction]) -> Program:
        program = Program(goal)
        for key, cost in costs.items():
            program.column(key, cost)
        for cell in self.cells:
            one: dict[Key, Fraction] = {("send", cell, s): Fraction(1) for s in self.strategies}
            program.row(("cell", cell), one, Sense.EQUAL, 1)
        for strategy in self.strategies:
            for x_user, chosen in zip(self.stakes.user_observations, strategy, strict=True):
                for other in self.stakes.game.actions:
                    if other != chosen:
                        slack = self._slack(strategy, x_user, chosen, other)
                        program.row(("obedience", strategy, x_user, other), slack, Sense.AT_LEAST)
        return program

    def _slack(self, strategy: Strategy, x_user: str, chosen: str, other: str) -> dict[Key, Fraction]:
        expect, user = self.stakes.expect, self.stakes.user
        return {
            ("send", cell, strategy): expect(user, x_user, cell, chosen) - expect(user, x_user, cell, other)
            for cell in self.cells
        }

    def plan(self, primal: Mapping[Key, Fraction]) -> Plan:
        sends = {(cell, s): primal["send", cell, s] for cell in self.cells for s in self.strategies}

        def total(payoff: Mapping[Key, Fraction]) -> Fraction:
            return sum((primal[key] * value for key, value in payoff.items()), Fraction(0))

        return Plan({key: p for key, p in sends.items() if p}, total(self.sender), total(self.user))


def strategies(stakes: Stakes) -> int:
    """How many strategies the user has: an action for each of her observations of positive probability."""
    count: int = len(stakes.game.actions) ** len(stakes.user_observations)
    return count


def persuade(stakes: Stakes, agent: Agent, solve: Solver, limit: int = PROGRAM_LIMIT) -> Persuasion:
    """The agent's best plan when the user hears nobody else, in one round and with as many messages as she has strategies.

    The value is attained if ties favour him and a supremum otherwise (see `attained`). Kamenica and Gentzkow 2011;
    theory.md 6. Raises SizeError when the user has more than STRATEGY_LIMIT strategies or the program more than `limit`
    coefficients.
    """
    signals = _Signals(stakes, agent, limit)
    best = _optimal(solve(signals.program(Goal.MAXIMISE, signals.sender)))
    multipliers = {
        (key[1], key[2], key[3]): -dual
        for key, dual in best.dual.items()
        if isinstance(key, tuple) and key[0] == "obedience" and dual
    }
    prices = {cell: best.dual["cell", cell] for cell in signals.cells}
    extremes = []
    for goal in (Goal.MINIMISE, Goal.MAXIMISE):
        program = signals.program(goal, signals.user)
        program.row("optimal for the agent", signals.sender, Sense.EQUAL, best.value)
        extremes.append(signals.plan(_optimal(solve(program)).primal))
    return Persuasion(agent, best.value, prices, multipliers, *extremes)


def _optimal(answer: Answer) -> Optimal:
    if not isinstance(answer, Optimal):
        raise SolverError("a persuasion program always has an optimum: full revelation is a plan")
    return answer


def attained(stakes: Stakes, plan: Plan) -> bool:
    """Whether the user follows every recommendation under the instance's tie rule.

    Under `order` a recommended action must be the first optimal one at its posterior; the other rules can favour the agent.
    """
    if stakes.game.ties is not Ties.ORDER:
        return True
    return all(_first_choice(stakes, plan, strategy) for strategy in plan.messages)


def _first_choice(stakes: Stakes, plan: Plan, strategy: Strategy) -> bool:
    for x_user, chosen in zip(stakes.user_observations, strategy, strict=True):
        told = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
        likely = any((x_user, x) in stakes.game.probability for cell in told for x in cell)
        values = {
            a: sum((p * stakes.expect(stakes.user, x_user, cell, a) for cell, p in told.items()), Fraction(0))
            for a in stakes.game.actions
        }
        if likely and chosen != next(a for a in values if values[a] == max(values.values())):
            return False
    return True
