"""Results tell of themselves: in one line, in the lines that the command prints, as a data frame.

A result does not know how it is shown; whoever does (`verifier.api.presentation`) says so here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from verifier.errors import InstanceError


@dataclass(frozen=True)
class Sheet:
    """A table of a result's numbers: a caption, the names of the columns, and the rows."""

    caption: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True)
class Presentation:
    """How results of one type are told: in one line, in several, and as a table."""

    headline: Callable[[Any], str]
    lines: Callable[[Any], Iterable[str]]
    sheet: Callable[[Any], Sheet | None]


PRESENTATIONS: dict[type, Presentation] = {}
"""How the results of each type are told."""


class Result:
    """The answer to a question about a game or a table.

    `repr` is one line, `str` has the lines that the command prints, `frame` is a table of pandas.
    """

    def __repr__(self) -> str:
        known = PRESENTATIONS.get(type(self))
        headline = "" if known is None else f": {' '.join(known.headline(self).split())}"
        return f"<{type(self).__name__}{headline}>"

    def __str__(self) -> str:
        known = PRESENTATIONS.get(type(self))
        return repr(self) if known is None else "\n".join(known.lines(self))

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the fields, without what has been computed from them."""
        if is_dataclass(self):
            return {part.name: getattr(self, part.name) for part in fields(self)}
        return dict(vars(self))

    def frame(self) -> Any:
        """The result as a data frame of pandas, with exact numbers in its cells.

        Raises InstanceError where pandas is not installed, and for a result that is no table.
        """
        known = PRESENTATIONS.get(type(self))
        sheet = None if known is None else known.sheet(self)
        if sheet is None:
            raise InstanceError(f"{type(self).__name__}: is no table, so it has no data frame")
        try:
            from pandas import DataFrame
        except ImportError as error:
            raise InstanceError("frame(): needs pandas; install it: pip install pandas") from error
        return DataFrame([list(row) for row in sheet.rows], columns=list(sheet.header))
