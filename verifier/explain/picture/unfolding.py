"""The beginning of a game tree that fits a drawing: opened nodes, and how many are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from verifier.game.model import Game
from verifier.game.tree import Branch, Chance, Growth, Kind, Leaf, PossibleAnswers

FAN = 3
"""The most children of a node on the path that is first followed to its end."""


@dataclass(frozen=True)
class Node:
    """A node of the tree: its kind, its depth, and the move that leads to it.

    `parent` is the node before, for the root the root itself; `label` that of the move,
    `probability` that of a random move. `missing` counts children that are left out.
    """

    kind: Kind
    depth: int
    parent: int
    label: str
    probability: Fraction | None
    missing: int


def beginning(game: Game, most: int, deepest: int) -> tuple[Node, ...]:
    """The part of `tree.build(game)` that takes `most` lines.

    A node that is followed by leaves only, or by nothing, takes a line. First one path is followed
    to the end. Then nodes are opened in order of depth, the root as far as there is room, others
    wholly or not at all. Leaves come with the node before; other nodes are at most `deepest` moves
    away from the root, which comes first. Domain: most > 0. theory.md 1.2.
    """
    part = _Part(Growth(game, PossibleAnswers(game, None)), most - 1, deepest)
    part.follow()
    part.widen()
    nodes = zip(part.nodes, part.waiting, strict=True)
    return tuple(
        Node(n.kind, n.depth, n.parent, n.label, n.probability, len(waiting))
        for n, waiting in nodes
    )


@dataclass
class _Part:
    """The part while it grows.

    `room` is the number of lines that are left; `waiting` has the moves of each node that are not
    opened.
    """

    growth: Growth
    room: int
    deepest: int
    nodes: list[Node] = field(default_factory=list)
    waiting: list[list[Branch]] = field(default_factory=list)
    children: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._add(Node(Chance(None), 0, 0, "", None, 0), list(self.growth.points()))

    def follow(self) -> None:
        """Opens some children of the root, of the first of these, and so on."""
        node = 0
        while self.waiting[node] and self.nodes[node].depth < self.deepest:
            self._open(node, min(FAN, self.room + 1))
            node = self.children[node][0]

    def widen(self) -> None:
        """Opens all children of the nodes, in order of depth, as far as there is room."""
        seen = [0]
        for node in seen:
            if self.nodes[node].depth < self.deepest:
                cost = len(self.waiting[node]) - (not self.children[node])
                if node == 0 or cost <= self.room:
                    self._open(
                        node, min(len(self.waiting[node]), self.room + (not self.children[node]))
                    )
            seen += self.children[node]

    def _open(self, node: int, count: int) -> None:
        """Opens the next `count` children of a node."""
        now, self.waiting[node] = self.waiting[node][:count], self.waiting[node][count:]
        self.room -= len(now) - (not self.children[node]) if now else 0
        for label, probability, here in now:
            child = Node(
                self.growth.kind(here), self.nodes[node].depth + 1, node, label, probability, 0
            )
            self.children[node].append(self._add(child, list(self.growth.branches(here))))

    def _add(self, node: Node, moves: Sequence[Branch]) -> int:
        """Adds a node, with its leaves if only leaves follow."""
        place, last = len(self.nodes), bool(moves) and isinstance(moves[0][2], Leaf)
        self.nodes.append(node)
        self.children.append([])
        self.waiting.append([] if last else list(moves))
        for label, probability, leaf in moves if last else ():
            self._add(
                Node(self.growth.kind(leaf), node.depth + 1, place, label, probability, 0), ()
            )
        return place
