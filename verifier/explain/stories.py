"""The stories of all guarantees on one game, from what the kernel has confirmed of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from verifier.certificate import claimed_in
from verifier.certified import Certified, Verified, verify
from verifier.deadline import OutOfTimeError, finished, passed, uninterrupted
from verifier.explain.document import Narrative
from verifier.explain.sections.refutation import dropped
from verifier.explain.short import ShortStory, short_story
from verifier.explain.story import story
from verifier.explain.subject import Repair, RepairedGame, Subject
from verifier.game.model import Game
from verifier.solve.effort import USUAL, Effort
from verifier.theory.dropped import failing
from verifier.theory.verdict import Verdict

T = TypeVar("T")


def stories(found: Verified, effort: Effort = USUAL) -> dict[str, Narrative]:
    """Every guarantee's story is its proof, or its counterexample with the game that repairs it.

    Repaired games are verified as well, each certificate checked by the kernel. Stories that a
    deadline cuts short are missing. Raises SizeError for work above the effort's limits. theory.md
    7.1.
    """
    return _each(found, effort, story)


def short_stories(found: Verified, effort: Effort = USUAL) -> dict[str, ShortStory]:
    """Every guarantee's short story: its verdict, the inequality that proves it, who would gain.

    Stories that a deadline cuts short are missing. Raises SizeError as `stories`.
    """
    return _each(found, effort, short_story)


def _each(found: Verified, effort: Effort, tell: Callable[[Subject], T]) -> dict[str, T]:
    """What `tell` makes of each guarantee's subject, as far as the time suffices."""

    def one(guarantee: str) -> T:
        return tell(subject_of(found, guarantee, effort))

    with uninterrupted():
        made = {name: finished(partial(one, name), None) for name in found.guarantees}
    return {name: part for name, part in made.items() if part is not None}


def subject_of(found: Verified, guarantee: str, effort: Effort = USUAL) -> Subject:
    """The subject of a guarantee's story is its finding, the kernel's line and a repair."""
    certified = found.guarantees[guarantee]
    kernel = None if certified.reply is None else certified.reply.text
    accepted = certified.reply is not None and certified.reply.accepted
    made = certified.certificate if accepted else None
    claims = frozenset() if made is None else claimed_in(made)
    repaired = _repaired(found.report.game, certified, effort)
    return Subject(
        found.report,
        certified.finding,
        certified.verdict,
        kernel,
        claims=claims,
        repaired=repaired,
        reason=certified.reason,
    )


def _repaired(game: Game, certified: Certified, effort: Effort) -> Repair | None:
    """The game with the one failing hypothesis repaired; None where it is not exactly one."""
    finding = certified.finding
    failed = dropped(game, finding) if certified.verdict is Verdict.REFUTED else None
    if failed is None:
        return None

    def examined(repaired: Game) -> RepairedGame:
        name = finding.guarantee
        convention = finding.setting.hull.convention
        verified = verify(repaired, [name], finding.tolerance, effort, convention=convention)
        if verified.late:
            raise OutOfTimeError(passed())
        checked = verified.guarantees[name]
        kernel = None if checked.reply is None else checked.reply.text
        return RepairedGame(repaired, checked.verdict, kernel, failing(checked.finding.setting))

    return Repair(failed, tuple(map(examined, failed.repair(game))))
