"""The vertices of a simplex that is cut by halfspaces, exactly.

The double description method: from the vertices before a cut those on its good side stay, and where
an edge crosses the cut there is a new one. Two vertices share an edge if no third one lies on every
constraint on which both do (Motzkin, Raiffa, Thompson and Thrall, The double description method,
1953; Fukuda and Prodon, Double description method revisited, 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, gcd
from operator import mul

VERTEX_LIMIT = 3000
"""Most choices of tight constraints for which vertices are looked for."""

Vertex = tuple[int, ...]
"""Weights without a common divisor; divided by their sum they are the vertex."""


@dataclass(frozen=True)
class TooMany:
    """A polytope with more choices of tight constraints than the limit: nothing was computed."""

    choices: int


def vertices(
    dimension: int, cuts: Sequence[Sequence[int]], limit: int = VERTEX_LIMIT
) -> list[Vertex] | TooMany:
    """The vertices of {x : x >= 0, sum x = 1, a.x >= 0 for every cut a}, each once.

    They come in the order of the constraints that are tight there, the nonnegativity of each
    coordinate first, then the cuts.

    >>> vertices(2, [(1, -3)])
    [(1, 0), (3, 1)]
    """
    choices = comb(dimension + len(cuts), dimension - 1)
    if choices > limit:
        return TooMany(choices)
    everywhere = (1 << dimension) - 1
    found = {
        tuple([int(n == m) for m in range(dimension)]): everywhere ^ 1 << n
        for n in range(dimension)
    }
    for place, cut in enumerate(cuts, dimension):
        found = _cut(found, cut, 1 << place)
    places = range(dimension + len(cuts))
    return sorted(found, key=lambda vertex: [n for n in places if found[vertex] >> n & 1])


def _cut(found: dict[Vertex, int], cut: Sequence[int], bit: int) -> dict[Vertex, int]:
    """The vertices on the good side of a cut, with the bit masks of what is tight there."""
    values = {vertex: sum(map(mul, cut, vertex)) for vertex in found}
    kept = {
        vertex: tight if values[vertex] else tight | bit
        for vertex, tight in found.items()
        if values[vertex] >= 0
    }
    for bad, outside in found.items():
        for good, inside in found.items():
            if values[bad] < 0 < values[good]:
                shared = inside & outside
                if sum(tight & shared == shared for tight in found.values()) == 2:
                    kept[_between(good, values[good], bad, values[bad])] = shared | bit
    return kept


def _between(good: Vertex, above: int, bad: Vertex, below: int) -> Vertex:
    """The point between two vertices at which the cut is tight."""
    mixed = [above * y - below * x for x, y in zip(good, bad, strict=True)]
    unit = gcd(*mixed)
    return tuple([entry // unit for entry in mixed])
