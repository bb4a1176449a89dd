"""Verdicts: what hypotheses, bound and equilibrium of each guarantee decide (theory.md 9.1).

A verdict is a proposal: it is reported once the kernel has accepted a certificate for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property

from verifier.errors import SolverError
from verifier.game.model import Game, Target
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, UndecidedSign, like, sign
from verifier.solve.program import Goal
from verifier.theory.alignment import Alignment, Hull, alignment, hull
from verifier.theory.benchmark import no_information, optimum, quantal_value, team
from verifier.theory.best_ai_bound import improved_bound
from verifier.theory.equilibrium import Equilibrium, Exhibited, exhibit
from verifier.theory.guarantee import (
    Guarantee,
    Holds,
    Setting,
    theorem_bound,
)
from verifier.theory.guarantee_bayes import bayes_setting
from verifier.theory.guarantee_best_ai import best_ai_setting, supported_team
from verifier.theory.guarantee_quantal import quantal_setting
from verifier.theory.outcome_program import Bound, bound

Exhibit = Callable[[Guarantee, Fraction | QuotientSum], Exhibited]
"""A search for equilibria of a guarantee's user, given the lower bound on her utility."""


class Verdict(StrEnum):
    """The verdict on a claim (theory.md 9.1)."""

    PROVED = "proved"
    VACUOUS = "vacuous"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True)
class Benchmarks:
    """The benchmarks of a game (theory.md 3.1).

    `team` is TEAM with a rule that all agents of positive weight can follow, `team_by_agent` TEAM
    with each agent alone.
    """

    game: Game = field(repr=False)
    optimum: Fraction
    team: Fraction
    team_by_agent: Mapping[str, Fraction]
    no_information: Fraction
    about_quantal: bool

    @cached_property
    def quantal(self) -> QuotientSum | None:
        """QR, when it is first asked for.

        None where nobody asked about the quantal user and it would have more than CHEAP powers.
        """
        powers = len(self.game.points) * len(self.game.actions)
        return quantal_value(self.game) if self.about_quantal or powers <= CHEAP else None


CHEAP = 10_000
"""Most powers of a QR that is told unasked."""


@dataclass(frozen=True)
class Finding:
    """The finding on a guarantee: claim, bound, equilibrium, and the verdict that they support.

    `paper_bound` is None where a hypothesis other than (hull) fails: then the paper's theorem says
    nothing. `margin` is the sign of bound minus claim, `shortfall` that of the equilibrium's
    utility minus claim, None where no equilibrium is known.
    """

    setting: Setting
    tolerance: Fraction
    claimed_bound: Fraction | QuotientSum
    paper_bound: Fraction | QuotientSum | None
    bound: Bound
    equilibrium: Equilibrium | None
    found: Exhibited
    margin: Decided | UndecidedSign
    shortfall: Decided | UndecidedSign | None

    @property
    def verdict(self) -> Verdict:
        """The verdict that these numbers support."""
        if _is(self.margin, 0, 1):
            return Verdict.VACUOUS if self.equilibrium is None else Verdict.PROVED
        return Verdict.REFUTED if _is(self.shortfall, -1) else Verdict.OPEN

    @property
    def precision(self) -> int:
        """The bits at which the kernel sees what the verdict rests on, 0 for rational numbers."""
        seen = self.shortfall if self.verdict is Verdict.REFUTED else self.margin
        return seen.bits if isinstance(seen, Decided) else 0

    @property
    def guarantee(self) -> Guarantee:
        """The guarantee that the finding is about."""
        return self.setting.guarantee


def _is(found: Decided | UndecidedSign | None, *signs: int) -> bool:
    return isinstance(found, Decided) and found.sign in signs


@dataclass(frozen=True)
class Report:
    """The findings on a game, before the kernel has checked a certificate."""

    game: Game
    alignment: Alignment
    benchmarks: Benchmarks
    findings: Mapping[Guarantee, Finding]


def examine(
    game: Game,
    guarantees: Iterable[Guarantee] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    ends: Collection[Goal] = tuple(Goal),
) -> Report:
    """The report on a game: alignment, benchmarks and a finding for each guarantee.

    `tolerance` overrides the instance's claim. `ends`: which equilibria are exhibited; a verdict
    needs the worst alone, MINIMISE. Raises SizeError where something would be larger
    than its limit.
    """
    aligned = alignment(game)
    claimed = next(t for t in (tolerance, game.tolerance, aligned.simplex.epsilon) if t is not None)
    exhibits = _exhibits(game, effort, ends)
    settings = {
        guarantee: _nearest_setting(game, guarantee, aligned.simplex, claimed, effort)
        for guarantee in guarantees
    }
    benchmarks = _benchmarks(game, aligned.simplex, effort, quantal=Guarantee.QUANTAL in settings)
    findings = {
        guarantee: _finding(game, setting, claimed, effort, exhibits)
        for guarantee, setting in settings.items()
    }
    return Report(game, aligned, benchmarks, findings)


def _exhibits(game: Game, effort: Effort, ends: Collection[Goal]) -> Exhibit:
    """The search for equilibria, run once where `bayes` and `best-ai` have the same ones.

    They have with a single agent, who is picked in any case.
    """
    single = len(game.agents) == 1

    @cache
    def search(guarantee: Guarantee, least: Fraction | None) -> Exhibited:
        return exhibit(game, guarantee, effort, least, ends)

    def exhibits(guarantee: Guarantee, lower: Fraction | QuotientSum) -> Exhibited:
        if single and guarantee is not Guarantee.QUANTAL:
            return search(Guarantee.BAYES, None)
        return search(guarantee, lower if isinstance(lower, Fraction) else None)

    return exhibits


def _benchmarks(game: Game, simplex: Hull, effort: Effort, *, quantal: bool) -> Benchmarks:
    alone = {agent.name: team(game, agent.sees, effort).value for agent in game.agents}
    together = supported_team(game, simplex, effort).value
    return Benchmarks(game, optimum(game), together, alone, no_information(game), quantal)


def setting_of(
    game: Game, guarantee: Guarantee, hull: Hull, tolerance: Fraction, effort: Effort = USUAL
) -> Setting:
    """The guarantee on a game with the weights of this hull (theory.md 4.1, 4.2, 4.3)."""
    if guarantee is Guarantee.QUANTAL:
        return quantal_setting(game, hull, tolerance)
    setting = bayes_setting if guarantee is Guarantee.BAYES else best_ai_setting
    return setting(game, hull, tolerance, effort)


def _nearest_setting(
    game: Game, guarantee: Guarantee, simplex: Hull, tolerance: Fraction, effort: Effort
) -> Setting:
    """The guarantee on a game, with weights of least distance for which (learning) holds, if any.

    The hull distance may be attained by several mixtures. If agents who can reveal everything are
    as near by themselves, their mixture satisfies (learning).
    """
    setting = setting_of(game, guarantee, simplex, tolerance, effort)
    learning = isinstance(setting.hypotheses.get("learning"), Holds)
    if guarantee is not Guarantee.BAYES or learning or not setting.deviations:
        return setting
    able = hull(game, among=[deviation.agent for deviation in setting.deviations])
    if able.epsilon > simplex.epsilon:
        return setting
    return bayes_setting(game, replace(able, witness=simplex.witness), tolerance, effort)


def _finding(
    game: Game, setting: Setting, tolerance: Fraction, effort: Effort, exhibits: Exhibit
) -> Finding:
    claimed = _claim(game, setting, tolerance)
    theorem_applies = all(
        isinstance(hypothesis, Holds)
        for name, hypothesis in setting.hypotheses.items()
        if name != "hull"
    )
    paper_bound = (
        theorem_bound(game, setting, setting.hull.epsilon, game.gamma) if theorem_applies else None
    )
    lower = bound(game, setting, effort)
    found = exhibits(setting.guarantee, lower.value)
    if found.best_ai_values is not None:
        lower = improved_bound(game, lower, found.best_ai_values, effort)
    worst = found.worst
    margin = compare(lower.value, claimed)
    shortfall = None if worst is None else compare(worst.user_utility, claimed)
    if _is(margin, 0, 1) and _is(shortfall, -1):
        raise SolverError("an equilibrium lies below a certified bound")
    return Finding(setting, tolerance, claimed, paper_bound, lower, worst, found, margin, shortfall)


def _claim(game: Game, setting: Setting, tolerance: Fraction) -> Fraction | QuotientSum:
    """The claim: what the theorem promises, or OPT - 2 tolerance where the instance claims that."""
    if game.target is Target.GUARANTEE:
        return theorem_bound(game, setting, tolerance, Fraction(0))
    claimed = optimum(game) - 2 * tolerance
    return like(claimed, setting.benchmark)


def compare(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> Decided | UndecidedSign:
    """The exact sign of left - right, with the precision that the kernel needs (theory.md 8.1).

    The sign is undecided beyond the size limits of exponential sums: then nothing is claimed in
    either direction. Raises TypeError where only one of the two is rational.
    """
    return sign(left - right)
