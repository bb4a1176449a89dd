"""TOML keys and values are spelled here, the same for reading and for printing instances."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from verifier.printable import is_printable, unicode_escape

BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True)
class Decimal:
    """A TOML float as the text that was written, so that it can be read exactly."""

    text: str


def toml_key(name: str) -> str:
    """The name as a TOML key, in quotes unless it is a bare key."""
    return name if BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """The text as a TOML basic string: what is printable beyond ASCII stays as it is.

    >>> print(quoted('a "b"\\n\u00eb\u202e'))
    "a \\"b\\"\\në\\u202e"
    """
    return f'"{"".join(map(_spelled, text))}"'


def spelled(value: object) -> str:
    """A value in TOML on one line.

    >>> print(spelled(["1/3", {"not guilty": True}]))
    ["1/3", { "not guilty" = true }]
    """
    if isinstance(value, dict):
        pairs = (f"{toml_key(key)} = {spelled(entry)}" for key, entry in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return value.text
    return quoted(value) if isinstance(value, str) else str(value)


def _spelled(character: str) -> str:
    if character.isascii():
        return json.dumps(character)[1:-1]
    return character if is_printable(character) else unicode_escape(character)
