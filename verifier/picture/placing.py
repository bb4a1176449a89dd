"""Labels beside points, so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

Spot = tuple[float, float]

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (8, 16, 26)
"""Points of type between a spot and its label; beyond the first a thin line leads from one to the other."""

Place = tuple[int, tuple[int, int]]
"""A distance and a direction."""
PLACES: tuple[Place, ...] = tuple(product(DISTANCES, DIRECTIONS))

_SIDES = {1: "left", 0: "center", -1: "right"}
_HEIGHTS = {1: "bottom", 0: "center", -1: "top"}


Box = tuple[float, float, float, float]
"""Left, bottom, right and top in pixels."""


def beside(axes: Axes, labels: Sequence[tuple[Spot, str]], avoid: Iterable[Spot] = (), size: float = 9) -> None:
    """Writes each label beside its spot, where it covers least of what was there: spots, earlier labels, the axes' edge.

    `avoid` are further spots, such as points on lines. Positions are those of the axes' data. Greedy: first come, first
    served.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    inside: Box = axes.bbox.extents
    taken = [_around(_pixel(axes, spot), 4) for spot, _ in labels] + [_around(_pixel(axes, spot), 2) for spot in avoid]
    for spot, text in labels:
        measured = _write(axes, spot, text, size, PLACES[0])
        extent = measured.get_window_extent()
        measured.remove()
        boxes = [_box(_pixel(axes, spot), (extent.width, extent.height), place, figure.dpi / 72) for place in PLACES]
        best = min(range(len(PLACES)), key=lambda n: (_cost(boxes[n], inside, taken), n))
        _write(axes, spot, text, size, PLACES[best])
        taken.append(boxes[best])


def _offset(place: Place) -> Spot:
    """From the spot to the label's nearest corner or side, in points."""
    distance, (right, high) = place
    reach = distance if 0 in (right, high) else distance * 0.8
    return right * reach, high * reach


def _write(axes: Axes, spot: Spot, text: str, size: float, place: Place) -> Annotation:
    distance, (right, high) = place
    leader = {"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3} if distance > DISTANCES[0] else None
    return axes.annotate(
        text,
        spot,
        xytext=_offset(place),
        textcoords="offset points",
        ha=_SIDES[right],
        va=_HEIGHTS[high],
        fontsize=size,
        arrowprops=leader,
        in_layout=False,
    )


def _pixel(axes: Axes, spot: Spot) -> Spot:
    x, y = axes.transData.transform(spot)
    return float(x), float(y)


def _around(pixel: Spot, radius: float) -> Box:
    x, y = pixel
    return x - radius, y - radius, x + radius, y + radius


def _box(pixel: Spot, extent: Spot, place: Place, scale: float) -> Box:
    """Where a label of this width and height would be; `scale` is pixels per point."""
    _, (right, high) = place
    width, height = extent
    across, up = _offset(place)
    left = pixel[0] + scale * across - width * (1 - right) / 2
    bottom = pixel[1] + scale * up - height * (1 - high) / 2
    return left, bottom, left + width, bottom + height


def _common(box: Box, other: Box) -> float:
    """The area that two boxes share."""
    width, height = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    return max(width, 0) * max(height, 0)


def _cost(box: Box, inside: Box, taken: Sequence[Box]) -> float:
    """The area that is covered twice, and that outside the axes counts ten times."""
    outside = (box[2] - box[0]) * (box[3] - box[1]) - _common(box, inside)
    return round(sum(_common(box, other) for other in taken) + 10 * outside, 3)
