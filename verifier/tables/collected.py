"""The complete rows of a table in the making, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any

from verifier.solve.points import SLICE, Matrix

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class Collected:
    """Rows with their numbers and scales: some one by one, some as arrays.

    Rows that come one by one become arrays as well, once they are many.
    """

    numbers: list[int] = field(default_factory=list)
    scales: list[int] = field(default_factory=list)
    _arrays: list[Array] = field(default_factory=list)
    _singles: list[Sequence[int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, number: int, row: Sequence[int], scale: int) -> None:
        """One row joins."""
        self.numbers.append(number)
        self.scales.append(scale)
        self._singles.append(row)
        if len(self._singles) == SLICE:
            self._gather()

    def extend(self, numbers: Sequence[int], rows: Array, scales: Sequence[int]) -> None:
        """Several rows join."""
        self._gather()
        self.numbers += numbers
        self.scales += scales
        self._arrays.append(rows)

    def keep(self, columns: Sequence[bool]) -> None:
        """All other columns go."""
        kept = list(compress(range(len(columns)), columns))
        self._arrays = [part[:, kept] for part in self._arrays]
        self._singles = [tuple(compress(row, columns)) for row in self._singles]

    def taken(self) -> tuple[Sequence[tuple[int, ...]], tuple[int, ...], tuple[int, ...]]:
        """The rows, their numbers and their scales, in the order of the numbers.

        Nothing is left here.
        """
        order = sorted(range(len(self.numbers)), key=self.numbers.__getitem__)
        numbers = tuple([self.numbers[n] for n in order])
        scales = tuple([self.scales[n] for n in order])
        if not self._arrays:
            return tuple([tuple(self._singles[n]) for n in order]), numbers, scales
        self._gather()
        array = _joined(self._arrays)
        in_order = order == list(range(len(order)))
        return Matrix(array if in_order else array[order]), numbers, scales

    def _gather(self) -> None:
        """The single rows become an array."""
        if self._singles:
            self._arrays.append(narrow(self._singles))
            self._singles = []


def narrow(rows: Any) -> Array:
    """The same integers in as few bits as they need, or as Python's where 64 are too few."""
    import numpy as np

    try:
        values = np.asarray(rows, dtype=np.int64)
    except OverflowError:
        return np.array(rows, dtype=object)
    largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    narrower = (kind for kind in (np.int16, np.int32) if largest <= np.iinfo(kind).max)
    return values.astype(next(narrower, np.int64))


def _joined(arrays: list[Array]) -> Array:
    """The arrays below each other; each goes as soon as it is copied."""
    import numpy as np

    kind = np.result_type(*arrays)
    found = np.empty((sum(map(len, arrays)), arrays[0].shape[1]), dtype=kind)
    end = len(found)
    while arrays:
        part = arrays.pop()
        found[end - len(part) : end] = part
        end -= len(part)
    return found
