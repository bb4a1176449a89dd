"""The smallest game like a given one: the same verdict, for the same reasons, with less in it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from verifier.deadline import OutOfTimeError, in_time, uninterrupted
from verifier.errors import SizeError
from verifier.game.model import Game
from verifier.search.shrink import shrink
from verifier.search.size import spread
from verifier.solve.effort import DIRECT, Effort
from verifier.solve.exponential import Decided
from verifier.theory.dropped import failing
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Verdict, compare, examine


@dataclass(frozen=True)
class Likeness:
    """What small games have in common with a large one, about one guarantee.

    Besides the verdict and the hypotheses that fail it counts what keeps a game from being dull:
    whether the hull distance is 0, whether she has anything to learn and is promised more than she
    has alone, and whether something is at stake for each agent. Without these, every proof would
    shrink to a game in which nothing happens.
    """

    verdict: Verdict
    failing: frozenset[str]
    in_hull: bool
    something_to_learn: bool
    promised_more: bool
    all_concerned: bool


def likeness(game: Game, guarantee: Guarantee, effort: Effort = DIRECT) -> Likeness:
    """The likeness of a game about a guarantee. Raises SizeError above the effort's limits."""
    report = examine(game, [guarantee], None, effort)
    finding, benchmarks = report.finding(guarantee), report.benchmarks
    promised = compare(finding.claimed_bound, benchmarks.no_information)
    return Likeness(
        finding.verdict,
        failing(finding.setting),
        report.alignment.claimed.epsilon == 0,
        benchmarks.no_information < benchmarks.optimum,
        isinstance(promised, Decided) and promised.sign > 0,
        all(spread(game, agent.utility) > 0 for agent in game.agents),
    )


@dataclass(frozen=True)
class Smaller:
    """The smallest game that was found, and whether no single step makes it smaller still."""

    game: Game
    minimal: bool


def smaller(game: Game, guarantee: Guarantee, effort: Effort = DIRECT) -> Smaller:
    """The smallest game like this one that single steps lead to (`shrink`), or that time allows.

    Raises SizeError for a game above the effort's limits, OutOfTimeError where the deadline passes
    before the game itself is examined.
    """
    with uninterrupted():
        wanted = in_time(lambda: likeness(game, guarantee, effort))
        last, minimal = game, False

        def alike(candidate: Game) -> bool:
            nonlocal last
            with suppress(SizeError):
                if likeness(candidate, guarantee, effort) == wanted:
                    last = candidate
                    return True
            return False

        with suppress(OutOfTimeError):
            in_time(lambda: shrink(game, alike))
            minimal = True
    return Smaller(last, minimal)
