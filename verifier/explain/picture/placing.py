"""Labels beside spots, placed so that they do not cover each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from verifier.explain.picture.canvas import SIZE, Box, Canvas, Pen, Place, Spot, extent

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (8, 16, 26)
"""Points of type between a spot and its label; beyond the first, a thin line joins the two."""

_WAYS = tuple(product(DISTANCES, DIRECTIONS))


def beside(canvas: Canvas, labels: Sequence[tuple[Spot, str]], avoid: Iterable[Spot] = ()) -> None:
    """Labels are written beside their spots, where they cover least of spots and earlier labels.

    `avoid` are further spots, such as points on lines. The placing is greedy: first come, first
    served.
    """
    taken = [_around(canvas.at(spot), 3) for spot, _ in labels]
    taken += [_around(canvas.at(spot), 1.5) for spot in avoid]
    for spot, text in labels:
        boxes = [_box(canvas.at(spot), text, way) for way in range(len(_WAYS))]
        reach = _around_all(boxes)
        near = [other for other in taken if _common(reach, other)]
        costs = [_cost(canvas.box, box, near) for box in boxes]
        best = costs.index(min(costs))
        _write(canvas, spot, text, best)
        taken.append(boxes[best])


def _box(place: Place, text: str, way: int) -> Box:
    """The box of a label that stands this way from its spot."""
    across, down = _shift(way)
    return extent((place[0] + across, place[1] + down), text, _WAYS[way][1], SIZE)


def _shift(way: int) -> Place:
    """The way from a spot to the side or corner of its label: points to the right and down."""
    distance, (side, rise) = _WAYS[way]
    reach = distance if 0 in (side, rise) else distance * 0.8
    return side * reach, -rise * reach


def _write(canvas: Canvas, spot: Spot, text: str, way: int) -> None:
    distance, towards = _WAYS[way]
    if distance > DISTANCES[0]:
        canvas.leader(spot, _shift(way), Pen(width=0.5))
    canvas.words(spot, text, towards, _shift(way))


def _around(place: Place, radius: float) -> Box:
    x, y = place
    return x - radius, y - radius, x + radius, y + radius


def _around_all(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _cost(edge: Box, box: Box, taken: Sequence[Box]) -> float:
    """The area that is covered twice, plus ten times the area outside the axes."""
    outside = _common(box, box) - _common(box, edge)
    return round(sum(_common(box, other) for other in taken) + 10 * outside, 3)


def _common(one: Box, other: Box) -> float:
    """The area of the intersection of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0
