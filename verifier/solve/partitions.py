"""Set partitions, and subsets as bit masks: the one place where they are enumerated.

Partitions are listed by restricted growth strings in lexicographic order: element n has the number
of its part, and a new part gets the least number that is free (Knuth, The Art of Computer
Programming 4A, 7.2.1.5). They serve TEAM (theory.md 3.1) and partitions of observations (6.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def members(mask: int) -> Iterator[int]:
    """The elements of a bit mask, ascending.

    >>> list(members(0b101))
    [0, 2]
    """
    return (n for n in range(mask.bit_length()) if mask >> n & 1)


def parts(mask: int) -> Iterator[int]:
    """The subsets of a nonempty bit mask that hold its lowest member, the whole mask first.

    A partition is its part with the lowest member and a partition of the rest.

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


def splits(items: Sequence[T]) -> list[tuple[tuple[T, ...], tuple[T, ...]]]:
    """The pairs (part, rest) of a nonempty sequence in which the part holds the first item.

    Pairs that have an item in the part come before those that have it in the rest, earlier items
    first.

    >>> splits("abc")
    [(('a', 'b', 'c'), ()), (('a', 'b'), ('c',)), (('a', 'c'), ('b',)), (('a',), ('b', 'c'))]
    """
    found: list[tuple[tuple[T, ...], tuple[T, ...]]] = [((items[0],), ())]
    for item in items[1:]:
        found = [
            pair for part, rest in found for pair in (((*part, item), rest), (part, (*rest, item)))
        ]
    return found


def growth_strings(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """The partitions of 0..count-1 into at most `most` parts, by the part of each element.

    >>> list(growth_strings(3, 2))
    [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1)]
    """
    if count == 0:
        yield ()
        return
    for earlier in growth_strings(count - 1, most):
        for part in range(min(most, max(earlier, default=-1) + 2)):
            yield (*earlier, part)


def partitions(items: Sequence[T], most: int) -> Iterator[tuple[tuple[T, ...], ...]]:
    """The partitions of the items into at most `most` parts, each part in the order of the items.

    >>> list(partitions("abc", 2))[1:]
    [(('a', 'b'), ('c',)), (('a', 'c'), ('b',)), (('a',), ('b', 'c'))]
    """
    for numbers in growth_strings(len(items), most):
        yield tuple(
            tuple(item for item, number in zip(items, numbers, strict=True) if number == part)
            for part in range(1 + max(numbers, default=-1))
        )


def partition_count(count: int, most: int) -> int:
    """How many partitions of `count` elements into at most `most` parts there are.

    >>> partition_count(4, 4), partition_count(4, 2)
    (15, 8)
    """
    ways = [1] + [0] * most  # by the number of parts so far
    for _ in range(count):
        ways = [0, *(ways[n - 1] + n * ways[n] for n in range(1, most + 1))]
    return sum(ways)
