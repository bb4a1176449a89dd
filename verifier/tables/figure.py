"""The chart of the distance against the number of agents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from verifier.chart import BLUE, SKY, VERMILION, chart, counted
from verifier.numbers import plotted
from verifier.printable import printable
from verifier.tables.growth import Order


def draw(orders: Sequence[Order], title: str, path: Path) -> None:
    """The chart of some orders: each as a thin line, medians as thick ones, written to a file.

    Domain: at least one order. Raises InstanceError as `verifier.chart.chart` does.
    """
    counts = [step.agents for step in orders[0].steps]
    with chart(path, 5.5, 3.6) as figure:
        axes = figure.subplots()
        for order in orders:
            axes.plot(
                counts,
                [plotted(step.distance) for step in order.steps],
                color=SKY,
                linewidth=0.7,
            )
        columns = list(zip(*[order.steps for order in orders], strict=True))
        together = [plotted(median([step.distance for step in steps])) for steps in columns]
        alone = [plotted(median([step.single for step in steps])) for steps in columns]
        axes.plot(
            counts, alone, "--s", color=VERMILION, markersize=3, label="best single agent (median)"
        )
        axes.plot(counts, together, "-o", color=BLUE, markersize=3, label="best mixture (median)")
        counted(axes, counts, "agents")
        axes.set_ylim(bottom=0)
        axes.set_ylabel("distance from the user")
        axes.set_title(printable(title))
        axes.legend(frameon=False)
