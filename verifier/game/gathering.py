"""Everything that is wrong with a file is told at once, from parts that are read independently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import NoReturn, ParamSpec, TypeVar

from verifier.errors import InstanceError, SizeError

P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")

MOST_SHOWN = 20
"""How many errors of a file are shown; of the others the number is."""


class ConsequenceError(InstanceError):
    """A part cannot be read because of something that another error tells."""


class GatheredError(InstanceError):
    """Several things are wrong with a file: the first of them, and how many there are."""

    def __init__(self, first: tuple[InstanceError, ...], count: int) -> None:
        super().__init__(*first)
        self.first, self.count = first, count

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each of the first errors, and one that counts the others."""
        shown = tuple(line for error in self.first for line in error.lines)
        more = self.count - len(self.first)
        return (*shown, f"and {more} more") if more else shown


class Gathering:
    """The errors of the parts read inside a `with` block are raised at its end, all at once.

    SizeError is raised as soon as it comes, so that nothing more is read.
    """

    def __init__(self) -> None:
        self.first: list[InstanceError] = []
        self.count = 0

    def __enter__(self) -> Gathering:
        return self

    def __exit__(self, _: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, SizeError) or not isinstance(error, InstanceError | None):
            return
        if error is not None:
            self.add(error)
        if self.count == 1:
            raise self.first[0] from None
        if self.count:
            raise GatheredError(tuple(self.first), self.count) from None

    def part(self, read: Callable[P, T], *given: P.args, **named: P.kwargs) -> Callable[[], T]:
        """A part as a function that returns it; that raises ConsequenceError if it is not there."""
        try:
            found = read(*given, **named)
        except InstanceError as error:
            self.add(error)
            return _consequence
        return lambda: found

    def every(self, read: Callable[[S], T], parts: Iterable[S]) -> list[T]:
        """Those of the parts that could be read; all of them if the block goes on."""
        found = []
        for part in parts:
            try:
                found.append(read(part))
            except InstanceError as error:
                self.add(error)
        return found

    def add(self, error: InstanceError) -> None:
        """One more error, or several; one that is told elsewhere does not count."""
        if isinstance(error, SizeError):
            raise error
        if isinstance(error, ConsequenceError):
            return
        gathered = error if isinstance(error, GatheredError) else GatheredError((error,), 1)
        self.first += gathered.first[: MOST_SHOWN - len(self.first)]
        self.count += gathered.count


def _consequence() -> NoReturn:
    raise ConsequenceError("was told before")
