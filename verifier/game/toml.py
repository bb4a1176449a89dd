"""TOML keys and strings are spelled here, the same for reading and for printing instances."""

from __future__ import annotations

import json
import re

from verifier.printable import is_printable, unicode_escape

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def toml_key(name: str) -> str:
    """The name as a TOML key, in quotes unless it is a bare key."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """The text as a TOML basic string: what is printable beyond ASCII stays as it is.

    >>> print(quoted('a "b"\\n\u00eb\u202e'))
    "a \\"b\\"\\në\\u202e"
    """
    return f'"{"".join(map(_spelled, text))}"'


def _spelled(character: str) -> str:
    if character.isascii():
        return json.dumps(character)[1:-1]
    return character if is_printable(character) else unicode_escape(character)
