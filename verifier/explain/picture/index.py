"""All pictures of a game and its guarantees, by the section of the story that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from verifier.explain.picture import envelope, frontier, hull, tree, triangle, value_line
from verifier.explain.picture.belief import prior, signal_of
from verifier.game.model import Agent, Game
from verifier.game.rules import Signal
from verifier.solve.effort import USUAL, Effort
from verifier.theory.guarantee import Guarantee
from verifier.theory.persuasion import persuade
from verifier.theory.signal_equilibrium import SignalEquilibrium
from verifier.theory.verdict import Finding, Report, Verdict

MOST_ENVELOPES = 4
"""Agents who are drawn one by one: the first that differ in utility or sight."""


def of_the_game(report: Report) -> Mapping[str, str]:
    """Section -> SVG element of what is the same for every guarantee: the conversation, and the
    hull if it is.
    """
    found = {}
    if (talk := tree.picture(report.game)) is not None:
        found["knowledge"] = tree.draw(talk)
    nearest = next(iter(report.findings.values())).setting.hull
    if _one_hull(report) and (apart := hull.picture(report.game, nearest)) is not None:
        found["hull"] = hull.draw(apart)
    return found


def pictures(
    report: Report, finding: Finding, verdict: Verdict, effort: Effort = USUAL
) -> Mapping[str, list[str]]:
    """Section -> SVG elements of what differs between the guarantees.

    `verdict` is the finding's if the kernel accepted its certificate, `open` otherwise. `limits`
    are those of `examine`; raises SizeError as it does.
    """
    found: dict[str, list[str]] = {}
    for section, picture in _drawn(report, finding, verdict, effort):
        found.setdefault(section, []).append(picture)
    return found


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
    """What persuasion could do: a lone agent's in equilibrium, the others' as if each were alone."""
    shown, agents, before = finding.equilibrium, game.agents, prior(game)
    if before is None or len(before) > 3:
        return  # neither a line nor a triangle
    settled = (
        shown.signals[agents[0].name]
        if len(agents) == 1 and isinstance(shown, SignalEquilibrium)
        else None
    )
    section = (
        "equilibrium"
        if settled is not None
        else "no-gain"
        if verdict is Verdict.REFUTED
        else "deviations"
    )
    for agent in islice(_different(agents), MOST_ENVELOPES):
        curve = envelope.picture(game, agent, settled or _optimal(game, agent, effort))
        if curve is not None:
            yield section, envelope.draw(curve)
    signal = settled or (_optimal(game, agents[0], effort) if len(agents) == 1 else None)
    if (regions := triangle.picture(game, signal)) is not None:
        yield section, triangle.draw(regions)


def _different(agents: tuple[Agent, ...]) -> Iterator[Agent]:
    seen: list[tuple[object, object]] = []
    for agent in agents:
        if (agent.utility, agent.sees) not in seen:
            seen.append((agent.utility, agent.sees))
            yield agent


def _optimal(game: Game, agent: Agent, effort: Effort) -> Signal:
    """What he would say if she heard nobody else; of his best plans the worst for her."""
    return signal_of(game, persuade(game, agent, effort).worst)
