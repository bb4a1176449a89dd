"""The conversation as a tree from left to right, with the information sets (theory.md 1).

Large trees are drawn down to the last whole level that fits; how many nodes are missing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from verifier.errors import SizeError
from verifier.game.conversation import AgentMove, Chance, Kind, Leaf, UserMove, beginning, size_of, written
from verifier.game.game import NOTHING, Game
from verifier.picture import canvas
from verifier.picture.canvas import INK, PALETTE, shorten

if TYPE_CHECKING:
    import networkx
    from matplotlib.axes import Axes

MOST = 40
"""Nodes that can be told apart."""
ROW = 0.2
"""Inches between two leaves."""


@dataclass(frozen=True)
class Node:
    """`mover` is who moves here (nature, the user, an agent; empty at a leaf), `label` how it was reached.

    Nodes of the same `information` set, a number, look alike to the mover; None where the set is this node alone.
    `more`: something follows that is not drawn.
    """

    parent: int | None
    level: int
    mover: str
    label: str
    information: int | None
    more: bool


@dataclass(frozen=True)
class Tree:
    """Nodes breadth first; the first is the root. `hidden` counts the nodes that are not drawn, None if too many to count."""

    nodes: tuple[Node, ...]
    hidden: int | None
    name: str = "tree"

    @property
    def title(self) -> str:
        return "Who speaks when, and who can tell what apart"

    @property
    def alt(self) -> str:
        """The movers in order, the information sets, and what is missing."""
        movers = dict.fromkeys(node.mover for node in self.nodes if node.mover)
        sets = len({node.information for node in self.nodes if node.information is not None})
        told = f"The conversation as a tree with {len(self.nodes)} nodes. In order move {', '.join(movers)}."
        linked = f" {sets} information sets hold several nodes, which the mover cannot tell apart." if sets else ""
        return f"{told}{linked}{self.missing}"

    @property
    def missing(self) -> str:
        """What is not drawn; empty where everything is."""
        if self.hidden == 0:
            return ""
        return f" {'Too many to count' if self.hidden is None else written(self.hidden)} further nodes are not drawn."


def picture(game: Game) -> Tree | None:
    """The tree without rules; None where not even the moves of nature fit."""
    grown = beginning(game, MOST)
    if grown.number_of_nodes() == 1:
        return None
    try:
        hidden = size_of(game, None).nodes - grown.number_of_nodes()
    except SizeError:
        hidden = None
    return Tree(tuple(_nodes(grown)), hidden)


def _nodes(grown: networkx.DiGraph[int]) -> Iterator[Node]:
    kinds: dict[int, Kind] = dict(grown.nodes(data="kind"))
    seen: dict[Kind, list[int]] = {}
    for n, kind in kinds.items():
        if isinstance(kind, (AgentMove, UserMove)):
            seen.setdefault(kind, []).append(n)
    shared = {kind: number for number, kind in enumerate(kind for kind, members in seen.items() if len(members) > 1)}
    for n, kind in kinds.items():
        parent = next(grown.predecessors(n), None)
        label = "" if parent is None else grown.edges[parent, n]["label"].removeprefix(f"{NOTHING}, ")
        more = not isinstance(kind, Leaf) and grown.out_degree(n) == 0
        yield Node(parent, grown.nodes[n]["level"], _mover(kind), label, shared.get(kind), more)


def _mover(kind: Kind) -> str:
    if isinstance(kind, AgentMove):
        return kind.agent
    if isinstance(kind, Chance):
        return "nature"
    return "user" if isinstance(kind, UserMove) else ""


def rows(data: Tree) -> Mapping[int, float]:
    """The vertical place of each node: leaves one below the other, the others in the middle of what follows."""
    children: dict[int, list[int]] = {n: [] for n in range(len(data.nodes))}
    for n, node in enumerate(data.nodes):
        if node.parent is not None:
            children[node.parent].append(n)
    place: dict[int, float] = {}

    def put(n: int) -> float:
        ends = [put(child) for child in children[n]]
        place[n] = (ends[0] + ends[-1]) / 2 if ends else -float(sum(not children[m] for m in place))
        return place[n]

    put(0)
    return place


def draw(data: Tree) -> str:
    """The tree as SVG."""
    place = rows(data)
    ends = 1 - min(place.values())
    deep = max(node.level for node in data.nodes)
    with canvas.style():
        figure, axes = canvas.sheet(max(1.6, 0.7 + ROW * ends))
        axes.set_axis_off()
        axes.set_xlim(-0.25, deep + 0.8)
        axes.set_ylim(-ends - 0.4, 1.9)
        for n, node in enumerate(data.nodes):
            _node(axes, node, place[n], None if node.parent is None else place[node.parent])
        _sets(axes, data, place)
        _movers(axes, data)
        if data.missing:
            axes.text(0, -ends - 0.2, data.missing.strip(), fontsize=8)
        return canvas.svg(figure, data.name, data.title, data.alt)


def _node(axes: Axes, node: Node, row: float, above: float | None) -> None:
    if above is not None:
        axes.plot([node.level - 1, node.level], [above, row], color=INK, linewidth=0.7)
        offset, side, height = ((-6, 2), "right", "bottom") if node.mover else ((5, 0), "left", "center")
        axes.annotate(shorten(node.label, 14), (node.level, row), xytext=offset, textcoords="offset points", ha=side,
                      va=height, fontsize=7.5)  # fmt: skip
    marker = "o" if node.mover else "s"
    axes.plot([node.level], [row], marker, color=INK, markersize=4 if node.mover else 2.5)
    if node.more:
        axes.text(node.level + 0.08, row, "…", va="center")


def _sets(axes: Axes, data: Tree, place: Mapping[int, float]) -> None:
    """A dashed arc from each node of a set to the next, in a colour and a curvature of its own."""
    members: dict[int, list[int]] = {}
    for n, node in enumerate(data.nodes):
        if node.information is not None:
            members.setdefault(node.information, []).append(n)
    for number, nodes in members.items():
        for upper, lower in pairwise(sorted(nodes, key=lambda n: -place[n])):
            level = data.nodes[upper].level
            look = {
                "arrowstyle": "-",
                "linestyle": (0, (3, 2)),
                "color": PALETTE[number % len(PALETTE)],
                "linewidth": 1.2,
                "connectionstyle": f"arc3,rad={-0.15 - 0.07 * (number % 4)}",
                "shrinkA": 2,
                "shrinkB": 2,
            }
            axes.annotate("", (level, place[upper]), (level, place[lower]), arrowprops=look)


def _movers(axes: Axes, data: Tree) -> None:
    """Who moves at each level, above it."""
    for level in range(max(node.level for node in data.nodes) + 1):
        movers = dict.fromkeys(node.mover for node in data.nodes if node.level == level)
        text = "end" if set(movers) == {""} else ", ".join(shorten(mover, 12) for mover in movers if mover)
        axes.text(level, 1.0, text, ha="center", va="bottom", fontweight="bold", fontsize=8)
