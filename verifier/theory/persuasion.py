"""One sender: the agent's optimal plan and the prices that no other plan beats (theory.md 6,
deviation oracle and k = 1).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError, SolverError
from verifier.game.model import Agent, Cell, Game, Payoff, Ties
from verifier.game.response import SignalDistribution, UserType, signal_distribution
from verifier.notebook import table
from verifier.numbers import show
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Answer, Goal, Key, Optimal, Program, Sense

STRATEGY_LIMIT = 5000
"""Most user strategies (actions to the power of user observations) that are written out."""


Strategy = tuple[str, ...]
"""One action per user observation of positive probability, in instance order."""


@dataclass(frozen=True)
class Plan:
    """A signal: for each cell that the agent sees, the probability of recommending each user
    strategy.
    """

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    agent_value: Fraction
    user_utility: Fraction

    @property
    def messages(self) -> tuple[Strategy, ...]:
        """The strategies that are ever recommended, in instance order."""
        return tuple(dict.fromkeys(strategy for (_, strategy), p in self.sends.items() if p))


@dataclass(frozen=True)
class Persuasion:
    """The agent's optimal value against a user who knows nothing else, with the proof that it is
    optimal.

    `prices[cell]` sum to `value`; with `multipliers[strategy, x_A, other]` they show that no
    posterior is worth more to the agent than its price, whichever of her best responses the user
    picks. `worst` and `best` are optimal plans for him that are worst and best for the user.
    """

    agent: Agent
    value: Fraction
    prices: Mapping[Cell, Fraction]
    multipliers: Mapping[tuple[Strategy, str, str], Fraction]
    worst: Plan
    best: Plan

    def _repr_html_(self) -> str:
        """For notebooks: the plan that is best for the user among those that are best for him."""
        rows = (
            (" or ".join(cell), strategy_name(strategy), p)
            for (cell, strategy), p in self.best.sends.items()
            if p
        )
        caption = (
            f"{self.agent.name} can get {show(self.value)}; the user then has"
            f" {show(self.best.user_utility)}"
        )
        return table(caption, ["he sees", "he recommends", "probability"], rows)


def strategy_name(strategy: Strategy) -> str:
    """A strategy as one word; different strategies have different names.

    >>> strategy_name(("buy", "sell")), strategy_name(("buy / hold",))
    ('buy / sell', "'buy / hold'")
    """
    return " / ".join(repr(a) if " / " in a else a for a in strategy)


def strategies(
    game: Game, subproblem: Subproblem, never: Container[tuple[int, str]] = ()
) -> tuple[Strategy, ...]:
    """What the user may do in a block: one action per type, without those that are passed over.

    Raises SizeError where there are more than STRATEGY_LIMIT.
    """
    kept = [[a for a in game.actions if (n, a) not in never] for n in range(len(subproblem.types))]
    if prod(map(len, kept)) > STRATEGY_LIMIT:
        raise SizeError(
            f"the user has {len(game.actions)}^{len(subproblem.types)} strategies, more than"
            f" {STRATEGY_LIMIT}; give her fewer observations"
        )
    return tuple(product(*kept))


def sent(
    subproblem: Subproblem,
    followed: Sequence[Strategy],
    table: Mapping[tuple[Cell, int, str], Fraction],
) -> dict[Key, Fraction]:
    """What a payoff is worth in every column ("send", cell, strategy)."""
    numbers = range(len(subproblem.types))
    return {
        ("send", cell, s): sum((table[cell, n, s[n]] for n in numbers), Fraction(0))
        for cell in subproblem.cells
        for s in followed
    }


def signal_program(
    game: Game,
    subproblem: Subproblem,
    followed: Sequence[Strategy],
    goal: Goal,
    costs: Mapping[Key, Fraction],
    effort: Effort,
) -> Program:
    """The program over signals that lead to these strategies: columns ("send", cell, strategy),
    rows per cell and obedience.

    Raises SizeError above `effort.program_limit` coefficients.
    """
    actions, numbers = game.actions, range(len(subproblem.types))
    size = len(followed) * len(subproblem.cells) * (1 + len(numbers) * (len(actions) - 1))
    if size > effort.program_limit:
        raise SizeError(
            f"the persuasion program of {subproblem.agent.name} would have {size} coefficients"
            f" ({len(followed)} user strategies, {len(subproblem.cells)} cells), the limit is {effort.program_limit};"
            " raise it with --program-limit"
        )
    program = Program(goal)
    for key, cost in costs.items():
        program.column(key, cost)
    for cell in subproblem.cells:
        program.row(
            ("cell", cell), {("send", cell, s): Fraction(1) for s in followed}, Sense.EQUAL, 1
        )
    for s, n, other in product(followed, numbers, actions):
        if other != s[n]:
            slack: dict[Key, Fraction] = {
                ("send", cell, s): subproblem.hers[cell, n, s[n]] - subproblem.hers[cell, n, other]
                for cell in subproblem.cells
            }
            program.row(("obedience", s, n, other), slack, Sense.AT_LEAST)
    return program


def persuade(game: Game, agent: Agent, effort: Effort = USUAL) -> Persuasion:
    """The agent's best plan when the user hears nobody else, in one round and with as many messages
    as she has strategies.

    The value is attained if ties favour him and a supremum otherwise (see `attained`). Kamenica and
    Gentzkow 2011; theory.md 6. Raises SizeError when the user has more than STRATEGY_LIMIT
    strategies or the program more than `effort.program_limit` coefficients.
    """
    subproblem = subproblem_of(game, agent, signal_distribution(game, []))
    followed = strategies(game, subproblem)
    his, hers = (
        sent(subproblem, followed, subproblem.his),
        sent(subproblem, followed, subproblem.hers),
    )
    best = optimal_answer(
        effort.solve(signal_program(game, subproblem, followed, Goal.MAXIMISE, his, effort))
    )
    multipliers = {
        (key[1], subproblem.types[key[2]][0], key[3]): -dual
        for key, dual in best.dual.items()
        if isinstance(key, tuple) and key[0] == "obedience" and dual
    }
    prices = {cell: best.dual["cell", cell] for cell in subproblem.cells}
    extremes = []
    for goal in (Goal.MINIMISE, Goal.MAXIMISE):
        program = signal_program(game, subproblem, followed, goal, hers, effort)
        program.row("optimal for the agent", his, Sense.EQUAL, best.value)
        extremes.append(read_plan(optimal_answer(effort.solve(program)).primal, his, hers))
    return Persuasion(agent, best.value, prices, multipliers, *extremes)


def read_plan(
    primal: Mapping[Key, Fraction], his: Mapping[Key, Fraction], hers: Mapping[Key, Fraction]
) -> Plan:
    """The signal of a solution, with what it gives to both."""

    def total(payoff: Mapping[Key, Fraction]) -> Fraction:
        return sum(
            (primal[key] * value for key, value in payoff.items() if primal[key]), Fraction(0)
        )

    sends = {(key[1], key[2]): primal[key] for key in his if isinstance(key, tuple) and primal[key]}
    return Plan(sends, total(his), total(hers))


def optimal_answer(answer: Answer) -> Optimal:
    """The answer to a persuasion program, which always has an optimum: full revelation is a plan."""
    if not isinstance(answer, Optimal):
        raise SolverError("a persuasion program always has an optimum: full revelation is a plan")
    return answer


def attained(game: Game, plan: Plan) -> bool:
    """Whether the user follows every recommendation under the instance's tie rule.

    Under `order` a recommended action must be the first optimal one at its posterior; the other
    rules can favour the agent.
    """
    if game.ties is not Ties.ORDER:
        return True
    return all(_first_choice(game, plan, strategy) for strategy in plan.messages)


def _first_choice(game: Game, plan: Plan, strategy: Strategy) -> bool:
    for x_user, chosen in zip(game.user_support, strategy, strict=True):
        told = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
        likely = any((x_user, x) in game.probability for cell in told for x in cell)
        values = {
            a: sum(
                (p * game.expected(game.user_payoff, x_user, cell, a) for cell, p in told.items()),
                Fraction(0),
            )
            for a in game.actions
        }
        if likely and chosen != next(a for a in values if values[a] == max(values.values())):
            return False
    return True


@dataclass(frozen=True)
class Subproblem:
    """One agent against a block of types that he cannot treat apart: payoffs by (cell, number of
    the type, action).

    Each is an expectation over the points of the cell, times the probability of the type's messages
    there.
    """

    agent: Agent
    types: tuple[UserType, ...]
    cells: tuple[Cell, ...]
    hers: Mapping[tuple[Cell, int, str], Fraction]
    his: Mapping[tuple[Cell, int, str], Fraction]


def subproblem_of(game: Game, agent: Agent, distribution: SignalDistribution) -> Subproblem:
    """The tables of one agent against these types."""
    possible = {x for seen in distribution.values() for x in seen}
    cells = tuple(cell for cell in agent.sees if possible.intersection(cell))

    def table(payoff: Payoff) -> dict[tuple[Cell, int, str], Fraction]:
        return {
            (cell, n, a): sum(
                (seen[x] * payoff[t[0], x, a] for x in cell if x in seen), Fraction(0)
            )
            for cell in cells
            for n, (t, seen) in enumerate(distribution.items())
            for a in game.actions
        }

    return Subproblem(
        agent,
        tuple(distribution),
        cells,
        table(game.user_payoff),
        table(game.agent_payoff(agent.name)),
    )


def independent_types(
    agent: Agent, distribution: SignalDistribution
) -> Iterator[SignalDistribution]:
    """The types in groups that share no cell of the agent: he persuades each group by itself."""
    groups: list[set[UserType]] = [{t} for t in distribution]
    for cell in agent.sees:
        touched = [
            group
            for group in groups
            if any(not distribution[t].keys().isdisjoint(cell) for t in group)
        ]
        groups = [group for group in groups if group not in touched] + (
            [set[UserType]().union(*touched)] if touched else []
        )
    for group in groups:
        yield {t: distribution[t] for t in distribution if t in group}
