"""Equilibria that can be exhibited exactly: full revelation, and a single agent's optimal plan (theory.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from verifier.game.game import Ties
from verifier.game.rule import Rule, announce, common_coarsening, room, separates
from verifier.game.user import Stakes, value_of
from verifier.solve.ball import QuotientSum
from verifier.theory.benchmark import PROTOCOL_LIMIT, Team, optimum, quantal_value, team
from verifier.theory.guarantee import Guarantee
from verifier.theory.persuasion import PROGRAM_LIMIT, STRATEGY_LIMIT, Persuasion, Plan, Solver, attained, persuade, strategies
from verifier.theory.quantal import sharpest_script

Response = Mapping[tuple[str, str], str]
"""(x_A, x_B) -> the action the user takes when she learns both."""


@dataclass(frozen=True)
class FullRevelation:
    """Two or more agents each say enough for the user's best, so no single deviation changes what she can attain."""

    kind: ClassVar[str] = "full revelation"
    rules: Mapping[str, Rule]
    response: Response
    user_utility: Fraction | QuotientSum


@dataclass(frozen=True)
class CommonRule:
    """Best-ai below OPT: all agents offer one rule that none of them can beat, and she stays with one who kept to it."""

    kind: ClassVar[str] = "common rule"
    rules: Mapping[str, Rule]
    user_utility: Fraction

    @property
    def response(self) -> Response:
        """Empty: what she does at each point follows from the rule."""
        return {}


@dataclass(frozen=True)
class OptimalPlan:
    """The only agent's optimal plan that is worst for the user among those she follows; its prices bound every deviation."""

    kind: ClassVar[str] = "optimal plan"
    persuasion: Persuasion
    plan: Plan

    @property
    def user_utility(self) -> Fraction:
        """What the user gets under the plan."""
        return self.plan.user_utility


Equilibrium = FullRevelation | CommonRule | OptimalPlan


def exhibit(
    stakes: Stakes,
    guarantee: Guarantee,
    solve: Solver,
    limit: int = PROTOCOL_LIMIT,
    program_limit: int = PROGRAM_LIMIT,
) -> Equilibrium | None:
    """The equilibrium that is worst for the user among those this version can exhibit, or None where none is known."""
    if len(stakes.game.agents) == 1:
        return _lone_agent(stakes, guarantee, solve, program_limit)
    if guarantee is Guarantee.QUANTAL:
        return _quantal_revelation(stakes)
    teams = {agent.name: team(stakes, agent.sees, limit) for agent in stakes.game.agents}
    top = optimum(stakes)
    informed = [name for name, found in teams.items() if found.value == top]
    if len(informed) >= 2:
        return _revelation(stakes, guarantee, {name: teams[name].rule for name in informed}, top)
    return _common_rule(stakes, teams, limit) if guarantee is Guarantee.BEST_AI else None


def _silence(stakes: Stakes) -> Rule:
    return announce([stakes.game.agent_observations])


def _profile(stakes: Stakes, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {agent.name: rules.get(agent.name, _silence(stakes)) for agent in stakes.game.agents}


def _revelation(stakes: Stakes, guarantee: Guarantee, rules: Mapping[str, Rule], top: Fraction) -> FullRevelation | None:
    """Every agent who can give her OPT does; where best actions tie, two must tell their observations apart."""
    clear = [name for name, rule in rules.items() if separates(stakes.game, rule)]
    if len(clear) < 2 and not stakes.unique:
        return None
    response = _stable_response(stakes, guarantee)
    return None if response is None else FullRevelation(_profile(stakes, rules), response, top)


def _stable_response(stakes: Stakes, guarantee: Guarantee) -> Response | None:
    """A choice among tied best actions that fits the tie rule and that no deviator could have broken in his favour."""
    ties = stakes.game.ties
    response = {}
    for point, best in stakes.best_actions.items():
        open_choices: Sequence[str] = best[:1] if ties is Ties.ORDER else best
        swayed = _can_be_swayed(stakes, guarantee, point)
        stable = [a for a in open_choices if not swayed or _nobody_prefers(stakes, point, a)]
        if not stable:
            return None
        response[point] = stable[0]
    return response


def _can_be_swayed(stakes: Stakes, guarantee: Guarantee, point: tuple[str, str]) -> bool:
    """Whether a deviator could change which of the tied best actions she takes at this point.

    `favour-speaker` does so by definition. A best-ai user might also pick a deviator's other rule worth OPT; under `belief` and
    `order` her choice there is the same unless that rule pools the point with one that shares a best action.
    """
    if stakes.game.ties is Ties.FAVOUR_SPEAKER:
        return True
    if guarantee is not Guarantee.BEST_AI or stakes.game.ties is Ties.ANY:
        return False
    best = set(stakes.best_actions[point])
    others = (also for other, also in stakes.best_actions.items() if other[0] == point[0] and other != point)
    return any(best & set(also) for also in others)


def _nobody_prefers(stakes: Stakes, point: tuple[str, str], action: str) -> bool:
    best = stakes.best_actions[point]
    return all(payoff[(*point, action)] >= payoff[(*point, a)] for payoff in stakes.agents.values() for a in best)


def _common_rule(stakes: Stakes, teams: Mapping[str, Team], limit: int) -> CommonRule | None:
    """Under ties = any, where everybody can follow a rule that is best for her among all that anybody can offer."""
    if stakes.game.ties is not Ties.ANY:
        return None
    shared = team(stakes, common_coarsening(stakes.game, [agent.sees for agent in stakes.game.agents]), limit)
    if any(found.value > shared.value for found in teams.values()):
        return None
    return CommonRule(dict.fromkeys(teams, shared.rule), value_of(stakes, shared.rule))


def _quantal_revelation(stakes: Stakes) -> FullRevelation | None:
    """At least two agents tell her all that matters to her means: nobody's message changes them any more."""
    scripts = {agent.name: sharpest_script(stakes, agent) for agent in stakes.game.agents}
    clear = {name: script.rule for name, script in scripts.items() if script.delta == 0}
    return FullRevelation(_profile(stakes, clear), {}, quantal_value(stakes)) if len(clear) >= 2 else None


def _lone_agent(stakes: Stakes, guarantee: Guarantee, solve: Solver, program_limit: int) -> OptimalPlan | None:
    agent = stakes.game.agents[0]
    speaks = stakes.game.conversation.user_alphabet > 1 and len(stakes.user_observations) > 1
    if guarantee is Guarantee.QUANTAL or speaks:
        return None
    if strategies(stakes) > STRATEGY_LIMIT:  # more than the kernel looks at
        return None
    persuasion = persuade(stakes, agent, solve, program_limit)
    for plan in (persuasion.worst, persuasion.best):
        if attained(stakes, plan) and room(stakes.game.conversation, len(plan.messages)):
            return OptimalPlan(persuasion, plan)
    return None
