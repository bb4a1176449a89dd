"""What the user gets against a parameter, over a band with the verdict of every stretch.

Thin vertical lines are the ends between cells (theory.md 12.1). A page can move the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.canvas import INK, PALETTE, SIZE, Box, Canvas, Pen, Spot
from verifier.explain.picture.hatching import Line, falling, level, rising, upright
from verifier.explain.picture.label import breadth, number
from verifier.explain.sections.region import joined_gaps
from verifier.region.function import End, RationalFunction, bounds, inside
from verifier.region.piece import BEST, Piece, Region
from verifier.region.report import SAID, by_verdict
from verifier.theory.verdict import Verdict

LINES = {
    "optimum": ("OPT", Pen(INK, 1, (9, 3))),
    "no information": ("NOINFO", Pen(PALETTE[3], 1.2, (1, 1.5))),
    "every equilibrium": ("in every equilibrium, at least", Pen(PALETTE[0], 3.5)),
    "equilibrium": ("an equilibrium", Pen(PALETTE[5], 1.6, (5, 2))),
    BEST: ("the best equilibrium found", Pen(PALETTE[4], 1.4, (3, 3))),
    "claimed": ("claimed", Pen(PALETTE[1], 1.4, (6, 2, 1, 2))),
}
"""The label and the pen of every number, in the order in which they are drawn."""

COLOURS = {
    Verdict.PROVED: PALETTE[2],
    Verdict.VACUOUS: PALETTE[5],
    Verdict.REFUTED: PALETTE[1],
    Verdict.OPEN: INK,
    None: INK,
}
"""The colour of every verdict in the band."""

HATCHES: Mapping[Verdict | None, tuple[Callable[[Box], Iterator[Line]], ...]] = {
    Verdict.PROVED: (),
    Verdict.VACUOUS: (upright,),
    Verdict.REFUTED: (rising,),
    Verdict.OPEN: (rising, falling),
    None: (level,),
}
"""The lines that hatch every verdict; proved has none."""

FAR = 1
"""Numbers below the others by more than FAR times their spread are left out, and lines are cut."""

ROW = 0.075
"""The height of a row of the legend, where the numbers fill the heights 0 to 1."""

STEPS = 40
"""Lines of which a curve consists in one cell."""

TOP, FLOOR, CEILING = 1.04, -0.32, -0.14
"""The top of the picture, and the band of verdicts, where the numbers fill the heights 0 to 1."""


@dataclass(frozen=True)
class Curve:
    """A number in one cell: points (parameter, number), ascending."""

    key: str
    points: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Cells:
    """The curves of a region, and the values that its picture shows."""

    region: Region
    curves: tuple[Curve, ...]
    across: Scale
    up: Scale

    @property
    def name(self) -> str:
        return f"cells-{self.region.guarantee}"

    @property
    def title(self) -> str:
        return f"For which {self.region.parameter.name} ({self.region.guarantee})"

    @property
    def alt(self) -> str:
        """A description: the verdict of every stretch, and what is drawn."""
        name = self.region.parameter.name
        verdicts = "; ".join(
            f"{SAID[s.verdict]} for {s.written(name)}" for s in by_verdict(self.region)
        )
        drawn = [self.label(key) for key in LINES if self.has(key)]
        return (
            f"Against {name}, from {self.across.low} to {self.across.high}: "
            f"{', '.join(drawn) or 'no number'}. The band below has the verdicts: {verdicts}."
        )

    def has(self, key: str) -> bool:
        """Whether a number is known in some cell."""
        return any(curve.key == key for curve in self.curves)

    def label(self, key: str) -> str:
        """The label of a number; it says so where all of it is below the picture."""
        return LINES[key][0] + " (far below)" * (not any(self.lines(key)))

    def lines(self, key: str) -> Iterator[list[Spot]]:
        """The lines of a number, as far as they are not below the picture's least number."""
        for curve in self.curves:
            if curve.key == key:
                spots = [(self.across(t), _height(self.up, value)) for t, value in curve.points]
                yield from _above_floor(spots)


def picture(region: Region) -> Cells:
    """The curves of all cells, each number exact at the points that are drawn."""
    drawn = joined_gaps(region)
    curves = tuple(_curves(drawn))
    across = Scale(region.parameter.low, region.parameter.high)
    return Cells(drawn, curves, across, _heights(curves))


def _curves(region: Region) -> Iterator[Curve]:
    best = () if region.best is None else region.best.pieces
    for piece in (*region.pieces, *best):
        for key in LINES:
            if not piece.single and key in piece.values:
                points = tuple(_points(piece, piece.values[key]))
                if len(points) > 1:
                    yield Curve(key, points)


def _points(piece: Piece, function: RationalFunction) -> Iterator[tuple[Fraction, Fraction]]:
    """The ends of a straight line, more points of a curve."""
    low, high = inside(piece.low, piece.high)
    straight = len(function.above) <= 2 and len(function.below) == 1
    count = 1 if straight else STEPS
    for t in (low + (high - low) * Fraction(n, count) for n in range(count + 1)):
        if function.defined(t):
            yield t, function.at(t)


def _heights(curves: Sequence[Curve]) -> Scale:
    """The scale of the numbers, without what is far below the benchmarks and equilibria."""
    numbers = [(curve.key, value) for curve in curves for _, value in curve.points]
    near = [value for key, value in numbers if key in ("optimum", "no information")]
    if not near:
        return Scale.over([value for _, value in numbers] or [Fraction(0)])
    rest = Scale.over(near)
    least = rest.low - FAR * (rest.high - rest.low)
    return Scale.over([*near, *(value for _, value in numbers if value >= least)])


def draw(data: Cells) -> str:
    """The picture as SVG: curves above a band of verdicts, and a cursor that a page moves."""
    name = data.region.parameter.name
    rows = _rows([(data.label(key), pen) for key, (_, pen) in LINES.items() if data.has(key)])
    canvas = framed(
        200 + 12 * len(rows),
        Axis.of(data.across, name, 0, 1),
        Axis(FLOOR - 0.02, TOP + ROW * len(rows), data.up.ticks(), "the user gets"),
    )
    _legend(canvas, rows)
    _ends(canvas, data)
    for key, (_, pen) in LINES.items():
        for part in data.lines(key):
            canvas.line(part, pen)
    for stretch in by_verdict(data.region):
        low, high = stretch.pieces[0].low, stretch.pieces[-1].high
        _verdict(canvas, _across(data, low), _across(data, high), stretch.verdict)
    canvas.cursor((0, FLOOR), (0, TOP), (1, FLOOR), Pen(INK, 1.6))
    return canvas.svg(data.name, data.title, data.alt)


def _rows(labels: Sequence[tuple[str, Pen]]) -> list[list[tuple[str, Pen]]]:
    """The labels of the legend in rows that are not too wide."""
    rows: list[list[tuple[str, Pen]]] = []
    room = 0.0
    for label, pen in labels:
        wide = 34 + breadth(label, SIZE)
        if not rows or wide > room:
            rows.append([])
            room = 270.0
        rows[-1].append((label, pen))
        room -= wide
    return rows


def _legend(canvas: Canvas, rows: Sequence[Sequence[tuple[str, Pen]]]) -> None:
    left, right = canvas.at((0, 0))[0], canvas.at((1, 0))[0]
    for n, row in enumerate(rows):
        height, x = TOP + ROW * (len(rows) - n - 0.4), 0.0
        for label, pen in row:
            canvas.line([(x, height), (x + 20 / (right - left), height)], pen)
            canvas.words((x, height), label, (1, 0), (24, 0))
            x += (34 + breadth(label, SIZE)) / (right - left)


def _across(data: Cells, end: End) -> float:
    """Where an end lies; an irrational one by a rational nearby."""
    return data.across(bounds(end)[0])


def _ends(canvas: Canvas, data: Cells) -> None:
    """A thin line at every end between cells, with its value beside it where there is room."""
    free, (left, _), (right, _) = 0.0, canvas.at((0, 0)), canvas.at((1, 0))
    for piece in data.region.pieces[1:-1]:
        if piece.single:
            x = _across(data, piece.low)
            canvas.line([(x, CEILING - 0.03), (x, TOP)], Pen(INK, 0.6, (2, 3)))
            text = number(bounds(piece.low)[0], exact=isinstance(piece.low, Fraction))
            wide = (breadth(text, SIZE) + 6) / (right - left)
            if free <= x and x + wide <= 1:
                canvas.words((x, CEILING), text, (1, 1), (3, -1))
                free = x + wide


def _height(scale: Scale, value: Fraction) -> float:
    """The height of a number, at most one picture above or below."""
    span = scale.high - scale.low
    return scale(min(max(value, scale.low - span), scale.high + span))


def _above_floor(spots: Sequence[Spot]) -> Iterator[list[Spot]]:
    """The parts of a line at heights from 0 to 1."""
    part: list[Spot] = []
    for start, end in pairwise(spots):
        cut = _clipped(start, end)
        if cut is None:
            continue
        if part and part[-1] != cut[0]:
            yield part
            part = []
        part = [*(part or [cut[0]]), cut[1]]
    if part:
        yield part


def _clipped(start: Spot, end: Spot) -> tuple[Spot, Spot] | None:
    """The part of a segment at heights from 0 to 1; None where there is none."""
    (a, low), (b, high) = start, end
    first, last = 0.0, 1.0
    if low == high:
        return (start, end) if 0 <= low <= 1 else None
    shares = sorted(((0 - low) / (high - low), (1 - low) / (high - low)))
    first, last = max(first, shares[0]), min(last, shares[1])
    if first >= last:
        return None

    def at(share: float) -> Spot:
        return (a + share * (b - a), low + share * (high - low))

    return (start if first == 0 else at(first), end if last == 1 else at(last))


def _verdict(canvas: Canvas, left: float, right: float, verdict: Verdict | None) -> None:
    """A part of the band: tinted, hatched, and named where there is room; a value is a marker."""
    colour, said = COLOURS[verdict], SAID[verdict]
    if left == right:
        canvas.line([(left, FLOOR), (left, CEILING)], Pen(colour, 2.4))
        return
    corners = [(left, FLOOR), (left, CEILING), (right, CEILING), (right, FLOOR)]
    canvas.area(corners, colour, 0.22)
    canvas.line([*corners, corners[0]], Pen(colour, 1))
    (first, bottom), (last, top) = canvas.at(corners[0]), canvas.at(corners[2])
    middle, half = (first + last) / 2, breadth(said, SIZE) / 2 + 3
    named = 2 * half < last - first
    parts = [(first, middle - half), (middle + half, last)] if named else [(first, last)]
    plain = replace(canvas, at=lambda place: place)
    for hatch in HATCHES[verdict]:
        for begin, end in parts:
            plain.lines(hatch((begin, top, end, bottom)), Pen(colour, 0.8))
    if named:
        plain.words((middle, (top + bottom) / 2), said)
