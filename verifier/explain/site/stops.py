"""The values of parameters at which a page has the whole story, and those of its sliders."""

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
from verifier.region.plane.geometry import Line, Point, Polygon, area, cut, extent
from verifier.region.plane.geometry import inside as within
from verifier.region.plane.piece import Plane, rectangle

Values = tuple[Fraction, ...]
"""A value of each parameter that moves."""

MOST_STOPS = 25
"""Most values, or pairs of values, at which a page has the story."""

PARTS = 100
"""Parts of the interval between which a slider has values, beside those with a story."""


def stops(
    parameters: Sequence[Parameter], start: Values, regions: Sequence[Region | Plane]
) -> list[Values]:
    """The values with a story, most important first and `start` before all.

    Of one parameter they are the ends, the rational ends of cells, and simple fractions in each
    cell; of two a pair in each polygon, the corners of the rectangle, and those of polygons.
    """
    if len(parameters) == 1:
        found: list[Values] = [(t,) for t in _on_a_line(parameters[0], regions)]
    else:
        found = [*_in_a_plane(parameters, start, regions)]
    return [*islice(dict.fromkeys((start, *found)), MOST_STOPS)]


def without_stop(
    parameters: Sequence[Parameter], regions: Sequence[Region | Plane], chosen: Iterable[Values]
) -> int:
    """In how many of the open cells, intervals or polygons, no story is told."""
    known = [*chosen]
    if len(parameters) == 1:
        return sum(
            not any(precedes(low, t) and precedes(t, high) for (t,) in known)
            for low, high in pairwise(_ends(parameters[0], regions))
        )
    return sum(not any(within((x, y), polygon) for x, y in known) for polygon in _polygons(regions))


def _polygons(regions: Iterable[Region | Plane]) -> list[Polygon]:
    """The polygons of all guarantees, each once, the largest first."""
    planes = (region for region in regions if isinstance(region, Plane))
    found = dict.fromkeys(face.polygon for plane in planes for face in plane.faces)
    return sorted(found, key=lambda polygon: -area(polygon))


def _on_a_line(parameter: Parameter, regions: Sequence[Region | Plane]) -> list[Fraction]:
    ends = _ends(parameter, regions)
    open_cells = [inside(*cell) for cell in pairwise(ends)]
    values = [parameter.low, parameter.high]
    values += [end for end in ends if isinstance(end, Fraction)]
    for third in (1, 0, 2):
        values += [_simple(low, high, third) for low, high in open_cells]
    return values


def _ends(parameter: Parameter, regions: Iterable[Region | Plane]) -> list[End]:
    """The ends of all cells, ascending."""
    found: dict[End, None] = dict.fromkeys((parameter.low, parameter.high))
    for region in (part for part in regions if isinstance(part, Region)):
        found |= dict.fromkeys(p.low for p in joined_gaps(region).pieces if p.single)
    return sorted(found, key=cmp_to_key(_order))


def _order(left: End, right: End) -> int:
    return precedes(right, left) - precedes(left, right)


def _simple(low: Fraction, high: Fraction, third: int) -> Fraction:
    """The simplest fraction of the first, second or last third, away from the ends."""
    part = (high - low) / 3
    margin = part / 4
    return simplest(low + third * part + margin, low + (third + 1) * part - margin)


def _in_a_plane(
    parameters: Sequence[Parameter], start: Values, regions: Sequence[Region | Plane]
) -> Iterator[Values]:
    chosen: list[Point] = [(start[0], start[1])]
    polygons = _polygons(regions)
    for polygon in polygons:
        if not any(within(point, polygon) for point in chosen):
            chosen.append(simple_inside(polygon))
            yield chosen[-1]
    yield from rectangle(parameters)
    yield from sorted({point for polygon in polygons for point in polygon})


def simple_inside(polygon: Polygon) -> Point:
    """A pair of simple fractions inside a polygon, away from its sides."""
    (left, _), (right, _) = extent(polygon)
    x = _simple(left, right, 1)
    low, high = _chord(polygon, x)
    return x, _simple(low, high, 1)


def _chord(polygon: Polygon, x: Fraction) -> tuple[Fraction, Fraction]:
    """The lowest and the highest second coordinate of a polygon at a first one inside."""
    left, _ = cut(polygon, Line.of(Fraction(-1), Fraction(0), x))
    heights = [point[1] for point in left if point[0] == x]
    return min(heights), max(heights)


def grid(parameter: Parameter, stops: Iterable[Fraction]) -> list[Fraction]:
    """The values of a slider, ascending: so many parts of the interval, and all stops."""
    span = parameter.high - parameter.low
    return sorted({*stops, *(parameter.low + span * Fraction(n, PARTS) for n in range(PARTS + 1))})
