"""The canvas of all pictures: lines, areas, markers and words as SVG that can stand inside a page.

Ink follows the page's colour of text; other colours are Okabe and Ito's, which the colour-blind can
tell apart, and never the only distinction. Positions are computed over the rationals and become
floats at the last moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import hypot, sqrt

from verifier.chart import MARKERS as MARKERS
from verifier.chart import PALETTE as PALETTE
from verifier.explain.picture.label import breadth, plain

WIDTH = 324.0
"""Points of type; a page shows a picture at any width, and text of 9 points can be read from 360
pixels on.
"""
SIZE = 9.0
"""Points of type: the size of words, where nothing else is said."""

INK = "currentColor"
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 2),
    (6, 2, 1, 2),
    (1, 1.5),
    (6, 2, 1, 2, 1, 2),
    (9, 3),
)
"""Lengths of dashes and gaps, in widths of the line; none: a solid line."""

Spot = tuple[float, float]
"""A position in a picture's own coordinates."""

Place = tuple[float, float]
"""Points of type from the left and from the top."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom: in points of type."""

_SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))
_SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "s": _SQUARE,
    "D": tuple((sqrt(2) * x, sqrt(2) * y) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (1, -1), (-1, -1)),
    "<": ((-1, 0), (1, -1), (1, 1)),
    "P": tuple(
        (x / 3, y / 3)
        for x, y in (
            *((-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1)),
            *((1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1)),
        )
    ),
}
"""The corners of markers of half the size 1, clockwise."""

_STROKES: dict[str, tuple[tuple[Place, Place], ...]] = {
    "x": (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "|": (((0, -1), (0, 1)),),
}
_ANCHORS = {1: "start", 0: "middle", -1: "end"}
_BASELINES = {1: -0.24, 0: 0.35, -1: 0.76}
"""From the height of a place down to the baseline of words above, at or below it, in sizes."""


@dataclass(frozen=True)
class Pen:
    """How a line is drawn: its colour, its width in points of type, and one of `DASHES`."""

    colour: str = INK
    width: float = 1.0
    dashes: tuple[float, ...] = ()

    @property
    def attributes(self) -> str:
        """The attributes of what the pen draws, and does not fill."""
        dashes = " ".join(_number(part * self.width) for part in self.dashes)
        return (
            f'fill="none" stroke="{self.colour}" stroke-width="{_number(self.width)}"'
            + f' stroke-dasharray="{dashes}"' * bool(dashes)
        )


def _straight(spot: Spot) -> Place:
    return spot


@dataclass(frozen=True)
class Canvas:
    """A sheet of the common width and some height on which later elements cover earlier ones.

    `at` leads from the picture's own coordinates to points of type, and `box` is what they fill.
    """

    height: float
    box: Box
    at: Callable[[Spot], Place] = _straight
    _elements: list[str] = field(default_factory=list)

    def line(self, spots: Iterable[Spot], pen: Pen) -> None:
        """A line through these spots."""
        self._path("M" + "L".join(map(_pair, map(self.at, spots))), pen.attributes)

    def lines(self, pairs: Iterable[tuple[Spot, Spot]], pen: Pen) -> None:
        """Separate lines, each from one spot to another, which are one path."""
        path = "".join(f"M{_pair(self.at(one))}L{_pair(self.at(other))}" for one, other in pairs)
        if path:
            self._path(path, pen.attributes)

    def area(self, spots: Iterable[Spot], colour: str, opacity: float) -> None:
        """A polygon without outline."""
        corners = "L".join(map(_pair, map(self.at, spots)))
        self._path(f"M{corners}Z", f'fill="{colour}" fill-opacity="{_number(opacity)}"')

    def solid(self, spot: Spot, shape: str, size: float, colour: str) -> None:
        """A filled marker."""
        self._path(_outline(self.at(spot), shape, size), f'fill="{colour}" stroke="{colour}"')

    def hollow(self, spot: Spot, shape: str, size: float, pen: Pen) -> None:
        """The outline of a marker."""
        self._path(_outline(self.at(spot), shape, size), pen.attributes)

    def bow(self, start: Spot, end: Spot, width: float, gap: float, pen: Pen) -> None:
        """A curve between spots, to the right of them by `width`; `gap` is left at its ends."""
        (a, b), (c, d) = self.at(start), self.at(end)
        control = ((a + c) / 2 + 2 * width, (b + d) / 2)
        first, last = (_towards(place, control, gap) for place in ((a, b), (c, d)))
        self._path(f"M{_pair(first)}Q{_pair(control)} {_pair(last)}", pen.attributes)

    def arrow(self, start: Spot, end: Spot, pen: Pen, ends: Sequence[int] = (1,)) -> None:
        """A line with heads at these ends, 0 its start and 1 its end."""
        places = self.at(start), self.at(end)
        self._path(f"M{_pair(places[0])}L{_pair(places[1])}", pen.attributes)
        for tip in ends:
            self._path(_head(places[1 - tip], places[tip]), pen.attributes)

    def words(
        self,
        spot: Spot,
        text: str,
        towards: tuple[int, int] = (0, 0),
        shift: Place = (0, 0),
        size: float = SIZE,
        bold: bool = False,
    ) -> None:
        """Words at a spot, or `shift` points right and down of it.

        They stand at the side of it to which `towards` points: left or right (-1 or 1), below or
        above (-1 or 1).
        """
        (x, y), (side, rise) = self.at(spot), towards
        place = (x + shift[0], y + shift[1] + _BASELINES[rise] * size)
        self._text(
            f'x="{_number(place[0])}" y="{_number(place[1])}" text-anchor="{_ANCHORS[side]}"'
            + f' font-size="{_number(size)}"' * (size != SIZE)
            + ' font-weight="bold"' * bold,
            text,
        )

    def leader(self, spot: Spot, shift: Place, pen: Pen) -> None:
        """A line from a spot to what stands `shift` points right and down of it, with gaps."""
        x, y = self.at(spot)
        end = (x + shift[0], y + shift[1])
        near, far = _towards((x, y), end, 3), _towards(end, (x, y), 2)
        self._path(f"M{_pair(near)}L{_pair(far)}", pen.attributes)

    def cursor(self, start: Spot, end: Spot, farthest: Spot, pen: Pen) -> None:
        """A line that a page moves, from here until its start is at the farthest spot.

        It is of the class `cursor`, and hidden until then; `data-across` and `data-down` say how
        far that is.
        """
        first, last, reach = map(self.at, (start, end, farthest))
        across, down = (_number(reach[n] - first[n]) for n in (0, 1))
        moved = f'class="cursor" data-across="{across}" data-down="{down}" visibility="hidden"'
        self._path(f"M{_pair(first)}L{_pair(last)}", f"{pen.attributes} {moved}")

    def upright(self, place: Place, text: str) -> None:
        """Words around this place, to be read from below."""
        x, y = place[0] + _BASELINES[0] * SIZE, place[1]
        self._text(f'transform="translate({_pair((x, y))}) rotate(-90)" text-anchor="middle"', text)

    def svg(self, name: str, title: str, description: str) -> str:
        """A complete <svg> element without prolog, size or date: the same picture, the same bytes.

        Ids begin with `name`, so that several pictures can stand in one page; title and description
        are for screen readers.
        """
        said = [
            f'<{tag} id="{name}-{tag}">{_escaped(words)}</{tag}>'
            for tag, words in (("title", title), ("desc", description))
        ]
        root = (
            f'<svg viewBox="0 0 {_number(WIDTH)} {_number(self.height)}"'
            ' xmlns="http://www.w3.org/2000/svg" class="picture" width="100%" role="img"'
            f' aria-labelledby="{name}-title {name}-desc" fill="currentColor"'
            f' font-family="sans-serif" font-size="{_number(SIZE)}" direction="ltr"'
            ' stroke-linejoin="round" stroke-linecap="butt">'
        )
        return "\n".join([root, *said, *self._elements, "</svg>", ""])

    def _path(self, data: str, attributes: str) -> None:
        self._elements.append(f'<path d="{data}" {attributes}/>')

    def _text(self, attributes: str, text: str) -> None:
        self._elements.append(f"<text {attributes}>{_escaped(text)}</text>")


def extent(place: Place, text: str, towards: tuple[int, int], size: float) -> Box:
    """The box that words fill which stand at this side of a place."""
    wide, (side, rise) = breadth(text, size), towards
    left, top = place[0] + wide * (side - 1) / 2, place[1] - size * (rise + 1) / 2
    return left, top, left + wide, top + size


def _escaped(text: str) -> str:
    return escape(plain(text), quote=False)


def _number(value: float) -> str:
    """A length to a hundredth of a point."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _pair(place: Place) -> str:
    return f"{_number(place[0])} {_number(place[1])}"


def _outline(place: Place, shape: str, size: float) -> str:
    """The path of a marker around a place."""
    (x, y), half = place, size / 2
    if shape == "o":
        arc = f"a{_number(half)} {_number(half)} 0 1 0 "
        return f"M{_pair((x - half, y))}{arc}{_number(size)} 0{arc}{_number(-size)} 0Z"
    if shape in _STROKES:
        return "".join(
            "M" + "L".join(_pair((x + half * a, y + half * b)) for a, b in stroke)
            for stroke in _STROKES[shape]
        )
    return "M" + "L".join(_pair((x + half * a, y + half * b)) for a, b in _SHAPES[shape]) + "Z"


def _towards(start: Place, end: Place, length: float) -> Place:
    """The place so far from the start on the way to the end."""
    across, down = end[0] - start[0], end[1] - start[1]
    share = length / (hypot(across, down) or 1.0)
    return start[0] + share * across, start[1] + share * down


def _head(start: Place, tip: Place, length: float = 3.6, half: float = 1.8) -> str:
    """The path of an open arrowhead at the tip of a line."""
    x, y = _towards(tip, start, length)
    along = hypot(tip[0] - start[0], tip[1] - start[1]) or 1.0
    across = (half * (tip[1] - start[1]) / along, -half * (tip[0] - start[0]) / along)
    wings = (x + across[0], y + across[1]), (x - across[0], y - across[1])
    return f"M{_pair(wings[0])}L{_pair(tip)}L{_pair(wings[1])}"
