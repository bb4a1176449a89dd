"""The conversation as a game tree: chance, the messages of every round, the user's actions.

Information sets are marked. The tree does not depend on the agents' rules. Of a large tree the
beginning is drawn, with the number of missing nodes. theory.md 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from verifier.errors import SizeError
from verifier.explain.picture import canvas
from verifier.explain.picture.canvas import DASHES, INK, PALETTE, distinct, number, shorten
from verifier.explain.picture.unfolding import Node, beginning
from verifier.game.model import NOTHING, Game
from verifier.game.tree import AgentMove, Chance, Leaf, UserMove, size_of, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = 18
"""The most lines of a drawing."""

DEEPEST = 5
"""The most moves to a node that is no leaf."""

PITCH, SIZE, LETTER, BODY, STUB = 15.0, 8.0, 4.4, 5.5, 13.0
"""In points of type: the distance of lines, the size and the mean width of characters, half the
size of a node, the way from a last node to a leaf.
"""

ROOM = 72 * canvas.WIDTH - 34
"""Points of type between the first column and the last."""

Place = tuple[float, float]


@dataclass(frozen=True)
class Tree:
    """The tree of a game, or the beginning of it.

    `nodes` are those of `beginning`; `movers` says who moves at depth 0, 1, ...; `sets` has the
    information sets of which several nodes are shown, each by its nodes; `hidden` is the number of
    nodes that are not shown.
    """

    name: str
    nodes: tuple[Node, ...]
    movers: tuple[str, ...]
    actions: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]
    hidden: int

    @property
    def title(self) -> str:
        return "The conversation as a tree"

    @property
    def alt(self) -> str:
        """A description: who moves when, how many nodes there are, and how many are not shown."""
        order = ", ".join(shorten(mover, 60) for mover in self.movers)
        acts = ", ".join(shorten(action, 60) for action in self.actions[:8])
        if len(self.actions) > 8:
            acts += ", …"
        joined = "no two of the nodes shown are in one information set"
        if self.sets:
            joined = f"{len(self.sets)} information sets join several of the nodes shown"
        more = "" if any(isinstance(node.kind, Leaf) for node in self.nodes) else ", and so on"
        return (
            f"A tree of moves. In order: {order}{more}. In the end the user takes an action:"
            f" {acts}. {self.count}; {joined}."
        )

    @property
    def count(self) -> str:
        """The number of nodes that are shown, and of those that are not."""
        shown = len(self.nodes)
        if not self.hidden:
            return f"All {shown} nodes are shown"
        return (
            f"{shown} of {written(shown + self.hidden)} nodes are shown, {written(self.hidden)}"
            " are not"
        )


def picture(game: Game) -> Tree | None:
    """The tree of a game, or its beginning; None where there are too many nodes to count."""
    try:
        size = size_of(game, None)
    except SizeError:
        return None
    nodes = beginning(game, LINES, DEEPEST)
    depths = range(max(node.depth for node in nodes if not isinstance(node.kind, Leaf)) + 1)
    movers = tuple(_mover(next(node for node in nodes if node.depth == depth)) for depth in depths)
    return Tree("tree", nodes, movers, game.actions, _sets(nodes), size.nodes - len(nodes))


def _mover(node: Node) -> str:
    if isinstance(node.kind, AgentMove):
        return node.kind.agent
    return "the user" if isinstance(node.kind, UserMove) else "chance"


def _sets(nodes: Sequence[Node]) -> tuple[tuple[int, ...], ...]:
    """The information sets: nodes at which the same player knows the same."""
    found: dict[AgentMove | UserMove, list[int]] = {}
    for n, node in enumerate(nodes):
        if isinstance(node.kind, AgentMove | UserMove):
            found.setdefault(node.kind, []).append(n)
    return tuple(tuple(members) for members in found.values() if len(members) > 1)


def draw(data: Tree) -> str:
    """The tree as SVG, from left to right.

    Nodes of one information set have the same number and are joined by dashes.
    """
    lines = _lines(data.nodes)
    labels, heads, columns = _columns(data)
    spots = {n: (columns[data.nodes[n].depth], -PITCH * line) for n, line in lines.items()}
    foot = min(y for _, y in spots.values())
    with canvas.style():
        figure, axes = canvas.sheet((4.6 * PITCH - foot) / 72)
        axes.set_axis_off()
        axes.set_xlim(-12, ROOM + 22)
        axes.set_ylim(foot - 2.9 * PITCH, 1.7 * PITCH)
        for depth, head in enumerate(heads):
            axes.text(
                columns[depth],
                PITCH,
                head,
                ha="center",
                va="center",
                fontsize=SIZE,
                fontweight="bold",
            )
        for n, spot in spots.items():
            if n:
                _move(axes, spots[data.nodes[n].parent], spot, labels[n])
            _rest(axes, data, n, spot)
        _nodes(axes, data, spots)
        for n, text in enumerate(_footnotes(data)):
            axes.text(
                -10, foot - PITCH * (1.1 + 0.8 * n), text, ha="left", va="center", fontsize=SIZE
            )
        return canvas.svg(figure, data.name, data.title, data.alt)


def _lines(nodes: Sequence[Node]) -> dict[int, float]:
    """The line of every node that is no leaf: one of its own, or the middle of its children's."""
    inner: dict[int, list[int]] = {
        n: [] for n, node in enumerate(nodes) if not isinstance(node.kind, Leaf)
    }
    for n in inner:
        if n:
            inner[nodes[n].parent].append(n)
    found: dict[int, float] = {}
    waiting, free = [(0, False)], 0
    while waiting:
        n, done = waiting.pop()
        if not inner[n]:
            found[n] = free
            free += 1
        elif done:
            found[n] = (found[inner[n][0]] + found[inner[n][-1]]) / 2
        else:
            waiting += [(n, True), *((child, False) for child in reversed(inner[n]))]
    return found


def _columns(data: Tree) -> tuple[dict[int, str], list[str], list[float]]:
    """Labels of moves, heads and positions of columns; labels are as long as there is room for."""
    most = canvas.LONGEST + 1
    while True:
        most -= 1
        heads = (
            list(distinct(data.movers, most).values())
            if len({*data.movers}) == len(data.movers)
            else [shorten(mover, most) for mover in data.movers]
        )
        labels = _labels(data.nodes, most)
        gaps = [_gap(data.nodes, labels, heads, depth) for depth in range(1, len(heads))]
        if sum(gaps) <= ROOM - STUB or most == 3:
            break
    slack = (ROOM - STUB - sum(gaps)) / len(gaps)
    return labels, heads, [slack * depth + sum(gaps[:depth]) for depth in range(len(heads))]


def _gap(
    nodes: Sequence[Node], labels: Mapping[int, str], heads: Sequence[str], depth: int
) -> float:
    longest = max(len(text) for n, text in labels.items() if nodes[n].depth == depth)
    return max(
        3 * BODY + 8 + LETTER * longest,
        LETTER * (len(heads[depth - 1]) + len(heads[depth])) / 2 + 8,
    )


def _labels(nodes: Sequence[Node], most: int) -> dict[int, str]:
    """The label of the move to each node; random moves have their probability."""
    inner = [n for n, node in enumerate(nodes) if n and not isinstance(node.kind, Leaf)]
    words = {n: _words(nodes, n) for n in inner}
    short = distinct(list(dict.fromkeys(words.values())), most)
    chances = {n: nodes[n].probability for n in inner}
    return {
        n: short[words[n]] + ("" if p is None else f" ({number(p)})") for n, p in chances.items()
    }


def _words(nodes: Sequence[Node], n: int) -> str:
    """The words of a move, without an observation of the user if she has none.

    Her messages are numbers with a question mark.
    """
    before, label = nodes[nodes[n].parent].kind, nodes[n].label
    if isinstance(before, UserMove):
        return f"{label.removeprefix('asks ')}?"
    return label.removeprefix(f"{NOTHING}, ") if isinstance(before, Chance) else label


def _move(axes: Axes, start: Place, end: Place, label: str) -> None:
    """A move: a slope, then a level line with the label above it."""
    bend = (min(start[0] + BODY + 8, end[0] - BODY), end[1])
    xs, ys = zip((start[0] + BODY, start[1]), bend, (end[0] - BODY, end[1]), strict=True)
    axes.plot(xs, ys, color=INK, linewidth=0.7)
    axes.text(end[0] - BODY - 2, end[1] + 1, label, ha="right", va="bottom", fontsize=SIZE)


def _rest(axes: Axes, data: Tree, n: int, spot: Place) -> None:
    """The leaves of a node as strokes, and dots or a number for children that are left out."""
    leaves = sum(node.parent == n and isinstance(node.kind, Leaf) for node in data.nodes)
    for leaf in range(leaves):
        height = 0.0 if leaves == 1 else PITCH * (0.36 - 0.72 * leaf / (leaves - 1))
        axes.plot(
            [spot[0] + BODY, spot[0] + STUB], [spot[1], spot[1] + height], color=INK, linewidth=0.6
        )
    opened = any(node.parent == n for node in data.nodes[1:])
    if data.nodes[n].missing and opened:
        axes.text(
            spot[0],
            spot[1] - BODY - 1,
            f"+{data.nodes[n].missing}",
            ha="center",
            va="top",
            fontsize=SIZE,
        )
    elif data.nodes[n].missing:
        axes.text(spot[0] + BODY + 2, spot[1], "…", ha="left", va="center", fontsize=SIZE)


def _nodes(axes: Axes, data: Tree, spots: Mapping[int, Place]) -> None:
    """The nodes: diamonds for chance, circles for agents, squares for the user.

    The number of an information set stands inside.
    """
    from matplotlib.patches import FancyArrowPatch

    member = {n: number for number, members in enumerate(data.sets) for n in members}
    for n, spot in spots.items():
        kind = data.nodes[n].kind
        shape = "D" if isinstance(kind, Chance) else "s" if isinstance(kind, UserMove) else "o"
        colour = PALETTE[member[n] % len(PALETTE)] if n in member else INK
        axes.plot(
            *spot,
            shape,
            color=colour,
            markersize=2 * BODY - 2 * (shape != "o"),
            markerfacecolor="none",
            markeredgewidth=1.1,
        )
        if n in member:
            axes.text(*spot, str(member[n] + 1), ha="center", va="center_baseline", fontsize=7)
    lanes: dict[int, int] = {}
    for n, members in enumerate(data.sets):
        depth = data.nodes[members[0]].depth
        lanes[depth] = lanes.get(depth, -1) + 1
        ordered = sorted(members, key=lambda m: -spots[m][1])
        for above, below in pairwise(ordered):
            bow = 2 * (BODY + 2 + 2 * (lanes[depth] % 5)) / (spots[above][1] - spots[below][1])
            axes.add_patch(
                FancyArrowPatch(
                    spots[above],
                    spots[below],
                    arrowstyle="-",
                    connectionstyle=f"arc3,rad={-bow}",
                    shrinkA=BODY,
                    shrinkB=BODY,
                    color=PALETTE[n % len(PALETTE)],
                    linewidth=1.0,
                    linestyle=DASHES[1 + n % (len(DASHES) - 1)],
                )
            )


def _footnotes(data: Tree) -> list[str]:
    acts = shorten(", ".join(data.actions), 46)
    ends = (
        f"strokes: she acts ({acts})"
        if any(isinstance(node.kind, Leaf) for node in data.nodes)
        else "the end is not shown"
    )
    return [
        ends,
        (
            "same number, dashes: one information set"
            if data.sets
            else "no information set has two of these nodes"
        ),
        data.count,
    ]
