"""Sets as bit masks: their members, and the parts from which partitions are built (theory.md 3 and
6).
"""

from __future__ import annotations

from collections.abc import Iterator


def members(mask: int) -> Iterator[int]:
    """The elements, ascending.

    >>> list(members(0b101))
    [0, 2]
    """
    return (n for n in range(mask.bit_length()) if mask >> n & 1)


def parts(mask: int) -> Iterator[int]:
    """The subsets that hold the lowest member, the whole first: a split is named by the part with
    its first element.

    >>> [bin(part) for part in parts(0b110)]
    ['0b110', '0b10']
    """
    low = mask & -mask
    rest = part = mask ^ low
    while True:
        yield part | low
        if part == 0:
            return
        part = (part - 1) & rest
