"""Hatching: parallel lines that tell areas apart without colour."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from verifier.explain.picture.canvas import Box, Spot

SPACING = 6.0
"""Points of type between parallel lines."""

Line = tuple[Spot, Spot]


def rising(box: Box) -> Iterator[Line]:
    """Lines in a box that go to the right and up.

    >>> list(rising((0, 0, 8, 4)))
    [((2.0, 4.0), (6.0, 0.0))]
    """
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    for n in range(1, ceil((wide + high) / SPACING)):
        begin = n * SPACING - high
        first, last = max(0.0, begin), min(wide, begin + high)
        yield (left + first, bottom - first + begin), (left + last, bottom - last + begin)


def falling(box: Box) -> Iterator[Line]:
    """Lines in a box that go to the right and down."""
    _, top, _, bottom = box
    for (a, b), (c, d) in rising(box):
        yield (a, top + bottom - b), (c, top + bottom - d)


def upright(box: Box) -> Iterator[Line]:
    """Vertical lines in a box."""
    left, top, right, bottom = box
    for n in range(1, ceil((right - left) / SPACING)):
        yield (left + n * SPACING, bottom), (left + n * SPACING, top)


def level(box: Box) -> Iterator[Line]:
    """Horizontal lines in a box."""
    left, top, right, bottom = box
    for n in range(1, ceil((bottom - top) / SPACING)):
        yield (left, bottom - n * SPACING), (right, bottom - n * SPACING)
