"""Text of files and of the command line is escaped where it could act on what shows it.

A title, a file's name or a column may hold any text. Shown as it is, an ESC could clear a terminal,
a line end forge a line, and a bidirectional control turn the order of what follows.
"""

from __future__ import annotations

import re
import unicodedata

KEPT = "LMNPS"
"""The Unicode categories, by first letter, that are shown: letters, marks, digits, punctuation and
symbols of any script. Of the separators (Z) only spaces are (Zs)."""


def is_printable(character: str) -> bool:
    """Whether a character only takes its place on a line, whatever shows it.

    Controls (Cc), formats (Cf: bidirectional controls, zero width), private use, surrogates,
    unassigned code points and the separators of lines and paragraphs do not.
    """
    category = unicodedata.category(character)
    return category[0] in KEPT or category == "Zs"


def printable(text: str) -> str:
    """The text on one line: what is not printable becomes \\xNN, \\uNNNN or \\UNNNNNNNN.

    >>> print(printable("Zoë 家\\x1b[2J\\nPROVED\\u202e"))
    Zoë 家\\x1b[2J\\x0aPROVED\\u202e
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if is_printable(c) else _escaped(c) for c in text)


def printable_lines(text: str) -> str:
    """The text of a file with its tabs and line ends, and each line else as `printable` has it."""
    return re.sub(r"[^\t\r\n]+", lambda line: printable(line[0]), text)


def unicode_escape(character: str) -> str:
    """The code of a character as \\uNNNN or \\UNNNNNNNN."""
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else unicode_escape(character)
