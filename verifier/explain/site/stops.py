"""The values of a parameter at which a page has the whole story, and those of its slider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cmp_to_key
from itertools import islice, pairwise

from verifier.explain.sections.region import joined_gaps
from verifier.game.parameters import Parameter
from verifier.region.function import End, inside, precedes
from verifier.region.partition import simplest
from verifier.region.piece import Region

MOST_STOPS = 25
"""Most values at which a page has the story."""

PARTS = 100
"""Parts of the interval between which a slider has values, beside those with a story."""


def stops(parameter: Parameter, start: Fraction, regions: Iterable[Region]) -> Iterator[Fraction]:
    """The values with a story, most important first: `start`, the ends, the rational ends of cells,
    and simple fractions in each cell.
    """
    ends = _ends(parameter, regions)
    cells = [inside(*cell) for cell in pairwise(ends)]
    values = [start, parameter.low, parameter.high]
    values += [end for end in ends if isinstance(end, Fraction)]
    for third in (1, 0, 2):
        values += [_simple(low, high, third) for low, high in cells]
    yield from islice(dict.fromkeys(values), MOST_STOPS)


def _ends(parameter: Parameter, regions: Iterable[Region]) -> list[End]:
    """The ends of all cells, ascending."""
    found: dict[End, None] = dict.fromkeys((parameter.low, parameter.high))
    for region in regions:
        found |= dict.fromkeys(p.low for p in joined_gaps(region).pieces if p.single)
    return sorted(found, key=cmp_to_key(_order))


def _order(left: End, right: End) -> int:
    return precedes(right, left) - precedes(left, right)


def _simple(low: Fraction, high: Fraction, third: int) -> Fraction:
    """The simplest fraction of the first, second or last third, away from the ends."""
    part = (high - low) / 3
    margin = part / 4
    return simplest(low + third * part + margin, low + (third + 1) * part - margin)


def grid(parameter: Parameter, stops: Sequence[Fraction]) -> list[Fraction]:
    """The values of the slider, ascending: so many parts of the interval, and all stops."""
    span = parameter.high - parameter.low
    return sorted({*stops, *(parameter.low + span * Fraction(n, PARTS) for n in range(PARTS + 1))})
