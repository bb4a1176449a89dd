"""The user who picks the best AI: what each agent can have from a rule that is worth v to her (theory.md 6, G3).

Each curve is drawn on its agent's own scale, from the least to the most that the curve gives him: utilities of different
agents are not compared. The breakpoints are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from verifier.picture import canvas
from verifier.picture.canvas import DASHES, INK, MARKERS, PALETTE, distinct, number, shorten
from verifier.picture.placing import beside
from verifier.picture.scale import Scale, across
from verifier.theory.frontier import Frontier
from verifier.theory.selection import Selection

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 6
"""More curves than this cannot be told apart; the first are drawn."""


@dataclass(frozen=True)
class Curves:
    """`intervals`: values at which the condition of theory.md 6 holds; `complete`: she can have no others in equilibrium."""

    frontiers: tuple[Frontier, ...]
    intervals: tuple[tuple[Fraction, Fraction], ...]
    complete: bool
    left_out: int
    name: str = "frontiers"

    @property
    def title(self) -> str:
        return "What each agent can have, by what he offers the user"

    @property
    def alt(self) -> str:
        """The breakpoints of every curve, and the values at which nobody gains by a better offer."""
        curves = "; ".join(f"{shorten(f.agent, 60)}: {', then '.join(map(_knot, f.breakpoints))}" for f in self.frontiers)
        found = " or ".join(f"{_long(a)}" if a == b else f"{_long(a)} to {_long(b)}" for a, b in self.intervals)
        where = f"Nobody gains by another offer where she has {found}." if found else "No such value was found."
        more = f" {self.left_out} agents are not drawn." if self.left_out else ""
        return f"For each agent a falling curve: {curves}. {where}{more}"


def _long(value: Fraction) -> str:
    return number(value, longest=24)


def _knot(knot: tuple[Fraction, Fraction]) -> str:
    return f"{_long(knot[1])} where she has {_long(knot[0])}"


def picture(found: Selection) -> Curves | None:
    """The frontiers that the verifier walked; None where she can have one value only."""
    low, high = found.frontiers[0].breakpoints[0][0], found.frontiers[0].breakpoints[-1][0]
    if low == high:
        return None
    shown = found.frontiers[:MOST]
    return Curves(shown, found.intervals, found.complete, len(found.frontiers) - len(shown))


def draw(data: Curves) -> str:
    """The curves as SVG, with a band where nobody gains."""
    ends = data.frontiers[0].breakpoints
    scale = Scale(ends[0][0], ends[-1][0])
    with canvas.style():
        figure, axes = canvas.sheet(3.3)
        across(axes, scale, "what the user has, v (band: nobody gains by another offer)")
        axes.set_ylim(-0.12, 1.12)
        axes.set_yticks([0, 1], ["his least", "his most"])
        for low, high in data.intervals:
            left, right = scale(low), scale(high)
            axes.axvspan(left - 0.004, right + 0.004, color=PALETTE[2], alpha=0.3, linewidth=0)
        drawn = [_curve(axes, n, frontier, scale) for n, frontier in enumerate(data.frontiers)]
        names = distinct([frontier.agent for frontier in data.frontiers])
        labels = [(points[len(points) // 2], names[f.agent]) for points, f in zip(drawn, data.frontiers, strict=True)]
        beside(axes, labels, [spot for points in drawn for spot in _between(points)])
        return canvas.svg(figure, data.name, data.title, data.alt)


def _curve(axes: Axes, n: int, frontier: Frontier, scale: Scale) -> list[tuple[float, float]]:
    """One agent's curve on his own scale; its breakpoints are marked."""
    his = Scale.over([value for _, value in frontier.breakpoints])
    points = [(scale(v), his(value)) for v, value in frontier.breakpoints]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    axes.plot(xs, ys, color=PALETTE[n] if n else INK, linestyle=DASHES[n], linewidth=1.6, marker=MARKERS[n], markersize=5)
    return points


def _between(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spots along a broken line."""
    steps = [n / 12 for n in range(13)]
    return [(a + s * (b - a), c + s * (d - c)) for (a, c), (b, d) in pairwise(points) for s in steps]
