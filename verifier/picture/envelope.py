"""One agent and two observations: what he gets at every belief of hers, and the concave envelope above it.

Kamenica and Gentzkow 2011, Prop. 1 and Fig. 2: his value of persuasion is the concave closure of his value over her beliefs,
at the prior. Where she is indifferent she does what is best for him, so the value is upper semicontinuous and the closure
attained. theory.md 6 (k = 1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from verifier.game.game import Agent
from verifier.game.profile import Signal
from verifier.game.user import Stakes
from verifier.picture import canvas
from verifier.picture.belief import Belief, Posterior, corners, posteriors, prior, worth
from verifier.picture.canvas import INK, PALETTE, Scale, number, shorten
from verifier.picture.placing import beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Knot = tuple[Fraction, Fraction]
"""A belief and a value there."""


@dataclass(frozen=True)
class Piece:
    """His value on an open interval of beliefs, a line: its limits at both ends, and what the user then does for him."""

    left: Knot
    right: Knot
    action: str


@dataclass(frozen=True)
class Envelope:
    """Beliefs are probabilities of the second observation, `observation`.

    `knots`: his value at the ends and wherever pieces meet; `envelope`: the corners of its concave closure; `value`: the
    closure at the prior; `posteriors`: where the signal leads, with its probabilities.
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
        return f"What {shorten(self.agent)} can get alone"

    @property
    def alt(self) -> str:
        """The value at the prior, with and without persuasion, and the signal."""
        said, him = self.worth(self.prior), shorten(self.agent)
        text = (
            f"The utility of {him} over the user's belief in {shorten(self.observation)}, and its concave envelope. At the "
            f"prior {_long(self.prior)} he has {_long(said)} if he says nothing and at most {_long(self.value)} by persuasion."
        )
        ways = [
            f"{_long(post.belief[1])} with probability {_long(post.probability)} ({_actions(post)})" for post in self.posteriors
        ]
        return f"{text} His signal leads to the beliefs {'; '.join(ways)}." if ways else text

    def worth(self, belief: Fraction) -> Fraction:
        """His value at a belief between 0 and 1."""
        for knot, value in self.knots:
            if knot == belief:
                return value
        piece = next(piece for piece in self.pieces if piece.left[0] < belief < piece.right[0])
        return _between(piece.left, piece.right, belief)

    def closure(self, belief: Fraction) -> Fraction:
        """The envelope at a belief between 0 and 1."""
        left, right = next((a, b) for a, b in pairwise(self.envelope) if a[0] <= belief <= b[0])
        return _between(left, right, belief)


def _long(value: Fraction) -> str:
    return number(value, longest=24)


def _actions(post: Posterior) -> str:
    return " or ".join(map(shorten, post.actions))


def _between(left: Knot, right: Knot, belief: Fraction) -> Fraction:
    return left[1] + (right[1] - left[1]) * (belief - left[0]) / (right[0] - left[0])


def picture(stakes: Stakes, agent: Agent, signal: Signal | None = None) -> Envelope | None:
    """The agent's value over beliefs, as if the user heard nobody else; `signal` adds where that signal of his leads.

    None unless the agents see one of exactly two things, both likely, this agent tells them apart, and the user observes
    nothing. Exact; `value` is `persuade(stakes, agent, solve).value`.
    """
    before = prior(stakes)
    if before is None or len(before) != 2 or len(agent.sees) != 2:
        return None
    hers, his = corners(stakes, stakes.user), corners(stakes, stakes.agents[agent.name])
    knots = tuple((q, _value(hers, his, q)[0]) for q in _bends(hers, his))
    pieces = tuple(_pieces(hers, his, [q for q, _ in knots]))
    knots = tuple((q, value) for n, (q, value) in enumerate(knots) if _bent(pieces, n, value))
    closed, place = upper_hull(knots), [other.name for other in stakes.game.agents].index(agent.name)
    told = () if signal is None else posteriors(stakes, signal)
    found = Envelope(f"envelope-{place + 1}", agent.name, stakes.game.agent_observations[1], tuple(_joined(pieces)), knots,
                     closed, before[1], Fraction(0), told)  # fmt: skip
    return _valued(found)


def _valued(found: Envelope) -> Envelope:
    from dataclasses import replace

    return replace(found, value=found.closure(found.prior))


def _bends(hers: Mapping[str, Belief], his: Mapping[str, Belief]) -> list[Fraction]:
    """Beliefs where some two actions are worth the same to her or to him: between them nobody's preference changes."""
    found = {Fraction(0), Fraction(1)}
    for table in (hers, his):
        for a, b in combinations(table.values(), 2):
            start, end = a[0] - b[0], a[1] - b[1]
            if start != end and 0 < start / (start - end) < 1:
                found.add(start / (start - end))
    return sorted(found)


def _value(hers: Mapping[str, Belief], his: Mapping[str, Belief], q: Fraction) -> tuple[Fraction, str]:
    """His value, and the first of her best actions that gives it."""
    here = (1 - q, q)
    top = max(worth(corner, here) for corner in hers.values())
    best = {a: worth(his[a], here) for a, corner in hers.items() if worth(corner, here) == top}
    action = max(best, key=lambda a: best[a])
    return best[action], action


def _pieces(hers: Mapping[str, Belief], his: Mapping[str, Belief], bends: Sequence[Fraction]) -> Iterator[Piece]:
    for low, high in pairwise(bends):
        _, action = _value(hers, his, (low + high) / 2)
        yield Piece((low, worth(his[action], (1 - low, low))), (high, worth(his[action], (1 - high, high))), action)


def _bent(pieces: Sequence[Piece], n: int, value: Fraction) -> bool:
    """Whether something happens at the n-th bend: an end, another action, or a jump."""
    if n in (0, len(pieces)):
        return True
    return pieces[n - 1].action != pieces[n].action or pieces[n - 1].right[1] != value


def _joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Neighbours with the same action made one, unless she does something else at the belief between them."""
    current = pieces[0]
    for piece in pieces[1:]:
        if piece.action == current.action:
            current = Piece(current.left, piece.right, current.action)
        else:
            yield current
            current = piece
    yield current


def upper_hull(knots: Sequence[Knot]) -> tuple[Knot, ...]:
    """The corners of the least concave function above these points, which ascend (Andrew 1979, monotone chain).

    >>> upper_hull([(Fraction(q, 2), Fraction(v)) for q, v in enumerate((0, 0, 1))])
    ((Fraction(0, 1), Fraction(0, 1)), (Fraction(1, 1), Fraction(1, 1)))
    """
    kept: list[Knot] = []
    for knot in knots:
        while len(kept) > 1 and _between(kept[-2], knot, kept[-1][0]) >= kept[-1][1]:
            kept.pop()
        kept.append(knot)
    return tuple(kept)
