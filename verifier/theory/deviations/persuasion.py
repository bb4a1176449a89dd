"""Bayesian persuasion with one sender: his signals as recommendations, and the program over them.

1. `subproblem_of` tabulates the payoffs by (cell that the agent sees, user type, action).
2. A message matters only through the *strategy* with which the user answers it, one action per
   type, so a signal is a distribution over recommended strategies for each cell (revelation
   principle; Kamenica and Gentzkow 2011, proposition 1).
3. `signal_program` is the linear program over such signals: in each cell the probabilities sum to
   1, and no type of the user gains by disobeying a recommendation (obedience; Bergemann and Morris
   2016).

theory.md 6.1 proves that the dual prices bound every rule; theory.md 6.2 is the case of one agent
(`optimal_signal`). The programs for deviations (`deviation`) and for offers (`frontier`) are built
from the same parts; where strategies are too many to be listed there are `columns` instead.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from verifier.errors import SizeError, SolverError
from verifier.game.model import MAX_PAYOFFS, Agent, Cell, Game, Ties, WholePayoff
from verifier.game.response import SignalDistribution, UserType
from verifier.numbers import integers
from verifier.solve.effort import Effort
from verifier.solve.program import AT_LEAST, EQUAL, Answer, Goal, Key, Number, Optimal, Program

STRATEGY_LIMIT = 5000
"""The largest number of user strategies that a program may have: actions to the power of types."""


Strategy = tuple[str, ...]
"""A strategy of the user: one action for each of her types in a subproblem, in instance order."""


CellPayoff = Mapping[tuple[Cell, int, str], int]
"""A payoff in a subproblem: (cell, number of the type, action) -> expectation times probability,
over the grain of the subproblem.
"""


@dataclass(frozen=True)
class Subproblem:
    """A persuasion problem of one agent: the user's types that share his cells, and both payoffs.

    A payoff at (cell, number of the type, action) is summed over the points of the cell, each
    weighted with the probability that the others send the type's messages there. `cells` are those
    cells of the agent's partition that have positive probability under one of the types. Payoffs
    are integers, multiples of `grain`: programs state them so, and so do the objectives and bounds
    of their rows; obedience is the same in any unit.
    """

    agent: Agent
    types: tuple[UserType, ...]
    actions: tuple[str, ...]
    cells: tuple[Cell, ...]
    user_payoff: CellPayoff
    agent_payoff: CellPayoff
    grain: Fraction


def subproblem_of(game: Game, agent: Agent, distribution: SignalDistribution) -> Subproblem:
    """The persuasion problem of this agent against the types of this signal distribution.

    Raises SizeError where its payoffs would have more than MAX_PAYOFFS entries.
    """
    places = [(n, x) for n, points in enumerate(distribution.values()) for x in points]
    weights, unit = integers([p for points in distribution.values() for p in points.values()])
    chance = dict(zip(places, weights, strict=True))
    possible = {x for _, x in places}
    cells = tuple([cell for cell in agent.sees if possible.intersection(cell)])
    entries = 2 * len(cells) * len(distribution) * len(game.actions)
    if entries > MAX_PAYOFFS:
        raise SizeError(
            f"the persuasion problem of {agent.name} would have {entries} payoffs ({len(cells)}"
            f" cells x {len(distribution)} types of the user x actions x 2 people), at most"
            f" {MAX_PAYOFFS} are computed with; give the user or the agents fewer observations"
        )
    parts = [
        (cell, n, [(chance[n, x], t[0], x) for x in cell if (n, x) in chance])
        for cell in cells
        for n, t in enumerate(distribution)
    ]

    def by_cell(payoff: WholePayoff) -> CellPayoff:
        return {
            (cell, n, a): sum([p * payoff[x_user, x, a] for p, x_user, x in inside])
            for cell, n, inside in parts
            for a in game.actions
        }

    types, hers = tuple(distribution), by_cell(game.whole_user_payoff)
    his = by_cell(game.whole_agent_payoffs[agent.name])
    return Subproblem(agent, types, game.actions, cells, hers, his, game.grain / unit)


def independent_types(
    agent: Agent, distribution: SignalDistribution
) -> Iterator[SignalDistribution]:
    """Groups of types that share no cell of the agent: each group is a subproblem of its own.

    A message sent from a cell reaches only the types that are possible in that cell, so the program
    of theory.md 6.1 falls apart into these groups (the connected components of types and cells).
    """
    groups: list[set[UserType]] = [{t} for t in distribution]
    for cell in agent.sees:
        linked = [
            group
            for group in groups
            if any(not distribution[t].keys().isdisjoint(cell) for t in group)
        ]
        groups = [group for group in groups if group not in linked] + (
            [set[UserType]().union(*linked)] if linked else []
        )
    for group in groups:
        yield {t: distribution[t] for t in distribution if t in group}


def user_strategies(
    game: Game, subproblem: Subproblem, dominated: Container[tuple[int, str]] = ()
) -> tuple[Strategy, ...]:
    """The user's strategies in a subproblem, without dominated (number of the type, action) pairs.

    Raises SizeError where there are more than STRATEGY_LIMIT.
    """
    kept = [
        [a for a in game.actions if (n, a) not in dominated] for n in range(len(subproblem.types))
    ]
    if prod(map(len, kept)) > STRATEGY_LIMIT:
        raise SizeError(
            f"the user has {len(game.actions)}^{len(subproblem.types)} strategies, more than"
            f" {STRATEGY_LIMIT}; give her fewer observations"
        )
    return tuple(product(*kept))


def strategy_name(strategy: Strategy) -> str:
    """The name of a strategy as a message; different strategies have different names.

    >>> strategy_name(("buy", "sell")), strategy_name(("buy / hold",))
    ('buy / sell', "'buy / hold'")
    """
    return " / ".join(repr(a) if " / " in a else a for a in strategy)


def column_payoffs(
    subproblem: Subproblem, strategies: Sequence[Strategy], payoff: CellPayoff, effort: Effort
) -> dict[Key, int]:
    """The payoff of each recommendation: column ("send", cell, strategy) -> payoff over grain.

    Raises SizeError where a `signal_program` with these columns would have more than
    `effort.program_limit` coefficients.
    """
    _refuse_large_program(subproblem, len(strategies), effort)
    numbers = range(len(subproblem.types))
    return {
        ("send", cell, s): sum([payoff[cell, n, s[n]] for n in numbers])
        for cell in subproblem.cells
        for s in strategies
    }


def signal_program(
    game: Game,
    subproblem: Subproblem,
    strategies: Sequence[Strategy],
    goal: Goal,
    costs: Mapping[Key, Number],
) -> Program:
    """The linear program over obedient signals that recommend these strategies (theory.md 6.1).

    Column ("send", cell, strategy) is the probability of the recommendation in the cell, with its
    coefficient in `costs`. Row ("cell", cell) says that these sum to 1, row ("obedience", strategy,
    number of the type, other action) that the type does not gain by the other action.
    """
    actions, numbers = game.actions, range(len(subproblem.types))
    program = Program(goal)
    for key, cost in costs.items():
        program.column(key, cost)
    for cell in subproblem.cells:
        program.row(("cell", cell), {("send", cell, s): 1 for s in strategies}, EQUAL, 1)
    hers = subproblem.user_payoff
    for s, n, other in product(strategies, numbers, actions):
        if other != s[n]:
            loss: dict[Key, Number] = {
                ("send", cell, s): hers[cell, n, s[n]] - hers[cell, n, other]
                for cell in subproblem.cells
            }
            program.row(("obedience", s, n, other), loss, AT_LEAST)
    return program


def _refuse_large_program(subproblem: Subproblem, strategies: int, effort: Effort) -> None:
    """Refuses a signal program by its size, before anything of it is made."""
    cells, others = len(subproblem.cells), len(subproblem.types) * (len(subproblem.actions) - 1)
    size = strategies * cells * (1 + others)
    if size > effort.program_limit:
        raise SizeError(
            f"the persuasion program of {subproblem.agent.name} would have {size} coefficients"
            f" ({strategies} user strategies, {cells} cells), the limit is"
            f" {effort.program_limit}; raise it with --program-limit (a million take about"
            " 1 GB), or give the user fewer actions or observations"
        )


def optimum_of(answer: Answer) -> Optimal:
    """The optimum of a persuasion program, which always exists: full revelation is feasible.

    Raises SolverError where the solver reports none.
    """
    if not isinstance(answer, Optimal):
        raise SolverError("a persuasion program always has an optimum: full revelation is a plan")
    return answer


@dataclass(frozen=True)
class Plan:
    """A signal that recommends strategies: (cell, strategy) -> positive probability in that cell.

    `user_utility` is the user's expectation when she obeys.
    """

    sends: Mapping[tuple[Cell, Strategy], Fraction]
    user_utility: Fraction

    @property
    def messages(self) -> tuple[Strategy, ...]:
        """The strategies that are recommended with positive probability, in instance order."""
        return tuple(dict.fromkeys(strategy for (_, strategy), p in self.sends.items() if p))


def read_plan(
    primal: Mapping[Key, Fraction], user_payoff: Mapping[Key, int], grain: Fraction
) -> Plan:
    """The signal of a primal solution, given the user's payoff of each column over the grain."""
    sends, utility = {}, Fraction(0)
    for key, payoff in user_payoff.items():
        if isinstance(key, tuple) and primal[key]:
            sends[key[1], key[2]] = primal[key]
            utility += primal[key] * payoff
    return Plan(sends, utility * grain)


def attained(game: Game, plan: Plan) -> bool:
    """Whether the user follows every recommendation of the signal under the game's tie rule.

    Under `order` a recommended action must be the first optimal one at its posterior; the other
    rules can favour the agent.
    """
    if game.ties is not Ties.ORDER:
        return True
    return all(_recommends_first_choice(game, plan, strategy) for strategy in plan.messages)


def _recommends_first_choice(game: Game, plan: Plan, strategy: Strategy) -> bool:
    sends = {cell: p for (cell, s), p in plan.sends.items() if s == strategy}
    for x_user, recommended in zip(game.user_support, strategy, strict=True):
        possible = any((x_user, x) in game.probability for cell in sends for x in cell)
        values = {
            a: sum(
                (p * game.expected(game.user_payoff, x_user, cell, a) for cell, p in sends.items()),
                Fraction(0),
            )
            for a in game.actions
        }
        first = next(a for a in values if values[a] == max(values.values()))
        if possible and recommended != first:
            return False
    return True
