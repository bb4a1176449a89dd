"""The three guarantees: which hypotheses hold, with a witness where one fails, and what deviations
are sure (theory.md 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from verifier.game.model import Cell, Game, Payoff, Ties, finest
from verifier.game.response import RangeEnd, rule_payoff_end, sure_end
from verifier.game.rules import Rule, announce, common_coarsening, separates
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import QuotientSum
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import Team, optimum, quantal_value, team
from verifier.theory.quantal import Script, sharpest_script


class Guarantee(StrEnum):
    """The paper's guarantees, named by the user's model."""

    BAYES = "bayes"
    QUANTAL = "quantal"
    BEST_AI = "best-ai"


@dataclass(frozen=True)
class Holds:
    """A hypothesis that holds; `detail` says with what constant, if it has one."""

    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fails:
    """A hypothesis that fails; the witness names the observations, actions or agents that break it."""

    witness: Mapping[str, object]


Hypothesis = Holds | Fails


@dataclass(frozen=True)
class Deviation:
    """A rule that agent `agent` can always switch to, and how the user's ties are then broken.

    `response` is the rule against which the user's reply is evaluated: the offered rule itself, or
    full information where the offered rule lets her attain OPT. `ties` says what is known of her
    choice among equals there.
    """

    agent: str
    rule: Rule
    response: Rule
    ties: Ties


@dataclass(frozen=True)
class Setting:
    """One guarantee on one game:

    OPT, TEAM or QR as its benchmark, the sure deviations, and which hypotheses hold.
    """

    guarantee: Guarantee
    hull: Hull
    benchmark: Fraction | QuotientSum
    deviations: tuple[Deviation, ...]
    scripts: Mapping[str, Script]
    hypotheses: Mapping[str, Hypothesis]


def full_information(game: Game) -> Rule:
    """Every agent observation announced by its name."""
    return announce(finest(game.agent_observations))


def bayes(game: Game, hull: Hull, tolerance: Fraction, effort: Effort = USUAL) -> Setting:
    """G1: learning and identical, and the revealing deviation of each agent that has one."""
    game, informed, top = game, full_information(game), optimum(game)
    teams = {agent.name: team(game, agent.sees, effort) for agent in game.agents}
    deviations = tuple(
        Deviation(name, found.rule, informed, game.ties if _clear(game, found.rule) else Ties.ANY)
        for name, found in teams.items()
        if found.value == top
    )
    learning = _learning(game, hull, teams, top)
    supporting = [d for d in deviations if d.agent in hull.supporters]
    identical = (
        _identical(game, supporting) if isinstance(learning, Holds) else _identical_if(game, hull)
    )
    hypotheses = {"hull": near(hull, tolerance), "learning": learning, "identical": identical}
    return Setting(Guarantee.BAYES, hull, top, deviations, {}, hypotheses)


def _clear(game: Game, rule: Rule) -> bool:
    """Whether her fully informed choice after this rule cannot depend on what others say."""
    return game.has_unique_best_actions or separates(game, rule)


def best_ai(game: Game, hull: Hull, tolerance: Fraction, effort: Effort = USUAL) -> Setting:
    """G3: anonymous, and the team-optimal rule offered by every agent that can follow it."""
    found = supported_team(game, hull, effort)
    followers = [
        a.name for a in game.agents if common_coarsening(game, [a.sees, found.cells]) == found.cells
    ]
    deviations = tuple(Deviation(name, found.rule, found.rule, game.ties) for name in followers)
    anonymous = _identical(game, [d for d in deviations if d.agent in hull.supporters])
    hypotheses = {"hull": near(hull, tolerance), "anonymous": anonymous}
    return Setting(Guarantee.BEST_AI, hull, found.value, deviations, {}, hypotheses)


def supported_team(game: Game, hull: Hull, effort: Effort = USUAL) -> Team:
    """TEAM of a rule that every agent of positive weight can follow (theory.md 4, G3)."""
    seen = [agent.sees for agent in game.agents if agent.name in hull.supporters]
    return team(game, common_coarsening(game, seen), effort)


def quantal(game: Game, hull: Hull, tolerance: Fraction) -> Setting:
    """G2: each agent's sharpest script; the approximate learning holds with the largest delta of a
    supporter.
    """
    scripts = {agent.name: sharpest_script(game, agent) for agent in game.agents}
    informed = full_information(game)
    deviations = tuple(Deviation(name, s.rule, informed, Ties.ANY) for name, s in scripts.items())
    delta = max(scripts[name].delta for name in hull.supporters)
    hypotheses = {"hull": near(hull, tolerance), "learning": Holds({"delta": str(delta)})}
    return Setting(Guarantee.QUANTAL, hull, quantal_value(game), deviations, scripts, hypotheses)


def near(hull: Hull, tolerance: Fraction) -> Hypothesis:
    """(hull): the distance is at most the tolerance; the signed measure shows that it is not."""
    if hull.epsilon <= tolerance:
        return Holds({"epsilon": str(hull.epsilon)})
    measure = [[*pair, str(mass)] for pair, mass in hull.witness.items()]
    return Fails({"epsilon": str(hull.epsilon), "tolerance": str(tolerance), "measure": measure})


def _learning(game: Game, hull: Hull, teams: Mapping[str, Team], top: Fraction) -> Hypothesis:
    for name in hull.supporters:
        if teams[name].value < top:
            witness: dict[str, object] = {
                "agent": name,
                "team": str(teams[name].value),
                "optimum": str(top),
                **_confusion(game, teams[name].rule),
            }
            return Fails(witness)
    return Holds()


def _confusion(game: Game, rule: Rule) -> dict[str, object]:
    """An observation and a cell in which no single action is best everywhere."""
    for cell in rule.leaves():
        for x_user in game.user_support:
            inside = [x for x in cell if (x_user, x) in game.best_actions]
            best = {x: list(game.best_actions[x_user, x]) for x in inside}
            if inside and not set.intersection(*map(set, best.values())):
                return {"user_observation": x_user, "cell": inside, "best_actions": best}
    return {}


def deviation_payoff(game: Game, deviation: Deviation) -> Fraction:
    """What the deviation surely gives its agent, taken alone: the least over her ties, the greatest
    if they favour him.
    """
    payoff, end = game.agent_payoff(deviation.agent), sure_end(deviation.ties)
    return rule_payoff_end(game, deviation.response, payoff, end, deviation.ties)


def _identical(game: Game, deviations: Sequence[Deviation]) -> Hypothesis:
    """Whether one best response nu exists with U_i(nu) at most what each of these agents surely
    gets by deviating.

    This is what the proof needs of "the outcomes are the same whichever agent deviates". Where her
    choice is anonymous (belief, order) or favours the speaker it always holds; under `any` exactly
    when one response is worst for all.
    """
    adverse = [d for d in deviations if d.ties is Ties.ANY]
    if any(d.ties in (Ties.BELIEF, Ties.ORDER) for d in deviations) and adverse:
        adverse = list(deviations)
    if not adverse:
        return Holds()
    response, payoffs = adverse[0].response, [game.agent_payoff(d.agent) for d in adverse]
    together = game.mixture(dict.fromkeys((d.agent for d in adverse), Fraction(1)))
    alone = sum(
        (rule_payoff_end(game, response, payoff, RangeEnd.LEAST) for payoff in payoffs), Fraction(0)
    )
    if rule_payoff_end(game, response, together, RangeEnd.LEAST) == alone:
        return Holds()
    return Fails(_quarrel(game, response, {d.agent: game.agent_payoff(d.agent) for d in adverse}))


def _identical_if(game: Game, hull: Hull) -> Hypothesis:
    """(identical) for the supporters as if each of them could reveal everything."""
    informed = full_information(game)
    return _identical(
        game, [Deviation(name, informed, informed, game.ties) for name in hull.supporters]
    )


def _quarrel(game: Game, rule: Rule, payoffs: Mapping[str, Payoff]) -> dict[str, object]:
    """Tied best actions at one cell whose worst members differ between two agents."""
    for cell in rule.leaves():
        for x_user in game.user_support:
            tied = game.optimal_actions(x_user, cell)
            worst = {
                name: _worst(game, payoff, x_user, cell, tied) for name, payoff in payoffs.items()
            }
            if not set.intersection(*map(set, worst.values())):
                return {
                    "user_observation": x_user,
                    "cell": list(cell),
                    "tied_actions": list(tied),
                    "worst_for": {name: list(actions) for name, actions in worst.items()},
                }
    return {"messages": "the user's optimal questions tie, and lead to different outcomes"}


def _worst(game: Game, payoff: Payoff, x_user: str, cell: Cell, tied: Sequence[str]) -> list[str]:
    values = {a: game.expected(payoff, x_user, cell, a) for a in tied}
    return [a for a in tied if values[a] == min(values.values())]
