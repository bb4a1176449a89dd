"""From hypotheses, bound and equilibrium to a verdict (theory.md 9).

The kernel confirms it; nothing here is final.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache

from verifier.errors import SolverError
from verifier.game.model import Game, Target
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, UndecidedSign, sign
from verifier.theory.alignment import Alignment, Hull, alignment, hull
from verifier.theory.benchmark import no_information, optimum, quantal_value, team
from verifier.theory.best_ai_bound import improved_bound
from verifier.theory.equilibrium import Equilibrium, Found, exhibit
from verifier.theory.guarantee import (
    Guarantee,
    Holds,
    Setting,
    bayes,
    best_ai,
    quantal,
    supported_team,
)
from verifier.theory.outcome_program import Bound, bound
from verifier.theory.quantal import span, total_variation

Exhibit = Callable[[Guarantee, Fraction | QuotientSum], Found]


class Verdict(StrEnum):
    """What is known of a claim (theory.md 9)."""

    PROVED = "proved"
    VACUOUS = "vacuous"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True)
class Benchmarks:
    """theory.md 3; `team` is for the agents of positive weight together, `team_by_agent` for each
    alone.
    """

    optimum: Fraction
    team: Fraction
    team_by_agent: Mapping[str, Fraction]
    no_information: Fraction
    quantal: QuotientSum


@dataclass(frozen=True)
class Finding:
    """One guarantee on one game: the claim, what bounds it, what is exhibited, and the verdict that
    this would support.

    `paper_bound` is None where a hypothesis other than (hull) fails: then the paper's theorem says
    nothing. `precision` is the number of bits at which the kernel can settle the sign of bound
    minus claim (0 where no exponential is involved).
    """

    setting: Setting
    tolerance: Fraction
    claimed_bound: Fraction | QuotientSum
    paper_bound: Fraction | QuotientSum | None
    bound: Bound
    equilibrium: Equilibrium | None
    found: Found
    verdict: Verdict
    precision: int

    @property
    def guarantee(self) -> Guarantee:
        """Which of the three guarantees this is about."""
        return self.setting.guarantee


@dataclass(frozen=True)
class Report:
    """Everything that `verify` finds about a game, before the kernel has spoken."""

    game: Game
    alignment: Alignment
    benchmarks: Benchmarks
    findings: Mapping[Guarantee, Finding]


def examine(
    game: Game,
    guarantees: Iterable[Guarantee] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
) -> Report:
    """Decides the guarantees on one game as far as this version can (theory.md 2-6 and 9).

    `tolerance` overrides the instance's claim. Raises SizeError when something would be larger than
    its limit.
    """
    aligned = alignment(game)
    claimed = next(t for t in (tolerance, game.tolerance, aligned.simplex.epsilon) if t is not None)
    shown = _exhibited(game, effort)
    settings = {
        guarantee: _setting(game, guarantee, aligned.simplex, claimed, effort)
        for guarantee in guarantees
    }
    return Report(
        game,
        aligned,
        _benchmarks(game, aligned.simplex, effort),
        {
            guarantee: _find(game, setting, claimed, effort, shown)
            for guarantee, setting in settings.items()
        },
    )


def _exhibited(game: Game, effort: Effort) -> Exhibit:
    """Exhibits each equilibrium once: a lone agent is picked anyway, so `bayes` and `best-ai` have
    the same ones.
    """
    lone = len(game.agents) == 1

    @cache
    def find(guarantee: Guarantee, least: Fraction | None) -> Found:
        return exhibit(game, guarantee, effort, least)

    def shown(guarantee: Guarantee, lower: Fraction | QuotientSum) -> Found:
        if lone and guarantee is not Guarantee.QUANTAL:
            return find(Guarantee.BAYES, None)
        return find(guarantee, lower if isinstance(lower, Fraction) else None)

    return shown


def _benchmarks(game: Game, simplex: Hull, effort: Effort) -> Benchmarks:
    alone = {agent.name: team(game, agent.sees, effort).value for agent in game.agents}
    together = supported_team(game, simplex, effort).value
    return Benchmarks(optimum(game), together, alone, no_information(game), quantal_value(game))


def _setting(
    game: Game, guarantee: Guarantee, simplex: Hull, tolerance: Fraction, effort: Effort
) -> Setting:
    if guarantee is Guarantee.QUANTAL:
        return quantal(game, simplex, tolerance)
    if guarantee is Guarantee.BEST_AI:
        return best_ai(game, simplex, tolerance, effort)
    setting = bayes(game, simplex, tolerance, effort)
    if isinstance(setting.hypotheses["learning"], Holds) or not setting.deviations:
        return setting
    able = hull(game, among=[deviation.agent for deviation in setting.deviations])
    if able.epsilon > simplex.epsilon:
        return setting
    # as near with teachers alone: the distance has several best mixtures, and this one satisfies
    # (learning)
    return bayes(game, replace(able, witness=simplex.witness), tolerance, effort)


def _find(
    game: Game, setting: Setting, tolerance: Fraction, effort: Effort, exhibited: Exhibit
) -> Finding:
    claimed = _claim(game, setting, tolerance)
    theorem = all(
        isinstance(found, Holds) for name, found in setting.hypotheses.items() if name != "hull"
    )
    paper = _theorem(game, setting, setting.hull.epsilon, game.gamma) if theorem else None
    lower = bound(game, setting, effort)
    found = exhibited(setting.guarantee, lower.value)
    if found.best_ai_values is not None:
        lower = improved_bound(game, lower, found.best_ai_values, effort)
    shown = found.worst
    verdict, precision = _judge(claimed, lower.value, shown)
    return Finding(setting, tolerance, claimed, paper, lower, shown, found, verdict, precision)


def _claim(game: Game, setting: Setting, tolerance: Fraction) -> Fraction | QuotientSum:
    """What the guarantee says with this tolerance, or OPT - 2 tolerance where the instance claims
    that.
    """
    if game.target is Target.GUARANTEE:
        return _theorem(game, setting, tolerance, Fraction(0))
    claimed = optimum(game) - 2 * tolerance
    rational = isinstance(setting.benchmark, Fraction)
    return claimed if rational else QuotientSum.constant_sum(game.quantal.base, claimed)


def _theorem(
    game: Game, setting: Setting, tolerance: Fraction, gamma: Fraction
) -> Fraction | QuotientSum:
    """OPT - 2 tolerance, TEAM - 2 tolerance, or QR - 2 tolerance - span tanh(eta delta / 2), all
    less gamma (theory.md 4).
    """
    if isinstance(setting.benchmark, Fraction):
        return setting.benchmark - 2 * tolerance - gamma
    weights = {name: w for name, w in setting.hull.weights.items() if w > 0}
    wide = sum((weights[a.name] * span(a) for a in game.agents if a.name in weights), Fraction(0))
    delta = max(setting.scripts[name].delta for name in weights)
    lost = total_variation(game, delta).scale(wide)
    return (
        setting.benchmark
        - lost
        - QuotientSum.constant_sum(game.quantal.base, 2 * tolerance + gamma)
    )


def _judge(
    claimed: Fraction | QuotientSum, lower: Fraction | QuotientSum, shown: Equilibrium | None
) -> tuple[Verdict, int]:
    reaches = compare(lower, claimed)
    below = None if shown is None else compare(shown.user_utility, claimed)
    less = isinstance(below, Decided) and below.sign < 0
    if not isinstance(reaches, Decided) or reaches.sign < 0:
        return (Verdict.REFUTED if less else Verdict.OPEN), 0
    if less:
        raise SolverError("an equilibrium lies below a certified bound")
    return (Verdict.VACUOUS if shown is None else Verdict.PROVED), reaches.bits


def compare(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> Decided | UndecidedSign:
    """The exact sign of left - right, and the precision at which the kernel will see it (theory.md
    8).

    Undecided beyond the size limits of exponential sums: then nothing is claimed in either
    direction.
    """
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return Decided((left > right) - (left < right), 0)
    if isinstance(left, Fraction) or isinstance(right, Fraction):
        raise TypeError("a quantal number is compared with a quantal number")
    return sign(left - right)
