"""Labels beside points, so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

Spot = tuple[float, float]

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (8, 16, 26)
"""Points of type between a spot and its label; beyond the first a thin line leads from one to the other."""

_SIDES = {1: "left", 0: "center", -1: "right"}
_HEIGHTS = {1: "bottom", 0: "center", -1: "top"}


def beside(axes: Axes, labels: Sequence[tuple[Spot, str]], avoid: Iterable[Spot] = (), size: float = 9) -> None:
    """Writes each label beside its spot, where it covers least of what was there: spots, earlier labels, the axes' edge.

    `avoid` are further spots, such as points on lines. Positions are those of the axes' data. Greedy: first come, first
    served.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    figure.draw_without_rendering()
    taken = [_around(axes, spot, 4) for spot, _ in labels] + [_around(axes, spot, 2) for spot in avoid]
    for spot, text in labels:
        tried = [(_cost(axes, box, taken), n, box) for n, box in enumerate(_boxes(axes, spot, text, size))]
        _, best, box = min(tried, key=lambda found: found[:2])
        _write(axes, spot, text, size, best)
        taken.append(box)


def _places() -> list[tuple[int, tuple[int, int]]]:
    return list(product(DISTANCES, DIRECTIONS))


def _boxes(axes: Axes, spot: Spot, text: str, size: float) -> list[Bbox]:
    """Where the label would be at every place: measured once, then moved."""
    found = []
    for n in range(len(_places())):
        written = _write(axes, spot, text, size, n)
        found.append(written.get_window_extent())
        written.remove()
    return found


def _write(axes: Axes, spot: Spot, text: str, size: float, place: int) -> Annotation:
    distance, (right, high) = _places()[place]
    leader = {"arrowstyle": "-", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3} if distance > DISTANCES[0] else None
    reach = distance if 0 in (right, high) else distance * 0.8
    return axes.annotate(
        text,
        spot,
        xytext=(right * reach, high * reach),
        textcoords="offset points",
        ha=_SIDES[right],
        va=_HEIGHTS[high],
        fontsize=size,
        arrowprops=leader,
        in_layout=False,
    )


def _around(axes: Axes, spot: Spot, radius: float) -> Bbox:
    from matplotlib.transforms import Bbox

    x, y = axes.transData.transform(spot)
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _cost(axes: Axes, box: Bbox, taken: Sequence[Bbox]) -> float:
    """The area that is covered twice, and that outside the axes counts ten times."""
    from matplotlib.transforms import Bbox

    covered = (Bbox.intersection(box, other) for other in taken)
    inside = Bbox.intersection(box, axes.bbox)
    outside = box.width * box.height - (0 if inside is None else inside.width * inside.height)
    return float(round(sum(b.width * b.height for b in covered if b is not None) + 10 * outside, 3))
