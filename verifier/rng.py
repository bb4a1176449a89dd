"""Reproducible random numbers: a stream per seed and name, the same on every machine.

The stream does not depend on the version of Python or on the number of workers.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of random integers is fixed by its names alone, such as a family and a seed.

    Only `getrandbits` of the Mersenne Twister is used: the derived methods of the standard library
    may change.

    >>> Draws("uniform", 1, 7).integer(0, 99) == Draws("uniform", 1, 7).integer(0, 99)
    True
    """

    def __init__(self, *names: str | int) -> None:
        self._random = random.Random("/".join(str(name) for name in names))

    def below(self, count: int) -> int:
        """A uniform integer in 0..count-1 is drawn without bias: too large ones are drawn again.

        Domain: count >= 1.
        """
        bits = count.bit_length()
        while True:
            drawn = self._random.getrandbits(bits)
            if drawn < count:
                return drawn

    def integer(self, low: int, high: int) -> int:
        """A uniform integer in low..high."""
        return low + self.below(high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """One of the options is drawn, each equally likely.

        Domain: at least one option.
        """
        return options[self.below(len(options))]

    def order(self, count: int) -> list[int]:
        """A uniform permutation of 0..count-1 (Fisher and Yates).

        >>> sorted(Draws("a deck").order(4))
        [0, 1, 2, 3]
        """
        found = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            found[last], found[other] = found[other], found[last]
        return found

    def shares(self, parts: int, total: int) -> tuple[int, ...]:
        """Positive integers with a given sum are drawn, all tuples of them equally likely.

        Domain: total >= parts >= 1.

        >>> sum(Draws("a prior").shares(3, 10))
        10
        """
        cuts: set[int] = set()
        while len(cuts) < parts - 1:
            cuts.add(self.integer(1, total - 1))
        ends = [0, *sorted(cuts), total]
        return tuple(after - before for before, after in pairwise(ends))
