"""The conversation as a game tree: chance, the messages of every round, the user's actions.

Information sets are marked. The tree does not depend on the agents' rules. Of a large tree the
beginning is drawn, with the number of missing nodes. theory.md 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from verifier.errors import SizeError
from verifier.explain.picture.axes import PAD
from verifier.explain.picture.canvas import DASHES, INK, PALETTE, WIDTH, Canvas, Pen, Place
from verifier.explain.picture.label import LONGEST, breadth, distinct, number, shorten
from verifier.explain.picture.unfolding import Node, beginning
from verifier.game.model import NOTHING, Game
from verifier.game.tree import AgentMove, Chance, Leaf, UserMove, size_of
from verifier.numbers import written

LINES = 18
"""The most lines of a drawing."""

ENOUGH, SHORTEST = 9, 3
"""The characters that long heads leave to labels, and those of the shortest head or label."""

DEEPEST = 5
"""The most moves to a node that is no leaf."""

PITCH, SIZE, BODY, STUB = 15.0, 8.0, 5.5, 13.0
"""In points of type: the distance of lines, the size of characters, half the size of a node, the
way from a last node to a leaf.
"""

EDGE, TOP, END = PAD + 18, PAD + 1.7 * PITCH, PAD + 35
"""Points of type from the left to the first column, from the top to the first line, and at least
from the last column to the right.
"""


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
    labels, heads, rows, columns = _columns(data)
    top = TOP + PITCH * (rows - 1)
    spots = {n: (columns[data.nodes[n].depth], top + PITCH * line) for n, line in lines.items()}
    foot = max(y for _, y in spots.values())
    height = foot + 3 * PITCH + PAD
    canvas = Canvas(height, (0, 0, WIDTH, height))
    for depth, head in enumerate(heads):
        place = (columns[depth], TOP - PITCH * (1 - depth % rows))
        canvas.words(place, head, size=SIZE, bold=True)
    for n, place in spots.items():
        if n:
            _move(canvas, spots[data.nodes[n].parent], place, labels[n])
        _rest(canvas, data, n, place)
    _nodes(canvas, data, spots)
    _joined(canvas, data, spots)
    for n, text in enumerate(_footnotes(data)):
        canvas.words((PAD + 2, foot + PITCH * (1.1 + 0.8 * n)), text, (1, 0), size=SIZE)
    return canvas.svg(data.name, data.title, data.alt)


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


def _columns(data: Tree) -> tuple[dict[int, str], list[str], int, list[float]]:
    """Labels of moves, heads of columns, in how many rows these stand, and where the columns are.

    Both are as long as there is room for, and rather the heads.
    """
    for most, longest, rows in _lengths():
        heads = _heads(data.movers, longest)
        labels = _labels(data.nodes, most)
        gaps = _gaps(data.nodes, labels, heads, rows)
        slack = WIDTH - EDGE - max(END, PAD + _bold(heads[-1]) / 2) - sum(gaps)
        if slack >= 0:
            break
    share = slack / len(gaps)
    places = [EDGE + share * depth + sum(gaps[:depth]) for depth in range(len(heads))]
    return labels, heads, rows, places


def _lengths() -> Iterator[tuple[int, int, int]]:
    """Most characters of labels and of heads, and rows of heads, as they are tried in turn."""
    for head in range(LONGEST, SHORTEST - 1, -1):
        for rows in (1, 2):
            yield from ((label, head, rows) for label in range(LONGEST, ENOUGH - 1, -1))
    yield from ((label, SHORTEST, 2) for label in range(ENOUGH - 1, SHORTEST - 1, -1))


def _heads(movers: Sequence[str], most: int) -> list[str]:
    if len({*movers}) == len(movers):
        return list(distinct(movers, most).values())
    return [shorten(mover, most) for mover in movers]


def _gaps(
    nodes: Sequence[Node], labels: Mapping[int, str], heads: Sequence[str], rows: int
) -> list[float]:
    """The least distances between neighbouring columns; heads take turns in the rows."""
    gaps: list[float] = []
    for depth in range(1, len(heads)):
        longest = max(breadth(text, SIZE) for n, text in labels.items() if nodes[n].depth == depth)
        gaps.append(3 * BODY + 8 + longest)
        if depth >= rows:
            both = (_bold(heads[depth - rows]) + _bold(heads[depth])) / 2 + 8
            gaps[-1] = max(gaps[-1], both - sum(gaps[depth - rows : -1]))
    return gaps


def _bold(head: str) -> float:
    return 1.1 * breadth(head, SIZE)


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


def _move(canvas: Canvas, start: Place, end: Place, label: str) -> None:
    """A move: a slope, then a level line with the label above it."""
    bend = (min(start[0] + BODY + 8, end[0] - BODY), end[1])
    canvas.line([(start[0] + BODY, start[1]), bend, (end[0] - BODY, end[1])], Pen(width=0.7))
    canvas.words((end[0] - BODY - 2, end[1] - 1), label, (-1, 1), size=SIZE)


def _rest(canvas: Canvas, data: Tree, n: int, place: Place) -> None:
    """The leaves of a node as strokes, and dots or a number for children that are left out."""
    x, y = place
    leaves = sum(node.parent == n and isinstance(node.kind, Leaf) for node in data.nodes)
    for leaf in range(leaves):
        height = 0.0 if leaves == 1 else PITCH * (0.36 - 0.72 * leaf / (leaves - 1))
        canvas.line([(x + BODY, y), (x + STUB, y - height)], Pen(width=0.6))
    opened = any(node.parent == n for node in data.nodes[1:])
    if data.nodes[n].missing and opened:
        canvas.words((x, y + BODY + 1), f"+{data.nodes[n].missing}", (0, -1), size=SIZE)
    elif data.nodes[n].missing:
        canvas.words((x + BODY + 2, y), "…", (1, 0), size=SIZE)


def _nodes(canvas: Canvas, data: Tree, places: Mapping[int, Place]) -> None:
    """The nodes: diamonds for chance, circles for agents, squares for the user.

    The number of an information set stands inside.
    """
    member = {n: number for number, members in enumerate(data.sets) for n in members}
    for n, place in places.items():
        kind = data.nodes[n].kind
        shape = "D" if isinstance(kind, Chance) else "s" if isinstance(kind, UserMove) else "o"
        colour = PALETTE[member[n] % len(PALETTE)] if n in member else INK
        canvas.hollow(place, shape, 2 * BODY - 2 * (shape != "o"), Pen(colour, 1.1))
        if n in member:
            canvas.words(place, str(member[n] + 1), size=7)


def _joined(canvas: Canvas, data: Tree, places: Mapping[int, Place]) -> None:
    """The nodes of an information set, joined by dashes; neighbouring sets keep apart."""
    lanes: dict[int, int] = {}
    for n, members in enumerate(data.sets):
        depth = data.nodes[members[0]].depth
        lanes[depth] = lanes.get(depth, -1) + 1
        width = BODY + 2 + 2 * (lanes[depth] % 5)
        pen = Pen(PALETTE[n % len(PALETTE)], 1.0, DASHES[1 + n % (len(DASHES) - 1)])
        for above, below in pairwise(sorted(members, key=lambda m: places[m][1])):
            canvas.bow(places[above], places[below], width, BODY + 1.5, pen)


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
