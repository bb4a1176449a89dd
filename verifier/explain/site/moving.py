"""The part of a page that a parameter moves: a slider, exact numbers, and stories to choose from.

The page computes with the same functions as the certificates of cells (theory.md 12.1); blocks of a
story that are the same at several values are in the page once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from verifier.explain.document import Reference
from verifier.explain.picture import region as cells
from verifier.explain.render.html import Html
from verifier.explain.sections.region import for_which, interval_words
from verifier.explain.site.numbers import formula, numbers, rows, verdicts
from verifier.explain.site.page_data import Moving, PageData
from verifier.explain.site.stops import grid
from verifier.region.function import end_record
from verifier.region.piece import Piece, Region
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
    at: dict[Fraction, dict[str, list[int]]] = field(default_factory=dict)
    live: int = 0
    """So many blocks are in sight when the page opens: those at the first value."""

    def add(self, t: Fraction, parts: Sequence[Part]) -> bool:
        """The parts at one more value, if the page does not become too large; whether they are."""
        known = dict(self.numbers)
        found = {
            part.name: [known.setdefault(block, len(known)) for block in part.blocks]
            for part in parts
        }
        self.live = self.live or len(known)
        if sum(len(block) for block, n in known.items() if n >= self.live) > LARGEST:
            return False
        self.numbers, self.at[t] = known, found
        return True

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(dict.fromkeys(name for parts in self.at.values() for name in parts))

    @property
    def waiting(self) -> list[tuple[int, str]]:
        """The blocks that are not in sight when the page opens, with their numbers."""
        return [(n, block) for block, n in self.numbers.items() if n >= self.live]

    def parts(self, t: Fraction) -> list[dict[str, Any]]:
        """All parts at one value, with numbered blocks; a part that is missing there has none."""
        blocks = {n: block for block, n in self.numbers.items()}
        return [
            {"name": name, "blocks": [(n, blocks[n]) for n in self.at[t].get(name, ())]}
            for name in self.names
        ]


def moved(
    shown: PageData,
    moving: Moving,
    parts: Mapping[Fraction, Sequence[Part]],
    address: Callable[[Reference], str | None],
) -> dict[str, Any]:
    """What the template of a page needs: the parts as they are at first, and all that can move.

    `parts` has those of every value with a story, the first value first.
    """
    blocks = Blocks()
    for t, found in parts.items():
        if not blocks.add(t, found):
            break
    return {
        "parts": blocks.parts(moving.start),
        "moving": {
            "name": moving.parameter.name,
            "start": moving.start,
            "interval": interval_words(moving.parameter, _others(shown, moving)),
            "guarantees": [str(region.guarantee) for region in moving.regions],
            "verdicts": verdicts(moving, moving.start),
            "rows": list(rows(moving, shown.game, moving.start)),
            "pictures": [cells.draw(cells.picture(region)) for region in moving.regions],
            "sections": [_section(region, address) for region in moving.regions],
            "without": _without_region(shown, moving),
            "waiting": blocks.waiting,
            "data": _script(_data(shown, moving, blocks)),
        },
    }


def _others(shown: PageData, moving: Moving) -> dict[str, Fraction]:
    """The values of the parameters that do not move."""
    values = shown.game.parameters
    return {name: value for name, value in values.items() if name != moving.parameter.name}


def _without_region(shown: PageData, moving: Moving) -> list[str]:
    """The guarantees that have a story, and no region."""
    have = {str(region.guarantee) for region in moving.regions}
    stories = (story.narrative.guarantee for story in shown.stories)
    return [name for name in stories if name not in have]


def _section(region: Region, address: Callable[[Reference], str | None]) -> str:
    """The section on all values of one guarantee."""
    section = replace(for_which(region), title=f"{region.guarantee}: all values")
    return Html(f"cells-{region.guarantee}", address=address).section(section)


def _script(record: Mapping[str, Any]) -> str:
    """JSON that can stand in a page: nothing in it ends the script, or begins a comment."""
    text = json.dumps(record, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _data(shown: PageData, moving: Moving, blocks: Blocks) -> dict[str, Any]:
    """What the page's script reads: values of the slider, pieces, and the blocks of every stop."""
    keys = list(numbers(moving, shown.game))
    name = moving.parameter.name
    return {
        "name": name,
        "low": str(moving.parameter.low),
        "high": str(moving.parameter.high),
        "start": str(moving.start),
        "values": [*map(str, grid(moving.parameter, [*blocks.at]))],
        "numbers": keys,
        "guarantees": [
            {
                "name": str(region.guarantee),
                "pieces": [_piece(piece, keys, name) for piece in region.pieces],
            }
            for region in moving.regions
        ],
        "stops": [
            {"t": str(t), "blocks": [parts.get(name, []) for name in blocks.names]}
            for t, parts in sorted(blocks.at.items())
        ],
    }


def _piece(piece: Piece, keys: Sequence[str], name: str) -> dict[str, Any]:
    functions = (piece.values.get(key) for key in keys)
    return {
        "low": end_record(piece.low),
        "high": end_record(piece.high),
        "verdict": SAID[piece.verdict],
        "values": [f and {**f.record(), "formula": formula(f, name)} for f in functions],
    }
