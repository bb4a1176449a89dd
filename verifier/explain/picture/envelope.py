"""One agent and two observations: what he gets at every belief of hers, and the concave envelope
above it.

Kamenica and Gentzkow 2011, Prop. 1 and Fig. 2: his value of persuasion is the concave closure of
his value over her beliefs, at the prior. Where she is indifferent she does what is best for him, so
the value is upper semicontinuous and the closure attained. theory.md 6 (k = 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from verifier.explain.picture import canvas
from verifier.explain.picture.belief import Belief, Posterior, corners, posteriors, prior, worth
from verifier.explain.picture.canvas import INK, PALETTE, number, number_in_text, shorten
from verifier.explain.picture.placing import beside
from verifier.explain.picture.scale import Scale, across, up
from verifier.game.model import Agent, Game
from verifier.game.rules import Signal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LETTER = 0.021
"""The width of a letter, as a share of the axis."""

Knot = tuple[Fraction, Fraction]
"""A belief and a value there."""


@dataclass(frozen=True)
class Piece:
    """His value on an open interval of beliefs, a line: its limits at both ends, and what the user
    then does for him.
    """

    left: Knot
    right: Knot
    action: str


@dataclass(frozen=True)
class Envelope:
    """Beliefs are probabilities of the second observation, `observation`.

    `knots`: his value at the ends and wherever pieces meet; `envelope`: the corners of its concave
    closure; `value`: the closure at the prior; `posteriors`: where the signal leads, with its
    probabilities.
    """

    name: str
    agent: str
    observation: str
    pieces: tuple[Piece, ...]
    knots: tuple[Knot, ...]
    envelope: tuple[Knot, ...]
    prior: Fraction
    value: Fraction
    posteriors: tuple[Posterior, ...]

    @property
    def title(self) -> str:
        return f"What {shorten(self.agent, 40)} can get alone"

    @property
    def alt(self) -> str:
        """The value at the prior, with and without persuasion, and the signal."""
        said, him = self.worth(self.prior), shorten(self.agent, 60)
        text = (
            f"The utility of {him} over the user's belief in {shorten(self.observation, 60)}, and"
            f" its concave envelope. At the prior {number_in_text(self.prior)} he has {number_in_text(said)} if he"
            f" says nothing and at most {number_in_text(self.value)} by persuasion."
        )
        ways = [
            f"{number_in_text(post.belief[1])} with probability {number_in_text(post.probability)} ({_actions(post)})"
            for post in self.posteriors
        ]
        return f"{text} His signal leads to the beliefs {'; '.join(ways)}." if ways else text

    def worth(self, belief: Fraction) -> Fraction:
        """His value at a belief between 0 and 1."""
        for knot, value in self.knots:
            if knot == belief:
                return value
        piece = next(piece for piece in self.pieces if piece.left[0] < belief < piece.right[0])
        return _between(piece.left, piece.right, belief)


def _actions(post: Posterior) -> str:
    return " or ".join(shorten(action, 60) for action in post.actions)


def _between(left: Knot, right: Knot, belief: Fraction) -> Fraction:
    return left[1] + (right[1] - left[1]) * (belief - left[0]) / (right[0] - left[0])


def picture(game: Game, agent: Agent, signal: Signal | None = None) -> Envelope | None:
    """The agent's value over beliefs, as if the user heard nobody else; `signal` adds where that
    signal of his leads.

    None unless the agents see one of exactly two things, both likely, this agent tells them apart,
    and the user observes nothing. Exact; `value` is `persuade(game, agent, solve).value`.
    """
    before = prior(game)
    if before is None or len(before) != 2 or len(agent.sees) != 2:
        return None
    hers, his = corners(game, game.user_payoff), corners(game, game.agent_payoff(agent.name))
    bends = _bends(hers, his)
    pieces = list(_pieces(hers, his, bends))
    # inside a piece of one action nothing happens: the same action on both sides is best at the
    # belief between, too
    met = [
        q
        for n, q in enumerate(bends)
        if n in (0, len(pieces)) or pieces[n - 1].action != pieces[n].action
    ]
    knots = tuple((q, _value(hers, his, q)[0]) for q in met)
    place, closed = (
        [other.name for other in game.agents].index(agent.name),
        upper_hull(knots),
    )
    return Envelope(
        f"envelope-{place + 1}",
        agent.name,
        game.agent_observations[1],
        tuple(_joined(pieces)),
        knots,
        closed,
        before[1],
        _on(closed, before[1]),
        () if signal is None else posteriors(game, signal),
    )


def _on(knots: Sequence[Knot], belief: Fraction) -> Fraction:
    """The broken line through these knots at a belief."""
    left, right = next((a, b) for a, b in pairwise(knots) if a[0] <= belief <= b[0])
    return _between(left, right, belief)


def _bends(hers: Mapping[str, Belief], his: Mapping[str, Belief]) -> list[Fraction]:
    """Beliefs where some two actions are worth the same to her or to him: between them nobody's
    preference changes.
    """
    found = {Fraction(0), Fraction(1)}
    for table in (hers, his):
        for a, b in combinations(table.values(), 2):
            start, end = a[0] - b[0], a[1] - b[1]
            if start != end and 0 < start / (start - end) < 1:
                found.add(start / (start - end))
    return sorted(found)


def _value(
    hers: Mapping[str, Belief], his: Mapping[str, Belief], q: Fraction
) -> tuple[Fraction, str]:
    """His value, and the first of her best actions that gives it."""
    here = (1 - q, q)
    top = max(worth(corner, here) for corner in hers.values())
    best = {a: worth(his[a], here) for a, corner in hers.items() if worth(corner, here) == top}
    action = max(best, key=lambda a: best[a])
    return best[action], action


def _pieces(
    hers: Mapping[str, Belief], his: Mapping[str, Belief], bends: Sequence[Fraction]
) -> Iterator[Piece]:
    for low, high in pairwise(bends):
        _, action = _value(hers, his, (low + high) / 2)
        yield Piece(
            (low, worth(his[action], (1 - low, low))),
            (high, worth(his[action], (1 - high, high))),
            action,
        )


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Neighbours with the same action made one."""
    current = pieces[0]
    for piece in pieces[1:]:
        if piece.action == current.action:
            current = Piece(current.left, piece.right, current.action)
        else:
            yield current
            current = piece
    yield current


def upper_hull(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """The corners of the least concave function above these points, which ascend (Andrew 1979,
    monotone chain).

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
    """His value, its envelope, the prior and the signal's posteriors as SVG."""
    ends = [end[1] for piece in data.pieces for end in (piece.left, piece.right)]
    scale = Scale.over([value for _, value in data.knots] + ends)
    with canvas.style():
        figure, axes = canvas.sheet(3.3)
        across(
            axes,
            Scale(Fraction(0), Fraction(1)),
            f"her belief in {shorten(data.observation, 30)}",
            room=0.04,
        )
        up(axes, scale, f"utility of {shorten(data.agent, 30)}", room=0.1)
        _curve(axes, data, scale)
        _regions(axes, data)
        beside(axes, _spots(axes, data, scale), _along(data, scale))
        return canvas.svg(figure, data.name, data.title, data.alt)


def _curve(axes: Axes, data: Envelope, scale: Scale) -> None:
    """Open circles where a piece ends below the value at that belief, full ones at the values."""
    axes.plot(
        [float(q) for q, _ in data.envelope],
        [scale(v) for _, v in data.envelope],
        color=PALETTE[1],
        linewidth=1.4,
        linestyle=(0, (5, 2)),
    )
    values = dict(data.knots)
    for piece in data.pieces:
        ends = (piece.left, piece.right)
        axes.plot(
            [float(q) for q, _ in ends],
            [scale(v) for _, v in ends],
            color=PALETTE[0],
            linewidth=2.4,
            alpha=0.9,
        )
        for q, v in ends:
            if values[q] != v:
                axes.plot(
                    float(q), scale(v), "o", color=PALETTE[0], markerfacecolor="none", markersize=5
                )
    jumps = {
        end
        for piece in data.pieces
        for end in (piece.left, piece.right)
        if values[end[0]] != end[1]
    }
    for q, v in data.knots:
        if any(q == end[0] for end in jumps):
            axes.plot(float(q), scale(v), "o", color=PALETTE[0], markersize=5)


def _regions(axes: Axes, data: Envelope) -> None:
    """Where she does what: names above, a thin line wherever she changes her mind; in several rows
    if they are long.
    """
    for left, _ in zip(data.pieces[1:], data.pieces, strict=False):
        axes.axvline(float(left.left[0]), color=INK, linewidth=0.5, linestyle=(0, (1, 2)))
    free: list[float] = []
    for piece in data.pieces:
        text, middle = shorten(piece.action), float((piece.left[0] + piece.right[0]) / 2)
        half = LETTER * len(text) / 2
        middle = min(max(middle, half), 1 - half)
        row = next((n for n, edge in enumerate(free) if edge <= middle - half), len(free))
        free[row : row + 1] = [middle + half + LETTER]
        axes.text(middle, 1.13 + 0.1 * row, text, ha="center", va="bottom")
    axes.set_ylim(-0.1, 1.13 + 0.1 * len(free))


def _spots(axes: Axes, data: Envelope, scale: Scale) -> list[tuple[tuple[float, float], str]]:
    """The prior with and without persuasion, and the posteriors: marked, and returned with their
    labels.
    """
    at, said = float(data.prior), data.worth(data.prior)
    axes.plot([at, at], [-0.1, scale(data.value)], color=INK, linewidth=0.9, linestyle="--")
    axes.plot(at, scale(data.value), "D", color=PALETTE[1], markersize=7)
    named = [
        ((at, scale(data.value)), f"value {number(data.value)}"),
        ((at, -0.04), f"prior {number(data.prior)}"),
    ]
    if said != data.value:
        axes.plot(at, scale(said), "x", color=INK, markersize=6)
        named.append(((at, scale(said)), f"silent {number(said)}"))
    for post in data.posteriors:
        q = post.belief[1]
        spot = (float(q), scale(data.worth(q)))
        axes.plot(
            *spot, "s", color=PALETTE[2], markersize=8, markerfacecolor="none", markeredgewidth=1.8
        )
        if post.probability < 1:
            named.append((spot, f"posterior {number(q)}"))
    return named


def _along(data: Envelope, scale: Scale) -> list[tuple[float, float]]:
    """Points on all lines, which labels should not cover."""
    lines = [(piece.left, piece.right) for piece in data.pieces] + list(pairwise(data.envelope))
    steps = [Fraction(n, 16) for n in range(17)]
    found = [(a + s * (b - a), v + s * (w - v)) for (a, v), (b, w) in lines for s in steps]
    rising = [(float(data.prior), scale(data.value) * n / 20) for n in range(21)]
    return [(float(q), scale(v)) for q, v in found] + rising
