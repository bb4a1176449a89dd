"""Exit codes of the command line, the same for all commands."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """An exit code says whether all was proved, something refuted, or the input bad."""

    GOOD = 0
    REFUTED = 1
    BAD_INPUT = 2
    NOT_DECIDED = 3
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
