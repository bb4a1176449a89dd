"""Text of files and of the command line is escaped where it could act on what shows it.

A title, a file's name or a column may hold any text. Shown as it is, an ESC could clear a terminal,
a line end forge a line, and a bidirectional control turn the order of what follows.
"""

from __future__ import annotations

import re

ACTING = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e00ff\U000e01f0-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(15))
    + "]"
)
"""What may do more than take its place on a line: controls, formats (bidirectional, zero width),
the separators of lines and paragraphs, surrogates, private use, and code points that are reserved
for such or for nothing. An explicit set: it is the same whatever Python's version of Unicode.
"""


def is_printable(character: str) -> bool:
    """Whether a character only takes its place on a line, whatever shows it.

    Letters, marks, digits, punctuation, symbols and spaces of any script do, and so do code points
    that Unicode may yet give to one.
    """
    return ACTING.match(character) is None


def printable(text: str) -> str:
    """The text on one line: what is not printable becomes \\xNN, \\uNNNN or \\UNNNNNNNN.

    >>> print(printable("Zoë 家\\x1b[2J\\nPROVED\\u202e"))
    Zoë 家\\x1b[2J\\x0aPROVED\\u202e
    """
    return ACTING.sub(lambda found: _escaped(found[0]), text)


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
