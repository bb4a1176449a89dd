"""Equilibria with one agent: his optimal signals, worst and best for the user (theory.md 6.2).

1. The deviation bound of the only agent is his optimal value. A signal is an equilibrium if it
   gives him that much, up to gamma, and the user follows it under the tie rule.
2. A second program over obedient signals, in which that value is fixed, minimises and maximises the
   user's utility.
3. With fewer messages than strategies this is done for every message set.

A conversation rule that attains the bound is an equilibrium as well (`optimal_conversation`): this
is how aligned agents in several rounds are handled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import ClassVar

from verifier.game.model import Game
from verifier.game.response import RangeEnd, rule_payoff_end, signal_distribution, value_of
from verifier.game.rules import Rule
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Optimal, Sense
from verifier.theory.deviations.deviation import MESSAGE_SET_LIMIT, DeviationBound, deviation_bound
from verifier.theory.deviations.persuasion import (
    Plan,
    Strategy,
    Subproblem,
    attained,
    column_payoffs,
    read_plan,
    signal_program,
    subproblem_of,
)
from verifier.theory.deviations.recommendable import recommendable
from verifier.theory.deviations.signal_equilibrium import (
    SignalEquilibrium,
    as_signal,
    verify_profile,
)


def single_sender_equilibria(
    game: Game, effort: Effort = USUAL
) -> tuple[SignalEquilibrium, SignalEquilibrium] | None:
    """The worst and the best equilibrium for the user in which the only agent sends a signal.

    None where none is found: under `order` the optimal value may need a tie that is broken
    otherwise, and with few messages there may be more than MESSAGE_SET_LIMIT message sets. Where
    only one of the two is attained it stands for both.
    """
    agent = game.agents[0]
    distribution = signal_distribution(game, [])
    least = deviation_bound(game, agent, distribution, effort).value - game.gamma
    subproblem = subproblem_of(game, agent, distribution)
    ends = []
    for goal in (Goal.MINIMISE, Goal.MAXIMISE):
        plans = [
            plan
            for strategies in _message_sets(game, subproblem, effort)
            for plan in _attained_plans(game, subproblem, strategies, goal, least, effort)
        ]
        plans.sort(key=lambda plan: plan.user_utility, reverse=goal is Goal.MAXIMISE)
        equilibria = (_equilibrium(game, subproblem, plan, effort) for plan in plans)
        ends += [next((e for e in equilibria if e is not None), None)]
    found = [equilibrium for equilibrium in ends if equilibrium is not None]
    return (found[0], found[-1]) if found else None


def _message_sets(
    game: Game, subproblem: Subproblem, effort: Effort
) -> Iterator[Sequence[Strategy]]:
    """All strategies that can be recommended, or every set of as many as there are messages.

    Nothing where there would be more than MESSAGE_SET_LIMIT sets.
    """
    strategies = recommendable(game, subproblem, effort).strategies
    capacity = game.conversation.capacity
    if capacity is None or capacity >= len(strategies):
        yield strategies
    elif comb(len(strategies), capacity) <= MESSAGE_SET_LIMIT:
        yield from combinations(strategies, capacity)


def _attained_plans(
    game: Game,
    subproblem: Subproblem,
    strategies: Sequence[Strategy],
    goal: Goal,
    least: Fraction,
    effort: Effort,
) -> Iterator[Plan]:
    """The extreme plan for the user, if there is one that gives the agent `least` and is obeyed."""
    his = column_payoffs(subproblem, strategies, subproblem.agent_payoff, effort)
    hers = column_payoffs(subproblem, strategies, subproblem.user_payoff, effort)
    program = signal_program(game, subproblem, strategies, goal, hers)
    program.row("no deviation gains", his, Sense.AT_LEAST, least / subproblem.grain)
    answer = effort.solve(program)
    if isinstance(answer, Optimal):
        plan = read_plan(answer.primal, hers, subproblem.grain)
        if attained(game, plan):
            yield plan


def _equilibrium(
    game: Game, subproblem: Subproblem, plan: Plan, effort: Effort
) -> SignalEquilibrium | None:
    signal, response = as_signal(game, subproblem, plan)
    return verify_profile(game, "optimal plan", {subproblem.agent.name: signal}, response, effort)


@dataclass(frozen=True)
class OptimalConversation:
    """An equilibrium of one agent: a conversation rule that gives him as much as any rule could.

    His utility under the rule is the same whichever best response the user picks.
    """

    kind: ClassVar[str] = "conversation"
    agent: str
    rule: Rule
    user_utility: Fraction
    deviation_bound: DeviationBound

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rule, by the agent's name."""
        return {self.agent: self.rule}


def optimal_conversation(
    game: Game, rule: Rule, effort: Effort = USUAL
) -> OptimalConversation | None:
    """The rule as an equilibrium of the only agent, if no deviation gains him more than gamma.

    None also where his utility depends on how the user breaks ties.
    """
    agent = game.agents[0]
    payoff = game.agent_payoff(agent.name)
    least = rule_payoff_end(game, rule, payoff, RangeEnd.LEAST)
    greatest = rule_payoff_end(game, rule, payoff, RangeEnd.GREATEST)
    enough = least + game.gamma
    bound = deviation_bound(game, agent, signal_distribution(game, []), effort, enough)
    if least < greatest or bound.value > enough:
        return None
    return OptimalConversation(agent.name, rule, value_of(game, rule), bound)
