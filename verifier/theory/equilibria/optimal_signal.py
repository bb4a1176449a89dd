"""The optimal signals of an agent from whom alone the user receives messages (theory.md 6.2).

Three programs over mixtures of beliefs (`columns`): for the agent's value and its prices, then for
the worst and the best optimal signal for the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from verifier.errors import SizeError
from verifier.game.model import Agent, Cell, Game, Ties
from verifier.game.response import signal_distribution
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviations.columns import Columns
from verifier.theory.deviations.dominance import (
    dominated_actions,
    duplicate_actions,
    strictly_followed,
)
from verifier.theory.deviations.persuasion import Plan, Subproblem, attained, subproblem_of
from verifier.theory.deviations.signal_equilibrium import (
    SignalEquilibrium,
    as_signal,
    verify_profile,
)


@dataclass(frozen=True, repr=False)
class Persuasion(Result):
    """The optimal value of a single sender, with its dual prices and two optimal signals.

    `dual_prices[cell]` sum to `value`: no posterior is worth more to the agent than its price,
    whichever best response the user picks, of those that her tie rule allows. `worst` and `best`
    are the optimal signals that are worst and best for the user. `approached`: signals come as near
    to the value as one likes, however she breaks ties under the game's tie rule.
    """

    agent: Agent
    value: Fraction
    dual_prices: Mapping[Cell, Fraction]
    worst: Plan
    best: Plan
    approached: bool
    game: Game

    @property
    def attained(self) -> bool:
        """Whether the value is attained under the game's tie rule, not only approached."""
        return attained(self.game, self.worst) or attained(self.game, self.best)


def persuade(game: Game, agent: Agent, effort: Effort = USUAL) -> Persuasion:
    """The optimal signal of an agent when the user receives no other messages (theory.md 6.2).

    There is one round, and as many messages as the user has strategies. The value is what he has if
    ties favour the agent; under `order` without actions that are never the first of the best ones.
    Otherwise it is a supremum where it is approached, and an upper bound elsewhere. Kamenica and
    Gentzkow 2011.

    Raises SizeError when a program would have more than `effort.program_limit` coefficients, or
    too many would be needed.
    """
    subproblem = subproblem_of(game, agent, signal_distribution(game, []))
    order = game.ties is Ties.ORDER
    avoided = dominated_actions(game, subproblem, effort) if order else ()
    columns, grain = Columns(subproblem, effort, avoided), subproblem.grain
    his, hers = subproblem.agent_payoff, subproblem.user_payoff
    optimal = columns.best(his)

    def end(sign: int) -> Plan:
        wanted = {key: sign * payoff for key, payoff in hers.items()}
        found = columns.best(wanted, (his, optimal.value))
        return Plan(found.sends, sign * found.value * grain)

    prices = {cell: price * grain for cell, price in optimal.prices.items()}
    worst, best = end(-1), end(1)
    near = any(_approached(game, subproblem, plan, effort) for plan in (worst, best))
    return Persuasion(agent, optimal.value * grain, prices, worst, best, near, game)


def _approached(game: Game, subproblem: Subproblem, plan: Plan, effort: Effort) -> bool:
    """Whether she surely follows every recommendation somewhere, so that a little of that makes her
    follow the plan.
    """
    if game.ties is Ties.FAVOUR_SPEAKER:
        return True
    if game.ties is Ties.ORDER:
        return attained(game, plan) or all(
            strictly_followed(game, subproblem, s, effort, order=True) for s in plan.messages
        )
    doubled = duplicate_actions(game, subproblem)
    return all(
        strictly_followed(game, subproblem, s, effort) and not doubled.keys() & {*enumerate(s)}
        for s in plan.messages
    )


def persuaded_equilibria(game: Game, effort: Effort = USUAL) -> list[SignalEquilibrium]:
    """The worst and the best optimal signal of the only agent, as far as they are equilibria.

    They are if he could not do better if he saw what the user sees, if she follows them, and if
    he has the words. None where a program would be too large.
    """
    agent = game.agents[0]
    try:
        found = persuade(game, agent, effort)
    except SizeError:
        return []
    subproblem, equilibria = subproblem_of(game, agent, signal_distribution(game, [])), []
    for plan in (found.worst, found.best):
        if game.conversation.conveys(len(plan.messages)):
            signal, response = as_signal(game, subproblem, plan)
            signals = {agent.name: signal}
            equilibria.append(verify_profile(game, "optimal plan", signals, response, effort))
    return [equilibrium for equilibrium in equilibria if equilibrium is not None]
