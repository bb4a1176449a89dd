"""How each kind of result tells of itself: in one line, and in the lines that the command prints.

A game does not know the file that it is from, so a line with that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeVar

from verifier.api.stories import Stories, Story
from verifier.certificate import Gain, Judgement
from verifier.certified import Certified, Equilibria, Verified, Witness
from verifier.dynamics.contest import Contest
from verifier.dynamics.report import contest_lines
from verifier.game.model import Game
from verifier.game.shape import shape
from verifier.game.writer import write
from verifier.numbers import brief, counted
from verifier.region.piece import Region
from verifier.region.plane.piece import Plane
from verifier.region.plane.report import plane_lines, plane_title
from verifier.region.report import SAID, by_verdict, region_lines, region_title
from verifier.report.cheap_talk import cheap_talk_lines
from verifier.report.conversation_tree import ConversationTree
from verifier.report.equilibria import equilibria_report_lines, witness_lines
from verifier.report.judgement import judgement_lines
from verifier.report.learning import learning_lines
from verifier.report.persuasion import persuasion_lines
from verifier.report.restricted import restricted_lines
from verifier.report.terminal import (
    certified_lines,
    hull_lines,
    report_lines,
    single_hull_lines,
    title_lines,
)
from verifier.result import PRESENTATIONS, Presentation, Result
from verifier.search.coverage import Found
from verifier.search.report import found_lines, wrapped_coverage_lines
from verifier.sheets import sheet_of
from verifier.sweep.summary import Summary, summary_lines
from verifier.tables.report import TableReport, table_lines
from verifier.theory.alignment import Alignment, Hull
from verifier.theory.cheap_talk.one_sender import CheapTalk
from verifier.theory.cheap_talk.two_senders import TwoSenderTalk
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.optimal_signal import Persuasion
from verifier.theory.judgements.conversation import (
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
)
from verifier.theory.judgements.quantal import (
    QuantalEquilibrium,
    QuantalRefutation,
    QuantalUnresolved,
)
from verifier.theory.judgements.signals import Refutation, Unresolved
from verifier.theory.learning.straightforward import Learning
from verifier.theory.restricted.game import RestrictedEquilibria
from verifier.theory.verdict import Benchmarks, Finding, Report

R = TypeVar("R", bound=Result)


def register() -> None:
    """All kinds of results learn how they are told."""
    _tell(Game, lambda game: f"{_named(game)}, {shape(game)}", lambda game: [write(game).rstrip()])
    _tell(Hull, lambda hull: f"{hull.convention} {brief(hull.epsilon)}", single_hull_lines)
    _tell(Alignment, _alignment, lambda found: hull_lines(found.game.title, found))
    _tell(Benchmarks, _benchmarks, lambda found: [_benchmarks(found)])
    _tell(Finding, _finding, lambda found: [_finding(found)])
    _tell(Report, _report, _report_lines)
    _tell(Certified, _certified, lambda found: certified_lines(found.finding.guarantee, found))
    _tell(Verified, _verified, lambda found: report_lines(None, found))
    _tell(Witness, _witness, lambda found: witness_lines("", found))
    _tell(Equilibria, _equilibria, lambda found: equilibria_report_lines(found, None))
    for kind in JUDGEMENTS:
        _tell(kind, _judgement, _judgement_lines)
    _tell(RestrictedEquilibria, _restricted, restricted_lines)
    _tell(Persuasion, _persuasion, persuasion_lines)
    _tell(CheapTalk, _cheap_talk, lambda found: cheap_talk_lines(found.game, found))
    _tell(TwoSenderTalk, _two_senders, lambda found: cheap_talk_lines(found.game, found))
    _tell(Learning, _learning, learning_lines)
    _tell(TableReport, _table, table_lines)
    _tell(Contest, _contest, _contest_lines)
    _tell(Found, _found, _found_lines)
    _tell(Summary, _summary, lambda found: [_summary(found), *summary_lines(found)])
    _tell(ConversationTree, _tree, lambda found: found.lines)
    _tell(Region, _region, lambda found: [*region_title(found, None), *region_lines(found)])
    _tell(Plane, _plane, lambda found: [*plane_title(found, None), *plane_lines(found)])
    _tell(Story, lambda story: f"{story.guarantee} {story.verdict}, {story.title!r}", _text)
    _tell(Stories, _stories, _text)


JUDGEMENTS: tuple[type[Result], ...] = (
    SignalEquilibrium,
    Refutation,
    Unresolved,
    ConversationEquilibrium,
    ConversationRefutation,
    UnresolvedConversation,
    QuantalEquilibrium,
    QuantalRefutation,
    QuantalUnresolved,
)


def _tell(kind: type[R], headline: Callable[[R], str], lines: Callable[[R], Iterable[str]]) -> None:
    PRESENTATIONS[kind] = Presentation(headline, lines, sheet_of)


def _named(game: Game) -> str:
    return repr(game.heading)


def _text(found: Story | Stories) -> list[str]:
    return [found.text.rstrip("\n")]


def _alignment(found: Alignment) -> str:
    return f"hull distance {brief(found.claimed.epsilon)}, {_named(found.game)}"


def _benchmarks(found: Benchmarks) -> str:
    return (
        f"OPT {brief(found.optimum)}, TEAM {brief(found.team)}, NOINFO"
        f" {brief(found.no_information)}"
    )


def _finding(found: Finding) -> str:
    return (
        f"{found.guarantee} {found.verdict}, u >= {brief(found.bound.value)}, claimed u >="
        f" {brief(found.claimed_bound)}"
    )


def _report(found: Report) -> str:
    return f"{_named(found.game)}, {', '.join(found.findings) or 'no findings'}"


def _report_lines(found: Report) -> Iterator[str]:
    yield from title_lines(found.game, None)
    for finding in found.findings.values():
        yield f"  {_finding(finding)}"


def _certified(found: Certified) -> str:
    return f"{found.finding.guarantee} {found.verdict}, u >= {brief(found.finding.bound.value)}"


def _verified(found: Verified) -> str:
    verdicts = (f"{name} {verdict}" for name, verdict in found.verdicts.items())
    return ", ".join([_named(found.report.game), *verdicts])


def _witness(found: Witness) -> str:
    accepted = "accepted" if found.accepted else "not accepted"
    return f"u = {brief(found.equilibrium.user_utility)}, {found.equilibrium.kind}, {accepted}"


def _equilibria(found: Equilibria) -> str:
    ends = (
        f"{name} {end} {brief(witness.equilibrium.user_utility)}"
        for name, witnesses in found.witnesses.items()
        for end, witness in witnesses.items()
    )
    return ", ".join([_named(found.report.game), *ends])


def _judgement(found: Any) -> str:
    if isinstance(found, SignalEquilibrium | ConversationEquilibrium | QuantalEquilibrium):
        return f"the user gets {brief(found.user_utility)}"
    if isinstance(found, Gain):
        return f"{found.agent} has {brief(found.before)} and can get {brief(found.after)}"
    return "neither proved nor refuted"


def _judgement_lines(found: Any) -> Iterable[str]:
    judgement: Judgement = found
    return judgement_lines(judgement, gamma_of(judgement))


def gamma_of(found: Judgement) -> Any:
    """The most that an agent may still gain in a judged profile, as far as its bounds say it."""
    if isinstance(found, QuantalUnresolved):
        return found.gamma
    if isinstance(found, ConversationEquilibrium):
        return max(0, *(most - has for has, most in found.bounds.values()), 0)
    if isinstance(found, SignalEquilibrium):
        gains = (found.at_most[name] - has for name, has in found.agent_utilities.items())
        return max(0, *gains, 0)
    return 0


def _restricted(found: RestrictedEquilibria) -> str:
    gains = f" up to gains of {brief(found.gamma)}" if found.gamma else ""
    return f"{found.model}, {len(found.found)} of {found.profiles} profiles are equilibria{gains}"


def _persuasion(found: Persuasion) -> str:
    ends = found.worst.user_utility, found.best.user_utility
    gets = " to ".join(brief(end) for end in dict.fromkeys(ends))
    return f"{found.agent.name} can get {brief(found.value)}, the user then {gets}"


def _cheap_talk(found: CheapTalk) -> str:
    return f"{found.agent.name}, {counted(len(found.equilibria), 'set')} of replies"


def _two_senders(found: TwoSenderTalk) -> str:
    names = " and ".join(agent.name for agent in found.agents)
    return f"{names}, {counted(len(found.outcomes), 'outcome')} of equilibria"


def _learning(found: Learning) -> str:
    rounds, left = len(found.moments) - 1, brief(found.moments[-1].error)
    return f"{found.agent}, {rounds} round{'s' * (rounds != 1)}, her error then {left}"


def _table(found: TableReport) -> str:
    near = (f"{part.norm} {part.mixture} {brief(part.distance)}" for part in found.distances)
    return ", ".join(
        [f"{found.table.user} among {counted(len(found.table.agents), 'agent')}", *near]
    )


def _contest(found: Contest) -> str:
    moves = len(found.trajectory.moves)
    ended = f"{moves} move{'s' * (moves != 1)}, {found.trajectory.ending}"
    return f"{_named(found.game)}, {ended}" + (", certified" if found.certified else "")


def _contest_lines(found: Contest) -> Iterator[str]:
    yield from title_lines(found.game, None)
    yield from contest_lines(found)


def _found(found: Found) -> str:
    if found.broken is None:
        return f"without {found.dropped.name}, {found.guarantee}: nothing found"
    return (
        f"without {found.dropped.name}, {found.guarantee}: she loses {brief(found.broken.loss)} in"
        f" {shape(found.broken.game)}"
    )


def _found_lines(found: Found) -> Iterator[str]:
    yield from found_lines(found, found.broken is not None)
    if found.broken is not None:
        yield "  the kernel has not seen it: vf.verify(found.game, found.guarantee) asks it"
    yield from wrapped_coverage_lines(found)


def _summary(found: Summary) -> str:
    return f"{found.title}: {counted(found.games, 'game')}"


def _tree(found: ConversationTree) -> str:
    return f"{_named(found.game)}, {counted(found.size.nodes, 'node')}"


def _region(found: Region) -> str:
    known = {SAID[stretch.verdict] for stretch in by_verdict(found)}
    return f"{found.heading!r}, {found.guarantee} by {found.parameter.name}, {_said(known)}"


def _plane(found: Plane) -> str:
    known = {SAID[part.verdict] for part in found.parts}
    return f"{found.heading!r}, {found.guarantee} by {' and '.join(found.names)}, {_said(known)}"


def _said(known: Collection[str]) -> str:
    """The verdicts that are met somewhere, in their usual order."""
    return ", ".join(said for said in SAID.values() if said in known)


def _stories(found: Stories) -> str:
    return ", ".join(f"{name} {story.verdict}" for name, story in found.items())
