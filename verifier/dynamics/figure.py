"""The chart of a trajectory of best responses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verifier.chart import BLACK, GREY, MARKERS, PALETTE, YELLOW, chart
from verifier.dynamics.comparison import Comparison
from verifier.dynamics.trajectory import Trajectory
from verifier.numbers import plotted
from verifier.printable import printable

if TYPE_CHECKING:
    from verifier.chart import Axes

DASHES = ("-", "--", "-.", ":")


def draw(trajectory: Trajectory, comparison: Comparison, title: str, path: Path) -> None:
    """The user's payoff over the moves, with comparisons, and the agents' payoffs below it.

    Markers show which agent is selected. Raises InstanceError as `verifier.chart.chart` does.
    """
    states = [trajectory.start, *(move.state for move in trajectory.moves)]
    with chart(path, 6.5, 5.2) as figure:
        top, bottom = figure.subplots(2, 1, sharex=True)
        figure.suptitle(printable(title))
        moves = range(len(states))
        top.step(
            moves,
            [plotted(state.offer.worth) for state in states],
            where="post",
            color=BLACK,
            linewidth=1.2,
        )
        for n, offer in enumerate(trajectory.start.offers):
            mine = [m for m in moves if states[m].selected == n]
            colour, marker = PALETTE[n % len(PALETTE)], MARKERS[n % len(MARKERS)]
            label = f"{offer.agent} is selected"
            top.plot(
                mine,
                [plotted(states[m].offer.worth) for m in mine],
                marker,
                color=colour,
                markersize=4,
                label=label,
            )
            gets = [plotted(state.offer.gives[offer.agent]) for state in states]
            bottom.plot(
                moves,
                gets,
                DASHES[n % len(DASHES)],
                marker=marker,
                markersize=3,
                color=colour,
                label=offer.agent,
            )
        _levels(top, comparison, len(states))
        top.set_ylabel("the user gets")
        bottom.set_ylabel("each agent gets")
        bottom.set_xlabel("moves")
        for axes in (top, bottom):
            axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))


def _levels(axes: Axes, found: Comparison, count: int) -> None:
    """The comparison as horizontal lines, with the equilibrium values as bands."""
    levels = [
        ("TEAM", found.team),
        ("bound*", found.certified_bound),
        ("no information", found.no_information),
    ]
    levels.append((f"{found.best_alone[0]} alone", found.best_alone[1]))
    for (label, value), dashes in zip(levels, ("-", "--", ":", "-."), strict=True):
        axes.axhline(plotted(value), color=GREY, linewidth=0.8, linestyle=dashes, label=label)
    for n, (low, high) in enumerate(
        found.best_ai_values.intervals if found.best_ai_values is not None else ()
    ):
        band = axes.fill_between(
            [0, max(1, count - 1)],
            plotted(low),
            plotted(high),
            color=YELLOW,
            alpha=0.5,
            linewidth=2,
        )
        if n == 0:
            band.set_label("equilibrium values")
