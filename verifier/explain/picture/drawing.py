"""What a picture consists of, read back from its SVG: outlines and words at places on a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from verifier.explain.picture.canvas import INK, SIZE, WIDTH, Place

_NAMESPACE = "{http://www.w3.org/2000/svg}"
_COMMAND = re.compile(r"([MLQaZ])([^MLQaZ]*)")
_TURNED = re.compile(r"translate\((\S+) (\S+)\) rotate\(-90\)")
CIRCLE = 0.5523
"""The length of the handles with which four cubic curves of radius 1 are nearly a circle."""


@dataclass(frozen=True)
class Segment:
    """A part of an outline: `move` and `line` to one place, `curve` to the last of three."""

    kind: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Outline:
    """An outline with its colours as #RRGGBB, None where it is not filled, or not drawn."""

    segments: tuple[Segment, ...]
    fill: str | None
    opacity: float
    stroke: str | None
    width: float
    dashes: tuple[float, ...]


@dataclass(frozen=True)
class Words:
    """Words beside a place; `anchor` says which of their ends is there, start, middle or end."""

    place: Place
    text: str
    anchor: str
    size: float
    bold: bool
    upright: bool


@dataclass(frozen=True)
class Drawing:
    """A sheet of this size, in points from its upper left corner, with its elements in order."""

    width: float
    height: float
    elements: tuple[Outline | Words, ...]


def drawing(svg: str) -> Drawing:
    """The drawing that a picture's SVG describes.

    Domain: what `Canvas.svg` wrote.
    """
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox", f"0 0 {WIDTH} 0").split())
    return Drawing(width, height, tuple(_elements(root)))


def _elements(root: ElementTree.Element) -> Iterator[Outline | Words]:
    for part in root:
        if part.tag == f"{_NAMESPACE}path":
            yield _outline(part)
        elif part.tag == f"{_NAMESPACE}text":
            yield _words(part)


def _outline(part: ElementTree.Element) -> Outline:
    return Outline(
        tuple(_segments(part.get("d", ""))),
        _colour(part.get("fill", INK)),
        float(part.get("fill-opacity", "1")),
        _colour(part.get("stroke", "none")),
        float(part.get("stroke-width", "1")),
        tuple(map(float, part.get("stroke-dasharray", "").split())),
    )


def _colour(name: str) -> str | None:
    """A colour as #RRGGBB; ink is black on paper."""
    return {"none": None, INK: "#000000"}.get(name, name)


def _words(part: ElementTree.Element) -> Words:
    turned = _TURNED.match(part.get("transform", ""))
    x, y = turned.groups() if turned else (part.get("x", "0"), part.get("y", "0"))
    return Words(
        (float(x), float(y)),
        part.text or "",
        part.get("text-anchor", "start"),
        float(part.get("font-size", SIZE)),
        part.get("font-weight") == "bold",
        turned is not None,
    )


def _segments(data: str) -> Iterator[Segment]:
    """The segments of a path; quadratic curves and half circles become cubic curves."""
    here: Place = (0.0, 0.0)
    for command, written in _COMMAND.findall(data):
        numbers = [float(number) for number in written.split()]
        if command == "Z":
            yield Segment("close")
        elif command == "a":
            yield from _half_circle(here, numbers[-2])
            here = (here[0] + numbers[-2], here[1])
        elif command == "Q":
            control, end = (numbers[0], numbers[1]), (numbers[2], numbers[3])
            yield Segment("curve", (_two_thirds(here, control), _two_thirds(end, control), end))
            here = end
        else:
            here = (numbers[0], numbers[1])
            yield Segment("move" if command == "M" else "line", (here,))


def _two_thirds(start: Place, control: Place) -> Place:
    return tuple(a + 2 / 3 * (b - a) for a, b in zip(start, control, strict=True))  # type: ignore[return-value]


def _half_circle(start: Place, across: float) -> Iterator[Segment]:
    """Two curves to the place so far to the right: below where that is positive, else above."""
    (x, y), r = start, across / 2
    k = CIRCLE * r
    yield Segment("curve", ((x, y + k), (x + r - k, y + r), (x + r, y + r)))
    end = x + 2 * r
    yield Segment("curve", ((x + r + k, y + r), (end, y + k), (end, y)))
