"""Whatever the commands show on a terminal goes through here, line by line, and is printable.

JSON is data and is printed as it is.
"""

from __future__ import annotations

import sys

from verifier.printable import printable, printable_lines


def say(*lines: str, end: str = "\n") -> None:
    """Each text is one line on standard output, whatever a file or an argument has put into it."""
    print(*map(printable, lines), sep="\n", end=end, flush=True)


def complain(message: str) -> None:
    """An error is one line on standard error."""
    note(f"error: {message}")


def note(line: str) -> None:
    """A text is one line on standard error."""
    print(printable(line), file=sys.stderr)


def show_text(text: str) -> None:
    """A whole text goes to standard output: as it is to a file or pipe, printable to a terminal."""
    sys.stdout.write(printable_lines(text) if sys.stdout.isatty() else text)
