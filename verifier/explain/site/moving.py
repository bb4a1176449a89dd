"""The part of a page that parameters move: sliders, exact numbers, and stories to choose from.

The page computes with the same functions as the certificates of cells (theory.md 12.1, 12.3);
blocks of a story that are the same at several values are in the page once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from verifier.explain.document import Reference
from verifier.explain.phrases import joined
from verifier.explain.picture import plane as polygons
from verifier.explain.picture import region as cells
from verifier.explain.regions import how_certified
from verifier.explain.render.html import Html
from verifier.explain.sections.plane import for_which_pairs, rectangle_words
from verifier.explain.sections.region import for_which, interval_words
from verifier.explain.site.cells import cell_records
from verifier.explain.site.numbers import known, numbers, rows
from verifier.explain.site.page_data import Moving, PageData
from verifier.explain.site.stops import MOST_STOPS, Values, grid, without_stop
from verifier.region.piece import Region
from verifier.region.plane.piece import Plane
from verifier.region.report import SAID

LARGEST = 1_000_000
"""Most characters of blocks that are in a page for other values than the first."""


@dataclass(frozen=True)
class Part:
    """A part of a page, such as the story of one guarantee; `blocks` of HTML follow each other."""

    name: str
    blocks: tuple[str, ...]


@dataclass
class Blocks:
    """Blocks of HTML by number, each once, and the numbers of each part's blocks at every value."""

    numbers: dict[str, int] = field(default_factory=dict)
    at: dict[Values, dict[str, list[int]]] = field(default_factory=dict)
    live: int = 0
    """So many blocks are in sight when the page opens: those at the first value."""

    def add(self, values: Values, parts: Sequence[Part]) -> bool:
        """The parts at one more value, if the page does not become too large; whether they are."""
        known = dict(self.numbers)
        found = {
            part.name: [known.setdefault(block, len(known)) for block in part.blocks]
            for part in parts
        }
        self.live = self.live or len(known)
        if sum(len(block) for block, n in known.items() if n >= self.live) > LARGEST:
            return False
        self.numbers, self.at[values] = known, found
        return True

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(dict.fromkeys(name for parts in self.at.values() for name in parts))

    @property
    def waiting(self) -> list[tuple[int, str]]:
        """The blocks that are not in sight when the page opens, with their numbers."""
        return [(n, block) for block, n in self.numbers.items() if n >= self.live]

    def parts(self, values: Values) -> list[dict[str, Any]]:
        """All parts at one value, with numbered blocks; a part that is missing there has none."""
        blocks = {n: block for block, n in self.numbers.items()}
        return [
            {"name": name, "blocks": [(n, blocks[n]) for n in self.at[values].get(name, ())]}
            for name in self.names
        ]


def moved(
    shown: PageData,
    moving: Moving,
    parts: Mapping[Values, Sequence[Part]],
    address: Callable[[Reference], str | None],
) -> dict[str, Any]:
    """What the template of a page needs: the parts as they are at first, and all that can move.

    `parts` has those of every value with a story, the first value first.
    """
    blocks = Blocks()
    for values, found in parts.items():
        if not blocks.add(values, found):
            break
    first = [known(region, moving.start) for region in moving.regions]
    return {
        "parts": blocks.parts(moving.start),
        "moving": {
            "names": moving.names,
            "name": joined(moving.names),
            "start": dict(zip(moving.names, moving.start, strict=True)),
            "interval": _interval(shown, moving),
            "guarantees": [str(region.guarantee) for region in moving.regions],
            "where": [part.where for part in first] if len(moving.names) > 1 else [],
            "verdicts": [SAID[part.verdict] for part in first],
            "rows": list(rows(moving, shown.game, moving.start)),
            "pictures": [*map(_picture, moving.regions)],
            "sections": [_section(region, address) for region in moving.regions],
            "method": _method(moving.regions, address),
            "without": _without_region(shown, moving),
            "untold": untold(moving, blocks),
            "waiting": blocks.waiting,
            "data": _script(_data(shown, moving, blocks)),
        },
    }


def _interval(shown: PageData, moving: Moving) -> str:
    """The intervals of what moves, and the values of the parameters that do not."""
    if len(moving.parameters) > 1:
        return rectangle_words(moving.parameters)
    (parameter,) = moving.parameters
    values = shown.game.parameters
    others = {name: value for name, value in values.items() if name not in moving.names}
    return interval_words(parameter, others)


def _picture(region: Region | Plane) -> str:
    if isinstance(region, Plane):
        return polygons.draw(polygons.picture(region))
    return cells.draw(cells.picture(region))


def _without_region(shown: PageData, moving: Moving) -> list[str]:
    """The guarantees that have a story, and no region."""
    have = {str(region.guarantee) for region in moving.regions}
    stories = (story.narrative.guarantee for story in shown.stories)
    return [name for name in stories if name not in have]


def untold(moving: Moving, blocks: Blocks) -> str:
    """That some cells have no story, since there are not more in a page; empty if all have one."""
    left = without_stop(moving.parameters, moving.regions, blocks.at)
    if not left:
        return ""
    have, told = ("cell has" if left == 1 else "cells have"), len(blocks.at)
    most = f"a page has at most {MOST_STOPS} stories, and {LARGEST:,} characters of them"
    return f"{left} {have} no story: it is told at {told} values here ({most})."


def _section(region: Region | Plane, address: Callable[[Reference], str | None]) -> str:
    """The section on all values of one guarantee."""
    found = for_which_pairs(region) if isinstance(region, Plane) else for_which(region)
    section = replace(found, title=f"{region.guarantee}: all values")
    return Html(f"cells-{region.guarantee}", address=address).section(section)


def _method(
    regions: Sequence[Region | Plane], address: Callable[[Reference], str | None]
) -> list[str]:
    """How all values of a cell are certified at once, which is the same for all guarantees."""
    blocks = next((found for found in map(how_certified, regions) if found), ())
    html = Html("cells", address=address)
    return [line for block in blocks for line in html.block(block)]


def _script(record: Mapping[str, Any]) -> str:
    """JSON that can stand in a page: nothing in it ends the script, or begins a comment."""
    text = json.dumps(record, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(shown: PageData, moving: Moving, blocks: Blocks) -> dict[str, Any]:
    """What the page's script reads: values of sliders, cells, and the blocks of every stop."""
    keys = list(numbers(moving, shown.game))
    return {
        "parameters": [
            {
                "name": parameter.name,
                "low": str(parameter.low),
                "high": str(parameter.high),
                "start": str(start),
                "values": [*map(str, grid(parameter, [values[n] for values in blocks.at]))],
            }
            for n, (parameter, start) in enumerate(
                zip(moving.parameters, moving.start, strict=True)
            )
        ],
        "numbers": keys,
        "guarantees": [
            {
                "name": str(region.guarantee),
                "cells": [*cell_records(region, keys)],
                "best": [*cell_records(region.best, keys)] if region.best else [],
            }
            for region in moving.regions
        ],
        "stops": [
            {"at": [*map(str, at)], "blocks": [parts.get(name, []) for name in blocks.names]}
            for at, parts in sorted(blocks.at.items())
        ],
    }
