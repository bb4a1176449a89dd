"""The picture of a rectangle: its polygons, with a colour, a hatching and a word per verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verifier.chart import BLACK, chart
from verifier.numbers import plotted
from verifier.printable import printable
from verifier.region.figure import BANDS
from verifier.region.function import bounds
from verifier.region.plane.geometry import Point, Polygon, area
from verifier.region.plane.piece import Plane, Side
from verifier.region.report import SAID

if TYPE_CHECKING:
    from verifier.chart import Axes

LABELLED = 100
"""A polygon has its verdict as a word in it if it is this part of the rectangle at least."""


def draw(plane: Plane, path: Path) -> None:
    """The polygons, their sides, and the corners at which the verdict is another than beside them.

    Raises InstanceError as `verifier.chart.chart` does.
    """
    with chart(path, 6.5, 4.8) as figure:
        axes = figure.subplots()
        figure.suptitle(printable(f"{plane.heading} ({plane.guarantee})"))
        first, second = plane.parameters
        axes.set_xlim(plotted(first.low), plotted(first.high))
        axes.set_ylim(plotted(second.low), plotted(second.high))
        axes.set_xlabel(first.name)
        axes.set_ylabel(second.name)
        drawn = set()
        for face in plane.faces:
            colour, hatch = BANDS[face.verdict]
            label = SAID[face.verdict]
            axes.fill(
                *_coordinates(face.polygon),
                facecolor=colour,
                alpha=0.45,
                hatch=hatch,
                edgecolor=colour,
                linewidth=0,
                label=None if label in drawn else label,
            )
            drawn.add(label)
            if LABELLED * area(face.polygon) >= area(plane.rectangle):
                x, y = map(plotted, middle(face.polygon))
                axes.text(x, y, label, ha="center", va="center", fontsize=8)
        for side in plane.sides:
            _side(axes, side, plane.names[0])
        axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))


def middle(polygon: Polygon) -> Point:
    """The mean of the corners."""
    x, y = (sum(values) / len(polygon) for values in zip(*polygon, strict=True))
    return x, y


def _coordinates(polygon: Polygon) -> tuple[list[float], list[float]]:
    first, second = zip(*polygon, strict=True)
    return [*map(plotted, first)], [*map(plotted, second)]


def _side(axes: Axes, side: Side, first: str) -> None:
    """A side is drawn piece by piece: dashed where nothing is certified."""
    for piece in side.pieces:
        values = [bounds(piece.low)[0], bounds(piece.high)[1]]
        others = [side.function.at(t) for t in values]
        points = (values, others) if side.moving.name == first else (others, values)
        axes.plot(
            *([plotted(value) for value in part] for part in points),
            color=BLACK,
            linewidth=0.8,
            linestyle="-" if piece.reply is not None else ":",
        )
