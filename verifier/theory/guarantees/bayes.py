"""G1, the Bayesian user: (learning), (identical) and the revealing deviations (theory.md 4.1).

An agent whose rule attains TEAM = OPT can reveal all that matters. (learning) holds if every agent
of positive weight can, (identical) if one outcome gives each of them at most what he can secure.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from verifier.game.model import Game, Ties
from verifier.game.rules import Rule, separates
from verifier.solve.effort import USUAL, Effort
from verifier.theory.alignment import Hull
from verifier.theory.benchmark import Team, optimum, team
from verifier.theory.guarantees.guarantee import (
    Deviation,
    Fails,
    Guarantee,
    Holds,
    Hypothesis,
    Setting,
    common_outcome,
    full_information,
    hull_hypothesis,
)


def bayes_setting(game: Game, hull: Hull, tolerance: Fraction, effort: Effort = USUAL) -> Setting:
    """G1 on a game, with the revealing deviation of each agent that has one."""
    informed, best = full_information(game), optimum(game)
    teams = {agent.name: team(game, agent.sees, effort) for agent in game.agents}
    deviations = tuple(
        Deviation(
            name, found.rule, informed, game.ties if _determined(game, found.rule) else Ties.ANY
        )
        for name, found in teams.items()
        if found.value == best
    )
    learning = _learning(game, hull, teams, best)
    if isinstance(learning, Holds):
        able = [d for d in deviations if d.agent in hull.supporters]
    else:  # as if each supporter could reveal everything
        able = [Deviation(name, informed, informed, game.ties) for name in hull.supporters]
    hypotheses = {
        "hull": hull_hypothesis(hull, tolerance),
        "learning": learning,
        "identical": common_outcome(game, able),
    }
    return Setting(Guarantee.BAYES, hull, best, deviations, hypotheses)


def _determined(game: Game, rule: Rule) -> bool:
    """Whether other agents' messages cannot change the user's informed choice after the rule."""
    return game.has_unique_best_actions or separates(game, rule)


def _learning(game: Game, hull: Hull, teams: Mapping[str, Team], best: Fraction) -> Hypothesis:
    """The hypothesis (learning): the rule of every agent of positive weight attains OPT."""
    for name in hull.supporters:
        if teams[name].value < best:
            return Fails(
                {
                    "agent": name,
                    "team": str(teams[name].value),
                    "optimum": str(best),
                    **_confusion(game, teams[name].rule),
                }
            )
    return Holds()


def _confusion(game: Game, rule: Rule) -> dict[str, object]:
    """The witness: a user observation and a cell in which no action is best everywhere."""
    for cell in rule.leaves():
        for x_user in game.user_support:
            inside = [x for x in cell if (x_user, x) in game.best_actions]
            best = {x: list(game.best_actions[x_user, x]) for x in inside}
            if inside and not set.intersection(*map(set, best.values())):
                return {"user_observation": x_user, "cell": inside, "best_actions": best}
    return {}
