"""The chart of what she learns: delta, her error and the two estimates' distance, by round."""

from __future__ import annotations

from pathlib import Path

from verifier.chart import BLACK, MARKERS, PALETTE, chart
from verifier.numbers import plotted
from verifier.printable import printable
from verifier.theory.benchmark import optimum
from verifier.theory.learning.straightforward import Learning

DASHES = ("-", "--", "-.")


def draw(found: Learning, path: Path) -> None:
    """What she has yet to learn, and what she gets, against the rounds.

    Raises InstanceError as `verifier.chart.chart` does.
    """
    rounds = range(len(found.moments))
    curves = {
        "delta": [moment.delta for moment in found.moments],
        "expected error": [moment.error for moment in found.moments],
        "apart": [moment.apart for moment in found.moments],
    }
    with chart(path, 6.5, 4.6) as figure:
        top, bottom = figure.subplots(2, 1, sharex=True)
        figure.suptitle(printable(f"{found.game.heading}: with {found.agent}"))
        for n, (label, values) in enumerate(curves.items()):
            top.plot(
                rounds,
                [plotted(value) for value in values],
                DASHES[n],
                marker=MARKERS[n],
                color=PALETTE[n],
                label=label,
            )
        top.set_ylabel("yet to learn")
        top.legend(frameon=False, fontsize=8)
        gets = [plotted(moment.utility) for moment in found.moments]
        bottom.plot(rounds, gets, "-", marker="o", color=BLACK, label="the user")
        bottom.axhline(plotted(optimum(found.game)), color=BLACK, linestyle=":", label="OPT")
        bottom.set_ylabel("the user gets")
        bottom.set_xlabel("rounds")
        bottom.set_xticks(rounds)
        bottom.legend(frameon=False, fontsize=8)
