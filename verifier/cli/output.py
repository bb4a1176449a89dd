"""Whatever the commands print goes through here, and is printable in any encoding.

Lines are escaped where they could act on a terminal; JSON is data and has the text itself. What an
encoding other than UTF-8 has no place for becomes an escape: JSON's own in JSON, and in documents
those of their format.
"""

from __future__ import annotations

import codecs
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO

from verifier.deadline import current, uninterrupted
from verifier.numbers import LONGEST_WRITTEN
from verifier.printable import printable, printable_lines, unicode_escape

NAMED = 3
"""Most files of other runs that are named in one line."""


def _toml_escapes(error: UnicodeError) -> tuple[str, int]:
    """TOML's escapes for what cannot be encoded: an error handler for `codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(unicode_escape, error.object[error.start : error.end])), error.end


codecs.register_error("toml", _toml_escapes)


def escape_what_cannot_be_shown() -> None:
    """From now on, nothing that is printed fails for want of a character in the encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: str, end: str = "\n") -> None:
    """Each text is one line on standard output, whatever a file or an argument has put into it."""
    with uninterrupted():
        print(*map(printable, lines), sep="\n", end=end, flush=True)


def complain(*messages: str) -> None:
    """Each error is one line on standard error."""
    for message in messages:
        note(f"error: {message}")


def defect(error: Exception) -> str:
    """What is said of an error that nobody wrote a message for: a limit, or a defect."""
    if isinstance(error, MemoryError):
        return "the memory does not suffice for this; try a smaller game or table"
    if isinstance(error, ValueError) and str(error).startswith("Exceeds the limit"):
        return (
            f"a number of the result has more than {LONGEST_WRITTEN} digits; try numbers with fewer"
            " digits, or a smaller game"
        )
    what = f"{type(error).__name__}: {error}"
    return f"the verifier itself fails here ({what}); please report it"


def note(line: str) -> None:
    """A text is one line on standard error, or nowhere, where that cannot be written to."""
    with unheard():
        print(printable(line), file=sys.stderr)


def not_finished(left_open: Iterable[str]) -> None:
    """It is said on standard error what the deadline has left open, and what to do."""
    note(
        f"not finished: {current()}; open: {', '.join(left_open)}; give it more seconds, or a"
        " smaller game or table"
    )


@contextmanager
def unheard() -> Iterator[None]:
    """What cannot be said on standard error is not said: the exit code says enough."""
    try:
        yield
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Whatever is still to be written to the stream goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def show_json(record: Mapping[str, object]) -> None:
    """One object is one line of JSON, in ASCII unless the output is UTF-8."""
    with uninterrupted():
        print(json.dumps(record, ensure_ascii=not _utf8()), flush=True)


def show_text(text: str, escapes: str = "backslashreplace") -> None:
    """A whole text goes to standard output: as it is to a file or pipe, printable to a terminal.

    `escapes` is the error handler whose escapes the text's format has: "toml" for example.
    """
    shown = printable_lines(text) if sys.stdout.isatty() else text
    with uninterrupted():
        sys.stdout.write(shown if _utf8() else shown.encode("ascii", escapes).decode("ascii"))


def _utf8() -> bool:
    return codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"


class Replaced(logging.Handler):
    """The files of other runs that a run has replaced or removed are said in one line at its end.

    They come as the warnings of `verifier.files`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.paths: dict[str, list[str]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """One more file is remembered."""
        paths = record.args if isinstance(record.args, tuple) else ()
        self.paths.setdefault(str(record.msg), []).extend(map(str, paths))

    def tell(self) -> None:
        """All that was remembered is said, and forgotten."""
        for words, paths in self.paths.items():
            more = len(paths) - NAMED
            named = ", ".join(paths[:NAMED]) + (f" and {more} more" if more > 0 else "")
            note(f"{words % named}, made by another run or by hand")
        self.paths.clear()
