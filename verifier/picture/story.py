"""Which pictures belong to which part of the story of one guarantee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from verifier.game.game import Game
from verifier.game.profile import Signal
from verifier.game.user import Stakes
from verifier.picture import envelope, frontier, hull, tree, triangle, value_line
from verifier.theory.alignment import Hull
from verifier.theory.guarantee import Guarantee
from verifier.theory.settled import SignalEquilibrium
from verifier.theory.verdict import Finding, Report, Verdict

MOST_ENVELOPES = 4
"""More agents than this have no envelopes of their own."""


def game_pictures(game: Game, nearest: Hull) -> Mapping[str, str]:
    """SVG of what is the same for every kind of user, by the section's name (verifier/explain/story.py)."""
    grown, projected = tree.picture(game), hull.picture(game, nearest)
    found = {
        "knowledge": None if grown is None else tree.draw(grown),
        "hull": None if projected is None else hull.draw(projected),
    }
    return {section: drawn for section, drawn in found.items() if drawn is not None}


def pictures(report: Report, finding: Finding, verdict: Verdict) -> Mapping[str, tuple[str, ...]]:
    """SVG of one guarantee by the section's name. `verdict` is what the kernel accepted."""
    line = value_line.draw(value_line.picture(report, finding, verdict))
    shown = tuple(_shown(Stakes(report.game), finding))
    return {"equilibrium": shown, "conclusion": (line,)}


def _shown(stakes: Stakes, finding: Finding) -> Iterator[str]:
    if finding.guarantee is Guarantee.BAYES:
        yield from _beliefs(stakes, finding)
    if finding.guarantee is Guarantee.BEST_AI and finding.found.selection is not None:
        curves = frontier.picture(finding.found.selection)
        if curves is not None:
            yield frontier.draw(curves)


def _beliefs(stakes: Stakes, finding: Finding) -> Iterator[str]:
    """Envelopes over two observations, the triangle over three; the signal that is shown, if one agent alone speaks."""
    signal = _lone(finding)
    agents = stakes.game.agents
    for agent in agents if len(agents) <= MOST_ENVELOPES else ():
        shown = envelope.picture(stakes, agent, signal)
        if shown is not None:
            yield envelope.draw(shown)
    regions = triangle.picture(stakes, signal)
    if regions is not None:
        yield triangle.draw(regions)


def _lone(finding: Finding) -> Signal | None:
    """The only agent's signal in the equilibrium that is shown."""
    shown = finding.equilibrium
    if not isinstance(shown, SignalEquilibrium) or len(shown.signals) != 1:
        return None
    return next(iter(shown.signals.values()))
