"""Whether the cells of a table have decimal commas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from operator import itemgetter

from verifier.errors import InstanceError
from verifier.tables.columns import Columns
from verifier.tables.grid import Grid
from verifier.tables.notation import decimal_sign


def sign_in(grid: Grid, columns: Columns) -> str:
    """The decimal sign of the parties' cells.

    A text with but one of the two is not searched to its end. Raises InstanceError where both are
    possible.
    """
    text = grid.plain.text if grid.plain else ",."
    if "," not in text:
        return "."
    for row in _cells(grid, columns) if "." not in text else ():
        with suppress(InstanceError):  # a comma that may separate thousands
            if decimal_sign([row]) == ",":
                return ","
    return decimal_sign(_cells(grid, columns))


def _cells(grid: Grid, columns: Columns) -> Iterator[tuple[str, Sequence[str]]]:
    """The parties' cells with a comma or a point in them."""
    choose: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*columns.parties)
    for number, cells in grid.rows():
        chosen = choose(cells)
        if "," in (joined := "".join(chosen)) or "." in joined:
            yield grid.where(number), chosen
