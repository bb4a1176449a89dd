"""The chart of a region: what the user gets against the parameter, and the verdict of each cell."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.chart import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, chart
from verifier.numbers import plotted
from verifier.printable import printable
from verifier.region.function import RationalFunction, bounds
from verifier.region.piece import BEST, Piece, Region
from verifier.region.report import SAID, by_verdict
from verifier.theory.verdict import Verdict

if TYPE_CHECKING:
    from verifier.chart import Axes

LINES = {
    "optimum": ("OPT", BLACK, ":"),
    "equilibrium": ("an equilibrium", GREEN, "--"),
    BEST: ("the best equilibrium found", PURPLE, (0, (3, 3))),
    "every equilibrium": ("every equilibrium, at least", BLUE, "-"),
    "claimed": ("claimed", VERMILION, "-."),
    "no information": ("no information", GREY, (0, (1, 3))),
}
"""What is drawn: the label, the colour and the dashes of each number."""

BANDS = {
    Verdict.PROVED: (SKY, ""),
    Verdict.REFUTED: (VERMILION, "//"),
    Verdict.VACUOUS: (ORANGE, ".."),
    Verdict.OPEN: (GREY, "xx"),
    None: (GREY, "xx"),
}
"""The colour and the hatching of each verdict."""

STEPS = 60
"""Values at which a curve is drawn in a cell."""


def draw(region: Region, path: Path) -> None:
    """The numbers as functions of the parameter, over a band for each verdict.

    Raises InstanceError as `verifier.chart.chart` does.
    """
    with chart(path, 6.5, 4.2) as figure:
        top, band = figure.subplots(2, 1, sharex=True, height_ratios=[8, 1])
        figure.suptitle(printable(f"{region.heading} ({region.guarantee})"))
        for key, (label, colour, dashes) in LINES.items():
            _curves(top, region, key, label, colour, dashes)
        top.set_ylabel("the user gets")
        top.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
        _verdicts(band, region)
        band.set_xlabel(region.parameter.name)


def _curves(axes: Axes, region: Region, key: str, label: str, colour: str, dashes: object) -> None:
    first = True
    best = () if region.best is None else region.best.pieces
    for piece in (*region.pieces, *best):
        if not piece.single and key in piece.values:
            values = _values(piece)
            heights = [plotted(piece.values[key].at(t)) for t in values]
            axes.plot(
                [plotted(t) for t in values],
                heights,
                color=colour,
                linestyle=dashes,
                linewidth=1.4,
                label=label if first else None,
            )
            first = False


def _values(piece: Piece) -> list[Fraction]:
    """Values from one end to the other, where the functions are defined."""
    low, high = bounds(piece.low)[1], bounds(piece.high)[0]
    constant = all(_straight(function) for function in piece.values.values())
    count = 1 if constant else STEPS
    found = [low + (high - low) * Fraction(n, count) for n in range(count + 1)]
    return [t for t in found if all(f.defined(t) for f in piece.values.values())]


def _straight(function: RationalFunction) -> bool:
    return len(function.above) <= 2 and len(function.below) == 1


def _verdicts(axes: Axes, region: Region) -> None:
    axes.set_yticks([])
    axes.set_xlim(plotted(region.parameter.low), plotted(region.parameter.high))
    for stretch in by_verdict(region):
        low, high = stretch.pieces[0].low, stretch.pieces[-1].high
        colour, hatch = BANDS[stretch.verdict]
        left, right = plotted(bounds(low)[1]), plotted(bounds(high)[0])
        axes.axvspan(left, right, facecolor=colour, alpha=0.45, hatch=hatch, edgecolor=colour)
        said = SAID[stretch.verdict]
        axes.text((left + right) / 2, 0.5, said, ha="center", va="center", fontsize=8)
