"""The frontiers f_i of theory.md 6.5, for the user who picks the best AI.

f_i(v) is the most that agent i can get from a conversation worth at least v to her; f_i is concave,
nonincreasing and piecewise linear. A common signal worth v to her is an equilibrium where it gives
every agent at least f_i(v). Agents' utilities have scales of their own: where these differ, each is
drawn as a share of the way from his worst action and state (0) to his best (1), which changes no
comparison of one agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.canvas import DASHES, MARKERS, PALETTE, Canvas, Pen, Spot
from verifier.explain.picture.label import distinct, long_number, number, shorten
from verifier.explain.picture.placing import beside
from verifier.explain.picture.value_line import MARKS, bound_label, equilibrium_label
from verifier.game.model import Game
from verifier.theory.verdict import Finding, Report, Verdict

MOST_CURVES = len(PALETTE)
"""The most curves that are drawn; more are only counted."""

STEPS = 16
"""Points on a curve where its name may stand."""

Knot = tuple[Fraction, Fraction]
"""The user's utility, and the agent's."""


@dataclass(frozen=True)
class Curve:
    """The frontier of these agents by its breakpoints, ascending, in their own utility.

    `worst` and `best` are the least and greatest utility of any action and state.
    """

    agents: tuple[str, ...]
    breakpoints: tuple[Knot, ...]
    worst: Fraction
    best: Fraction

    def __call__(self, v: Fraction) -> Fraction:
        """f_i(v), for v between the first and the last breakpoint."""
        for (left, high), (right, low) in pairwise(self.breakpoints):
            if left <= v <= right:
                return high + (low - high) * (v - left) / (right - left)
        return self.breakpoints[0][1]


@dataclass(frozen=True)
class Frontiers:
    """The frontiers in the order of their first agents; equal ones, scale included, are one curve.

    `levels` are utilities of the user with their labels, such as the bound; `values` the closed
    intervals in which a common signal is an equilibrium, which the kernel has not checked.
    """

    name: str
    curves: tuple[Curve, ...]
    levels: Mapping[str, Fraction]
    values: tuple[tuple[Fraction, Fraction], ...]

    @property
    def title(self) -> str:
        return "What each agent can get by what he offers the user"

    @property
    def normalised(self) -> bool:
        """Whether the agents' scales differ, so that shares are drawn."""
        return len({(curve.worst, curve.best) for curve in self.curves}) > 1

    def height(self, curve: Curve, value: Fraction) -> Fraction:
        """The height of an agent's utility on the vertical axis; 1 for an indifferent agent."""
        if not self.normalised:
            return value
        if curve.worst == curve.best:
            return Fraction(1)
        return (value - curve.worst) / (curve.best - curve.worst)

    @property
    def alt(self) -> str:
        """A description: the ends of every curve that is drawn, and the levels."""
        described = "; ".join(map(_described, self.curves[:MOST_CURVES]))
        more = f" {self.hidden} more curves are not drawn." if self.hidden else ""
        scale = (
            " Each agent's utility is drawn as a share, from his worst to his best."
            if self.normalised
            else ""
        )
        marked = "; ".join(f"{label} {long_number(value)}" for label, value in self.levels.items())
        intervals = "; ".join(
            long_number(a) if a == b else f"from {long_number(a)} to {long_number(b)}"
            for a, b in self.values
        )
        agreed = (
            " According to the verifier alone, common signals are equilibria where she gets:"
            f" {intervals}."
            if intervals
            else ""
        )
        return (
            f"The most that an agent gets by what he offers the user: {described}.{more}{scale}"
            f" Marked for her: {marked}.{agreed}"
        )

    @property
    def hidden(self) -> int:
        """The number of curves that are not drawn."""
        return max(0, len(self.curves) - MOST_CURVES)


def _described(curve: Curve) -> str:
    (v, value), (w, least) = curve.breakpoints[0], curve.breakpoints[-1]
    ends = f"{long_number(value)} if she gets {long_number(v)}"
    return f"{_named(curve, 60)} {ends}" + (
        f", {long_number(least)} if she gets {long_number(w)}" if v < w else ""
    )


def _named(curve: Curve, most: int) -> str:
    more = f" and {len(curve.agents) - 1} more" if len(curve.agents) > 1 else ""
    return shorten(curve.agents[0], most) + more


def picture(report: Report, finding: Finding, verdict: Verdict) -> Frontiers | None:
    """The frontiers that were computed for a finding. Exact. theory.md 6.5.

    It is None for other users than the one who picks the best AI, for one agent, and for a user who
    sends messages. `verdict` is `open` unless the kernel accepted the finding's certificate.
    """
    found = finding.found.best_ai_values
    if found is None:
        return None
    groups: dict[tuple[tuple[Knot, ...], Fraction, Fraction], list[str]] = {}
    for frontier in found.frontiers:
        groups.setdefault((frontier.breakpoints, *_ends(report.game, frontier.agent)), []).append(
            frontier.agent
        )
    curves = tuple(Curve(tuple(names), *key) for key, names in groups.items())
    return Frontiers("frontiers", curves, dict(_levels(report, finding, verdict)), found.intervals)


def _ends(game: Game, name: str) -> tuple[Fraction, Fraction]:
    values = next(agent.utility for agent in game.agents if agent.name == name).values()
    return min(values), max(values)


def _levels(report: Report, finding: Finding, verdict: Verdict) -> Iterator[tuple[str, Fraction]]:
    if isinstance(finding.bound.value, Fraction):
        yield bound_label(verdict), finding.bound.value
    if finding.equilibrium is not None and isinstance(finding.equilibrium.user_utility, Fraction):
        yield equilibrium_label(verdict), finding.equilibrium.user_utility
    yield "TEAM", report.benchmarks.team


def draw(data: Frontiers) -> str:
    """The frontiers as SVG, each with its own dashes, marker, colour and name.

    Levels are vertical lines.
    """
    shown = data.curves[:MOST_CURVES]
    x = Scale.over(
        [v for curve in shown for v, _ in curve.breakpoints] + list(data.levels.values())
    )
    y = Scale.over([data.height(curve, value) for curve in shown for _, value in curve.breakpoints])
    canvas = _framed(data, x, y)
    _levels_drawn(canvas, data.levels, x)
    for low, high in data.values:
        bar = ((x(low), -0.13), (x(high), -0.13))
        canvas.line(bar, Pen(PALETTE[2], 4))
        for end in dict.fromkeys(bar):
            canvas.hollow(end, "|", 9, Pen(PALETTE[2], 2))
    for n, curve in enumerate(shown):
        spots = [(x(v), y(data.height(curve, value))) for v, value in curve.breakpoints]
        canvas.line(spots, Pen(PALETTE[n], 1.8, DASHES[n]))
        for spot in spots:
            canvas.hollow(spot, MARKERS[n], 6, Pen(PALETTE[n]))
    beside(
        canvas,
        list(_names(data, shown, x, y)),
        [spot for curve in shown for spot in _along(data, curve, x, y)],
    )
    return canvas.svg(data.name, data.title, data.alt)


def _framed(data: Frontiers, x: Scale, y: Scale) -> Canvas:
    utility = "the user's utility v" + " (bar: verifier's equilibria)" * bool(data.values)
    most = "most for the agent" + ", worst 0, best 1" * data.normalised
    return framed(
        259,
        Axis.of(x, utility, -0.06, 1.06),
        Axis.of(
            y,
            most + f" ({data.hidden} not drawn)" * bool(data.hidden),
            -0.2,
            1.27 + 0.11 * len(data.levels),
        ),
    )


def _levels_drawn(canvas: Canvas, levels: Mapping[str, Fraction], x: Scale) -> None:
    """A vertical line for every level, up to its name above the curves, in a row of its own."""
    for n, (label, value) in enumerate(sorted(levels.items(), key=lambda level: level[1])):
        at, height, (marker, colour) = x(value), 1.25 + 0.11 * n, MARKS[label]
        canvas.line([(at, -0.2), (at, height)], Pen(colour, 0.8, DASHES[n + 1]))
        canvas.solid((at, height), marker, 6, colour)
        side = 1 if at <= 0.5 else -1
        canvas.words((at, height), f"{label} {number(value)}", (side, 0), (7 * side, 0))


def _names(
    data: Frontiers, shown: Sequence[Curve], x: Scale, y: Scale
) -> Iterator[tuple[Spot, str]]:
    """The name of every curve, where the curve is farthest from the others."""
    labels = distinct([curve.agents[0] for curve in shown])
    lines = [_along(data, curve, x, y) for curve in shown]
    for n, (curve, line) in enumerate(zip(shown, lines, strict=True)):
        others = [spot for m, other in enumerate(lines) if m != n for spot in other]
        more = f" + {len(curve.agents) - 1} more" * (len(curve.agents) > 1)
        yield (
            max(line, key=lambda spot: min((_far(spot, other) for other in others), default=0)),
            labels[curve.agents[0]] + more,
        )


def _far(left: Spot, right: Spot) -> float:
    return round((left[0] - right[0]) ** 2 + (left[1] - right[1]) ** 2, 9)


def _along(data: Frontiers, curve: Curve, x: Scale, y: Scale) -> list[Spot]:
    """Points on a curve, which labels should not cover."""
    low, high = curve.breakpoints[0][0], curve.breakpoints[-1][0]
    values = [low + (high - low) * Fraction(n, STEPS) for n in range(STEPS + 1)]
    return [(x(v), y(data.height(curve, curve(v)))) for v in dict.fromkeys(values)]
