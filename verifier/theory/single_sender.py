"""One agent: his optimal plans as equilibria, worst and best for the user (theory.md 6, k = 1)."""

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
from verifier.theory.deviation import OPTION_LIMIT, DeviationBound, deviation_bound
from verifier.theory.persuasion import (
    Plan,
    Strategy,
    Subproblem,
    attained,
    read_plan,
    sent,
    signal_program,
    strategies,
    subproblem_of,
)
from verifier.theory.signal_equilibrium import SignalEquilibrium, as_signal, verify_profile


def single_sender_equilibria(
    game: Game, effort: Effort = USUAL
) -> tuple[SignalEquilibrium, SignalEquilibrium] | None:
    """The only agent's plans that no deviation beats (within gamma), worst and best for the user
    among those she follows.

    None where none is found: under `order` the optimum may need a tie that is not broken so; with a
    poor alphabet there may be too many sets of messages to look at.
    """
    agent = game.agents[0]
    distribution = signal_distribution(game, [])
    most = deviation_bound(game, agent, distribution, effort, None).value - game.gamma
    subproblem = subproblem_of(game, agent, distribution)
    found = []
    for goal in (Goal.MINIMISE, Goal.MAXIMISE):
        sets = _sets_of_messages(game, subproblem)
        plans = [
            plan for only in sets for plan in _plans(game, subproblem, only, goal, most, effort)
        ]
        plans.sort(key=lambda plan: plan.user_utility, reverse=goal is Goal.MAXIMISE)
        settled = (_settled(game, subproblem, plan, effort) for plan in plans)
        found.append(
            next((equilibrium for equilibrium in settled if equilibrium is not None), None)
        )
    ends = [
        equilibrium for equilibrium in found if equilibrium is not None
    ]  # under `order` perhaps only one is attained
    return (ends[0], ends[-1]) if ends else None


def _sets_of_messages(game: Game, subproblem: Subproblem) -> Iterator[Sequence[Strategy]]:
    """All strategies, or with a poor alphabet every set of as many as there are messages, up to
    OPTION_LIMIT sets.
    """
    followed, capacity = strategies(game, subproblem), game.conversation.capacity
    if capacity is None or capacity >= len(followed):
        yield followed
    elif comb(len(followed), capacity) <= OPTION_LIMIT:
        yield from combinations(followed, capacity)


def _plans(
    game: Game,
    subproblem: Subproblem,
    only: Sequence[Strategy],
    goal: Goal,
    most: Fraction,
    effort: Effort,
) -> Iterator[Plan]:
    his, hers = sent(subproblem, only, subproblem.his), sent(subproblem, only, subproblem.hers)
    program = signal_program(game, subproblem, only, goal, hers, effort)
    program.row("no deviation gains", his, Sense.AT_LEAST, most)
    answer = effort.solve(program)
    if isinstance(answer, Optimal):
        plan = read_plan(answer.primal, his, hers)
        if attained(game, plan):
            yield plan


def _settled(
    game: Game, subproblem: Subproblem, plan: Plan, effort: Effort
) -> SignalEquilibrium | None:
    signal, response = as_signal(game, subproblem, plan)
    return verify_profile(game, "optimal plan", {subproblem.agent.name: signal}, response, effort)


@dataclass(frozen=True)
class Conversation:
    """The only agent converses by a rule that gives him as much as any rule could, however she
    breaks her ties.
    """

    kind: ClassVar[str] = "conversation"
    agent: str
    rule: Rule
    user_utility: Fraction
    deviation_bound: DeviationBound

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rule by the agent's name."""
        return {self.agent: self.rule}


def conversation(game: Game, rule: Rule, effort: Effort = USUAL) -> Conversation | None:
    """This rule as an equilibrium, if no deviation of the only agent gains more than gamma."""
    agent = game.agents[0]
    least, greatest = (
        rule_payoff_end(game, rule, game.agent_payoff(agent.name), end)
        for end in (RangeEnd.LEAST, RangeEnd.GREATEST)
    )
    held = deviation_bound(game, agent, signal_distribution(game, []), effort, least + game.gamma)
    if least < greatest or held.value > least + game.gamma:
        return None
    return Conversation(agent.name, rule, value_of(game, rule), held)
