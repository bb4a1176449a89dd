"""Readable names for games that nobody has told a story about yet."""

from __future__ import annotations

from collections.abc import Sequence

STATES = ("north", "south", "east", "west")
ACTIONS = ("stay", "walk", "ride", "sail")
AGENTS = ("Ada", "Bo", "Cleo", "Dov")
SEEN = ("red", "green", "blue", "grey")
HERS = ("early", "late", "never", "soon")


def names(words: Sequence[str], count: int) -> tuple[str, ...]:
    """So many names: the words as they are, numbered where there are not enough.

    >>> names(("left", "right"), 3)
    ('left1', 'right1', 'left2')
    """
    if count <= len(words):
        return tuple(words[:count])
    return tuple(f"{words[n % len(words)]}{n // len(words) + 1}" for n in range(count))
