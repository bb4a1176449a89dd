"""Axes over exact numbers: positions and round ticks are computed over the rationals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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


def across(axes: Axes, scale: Scale, label: str, room: float = 0.06) -> None:
    """The horizontal axis, with some room at both ends."""
    ticks = scale.ticks()
    axes.set_xlim(-room, 1 + room)
    axes.set_xticks([at for at, _ in ticks], [text for _, text in ticks])
    axes.set_xlabel(label)


def up(axes: Axes, scale: Scale, label: str, room: float = 0.08) -> None:
    """The vertical axis, with some room at both ends."""
    ticks = scale.ticks()
    axes.set_ylim(-room, 1 + room)
    axes.set_yticks([at for at, _ in ticks], [text for _, text in ticks])
    axes.set_ylabel(label)
