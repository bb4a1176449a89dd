"""Equilibria that can be exhibited, for each kind of user, worst first (theory.md 6.1 to 6.20).

- One agent: his optimal signals (`single_sender`, or where the user has too many strategies
  `optimal_signal`), or the team-optimal conversation rule.
- The Bayesian user and several agents: partitions that all announce (`partition`).
- Where these are none, or agents with different views may do worse: what best replies in turn lead
  to, from silence, from all telling what they see, and from others (`best_replies`). Where her best
  actions tie, an agent who tosses a coin for her as well (`coins`). In small games two agents who
  speak at once (`two_senders`).
- The best-AI user: common signals on the agents' frontiers (`best_ai`); if her evaluation errs,
  offers that are nearly the best (`erring`).
- Conversations: pure rules, from a few starts and by best replies in turn, or offered to a user who
  picks (`conversation_equilibria`).
- Any protocol: two agents who each say so much that no single deviation matters (full revelation,
  theory.md 6.7), or for the best-AI user one common rule that no agent can better.
- The quantal user: full revelation by two agents, or silence where no agent cares what she does.

Where a program would be too large, the equilibria that need it are left out. What only some games
need, several agents or conversations, is imported when one of them is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from verifier.deadline import finished, passed, uninterrupted
from verifier.errors import SizeError
from verifier.game.model import Game, Ties
from verifier.game.rules import Rule, announce, common_coarsening, separates
from verifier.numbers import rational
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, sign
from verifier.solve.program import Goal
from verifier.theory.benchmark import Team, no_information, optimum, quantal_value, team
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.optimal_signal import persuaded_equilibria
from verifier.theory.equilibria.single_sender import (
    OptimalConversation,
    optimal_conversation,
    single_sender_equilibria,
)
from verifier.theory.equilibria.two_senders import sender_equilibrium
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.guarantees.quantal import sharpest_script
from verifier.theory.judgements.conversation import ConversationEquilibrium
from verifier.theory.quantal import uninformed_reply

if TYPE_CHECKING:
    from verifier.theory.equilibria.best_ai import BestAIValues

PointResponse = Mapping[tuple[str, str], str]
"""A response to full revelation: (x_A, x_B) -> the action that the user takes."""


@dataclass(frozen=True)
class FullRevelation:
    """An equilibrium in which two or more agents each say enough for the user to attain OPT or QR.

    Whichever single agent deviates, the user still attains it. theory.md 6.7.
    """

    kind: ClassVar[str] = "full revelation"
    rules: Mapping[str, Rule]
    response: PointResponse
    user_utility: Fraction | QuotientSum


@dataclass(frozen=True)
class CommonRule:
    """An equilibrium of the best-AI user in which agents offer one rule that nobody can better.

    After a deviation the user picks another agent who offers the rule, since there are two at
    least. Who cannot follow the rule says nothing.
    """

    kind: ClassVar[str] = "common rule"
    rules: Mapping[str, Rule]
    user_utility: Fraction

    @property
    def response(self) -> PointResponse:
        """The empty response: what the user does at each point follows from the rule."""
        return {}


@dataclass(frozen=True)
class Indifference:
    """The equilibrium of silence where no agent cares what a quantal user does.

    Every profile is then an equilibrium.
    """

    kind: ClassVar[str] = "indifference"
    user_utility: QuotientSum


Equilibrium = (
    FullRevelation
    | CommonRule
    | OptimalConversation
    | ConversationEquilibrium
    | SignalEquilibrium
    | Indifference
)


@dataclass(frozen=True)
class Exhibited:
    """The equilibria that can be exhibited, worst first for the user.

    `best_ai_values`: the equilibrium values of the best-AI user, where they were computed.
    """

    equilibria: tuple[Equilibrium, ...]
    best_ai_values: BestAIValues | None = None
    left_out: str | None = None
    """Why there may be more: the limit that a program exceeded, or the deadline; None where all
    were looked for.
    """
    out_of_time: bool = False
    """The deadline passed before all were looked for."""

    @property
    def worst(self) -> Equilibrium | None:
        """The exhibited equilibrium that is worst for the user, if there is one."""
        return self.equilibria[0] if self.equilibria else None

    @property
    def best(self) -> Equilibrium | None:
        """The exhibited equilibrium that is best for the user, if there is one."""
        return self.equilibria[-1] if self.equilibria else None

    def cut_short(self, what: str) -> Exhibited:
        """The same where the deadline has kept something from being done."""
        return replace(self, left_out=f"{what} was not finished: {passed()}", out_of_time=True)


def exhibit(
    game: Game,
    guarantee: Guarantee,
    effort: Effort = USUAL,
    least: Fraction | None = None,
    ends: Collection[Goal] = tuple(Goal),
    below: Fraction | None = None,
) -> Exhibited:
    """The equilibria that can be exhibited for this kind of user.

    `least`: a lower bound on the user's utility in all equilibria; reaching it ends the search.
    `below`: what is claimed, so that an equilibrium that is worth less would refute it.
    `ends`: MINIMISE alone asks for the worst alone, and spares the work for the best.
    Equilibria whose programs would have more than `effort.program_limit` coefficients are left
    out, and so are those that a deadline keeps from being found; `left_out` says so.
    """
    if guarantee is Guarantee.QUANTAL:
        silent = finished(lambda: Exhibited(tuple(_quantal_equilibria(game))), None)
        return Exhibited(()).cut_short(UNSOUGHT) if silent is None else silent
    with uninterrupted():
        robust = finished(lambda: _robust_equilibria(game, guarantee, effort), ())
        some = finished(lambda: _sought(game, guarantee, effort, least, ends, below), None)
        found = [*(some.equilibria if some is not None else ()), *robust]
        richer = finished(
            lambda: _richer_equilibria(game, guarantee, found, effort, least, ends), None
        )
        found += richer or ()
        talks = finished(lambda: _conversations(game, guarantee, found, effort, least), None)
        shown = [*found, *(() if talks is None else talks.equilibria)]
        shown.sort(key=lambda e: (rational_utility(e), isinstance(e, SignalEquilibrium)))
        if some is None or richer is None or talks is None:
            return Exhibited(tuple(shown)).cut_short(UNSOUGHT)
        left_out = some.left_out or talks.left_out
        return replace(some, equilibria=tuple(shown), left_out=left_out)


UNSOUGHT = "the search for equilibria"
"""What a deadline has cut short."""


def _sought(
    game: Game,
    guarantee: Guarantee,
    effort: Effort,
    least: Fraction | None,
    ends: Collection[Goal],
    below: Fraction | None,
) -> Exhibited:
    """The equilibria that programs find, in no order, except those that are too large."""
    best_ai, left_out, found = None, None, list[Equilibrium]()
    try:
        if len(game.agents) == 1:
            found += single_sender_equilibria(game, effort) or ()
            found += _team_conversation(game, effort)
        elif guarantee is Guarantee.BAYES:
            from verifier.theory.equilibria.partition import partition_equilibria

            found += partition_equilibria(game, effort, least, ends)
        else:
            from verifier.theory.equilibria.best_ai import best_ai_values
            from verifier.theory.equilibria.erring import erring_equilibrium

            best_ai = best_ai_values(game, effort, least, below)
            found += [] if best_ai is None else _common(best_ai, ends)
            erring = erring_equilibrium(game, effort, least)
            found += [] if erring is None else [erring]
    except SizeError as error:
        left_out = str(error)
        if len(game.agents) == 1:
            found += persuaded_equilibria(game, effort)
            left_out = None if found else left_out
    return Exhibited(tuple(found), best_ai, left_out)


def _common(values: BestAIValues, ends: Collection[Goal]) -> list[SignalEquilibrium]:
    """The worst equilibrium of those values, and the best where it is asked for or none other."""
    best = None if values.worst and Goal.MAXIMISE not in ends else values.best
    return list(filter(None, [values.worst, best]))


def _richer_equilibria(
    game: Game,
    guarantee: Guarantee,
    known: Sequence[Equilibrium],
    effort: Effort,
    least: Fraction | None,
    ends: Collection[Goal],
) -> list[SignalEquilibrium]:
    """Equilibria of the Bayesian user in which agents say different things, if they are needed.

    Where all agents see the same and the user nothing, the partitions have been searched: if there
    is one, the replies hardly ever find a worse one, and are not worth their time.
    """
    found: list[SignalEquilibrium] = []
    if guarantee is not Guarantee.BAYES or len(game.agents) == 1:
        return found
    from verifier.theory.equilibria.best_replies import reply_equilibria
    from verifier.theory.equilibria.coins import coin_equilibrium

    partitions_say_all = len({agent.sees for agent in game.agents}) == len(game.user_support) == 1
    if not known or (not partitions_say_all and not _reached(known, least)):
        found += reply_equilibria(game, effort, least)
    if not _reached([*known, *found], least):
        worst = min([rational_utility(shown) for shown in [*known, *found]], default=None)
        coin = coin_equilibrium(game, effort, None if Goal.MAXIMISE in ends else worst)
        found += [] if coin is None else [coin]
    if (known or found) and not _reached([*known, *found], least):
        worst = min(rational_utility(shown) for shown in [*known, *found])
        both = sender_equilibrium(game, worst, effort, least)
        found += [] if both is None else [both]
    return found


def _conversations(
    game: Game,
    guarantee: Guarantee,
    known: Sequence[Equilibrium],
    effort: Effort,
    least: Fraction | None,
) -> Exhibited:
    """Equilibria in conversations that are worth to her what no known one is; one of each worth.

    None where the worst and the best that there can be are known. Stories tell the best one, too.
    """
    worth = {rational_utility(shown) for shown in known}
    best = optimum(game) in worth
    if game.conversation.one_shot or (best and least in worth):
        return Exhibited(())
    from verifier.theory.equilibria.conversations import (
        conversation_equilibria,
        offered_conversations,
    )

    asked: ConversationEquilibrium | None = None
    if guarantee is Guarantee.BEST_AI and len(game.agents) > 1:
        from verifier.theory.equilibria.asked import asked_equilibrium

        asked = None if least in worth else asked_equilibrium(game, effort, least)
        searched = offered_conversations(game, effort)
    else:
        searched = conversation_equilibria(game, effort, least if best else None)
    found: dict[Fraction, ConversationEquilibrium] = {}
    for shown in [*filter(None, [asked]), *searched.equilibria]:
        if shown.user_utility not in worth:
            found.setdefault(shown.user_utility, shown)
    return Exhibited(tuple(found.values()), left_out=searched.left_out)


def _reached(found: Sequence[Equilibrium], least: Fraction | None) -> bool:
    """Whether an equilibrium is as bad for the user as is possible."""
    return any(rational_utility(shown) == least for shown in found)


def _team_conversation(game: Game, effort: Effort) -> list[Equilibrium]:
    """The only agent's team-optimal rule, if it is an equilibrium."""
    rule = team(game, game.agents[0].sees, effort).rule
    found = optimal_conversation(game, rule, effort)
    return [] if found is None else [found]


def rational_utility(shown: Equilibrium) -> Fraction:
    """The user's utility in an equilibrium of the Bayesian or the best-AI user: a rational number.

    Raises TypeError for an equilibrium of the quantal user.
    """
    return rational(shown.user_utility)


def _robust_equilibria(game: Game, guarantee: Guarantee, effort: Effort) -> list[Equilibrium]:
    """Equilibria, in any protocol, in which no deviation of one of several agents matters."""
    if len(game.agents) < 2:
        return []
    teams = {agent.name: team(game, agent.sees, effort) for agent in game.agents}
    opt = optimum(game)
    informed = {name: found.rule for name, found in teams.items() if found.value == opt}
    found: FullRevelation | CommonRule | None = None
    if len(informed) >= 2:
        found = _full_revelation(game, informed, opt)
    if found is None and guarantee is Guarantee.BEST_AI:
        found = _common_rule(game, teams, effort)
    return [] if found is None else [found]


def _silence(game: Game) -> Rule:
    return announce([game.agent_observations])


def _profile(game: Game, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    return {agent.name: rules.get(agent.name, _silence(game)) for agent in game.agents}


def _full_revelation(game: Game, rules: Mapping[str, Rule], opt: Fraction) -> FullRevelation | None:
    """The profile in which every agent who can give the user OPT does, if it is an equilibrium.

    Where best actions tie, at least two of the rules must separate all observations.
    """
    separating = [name for name, rule in rules.items() if separates(game, rule)]
    if len(separating) < 2 and not game.has_unique_best_actions:
        return None
    response = _stable_response(game)
    return None if response is None else FullRevelation(_profile(game, rules), response, opt)


def _stable_response(game: Game) -> PointResponse | None:
    """A choice among tied best actions that fits the tie rule and that no deviation changes."""
    response = {}
    for point, best in game.best_actions.items():
        open_choices: Sequence[str] = best[:1] if game.ties is Ties.ORDER else best
        swayed = game.ties is Ties.FAVOUR_SPEAKER
        stable = [a for a in open_choices if not swayed or _nobody_prefers(game, point, a)]
        if not stable:
            return None
        response[point] = stable[0]
    return response


def _nobody_prefers(game: Game, point: tuple[str, str], action: str) -> bool:
    """Whether no agent strictly prefers another tied best action at this point."""
    best = game.best_actions[point]
    return all(
        payoff[(*point, action)] >= payoff[(*point, a)]
        for payoff in game.agent_payoffs.values()
        for a in best
    )


def _common_rule(game: Game, teams: Mapping[str, Team], effort: Effort) -> CommonRule | None:
    """A rule that two agents can follow, where nobody can offer the user more.

    None where ties favour who deviates.
    """
    if game.ties is Ties.FAVOUR_SPEAKER:
        return None
    most = max(found.value for found in teams.values())
    if no_information(game) == most:
        return CommonRule(_profile(game, {}), most)  # whoever is silent offers it, too
    able = [agent for agent in game.agents if teams[agent.name].value == most]
    views = [agent.sees for agent in able]
    for cells in dict.fromkeys(common_coarsening(game, pair) for pair in combinations(views, 2)):
        shared = team(game, cells, effort)
        if shared.value == most:
            followers = [a.name for a in able if common_coarsening(game, [a.sees, cells]) == cells]
            return CommonRule(_profile(game, dict.fromkeys(followers, shared.rule)), most)
    return None


def _quantal_equilibria(game: Game) -> list[Equilibrium]:
    """Full revelation and silence, as far as they are equilibria: the worse for the user first.

    Silence comes first where the order cannot be decided.
    """
    revealing, silent = _quantal_revelation(game), _indifference(game)
    if revealing is None or silent is None:
        return [shown for shown in (silent, revealing) if shown is not None]
    more = sign(quantal_value(game) - silent.user_utility)
    silence_is_better = isinstance(more, Decided) and more.sign < 0
    return [revealing, silent] if silence_is_better else [silent, revealing]


def _indifference(game: Game) -> Indifference | None:
    if any(agent.cares for agent in game.agents):
        return None
    return Indifference(uninformed_reply(game, game.user_payoff))


def _quantal_revelation(game: Game) -> FullRevelation | None:
    """The profile in which every agent who can reveal the user's conditional means does so.

    None if there are fewer than two. With two, no single deviation changes her means.
    """
    scripts = {agent.name: sharpest_script(game, agent) for agent in game.agents}
    rules = {name: script.rule for name, script in scripts.items() if script.delta == 0}
    return (
        FullRevelation(_profile(game, rules), {}, quantal_value(game)) if len(rules) >= 2 else None
    )
