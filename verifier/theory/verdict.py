"""Verdicts: what hypotheses, bound and equilibrium of each guarantee decide (theory.md 9.1).

A verdict is a proposal: it is reported once the kernel has accepted a certificate for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache, cached_property, partial

from verifier.deadline import (
    OutOfTimeError,
    current,
    finished,
    in_time,
    overtime,
    passed,
    uninterrupted,
)
from verifier.errors import SizeError, SolverError
from verifier.frozen import FrozenDict
from verifier.game.model import Convention, Game, Target, Ties
from verifier.numbers import Enclosable, rational
from verifier.result import Result
from verifier.solve.effort import USUAL, Effort
from verifier.solve.exponential import Decided, QuotientSum, UndecidedSign, sign
from verifier.solve.logarithm import LessLogarithm
from verifier.solve.program import Goal
from verifier.theory.alignment import Alignment, Hull, alignment, hull
from verifier.theory.benchmark import meets, no_information, optimum, quantal_value, team
from verifier.theory.bounds.asked_offer import asks_for_each
from verifier.theory.bounds.best_ai_bound import asked_bound, excluded, improved_bound
from verifier.theory.bounds.contests import contest_bound, contest_exclusion
from verifier.theory.bounds.outcome_program import Bound, bound, one_user_bound
from verifier.theory.deviations.frontier import Frontiers
from verifier.theory.equilibria.equilibrium import Equilibrium, Exhibited, exhibit
from verifier.theory.equilibria.existence import Existence, existence
from verifier.theory.guarantees.bayes import bayes_setting
from verifier.theory.guarantees.best_ai import best_ai_setting, supported_team, widest_team
from verifier.theory.guarantees.guarantee import (
    Guarantee,
    Holds,
    Setting,
    answerable,
    claimed_tolerance,
    theorem_bound,
)
from verifier.theory.guarantees.promise import promise
from verifier.theory.guarantees.quantal import quantal_setting

Compared = Decided | UndecidedSign
"""The sign of a difference, where it is decided."""

Exhibit = Callable[[Guarantee, Fraction | QuotientSum, Fraction | QuotientSum], Exhibited]
"""A search for equilibria of a guarantee's user, given the lower bound on her utility and what is
claimed.
"""


class Verdict(StrEnum):
    """The verdict on a claim (theory.md 9.1)."""

    PROVED = "proved"
    VACUOUS = "vacuous"
    REFUTED = "refuted"
    OPEN = "open"


@dataclass(frozen=True, repr=False)
class Benchmarks(Result):
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


@dataclass(frozen=True, repr=False)
class Finding(Result):
    """The finding on a guarantee: claim, bound, equilibrium, and the verdict that they support.

    `paper_bound` is None where a hypothesis other than (hull) fails: then the paper's theorem says
    nothing. `margin` is the sign of bound minus claim, `shortfall` that of the equilibrium's
    utility minus claim, None where no equilibrium is known; `existence` says what is known then.
    `each` has a bound for each of several users under one rule for all (theory.md 5.8).
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
    existence: Existence | None
    each: Mapping[str, Bound] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The verdict that these numbers support.

        Where the search for equilibria ran out of time it is `open`, never `vacuous`.
        """
        if _is(self.margin, 0, 1):
            if self.existence in (None, Existence.THEOREM):
                return Verdict.PROVED
            return Verdict.OPEN if self.found.out_of_time else Verdict.VACUOUS
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


@dataclass(frozen=True, repr=False)
class Report(Result):
    """The findings on a game, before the kernel has checked a certificate.

    `unfinished` are the guarantees for which the deadline passed before a bound was known.
    `tolerance` is None where the hull distance is claimed.
    """

    game: Game
    alignment: Alignment
    benchmarks: Benchmarks
    findings: Mapping[Guarantee, Finding]
    unfinished: tuple[Guarantee, ...] = ()
    tolerance: Fraction | None = None
    effort: Effort = field(default=USUAL, repr=False)

    def finding(self, guarantee: Guarantee) -> Finding:
        """The finding on a guarantee. Raises OutOfTimeError where the deadline passed before."""
        if guarantee in self.unfinished:
            raise OutOfTimeError(passed())
        return self.findings[guarantee]

    @property
    def against_optimum(self) -> Enclosable | None:
        """What is claimed of the quantal user, with OPT - log(m) / eta in the place of QR.

        None where OPT is claimed, she has one action, or she is not asked about. theory.md 4.2.
        """
        known, finding = self.benchmarks.quantal, self.findings.get(Guarantee.QUANTAL)
        always = self.game.target is Target.OPTIMUM or len(self.game.actions) == 1
        if known is None or finding is None or always or not finding.setting.hull.supporters:
            return None
        return LessLogarithm(
            finding.claimed_bound - known + self.benchmarks.optimum,
            1 / self.game.quantal.eta,
            len(self.game.actions),
        )

    @cached_property
    def claims(self) -> Mapping[Guarantee, Mapping[Convention, Fraction | QuotientSum]]:
        """What each guarantee claims with weights of sum 1, and with any, when first asked for.

        A convention under which TEAM would take too long is left out (theory.md 2.3).
        """
        found: dict[Guarantee, dict[Convention, Fraction | QuotientSum]] = {}
        for name in self.findings:
            found[name] = {}
            for convention in (Convention.SIMPLEX, Convention.CONE):
                with suppress(SizeError):
                    found[name][convention] = self._claimed(name, convention)
        return FrozenDict({name: FrozenDict(claims) for name, claims in found.items()})

    def _claimed(self, name: Guarantee, convention: Convention) -> Fraction | QuotientSum:
        if convention is self.alignment.claimed.convention:
            return self.findings[name].claimed_bound
        nearest = widest_team(self.game, self.alignment.of(convention), self.effort)
        tolerance = nearest.epsilon if self.tolerance is None else self.tolerance
        less = 2 * claimed_tolerance(self.game, name, tolerance)
        return promise(self.game, name, nearest, self.effort) - less


def examine(
    game: Game,
    guarantees: Iterable[Guarantee] = tuple(Guarantee),
    tolerance: Fraction | None = None,
    effort: Effort = USUAL,
    ends: Collection[Goal] = tuple(Goal),
    convention: Convention | None = None,
) -> Report:
    """The report on a game: alignment, benchmarks and a finding for each guarantee.

    `tolerance` and `convention` override the instance's claim. `ends`: which equilibria are
    exhibited; a verdict needs the worst alone, MINIMISE. Raises SizeError where something would be
    larger than its limit, and OutOfTimeError where the deadline passes before the benchmarks are
    known.
    """
    names = answerable(game, guarantees)
    with uninterrupted():
        aligned = in_time(lambda: _aligned(game, convention or game.hull, effort))
        nearest, said = aligned.claimed, game.tolerance if tolerance is None else tolerance
        claimed = nearest.epsilon if said is None else said
        quantal = Guarantee.QUANTAL in names
        benchmarks = in_time(lambda: _benchmarks(game, nearest, effort, quantal=quantal))
        if current() is not None:  # a deadline does not interrupt who reads these later
            in_time(lambda: (aligned.cone, aligned.state_offset, benchmarks.quantal))
        exhibits = _exhibits(game, effort, ends)
        found = {name: _finding(game, name, nearest, claimed, effort, exhibits) for name in names}
        findings = {name: finding for name, finding in found.items() if finding is not None}
        unfinished = tuple(name for name in names if name not in findings)
        report = Report(game, aligned, benchmarks, findings, unfinished, said, effort)
        if current() is not None:
            finished(lambda: report.claims, None)
    return report


def _aligned(game: Game, convention: Convention, effort: Effort) -> Alignment:
    """The distances, with the nearest mixture that has the largest TEAM."""
    found = alignment(game, convention)
    return replace(found, claimed=widest_team(game, found.claimed, effort))


def _exhibits(game: Game, effort: Effort, ends: Collection[Goal]) -> Exhibit:
    """The search for equilibria, run once where `bayes` and `best-ai` have the same ones.

    They have with a single agent, who is picked in any case.
    """
    single = len(game.agents) == 1

    @cache
    def search(guarantee: Guarantee, least: Fraction | None, below: Fraction | None) -> Exhibited:
        return exhibit(game, guarantee, effort, least, ends, below)

    def exhibits(
        guarantee: Guarantee, lower: Fraction | QuotientSum, claimed: Fraction | QuotientSum
    ) -> Exhibited:
        if single and guarantee is not Guarantee.QUANTAL:
            return search(Guarantee.BAYES, None, None)
        rational = isinstance(lower, Fraction) and isinstance(claimed, Fraction)
        return search(guarantee, *((lower, claimed) if rational else (None, None)))

    return exhibits


def _benchmarks(game: Game, nearest: Hull, effort: Effort, *, quantal: bool) -> Benchmarks:
    alone = {agent.name: team(game, agent.sees, effort).value for agent in game.agents}
    together = supported_team(game, nearest, effort).value
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
    game: Game, guarantee: Guarantee, nearest: Hull, tolerance: Fraction, effort: Effort
) -> Setting:
    """The guarantee on a game, with weights of least distance for which (learning) holds, if any.

    The hull distance may be attained by several mixtures. If agents who can reveal everything are
    as near by themselves, their mixture satisfies (learning).
    """
    setting = setting_of(game, guarantee, nearest, tolerance, effort)
    learning = isinstance(setting.hypotheses.get("learning"), Holds)
    if guarantee is not Guarantee.BAYES or learning or not setting.deviations:
        return setting
    names = [deviation.agent for deviation in setting.deviations]
    able = hull(game, nearest.convention, names)
    if able.epsilon > nearest.epsilon:
        return setting
    return bayes_setting(game, replace(able, witness=nearest.witness), tolerance, effort)


def _finding(
    game: Game,
    guarantee: Guarantee,
    nearest: Hull,
    tolerance: Fraction,
    effort: Effort,
    exhibits: Exhibit,
) -> Finding | None:
    """The finding on a guarantee, as far as the time allows; None where it allows no bound."""
    known = finished(lambda: _bounded(game, guarantee, nearest, tolerance, effort), None)
    if known is None:
        return None
    setting, claimed, paper_bound, lower = known
    found = exhibits(guarantee, lower.value, claimed)
    worst, improved = found.worst, lower
    improve: Callable[[], Bound] | None = None
    if _talks_to_one(game, guarantee, found):
        improve = partial(_improved, game, lower, found, effort)
    elif guarantee is Guarantee.BAYES:
        improve = partial(_remarked, game, setting, lower, found, claimed, effort)
    elif guarantee is Guarantee.BEST_AI and not game.evaluation:
        improve = partial(_asked, game, lower, found, effort)
    if improve is not None:
        improved = finished(improve, lower)
        if passed() is not None and improved is lower and not found.out_of_time:
            found = found.cut_short("the improvement of the bound")
    margin = _compared(improved.value, claimed)
    shortfall = None if worst is None else _compared(worst.user_utility, claimed)
    if _is(margin, 0, 1) and _is(shortfall, -1):
        raise SolverError("an equilibrium lies below a certified bound")
    return Finding(
        setting,
        tolerance,
        claimed,
        paper_bound,
        improved,
        worst,
        found,
        margin,
        shortfall,
        existence(game, guarantee, improved, found),
        finished(partial(_each, game, setting, effort), {}),
    )


def _each(game: Game, setting: Setting, effort: Effort) -> Mapping[str, Bound]:
    """What each of several users gets at least under one rule for all; for Bayesian users."""
    if not game.population or game.origin is None or setting.guarantee is not Guarantee.BAYES:
        return {}
    found = {name: one_user_bound(game, setting, name, effort) for name in game.origin.shares}
    return {name: bound for name, bound in found.items() if bound is not None}


def _bounded(
    game: Game, guarantee: Guarantee, nearest: Hull, tolerance: Fraction, effort: Effort
) -> tuple[Setting, Fraction | QuotientSum, Fraction | QuotientSum | None, Bound]:
    """A guarantee's setting, its claim, the paper's bound and the bound of theory.md 5.2."""
    setting = _nearest_setting(game, guarantee, nearest, tolerance, effort)
    theorem_applies = all(
        isinstance(hypothesis, Holds)
        for name, hypothesis in setting.hypotheses.items()
        if name != "hull"
    )
    paper_bound = (
        theorem_bound(game, setting, setting.hull.epsilon, game.gamma) if theorem_applies else None
    )
    less = 2 * claimed_tolerance(game, guarantee, tolerance)
    claimed = promise(game, guarantee, setting.hull, effort) - less
    return setting, claimed, paper_bound, bound(game, setting, effort)


def _compared(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> Compared:
    """The sign of left - right, as `compare` decides it where the time suffices."""
    late = UndecidedSign("the time did not suffice (--seconds)")
    with overtime():
        return finished(lambda: compare(left, right), late)


def _talks_to_one(game: Game, guarantee: Guarantee, found: Exhibited) -> bool:
    """Whether frontiers may improve the bound: she talks to one agent."""
    alone = len(game.agents) == 1 and guarantee is not Guarantee.QUANTAL
    picks_the_best = found.best_ai_values is not None and not game.evaluation
    return picks_the_best or (alone and found.left_out is None)


def _remarked(
    game: Game,
    setting: Setting,
    lower: Bound,
    found: Exhibited,
    claimed: Fraction | QuotientSum,
    effort: Effort,
) -> Bound:
    """The bound that remarks raise, where they decide something.

    That is where the rows do not prove the claim, or remarks meet the worst equilibrium.
    """
    least = rational(lower.value)
    goal = optimum(game) if found.worst is None else rational(found.worst.user_utility)
    if meets(game, least, goal):
        return lower
    from verifier.theory.bounds.rare_remarks import remark_bound  # few games need remarks

    better = remark_bound(game, setting, least, goal, rational(claimed), effort)
    return lower if better is None else replace(lower, value=better.value, remarks=better)


def _improved(game: Game, lower: Bound, found: Exhibited, effort: Effort) -> Bound:
    """The bound as frontiers improve it, for a user who talks to one agent."""
    values, worst = found.best_ai_values, found.worst
    curves = Frontiers(game, effort) if values is None else values.curves
    if worst is None and values is not None and game.ties is Ties.FAVOUR_SPEAKER:
        left = excluded(lower, curves) or contest_exclusion(lower, curves)
        lower = replace(lower, excluded=left)
    goal = None if worst is None else rational(worst.user_utility)
    improved = improved_bound(lower, curves, goal)
    if game.ties is Ties.BELIEF and improved.value != goal:  # duplicates may go against them
        freely = Frontiers(replace(game, ties=Ties.ANY), effort)
        again = improved_bound(lower, freely, goal)
        improved = max(improved, again, key=lambda each: rational(each.value))
    if len(game.agents) > 1:
        return improved if improved.excluded else contest_bound(improved, curves, goal)
    if goal is None:
        return improved
    return asked_bound(improved, game, effort, goal)


def _asked(game: Game, lower: Bound, found: Exhibited, effort: Effort) -> Bound:
    """The bound as offers to a user who asks improve it; perhaps no equilibrium is left."""
    worst = found.worst
    if worst is None and game.ties is Ties.FAVOUR_SPEAKER and asks_for_each(game):
        lower = replace(lower, excluded=excluded(lower, Frontiers(game, effort)))
    goal = optimum(game) if worst is None else rational(worst.user_utility)
    return asked_bound(lower, game, effort, goal)


def compare(left: Fraction | QuotientSum, right: Fraction | QuotientSum) -> Decided | UndecidedSign:
    """The exact sign of left - right, with the precision that the kernel needs (theory.md 8.1).

    The sign is undecided beyond the size limits of exponential sums: then nothing is claimed in
    either direction. Raises TypeError where only one of the two is rational.
    """
    return sign(left - right)
