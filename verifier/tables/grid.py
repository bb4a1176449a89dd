"""A file as a header and rows of cells, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.tables.planes import PlainText

MAX_BYTES = 256 * 2**20
MAX_CELLS = 60_000_000

SHOWN, LETTERS = 10, 40
"""Most names that messages list, and most characters of each."""

Row = tuple[int, Sequence[str]]
"""The number of a row in its file, and its cells."""


@dataclass(frozen=True)
class Grid:
    """The text cells of a file: names of columns, and rows that can be gone through again.

    `place` says of a row's number where that is; `top` says it of the header. `text` is the file's
    own, where it is what the kernel reads, and None otherwise. `index` has the columns that the
    file itself calls an index, `untaken` those that are neither numbers nor text, with their type.
    `commas`: whether a cell may have a decimal comma. `read_as` says what was made out. `plain` is
    the text where it is long, and nothing but lines of cells.
    """

    name: str
    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    place: Callable[[int], str] = "line {}".format
    top: str = "line 1: "
    text: str | None = None
    index: frozenset[int] = frozenset()
    untaken: Mapping[int, str] = field(default_factory=dict)
    commas: bool = True
    read_as: tuple[str, ...] = ()
    plain: PlainText | None = None

    def where(self, number: int) -> str:
        """The place of a row, with the file's name."""
        return f"{self.name}: {self.place(number)}"

    @property
    def start(self) -> str:
        """The beginning of messages about the header."""
        return f"{self.name}: {self.top}"


def listed(names: Sequence[str]) -> str:
    """Names as messages list them: the first ones, quoted, none too long."""
    more = ", ..." if len(names) > SHOWN else ""
    return ", ".join(f"{name[:LETTERS]!r}" for name in names[:SHOWN]) + more
