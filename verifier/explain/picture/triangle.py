"""The triangle of beliefs over three observations, with the user's best actions and posteriors.

The region of an action is the triangle cut by one half-plane per other action (Sutherland and
Hodgman 1974), over the rationals. theory.md 6.2; Kamenica and Gentzkow 2011.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from verifier.explain.picture.axes import PAD, Axis, framed
from verifier.explain.picture.belief import (
    Belief,
    Posterior,
    action_payoffs,
    average,
    posteriors,
    prior,
)
from verifier.explain.picture.canvas import INK, PALETTE, WIDTH, Canvas, Pen, Spot
from verifier.explain.picture.label import distinct, long_number, number, shorten
from verifier.explain.picture.placing import beside
from verifier.game.model import Game
from verifier.game.rules import Signal

VERTICES: tuple[Belief, ...] = tuple(
    tuple(Fraction(int(n == m)) for m in range(3)) for n in range(3)
)
"""The degenerate beliefs, one per observation."""

HEIGHT = 281.0
REACH = 0.6 * (WIDTH - 2 * PAD) / (HEIGHT - 2 * PAD)
"""From the middle to both ends, so that a unit is as long across as up, where 1.2 are shown."""


@dataclass(frozen=True)
class Region:
    """The convex polygon of beliefs where these actions, tied if several, are the user's best.

    `area` is its share of the triangle.
    """

    actions: tuple[str, ...]
    polygon: tuple[Belief, ...]
    area: Fraction


@dataclass(frozen=True)
class Triangle:
    """The triangle, which is the union of the regions of positive area, in instance order."""

    name: str
    observations: tuple[str, ...]
    regions: tuple[Region, ...]
    prior: Belief
    posteriors: tuple[Posterior, ...]

    @property
    def title(self) -> str:
        return "What the user does at every belief"

    @property
    def alt(self) -> str:
        """A description: the shares of the actions, the prior and the posteriors."""
        named = ", ".join(shorten(x, 60) for x in self.observations)
        shares = "; ".join(
            f"{_joined(r.actions)} on {long_number(r.area)} of it" for r in self.regions
        )
        text = (
            f"The triangle of beliefs over {named}: the user takes {shares}. The prior is"
            f" {_written(self.prior)}."
        )
        ways = [
            f"{_written(post.belief)} with probability {long_number(post.probability)}"
            for post in self.posteriors
        ]
        return f"{text} The signal leads to {'; '.join(ways)}." if ways else text


def _joined(actions: Sequence[str]) -> str:
    return " or ".join(shorten(action, 60) for action in actions)


def _written(belief: Belief) -> str:
    return f"({', '.join(map(long_number, belief))})"


def picture(game: Game, signal: Signal | None = None) -> Triangle | None:
    """The triangle of a game; `signal` adds its posteriors. Exact.

    It is None unless the agents have exactly three observations of positive probability, and the
    user observes nothing.
    """
    before = prior(game)
    if before is None or len(before) != 3:
        return None
    found_posteriors = () if signal is None else posteriors(game, signal)
    return Triangle("triangle", game.agent_observations, _regions(game), before, found_posteriors)


def _regions(game: Game) -> tuple[Region, ...]:
    """The regions of positive area; actions worth the same everywhere share one."""
    table = action_payoffs(game, game.user_payoff)
    same: dict[Belief, list[str]] = {}
    for action, payoffs in table.items():
        same.setdefault(payoffs, []).append(action)
    found = []
    for payoffs, actions in same.items():
        polygon = VERTICES
        for other in same:
            if other != payoffs:
                polygon = clipped(
                    polygon, tuple(own - rival for own, rival in zip(payoffs, other, strict=True))
                )
        area = sum((_area(polygon[0], a, b) for a, b in pairwise(polygon[1:])), Fraction(0))
        if area:
            found.append(Region(tuple(actions), polygon, area))
    return tuple(found)


def clipped(polygon: Sequence[Belief], functional: Belief) -> tuple[Belief, ...]:
    """The part of a convex polygon where a linear function of the belief is nonnegative.

    Each vertex comes once. Sutherland and Hodgman 1974.
    """
    found: list[Belief] = []
    for here, after in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        value, following = average(functional, here), average(functional, after)
        if value >= 0:
            found.append(here)
        if value * following < 0:
            share = value / (value - following)
            found.append(tuple(p + share * (q - p) for p, q in zip(here, after, strict=True)))
    return tuple(dict.fromkeys(found))


def _area(a: Belief, b: Belief, c: Belief) -> Fraction:
    """The area of a triangle as a share of the whole: a determinant of barycentric coordinates."""
    minors = (b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0])
    return abs(average(minors, a))


def flat(belief: Belief) -> Spot:
    """The point of a belief: the first observation is left, the second right, the third above."""
    return float(belief[1] + belief[2] / 2), float(belief[2]) * sqrt(3) / 2


def draw(data: Triangle) -> str:
    """The triangle as SVG; actions are named inside their regions, or beside small ones."""
    canvas = framed(HEIGHT, Axis(0.5 - REACH, 0.5 + REACH), Axis(-0.2, 1.0))
    for n, region in enumerate(data.regions):
        canvas.area(map(flat, region.polygon), PALETTE[n % len(PALETTE)], 0.25)
        _edge(canvas, region.polygon, 0.8)
    _edge(canvas, VERTICES, 1.4)
    _vertex_names(canvas, data.observations)
    lines = [region.polygon for region in data.regions] + [
        (data.prior, post.belief) for post in data.posteriors
    ]
    beside(
        canvas,
        [*_points(canvas, data), *_names(data)],
        [spot for line in lines for spot in _along(line)],
    )
    return canvas.svg(data.name, data.title, data.alt)


def _edge(canvas: Canvas, polygon: Sequence[Belief], width: float) -> None:
    canvas.line(map(flat, [*polygon, polygon[0]]), Pen(width=width))


def _vertex_names(canvas: Canvas, observations: Sequence[str]) -> None:
    places = (((1, -1), (-12, 21)), ((-1, -1), (12, 21)), ((0, 1), (0, -9)))
    names = distinct(observations).values()
    for vertex, text, (towards, shift) in zip(VERTICES, names, places, strict=True):
        canvas.words(flat(vertex), text, towards, shift, bold=True)


def _points(canvas: Canvas, data: Triangle) -> list[tuple[Spot, str]]:
    """Marks for the prior and the posteriors, joined by lines; returns their labels."""
    start, named = flat(data.prior), [(flat(data.prior), "prior")]
    for post in data.posteriors:
        end = flat(post.belief)
        if end != start:
            canvas.line([start, end], Pen(width=0.9, dashes=(3, 2)))
        canvas.hollow(end, "s", 8, Pen(PALETTE[1], 1.8))
        named.append((end, f"p = {number(post.probability)}"))
    canvas.solid(start, "D", 6, INK)
    return named


def _names(data: Triangle) -> list[tuple[Spot, str]]:
    """The actions of every region, at its centroid."""
    found = []
    for region in data.regions:
        more = ", …" * (len(region.actions) > 2)
        found.append(
            (flat(centroid(region.polygon)), " or ".join(map(shorten, region.actions[:2])) + more)
        )
    return found


def centroid(polygon: Sequence[Belief]) -> Belief:
    """The centroid of a convex polygon of positive area: its triangles', weighted by area."""
    parts = [(polygon[0], a, b) for a, b in pairwise(polygon[1:])]
    weights = [_area(*part) for part in parts]
    total = 3 * sum(weights, Fraction(0))
    return tuple(
        sum(
            (w * vertex[n] for w, part in zip(weights, parts, strict=True) for vertex in part),
            Fraction(0),
        )
        / total
        for n in range(3)
    )


def _along(line: Sequence[Belief]) -> list[Spot]:
    """Points on an outline, which labels should not cover."""
    ends, steps = [flat(vertex) for vertex in [*line, line[0]]], [n / 24 for n in range(24)]
    return [(a + s * (c - a), b + s * (d - b)) for (a, b), (c, d) in pairwise(ends) for s in steps]
