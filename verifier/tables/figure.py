"""The chart of the errors against the number of agents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verifier.chart import BLUE, GREEN, VERMILION, chart, counted
from verifier.numbers import plotted
from verifier.printable import printable
from verifier.tables.growth import Errors, Order
from verifier.tables.norm import Norm

GREY = "#999999"


LINES = {
    "single": ("best single agent", "--s", VERMILION),
    "equal": ("equal weights", ":^", GREY),
    "simplex": ("best mixture, simplex", "-o", BLUE),
    "cone": ("best mixture, cone", "-.D", GREEN),
}
"""What is drawn of every step: what the legend calls it, its line and its colour."""

HEIGHTS = {
    Norm.SUP: "greatest difference",
    Norm.MEAN: "mean absolute error",
    Norm.SQUARED: "mean squared error",
}


def draw(orders: Sequence[Order], norm: Norm, title: str, path: Path) -> None:
    """The chart of some orders is written to a file: medians, with the band between quartiles.

    Each of these is one of the numbers, the lower one where two are in the middle. Errors on rows
    that were held out have a panel of their own. Domain: at least one order. Raises InstanceError
    as `verifier.chart.chart` does.
    """
    counts = [step.agents for step in orders[0].steps]
    fitted = [[step.fitted for step in order.steps] for order in orders]
    tested = [[step.tested for step in order.steps if step.tested is not None] for order in orders]
    panels = {"": fitted, "rows held out": tested} if any(tested) else {"": fitted}
    with chart(path, 5.5 * len(panels), 3.6) as figure:
        figure.suptitle(printable(title))
        for axes, (name, found) in zip(
            figure.subplots(1, len(panels), squeeze=False)[0],
            panels.items(),
            strict=True,
        ):
            _panel(axes, counts, found)
            axes.set_title(name)
        figure.axes[0].set_ylabel(HEIGHTS[norm])
        figure.axes[0].legend(frameon=False, fontsize=8)


def _panel(axes: Any, counts: Sequence[int], orders: Sequence[Sequence[Errors]]) -> None:
    for name, (label, line, colour) in LINES.items():
        columns = [
            sorted(getattr(errors, name) for errors in steps) for steps in zip(*orders, strict=True)
        ]
        low, middle, high = (
            [plotted(column[(len(column) - 1) * quarters // 4]) for column in columns]
            for quarters in (1, 2, 3)
        )
        axes.plot(counts, middle, line, color=colour, markersize=3, label=label)
        axes.fill_between(counts, low, high, color=colour, alpha=0.15, linewidth=0)
    counted(axes, counts, "agents")
    axes.set_ylim(bottom=0)
