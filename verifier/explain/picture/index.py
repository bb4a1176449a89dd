"""The pictures of a game and its guarantees, by the section of the narrative they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from verifier.certified import Verified
from verifier.errors import SizeError
from verifier.explain.picture import envelope, frontier, hull, tree, triangle, value_line
from verifier.explain.picture.belief import prior, signal_of
from verifier.game.model import Agent, Game, Ties
from verifier.game.rules import Signal
from verifier.solve.effort import USUAL, Effort
from verifier.theory.deviations.signal_equilibrium import SignalEquilibrium
from verifier.theory.equilibria.optimal_signal import persuade
from verifier.theory.guarantees.guarantee import Guarantee
from verifier.theory.verdict import Finding, Report, Verdict

MOST_ENVELOPES = 4
"""The most agents with an envelope: the first that differ in utility or partition."""


def of_the_game(report: Report) -> Mapping[str, str]:
    """The SVG of each section that is the same for every guarantee.

    That is the conversation, and the hull if all guarantees use the same weights.
    """
    found = {}
    if (conversation := tree.picture(report.game)) is not None:
        found["knowledge"] = tree.draw(conversation)
    nearest = next(iter(report.findings.values())).setting.hull
    if _one_hull(report) and (apart := hull.picture(report.game, nearest)) is not None:
        found["hull"] = hull.draw(apart)
    return found


def pictures(
    report: Report, finding: Finding, verdict: Verdict, effort: Effort = USUAL
) -> Mapping[str, list[str]]:
    """The SVG elements of each section that differ between the guarantees.

    `verdict` is the finding's if the kernel accepted its certificate, `open` otherwise. Raises
    SizeError where `effort` does not suffice.
    """
    found: dict[str, list[str]] = {}
    for section, picture in _drawn(report, finding, verdict, effort):
        found.setdefault(section, []).append(picture)
    return found


def pictures_of(found: Verified, effort: Effort = USUAL) -> dict[str, dict[str, tuple[str, ...]]]:
    """Every guarantee's pictures by section, as SVG; none where they would take too much."""
    return {
        name: _of_guarantee(found.report, certified.finding, certified.verdict, effort)
        for name, certified in found.guarantees.items()
    }


def _of_guarantee(
    report: Report, finding: Finding, verdict: Verdict, effort: Effort
) -> dict[str, tuple[str, ...]]:
    drawn: dict[str, tuple[str, ...]] = {
        section: (svg,) for section, svg in of_the_game(report).items()
    }
    try:
        more = pictures(report, finding, verdict, effort)
    except SizeError:
        return drawn
    for section, elements in more.items():
        drawn[section] = (*drawn.get(section, ()), *elements)
    return drawn


def _drawn(
    report: Report, finding: Finding, verdict: Verdict, effort: Effort
) -> Iterator[tuple[str, str]]:
    if not _one_hull(report) and (
        apart := hull.picture(report.game, finding.setting.hull, f"hull-{finding.guarantee}")
    ):
        yield "hull", hull.draw(apart)
    if finding.guarantee is Guarantee.BAYES:
        yield from _beliefs(report.game, finding, verdict, effort)
    if (curves := frontier.picture(report, finding, verdict)) is not None:
        yield "equilibrium" if verdict is Verdict.REFUTED else "proof", frontier.draw(curves)
    yield "conclusion", value_line.draw(value_line.picture(report, finding, verdict))


def _one_hull(report: Report) -> bool:
    """Whether all guarantees use the same weights."""
    first, *others = (finding.setting.hull for finding in report.findings.values())
    return all(other == first for other in others)


def _beliefs(
    game: Game, finding: Finding, verdict: Verdict, effort: Effort
) -> Iterator[tuple[str, str]]:
    """The envelopes and the triangle: of a single sender, or of each agent as if he were one."""
    shown, agents, before = finding.equilibrium, game.agents, prior(game)
    if before is None or len(before) > 3:
        return  # neither a line nor a triangle
    equilibrium_signal = (
        shown.signals[agents[0].name]
        if len(agents) == 1 and isinstance(shown, SignalEquilibrium)
        else None
    )
    section = (
        "equilibrium"
        if equilibrium_signal is not None
        else "no-gain"
        if verdict is Verdict.REFUTED
        else "deviations"
    )
    for agent in islice(_different(agents), MOST_ENVELOPES):
        curve = envelope.picture(game, agent, equilibrium_signal or _optimal(game, agent, effort))
        if curve is not None:
            yield section, envelope.draw(curve)
    signal = equilibrium_signal or (_optimal(game, agents[0], effort) if len(agents) == 1 else None)
    if (regions := triangle.picture(game, signal)) is not None:
        yield section, triangle.draw(regions)


def _different(agents: tuple[Agent, ...]) -> Iterator[Agent]:
    seen: list[tuple[object, object]] = []
    for agent in agents:
        if (agent.utility, agent.sees) not in seen:
            seen.append((agent.utility, agent.sees))
            yield agent


def _optimal(game: Game, agent: Agent, effort: Effort) -> Signal:
    """The optimal signal of a single sender if she breaks ties his way, as in envelopes.

    Of several it is the worst for the user.
    """
    his_way = replace(game, ties=Ties.FAVOUR_SPEAKER)
    return signal_of(game, persuade(his_way, agent, effort).worst)
