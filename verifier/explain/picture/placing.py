"""Labels beside points, placed so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

Spot = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top: in pixels."""

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (8, 16, 26)
"""Points of type between a spot and its label; beyond the first, a thin line joins the two."""

_SIDES = {1: "left", 0: "center", -1: "right"}
_HEIGHTS = {1: "bottom", 0: "center", -1: "top"}


def beside(
    axes: Axes, labels: Sequence[tuple[Spot, str]], avoid: Iterable[Spot] = (), size: float = 9
) -> None:
    """Labels are written beside their spots, where they cover least of spots and earlier labels.

    `avoid` are further spots, such as points on lines. Positions are those of the axes' data. The
    placing is greedy: first come, first served.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    taken = [_around(axes, spot, 4) for spot, _ in labels] + [
        _around(axes, spot, 2) for spot in avoid
    ]
    edge = axes.bbox.extents
    for spot, text in labels:
        tried = [
            (_cost(edge, box, taken), n, box)
            for n, box in enumerate(_boxes(axes, spot, text, size))
        ]
        _, best, box = min(tried, key=lambda found: found[:2])
        _write(axes, spot, text, size, best)
        taken.append(box)


def _places() -> list[tuple[int, tuple[int, int]]]:
    return list(product(DISTANCES, DIRECTIONS))


def _boxes(axes: Axes, spot: Spot, text: str, size: float) -> list[Box]:
    """The boxes of a label at every place: measured once, then moved."""
    written = _write(axes, spot, text, size, 0)
    first = written.get_window_extent()
    written.remove()
    pixels, (x, y) = axes.figure.dpi / 72, axes.transData.transform(spot)
    found = []
    for place in range(len(_places())):
        (right, high), (_, (side, edge)) = _shift(place), _places()[place]
        left = x + right * pixels + first.width * (side - 1) / 2
        low = y + high * pixels + first.height * (edge - 1) / 2
        found.append((left, low, left + first.width, low + first.height))
    return found


def _shift(place: int) -> Spot:
    """The way from a spot to the side or corner of its label, in points."""
    distance, (right, high) = _places()[place]
    reach = distance if 0 in (right, high) else distance * 0.8
    return right * reach, high * reach


def _write(axes: Axes, spot: Spot, text: str, size: float, place: int) -> Annotation:
    distance, (right, high) = _places()[place]
    leader = (
        {"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3}
        if distance > DISTANCES[0]
        else None
    )
    return axes.annotate(
        text,
        spot,
        xytext=_shift(place),
        textcoords="offset points",
        ha=_SIDES[right],
        va=_HEIGHTS[high],
        fontsize=size,
        arrowprops=leader,
        in_layout=False,
    )


def _around(axes: Axes, spot: Spot, radius: float) -> Box:
    x, y = axes.transData.transform(spot)
    return x - radius, y - radius, x + radius, y + radius


def _cost(edge: Box, box: Box, taken: Sequence[Box]) -> float:
    """The area that is covered twice, plus ten times the area outside the axes."""
    outside = _common(box, box) - _common(box, edge)
    return round(sum(_common(box, other) for other in taken) + 10 * outside, 3)


def _common(one: Box, other: Box) -> float:
    """The area of the intersection of two boxes."""
    width, height = (
        min(one[2], other[2]) - max(one[0], other[0]),
        min(one[3], other[3]) - max(one[1], other[1]),
    )
    return float(max(width, 0) * max(height, 0))
