"""Cells of plain text as numbers, many at once, eight characters of each at a time.

Plain are lines of equally many cells without quotation marks. Eight characters are one integer of
64 bits, in which all digits are tested, freed of a decimal point, and added up in a few operations
(Lemire, Number parsing at a gigabyte per second, 2021). What is more than a short decimal, as a
missing cell, a ratio or a long number, is left to `verifier.tables.cells`, row by row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from verifier.tables.collected import narrow

Array = np.ndarray[Any, np.dtype[Any]]

SIZE = 2**18
"""How many characters are read at a time."""

DIGITS = 18
"""So many digits always fit into 64 bits."""

NEWLINE = ord("\n")
POWERS = 10 ** np.arange(DIGITS + 1, dtype=np.int64)

WIDE = 8
"""The number of characters in a word."""


MARGIN = 3 * WIDE
"""So many characters come before a block: where its first cells are short, they are looked at."""


def _every(byte: int) -> np.uint64:
    """The word with this byte at every place."""
    return np.uint64(int.from_bytes(bytes([byte] * WIDE), "little"))


ZEROS, TOPS, REST, TENS = map(_every, (0x30, 0x80, 0x7F, 0x80 - 10))
LAST = np.array([(1 << 64) - (1 << 8 * (WIDE - n)) for n in range(WIDE + 1)], dtype=np.uint64)
"""The word in which the last n bytes are full: those of the characters that stand last."""

SUMS = (
    (10, 8, 0x00FF00FF00FF00FF),
    (100, 16, 0x0000FFFF0000FFFF),
    (10000, 32, 0x00000000FFFFFFFF),
)
"""Neighbours are added up: digits to numbers of two digits, those to numbers of four, of eight."""


@dataclass(frozen=True)
class Numbers:
    """Rows of numbers: row r is `values[r]` over `scales[r]`, where `good[r]`."""

    values: Array
    scales: Array
    good: Array


class Block:
    """Some lines of a text; the cell in row r and column c is `data[starts[r, c]:ends[r, c]]`."""

    def __init__(self, data: bytes, width: int, separator: str, decimal: str = ".") -> None:
        self._decimal = ord(decimal)
        data = b" " * MARGIN + data
        self.data, self._raw = data, np.frombuffer(data, dtype=np.uint8)
        between = self._raw == ord(separator)
        ends = np.flatnonzero(between | (self._raw == NEWLINE)).astype(np.int32)
        self.regular = _regular(between[ends], width)
        if self.regular:
            self.starts = np.append(np.int32(MARGIN), ends[:-1] + 1).reshape(-1, width)
            self.ends = ends.reshape(-1, width)

    def __len__(self) -> int:
        return len(self.ends)

    def cells(self, row: int) -> list[str]:
        """The cells of a row."""
        pairs = zip(self.starts[row].tolist(), self.ends[row].tolist(), strict=True)
        return [self.data[start:end].decode() for start, end in pairs]

    def column(self, number: int) -> list[str]:
        """The cells of a column."""
        starts, ends = self.starts[:, number].tolist(), self.ends[:, number].tolist()
        return [self.data[a:b].decode() for a, b in zip(starts, ends, strict=True)]

    def numbers(self, columns: Sequence[int]) -> Numbers:
        """The rows of numbers in these columns; good are those of short decimals and integers."""
        cells = _Cells(self._raw, self.starts[:, columns], self.ends[:, columns], self._decimal)
        good = cells.good.all(axis=1)
        places = np.where(good, cells.places.max(axis=1), 0)
        more = np.where(good[:, None], places[:, None] - cells.places, 0)
        good &= (cells.digits + more <= DIGITS).all(axis=1)
        scaled = cells.values * POWERS[np.where(good[:, None], more, 0)]
        values = np.where(good[:, None], scaled, 0)  # what is not good may be anything
        return Numbers(narrow(values), POWERS[places], good)


def _regular(between: Array, width: int) -> bool:
    """Whether every `width`-th end of a cell ends its line, and no other does."""
    if len(between) % width:
        return False
    lines = between.reshape(-1, width)
    return bool(lines[:, :-1].all() and not lines[:, -1].any())


@dataclass(frozen=True)
class _Word:
    """Up to eight last characters of cells: their value, whether there is a point and how many
    digits follow it, and whether there is nothing else.
    """

    value: Array
    point: Array
    places: Array
    good: Array


def _words(raw: Array, ends: Array, sizes: Array, mark: np.uint64) -> _Word:
    """The words of cells that end there and have so many characters, at most eight.

    `mark` has the decimal sign, less the character 0, at every place.
    """
    windows = np.ndarray(len(raw) - WIDE + 1, "<u8", buffer=raw, strides=(1,))
    word = (windows[ends - WIDE] ^ ZEROS) & LAST[sizes]
    unlike = word ^ mark
    marks = ~(((unlike & REST) + REST) | unlike | REST)
    point = marks != 0
    before = word & ((marks >> np.uint64(7)) - np.uint64(1))
    after = word & ~((marks << np.uint64(1)) - np.uint64(1))
    word = np.where(point, after | (before << np.uint64(8)), word)
    good = ((word + TENS) | word) & TOPS == 0
    good &= marks & (marks - np.uint64(1)) == 0
    for factor, shift, mask in SUMS:
        word = (word * np.uint64(factor) + (word >> np.uint64(shift))) & np.uint64(mask)
    places = WIDE - np.frexp(marks.astype(np.float64))[1] // WIDE
    return _Word(word.astype(np.int64), point, np.where(point, places, 0), good)


class _Cells:
    """The cells of some columns: digits, how many there are and how many after the point."""

    def __init__(self, raw: Array, starts: Array, ends: Array, decimal: int) -> None:
        first, self._mark = raw[starts], _every(0x30 ^ decimal)
        well = raw[ends - 1] != decimal
        negative = first == ord("-")
        begin = starts + (negative | (first == ord("+")))
        sizes = ends - begin
        word = _words(raw, ends, np.minimum(sizes, WIDE), self._mark)
        self.values, self.places, points = word.value, word.places, word.point.astype(np.int64)
        self.good = word.good & (sizes > 0)
        for done in range(WIDE, min(int(sizes.max(initial=0)), 3 * WIDE), WIDE):
            self._longer(raw, ends, sizes, points, done)
        self.values = np.where(negative, -self.values, self.values)
        self.digits = sizes - points
        well &= raw[begin] != decimal
        self.good &= well & (points <= 1) & (self.digits <= DIGITS)

    def _longer(self, raw: Array, ends: Array, sizes: Array, points: Array, done: int) -> None:
        """Cells of more characters than are done get up to eight more before those."""
        more = np.nonzero(sizes > done)
        word = _words(raw, ends[more] - done, np.minimum(sizes[more] - done, WIDE), self._mark)
        digits = done - points[more]
        self.values[more] += word.value * POWERS[np.minimum(digits, DIGITS)]
        self.places[more] += np.where(word.point, word.places + digits, 0)
        self.good[more] &= word.good
        points[more] += word.point


@dataclass(frozen=True)
class PlainText:
    """A text without quotation marks and blank lines, and what separates its cells."""

    text: str
    separator: str
    width: int

    @cached_property
    def _start(self) -> int:
        return self.text.find("\n") + 1

    def blocks(self, decimal: str = ".") -> Iterator[Block | None]:
        """The lines below the first, some at a time; None for lines of another length."""
        text, start = self.text, self._start
        while 0 < start < len(text):
            end = text.rfind("\n", start, start + SIZE) + 1 or text.find("\n", start) + 1
            data = text[start : end or None].encode().replace(b"\r\n", b"\n")
            data = data.removesuffix(b"\n") + b"\n"
            block = Block(data, self.width, self.separator, decimal)
            yield block if block.regular else None
            start = end


def is_plain(text: str) -> bool:
    """Whether lines are all there is to a text: no quotation marks, blank lines, or bare \\r."""
    blank = text.startswith(("\n", "\r")) or "\n\n" in text or "\n\r\n" in text
    return '"' not in text and not blank and text.count("\r") == text.count("\r\n")
