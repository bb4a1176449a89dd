"""All the equilibria that can be exhibited exactly, and those where enough is said that no
deviation matters (theory.md 6).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from verifier.errors import SizeError
from verifier.game.model import Game, Ties
from verifier.game.response import value_of
from verifier.game.rules import Rule, announce, common_coarsening, separates
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.theory.benchmark import Team, optimum, quantal_value, team
from verifier.theory.best_ai import BestAIValues, best_ai_values
from verifier.theory.guarantee import Guarantee
from verifier.theory.guarantee_quantal import sharpest_script
from verifier.theory.partition import partition_equilibria
from verifier.theory.quantal import uninformed_reply
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.single_sender import Conversation, conversation, single_sender_equilibria

Response = Mapping[tuple[str, str], str]
"""(x_A, x_B) -> the action the user takes when she learns both."""


@dataclass(frozen=True)
class FullRevelation:
    """Two or more agents each say enough for the user's best, so no single deviation changes what
    she can attain.
    """

    kind: ClassVar[str] = "full revelation"
    rules: Mapping[str, Rule]
    response: Response
    user_utility: Fraction | QuotientSum


@dataclass(frozen=True)
class CommonRule:
    """Best-ai below OPT: all agents offer one rule that none of them can beat, and she stays with
    one who kept to it.
    """

    kind: ClassVar[str] = "common rule"
    rules: Mapping[str, Rule]
    user_utility: Fraction

    @property
    def response(self) -> Response:
        """Empty: what she does at each point follows from the rule."""
        return {}


@dataclass(frozen=True)
class Indifference:
    """No agent cares what a quantal user does, so every profile is an equilibrium; in this one
    nobody says anything.
    """

    kind: ClassVar[str] = "indifference"
    user_utility: QuotientSum


Equilibrium = FullRevelation | CommonRule | Conversation | SignalEquilibrium | Indifference


@dataclass(frozen=True)
class Found:
    """The equilibria that this version can exhibit, worst first; `best_ai_values` has more to say of a
    user who picks one agent.
    """

    equilibria: tuple[Equilibrium, ...]
    best_ai_values: BestAIValues | None = None

    @property
    def worst(self) -> Equilibrium | None:
        """The worst for the user."""
        return self.equilibria[0] if self.equilibria else None

    @property
    def best(self) -> Equilibrium | None:
        """The best for the user."""
        return self.equilibria[-1] if self.equilibria else None


def exhibit(
    game: Game,
    guarantee: Guarantee,
    effort: Effort = USUAL,
    least: Fraction | None = None,
) -> Found:
    """The equilibria that this version can exhibit for this kind of user.

    `least` is a bound below which none lies; reaching it ends the search. Where a program would be
    larger than `program_limit` the equilibria that need it are left out: fewer are found then.
    """
    if guarantee is Guarantee.QUANTAL:
        return Found(tuple(_quantal_equilibria(game)))
    selected, found = None, list[Equilibrium]()
    try:
        if len(game.agents) == 1:
            found += single_sender_equilibria(game, effort) or ()
            spoken = conversation(game, team(game, game.agents[0].sees, effort).rule, effort)
            found += [] if spoken is None else [spoken]
        elif guarantee is Guarantee.BAYES:
            found += partition_equilibria(game, effort, least)
        else:
            selected = best_ai_values(game, effort)
            found += (
                []
                if selected is None
                else [e for e in (selected.worst, selected.best) if e is not None]
            )
    except SizeError:
        logging.getLogger(__name__).info(
            "a program is too large: fewer equilibria are looked for", exc_info=True
        )
    if len(game.agents) > 1:
        found += _told_enough(game, guarantee, effort)
    return Found(
        tuple(
            sorted(
                found,
                key=lambda shown: (rational_utility(shown), isinstance(shown, SignalEquilibrium)),
            )
        ),
        selected,
    )


def rational_utility(shown: Equilibrium) -> Fraction:
    """The user's utility in an equilibrium of a user who best-responds."""
    if not isinstance(shown.user_utility, Fraction):
        raise TypeError("a quantal user's utility is not a rational number")
    return shown.user_utility


def _told_enough(game: Game, guarantee: Guarantee, effort: Effort) -> list[Equilibrium]:
    """Equilibria in any protocol in which two agents say so much that nobody's deviation matters."""
    teams = {agent.name: team(game, agent.sees, effort) for agent in game.agents}
    top = optimum(game)
    informed = [name for name, found in teams.items() if found.value == top]
    if len(informed) >= 2:
        revelation = _revelation(
            game, guarantee, {name: teams[name].rule for name in informed}, top
        )
        return [] if revelation is None else [revelation]
    common = _common_rule(game, teams, effort) if guarantee is Guarantee.BEST_AI else None
    return [] if common is None else [common]


def _silence(game: Game) -> Rule:
    return announce([game.agent_observations])


def _profile(game: Game, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {agent.name: rules.get(agent.name, _silence(game)) for agent in game.agents}


def _revelation(
    game: Game, guarantee: Guarantee, rules: Mapping[str, Rule], top: Fraction
) -> FullRevelation | None:
    """Every agent who can give her OPT does; where best actions tie, two must tell their
    observations apart.
    """
    clear = [name for name, rule in rules.items() if separates(game, rule)]
    if len(clear) < 2 and not game.has_unique_best_actions:
        return None
    response = _stable_response(game, guarantee)
    return None if response is None else FullRevelation(_profile(game, rules), response, top)


def _stable_response(game: Game, guarantee: Guarantee) -> Response | None:
    """A choice among tied best actions that fits the tie rule and that no deviator could have
    broken in his favour.
    """
    ties = game.ties
    response = {}
    for point, best in game.best_actions.items():
        open_choices: Sequence[str] = best[:1] if ties is Ties.ORDER else best
        swayed = _can_be_swayed(game, guarantee, point)
        stable = [a for a in open_choices if not swayed or _nobody_prefers(game, point, a)]
        if not stable:
            return None
        response[point] = stable[0]
    return response


def _can_be_swayed(game: Game, guarantee: Guarantee, point: tuple[str, str]) -> bool:
    """Whether a deviator could change which of the tied best actions she takes at this point.

    `favour-speaker` does so by definition. A best-ai user might also pick a deviator's other rule
    worth OPT; under `belief` and `order` her choice there is the same unless that rule pools the
    point with one that shares a best action.
    """
    if game.ties is Ties.FAVOUR_SPEAKER:
        return True
    if guarantee is not Guarantee.BEST_AI or game.ties is Ties.ANY:
        return False
    best = set(game.best_actions[point])
    others = (
        also for other, also in game.best_actions.items() if other[0] == point[0] and other != point
    )
    return any(best & set(also) for also in others)


def _nobody_prefers(game: Game, point: tuple[str, str], action: str) -> bool:
    best = game.best_actions[point]
    return all(
        payoff[(*point, action)] >= payoff[(*point, a)]
        for payoff in game.agent_payoffs.values()
        for a in best
    )


def _common_rule(game: Game, teams: Mapping[str, Team], effort: Effort) -> CommonRule | None:
    """Under ties = any, where everybody can follow a rule that is best for her among all that
    anybody can offer.
    """
    if game.ties is not Ties.ANY:
        return None
    shared = team(game, common_coarsening(game, [agent.sees for agent in game.agents]), effort)
    if any(found.value > shared.value for found in teams.values()):
        return None
    return CommonRule(dict.fromkeys(teams, shared.rule), value_of(game, shared.rule))


def _quantal_equilibria(game: Game) -> list[Equilibrium]:
    """Two agents who tell all, or silence where nobody cares; the worse for her first (in doubt
    silence).
    """
    told, silent = _quantal_revelation(game), _indifference(game)
    if told is None or silent is None:
        return [shown for shown in (silent, told) if shown is not None]
    more = sign(quantal_value(game) - silent.user_utility)
    return [told, silent] if isinstance(more, Decided) and more.sign < 0 else [silent, told]


def _indifference(game: Game) -> Indifference | None:
    for agent in game.agents:
        if any(len({agent.utility[a, y] for a in game.actions}) > 1 for y in game.states):
            return None
    return Indifference(uninformed_reply(game, game.user_payoff))


def _quantal_revelation(game: Game) -> FullRevelation | None:
    """At least two agents tell her all that matters to her means: nobody's message changes them any
    more.
    """
    scripts = {agent.name: sharpest_script(game, agent) for agent in game.agents}
    clear = {name: script.rule for name, script in scripts.items() if script.delta == 0}
    return (
        FullRevelation(_profile(game, clear), {}, quantal_value(game)) if len(clear) >= 2 else None
    )
