"""The hull of the agents' utilities and the user's, projected to a plane that keeps their distance.

A utility is a point of R^(A x Y). The horizontal coordinate is the witness of the hull distance (a
signed measure, theory.md 2.1) applied to it, so every agent lies at least epsilon left of the user,
and the nearest mixture exactly epsilon. The vertical coordinate is orthogonal to it and spreads the
agents; lengths along it prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from verifier.explain.picture.axes import Axis, Scale, framed
from verifier.explain.picture.canvas import INK, PALETTE, Canvas, Pen, Spot
from verifier.explain.picture.label import distinct, long_number, number, shorten
from verifier.explain.picture.placing import beside
from verifier.game.model import Convention, Game, Utility
from verifier.theory.alignment import Hull

Measure = Mapping[tuple[str, str], Fraction]
"""The mass of every action and state; total mass 0, so that offsets do not matter."""

Point = tuple[Fraction, Fraction]

BOTTOM = -0.2
"""The lower end of the vertical axis, below the points, which lie between 0 and 1."""

MOST_LABELS = 8
"""The most agents who are all named; of more, only those of positive weight are."""


@dataclass(frozen=True)
class Projection:
    """The points of the user, the agents and the nearest mixture in the plane.

    `across` and `up` are the measures of the two axes, each empty where nothing differs. `agents`
    come in instance order; `outline` is the hull of their points, counterclockwise from the
    leftmost. `separates` says that `across` is the witness of the distance, so that
    `user[0] - mixture[0]` is epsilon.
    """

    name: str
    epsilon: Fraction
    user: Point
    mixture: Point
    agents: Mapping[str, Point]
    weights: Mapping[str, Fraction]
    outline: tuple[Point, ...]
    across: Measure
    up: Measure
    separates: bool

    @property
    def title(self) -> str:
        return "The user and the hull of the agents"

    @property
    def alt(self) -> str:
        """A description: the mixture, the distance and what the horizontal axis shows."""
        parts = [f"{long_number(w)} {shorten(name, 60)}" for name, w in self.weights.items() if w]
        mixture = " + ".join(parts)
        nearest = f"The mixture of the agents' utilities nearest to the user's is {mixture}"
        if not self.separates:
            return (
                f"{nearest}; up to a constant it is hers, so her point lies in the hull of theirs."
            )
        return (
            f"{nearest}, at distance {long_number(self.epsilon)}. Along the horizontal axis,"
            " the measure that proves this distance, every agent lies at least that far to the"
            " left of the user, and the mixture exactly that far."
        )


def picture(game: Game, found: Hull, name: str = "hull") -> Projection | None:
    """The projection for a hull distance in the paper's convention. Exact. theory.md 2.1.

    It is None for the other two conventions, or one pair (a, y). `found` is `hull(game)`, or the
    same distance by other weights, and `name` tells such pictures apart.
    """
    if found.convention is not Convention.SIMPLEX:
        return None
    apart = found.epsilon > 0
    spread = [direction for direction in _directions(game, found) if direction]
    first = dict(found.witness) if apart else next(iter(spread), {})
    if not first:
        return None
    second = next((m for m in (_orthogonal(direction, first) for direction in spread) if m), {})

    def place(utility: Utility) -> Point:
        return _integral(first, utility), _integral(second, utility)

    agents = {agent.name: place(agent.utility) for agent in game.agents}
    mixture = (_mixed(found.weights, agents, 0), _mixed(found.weights, agents, 1))
    return Projection(
        name,
        found.epsilon,
        place(game.utility),
        mixture,
        agents,
        found.weights,
        outline(list(agents.values())),
        first,
        second,
        apart,
    )


def _directions(game: Game, found: Hull) -> Iterator[dict[tuple[str, str], Fraction]]:
    """Measures that separate utilities, agents of large weight first; then single pairs (a, y)."""
    heavy = sorted(game.agents, key=lambda agent: -found.weights[agent.name])
    utilities = [agent.utility for agent in heavy] + [game.utility]
    for left, right in combinations(utilities, 2):
        yield _normal({pair: left[pair] - right[pair] for pair in game.utility})
    for chosen in game.utility:
        yield _normal({pair: Fraction(pair == chosen) for pair in game.utility})


def _normal(direction: Measure) -> dict[tuple[str, str], Fraction]:
    """The direction with total mass 0 and total variation 1; empty where it is constant."""
    mean = sum(direction.values(), Fraction(0)) / len(direction)
    size = sum((abs(mass - mean) for mass in direction.values()), Fraction(0))
    return {pair: (mass - mean) / size for pair, mass in direction.items()} if size else {}


def _orthogonal(direction: Measure, first: Measure) -> dict[tuple[str, str], Fraction]:
    """One step of Gram and Schmidt, over the rationals; the total mass stays 0."""
    share = _integral(first, direction) / _integral(first, first)
    return _normal(
        {pair: mass - share * first.get(pair, Fraction(0)) for pair, mass in direction.items()}
    )


def _integral(measure: Measure, utility: Mapping[tuple[str, str], Fraction]) -> Fraction:
    return sum((mass * utility[pair] for pair, mass in measure.items()), Fraction(0))


def _mixed(weights: Mapping[str, Fraction], agents: Mapping[str, Point], axis: int) -> Fraction:
    return sum((w * agents[name][axis] for name, w in weights.items()), Fraction(0))


def outline(points: Sequence[Point]) -> tuple[Point, ...]:
    """The vertices of the convex hull, counterclockwise from the leftmost.

    Andrew 1979, monotone chain.

    >>> outline([(Fraction(x), Fraction(y)) for x, y in [(0, 0), (1, 0), (2, 0), (1, 1)]])[1]
    (Fraction(2, 1), Fraction(0, 1))
    """
    ordered = sorted(set(points))
    if len(ordered) <= 2:
        return tuple(ordered)
    return tuple(_chain(ordered)[:-1] + _chain(ordered[::-1])[:-1])


def _chain(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        while len(kept) > 1 and not _left_turn(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def _left_turn(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])


def draw(data: Projection) -> str:
    """The projection as SVG: hull, user, mixture, and the line that no agent crosses."""
    points = [*data.agents.values(), data.user, data.mixture]
    x, y = (Scale.over([point[axis] for point in points]) for axis in (0, 1))
    canvas = _framed(data, x, y)
    vertices = [(x(a), y(b)) for a, b in data.outline]
    canvas.area(vertices, PALETTE[0], 0.15)
    canvas.line([*vertices, vertices[0]], Pen(PALETTE[0], 1.2))
    at = {
        "user": (x(data.user[0]), y(data.user[1])),
        "mixture": (x(data.mixture[0]), y(data.mixture[1])),
    }
    spots = [(x(a), y(b)) for a, b in data.agents.values()]
    if data.separates:
        _distance(canvas, at, data.epsilon)
    for spot in spots:
        canvas.solid(spot, "s", 6, PALETTE[0])
    canvas.hollow(at["mixture"], "D", 9, Pen(PALETTE[1], 1.6))
    canvas.solid(at["user"], "o", 7, INK)
    beside(
        canvas,
        _labels(data, spots, at),
        [*_between(vertices), *_between([at["user"], at["mixture"]])],
    )
    return canvas.svg(data.name, data.title, data.alt)


def _framed(data: Projection, x: Scale, y: Scale) -> Canvas:
    """The vertical axis is drawn where it shows anything."""
    label = (
        f"utility by the witness: gap ε = {number(data.epsilon)}"
        if data.separates
        else "utility by a measure: gap 0"
    )
    low, high = BOTTOM, 1 - BOTTOM
    flat = len({point[1] for point in (*data.agents.values(), data.user, data.mixture)}) == 1
    up = Axis(low, high) if flat else Axis.of(y, "a direction that spreads the agents", low, high)
    return framed(230, Axis.of(x, label, -0.14, 1.14), up)


def _distance(canvas: Canvas, at: Mapping[str, Spot], epsilon: Fraction) -> None:
    """Epsilon as the distance between the user's line and the line that no agent crosses."""
    (left, _), (right, _) = at["mixture"], at["user"]
    for edge, dashes in ((left, (5, 2)), (right, (1, 2))):
        canvas.line([(edge, BOTTOM), (edge, 1 - BOTTOM)], Pen(width=0.8, dashes=dashes))
    canvas.line([at["mixture"], at["user"]], Pen(PALETTE[1], 1.4, (4, 1.5)))
    canvas.arrow((left, -0.13), (right, -0.13), Pen(), (0, 1))
    canvas.words(((left + right) / 2, -0.13), f"ε = {number(epsilon)}", (0, 1), (0, -2))


def _labels(
    data: Projection, spots: Sequence[Spot], at: Mapping[str, Spot]
) -> list[tuple[Spot, str]]:
    """The labels, the most important first: user, mixture, agents."""
    named = [
        (at["user"], "user"),
        (at["mixture"], "nearest mixture" if data.separates else "mixture = user"),
    ]
    for (name, label), spot in zip(distinct(list(data.agents)).items(), spots, strict=True):
        weight = data.weights[name]
        if weight or len(spots) <= MOST_LABELS:
            named.append((spot, label + (f" ({number(weight)})" if weight else "")))
    return named if data.separates else named[1:]


def _between(vertices: Sequence[Spot]) -> list[Spot]:
    """Points along the outline, which labels should not cover."""
    closed = [*vertices, vertices[0]]
    steps = [n / 12 for n in range(13)]
    return [
        (a + s * (c - a), b + s * (d - b)) for (a, b), (c, d) in pairwise(closed) for s in steps
    ]
