"""Axes over exact numbers: positions and round ticks are computed over the rationals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial

from verifier.explain.picture.canvas import SIZE, WIDTH, Box, Canvas, Pen, Place, Spot
from verifier.explain.picture.label import breadth

PAD, TICK, GAP = 3.0, 3.5, 4.0
"""Points of type: the margin, the length of ticks, and the distance between words and axes."""

LINE = Pen(width=0.8)


@dataclass(frozen=True)
class Scale:
    """A scale maps [low, high] to [0, 1] exactly, so that numbers of any size can be drawn."""

    low: Fraction
    high: Fraction

    @classmethod
    def over(cls, values: Iterable[Fraction]) -> Scale:
        """The least scale that shows these numbers; half a unit to both sides of a single one.

        Domain: at least one number.
        """
        found = list(values)
        low, high = min(found), max(found)
        return cls(low, high) if low < high else cls(low - Fraction(1, 2), high + Fraction(1, 2))

    def __call__(self, value: Fraction) -> float:
        return float((value - self.low) / (self.high - self.low))

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """The positions and labels of round numbers."""
        step = _round_step((self.high - self.low) / most)
        first = -((-self.low) // step)
        values = [step * n for n in range(first, self.high // step + 1)]
        return [(self(v), _decimal(v, step)) for v in values]


def _round_step(least: Fraction) -> Fraction:
    """The least number of at least `least` that is 1, 2 or 5 times a power of ten."""
    power = Fraction(10) ** (len(str(least.numerator)) - len(str(least.denominator)) - 1)
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= least:
                return step
        power *= 10


def _decimal(value: Fraction, step: Fraction) -> str:
    """A multiple of the step, with the digits that tell neighbours apart, at most eight."""
    if not value:
        return "0"
    apart = max(1, len(str(int(abs(value) / step))) + 1)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{min(apart, 8)}g}"


@dataclass(frozen=True)
class Axis:
    """What an axis spans in the coordinates of its picture, with ticks and a label.

    An axis without both is not drawn.
    """

    low: float
    high: float
    ticks: Sequence[tuple[float, str]] = ()
    label: str = ""

    @classmethod
    def of(cls, scale: Scale, label: str, low: float, high: float) -> Axis:
        """The axis of a scale: its positions from `low` to `high`, and its ticks."""
        return cls(low, high, scale.ticks(), label)

    def share(self, at: float) -> float:
        """Where a position lies between the ends, which are 0 and 1."""
        return (at - self.low) / (self.high - self.low)

    @property
    def drawn(self) -> bool:
        return bool(self.ticks or self.label)


def framed(height: float, across: Axis, up: Axis) -> Canvas:
    """A canvas in the coordinates of two axes, which are drawn, with room for what is beside them.

    The vertical axis needs the width of its numbers, the horizontal one their height.
    """
    widest = max((breadth(text, SIZE) for _, text in up.ticks), default=0.0)
    left = PAD + (SIZE + GAP) * bool(up.label) + (widest + TICK + GAP) * bool(up.ticks)
    below = (SIZE + GAP) * bool(across.label) + (SIZE + TICK + GAP) * bool(across.ticks)
    right = WIDTH - PAD - _overhang(across, WIDTH - left - PAD)
    sheet = Canvas(height, (left, PAD + SIZE / 2 * bool(up.ticks), right, height - PAD - below))
    if across.drawn:
        _draw_across(sheet, across)
    if up.drawn:
        _draw_up(sheet, up)
    return replace(sheet, at=partial(_placed, sheet.box, across, up))


def _overhang(across: Axis, length: float) -> float:
    """How far the numbers reach beyond the right end of a horizontal axis of this length."""
    reach = [breadth(text, SIZE) / 2 - length * (1 - across.share(at)) for at, text in across.ticks]
    return max([0.0, *reach])


def _placed(box: Box, across: Axis, up: Axis, spot: Spot) -> Place:
    left, top, right, bottom = box
    return (
        left + (right - left) * across.share(spot[0]),
        bottom - (bottom - top) * up.share(spot[1]),
    )


def _draw_across(sheet: Canvas, axis: Axis) -> None:
    left, _, right, bottom = sheet.box
    sheet.line([(left, bottom), (right, bottom)], LINE)
    for at, text in axis.ticks:
        x = left + (right - left) * axis.share(at)
        sheet.line([(x, bottom), (x, bottom + TICK)], LINE)
        sheet.words((x, bottom + TICK + GAP / 2), text, (0, -1))
    if axis.label:
        sheet.words(((left + right) / 2, sheet.height - PAD), axis.label, (0, 1))


def _draw_up(sheet: Canvas, axis: Axis) -> None:
    left, top, _, bottom = sheet.box
    sheet.line([(left, bottom), (left, top)], LINE)
    for at, text in axis.ticks:
        y = bottom - (bottom - top) * axis.share(at)
        sheet.line([(left - TICK, y), (left, y)], LINE)
        sheet.words((left - TICK - GAP + 1, y), text, (-1, 0))
    if axis.label:
        sheet.upright((PAD + SIZE / 2, (top + bottom) / 2), axis.label)
