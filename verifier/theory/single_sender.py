"""One agent: his optimal plans as equilibria, worst and best for the user (theory.md 6, k = 1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import ClassVar

from verifier.game.model import Game
from verifier.game.response import Extreme, extreme, hear, value_of
from verifier.game.rules import Rule
from verifier.solve.effort import USUAL, Effort
from verifier.solve.program import Goal, Optimal, Sense
from verifier.theory.deviation import OPTION_LIMIT, Deterrence, deterrence
from verifier.theory.persuasion import (
    Facing,
    Plan,
    Strategy,
    attained,
    facing,
    read_plan,
    sent,
    signal_program,
    strategies,
)
from verifier.theory.signal_equilibrium import SignalEquilibrium, as_signal, settle


def lone_agent_equilibria(
    game: Game, effort: Effort = USUAL
) -> tuple[SignalEquilibrium, SignalEquilibrium] | None:
    """The only agent's plans that no deviation beats (within gamma), worst and best for the user
    among those she follows.

    None where none is found: under `order` the optimum may need a tie that is not broken so; with a
    poor alphabet there may be too many sets of messages to look at.
    """
    agent = game.agents[0]
    faced = hear(game, [])
    most = deterrence(game, agent, faced, effort, None).value - game.gamma
    board = facing(game, agent, faced)
    found = []
    for goal in (Goal.MINIMISE, Goal.MAXIMISE):
        sets = _sets_of_messages(game, board)
        plans = [plan for only in sets for plan in _plans(game, board, only, goal, most, effort)]
        plans.sort(key=lambda plan: plan.user_utility, reverse=goal is Goal.MAXIMISE)
        settled = (_settled(game, board, plan, effort) for plan in plans)
        found.append(
            next((equilibrium for equilibrium in settled if equilibrium is not None), None)
        )
    ends = [
        equilibrium for equilibrium in found if equilibrium is not None
    ]  # under `order` perhaps only one is attained
    return (ends[0], ends[-1]) if ends else None


def _sets_of_messages(game: Game, board: Facing) -> Iterator[Sequence[Strategy]]:
    """All strategies, or with a poor alphabet every set of as many as there are messages, up to
    OPTION_LIMIT sets.
    """
    followed, capacity = strategies(game, board), game.conversation.capacity
    if capacity is None or capacity >= len(followed):
        yield followed
    elif comb(len(followed), capacity) <= OPTION_LIMIT:
        yield from combinations(followed, capacity)


def _plans(
    game: Game,
    board: Facing,
    only: Sequence[Strategy],
    goal: Goal,
    most: Fraction,
    effort: Effort,
) -> Iterator[Plan]:
    his, hers = sent(board, only, board.his), sent(board, only, board.hers)
    program = signal_program(game, board, only, goal, hers, effort)
    program.row("no deviation gains", his, Sense.AT_LEAST, most)
    answer = effort.solve(program)
    if isinstance(answer, Optimal):
        plan = read_plan(answer.primal, his, hers)
        if attained(game, plan):
            yield plan


def _settled(game: Game, board: Facing, plan: Plan, effort: Effort) -> SignalEquilibrium | None:
    signal, response = as_signal(game, board, plan)
    return settle(game, "optimal plan", {board.agent.name: signal}, response, effort)


@dataclass(frozen=True)
class Conversation:
    """The only agent converses by a rule that gives him as much as any rule could, however she
    breaks her ties.
    """

    kind: ClassVar[str] = "conversation"
    agent: str
    rule: Rule
    user_utility: Fraction
    deterrence: Deterrence

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rule by the agent's name."""
        return {self.agent: self.rule}


def conversation(game: Game, rule: Rule, effort: Effort = USUAL) -> Conversation | None:
    """This rule as an equilibrium, if no deviation of the only agent gains more than gamma."""
    agent = game.agents[0]
    least, greatest = (
        extreme(game, rule, game.agent_payoff(agent.name), end)
        for end in (Extreme.LEAST, Extreme.GREATEST)
    )
    held = deterrence(game, agent, hear(game, []), effort, least + game.gamma)
    if least < greatest or held.value > least + game.gamma:
        return None
    return Conversation(agent.name, rule, value_of(game, rule), held)
