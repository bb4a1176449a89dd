"""The concave envelope of one agent's value over the user's beliefs in two observations.

Kamenica and Gentzkow 2011, Prop. 1 and Fig. 2: the value of persuasion is the concave closure of
the agent's value over beliefs, at the prior. Where the user is indifferent she does what is best
for him, so the value is upper semicontinuous and the closure attained. theory.md 6.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.belief import (
    Belief,
    Posterior,
    action_payoffs,
    average,
    posteriors,
    prior,
)
from verifier.explain.picture.canvas import INK, PALETTE, SIZE, Canvas, Pen, Spot
from verifier.explain.picture.label import breadth, long_number, number, shorten
from verifier.explain.picture.placing import beside
from verifier.game.model import Agent, Game
from verifier.game.rules import Signal

AXIS = 270.0
"""Points of type: about the length of the horizontal axis."""

Knot = tuple[Fraction, Fraction]
"""A belief and the agent's value there."""


@dataclass(frozen=True)
class Segment:
    """The agent's value on an open interval of beliefs, a line, and the action that the user takes.

    `left` and `right` are its limits at both ends.
    """

    left: Knot
    right: Knot
    action: str


@dataclass(frozen=True)
class Envelope:
    """The agent's value over beliefs, which are probabilities of the second observation.

    `knots` has the value at the ends and wherever segments meet, `envelope` the vertices of its
    concave closure, `value` the closure at the prior, `posteriors` those of the signal.
    """

    name: str
    agent: str
    observation: str
    segments: tuple[Segment, ...]
    knots: tuple[Knot, ...]
    envelope: tuple[Knot, ...]
    prior: Fraction
    value: Fraction
    posteriors: tuple[Posterior, ...]

    @property
    def title(self) -> str:
        return f"What {shorten(self.agent, 40)} can get alone, if she breaks ties his way"

    @property
    def alt(self) -> str:
        """A description: the value at the prior, with and without persuasion, and the signal."""
        silent, him = self.value_at(self.prior), shorten(self.agent, 60)
        text = (
            f"The utility of {him} over the user's belief in {shorten(self.observation, 60)}, and"
            f" its concave envelope, if she breaks ties his way. At the prior"
            f" {long_number(self.prior)} he then has {long_number(silent)} if he says nothing and"
            f" at most {long_number(self.value)} by persuasion."
        )
        ways = [
            f"{long_number(post.belief[1])} with probability {long_number(post.probability)}"
            f" ({_actions(post)})"
            for post in self.posteriors
        ]
        return f"{text} His signal leads to the beliefs {'; '.join(ways)}." if ways else text

    def value_at(self, belief: Fraction) -> Fraction:
        """The agent's value at a belief between 0 and 1."""
        for knot, value in self.knots:
            if knot == belief:
                return value
        segment = next(
            segment for segment in self.segments if segment.left[0] < belief < segment.right[0]
        )
        return _between(segment.left, segment.right, belief)


def _actions(post: Posterior) -> str:
    return " or ".join(shorten(action, 60) for action in post.actions)


def _between(left: Knot, right: Knot, belief: Fraction) -> Fraction:
    return left[1] + (right[1] - left[1]) * (belief - left[0]) / (right[0] - left[0])


def picture(game: Game, agent: Agent, signal: Signal | None = None) -> Envelope | None:
    """The envelope of an agent, as if there were no others; `signal` adds its posteriors.

    It is None unless the agents have exactly two observations of positive probability, this agent
    tells them apart, and the user observes nothing. Exact; `value` is `persuade(...).value`
    where ties favour the agent.
    """
    before = prior(game)
    if before is None or len(before) != 2 or len(agent.sees) != 2:
        return None
    user_payoffs = action_payoffs(game, game.user_payoff)
    agent_payoffs = action_payoffs(game, game.agent_payoff(agent.name))
    kinks = _kinks(user_payoffs, agent_payoffs)
    segments = list(_segments(user_payoffs, agent_payoffs, kinks))
    # the same action on both sides of a kink is also best at the kink itself
    met = [
        q
        for n, q in enumerate(kinks)
        if n in (0, len(segments)) or segments[n - 1].action != segments[n].action
    ]
    knots = tuple((q, _value(user_payoffs, agent_payoffs, q)[0]) for q in met)
    closed = upper_hull(knots)
    place = [other.name for other in game.agents].index(agent.name)
    return Envelope(
        f"envelope-{place + 1}",
        agent.name,
        game.agent_observations[1],
        tuple(_joined(segments)),
        knots,
        closed,
        before[1],
        _on(closed, before[1]),
        () if signal is None else posteriors(game, signal),
    )


def _on(knots: Sequence[Knot], belief: Fraction) -> Fraction:
    """The value at a belief of the piecewise linear function through these knots."""
    left, right = next((a, b) for a, b in pairwise(knots) if a[0] <= belief <= b[0])
    return _between(left, right, belief)


def _kinks(
    user_payoffs: Mapping[str, Belief], agent_payoffs: Mapping[str, Belief]
) -> list[Fraction]:
    """The beliefs where the user or the agent is indifferent between two actions, and 0 and 1."""
    found = {Fraction(0), Fraction(1)}
    for table in (user_payoffs, agent_payoffs):
        for a, b in combinations(table.values(), 2):
            start, end = a[0] - b[0], a[1] - b[1]
            if start != end and 0 < start / (start - end) < 1:
                found.add(start / (start - end))
    return sorted(found)


def _value(
    user_payoffs: Mapping[str, Belief], agent_payoffs: Mapping[str, Belief], q: Fraction
) -> tuple[Fraction, str]:
    """The agent's value at q, and the first of the user's best actions that gives it."""
    here = (1 - q, q)
    top = max(average(payoffs, here) for payoffs in user_payoffs.values())
    best = {
        a: average(agent_payoffs[a], here)
        for a, payoffs in user_payoffs.items()
        if average(payoffs, here) == top
    }
    action = max(best, key=lambda a: best[a])
    return best[action], action


def _segments(
    user_payoffs: Mapping[str, Belief],
    agent_payoffs: Mapping[str, Belief],
    kinks: Sequence[Fraction],
) -> Iterator[Segment]:
    for low, high in pairwise(kinks):
        _, action = _value(user_payoffs, agent_payoffs, (low + high) / 2)
        yield Segment(
            (low, average(agent_payoffs[action], (1 - low, low))),
            (high, average(agent_payoffs[action], (1 - high, high))),
            action,
        )


def _joined(segments: Sequence[Segment]) -> Iterator[Segment]:
    """The segments, neighbours with the same action made one."""
    current = segments[0]
    for segment in segments[1:]:
        if segment.action == current.action:
            current = Segment(current.left, segment.right, current.action)
        else:
            yield current
            current = segment
    yield current


def upper_hull(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """The vertices of the least concave function above these points, whose beliefs ascend.

    Andrew 1979, monotone chain.

    >>> upper_hull([(Fraction(q, 2), Fraction(v)) for q, v in enumerate((0, 0, 1))])
    ((Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1)))
    """
    kept: list[Knot] = []
    for knot in knots:
        while len(kept) > 1 and _between(kept[-2], knot, kept[-1][0]) >= kept[-1][1]:
            kept.pop()
        kept.append(knot)
    return tuple(kept)


def draw(data: Envelope) -> str:
    """The envelope as SVG, with the agent's value, the prior and the signal's posteriors."""
    ends = [end[1] for segment in data.segments for end in (segment.left, segment.right)]
    scale = Scale.over([value for _, value in data.knots] + ends)
    names = _regions(data)
    belief = f"her belief in {shorten(data.observation, 24)} (she breaks ties his way)"
    top = 0.1 + max(height for (_, height), _ in names)
    canvas = framed(
        238,
        Axis.of(Scale(Fraction(0), Fraction(1)), belief, -0.04, 1.04),
        Axis.of(scale, f"utility of {shorten(data.agent, 30)}", -0.1, top),
    )
    for segment in data.segments[1:]:
        q = float(segment.left[0])
        canvas.line([(q, -0.1), (q, top)], Pen(width=0.5, dashes=(1, 2)))
    _curve(canvas, data, scale)
    for spot, text in names:
        canvas.words(spot, text, (0, 1))
    beside(canvas, _marks(canvas, data, scale), _along(data, scale))
    return canvas.svg(data.name, data.title, data.alt)


def _curve(canvas: Canvas, data: Envelope, scale: Scale) -> None:
    """Lines for the value and the envelope; open circles where a segment ends below the value."""
    values = dict(data.knots)
    for segment in data.segments:
        spots = [(float(q), scale(v)) for q, v in (segment.left, segment.right)]
        canvas.line(spots, Pen(PALETTE[0], 2.4))
    canvas.line([(float(q), scale(v)) for q, v in data.envelope], Pen(PALETTE[1], 1.4, (5, 2)))
    ends = {end for segment in data.segments for end in (segment.left, segment.right)}
    jumps = sorted(end for end in ends if values[end[0]] != end[1])
    for q, v in jumps:
        canvas.hollow((float(q), scale(v)), "o", 5, Pen(PALETTE[0]))
    for q in dict.fromkeys(q for q, _ in jumps):
        canvas.solid((float(q), scale(values[q])), "o", 5, PALETTE[0])


def _regions(data: Envelope) -> list[tuple[Spot, str]]:
    """The action of every segment, to be named above it; several rows for long names."""
    free: list[float] = []
    found = []
    for segment in data.segments:
        text, middle = shorten(segment.action), float((segment.left[0] + segment.right[0]) / 2)
        half = breadth(text, SIZE) / 2 / AXIS
        middle = min(max(middle, half), 1 - half)
        row = next((n for n, edge in enumerate(free) if edge <= middle - half), len(free))
        free[row : row + 1] = [middle + half + SIZE / AXIS]
        found.append(((middle, 1.13 + 0.1 * row), text))
    return found


def _marks(canvas: Canvas, data: Envelope, scale: Scale) -> list[tuple[Spot, str]]:
    """Marks for the values at the prior and for the posteriors; returns their labels."""
    at, silent = float(data.prior), data.value_at(data.prior)
    canvas.line([(at, -0.1), (at, scale(data.value))], Pen(width=0.9, dashes=(4, 1.5)))
    canvas.solid((at, scale(data.value)), "D", 7, PALETTE[1])
    named = [
        ((at, scale(data.value)), f"value {number(data.value)}"),
        ((at, -0.04), f"prior {number(data.prior)}"),
    ]
    if silent != data.value:
        canvas.solid((at, scale(silent)), "x", 6, INK)
        named.append(((at, scale(silent)), f"silent {number(silent)}"))
    for post in data.posteriors:
        q = post.belief[1]
        spot = (float(q), scale(data.value_at(q)))
        canvas.hollow(spot, "s", 8, Pen(PALETTE[2], 1.8))
        if post.probability < 1:
            named.append((spot, f"posterior {number(q)}"))
    return named


def _along(data: Envelope, scale: Scale) -> list[Spot]:
    """Points on all lines, which labels should not cover."""
    lines = [(segment.left, segment.right) for segment in data.segments] + list(
        pairwise(data.envelope)
    )
    steps = [Fraction(n, 16) for n in range(17)]
    found = [(a + s * (b - a), v + s * (w - v)) for (a, v), (b, w) in lines for s in steps]
    rising = [(float(data.prior), scale(data.value) * n / 20) for n in range(21)]
    return [(float(q), scale(v)) for q, v in found] + rising
