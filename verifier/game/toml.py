"""TOML keys and strings are spelled here, the same for reading and for printing instances."""

from __future__ import annotations

import json
import re

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def toml_key(name: str) -> str:
    """The name as a TOML key, in quotes unless it is a bare key."""
    return name if _BARE.fullmatch(name) else quoted(name)


def quoted(text: str) -> str:
    """The text as a TOML basic string: JSON's escapes, characters beyond ASCII as they are."""
    escaped = "".join(c if ord(c) >= 128 else json.dumps(c)[1:-1] for c in text)
    return f'"{escaped}"'
